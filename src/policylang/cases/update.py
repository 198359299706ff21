"""Rewriting expectations to what was decided, each at its place in the file: comments and layout stay."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policylang.cases.files import ALTERNATIVES, EXPECT, READING, CaseFile, get, read_cases
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence
from policylang.facts.tree import load_tree
from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText

if TYPE_CHECKING:
    from policylang.cases.compare import Replacement
    from policylang.cases.runner import CaseResult
    from policylang.source.span import Span

_STEP = re.compile(r"\[(\d+)\]|([^.\[]+)")
#: Words that other readers of YAML take for truth values.
_TRUTHS = frozenset({"yes", "no", "on", "off", "y", "n"})


def updated(read: CaseFile, failed: list[CaseResult]) -> tuple[str, int, int]:
    """The text of the case file with the expectations of failed cases set to what was decided.

    Only texts and lists in brackets are rewritten; whatever else differs (an entry that matched nothing, a list over
    several lines with remarks, an alternative that is not found) stays as it is.

    Returns:
        The new text, the number of expectations rewritten, the number that a person must change.
    """
    source = read.source
    edits: dict[Span, str] = {}
    rewritten = by_hand = 0
    for result in failed:
        wanted: dict[str, set[Replacement | None]] = {}
        for mismatch in result.mismatches:
            wanted.setdefault(mismatch.path, set()).add(mismatch.new)
        root = _expectation(result)
        for path, values in wanted.items():
            new = values.pop() if len(values) == 1 else None
            node = _at(root, path)
            text = _written(source, node, new) if new is not None and node is not None else None
            if text is None or node is None or node.span is None:
                by_hand += 1
            else:
                edits[node.span] = text
                rewritten += 1
    text = source.text
    for span in sorted(edits, key=lambda s: s.start, reverse=True):
        text = text[: span.start] + edits[span] + text[span.end :]
    again, faults = read_cases(text.encode(), source.name)
    if again is None or has_errors(faults):
        return source.text, 0, rewritten + by_hand
    return text, rewritten, by_hand


def _expectation(result: CaseResult) -> Node | None:
    """The expectation that a result was held against: the case's own, or that of one alternative."""
    if not result.variant:
        return get(result.case.body, *EXPECT)
    listed = get(result.case.body, *ALTERNATIVES)
    for item in listed.items if isinstance(listed, Sequence) else ():
        reading = get(item, *READING) if isinstance(item, Mapping) else None
        if isinstance(item, Mapping) and isinstance(reading, Scalar) and reading.text == result.variant:
            return get(item, *EXPECT)
    return None


def _at(node: Node | None, path: str) -> Node | None:
    """The place that a path such as ``money[0].max`` leads to."""
    for number, key in _STEP.findall(path):
        if number and isinstance(node, Sequence):
            node = node.items[int(number)] if int(number) < len(node.items) else None
        elif key and isinstance(node, Mapping):
            node = get(node, key)
        else:
            return None
    return node


def _written(source: SourceText, node: Node, new: Replacement) -> str | None:
    """The new value in the notation of the old one; None where the old one is neither a text nor a list in brackets."""
    old = source.slice(node.span) if node.span is not None else ""
    is_json = source.name.endswith(".json")
    if isinstance(node, Scalar) and old and old[0] not in "|>":
        quoted = old[0] if node.quoted else ""
    elif isinstance(node, Sequence) and old.startswith("[") and not ("\n" in old and "#" in old):
        quoted = ""
    else:
        return None
    if isinstance(new.value, tuple):
        return "[" + ", ".join(_scalar(item, "", is_json=is_json, inside=True) for item in new.value) + "]"
    return _scalar(new.value, quoted, is_json=is_json, inside=False)


def _scalar(value: str | None, quoted: str, *, is_json: bool, inside: bool) -> str:
    """A text as it was quoted before, or plain where it reads back as the same text."""
    if value is None:
        return "null"
    if is_json:
        plain = not quoted and _reads_back(value, "json", inside=inside)
        return value if plain else json.dumps(value, ensure_ascii=False)
    if quoted == '"':
        return json.dumps(value, ensure_ascii=False)
    if not quoted and value not in _TRUTHS and _reads_back(value, "yaml", inside=inside):
        return value
    return "'" + value.replace("'", "''") + "'"


def _reads_back(value: str, kind: str, *, inside: bool) -> bool:
    written = f"[{value}]" if inside else f'{{"key": {value}}}' if kind == "json" else f"key: {value}"
    tree, faults = load_tree(SourceText("", written), "json" if kind == "json" else "yaml")
    if isinstance(tree, Mapping):
        found: Node | None = get(tree, "key")
    else:
        found = tree.items[0] if isinstance(tree, Sequence) and len(tree.items) == 1 else None
    return not faults and found == Scalar(value) and not Scalar(value).is_null
