"""What counting many stations takes: blocks of results, groups, exact sums, and stations of which something is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays.columns import ABSENT, NOTHING, NULL
from policylang.engines.arrays.needs import NeedsColumn
from policylang.plan.answers import name_of
from policylang.plan.layout import Key
from policylang.plan.meaning import NEVER
from policylang.plan.rows import plain_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policylang.engines.arrays.columns import Column, Columns
    from policylang.engines.arrays.compute import Result
    from policylang.engines.arrays.kernels import Array
    from policylang.plan.meaning import Cell
    from policylang.plan.nodes import Node
    from policylang.semantics.types import Type
    from policylang.semantics.values import Needs

    Ids = Sequence[str] | Array

#: So many bits are added up at a time: no sum over fewer than 2²⁷ rows leaves what a float holds exactly.
_BITS = 26


@dataclass(frozen=True)
class Open:
    """Stations of which something is missing: their numbers in the block, their ids, what is missing, their groups."""

    rows: Array
    ids: list[str]
    codes: Array
    ways: Sequence[Needs]
    groups: Array | None

    def paths(self, group: int = 0) -> Iterator[tuple[int, str]]:
        """The missing facts of the stations of a group in their order, each with the number of the station."""
        places = range(len(self.ids)) if self.groups is None else self._places(group)
        for place in places:
            for name in self._names[self.codes[place]]:
                yield int(self.rows[place]), f"{self.ids[place]}.{name}"

    @cached_property
    def _names(self) -> dict[int, list[str]]:
        """The facts behind each code that occurs, in the order in which they are told."""
        return {
            code: [name for way in sorted(self.ways[code], key=sorted) for name in sorted(way)]
            for code in np.unique(self.codes).tolist()
        }

    @cached_property
    def _sorted(self) -> tuple[Array, Array]:
        """The places in the order of their groups, and the groups in that order."""
        assert self.groups is not None  # noqa: S101 - only asked for where there are some
        order = np.argsort(self.groups, kind="stable")
        return order, self.groups[order]

    def _places(self, group: int) -> list[int]:
        order, groups = self._sorted
        start, end = np.searchsorted(groups, [group, group + 1])
        return order[start:end].tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Block:
    """Some stations with the results of their nodes: which of them are set up, and which apply (None: none does).

    Looked at for the records of a list, ``owners`` holds the station of each record.
    """

    results: Mapping[str, Result]
    columns: Columns
    stations: Ids
    standing: Array
    applying: Array | None
    owners: Array | None = None

    def records(self, level: str) -> Block:
        """The same, looked at for each record of a list."""
        owners = np.repeat(np.arange(self.columns.rows), np.diff(self.columns.lists[level].offsets))
        applying = None if self.applying is None else self.applying[owners]
        return Block(self.results, self.columns, self.stations, self.standing[owners], applying, owners)

    def array(self, node: Node) -> Array:
        """The values of a condition or a number."""
        if node.op == "constant":
            return np.broadcast_to(np.asarray(node.data), len(self.standing))
        found = self.results[name_of(node)]
        assert isinstance(found, np.ndarray)  # noqa: S101 - only conditions and numbers are asked for
        return found[self.owners] if self.owners is not None and node.level is None else found

    def ids(self, rows: Array) -> list[str]:
        """The ids of some stations."""
        if isinstance(self.stations, np.ndarray):
            return self.stations[rows].tolist()  # type: ignore[no-any-return]
        return list(map(self.stations.__getitem__, rows.tolist()))

    def open(self, node: Node, rows: Array, groups: Array | None = None) -> list[Open]:
        """What is missing in some rows; nothing where nothing is."""
        if node.op == "constant":
            return []
        found = self.results[name_of(node)]
        assert isinstance(found, NeedsColumn)  # noqa: S101 - only needs are asked for
        codes = found.codes[self.owners] if self.owners is not None and node.level is None else found.codes
        chosen = np.flatnonzero(rows & (codes != 0))
        if not len(chosen):
            return []
        owners = chosen if self.owners is None else self.owners[chosen]
        return [Open(owners, self.ids(owners), codes[chosen], found.ways, None if groups is None else groups[chosen])]


class Groups:
    """The groups in which stations are counted, in the order in which they first come; one where no fact tells them apart."""

    def __init__(self, fact: str | None, kind: Type | None) -> None:
        self._fact = fact
        self._kind = kind
        self._numbers: defaultdict[Cell, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__

    @property
    def names(self) -> list[str | None]:
        """Their names; None for the one of all."""
        return [None] if self._kind is None else [str(plain_of(self._kind, cell)) for cell in self._numbers]

    def of(self, columns: Columns, rows: Array) -> Array | None:
        """The number of the group of each station among ``rows`` (-1: not known, or another row); None where there is but one."""
        if self._fact is None:
            return None
        found = np.full(columns.rows, -1, np.int64)
        column = columns.columns.get(Key(self._fact))
        if column is not None:
            cells, places = _cells(column, rows)
            found[places] = np.fromiter(map(self._numbers.__getitem__, cells), np.int64, len(cells))
        return found


def _cells(column: Column, rows: Array) -> tuple[list[Any], Array]:
    """What stands in some rows of a column, and where; empty cells are left out."""
    state = column.state
    if state is None:
        places = np.flatnonzero(rows)
        return column.values[places].tolist(), places
    places = np.flatnonzero(rows & (state != ABSENT) & (state != NULL))
    cells = column.values[places]
    never = state[places] == NOTHING
    if never.any():
        cells = cells.astype(object)
        cells[never] = NEVER
    return cells.tolist(), places


class Sums:
    """Whole numbers added up by group, exactly: they may leave 64 bits."""

    def __init__(self) -> None:
        self._values: list[int] = []

    def __getitem__(self, group: int) -> int:
        """The sum of a group."""
        return self._values[group] if group < len(self._values) else 0

    def count(self, rows: Array, groups: Array | None = None, times: int = 1) -> None:
        """Adds 1 for each of these rows, or one and the same number."""
        if groups is None:
            self._take([int(np.count_nonzero(rows))], times)
        else:
            self._take(np.bincount(groups[rows]).tolist(), times)

    def add(self, values: Array, rows: Array, groups: Array | None = None) -> None:
        """Adds the values of these rows."""
        numbers = values[rows].astype(np.int64, copy=False)
        own = None if groups is None else groups[rows]
        last = 2 * _BITS if values.itemsize > 4 else _BITS
        for shift in range(0, last + 1, _BITS):
            part = numbers >> shift
            if shift < last:
                part &= 2**_BITS - 1
            found = [int(part.sum())] if own is None else [int(x) for x in np.bincount(own, part).tolist()]
            self._take(found, 1 << shift)

    def _take(self, found: list[int], times: int) -> None:
        self._values += [0] * (len(found) - len(self._values))
        for group, each in enumerate(found):
            self._values[group] += each * times
