"""Tables as separated text: UTF-8 with and without a mark, GB18030, UTF-16; commas, semicolons, tabs. Lines go back as they came."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.batch.model import LEFT_OUT, REFUSED, Notes, Parsed, Reason, TableError
from policylang.batch.opening import SEARCHED, Opening, find_head
from policylang.batch.table import Block, Facts, Source
from policylang.source.diagnostic import Message
from policylang.source.refusals import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from policylang.batch.heads import Names
    from policylang.semantics import ir

_SEPARATORS = (",", "\t", ";", "；", "，", "|")
_LONGEST = 1 << 20


class CsvTable(Source):
    """A file of separated text.

    Attributes:
        encoding: as Python names it; ``mark`` whether the file begins with a byte order mark.
        separator: between the fields.

    Raises:
        TableError: the file cannot be read, or no column is a fact.
    """

    spreadsheet = 1900
    at_once = 1 << 15

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = Path(path).name
        self.encoding, self.mark = _encoding(path)
        self.separator = self._separator()
        self._numbers: list[int] = []

    def open_head(self, names: Names, notes: Notes) -> list[str]:
        """Find the head; the texts over the columns."""
        first = []
        for fields, _, _ in self._records():
            first.append(fields)
            if len(first) > SEARCHED + 1:
                break
        self._opening = find_head(first, names, self.name, notes)
        self.texts = self._opening.texts
        return self.texts

    def list_head(self, _fact: ir.Fact, _names: Names) -> list[str]:
        """The texts over the columns of a file of records: its first row."""
        first = next((fields for fields, _, _ in self._records()), [])
        self._opening = Opening(0, 0, [text.strip() for text in first])
        self.texts = self._opening.texts
        return self.texts

    def attach(self, facts: Facts) -> None:
        """Parse under this head."""
        self._facts = facts

    def head_lines(self) -> list[str]:
        """The lines down to the end of the head, as they are written, with as many fields as there are columns."""
        found = []
        for number, (fields, raw, _) in enumerate(self._records()):
            if number > self._opening.last:
                break
            found.append(_padded(raw, self.separator * (len(self.texts) - len(fields))))
        return found

    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """The records below the head."""
        for block in self._blocks(size):
            if block.first >= first:
                yield block

    def _blocks(self, size: int) -> Iterator[Block]:
        width = len(self.texts)
        fields: list[list[str]] = []
        raws: list[str] = []
        first = 0
        self._numbers.clear()
        for number, (record, raw, line) in enumerate(self._records()):
            if number <= self._opening.last:
                continue
            fields.append(record)
            raws.append(raw)
            self._numbers.append(line)
            if len(fields) == size:
                yield self._block(first, fields, raws, width)
                first += len(fields)
                fields, raws = [], []
        if fields:
            yield self._block(first, fields, raws, width)

    def _block(self, first: int, fields: list[list[str]], raws: list[str], width: int) -> Block:
        status, reasons = None, {}
        for row, record in enumerate(fields):
            message = self._swallowed(record, width) if raws[row].count("\n") > 1 else None
            if len(record) == width and message is None:
                continue
            if status is None:
                status = np.zeros(len(fields), np.uint8)
            if not record or all(not text.strip() for text in record):
                status[row] = LEFT_OUT
            elif len(record) > width and any(text.strip() for text in record[width:]):
                more = len(record) - width
                message = Message(f"比表头多{more}格", f"has {more} cells more than the head")
            elif len(record) > width:
                raws[row] = self._cut(raws[row], len(record) - width)
            elif len(record) < width:
                raws[row] = _padded(raws[row], self.separator * (width - len(record)))
            if message is not None:
                status[row] = REFUSED
                reasons[row] = [Reason(self.row_place(first + row), message)]
        cells: dict[int, Any] = {
            column: [record[column] if column < len(record) else "" for record in fields] for column in range(width)
        }
        return Block(first, len(fields), cells, raws, status, reasons)

    def _swallowed(self, record: list[str], width: int) -> Message | None:
        """A quotation mark that is closed only rows later makes one cell of them."""
        if not any("\n" in text and text.count(self.separator) >= width - 1 for text in record):
            return None
        return Message(
            "一格里有换行，还有够一行用的分隔符，像是引号没有配对、把后面的行并了进来；请核对引号",
            "a cell holds a line break and separators enough for a row: is a quotation mark not closed?",
        )

    def _cut(self, line: str, cells: int) -> str:
        """A line without so many blank cells at its end, so that what is added stands under its head."""
        body = line.rstrip("\r\n")
        blank = rf'(?:{re.escape(self.separator)}\s*(?:"\s*")?\s*){{{cells}}}$'
        return re.sub(blank, "", body) + line[len(body) :]

    def place(self, column: int, row: int) -> str:
        """File, line and field."""
        return f"{self.name}:{self._numbers[row]}:{column + 1}"

    def row_place(self, row: int) -> str:
        """File and line."""
        return f"{self.name}:{self._numbers[row]}"

    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of a block."""
        return self._facts.parse(block, notes)

    def key_texts(self, block: Block) -> pl.Series | None:
        """The names of the stations."""
        return self._facts.key_texts(block)

    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self.path)

    def _records(self) -> Iterator[tuple[list[str], str, int]]:
        """Fields, text and first line of each record, the line break included."""
        taken: list[str] = []
        at = 1
        with readable(self.path), Path(self.path).open(encoding=self.encoding, newline="") as handle:

            def lines() -> Iterator[str]:
                for line in handle:
                    taken.append(line)
                    yield line

            csv.field_size_limit(_LONGEST)
            try:
                for fields in csv.reader(lines(), delimiter=self.separator, strict=True):
                    raw = "".join(taken)
                    yield fields, raw, at
                    at += len(taken)
                    taken.clear()
            except csv.Error as fault:
                raise TableError(
                    f"“{self.name}”第{at}行读不下去：引号没有配对，或者一格太长", f"{self.name}, line {at}: {fault}"
                ) from None

    def _separator(self) -> str:
        with readable(self.path), Path(self.path).open(encoding=self.encoding, newline="") as handle:
            lines = [line for line, _ in zip(handle, range(SEARCHED), strict=False)]
        best = max(_SEPARATORS, key=lambda sign: max((_outside(line, sign) for line in lines), default=0))
        return best if any(_outside(line, best) for line in lines) else ","


