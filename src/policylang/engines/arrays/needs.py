"""Needs as nodes compute them for many rows, and as codes into their distinct values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays import ways
from policylang.plan.nodes import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policylang.engines.arrays.kernels import Array
    from policylang.plan.graph import Graph
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node
    from policylang.semantics.values import Needs

#: How many slots rows are told apart by, as bits.
_SLOTS = 15
#: For needs that take nothing from the records of lists.
NOTHING_GIVEN: Mapping[int, Array] = {}
#: Ways as whole numbers whose bits are facts.
Bits = frozenset[int]


@dataclass(frozen=True)
class NeedsColumn:
    """What is missing in each row: ``ways[codes[i]]``. Code 0 is that nothing is missing; equal codes are equal needs."""

    codes: np.ndarray[Any, np.dtype[np.int32]]
    bits: Sequence[Bits]
    paths: Sequence[str]

    @cached_property
    def ways(self) -> list[Needs]:
        """The distinct values."""
        return [
            frozenset(frozenset(path for at, path in enumerate(self.paths) if way >> at & 1) for way in each)
            for each in self.bits
        ]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Needs:
        """What is missing in a row."""
        found: Needs = self.ways[self.codes[row]]
        return found


class Values:
    """The distinct values of one output, numbered as they are found; 0 is that nothing is missing."""

    def __init__(self, words: int) -> None:
        self._words = words
        self._raw: dict[bytes, int] = {}
        self.numbers: dict[Bits, int] = {frozenset(): 0}

    def codes(self, value: Array, count: int) -> Array:
        """The numbers of the values of some rows."""
        value = np.broadcast_to(value, (count, *value.shape[1:]))
        distinct, inverse = distinct_rows(np.ascontiguousarray(value.reshape(count, value.shape[1] * self._words)))
        return np.array([self._number(each) for each in distinct], np.int32).take(inverse)

    def _number(self, row: Array) -> int:
        raw = row.tobytes()
        found = self._raw.get(raw)
        if found is None:
            slots = row.reshape(-1, self._words).tolist()
            each = frozenset(way for slot in slots if (way := sum(word << 64 * at for at, word in enumerate(slot))))
            found = self._raw[raw] = self.numbers.setdefault(each, len(self.numbers))
        return found


def column_of(codes: Array, meant: Array, numbers: Mapping[Bits, int], paths: Sequence[str]) -> NeedsColumn:
    """A column in an order that does not depend on which thread was first; written over ``codes``.

    ``meant``: the numbers of the values that the codes stand for.
    """
    bits = sorted(numbers, key=lambda each: (len(each), sorted(each)))
    places = np.empty(len(bits), np.int32)
    places[[numbers[each] for each in bits]] = np.arange(len(bits), dtype=np.int32)
    places = places.take(meant)
    if not np.array_equal(places, np.arange(len(places))):
        for start in range(0, len(codes), 2**16):
            part = codes[start : start + 2**16]
            part[...] = places.take(part)
    return NeedsColumn(codes, bits, paths)


def distinct_rows(flat: Array) -> tuple[Array, Array]:
    """The distinct rows, in any order, and for every row which it is."""
    rows, width = flat.shape
    mixed = np.zeros(rows, np.uint64)
    for at in range(width):
        mixed = (mixed ^ flat[:, at]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    # one row of each slot stands for all that are equal to it
    slots = (mixed >> np.uint64(64 - _SLOTS)).astype(np.intp)
    every = np.arange(rows)
    stands = np.empty(2**_SLOTS, np.intp)
    stands[slots] = every
    first = stands.take(slots)
    same = np.ones(rows, bool)
    for at in range(width):
        same &= flat[:, at].take(first) == flat[:, at]
    distinct = np.flatnonzero(first == every)
    numbers = np.empty(rows, np.intp)
    numbers[distinct] = np.arange(len(distinct))
    inverse = numbers.take(first)
    found = flat[distinct]
    others = np.flatnonzero(~same)
    if len(others):
        more, which = np.unique(flat[others], axis=0, return_inverse=True)
        inverse[others] = len(distinct) + which.reshape(-1)
        found = np.concatenate((found, more))
    return found, inverse


class Missing:
    """The needs of some outputs, as functions of conditions, and of what comes from the records of lists.

    Attributes:
        nodes: the needs to compute, in order: those of ``gathered`` are given.
        gathered: what is taken from the records of lists.
        conditions: the conditions that they depend on.
        paths: the facts that the bits of ways stand for.
    """

    def __init__(self, outputs: Sequence[Node], layout: Layout) -> None:
        self.outputs = outputs
        every = [node for node in in_order(outputs) if node.kind == "needs" and node.op != "constant"]
        above = {node.number for node in outputs}
        for node in reversed(every):
            if node.number in above and node.op != "gather":
                above.update(arg.number for arg in node.args)
        self.nodes = [node for node in every if node.number in above and node.op != "gather"]
        self.gathered = [node for node in every if node.number in above and node.op == "gather"]
        found = {arg.number: arg for node in self.nodes for arg in node.args if arg.kind == "bool" and arg.op != "constant"}
        self.conditions = list(found.values())
        self.numbered = any(node.op == "missing_field" for node in self.nodes)
        self.paths: list[str] = []
        self._first: dict[int, int] = {}
        for node in every:
            if node.op in {"missing", "missing_field"}:
                self._first[node.number] = len(self.paths)
                self.paths += _paths(node, layout)
        self.words = max(-(-len(self.paths) // 64), 1)

    def run(
        self, count: int, holds: Callable[[Node], Array], numbers: Array | None = None, given: Mapping[int, Array] = NOTHING_GIVEN
    ) -> dict[int, Array]:
        """The outputs in some rows, each of which stands for itself whatever the level.

        ``numbers``: of the records that they are, where they are ``numbered``; ``given``: the values of those ``gathered``.
        """
        found = dict(given)

        def needs(node: Node) -> Array:
            return ways.settled(1, self.words) if node.op == "constant" else found[node.number]

        last = {arg.number: node.number for node in self.nodes for arg in node.args}
        wanted = {node.number for node in self.outputs}
        for node in self.nodes:
            args = node.args
            value: Array
            match node.op:
                case "missing":
                    value = self._bits(np.array([self._first[node.number]]))
                case "missing_field":
                    value = self._bits(np.asarray(numbers) + self._first[node.number])
                case "gate":
                    value = ways.gate(holds(args[0]), needs(args[1]))
                case "choose_needs":
                    cases = [(holds(when), needs(each)) for when, each in zip(args[:-1:2], args[1:-1:2], strict=True)]
                    value = ways.choose(cases, needs(args[-1]))
                case "all_of":
                    value = ways.all_of([needs(arg) for arg in args], count)
                case "together":
                    value = ways.together(needs(args[0]), needs(args[1]))
                case _:
                    value = ways.either([needs(arg) for arg in args], count)
            found[node.number] = value
            for arg in args:
                if last[arg.number] == node.number and arg.number not in wanted:
                    found.pop(arg.number, None)
        return found

    def encoded(self, values: Sequence[Bits], paths: Sequence[str]) -> Array:
        """Values whose bits stand for other paths, all of which are among these."""
        place = {path: at for at, path in enumerate(self.paths)}
        value = np.zeros((len(values), max((len(each) for each in values), default=0) or 1, self.words), np.uint64)
        for row, each in enumerate(values):
            for slot, way in enumerate(each):
                for at, path in enumerate(paths):
                    if way >> at & 1:
                        value[row, slot, place[path] // 64] |= np.uint64(1 << place[path] % 64)
        return value

    def _bits(self, numbers: Array) -> Array:
        value = np.zeros((len(numbers), 1, self.words), np.uint64)
        value[np.arange(len(numbers)), 0, numbers // 64] = np.uint64(1) << (numbers % 64).astype(np.uint64)
        return value


def _paths(node: Node, layout: Layout) -> list[str]:
    if node.op == "missing":
        return [str(node.data)]
    data: Any = node.data
    return [f"{data[0]}[{number}].{data[1]}" for number in range(layout.lists.get(data[0], 0))]


def some_missing(output: Node, graph: Graph) -> Node:
    """A condition that holds wherever needs are not empty, and seldom elsewhere."""
    nodes = [node for node in in_order([output]) if node.kind == "needs" and node.op != "constant"]
    some: dict[int, Node] = {graph.settled.number: graph.false}
    for node in nodes:
        args = node.args
        match node.op:
            case "missing" | "missing_field":
                some[node.number] = graph.true
            case "gate":
                some[node.number] = graph.both(args[0], some[args[1].number])
            case "choose_needs":
                # whichever is chosen: more rows than needed do no harm
                found = [graph.both(when, some[value.number]) for when, value in zip(args[:-1:2], args[1:-1:2], strict=True)]
                some[node.number] = graph.any([*found, some[args[-1].number]])
            case "gather":
                some[node.number] = graph.any_record(node.data[0], some[args[0].number])  # type: ignore[index]
            case _:
                some[node.number] = graph.any(some[arg.number] for arg in args)
    return some[output.number]
