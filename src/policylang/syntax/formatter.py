"""A policy file in its canonical layout, in Chinese or in English.

The formatter works on tokens: it changes how keywords, marks, numbers, units and dates are spelled, the blanks
between words and the line breaks, and nothing else. Line breaks follow from the words alone, so a file comes
out the same whatever its layout was, and the same again after a turn through the other language.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from policylang.source.text import SourceText
from policylang.source.width import display_width, pad
from policylang.syntax.layout import Lang, Words
from policylang.syntax.lexer import BLANKS, Comment, indent_of
from policylang.syntax.parser import Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Token

#: The display columns of a line, and of one level of indentation.
WIDTH = 110
_STEP = 2


class FormatError(Exception):
    """The file could not be formatted without changing what it says; nothing is lost, it stays as it is."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """The tokens between two line ends of the grammar; ``opens`` when a block stands under it."""

    tokens: tuple[Token, ...]
    level: int
    opens: bool

    @property
    def start(self) -> int:
        return self.tokens[0].start_pos or 0

    @property
    def end(self) -> int:
        return self.tokens[-1].end_pos or 0


@dataclass(slots=True)
class _Item:
    """A statement, or a comment between statements, with its comments and its place in the source."""

    level: int
    start: int
    end: int
    statement: _Statement | None
    comments: list[Comment]
    blank: bool = False


def format_policy(parsed: Parsed, source: SourceText, lang: Lang) -> str:
    """The whole file in canonical layout, keywords and punctuation in ``zh`` or ``en``.

    Raises:
        FormatError: The file has syntax errors, or the result would not read back as the same policy.
    """
    if parsed.diagnostics:
        raise FormatError("a file with syntax errors is not formatted")
    items = _items(parsed, source.text)
    _set_blanks(items, source.text)
    lines: list[str] = []
    tables = _tables(items, source.text, lang)
    for number, item in enumerate(items):
        lines += [""] * item.blank
        if number in tables:
            lines += _row(item, *tables[number])
        else:
            lines += _lines(item, source.text, lang)
    text = "".join(f"{line}\n" for line in lines)
    again = parse(SourceText(source.name, text))
    if again.diagnostics or again.policy != parsed.policy:
        raise FormatError("the formatted file would not say the same")
    if [c.text for c in again.comments] != [c.text for c in parsed.comments]:
        raise FormatError("the formatted file would lose a comment")
    return text


def _statements(parsed: Parsed) -> Iterator[_Statement]:
    for block in parsed.tokens:
        level = 0
        words: list[Token] = []
        for number, token in enumerate(block):
            if token.type == "NEWLINE":
                opens = number + 1 < len(block) and block[number + 1].type == "INDENT"
                yield _Statement(tuple(words), level, opens)
                words = []
            elif token.type in {"INDENT", "DEDENT"}:
                level += 1 if token.type == "INDENT" else -1
            else:
                words.append(token)


def _items(parsed: Parsed, text: str) -> list[_Item]:
    """The statements and the comments between them, in order; other comments go with their statement."""
    statements = list(_statements(parsed))
    starts = [statement.start for statement in statements]
    after: list[list[Comment]] = [[] for _ in range(len(statements) + 1)]
    items = [_Item(s.level, s.start, s.end, s, []) for s in statements]
    for comment in parsed.comments:
        at = bisect_right(starts, comment.span.start)
        if at and (not comment.alone or comment.span.start < statements[at - 1].end):
            items[at - 1].comments.append(comment)
            items[at - 1].end = max(items[at - 1].end, comment.span.end)
        else:
            after[at].append(comment)
    columns: list[int] = []
    ordered: list[_Item] = []
    for number, comments in enumerate(after):
        if number:
            item = items[number - 1]
            columns = [*columns[: item.level], _column(text, item.start)]
            ordered.append(item)
        following = statements[number].level if number < len(statements) else 0
        for comment in comments:
            level = _comment_level(_column(text, comment.span.start), columns, following)
            ordered.append(_Item(level, comment.span.start, comment.span.end, None, [comment]))
    return ordered


def _column(text: str, start: int) -> int:
    """How deep the line that begins at ``start`` is indented."""
    blanks = start
    while blanks and text[blanks - 1] in BLANKS:
        blanks -= 1
    return indent_of(text[blanks:start])


def _comment_level(column: int, columns: list[int], following: int) -> int:
    """The level of the statement that follows, or of the block that the comment ends when it stands deeper."""
    inside = [level for level in range(following + 1, len(columns)) if columns[level] <= column]
    return max(inside, default=following)


def _set_blanks(items: list[_Item], text: str) -> None:
    """Where an empty line goes: around top-level blocks by rule, elsewhere one where the author left some."""
    head: _Statement | None = None
    for number, item in enumerate(items):
        previous = items[number - 1] if number else None
        if previous is not None:
            under = previous.statement is not None and item.level > previous.level
            empty = len(f"{text[previous.end : item.start]}.".splitlines()) > 2
            item.blank = empty and not under
        statement = item.statement
        if statement is None or statement.level:
            continue
        if head is not None:
            _part(items, number, apart=not (_bare(head) and _bare(statement)))
        head = statement


def _part(items: list[_Item], number: int, *, apart: bool) -> None:
    """Put an empty line before a top-level block and the comments right above it, or take it away."""
    first = number
    while items[first - 1].statement is None and items[first - 1].level == 0 and not items[first].blank:
        first -= 1
    if apart:
        items[first].blank = True
    elif items[number - 1].statement is not None:
        items[number].blank = False


def _bare(statement: _Statement) -> bool:
    """An article that is its heading alone."""
    return statement.tokens[0].type == "CITATION" and not statement.opens


def _tables(items: list[_Item], text: str, lang: Lang) -> dict[int, tuple[list[str], list[int]]]:
    """The cells of each row and the widths of its columns, by the number of the item."""
    found: dict[int, tuple[list[str], list[int]]] = {}
    widths: list[int] = []
    for number, item in enumerate(items):
        statement = item.statement
        if statement is None:
            continue
        if statement.tokens[0].type != "BAR":
            widths = []
        elif not any(comment.span.start < statement.end for comment in item.comments):
            cells = list(_cells(statement, text, lang))
            widths += [0] * (len(cells) - len(widths))
            for column, cell in enumerate(cells):
                widths[column] = max(widths[column], display_width(cell))
            found[number] = cells, widths
    return found


def _cells(statement: _Statement, text: str, lang: Lang) -> Iterator[str]:
    words = Words(statement.tokens, text, lang)
    bars = [number for number, token in enumerate(statement.tokens) if token.type == "BAR"]
    for left, right in pairwise(bars):
        yield words.line(left + 1, right)


def _row(item: _Item, cells: list[str], widths: list[int]) -> Iterator[str]:
    padded = (pad(cell, widths[column]) for column, cell in enumerate(cells))
    yield _margin(item.level) + f"| {' | '.join(padded)} |" + "".join(f"  {c.text}" for c in item.comments)


def _lines(item: _Item, text: str, lang: Lang) -> list[str]:
    """A statement with its comments, or a comment; a comment inside a statement breaks its line there."""
    margin = _margin(item.level)
    statement = item.statement
    if statement is None:
        return [margin + comment.text for comment in item.comments]
    deeper = margin + " " * _STEP * (2 if statement.opens else 1)
    words = Words(statement.tokens, text, lang)
    lines: list[str] = []
    first = 0
    for comment in [*item.comments, None]:
        last = len(statement.tokens)
        if comment is not None:
            last = sum((token.start_pos or 0) < comment.span.start for token in statement.tokens)
        if first < last:
            room, later = (WIDTH - len(start) for start in (deeper if lines else margin, deeper))
            for start, end in words.broken(first, last, room, later):
                lines.append((deeper if lines else margin) + words.line(start, end))
            first = last
        if comment is not None and comment.alone:
            lines.append(deeper + comment.text)
        elif comment is not None:
            lines[-1] += f"  {comment.text}"
    return lines


def _margin(level: int) -> str:
    return " " * _STEP * level
