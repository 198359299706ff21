"""Policy text to surface tree, with every syntax fault of the file in one run.

The file is cut at the left margin and each block is parsed alone; where a statement is faulty it is reported,
left out, and the block is parsed again, so that one statement gives one message.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import lark
from lark import Lark, Token, UnexpectedToken
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Reduce, Shift

from policylang import cache
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.span import Span
from policylang.syntax import ast
from policylang.syntax.builder import Builder
from policylang.syntax.faults import syntax_fault
from policylang.syntax.keywords import grammar_text
from policylang.syntax.lexer import Comment, Line, Tokens, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lark.lexer import LexerState

    from policylang.source.text import SourceText

#: How deep brackets and blocks may nest, and how many tokens and digits a file and a number may have.
MAX_DEPTH = 64
MAX_TOKENS = 100_000
MAX_DIGITS = 38
_MAX_FAULTS = 50
_NESTING = frozenset(
    {"NOT", "CONSECUTIVE", "ANY_YEAR", "LAST_YEAR", "ASSESSED_YEAR"} | {"LATER", "EARLIER", "OF", "RAISED", "YEAR_OF"}
)
_FLAT = frozenset({"NEWLINE", "AND", "OR", "COMMA"})


class _Fed(Lexer):
    """The parser is fed token by token; it never reads by itself."""

    def __init__(self, conf: object) -> None:
        """Nothing is kept of ``conf``."""

    def lex(self, lexer_state: LexerState, parser_state: object) -> Iterator[Token]:  # noqa: ARG002 - the signature of lark
        """No tokens."""
        return iter(())  # pragma: no cover - the parser never asks


class _Acceptable:
    """The terminals that can follow what the parser holds on its stack.

    Exact: the table alone would also name terminals that follow the same words elsewhere, so the reductions
    that a terminal causes are tried.
    """

    def __init__(self, states: Any, stack: Sequence[int]) -> None:
        self._states = states
        self._stack = stack

    def __contains__(self, terminal: object) -> bool:
        action, what = self._states[self._stack[-1]].get(terminal, (None, None))
        if action is not Reduce:
            return action is Shift
        stack = list(self._stack)
        while action is Reduce:
            del stack[len(stack) - len(what.expansion) :]
            stack.append(self._states[stack[-1]][what.origin.name][1])
            action, what = self._states[stack[-1]].get(terminal, (None, None))
        return action is Shift


@functools.cache
def _parser() -> Lark:
    """The parser of one block; its tables, which take lark 0.3 s, are kept from the last time."""
    grammar, options = grammar_text(), {"start": "block", "parser": "lalr", "maybe_placeholders": False}
    key = cache.key("parser", grammar, repr(options), lark.__version__)
    kept = cache.kept(key)
    if isinstance(kept, bytes):
        return Lark.load(BytesIO(kept))
    parser = Lark(grammar, lexer=_Fed, transformer=Builder(), **cast("Any", options))
    parser.save(tables := BytesIO())
    cache.keep(key, tables.getvalue())
    return parser


@dataclass(frozen=True, slots=True)
class Parsed:
    """A policy as far as it could be read, with the comments and tokens that the formatter needs."""

    policy: ast.Policy
    comments: tuple[Comment, ...]
    tokens: tuple[tuple[Token, ...], ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: SourceText) -> Parsed:
    """Parse a whole policy file. Never raises for a fault of the file: see ``diagnostics``."""
    lines, comments = lines_of(source.text)
    blocks: list[ast.Block] = []
    diagnostics: list[Diagnostic] = []
    found: list[Comment] = list(comments)
    tokens: list[tuple[Token, ...]] = []
    total = 0
    for chunk in _chunks(lines):
        block, read, more, remarks = _block(source.text, chunk)
        total += len(read)
        if block is not None:
            blocks.append(block)
        tokens.append(read)
        diagnostics += more
        found += remarks
        if total > MAX_TOKENS:
            diagnostics.append(_too_many(chunk[0]))
            break
        if len(diagnostics) >= _MAX_FAULTS:
            break
    found.sort(key=lambda comment: comment.span.start)
    return Parsed(ast.Policy(tuple(blocks)), tuple(found), tuple(tokens), tuple(diagnostics))


def _chunks(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    chunk: list[Line] = []
    for line in lines:
        if line.indent == 0 and chunk:
            yield tuple(chunk)
            chunk = []
        chunk.append(line)
    if chunk:
        yield tuple(chunk)


def _block(
    text: str, lines: tuple[Line, ...]
) -> tuple[ast.Block | None, tuple[Token, ...], list[Diagnostic], list[Comment]]:
    """Parse one block, leaving out faulty statements until it parses."""
    diagnostics: list[Diagnostic] = []
    emptied: set[int] = set()
    while True:
        block, tokens, fault, reader = _attempt(text, lines)
        found = [*diagnostics, *reader.diagnostics]
        if fault is None:
            return block, tokens, found, reader.comments
        at = _line_at(lines, fault.primary.span.start if fault.primary else 0)
        if not (fault.code in {"empty-block", "half-table"} and lines[at].start in emptied):
            diagnostics.append(fault)
            found.append(fault)
        first = max(start for start in reader.starts if start <= at)
        if first == 0 or len(diagnostics) >= _MAX_FAULTS:
            return None, tokens, found, reader.comments
        last = _end(lines, first)
        emptied.add(lines[_opener(lines, first)].start)
        lines = (*lines[:first], *lines[last:])


def _attempt(
    text: str, lines: tuple[Line, ...]
) -> tuple[ast.Block | None, tuple[Token, ...], Diagnostic | None, Tokens]:
    machine = _parser().parse_interactive()
    state = machine.parser_state
    states = state.parse_conf.parse_table.states
    acceptable = _Acceptable(states, state.state_stack)
    reader = Tokens(text, lines, lambda: acceptable)
    read: list[Token] = []
    nested = 0
    for token in reader:
        nested = 0 if token.type in _FLAT else nested + (token.type in _NESTING)
        if reader.depth + nested > MAX_DEPTH:
            return None, tuple(read), _too_deep(token), reader
        if token.type == "NUMBER" and len(token) > MAX_DIGITS:
            return None, tuple(read), _too_long(token), reader
        expected = _Acceptable(states, tuple(state.state_stack))
        try:
            state.feed_token(token)
        except UnexpectedToken:
            return None, tuple(read), syntax_fault(text, token, tuple(read), expected), reader
        read.append(token)
    end = Token("$END", "", start_pos=lines[-1].end, end_pos=lines[-1].end)
    expected = _Acceptable(states, tuple(state.state_stack))
    try:
        block = state.feed_token(end, is_end=True)
    except UnexpectedToken:
        return None, tuple(read), syntax_fault(text, end, tuple(read), expected), reader
    return cast("ast.Block", block), tuple(read), None, reader


def _line_at(lines: tuple[Line, ...], offset: int) -> int:
    return next((number for number in range(len(lines) - 1, -1, -1) if lines[number].start <= offset), 0)


def _end(lines: tuple[Line, ...], first: int) -> int:
    """The line after the statement that begins on line ``first``, with all that stands deeper under it."""
    return next((n for n in range(first + 1, len(lines)) if lines[n].indent <= lines[first].indent), len(lines))


def _opener(lines: tuple[Line, ...], at: int) -> int:
    """The line under which line ``at`` stands."""
    return next((number for number in range(at - 1, -1, -1) if lines[number].indent < lines[at].indent), 0)


def _too_deep(token: Token) -> Diagnostic:
    return error(
        "too-deep", _place(token), f"嵌套超过{MAX_DEPTH}层", f"nested deeper than {MAX_DEPTH} levels",
        help_zh="把内层条件写成一个“定义”，在这里引用它的名称",
        help_en="turn an inner condition into a definition and use its name here",
    )  # fmt: skip


def _too_long(token: Token) -> Diagnostic:
    return error(
        "number-too-long", _place(token),
        f"数字超过{MAX_DIGITS}位", f"a number of more than {MAX_DIGITS} digits",
        help_zh="检查是否多输了数字；大额请用“万元”“亿元”",
        help_en="check for extra digits; write large sums in wan-yuan",
    )  # fmt: skip


def _too_many(line: Line) -> Diagnostic:
    return error(
        "too-many-words", Span(line.start, line.end),
        f"文件超过{MAX_TOKENS}个词", f"more than {MAX_TOKENS} words in one file",
        help_zh="把办法拆成几个文件", help_en="split the measure into several files",
    )  # fmt: skip


def _place(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)