def _padded(line: str, behind: str) -> str:
    body = line.rstrip("\r\n")
    return f"{body}{behind}{line[len(body) :]}"


def _outside(line: str, sign: str) -> int:
    """How often a sign stands outside quotation marks."""
    return sum(part.count(sign) for part in line.split('"')[::2])


def _encoding(path: str) -> tuple[str, bool]:
    """The encoding of a text file, and whether it begins with a mark."""
    with readable(path), Path(path).open("rb") as handle:
        start = handle.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig", True
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", True
        for encoding in ("utf-8", "gb18030"):
            handle.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)("strict")
            try:
                while chunk := handle.read(1 << 20):
                    if "\0" in decoder.decode(chunk):
                        raise TableError(f"“{path}”不是文本文件", f"{path} is no text file")
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding, False
    raise TableError(f"“{path}”的编码既不是 UTF-8，也不是 GB18030", f"{path} is neither UTF-8 nor GB18030")


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Says why a file cannot be read.

    Raises:
        TableError: where it cannot.
    """
    try:
        yield
    except FileNotFoundError:
        raise TableError(f"找不到文件“{path}”", f"no such file: {path}") from None
    except OSError as fault:
        raise TableError(f"读不了“{path}”：{reason(fault).zh}", f"cannot read {path}: {reason(fault).en}") from None


def digest_of(path: str) -> str:
    """The SHA-256 of a file, in hex."""
    with readable(path), Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
