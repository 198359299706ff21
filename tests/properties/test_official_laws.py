"""Laws of splitting official texts: nothing is lost of any text, and measures made up at random come back as made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylang.audit.check import audit
from policylang.audit.render import audit_document, audit_text
from policylang.cli.skeleton import skeleton
from policylang.compiler import compile_policy
from policylang.facts.fingerprint_file import read_fingerprints, written
from policylang.measure.citation import Citation
from policylang.measure.lines import circled, in_chinese
from policylang.measure.official import split
from policylang.source.text import SourceText

#: Pieces that measures are made of, and pieces that come into their way.
PIECES = [
    "第一条", "第二条 ", "第三条\n", "第十条规定的", "第一章 总则\n", "第二节\n", "（一）", "(二)", "1．", "2.", "（1）", "①", "一、", "附件", "附件1\n",
    "附件：", "甲", "办法（试行）\n", "的通知\n", "。\n", "；\n", "：\n", "，", "\n", "\n\n", " ", "　", "**", "# ", "- ", "> ", "[image: x]", "![", "3\n",
    "市人才办对驿站的运行情况和服务成效以及资金的拨付使用管", "打印本页\n", "\u200b", "\x0c", "\u2028", "\r\n", "第九千九百九十九条 ", "第〇条 ", "℡",
]  # fmt: skip
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
POLICY = compile_policy("办法 x 《某办法》\n\n第一条 目的 〔宣示〕\n".encode(), "x.pol").policy


@given(texts)
def test_the_parts_are_the_text(text):
    found = split(text)
    assert "".join(unit.text for unit in found.units) == text
    assert all(text[unit.span.start : unit.span.end] == unit.text != "" for unit in found.units)


@given(texts)
def test_every_clause_can_be_cited_quoted_and_kept(text):
    found = split(text)
    for clause in found.clauses:
        assert Citation.parse(clause.text) == clause
        assert found.at(clause)
        quoted = found.quote(clause)
        assert quoted is not None
        assert quoted[0] == clause
    kept = found.fingerprints("x")
    again, faults = read_fingerprints(SourceText("x.yaml", written(kept)))
    assert (faults == ()) == bool(kept.digests)
    assert again is None or (again.measure, again.digests) == (kept.measure, kept.digests)


@given(texts, texts)
def test_an_audit_survives_any_text(one, other):
    now, before = split(one), split(other)
    for found in (audit(POLICY, now, before.fingerprints("x")), audit(POLICY, now, None, (), before)):
        for lang in ("zh", "en"):
            assert audit_text(found, lang).endswith("\n")
        assert audit_document(found)["clean"] == found.clean
    same = audit(POLICY, now, now.fingerprints("x"))
    assert same.changes == ()
    assert same.clean == (not same.missing and not same.invented)


@given(texts)
def test_the_headings_of_any_text_are_a_policy_that_accounts_for_it(text):
    found = split("第一条 甲。\n" + text)
    drafted = skeleton("x", None, found)
    compiled = compile_policy(drafted.encode(), "x.pol")
    assert {d.code for d in compiled.diagnostics} <= {"clause-not-accounted"}, drafted
    assert compiled.policy is not None
    done = audit(compiled.policy, found, None)
    assert done.invented == ()
    headed = {entry.clause for entry in compiled.policy.ledger}
    assert all(c.citation in headed or c.citation.text.startswith("附件") for c in done.missing), drafted


# Measures made up ------------------------------------------------------------------------------------------------

said = st.text("甲乙丙丁戊己庚辛驿站办法人才", min_size=1, max_size=12)
sentence = said.map(lambda t: t + "。")
limb = st.tuples(said, st.lists(said, max_size=3))
article = st.tuples(sentence, st.lists(sentence, max_size=2), st.lists(limb, max_size=4))
measures = st.lists(article, min_size=1, max_size=12)

HOUSE = {"article": "第{}条　", "item": "（{}）", "point": "{}．", "blank": ""}
PAGE = {"article": "**第{}条** ", "item": "**（{}）**", "point": "- {}、", "blank": "\n3\n\n"}


def printed(measure, style):
    """A measure as an office would lay it out, and the citations of its parts in order."""
    lines, clauses = ["云山市驿站管理办法\n"], ["标题"]
    for number, (first, further, limbs) in enumerate(measure, 1):
        here = f"第{in_chinese(number)}条"
        lines.append(style["article"].format(in_chinese(number)) + first + "\n")
        clauses.append(here)
        for place, text in enumerate(further, 2):
            lines.append(text + "\n")
            clauses.append(f"{here}第{in_chinese(place)}款")
        above = clauses[-1] if further else here
        for place, (text, points) in enumerate(limbs, 1):
            lines.append(style["item"].format(in_chinese(place)) + text + "，如下：\n")
            clauses.append(f"{above}（{in_chinese(place)}）")
            for point, inner in enumerate(points, 1):
                lines.append(style["point"].format(point) + inner + "；\n")
                clauses.append(f"{above}（{in_chinese(place)}）{point}")
    return style["blank"].join(lines), clauses


@given(measures)
def test_a_measure_is_split_as_it_was_made(measure):
    text, clauses = printed(measure, HOUSE)
    found = split(text)
    assert [c.text for c in found.clauses] == clauses
    assert {u.kind for u in found.units} <= {"title", "article", "paragraph", "item"}


@given(measures)
def test_layout_is_no_drift(measure):
    house, page = split(printed(measure, HOUSE)[0]), split(printed(measure, PAGE)[0])
    assert house.fingerprints("x") == page.fingerprints("x")


@given(measures, said)
def test_an_amendment_is_found_where_it_is(measure, word):
    text, _ = printed(measure, HOUSE)
    first, *rest = measure
    amended, _ = printed([(first[0] + "另" + word + "。", *first[1:]), *rest], HOUSE)
    found = audit(POLICY, split(amended), split(text).fingerprints("x"))
    assert [(c.kind, c.citation.text) for c in found.changes] == [("changed", "第一条")]


@given(st.integers(1, 25))
def test_circled_numbers_are_cited(number):
    under = Citation.parse("第一条").under(circled(number))
    assert Citation.parse(under.text) == under
