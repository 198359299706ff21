"""Workbooks of Excel and WPS: cells as they are shown, with their addresses."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policylang.batch.cells import COVERED, UNCALCULATED
from policylang.batch.csv_file import digest_of, readable
from policylang.batch.model import Notes, Parsed, TableError
from policylang.batch.opening import SEARCHED, find_head
from policylang.batch.table import Block, Facts, Source, shown
from policylang.facts.nodes import quote
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import polars as pl

    from policylang.batch.heads import Names
    from policylang.semantics import ir

#: The sheet that a result has, by language.
EXPLANATION = ("计算说明", "batch notes")
#: What the sheet on all stations together is called.
POPULATION = ("全部站核对", "population check")
ACCEPTED = ("是否受理", "accepted")
#: What is not taken apart: more than this is no workbook of an office.
_MOST_BYTES, _MOST_RATIO = 2 << 30, 400
_LOST = (
    "xl/charts/",
    "xl/drawings/drawing",
    "xl/ctrlProps/",
    "xl/slicers/",
    "xl/activeX/",
    "xl/threadedComments/",
    "xl/diagrams/",
)


class Book:
    """An open workbook: once for the values, once for what is written back."""

    def __init__(self, path: str) -> None:
        import python_calamine  # noqa: PLC0415 - of the extra “batch”

        self.path = path
        with readable(path):
            self._check(path)
        try:
            self.values = python_calamine.CalamineWorkbook.from_path(path)
        except Exception as fault:  # noqa: BLE001 - whatever the reader stumbles over
            raise TableError(
                f"“{path}”打不开：不是工作簿，或者有密码、已损坏", f"cannot open {path}: {fault}"
            ) from None
        self._cells: Any = None

    def _check(self, path: str) -> None:
        """Whether it is a workbook that can be opened without harm.

        Raises:
            TableError: it is none, or much larger inside than outside.
        """
        Path(path).open("rb").close()
        try:
            with zipfile.ZipFile(path) as archive:
                sizes = [(info.file_size, info.compress_size) for info in archive.infolist()]
                total, packed = sum(size for size, _ in sizes), sum(size for _, size in sizes)
                if total > _MOST_BYTES or (total > 100 << 20 and total > packed * _MOST_RATIO):
                    raise TableError(f"“{path}”展开以后太大，没有打开", f"{path} is too large once unpacked")
                self.names = archive.namelist()
                whole = next((archive.read(n) for n in self.names if n == "xl/workbook.xml"), b"")
        except (zipfile.BadZipFile, OSError, RuntimeError):
            raise TableError(
                f"“{path}”打不开：不是 .xlsx 工作簿，或者有密码、已损坏",
                f"{path} is no .xlsx workbook, or it is protected",
            ) from None
        self.epoch = 1904 if re.search(rb'date1904\s*=\s*"(?:1|true)"', whole) else 1900

    @property
    def cells(self) -> Any:
        """The workbook with its formats, to be written back."""
        if self._cells is None:
            import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra “batch”

            self._cells = openpyxl.load_workbook(
                self.path, rich_text=True, keep_vba=self.path.lower().endswith(".xlsm")
            )
        return self._cells

    @property
    def explained(self) -> bool:
        """Whether it is a result of this program."""
        return any(name in EXPLANATION for name in self.values.sheet_names)

    @property
    def loses(self) -> bool:
        """Whether it has what cannot be written back."""
        return any(name.startswith(_LOST) for name in self.names)

    @property
    def calculates(self) -> bool:
        """Whether any sheet has a formula."""
        with zipfile.ZipFile(self.path) as archive:
            sheets = (archive.read(name) for name in self.names if name.startswith("xl/worksheets/"))
            return any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


class Sheet(Source):
    """A sheet of a workbook.

    ``texts`` are the texts over its columns, ``top`` and ``bottom`` the rows of its head (from 0).
    """

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.name = name
        self.spreadsheet = book.epoch
        sheet = book.values.get_sheet_by_name(name)
        self._rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        self._merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = sheet.merged_cell_ranges or ()
        self.texts: list[str] = []
        self.top = self.bottom = 0

    @classmethod
    def opened(cls, path: str, name: str | None, names: Names, lists: Sequence[str]) -> Sheet:
        """The sheet of this name, or the one with most facts over its columns.

        Raises:
            TableError: there is no such sheet, or none has facts.
        """
        book = Book(path)
        known = book.values.sheet_names
        if name is not None:
            if name not in known:
                raise TableError(
                    f"“{path}”里没有工作表“{quote(name)}”，有：{'、'.join(known)}",
                    f"{path} has no sheet {name}; it has {', '.join(known)}",
                )
            return cls(book, name)
        best: tuple[int, Sheet] | None = None
        for each in known:
            if (
                each in (*EXPLANATION, *POPULATION)
                or each.strip() in names.fields
                or any(each.strip() in (fact, *_names(names, fact)) for fact in lists)
            ):
                continue
            sheet = cls(book, each)
            try:
                found = find_head(sheet._texts(), names, each)
            except TableError:
                continue
            count = sum(1 for text in found.texts if text and names.find(text) is not None)
            if best is None or count > best[0]:
                best = (count, sheet)
        if best is None:
            sheet = cls(book, known[0])
            find_head(sheet._texts(), names, known[0])
            return sheet
        return best[1]

    def open_head(self, names: Names, notes: Notes) -> list[str]:
        """Find the head; the texts over the columns."""
        opening = find_head(self._texts(), names, self.name, notes)
        self._headed(opening.first, opening.last, opening.texts)
        if self.book.loses:
            notes.add(
                Message(
                    "工作簿里有图表、图形或者控件，写出的文件里可能没有了；原文件没有改动",
                    "charts, shapes or controls of the workbook may be missing in the output",
                )
            )
        if self.book.calculates:
            notes.add(
                Message(
                    "工作簿里有公式；写出的文件里公式都在，算出的值要用 Excel 或者 WPS 打开才有，再算以前先打开保存一次",
                    "formulas of the workbook are kept, their values come when it is opened in Excel or WPS: save it there once",
                )
            )
        return self.texts

    def list_head(self, fact: ir.Fact, names: Names) -> list[str]:
        """The texts over the columns of a sheet of records: the row with most of its fields."""
        fields = names.fields[fact.id]
        rows = self._texts()
        counts = [sum(1 for text in row if text.strip() in fields) for row in rows[:SEARCHED]]
        best = max(range(len(counts)), key=counts.__getitem__, default=0)
        self._headed(best, best, [text.strip() for text in rows[best]] if rows else [])
        return self.texts

    def _headed(self, first: int, last: int, texts: list[str]) -> None:
        while (
            texts
            and not texts[-1]
            and all(self._cell(row, len(texts) - 1) in (None, "") for row in range(last + 1, len(self._rows)))
        ):
            texts = texts[:-1]
        if self.book.explained:
            before = next((place for place, text in enumerate(texts) if text in ACCEPTED), len(texts))
            texts = texts[:before]
        self.texts, self.top, self.bottom = texts, first, last
        self.rows = max(len(self._rows) - last - 1, 0)

    def attach(self, facts: Facts) -> None:
        """Parse under this head."""
        self._facts = facts
        for column in facts.head.facts:
            self._mark(column, facts.head.facts)

    def _mark(self, column: int, facts: Collection[int]) -> None:
        """Say of cells without a value of their own why they have none; a merged cell is nobody's alone."""
        for (top, left), (bottom, right) in self._merged:
            own = left == column or (left < column <= right and left in facts)
            if own and bottom > self.bottom and (bottom > top or right > left):
                for row in range(max(top, self.bottom + 1), bottom + 1):
                    self._put(row, column, COVERED)
        sheet = self.book.cells[self.name]
        for row in range(self.bottom + 1, len(self._rows)):
            if self._cell(row, column) in (None, "") and sheet.cell(row + 1, column + 1).data_type == "f":
                self._put(row, column, UNCALCULATED)

    def records(self, key: int, fields: Collection[int]) -> None:
        """Read as records: the station in a merged cell is that of every row it covers."""
        for column in fields:
            self._mark(column, fields)
        self._fill_down(key)

    def _fill_down(self, column: int) -> None:
        for (top, left), (bottom, _) in self._merged:
            if left == column and top > self.bottom:
                for row in range(top + 1, bottom + 1):
                    self._put(row, column, self._cell(top, column))

    def others(self) -> Iterator[tuple[str, Sheet]]:
        """The other sheets by their names."""
        for name in self.book.values.sheet_names:
            if name != self.name and name not in (*EXPLANATION, *POPULATION):
                yield name, Sheet(self.book, name)

    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """The rows below the head."""
        start = self.bottom + 1
        for at in range(first, len(self._rows) - start, size):
            rows = range(start + at, min(start + at + size, len(self._rows)))
            cells: dict[int, Any] = {
                column: [self._cell(row, column) for row in rows] for column in range(len(self.texts))
            }
            yield Block(at, len(rows), cells)

    def place(self, column: int, row: int) -> str:
        """Sheet and cell: Sheet1!D7."""
        return f"{self.name}!{letters(column)}{row + self.bottom + 2}"

    def row_place(self, row: int) -> str:
        """Sheet and row."""
        return f"{self.name}!第{row + self.bottom + 2}行"

    def percent(self, column: int) -> bool:
        """Whether all numbers of a column are shown as percentages."""
        sheet = self.book.cells[self.name]
        rows = [
            row for row in range(self.bottom + 1, len(self._rows)) if isinstance(self._cell(row, column), (int, float))
        ]
        return bool(rows) and all("%" in sheet.cell(row + 1, column + 1).number_format for row in rows)

    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of a block."""
        return self._facts.parse(block, notes)

    def key_texts(self, block: Block) -> pl.Series | None:
        """The names of the stations."""
        return self._facts.key_texts(block)

    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self.book.path)

    def _texts(self) -> list[list[str]]:
        return [[_headtext(value) for value in row] for row in self._rows[: SEARCHED + 1]]

    def _cell(self, row: int, column: int) -> Any:
        own = self._rows[row]
        return own[column] if column < len(own) else None

    def _put(self, row: int, column: int, value: Any) -> None:
        if row < len(self._rows) and column < len(self._rows[row]):
            self._rows[row][column] = value


def letters(column: int) -> str:
    """The letters of a column: A, Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _headtext(value: Any) -> str:
    """What stands over a column: a year kept as a number is 2024, a month kept as a day is 2024-03."""
    if isinstance(value, datetime) and value.time() == time() and value.day == 1:
        return f"{value.year}-{value.month:02}"
    return "" if value is None else shown(value)


def _names(names: Names, fact: str) -> list[str]:
    return [own.name for own in {f.id: f for f in names._facts.values()}.values() if own.id == fact]


__all__ = ["ACCEPTED", "EXPLANATION", "POPULATION", "Book", "Sheet", "letters"]
