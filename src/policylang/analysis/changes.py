"""What would change a result: the smallest changes of facts under which the interpreter reaches a target.

The search is conflict-driven (R. Reiter, "A theory of diagnosis from first principles", 1987, with values in place of
components). A *conflict* is a set of cells that, as long as they hold what they hold, bar the target whatever stands
elsewhere; the interpreter proves it with every other cell open. So each way to the target changes at least one cell of
every conflict, and ways are tried from the smallest. A way is shown only after the interpreter has decided it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.analysis.cells import ABSENT, COUNT, Cell, Hands, Situation, declared_at, hands, listed
from policylang.analysis.question import Question
from policylang.analysis.search import Search
from policylang.runtime.interpreter import evaluate
from policylang.semantics import ir
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policylang.analysis.targets import Target
    from policylang.facts.model import Facts
    from policylang.runtime.outcome import Outcome

#: So many ways are looked for, and so many evaluations are spent on each of the two searches.
WAYS = 5
EVALUATIONS = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One cell changed.

    ``fact`` is the fact or the field. ``also`` are the other contents that would do as well. ``added``: the cell
    belongs to a record that is added.
    """

    cell: Cell
    fact: ir.Fact
    before: object
    after: object
    hands: Hands
    also: tuple[object, ...] = ()
    added: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together reach the target; without any one of them it is not reached. ``outcome`` is the proof."""

    changes: tuple[Change, ...]
    facts: Facts
    outcome: Outcome

    @property
    def in_hands(self) -> bool:
        """True when the station itself can do all of it."""
        return all(change.hands == "station" for change in self.changes)

    @property
    def possible(self) -> bool:
        """False when it would take another past; what was not recorded of it can still be."""
        return all(change.hands != "past" or change.before is ABSENT for change in self.changes)


@dataclass(frozen=True, slots=True)
class Answer:
    """What would change a result.

    ``reached``: it is what is asked for already. ``ways`` from the one to tell first: those in the station's hands,
    then the fewest changes; those that would take another past only where there are no others. ``proved``: every way
    with fewer changes than any listed was excluded, and where there is none, none exists. ``before`` is the outcome as
    it is; ``open`` the outcome with every fact left open: its failing tests bar the target whatever the facts are.
    """

    target: Target
    reached: bool
    ways: tuple[Way, ...]
    proved: bool
    before: Outcome
    open: Outcome | None = None


def find_changes(
    policy: ir.Policy, facts: Facts, as_of: date, target: Target, year: int | None = None,
    readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
) -> Answer:  # fmt: skip
    """The smallest changes of ``facts`` under which ``target`` is reached; takes what ``evaluate`` takes.

    First what the station itself can do, then also what others would have to change. The result that a body recorded
    for the outcome itself is left alone unless there is no other way.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
    """
    days = calendar or Calendar.official()
    only = (target.of.id,)
    before = evaluate(policy, facts, as_of, year, readings, days, only)
    if before.rejections:
        return Answer(target, reached=False, ways=(), proved=True, before=before)
    question = Question(policy, facts, as_of, target, before.year, dict(before.readings), days)
    if question.reached():
        return Answer(target, reached=True, ways=(), proved=True, before=before)
    recorded = target.of.assessed_in if isinstance(target.of, ir.Outcome) else None
    own = Search(question, EVALUATIONS, frozenset(x for x in (recorded,) if x), station_only=True)
    own.run(WAYS)
    every = Search(question, EVALUATIONS, own.fixed)
    every.run(WAYS)
    if recorded and not own.found and not every.found:
        every = Search(question, EVALUATIONS)
        every.run(WAYS)
    ways: dict[frozenset[Cell], Way] = {}
    for situation in (*own.found, *every.found):
        way = _way(question, situation, days)
        if way is not None:
            ways.setdefault(frozenset(c.cell for c in way.changes), way)
    ranked = sorted(ways.values(), key=lambda way: (not way.in_hands, *question.cost(_contents(way))))
    ranked = [way for way in ranked if way.possible] or ranked
    proved = own.exhausted_below and every.exhausted_below if ways else every.certain_none or question.impossible()
    return Answer(
        target, reached=False, ways=tuple(ranked[:WAYS]), proved=proved,
        before=before, open=None if ways else question.outcome_open(),
    )  # fmt: skip


def _contents(way: Way) -> dict[Cell, object]:
    return {change.cell: change.after for change in way.changes}


def _way(question: Question, situation: Situation, calendar: Calendar) -> Way | None:
    """A situation as a way, decided by the interpreter; None should the interpreter not agree."""
    facts = situation.facts()
    outcome = evaluate(
        question.policy, facts, question.as_of, question.year, question.readings, calendar, (question.target.of.id,)
    )
    if outcome.rejections or not question.reached(situation):
        return None
    changes = []
    for cell, after in situation.changes.items():
        fact = declared_at(situation.declared, cell)
        before = situation.recorded(cell)
        added = question.is_added(cell)
        owner = hands(fact, cell, before, question.as_of, added=added)
        also = tuple(
            other for other in listed(fact, cell, before)
            if cell.key != COUNT and other != after and question.reached(
                question.situation({**situation.changes, cell: other})
            )
        )  # fmt: skip
        changes.append(Change(cell, fact, before, after, owner, also, added))
    return Way(tuple(changes), facts, outcome)
