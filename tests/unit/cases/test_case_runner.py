"""Running cases: readings, facts left out, and the explanation of what differs."""

from __future__ import annotations

import case_policy
import pytest


def run(expect: str, more: str = "", facts: str = "{staff: 2, agreement: 正式, recruits: {2024: 30}}") -> list[case_policy.CaseResult]:
    return case_policy.run(
        f"measure: demo\ncases:\n  - id: a\n    as_of: 2024-12-01\n    facts: {facts}\n    expect: {expect}\n{more}"
    )


def alternative(reading: str, expect: str) -> str:
    return f"    alternatives:\n      - {{reading: '{reading}', expect: {expect}}}\n"


def test_each_alternative_is_a_result_of_its_own() -> None:
    found = run("{eligible: {result: 'yes'}}", alternative("fact:staff absent", "{eligible: {missing: [staff]}}"))
    assert [r.id for r in found] == ["a", "a［fact:staff absent］"]
    assert all(r.passed for r in found)


def test_readings_by_id_and_by_name() -> None:
    for reading in ("demo.strict=lenient", "口径 = 宽"):
        assert all(r.passed for r in run("{in_force: {result: 'yes'}}", alternative(reading, "{in_force: {result: 'yes'}}")))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (alternative("demo.strct=lenient", "{in_force: {result: 'yes'}}"), ("readings", "demo.strct", "（没有这个读法）")),
        (alternative("demo.strict=loose", "{in_force: {result: 'yes'}}"), ("readings", "demo.strict=loose", "（没有这个读法）")),
        (alternative("demo.strict", "{in_force: {result: 'yes'}}"), ("readings", "demo.strict=", "（没有这个读法）")),
        (alternative("fact:stuff", "{in_force: {result: 'yes'}}"), ("facts", "stuff", "（案例没有写这一事实）")),
        ("    readings: {demo.strict: none}\n", ("readings", "demo.strict=none", "（没有这个读法）")),
    ],
)
def test_a_reading_or_fact_that_does_not_exist_fails(more: str, told: tuple[str, str, str]) -> None:
    assert told in case_policy.told(run("{in_force: {result: 'yes'}}", more))


def test_a_population_case_checks_its_readings_too() -> None:
    head = "measure: demo\nkind: population\ncases:\n"
    case = "  - {id: p, as_of: 2024-12-01, stations: [], readings: {x: y}, expect: {rule: share}}\n"
    assert case_policy.told(case_policy.run(head + case)) == [("readings", "x", "（没有这个读法）")]


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{eligible: {result: 'no'}}", "设站条件"),
        ("{设站条件: {result: 'no'}}", "设站条件"),
        ("{money: [{line: grant, status: not_due}]}", "补助"),
        ("{duties: [{duty: pay, result: met}]}", ""),
    ],
)
def test_what_differs_is_explained(expect: str, words: str) -> None:
    (found,) = run(expect)
    assert not found.passed
    assert words in found.trace
    assert bool(found.trace) == bool(words)


def test_facts_that_cannot_be_read_and_facts_that_contradict_are_told_together() -> None:
    text = case_policy.POLICY.replace("\n结果\n", "\n  须 签订日 不早于 起始日\n\n结果\n").replace(
        "  决定额（", "  签订日（signed_on）：日期，凭 合作协议\n  决定额（"
    )
    from policylang.cases.runner import run_case
    from policylang.compiler import compile_policy

    core = compile_policy(text.encode(), "demo.pol").policy
    assert core is not None
    cases = case_policy.case_file(
        "measure: demo\ncases:\n  - id: a\n    as_of: 2024-12-01\n    facts: {staff: 两人, start_on: 2024-02-01, signed_on: 2024-01-01}\n"
        "    expect: {errors: [staff, 'signed_on: earlier than start_on']}\n"
    ).cases
    assert all(r.passed for r in run_case(core, cases[0]))
