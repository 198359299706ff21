"""Duties as nodes: the twin of ``runtime.duties``.

Which windows a duty has depends on the day it begins, so there is a node for every window that some station of the layout
can have, and a condition under which this station has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from policylang.plan.context import At
from policylang.plan.decisions import Decisions
from policylang.plan.layout import YEARS_BACK
from policylang.plan.model import FINDINGS, DutyPlan
from policylang.plan.values import Quantity, Truth
from policylang.runtime.duties import MAX_WINDOWS, _speaks_of
from policylang.semantics import ir
from policylang.semantics.periods import Period, periods_between
from policylang.semantics.walk import everything, policy_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.plan.nodes import Node
    from policylang.semantics.types import Series

Deadline = ir.DueAfter | ir.DueOn | ir.DueBy


@dataclass(frozen=True, slots=True)
class _Result:
    """A duty at one place: where it exists, each finding, the last day (0: none) and what is missing (for every row)."""

    duty: ir.Duty
    period: str | None
    records: str | None
    exists: Node
    finding: dict[str, Node]
    due: Node
    needs: Node


class Duties(Decisions):
    """Lowers duties."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        #: Where a duty of windows began before the first window that was looked at.
        self.early: list[Node] = []

    def duties(self, wanted: list[ir.Duty]) -> list[DutyPlan]:
        """The duties in every window, year and record they can be due in."""
        order: dict[str, int] = {}
        for number, duty in enumerate(self.policy.duties):
            order.setdefault(duty.id, number)
        found = []
        for _, same in groupby(sorted(wanted, key=lambda d: order[d.id]), key=lambda d: d.id):
            ways = list(same)
            results = [result for duty in ways for result in self._results(duty)]
            found += results if len(ways) == 1 else self._one_way(results)
        return [self._plan(result) for result in found]

    def _plan(self, result: _Result) -> DutyPlan:
        g = self.g
        cases = [(result.finding[word], g.integer(n)) for n, word in enumerate(FINDINGS)]
        number = g.choose(cases[:-1], cases[-1][1])
        return DutyPlan(result.duty, result.period, result.records, result.exists, number, result.due, result.needs)

    def _one_way(self, results: list[_Result]) -> list[_Result]:
        """Of a duty given for several cases, the one that applies; the first where none does."""
        g = self.g
        applying: dict[tuple[str | None, str | None], list[Node]] = {}
        for r in results:
            place = (r.period, r.records)
            applying.setdefault(place, []).append(g.both(r.exists, g.no(r.finding["not_applicable"])))
        told: dict[object, Node] = {}
        found = []
        for r in results:
            place = (r.period, r.records)
            none = g.no(g.any(applying[place]))
            first = g.no(told.get(place, g.false))
            shown = g.both(r.exists, g.either_of(g.no(r.finding["not_applicable"]), g.both(none, first)))
            told[place] = g.either_of(told.get(place, g.false), shown)
            found.append(_Result(r.duty, r.period, r.records, shown, r.finding, r.due, r.needs))
        return found

    def _results(self, duty: ir.Duty) -> Iterator[_Result]:
        for at, exists in self._places(duty):
            match duty.timing:
                case ir.Window() as window:
                    yield from self._windows(duty, window, at, exists)
                case ir.Standing(condition):
                    truth = self.truth(condition, at)
                    yield self._gated(self._stands(duty, at, None, exists, truth, self.g.integer(0)), at)
                case ir.DueAfter() | ir.DueOn() | ir.DueBy() as timing:  # pragma: no branch - the last of a closed union
                    yield self._gated(self._deadline(duty, timing, at, exists), at)

    def _places(self, duty: ir.Duty) -> list[tuple[At, Node]]:
        """The years a yearly duty falls in, and the records a duty of each record concerns."""
        if duty.each is not None:
            return [(At(self.year, duty.each, record=True), self.g.true)] if duty.each in self.layout.lists else []
        if not duty.yearly:
            return [(At(self.year), self.g.true)]
        return [(At(y), self.g.true if y == self.year else self.spoken(y)) for y in self.years]

    def _stands(self, duty: ir.Duty, at: At, period: str | None, exists: Node, truth: Truth, due: Node) -> _Result:
        g = self.g
        finding = {
            "met": truth.holds, "unmet": truth.fails, "pending": g.false, "undetermined": truth.open(g), "not_applicable": g.false
        }  # fmt: skip
        return _Result(duty, period, at.records, exists, finding, due, truth.ways(g))

    def _gated(self, result: _Result, at: At) -> _Result:
        """The result of a duty, once it is considered whether it applies at all."""
        if result.duty.applies is None:
            return result
        g = self.g
        applies = self.truth(result.duty.applies, at)
        idle = result.finding["not_applicable"]
        open_ = g.both(g.no(idle), applies.open(g))
        off = g.either_of(idle, applies.fails)
        plain = g.no(g.either_of(open_, off))
        finding = {word: g.both(plain, node) for word, node in result.finding.items()}
        finding["undetermined"] = g.either_of(finding["undetermined"], open_)
        finding["not_applicable"] = off
        needs = g.choose_needs([(off, g.settled), (open_, g.together(applies.ways(g), result.needs))], result.needs)
        return _Result(result.duty, result.period, result.records, result.exists, finding, result.due, needs)

    # windows

    def _windows(self, duty: ir.Duty, window: ir.Window, at: At, exists: Node) -> Iterator[_Result]:
        g = self.g
        zero = g.integer(0)
        nowhere = Quantity(g.true, g.true, g.false, zero, g.false, zero, g.settled)
        start = self.quantity(window.since, at) if window.since is not None else None
        end = self.quantity(window.until, at) if window.until is not None else nowhere
        ends = g.both(end.known, g.no(end.nothing))
        for period in self._periods(window, start):
            here = g.both(exists, self._has(window, start, period))
            if here is g.false:
                continue
            first, last = g.integer(period.first_day.toordinal()), g.integer(period.last_day.toordinal())
            place = at._replace(year=period.year, window=period)
            over = g.both(ends, g.at_most(end.low, last))
            partly = g.false
            if start is not None and window.first_part_free:
                partly = g.both(start.has_low, g.less(first, start.low))
            truth = self.truth(window.condition, place)
            idle = g.either_of(over, partly)
            pending = g.both(g.no(truth.holds), g.boolean(self.as_of <= period.last_day))
            left = g.no(g.either_of(idle, pending))
            unborn = g.all((left, truth.fails, g.no(start.known))) if start is not None else g.false
            unended = g.all((left, g.no(truth.holds), g.no(unborn), g.no(end.known)))
            rest = g.no(g.any((idle, pending, unborn, unended)))
            finding = {
                "met": g.both(rest, truth.holds), "unmet": g.both(rest, truth.fails), "pending": g.both(g.no(idle), pending),
                "undetermined": g.any((unborn, unended, g.both(rest, truth.open(g)))), "not_applicable": idle,
            }  # fmt: skip
            cases = [(unended, g.together(truth.ways(g), end.ways(g)))]
            if start is not None:
                cases.insert(0, (unborn, start.ways(g)))
            needs = g.choose_needs([(g.either_of(idle, pending), g.settled), *cases], truth.ways(g))
            result = _Result(duty, period.key, at.records, here, finding, last, needs)
            yield self._gated(result, place)

    def _periods(self, window: ir.Window, start: Quantity | None) -> tuple[Period, ...]:
        """Every window that some station can have."""
        spoken = {Period.containing(window.series, self.as_of)}
        for fact in self.policy.facts:
            if fact.series == window.series and self._speaks_of(window.condition, fact.id):
                found = (Period.parse(window.series, key) for key in self.layout.periods(fact.id))
                spoken |= {period for period in found if period is not None}
        if start is not None:
            first = max(min(self._earliest(), self.as_of.toordinal()), _oldest(window.series, self.as_of))
            if first > _oldest(window.series, self.as_of):
                self.early.append(self.g.both(start.has_low, self.g.less(start.low, self.g.integer(first))))
            spoken |= set(periods_between(window.series, date.fromordinal(first), self.as_of, MAX_WINDOWS) or ())
        return tuple(sorted(spoken))

    def _earliest(self) -> int:
        """No day of the table or of the policy is earlier."""
        back = self.as_of.toordinal() - YEARS_BACK * 366
        written, shifts = [], 0
        for part in (inner for expr in policy_parts(self.policy) for inner in everything(expr)):
            if isinstance(part, ir.Constant) and isinstance(part.value, date):
                written.append(part.value.toordinal())
            elif isinstance(part, ir.DayShift) and part.amount < 0:
                shifts += part.amount * {"years": 366, "months": 31, "days": 1, "workdays": 15}[part.unit]
        return min([self.layout.since if self.layout.since is not None else back, *written]) + shifts

    def _speaks_of(self, condition: ir.Expr, fact: str) -> bool:
        return _speaks_of(self, condition, fact)  # type: ignore[arg-type]  # it looks at the definitions only

    def _has(self, window: ir.Window, start: Quantity | None, period: Period) -> Node:
        """Whether a station has a window: from its first day on; without one those that its facts speak of, and this one."""
        g = self.g
        today = g.boolean(period == Period.containing(window.series, self.as_of))
        named = g.any(
            state
            for key in self.layout.inputs
            if key.period == period.key and self.declared[key.fact].series == window.series and self._speaks_of(window.condition, key.fact)
            for state in (g.known(key), g.nothing(key), g.null(key))
        )
        spoken = g.either_of(today, named)
        if start is None:
            return spoken
        if period.first_day > self.as_of:
            return g.both(g.no(start.has_low), spoken)
        begun = g.both(
            g.at_most(g.integer(_oldest(window.series, self.as_of)), start.low),
            g.at_most(start.low, g.integer(min(period.last_day, self.as_of).toordinal())),
        )
        return g.either_of(g.both(start.has_low, begun), g.both(g.no(start.has_low), spoken))

    # deadlines

    def _deadline(self, duty: ir.Duty, timing: Deadline, at: At, exists: Node) -> _Result:
        """A period after a day, or a day: done in time, late, or not yet due."""
        g = self.g
        period = str(at.year) if duty.yearly else None
        due = self._due(timing, at)
        nothing = due.nothing
        set_ = g.both(due.known, g.no(nothing))
        done = self.quantity(timing.done, at) if timing.done is not None else None
        if isinstance(timing, ir.DueAfter) and timing.at_least:
            finding, needs = self._at_least(due.low, done)
        else:
            finding, needs = self._at_most(duty, due.low, done)
        found = {word: g.both(set_, node) for word, node in finding.items()}
        found["undetermined"] = g.either_of(found["undetermined"], g.no(due.known))
        found["not_applicable"] = nothing
        last = g.choose([(set_, due.low)], g.integer(0))
        whole = g.choose_needs([(g.no(due.known), due.needs), (found["undetermined"], needs)], g.settled)
        return _Result(duty, period, at.records, exists, found, last, whole)

    def _at_most(self, duty: ir.Duty, last: Node, done: Quantity | None) -> tuple[dict[str, Node], Node]:
        """15个工作日内: done on the last day at the latest; what is to be done after the as-of day is not done yet."""
        g = self.g
        today = g.integer(self.as_of.toordinal())
        waiting = g.at_most(today, last)
        if done is None:
            finding = {"pending": waiting, "undetermined": g.no(waiting), "met": g.false, "unmet": g.false, "not_applicable": g.false}
            return finding, g.missing(f"{duty.id}.done")
        day = g.both(done.known, g.no(done.nothing))
        finished = g.both(day, g.at_most(done.low, today))
        in_time = g.at_most(done.low, last)
        left = g.no(finished)
        late = g.all((left, g.no(waiting), done.known))
        finding = {
            "met": g.both(finished, in_time), "unmet": g.either_of(g.both(finished, g.no(in_time)), late),
            "pending": g.both(left, waiting), "undetermined": g.all((left, g.no(waiting), g.no(done.known))),
            "not_applicable": g.false,
        }  # fmt: skip
        return finding, done.ways(g)

    def _at_least(self, last: Node, done: Quantity | None) -> tuple[dict[str, Node], Node]:
        """公示满5个工作日: the next step comes only after the last day."""
        g = self.g
        waiting = g.at_most(g.integer(self.as_of.toordinal()), last)
        if done is None:
            finding = {"pending": waiting, "met": g.no(waiting), "unmet": g.false, "undetermined": g.false, "not_applicable": g.false}
            return finding, g.settled
        day = g.both(done.known, g.no(done.nothing))
        after = g.less(last, done.low)
        left = g.no(day)
        finding = {
            "met": g.either_of(g.both(day, after), g.all((left, g.no(waiting), done.nothing))),
            "unmet": g.both(day, g.no(after)), "pending": g.both(left, waiting),
            "undetermined": g.all((left, g.no(waiting), g.no(done.known))), "not_applicable": g.false,
        }  # fmt: skip
        return finding, done.ways(g)

    def _due(self, timing: Deadline, at: At) -> Quantity:
        g = self.g
        if isinstance(timing, ir.DueBy):
            return self.quantity(timing.day, at)
        if isinstance(timing, ir.DueOn):
            year = at.year + timing.next_year
            month = Period("month", year, timing.month)
            day = date(year, timing.month, min(timing.day, month.last_day.day)).toordinal()
            return Quantity(g.true, g.false, g.true, g.integer(day), g.true, g.integer(day), g.settled)
        due = self.shift(self.quantity(timing.start, at), timing.amount, timing.unit)
        if timing.at_least or timing.unit == "workdays":
            return due
        # 《民法典》第二百零三条: a last day that is a day of rest gives way to the next working day.
        eve = Quantity(
            due.known, due.nothing, due.has_low, g.subtract(due.low, g.integer(1)), due.has_high,
            g.subtract(due.high, g.integer(1)), due.needs,
        )  # fmt: skip
        moved = self.shift(eve, 1, "workdays")
        point = g.both(due.known, g.no(due.nothing))
        return Quantity(
            g.either_of(due.nothing, g.both(point, moved.known)), due.nothing, moved.has_low, moved.low, moved.has_high,
            moved.high, g.choose_needs([(point, moved.needs)], due.needs),
        )  # fmt: skip


def _oldest(series: Series, as_of: date) -> int:
    """The first day of the oldest window that a duty may begin in; one that began before has no windows at all."""
    per_year = {"year": 1, "quarter": 4, "month": 12}[series]
    place = as_of.year * per_year + Period.containing(series, as_of).index - MAX_WINDOWS
    return Period(series, place // per_year, place % per_year + 1).first_day.toordinal() if place >= per_year else 1
