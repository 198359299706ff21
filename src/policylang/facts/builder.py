"""From the beginnings, ends and texts that a notation announces to one tree, within the caps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policylang.facts.nodes import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    quote,
)
from policylang.source.diagnostic import Diagnostic, Label, Message, error
from policylang.source.span import Span

if TYPE_CHECKING:
    from policylang.source.text import SourceText

_MOST_FINDINGS = 50


class UnreadableError(Exception):
    """The document cannot be read further, for the reason given as a diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end is still to come; keys and values of a mapping take turns."""

    mapping: bool
    start: int
    items: list[Node] = field(default_factory=list)


class TreeBuilder:
    """Builds a tree without recursion.

    A key given twice, one that is not a text, and ``<<`` are reported and left out; what follows is read.
    """

    def __init__(self) -> None:
        self.root: Node | None = None
        self.diagnostics: list[Diagnostic] = []
        self._open: list[_Open] = []
        self._count = 0

    def report(self, diagnostic: Diagnostic) -> None:
        """Note a fault that does not end the reading; beyond fifty no more are kept."""
        if len(self.diagnostics) < _MOST_FINDINGS:
            self.diagnostics.append(diagnostic)

    def open(self, start: int, *, mapping: bool) -> None:
        """Begin a list or a mapping.

        Raises:
            UnreadableError: it is nested too deep.
        """
        if len(self._open) == MAX_DEPTH:
            raise UnreadableError(_too_deep(Span(start, start + 1)))
        self._open.append(_Open(mapping, start))

    def scalar(self, scalar: Scalar) -> None:
        """Add a text."""
        self._add(scalar)

    def close(self, end: int | None = None) -> None:
        """End the innermost list or mapping; where it has no mark of its own, at the end of its last part."""
        done = self._open.pop()
        last = done.items[-1].span if done.items else None
        span = Span(done.start, end if end is not None else last.end if last is not None else done.start)
        self._add(self._mapping(done.items, span) if done.mapping else Sequence(tuple(done.items), span))

    def _add(self, node: Node) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            raise UnreadableError(_too_many(node.span))
        if self._open:
            self._open[-1].items.append(node)
        else:
            self.root = node

    def _mapping(self, items: list[Node], span: Span) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.report(not_plain(key.span, "清单或者另一组项目用作了键", "a list or a mapping stands as a key"))
            elif key.text == "<<" and not key.quoted:
                self.report(not_plain(key.span, "使用了合并键“<<”", "there is a merge key “<<”"))
            elif key.text in entries:
                self.report(_duplicate(key, entries[key.text][0]))
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), span)


def not_plain(span: Span | None, zh: str, en: str) -> Diagnostic:
    """The file uses more of YAML than one plain document of keys, lists and texts."""
    return error(
        "facts-not-plain",
        span,
        f"{zh}，事实文件不能使用这种写法",
        f"{en}, which a facts file may not use",
        help_zh="请直接写出内容本身，只使用“名称: 值”和以“- ”开头的清单",
        help_en="write the content itself, with nothing but “name: value” and lists that begin with “- ”",
    )


def too_large(source: SourceText) -> Diagnostic:
    """The text is longer than a document may be."""
    size = len(source.text)
    return error(
        "file-too-large",
        None,
        f"文件有 {size:,} 个字符，超过上限 {MAX_CHARACTERS:,} 个字符",
        f"this file has {size:,} characters, more than the limit of {MAX_CHARACTERS:,}",
        help_zh="请检查文件是否选错；每个工作站的事实应当单独成文件",
        help_en="check that this is the file you meant; each station has a file of its own",
    )


def _too_many(span: Span | None) -> Diagnostic:
    return error(
        "file-too-large",
        span,
        f"文件内容超过 {MAX_NODES:,} 项",
        f"this file holds more than {MAX_NODES:,} items",
        help_zh="请检查文件是否选错；每个工作站的事实应当单独成文件",
        help_en="check that this is the file you meant; each station has a file of its own",
    )


def _too_deep(span: Span) -> Diagnostic:
    return error(
        "too-deep",
        span,
        f"嵌套超过{MAX_DEPTH}层",
        f"nested deeper than {MAX_DEPTH} levels",
        help_zh="事实最多写到“清单的字段”一层；请检查多余的括号和缩进",
        help_en="facts go no deeper than the fields of a list; look for extra brackets and indents",
    )


def _duplicate(key: Scalar, first: Scalar) -> Diagnostic:
    return error(
        "duplicate-key",
        key.span,
        f"“{quote(key.text)}”写了两次",
        f"“{quote(key.text)}” is given twice",
        help_zh="只保留正确的一处，删去另一处",
        help_en="keep the right one and remove the other",
        secondary=() if first.span is None else (Label(first.span, Message("第一次写在这里", "first given here")),),
    )
