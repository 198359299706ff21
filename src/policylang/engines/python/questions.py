"""Nodes as decision diagrams: which questions about a station lead to which outputs."""

from __future__ import annotations

from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from policylang.engines.python.ways import Ways, all_of, either, together
from policylang.plan.conditions import Conditions
from policylang.plan.diagrams import GivenUpError
from policylang.plan.graph import TooLargeError
from policylang.plan.nodes import REDUCTIONS, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from policylang.engines.python.texts import Names
    from policylang.plan.diagrams import Diagrams


#: A part of a diagram that is too large becomes a variable of its own if it has more branches than the first of these, or
#: else the second.
_CUT = (48, 3)


class Cut(NamedTuple):
    """A condition or number that has a diagram and a variable of its own; its variables are those of lower stages."""

    node: Node
    name: str
    diagram: int
    stage: int


class Questions(Conditions):
    """Makes diagrams of nodes; for what is missing, leaves hold a way or ways.

    ``done`` names the variables of nodes computed before, ``fresh`` new ones. ``cuts``: what has to be computed before, of
    at most about so many branches (``spare``).
    """

    def __init__(
        self, names: Names, diagrams: Diagrams, done: Mapping[int, str], fresh: Callable[[], str], spare: int
    ) -> None:
        super().__init__(names.layout, diagrams)
        self.cuts: list[Cut] = []
        self._names = names
        self._done = done
        self._fresh = fresh
        self._spare = spare
        self._found: dict[int, int | None] = {}
        self._stages: dict[str, int] = {}
        self._settled = diagrams.leaf(0)

    def draw(self, output: Node, room: int, reserve: int) -> int | None:
        """The diagram of a node; None where it is given up.

        That is where an operation makes more branches than there is ``room`` for although its parts have been cut off, and
        when only ``reserve`` steps are left.
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
            self._found[node.number] = self._drawn(node, args, room + room // 100 * len(args), reserve)
        return self._found[output.number]

    def _drawn(self, node: Node, args: tuple[Node, ...], room: int, reserve: int) -> int | None:
        found = None
        if node.level is None and self._d.steps > reserve:
            found = self._tried(node, args, room)
            for least in _CUT if node.kind != "needs" else ():
                if found is None and self._cut(args, least):
                    found = self._tried(node, args, room)
        return found

    def _tried(self, node: Node, args: tuple[Node, ...], room: int) -> int | None:
        parts = [self._found[arg.number] for arg in args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        self._d.allow(room)
        try:
            name = self._done.get(node.number)
            return self._own(node, known) if name is None else self._computed(node, name)
        except (GivenUpError, TooLargeError, RecursionError):
            return None

    def _cut(self, args: tuple[Node, ...], least: int) -> bool:
        """Makes variables of the parts with more branches; whether there were any."""
        parts = {arg.number: (arg, self._found[arg.number]) for arg in args if arg.kind != "needs"}
        large = [(arg, found) for arg, found in parts.values() if found is not None and len(self._d.below(found)) > least]
        for arg, found in large:
            self._spare -= len(self._d.below(found))
            if self._spare < 0:
                return False
            name = self._fresh()
            stage = max((self._stages[own] + 1 for own in self.variables(found) if own in self._stages), default=0)
            self._d.allow(1)
            self._found[arg.number] = self.opaque(arg, name)
            self._stages[name] = stage
            self.cuts.append(Cut(arg, name, found, stage))
        return bool(large)

    def variables(self, diagram: int) -> set[str]:
        """The variables that a diagram reads."""
        seen: set[Node] = set()
        waiting: list[Any] = []
        for one in self._d.below(diagram):
            waiting += [self._d.values[one]] if self._d.is_leaf(one) else self.asked[self._d.question[one]][1:]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Node) and node not in seen:
                seen.add(node)
                waiting += node.args
        return {str(node.data) for node in seen if node.op == "variable"}

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
