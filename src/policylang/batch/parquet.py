"""Parquet: columns that have types are taken as they are, and results go out with dictionaries, block after block."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from policylang.batch.cells import Unreadable
from policylang.batch.csv_file import digest_of, readable
from policylang.batch.frames import frame_of, plain_decimals
from policylang.batch.model import Notes, Parsed, TableError
from policylang.batch.opening import find_head
from policylang.batch.parts import durable, on_disk
from policylang.batch.table import Block, Facts, Source, shown
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policylang.batch.heads import Names
    from policylang.batch.results import Deciding
    from policylang.batch.run import Done, Run

_METADATA = "policylang"


class FrameSource(Source):
    """A table that comes as frames of typed columns."""

    typed = True
    texts: list[str]

    def open_head(self, names: Names, notes: Notes) -> list[str]:
        """The texts over the columns are their names."""
        find_head([self.texts], names, self.name, notes)
        return self.texts

    def list_head(self, _fact: object, _names: Names) -> list[str]:
        """The texts over the columns of a table of records."""
        return self.texts

    def attach(self, facts: Facts) -> None:
        """Parse under this head."""
        self._facts = facts

    def block(self, first: int, frame: pl.DataFrame) -> Block:
        """A block of rows; columns that are not read have no cells."""
        numbers = {text: number for number, text in enumerate(self.texts)}
        return Block(first, len(frame), {numbers[name]: frame[name] for name in frame.columns}, frame)

    def place(self, column: int, row: int) -> str:
        """Row and column."""
        return f"第{row + 1}行" if column < 0 else f"{self.name}第{row + 1}行"

    def row_place(self, row: int) -> str:
        """The row, counted from 1."""
        return f"{self.name}第{row + 1}行"

    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of a block."""
        return self._facts.parse(block, notes)

    def key_texts(self, block: Block) -> pl.Series | None:
        """The names of the stations."""
        return self._facts.key_texts(block)


class ParquetTable(FrameSource):
    """A Parquet file.

    Raises:
        TableError: it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = Path(path).name
        with readable(path):
            Path(path).open("rb").close()
        try:
            self._scan = pl.scan_parquet(path)
            self.schema = dict(self._scan.collect_schema())
            self.rows = int(self._scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise TableError(f"“{path}”不是完好的 Parquet 文件", f"{path} is no sound Parquet file: {fault}") from None
        self.texts = list(self.schema)

    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """All columns of the rows, from a row on."""
        yield from self._blocks(self._scan, size, first)

    def survey_blocks(self, size: int) -> Iterator[Block]:
        """Only the columns that hold facts or names."""
        head = self._facts.head
        wanted = sorted({*head.facts, *head.lists, *head.keys})
        yield from self._blocks(self._scan.select([self.texts[column] for column in wanted]), size, 0)

    def _blocks(self, scan: pl.LazyFrame, size: int, first: int) -> Iterator[Block]:
        rest: list[pl.DataFrame] = []
        held = 0
        batches = (scan.slice(first) if first else scan).collect_batches(chunk_size=size, maintain_order=True)
        try:
            for batch in batches:
                rest.append(batch)
                held += len(batch)
                while held >= size:
                    frame = pl.concat(rest) if len(rest) > 1 else rest[0]
                    yield self.block(first, frame[:size].rechunk())
                    first += size
                    rest, held = [frame[size:]], held - size
        except pl.exceptions.PolarsError as fault:
            raise TableError(f"“{self.path}”读不下去：文件已损坏", f"cannot read on in {self.path}: {fault}") from None
        if held:
            yield self.block(first, pl.concat(rest).rechunk())

    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self.path)


def blank_frame(source: Any, block: Done) -> pl.DataFrame:
    """The rows of a block as a frame, from whatever table they are of."""
    if isinstance(block.raw, pl.DataFrame):
        return block.raw
    cells: Mapping[int, Any] = block.cells
    return pl.DataFrame({
        text or f"column_{number + 1}": pl.Series([_text(value) for value in cells[number]], dtype=pl.String)
        for number, text in enumerate(source.texts)
    })  # fmt: skip


def _text(value: Any) -> str | None:
    """A cell of a workbook or a database as a text; None for one that has no value of its own."""
    if value is None or value == "" or isinstance(value, Unreadable):
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return shown(value)


@contextmanager
def _sinking(path: Path, earlier: Sequence[BaseException]) -> Iterator[None]:
    """Says why Polars cannot write a file: what went wrong earlier, or what the system says of a little more to write.

    Raises:
        OSError: the disk is full, or cannot be written otherwise.
        TableError: it is for another reason.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as problem:
        if earlier:
            raise earlier[0] from None
        with path.open("ab") as handle:
            handle.write(bytes(1 << 20))
            handle.flush()
            os.fsync(handle.fileno())
        raise TableError(f"写不了 Parquet：{problem}", f"cannot write Parquet: {problem}") from None


class ParquetOut:
    """Writes Parquet: the columns of the table, then those added."""

    def __init__(self, source: Any, run: Run) -> None:
        self._source = source
        self._deciding: Deciding = run.deciding
        q = run.question
        self._metadata = {
            _METADATA: json.dumps(
                {
                    "version": VERSION, "policy": q.policy.id, "title": q.policy.title, "sha256": q.digest, "as_of": str(q.as_of),
                    "year": q.year, "readings": dict(run.deciding.plan.readings), "calendar": q.calendar.version,
                },
                ensure_ascii=False,
            )
        }  # fmt: skip

    def write(self, done: Iterator[Done], target: Path, *, first: bool) -> None:  # noqa: ARG002 - every part is whole
        """Write a part, while the next block is decided."""
        from polars.io.plugins import register_io_source  # noqa: PLC0415 - of the extra “batch”

        columns = getattr(self._source, "schema", None) or dict.fromkeys(self._source.texts, pl.String())
        fault: list[BaseException] = []

        def frames(*_: object) -> Iterator[pl.DataFrame]:
            try:
                for block in done:
                    yield pl.concat([blank_frame(self._source, block), frame_of(block.columns)], how="horizontal")
            except BaseException as problem:
                fault.append(problem)
                raise

        schema = {**columns, **self._deciding.schema}
        fresh = target.with_name(f"{target.name}.new")
        try:
            with _sinking(fresh, fault):
                register_io_source(frames, schema=schema).sink_parquet(fresh, metadata=self._metadata)
            on_disk(fresh)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """All parts in one file."""
        with _sinking(target, []):
            pl.scan_parquet(list(parts)).sink_parquet(target, metadata=self._metadata)
        on_disk(target)


class FrameCsvOut:
    """Writes any table as separated text in UTF-8, with a mark so that Excel reads it."""

    def __init__(self, source: Any, deciding: Deciding) -> None:
        self._source = source
        self._deciding = deciding

    def write(self, done: Iterator[Done], target: Path, *, first: bool) -> None:
        """Write a part; the first one has the head."""
        with durable(target) as handle:
            for number, block in enumerate(done):
                frame = pl.concat(
                    [blank_frame(self._source, block), plain_decimals(frame_of(block.columns))], how="horizontal"
                )
                head = first and number == 0
                handle.write(b"\xef\xbb\xbf" if head else b"")
                handle.write(frame.write_csv(include_header=head, line_terminator="\r\n").encode("utf-8"))

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """All parts in one file."""
        from policylang.batch.csv_out import concatenated  # noqa: PLC0415 - the same as of lines

        concatenated(parts, target)
