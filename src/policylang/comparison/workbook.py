"""A comparison as a workbook for Excel and WPS: results, texts, facts, money by recruits, sources. All cells are values."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from policylang.comparison.words import (
    APART,
    DIMENSION,
    FACTS,
    KINDS,
    LEGEND,
    RESULTS,
    RULES,
    SOURCES,
    STEPS,
    TITLE,
    caution,
    cited,
    day,
    engine,
    grouped,
    head,
    paid,
    sources,
)
from policylang.source.width import display_width

if TYPE_CHECKING:
    from policylang.comparison.model import Cell, Comparison, Row
    from policylang.source.diagnostic import Message

_LABEL, _COLUMN, _NOTES = 20, 34, 48
#: Points of height for a line of 10-point type.
_LINE = 14.5
#: Excel has no taller rows.
_TALLEST = 409
_A3, _A4 = 8, 9
_FILLS = {
    "silent": "#F2F2F2", "unlisted": "#F2F2F2", "not_applicable": "#F2F2F2",
    "undetermined": "#FFF6DD", "not_comparable": "#FBE3D6", "not_in_force": "#E4E4EC",
}  # fmt: skip


def workbook(comparison: Comparison, lang: str) -> bytes:
    """The bytes of the .xlsx file."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - of the extra “office”

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": TITLE.in_(lang), "comments": engine()})
    sheets = _Sheets(book, comparison, lang)
    if comparison.results:
        sheets.matrix(RESULTS, comparison.results)
    sheets.matrix(RULES, comparison.rules)
    if comparison.facts:
        sheets.matrix(FACTS, comparison.facts)
    if comparison.stairs:
        sheets.steps()
    sheets.sources()
    book.close()
    return buffer.getvalue()


