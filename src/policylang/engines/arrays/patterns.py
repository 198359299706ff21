"""Needs by pattern: what is missing in a row follows from conditions, and few combinations of them occur.

For each row only the pattern is noted: which conditions hold. What each pattern means is computed once for all, after the last
chunk, and kept for the next call.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays import kernels
from policylang.engines.arrays.needs import Cases, Missing, NeedsColumn, Values, column_of, distinct_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policylang.engines.arrays.kernels import Array
    from policylang.plan.graph import Graph
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node

#: How many patterns are computed at once, and with how many the next call starts afresh.
BLOCK = 2**14
KEPT = 2**20


class Patterns:
    """The patterns of one output that takes nothing from the records of lists."""

    def __init__(self, output: Node, graph: Graph, layout: Layout) -> None:
        self.output = output
        self.missing = Missing([output], graph, layout, at_station=False)
        self.conditions = [node for node in self.missing.conditions.values() if node.op != "constant"]
        self._numbered = any(node.op == "missing_field" for node in self.missing.nodes)
        self._words = -(-len(self.conditions) // 64)
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._known: dict[bytes, int] = {}
        self._keys: list[Array] = []
        self._meant = np.zeros(1, np.int32)
        self._values = Values(self.missing.words)

    def codes(self, count: int, condition: Callable[[Node], Array], numbers: Callable[[], Array]) -> Array:
        """The patterns of some rows, from 1: ``condition`` and ``numbers`` give the conditions and the records' numbers."""
        keys = np.zeros((count, self._words + self._numbered), np.uint64)
        spare = np.empty(count, np.uint8)
        for word in range(self._words):
            packed = np.empty(count, np.int64)
            kernels.pack(*(condition(node) for node in self.conditions[64 * word : 64 * word + 64]), spare, packed)
            keys[:, word] = packed.view(np.uint64)
        if self._numbered:
            keys[:, -1] = numbers()
        if not keys.shape[1]:
            distinct, inverse = keys[:1], np.zeros(count, np.int64)
        else:
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

    def column(self, codes: Array) -> NeedsColumn:
        """What the patterns mean; written over the codes, in which 0 is that nothing is missing."""
        done = len(self._meant) - 1
        starts = range(done, len(self._keys), BLOCK)
        more = [self._computed(np.array(self._keys[start : start + BLOCK])) for start in starts]
        self._meant = np.concatenate((self._meant, *more))
        found = column_of(codes, self._meant, self._values.numbers, self.missing.paths)
        if len(self._keys) > KEPT:
            self._forget()
        return found

    def _computed(self, keys: Array) -> Array:
        places = {node.number: at for at, node in enumerate(self.conditions)}

        def holds(node: Node) -> Array:
            at = places[node.number]
            return (keys[:, at // 64] >> np.uint64(at % 64) & np.uint64(1)).astype(bool)

        rows = Cases(len(keys), keys[:, -1].astype(np.int64) if self._numbered else None)
        return self._values.codes(self.missing.run(rows, holds)[self.output.number], len(keys))


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
