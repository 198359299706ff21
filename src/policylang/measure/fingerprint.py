"""Fingerprints of official text: whether a clause still says what it said, whatever it was copied from.

Blanks, line and page breaks, Markdown, pictures, page numbers, the label, and full-width or half-width forms make no
difference; every word and every sign of punctuation does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.measure import lines as look

if TYPE_CHECKING:
    from policylang.measure.citation import Citation

_DIGITS = 16
_MARKS = str.maketrans(dict.fromkeys("“”„", '"') | dict.fromkeys("‘’", "'") | dict.fromkeys("—–−‐‑―", "-") | {"・": "·"})
_LAYOUT = re.compile(r"[\s*#`\\]")


def readable(text: str) -> tuple[str, ...]:
    """The lines of a stretch of published text that have something to read, without traces of Markdown."""
    lines = (look.bare(line) for line in text.splitlines())
    return tuple(line for line in lines if not look.is_noise(look.plain(line)))


def canonical(text: str, *, labelled: bool) -> str:
    """The text of a part without what is only a matter of layout; without its label if it opens with one."""
    lines = list(readable(text))
    if lines and labelled:
        label = look.label_of(lines[0])
        lines[0] = label[1] if label else look.after_article(look.plain(lines[0]))
    whole = _LAYOUT.sub("", look.plain("".join(lines)).translate(_MARKS))
    return "".join(c for c in whole if unicodedata.category(c) not in {"Cf", "Cc"})


def digest(text: str) -> str:
    """The first sixteen hexadecimal digits of the SHA-256 of a canonical text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What was kept of the official text of a measure: its title, and the fingerprint of each clause in order."""

    measure: str
    title: str
    digests: tuple[tuple[Citation, str], ...]
