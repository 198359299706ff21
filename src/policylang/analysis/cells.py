"""Cells: the single places of a facts file that can be changed, and what may stand in them.

A cell is one fact, one period of a series, one item of a set of options, one field of a record, or the number of
records of a list. A *situation* is what is recorded, with some cells changed.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policylang.facts.model import EVERY_YEAR, Facts
from policylang.runtime.index import index_of
from policylang.semantics import ir
from policylang.semantics.periods import Period
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Option, Records
from policylang.semantics.values import NOTHING
from policylang.semantics.walk import everything, policy_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylang.facts.model import FactValue, Record

#: The key of the cell that holds how many records a list has.
COUNT: Final = "+"


class Absent:
    """Not recorded: unknown, or the written default."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
_LITTLE: Final = 10**9

#: Of whom it is to change a cell; see ``hands``.
Hands = Literal["station", "body", "past", "document"]


class Cell(NamedTuple):
    """A place in the facts.

    ``key`` is None for a single fact, the period of a series, the number of a record, or ``COUNT``; ``part`` is the
    field of a record, or the option of a set.
    """

    fact: str
    key: str | int | None = None
    part: str | None = None

    @property
    def path(self) -> str:
        """As missing facts are named: ``grade.2024``, ``recruits[2].class``."""
        if isinstance(self.key, int):
            return f"{self.fact}[{self.key}].{self.part}"
        return f"{self.fact}.{self.key}" if self.key is not None and self.key != COUNT else self.fact


class Situation:
    """The facts of a station with some cells changed.

    A content is a value as facts hold it, ``ABSENT``, or None for an explicit null in a series (未考核); in the count
    cell of a list it is the number of its records. ``year`` is the assessment year.
    """

    def __init__(self, policy: ir.Policy, base: Facts, year: int, changes: Mapping[Cell, object] | None = None) -> None:
        self.policy = policy
        self.base = base
        self.year = year
        self.changes = dict(changes or {})
        self.declared = index_of(policy).facts

    def content(self, cell: Cell) -> object:
        """What stands in a cell."""
        return self.changes[cell] if cell in self.changes else self.recorded(cell)

    def recorded(self, cell: Cell) -> object:
        """What stood in a cell before the changes."""
        found = self.base.values.get(cell.fact)
        if cell.key == COUNT:
            return Fraction(len(found)) if isinstance(found, tuple) else ABSENT
        if isinstance(cell.key, int):
            within = isinstance(found, tuple) and cell.key < len(found)
            return found[cell.key].get(cell.part, ABSENT) if within else ABSENT  # type: ignore[index,arg-type,union-attr]
        if cell.part is not None:
            return any(o.id == cell.part for o in found) if isinstance(found, frozenset) else ABSENT
        if cell.key is not None:
            return self._of_period(found, str(cell.key)) if isinstance(found, dict) else ABSENT
        return ABSENT if found is None else found

    def _of_period(self, found: Mapping[str, object], key: str) -> object:
        """What a series holds for a period; 是 given once for all speaks of the assessment year alone."""
        once = found.get(EVERY_YEAR, ABSENT)
        return found.get(key, once if once is not True or key == f"{self.year:04}" else ABSENT)

    def facts(self) -> Facts:
        """The facts as they would be recorded."""
        if not self.changes:
            return self.base
        values = dict(self.base.values)
        for cell, content in self.changes.items():
            fact = self.declared[cell.fact]
            if isinstance(fact.type, Records):
                values[cell.fact] = self._records(fact)
            elif cell.part is not None:
                values[cell.fact] = self._set(fact, fact.type)
            elif cell.key is not None:
                old = values.get(cell.fact)
                entries = dict(old) if isinstance(old, dict) else {}
                entries[str(cell.key)] = content  # type: ignore[assignment]
                values[cell.fact] = entries
            else:
                values[cell.fact] = content  # type: ignore[assignment]
        return Facts(values)

    def _records(self, fact: ir.Fact) -> FactValue:
        old = self.base.values.get(fact.id)
        records: list[Record] = [dict(record) for record in old] if isinstance(old, tuple) else []
        count = self.content(Cell(fact.id, COUNT))
        if isinstance(count, Fraction):
            records += [{} for _ in range(int(count) - len(records))]
        for cell, content in self.changes.items():
            if cell.fact == fact.id and isinstance(cell.key, int) and cell.part is not None and content is not ABSENT:
                records[cell.key][cell.part] = content  # type: ignore[assignment]
        return tuple(records)

    def _set(self, fact: ir.Fact, kind: object) -> frozenset[Option]:
        assert isinstance(kind, ChoiceSet)  # noqa: S101 - only sets have such cells
        return frozenset(o for o in kind.options if self.content(Cell(fact.id, None, o.id)) is True)


