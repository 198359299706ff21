"""The search for the smallest changes: conflicts proved by the interpreter, situations tried from the smallest."""

from __future__ import annotations

import heapq
from datetime import date
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from policylang.analysis.candidates import candidates
from policylang.analysis.cells import ABSENT, COUNT, Cell, Situation, declared_at, hands
from policylang.analysis.deadlines import note_days
from policylang.analysis.question import AllBut, Cost, Question
from policylang.runtime.interpreter import contradictions
from policylang.runtime.outcome import DutyResult
from policylang.semantics.types import Boolean, Choice, ChoiceSet

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from policylang.analysis.probe import Probe
    from policylang.analysis.targets import Reach
    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics import ir

_Entry = tuple[Cost, int, dict[Cell, object], "_Failure | None"]
#: Nearer than this a number is approached step by step, so that nothing nearer is missed.
_STEPS = 64
#: Reading so many cells counts as an evaluation.
_CELLS = 10
#: So many situations that are only looked at count as an evaluation.
_TRIES = 20
#: So many evaluations are spent on further ways once there is one.
_AFTER_THE_FIRST = 150
#: What is looked into only after everything with as few changes was tried.
_LAST = 10**6


class _Barrier(NamedTuple):
    """A conflict: cells that bar the target while they hold what is recorded, or what ``own`` says of some of them."""

    cells: frozenset[Cell]
    own: Mapping[Cell, object]

    def holds(self, changes: Mapping[Cell, object]) -> bool:
        """Whether the cells hold this after the changes."""
        own = self.own
        if any(cell not in changes or changes[cell] != content for cell, content in own.items()):
            return False
        return all(cell in own or cell not in self.cells for cell in changes)


class _Failure(NamedTuple):
    """How a situation misses the target: barred or open, the cells that were read, the facts that are lacking."""

    reach: Reach
    read: tuple[Cell, ...]
    asked: frozenset[str]


