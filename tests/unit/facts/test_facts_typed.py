"""Records and series typed by the policy, from files and from Python."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from station_policy import FORM, POLICY, PROOF, A, policy_of, read

from policylang.facts.canonical import canonical
from policylang.facts.model import Facts
from policylang.facts.nodes import Scalar
from policylang.facts.typed import MAX_ERRORS, facts_from_python, read_facts
from policylang.semantics import ir
from policylang.semantics.types import Boolean, Money

EVERYTHING = """\
有活动场所: no
staff: 010
total: ~
share: 20%
补助金额: 3.5万元
opened: 2024年3月1日
unit_id: 007
grade: A级
materials: [form, 证明]
recruits:
  - {引进年度: 2024, class: A, 到岗: "yes", papers: []}
  - class: null
    到岗:
引进人数: {2024: 30, 2025年: null}
result:
  "2024": A
by_quarter: {2024Q1: 1, 2024年第2季度: 2}
by_month: {2024-03: 4}
papers_by_year: {2023: [form]}
甲/乙~丙%: 备注
"""

VALUES = {
    "premises": False,
    "staff": Fraction(10),
    "share": Fraction(1, 5),
    "cost": Fraction(35_000),
    "opened": date(2024, 3, 1),
    "unit_id": "007",
    "grade": A,
    "materials": frozenset({FORM, PROOF}),
    "recruits": ({"year": Fraction(2024), "class": A, "arrived": True, "papers": frozenset()}, {}),
    "by_year": {"2024": Fraction(30), "2025": None},
    "result": {"2024": A},
    "by_quarter": {"2024Q1": Fraction(1), "2024Q2": Fraction(2)},
    "by_month": {"2024-03": Fraction(4)},
    "papers_by_year": {"2023": frozenset({FORM})},
    "甲/乙~丙%": "备注",
}


def test_every_type_is_read_by_name_or_id():
    document, errors, found = read(EVERYTHING)
    assert (errors, found) == ([], ())
    assert document.facts == Facts(VALUES)
    assert document.facts.years() == {2023, 2024, 2025}


def test_facts_are_written_back_in_one_form():
    written = canonical(POLICY, Facts(VALUES))
    assert written == {
        "premises": False,
        "staff": 10,
        "share": "20%",
        "cost": 35_000,
        "opened": "2024-03-01",
        "unit_id": "007",
        "grade": "A",
        "materials": ["form", "proof"],
        "recruits": [{"year": 2024, "class": "A", "arrived": True, "papers": []}, {}],
        "by_year": {"2024": 30, "2025": None},
        "result": {"2024": "A"},
        "by_quarter": {"2024Q1": 1, "2024Q2": 2},
        "by_month": {"2024-03": 4},
        "papers_by_year": {"2023": ["form"]},
        "甲/乙~丙%": "备注",
    }
    assert list(written) == [fact.id for fact in POLICY.facts if fact.id in VALUES]
    assert facts_from_python(POLICY, written) == (Facts(VALUES), ())
    assert read(json.dumps(written), "json")[0].facts == Facts(VALUES)
    assert canonical(POLICY, Facts({"cost": Fraction("0.5")})) == {"cost": "0.5"}


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("staf: 1", ["staf: unknown fact"]),
        ("工作人员数: 1\nstaff: 1", ["staff: given twice, as 工作人员数 and staff"]),
        ("staff: [1]", ["staff: must be a whole number"]),
        ("staff: {a: 1}", ["staff: must be a whole number"]),
        ("by_year: 30", ["by_year: must be a mapping of years"]),
        ("by_quarter: [1]", ["by_quarter: must be a mapping of quarters"]),
        ("by_month: 3", ["by_month: must be a mapping of months"]),
        ("by_month: {2026-13: 1}", ["by_month: bad month 2026-13"]),
        ("by_quarter: {2018Q5: 1}", ["by_quarter: bad quarter 2018Q5"]),
        ("by_year: {20x4: 1}", ["by_year: bad year 20x4"]),
        ("by_year: {2024: -3}", ["by_year.2024: must be >= 0"]),
        ("by_year: {2024年: x}", ["by_year.2024: must be a whole number"]),
        ("by_year: {2024: 1, 2024年: 1}", ["by_year.2024: given twice, as 2024 and 2024年"]),
        ("result: {2024: D}", ["result.2024: not one of A, B, C, 不合格"]),
        ("papers_by_year: {2024: form}", ["papers_by_year.2024: must be a list"]),
        ("materials: form", ["materials: must be a list"]),
        ("materials: [form, 申请表, 证明]", ["materials[1]: form is given twice"]),
        ("materials: [form, x, null]", [f"materials[{i}]: not one of form, proof" for i in (1, 2)]),
        ("recruits: 3", ["recruits: must be a list"]),
        ("recruits: [{}, null, 3]", [f"recruits[{i}]: must be a mapping of fields" for i in (1, 2)]),
        ("recruits: [{clas: A}]", ["recruits[0].clas: unknown field"]),
        ("recruits: [{class: A, 人才类别: A}]", ["recruits[0].class: given twice, as class and 人才类别"]),
        ("recruits: [{}, {}, {class: Z}]", ["recruits[2].class: not one of A, B, C, 不合格"]),
        ("[1, 2]", ["facts: must be a mapping of facts"]),
        ("thirty", ["facts: must be a mapping of facts"]),
    ],
)
def test_mistakes_are_told_by_path(text, errors):
    assert read(text)[1] == errors


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("by_year: {2024: -3}", "“引进人数”2024年填写为“-3”，数量不得小于0"),
        ("result: {2024: D}", "“评估结论”2024年填写为“D”，应当是下列之一：A级（A）、B级（B）、C级（C）、不合格"),
        ("cost: -3万", "“补助金额”填写为“-3万”，金额不得小于0"),
        ("staff: [1]", "“工作人员数”填写为一个清单，应当是数量（人），只写整数"),
        ("staff: {a: 1}", "“工作人员数”填写为几个下级项目，应当是数量（人），只写整数"),
        ("by_month: {2026-13: 1}", "“活动场数”的月份“2026-13”写得不对"),
        (
            "recruits: [{class: Z}]",
            "“引进名单”第1项的“人才类别”填写为“Z”，应当是下列之一：A级（A）、B级（B）、C级（C）、不合格",
        ),
        ("recruits: [{clas: Z}]", "“引进名单”没有名为“clas”的字段"),
        ("staf: 1", "本办法没有名为“staf”的事实"),
        ("staf\u202e: 1", "本办法没有名为“staf<U+202E>”的事实"),
        (f"{'长' * 50}: 1", f"本办法没有名为“{'长' * 40}…”的事实"),
    ],
)
def test_mistakes_are_told_in_the_drafters_words(text, zh):
    assert [finding.message.zh for finding in read(text)[2]] == [zh]


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("staf: 1", "是否应为“staff”？"),
        ("by_year:\n  2024：30", "把“：”改为半角冒号“:”，后面留一个空格"),
        ("{工作人员数：3}", "把“：”改为半角冒号“:”，后面留一个空格"),
        ("{工作人数：3}", "是否应为“工作人员数”？"),
        ("materials: form", "只有一项时写作“[form]”"),
        ("staff: 30人", "请只写数字“30”"),
        *((f"staff: {text}", "用阿拉伯数字写出确切的整数，不带单位") for text in ("约30", "30余", "30人以上", "30+", "'10,00'", "近30人")),
        ("opened: 2024.3.1", "请写作“2024-03-01”"),
    ],
)
def test_help_says_what_to_write(text, zh):
    assert [finding.help.zh for finding in read(text)[2]] == [zh]


def test_nothing_written_is_nothing_known():
    assert read_facts(POLICY, Scalar("")) == (Facts({}), ())


def test_a_hundred_mistakes_are_enough():
    assert len(read("\n".join(f"k{i}: 1" for i in range(150)))[1]) == MAX_ERRORS
    assert len(read("materials: [" + "x, " * 150 + "x]")[1]) == MAX_ERRORS


@pytest.mark.parametrize(
    ("fact", "value", "read_as"),
    [
        ("premises", True, True),
        ("premises", "是", True),
        ("staff", 12, 12),
        ("staff", "12", 12),
        ("staff", Fraction(12), 12),
        ("staff", Decimal("12.0"), 12),
        ("staff", None, None),
        ("cost", Decimal("12.50"), Fraction("12.5")),
        ("cost", Fraction(1, 4), Fraction(1, 4)),
        ("share", "12.5%", Fraction(1, 8)),
        ("opened", date(2024, 3, 1), date(2024, 3, 1)),
        ("unit_id", "null", "null"),
        ("materials", ("form",), frozenset({FORM})),
        ("by_year", {2024: 3, "2025": None}, {"2024": 3, "2025": None}),
        ("recruits", [{"class": "A", "year": None}], ({"class": A},)),
    ],
)
def test_python_values_are_taken_as_they_are(fact, value, read_as):
    facts, errors = facts_from_python(POLICY, {fact: value})
    assert errors == ()
    assert facts.values.get(fact) == read_as


FLOAT = "a float is not exact: use an int, a Decimal or a text"
LONG = "must have at most 38 digits"


@pytest.mark.parametrize(
    ("fact", "value", "error"),
    [
        ("premises", 1, "premises: must be true or false"),
        ("staff", True, "staff: must be a whole number"),
        ("staff", 3.0, f"staff: {FLOAT}"),
        ("staff", float("nan"), f"staff: {FLOAT}"),
        ("staff", Decimal("NaN"), "staff: must be a finite number"),
        ("staff", Decimal("1E+1000000"), f"staff: {LONG}"),
        ("staff", Decimal("1." + "0" * 100), f"staff: {LONG}"),
        ("staff", 10**4000, f"staff: {LONG}"),
        ("staff", -3, "staff: must be >= 0"),
        ("staff", Fraction(1, 2), "staff: must be a whole number"),
        ("cost", Fraction(1, 3), "cost: must have at most 6 decimals and 38 digits"),
        ("cost", Fraction("0.001"), "cost: must be an amount in yuan"),
        ("opened", datetime(2024, 3, 1), "opened: must be a date (YYYY-MM-DD)"),  # noqa: DTZ001
        ("unit_id", object(), "unit_id: no value of this Python type is a fact"),
        ("materials", {"form"}, "materials: must be a list"),
        ("materials", [["form"]], "materials[0]: not one of form, proof"),
        ("by_year", {2024.0: 1}, "by_year: bad year (float)"),
        ("by_year", {True: 1}, "by_year: bad year (bool)"),
        ("by_year", {10**4000: 1}, "by_year: bad year (int)"),
        (7, 1, "7: unknown fact"),
    ],
)
def test_python_values_are_refused(fact, value, error):
    facts, errors = facts_from_python(POLICY, {fact: value})
    assert [str(mistake) for mistake in errors] == [error]
    assert not facts.values.get(fact)


def test_endless_python_values_are_refused():
    loop: list[object] = []
    loop.append(loop)
    for value in (loop, [1] * 200_000):
        assert facts_from_python(POLICY, {"materials": value})[1]
    assert [str(e) for e in facts_from_python(POLICY, [1])[1]] == ["facts: must be a mapping of facts"]


def test_refusals_of_python_values_speak_chinese_too():
    _, errors = facts_from_python(POLICY, {"工作人员数": 1.5})
    assert errors[0].message.zh == "“工作人员数”是浮点数，不精确"


def test_warm_reading_imports_neither_yaml_nor_jsonschema(tmp_path):
    import subprocess
    import sys

    program = (
        "import sys; from policylang.facts.typed import facts_from_python;"
        "from policylang.semantics import ir;"
        "p = ir.Policy('x', 'x', (), (), (), (), (), (), (), (), (), (), ());"
        "facts_from_python(p, {}); assert not {'yaml', 'jsonschema'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_a_name_that_is_its_own_id_is_read_once():
    policy = policy_of((ir.Fact("场所", "场所", Boolean()), ir.Fact("金额", "sum", Money())))
    assert read("场所: 是\nsum: 1元", policy=policy)[0].facts.values == {"场所": True, "sum": 1}
