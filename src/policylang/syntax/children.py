"""What the parser hands to a builder: finding names, texts, nodes and places among a rule's children."""

from __future__ import annotations

from typing import Any, TypeVar

from lark import Token

from policylang.source.text import Span
from policylang.syntax import ast

Child = Any
Node = TypeVar("Node")


def span_of(children: list[Child]) -> Span:
    """The span from the first child to the last."""
    first, last = children[0], children[-1]
    start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
    end = last.end_pos or 0 if isinstance(last, Token) else last.span.end
    return Span(start, end)


def tight(children: list[Child]) -> Span:
    """The span without the line ends and block marks around it."""
    kept = [c for c in children if not (isinstance(c, Token) and c.type in {"NEWLINE", "INDENT", "DEDENT", "COLON"})]
    return span_of(kept or children)


def token_of(children: list[Child], *kinds: str) -> Token | None:
    """The first token of one of these kinds."""
    return next((c for c in children if isinstance(c, Token) and c.type in kinds), None)


def idents(children: list[Child], kind: str = "NAME") -> tuple[ast.Ident, ...]:
    """The tokens of a kind as names."""
    return tuple(ident(c) for c in children if isinstance(c, Token) and c.type == kind)


def ident(token: Token) -> ast.Ident:
    """A token as a name."""
    return ast.Ident(str(token), Span(token.start_pos or 0, token.end_pos or 0))


def text_of(token: Token) -> ast.Text:
    """A quoted token without its quotes."""
    return ast.Text(str(token)[1:-1], Span(token.start_pos or 0, token.end_pos or 0))


def texts(children: list[Child]) -> tuple[ast.Text, ...]:
    """The quoted texts among the children."""
    return tuple(text_of(c) for c in children if isinstance(c, Token) and c.type == "STRING")


def nodes(children: list[Child], *kinds: type[Node]) -> tuple[Node, ...]:
    """The children of these classes."""
    return tuple(c for c in children if isinstance(c, kinds))


def expressions_in(children: list[Child]) -> list[Child]:
    """The children that are not tokens."""
    return [c for c in children if not isinstance(c, Token)]


def digits(text: str) -> list[int]:
    """The numbers in a text such as 2025年12月31日."""
    parts, current = [], ""
    for character in text + " ":
        if character.isdigit():
            current += str(int(character))
        elif current:
            parts.append(int(current))
            current = ""
    return parts
