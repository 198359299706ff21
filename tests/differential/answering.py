"""The interpreter's answers and those of every engine, for the same stations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from differential.computing import ENGINES, HERE, lengths_of, values_of
from policylang.engines.arrays.from_rows import columns_of
from policylang.facts.model import Facts
from policylang.plan.answers import EarlyError, answers, differences, expected, outputs
from policylang.plan.build import plan
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policylang.plan.answers import Answers, Value
    from policylang.plan.layout import Layout
    from policylang.plan.model import Plan
    from policylang.semantics import ir

CALENDAR = Calendar.official()


def unlike(
    policy: ir.Policy, stations: Sequence[Facts], as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, *, layout: Layout | None = None, engines: Sequence[str] = HERE,
) -> list[str]:  # fmt: skip
    """Where an engine differs from the interpreter, for stations of one table; nothing where all keep their promise."""
    rows = [row_of(policy, facts) for facts in stations]
    layout = layout or layout_of(policy, rows)
    made = plan(policy, layout, as_of, year, readings, CALENDAR)
    columns, asked = columns_of(layout, rows), outputs(made)
    wanted = [expected(evaluate(policy, facts, as_of, year, readings, CALENDAR)) for facts in stations]
    told = []
    for engine in engines:
        found = ENGINES[engine](asked, layout, columns)
        for number, one in enumerate(wanted):
            other = answered(made, values_of(found, columns, number), lengths_of(columns, number), stations[number])
            told += [f"{engine}, station {number}: {line}" for line in against(made, one, other)]
    return told


def answered(made: Plan, value: Value, lengths: Callable[[str], int], facts: Facts) -> Answers | None:
    """What a plan decides; None for a station that it may leave to the interpreter: with a day centuries ago."""
    try:
        return answers(made, value, lengths)
    except EarlyError:
        if min(_days(facts), default=date.max).year > made.as_of.year - 190:
            raise
        return None


def against(made: Plan, wanted: Answers, found: Answers | None) -> tuple[str, ...]:
    """What differs, if the plan decides at all."""
    return () if found is None else differences(made, wanted, found)


def _days(facts: Facts) -> Iterator[date]:
    for value in facts.values.values():
        inside = value.values() if isinstance(value, dict) else [value]
        if isinstance(value, tuple):
            inside = [cell for record in value for cell in record.values()]
        yield from (cell for cell in inside if isinstance(cell, date))


def fewest(facts: Facts, wrong: Callable[[Facts], bool]) -> Facts:
    """As few facts as still go wrong: nothing more can be left out alone."""
    again = True
    while again:
        again = False
        for fewer in _fewer(facts):
            if wrong(fewer):
                facts, again = fewer, True
                break
    return facts


def _fewer(facts: Facts) -> Iterator[Facts]:
    for name, value in facts.values.items():
        rest = {other: own for other, own in facts.values.items() if other != name}
        yield Facts(rest)
        if isinstance(value, dict):
            for period in value:
                yield Facts({**rest, name: {p: v for p, v in value.items() if p != period}})
        elif isinstance(value, tuple):
            for number, record in enumerate(value):
                yield Facts({**rest, name: value[:number] + value[number + 1 :]})
                for own in record:
                    less = {field: cell for field, cell in record.items() if field != own}
                    yield Facts({**rest, name: (*value[:number], less, *value[number + 1 :])})
