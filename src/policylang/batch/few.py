"""Numbers that can only be a few: which branch each of their choices takes, instead of the number itself."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node

#: So many combinations of branches are told apart.
_MOST = 4096
_FOLDS: dict[str, Callable[[Any, Any], Any]] = {
    "least": min, "greatest": max, "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
}  # fmt: skip


class Few:
    """A whole number worked out from the branches of its choices.

    ``nodes``: for each choice the number of the branch it takes.
    """

    def __init__(self, g: Graph, node: Node) -> None:
        self._g = g
        self._node = node
        self._branch: dict[int, Node] = {}
        self._sound = self._visit(node)
        self.nodes = list({branch.number: branch for branch in self._branch.values()}.values())

    @classmethod
    def of(cls, g: Graph, node: Node) -> Few | None:
        """The number in this form; None where it can be too many, or hangs on other numbers."""
        found = cls(g, node)
        total = 1
        for each in found.nodes:
            total *= each.ends[1] - each.ends[0] + 1
        return found if found._sound and total <= _MOST else None

    def __call__(self, branches: Mapping[int, int]) -> int:
        """The number, where the choices (by the number of their node) take these branches."""
        return self._value(self._node, branches)

    def _visit(self, node: Node) -> bool:
        """Whether it comes from constants alone."""
        if node.op == "constant":
            return True
        if node.op == "choose":
            cases = node.args[:-1:2]
            numbered = [(when, self._g.integer(place)) for place, when in enumerate(cases)]
            self._branch[node.number] = self._g.choose(numbered, self._g.integer(len(cases)))
            return all(self._visit(value) for value in _values(node))
        return node.op in _FOLDS and all(self._visit(arg) for arg in node.args)

    def _value(self, node: Node, branches: Mapping[int, int]) -> int:
        if node.op == "constant":
            return int(node.data)  # type: ignore[call-overload, no-any-return]
        if node.op == "choose":
            branch = self._branch[node.number]
            taken = int(branch.data) if branch.op == "constant" else branches[branch.number]  # type: ignore[call-overload]
            return self._value(_values(node)[taken], branches)
        one, other = (self._value(arg, branches) for arg in node.args)
        return int(_FOLDS[node.op](one, other))


def _values(node: Node) -> tuple[Node, ...]:
    return (*node.args[1:-1:2], node.args[-1])
