"""Needs by pattern: what is missing in a row follows from conditions, and few combinations of them occur.

For each row only the pattern is noted: which conditions hold, and the patterns of its records. What each pattern means is
computed once for all, after the last chunk, and kept for the next call.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays import kernels, ways
from policylang.engines.arrays.needs import Missing, NeedsColumn, Values, column_of, distinct_rows, some_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policylang.engines.arrays.kernels import Array
    from policylang.engines.arrays.needs import Bits
    from policylang.plan.graph import Graph
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node

#: How many patterns are computed at once, and with how many of a node the next call starts afresh.
BLOCK = 2**14
KEPT = 2**20


class Chunk:
    """Stations that have just gone through: the values of nodes, and how records belong to stations."""

    def __init__(self, stations: int, bounds: Mapping[str, Array], values: Callable[[Node], Array]) -> None:
        self._count = stations
        self._bounds = bounds
        self._values = values
        self._stations: dict[str, Array] = {}
        self.gathered: dict[int, Array] = {}

    def count(self, level: str | None) -> int:
        """How many rows a level has."""
        return self._count if level is None else int(self._bounds[level][-1])

    def stations(self, level: str) -> Array:
        """The number of its station for each record."""
        if level not in self._stations:
            self._stations[level] = stations_of(self._bounds[level])
        return self._stations[level]

    def numbers(self, level: str) -> Array:
        """The number of each record among those of its station."""
        found: Array = np.arange(self.count(level)) - self._bounds[level][:-1].take(self.stations(level))
        return found

    def at(self, node: Node, level: str | None) -> Array:
        """The values of a node for the rows of a level."""
        if node.op == "constant":
            return np.full(self.count(level), node.data)
        return self.spread(self._values(node), node.level, level)

    def spread(self, values: Array, own: str | None, level: str | None) -> Array:
        """Values of one level for the rows of a level."""
        return values if own == level or level is None else values.take(self.stations(level))


def stations_of(bounds: Array) -> Array:
    """The number of its station for each record, those of station i being ``bounds[i]`` to ``bounds[i + 1]``."""
    return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))


class Patterns:
    """The patterns of one node of needs: the conditions that it depends on, and what it takes from the records of lists."""

    def __init__(self, output: Node, graph: Graph, layout: Layout, shared: dict[int, Gathered]) -> None:
        """``shared``: what other nodes take from records already, to which this one adds."""
        self.output = output
        self.missing = Missing([output], layout)
        self.some = some_missing(output, graph)
        self.gathered: list[Gathered] = []
        for node in self.missing.gathered:
            if node.number not in shared:
                shared[node.number] = Gathered(node, Patterns(node.args[0], graph, layout, shared))
            self.gathered.append(shared[node.number])
        self._words = -(-len(self.missing.conditions) // 64)
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Starts afresh."""
        self._known: dict[bytes, int] = {}
        self._keys: list[Array] = []
        self._meant = np.zeros(1, np.int32)
        self._values = Values(self.missing.words)

    def __len__(self) -> int:
        return len(self._keys)

    def needed(self) -> list[Node]:
        """The conditions that a chunk must have."""
        return [self.some, *self.missing.conditions]

    def noted(self, chunk: Chunk) -> Array:
        """The patterns of all rows of the node's level; 0 where nothing is missing."""
        level = self.output.level
        found = np.zeros(chunk.count(level), np.int32)
        chosen: Array | slice
        if self.some.op == "constant":
            chosen, count = slice(None), 0 if self.some.data is False else len(found)
        else:
            chosen = np.flatnonzero(chunk.at(self.some, level))
            count = len(chosen)
            if count == len(found):
                chosen = slice(None)
        if count:
            found[chosen] = self._codes(chunk, chosen, count)
        return found

    def _codes(self, chunk: Chunk, chosen: Array | slice, count: int) -> Array:
        level = self.output.level
        conditions = self.missing.conditions
        keys = np.zeros((count, self._words + len(self.gathered) + self.missing.numbered), np.uint64)
        spare, packed = np.empty(count, np.uint8), np.empty(count, np.int64)
        for word in range(self._words):
            some = [np.ascontiguousarray(_part(chunk.at(node, level), chosen)) for node in conditions[64 * word : 64 * word + 64]]
            kernels.pack(*some, spare, packed)
            keys[:, word] = packed.view(np.uint64)
        for at, each in enumerate(self.gathered):
            keys[:, self._words + at] = _part(chunk.spread(each.noted(chunk), None, level), chosen)
        if self.missing.numbered:
            keys[:, -1] = _part(chunk.numbers(level or ""), chosen)
        distinct, inverse = distinct_rows(keys)
        with self._lock:
            found = np.array([self._number(key) for key in distinct], np.int32)
        return found.take(inverse)

    def _number(self, key: Array) -> int:
        raw = key.tobytes()
        number = self._known.get(raw)
        if number is None:
            number = self._known[raw] = len(self._known) + 1
            self._keys.append(key)
        return number

    def meant(self) -> tuple[Array, Mapping[Bits, int]]:
        """The numbers of the values of all patterns that were noted, and those values."""
        starts = range(len(self._meant) - 1, len(self._keys), BLOCK)
        more = [self._computed(np.array(self._keys[start : start + BLOCK])) for start in starts]
        self._meant = np.concatenate((self._meant, *more))
        return self._meant, self._values.numbers

    def column(self, codes: Array) -> NeedsColumn:
        """What patterns mean; written over them."""
        return column_of(codes, *self.meant(), self.missing.paths)

    def _computed(self, keys: Array) -> Array:
        places = {node.number: at for at, node in enumerate(self.missing.conditions)}

        def holds(node: Node) -> Array:
            if node.op == "constant":
                return np.full(len(keys), node.data)
            at = places[node.number]
            return (keys[:, at // 64] >> np.uint64(at % 64) & np.uint64(1)).astype(bool)

        given = {
            each.node.number: each.values(keys[:, self._words + at], self.missing) for at, each in enumerate(self.gathered)
        }
        numbers = keys[:, -1].astype(np.int64) if self.missing.numbered else None
        found = self.missing.run(len(keys), holds, numbers, given)
        return self._values.codes(found[self.output.number], len(keys))


class Gathered:
    """What a station takes from the records of a list: the patterns of those of its records that miss something, in order."""

    def __init__(self, node: Node, records: Patterns) -> None:
        self.node = node
        self.records = records
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Starts afresh."""
        self._known: dict[bytes, int] = {b"": 0}
        self._lists: list[Array] = [np.zeros(0, np.int64)]

    def noted(self, chunk: Chunk) -> Array:
        """A number for each station; 0 where no record misses anything."""
        found = chunk.gathered.get(self.node.number)
        if found is None:
            found = chunk.gathered[self.node.number] = self._noted(chunk)
        return found

    def _noted(self, chunk: Chunk) -> Array:
        level: Any = self.records.output.level
        patterns = self.records.noted(chunk)
        found = np.zeros(chunk.count(None), np.int64)
        places = np.flatnonzero(patterns)
        if not len(places):
            return found
        counts = np.bincount(chunk.stations(level).take(places), minlength=len(found))
        chosen = np.flatnonzero(counts)
        counts = counts.take(chosen)
        rows = np.zeros((len(chosen), int(counts.max())), np.uint64)
        within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows[np.repeat(np.arange(len(chosen)), counts), within] = patterns.take(places)
        distinct, inverse = distinct_rows(rows)
        with self._lock:
            numbers = np.array([self._number(row) for row in distinct])
        found[chosen] = numbers.take(inverse)
        return found

    def _number(self, row: Array) -> int:
        own = row[row != 0]
        raw = own.tobytes()
        number = self._known.get(raw)
        if number is None:
            number = self._known[raw] = len(self._lists)
            self._lists.append(own.astype(np.int64))
        return number

    def values(self, numbers: Array, missing: Missing) -> Array:
        """What such numbers mean, over the facts of other needs."""
        meant, values = self.records.meant()
        used, inverse = np.unique(numbers, return_inverse=True)
        lists = [self._lists[number] for number in used.tolist()]
        bounds = np.concatenate(([0], np.cumsum([len(each) for each in lists])))
        each, which = np.unique(meant.take(np.concatenate(lists)), return_inverse=True)
        by_number = list(values)
        encoded = missing.encoded([by_number[number] for number in each.tolist()], self.records.missing.paths)
        data: Any = self.node.data
        return ways.gather(encoded.take(which.reshape(-1), axis=0), bounds, data[1]).take(inverse.reshape(-1), axis=0)


def _part(values: Array, chosen: Array | slice) -> Array:
    found: Array = values[chosen] if isinstance(chosen, slice) else values.take(chosen)
    return found


@dataclass(frozen=True)
class CodedColumn:
    """What several nodes are in each row, together: ``values[codes[i]]``, a tuple; equal codes are equal tuples."""

    codes: np.ndarray[Any, np.dtype[np.int32]]
    values: Sequence[tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> tuple[int, ...]:
        """The values in a row."""
        return self.values[int(self.codes[row])]


class Tuples:
    """The tuples of one output, numbered as they are found."""

    def __init__(self, output: Node) -> None:
        self.output = output
        self._numbers: dict[bytes, int] = {}
        self._rows: list[Array] = []
        self._lock = threading.Lock()

    def noted(self, chunk: Chunk) -> Array:
        """The numbers of the tuples of all rows of the output's level."""
        level = self.output.level
        return self.codes(chunk.count(level), lambda node: chunk.at(node, level))

    def codes(self, count: int, values: Callable[[Node], Array]) -> Array:
        """The numbers of the tuples of some rows."""
        keys = np.empty((count, len(self.output.args)), np.uint64)
        for at, node in enumerate(self.output.args):
            keys[:, at] = values(node).astype(np.int64).view(np.uint64)
        distinct, inverse = distinct_rows(keys)
        with self._lock:
            found = np.array([self._number(key) for key in distinct], np.int32)
        return found.take(inverse)

    def _number(self, key: Array) -> int:
        raw = key.tobytes()
        number = self._numbers.get(raw)
        if number is None:
            number = self._numbers[raw] = len(self._rows)
            self._rows.append(key.view(np.int64))
        return number

    def column(self, codes: Array) -> CodedColumn:
        """What the numbers mean, in an order that does not depend on which thread was first; written over the codes."""
        values = [tuple(row.tolist()) for row in self._rows]
        order = sorted(range(len(values)), key=values.__getitem__)
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        for start in range(0, len(codes), BLOCK):
            codes[start : start + BLOCK] = places.take(codes[start : start + BLOCK])
        return CodedColumn(codes, [values[at] for at in order])
