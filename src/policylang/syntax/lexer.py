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
from policylang.syntax.keywords import keywords, spelled, unit_spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

_TAB = 4
_UNIT = "|".join(sorted(map(re.escape, unit_spellings()), key=len, reverse=True))
_NUMERALS = "一二两三四五六七八九十百千"
_TOKEN = re.compile(
    r"(?P<space>[ \t\u3000\u00a0]+)"
    r"|(?P<comment>[#＃].*)"
    r"|(?P<STRING>“(?:[^“”]|“[^“”]*”)*”|\"[^\"]*\")"
    r"|(?P<DOCUMENT>《[^》]*》)"
    r"|(?P<quoted>「[^」]*」)"
    r"|(?P<DATE>[0-9０-９]{4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日|[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.-]))"
    r"|(?P<MONTH_DAY>[0-9０-９]{1,2}月[0-9０-９]{1,2}日)"
    rf"|(?P<CITATION>{CITATION.pattern})"
    r"|(?P<NUMBER>[0-9０-９]+(?:,[0-9０-９]{3}(?![0-9０-９]))*(?:[.．][0-9０-９]+)?)"
    r"|(?P<ascii>[A-Za-z_][\w.-]*)"
    r"|(?P<word>[^\W\d_][\w·]*)"
    r"|(?P<mark>.)",
)
_UNIT_HERE = re.compile(rf"[ \t]*(?:(?P<zh>{_UNIT})(?![A-Za-z]))")
_CHINESE_QUANTITY = re.compile(rf"[{_NUMERALS}]+(?={_UNIT})")
_CHAPTER = re.compile(r"第[零〇一二三四五六七八九十百]+[章编节]")
_PHRASE = re.compile(r"[A-Za-z-]+(?:[ \t]+[A-Za-z-]+)*")
_FULL_WIDTH = {ord(full): ord(plain) for full, plain in zip("０１２３４５６７８９．，％", "0123456789.,%", strict=True)}
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


def lines_of(text: str) -> tuple[tuple[Line, ...], tuple[Comment, ...]]:
    """The lines of a file that hold words, and the comments that stand alone."""
    lines: list[Line] = []
    comments: list[Comment] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        body = len(content) - len(content.lstrip(" \t\u3000\u00a0"))
        if content[body : body + 1] in {"#", "＃"}:
            comments.append(Comment(Span(start + body, start + len(content)), content[body:].rstrip(), alone=True))
        elif body < len(content):
            indent = sum(_TAB if c == "\t" else 2 if c == "\u3000" else 1 for c in content[:body])
            lines.append(Line(start, start + len(content), indent, start + body))
        start += len(raw)
    return tuple(lines), tuple(comments)


