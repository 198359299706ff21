"""The examples in the documents: how a fragment becomes a whole policy file, and where the blocks stand.

A fenced block that begins with ``办法`` (or ``policy``) is a whole file and is taken as it is. Any other is a
fragment: what it leaves out comes from the block ``pol frame`` of ``docs/language.md`` (head, facts and outcomes). A
fragment that declares a fact or an outcome of the frame replaces it. Statements without an article of their own
stand under 第九条. In a fragment ``<U+200B>`` stands for that character.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
LANGUAGE = ROOT / "docs" / "language.md"

_FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HIDDEN = re.compile(r"<U\+([0-9A-F]{4,6})>")
_OPENERS = ("事实", "结果", "第", "附件", "标题", "印发通知")
_DECLARED = re.compile(r"  ([^\s（：]+)[（：]")


class Block(NamedTuple):
    """A fenced block: the words after the fence, and what stands in it."""

    info: tuple[str, ...]
    body: str
    line: int


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    text = path.read_text(encoding="utf-8")
    return [
        Block(tuple(m["info"].split()), m["body"], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)
    ]


def assembled(fragment: str) -> str:
    """A whole policy file around a fragment."""
    fragment = _HIDDEN.sub(lambda match: chr(int(match[1], 16)), fragment)
    if fragment.startswith(("办法", "policy")):
        return fragment
    lines = fragment.splitlines(keepends=True)
    articles = fragment
    if not fragment.startswith(_OPENERS):
        articles = "第九条 示例\n" + "".join(f"  {line}" if line.strip() else line for line in lines)
    declared = {m[1] for line in lines if (m := _DECLARED.match(line))}
    return "".join(_kept(_frame(), declared)) + "\n" + articles


@cache
def _frame() -> str:
    return next(block.body for block in blocks(LANGUAGE) if block.info == ("pol", "frame"))


def _kept(frame: str, declared: set[str]) -> list[str]:
    """The frame without what the fragment declares itself."""
    kept: list[str] = []
    dropping = False
    for line in frame.splitlines(keepends=True):
        if not line.startswith("    "):
            match = _DECLARED.match(line)
            dropping = match is not None and match[1] in declared
        if not dropping:
            kept.append(line)
    return kept
