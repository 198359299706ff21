"""The needs of a chunk of stations, computed only where something is missing, and kept as codes into their distinct values."""

from __future__ import annotations

import threading
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


class Collector:
    """Gathers one output's values over chunks, from several threads."""

    def __init__(self, rows: int, missing: Missing) -> None:
        self._codes = np.zeros(rows, np.int32)
        self._paths = missing.paths
        self._values = Values(missing.words)
        self._lock = threading.Lock()

    def put(self, rows: Array | slice, value: Array, count: int) -> None:
        """Keeps the values of some rows."""
        if count:
            with self._lock:
                codes = self._values.codes(value, count)
            self._codes[rows] = codes

    def column(self) -> NeedsColumn:
        """All values."""
        return column_of(self._codes, None, self._values.numbers, self._paths)


def column_of(codes: Array, meant: Array | None, numbers: Mapping[Bits, int], paths: Sequence[str]) -> NeedsColumn:
    """A column in an order that does not depend on which thread was first; written over ``codes``.

    ``meant``: the numbers of values that the codes stand for (None: they are these numbers).
    """
    bits = sorted(numbers, key=lambda each: (len(each), sorted(each)))
    places = np.empty(len(bits), np.int32)
    places[[numbers[each] for each in bits]] = np.arange(len(bits), dtype=np.int32)
    if meant is not None:
        places = places.take(meant)
    if not np.array_equal(places, np.arange(len(places))):
        for start in range(0, len(codes), 2**16):
            part = codes[start : start + 2**16]
            part[...] = places.take(part)
    return NeedsColumn(codes, bits, paths)


