"""The comparisons of days that a duty makes without writing them: when it begins and ends, when it is due and done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.runtime.evaluate import At
from policylang.semantics import ir
from policylang.semantics.periods import Period
from policylang.semantics.types import Day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from policylang.analysis.probe import Probe
    from policylang.runtime.outcome import DutyResult

_AS_OF = ir.Moment("as_of")


def note_days(probe: Probe, results: Sequence[DutyResult]) -> None:
    """Make the comparisons of days behind the results of duties, so that the probe notes them."""
    for result in results:
        timing = result.duty.timing
        if isinstance(timing, ir.Standing):
            continue
        year = int(result.period[:4]) if result.period is not None else probe.year
        at = At(year, result.duty.each, result.record)
        compared = _window(timing, result.period) if isinstance(timing, ir.Window) else _deadline(timing, year)
        for one in compared:
            probe._quietly(probe.truth, one, at)


def _window(window: ir.Window, key: str | None) -> Iterator[ir.Compare]:
    """The first and the last day of a window against the days on which the duty begins and ends."""
    period = Period.parse(window.series, key or "")
    if period is None:
        return
    for day in (window.since, window.until):
        if day is not None:
            yield ir.Compare("le", day, _constant(period.first_day))
            yield ir.Compare("le", day, _constant(period.last_day))


def _deadline(timing: ir.DueAfter | ir.DueOn | ir.DueBy, year: int) -> Iterator[ir.Compare]:
    """The last day against the day on which it is asked and that on which it was done."""
    match timing:
        case ir.DueAfter(start, amount, unit, done, at_least):
            due: ir.Expr = ir.DayShift(start, amount, unit)
            if not at_least and unit != "workdays":  # a last day that is a day of rest gives way to the next working day
                due = ir.DayShift(ir.DayShift(due, -1, "days"), 1, "workdays")
        case ir.DueOn(month, day, next_year, done):
            last = Period("month", year + next_year, month).last_day
            due = _constant(min(last, last.replace(day=min(day, last.day))))
        case ir.DueBy(due, done):  # pragma: no branch - the last of a closed union
            pass
    yield ir.Compare("le", _AS_OF, due)
    if done is not None:
        yield ir.Compare("le", done, due)
        yield ir.Compare("le", done, _AS_OF)


def _constant(day: date) -> ir.Constant:
    return ir.Constant(day, Day())
