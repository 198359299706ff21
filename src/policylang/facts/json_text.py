"""JSON by RFC 8259, to the letter: what any reader of the standard accepts, and nothing else."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from policylang.facts.builder import TreeBuilder, UnreadableError
from policylang.facts.nodes import Node, Scalar, quote
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.span import Span

if TYPE_CHECKING:
    from policylang.source.text import SourceText

_BLANK = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(
    r"""
    (?P<mark>   [][{},:] )
  | (?P<string> "(?: [^"\\\x00-\x1f]++ | \\["\\/bfnrt] | \\u[0-9A-Fa-f]{4} )*+" )
  | (?P<number> -?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)? )
  | (?P<word>   true|false|null )
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[-+\w.]+|.", re.DOTALL)

#: What people write instead of JSON, with what to write; the first that the text at fault begins with.
_HINTS = (
    (("NaN", "Infinity", "-Infinity"), "这不是数；没有记录时写 null",
     "that is no number; write null where nothing is recorded"),
    (("'", "“", "”", "‘", "’", "＂"), '文字用英文双引号 " 括起', 'put texts between straight quotes "'),
    (("：", "，", "｛", "｝", "［", "］"), "请改用半角的 : , { } [ ]", "use the ASCII marks : , { } [ ]"),
    (("//", "/*", "#"), "JSON 不能写注释，请删去", "JSON has no comments; remove it"),
    ((",", "}", "]"), "请检查前面是否多了或者少了逗号", "look for an extra or a missing comma before it"),
    (('"',), "请检查引号是否成对；文字中的换行写作 \\n，反斜杠写作 \\\\",
     "look for the closing quotation mark; a newline in a text is written \\n, a backslash \\\\"),
)  # fmt: skip


class _Token(NamedTuple):
    kind: str
    text: str
    span: Span


def parse_json(source: SourceText) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of a JSON text and what is wrong with it; no tree where it is not JSON. Never raises."""
    parser = _Parser(source.text)
    try:
        parser.document()
    except UnreadableError as stop:
        return None, (*parser.builder.diagnostics, stop.diagnostic)
    return parser.builder.root, tuple(parser.builder.diagnostics)


class _Parser:
    """Recursive descent; the builder ends it before it is nested too deep."""

    def __init__(self, text: str) -> None:
        self.builder = TreeBuilder()
        self._text = text
        self._token = self._read(0)

    def document(self) -> None:
        """One value and nothing after it."""
        self._value()
        if self._token.kind != "end":
            raise self._unexpected("文件到这里应当结束", "the file should end here")

    def _value(self) -> None:
        token = self._token
        match token.kind, token.text:
            case "mark", "{":
                self._members(token.span.start)
            case "mark", "[":
                self._items(token.span.start)
            case (("string" | "number" | "word"), _):
                self.builder.scalar(self._scalar())
            case _:
                raise self._unexpected("这里应当是一个值", "a value should stand here")

    def _members(self, start: int) -> None:
        self.builder.open(start, mapping=True)
        self._advance()
        more = not self._at("}")
        while more:
            if self._token.kind != "string":
                raise self._unexpected("这里应当是加双引号的名称", "a name in double quotes should stand here")
            self.builder.scalar(self._scalar())
            if not self._at(":"):
                raise self._unexpected("名称后面应当是冒号", "a colon should follow the name")
            self._advance()
            self._value()
            more = self._comma("}")
        self._close()

    def _items(self, start: int) -> None:
        self.builder.open(start, mapping=False)
        self._advance()
        more = not self._at("]")
        while more:
            self._value()
            more = self._comma("]")
        self._close()

    def _comma(self, closing: str) -> bool:
        """Whether another part follows."""
        if self._at(","):
            self._advance()
            return True
        if not self._at(closing):
            raise self._unexpected(f"这里应当是逗号或者“{closing}”", f"a comma or “{closing}” should stand here")
        return False

    def _close(self) -> None:
        self.builder.close(self._token.span.end)
        self._advance()

    def _scalar(self) -> Scalar:
        token = self._token
        self._advance()
        if token.kind == "string":
            return Scalar(json.loads(token.text), quoted=True, span=token.span)
        return Scalar(token.text, span=token.span)

    def _at(self, mark: str) -> bool:
        return self._token.kind == "mark" and self._token.text == mark

    def _advance(self) -> None:
        self._token = self._read(self._token.span.end)

    def _read(self, position: int) -> _Token:
        blank = _BLANK.match(self._text, position)
        start = blank.end() if blank else position
        match = _TOKEN.match(self._text, start)
        if match is not None:
            return _Token(match.lastgroup or "", match.group(), Span(*match.span()))
        odd = _WORD.match(self._text, start)
        if odd is None:
            return _Token("end", "", Span(start, start))
        return _Token("odd", odd.group(), Span(*odd.span()))

    def _unexpected(self, zh: str, en: str) -> UnreadableError:
        start = self._token.span.start
        found = quote(self._token.text)
        help_zh, help_en = next(
            ((zh_, en_) for starts, zh_, en_ in _HINTS if self._text.startswith(starts, start)),
            (
                "请检查前面的引号、逗号和括号是否成对",
                "check the quotation marks, commas and brackets before it",
            ),
        )
        return UnreadableError(
            error(
                "broken-json",
                self._token.span,
                f"不是正确的 JSON：{zh}" + (f"，而不是“{found}”" if found else "，而文件已经结束"),
                f"this is not JSON: {en}, " + (f"not “{found}”" if found else "but the file ends"),
                help_zh=help_zh,
                help_en=help_en,
            )
        )
