"""The Python face: what README shows, without a command line."""

from __future__ import annotations

from datetime import date

import pytest

from policylang import load
from policylang.workspace import PolicyError, WorkspaceError


def test_one_station():
    measure = load("liuzhou")
    outcome = measure.evaluate(
        {"g_class_recruits_by_year": {2024: 32}, "管理期起始日": date(2024, 1, 1)}, as_of=date(2025, 3, 1), year=2024
    )
    document = measure.document(outcome)
    assert document["policy"]["id"] == "liuzhou"
    assert [o.name for o in outcome.decision("grade", 2024).possible] == ["A级", "不合格"]


def test_facts_that_are_wrong_are_all_named():
    with pytest.raises(ValueError, match=r"staff_count.*nosuch"):
        load("liuzhou").evaluate({"staff_count": -1, "nosuch": 1}, as_of=date(2025, 3, 1))


def test_all_stations():
    measure = load("liuzhou")
    found = measure.evaluate_population(
        {
            "stations": [{"id": "甲", "设站单位标识": "一厂", "设站资格": "有效", "设立日期": date(2022, 1, 1)}],
            "applicants": [{"id": "乙", "unit_id": "一厂", "extra_station_justified": False}],
            "annual_quota": {2025: 3},
        },
        as_of=date(2025, 5, 1),
    )
    results = {(r.quota.id, r.group): r for r in found}
    assert results["one_per_unit", "一厂"].result == "warn"
    assert [p.station for p in results["one_per_unit", "一厂"].places] == ["甲", "乙"]
    assert results["annual_quota", None].result == "ok"


@pytest.mark.parametrize("population", [{"stations": [{"id": "甲", "设站资格": "无"}]}, {"nosuch": 1}])
def test_a_wrong_population(population):
    with pytest.raises(ValueError, match=r"设站资格|nosuch"):
        load("liuzhou").evaluate_population(population, as_of=date(2025, 5, 1))


def test_a_population_is_a_mapping():
    with pytest.raises(TypeError):
        load("liuzhou").evaluate_population([], as_of=date(2025, 5, 1))


def test_no_such_measure(tmp_path):
    with pytest.raises(WorkspaceError, match="nosuch"):
        load("nosuch")
    broken = tmp_path / "a.pol"
    broken.write_text("办法 a 《甲》\n\n第一条\n  甲 为 乙\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="甲"):
        load(broken)


def test_what_would_change_a_result():
    measure = load("liuzhou")
    facts = {
        "管理期起始日": date(2024, 7, 1), "引进G类以上人才数": {2024: 24}, "有名无实": {2024: False},
        "与设站标准差距较大": False, "不配合招引和征集": False, "有其他不合格情形": False,
    }  # fmt: skip
    answer = measure.changes(facts, "评估等级=A级", as_of=date(2025, 3, 3), year=2024)
    assert answer.proved
    (change,) = answer.ways[0].changes
    assert (change.cell.path, change.before, change.after) == ("g_class_recruits_by_year.2024", 24, 30)
    assert measure.changes(facts, "grade=B", as_of=date(2025, 3, 3), year=2024).reached
    with pytest.raises(ValueError, match="no outcome “评级”"):
        measure.changes(facts, "评级=A级", as_of=date(2025, 3, 3))
