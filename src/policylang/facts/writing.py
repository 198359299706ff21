"""An answer written into the text of a facts file: one insertion, everything else as the person wrote it.

The places come from the tree that the file is read with. What was written is read again; it counts only when it
gives the old document with the answer added, so no notation, however strange, can lose a fact.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from policylang.facts.answers import Answer, answered
from policylang.facts.canonical import plain_value
from policylang.facts.document import Document, is_envelope, read_document
from policylang.facts.forms import FALSE_WORDS, NEVER_WORDS, TRUE_WORDS
from policylang.facts.model import EVERY_YEAR
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, is_null
from policylang.facts.tree import Kind, load_tree
from policylang.semantics.periods import Period
from policylang.semantics.types import ChoiceSet, Option
from policylang.semantics.values import Nothing
from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText

if TYPE_CHECKING:
    from datetime import date

    from policylang.facts.paths import FactPath
    from policylang.semantics import ir

#: Texts that mean the same with and without quotation marks, in brackets too.
_SAFE = re.compile(r"[^\W_][\w.%/（）《》“”〔〕·—、，。；：+-]*")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_BLANKS_IN_BRACKETS = re.compile(r" +(?=[,}])")
_FACTS = ("事实", "facts")

#: The content of an entry that is written: a word, a mapping with its words, a list of its words.
Content = str | dict[str, str] | list[str]


def new_file(policy: ir.Policy, kind: Kind, as_of: date, year: int) -> str:
    """The text of a facts file in which nothing is recorded yet."""
    if kind == "json":
        head = {"办法": policy.id, "时点": as_of.isoformat(), "考核年度": str(year), "事实": {}}
        return json.dumps(head, ensure_ascii=False, indent=2) + "\n"
    return f"办法: {_scalar(policy.id)}\n时点: {as_of.isoformat()}\n考核年度: {year}\n\n事实:\n"


def with_answer(
    policy: ir.Policy, source: SourceText, kind: Kind, path: FactPath, answer: Answer, year: int
) -> tuple[SourceText, Document] | None:
    """The text with an answer in it, and what it says; None when it cannot be written in there safely.

    ``year`` is the assessment year. A text with errors is left as it is; what is recorded under the path is replaced.
    """
    root, _ = load_tree(source, kind)
    before, _, found = read_document(policy, source, kind)
    if root is None or before is None or has_errors(found):
        return None
    change = _Writer(policy, source, kind, root, before, year).change(path, answer)
    if change is None:
        return None
    text = SourceText(source.name, source.text[: change.start] + change.new + source.text[change.end :])
    after, _, found = read_document(policy, text, kind)
    if after is None or has_errors(found) or not before.attestations.items() <= after.attestations.items():
        return None
    wanted = replace(before, facts=answered(before.facts, path, answer, year), attestations=after.attestations)
    return (text, after) if after == wanted else None


class _Change(NamedTuple):
    """The text from ``start`` to ``end`` becomes ``new``."""

    start: int
    end: int
    new: str


class _Writer:
    """Finds the place for an answer, and the words, after the manner of the file: names or ids, lines or brackets."""

    def __init__(
        self, policy: ir.Policy, source: SourceText, kind: Kind, root: Node, document: Document, year: int
    ) -> None:
        self._policy = policy
        self._source = source
        self._text = source.text
        self._json = kind == "json"
        self._root = root
        self._document = document
        self._year = year
        self._newline = "\r\n" if "\r\n" in source.text else "\n"
        self._names = True

    def change(self, path: FactPath, answer: Answer) -> _Change | None:
        """The change that records an answer."""
        root = self._root
        inside = isinstance(root, Mapping) and is_envelope(self._policy, root)
        held = _entry(root, *_FACTS) if inside else None
        facts = held[1] if held is not None else (Scalar("") if inside else root)
        keys = {key.text for key, _ in facts.entries} if isinstance(facts, Mapping) else set()
        ids = {fact.id for fact in self._policy.facts}
        named = {fact.name for fact in self._policy.facts}
        self._names = bool(keys & named) or not (keys & ids or (held is not None and held[0].text == _FACTS[1]))
        old = _entry(facts, path.fact.name, path.fact.id)
        if old is not None:
            return self._into(old, path, answer)
        key, content = self._key(path.fact), self._content(path, answer)
        if isinstance(facts, Mapping) and (facts.entries or not inside):
            return self._add(facts, key, content)
        if held is None and isinstance(root, Mapping):
            return self._add(root, self._quoted(_FACTS[0]), {key: self._inline(content)})
        return self._first(None if held is None else held[1], key, content)

    def _into(self, old: tuple[Scalar, Node], path: FactPath, answer: Answer) -> _Change | None:
        """The change of a fact that has a place in the file already."""
        node = old[1]
        if isinstance(node, Sequence) and path.item is not None and path.field is not None:
            item, word = node.items[path.item], self._word(path.field, answer)
            inner = _entry(item, path.field.name, path.field.id)
            if inner is not None:
                return self._fill(inner, word)
            return self._add(item, self._key(path.field), word) if isinstance(item, Mapping) else None
        if isinstance(node, Mapping) and path.period is not None:
            unit, word = path.period.unit, self._word(path.fact, answer)
            same = next((e for e in node.entries if Period.parse(unit, e[0].text) == path.period), None)
            return self._fill(same, word) if same is not None else self._add(node, self._period(path.period.key), word)
        return self._fill(old, self._inline(self._content(path, answer)))

    # what

    def _content(self, path: FactPath, answer: Answer) -> Content:
        """What stands under the key of a fact, once it has this answer and no other; a 是 of its year is kept."""
        if isinstance(answer, tuple):
            return ["{}"] * len(answer)
        if path.period is None:
            return self._word(path.fact, answer)
        values = answered(self._document.facts, path, answer, self._year).values[path.fact.id]
        assert isinstance(values, dict)  # noqa: S101 - values by period
        return {self._period(k): self._word(path.fact, v) for k, v in values.items() if k != EVERY_YEAR}

    def _word(self, fact: ir.Fact, value: Answer) -> str:
        """One value in the words of this file."""
        if value is None:
            return "null"
        if isinstance(value, frozenset):
            options = fact.type.options if isinstance(fact.type, ChoiceSet) else ()
            return f"[{', '.join(self._word(fact, option) for option in options if option in value)}]"
        match value:
            case bool() if not self._json and self._names:
                return TRUE_WORDS[0] if value else FALSE_WORDS[0]
            case bool():
                return "true" if value else "false"
            case Option(name, id_):
                return self._quoted(name if self._names else id_)
            case Nothing():
                return self._quoted(NEVER_WORDS[0 if self._names else 1])
            case tuple():  # a list that is begun has no single word
                return "[]"
            case _:
                plain = plain_value(fact.type, value)
                return str(plain) if isinstance(plain, int) else self._quoted(str(plain))

    def _key(self, fact: ir.Fact) -> str:
        return self._quoted(fact.name if self._names else fact.id)

    def _period(self, key: str) -> str:
        return f'"{key}"' if self._json else key

    def _quoted(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=False) if self._json else _scalar(text)

    def _inline(self, content: Content) -> str:
        match content:
            case dict():
                return "{" + ", ".join(f"{key}: {word}" for key, word in content.items()) + "}"
            case list():
                return f"[{', '.join(content)}]"
            case _:
                return content

    def _lines(self, key: str, content: Content, indent: str) -> str:
        """An entry on lines of its own, without the first indent and the last line end."""
        if isinstance(content, dict):
            inner = [f"{inner}: {word}" for inner, word in content.items()]
        elif isinstance(content, list) and content:
            inner = [f"- {word}" for word in content]
        else:
            return f"{key}: {self._inline(content)}"
        return f"{self._newline}{indent}  ".join([f"{key}:", *inner])

    # where

    def _add(self, mapping: Mapping, key: str, content: Content) -> _Change | None:
        """One entry more, after the others."""
        span = mapping.span
        if span is None:
            return None
        if not mapping.entries:
            return self._begin(span.start, span.end, key, content)
        last_key, last = mapping.entries[-1]
        end = max(_end(last_key), _end(last))
        first = self._source.position(0 if mapping.entries[0][0].span is None else mapping.entries[0][0].span.start)
        indent = " " * (first.column - 1)
        if self._text[span.start] != "{":
            at = self._line_end(end)
            return _Change(at, at, f"{self._newline}{indent}{self._lines(key, content, indent)}")
        apart = first.line > self._source.position(span.start).line
        return _Change(end, end, f",{self._newline + indent if apart else ' '}{key}: {self._inline(content)}")

    def _begin(self, start: int, end: int, key: str, content: Content) -> _Change:
        """The first entry in empty brackets; of an item on a line of its own, without the brackets."""
        before = self._text[: start][max(self._text.rfind(mark, 0, start) for mark in "\r\n") + 1 :]
        after = self._text[end : self._line_end(end)]
        if not self._json and before.strip() == "-" and (not after.strip() or after.lstrip().startswith("#")):
            return _Change(start, end, f"{key}: {self._inline(content)}")
        return _Change(start, end, "{" + f"{key}: {self._inline(content)}" + "}")

    def _first(self, held: Node | None, key: str, content: Content) -> _Change:
        """The first fact of a file: under the key for the facts, or in a file that says nothing at all."""
        if held is None or held.span is None:
            text = self._text
            between = "" if not text or text.endswith(("\n", "\r")) else self._newline
            return _Change(len(text), len(text), f"{between}{self._lines(key, content, '')}{self._newline}")
        start, end = held.span.start, held.span.end
        root = self._root.span
        if self._json or (root is not None and self._text[root.start] == "{"):
            apart = self._newline + "    " if self._json and self._newline in self._text else ""
            close = self._newline + "  " if apart else ""
            return _Change(start, end, f"{{{apart}{key}: {self._inline(content)}{close}}}")
        line_end = self._line_end(end)
        start = len(self._text[:start].rstrip(" "))
        tail = self._text[end:line_end].rstrip()
        return _Change(start, line_end, f"{tail}{self._newline}  {self._lines(key, content, '  ')}")

    def _fill(self, entry: tuple[Scalar, Node], word: str) -> _Change | None:
        """A value where there is an empty place, or one that says less."""
        span = entry[1].span
        if span is None or not (is_null(entry[1]) or isinstance(entry[1], Scalar)):
            return None
        if span.start < span.end:
            return _Change(span.start, span.end, word)
        blanks = _BLANKS_IN_BRACKETS.match(self._text, span.end)
        blank = "" if self._text[: span.start].endswith(" ") else " "
        return _Change(span.start, span.end if blanks is None else blanks.end(), f"{blank}{word}")

    def _line_end(self, offset: int) -> int:
        found = _LINE_END.search(self._text, offset)
        return len(self._text) if found is None else found.start()


def _entry(node: Node, *keys: str) -> tuple[Scalar, Node] | None:
    """The entry of a mapping under one of these keys."""
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((entry for entry in entries if entry[0].text in keys), None)


def _end(node: Node) -> int:
    return 0 if node.span is None else node.span.end


def _scalar(text: str) -> str:
    """A text as YAML has it, in quotation marks where it needs them."""
    if _SAFE.fullmatch(text) and not Scalar(text).is_null and not text.endswith(("：", ":")):
        return text
    return "'" + text.replace("'", "''") + "'"
