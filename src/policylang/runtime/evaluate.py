"""The reference interpreter of expressions: one case for each form of the typed core.

Read it as the definition of meaning. It keeps no state but the results already reached in this evaluation
(``_known``) and the tests of the rule at hand (``tests``); every value is exact.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from policylang.facts.model import EVERY_YEAR, Facts
from policylang.runtime.index import index_of
from policylang.runtime.operations import (
    among,
    arithmetic,
    as_truth,
    as_value,
    compare,
    decided,
    due,
    extreme,
    includes,
    like,
    met,
    one_of,
    or_else,
    unknown_value,
    year_of,
)
from policylang.runtime.outcome import Test
from policylang.semantics import ir
from policylang.semantics.periods import Period, add_days, add_months, add_years, periods_between
from policylang.semantics.values import (
    FALSE,
    NOTHING,
    SETTLED,
    TRUE,
    Interval,
    Known,
    Options,
    Truth,
    Value,
    bounds,
    conjunction,
    disjunction,
    either,
    missing,
    needs_of,
    negate,
    together,
    unknown,
)
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.facts.model import Record
    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.types import Option
    from policylang.semantics.values import Needs


#: No year has more periods.
MONTHS = 12


class At(NamedTuple):
    """Where an expression is looked at: the year, the record of a list, the window of a series."""

    year: int
    records: str | None = None
    record: int | None = None
    window: Period | None = None


class Evaluator(ABC):
    """Evaluates expressions for one station on one day. ``decide`` and ``line`` come from the decisions above it."""

    def __init__(
        self, policy: ir.Policy, facts: Facts, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar
    ) -> None:
        self.policy = policy
        self.facts = facts.values
        self.as_of = as_of
        self.year = year
        self.readings = readings
        self.calendar = calendar
        self.years = sorted({y for y in facts.years() if y <= year} | {year})
        self.history = sorted({y for y in facts.years() if y <= as_of.year} | {year})
        index = index_of(policy)
        self.declared, self.fields, self.definitions = index.facts, index.fields, index.definitions
        self.outcomes = index.outcomes
        self.open_values, self.open_truths = index.open_values, index.open_truths
        self.tests: list[Test] = []
        self.defined: dict[tuple[str, At], tuple[Truth | Value, tuple[Test, ...]]] = {}

    @abstractmethod
    def decide(self, outcome: str, year: int) -> Decision:
        """The decision on an outcome in a year."""

    @abstractmethod
    def telling(self, outcome: str, options: tuple[Option, ...], year: int, needs: Needs) -> Needs:
        """What tells whether an open decision will be one of some options; it may be less than the ``needs`` to settle it."""

    @abstractmethod
    def line(self, outcome: str, at: At) -> Line:
        """A money line in a year, for a record."""

    # conditions

    def truth(self, expr: ir.Expr, at: At, wanted: bool = True) -> Truth:  # noqa: FBT001, FBT002 - the sign of 非
        """Whether a condition holds; its tests are noted."""
        match expr:
            case ir.FactValue():
                recorded = self.facts.get(expr.fact)
                if recorded is True:
                    truth = TRUE
                elif recorded is False:
                    truth = FALSE
                elif recorded is None and expr.fact in self.open_truths:
                    truth = self.open_truths[expr.fact]
                else:
                    truth = as_truth(self.fact(expr.fact, at))
            case ir.Compare():
                left, right = self.value(expr.left, at), self.value(expr.right, at)
                truth = compare(expr.operator, left, right)
                self.tests.append(Test(expr, truth, wanted, left, right, at.year, at.record))
                return truth
            case ir.Logic():
                return self._logic(expr, at, wanted)
            case ir.Among():
                value = self.value(expr.value, at)
                truth = among(value, expr.options)
                if truth.value is None and isinstance(expr.value, ir.OutcomeValue):
                    truth = unknown(self.telling(expr.value.outcome, expr.options, at.year, truth.needs))
                self.tests.append(Test(expr, truth, wanted, value, None, at.year, at.record))
                return truth
            case ir.DefinitionValue():
                found = self.definition(expr.definition, at)
                truth = found if isinstance(found, Truth) else as_truth(found)
            case ir.Includes():
                value = self.value(expr.value, at)
                truth = includes(value, expr.option)
                self.tests.append(Test(expr, truth, wanted, value, None, at.year, at.record))
                return truth
            case ir.Not():
                return negate(self.truth(expr.body, at, not wanted))
            case ir.ReadingIs():
                truth = TRUE if self.readings[expr.reading] == expr.option else FALSE
            case ir.OutcomeValue():
                truth = met(self.decide(expr.outcome, at.year))
            case ir.FieldValue():
                truth = as_truth(self.field(expr.field, at))
            case ir.LineIsDue():
                truth = due(self.line(expr.line, at))
            case ir.Consecutive():
                truth = self._quietly(self._consecutive, expr, at)
            case ir.AnyYear():
                truth = self._quietly(self._any_year, expr, at)
            case ir.LastTime():
                truth = self._quietly(self._last_time, expr, at)
            case ir.Like():
                value = self.value(expr.value, at)
                truth = like(value, expr.parts)
                self.tests.append(Test(expr, truth, wanted, value, None, at.year, at.record))
                return truth
            case ir.Cases():
                truth = as_truth(self._case(expr, at))
            case ir.Aggregate():
                truth = as_truth(self.aggregate(expr, at))
            case ir.InPeriod():
                truth = self._in_period(self.value(expr.day, at), at)
            case ir.InYear():
                return self.truth(expr.body, self._moved(expr.kind, at), wanted)
            case ir.Dated():
                return self.truth(self._in_time(expr), at, wanted)
            case ir.FirstKnown():
                first = self.truth(expr.preferred, at, wanted)
                if first.value is not None:
                    return first
                second = self.truth(expr.fallback, at, wanted)
                return second if second.value is not None else unknown(either(first.needs, second.needs))
            case (  # pragma: no cover - the checker lets none of these stand as a condition
                ir.Constant() | ir.LineAmount() | ir.Moment() | ir.Arithmetic() | ir.DayShift() | ir.YearOf()
                | ir.Extreme() | ir.SeriesTotal()
            ):
                raise AssertionError(expr)
        self.tests.append(Test(expr, truth, wanted, None, None, at.year, at.record))
        return truth

    def _logic(self, expr: ir.Logic, at: At, wanted: bool) -> Truth:  # noqa: FBT001 - the sign of 非
        """A conjunction or disjunction; tests that did not matter for its result are dropped."""
        start = len(self.tests)
        every = expr.kind == "all"
        found = []
        for limb in expr.limbs:
            truth = self.truth(limb.condition, at, wanted)
            if limb.applies is not None:
                applies = self._quietly(self.truth, limb.applies, at)
                truth = disjunction((negate(applies), truth)) if every else conjunction((applies, truth))
            found.append(truth)
        result = conjunction(found) if every else disjunction(found)
        if result.value == wanted and every != wanted:
            self.tests[start:] = [test for test in self.tests[start:] if test.met]
        return result

    def _quietly(self, call: object, *args: object) -> Truth:
        """Evaluate without noting the tests inside."""
        kept, self.tests = self.tests, []
        try:
            return call(*args)  # type: ignore[operator,no-any-return]
        finally:
            self.tests = kept

    # values

    def value(self, expr: ir.Expr, at: At) -> Value:
        """The value of an expression that is not a condition."""
        match expr:
            case ir.Constant():
                return Known(expr.value)
            case ir.FactValue():
                return self.fact(expr.fact, at)
            case ir.OutcomeValue():
                return decided(self.decide(expr.outcome, at.year))
            case ir.Moment():
                return Known(self.as_of if expr.kind == "as_of" else Fraction(at.year))
            case ir.DefinitionValue():
                found = self.definition(expr.definition, at)
                return as_value(found) if isinstance(found, Truth) else found
            case ir.FieldValue():
                return self.field(expr.field, at)
            case ir.DayShift():
                return self.shift(self.value(expr.day, at), expr.amount, expr.unit)
            case ir.Arithmetic():
                return arithmetic(expr.operator, self.value(expr.left, at), self.value(expr.right, at))
            case ir.InYear():
                return self.value(expr.body, self._moved(expr.kind, at))
            case ir.Dated():
                return self.value(self._in_time(expr), at)
            case ir.FirstKnown():
                first = self.value(expr.preferred, at)
                return first if isinstance(first, Known) else or_else(first, self.value(expr.fallback, at))
            case ir.Aggregate():
                return self.aggregate(expr, at)
            case ir.YearOf():
                return year_of(self.value(expr.day, at))
            case ir.Cases():
                return self._case(expr, at)
            case ir.Extreme():
                return extreme(expr.kind == "latest", [(TRUE, self.value(day, at)) for day in expr.days])
            case ir.SeriesTotal():
                return self._series_total(expr.fact, at)
            case ir.LineAmount():
                return self._amount(expr.line, at)
            case _:
                return as_value(self.truth(expr, at))

    def fact(self, name: str, at: At) -> Value:
        """A fact as recorded; its written default where it is not; otherwise unknown."""
        found = self.facts.get(name)
        if found is None and name in self.open_values:
            return self.open_values[name]
        fact = self.declared[name]
        path = name
        if fact.series is not None:
            key = f"{at.year:04}" if at.window is None or fact.series == "year" else at.window.key
            path = f"{name}.{key}"
            if isinstance(found, dict):
                if key in found:
                    found = found[key]
                    if found is None and fact.null_means is not None:
                        return Known(NOTHING)
                elif EVERY_YEAR in found:
                    found = found[EVERY_YEAR] if found[EVERY_YEAR] is False or at.year == self.year else None
                elif not found and fact.null_means is not None:
                    return Known(NOTHING)
                else:
                    found = None
        if found is None:
            if fact.has_default:
                return Known(NOTHING if fact.default is None else fact.default)
            return unknown_value(fact, missing(path))
        return Known(found)  # type: ignore[arg-type]  # a series or a list is never asked for as a value

    def records(self, name: str) -> tuple[Record, ...] | None:
        """The records of a list; none where the policy says what is not recorded did not happen; None when unknown."""
        found = self.facts.get(name)
        if isinstance(found, tuple):
            return found
        return () if self.declared[name].has_default else None

    def field(self, name: str, at: At) -> Value:
        """A field of the record at hand; while the list itself is unknown there is none at hand."""
        assert at.records is not None  # noqa: S101 - the checker has bound the record
        records = self.records(at.records)
        own = self.fields[at.records, name]
        if at.record is None:
            return unknown_value(own, missing(at.records))
        found = records[at.record].get(name) if records is not None else None
        if found is None:
            if own.has_default:
                return Known(NOTHING if own.default is None else own.default)
            return unknown_value(own, missing(f"{at.records}[{at.record}].{name}"))
        return Known(found)

    def definition(self, name: str, at: At) -> Truth | Value:
        """A definition, evaluated once in each year and record."""
        definition = self.definitions[name]
        place = at
        if at.records is not None and definition.records is None:
            place = At(at.year, window=at.window)
        found = self.defined.get((name, place))
        if found is None:
            kept, self.tests = self.tests, []
            boolean = type(definition.type).__name__ == "Boolean"
            result: Truth | Value = (
                self.truth(definition.body, place) if boolean else self.value(definition.body, place)
            )
            found = self.defined[name, place] = (result, tuple(self.tests))
            self.tests = kept
        return found[0]

    def shift(self, day: Value, amount: int, unit: str) -> Value:
        """A day moved by a period; working days beyond the published calendar are unknown."""
        if isinstance(day, Known):
            if not isinstance(day.value, date):
                return day
            moved = self._moved_day(day.value, amount, unit)
            if moved is not None:
                return Known(moved)
            beyond = self.calendar.last_day.year + 1 if amount > 0 else self.calendar.first_day.year - 1
            needs = missing(f"calendar.{beyond}")
            return Interval(day.value, None, needs) if amount > 0 else Interval(None, day.value, needs)
        low, high = bounds(day)
        ends = [self._moved_day(end, amount, unit) if isinstance(end, date) else None for end in (low, high)]
        return Interval(ends[0], ends[1], needs_of(day))

    def _moved_day(self, day: date, amount: int, unit: str) -> date | None:
        if unit == "workdays":
            counted = self.calendar.add_working_days if amount > 0 else self.calendar.subtract_working_days
            return counted(day, abs(amount))
        return {"years": add_years, "months": add_months, "days": add_days}[unit](day, amount)

    def _moved(self, kind: str, at: At) -> At:
        return at._replace(year=at.year - 1 if kind == "last_year" else self.year, window=None)

    def _in_time(self, expr: ir.Dated) -> ir.Expr:
        """The value in force on the as-of day."""
        changed = [value for day, value in expr.changes if day <= self.as_of]
        return changed[-1] if changed else expr.first

    def _amount(self, name: str, at: At) -> Value:
        line = self.line(name, at)
        if line.status == "due" and line.amount.kind == "exact" and line.amount.low is not None:
            if line.amount.low == line.amount.high:
                return Known(line.amount.low)
            return Interval(line.amount.low, line.amount.high, line.needs)
        if line.status == "not_due":
            return Known(Fraction(0))
        # A line that may not be due lies between 0 and its sum, which may be below 0.
        low, high = line.amount.low, line.amount.high
        ends = min(low or Fraction(0), Fraction(0)), None if high is None else max(high, Fraction(0))
        return Interval(*ends, line.needs or missing(name))

    # lists and history

    def aggregate(self, expr: ir.Aggregate, at: At) -> Value:
        """Total, count or existence over a list: an interval while records are not fully known."""
        records = self.records(expr.records)
        if expr.kind in {"earliest", "latest", "least", "most"}:
            return self._extreme(expr, at)
        if records is None:
            needs = missing(expr.records)
            if expr.kind == "exists":
                return Options(frozenset(), needs, complete=False)
            return Interval(Fraction(0), None, needs)
        low: Fraction = Fraction(0)
        high: Fraction | None = Fraction(0)
        needs = SETTLED
        for number in range(len(records)):
            place = at._replace(records=expr.records, record=number)
            holds = TRUE if expr.where is None else self._quietly(self.truth, expr.where, place)
            if holds.value is False:
                continue
            item: Value = Known(Fraction(1)) if expr.field is None else self.field(expr.field, place)
            least, most = bounds(item)
            if holds.value is None or not isinstance(item, Known):
                needs = together(together(needs, holds.needs), needs_of(item))
            low += least if holds.value and isinstance(least, Fraction) else 0
            high = None if high is None or not isinstance(most, Fraction) else high + most
        if expr.kind == "exists":
            if low > 0 or high == 0:
                return Known(low > 0)
            return Options(frozenset(), needs, complete=False)
        return Known(low) if low == high and not needs else Interval(low, high, needs)

    def _extreme(self, expr: ir.Aggregate, at: At) -> Value:
        """The earliest or latest day, the least or greatest number, in a field of the records that count."""
        records = self.records(expr.records)
        assert expr.field is not None  # noqa: S101 - the checker has seen to it
        if records is None:
            return Interval(None, None, missing(expr.records))
        found = []
        for number in range(len(records)):
            place = at._replace(records=expr.records, record=number)
            holds = TRUE if expr.where is None else self._quietly(self.truth, expr.where, place)
            found.append((holds, self.field(expr.field, place)))
        return extreme(expr.kind in {"latest", "most"}, found)

    def _series_total(self, name: str, at: At) -> Value:
        """The sum over a year of a fact kept by month or quarter; a period that is not recorded counts 0 or more."""
        fact = self.declared[name]
        assert fact.series is not None  # noqa: S101 - the checker has seen to it
        total: Value = Known(Fraction(0))
        if name not in self.facts:
            return Interval(Fraction(0), None, missing(name))
        for period in periods_between(fact.series, date(at.year, 1, 1), date(at.year, 12, 31), MONTHS) or ():
            total = arithmetic("add", total, self.fact(name, at._replace(window=period)))
        return total

    def _in_period(self, day: Value, at: At) -> Truth:
        """Whether a day falls in the window in question, or in the year where there is none."""
        window = at.window or Period("year", at.year)
        first = compare("ge", day, Known(window.first_day))
        return conjunction((first, compare("le", day, Known(window.last_day))))

    def _case(self, expr: ir.Cases, at: At) -> Value:
        """The value of the case that holds; while it is open which one does, what they have in common."""
        open_: list[tuple[Truth, Value]] = []
        for when, value in expr.cases:
            truth = self._quietly(self.truth, when, at)
            if truth.value is not False:
                open_.append((truth, self.value(value, at)))
        return one_of(open_)

    def _last_time(self, expr: ir.LastTime, at: At) -> Truth:
        """The condition in the last year with an assessment; a year that is not over counts once its result is in."""
        for year in sorted((y for y in self.history if y <= at.year), reverse=True):
            if self._assessed(expr.body, at, year):
                truth = self.truth(expr.body, at._replace(year=year, window=None))
                if truth.value is not None or self.as_of.year > year:
                    return truth
        return FALSE

    def _any_year(self, expr: ir.AnyYear, at: At) -> Truth:
        return disjunction([self._held(expr.body, at, year) for year in self.history if year <= at.year])

    def _held(self, body: ir.Expr, at: At, year: int) -> Truth:
        """The condition in a year; a year that is not over counts only once its result is recorded."""
        truth = self.truth(body, at._replace(year=year, window=None))
        return FALSE if truth.value is None and self.as_of.year <= year else truth

    def _consecutive(self, expr: ir.Consecutive, at: At) -> Truth:
        count, body = expr.count, expr.body
        first = min(self.history[0], at.year)
        found: dict[int, Truth] = {}

        def held(year: int) -> Truth:
            if year not in found:
                found[year] = self._held(body, at, year)
            return found[year]

        if expr.unit == "years":
            runs = [
                conjunction([held(year - back) for back in range(count)]) for year in range(at.year, first - 1, -1)
                if held(year).value is not False
            ]  # fmt: skip
            return disjunction(runs)
        years = [y for y in range(first, at.year + 1) if self._assessed(body, at, y)]
        return disjunction(
            [conjunction([held(y) for y in years[i - count + 1 : i + 1]]) for i in range(count - 1, len(years))]
        )

    def _assessed(self, body: ir.Expr, at: At, year: int) -> bool:
        """False for a year in which an assessment that the condition looks at was not held at all."""
        place = at._replace(year=year, window=None)
        for part in everything(body):
            if isinstance(part, ir.DefinitionValue):
                if not self._assessed(self.definitions[part.definition].body, at, year):
                    return False
            elif self._is_assessment(part) and self.value(part, place) == Known(NOTHING):
                return False
        return True

    def _is_assessment(self, part: ir.Expr) -> bool:
        """A yearly grade, or a fact of which a policy says what it means that there is none (未考核)."""
        match part:
            case ir.OutcomeValue(name):
                outcome = self.outcomes[name]
                return outcome.kind == "grade" and outcome.period == "year"
            case ir.FactValue(name):
                return self.declared[name].series == "year" and self.declared[name].null_means is not None
            case _:
                return False
