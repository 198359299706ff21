"""Missing facts as bits, and needs as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.plan.graph import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylang.plan.nodes import Node
    from policylang.semantics.values import Needs

_AND, _OR = "+", " | "


def read_needs(text: str) -> Needs:
    """The needs that a column of a statement says; an empty text: nothing is missing."""
    return frozenset(frozenset(way.split(_AND)) for way in text.split(_OR)) if text else frozenset()


class Facts:
    """The facts that can be missing, each a bit of a word.

    Those that can be part of needs of several ways come first (in ``words`` words), in the order of their names, the first the
    highest bit: of two ways of as many facts, that with the greater words comes first in ``values.in_order``.
    """

    def __init__(self, nodes: Iterable[Node], most: Mapping[str, int]) -> None:
        self._of: dict[int, frozenset[str]] = {}
        several: set[str] = set()
        for node in nodes:
            if node.kind != "needs":
                continue
            self._of[node.number] = _own(node, most).union(*(self._of.get(arg.number, ()) for arg in node.args))
            if not node.single:
                several |= self._of[node.number]
        names = [*sorted(several), *sorted(set().union(*self._of.values()) - several)]
        self._place = {name: divmod(place, WORD) for place, name in enumerate(names)}
        self._count = len(names)
        self.words = max(1, -(-len(several) // WORD))

    def bit(self, name: str) -> tuple[int, int]:
        """The word of a fact and its mask."""
        word, place = self._place[name]
        return word, 1 << min(WORD, self._count - word * WORD) - 1 - place

    def of(self, node: Node) -> list[tuple[int, int, str]]:
        """The facts that can be missing in needs, in the order of their names: the word, the mask, the name."""
        return [(*self.bit(name), name) for name in sorted(self._of[node.number])]


def _own(node: Node, most: Mapping[str, int]) -> frozenset[str]:
    data: Any = node.data
    match node.op:
        case "missing":
            return frozenset((data,))
        case "missing_field":
            return frozenset(field_of(data, number) for number in range(most.get(data[0], 0)))
        case _:
            return frozenset()


def field_of(data: tuple[str, str], number: int) -> str:
    """How a field of a record is named where it is missing."""
    return f"{data[0]}[{number}].{data[1]}"
