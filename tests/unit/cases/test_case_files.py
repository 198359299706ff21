"""Reading case files: what they hold, and that nothing wrong in them is passed over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import case_policy
import pytest

from policylang.cases.files import read_cases
from policylang.cli.testing import run_tests

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """measure: demo
cases:
  - id: a
    name: 人数足够
    as_of: 2024-03-01
    assessment_year: 2024
    readings: {demo.strict: lenient}
    facts: {staff: 2}
    expect:
      in_force: {result: 'yes'}
    alternatives:
      - reading: demo.strict=strict
        expect: {in_force: {result: 'yes'}}
    why: 第一条。
"""


def faults(text: str, name: str = "demo.yaml") -> list[tuple[str, str]]:
    """Code and underlined text of every fault."""
    found, diagnostics = read_cases(text.encode(), name)
    source = text if found is None else found.source.text
    return [
        (d.message.zh, source[d.primary.span.start : d.primary.span.end].strip() if d.primary else "")
        for d in diagnostics
    ]


def test_a_case_holds_what_is_written() -> None:
    (case,) = case_policy.case_file(GOOD).cases
    assert (case.id, case.name, case.measure) == ("a", "人数足够", "demo")
    assert (case.as_of, case.year) == (date(2024, 3, 1), 2024)
    assert case.readings == {"demo.strict": "lenient"}
    assert case.expect == {"in_force": {"result": "yes"}}
    (other,) = case.alternatives
    assert (other.reading, other.expect) == ("demo.strict=strict", {"in_force": {"result": "yes"}})
    assert case.expect_span is not None
    assert GOOD[case.expect_span.start : case.expect_span.end].strip() == "in_force: {result: 'yes'}"


def test_keys_may_be_chinese() -> None:
    text = """办法: demo
案例:
  - 标识: a
    名称: 人数足够
    时点: 2024年3月1日
    考核年度: 2024
    事实: {工作人员数: 2}
    读法: {口径: 宽}
    期望: {办法效力: {result: 施行中}}
    另解:
      - 读法: 口径=严
        期望: {办法效力: {result: 'yes'}}
    理由: 第一条。
