"""The same workbook back, with columns of results in the style of their neighbours, and a sheet that says what they rest on."""

from __future__ import annotations

import errno
import os
import tempfile
from copy import copy
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from policylang.batch.model import TableError
from policylang.batch.parts import Parts, on_disk
from policylang.batch.provenance import basis, legend
from policylang.batch.run import counted
from policylang.batch.series import Words
from policylang.batch.workbook import EXPLANATION, POPULATION, letters
from policylang.source.refusals import reason
from policylang.source.width import display_width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from policylang.batch.run import Run
    from policylang.batch.series import Series
    from policylang.batch.tables import Opened
    from policylang.batch.workbook import Sheet

_NARROWEST, _WIDEST = 9, 36
_WHOLE, _FEN, _FINER, _DAY = "#,##0", "#,##0.00", "#,##0.00######", "yyyy-mm-dd"
#: Points of height for a line, and the most lines of a row.
_LINE, _MOST_LINES = 15, 8
_REFUSED = "FFF2CC"


def write_workbook(run: Run, opened: Opened, output: Path, progress: Callable[[int, int | None], None] | None) -> None:
    """Write the workbook at one stroke.

    Raises:
        OSError: it cannot be written; what was there before is still there.
        TableError: another run is writing it, or there is no room for temporary files.
    """
    sheet: Sheet = opened.source  # type: ignore[assignment]
    blocks = list(counted(run, run.done(), run.tally, progress))
    columns = {
        name: [value for block in blocks for value in _values(block.columns[name])] for name in run.deciding.names
    }
    kept = {
        name: values for name, values in columns.items() if any(v is not None for v in values) or name in _always(run)
    }
    parts = Parts(output, {"form": "xlsx"})
    parts.begin()
    try:
        book = sheet.book.cells
        _Added(run, sheet, book[sheet.name]).write(kept)
        _explain(run, sheet, book)
        _over_all(run, book)
        book.calculation.fullCalcOnLoad = True  # formulas are written without their values
        _save(book, parts.whole, output)
        on_disk(parts.whole)
        parts.finish()
    except BaseException:
        parts.give_up()
        raise


def _save(book: Any, path: Path, output: Path) -> None:
    """Save a workbook. Its sheets are written to temporary files first, by a library that has errors of its own.

    Raises:
        OSError: it cannot be written.
        TableError: the temporary files cannot be.
    """
    try:
        book.save(path)
    except Exception as fault:
        if type(fault).__name__ != "SerialisationError":
            raise
        number = getattr(errno, str(fault).removeprefix("IO_"), errno.EIO)
        why, folder = reason(OSError(number, os.strerror(number))), tempfile.gettempdir()
        said = "所在的磁盘已满" if number == errno.ENOSPC else f"写不了：{why.zh}"
        raise TableError(
            f"写不了“{output}”：临时文件夹“{folder}”{said}",
            f"cannot write {output}: temporary folder {folder}: {why.en}",
        ) from None


def _always(run: Run) -> set[str]:
    """The columns of results themselves stay also where all of them are blank."""
    return {
        run.deciding.words.accepted,
        *(c.name for c in run.deciding.columns if c.part == run.deciding.words.result),
    } - {run.deciding.words.warning}


def _values(column: Series) -> Sequence[Any]:
    match column:
        case Words():
            return [column.words[code] for code in column.codes.tolist()]
        case _:
            return column.series().to_list()