class Tokens:
    """The tokens of one block.

    ``accepts`` answers which terminals the parser can take now; iteration must be in step with the parser.
    Faults found while reading are in ``diagnostics``; comments after code in ``comments``.
    """

    def __init__(self, text: str, lines: tuple[Line, ...], accepts: Callable[[], Container[str]]) -> None:
        self._text = text
        self._lines = lines
        self._accepts = accepts
        self._stack = [0]
        self._brackets: list[int] = []
        self.diagnostics: list[Diagnostic] = []
        self.comments: list[Comment] = []

    @property
    def depth(self) -> int:
        """How many blocks and brackets are open."""
        return len(self._stack) - 1 + len(self._brackets)

    def __iter__(self) -> Iterator[Token]:
        opened = False
        for number, line in enumerate(self._lines):
            deeper = line.indent > self._stack[-1] and not (opened and "NEWLINE" in self._accepts())
            if number and not (self._brackets or deeper):
                yield self._token("NEWLINE", line.start, line.start)
                yield from self._step(line)
                first = True
            else:
                first = number == 0
            last = kind = heading = ""
            for token in self._line(line, first=first):
                kind = kind or token.type
                heading = heading or ("TITLE" if token.type in {"TITLE", "RMARK"} else "")
                last = token.type
                yield token
            if first:
                opened = kind in _OPENERS or bool(heading) or (kind == last == "LABEL")
            opened = opened or last == "COLON"
            if last and last != "COLON" and not first:
                opened = False
        end = self._lines[-1].end if self._lines else 0
        yield self._token("NEWLINE", end, end)
        for _ in self._stack[1:]:
            yield self._token("DEDENT", end, end)

    def _step(self, line: Line) -> Iterator[Token]:
        """INDENT, or as many DEDENTs as the line closes blocks."""
        if line.indent > self._stack[-1]:
            self._stack.append(line.indent)
            yield self._token("INDENT", line.start, line.body)
            return
        while line.indent < self._stack[-1]:
            self._stack.pop()
            yield self._token("DEDENT", line.start, line.body)
        if line.indent != self._stack[-1]:
            self.diagnostics.append(
                error(
                    "uneven-indent", Span(line.start, max(line.body, line.start + 1)),
                    "这一行的缩进与上面任何一级都对不齐", "this line is indented like none of the lines above it",
                    help_zh="同一级的各行左边对齐；每深一级多缩进两个空格",
                    help_en="align lines of one level; indent each deeper level by two blanks",
                ),
            )  # fmt: skip
            self._stack[-1] = line.indent

    def _line(self, line: Line, *, first: bool) -> Iterator[Token]:
        position = line.body
        if first:
            for token in self._start(line):
                yield token
                position = int(token.end_pos or 0)
                if token.type == "CHAPTER" or (token.type in {"LABEL", "CITATION"} and "TITLE" in self._accepts()):
                    title = self._title(position, line.end)
                    if title is not None:
                        yield title
                        position = int(title.end_pos or 0)
        while position < line.end:
            match = _TOKEN.match(self._text, position, line.end)
            assert match is not None  # noqa: S101 - the last alternative takes any character
            kind = match.lastgroup or ""
            if kind == "comment":
                self.comments.append(Comment(Span(position, line.end), match.group().rstrip(), alone=False))
                return
            position = match.end()
            if kind != "space":
                for token in self._read(kind, match, line):
                    yield token
                    position = int(token.end_pos or 0)

    def _start(self, line: Line) -> Iterator[Token]:
        """A label, citation or chapter that opens its line."""
        for kind, pattern in (("LABEL", LABEL), ("CHAPTER", _CHAPTER)):
            match = pattern.match(self._text, line.body, line.end)
            if match is not None and kind in self._accepts():
                yield self._token(kind, match.start(), match.end())
                return
        match = CITATION.match(self._text, line.body, line.end)
        if match is not None and "CITATION" in self._accepts():
            yield self._token("CITATION", match.start(), match.end())

    def _title(self, start: int, end: int) -> Token | None:
        """The rest of a heading line up to its 〔 or its comment."""
        rest = re.compile(r"[ \t\u3000]*(?P<title>[^〔\[#＃\s][^〔\[#＃]*?)?[ \t\u3000]*(?=[〔\[#＃]|$)")
        match = rest.match(self._text[start:end])
        if match is None or not match["title"]:
            return None
        return self._token("TITLE", start + match.start("title"), start + match.end("title"))

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
        for terminal in spelled().get(text, ()):
            if terminal in accepts:
                break
        else:
            terminal = next(iter(spelled().get(text, ("UNKNOWN",))))
        if terminal == "LPAR":
            self._brackets.append(start)
        elif terminal == "RPAR" and self._brackets:
            self._brackets.pop()
        return self._token(terminal, start, end)

    def _number(self, start: int, end: int) -> Token:
        plain = self._text[start:end].translate(_FULL_WIDTH).replace(",", "")
        return Token("NUMBER", plain, start_pos=start, end_pos=end)

    def _unit(self, position: int, line: Line) -> Iterator[Token]:
        match = _UNIT_HERE.match(self._text, position, line.end)
        if match is not None:
            yield Token(
                "UNIT", unit_spellings()[match["zh"]], start_pos=match.start("zh"), end_pos=match.end("zh")
            )

    def _word(self, match: re.Match[str], line: Line) -> Iterator[Token]:
        text, start, end = match.group(), match.start(), match.end()
        accepts = self._accepts()
        for terminal in spelled().get(text, ()):
            if terminal in accepts:
                yield self._token(terminal, start, end)
                return
        if "UNIT" in accepts and text in unit_spellings():
            yield Token("UNIT", unit_spellings()[text], start_pos=start, end_pos=end)
            return
        prefix = re.match(r"\D+", text)
        if prefix is not None and len(prefix.group()) < len(text):
            for terminal in spelled().get(prefix.group(), ()):
                if terminal in accepts:
                    yield self._token(terminal, start, start + prefix.end())
                    return
        numeral = _CHINESE_QUANTITY.match(self._text, start, line.end)
        if numeral is not None and "NUMBER" in accepts and "NAME" not in accepts:
            yield Token("NUMBER", numeral.group(), start_pos=start, end_pos=numeral.end())
            yield from self._unit(numeral.end(), line)
            return
        if "NAME" not in accepts and text in spelled():
            yield self._token(spelled()[text][0], start, end)
            return
        yield self._token("NAME", start, end)

    def _ascii(self, start: int, end: int, line: Line) -> Token:
        accepts = self._accepts()
        phrase = _PHRASE.match(self._text, start, line.end)
        words = phrase.group() if phrase is not None else ""
        while words:
            for terminal in spelled().get(re.sub(r"[ \t]+", " ", words), ()):
                if terminal in accepts:
                    return self._token(terminal, start, start + len(words))
            if " " not in words and "\t" not in words:
                break
            words = re.sub(r"[ \t]+[A-Za-z-]+$", "", words)
        text = self._text[start:end]
        if "UNIT" in accepts and text in unit_spellings():
            return Token("UNIT", unit_spellings()[text], start_pos=start, end_pos=end)
        return self._token("NAME", start, end)

    def _token(self, kind: str, start: int, end: int) -> Token:
        return Token(kind, self._text[start:end], start_pos=start, end_pos=end)


def canonical(token: Token, lang: str) -> str:
    """How a token is written in ``zh`` or ``en``."""
    keyword = keywords().get(token.type)
    return keyword.in_(lang) if keyword is not None else str(token)
