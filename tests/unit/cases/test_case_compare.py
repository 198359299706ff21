"""Each key of an expectation: that it is checked, and that what is not understood fails."""

from __future__ import annotations

import case_policy
import pytest

from policylang.cases.compare import Replacement, clauses_agree, compare, text

FACTS = """{staff: 1, agreement: 正式, recruits: {2023: 9, 2024: 30}, start_on: 2023-01-01, violation: true,
      decided: 200000, changes: [{id: k1, filed: true}, {id: k2}], materials: [申请表], paid_on: {2024: 2024-05-31},
      assessed: {2023: A}}"""


def document() -> dict[str, object]:
    found = run("in_force: {result: 'yes'}")[0].document
    assert found is not None
    return found


def run(expect: str, facts: str = FACTS) -> list[case_policy.CaseResult]:
    head = "measure: demo\ncases:\n  - id: a\n    as_of: 2024-12-01\n    assessment_year: 2024\n"
    return case_policy.run(f"{head}    facts: {facts}\n    expect:\n      {expect}\n")


MET = """input_ok: true
      errors: []
      办法效力: {result: 施行中, clause: 第五条, basis: derived, note: 备注}
      eligible: {result: 'no', failed: [staff>=2], missing: [], overridable: false, clause: [第一条]}
      application: {result: incomplete, missing_materials: [规划]}
      grade:
        2023: {result: A, basis: attested, derived: 不合格}
        2024: {result: A级, derived: null, candidates: []}
      status: {result: revoked, consequences: [收回牌匾], further: 收牌}
      money:
        - {line: 补助, year: 2024, status: due, kind: cap, max: 100000, decided: 200000, external: null}
        - {line: change_grant, ref: k1, status: due, kind: exact, amount: 10000}
        - {line: change_grant, ref: k2, status: undetermined, missing: [changes[1].filed], clause: 第三条, min: null}
      total_exact: 10000
      duties:
        - {duty: 变动备案, ref: 'changes[0]', result: met, obligor: 设站单位, due: null}
        - {duty: report_change, ref: 'changes[1]', result: undetermined, missing: ['changes[1].filed']}
        - {duty: pay, period: 2024, result: met, due: 2024-12-31, actual: 2024-05-31, clause: 第三条, required: null}
      warnings: [found_violation]
      all_warnings: [found_violation, 'decided_amount_out_of_range:200000']""".replace(
    "[changes[1].filed]", "['changes[1].filed']"
)


def test_everything_that_is_as_decided_is_met() -> None:
    assert case_policy.told(run(MET)) == []


@pytest.mark.parametrize(
    ("expect", "path", "new"),
    [
        ("input_ok: false", "input_ok", "true"),
        ("errors: [staff]", "errors", ()),
        ("warnings: [none]", "warnings", ("found_violation", "decided_amount_out_of_range:200000")),
        ("warnings: []", "warnings", ("found_violation", "decided_amount_out_of_range:200000")),
        ("all_warnings: [found_violation]", "all_warnings", ("found_violation", "decided_amount_out_of_range:200000")),
        ("in_force: {result: 'no'}", "in_force.result", "yes"),
        ("办法效力: {result: 不在施行期}", "办法效力.result", "施行中"),
        ("in_force: {clause: 第四条}", "in_force.clause", "第五条"),
        ("in_force: {clause: [第五条, 第四条]}", "in_force.clause", ("第五条",)),
        ("in_force: {clause: 无此条}", "in_force.clause", "第五条"),
        ("eligible: {failed: []}", "eligible.failed", ("staff>=2",)),
        ("eligible: {missing: [staff]}", "eligible.missing", ()),
        ("eligible: {overridable: true}", "eligible.overridable", "false"),
        ("application: {missing_materials: []}", "application.missing_materials", ("规划",)),
        ("grade: {2024: {result: 不合格}}", "grade.2024.result", "A级"),
        ("grade: {2023: {derived: null}}", "grade.2023.derived", "不合格"),
        ("grade: {2024: {derived: A}}", "grade.2024.derived", None),
        ("grade: {2024: {bounds: [8, 10]}}", "grade.2024.bounds", None),
        ("grade: {2024: {candidates: [A]}}", "grade.2024.candidates", ()),
        ("status: {consequences: []}", "status.consequences", ("收回牌匾",)),
        ("money: [{line: grant, max: 80000}]", "money[0].max", "100000"),
        ("money: [{line: change_grant, ref: k2, missing: []}]", "money[0].missing", ("changes[1].filed",)),
        ("total_exact: 1", "total_exact", "10000"),
        ("duties: [{duty: pay, period: 2024, due: 2025-01-01}]", "duties[0].due", "2024-12-31"),
        ("duties: [{duty: pay, obligor: 设站单位}]", "duties[0].obligor", "市科技局"),
    ],
)
def test_what_differs_is_told_with_its_place_and_the_new_value(
    expect: str, path: str, new: str | tuple[str, ...] | None
) -> None:
    found = run(expect)[0].mismatches
    assert (found[0].path, found[0].new) == (path, Replacement(new))


