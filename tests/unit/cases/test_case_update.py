"""``policylang test --update``: expectations are rewritten in place, everything else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import case_policy
import pytest

from policylang.cases import update
from policylang.cases.files import read_cases
from policylang.cli.testing import run_tests

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """# 案例 — 头注
measure: demo
cases:
  # 第一个
  - id: a   # 行尾注
    name: 数量和等级
    as_of: 2024-12-01
    assessment_year: 2024
    facts: {staff: 1, agreement: 正式, recruits: {2023: 9, 2024: 30}, start_on: 2023-01-01, decided: 200000}
    expect:
      in_force: {result: 'no', clause: 第四条}   # 保留
      eligible:
        result: 'yes'
        failed: []
        clause: [第二条]
      grade: {2023: {result: "A"}, 2024: {result: 不合格}}
      money:
        - {line: grant, year: 2024, status: not_due, kind: none, max: null}
      duties:
        - {duty: pay, period: 2024, result: met, due: 2024-11-30}
      warnings: []
      total_exact: 5
    alternatives:
      - reading: demo.strict=lenient
        expect:
          in_force:
            result: 'no'
      - reading: fact:staff
        expect: {eligible: {result: 'no', missing: []}}
    why: 第一条。
"""
AFTER = """# 案例 — 头注
measure: demo
cases:
  # 第一个
  - id: a   # 行尾注
    name: 数量和等级
    as_of: 2024-12-01
    assessment_year: 2024
    facts: {staff: 1, agreement: 正式, recruits: {2023: 9, 2024: 30}, start_on: 2023-01-01, decided: 200000}
    expect:
      in_force: {result: 'yes', clause: 第五条}   # 保留
      eligible:
        result: 'no'
        failed: [staff>=2]
        clause: [第一条1]
      grade: {2023: {result: "不合格"}, 2024: {result: A级}}
      money:
        - {line: grant, year: 2024, status: due, kind: cap, max: 100000}
      duties:
        - {duty: pay, period: 2024, result: undetermined, due: 2024-12-31}
      warnings: [decided_amount_out_of_range:200000]
      total_exact: 0
    alternatives:
      - reading: demo.strict=lenient
        expect:
          in_force:
            result: 'yes'
      - reading: fact:staff
        expect: {eligible: {result: 'undetermined', missing: [staff]}}
    why: 第一条。
"""


def updated(text: str, name: str = "demo.yaml") -> tuple[str, int, int]:
    failed = [r for r in case_policy.run(text, name) if not r.passed]
    return update.updated(case_policy.case_file(text, name), failed)


def one(expect: str, facts: str = "{staff: 1, recruits: {2024: 30}, start_on: 2024-01-01}") -> str:
    return f"measure: demo\ncases:\n  - id: a\n    as_of: 2024-12-01\n    facts: {facts}\n    expect:\n      {expect}\n"


def test_every_expectation_is_rewritten_at_its_place_and_then_met() -> None:
    text, changed, kept = updated(BEFORE)
    wanted = AFTER.replace("result: undetermined, due", "result: pending, due")
    assert text == wanted
    assert (changed, kept) == (17, 0)
    assert case_policy.told(case_policy.run(text)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('in_force: {result: "no"}', 'in_force: {result: "yes"}'),
        ("in_force: {result: undetermined}", "in_force: {result: 'yes'}"),
        ("in_force: {clause: [第四条]}", "in_force: {clause: [第五条]}"),
        ("application: {missing_materials: []}", "application: {missing_materials: [申请表, 规划]}"),
        ("in_force: {clause: [第四条,\n        第三条]}", "in_force: {clause: [第五条]}"),
        ("grade: {2024: {derived: A}}", "grade: {2024: {derived: null}}"),
        ("money: [{line: change_grant, missing: []}]", "money: [{line: change_grant, missing: ['changes[0].filed']}]"),
    ],
)
def test_the_notation_of_the_old_value_is_kept(before: str, after: str) -> None:
    facts = "{staff: 2, materials: [], recruits: {2024: 30}, start_on: 2024-01-01, changes: [{id: k}]}"
    assert updated(one(before, facts)) == (one(after, facts), 1, 0)
    assert case_policy.told(case_policy.run(one(after, facts))) == []


@pytest.mark.parametrize(
    "expect",
    [
        "elgible: {result: 'no'}",
        "in_force: {reslt: 'yes'}",
        "in_force: 'yes'",
        "in_force: {result: }",
        "in_force:\n        result: >-\n          no",
        "in_force:\n        clause:\n          - 第四条",
        "in_force:\n        clause: [第四条, # 注\n          第三条]",
        "money: [{line: grants, status: due}]",
        "money: []",
        "total_exact: {yuan: 1}",
        "duties: [{duty: report_change, result: pending}]",
    ],
)
def test_what_is_no_simple_value_is_left_to_a_person(expect: str) -> None:
    facts = "{staff: 1, recruits: {2024: 30}, start_on: 2024-01-01, changes: [{filed: true}, {filed: false}]}"
    before = one(expect, facts)
    assert updated(before) == (before, 0, 1)


def test_an_unknown_reading_and_an_alternative_that_is_not_found_are_left_to_a_person() -> None:
    before = one("in_force: {result: 'yes'}") + "    alternatives: [{reading: x=y, expect: {in_force: {result: 'no'}}}]\n"
    assert updated(before) == (before, 0, 1)
    read = case_policy.case_file(one("in_force: {result: 'no'}"))
    with_alternative = one("in_force: {result: 'yes'}") + (
        "    alternatives: [{reading: demo.strict=lenient, expect: {in_force: {result: 'no'}}}]\n"
    )
    (failed,) = [r for r in case_policy.run(with_alternative) if not r.passed]
    from dataclasses import replace

    assert update.updated(read, [replace(failed, variant="demo.strict=none")])[1:] == (0, 1)
    assert update.updated(read, [replace(failed, case=read.cases[0])])[1:] == (0, 1)


def test_a_population_case() -> None:
    before = """measure: demo
