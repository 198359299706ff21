"""What could stand in a cell instead: the contents at which a comparison turns.

For yes or no and for options there are few contents, and all are tried. A number or a day is tried where one of the
comparisons it takes part in turns, and just beside.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.analysis.cells import ABSENT, COUNT, declared_at, listed
from policylang.semantics import ir
from policylang.semantics.types import Day, Money, Number, Records, Text
from policylang.semantics.values import Known, Value, bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.analysis.cells import Cell, Situation
    from policylang.analysis.probe import Compared, Probe



def candidates(situation: Situation, cell: Cell, probe: Probe | None, as_of: date) -> list[object]:
    """Other contents of a cell, each once, in a stable order. ``probe`` has decided the situation, comparing."""
    fact = declared_at(situation.declared, cell)
    present = situation.content(cell)
    if isinstance(fact.type, Records) and cell.key == COUNT:
        return [Fraction(0), Fraction(1)] if present is ABSENT else [present + 1]  # type: ignore[operator]
    found: list[object] = list(listed(fact, cell, present))
    compared = [c for c in (probe.compared if probe is not None else ()) if cell in c.left_cells | c.right_cells]
    match fact.type:
        case Number() | Money():
            found += sorted({n for c in compared for n in _numbers(c, cell, present) if n >= 0})
            if present is ABSENT:
                found.append(Fraction(0))
        case Text():
            sides = [side.value for c in compared for side in (c.left, c.right) if isinstance(side, Known)]
            found += [side for side in sides if isinstance(side, str)]
        case Day() if probe is not None:
            days = {d for c in compared for d in _days(c, cell, present, probe)}
            days |= {as_of, as_of + timedelta(days=1)} if present is ABSENT or not isinstance(present, date) else set()
            found += sorted(days)
        case _:
            pass
    return [content for content in dict.fromkeys(found) if content != present]


def _numbers(compared: Compared, cell: Cell, present: object) -> Iterator[Fraction]:
    """Where a comparison of numbers turns, as the cell is moved."""
    start = present if isinstance(present, Fraction) else Fraction(0)
    for own, other, inside in (
        (compared.left, compared.right, compared.left_cells), (compared.right, compared.left, compared.right_cells),
    ):  # fmt: skip
        if cell in inside:
            one, goal = _least(own), _least(other)
            if one is not None and goal is not None:
                turns = {start + goal - one, start - goal + one} | ({goal} if present is ABSENT else set())
                for turn in sorted(turns):
                    yield from (turn - 1, turn, turn + 1)


def _least(value: Value) -> Fraction | None:
    low = bounds(value)[0]
    return low if isinstance(low, Fraction) else None


def _days(compared: Compared, cell: Cell, present: object, probe: Probe) -> Iterator[date]:
    """Where a comparison of days turns, as the cell is moved."""
    sides = (
        (compared.expr.left, compared.left, compared.right, compared.left_cells),
        (compared.expr.right, compared.right, compared.left, compared.right_cells),
    )
    for expr, own, other, inside in sides:
        goal = other.value if isinstance(other, Known) else None
        if cell not in inside or not isinstance(goal, date):
            continue
        at = own.value if isinstance(own, Known) else None
        both = isinstance(present, date) and isinstance(at, date)
        turn = _moved(present, (goal - at).days) if both else _unshifted(expr, goal, probe)  # type: ignore[arg-type,operator]
        for step in (-1, 0, 1):
            near = None if turn is None else _moved(turn, step)
            if near is not None:
                yield near


def _moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _unshifted(expr: ir.Expr, day: date | None, probe: Probe) -> date | None:
    """The day that an expression moves to ``day``, as far as periods can be taken back."""
    while isinstance(expr, (ir.DayShift, ir.DefinitionValue)) and day is not None:
        if isinstance(expr, ir.DefinitionValue):
            expr = probe.definitions[expr.definition].body
        else:
            day, expr = probe._moved_day(day, -expr.amount, expr.unit), expr.day
    return day
