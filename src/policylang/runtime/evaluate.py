"""The reference interpreter of expressions: one case for each form of the typed core.

Read it as the definition of meaning. It keeps no state but the results already reached in this evaluation
(``_known``) and the tests of the rule at hand (``tests``); every value is exact.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from policylang.runtime.outcome import Test
from policylang.semantics import ir
from policylang.semantics.periods import Period, add_days, add_months, add_years
from policylang.semantics.types import ChoiceSet, Number, Option
from policylang.semantics.types import Choice as ChoiceType
from policylang.semantics.values import (
    FALSE,
    NOTHING,
    SETTLED,
    TRUE,
    Interval,
    Known,
    Needs,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.facts.model import Facts
    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics.calendar import Calendar


class At(NamedTuple):
    """Where an expression is looked at: the year, the record of a list, the window of a series."""

    year: int
    records: str | None = None
    record: int | None = None
    window: Period | None = None


class Evaluator:
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
        self.declared = {fact.id: fact for fact in policy.facts}
        self.definitions = {definition.id: definition for definition in policy.definitions}
        self.fields = {(fact.id, f.id): f for fact in policy.facts for f in fact.fields}
        self.tests: list[Test] = []
        self.defined: dict[tuple[str, At], tuple[Truth | Value, tuple[Test, ...]]] = {}

    def decide(self, outcome: str, year: int) -> Decision:
        """The decision on an outcome in a year."""
        raise NotImplementedError

    def line(self, outcome: str, at: At) -> Line:
        """A money line in a year, for a record."""
        raise NotImplementedError

    # conditions

    def truth(self, expr: ir.Expr, at: At, wanted: bool = True) -> Truth:  # noqa: FBT001, FBT002 - the sign of 非
        """Whether a condition holds; its tests are noted."""
        match expr:
            case ir.Logic():
                return self._logic(expr, at, wanted)
            case ir.Not(body):
                return negate(self.truth(body, at, not wanted))
            case ir.Compare(operator, left, right):
                one, other = self.value(left, at), self.value(right, at)
                return self._note(expr, compare(operator, one, other), wanted, at, one, other)
            case ir.Among(value, options):
                found = self.value(value, at)
                return self._note(expr, among(found, options), wanted, at, found)
            case ir.Includes(value, option):
                found = self.value(value, at)
                return self._note(expr, _includes(found, option), wanted, at, found)
            case ir.ReadingIs(reading, option):
                return self._note(expr, TRUE if self.readings[reading] == option else FALSE, wanted, at)
            case ir.FactValue(fact):
                return self._note(expr, as_truth(self.fact(fact, at)), wanted, at)
            case ir.FieldValue(_, field):
                return self._note(expr, as_truth(self.field(field, at)), wanted, at)
            case ir.DefinitionValue(name):
                found = self.definition(name, at)
                assert isinstance(found, Truth)  # noqa: S101 - the checker has typed it
                return self._note(expr, found, wanted, at)
            case ir.OutcomeValue(name):
                decision = self.decide(name, at.year)
                return self._note(expr, _met(decision), wanted, at)
            case ir.LineIsDue(name):
                return self._note(expr, due(self.line(name, at)), wanted, at)
            case ir.InYear(kind, body):
                return self.truth(body, self._moved(kind, at), wanted)
            case ir.Consecutive(count, unit, body):
                return self._note(expr, self._quietly(self._consecutive, count, unit, body, at), wanted, at)
            case ir.AnyYear(body):
                return self._note(expr, self._quietly(self._any_year, body, at), wanted, at)
            case ir.Aggregate():
                return self._note(expr, as_truth(self.aggregate(expr, at)), wanted, at)
            case ir.Literal_(value):
                return TRUE if value is True else FALSE
            case ir.FirstKnown(preferred, fallback):
                first = self.truth(preferred, at, wanted)
                return first if first.value is not None else self._alternatives(first, self.truth(fallback, at, wanted))
            case ir.LineAmount() | ir.Moment() | ir.Arithmetic() | ir.DayShift() | ir.YearOf():
                raise AssertionError(expr)  # the checker lets no number stand as a condition

    def _alternatives(self, first: Truth, second: Truth) -> Truth:
        return second if second.value is not None else unknown(either(first.needs, second.needs))

    def _note(
        self, expr: ir.Expr, truth: Truth, wanted: bool, at: At, actual: Value | None = None, required: Value | None = None
    ) -> Truth:  # fmt: skip
        self.tests.append(Test(expr, truth, wanted, actual, required, at.year))
        return truth

    def _logic(self, expr: ir.Logic, at: At, wanted: bool) -> Truth:
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
        if result.value is not None and result.value == wanted:
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
            case ir.Literal_(value):
                return Known(value)
            case ir.FactValue(fact):
                return self.fact(fact, at)
            case ir.FieldValue(_, field):
                return self.field(field, at)
            case ir.DefinitionValue(name):
                found = self.definition(name, at)
                return found if not isinstance(found, Truth) else _as_value(found)
            case ir.OutcomeValue(name):
                return _decided(self.decide(name, at.year))
            case ir.LineAmount(name):
                return self._amount(name, at)
            case ir.Moment(kind):
                return Known(self.as_of if kind == "as_of" else Fraction(at.year))
            case ir.InYear(kind, body):
                return self.value(body, self._moved(kind, at))
            case ir.Arithmetic(operator, left, right):
                return _arithmetic(operator, self.value(left, at), self.value(right, at))
            case ir.DayShift(day, amount, unit):
                return self.shift(self.value(day, at), amount, unit)
            case ir.YearOf(day):
                return _year_of(self.value(day, at))
            case ir.Aggregate():
                return self.aggregate(expr, at)
            case ir.FirstKnown(preferred, fallback):
                first = self.value(preferred, at)
                if isinstance(first, Known):
                    return first
                return _or_else(first, self.value(fallback, at))
            case _:
                return _as_value(self.truth(expr, at))

    def fact(self, name: str, at: At) -> Value:
        """A fact as recorded; its written default where it is not; otherwise unknown."""
        fact = self.declared[name]
        found = self.facts.get(name)
        path = name
        if fact.series is not None:
            window = at.window if at.window is not None else Period("year", at.year)
            path = f"{name}.{window.key}"
            if isinstance(found, dict):
                if window.key in found:
                    found = found[window.key]
                    if found is None and fact.null_means is not None:
                        return Known(NOTHING)
                elif not found and fact.null_means is not None:
                    return Known(NOTHING)
                else:
                    found = None
        if found is None:
            if fact.has_default:
                return Known(NOTHING if fact.default is None else fact.default)  # type: ignore[arg-type]  # bool is Plain here
            return unknown_value(fact, missing(path))
        return Known(found)  # type: ignore[arg-type]  # a series or a list is never asked for as a value

    def field(self, name: str, at: At) -> Value:
        """A field of the record at hand."""
        assert at.records is not None  # noqa: S101 - the checker has bound the record
        records = self.facts.get(at.records)
        found = records[at.record].get(name) if isinstance(records, tuple) and at.record is not None else None
        if found is None:
            return unknown_value(self.fields[at.records, name], missing(f"{at.records}[{at.record}].{name}"))
        return Known(found)  # type: ignore[arg-type]

    def definition(self, name: str, at: At) -> Truth | Value:
        """A definition, evaluated once in each year and record."""
        definition = self.definitions[name]
        place = at if definition.records is not None else At(at.year)
        found = self.defined.get((name, place))
        if found is None:
            kept, self.tests = self.tests, []
            boolean = type(definition.type).__name__ == "Boolean"
            result: Truth | Value = self.truth(definition.body, place) if boolean else self.value(definition.body, place)
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
            return Interval(day.value, None, missing(f"calendar.{(self.calendar.last_day.year) + 1}"))
        low, high = bounds(day)
        ends = [self._moved_day(end, amount, unit) if isinstance(end, date) else None for end in (low, high)]
        return Interval(ends[0], ends[1], needs_of(day))

    def _moved_day(self, day: date, amount: int, unit: str) -> date | None:
        if unit == "workdays":
            return self.calendar.add_working_days(day, amount) if amount > 0 else None
        return {"years": add_years, "months": add_months, "days": add_days}[unit](day, amount)

    def _moved(self, kind: str, at: At) -> At:
        return at._replace(year=at.year - 1 if kind == "last_year" else self.year, window=None)

    def _amount(self, name: str, at: At) -> Value:
        line = self.line(name, at)
        if line.status == "due" and line.amount.kind == "exact" and line.amount.low is not None:
            if line.amount.low == line.amount.high:
                return Known(line.amount.low)
            return Interval(line.amount.low, line.amount.high, line.needs)
        if line.status == "not_due":
            return Known(Fraction(0))
        return Interval(Fraction(0), line.amount.high, line.needs or missing(name))

    # lists and history

    def aggregate(self, expr: ir.Aggregate, at: At) -> Value:
        """Total, count or existence over a list: an interval while records are not fully known."""
        records = self.facts.get(expr.records)
        if not isinstance(records, tuple):
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
                return Known(low > 0)  # type: ignore[arg-type]
            return Options(frozenset(), needs, complete=False)
        return Known(low) if low == high and not needs else Interval(low, high, needs)

    def _any_year(self, body: ir.Expr, at: At) -> Truth:
        return disjunction([self._held(body, at, year) for year in self.years if year <= at.year])

    def _held(self, body: ir.Expr, at: At, year: int) -> Truth:
        """The condition in a year; a year that is not over counts only once its result is recorded."""
        truth = self.truth(body, at._replace(year=year, window=None))
        return FALSE if truth.value is None and self.as_of.year <= year else truth

    def _consecutive(self, count: int, unit: str, body: ir.Expr, at: At) -> Truth:
        first = min(self.years[0], at.year)
        found: dict[int, Truth] = {}

        def held(year: int) -> Truth:
            if year not in found:
                found[year] = self._held(body, at, year)
            return found[year]

        if unit == "years":
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
        """False for a year in which no assessment was held at all."""
        match body:
            case ir.Among(value, _) | ir.Compare(_, value, _):
                return self.value(value, at._replace(year=year)) != Known(NOTHING)
            case _:
                return True


# Operations on values, each with what is still possible ---------------------------------------------------------


def unknown_value(fact: ir.Fact, needs: Needs) -> Value:
    """What a fact of this type can be while it is not recorded."""
    match fact.type:
        case ChoiceType(options):
            return Options(frozenset(options), needs)
        case ChoiceSet():
            return Options(frozenset(), needs, complete=False)
        case Number():
            return Interval(Fraction(0), None, needs)
        case _:
            return Interval(None, None, needs)


def as_truth(value: Value) -> Truth:
    """A yes-or-no value as a truth; what did not happen is not so."""
    if isinstance(value, Known):
        return TRUE if value.value is True else FALSE
    return unknown(value.needs)


def _as_value(truth: Truth) -> Value:
    return Known(truth.value) if truth.value is not None else Interval(None, None, truth.needs)  # type: ignore[arg-type]


def _met(decision: Decision) -> Truth:
    if decision.value is not None:
        return TRUE if decision.value == decision.outcome.levels[0] else FALSE
    return unknown(decision.needs)


def due(line: Line) -> Truth:
    """Whether a money line is due."""
    if line.status in {"undetermined", "conflict"}:
        return unknown(line.needs)
    return TRUE if line.status == "due" else FALSE


def _decided(decision: Decision) -> Value:
    if decision.value is not None:
        return Known(decision.value)
    if not decision.needs:
        return Known(NOTHING)
    possible: frozenset[Option | object] = frozenset(decision.possible)
    return Options(possible, decision.needs)  # type: ignore[arg-type]


def compare(operator: str, left: Value, right: Value) -> Truth:
    """Compare two values; what did not happen compares false with everything."""
    if isinstance(left, Known) and isinstance(right, Known):
        return TRUE if _holds(operator, left.value, right.value) else FALSE
    if left == Known(NOTHING) or right == Known(NOTHING):
        return FALSE
    needs = together(needs_of(left), needs_of(right))
    if isinstance(left, Options) or isinstance(right, Options):
        return _over_options(operator, left, right, needs)
    (a, b), (c, d) = bounds(left), bounds(right)
    if operator == "eq":
        apart = (b is not None and c is not None and b < c) or (a is not None and d is not None and a > d)  # type: ignore[operator]
        same = a is not None and a == b == c == d
        return FALSE if apart else TRUE if same else unknown(needs)
    if operator in {"lt", "le"}:
        a, b, c, d = c, d, a, b
    strict = operator in {"gt", "lt"}
    if a is not None and d is not None and (a > d if strict else a >= d):  # type: ignore[operator]
        return TRUE
    if b is not None and c is not None and (b <= c if strict else b < c):  # type: ignore[operator]
        return FALSE
    return unknown(needs)


def _holds(operator: str, left: object, right: object) -> bool:
    if left is NOTHING or right is NOTHING:
        return False
    if isinstance(left, Option) and isinstance(right, Option):
        if operator == "eq":
            return left == right
        left, right = -left.rank, -right.rank
    match operator:
        case "eq":
            return left == right
        case "ge":
            return left >= right  # type: ignore[operator,no-any-return]
        case "gt":
            return left > right  # type: ignore[operator,no-any-return]
        case "le":
            return left <= right  # type: ignore[operator,no-any-return]
        case _:
            return left < right  # type: ignore[operator,no-any-return]


def _over_options(operator: str, left: Value, right: Value, needs: Needs) -> Truth:
    sides = []
    for side in (left, right):
        if isinstance(side, Options):
            if not side.complete or not side.options:
                return unknown(needs)
            sides.append(list(side.options))
        else:
            sides.append([side.value if isinstance(side, Known) else side])  # type: ignore[list-item]
    found = {_holds(operator, one, other) for one in sides[0] for other in sides[1]}
    return unknown(needs) if len(found) > 1 else (TRUE if found.pop() else FALSE)


def among(value: Value, options: tuple[Option, ...]) -> Truth:
    """Whether a value is one of the options."""
    if isinstance(value, Known):
        return TRUE if value.value in options else FALSE
    if isinstance(value, Options) and value.options:
        inside = value.options & frozenset(options)
        if not inside:
            return FALSE
        if inside == value.options:
            return TRUE
    return unknown(needs_of(value))


def _includes(value: Value, option: Option) -> Truth:
    if isinstance(value, Known):
        return TRUE if isinstance(value.value, frozenset) and option in value.value else FALSE
    return unknown(needs_of(value))


def _year_of(day: Value) -> Value:
    if isinstance(day, Known):
        return Known(Fraction(day.value.year)) if isinstance(day.value, date) else day
    low, high = bounds(day)
    ends = [Fraction(end.year) if isinstance(end, date) else None for end in (low, high)]
    return Interval(ends[0], ends[1], needs_of(day))


def _or_else(first: Value, second: Value) -> Value:
    """The second value; what settles either settles it."""
    needs = either(needs_of(first), needs_of(second))
    match second:
        case Known():
            return second
        case Interval(low, high, _):
            return Interval(low, high, needs)
        case Options(options, _, complete):
            return Options(options, needs, complete)


def _arithmetic(operator: str, left: Value, right: Value) -> Value:
    if left == Known(NOTHING) or right == Known(NOTHING):
        return Known(NOTHING)
    (a, b), (c, d) = bounds(left), bounds(right)
    needs = together(needs_of(left), needs_of(right))
    low: object
    high: object
    if operator == "add":
        low, high = _both(a, c, 1), _both(b, d, 1)
    elif operator == "sub":
        low, high = _both(a, d, -1), _both(b, c, -1)
    else:
        ends = [x * y for x in (a, b) for y in (c, d) if isinstance(x, Fraction) and isinstance(y, Fraction)]
        least_zero = all(isinstance(x, Fraction) and x >= 0 for x in (a, c))
        whole = len(ends) == 4
        low = min(ends) if whole else (a * c if least_zero and isinstance(a, Fraction) and isinstance(c, Fraction) else None)
        high = max(ends) if whole else None
    if not needs and isinstance(low, Fraction):
        return Known(low)
    return Interval(low, high, needs)  # type: ignore[arg-type]


def _both(left: object, right: object, sign: int) -> Fraction | None:
    return left + sign * right if isinstance(left, Fraction) and isinstance(right, Fraction) else None
