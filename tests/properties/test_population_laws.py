"""Rules over all stations counted from arrays are those of the interpreter, whatever the policy and the stations."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.test_conformance import compile_plain, facts_of, rows, station
from differential.populations import by_arrays, by_interpreter
from differential.random_populations import random_population
from policylang.cases.files import read_cases
from policylang.cases.population import read_population
from policylang.cases.runner import resolved
from policylang.compiler import compile_policy
from policylang.plan.graph import TooLargeError
from policylang.workspace import case_files, policies_folder, policy_of_case, read_bytes

DAYS = (date(2024, 2, 29), date(2025, 1, 1), date(2025, 6, 30), date(2026, 12, 20))


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**40), st.sampled_from((None, 1, 7)))
def test_random_populations(seed, block):
    rng = Random(seed)
    as_of = rng.choice(DAYS)
    made = random_population(rng, rng.randint(0, 25), as_of)
    readings = {r.id: rng.choice(r.options).id for r in made.policy.readings}
    asked = (made.policy, made.stations, made.shared, as_of, as_of.year - rng.choice((0, 0, 1)), readings)
    try:
        found = by_arrays(*asked, block=block)
    except TooLargeError:
        return
    assert found == by_interpreter(*asked), made.text


@pytest.mark.parametrize(("row", "case"), [each for each in rows() if "stations" in each.values[1]])
def test_conformance_rows(row, case):
    policy = compile_plain(row["policy"].encode(), f"{row['id']}.pol").policy
    stations = [station(policy, written) for written in case["stations"]]
    as_of = date.fromisoformat(case.get("as_of", "2025-06-30"))
    year = int(case["year"]) if "year" in case else None
    asked = (policy, stations, facts_of(policy, case.get("facts") or {}), as_of, year, case.get("readings"))
    assert by_arrays(*asked) == by_arrays(*asked, block=1) == by_interpreter(*asked)


def cases():
    for path in case_files((str(policies_folder() / "cases"),)):
        found, _ = read_cases(read_bytes(path), path)
        asked = [case for case in found.cases if case.population and "errors" not in case.expect]
        yield from (pytest.param(case, path, number, id=case.id) for number, case in enumerate(asked))


@cache
def compiled(path):
    return compile_policy(read_bytes(path), path).policy


@pytest.mark.parametrize(("case", "path", "number"), list(cases()))
def test_shipped_cases(case, path, number):
    """Under the readings of the case, under those it tells the difference of, and under every fourth other one in turn."""
    policy = compiled(policy_of_case(case.measure, path))
    stations, shared, errors = read_population(policy, case.body)
    assert errors == ()
    own = resolved(policy, case.readings)
    told = [resolved(policy, {**own, name: option}) for name, option in alternatives(case)]
    other = [{**own, r.id: o.id} for r in policy.readings for o in r.options if o.id != own.get(r.id, r.adopted)]
    each = [own, *told, *(readings for readings in other[number % 4 :: 4] if readings not in told)]
    for readings in each:
        asked = (policy, stations, shared, case.as_of, case.year, readings)
        assert by_arrays(*asked) == by_interpreter(*asked)


def alternatives(case):
    for alternative in case.alternatives:
        if not alternative.reading.startswith("fact:"):
            name, _, option = alternative.reading.partition("=")
            yield name.strip(), option.strip()
