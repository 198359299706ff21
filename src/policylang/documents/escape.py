"""Text from outside on its way into a document: it stays text, character for character."""

from __future__ import annotations

import re

#: What Markdown takes for a mark anywhere, and what only at the start of a line.
_MARK = re.compile(r"[\\`*_\[\]<>&~|$#]")
_OPENING = re.compile(r"^(\s*)(?:([-+=]|:(?=-))|(\d+)([.)]))")
#: What XML 1.0 cannot hold at all.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def markdown_escaped(text: str) -> str:
    """The text so that Markdown shows it as it is: a backslash before each of its marks."""
    text = _MARK.sub(r"\\\g<0>", text)
    return _OPENING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


def printable(text: str) -> str:
    """A text for HTML or Word: what XML cannot hold becomes U+FFFD, all else stays."""
    return _NO_XML.sub("\ufffd", text)


def put(value: object) -> object:
    """What a template puts into HTML or Word: a text as ``printable`` makes it; what is marked up already stays."""
    return printable(value) if type(value) is str else value