"""
    (case,) = case_policy.case_file(text).cases
    assert (case.id, case.measure, case.as_of, case.year) == ("a", "demo", date(2024, 3, 1), 2024)
    assert all(r.passed for r in case_policy.run(text))


def test_json_holds_the_same_case() -> None:
    text = (
        '{"measure": "demo", "cases": [{"id": "a", "as_of": "2024-03-01", "facts": {"staff": 2},'
        ' "expect": {"in_force": {"result": "yes"}}}]}'
    )
    (case,) = case_policy.case_file(text, "demo.json").cases
    assert (case.id, case.year) == ("a", None)
    assert all(r.passed for r in case_policy.run(text, "demo.json"))


@pytest.mark.parametrize("name", ["demo.yaml", "demo.json"])
def test_a_file_that_cannot_be_read(name: str) -> None:
    found, diagnostics = read_cases(b"\xff\xfe\x00", name)
    assert found is None
    assert diagnostics
    found, diagnostics = read_cases(b"cases: [", name)
    assert found is None
    assert diagnostics


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("measure: demo\n", "文件里没有“cases”清单"),
        ("- a\n", "文件里没有“cases”清单"),
        ("cases: 两个\n", "文件里没有“cases”清单"),
        ("kind: populaton\ncases: []\n", "没有“populaton”这一类案例，只有“population”"),
    ],
)
def test_a_file_that_holds_no_cases(text: str, wanted: str) -> None:
    found, diagnostics = read_cases(text.encode(), "demo.yaml")
    assert found is None
    assert [d.message.zh for d in diagnostics] == [wanted]


CASE = "id: a\n    as_of: 2024-03-01\n    facts: {}\n    expect: {in_force: {result: 'yes'}}"


def of(body: str, head: str = "measure: demo") -> str:
    return f"{head}\ncases:\n  - {body}\n"


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        (of("一个"), "每个案例应写成“名称: 值”", "一个"),
        (of(CASE.replace("id: a", "name: 无名")), "案例没有标识（id）", None),
        (of(CASE.replace("id: a", "id: null")), "案例没有标识（id）", None),
        (of(f"{CASE}\n  - {CASE}"), "案例标识“a”重复", None),
        (of(CASE.replace("2024-03-01", "2024-02-30")), "案例“a”的时点“2024-02-30”不是日期", "2024-02-30"),
        (of(CASE.replace("2024-03-01", "20240301")), "案例“a”的时点“20240301”不是日期", "20240301"),
        (of(CASE.replace("as_of: 2024-03-01", "why: 无")), "案例“a”没有时点（as_of）", None),
        (of(CASE + "\n    assessment_year: 去年"), "案例“a”的考核年度“去年”不是年份", "去年"),
        (of(CASE + "\n    year: ２０２４"), "案例“a”的考核年度“２０２４”不是年份", "２０２４"),
        (of(CASE, "title: 无"), "案例“a”没有写明办法（measure）", None),
        (of(CASE.replace("facts: {}", "facts: 无")), "案例“a”没有事实（facts）", "无"),
        (of(CASE.replace("facts: {}", "why: 无")), "案例“a”没有事实（facts）", None),
        (of(CASE.replace("expect: {in_force: {result: 'yes'}}", "why: 无")), "案例“a”没有写期望什么（expect）", None),
        (of(CASE.replace("{in_force: {result: 'yes'}}", "{}")), "案例“a”没有写期望什么（expect）", "{}"),
        (of(CASE + "\n    readings: [demo.strict]"), "案例“a”的读法应写成“标识: 取值”", "[demo.strict]"),
        (of(CASE + "\n    alternatives: {reading: x}"), "案例“a”的另解应写成清单", "{reading: x}"),
        (of(CASE + "\n    alternatives: [x]"), "案例“a”的另解没有写明读法（reading）", "x"),
        (of(CASE + "\n    alternatives: [{expect: {a: 1}}]"), "案例“a”的另解没有写明读法（reading）", None),
        (of(CASE + "\n    alternatives: [{reading: x=y}]"), "案例“a［x=y］”没有写期望什么（expect）", None),
        (
            of(CASE + "\n    alternatives: [{reading: x=y, expect: {a: 1}}, {reading: x=y, expect: {a: 2}}]"),
            "案例“a”的另解“x=y”重复", None,
        ),
        (of(CASE + "\n    alternatve: []"), "案例“a”有“alternatve”一项，是否应为“alternatives”？", "alternatve"),
        (of(CASE + "\n    reading: {}"), "案例“a”有“reading”一项，是否应为“readings”？", "reading"),
    ],
)  # fmt: skip
def test_nothing_wrong_is_passed_over(text: str, wanted: str, marked: str | None) -> None:
    found = faults(text)
    assert wanted in [message for message, _ in found]
    if marked is not None:
        assert (wanted, marked) in found


def test_other_keys_are_remarks() -> None:
    assert faults(of(CASE + "\n    holiday_assumption: 见通知\n    出处: 第一条")) == []


def test_every_mistake_is_told_in_one_run() -> None:
    assert len(faults(of("as_of: 昨天\n    expect: {}", "title: 无"))) == 5


def test_a_population_case_may_name_only_its_year() -> None:
    text = of("{id: p, year: 2025, stations: [], expect: {rule: per_city}}", "measure: demo\nkind: population")
    (case,) = case_policy.case_file(text).cases
    assert (case.as_of, case.year, case.population) == (date(2025, 12, 31), 2025, True)
    undated = of("{id: p, stations: [], expect: {rule: per_city}}", "measure: demo\nkind: population")
    assert [m for m, _ in faults(undated)] == ["案例“p”没有时点（as_of）"]


def test_a_bad_case_and_an_unknown_measure_fail_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = case_policy.folder(tmp_path, GOOD.replace("name: 人数足够", "expct: 无"))
    assert run_tests((str(file),), None, None, update=False, lang="zh") == 1
    assert "0 passed, 1 failed" in capsys.readouterr().out
    file = case_policy.folder(tmp_path, GOOD.replace("measure: demo", "measure: dmeo"))
    assert run_tests((str(file),), None, None, update=False, lang="en") == 1
    out = capsys.readouterr()
    assert "no policy file for “dmeo”" in out.out + out.err
    assert "0 passed, 1 failed" in out.out
