"""Which outputs share one tree: those that ask much the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.engines.python.diagrams import Diagrams, GivenUpError
from policylang.engines.python.trees import shared_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

#: With how many groups an output is tried before it gets one of its own; how much larger two may become together.
_TRIED, _GROWTH = 3, 2


@dataclass(slots=True)
class Group:
    """The outputs at ``places`` as one diagram; its leaves are tuples of their leaves."""

    places: list[int]
    diagram: int
    size: int
    asks: frozenset[int]


class Groups:
    """Puts diagrams together as long as that does not make too many branches."""

    def __init__(self, diagrams: Diagrams, branches: int) -> None:
        self._d = diagrams
        self._branches = branches
        self._single: list[tuple[int, int]] = []
        self.found: list[Group] = []

    def add(self, place: int, diagram: int) -> None:
        """One output."""
        self._single.append((place, diagram))

    def join(self) -> None:
        """Makes the groups; the largest are given up while there are too many branches."""
        for place, diagram in self._single:
            try:
                self._d.allow(self._branches)
                alone = self._d.map("alone", lambda value: self._d.leaf((self._d.leaf(value),)), diagram)
            except GivenUpError:
                continue
            asks = frozenset(self._d.question[one] for one in self._d.below(alone) if not self._d.is_leaf(one))
            self._place(Group([place], alone, self._size(alone), asks))
        self.found.sort(key=lambda group: group.size)
        while sum(group.size for group in self.found) > self._branches:
            self.found.pop()

    def _size(self, diagram: int) -> int:
        return shared_parts(self._d, diagram)[0] if self._d.kids[diagram] else 0

    def _place(self, one: Group) -> None:
        for group in self._likely(one):
            room = max(_GROWTH * (group.size + one.size) + 64, self._branches // 4)
            try:
                self._d.allow(room)
                both = self._d.join("tuple", self._tuple, group.diagram, one.diagram)
            except GivenUpError:
                continue
            size = self._size(both)
            if size <= room:
                group.places += one.places
                group.diagram, group.size, group.asks = both, size, group.asks | one.asks
                return
        self.found.append(one)

    def _likely(self, one: Group) -> Iterable[Group]:
        def shared(group: Group) -> float:
            return len(group.asks & one.asks) / (len(group.asks | one.asks) or 1)

        return sorted((group for group in self.found if group.size < self._branches), key=shared, reverse=True)[:_TRIED]

    def _tuple(self, left: int, right: int) -> int | None:
        if self._d.is_leaf(left) and self._d.is_leaf(right):
            return self._d.leaf((*self._d.values[left], *self._d.values[right]))
        return None
