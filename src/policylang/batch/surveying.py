"""What stands in a whole table: its layout, its duplicates, and the rows that are refused."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.batch.model import DECIDED, LEFT_OUT, REFUSED, Notes, Parsed, Reason, TableError
from policylang.batch.table import records_from, taken_from
from policylang.engines.arrays.columns import ABSENT, KNOWN, NOTHING, NULL, Column, Columns
from policylang.facts.nodes import quote
from policylang.plan.layout import Input, Key, Layout
from policylang.semantics.types import Day, Money, Number
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from policylang.batch.table import Block, Source
    from policylang.semantics.types import Type


class Surveyed:
    """What was found in all blocks together: the layout, the duplicates, the notes, and the rows refused.

    ``refused`` holds the first of them with their reasons; ``counts`` are the rows decided, refused and left out,
    ``status`` says which they are, block by block.
    """

    MOST_LISTED = 10_000

    def __init__(self) -> None:
        self.notes = Notes()
        self.counts = [0, 0, 0]
        self.status: list[np.ndarray] = []
        self.refused: dict[int, list[Reason]] = {}
        self.names: dict[int, str] = {}
        self.duplicates: frozenset[str] = frozenset()
        self.rows = 0
        self._seen: dict[Key, _Seen] = {}
        self._lists: dict[str, tuple[int, bool, int]] = {}
        self._records: dict[str, int] = {}
        self._stations = 0
        self._empty: set[str] = set()
        self._hashes: list[np.ndarray] = []

    def add(self, parsed: Parsed, block: Block, names: pl.Series | None) -> None:
        """Take a block in."""
        self.rows += parsed.rows
        self.status.append(np.full(parsed.rows, DECIDED, np.uint8) if parsed.status is None else parsed.status)
        if parsed.status is None:
            self.counts[DECIDED] += parsed.rows
        else:
            for word in (DECIDED, REFUSED, LEFT_OUT):
                self.counts[word] += int((parsed.status == word).sum())
        for row, found in parsed.reasons.items():
            if parsed.status is not None and parsed.status[row] == REFUSED and len(self.refused) < self.MOST_LISTED:
                self.refused[block.first + row] = found
                if names is not None and names[row] is not None:
                    self.names[block.first + row] = str(names[row])
        self._stations += parsed.rows if parsed.status is None else int((parsed.status == DECIDED).sum())
        for key, column in parsed.columns.items():
            self._seen.setdefault(key, _Seen()).add(column)
        for name, records in parsed.lists.items():
            longest, unlisted, whole = self._lists.get(name, (0, False, 0))
            self._records[name] = self._records.get(name, 0) + int(records.offsets[-1])
            lengths = np.diff(records.offsets)
            some = records.listed is not None and not records.listed.all()
            self._lists[name] = (max(longest, int(lengths.max(initial=0))), unlisted or some, whole + len(lengths))
            for own, column in records.fields.items():
                self._seen.setdefault(Key(name, None, own), _Seen()).add(column)
        for fact, given in parsed.given.items():
            if given.any():
                self._empty.add(fact)
        if names is not None:
            hashes = names.hash().to_numpy()
            left = np.zeros(parsed.rows, bool) if parsed.status is None else parsed.status == LEFT_OUT
            self._hashes.append(hashes[names.is_not_null().to_numpy() & ~left])

    def suspected(self) -> frozenset[int]:
        """The hashes of names that occur more than once."""
        if not self._hashes:
            return frozenset()
        hashes = np.sort(np.concatenate(self._hashes))
        self._hashes = []
        return frozenset(hashes[1:][hashes[1:] == hashes[:-1]].tolist())

    def layout(self, types: Mapping[tuple[str, str | None], Type]) -> Layout:
        """The layout that holds what was found, and no more."""
        order = {name: place for place, name in enumerate(types)}
        inputs = {}
        for key in sorted(self._seen, key=lambda k: (order[k.fact, k.field], k.period or "")):
            seen, kind = self._seen[key], types[key.fact, key.field]
            if seen.cells:
                most = max(seen.most, 1) if isinstance(kind, (Money, Number)) else None
                whole = self._stations if key.field is None else self._records[key.fact]
                inputs[key] = Input(kind, seen.absent or seen.total < whole, seen.nothing, seen.null, most)
        lists = {name: longest for name, (longest, _, _) in self._lists.items()}
        unlisted = frozenset(name for name, (_, some, whole) in self._lists.items() if some or whole < self._stations)
        days = [self._seen[key].least for key, own in inputs.items() if isinstance(own.type, Day)]
        since = min((day for day in days if day is not None), default=None)
        return Layout(inputs, lists, unlisted, frozenset(self._empty), since)


class _Seen:
    """What was found in one column."""

    __slots__ = ("absent", "cells", "least", "most", "nothing", "null", "total")

    def __init__(self) -> None:
        self.cells = self.total = 0
        self.most = 0
        self.least: int | None = None
        self.absent = self.nothing = self.null = False

    def add(self, column: Column) -> None:
        values, state = column.values, column.state
        self.total += len(values)
        if state is None:
            self.cells += len(values)
        else:
            counts = np.bincount(state, minlength=4)
            self.absent |= bool(counts[ABSENT])
            self.nothing |= bool(counts[NOTHING])
            self.null |= bool(counts[NULL])
            self.cells += len(values) - int(counts[ABSENT])
        if len(values) and values.dtype.kind in "iu":
            self.most = max(self.most, int(values.max()))
            known = values if state is None else values[state == KNOWN]
            if len(known):
                self.least = min(int(known.min()), self.least if self.least is not None else self.most)


def columns_of(parsed: Parsed) -> Columns:
    """The facts of the rows that are decided."""
    rows = parsed.rows if parsed.status is None else int((parsed.status == DECIDED).sum())
    return Columns(rows, parsed.columns, parsed.lists, parsed.given)


def survey(source: Source, size: int, progress: Any = None) -> Surveyed:
    """Read a table once: what stands in it, and which stations come twice.

    Raises:
        TableError: it cannot be read, or has no station.
    """
    found = Surveyed()
    for block in source.survey_blocks(size):
        found.add(source.parse(block, found.notes), block, source.key_texts(block))
        if progress is not None:
            progress(found.rows, source.rows)
    suspects = found.suspected()
    if suspects:
        _duplicates(source, size, suspects, found)
    if not found.counts[DECIDED] and not found.counts[REFUSED]:
        raise TableError(
            f"“{source.name}”里没有工作站：表头下面没有一行写了事实",
            f"{source.name} has no station: there is no row below the head",
        )
    return found


def _duplicates(source: Source, size: int, suspects: frozenset[int], found: Surveyed) -> None:
    """Stations that come more than once are refused, all of their rows: nobody can tell which one holds."""
    rows: list[tuple[int, str]] = []
    decided: set[int] = set()
    for block, status in zip(source.survey_blocks(size), found.status, strict=True):
        names = source.key_texts(block)
        if names is None:
            continue
        again = np.isin(names.hash().to_numpy(), np.array(sorted(suspects), np.uint64)) & (status != LEFT_OUT)
        rows += [(block.first + row, str(names[row])) for row in np.flatnonzero(again).tolist()]
        decided.update((np.flatnonzero(again & (status == DECIDED)) + block.first).tolist())
    times = Counter(name for _, name in rows)
    found.duplicates = frozenset(name for name, count in times.items() if count > 1)
    places_of: dict[str, list[int]] = {}
    for row, name in rows:
        places_of.setdefault(name, []).append(row)
    for row, name in rows:
        if name in found.duplicates:
            others = [source.row_place(other) for other in places_of[name][:4] if other != row][:3]
            message = duplicate(name, others)
            if row in decided:
                found.counts[DECIDED] -= 1
                found.counts[REFUSED] += 1
            if len(found.refused) < Surveyed.MOST_LISTED or row in found.refused:
                found.refused.setdefault(row, []).append(Reason("", message))
                found.names[row] = name


def duplicate(name: str, others: Sequence[str] = ()) -> Message:
    """Why a station that comes twice is refused."""
    where = f"（{'、'.join(others)}）" if others else ""
    return Message(f"“{quote(name)}”写了不止一行{where}", f"“{quote(name)}” has more than one row")


def refuse_duplicates(parsed: Parsed, names: pl.Series | None, duplicates: frozenset[str]) -> Parsed:
    """The block without the stations that come twice."""
    if names is None or not duplicates:
        return parsed
    twice = names.is_in(list(duplicates)).fill_null(value=False).to_numpy()
    status = np.zeros(parsed.rows, np.uint8) if parsed.status is None else parsed.status
    fresh = twice & (status == DECIDED)
    if not (twice & (status != LEFT_OUT)).any():
        return parsed
    reasons = dict(parsed.reasons)
    for row in np.flatnonzero(twice & (status != LEFT_OUT)).tolist():
        reasons[row] = [*reasons.get(row, []), Reason("", duplicate(str(names[row])))]
    kept = np.flatnonzero(~fresh[status == DECIDED])
    columns = {key: taken_from(column, kept) for key, column in parsed.columns.items()}
    lists = {name: records_from(records, kept) for name, records in parsed.lists.items()}
    given = {fact: each[kept] for fact, each in parsed.given.items()}
    applicants = None if parsed.applicants is None else parsed.applicants[kept]
    changed = np.where(fresh, REFUSED, status).astype(np.uint8)
    return Parsed(parsed.rows, columns, lists, given, changed, reasons, applicants)
