"""The lines of a file that a diagnostic points at, with marks right under the text meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylang.source.characters import visible
from policylang.source.span import Span
from policylang.source.width import display_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.source.text import SourceText

_WIDEST = 160
"""Columns a line may take before only the part around the mark is shown."""
_BEFORE, _AFTER = 40, 100
"""Columns of a longer line shown before the start of the mark, and from there on."""
_CUT = "..."


class Mark(NamedTuple):
    """A span to underline with ``sign``, and the text to write after it."""

    span: Span
    sign: str
    text: str = ""


class Row(NamedTuple):
    """One printed row: a line of the file, with its number as gutter, or marks under one, without."""

    gutter: str
    text: str


def excerpt(source: SourceText, marks: Iterable[Mark]) -> list[Row]:
    """The lines under the marks in their order, each followed by one row for each of its marks.

    Lines left out between two shown ones become a row of dots. The first mark given on a line is the first
    under it. A line wider than 160 columns is cut around its mark, and shown again for every other mark.
    """
    rows: list[Row] = []
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(source.position(mark.span.start).line, []).append(mark)
    previous = 0
    for number, here in sorted(by_line.items()):
        if previous and number > previous + 1:
            rows.append(Row("", _CUT))
        previous = number
        line, shown = source.line(number), None
        for mark in here:
            span = _on_line(source, mark.span, len(line))
            window = _window(line, span)
            if window != shown:
                rows.append(Row(str(number), _cut(line, window)))
            shown = window
            rows.append(Row("", _underline(line, window, span, mark)))
    return rows


def _on_line(source: SourceText, span: Span, length: int) -> Span:
    """The part of a span on its first line, in columns from 0."""
    start = source.position(span.start).column - 1
    end = start + max(0, span.end - max(span.start, 0))
    return Span(min(start, length), min(end, length))


def _window(line: str, span: Span) -> Span:
    """The part of the line to show."""
    if len(line) <= _WIDEST and display_width(visible(line)) <= _WIDEST:
        return Span(0, len(line))
    before = line[max(0, span.start - _BEFORE) : span.start]
    return Span(
        span.start - _fitting(before[::-1], _BEFORE), span.start + _fitting(line[span.start :], _AFTER)
    )


def _fitting(text: str, columns: int) -> int:
    """How many characters from the start of the text fit into so many columns, at most as many as columns."""
    for count, char in enumerate(text[:columns]):
        columns -= display_width(visible(char))
        if columns < 0:
            return count
    return min(len(text), _AFTER)


def _cut(line: str, window: Span) -> str:
    before = _CUT if window.start else ""
    after = _CUT if window.end < len(line) else ""
    return before + visible(line[window.start : window.end]) + after


def _underline(line: str, window: Span, span: Span, mark: Mark) -> str:
    indent = display_width(_cut(line[: span.start], Span(window.start, span.start)))
    marked = display_width(visible(line[span.start : min(span.end, window.end)]))
    return f"{' ' * indent}{mark.sign * max(1, marked)} {mark.text}".rstrip()
