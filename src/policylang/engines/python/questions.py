"""Nodes as decision diagrams: which questions about a station lead to which outputs."""

from __future__ import annotations

from operator import or_
from typing import TYPE_CHECKING, Any

from policylang.engines.python.ways import Ways, all_of, either, together
from policylang.plan.conditions import Conditions
from policylang.plan.diagrams import GivenUpError
from policylang.plan.graph import TooLargeError
from policylang.plan.nodes import REDUCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from policylang.engines.python.texts import Names
    from policylang.plan.diagrams import Diagrams
    from policylang.plan.nodes import Node


class Questions(Conditions):
    """Makes diagrams of nodes; for what is missing, leaves hold a way or ways.

    ``done`` names the variables of nodes computed before.
    """

    def __init__(self, names: Names, diagrams: Diagrams, done: Mapping[int, str]) -> None:
        super().__init__(names.layout, diagrams)
        self._names = names
        self._done = done
        self._found: dict[int, int | None] = {}
        self._settled = diagrams.leaf(0)

    def draw(self, output: Node, room: int, reserve: int) -> int | None:
        """The diagram of a node; None where it is given up.

        That is where an operation makes more branches than there is ``room`` for, and when only ``reserve`` steps are left.
        """
        waiting = [output]
        while waiting:
            node = waiting[-1]
            if node.number in self._found:
                waiting.pop()
                continue
            args = () if node.number in self._done or node.op in REDUCTIONS else node.args
            open_ = [arg for arg in reversed(args) if arg.number not in self._found]
            if open_:
                waiting += open_
                continue
            waiting.pop()
            self._d.allow(room + room // 100 * len(args))
            self._found[node.number] = self._tried(node, args) if self._d.steps > reserve else None
        return self._found[output.number]

    def _tried(self, node: Node, args: tuple[Node, ...]) -> int | None:
        parts = [self._found[arg.number] for arg in args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or node.level is not None:
            return None
        try:
            name = self._done.get(node.number)
            return self._own(node, known) if name is None else self._computed(node, name)
        except (GivenUpError, TooLargeError, RecursionError):
            return None

    def _computed(self, node: Node, name: str) -> int:
        if node.kind == "needs":
            raise GivenUpError
        return self.opaque(node, name)

    def _own(self, node: Node, args: list[int]) -> int:
        d = self._d
        match node.op:
            case "constant" if node.kind == "needs":
                return self._settled
            case "missing":
                return d.leaf(self._names.paths.path(node.data))  # type: ignore[arg-type]
            case "gate":
                return d.join("gate", self._gated, *args)
            case "choose_needs":
                return self._first(args)
            case "all_of" if node.single:
                return d.fold(lambda one, two: d.join("single", self._needs(or_), one, two), args)
            case "all_of":
                return self._all_of(args)
            case "together":
                return d.join("together", self._needs(together), *args)
            case "either":
                return self._either(args)
            case _:
                return self.diagram(node, args)

    def _gated(self, when: int, needs: int) -> int | None:
        if when == self._d.true or needs == self._settled:
            return needs
        return self._settled if when == self._d.false else None

    # what is missing

    def _needs(self, join: Callable[[Any, Any], Hashable]) -> Callable[[int, int], int | None]:
        d = self._d

        def both(one: int, two: int) -> int | None:
            return d.leaf(join(d.values[one], d.values[two])) if d.is_leaf(one) and d.is_leaf(two) else None

        return both

    def _all_of(self, args: list[int]) -> int:
        """The ways so far, then all that takes a single fact: kept apart, because ``all_of`` joins them last."""
        d = self._d

        def joined(state: tuple[Ways, int], each: Ways) -> tuple[Ways, int]:
            return (state[0], state[1] | each) if isinstance(each, int) else (together(state[0], each), state[1])

        found = d.leaf((0, 0))
        for arg in args:
            found = d.join("all_of", self._needs(joined), found, arg)
        return d.map("all_of", lambda state: d.leaf(all_of(state)), found)

    def _either(self, args: list[int]) -> int:
        """The union of all ways before any is left out."""
        d = self._d

        def ways(value: Ways) -> int:
            return d.leaf(frozenset((value,) if value else ()) if isinstance(value, int) else value)

        every = [d.map("ways", ways, arg) for arg in args]
        union = d.fold(lambda one, two: d.join("either", self._needs(frozenset.union), one, two), every)
        return d.map("either", lambda found: d.leaf(either((found,))), union)