kind: population
cases:
  - id: p
    as_of: 2024-12-01
    stations: [{id: a, city: 甲市, status: active, grade: A}]
    expect: {rule: share, result: warn, excellent_bounds: [0, 1], excellent: 0, nothing: 1}
  - id: q
    as_of: 2024-12-01
    stations: [{id: a, city: 甲市, status: active, grade: A}]
    expect: {rules: [{rule: share, result: warn}, {rule: per_city, result: warn}], clause: 第三条}
"""
    after = (
        before.replace("warn", "ok").replace("[0, 1]", "[1, 1]").replace("excellent: 0", "excellent: 1").replace("第三条", "第四条")
    )
    assert updated(before) == (after, 6, 1)


def test_json() -> None:
    before = (
        '{"measure": "demo", "cases": [{"id": "a", "as_of": "2024-12-01",'
        ' "facts": {"staff": 1, "agreement": "正式", "recruits": {"2024": 30}},'
        ' "expect": {"in_force": {"result": "no", "overridable": true}, "eligible": {"failed": [], "clause": ["第二条"]},'
        ' "grade": {"2024": {"derived": 3}}, "money": [{"line": "grant", "max": 1}]}}]}'
    )
    after = (
        before.replace('"no"', '"yes"').replace("true", "false").replace('"failed": []', '"failed": ["staff>=2"]')
        .replace("第二条", "第一条1").replace('"derived": 3', '"derived": null').replace('"max": 1', '"max": 100000')
    )  # fmt: skip
    assert updated(before, "demo.json") == (after, 6, 0)
    assert case_policy.told(case_policy.run(after, "demo.json")) == []


@pytest.mark.parametrize(
    ("value", "quoted", "written"),
    [
        ("A级", "", "A级"), ("no", "", "'no'"), ("null", "", "'null'"), ("", "", "''"), (None, "'", "null"),
        ("it's", "'", "'it''s'"), ('"', '"', '"\\""'), ("a: b", "", "'a: b'"), ("a #b", "", "'a #b'"), ("[x", "", "'[x'"),
    ],
)  # fmt: skip
def test_texts_read_back_as_themselves(value: str | None, quoted: str, written: str) -> None:
    assert update._scalar(value, quoted, is_json=False, inside=False) == written


def test_commas_and_brackets_are_quoted_inside_a_list() -> None:
    assert update._scalar("a, b", "", is_json=False, inside=True) == "'a, b'"
    assert update._scalar("a, b", "", is_json=False, inside=False) == "a, b"


def test_a_text_that_would_not_read_back_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    before = one("in_force: {result: 'no'}")
    monkeypatch.setattr(update, "_written", lambda *_: "[")
    assert updated(before) == (before, 0, 1)


def test_the_command_rewrites_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = case_policy.folder(tmp_path, BEFORE)
    assert run_tests((str(file),), None, None, update=True, lang="zh") == 1
    assert "已改写17处期望；0处须手工改" in "".join(capsys.readouterr())
    assert run_tests((str(file),), None, str(tmp_path / "report.xml"), update=False, lang="en") == 0
    assert "3 passed, 0 failed" in capsys.readouterr().out
    assert 'tests="3" failures="0"' in (tmp_path / "report.xml").read_text(encoding="utf-8")
    found, faults = read_cases(file.read_bytes(), str(file))
    assert found is not None
    assert faults == ()


def test_a_file_that_needs_a_person_stays_byte_for_byte(tmp_path: Path) -> None:
    file = case_policy.folder(tmp_path, one("elgible: {result: 'no'}"))
    before = file.read_bytes()
    assert run_tests((str(file),), None, None, update=True, lang="en") == 1
    assert file.read_bytes() == before
