"""Results behind the lines of a table of separated text, in its encoding, with its separator and line breaks."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from policylang.batch.frames import frame_of, plain_decimals
from policylang.batch.parts import durable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policylang.batch.csv_file import CsvTable
    from policylang.batch.run import Done


def concatenated(parts: Sequence[Path], target: Path) -> None:
    """All parts in one file."""
    with durable(target) as handle:
        for part in parts:
            with part.open("rb") as each:
                while chunk := each.read(1 << 22):
                    handle.write(chunk)


class CsvOut:
    """Writes parts of such a table, and joins them."""

    def __init__(self, table: CsvTable, names: Sequence[str]) -> None:
        self._table = table
        self._names = names
        self._ending = "\r\n" if table.head_lines()[0].endswith("\r\n") else "\n"
        self._codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(table.encoding, table.encoding)
        with Path(table.path).open("rb") as handle:
            if handle.read(2) == codecs.BOM_UTF16_BE:
                self._codec = "utf-16-be"

    def write(self, done: Iterator[Done], target: Path, *, first: bool) -> None:
        """Write a part; the first one has the head."""
        with durable(target) as handle:
            if first:
                handle.write(self._head())
            for block in done:
                handle.write(self._lines(block))

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """All parts in one file."""
        concatenated(parts, target)

    def _head(self) -> bytes:
        lines = self._table.head_lines()
        names = self._separated(pl.DataFrame({str(n): [name] for n, name in enumerate(self._names)}))[0]
        blank = self._table.separator * (len(self._names) - 1)
        texts = [
            _joined(line, names if n == len(lines) - 1 else blank, self._table.separator, self._ending)
            for n, line in enumerate(lines)
        ]
        mark = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(
            self._codec, b""
        )
        return (mark if self._table.mark else b"") + "".join(texts).encode(self._codec)

    def _lines(self, block: Done) -> bytes:
        behind = self._separated(plain_decimals(frame_of(block.columns)))
        separator = self._table.separator
        texts = [
            _joined(line, added, separator, self._ending) if line.strip("\r\n") else line
            for line, added in zip(block.raw, behind, strict=True)
        ]
        return "".join(texts).encode(self._codec)

    def _separated(self, frame: pl.DataFrame) -> list[str]:
        separator = self._table.separator
        if separator.isascii():
            return frame.write_csv(separator=separator, include_header=False, null_value="").split("\n")[:-1]
        written = io.StringIO()
        csv.writer(written, delimiter=separator, lineterminator="\n").writerows(frame.select(pl.all().cast(pl.String)).iter_rows())
        return written.getvalue().split("\n")[:-1]


def _joined(line: str, added: str, separator: str, ending: str) -> str:
    """A line with more fields; ``ending`` where it is the last and has none."""
    body = line.rstrip("\r\n")
    return f"{body}{separator}{added}{line[len(body) :] or ending}"
