"""A decider that says which cells a result was read from, and that can leave cells open whatever is recorded there.

Opening cells gives bounds: what is settled while cells are open stays so for every content of those cells, because
knowing more never changes what is settled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from policylang.analysis.cells import COUNT, Cell, Situation
from policylang.runtime.decide import Decider
from policylang.runtime.evaluate import MONTHS
from policylang.runtime.operations import arithmetic, as_truth, or_else, unknown_value
from policylang.runtime.outcome import Test
from policylang.semantics import ir
from policylang.semantics.periods import periods_between
from policylang.semantics.types import Choice, ChoiceSet
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
    either,
    missing,
    needs_of,
    together,
    unknown,
)
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Mapping

    from policylang.facts.model import Record
    from policylang.runtime.evaluate import At
    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics.calendar import Calendar

_Found = TypeVar("_Found")


class Compared(NamedTuple):
    """Two values that were compared, with the cells each was read from."""

    expr: ir.Compare
    left: Value
    right: Value
    left_cells: frozenset[Cell]
    right_cells: frozenset[Cell]


class Probe(Decider):
    """Decides one situation with the cells in ``opened`` unknown.

    ``read`` are the cells read so far; ``compared`` the comparisons made so far, kept only where ``comparing``.
    """

    def __init__(
        self, situation: Situation, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar,
        opened: Container[Cell] = (), *, comparing: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(situation.policy, situation.facts(), as_of, year, readings, calendar)
        self.opened = opened
        self.comparing = comparing
        self.read: set[Cell] = set()
        self.compared: list[Compared] = []
        self._read_by: dict[Hashable, frozenset[Cell]] = {}

    # what is read

    def _noting(self, key: Hashable, call: Callable[[], object]) -> object:
        """The result of a call that is kept; the cells it reads are noted also when it is not called again."""
        kept, self.read = self.read, set()
        try:
            found = call()
        finally:
            self._read_by[key] = self._read_by.get(key, frozenset()) | self.read
            self.read = kept | self._read_by[key]
        return found

    def definition(self, name: str, at: At) -> Truth | Value:
        """As the decider, with the cells behind it noted."""
        return self._noting(("definition", name, at), lambda: Decider.definition(self, name, at))  # type: ignore[return-value]

    def decide(self, outcome: str, year: int) -> Decision:
        """As the decider, with the cells behind it noted."""
        return self._noting(("decision", outcome, year), lambda: Decider.decide(self, outcome, year))  # type: ignore[return-value]

    def line(self, outcome: str, at: At) -> Line:
        """As the decider, with the cells behind it noted."""
        return self._noting(("line", outcome, at), lambda: Decider.line(self, outcome, at))  # type: ignore[return-value]

    # cells

    def truth(self, expr: ir.Expr, at: At, wanted: bool = True) -> Truth:  # noqa: FBT001, FBT002 - as the decider
        """As the decider; single facts and items of sets go through their cells."""
        match expr:
            case ir.FactValue(name):
                truth = as_truth(self.fact(name, at))
                self.tests.append(Test(expr, truth, wanted, None, None, at.year, at.record))
                return truth
            case ir.Includes(ir.FactValue(name), option):
                cell = Cell(name, None, option.id)
                self.read.add(cell)
                found = self.facts.get(name)
                value: Value = Options(frozenset(), missing(name), complete=False)
                if cell in self.opened or not isinstance(found, frozenset):
                    truth = unknown(missing(name))
                else:
                    value, truth = Known(found), TRUE if option in found else FALSE
                self.tests.append(Test(expr, truth, wanted, value, None, at.year, at.record))
                return truth
            case ir.Compare(_, left, right) if self.comparing:
                one, other = self._cells_of(left, at), self._cells_of(right, at)
                truth = super().truth(expr, at, wanted)
                test = self.tests[-1]
                if test.actual is not None and test.required is not None:
                    self.compared.append(Compared(expr, test.actual, test.required, one, other))
                return truth
            case ir.FirstKnown(preferred, fallback):
                first, of_open = self._looking(lambda: self.truth(preferred, at, wanted))
                if first.value is not None or of_open:
                    return first
                second = self.truth(fallback, at, wanted)
                return second if second.value is not None else unknown(either(first.needs, second.needs))
            case _:
                return super().truth(expr, at, wanted)

    def value(self, expr: ir.Expr, at: At) -> Value:
        """As the decider; where the preferred value is open, nothing is taken in its place."""
        if isinstance(expr, ir.FirstKnown):
            first, of_open = self._looking(lambda: self.value(expr.preferred, at))
            return first if isinstance(first, Known) or of_open else or_else(first, self.value(expr.fallback, at))
        return super().value(expr, at)

    def _looking(self, call: Callable[[], _Found]) -> tuple[_Found, bool]:
        """What a call finds, and whether it read a cell that is open."""
        kept, self.read = self.read, set()
        found = call()
        of_open = any(cell in self.opened for cell in self.read)
        self.read |= kept
        return found, of_open

    def _case(self, expr: ir.Cases, at: At) -> Value:
        """As the decider; while it is open whether any case holds, there may be no value at all."""
        found, of_open = self._looking(lambda: Decider._case(self, expr, at))
        if not of_open or isinstance(found, Known):
            return found
        if isinstance(found, Options):
            return Options(found.options | {NOTHING}, found.needs, found.complete)
        return Interval(None, None, needs_of(found))

    def _held(self, body: ir.Expr, at: At, year: int) -> Truth:
        """As the decider; what is open in the running year stays open."""
        truth, of_open = self._looking(lambda: self.truth(body, at._replace(year=year, window=None)))
        return FALSE if truth.value is None and self.as_of.year <= year and not of_open else truth

    def _consecutive(self, expr: ir.Consecutive, at: At) -> Truth:
        """As the decider; open while it is open which years were assessed."""
        years = range(min(self.history[0], at.year), at.year + 1)
        if expr.unit == "assessments" and any(self._may_be_none(expr.body, at, year) for year in years):
            return unknown(missing("consecutive"))
        return super()._consecutive(expr, at)

    def _may_be_none(self, body: ir.Expr, at: At, year: int) -> bool:
        """Whether it is open if a year was assessed at all."""
        place = at._replace(year=year, window=None)
        for part in everything(body):
            if isinstance(part, ir.DefinitionValue):
                if self._may_be_none(self.definitions[part.definition].body, at, year):
                    return True
            elif self._is_assessment(part):
                value, of_open = self._looking(lambda part=part: self.value(part, place))  # type: ignore[misc]
                if of_open and isinstance(value, Options) and NOTHING in value.options:
                    return True
        return False

    def _last_time(self, expr: ir.LastTime, at: At) -> Truth:
        """As the decider; open while it is open which year was the last, and in the running year what is open."""
        if any(self._may_be_none(expr.body, at, year) for year in self.history if year <= at.year):
            return unknown(missing("last_time"))
        if at.year < self.as_of.year:
            return super()._last_time(expr, at)
        place = at._replace(year=self.as_of.year, window=None)
        truth, of_open = self._looking(lambda: self.truth(expr.body, place))
        if not of_open:
            return super()._last_time(expr, at)
        return truth if truth.value is None else unknown(missing("last_time"))

    def _decision(self, outcome: ir.Outcome, at: At, year: int | None) -> Decision:
        """As the decider; open while it is open what a body recorded, or from when on the outcome is decided."""
        found = super()._decision(outcome, at, year)
        needs = self._needs_of_start(outcome, at)
        recorded = outcome.assessed_in
        if recorded is not None:
            series = self.declared[recorded].series is not None
            if Cell(recorded, f"{at.year:04}" if series else None) in self.opened:
                needs = missing(recorded)
        if not needs:
            return found
        return replace(found, value=None, possible=outcome.levels, needs=needs, conflict=False, basis="missing")

    def _line(self, outcome: ir.Outcome, at: At) -> Line:
        """As the decider; open while it is open from when on there is anything."""
        found = super()._line(outcome, at)
        needs = self._needs_of_start(outcome, at)
        if not needs or found.status == "not_due":
            return found
        return replace(found, status="undetermined", needs=together(found.needs, needs), never_nothing=False)

    def _needs_of_start(self, outcome: ir.Outcome, at: At) -> Needs:
        """What would tell from when on an outcome is decided, where that is open."""
        if outcome.since is None:
            return SETTLED
        start, of_open = self._looking(lambda: self._quiet_value(outcome.since, at))  # type: ignore[arg-type]  # seen
        return needs_of(start) if of_open else SETTLED

    def _cells_of(self, expr: ir.Expr, at: At) -> frozenset[Cell]:
        kept, self.read = self.read, set()
        self._quiet_value(expr, at)
        found = frozenset(self.read)
        self.read |= kept
        return found

    def fact(self, name: str, at: At) -> Value:
        """A fact; unknown where its cell is open."""
        declared = self.declared[name]
        if isinstance(declared.type, ChoiceSet):
            cells = [Cell(name, None, option.id) for option in declared.type.options]
            self.read.update(cells)
            return unknown_value(declared, missing(name)) if any(cell in self.opened for cell in cells) else super().fact(name, at)
        key = None
        if declared.series is not None:
            key = f"{at.year:04}" if at.window is None or declared.series == "year" else at.window.key
        cell = Cell(name, key)
        self.read.add(cell)
        return _anything(declared, cell) if cell in self.opened else super().fact(name, at)

    def field(self, name: str, at: At) -> Value:
        """A field of a record; unknown where its cell is open."""
        if at.records is None or at.record is None:
            return super().field(name, at)
        cell = Cell(at.records, at.record, name)
        self.read.add(cell)
        return _anything(self.fields[at.records, name], cell) if cell in self.opened else super().field(name, at)

    def records(self, name: str) -> tuple[Record, ...] | None:
        """The records of a list; unknown where it is open how many there are."""
        cell = Cell(name, COUNT)
        self.read.add(cell)
        return None if cell in self.opened else super().records(name)

    def _series_total(self, name: str, at: At) -> Value:
        fact = self.declared[name]
        assert fact.series is not None  # noqa: S101 - the checker has seen to it
        total: Value = Known(Fraction(0))
        for period in periods_between(fact.series, date(at.year, 1, 1), date(at.year, 12, 31), MONTHS) or ():
            total = arithmetic("add", total, self.fact(name, at._replace(window=period)))
        return total


def _anything(fact: ir.Fact, cell: Cell) -> Value:
    """What a cell can hold when anything may stand in it."""
    found = unknown_value(fact, missing(cell.path))
    if fact.has_default and fact.default is None and isinstance(fact.type, Choice) and isinstance(found, Options):
        return Options(found.options | {NOTHING}, found.needs)
    return found