class Search:
    """Looks for situations that reach the target, from the cheapest.

    ``fixed`` facts are left alone; with ``station_only`` everything that is not in the station's hands. ``found`` are the
    situations; ``exhausted_below`` is True when nothing cheaper than the last one found was left untried for want of
    evaluations. ``certain`` turns False when a cell was tried of which not every content was: a number, a day, a text,
    the number of records; where nothing was found, that proves nothing then.
    """

    def __init__(
        self, question: Question, evaluations: int, fixed: frozenset[str] = frozenset(), *, station_only: bool = False
    ) -> None:
        self.question = question
        self.fixed = fixed
        self.station_only = station_only
        self.left = evaluations
        self.tried = 0
        self.found: list[Situation] = []
        self.least = 0
        self.exhausted_below = True
        self.certain = True
        self.conflicts: list[_Barrier] = []
        self._spoilers: set[tuple[Cell, object]] = set()
        self._tried_alone: dict[tuple[Cell, object], bool] = {}
        self._compared: dict[frozenset[tuple[Cell, object]], Probe] = {}

    def run(self, ways: int) -> None:
        """Look until so many ways are found, none is left, or the evaluations are spent.

        After the first, only ways with one change more are looked for, and not for long.
        """
        order = count()
        start: dict[Cell, object] = {}
        if self._bars(self.question.situation(start), frozenset()):
            return
        heap: list[_Entry] = [((0, 0, Fraction(0)), 0, start, None)]
        seen = {frozenset(start.items())}
        while heap and len(self.found) < ways:
            if self.left <= 0:
                self.exhausted_below = bool(self.found)
                return
            cost, _, changes, failed = heapq.heappop(heap)
            self.tried += 1
            self.left -= self.tried % _TRIES == 0
            if self.found and cost[0] > self.least + 1:
                return
            if any(set(done.changes) <= set(changes) for done in self.found):
                continue
            number, outside, moved = self.question.cost(changes)
            least = (number + self._at_least(changes), outside, moved)
            if failed is None and least > cost:
                heapq.heappush(heap, (least, -next(order), changes, None))
                continue
            situation = self.question.situation(changes)
            if failed is None and not self._holding(changes):
                failed = self._failure(situation)
                if failed is None:
                    self._keep(situation)
                else:  # whatever is added costs more; first what costs as little as this
                    heapq.heappush(heap, ((cost[0] + 1, _LAST + cost[1], cost[2]), -next(order), changes, failed))
                    if failed.reach == "open":
                        self._push(heap, seen, order, situation, self._blanks(situation, failed))
                continue
            barring = self._barring(situation, failed)
            if any(not cells for cells in barring):
                continue  # nothing that may be changed resolves this conflict
            smallest: frozenset[Cell] = min(barring, key=len)
            self._push(heap, seen, order, situation, sorted(smallest, key=str))

    def _push(
        self, heap: list[_Entry], seen: set[frozenset[tuple[Cell, object]]], order: Iterator[int], situation: Situation,
        cells: Iterable[Cell],
    ) -> None:  # fmt: skip
        """Note for trying every situation that differs from this one in one of the cells."""
        for cell in cells:
            self.certain = self.certain and _is_listed(self.question.declared, cell)
            for content in self._contents(situation, cell):
                child = {**situation.changes, cell: content}
                if cell.key == COUNT and content:
                    child = self._filled(child, cell.fact)
                elif situation.changes and self._alone(self.question.situation(child), cell):
                    continue
                key = frozenset(child.items())
                if content != situation.recorded(cell) and key not in seen:
                    seen.add(key)
                    heapq.heappush(heap, (self.question.cost(child), -next(order), child, None))

    @property
    def certain_none(self) -> bool:
        """Whether nothing was found because there is nothing: every content of the cells in question was tried."""
        return self.exhausted_below and self.certain and not self.found

    # conflicts

    def _failure(self, situation: Situation) -> _Failure | None:
        """How a situation misses the target; None when it reaches it."""
        probe = self._probe(situation)
        results = self._results(probe)
        reach = "barred" if contradictions(probe) else self.question.target.reach(results)
        if reach == "reached":
            return None
        asked = frozenset(name for result in results for way in result.needs for name in way)
        return _Failure(reach, tuple(sorted(probe.read, key=str)), asked)

    def _barring(self, situation: Situation, failed: _Failure | None) -> list[frozenset[Cell]]:
        """The cells that may be changed of each conflict that holds; there is at least one conflict."""
        if failed is not None and not self._holding(situation.changes):
            self._explain(situation, failed)
        held = self._holding(situation.changes)
        return [frozenset(c for c in conflict.cells if not self.question.is_added(c)) for conflict in held]

    def _holding(self, changes: Mapping[Cell, object]) -> list[_Barrier]:
        return [conflict for conflict in self.conflicts if conflict.holds(changes)]

    def _at_least(self, changes: Mapping[Cell, object]) -> int:
        """How many more cells have to be changed at least: conflicts that hold and share no cell."""
        taken: set[Cell] = set()
        more = 0
        for conflict in sorted(self._holding(changes), key=lambda held: len(held.cells)):
            if not any(cell in changes for cell in conflict.cells) and not conflict.cells & taken:
                taken |= conflict.cells
                more += 1
        return more

    def _bar(self, situation: Situation, cells: Iterable[Cell]) -> None:
        """Note that these cells, with what they hold, bar the target."""
        free = frozenset(cell for cell in cells if self._free(cell))
        own = {cell: content for cell, content in situation.changes.items() if cell in free}
        self.conflicts.append(_Barrier(free, own))

    def _explain(self, situation: Situation, failed: _Failure) -> None:
        """Find conflicts of a situation that misses the target."""
        for cell in failed.read:
            if self.left > 0:
                self._alone(situation, cell)
        if self._holding(situation.changes):
            return
        if failed.reach == "barred":
            self._bar(situation, self._smallest(situation, failed.read))
            return
        spoiled = self._spoiled(situation, self._blanks(situation, failed))
        if spoiled is None:
            self._bar(situation, failed.read)
            return
        again = self._probe(spoiled)
        self._reach(again)
        self._bar(situation, self._smallest(spoiled, sorted(again.read, key=str)))

    def _blanks(self, situation: Situation, failed: _Failure) -> list[Cell]:
        """The cells that hold nothing and that the result asks for."""
        asked = [cell for cell in failed.read if cell.path in failed.asked]
        return [cell for cell in asked if self._free(cell) and self._unknown(situation, cell)]

    def _alone(self, situation: Situation, cell: Cell) -> bool:
        """Whether a cell bars the target alone, by what it holds or by holding nothing; noted, and looked at once."""
        content = situation.content(cell)
        if (cell, content) in self._tried_alone:
            return self._tried_alone[cell, content]
        self._tried_alone[cell, content] = False
        tries: Iterable[object] = (content,)
        if self._unknown(situation, cell):
            tries = self._contents(situation, cell)
        for one in tries:
            other = situation if one is content else self.question.situation({**situation.changes, cell: one})
            if self._bars(other, frozenset((cell,))):
                self._bar(situation, (cell,))
                self._tried_alone[cell, content] = True
                return True
        return False

    def _spoiled(self, situation: Situation, blanks: Sequence[Cell]) -> Situation | None:
        """Unknown cells filled so that the target is barred: then it bars the target that they are unknown."""
        steered = situation
        for cell in blanks:
            chosen = None
            contents = self._contents(situation, cell)
            for content in sorted(contents, key=lambda one: (cell, one) not in self._spoilers):
                other = self.question.situation({**steered.changes, cell: content})
                reach = self._reach(self._probe(other))
                if reach == "barred":
                    self._spoilers.add((cell, content))
                    return other
                if reach == "open" and chosen is None:
                    chosen = other
            steered = chosen or steered
        return None

    def _smallest(self, situation: Situation, cells: Sequence[Cell]) -> list[Cell]:
        """A smallest part of the cells that bars the target (QuickXplain: U. Junker, 2004)."""

        def part(kept: list[Cell], changed: bool, rest: list[Cell]) -> list[Cell]:  # noqa: FBT001
            if self.left <= 0:  # a greater part bars it as well
                return rest
            if changed and self._bars(situation, frozenset(kept)):
                return []
            if len(rest) == 1:
                return rest
            middle = len(rest) // 2
            one, other = rest[:middle], rest[middle:]
            second = part(kept + one, bool(one), other)
            first = part(kept + second, bool(second), one)
            return first + second

        candidates_ = [c for c in cells if self._free(c)]
        if self._bars(situation, frozenset()):
            return []
        if not candidates_:
            self.certain = False
            return []
        return part([], False, candidates_)  # noqa: FBT003

    def _bars(self, situation: Situation, kept: frozenset[Cell]) -> bool:
        """Whether the target is barred whatever stands in the cells that are not kept."""
        probe = self._probe(situation, AllBut(kept, self._free))
        results = self._results(probe)
        if not results:  # no window and no record: barred unless it is open which there are
            return bool(probe.read) and not any(cell in probe.opened for cell in probe.read)
        return self.question.target.reach(results) == "barred" or bool(contradictions(probe) and not self._any_unknown(situation, kept))

    def _any_unknown(self, situation: Situation, kept: frozenset[Cell]) -> bool:
        return any(self.question.situation().recorded(c) is ABSENT and c in situation.changes for c in kept)

    # steps

    def _filled(self, changes: dict[Cell, object], records: str) -> dict[Cell, object]:
        """The changes with the fields of the records they add, each filled so that the target is not barred by it."""
        while True:
            situation = self.question.situation(changes)
            probe = self._probe(situation)
            self._results(probe)
            empty = [
                c for c in sorted(probe.read, key=str)
                if c.fact == records and self.question.is_added(c) and c not in changes
            ]  # fmt: skip
            if not empty or self.left <= 0:
                return changes
            cell = next((c for c in empty if self._unknown(situation, c)), empty[0])
            own = frozenset(c for c in changes if self.question.is_added(c)) | {cell, Cell(records, COUNT)}
            changes[cell] = next(
                (
                    content for content in self._contents(situation, cell)
                    if not self._bars(self.question.situation({**changes, cell: content}), own)
                ),
                ABSENT,
            )  # fmt: skip

    def _contents(self, situation: Situation, cell: Cell) -> list[object]:
        """What could stand in a cell instead."""
        listed = _is_listed(self.question.declared, cell) or cell.key == COUNT
        probe = None if listed else self._comparing(situation)
        return candidates(situation, cell, probe, self.question.as_of)

    def _comparing(self, situation: Situation) -> Probe:
        """A situation decided with its comparisons noted, once."""
        key = frozenset(situation.changes.items())
        if key not in self._compared:
            self._compared[key] = self._probe(situation, comparing=True)
            results = self._results(self._compared[key])
            contradictions(self._compared[key])
            note_days(self._compared[key], [result for result in results if isinstance(result, DutyResult)])
        return self._compared[key]

    def _keep(self, situation: Situation) -> None:
        """Keep a situation that reaches the target, moved no farther than it must be, unless a part of it does too."""
        changes = dict(situation.changes)
        for cell in situation.changes:
            rest = {c: v for c, v in changes.items() if c != cell}
            if not any(c.fact == cell.fact and cell.key == COUNT for c in rest) and self.question.reached(
                self.question.situation(rest)
            ):
                changes = rest
        for cell, content in list(changes.items()):
            changes[cell] = self._nearest(changes, cell, content)
        if not self.found:
            self.least = self.question.cost(changes)[0]
            self.left = min(self.left, _AFTER_THE_FIRST)
        if not any(set(done.changes) <= set(changes) for done in self.found):
            self.found.append(self.question.situation(changes))

    def _nearest(self, changes: dict[Cell, object], cell: Cell, content: object) -> object:
        """The content nearest to the recorded one that still reaches the target."""
        before = self.question.situation().recorded(cell)
        if cell.key == COUNT:
            return content
        if isinstance(before, Fraction) and isinstance(content, Fraction):
            steps = abs(content - before)
        elif isinstance(before, date) and isinstance(content, date):
            steps = Fraction(abs((content - before).days))
        else:
            return content
        if steps <= 1:
            return content

        def at(step: int) -> object:
            return _moved(before, step, up=content > before)  # type: ignore[operator]  # of one type, as was seen

        def works(step: int) -> bool:
            return self.question.reached(self.question.situation({**changes, cell: at(step)}))

        if steps <= _STEPS:
            return next((at(n) for n in range(1, int(steps)) if works(n)), content)
        low, high = 0, int(steps)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if works(middle) else (middle, high)
        return at(high) if works(high) else content

    # what may be changed

    def _free(self, cell: Cell) -> bool:
        if cell.fact in self.fixed:
            return False
        if not self.station_only:
            return True
        fact = declared_at(self.question.declared, cell)
        before = self.question.situation().recorded(cell)
        added = self.question.is_added(cell)
        return added or hands(fact, cell, before, self.question.as_of, added=added) == "station"

    def _unknown(self, situation: Situation, cell: Cell) -> bool:
        """Whether a cell is not recorded, and nothing is taken in its place."""
        if cell.fact in self.question.fallbacks or situation.content(cell) is not ABSENT:
            return False
        return not declared_at(self.question.declared, cell).has_default

    def _probe(self, situation: Situation, opened: Container[Cell] = (), *, comparing: bool = False) -> Probe:
        return self.question.probe(situation, opened, comparing=comparing)

    def _results(self, probe: Probe) -> Sequence[Decision | Line | DutyResult]:
        """The results in question; what it took is spent."""
        results = self.question.target.results(probe)
        self.left -= 1 + len(probe.read) // _CELLS
        return results

    def _reach(self, probe: Probe) -> Reach:
        return self.question.target.reach(self._results(probe))


def _moved(before: object, step: int, *, up: bool) -> object:
    """A number or a day moved by so many units."""
    if isinstance(before, date):
        return date.fromordinal(before.toordinal() + (step if up else -step))
    assert isinstance(before, Fraction)  # noqa: S101 - nothing else is measured
    return before + step if up else before - step


def _is_listed(declared: Mapping[str, ir.Fact], cell: Cell) -> bool:
    """Whether every content of a cell can be tried: yes or no, options, an item of a set."""
    return cell.key != COUNT and isinstance(declared_at(declared, cell).type, (Boolean, Choice, ChoiceSet))
