"""The records of a list in a table of their own: a further sheet, file or database table, with a column that names the station."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from policylang.batch.cells import Reader
from policylang.batch.columns import read_column
from policylang.batch.model import Notes, Reason, TableError
from policylang.engines.arrays.columns import Column, Records
from policylang.facts.nodes import quote
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.batch.heads import Names
    from policylang.batch.table import Source
    from policylang.semantics import ir


class RecordTable:
    """The records of one list by station.

    Raises:
        TableError: no column names the station, or a field has two columns.
    """

    def __init__(
        self, fact: ir.Fact, source: Source, texts: Sequence[str], names: Names, keys: Sequence[str], notes: Notes
    ) -> None:
        from policylang.batch.heads import KEY_WORDS, _plain  # noqa: PLC0415 - the same idea of a name
        from policylang.batch.table import _as_text  # noqa: PLC0415 - a table reads lists

        self.name = source.name
        self.digest = source.digest
        plain = [_plain(text) for text in texts]
        wanted = [
            word for word in (*keys, *KEY_WORDS) if _plain(word) in plain and _plain(word) not in names.fields[fact.id]
        ]
        if not wanted:
            raise TableError(
                f"“{source.name}”里没有写明是哪个站的列；加一列“{keys[0] if keys else '站名'}”",
                f"{source.name} has no column that names the station; add one called {keys[0] if keys else 'station'}",
            )
        key = plain.index(_plain(wanted[0]))
        fields: dict[int, ir.Fact] = {}
        for column, text in enumerate(plain):
            own = names.fields[fact.id].get(text)
            if own is not None and own in fields.values():
                raise TableError(f"“{source.name}”里“{own.name}”有两列", f"{source.name} has two columns {own.id}")
            if own is not None:
                fields[column] = own
            elif column != key and text:
                close = did_you_mean(text, list(names.fields[fact.id]))
                hint = (f"，是否应为“{close}”？", f"; did you mean “{close}”?") if close else ("", "")
                notes.add(Message(
                    f"“{source.name}”的列“{quote(text)}”不是“{fact.name}”的字段，没有用{hint[0]}",
                    f"{source.name}: the column “{text}” is no field of {fact.id} and not used{hint[1]}",
                ))  # fmt: skip
        if hasattr(source, "records"):
            source.records(key, fields)
        self._fact = fact
        self._reasons: dict[str, list[Reason]] = defaultdict(list)
        self._read(source, key, fields, notes, _as_text)

    def _read(self, source: Source, key: int, fields: dict[int, ir.Fact], notes: Notes, as_text: Any) -> None:
        parts: dict[str, list[Column]] = {own.id: [] for own in fields.values()}
        stations: list[str] = []
        for block in source.blocks(1 << 20):
            names = [(name or "").strip() for name in as_text(block.cells[key]).to_list()]
            filled = np.zeros(block.rows, bool)
            for column, own in fields.items():
                reader = Reader(own.type, spreadsheet=source.spreadsheet, percent=source.percent(column))
                found = read_column(reader, block.cells[column], own.name)
                parts[own.id].append(found.column)
                filled |= found.column.state != 0 if found.column.state is not None else True
                for message, rows in found.faults:
                    for row in rows.tolist():
                        self._reasons[names[row]].append(Reason(source.place(column, block.first + row), message))
                        filled[row] = True
                for message, rows in found.notes:
                    for number, row in enumerate(rows[:5].tolist()):
                        notes.add(
                            message, source.place(column, block.first + row), len(rows) - number if number == 4 else 1
                        )
            for row in np.flatnonzero(filled).tolist():
                if not names[row]:
                    notes.add(
                        Message("没有写是哪个站的，没有用", "names no station and is not used"),
                        source.row_place(block.first + row),
                    )
            stations += [name if used else "" for name, used in zip(names, filled.tolist(), strict=True)]
        self._columns = {own: _joined(columns) for own, columns in parts.items()}
        self._of: dict[str, list[int]] = defaultdict(list)
        for record, station in enumerate(stations):
            if station:
                self._of[station].append(record)
        self._met: set[str] = set()

    def count(self, station: str) -> int:
        """How many records a station has."""
        return len(self._of.get(station, ()))

    def reasons_of(self, station: str) -> list[Reason]:
        """Why the records of a station are refused."""
        return self._reasons.get(station, [])

    def of(self, stations: Sequence[str], none: np.ndarray | None, notes: Notes) -> Records:
        """The records of these stations. One without records has an unknown list, unless ``none`` says it has none."""
        found = [self._of.get(station, []) for station in stations]
        self._met.update(stations)
        listed = np.array([bool(each) for each in found], bool)
        if none is not None:
            listed |= none
        for station, known in zip(stations, listed.tolist(), strict=True):
            if not known and station:
                notes.add(
                    Message(
                        f"在“{self.name}”里没有记录，“{self._fact.name}”按未记载处理；确实没有的，在主表加一列“{self._fact.name}”写0",
                        f"no records in {self.name}, so {self._fact.id} is not recorded; where there are none, add a column"
                        f" {self._fact.id} with 0",
                    ),
                    f"“{quote(station)}”",
                )
        offsets = np.zeros(len(stations) + 1, np.int64)
        np.cumsum([len(each) for each in found], out=offsets[1:])
        chosen = np.array([record for each in found for record in each], np.intp)
        fields = {
            own: Column(column.values[chosen], None if column.state is None else column.state[chosen])
            for own, column in self._columns.items()
        }
        return Records(offsets, fields, None if listed.all() else listed)

    def strangers(self) -> list[str]:
        """Stations with records that are not in the table of stations."""
        return [station for station in self._of if station not in self._met]


def _joined(columns: list[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    values = np.concatenate([column.values for column in columns]) if columns else np.zeros(0, np.int64)
    if all(column.state is None for column in columns):
        return Column(values)
    states = [np.ones(len(c.values), np.uint8) if c.state is None else c.state for c in columns]
    return Column(values, np.concatenate(states))


def nested(fact: ir.Fact, raw: pl.Series, name: str) -> tuple[Records, list[tuple[int, Message]]]:
    """The records in a column of lists, and what is wrong in which row.

    Raises:
        TableError: the items are no records.
    """
    kind = raw.dtype.inner if isinstance(raw.dtype, pl.List) else None
    if not isinstance(kind, pl.Struct):
        raise TableError(
            f"列“{name}”应当是清单，每项写明各字段", f"the column “{name}” must be a list of records with fields"
        )
    lengths = raw.list.len().fill_null(0).to_numpy().astype(np.int64)
    offsets = np.zeros(len(raw) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    flat = raw.filter(pl.Series(lengths > 0)).explode()
    known = {field.name for field in kind.fields}
    faults: list[tuple[int, Message]] = []
    fields: dict[str, Column] = {}
    for own in fact.fields:
        written = next((key for key in (own.name, own.id) if key in known), None)
        if written is None:
            continue
        found = read_column(Reader(own.type, spreadsheet=None), flat.struct.field(written), f"{name}.{written}")
        fields[own.id] = found.column
        for message, records in found.faults:
            stations = np.searchsorted(offsets, records, side="right") - 1
            for station, record in zip(stations.tolist(), records.tolist(), strict=True):
                number = record - int(offsets[station]) + 1
                where = Message(f"第{number}项的“{own.name}”{message.zh}", f"record {number}, {own.id}: {message.en}")
                faults.append((station, where))
    listed = None if not raw.null_count() else raw.is_not_null().to_numpy()
    return Records(offsets, fields, listed), faults
