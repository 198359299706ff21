"""Plans and every engine decide what the interpreter decides, whatever the policy and whatever is known."""

from __future__ import annotations

from datetime import date

from generated import compiled, drafts, full_facts, paths, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from differential.answering import unlike

slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
days = st.sampled_from([date(2025, 6, 30), date(2025, 12, 31), date(2026, 3, 1), date(2024, 2, 29)])


@st.composite
def tables(draw, most=4):
    """A policy, and some stations of which not all is known."""
    policy = compiled(draw(drafts(anything=True)).text())
    stations = []
    for _ in range(draw(st.integers(1, most))):
        facts = draw(full_facts())
        facts |= draw(st.sampled_from([{}, {"bad": True}, {"gone": "2025-01-02"}, {"gone": "never", "posts": {"2025-01": 2, "2025-05": 0}}]))
        facts |= draw(st.sampled_from([{}, {"verdict": {"2024": "up", "2025": None}}, {"posts": {}}, {"v": {}}]))
        gone = draw(st.sets(st.sampled_from(sorted(paths(facts))), max_size=6))
        stations.append(typed(policy, without(facts, gone)))
    return policy, stations


@settings(max_examples=25, suppress_health_check=slow)
@given(tables(), days, st.booleans(), st.sampled_from(["wide", "strict"]))
def test_plans_say_what_the_interpreter_says(table, as_of, last_year, reading):
    policy, stations = table
    year = as_of.year - last_year
    assert unlike(policy, stations, as_of, year, {"how": reading}, engines=["meaning"]) == []


@settings(max_examples=4, suppress_health_check=slow)
@given(tables(), days, st.sampled_from(["wide", "strict"]))
def test_arrays_and_generated_python(table, as_of, reading):
    policy, stations = table
    assert unlike(policy, stations, as_of, None, {"how": reading}, engines=["arrays", "python"]) == []


@settings(max_examples=2, suppress_health_check=slow)
@given(tables(8), days)
def test_sql(table, as_of):
    policy, stations = table
    assert unlike(policy, stations, as_of, engines=["sql"]) == []