def distinct_rows(flat: Array) -> tuple[Array, Array]:
    """The distinct rows, and for every row which it is."""
    if flat.shape[1] == 1:
        found, inverse = np.unique(flat[:, 0], return_inverse=True)
        return found[:, None], inverse.reshape(-1)
    mixed = np.zeros(len(flat), np.uint64)
    for at in range(flat.shape[1]):
        mixed = (mixed ^ flat[:, at]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    _, first, inverse = np.unique(mixed, return_index=True, return_inverse=True)
    distinct = flat[first]
    if not np.array_equal(distinct[inverse], flat):  # pragma: no cover - two different rows that mix to the same number
        distinct, inverse = np.unique(flat, axis=0, return_inverse=True)
    return distinct, inverse.reshape(-1)


class Rows:
    """Which rows of a chunk are looked at: of the stations and, with them, of the records of each list."""

    def __init__(self, chosen: Array | None, count: int, bounds: Mapping[str, Array]) -> None:
        self.chosen = chosen
        self.count = count if chosen is None else len(chosen)
        self.bounds: dict[str, Array] = {}
        self.records: dict[str, Array] = {}
        self.stations: dict[str, Array] = {}
        for name, each in bounds.items():
            starts, counts = each[:-1], np.diff(each)
            if chosen is not None:
                starts, counts = starts.take(chosen), counts.take(chosen)
            self.bounds[name] = own = np.concatenate(([0], np.cumsum(counts)))
            self.stations[name] = np.repeat(np.arange(self.count), counts)
            self.records[name] = np.arange(int(own[-1])) + np.repeat(starts - own[:-1], counts)

    def size(self, level: str | None) -> int:
        """How many rows there are at a level."""
        return self.count if level is None else len(self.records[level])

    def places(self, level: str | None) -> Array | None:
        """Their numbers in the chunk; None for all."""
        return self.chosen if level is None else self.records[level]

    def numbers(self, level: str) -> Array:
        """The number of each record among those of its station."""
        own = self.bounds[level]
        found: Array = np.arange(int(own[-1])) - np.repeat(own[:-1], np.diff(own))
        return found

    def narrowed(self, values: Array, own: str | None, level: str | None) -> Array:
        """Values of a node at its own level, for the rows at a level that uses it."""
        if own is not None:
            return values.take(self.records[own])
        if self.chosen is not None:
            values = values.take(self.chosen)
        return values if level is None else values.take(self.stations[level])


class Cases(Rows):
    """Rows that are not stations: each stands for itself at every level."""

    def __init__(self, count: int, numbers: Array | None = None) -> None:
        super().__init__(None, count, {})
        self._numbers = numbers

    def numbers(self, level: str) -> Array:
        """The numbers of the records that they are."""
        del level
        assert self._numbers is not None  # noqa: S101 - given where records are numbered
        return self._numbers

    def size(self, level: str | None) -> int:
        """How many there are."""
        del level
        return self.count

    def narrowed(self, values: Array, own: str | None, level: str | None) -> Array:
        """The same values."""
        del own, level
        return values


class Missing:
    """The needs among some outputs, and the condition under which one of them is not empty."""

    def __init__(self, outputs: Sequence[Node], graph: Graph, layout: Layout, *, at_station: bool = True) -> None:
        """``at_station``: whether ``any`` is a condition of the station; otherwise it is one of the only output's level."""
        self.outputs = outputs
        self._at_station = at_station
        self.nodes = [node for node in in_order(outputs) if node.kind == "needs" and node.op != "constant"]
        self.conditions: dict[int, Node] = {
            arg.number: arg for node in self.nodes for arg in node.args if arg.kind == "bool"
        }
        self.gathers = any(node.op == "gather" for node in self.nodes)
        self.lists: set[str] = {node.level for node in self.nodes if node.level is not None}
        self.lists |= {node.data[0] for node in self.nodes if node.op == "gather"}  # type: ignore[index]
        self.paths: list[str] = []
        self._first: dict[int, int] = {}
        for node in self.nodes:
            if node.op in {"missing", "missing_field"}:
                self._first[node.number] = len(self.paths)
                self.paths += _paths(node, layout)
        self.words = max(-(-len(self.paths) // 64), 1)
        self._graph = graph

    @cached_property
    def any(self) -> Node:
        """The condition under which one of the outputs is not empty."""
        graph = self._graph
        some = _some(self.nodes, graph)
        own = [(node.level if self._at_station else None, some[node.number]) for node in self.outputs]
        return graph.any(each if level is None else graph.any_record(level, each) for level, each in own)

    def run(self, rows: Rows, condition: Callable[[Node], Array]) -> dict[int, Array]:
        """The values of the outputs in the rows."""
        found: dict[int, Array] = {}
        kept: dict[tuple[int, str | None], Array] = {}

        def holds(node: Node, level: str | None) -> Array:
            if (node.number, level) not in kept:
                kept[node.number, level] = rows.narrowed(condition(node), node.level, level)
            return kept[node.number, level]

        def needs(node: Node, level: str | None) -> Array:
            if node.op == "constant":
                return ways.settled(1, self.words)
            value = found[node.number]
            if node.level is None and level is not None and len(value) > 1 and level in rows.stations:
                return value.take(rows.stations[level], axis=0)
            return value

        last = {arg.number: node.number for node in self.nodes for arg in node.args}
        wanted = {node.number for node in self.outputs}
        for node in self.nodes:
            level = node.level
            args = node.args
            value: Array
            match node.op:
                case "missing":
                    value = self._bits(np.array([self._first[node.number]]))
                case "missing_field":
                    value = self._bits(rows.numbers(level or "") + self._first[node.number])
                case "gate":
                    value = ways.gate(holds(args[0], level), needs(args[1], level))
                case "choose_needs":
                    cases = [
                        (holds(when, level), needs(each, level))
                        for when, each in zip(args[:-1:2], args[1:-1:2], strict=True)
                    ]
                    value = ways.choose(cases, needs(args[-1], level))
                case "all_of":
                    value = ways.all_of([needs(arg, level) for arg in args], rows.size(level))
                case "together":
                    value = ways.together(needs(args[0], level), needs(args[1], level))
                case "either":
                    value = ways.either([needs(arg, level) for arg in args], rows.size(level))
                case _:
                    data: Any = node.data
                    value = ways.gather(needs(args[0], data[0]), rows.bounds[data[0]], data[1])
            found[node.number] = value
            for arg in args:
                if last[arg.number] == node.number and arg.number not in wanted:
                    found.pop(arg.number, None)
        return found

    def _bits(self, numbers: Array) -> Array:
        value = np.zeros((len(numbers), 1, self.words), np.uint64)
        value[np.arange(len(numbers)), 0, numbers // 64] = np.uint64(1) << (numbers % 64).astype(np.uint64)
        return value


def _paths(node: Node, layout: Layout) -> list[str]:
    if node.op == "missing":
        return [str(node.data)]
    data: Any = node.data
    return [f"{data[0]}[{number}].{data[1]}" for number in range(layout.lists.get(data[0], 0))]


def _some(nodes: Sequence[Node], graph: Graph) -> dict[int, Node]:
    """Conditions that hold wherever needs are not empty, and seldom elsewhere."""
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
    return some
