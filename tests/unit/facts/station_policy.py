"""A policy with a fact of every type, and what tests ask of files under it."""

from __future__ import annotations

from policylang.facts.document import read_document
from policylang.measure.citation import Citation
from policylang.semantics import ir
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Records, Text
from policylang.source.text import SourceText

GRADES = (Option("A级", "A", 0), Option("B级", "B", 1), Option("C级", "C", 2), Option("不合格", "不合格", 3))
A, B, C, FAILED = GRADES
PAPERS = (Option("申请表", "form", 0), Option("证明", "proof", 1))
FORM, PROOF = PAPERS
GRADE, MATERIALS = Choice(GRADES, ordered=True), ChoiceSet(PAPERS)

RECRUITS = ir.Fact(
    "引进名单", "recruits", Records("人"),
    fields=(
        ir.Fact("引进年度", "year", Number("年")),
        ir.Fact("人才类别", "class", GRADE),
        ir.Fact("到岗", "arrived", Boolean()),
        ir.Fact("材料", "papers", MATERIALS),
    ),
)  # fmt: skip

FACTS = (
    ir.Fact("有活动场所", "premises", Boolean(), has_default=True, default=False),
    ir.Fact("工作人员数", "staff", Number("人"), source=ir.Source("declared", ("设站单位",)), question="共多少名？"),
    ir.Fact("总数", "total", Number()),
    ir.Fact("占比", "share", Number("%")),
    ir.Fact("补助金额", "cost", Money(), source=ir.Source("documented", (), "拨付凭证")),
    ir.Fact("设立日期", "opened", Day(), has_default=True),
    ir.Fact("单位标识", "unit_id", Text()),
    ir.Fact("类别", "grade", GRADE, has_default=True, default=B),
    ir.Fact("提交材料", "materials", MATERIALS),
    RECRUITS,
    ir.Fact("引进人数", "by_year", Number("人"), "year"),
    ir.Fact("评估结论", "result", GRADE, "year", null_means="未评估"),
    ir.Fact("交流场数", "by_quarter", Number("次"), "quarter"),
    ir.Fact("活动场数", "by_month", Number("次"), "month"),
    ir.Fact("年度材料", "papers_by_year", MATERIALS, "year"),
    ir.Fact("甲/乙~丙%", "甲/乙~丙%", Text()),
)

READINGS = (
    ir.Reading(
        "总数口径", "cap", "数哪些？", (ir.ReadingOption("累计", "all", "一"), ir.ReadingOption("现存", "live", "二")),
        "all", Citation("第一条", ("第1条",)),
    ),
)  # fmt: skip


def policy_of(facts: tuple[ir.Fact, ...]) -> ir.Policy:
    return ir.Policy("zhan", "工作站办法", (), facts, (), (), (), (), (), READINGS, (), (), ())


POLICY = policy_of(FACTS)


def read(text: str, kind="yaml", policy=POLICY):
    """The document, its mistakes in English, and its findings."""
    document, errors, found = read_document(policy, SourceText(f"站.{kind}", text), kind)
    return document, [str(mistake) for mistake in errors], found


def marked(text: str, found) -> list[str]:
    """The texts underlined, with the codes."""
    source = SourceText("站", text)
    return [f"{d.code}: {source.slice(d.primary.span) if d.primary else None}" for d in found]
