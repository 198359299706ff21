"""Cases over a list of stations."""

from __future__ import annotations

import case_policy
import pytest

from policylang.cases.compare import Replacement

STATIONS = """stations:
      - {id: a, city: 甲市, status: active, grade: A}
      - {id: b, city: 乙市, status: active, grade: 不合格}
      - {标识: c, city: 乙市, 设站资格: 撤销, grade: 不合格}"""


def run(expect: str, body: str = STATIONS, more: str = "") -> list[case_policy.CaseResult]:
    return case_policy.run(
        f"measure: demo\nkind: population\ncases:\n  - id: p\n    as_of: 2024-12-01\n    {body}\n    expect: {expect}\n{more}"
    )


def paths(results: list[case_policy.CaseResult]) -> list[str]:
    return [p for p, _, _ in case_policy.told(results)]


APPLICANT = STATIONS + "\n    applicant: {id: d, city: 甲市, extra: false}"


@pytest.mark.parametrize(
    ("expect", "body"),
    [
        ("{rule: share, assessed: 3, excellent: 1, share: 0.3333, target_floor: 0, target_ceil: 1, result: ok}", STATIONS),
        ("{rule: 优秀比例, excellent_bounds: [1, 1], no_automatic_demotion: true, clause: 第四条, note: 无}", STATIONS),
        ("{rule: per_city, area: 乙市, existing: 1, after: 1, max: 1, room: 0, result: ok, missing: []}", STATIONS),
        ("{rule: per_city, existing: 1, after: 2, result: warn, needs: extra, discretionary: false}", APPLICANT),
        ("{rule: total, counted: 4, after_all: 4, result: ok}", APPLICANT + "\n    places: 4"),
        ("{rule: total, counted: 3, counted_bounds: [3, 3], max: 3, result: violated}", APPLICANT + "\n    places: 3"),
        ("{rule: total, result: undetermined, missing: [places]}", STATIONS),
        ("{rules: [{rule: per_city, group: 甲市, result: ok}, {rule: share, result: ok}], clause: 第四条}", STATIONS),
        ("{rules: [{rule: share, clause: 第四条, result: ok}], note: 无}", STATIONS),
    ],
)
def test_findings_as_expected(expect: str, body: str) -> None:
    assert case_policy.told(run(expect, body)) == []


@pytest.mark.parametrize(
    ("expect", "path", "new"),
    [
        ("{rule: share, result: warn}", "result", Replacement("ok")),
        ("{rule: share, excellent: 2}", "excellent", Replacement("1")),
        ("{rule: share, excellent_bounds: [1, 2]}", "excellent_bounds", Replacement(("1", "1"))),
        ("{rule: share, counted: 2}", "counted", Replacement("1")),
        ("{rule: share, clause: 第五条}", "clause", Replacement("第四条")),
        ("{rule: share, missing: [x]}", "missing", Replacement(())),
        ("{rule: share, missing: x}", "missing", Replacement(())),
        ("{rule: share, needs: extra}", "needs", Replacement(None)),
        ("{rule: share, no_automatic_demotion: false}", "no_automatic_demotion", Replacement("true")),
        ("{rule: share, demotion: none}", "demotion", None),
        ("{rule: shares, result: ok}", "rule", None),
        ("{result: ok}", "rule", None),
        ("{rule: per_city, area: 丙市, result: ok}", "rule", None),
        ("{rules: [{rule: share, result: warn}]}", "rules[0].result", Replacement("ok")),
        ("{rules: [{rule: share}], clause: 第五条}", "clause", Replacement("第四条")),
        ("{rules: [share]}", "rules", None),
        ("{rules: [{rule: share}], result: ok}", "result", None),
    ],
)
def test_what_differs(expect: str, path: str, new: Replacement | None) -> None:
    (found,) = run(expect)[0].mismatches
    assert (found.path, found.new) == (path, new)


def test_without_a_group_every_group_must_agree() -> None:
    assert paths(run("{rule: per_city, existing: 1, result: ok}")) == []
    two = STATIONS + "\n    applicants: [{id: d, city: 甲市}, {id: e, city: 丙市}]"
    assert paths(run("{rule: per_city, existing: 1}", two)) == ["existing"]


def test_an_alternative_speaks_of_the_rule_of_its_case() -> None:
    more = "    alternatives:\n      - {reading: demo.strict=lenient, expect: {result: ok}}\n"
    assert [r.id for r in run("{rule: share, result: ok}", more=more)] == ["p", "p［demo.strict=lenient］"]
    assert all(r.passed for r in run("{rule: share, result: ok}", more=more))


BAD = """stations:
      - 某站
      - {id: a, city: 甲市, status: 在办}
      - {id: b, status: [active]}
      - {id: c, staf: 2}
    place: 3"""
TOLD = [
    "stations: a station is a mapping",
    "a.status: not one of active, revoked",
    "b.status: not one of active, revoked",
    "c.staf: unknown fact",
    "place: unknown fact",
]


def test_mistakes_in_a_list_can_be_expected() -> None:
    assert case_policy.told(run(f"{{errors: [{', '.join(repr(t) for t in TOLD)}]}}", BAD)) == []


@pytest.mark.parametrize(
    "expect",
    ["{rule: share, result: ok}", "{errors: []}", "{errors: [x]}", "{errors: place}", f"{{errors: ['{TOLD[0]}'], rule: share}}"],
)
def test_mistakes_in_a_list_are_told(expect: str) -> None:
    found = run(expect, BAD)[0].mismatches
    assert found
    assert {m.path for m in found} <= {"errors", "rule", "result"}
    assert all(TOLD[0] in m.got for m in found if m.path == "errors" and m.got != "（应写成清单）")
    assert all(m.got == "（名单有误，没有核对）" for m in found if m.path != "errors")


def test_mistakes_may_be_named_by_their_place() -> None:
    assert case_policy.told(run("{errors: [stations, a.status, b.status, c.staf, place]}", BAD)) == []


def test_what_stands_beside_an_empty_list_of_mistakes_is_checked() -> None:
    assert paths(run("{errors: [], rule: share, result: ok}")) == []
    assert paths(run("{errors: [], rule: share, result: warn}")) == ["result"]


def test_expecting_mistakes_where_there_are_none() -> None:
    assert paths(run("{errors: [x]}")) == ["errors"]
    assert paths(run("{errors: []}")) == []


def test_a_station_may_be_the_only_one() -> None:
    assert paths(run("{rule: per_city, area: 甲市, existing: 1}", "工作站: {id: a, city: 甲市, status: active}")) == []