@pytest.mark.parametrize(
    ("expect", "path"),
    [
        ("elgible: {result: 'no'}", "elgible"),
        ("in_force: 'yes'", "in_force"),
        ("in_force: {}", "in_force"),
        ("in_force: {reslt: 'yes'}", "in_force.reslt"),
        ("in_force: {failed: staff}", "in_force.failed"),
        ("in_force: {missing: staff}", "in_force.missing"),
        ("in_force: {further: 收牌}", "in_force.further"),
        ("grade: {result: A}", "grade.result"),
        ("grade: {2022: {result: A}}", "grade.2022"),
        ("warnings: found_violation", "warnings"),
        ("errors: staff", "errors"),
        ("money: 10000", "money"),
        ("money: []", "money"),
        ("money: [grant]", "money[0]"),
        ("money: [{line: grants}]", "money[0]"),
        ("money: [{line: grant, year: 2022}]", "money[0]"),
        ("money: [{line: grant, year: 2024, amuont: 1}]", "money[0].amuont"),
        ("duties: []", "duties"),
        ("duties: [pay]", "duties[0]"),
        ("duties: [{duty: pays}]", "duties[0]"),
        ("duties: [{duty: pay, period: 2024, consequences: []}]", "duties[0].consequences"),
        ("duties: [{duty: pay, period: 2024, plaque: 收牌}]", "duties[0].plaque"),
        ("duties: [{duty: pay, period: 2024, oblgor: 市科技局}]", "duties[0].oblgor"),
        ("total_exakt: 1", "total_exakt"),
    ],
)
def test_what_is_not_understood_or_not_there_fails_and_is_left_to_a_person(expect: str, path: str) -> None:
    found = run(expect)[0].mismatches
    assert [(m.path, m.new) for m in found] == [(path, None)]


def test_without_a_year_period_or_record_every_one_must_agree() -> None:
    assert [p for p, _, _ in case_policy.told(run("money: [{line: change_grant, status: due}]"))] == ["money[0].status"]
    assert [p for p, _, _ in case_policy.told(run("duties: [{duty: report_change, result: met}]"))] == [
        "duties[0].result"
    ]


def test_the_total_counts_the_years_that_the_lines_speak_of() -> None:
    lines = "money: [{line: change_grant, year: 2024, ref: k1, status: due}]"
    assert case_policy.told(run(f"{lines}\n      total_exact: 10000")) == []
    assert case_policy.told(run("money: 无\n      total_exact: 10000")) == [("money", "无", "（应写成清单）")]
    changed = document() | {"totals": {"2024": "10000.5"}}
    assert compare({"total_exact": "10000.5"}, changed) == []


def test_rejected_facts() -> None:
    bad = "{staff: 两人, agreement: 口头}"
    told = ["staff: must be a whole number", "agreement: not one of 正式, 意向"]
    assert case_policy.told(run(f"input_ok: false\n      errors: ['{told[0]}', agreement]\n      grade: {{}}\n      money: []", bad)) == []
    (found,) = run("errors: []", bad)[0].mismatches
    assert found.new == Replacement(tuple(told))
    (found,) = run("in_force: {result: 'yes'}", bad)[0].mismatches
    assert found.got == "（没有这一结果）"
    assert run("in_force: {result: 'yes'}", bad)[0].trace.startswith("  staff：")


def test_missing_is_one_way_or_all_of_them() -> None:
    way = {"missing": [["a"], ["b", "c"]], "clauses": ["第一条"], "outcome": "x", "name": "x", "year": None}
    decided = {"decisions": [way], "input": {"ok": True}}
    for met in (["a"], ["c", "b"], ["a", "b", "c"]):
        assert compare({"x": {"missing": met}}, decided) == []
    (found,) = compare({"x": {"missing": ["b"]}}, decided)
    assert found.new == Replacement(("a",))


def test_clauses() -> None:
    assert clauses_agree(["第十条"], ["第十条3"], [])
    assert clauses_agree(["第十条3"], ["第十条"], ["第十条3"])
    assert clauses_agree(["第十一条", "第十四条"], ["第十一条"], ["第十四条"])
    assert not clauses_agree(["第十四条"], ["第十一条"], ["第十四条"])
    assert not clauses_agree(["第十一条", "第九条"], ["第十一条"], ["第十四条"])
    assert not clauses_agree(["哪一条"], ["第十一条"], [])
    assert not clauses_agree([], ["第十一条"], [])


def test_a_clause_that_decided_nothing_is_left_to_a_person() -> None:
    none = {"outcome": "x", "name": "x", "year": None, "clauses": [], "relied_on": ["第九条"], "missing": []}
    (found,) = compare({"x": {"clause": "第九条"}}, {"decisions": [none], "input": {"ok": True}})
    assert (found.got, found.new) == ("[]；参照 [第九条]", None)


def test_values_as_a_case_file_writes_them() -> None:
    assert [text(v) for v in (None, True, False, 3, ["a", None], ("b",))] == [
        "（无）", "true", "false", "3", "[a, （无）]", "[b]",
    ]  # fmt: skip
