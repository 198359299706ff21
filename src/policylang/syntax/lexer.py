"""Text to tokens. The parser's state says what may come next, so a keyword never splits a name.

Three things are decided here and nowhere else: where a line continues the one before it, which words are
keywords, and how a threshold such as ``不少于12场`` or ``30人以上`` falls into its parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lark import Token

from policylang.measure.citation import CITATION, LABEL
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.text import Span
from policylang.syntax.keywords import spelled, unit_spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

_TAB = 4
_UNIT = "|".join(sorted(map(re.escape, unit_spellings()), key=len, reverse=True))
BLANKS = " \t\u3000\u00a0"
_DIGIT = "[一二两三四五六七八九]"
_NUMERAL = rf"(?=[一二两三四五六七八九十])(?:{_DIGIT}千)?(?:零?{_DIGIT}百)?(?:零?{_DIGIT}?十)?(?:零?{_DIGIT})?"
_NUMBER = r"[0-9０-９]+(?:,[0-9０-９]{3}(?![0-9０-９]))*(?:[.．][0-9０-９]+)?"
_TOKEN = re.compile(
    rf"(?P<space>[{BLANKS}]+)"
    r"|(?P<comment>[#＃].*)"
    r"|(?P<STRING>“(?:[^“”]|“[^“”]*”)*”|\"[^\"]*\")"
    r"|(?P<DOCUMENT>《[^》]*》)"
    r"|(?P<quoted>「[^」]*」)"
    r"|(?P<DATE>[0-9０-９]{4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日|[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.-]))"
    r"|(?P<MONTH_DAY>[0-9０-９]{1,2}月[0-9０-９]{1,2}日)"
    rf"|(?P<CITATION>{CITATION.pattern})"
    rf"|(?P<NUMBER>{_NUMBER})"
    r"|(?P<ascii>[A-Za-z_][\w.-]*)"
    r"|(?P<word>[^\W\d_][\w·]*)"
    r"|(?P<mark>.)",
)
_LABEL = re.compile(rf"(?!第\w{{1,8}}?[款项]\w)(?:{LABEL.pattern})")  # 第一项任务 is a name
_WORD = re.compile(r"[^\W\d_][\w·]*")
_UNIT_HERE = re.compile(rf"[{BLANKS}]*(?:(?P<unit>{_UNIT})(?![A-Za-z]))")
_CHINESE_QUANTITY = re.compile(rf"{_NUMERAL}(?={_UNIT})")
#: What a keyword without a blank after it needs where a name may stand: 连续2年, 本年度12月31日前.
_AMOUNT = re.compile(rf"(?:[0-9０-９]{{1,2}}月[0-9０-９]{{1,2}}日前?|{_NUMBER}(?:{_UNIT})?)(?!\w)")
_CHAPTER = re.compile(r"第[零〇一二三四五六七八九十百]+[章编节]")
_PHRASE = re.compile(rf"[A-Za-z-]+(?:[{BLANKS}]+[A-Za-z-]+){{0,3}}(?![\w.-])")  # no keyword has five words
_LAST_WORD = re.compile(rf"(?:^|[{BLANKS}]+)[A-Za-z-]+$")
_TITLE_END = re.compile(r"[〔\[#＃]")
_FULL_WIDTH = {ord(full): ord(plain) for full, plain in zip("０１２３４５６７８９．", "0123456789.", strict=True)}
#: Blocks that open without a colon at the end of their line.
_OPENERS = frozenset({"POLICY", "FACTS", "OUTCOMES", "QUOTA", "AMBIGUITY", "CITATION"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, kept for the formatter: its place, and whether it stands on a line of its own."""

    span: Span
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line that holds more than blanks and comments."""

    start: int
    end: int
    indent: int
    body: int


def plain_digits(text: str) -> str:
    """A number with ASCII digits and point, otherwise as written."""
    return text.translate(_FULL_WIDTH)


def indent_of(blanks: str) -> int:
    """How deep blanks at the start of a line indent it: a tab counts four, an ideographic blank two."""
    return sum(_TAB if c == "\t" else 2 if c == "\u3000" else 1 for c in blanks)


def lines_of(text: str) -> tuple[tuple[Line, ...], tuple[Comment, ...]]:
    """The lines of a file that hold words, and the comments that stand alone."""
    lines: list[Line] = []
    comments: list[Comment] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        body = len(content) - len(content.lstrip(BLANKS))
        if content[body : body + 1] in {"#", "＃"}:
            span = Span(start + body, start + len(content))
            comments.append(Comment(span, content[body:].rstrip(), alone=True))
        elif body < len(content):
            lines.append(Line(start, start + len(content), indent_of(content[:body]), start + body))
        start += len(raw)
    return tuple(lines), tuple(comments)


class Tokens:
    """The tokens of one block.

    ``accepts`` answers which terminals the parser can take now; iteration must be in step with the parser.
    Faults found while reading are in ``diagnostics``; comments after code in ``comments``; the numbers of the
    lines that begin a statement in ``starts``.
    """

    def __init__(self, text: str, lines: tuple[Line, ...], accepts: Callable[[], Container[str]]) -> None:
        self._text = text
        self._lines = lines
        self._accepts = accepts
        self._stack = [0]
        self._brackets: list[int] = []
        self._odd: int | None = None
        self.starts: list[int] = []
        self.diagnostics: list[Diagnostic] = []
        self.comments: list[Comment] = []

    @property
    def depth(self) -> int:
        """How many blocks and brackets are open."""
        return len(self._stack) - 1 + len(self._brackets)

    def __iter__(self) -> Iterator[Token]:
        opener = opened = False
        for number, line in enumerate(self._lines):
            first = not (number and self._continues(line, opened=opened))
            if first:
                self.starts.append(number)
            if first and number:
                yield self._token("NEWLINE", line.start, line.start)
                self._brackets.clear()
                yield from self._step(line, opened=opened)
            kinds = []
            for token in self._line(line, first=first):
                kinds.append(token.type)
                yield token
            if first:
                opener = kinds[0] in _OPENERS or kinds == ["LABEL"] or "TITLE" in kinds or "RMARK" in kinds
            opened = opener or kinds[-1] == "COLON"
        end = self._lines[-1].end if self._lines else 0
        yield self._token("NEWLINE", end, end)
        for _ in self._stack[1:]:
            yield self._token("DEDENT", end, end)

    def _continues(self, line: Line, *, opened: bool) -> bool:
        """Whether the line belongs to the statement before it; a block may follow one that is ``opened``."""
        if line.indent > self._stack[-1]:
            return not (opened and "NEWLINE" in self._accepts())
        return self._odd is not None and line.indent > self._odd and "NEWLINE" not in self._accepts()

    def _step(self, line: Line, *, opened: bool) -> Iterator[Token]:
        """INDENT, or as many DEDENTs as the line closes blocks; an uneven line counts as its neighbours."""
        odd, self._odd = self._odd, None
        if line.indent > self._stack[-1] or (opened and odd is not None and line.indent > odd):
            self._stack.append(line.indent)
            yield self._token("INDENT", line.start, line.body)
            return
        while line.indent < self._stack[-1]:
            if line.indent > self._stack[-2]:
                self._odd = line.indent
                if line.indent != odd:
                    self.diagnostics.append(_uneven(line))
                return
            self._stack.pop()
            yield self._token("DEDENT", line.start, line.body)

    def _line(self, line: Line, *, first: bool) -> Iterator[Token]:
        position = line.body
        if first:
            for token in self._start(line):
                yield token
                position = int(token.end_pos or 0)
                if "TITLE" in self._accepts():
                    title = self._title(position, line.end)
                    if title is not None:
                        yield title
                        position = int(title.end_pos or 0)
        while position < line.end:
            kind, match = self._match(position, line)
            if kind == "comment":
                self.comments.append(Comment(Span(position, line.end), match.group().rstrip(), alone=False))
                return
            position = match.end()
            if kind != "space":
                for token in self._read(kind, match, line):
                    yield token
                    position = int(token.end_pos or 0)

    def _match(self, position: int, line: Line) -> tuple[str, re.Match[str]]:
        """What stands at ``position``; a clause number only where one may stand, lest it split a name."""
        match = _TOKEN.match(self._text, position, line.end)
        assert match is not None  # noqa: S101 - the last alternative takes any character
        if match.lastgroup == "CITATION" and "CITATION" not in self._accepts() and "NAME" in self._accepts():
            word = _WORD.match(self._text, position, line.end)
            assert word is not None  # noqa: S101 - every citation begins with a letter
            return "word", word
        return match.lastgroup or "", match

    def _start(self, line: Line) -> Iterator[Token]:
        """A label, citation or chapter that opens its line."""
        for kind, pattern in (("LABEL", _LABEL), ("CHAPTER", _CHAPTER)):
            match = pattern.match(self._text, line.body, line.end)
            if match is not None and kind in self._accepts():
                yield self._token(kind, match.start(), match.end())
                return
        match = CITATION.match(self._text, line.body, line.end)
        if match is not None and "CITATION" in self._accepts():
            yield self._token("CITATION", match.start(), match.end())

    def _title(self, start: int, end: int) -> Token | None:
        """The rest of a heading line up to its 〔 or its comment."""
        stop = _TITLE_END.search(self._text, start, end)
        rest = self._text[start : stop.start() if stop is not None else end]
        title = rest.strip()
        begin = start + len(rest) - len(rest.lstrip())
        return self._token("TITLE", begin, begin + len(title)) if title else None

    def _read(self, kind: str, match: re.Match[str], line: Line) -> Iterator[Token]:
        start, end = match.span()
        if kind == "NUMBER":
            yield self._number(start, end)
            yield from self._unit(end, line)
        elif kind == "word":
            yield from self._word(match, line)
        elif kind == "ascii":
            yield self._ascii(start, end, line)
        elif kind == "quoted":
            yield Token("NAME", match.group()[1:-1].strip(), start_pos=start, end_pos=end)
        elif kind == "mark":
            yield self._mark(start, end)
        else:
            yield self._token(kind, start, end)

    def _mark(self, start: int, end: int) -> Token:
        text = self._text[start:end]
        accepts = self._accepts()
        if "UNIT" in accepts and text in unit_spellings():
            return Token("UNIT", unit_spellings()[text], start_pos=start, end_pos=end)
        terminals = spelled().get(text, ("UNKNOWN",))
        terminal = next((t for t in terminals if t in accepts), terminals[0])
        if terminal == "LPAR":
            self._brackets.append(start)
        elif terminal == "RPAR" and self._brackets:
            self._brackets.pop()
        return self._token(terminal, start, end)

    def _number(self, start: int, end: int) -> Token:
        plain = plain_digits(self._text[start:end]).replace(",", "")
        return Token("NUMBER", plain, start_pos=start, end_pos=end)

    def _unit(self, position: int, line: Line) -> Iterator[Token]:
        match = _UNIT_HERE.match(self._text, position, line.end)
        if match is not None:
            start, end = match.span("unit")
            yield Token("UNIT", unit_spellings()[match["unit"]], start_pos=start, end_pos=end)

    def _word(self, match: re.Match[str], line: Line) -> Iterator[Token]:
        text, start, end = match.group(), match.start(), match.end()
        accepts = self._accepts()
        for terminal in spelled().get(text, ()):
            if terminal in accepts:
                yield self._token(terminal, start, end)
                return
        unit = _UNIT_HERE.match(text)
        if unit is not None and "UNIT" in accepts and _before_digit(text[unit.end() :]) in {"", *spelled()}:
            yield from self._unit(start, line)
            return
        prefix = _before_digit(text)
        after = start + len(prefix)
        if after < end and ("NAME" not in accepts or _AMOUNT.match(self._text, after, line.end)):
            for terminal in spelled().get(prefix, ()):
                if terminal in accepts:
                    yield self._token(terminal, start, after)
                    return
        numeral = _CHINESE_QUANTITY.match(self._text, start, line.end)
        if numeral is not None and "NUMBER" in accepts and "NAME" not in accepts:
            yield Token("NUMBER", numeral.group(), start_pos=start, end_pos=numeral.end())
            yield from self._unit(numeral.end(), line)
            return
        misplaced = "NAME" not in accepts and text in spelled()
        yield self._token(spelled()[text][0] if misplaced else "NAME", start, end)

    def _ascii(self, start: int, end: int, line: Line) -> Token:
        accepts = self._accepts()
        phrase = _PHRASE.match(self._text, start, line.end)
        words = phrase.group() if phrase is not None else ""
        while words:
            for terminal in spelled().get(" ".join(words.split()), ()):
                if terminal in accepts:
                    return self._token(terminal, start, start + len(words))
            words = _LAST_WORD.sub("", words)
        text = self._text[start:end]
        if "UNIT" in accepts and text in unit_spellings():
            return Token("UNIT", unit_spellings()[text], start_pos=start, end_pos=end)
        return self._token("NAME", start, end)

    def _token(self, kind: str, start: int, end: int) -> Token:
        return Token(kind, self._text[start:end], start_pos=start, end_pos=end)


def _before_digit(text: str) -> str:
    return re.split(r"\d", text, maxsplit=1)[0]


def _uneven(line: Line) -> Diagnostic:
    return error(
        "uneven-indent",
        Span(line.start, line.body),
        "这一行的缩进与上面任何一级都对不齐",
        "this line is indented like none of the lines above it",
        help_zh="同一级的各行左边对齐；每深一级多缩进两个空格",
        help_en="align lines of one level; indent each deeper level by two blanks",
    )
