"""Ordered decision diagrams over questions with many answers.

A diagram is a number: a *leaf* with a value, or a *branch* that asks a question and goes on by where the answer lies between
cut points. Questions are asked in the order in which they were made. Equal diagrams are the same number, so what is shared
is made once, and a question whose answers lead to the same is not asked.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import merge
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

_LEAF = 2**30


class GivenUpError(Exception):
    """A diagram grows too large, or takes too long."""


class Diagrams:
    """Makes diagrams, in at most so many steps all together: the same on every machine."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.question: list[int] = []
        self.cuts: list[tuple[int, ...]] = []
        self.kids: list[tuple[int, ...]] = []
        self.values: list[Any] = []
        self._made: dict[Hashable, int] = {}
        self._applied: dict[tuple[Hashable, int, int], int] = {}
        self._written: dict[int, int] = {}
        self.room = 0
        self.false = self.leaf(False)  # noqa: FBT003
        self.true = self.leaf(True)  # noqa: FBT003
        self.none = self.leaf(None)

    def allow(self, room: int) -> None:
        """How many branches may be made from now on before it is given up."""
        self.room = room

    def leaf(self, value: Hashable) -> int:
        """A leaf; values of different types are different."""
        return self._new((type(value), value), _LEAF, (), (), value)

    def branch(self, question: int, cuts: Sequence[int], kids: Sequence[int]) -> int:
        """Kid i below cut i, the last kid from the last cut on; every question in the kids comes later."""
        if kids.count(kids[0]) == len(kids):
            return kids[0]
        if len(cuts) > 1:
            kept = [i for i in range(len(cuts)) if kids[i] != kids[i + 1]]
            if len(kept) < len(cuts):
                cuts, kids = [cuts[i] for i in kept], [*(kids[i] for i in kept), kids[-1]]
        own, found = tuple(cuts), tuple(kids)
        return self._new((question, own, found), question, own, found, None)

    def _new(self, key: Hashable, question: int, cuts: tuple[int, ...], kids: tuple[int, ...], value: Any) -> int:
        found = self._made.get(key)
        if found is None:
            if question != _LEAF:
                self.room -= 1
                if self.room < 0:
                    raise GivenUpError
            found = self._made[key] = len(self.question)
            self.question.append(question)
            self.cuts.append(cuts)
            self.kids.append(kids)
            self.values.append(value)
        return found

    def _step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise GivenUpError

    def is_leaf(self, one: int) -> bool:
        """It has a value."""
        return self.question[one] == _LEAF

    def ask(self, question: int, cuts: Sequence[int], kids: Sequence[int]) -> int:
        """As ``branch``, but the kids may ask anything."""
        first = min(map(self.question.__getitem__, kids))
        if first > question:
            return self.branch(question, cuts, kids)
        self._step()
        if first == question:
            return self._flat(question, cuts, kids)
        merged = self._merged([kid for kid in kids if self.question[kid] == first])
        parts = [[self._at(kid, first, place) for kid in kids] for place in _places(merged)]
        return self.branch(first, merged, [self.ask(question, cuts, part) for part in parts])

    def _flat(self, question: int, cuts: Sequence[int], kids: Sequence[int]) -> int:
        """Kids that ask the same question again already have part of the answer."""
        inner = [cut for kid in kids if self.question[kid] == question for cut in self.cuts[kid]]
        every = sorted({*cuts, *inner})
        found = [self._at(kids[bisect_right(cuts, place)], question, place) for place in _places(every)]
        return self.branch(question, every, found)

    def _merged(self, diagrams: Sequence[int]) -> tuple[int, ...]:
        if len(diagrams) == 1:
            return self.cuts[diagrams[0]]
        return tuple(dict.fromkeys(merge(*(self.cuts[one] for one in diagrams))))

    def _at(self, one: int, question: int, place: int) -> int:
        """The diagram where the answer to its first question is known, if that is the question."""
        if self.question[one] != question:
            return one
        return self.kids[one][bisect_right(self.cuts[one], place)]

    def map(self, name: Hashable, change: Callable[[Any], int], one: int) -> int:
        """Another diagram for the value of every leaf."""
        key = (name, one, -1)
        found = self._applied.get(key)
        if found is None:
            self._step()
            if self.is_leaf(one):
                found = change(self.values[one])
            else:
                found = self.ask(self.question[one], self.cuts[one], [self.map(name, change, k) for k in self.kids[one]])
            self._applied[key] = found
        return found

    def join(self, name: Hashable, both: Callable[[int, int], int | None], left: int, right: int) -> int:
        """Another diagram for every two leaves; ``both`` may answer earlier, it gets any two diagrams and says None to go on."""
        key = (name, left, right)
        found = self._applied.get(key)
        if found is not None:
            return found
        self._step()
        found = both(left, right)
        if found is None:
            first, second = self.question[left], self.question[right]
            question = min(first, second)
            if first < second:
                cuts = self.cuts[left]
                kids = [self.join(name, both, kid, right) for kid in self.kids[left]]
            elif second < first:
                cuts = self.cuts[right]
                kids = [self.join(name, both, left, kid) for kid in self.kids[right]]
            else:
                cuts, kids = self._joined(name, both, left, right)
            found = self.ask(question, cuts, kids)
        self._applied[key] = found
        return found

    def _joined(
        self, name: Hashable, both: Callable[[int, int], int | None], left: int, right: int
    ) -> tuple[tuple[int, ...], list[int]]:
        one, other = self.cuts[left], self.cuts[right]
        self.steps -= (len(one) + len(other)) // 4
        mine, yours = self.kids[left], self.kids[right]
        cuts: list[int] = []
        kids = [self.join(name, both, mine[0], yours[0])]
        i = j = 0
        while i < len(one) or j < len(other):
            cut = min(one[i] if i < len(one) else other[j], other[j] if j < len(other) else one[i])
            i += i < len(one) and one[i] == cut
            j += j < len(other) and other[j] == cut
            cuts.append(cut)
            kids.append(self.join(name, both, mine[i], yours[j]))
        return tuple(cuts), kids

    def fold(self, join: Callable[[int, int], int], parts: Sequence[int]) -> int:
        """Joins many in their order, in a balanced way."""
        found = list(parts)
        while len(found) > 1:
            found = [join(*found[i : i + 2]) if i + 1 < len(found) else found[i] for i in range(0, len(found), 2)]
        return found[0]

    def written(self, one: int) -> int:
        """How many of the values of a tuple of leaves have to be computed; 1 for a branch."""
        if not self.is_leaf(one):
            return 1
        found = self._written.get(one)
        if found is None:
            found = sum(getattr(self.values[leaf], "op", "constant") != "constant" for leaf in self.values[one])
            self._written[one] = found
        return found

    def below(self, one: int) -> set[int]:
        """All diagrams in a diagram, itself among them."""
        seen: set[int] = set()
        waiting = [one]
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                waiting += self.kids[found]
        return seen


def _places(cuts: Sequence[int]) -> list[int]:
    """An answer between every two cuts."""
    return [cuts[0] - 1, *cuts] if cuts else [0]
