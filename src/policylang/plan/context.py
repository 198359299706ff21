"""What a plan is made for: the policy, the day, the year, the readings, the calendar, the columns; and facts by column."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from policylang.facts.model import EVERY_YEAR
from policylang.plan.graph import Graph
from policylang.plan.layout import Key, scale_of
from policylang.plan.nodes import Table
from policylang.plan.values import Choices, Label, Quantity, Selection, Truth, Value, certain, quantity
from policylang.runtime.index import index_of
from policylang.semantics.periods import Period  # noqa: TC001 - fields of a NamedTuple
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar


class At(NamedTuple):
    """Where an expression is looked at: the year, a list whose record is at hand or (``record`` False) would be, the window."""

    year: int
    records: str | None = None
    record: bool = False
    window: Period | None = None


class Context:
    """A plan in the making: one policy on one day, over one layout."""

    def __init__(
        self, policy: ir.Policy, layout: Layout, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar
    ) -> None:
        self.policy = policy
        self.layout = layout
        self.as_of = as_of
        self.year = year
        self.readings = readings
        self.calendar = calendar
        self.g = Graph(layout)
        index = index_of(policy)
        self.declared, self.fields, self.definitions = index.facts, index.fields, index.definitions
        self.outcomes, self.in_force, self.raises = index.outcomes, index.in_force, index.raises
        spoken = layout.years()
        self.years = sorted({y for y in spoken if y <= year} | {year})
        self.history = sorted({y for y in spoken if y <= as_of.year} | {year})

    # years

    def spoken(self, year: int) -> Node:
        """Some yearly fact has an entry for the year."""
        word = f"{year:04}"
        return self.g.any(self._entry(key) for key in self.layout.inputs if key.period == word)

    def in_history(self, year: int) -> Node:
        """The year is one of the history: spoken of and not after the as-of day, or the year in question."""
        if year == self.year:
            return self.g.true
        return self.spoken(year) if year <= self.as_of.year else self.g.false

    def since_first(self, year: int) -> Node:
        """The history begins in this year or before."""
        return self.g.any(self.in_history(y) for y in self.history if y <= year)

    def _entry(self, key: Key) -> Node:
        return self.g.any((self.g.known(key), self.g.nothing(key), self.g.null(key)))

    # facts

    def fact(self, name: str, at: At) -> Value:
        """A fact as recorded; its written default where it is not; otherwise unknown."""
        sources, nothing, path = self._recorded(name, at)
        return self._typed(self.declared[name], sources, nothing, self.g.missing(path))

    def never(self, name: str, at: At) -> Node:
        """A fact is known not to have happened, by what is recorded or by its default."""
        sources, nothing, _ = self._recorded(name, at)
        fact, g = self.declared[name], self.g
        if fact.has_default and fact.default is None:
            return g.no(g.any(known for known, _ in sources))
        return nothing

    def _recorded(self, name: str, at: At) -> tuple[list[tuple[Node, Key]], Node, str]:
        """Where a fact may stand, whether it is recorded as what did not happen, and its path."""
        fact, g = self.declared[name], self.g
        if fact.series is None:
            key = Key(name)
            return [(g.known(key), key)], g.nothing(key), name
        word = f"{at.year:04}" if at.window is None or fact.series == "year" else at.window.key
        key, every = Key(name, word), Key(name, EVERY_YEAR)
        nothing = g.nothing(key)
        if fact.null_means is not None:
            bare = g.no(g.any(self._entry(k) for k in self.layout.inputs if k.fact == name))
            nothing = g.any((nothing, g.null(key), g.both(g.given(name), bare)))
        sources = [(g.known(key), key)]
        if every in self.layout.inputs:
            free = g.no(self._entry(key))
            counts = g.true if at.year == self.year else g.no(g.truth(every))
            sources.append((g.all((free, g.known(every), counts)), every))
        return sources, nothing, f"{name}.{word}"

    def field(self, name: str, at: At) -> Value:
        """A field of the record at hand; while the list itself is unknown there is none at hand."""
        assert at.records is not None  # noqa: S101 - the checker has bound the record
        own, g = self.fields[at.records, name], self.g
        if not at.record:
            return self._typed(own, [], g.false, g.missing(at.records), defaults=False)
        key = Key(at.records, None, name)
        return self._typed(own, [(g.known(key), key)], g.nothing(key), g.missing_field(at.records, name))

    def _typed(
        self, fact: ir.Fact, sources: list[tuple[Node, Key]], nothing: Node, needs: Node, *, defaults: bool = True
    ) -> Value:
        """The value of a fact from where it may stand; ``nothing`` is known not to have happened."""
        g = self.g
        held = g.any(known for known, _ in sources)
        absent = g.no(g.either_of(held, nothing))
        default: Option | bool | None = None
        open_ = absent
        if fact.has_default and defaults:
            default, open_ = fact.default, g.false
            if default is None:
                nothing, absent = g.either_of(nothing, absent), g.false
        known = g.no(open_)
        match fact.type:
            case Boolean():
                yes = g.any((*(g.both(k, g.truth(key)) for k, key in sources), g.both(absent, g.boolean(default is True))))
                return Truth(yes, g.both(known, g.no(yes)), needs)
            case Number() | Money() | Day() as kind:
                # An input is 0 where it is not known.
                numbers = [(k, g.number(key)) for k, key in sources]
                low = g.choose(numbers[:-1], numbers[-1][1]) if numbers else g.integer(0)
                from_zero = open_ if isinstance(kind, Number) else g.false
                return Quantity(
                    known, nothing, g.either_of(held, from_zero), low, held, low, needs, scale_of(kind)
                )  # fmt: skip
            case Choice(options):
                possible = {
                    o: g.any((
                        *(g.both(k, g.equal(g.number(key), g.integer(i))) for k, key in sources),
                        open_, g.both(absent, g.boolean(o == default)),
                    ))
                    for i, o in enumerate(options)
                }  # fmt: skip
                none = g.either_of(nothing, open_) if fact.null_means is not None else nothing
                return Selection(known, possible, none, g.true, needs)
            case ChoiceSet(options):
                held_options = {
                    o: g.any(g.both(k, g.holds_bit(g.number(key), i)) for k, key in sources) for i, o in enumerate(options)
                }
                return Choices(known, nothing, held_options, needs)
            case Text():
                return Label(known, nothing, tuple(sources), needs)
            case _:  # pragma: no cover - a list is never asked for as a value
                raise AssertionError(fact)

    # days

    def moved(self, day: Node, amount: int, unit: str) -> tuple[Node, Node]:
        """A certain day moved by a period, and whether the calendar goes that far."""
        g = self.g
        last = date.max.toordinal()
        match unit:
            case "days":
                moved = g.add(day, g.integer(amount))
                inside = g.both(g.at_most(g.integer(1), moved), g.at_most(moved, g.integer(last)))
                return moved, inside
            case "workdays":
                moved = g.look_up(self._working_days(amount), day)
                return moved, g.less(g.integer(0), moved)
            case _:
                months = amount * (12 if unit == "years" else 1)
                there = g.add(g.year(day), g.integer(months // 12 + (1 if months > 0 else 0)))
                sure = g.both(g.less(there, g.integer(10_000)), g.less(g.integer(0), there))
                return g.months(day, months), sure

    def _working_days(self, amount: int) -> Table:
        """For every day around the published years the day so many working days later, 0 where that is not published."""
        found = _tables.get((self.calendar.version, amount))
        if found is None:
            first, last = self.calendar.first_day.toordinal() - 1, self.calendar.last_day.toordinal() + 1
            counted = self.calendar.add_working_days if amount > 0 else self.calendar.subtract_working_days
            moved = (counted(date.fromordinal(n), abs(amount)) for n in range(first, last + 1))
            values = tuple(0 if day is None else day.toordinal() for day in moved)
            found = _tables[self.calendar.version, amount] = Table(f"workdays{amount:+}", first, values, 0)
        return found

    def shift(self, day: Quantity, amount: int, unit: str) -> Quantity:
        """A day moved by a period; working days beyond the published calendar are unknown."""
        g = self.g
        low, low_there = self.moved(day.low, amount, unit)
        high, high_there = (low, low_there) if day.high is day.low else self.moved(day.high, amount, unit)
        beyond = self.calendar.last_day.year + 1 if amount > 0 else self.calendar.first_day.year - 1
        point = g.both(day.known, g.no(day.nothing))
        lost = g.both(point, g.no(low_there))
        needs = g.choose_needs([(lost, g.missing(f"calendar.{beyond}"))], day.needs)
        later = g.boolean(amount > 0)
        has_low = g.either_of(g.both(day.has_low, low_there), g.both(lost, later))
        has_high = g.either_of(g.both(day.has_high, high_there), g.both(lost, g.no(later)))
        return Quantity(
            g.both(day.known, g.no(lost)), day.nothing,
            has_low, g.choose([(g.no(low_there), day.low)], low), has_high, g.choose([(g.no(high_there), day.high)], high), needs,
        )  # fmt: skip

    def constant(self, value: object) -> Value:
        """A constant of the policy."""
        g = self.g
        match value:
            case bool():
                return certain(g, value)
            case Fraction():
                return quantity(g, value.numerator, value.denominator)
            case date():
                return quantity(g, value.toordinal())
            case Option():
                return Selection(g.true, {value: g.true}, g.false, g.true, g.settled)
            case str():
                return Label(g.true, g.false, ((g.true, value),), g.settled)
            case _:  # pragma: no cover - there are no other constants
                raise AssertionError(value)


#: The tables of working days made so far, by calendar and number.
_tables: dict[tuple[str, int], Table] = {}
