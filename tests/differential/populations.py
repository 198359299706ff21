"""The interpreter's findings over many stations and those counted from arrays, for the same stations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from policylang.engines.arrays.compute import compile_arrays
from policylang.engines.arrays.from_rows import columns_of
from policylang.engines.arrays.population import Population, outputs
from policylang.plan.build import plan
from policylang.plan.rows import layout_of, row_of_member
from policylang.runtime.decide import Decider
from policylang.runtime.quotas import QuotaResult, evaluate_population
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.runtime.forecasts import ForecastResult
    from policylang.runtime.quotas import Station
    from policylang.semantics import ir

    Found = tuple[QuotaResult | ForecastResult, ...]

CALENDAR = Calendar.official()


def by_interpreter(
    policy: ir.Policy, stations: Sequence[Station], shared: Facts, as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None,
) -> Found:  # fmt: skip
    """What the interpreter finds, without the places of single stations."""
    found = evaluate_population(policy, stations, shared, as_of, year, readings, CALENDAR)
    return tuple(replace(each, places=()) if isinstance(each, QuotaResult) else each for each in found)


def by_arrays(
    policy: ir.Policy, stations: Sequence[Station], shared: Facts, as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, block: int | None = None,
) -> Found:  # fmt: skip
    """What arrays give, in blocks of so many stations."""
    rows = [row_of_member(policy, shared, station) for station in stations]
    layout = layout_of(policy, rows)
    made = plan(policy, layout, as_of, year, readings, CALENDAR)
    program, found = compile_arrays(outputs(made), layout), Population(made)
    for start in range(0, len(rows), block or max(len(rows), 1)):
        end = start + (block or len(rows))
        columns = columns_of(layout, rows[start:end])
        applicants = np.array([station.applicant for station in stations[start:end]], bool)
        ids = [station.id for station in stations[start:end]]
        found.add(program(columns, threads=1), columns, ids, applicants)
    return found.findings(Decider(policy, shared, as_of, made.year, made.readings, CALENDAR))
