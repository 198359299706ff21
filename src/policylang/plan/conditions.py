"""Conditions and whole numbers as decision diagrams: which answers about a station lead to which values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policylang.plan.diagrams import GivenUpError
from policylang.plan.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from policylang.plan.diagrams import Diagrams
    from policylang.plan.layout import Key, Layout
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


class Conditions:
    """Makes diagrams of nodes from those of their arguments.

    Leaves hold a bool, or for a whole number a node of ``graph``: a constant, or an expression in which ``number`` stands for
    a cell that is known, and ``variable`` for a number that is computed elsewhere.
    """

    def __init__(self, layout: Layout, diagrams: Diagrams) -> None:
        self.asked: list[Question] = []
        self.graph = Graph(layout)
        self._layout = layout
        self._d = diagrams
        self._numbers: dict[Question, int] = {}
        self._weight: dict[int, int] = {}

    def opaque(self, node: Node, name: Hashable) -> int:
        """The diagram of a condition or number that is computed elsewhere, under a name of its own.

        Raises:
            GivenUpError: there is no room.
        """
        variable = self.graph._make("variable", (), name, node.kind, None, node.ends)
        return self._leaf(variable) if node.kind == "int" else self._test(variable)

    def both(self, one: int, two: int) -> int:
        """Both of two conditions hold."""
        return self._d.join("and", self._both, one, two)

    def one_of(self, one: int, two: int) -> int:
        """One of two conditions holds."""
        return self._d.join("or", self._one, one, two)

    def opposite(self, condition: int) -> int:
        """The condition does not hold."""
        d = self._d
        return d.map("not", lambda value: d.false if value else d.true, condition)

    def diagram(self, node: Node, args: list[int]) -> int:
        """The diagram of a node from those of its arguments.

        Raises:
            GivenUpError: there is no room, or such nodes have no diagram.
            TooLargeError: a number in a leaf could leave 62 bits.
            RecursionError: too many questions follow one another.
        """
        d, no, yes = self._d, self._d.false, self._d.true
        data: Any = node.data
        match node.op:
            case "constant":
                return self._leaf(self.graph.integer(data)) if node.kind == "int" else d.leaf(data)
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
            case "and":
                return d.fold(self.both, args)
            case "or":
                return d.fold(self.one_of, args)
            case "not":
                return self.opposite(args[0])
            case "less" | "equal" | "add" | "subtract" | "multiply" | "least" | "greatest":
                return d.join(node.op, self._pair(node.op), *args)
            case "among" | "holds_bit" | "months" | "look_up" | "year":
                return d.map((node.op, node.number), self._one_number(node.op, data), args[0])
            case "choose":
                return self._first(args)
            case "pack":
                bits = [self._bit(arg, 1 << place) for place, arg in enumerate(args)]
                return d.fold(lambda one, two: d.join("add", self._pair("add"), one, two), bits)
            case _:
                raise GivenUpError

    def _first(self, args: list[int]) -> int:
        """The value of the first condition that holds."""
        d = self._d
        cases = [d.join("then", self._then, args[i], args[i + 1]) for i in range(0, len(args) - 1, 2)]
        return d.fold(lambda one, two: d.join("otherwise", self._otherwise, one, two), [*cases, args[-1]])

    def number_of(self, question: Question) -> int:
        """The place of a question in the order in which they are asked; a new one is asked last."""
        number = self._numbers.get(question)
        if number is None:
            number = self._numbers[question] = len(self.asked)
            self.asked.append(question)
        return number

    def _ask(self, question: Question, cuts: tuple[int, ...], kids: tuple[int, ...]) -> int:
        return self._d.ask(self.number_of(question), cuts, kids)

    def _test(self, node: Node) -> int:
        return self._ask(Question(None, None, node), (1,), (self._d.false, self._d.true))

    def _cell(self, key: Key, cuts: tuple[int, ...], kids: tuple[int, ...]) -> int:
        return self._ask(Question(key, None, None), cuts, kids)

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
                return self.opposite(self._condition(inner))
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
        own, value = self._layout.inputs[key], self._leaf(self.graph.number(key))
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
