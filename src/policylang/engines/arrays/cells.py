"""Outputs that depend on little: computed once for every case that can be, then looked up.

What an input can do to a condition is limited: a number that is only compared with 10 and 20 has three classes. Where the
classes of all inputs of some nodes make few enough combinations (*cells*), a program computes those nodes once for a
representative of each cell, and for stations only the number of the cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from policylang.engines.arrays.from_rows import narrowest
from policylang.engines.arrays.rebuilt import TUPLE
from policylang.plan.nodes import REDUCTIONS, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

    from policylang.plan.nodes import Node

#: How many cells a table has at most.
CELLS = 2**12
#: A number with at most so many values has a class for each where its use does not say less.
SMALL = 64
#: One cell number looks up two rows at once up to here.
PAIRED = 2**8

#: The states of a column that may be told apart.
STATES = ("known", "nothing", "null")
#: Which atoms a node depends on, each with the features that matter, as bits.
Support = dict["Atom", int]


@dataclass(eq=False)
class Atom:
    """What a cell is made of: a column, or any node.

    What matters of it is a mask: whether a column is ``known``, ``nothing``, ``null``, and the numbers at which classes begin,
    whose bits are in ``features``.
    """

    level: str | None
    leaves: dict[str, Node] = field(default_factory=dict)
    features: dict[int, int] = field(default_factory=dict)

    def bit(self, feature: str | int) -> int:
        """The bit of a feature: the first three are the states."""
        if isinstance(feature, str):
            return 1 << STATES.index(feature)
        return 1 << self.features.setdefault(feature, len(self.features) + len(STATES))

    def cuts(self, mask: int) -> list[int]:
        """The numbers at which classes begin, in order."""
        return sorted(own for own, at in self.features.items() if mask >> at & 1)

    def states(self, mask: int) -> list[str]:
        """The states told apart."""
        return [own for at, own in enumerate(STATES) if mask >> at & 1]

    def parts(self, mask: int) -> dict[str, Node]:
        """The nodes that say in which class a row is: of the value, and of the states."""
        states = self.states(mask)
        return {what: self.leaves[what] for what in (*(["value"] if self.cuts(mask) else []), *states)}

    def radix(self, mask: int) -> int:
        """How many classes there are: those of the values and, where it matters, one for each state without a value."""
        values = (mask >> len(STATES)).bit_count() + 1
        return values if not mask & 0b111 else values + 1 + (mask >> 1 & 0b11).bit_count()


class Group(NamedTuple):
    """Nodes of one level that are looked up by the same cells."""

    level: str | None
    support: Support
    targets: list[Node]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return size(self.support)


def size(support: Support) -> int:
    """How many cells a support has; not exact far above any limit."""
    cells = 1
    for atom, mask in support.items():
        cells *= atom.radix(mask)
        if cells > 2**40:
            break
    return cells


class Cells:
    """Which nodes of a program are looked up, and how: ``groups``. All others in ``needed`` are computed."""

    def __init__(self, limit: int = CELLS) -> None:
        self._limit = limit
        self._atoms: dict[Hashable, Atom] = {}
        self._supports: dict[int, Support | None] = {}
        self._own: set[int] = set()
        self.groups: list[Group] = []
        self.needed: set[int] = set()

    def add(self, nodes: Iterable[Node]) -> None:
        """Finds out what these nodes depend on."""
        for node in in_order(nodes):
            if node.number not in self._supports:
                self._supports[node.number] = self._support(node)

    def looked_up(self, node: Node) -> bool:
        """Whether an output that is ``coded`` depends on little enough to be looked up."""
        return self._supports[node.number] is not None and node.number not in self._own

    # which inputs a node depends on

    def _atom(self, node: Node) -> Atom:
        data: Any = node.data
        by_key = node.op in {*STATES, "truth", "number"}
        key = ("column", data) if by_key else node.number
        atom = self._atoms.setdefault(key, Atom(node.level))
        atom.leaves.setdefault(node.op if node.op in STATES else "value", node)
        return atom

    def _itself(self, node: Node) -> Support | None:
        """A node as an input of others: a condition, or a number with few values."""
        atom = self._atom(node)
        if node.kind == "bool":
            return {atom: atom.bit(node.op if node.op in STATES else 1)}
        low, high = node.ends
        return self._cut(node, range(low + 1, high + 1)) if high - low < SMALL else None

    def _cut(self, node: Node, cuts: Iterable[int]) -> Support | None:
        low, high = node.ends
        kept = [cut for cut in cuts if low < cut <= high]
        if len(kept) >= self._limit:
            return None
        atom = self._atom(node)
        mask = 0
        for cut in kept:
            mask |= atom.bit(cut)
        return {atom: mask}

    def _of(self, node: Node, level: str | None) -> Support | None:
        """What an argument depends on, as a node of a level sees it."""
        if _crosses(node, level):
            return self._itself(node)
        return self._supports[node.number]

    def _support(self, node: Node) -> Support | None:
        if node.op in {"constant", "missing"}:
            return {}
        if node.op == "missing_field" or (node.kind == "needs" and node.op == "gather"):
            return None
        if not node.args or node.op in REDUCTIONS:
            self._own.add(node.number)
            return self._itself(node)
        found = self._compared(node)
        if found is None:
            found = {}
            for arg in node.args:
                support = self._of(arg, node.level)
                if support is None:
                    found = None
                    break
                for atom, mask in support.items():
                    found[atom] = found.get(atom, 0) | mask
        if found is not None and size(found) <= self._limit:
            return found
        if node.kind == "needs":
            return None
        self._own.add(node.number)
        return self._itself(node)

    def _compared(self, node: Node) -> Support | None:
        """A number that has too many values for itself, but is only compared with constants."""
        numbers = [arg for arg in node.args if arg.op != "constant"]
        if len(numbers) != 1 or numbers[0].kind != "int":
            return None
        (number,) = numbers
        if number.number not in self._own and number.level == node.level:
            return None
        data: Any = node.data
        match node.op:
            case "less":
                left, right = node.args
                return self._cut(number, [right.data if left is number else left.data + 1])  # type: ignore[list-item,operator]
            case "equal":
                constant: Any = next(arg.data for arg in node.args if arg is not number)
                return self._cut(number, [constant, constant + 1])
            case "among":
                return self._cut(number, [cut for one in data for cut in (one, one + 1) if (cut in data) != (cut - 1 in data)])
            case "look_up":
                values = (data.default, *data.values, data.default)
                return self._cut(number, [data.first + i for i in range(len(values) - 1) if values[i] != values[i + 1]])
            case _:
                return None

    # what is looked up

    def choose(self, wanted: Collection[Node]) -> None:
        """Decides how each of these is had: looked up, or computed from others."""
        self.add(wanted)
        targets: dict[int, Node] = {}
        asked: set[int] = set()
        waiting = list(wanted)
        while waiting:
            node = waiting.pop()
            if node.number in asked:
                continue
            asked.add(node.number)
            support = self._supports[node.number]
            if node.number in self._own:
                self.needed.add(node.number)
                waiting += node.args
            elif node.op != "constant" and support is not None:
                targets[node.number] = node
                waiting += self.sources(node)
        self._group([targets[number] for number in sorted(targets)])

    def sources(self, node: Node) -> list[Node]:
        """The nodes that a node is computed or looked up from: those that are never looked up, and those of its station."""
        inside, around = self._cone([node])
        return [*around, *(own for number, own in inside.items() if number in self._own)]

    def _group(self, targets: list[Node]) -> None:
        groups: list[tuple[Group, int]] = []
        for node in sorted(targets, key=lambda node: (-size(self._supports[node.number] or {}), node.number)):
            support = self._supports[node.number]
            assert support is not None  # noqa: S101 - targets have one
            if not coded(node) and self._effort([node]) <= LOOK_UP + CELL:
                self._compute(node)
                continue
            for group, last in groups:
                near = group.cells <= PAIRED or size(support) * 16 >= group.cells
                if group.level == node.level and near and last < node.number and _covers(group.support, support):
                    group.targets.append(node)
                    break
            else:
                last = max((leaf.number for atom, mask in support.items() for leaf in atom.parts(mask).values()), default=-1)
                groups.append((Group(node.level, support, [node]), last))
        for group, _ in groups:
            own = LOOK_UP * (0.5 if group.cells <= PAIRED else 1 if group.cells <= 2**12 else 2)
            price = CELL + CELL * len(group.support) / 2 + own * len(group.targets)
            if any(coded(node) for node in group.targets) or self._effort(group.targets) > price:
                self.groups.append(group)
                self.needed.update(node.number for node in group.targets)
            else:
                for node in group.targets:
                    self._compute(node)

    def _cone(self, nodes: Iterable[Node]) -> tuple[dict[int, Node], list[Node]]:
        """All nodes between these and what they depend on, and the nodes of the station that records use among them."""
        inside: dict[int, Node] = {}
        around: list[Node] = []
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node.number in inside or node.op == "constant":
                continue
            inside[node.number] = node
            if node.number not in self._own:
                crossing = [arg for arg in node.args if _crosses(arg, node.level)]
                around += crossing
                waiting += [arg for arg in node.args if not any(arg is one for one in crossing)]
        return inside, around

    def cone(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes that compute these from their sources, in order."""
        inside, _ = self._cone(nodes)
        return [inside[number] for number in sorted(inside) if number not in self._own]

    def _effort(self, nodes: Iterable[Node]) -> float:
        return sum(effort(node) for node in self.cone(nodes))

    def _compute(self, node: Node) -> None:
        self.needed.update(one.number for one in self.cone([node]))


