"""A comparison for the terminal: in columns where they fit, otherwise dimension by dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.comparison.words import FACTS, TITLE, caution, cited, grouped, head
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.comparison.model import Cell, Comparison, Row

#: A column narrower than this is hard to read, one wider than this is not easier.
_NARROW, _WIDE = 22, 40
_LABEL = 14
#: What may not stand at the beginning of a line.
_CLOSING = "，。；：、）》”〕！？,.;:)"
#: What may not stand at the end of a line.
_OPENING = "（《“〔("


def text(comparison: Comparison, lang: str, width: int) -> str:
    """The results where there is a profile, otherwise what the texts lay down; ``width`` is that of the terminal."""
    rows = comparison.results or comparison.rules
    count = len(comparison.columns)
    room = (width - _LABEL - 2 * count) // max(count, 1)
    lay = _Layout(comparison, lang, min(room, _WIDE) if room >= _NARROW else 0, width)
    lines = [TITLE.in_(lang), *(part for line in head(comparison, lang) for part in wrap(line, max(width, 40)))]
    for group, found in grouped(comparison, rows):
        lines += ["", f"【{group.name.zh}】" if lang == "zh" else f"[{group.name.en}]"] if group else [""]
        lines += lay.rows(found)
    if comparison.facts:
        lines += ["", f"【{FACTS.zh}】" if lang == "zh" else f"[{FACTS.en}]", *lay.rows(comparison.facts)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Layout:
    """Rows in columns of ``column`` places, or as blocks where that is 0."""

    def __init__(self, comparison: Comparison, lang: str, column: int, width: int) -> None:
        self.columns = comparison.columns
        self.lang = lang
        self.zh = lang == "zh"
        self.column = column
        self.width = max(width, 40)

    def rows(self, rows: Iterable[Row]) -> list[str]:
        if not self.column:
            return [line for row in rows for line in self.block(row)]
        names = [c.name.in_(self.lang) for c in self.columns]
        lines = self.across("", [[name] for name in names])
        lines.append("─" * (_LABEL + (self.column + 2) * len(names)))
        for row in rows:
            lines += self.across(row.name.in_(self.lang), [self.wrapped(c, self.column) for c in row.cells])
            lines += self.notes(row)
            lines.append("")
        return lines[:-1]

    def across(self, label: str, cells: list[list[str]]) -> list[str]:
        """One row of the table; the label wraps too."""
        left = wrap(label, _LABEL - 2)
        height = max(len(left), *(len(cell) for cell in cells))
        parts = [(left, _LABEL), *((cell, self.column + 2) for cell in cells)]
        return ["".join(pad(p[n] if n < len(p) else "", w) for p, w in parts).rstrip() for n in range(height)]

    def block(self, row: Row) -> list[str]:
        """A dimension on its own: a line for each measure, those that are silent together."""
        lines = wrap(row.name.in_(self.lang), self.width)
        label = max(display_width(c.name.in_(self.lang)) for c in self.columns) + 2
        quiet: dict[str, list[str]] = {}
        for column, cell in zip(self.columns, row.cells, strict=True):
            name = column.name.in_(self.lang)
            if not cell.clauses and cell.kind in {"silent", "unlisted", "not_applicable"}:
                quiet.setdefault(cell.lines[0].in_(self.lang), []).append(name)
                continue
            told = self.wrapped(cell, self.width - label - 2)
            lines += [f"  {pad(name if n == 0 else '', label)}{line}" for n, line in enumerate(told)]
        for said, names in quiet.items():
            listed = ("、" if self.zh else ", ").join(names)
            told = wrap(f"{listed}：{said}" if self.zh else f"{listed}: {said}", self.width - 2)
            lines += [f"  {line}" for line in told]
        return [*lines, *self.notes(row)]

    def wrapped(self, cell: Cell, width: int) -> list[str]:
        """The lines of a cell with its clauses."""
        told = [line.in_(self.lang) for line in cell.lines]
        clauses = cited(cell, self.lang)
        if clauses:
            told = [*told[:-1], f"{told[-1]}〔{clauses}〕" if self.zh else f"{told[-1]} [{clauses}]"]
        return [part for line in told for part in wrap(line, width)]

    def notes(self, row: Row) -> list[str]:
        """Which cells may not be compared, and why."""
        found = []
        for one in row.cautions:
            said = caution(one, self.columns, self.lang)
            parts = wrap(f"不可比　{said}" if self.zh else f"not comparable: {said}", self.width - 4)
            found += [f"  {'※ ' if n == 0 else '  '}{part}" for n, part in enumerate(parts)]
        return found


def wrap(text_: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` columns; Latin words stay whole where they can."""
    lines, line, used = [], "", 0
    for word in _words(text_):
        room = display_width(word)
        if used + room > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()  # noqa: PLW2901 - a line does not begin with a blank
        while display_width(word) > width:
            cut = max(1, width // 2)
            lines.append(line + word[:cut])
            line, used, word = "", 0, word[cut:]  # noqa: PLW2901 - the rest of a word too long for a line
        line, used = line + word, used + display_width(word)
    return [*lines, line.rstrip()] if line or not lines else lines


def _words(text_: str) -> list[str]:
    """Han characters one by one with the marks that belong to them, runs of ASCII with the blank before them."""
    found: list[str] = []
    for character in text_:
        plain = character.isascii() and character != " "
        held = found and (character in _CLOSING or found[-1][-1] in _OPENING)
        if held or (found and plain and found[-1][-1].isascii()):
            found[-1] += character
        else:
            found.append(character)
    return found
