"""Which outputs share one tree: those that ask much the same."""

from __future__ import annotations

from dataclasses import dataclass

from policylang.engines.python.trees import shared_parts
from policylang.plan.diagrams import Diagrams, GivenUpError

#: With how many groups an output is tried before it gets one of its own.
_TRIED = 2


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

    def join(self, *, every: bool = False) -> None:
        """Makes the groups; the largest are given up while there are too many branches, unless ``every`` output is needed."""
        for place, diagram in self._single:
            if every:
                self._d.steps = max(self._d.steps, 2 * len(self._d.below(diagram)))
            try:
                self._d.allow(self._branches)
                alone = self._d.map("alone", lambda value: self._d.leaf((self._d.leaf(value),)), diagram)
            except (GivenUpError, RecursionError):
                if every:
                    raise
                continue
            asks = frozenset(self._d.question[one] for one in self._d.below(alone) if not self._d.is_leaf(one))
            self._place(Group([place], alone, self._size(alone), asks))
        self._merge()
        while not every and sum(group.size for group in self.found) > self._branches:
            self.found.pop()

    def _merge(self) -> None:
        """Small groups become one although they ask different things: one look-up less."""
        groups = sorted(self.found, key=lambda group: group.size)
        self.found = groups[:1]
        for group in groups[1:]:
            if not self._joined(self.found[-1], group, self._branches // 8):
                self.found.append(group)

    def reorder(self, group: Group) -> None:
        """The outputs of a group in their order."""
        order = sorted(range(len(group.places)), key=group.places.__getitem__)
        needed = len(self._d.below(group.diagram))
        self._d.allow(needed)
        self._d.steps = max(self._d.steps, needed)
        group.diagram = self._d.map("order", lambda each: self._d.leaf(tuple(each[i] for i in order)), group.diagram)
        group.places = sorted(group.places)

    def _size(self, diagram: int) -> int:
        return shared_parts(self._d, diagram)[0] if self._d.kids[diagram] else 0

    def _place(self, one: Group) -> None:
        for alike, group in self._likely(one):
            room = max((group.size + one.size) * 5 // 4, int(alike * self._branches / 4), 64)
            if not alike and group.size * one.size > room:
                continue
            if self._joined(group, one, room):
                return
        self.found.append(one)

    def _joined(self, group: Group, one: Group, room: int) -> bool:
        """Puts one more into a group, if that is then no larger than there is room for."""
        try:
            self._d.allow(room)
            both = self._d.join("tuple", self._tuple, group.diagram, one.diagram)
        except (GivenUpError, RecursionError):
            return False
        size = self._size(both)
        if size > room:
            return False
        group.places += one.places
        group.diagram, group.size, group.asks = both, size, group.asks | one.asks
        return True

    def _likely(self, one: Group) -> list[tuple[float, Group]]:
        """The groups that ask much the same, with how much of all that they ask."""
        found = [(len(group.asks & one.asks) / (len(group.asks | one.asks) or 1), group) for group in self.found]
        return sorted(found, key=lambda each: each[0], reverse=True)[:_TRIED]

    def _tuple(self, left: int, right: int) -> int | None:
        if self._d.is_leaf(left) and self._d.is_leaf(right):
            return self._d.leaf((*self._d.values[left], *self._d.values[right]))
        return None
