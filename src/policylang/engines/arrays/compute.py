"""Programs over arrays: all nodes of a plan for many stations.

Stations go through in chunks that stay in the processor's cache, on several threads: numpy lets go of Python's lock.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays.cells import CELLS, Cells, coded
from policylang.engines.arrays.code import Code, laid_out
from policylang.engines.arrays.memory import Memory
from policylang.engines.arrays.needs import NeedsColumn
from policylang.engines.arrays.patterns import KEPT, Chunk, CodedColumn, Gathered, Patterns, Tuples, stations_of
from policylang.engines.arrays.rebuilt import TUPLE, rebuilt
from policylang.engines.arrays.tables import filled
from policylang.plan.nodes import in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from policylang.engines.arrays.code import Layed, Place
    from policylang.engines.arrays.columns import Column, Columns
    from policylang.engines.arrays.kernels import Array
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node

#: Where a chunk begins and ends at each level.
Ranges = dict[str | None, tuple[int, int]]
Result = np.ndarray[Any, np.dtype[Any]] | NeedsColumn | CodedColumn

#: How many stations (or records, where there are more) one chunk has at most and, if there are so many, at least: every step
#: asks for Python's lock, and threads wait for one another when steps are short.
CHUNK = 2**20
_LEAST = 2**16
#: Between these a chunk has as many as let its buffers have about so many bytes.
_BYTES = 2**24
#: The buffers of so many threads are kept from call to call.
_KEPT = 8


def compile_arrays(outputs: Mapping[str, Node | tuple[Node, ...]], layout: Layout, cells: int = CELLS) -> Program:
    """A program that computes these nodes for stations of a layout.

    Several conditions and numbers together, such as the words of clauses, may be one output: then it is coded, and costs
    about as much as one. No table of the program has more than so many ``cells``.
    """
    return Program(outputs, layout, cells)


class Program:
    """Computes outputs of a plan: call it with columns.

    The result of a condition is an array of bool, of a number the narrowest signed array that holds all it can be, of needs a
    ``NeedsColumn``, of several nodes together a ``CodedColumn``; as many as there are stations or, for an output of a list,
    records of all stations. The columns must keep to the layout: a number beyond its ``most`` gives wrong answers.
    """

    def __init__(self, outputs: Mapping[str, Node | tuple[Node, ...]], layout: Layout, cells: int) -> None:
        self._outputs = dict(outputs)
        self._cells = cells
        self._layout = layout
        self._parts: dict[frozenset[str], _Part] = {}

    def __call__(
        self, columns: Columns, threads: int | None = None, only: Collection[str] | None = None, chunk: int | None = None
    ) -> dict[str, Result]:
        """The outputs, all or ``only`` some, on ``threads`` threads (by default as many as there are processors).

        ``chunk``: how many stations go through at once; by default what suits the cache. Small results of one call share
        memory, which a later call uses again when nobody has any of them any more.
        """
        names = frozenset(self._outputs if only is None else only)
        part = self._parts.get(names)
        if part is None:
            chosen = {name: node for name, node in self._outputs.items() if name in names}
            part = self._parts.setdefault(names, _Part(chosen, self._layout, self._cells))
        return part.run(columns, threads or os.cpu_count() or 1, chunk)


class _Part:
    """The code for some outputs."""

    def __init__(self, outputs: Mapping[str, Node | tuple[Node, ...]], layout: Layout, limit: int) -> None:
        graph, self.outputs = rebuilt(outputs, layout)
        wanted = {node.number: node for node in self.outputs.values()}
        cells = Cells(limit)
        cells.add(wanted.values())
        plain = [n for n in wanted.values() if not coded(n) or (n.op != "constant" and cells.looked_up(n))]
        others = [node for node in wanted.values() if all(node is not one for one in plain)]
        self.tuples = [node for node in others if node.op == TUPLE]
        gathered: dict[int, Gathered] = {}
        self.patterns = [Patterns(n, graph, layout, gathered) for n in others if n.op not in {TUPLE, "constant"}]
        self.noted = [*self.patterns, *(each.records for each in gathered.values())]
        self.gathered = gathered.values()
        needed = [arg for node in self.tuples for arg in node.args] + [node for each in self.noted for node in each.needed()]
        cells.choose([*plain, *needed])
        filled_in = [filled(group, cells, layout) for group in cells.groups]
        self.distinct = {number: column for _, found in filled_in for number, column in found.items()}
        nodes = [node for node in in_order([*plain, *needed]) if node.number in cells.needed or node.op == "constant"]
        self.code = Code(nodes, plain, layout, [lookup for lookup, _ in filled_in])
        places = {id(place): place for _, each in self.code.steps for place in each}
        self.inputs = [place for place in places.values() if place.what in {"values", "known"}]
        for node in needed:
            if node.op != "constant":
                self.code.place(node).pinned = True
        self._lock = threading.Lock()
        self.memory = Memory()
        self.kept: dict[frozenset[int], tuple[Layed, list[dict[int, Array]]]] = {}

    def run(self, columns: Columns, threads: int, chunk: int | None) -> dict[str, Result]:
        """The outputs for some columns."""
        if not self.patterns:
            return self._run(columns, threads, chunk)
        with self._lock:
            if any(len(each) > KEPT for each in self.noted):
                for own in self.noted:
                    own.forget()
                for gathered in self.gathered:
                    gathered.forget()
            return self._run(columns, threads, chunk)

    def _run(self, columns: Columns, threads: int, chunk: int | None) -> dict[str, Result]:
        run = _Run(self, columns, chunk, threads)
        chunks = run.chunks()
        lock = threading.Lock()

        def work(_: int) -> None:
            worker = _Worker(run)
            while True:
                with lock:
                    bounds = next(chunks, None)
                if bounds is None:
                    run.keep(worker.buffers)
                    return
                worker.chunk(*bounds)

        if threads == 1 or run.few:
            work(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(threads)))
        nothing = NeedsColumn(np.zeros(columns.rows, np.int32), [frozenset()], [])
        found: dict[int, Result] = {n.number: nothing for n in self.outputs.values() if n.op == "constant" and n.kind == "needs"}
        for each in self.patterns:
            found[each.output.number] = each.column(run.codes[each.output.number])
        for tuples in run.tuples:
            found[tuples.output.number] = tuples.column(run.codes[tuples.output.number])
        for number, array in run.results.items():
            match self.distinct.get(number):
                case None:
                    found[number] = array
                case NeedsColumn(_, bits, paths):
                    found[number] = NeedsColumn(array, bits, paths)
                case CodedColumn(_, values):
                    found[number] = CodedColumn(array, values)
        return {name: found[node.number] for name, node in self.outputs.items()}


class _Run:
    """One call: the columns, where results go, and the code as it fits the widths of the columns."""

    def __init__(self, part: _Part, columns: Columns, step: int | None, threads: int) -> None:
        self.part = part
        self.columns = columns
        direct = [place for place in part.inputs if place.what == "known" or _fits(self.column(place.key).values, place.type)]
        widths = frozenset(map(id, direct))
        if widths not in part.kept:
            part.kept[widths] = laid_out(part.code.steps, direct), []
        self.layed, self._buffers = part.kept[widths]
        wanted = {number: (self.size(place.level), place.type) for number, place in part.code.outputs.items()}
        self.results = part.memory.arrays(wanted)
        self.tuples = [Tuples(node) for node in part.tuples]
        outputs = [*(each.output for each in part.patterns), *part.tuples]
        self.codes = {node.number: np.zeros(self.size(node.level), np.int32) for node in outputs}
        levels: set[str | None] = {place.level for place in self.layed.sources} | {node.level for node in outputs}
        levels |= {each.output.level for each in part.noted}
        levels |= {place.key for place in self.layed.sources if place.what == "bounds"}  # type: ignore[misc]
        self.lists = sorted(level for level in levels if level is not None)
        self.step = step or self._fitting(threads)
        self.few = columns.rows <= self.step

    def _fitting(self, threads: int) -> int:
        """How many stations go through at once: no more than suits the cache, and all threads have about as much to do."""
        rows = max(self.columns.rows, 1)
        wide = sum(place.type.itemsize for place in self.layed.sources if place.what == "buffer")
        chunk = min(max(_BYTES // max(wide, 1), _LEAST), CHUNK)
        for name in self.lists:
            chunk = min(chunk, chunk * rows // max(self.size(name), 1))
        chunk = max(chunk, 256)
        turns = -(-rows // (chunk * threads))
        share = -(-rows // (turns * threads))
        # a multiple of 64, so that parts of arrays begin at even addresses
        return -(-max(share, min(chunk, _LEAST)) // 64) * 64

    def chunks(self) -> Iterator[tuple[int, int]]:
        """First and last stations."""
        return ((start, min(start + self.step, self.columns.rows)) for start in range(0, self.columns.rows, self.step))

    def column(self, key: Any) -> Column:
        """The column of an input."""
        return self.columns.columns[key] if key.field is None else self.columns.lists[key.fact].fields[key.field]

    def size(self, level: str | None) -> int:
        """How many rows a level has."""
        if level is None:
            return self.columns.rows
        offsets = self.columns.lists[level].offsets
        return int(offsets[-1] - offsets[0])


    def buffers(self) -> dict[int, Array]:
        """Buffers that an earlier call had, or none yet; they are large, and new memory is slow."""
        try:
            return self._buffers.pop()
        except IndexError:
            return {}

    def keep(self, buffers: dict[int, Array]) -> None:
        """Keeps buffers of the usual size for the next call."""
        if len(self._buffers) < _KEPT and sum(buffer.nbytes for buffer in buffers.values()) <= 4 * _BYTES:
            self._buffers.append(buffers)

    def base(self, level: str | None) -> int:
        """Where the records of a list begin in its columns."""
        return 0 if level is None else int(self.columns.lists[level].offsets[0])


class _Worker:
    """What one thread has: its buffers."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self.buffers = run.buffers()

    def chunk(self, start: int, end: int) -> None:
        """Computes some stations."""
        run = self._run
        ranges: Ranges = {None: (start, end)}
        bounds: dict[str, Array] = {}
        for name in run.lists:
            own = run.columns.lists[name].offsets[start : end + 1].astype(np.int64)
            ranges[name] = (int(own[0]), int(own[-1]))
            bounds[name] = own - own[0]
        arrays = [self._array(number, place, ranges, bounds) for number, place in enumerate(run.layed.sources)]
        for step, places in run.layed.steps:
            step(*[arrays[place] for place in places])

        def values(node: Node) -> Array:
            return arrays[run.layed.numbers[id(run.part.code.place(node))]]

        chunk = Chunk(end - start, bounds, values)
        coded_outputs: list[Patterns | Tuples] = [*run.part.patterns, *run.tuples]
        for each in coded_outputs:
            first, last = ranges[each.output.level]
            base = run.base(each.output.level)
            if first < last:
                run.codes[each.output.number][first - base : last - base] = each.noted(chunk)

    def _array(
        self, number: int, place: Place, ranges: Ranges, bounds: Mapping[str, Array]
    ) -> Array:
        columns = self._run.columns
        key: Any = place.key
        start, end = ranges[place.level]
        found: Array
        match place.what:
            case "constant":
                assert place.constant is not None  # noqa: S101 - constants have one
                return place.constant
            case "buffer":
                buffer = self.buffers.get(number)
                if buffer is None or len(buffer) < end - start:
                    buffer = self.buffers[number] = np.empty(end - start, place.type)
                return buffer[: end - start]
            case "output":
                first = self._run.base(place.level)
                return self._run.results[key][start - first : end - first]
            case "values":
                found = self._run.column(key).values[start:end]
                return found.view(place.type) if _fits(found, place.type) else found
            case "state":
                state = self._run.column(key).state
                return np.ones(end - start, np.uint8) if state is None else state[start:end]
            case "known":
                state = self._run.column(key).state
                return np.ones(end - start, bool) if state is None else state[start:end].astype(np.uint8, copy=False).view(bool)
            case "given":
                return columns.given[key][start:end]
            case "listed":
                listed = columns.lists[key].listed
                return np.ones(end - start, bool) if listed is None else listed[start:end]
            case "count":
                return np.diff(columns.lists[key].offsets[start : end + 1])
            case "stations":
                return stations_of(bounds[key])
            case _:
                return bounds[key]


def _fits(values: Array, kind: np.dtype[Any]) -> bool:
    """Whether a column can be read in this width as it is; numbers keep to the layout, so that a sign does not matter."""
    own = values.dtype
    return own == kind or (own.kind in "iu" and kind.kind == "i" and own.itemsize == kind.itemsize)


__all__ = ["CodedColumn", "NeedsColumn", "Program", "Result", "compile_arrays"]