class _Sheets:
    """Writes the sheets. Every text goes in as a text, whatever it begins with."""

    def __init__(self, book: Any, comparison: Comparison, lang: str) -> None:
        self.book = book
        self.comparison = comparison
        self.lang = lang
        base = {"font_name": "宋体" if lang == "zh" else "Calibri", "font_size": 10, "valign": "top", "text_wrap": True}
        edge = {"border": 1, "border_color": "#BFBFBF"}
        self.base = {**base, **edge}
        self.plain = book.add_format(self.base)
        self.kinds = {k: book.add_format({**self.base, "bg_color": fill}) for k, fill in _FILLS.items()}
        self.label = book.add_format({**self.base, "bold": True})
        self.top = book.add_format({**self.base, "bold": True, "bg_color": "#D9E2EC", "align": "center", "valign": "vcenter"})
        self.group = book.add_format({**self.base, "bold": True, "bg_color": "#EDF1F5"})
        self.title = book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False})
        self.small = book.add_format({**base, "font_color": "#555555", "text_wrap": False})
        self.number = book.add_format({**self.base, "num_format": "#,##0.##", "text_wrap": False})

    def matrix(self, name: Message, rows: tuple[Row, ...]) -> None:
        """Dimensions down, measures across, what may not be compared at the end."""
        columns = self.comparison.columns
        noted = any(row.cautions for row in rows)
        width = len(columns) + (2 if noted else 1)
        sheet, at = self._sheet(name, width)
        titles = [DIMENSION.in_(self.lang), *self.names(name)]
        titles += [APART.in_(self.lang)] if noted else []
        for place, title in enumerate(titles):
            sheet.write_string(at, place, title, self.top)
        sheet.set_row(at, max(title.count("\n") + 1 for title in titles) * _LINE + 5)
        sheet.set_column(0, 0, _LABEL)
        sheet.set_column(1, len(columns), _COLUMN)
        if noted:
            sheet.set_column(len(columns) + 1, len(columns) + 1, _NOTES)
        sheet.freeze_panes(at + 1, 1)
        sheet.repeat_rows(at)
        sheet.repeat_columns(0)
        at += 1
        for group, found in grouped(self.comparison, rows):
            if group is not None:
                for place in range(width):
                    sheet.write_string(at, place, group.name.in_(self.lang) if place == 0 else "", self.group)
                at += 1
            for row in found:
                self._row(sheet, at, row, noted=noted)
                at += 1

    def names(self, sheet: Message) -> list[str]:
        """The measures; over results with what each says of its force on that day."""
        force = self.comparison.force if sheet == RESULTS else ()
        said = [f"\n{m.in_(self.lang)}" if m is not None else "" for m in force] or [""] * len(self.comparison.columns)
        return [f"{c.name.in_(self.lang)}{s}" for c, s in zip(self.comparison.columns, said, strict=True)]

    def _row(self, sheet: Any, at: int, row: Row, *, noted: bool) -> None:
        columns = self.comparison.columns
        sheet.write_string(at, 0, row.name.in_(self.lang), self.label)
        texts = [self.said(cell) for cell in row.cells]
        for place, (cell, said) in enumerate(zip(row.cells, texts, strict=True), 1):
            sheet.write_string(at, place, said, self.kinds.get(cell.kind, self.plain))
        notes = "\n".join(caution(c, columns, self.lang) for c in row.cautions)
        if noted:
            sheet.write_string(at, len(columns) + 1, notes, self.plain)
        heights = [_lines(row.name.in_(self.lang), _LABEL), _lines(notes, _NOTES), *(_lines(t, _COLUMN) for t in texts)]
        sheet.set_row(at, min(max(heights) * _LINE + 3, _TALLEST))

    def said(self, cell: Cell) -> str:
        """The text of a cell with its clauses; what it is, where the text does not say."""
        told = [line.in_(self.lang) for line in cell.lines]
        clauses = cited(cell, self.lang)
        return "\n".join([*told, *([f"〔{clauses}〕" if self.lang == "zh" else f"[{clauses}]"] if clauses else [])])

    def steps(self) -> None:
        """Every number of recruits with the money of each measure in yuan: exact sums, ceilings, floors, what is said."""
        sheet, at = self._sheet(STEPS, 6)
        for line in LEGEND:
            sheet.write_string(at, 0, line.in_(self.lang), self.small)
            at += 1
        zh = self.lang == "zh"
        titles = ["办法", "引进数", "应得定额（元）", "上限（元）", "幅度下限（元）", "说明"] if zh else [
            "measure", "recruits", "exact (CNY)", "ceiling (CNY)", "floor (CNY)", "in words",
        ]  # fmt: skip
        for place, title in enumerate(titles):
            sheet.write_string(at, place, title, self.top)
        for place, width in enumerate((26, 10, 16, 16, 16, 40)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(at + 1, 2)
        sheet.repeat_rows(at)
        first = at
        for stair in self.comparison.stairs:
            for step in stair.steps:
                at += 1
                sheet.write_string(at, 0, stair.column.name.in_(self.lang), self.label)
                sheet.write_number(at, 1, step.recruits, self.plain)
                for place, value in enumerate((step.exact, step.ceiling, step.floor), 2):
                    if value is None:
                        sheet.write_blank(at, place, None, self.plain)
                    else:
                        sheet.write_number(at, place, value.numerator / value.denominator, self.number)
                sheet.write_string(at, 5, paid(step, self.lang), self.plain)
        sheet.autofilter(first, 0, at, 5)
        for stair in self.comparison.stairs:
            at += 1
            said = f"{stair.column.name.in_(self.lang)}：{stair.counts.in_(self.lang)}；{day(stair.as_of, self.lang)}"
            sheet.write_string(at + 1, 0, said, self.small)

    def sources(self) -> None:
        """Which files were compared, by which program, on which day; what the colours mean."""
        sheet, at = self._sheet(SOURCES, 4)
        zh = self.lang == "zh"
        titles = ["办法", "英文名", "全称", "SHA-256"] if zh else ["measure", "id", "title", "SHA-256"]
        for place, (title, width) in enumerate(zip(titles, (22, 18, 52, 70), strict=True)):
            sheet.write_string(at, place, title, self.top)
            sheet.set_column(place, place, width)
        for row in sources(self.comparison, self.lang):
            at += 1
            for place, value in enumerate(row):
                sheet.write_string(at, place, value, self.plain)
        at += 2
        sheet.write_string(at, 0, "程序" if zh else "program", self.label)
        sheet.write_string(at, 1, engine(), self.plain)
        for kind in _FILLS:
            at += 1
            sheet.write_string(at, 0, KINDS[kind].in_(self.lang), self.kinds[kind])

    def _sheet(self, name: Message, width: int) -> tuple[Any, int]:
        """A new sheet, laid out for printing, with the title on it; and the next free row."""
        sheet = self.book.add_worksheet(name.in_(self.lang))
        sheet.set_landscape()
        sheet.set_paper(_A3 if width > 5 else _A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.hide_gridlines(2)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, f"{TITLE.in_(self.lang)}　{name.in_(self.lang)}", self.title)
        lines = head(self.comparison, self.lang)
        for number, line in enumerate(lines, 1):
            sheet.write_string(number, 0, line, self.small)
        return sheet, len(lines) + 2


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    return sum(max(1, -(-display_width(line) // (width - 1))) for line in text.split("\n")) or 1
