"""The interpreter's answers and those of every engine, for the same stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.plan.answers import Answers, answers, differences, expected
from policylang.plan.build import plan
from policylang.plan.meaning import Meaning
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.plan.layout import Layout
    from policylang.plan.meaning import Row
    from policylang.plan.model import Plan
    from policylang.semantics import ir

CALENDAR = Calendar.official()


def by_meaning(made: Plan, rows: Sequence[Row]) -> list[Answers]:
    """The yardstick of plans: one node at a time."""
    return [answers(made, Meaning(row), _lengths(row)) for row in rows]


def _lengths(row: Row) -> Callable[[str], int]:
    return lambda name: len(row.lists.get(name) or ())


#: What computes a plan for rows of its layout.
ENGINES: dict[str, Callable[[Plan, Sequence[Row]], list[Answers]]] = {"meaning": by_meaning}


def unlike(
    policy: ir.Policy, stations: Sequence[Facts], as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, *, layout: Layout | None = None, engines: Sequence[str] = tuple(ENGINES),
) -> list[str]:  # fmt: skip
    """Where an engine differs from the interpreter, for stations of one table; nothing where all keep their promise."""
    rows = [row_of(policy, facts) for facts in stations]
    made = plan(policy, layout or layout_of(policy, rows), as_of, year, readings, CALENDAR)
    wanted = [expected(evaluate(policy, facts, as_of, year, readings, CALENDAR)) for facts in stations]
    return [
        f"{engine}, station {number}: {line}"
        for engine in engines
        for number, (one, other) in enumerate(zip(wanted, ENGINES[engine](made, rows), strict=True))
        for line in differences(made, one, other)
    ]
