"""From the rows of a table to the facts of stations: which rows are stations, which are refused, and the layout of it all."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from policylang.batch.cells import Reader
from policylang.batch.columns import Raw, read_column
from policylang.batch.heads import APPLYING
from policylang.batch.model import DECIDED, LEFT_OUT, REFUSED, Notes, Parsed, Reason
from policylang.engines.arrays.columns import KNOWN, Column, Records
from policylang.facts.nodes import quote
from policylang.plan.rows import recorded_type
from policylang.semantics.types import Boolean, Number
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policylang.batch.heads import Head
    from policylang.batch.lists import RecordTable
    from policylang.plan.layout import Key, Layout
    from policylang.semantics import ir

#: Rows of a table that are no station: totals, and what is written below a table.
_TOTAL = re.compile(
    r"(?:.{0,8}(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|合计数)|总数|汇\s*总|平\s*均值?|共\s*[0-9０-９一二三四五六七八九十百千]+\s*[家个站户项]|"
    r"(?:grand )?total|sum|subtotal|average)(?:[（(:：].*)?", re.IGNORECASE
)
_REMARK = re.compile(
    r"(?:注|备注|说明|填表说明|填表人|填报人|填报单位|填表日期|制表|制表人|审核|审核人|负责人|联系电话)\s*[:：0-9].*",
    re.DOTALL,
)


@dataclass(slots=True)
class Block:
    """Rows that follow one another: ``first`` counts from 0; ``raw`` is what the source needs to write them back.

    ``status``: what the source itself says of its rows (blank, too long), with the reasons; None where it has nothing to say.
    """

    first: int
    rows: int
    cells: Mapping[int, Raw]
    raw: Any = None
    status: np.ndarray | None = None
    reasons: dict[int, list[Reason]] = field(default_factory=dict)


class Source(ABC):
    """A table to read, block after block, as often as needed and always the same.

    Attributes:
        name: the file, sheet or table, for messages.
        typed: the columns have types; no row is a total or a remark.
        spreadsheet: the year that serial numbers of days count from; None where there are none.
        rows: how many rows there are; None where that is not known beforehand.
        at_once: so many rows are read at a time; fewer where a cell is an object of Python.
    """

    name: str
    typed = False
    spreadsheet: int | None = None
    rows: int | None = None
    at_once = 1 << 18
    layout: Layout | None = None

    @abstractmethod
    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """The rows, at most ``size`` at a time, from a row on (a multiple of ``size``)."""

    def survey_blocks(self, size: int) -> Iterator[Block]:
        """The same for reading only: what is passed through may be left out."""
        return self.blocks(size)

    def settled(self, layout: Layout) -> None:
        """What all blocks together hold, once that is known."""
        self.layout = layout

    @abstractmethod
    def place(self, column: int, row: int) -> str:
        """The address of a cell for a person."""

    @abstractmethod
    def digest(self) -> str:
        """The SHA-256 of what is read, in hex."""

    @abstractmethod
    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of a block."""

    @abstractmethod
    def key_texts(self, block: Block) -> pl.Series | None:
        """The name of the station of each row; None where no column has it."""

    def row_place(self, row: int) -> str:
        """The address of a row for a person."""
        return f"第{row + 1}行"

    def percent(self, column: int) -> bool:  # noqa: ARG002 - only spreadsheets know
        """Whether the numbers of a column are shown as percentages."""
        return False