#: Nanoseconds a row on one machine; only how they compare matters. A look-up, and what each input adds to a cell number.
LOOK_UP = 0.7
CELL = 0.2


def coded(node: Node) -> bool:
    """Whether a node's values are codes: of needs, and of several nodes together."""
    return node.kind == "needs" or node.op == TUPLE


def effort(node: Node) -> float:
    """About how long a row of a node takes to compute."""
    if node.kind == "needs":
        return 20.0
    narrow = 0.04 if node.kind == "bool" else 0.05
    wide = narrowest(node.ends).itemsize
    match node.op:
        case "choose":
            return (len(node.args) // 2) * (4 * narrow * wide if wide <= 2 else 0.8)
        case "pack":
            return 2 * narrow * len(node.args) + (0.3 * wide if wide > 1 else 0)
        case "look_up":
            return 1.5
        case "year":
            return 2.0
        case "months":
            return 10.0
        case "among":
            data: Any = node.data
            return 3 * narrow * min(len(data), 40)
        case _:
            widest = max((narrowest(arg.ends).itemsize for arg in node.args), default=1)
            return narrow * max(len(node.args) - 1, 1) * max(wide, widest)


def _crosses(node: Node, level: str | None) -> bool:
    """Whether a node of the station is used by one of its records."""
    return node.kind != "needs" and node.level is None and level is not None and node.op != "constant"


def _covers(support: Support, other: Support) -> bool:
    return all(mask & ~support.get(atom, 0) == 0 for atom, mask in other.items())