class _Added:
    """The added columns of one sheet."""

    def __init__(self, run: Run, sheet: Sheet, cells: Any) -> None:
        from openpyxl.styles import Alignment, PatternFill  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra “batch”

        self._run = run
        self._sheet = sheet
        self._cells = cells
        self._first = len(sheet.texts) + 1
        self._wrapped = Alignment(vertical="center", wrap_text=True)
        self._right = Alignment(vertical="center", horizontal="right")
        self._middle = Alignment(vertical="center", horizontal="center", wrap_text=True)
        self._fill = PatternFill("solid", fgColor=_REFUSED)

    def write(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Write the heads, the values, the widths; refused rows stand out."""
        cells, sheet = self._cells, self._sheet
        self._clear()
        neighbour = max(self._first - 1, 1)
        top, bottom = sheet.top + 1, sheet.bottom + 1
        for place, (name, values) in enumerate(columns.items(), self._first):
            pattern = cells.cell(top, neighbour)
            for row in range(top, bottom + 1):
                cells.cell(row, place)._style = copy(pattern._style)
            head = cells.cell(top, place, name)
            head.alignment = self._middle
            if bottom > top:
                cells.merge_cells(start_row=top, end_row=bottom, start_column=place, end_column=place)
            for row, value in enumerate(values):
                self._value(row + bottom + 1, place, neighbour, value)
            cells.column_dimensions[letters(place - 1)].width = _width(name, values)
        self._heights(columns)
        self._marked(columns)
        self._reach(self._first + len(columns) - 1)

    def _value(self, row: int, place: int, neighbour: int, value: Any) -> None:
        cell = self._cells.cell(row, place)
        pattern = self._cells.cell(row, neighbour)
        if pattern.has_style:
            cell.font, cell.border, cell.fill = copy(pattern.font), copy(pattern.border), copy(pattern.fill)
        match value:
            case Decimal():
                cell.value = int(value) if value == int(value) else float(value)
                cell.number_format = _sum_format(value)
                cell.alignment = self._right
            case date():
                cell.value = value
                cell.number_format = _DAY
                cell.alignment = self._right
            case str():
                cell.value = value
                cell.data_type = "s"
                cell.alignment = self._wrapped
            case _:
                cell.alignment = self._wrapped

    def _heights(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Rows as high as their longest text, within bounds, where nobody has set their height."""
        widths = {name: _width(name, values) for name, values in columns.items()}
        rows = len(next(iter(columns.values())))
        for row in range(rows):
            lines = max(
                -(-display_width(v) // int(widths[n] - 2))
                for n, values in columns.items()
                if isinstance(v := values[row] or "", str)
            )
            own = self._cells.row_dimensions[row + self._sheet.bottom + 2]
            if lines > 1 and own.height is None:
                own.height = _LINE * min(lines, _MOST_LINES)

    def _marked(self, columns: Mapping[str, Sequence[Any]]) -> None:
        words = self._run.deciding.words
        refused = str(words.statuses[1])
        for row, value in enumerate(columns[words.accepted]):
            if value == refused:
                for name, place in zip(columns, range(self._first, self._first + len(columns)), strict=True):
                    if name in {words.accepted, words.reason}:
                        self._cells.cell(row + self._sheet.bottom + 2, place).fill = self._fill

    def _clear(self) -> None:
        """What an earlier result has written here."""
        if not self._sheet.book.explained:
            return
        for merged in list(self._cells.merged_cells.ranges):
            if merged.min_col >= self._first:
                self._cells.unmerge_cells(str(merged))
        for row in self._cells.iter_rows(min_row=self._sheet.top + 1, min_col=self._first):
            for cell in row:
                cell.value = None
                cell.style = "Normal"

    def _reach(self, last: int) -> None:
        """The filter and the printed area take the new columns in."""
        end = letters(last - 1)
        if self._cells.auto_filter.ref:
            first, _, corner = self._cells.auto_filter.ref.partition(":")
            digits = "".join(c for c in corner if c.isdigit())
            self._cells.auto_filter.ref = f"{first}:{end}{digits}"


def _width(name: str, values: Sequence[Any]) -> float:
    """As wide as what stands in it, within bounds."""
    widest = max((_shown_width(value) for value in values[:2000]), default=0)
    head = min(display_width(name), 14)
    return min(max(widest, head, _NARROWEST - 2) + 2, _WIDEST)


def _shown_width(value: Any) -> int:
    match value:
        case str():
            return display_width(value)
        case Decimal():
            return len(f"{value:,.0f}") + 1
        case date():
            return 10
        case _:
            return 0


def _over_all(run: Run, book: Any) -> None:
    """The sheet on all stations together, where it was asked for."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    for old in POPULATION:
        if old in book.sheetnames:
            del book[old]
    if not run.over_all:
        return
    page = book.create_sheet(POPULATION[0 if run.question.lang == "zh" else 1])
    right, wrapped = Alignment(vertical="top", horizontal="right"), Alignment(vertical="top", wrap_text=True)
    for at, row in enumerate(run.over_all, 1):
        for place, value in enumerate(row, 1):
            cell = page.cell(at, place)
            if isinstance(value, Decimal):
                cell.value = int(value) if value == int(value) else float(value)
                cell.number_format = _sum_format(value)
                cell.alignment = right
            elif value is not None:
                cell.value, cell.data_type, cell.alignment = value, "s", wrapped
            if at == 1:
                cell.font = Font(bold=True)
    for place, column in enumerate(zip(*run.over_all, strict=True), 1):
        page.column_dimensions[letters(place - 1)].width = _width(str(column[0]), column)
    page.freeze_panes = "A2"


def _explain(run: Run, sheet: Sheet, book: Any) -> None:
    """The sheet that says what the results rest on, what was noted, and which rows were refused."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    zh = run.question.lang == "zh"
    for old in EXPLANATION:
        if old in book.sheetnames:
            del book[old]
    page = book.create_sheet(EXPLANATION[0 if zh else 1])
    bold, title, small = Font(bold=True), Font(bold=True, size=14), Font(color="0563C1", underline="single")
    wrap = Alignment(vertical="top", wrap_text=True)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width, page.column_dimensions["C"].width = 20, 30, 70
    at = 1

    def put(column: int, text: str, font: Any = None) -> Any:
        cell = page.cell(at, column)
        cell.value, cell.data_type, cell.alignment = text, "s", wrap
        if font is not None:
            cell.font = font
        return cell

    def wide(name: str, text: str) -> None:
        nonlocal at
        put(1, name, bold)
        put(2, text)
        page.merge_cells(start_row=at, end_row=at, start_column=2, end_column=3)
        lines = max(1, -(-display_width(text) // 96))
        page.row_dimensions[at].height = 15.5 * lines
        at += 1

    put(1, EXPLANATION[0 if zh else 1], title).alignment = Alignment(wrap_text=False)
    at += 2
    for line in basis(run):
        wide(line.name, line.text)
    at += 1
    put(1, "怎样看" if zh else "how to read", bold)
    at += 1
    for line in legend(run.question.lang):
        wide(line.name, line.text)
    if len(run.surveyed.notes):
        at += 1
        put(1, "注意" if zh else "notes", bold)
        at += 1
        for number, note in enumerate(run.surveyed.notes, 1):
            wide(str(number), note.in_(run.question.lang))
    rows = run.surveyed.refused
    if rows:
        at += 1
        put(1, "未受理" if zh else "refused", bold)
        put(2, "工作站" if zh else "station", bold)
        put(3, "原因" if zh else "reasons", bold)
        at += 1
        for row, found in sorted(rows.items()):
            where = next((reason.place for reason in found if "!" in reason.place), "")
            address = (
                where.split("!")[-1].split("“")[0] if where and "第" not in where else f"A{row + sheet.bottom + 2}"
            )
            cell = put(1, address, small)
            cell.hyperlink = f"#'{sheet.name}'!{address}"
            put(2, run.surveyed.names.get(row, ""))
            text = run.deciding.words.reasons(found)
            put(3, text)
            page.row_dimensions[at].height = 15.5 * max(1, -(-display_width(text) // 66))
            at += 1
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight = "landscape", 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _sum_format(value: Decimal) -> str:
    """As many places as a sum has, two where it has a fen."""
    if value == int(value):
        return _WHOLE
    return _FEN if value * 100 == int(value * 100) else _FINER
