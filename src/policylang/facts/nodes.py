"""A document as it is written: texts, lists and mappings with their places. Nothing is typed here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policylang.source.characters import visible

if TYPE_CHECKING:
    from policylang.source.diagnostic import Message
    from policylang.source.span import Span

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LONGEST_QUOTE = 40

#: Caps on a document, which bound the time and the stack that reading it can take.
MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single text, never typed by the notation: ``no``, ``010`` and ``1:30`` are these texts."""

    text: str
    quoted: bool = False
    span: Span | None = field(default=None, compare=False)

    @property
    def is_null(self) -> bool:
        """Whether nothing is recorded here: an empty place, ``~`` or ``null`` without quotation marks."""
        return not self.quoted and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order written; from a file no key comes twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A Python value that no document can hold exactly, with the reason; never from a file."""

    text: str
    why: Message
    span: Span | None = field(default=None, compare=False)


Node = Scalar | Sequence | Mapping | Refused


def is_null(node: Node) -> bool:
    """Whether nothing is recorded here."""
    return isinstance(node, Scalar) and node.is_null


def quote(text: str) -> str:
    """A text from a document as a message may repeat it: on one line, nothing hidden, cut when it is long."""
    return visible(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")


def plain(node: Node) -> object:
    """The tree as JSON has it, every text a string: what JSON Schemas and comparisons are applied to."""
    match node:
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key.text: plain(value) for key, value in entries}
        case Scalar() | Refused():
            return None if is_null(node) else node.text
