"""Nodes as decision diagrams: which questions about a station lead to which outputs."""

from __future__ import annotations

from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from policylang.engines.python.diagrams import Diagrams, GivenUpError
from policylang.engines.python.ways import Ways, all_of, either, together
from policylang.plan.graph import Graph, TooLargeError
from policylang.plan.nodes import REDUCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from policylang.engines.python.texts import Names
    from policylang.plan.layout import Key
    from policylang.plan.nodes import Node

#: The answers to what stands in a cell; anything else that is recorded is ``OTHER``.
OTHER, TRUE, NONE, NEVER, NULL = range(5)
#: Calculations of more operations are not written into every leaf.
_MOST_OPERATIONS = 40


class Question(NamedTuple):
    """What stands in a cell, which number an expression is, or (0, 1) whether a test holds."""

    cell: Key | None
    number: Node | None
    test: Node | None


class Questions:
    """Makes diagrams of nodes.

    Leaves hold a bool, a way or ways of what is missing, or for a whole number a node of ``graph``: a constant, or an
    expression in which ``number`` stands for a cell that is known. ``done`` names the variables of nodes computed before.
    """

    def __init__(self, names: Names, diagrams: Diagrams, done: Mapping[int, str]) -> None:
        self.asked: list[Question] = []
        self.graph = Graph(names.layout)
        self._names = names
        self._d = diagrams
        self._done = done
        self._numbers: dict[Question, int] = {}
        self._found: dict[int, int | None] = {}
        self._weight: dict[int, int] = {}
        self._settled = diagrams.leaf(0)

    def diagram(self, output: Node, room: int, reserve: int) -> int | None:
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
            return self._computed(node) if node.number in self._done else self._own(node, known)
        except (GivenUpError, TooLargeError, RecursionError):
            return None

    def _ask(self, question: Question, cuts: tuple[int, ...], kids: tuple[int, ...]) -> int:
        number = self._numbers.get(question)
        if number is None:
            number = self._numbers[question] = len(self.asked)
            self.asked.append(question)
        return self._d.ask(number, cuts, kids)

    def _test(self, node: Node) -> int:
        return self._ask(Question(None, None, node), (1,), (self._d.false, self._d.true))

    def _cell(self, key: Key, cuts: tuple[int, ...], kids: tuple[int, ...]) -> int:
        return self._ask(Question(key, None, None), cuts, kids)

    def _computed(self, node: Node) -> int:
        if node.kind == "needs":
            raise GivenUpError
        kind = node.kind
        variable = self.graph._make("variable", (), self._done[node.number], kind, None, node.ends)
        return self._leaf(variable) if kind == "int" else self._test(variable)

    def _own(self, node: Node, args: list[int]) -> int:
        d, no, yes = self._d, self._d.false, self._d.true
        data: Any = node.data
        match node.op:
            case "constant":
                return self._leaf(self.graph.integer(data)) if node.kind == "int" else d.leaf(0 if data is None else data)
            case "known":
                return self._cell(data, (NONE,), (yes, no))
            case "nothing":
                return self._cell(data, (NEVER, NULL), (no, yes, no))
            case "null":
                return self._cell(data, (NULL,), (no, yes))
            case "truth":
                return self._cell(data, (TRUE, NONE), (no, yes, no))
            case "number":
                return self._number(data)
            case "given" | "listed" | "like" | "same":
                return self._test(node)
            case "count":
                return self._leaf(self.graph.count(data))
            case "missing":
                return d.leaf(self._names.paths.path(data))
            case "and":
                return d.fold(lambda one, two: d.join("and", self._both, one, two), args)
            case "or":
                return d.fold(lambda one, two: d.join("or", self._one, one, two), args)
            case "not":
                return d.map("not", lambda value: no if value else yes, args[0])
            case "some":
                return d.map("some", lambda value: yes if value else no, args[0])
            case "less" | "equal" | "add" | "subtract" | "multiply" | "least" | "greatest":
                return d.join(node.op, self._pair(node.op), *args)
            case "among" | "holds_bit" | "months" | "look_up" | "year":
                return d.map((node.op, node.number), self._one_number(node.op, data), args[0])
            case "choose" | "choose_needs":
                cases = [d.join("then", self._then, args[i], args[i + 1]) for i in range(0, len(args) - 1, 2)]
                return d.fold(lambda one, two: d.join("otherwise", self._otherwise, one, two), [*cases, args[-1]])
            case "pack":
                bits = [self._bit(arg, 1 << place) for place, arg in enumerate(args)]
                return d.fold(lambda one, two: d.join("add", self._pair("add"), one, two), bits)
            case "gate":
                return d.join("gate", self._gated, *args)
            case "all_of" if node.single:
                return d.fold(lambda one, two: d.join("single", self._needs(or_), one, two), args)
            case "all_of":
                return self._all_of(args)
            case "together":
                return d.join("together", self._needs(together), *args)
            case "either":
                return self._either(args)
            case _:
                raise GivenUpError

    # leaves

    def _leaf(self, number: Node) -> int:
        weight = self._weight.get(number.number)
        if weight is None:
            weight = self._weight[number.number] = 1 + sum(self._weight.get(arg.number, 1) for arg in number.args)
        if weight > _MOST_OPERATIONS:
            raise GivenUpError
        return self._d.leaf(number)

    def _condition(self, found: Node) -> int:
        """A condition over known numbers: a constant, a number between cut points, or a test of its own."""
        d = self._d
        match found.op, found.args:
            case "constant", _:
                return d.true if found.data is True else d.false
            case "not", (inner,):
                return d.map("not", lambda value: d.false if value else d.true, self._condition(inner))
            case "less", (left, right) if right.op == "constant":
                return self._line(left, (right.data,), (d.true, d.false))
            case "less", (left, right) if left.op == "constant":
                return self._line(right, (left.data + 1,), (d.false, d.true))  # type: ignore[operator]
            case "equal", (left, right) if "constant" in (left.op, right.op):
                value, other = (left, right) if left.op == "constant" else (right, left)
                return self._among(other, [value.data])
            case "among", (value,):
                return self._among(value, sorted(found.data))  # type: ignore[call-overload]
            case _:
                return self._test(found)

    def _among(self, value: Node, numbers: list[Any]) -> int:
        d = self._d
        cuts: list[int] = []
        for number in numbers:
            if cuts and cuts[-1] == number:
                cuts[-1] = number + 1
            else:
                cuts += [number, number + 1]
        return self._line(value, tuple(cuts), tuple(d.true if i % 2 else d.false for i in range(len(cuts) + 1)))

    def _line(self, value: Node, cuts: tuple[Any, ...], kids: tuple[int, ...]) -> int:
        self._leaf(value)
        return self._ask(Question(None, value, None), cuts, kids)

    def _number(self, key: Key) -> int:
        own, value = self._names.layout.inputs[key], self._leaf(self.graph.number(key))
        if not (own.absent or own.nothing or own.null):
            return value
        return self._cell(key, (NONE,), (value, self._leaf(self.graph.integer(0))))

    # operations on leaves

    def _both(self, one: int, two: int) -> int | None:
        d = self._d
        if one == two or d.true in (one, two):
            return two if one == d.true else one
        return d.false if d.false in (one, two) else None

    def _one(self, one: int, two: int) -> int | None:
        d = self._d
        if one == two or d.false in (one, two):
            return two if one == d.false else one
        return d.true if d.true in (one, two) else None

    def _then(self, when: int, value: int) -> int | None:
        d = self._d
        if when == d.true:
            return value
        return d.none if when == d.false else None

    def _otherwise(self, one: int, two: int) -> int | None:
        if one in {two, self._d.none}:
            return two
        return one if self._d.is_leaf(one) else None

    def _gated(self, when: int, needs: int) -> int | None:
        if when == self._d.true or needs == self._settled:
            return needs
        return self._settled if when == self._d.false else None

    def _pair(self, op: str) -> Callable[[int, int], int | None]:
        d = self._d

        def both(one: int, two: int) -> int | None:
            if not (d.is_leaf(one) and d.is_leaf(two)):
                return None
            found: Node = getattr(self.graph, op)(d.values[one], d.values[two])
            return self._leaf(found) if found.kind == "int" else self._condition(found)

        return both

    def _one_number(self, op: str, data: Hashable) -> Callable[[Node], int]:
        graph: Any = self.graph

        def change(value: Node) -> int:
            if op == "look_up":
                return self._leaf(graph.look_up(data, value))
            found: Node = getattr(graph, op)(value) if op == "year" else getattr(graph, op)(value, data)
            return self._leaf(found) if found.kind == "int" else self._condition(found)

        return change

    def _bit(self, condition: int, value: int) -> int:
        yes, no = self._leaf(self.graph.integer(value)), self._leaf(self.graph.integer(0))
        return self._d.map(("bit", value), lambda held: yes if held else no, condition)

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
