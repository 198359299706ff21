"""Expressions as nodes: the twin of ``runtime.evaluate``, form for form.

The years that the facts speak of differ from station to station, so a loop over the history becomes one step for each
year of the layout, under the condition that the year belongs to the history of the station.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import TYPE_CHECKING

from policylang.plan.context import At, Context
from policylang.plan.operations import (
    among,
    arithmetic,
    beyond,
    compare,
    extreme,
    includes,
    like,
    one_of,
    or_else,
)
from policylang.plan.values import (
    Choices,
    Label,
    Quantity,
    Selection,
    Truth,
    Value,
    certain,
    conjunction,
    disjunction,
    first_truth,
    known_of,
    negate,
    nothing_of,
    only_if,
    pick,
    quantity,
)
from policylang.semantics import ir
from policylang.semantics.periods import Period, periods_between
from policylang.semantics.texts import like as in_form
from policylang.semantics.types import Boolean
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from policylang.plan.decisions import Decided
    from policylang.plan.lines import Granted
    from policylang.plan.nodes import Node
    from policylang.semantics.types import Option

MONTHS = 12


class Expressions(Context, ABC):
    """Lowers expressions. Decisions and money lines come from the classes above."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._defined: dict[tuple[str, At], Value] = {}

    @abstractmethod
    def decide(self, outcome: str, year: int) -> Decided:
        """The decision on an outcome in a year."""

    @abstractmethod
    def telling(self, outcome: str, options: tuple[Option, ...], year: int, needs: Node) -> Node:
        """What tells whether an open decision will be one of some options."""

    @abstractmethod
    def met(self, decision: Decided) -> Truth:
        """A condition outcome as a truth."""

    @abstractmethod
    def decided(self, decision: Decided) -> Value:
        """The value of a decision as others may rely on it."""

    @abstractmethod
    def line(self, outcome: str, at: At) -> Granted:
        """A money line in a year, for a record."""

    @abstractmethod
    def due(self, line: Granted) -> Truth:
        """Whether a money line is due."""

    @abstractmethod
    def amount(self, name: str, at: At) -> Quantity:
        """The exact amount of a money line."""

    # conditions

    def truth(self, expr: ir.Expr, at: At) -> Truth:
        """Whether a condition holds."""
        g = self.g
        match expr:
            case ir.Compare(operator, left, right):
                return compare(g, operator, self.value(left, at), self.value(right, at))
            case ir.Logic():
                return self._logic(expr, at)
            case ir.Among(value, options):
                found = self.value(value, at)
                assert isinstance(found, Selection)  # noqa: S101 - the checker has seen to it
                truth = among(g, found, options)
                if isinstance(value, ir.OutcomeValue):
                    needs = self.telling(value.outcome, options, at.year, truth.needs)
                    truth = Truth(truth.holds, truth.fails, needs)
                return truth
            case ir.Includes(value, option):
                held = self.value(value, at)
                assert isinstance(held, Choices)  # noqa: S101
                return includes(g, held, option)
            case ir.Not(body):
                return negate(self.truth(body, at))
            case ir.ReadingIs(reading, option):
                return certain(g, self.readings[reading] == option)
            case ir.OutcomeValue(outcome):
                return self.met(self.decide(outcome, at.year))
            case ir.LineIsDue(line):
                return self.due(self.line(line, at))
            case ir.Consecutive():
                return self._consecutive(expr, at)
            case ir.AnyYear(body):
                years = [y for y in self.history if y <= at.year]
                return disjunction(g, [only_if(g, self.in_history(y), self._held(body, at, y)) for y in years])
            case ir.LastTime(body):
                return self._last_time(body, at)
            case ir.Like(value, parts):
                text = self.value(value, at)
                assert isinstance(text, Label)  # noqa: S101
                return like(g, text, parts, in_form)
            case ir.InPeriod(day):
                return self._in_period(self.value(day, at), at)
            case ir.InYear(kind, body):
                return self.truth(body, self._moved(kind, at))
            case ir.Dated():
                return self.truth(self._in_time(expr), at)
            case ir.FirstKnown(preferred, fallback):
                one, other = self.truth(preferred, at), self.truth(fallback, at)
                open_ = one.open(g)
                return Truth(
                    g.either_of(one.holds, g.both(open_, other.holds)), g.either_of(one.fails, g.both(open_, other.fails)),
                    g.either((one.ways(g), other.ways(g))),
                )  # fmt: skip
            case _:
                found = self.value(expr, at)
                assert isinstance(found, Truth)  # noqa: S101
                return found

    def _logic(self, expr: ir.Logic, at: At) -> Truth:
        every = expr.kind == "all"
        found = []
        for limb in expr.limbs:
            truth = self.truth(limb.condition, at)
            if limb.applies is not None:
                applies = self.truth(limb.applies, at)
                both = (negate(applies), truth) if every else (applies, truth)
                truth = disjunction(self.g, both) if every else conjunction(self.g, both)
            found.append(truth)
        return conjunction(self.g, found) if every else disjunction(self.g, found)

    # values

    def value(self, expr: ir.Expr, at: At) -> Value:
        """The value of an expression."""
        g = self.g
        match expr:
            case ir.Constant(value, _):
                return self.constant(value)
            case ir.FactValue(name):
                return self.fact(name, at)
            case ir.OutcomeValue(outcome):
                return self.decided(self.decide(outcome, at.year))
            case ir.Moment(kind):
                return quantity(g, self.as_of.toordinal() if kind == "as_of" else at.year)
            case ir.DefinitionValue(name):
                return self.definition(name, at)
            case ir.FieldValue(_, name):
                return self.field(name, at)
            case ir.DayShift(day, amount, unit):
                return self.shift(self.quantity(day, at), amount, unit)
            case ir.Arithmetic(operator, left, right):
                return arithmetic(g, operator, self.quantity(left, at), self.quantity(right, at))
            case ir.InYear(kind, body):
                return self.value(body, self._moved(kind, at))
            case ir.Dated():
                return self.value(self._in_time(expr), at)
            case ir.FirstKnown(preferred, fallback):
                first, second = self.value(preferred, at), self.value(fallback, at)
                return self.truth(expr, at) if isinstance(first, Truth) else or_else(g, first, second)
            case ir.Aggregate():
                return self.aggregate(expr, at)
            case ir.YearOf(day):
                return self._year_of(self.quantity(day, at))
            case ir.Cases(cases):
                return one_of(g, [(self.truth(when, at), self.value(value, at)) for when, value in cases])
            case ir.Extreme(kind, days):
                return extreme(g, kind == "latest", [(certain(g, value=True), self.quantity(day, at)) for day in days])
            case ir.SeriesTotal(fact):
                return self._series_total(fact, at)
            case ir.LineAmount(line):
                return self.amount(line, at)
            case _:
                return self.truth(expr, at)

    def quantity(self, expr: ir.Expr, at: At) -> Quantity:
        """The value of an expression that is a number, a sum or a day."""
        found = self.value(expr, at)
        assert isinstance(found, Quantity)  # noqa: S101 - the checker has seen to it
        return found

    def definition(self, name: str, at: At) -> Value:
        """A definition, once in each year and record."""
        definition = self.definitions[name]
        place = at
        if at.records is not None and definition.records is None:
            place = At(at.year, window=at.window)
        found = self._defined.get((name, place))
        if found is None:
            boolean = isinstance(definition.type, Boolean)
            found = self.truth(definition.body, place) if boolean else self.value(definition.body, place)
            self._defined[name, place] = found
        return found

    def _moved(self, kind: str, at: At) -> At:
        return at._replace(year=at.year - 1 if kind == "last_year" else self.year, window=None)

    def _in_time(self, expr: ir.Dated) -> ir.Expr:
        changed = [value for day, value in expr.changes if day <= self.as_of]
        return changed[-1] if changed else expr.first

    def _year_of(self, day: Quantity) -> Quantity:
        g = self.g
        low = g.year(day.low)
        high = low if day.high is day.low else g.year(day.high)
        return Quantity(day.known, day.nothing, day.has_low, low, day.has_high, high, day.needs)

    def _in_period(self, day: Value, at: At) -> Truth:
        window = at.window or Period("year", at.year)
        first, last = (quantity(self.g, end.toordinal()) for end in (window.first_day, window.last_day))
        return conjunction(self.g, (compare(self.g, "ge", day, first), compare(self.g, "le", day, last)))

    # lists and series

    def aggregate(self, expr: ir.Aggregate, at: At) -> Value:
        """Total, count, existence or an end over a list; an interval while records are not fully known."""
        g, name = self.g, expr.records
        listed = g.either_of(g.listed(name), g.boolean(self.declared[name].has_default))
        inside = At(at.year, name, record=True, window=at.window)
        holds = certain(g, value=True) if expr.where is None else self.truth(expr.where, inside)
        if expr.kind in {"earliest", "latest", "least", "most"}:
            found = self._extreme(expr, holds, inside)
            nowhere = Quantity(g.false, g.false, g.false, found.low, g.false, found.high, g.missing(name), found.scale)
            return pick(g, [(listed, found)], nowhere)
        item = quantity(g, 1) if expr.field is None else self.field(expr.field, inside)
        assert isinstance(item, Quantity)  # noqa: S101 - the checker has seen to it
        counted = g.no(holds.fails)
        zero = g.integer(0)
        low = g.sum_records(name, g.choose([(g.both(holds.holds, item.has_low), item.low)], zero))
        high = g.sum_records(name, g.choose([(g.both(counted, item.has_high), item.high)], zero))
        has_high = g.every_record(name, g.either_of(holds.fails, item.has_high))
        unsure = g.both(counted, g.no(g.both(holds.holds, item.known)))
        open_ = g.any_record(name, unsure)
        needs = g.gather(name, g.gate(unsure, g.together(holds.ways(g), item.ways(g))), "together")
        needs = g.choose_needs([(listed, needs)], g.missing(name))
        if expr.kind == "exists":
            some = g.any_record(name, g.all((holds.holds, item.has_low, g.less(zero, item.low))))
            none = g.both(has_high, g.equal(high, zero))
            return Truth(g.both(listed, some), g.all((listed, g.no(some), none)), needs)
        known = g.all((listed, has_high, g.equal(low, high), g.no(open_)))
        return Quantity(known, g.false, g.true, low, g.both(listed, has_high), high, needs, item.scale)

    def _extreme(self, expr: ir.Aggregate, holds: Truth, inside: At) -> Quantity:
        """The earliest or latest day, the least or greatest number, in a field of the records that count."""
        g, name = self.g, expr.records
        latest = expr.kind in {"latest", "most"}
        assert expr.field is not None  # noqa: S101 - the checker has seen to it
        item = self.field(expr.field, inside)
        assert isinstance(item, Quantity)  # noqa: S101
        counted = g.no(g.either_of(holds.fails, item.nothing))
        sure = g.both(holds.holds, g.no(item.nothing))
        open_ = g.both(counted, g.no(g.both(sure, item.known)))
        needs = g.gather(name, g.gate(counted, g.all_of((holds.ways(g), item.ways(g)))), "all_of")
        with_low = g.both(sure if latest else counted, item.has_low)
        with_high = g.both(counted if latest else sure, item.has_high)
        has_low, has_high = g.any_record(name, with_low), g.any_record(name, with_high)
        if latest:
            has_high = g.both(has_high, g.every_record(name, g.either_of(g.no(counted), item.has_high)))
        else:
            has_low = g.both(has_low, g.every_record(name, g.either_of(g.no(counted), item.has_low)))
        outside = beyond(latest, [item.low, item.high])
        op = "highest" if latest else "lowest"
        low = g.extreme_record(op, name, g.choose([(with_low, item.low)], g.integer(outside)), outside)
        high = g.extreme_record(op, name, g.choose([(with_high, item.high)], g.integer(outside)), outside)
        known = g.no(g.any_record(name, open_))
        nothing = g.both(known, g.no(g.any_record(name, counted)))
        return Quantity(known, nothing, has_low, low, has_high, high, needs, item.scale)

    def _series_total(self, name: str, at: At) -> Quantity:
        """The sum over a year of a fact kept by month or quarter; a period that is not recorded counts 0 or more."""
        fact, g = self.declared[name], self.g
        assert fact.series is not None  # noqa: S101 - the checker has seen to it
        total = quantity(g, 0)
        for period in periods_between(fact.series, date(at.year, 1, 1), date(at.year, 12, 31), MONTHS) or ():
            own = self.fact(name, at._replace(window=period))
            assert isinstance(own, Quantity)  # noqa: S101
            total = arithmetic(g, "add", total, own)
        nowhere = Quantity(g.false, g.false, g.true, g.integer(0), g.false, g.integer(0), g.missing(name), total.scale)
        found = pick(g, [(g.given(name), total)], nowhere)
        assert isinstance(found, Quantity)  # noqa: S101
        return found

    # history

    def _held(self, body: ir.Expr, at: At, year: int) -> Truth:
        """The condition in a year; a year that is not over counts only once its result is recorded."""
        truth = self.truth(body, at._replace(year=year, window=None))
        if self.as_of.year <= year:
            return Truth(truth.holds, self.g.no(truth.holds), self.g.settled)
        return truth

    def _last_time(self, body: ir.Expr, at: At) -> Truth:
        g = self.g
        cases = []
        for year in sorted((y for y in self.history if y <= at.year), reverse=True):
            truth = self.truth(body, at._replace(year=year, window=None))
            counts = g.both(self.in_history(year), self._assessed(body, at, year))
            if self.as_of.year <= year:
                counts = g.both(counts, truth.known(g))
            cases.append((counts, truth))
        return first_truth(g, cases, certain(g, value=False))

    def _consecutive(self, expr: ir.Consecutive, at: At) -> Truth:
        g, count, body = self.g, expr.count, expr.body
        first = min(self.history[0], at.year)
        found: dict[int, Truth] = {}

        def held(year: int) -> Truth:
            if year not in found:
                found[year] = self._held(body, at, year)
            return found[year]

        def inside(year: int) -> Node:
            return g.true if year == at.year else self.since_first(year)

        if expr.unit == "years":
            years = range(at.year, first - 1, -1)
            runs = [only_if(g, inside(y), conjunction(g, [held(y - back) for back in range(count)])) for y in years]
            return disjunction(g, runs)
        places = list(range(first, at.year + 1))
        there = {y: g.both(inside(y), self._assessed(body, at, y)) for y in places}
        runs_to = {y: held(y) for y in places}
        for _ in range(count - 1):
            longer = {}
            for year in places:
                before = self._before(year, places, there, runs_to)
                longer[year] = conjunction(g, (held(year), before))
            runs_to = longer
        return disjunction(g, [only_if(g, there[y], runs_to[y]) for y in places])

    def _before(self, year: int, places: list[int], there: dict[int, Node], runs: dict[int, Truth]) -> Truth:
        """The run that ends with the assessment before a year's; false where there is none."""
        cases = [(there[y], runs[y]) for y in reversed(places) if y < year]
        return first_truth(self.g, cases, certain(self.g, value=False))

    def _assessed(self, body: ir.Expr, at: At, year: int) -> Node:
        """False for a year in which an assessment that the condition looks at was not held at all."""
        g = self.g
        place = at._replace(year=year, window=None)
        held = []
        for part in everything(body):
            if isinstance(part, ir.DefinitionValue):
                held.append(self._assessed(self.definitions[part.definition].body, at, year))
            elif isinstance(part, ir.FactValue) and self._is_assessment(part):
                held.append(g.no(self.never(part.fact, place)))
            elif self._is_assessment(part):
                value = self.value(part, place)
                held.append(g.no(g.both(known_of(g, value), nothing_of(g, value))))
        return g.all(held)

    def _is_assessment(self, part: ir.Expr) -> bool:
        match part:
            case ir.OutcomeValue(name):
                outcome = self.outcomes[name]
                return outcome.kind == "grade" and outcome.period == "year"
            case ir.FactValue(name):
                return self.declared[name].series == "year" and self.declared[name].null_means is not None
            case _:
                return False