def declared_at(policy_facts: Mapping[str, ir.Fact], cell: Cell) -> ir.Fact:
    """The fact, or the field, that a cell belongs to."""
    fact = policy_facts[cell.fact]
    if isinstance(cell.key, int):
        return next(field for field in fact.fields if field.id == cell.part)
    return fact


def hands(fact: ir.Fact, cell: Cell, before: object, as_of: date, *, added: bool) -> Hands:
    """Whose it is to change a cell.

    ``body``: a body judges, finds or decides it. ``past``: it belongs to a period that is over, or to a day that has
    passed; what a body never recorded of it, it still can. ``document``: it is written in a document outside the
    measure. Everything else is the station's, also what somebody else counts.
    """
    body = fact.source.kind in {"judged", "found", "decided"}
    if before is ABSENT and body:
        return "body"
    if isinstance(before, date) and before <= as_of:
        return "past"
    if isinstance(cell.key, str) and fact.series is not None:
        period = Period.parse(fact.series, cell.key)
        if period is not None and period.last_day < as_of:
            return "past"
    if isinstance(cell.key, int) and not added and before is not ABSENT:
        return "past"
    if body:
        return "body"
    return "document" if fact.source.kind == "external" else "station"


def listed(fact: ir.Fact, cell: Cell, before: object) -> Iterable[object]:
    """Every other content of a cell with few possible contents: yes or no, options, an item of a set; 未发生 of a day."""
    can_be = isinstance(fact.type, Day) or (fact.has_default and fact.default is None)
    never = [NOTHING] if can_be and before is not NOTHING else []
    match fact.type:
        case ChoiceSet() if cell.part is not None:
            return [content for content in (True, False) if content is not before and (content or before is True)]
        case Boolean():
            return [content for content in (True, False) if content is not before]
        case Choice(options):
            null = [None] if fact.null_means is not None and before is not None and fact.series is not None else []
            return [*(o for o in options if o != before), *null, *never]
        case _:
            return never


def distance(before: object, after: object, as_of: date) -> Fraction:
    """How far a content is moved: for numbers the share of what it was, for days the years; otherwise nothing.

    That a day did not come at all weighs as much as a year.
    What was not recorded weighs little: a small number less than a great one, a day near ``as_of`` less than a far one.
    """
    if before is ABSENT and isinstance(after, Fraction):
        return abs(after) / _LITTLE
    if before is ABSENT and isinstance(after, date):
        return Fraction(abs((after - as_of).days)) / _LITTLE
    if isinstance(before, Fraction) and isinstance(after, Fraction):
        return abs(after - before) / max(abs(before), Fraction(1))
    if isinstance(before, date) and isinstance(after, date):
        return Fraction(abs((after - before).days), 365)
    return Fraction(isinstance(before, date) and after is NOTHING)


def with_fallback(policy: ir.Policy) -> frozenset[str]:
    """The facts whose absence says something: another value is taken then (未记载时取), or the rules decide (评定)."""
    found = {outcome.assessed_in for outcome in policy.outcomes if outcome.assessed_in is not None}
    for expr in policy_parts(policy):
        for part in everything(expr):
            if isinstance(part, ir.FirstKnown):
                found |= {p.fact for p in everything(part.preferred) if isinstance(p, ir.FactValue)}
                found |= {p.records for p in everything(part.preferred) if isinstance(p, (ir.FieldValue, ir.Aggregate))}
    return frozenset(found)
