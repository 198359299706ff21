"""Duties: met, unmet, not yet due, or not to be told; window by window, never by a yearly total."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from policylang.runtime.evaluate import At
from policylang.runtime.outcome import DutyResult
from policylang.semantics import ir
from policylang.semantics.periods import Period, periods_between
from policylang.semantics.values import (
    NOTHING,
    SETTLED,
    Known,
    Needs,
    Truth,
    Value,
    bounds,
    missing,
    needs_of,
    together,
)
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylang.measure.citation import Citation
    from policylang.runtime.decide import Decider


Deadline = ir.DueAfter | ir.DueOn | ir.DueBy

#: Two centuries of months; no duty is older.
MAX_WINDOWS = 2_400


def duty_results(decider: Decider, duties: Iterable[ir.Duty]) -> Iterator[DutyResult]:
    """The duties in every window, year and record they are due in."""
    for _, same in groupby(sorted(duties, key=_first_of(decider)), key=lambda duty: duty.id):
        ways = list(same)
        found = [result for duty in ways for result in _results(decider, duty)]
        yield from found if len(ways) == 1 else _one_way(found)


def _first_of(decider: Decider) -> Callable[[ir.Duty], int]:
    """Duties of one name together, where the first of them stands."""
    order: dict[str, int] = {}
    for number, duty in enumerate(decider.policy.duties):
        order.setdefault(duty.id, number)
    return lambda duty: order[duty.id]


def _one_way(found: list[DutyResult]) -> Iterator[DutyResult]:
    """Of a duty given for several cases, the one that applies; one of them where none does."""
    told: set[tuple[str | None, int | None]] = set()
    applying = {(r.period, r.record) for r in found if r.result != "not_applicable"}
    for result in found:
        place = (result.period, result.record)
        if result.result != "not_applicable" or (place not in applying and place not in told):
            told.add(place)
            yield result


def _results(decider: Decider, duty: ir.Duty) -> Iterator[DutyResult]:
    for at in _places(decider, duty):
        match duty.timing:
            case ir.Window() as window:
                yield from _windows(decider, duty, window, at)
            case ir.Standing(condition):
                yield _gated(decider, _standing(decider, duty, condition, at), at)
            case ir.DueAfter() | ir.DueOn() | ir.DueBy() as timing:  # pragma: no branch - the last of a closed union
                found = _gated(decider, _deadline(decider, duty, timing, at), at)
                yield replace(found, relied_on=_rested_on(decider, timing))


def _places(decider: Decider, duty: ir.Duty) -> list[At]:
    """The years a yearly duty falls in, and the records a duty of each record concerns."""
    if duty.each is not None:
        return [At(decider.year, duty.each, number) for number in range(len(decider.records(duty.each) or ()))]
    return [At(year) for year in decider.years] if duty.yearly else [At(decider.year)]


def _result(
    duty: ir.Duty, at: At, period: str | None, result: str, due: date | None, needs: Needs = SETTLED, **more: object
) -> DutyResult:
    return DutyResult(duty, period, result, due, needs, (duty.clause,), at.record, **more)  # type: ignore[arg-type]


def _rested_on(decider: Decider, timing: Deadline) -> tuple[Citation, ...]:
    """The clauses of the definitions that a deadline starts from and is done by."""
    days: tuple[ir.Expr | None, ...]
    match timing:
        case ir.DueAfter(start, _, _, done):
            days = (start, done)
        case ir.DueBy(day, done):
            days = (day, done)
        case ir.DueOn(_, _, _, done):  # pragma: no branch - the last of a closed union
            days = (done,)
    found = (decider.definitions[d.definition].clause for d in days if isinstance(d, ir.DefinitionValue))
    return tuple(dict.fromkeys(found))


def _gated(decider: Decider, result: DutyResult, at: At) -> DutyResult:
    """The result of a duty, once it is considered whether it applies at all, with the clauses that say so."""
    if result.duty.applies is None or result.result == "not_applicable":
        return result
    decider.tests = []
    applies = decider.truth(result.duty.applies, at)
    tests = tuple(t for t in decider.tests if t.decides(applies))
    if applies.value is True:
        return result
    clauses = tuple(dict.fromkeys((*result.clauses, *decider.behind(tests))))
    if applies.value is False:
        return replace(
            result, result="not_applicable", needs=SETTLED, required=None, actual=None, tests=tests, clauses=clauses
        )  # fmt: skip
    needs = together(applies.needs, result.needs)
    return replace(result, result="undetermined", needs=needs, tests=(*tests, *result.tests), clauses=clauses)


def _windows(decider: Decider, duty: ir.Duty, window: ir.Window, at: At) -> Iterator[DutyResult]:
    start = decider._quiet_value(window.since, at) if window.since is not None else None
    first = bounds(start)[0] if start is not None else None
    end = decider._quiet_value(window.until, at) if window.until is not None else Known(NOTHING)
    last = end.value if isinstance(end, Known) else None
    for period in _periods(decider, window, first if isinstance(first, date) else None):
        if isinstance(last, date) and period.last_day >= last:
            yield _result(duty, at, period.key, "not_applicable", period.last_day, part="ended")
            continue
        place = at._replace(year=period.year, window=period)
        if isinstance(first, date) and window.first_part_free and period.first_day < first:
            yield _result(duty, at, period.key, "not_applicable", period.last_day, part="first")
            continue
        decider.tests = []
        truth = decider.truth(window.condition, place)
        tests = tuple(decider.tests)
        compared = next((t for t in tests if t.required is not None), None)
        result = {True: "met", False: "unmet", None: "undetermined"}[truth.value]
        if not truth.value and decider.as_of <= period.last_day:
            result, truth = "pending", Truth(truth.value)
        elif truth.value is False and start is not None and not isinstance(start, Known):
            result, truth = "undetermined", Truth(None, needs_of(start))  # was the duty there yet?
        elif truth.value is not True and not isinstance(end, Known):
            needs = together(truth.needs, needs_of(end))  # was it still there?
            result, truth = "undetermined", Truth(None, needs)
        found = _result(
            duty, at, period.key, result, period.last_day, truth.needs if result == "undetermined" else SETTLED,
            required=compared.required if compared else None, actual=compared.actual if compared else None, tests=tests,
        )  # fmt: skip
        yield _gated(decider, found, place)


def _periods(decider: Decider, window: ir.Window, first: date | None) -> tuple[Period, ...]:
    """The windows from the first day to the as-of day; without a first day those that the facts speak of."""
    if first is not None:
        return periods_between(window.series, first, decider.as_of, MAX_WINDOWS) or ()
    spoken = set()
    for fact in decider.policy.facts:
        found = decider.facts.get(fact.id)
        if fact.series == window.series and isinstance(found, dict) and _speaks_of(decider, window.condition, fact.id):
            spoken |= {Period.parse(window.series, key) for key in found}
    current = Period.containing(window.series, decider.as_of)
    return tuple(sorted({p for p in spoken if p is not None} | {current}))


def _speaks_of(decider: Decider, condition: ir.Expr, fact: str) -> bool:
    for part in everything(condition):
        if isinstance(part, ir.DefinitionValue) and _speaks_of(decider, decider.definitions[part.definition].body, fact):
            return True
        if isinstance(part, ir.FactValue) and part.fact == fact:
            return True
    return False


def _standing(decider: Decider, duty: ir.Duty, condition: ir.Expr, at: At) -> DutyResult:
    decider.tests = []
    truth = decider.truth(condition, at)
    tests = tuple(decider.tests)
    compared = next((t for t in tests if t.required is not None), None)
    result = {True: "met", False: "unmet", None: "undetermined"}[truth.value]
    return _result(
        duty, at, None, result, None, truth.needs, tests=tests,
        required=compared.required if compared else None, actual=compared.actual if compared else None,
    )  # fmt: skip


def _deadline(decider: Decider, duty: ir.Duty, timing: Deadline, at: At) -> DutyResult:
    """A period after a day, or a day: done in time, late, or not yet due."""
    period = str(at.year) if duty.yearly else None
    due = _due(decider, timing, at)
    last = due.value if isinstance(due, Known) and isinstance(due.value, date) else None
    if due == Known(NOTHING):
        return _result(duty, at, period, "not_applicable", None)
    if last is None:
        return _result(duty, at, period, "undetermined", None, needs_of(due))
    done = decider._quiet_value(timing.done, at) if timing.done is not None else None
    finish = _at_least if isinstance(timing, ir.DueAfter) and timing.at_least else _at_most
    return finish(decider, duty, at, period, last, done)


def _at_most(
    decider: Decider, duty: ir.Duty, at: At, period: str | None, last: date, done: Value | None
) -> DutyResult:
    """15个工作日内: done on the last day at the latest; what is to be done after the as-of day is not done yet."""
    day = done.value if isinstance(done, Known) else None
    if isinstance(day, date) and day <= decider.as_of:
        return _result(duty, at, period, "met" if day <= last else "unmet", last, actual=done)
    if decider.as_of <= last:
        return _result(duty, at, period, "pending", last)
    if isinstance(day, date) or done == Known(NOTHING):
        return _result(duty, at, period, "unmet", last)
    needs = needs_of(done) if done is not None else missing(f"{duty.id}.done")
    return _result(duty, at, period, "undetermined", last, needs)


def _at_least(
    decider: Decider, duty: ir.Duty, at: At, period: str | None, last: date, done: Value | None
) -> DutyResult:
    """公示满5个工作日: the next step comes only after the last day."""
    day = done.value if isinstance(done, Known) else None
    if isinstance(day, date):
        return _result(duty, at, period, "met" if day > last else "unmet", last, actual=done)
    if decider.as_of <= last:
        return _result(duty, at, period, "pending", last)
    if done == Known(NOTHING) or done is None:
        return _result(duty, at, period, "met", last)
    return _result(duty, at, period, "undetermined", last, needs_of(done))


def _due(decider: Decider, timing: Deadline, at: At) -> Value:
    if isinstance(timing, ir.DueBy):
        return decider._quiet_value(timing.day, at)
    if isinstance(timing, ir.DueOn):
        year = at.year + timing.next_year
        month = Period("month", year, timing.month)
        return Known(min(month.last_day, date(year, timing.month, min(timing.day, month.last_day.day))))
    start = decider._quiet_value(timing.start, at)
    due = decider.shift(start, timing.amount, timing.unit)
    if timing.at_least or timing.unit == "workdays" or not (isinstance(due, Known) and isinstance(due.value, date)):
        return due
    # 《民法典》第二百零三条: a last day that is a day of rest gives way to the next working day.
    return decider.shift(Known(due.value - timedelta(days=1)), 1, "workdays")
