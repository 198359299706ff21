"""The interpreter's answers and those of every engine, for the same stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from differential.computing import ENGINES, lengths_of, values_of
from policylang.engines.arrays.from_rows import columns_of
from policylang.facts.model import Facts
from policylang.plan.answers import answers, differences, expected, outputs
from policylang.plan.build import plan
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from policylang.plan.layout import Layout
    from policylang.semantics import ir

CALENDAR = Calendar.official()


def unlike(
    policy: ir.Policy, stations: Sequence[Facts], as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, *, layout: Layout | None = None, engines: Sequence[str] = tuple(ENGINES),
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
            other = answers(made, values_of(found, columns, number), lengths_of(columns, number))
            told += [f"{engine}, station {number}: {line}" for line in differences(made, one, other)]
    return told


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
