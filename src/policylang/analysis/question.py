"""A question about a station: its facts, the day, the target; and what changes of its facts cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.analysis.cells import COUNT, Cell, Situation, declared_at, distance, hands, with_fallback
from policylang.analysis.probe import Probe
from policylang.runtime.interpreter import contradictions
from policylang.runtime.outcome import Decision, DutyResult, Line, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import date

    from policylang.analysis.targets import Target
    from policylang.facts.model import Facts
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar

#: How many changes, how many of them not in the station's hands, how far numbers and days are moved.
Cost = tuple[int, int, Fraction]
#: A field of a record that is added costs little, but more than a fact that was not recorded.
_FIELD = Fraction(1, 1000)
#: So many years before the recorded ones may have a part in a result.
_YEARS_BEFORE = 10


class AllBut:
    """Every cell but those kept, as far as it is ``free``."""

    def __init__(self, kept: frozenset[Cell], free: Callable[[Cell], bool] = lambda _: True) -> None:
        self.kept = kept
        self.free = free

    def __contains__(self, cell: object) -> bool:
        return isinstance(cell, Cell) and cell not in self.kept and self.free(cell)


@dataclass(frozen=True, slots=True)
class Question:
    """A target for one station on one day."""

    policy: ir.Policy
    facts: Facts
    as_of: date
    target: Target
    year: int
    readings: Mapping[str, str]
    calendar: Calendar
    declared: dict[str, ir.Fact] = field(init=False)
    fallbacks: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fallbacks", with_fallback(self.policy))
        object.__setattr__(self, "declared", {fact.id: fact for fact in self.policy.facts})

    def situation(self, changes: Mapping[Cell, object] | None = None) -> Situation:
        """The facts with some cells changed."""
        return Situation(self.policy, self.facts, self.year, changes)

    def probe(self, situation: Situation, opened: Container[Cell] = (), *, comparing: bool = False) -> Probe:
        """What decides a situation."""
        return Probe(situation, self.as_of, self.year, self.readings, self.calendar, opened, comparing=comparing)

    def reached(self, situation: Situation | None = None) -> bool:
        """Whether a situation reaches the target, and its facts do not contradict each other."""
        probe = self.probe(situation or self.situation())
        return not contradictions(probe) and self.target.reach(self.target.results(probe)) == "reached"

    def outcome_open(self) -> Outcome:
        """The outcome when nothing is known of any fact."""
        probe = self.probe(self.situation(), AllBut(frozenset()))
        found = self.target.results(probe)
        used = tuple((n, at.year, at.record, tests) for (n, at), (_, tests) in probe.defined.items())
        return Outcome(
            self.policy, self.as_of, self.year, tuple(self.readings.items()), self.calendar.version,
            decisions=tuple(r for r in found if isinstance(r, Decision)),
            lines=tuple(r for r in found if isinstance(r, Line)),
            duties=tuple(r for r in found if isinstance(r, DutyResult)),
            definitions=used, recorded=frozenset(self.facts.values),
        )  # fmt: skip

    def impossible(self) -> bool:
        """Whether the target is barred whatever the facts are, also those of years of which nothing is recorded."""
        probe = self.probe(self.situation(), AllBut(frozenset()))
        probe.history = list(range(probe.history[0] - _YEARS_BEFORE, self.as_of.year + 1))
        results = self.target.results(probe)
        return bool(results) and self.target.reach(results) == "barred"

    def is_added(self, cell: Cell) -> bool:
        """Whether a cell belongs to a record that is not there yet."""
        if not isinstance(cell.key, int):
            return False
        present = self.facts.values.get(cell.fact)
        return not isinstance(present, tuple) or cell.key >= len(present)

    def cost(self, changes: Mapping[Cell, object]) -> Cost:
        """What changes cost. A record that is added is one change, whatever its fields."""
        number, outside, moved = 0, 0, Fraction(0)
        base = self.situation()
        for cell, after in changes.items():
            before, added = base.recorded(cell), self.is_added(cell)
            fact = declared_at(self.declared, cell)
            if cell.key == COUNT:
                number += max(1, int(after) - (int(before) if isinstance(before, Fraction) else 0))  # type: ignore[call-overload]
            else:
                number += not added
                moved += _FIELD if added else distance(before, after, self.as_of)
            outside += hands(fact, cell, before, self.as_of, added=added) != "station"
        return number, outside, moved