class Facts:
    """Parses the blocks of a table under its head.

    Args:
        policy: the measure.
        head: what the columns are.
        texts: what stands over the columns.
        lists: further tables with the records of lists, by the id of the fact.
        source: the table.
    """

    def __init__(
        self, policy: ir.Policy, head: Head, texts: Sequence[str], lists: Mapping[str, RecordTable], source: Source
    ) -> None:  # fmt: skip
        self.head = head
        self.texts = texts
        self.lists = lists
        self._source = source
        self._facts = {fact.id: fact for fact in policy.facts}
        types = {fact.id: fact.type for fact in policy.facts} | {APPLYING.fact: Boolean()}
        types |= {outcome.id: recorded_type(outcome) for outcome in policy.outcomes}
        self._readers: dict[int, tuple[Key, Reader]] = {}
        for column, found in head.facts.items():
            fact = self._facts.get(found.key.fact)
            null_means = fact.null_means if fact is not None and fact.series is not None else None
            reader = Reader(
                types[found.key.fact],
                null_means=null_means,
                factor=found.factor,
                spreadsheet=source.spreadsheet,
                percent=source.percent(column),
            )
            self._readers[column] = (found.key, reader)

    def key_texts(self, block: Block) -> pl.Series | None:
        """The names of the stations without blanks around them, several columns joined."""
        if not self.head.keys:
            return None
        columns = [_as_text(block.cells[column]).str.strip_chars() for column in self.head.keys]
        if len(columns) == 1:
            return columns[0]
        frame = pl.DataFrame({str(n): column for n, column in enumerate(columns)})
        return frame.select(pl.concat_str(pl.all(), separator="／", ignore_nulls=True)).to_series()

    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of the rows that are stations."""
        status = np.zeros(block.rows, np.uint8) if block.status is None else block.status.copy()
        reasons = {row: list(found) for row, found in block.reasons.items()}
        if not self._source.typed:
            self._leave_out(block, status, notes)
        self._nameless(block, status, reasons)
        columns: dict[Key, Column] = {}
        for column, (key, reader) in self._readers.items():
            found = read_column(reader, block.cells[column], self.texts[column])
            columns[key] = found.column
            for message, rows in found.faults:
                for row in rows[status[rows] != LEFT_OUT].tolist():
                    status[row] = REFUSED
                    place = f"{self._source.place(column, block.first + row)}“{quote(self.texts[column])}”"
                    reasons.setdefault(row, []).append(Reason(place, message))
            for message, rows in found.notes:
                counted = rows[status[rows] != LEFT_OUT]
                self._note(notes, message, column, block.first, counted)
        lists = self._records(block, status, reasons, notes)
        said = columns.pop(APPLYING, None)
        applicants = None if said is None else said.values & (said.state is None or said.state == KNOWN)
        if not status.any():
            return Parsed(block.rows, columns, lists, applicants=applicants)
        decided = np.flatnonzero(status == DECIDED)
        taken = {key: taken_from(column, decided) for key, column in columns.items()}
        own = {name: records_from(made, decided) for name, made in lists.items()}
        return Parsed(block.rows, taken, own, {}, status, reasons, None if applicants is None else applicants[decided])

    def _nameless(self, block: Block, status: np.ndarray, reasons: dict[int, list[Reason]]) -> None:
        """Where a column names the station, a row without a name cannot be told whose it is."""
        names = self.key_texts(block)
        if names is None:
            return
        blank = (names.is_null() | (names.str.strip_chars() == "")).to_numpy() & (status == DECIDED)
        for row in np.flatnonzero(blank).tolist():
            status[row] = REFUSED
            heads = "、".join(self.texts[column] for column in self.head.keys)
            place = self._source.place(self.head.keys[0], block.first + row)
            reasons.setdefault(row, []).append(
                Reason(place, Message(f"没有写“{quote(heads)}”，不知道是哪个站", f"no {heads}: which station is it?"))
            )

    def _note(self, notes: Notes, message: Message, column: int, first: int, rows: np.ndarray) -> None:
        for number, row in enumerate(rows[:5].tolist()):
            notes.add(message, self._source.place(column, first + row), len(rows) - number if number == 4 else 1)

    def _leave_out(self, block: Block, status: np.ndarray, notes: Notes) -> None:
        """Totals, remarks below the table and rows without any fact or name are no stations."""
        names = self.key_texts(block)
        first = names if names is not None else _as_text(block.cells[0]) if block.cells else None
        if first is None:
            return
        blank = np.ones(block.rows, bool)
        for column in (*self.head.facts, *self.head.keys, *self.head.lists):
            blank &= _blank(block.cells[column])
        status[blank & (status == DECIDED)] = LEFT_OUT
        texts = [
            first,
            *([_as_text(block.cells[0])] if names is not None and 0 not in self.head.keys and 0 in block.cells else []),
        ]
        for each in texts:
            wanted = (
                each.str.strip_chars().str.contains(f"(?i)^(?:{_TOTAL.pattern})$").fill_null(value=False).to_numpy()
            )
            for row in np.flatnonzero(wanted & (status == DECIDED)).tolist():
                status[row] = LEFT_OUT
                notes.add(
                    Message("是合计行，不作为工作站", "a total, no station"), self._source.row_place(block.first + row)
                )
        remark = texts[-1].str.strip_chars().str.contains(f"^(?:{_REMARK.pattern})$").fill_null(value=False).to_numpy()
        facts = np.ones(block.rows, bool)
        for column in self.head.facts:
            facts &= _blank(block.cells[column])
        for row in np.flatnonzero(remark & facts & (status == DECIDED)).tolist():
            status[row] = LEFT_OUT
            notes.add(
                Message("是表下的说明，不作为工作站", "a remark below the table, no station"),
                self._source.row_place(block.first + row),
            )

    def _records(
        self, block: Block, status: np.ndarray, reasons: dict[int, list[Reason]], notes: Notes
    ) -> dict[str, Records]:  # fmt: skip
        made = self._nested(block, status, reasons)
        if not self.lists:
            return made
        names = self.key_texts(block)
        assert names is not None  # noqa: S101 - lists are only read with a column that names the station
        stations = [name.strip() if name is not None else "" for name in names.to_list()]
        counts = {fact: block.cells[column] for column, fact in self.head.lists.items()}
        for fact, table in self.lists.items():
            said = (
                None
                if fact not in counts
                else read_column(Reader(Number(), spreadsheet=None), counts[fact], fact).column
            )
            column = next((c for c, f in self.head.lists.items() if f == fact), 0)
            for row, station in enumerate(stations):
                if status[row] == LEFT_OUT:
                    continue
                found = table.reasons_of(station)
                if (
                    said is not None
                    and (said.state is None or said.state[row] == KNOWN)
                    and int(said.values[row]) != table.count(station)
                ):
                    place = self._source.place(column, block.first + row)
                    zh = f"填写为{int(said.values[row])}项，而“{table.name}”里有{table.count(station)}项"
                    found = [
                        *found,
                        Reason(
                            place,
                            Message(
                                zh, f"{int(said.values[row])} records, but {table.name} has {table.count(station)}"
                            ),
                        ),
                    ]
                if found:
                    status[row] = REFUSED
                    reasons.setdefault(row, []).extend(found)
            listed = (
                None
                if said is None
                else ((said.values == 0) & (said.state == KNOWN if said.state is not None else True))
            )
            wanted = ["" if left else name for name, left in zip(stations, (status == LEFT_OUT).tolist(), strict=True)]
            made[fact] = table.of(wanted, listed, notes)
        return made

    def _nested(
        self, block: Block, status: np.ndarray, reasons: dict[int, list[Reason]]
    ) -> dict[str, Records]:  # fmt: skip
        """Lists that stand in a column of their own, as Parquet and databases can hold them."""
        from policylang.batch.lists import nested  # noqa: PLC0415 - it reads tables

        made = {}
        for column, fact in self.head.lists.items():
            raw = block.cells[column]
            if fact in self.lists or not isinstance(raw, pl.Series) or not isinstance(raw.dtype, pl.List):
                continue
            made[fact], faults = nested(self._facts[fact], raw, self.texts[column])
            for row, message in faults:
                status[row] = REFUSED
                reasons.setdefault(row, []).append(
                    Reason(f"{self._source.place(column, block.first + row)}“{self.texts[column]}”", message)
                )
        return made


def _as_text(raw: Raw) -> pl.Series:
    if isinstance(raw, pl.Series):
        return raw.cast(pl.String)
    return pl.Series([None if value is None or value == "" else shown(value) for value in raw], dtype=pl.String)


def shown(value: object) -> str:
    """A cell as a text: whole floats without a point."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _blank(raw: Raw) -> np.ndarray:
    text = _as_text(raw)
    return (text.is_null() | (text.str.strip_chars() == "")).to_numpy()


def taken_from(column: Column, rows: np.ndarray) -> Column:
    """The column of some rows."""
    return Column(column.values[rows], None if column.state is None else column.state[rows])


def records_from(records: Records, rows: np.ndarray) -> Records:
    """The records of some rows."""
    lengths = np.diff(records.offsets)[rows]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    starts = records.offsets[:-1][rows]
    chosen = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
    listed = None if records.listed is None else records.listed[rows]
    return Records(offsets, {name: taken_from(column, chosen) for name, column in records.fields.items()}, listed)
