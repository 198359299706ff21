"""How many terminal columns a text takes.

Han characters and full-width forms take two columns, marks that sit on another character none, everything
else one. Characters whose width Unicode calls ambiguous (“ ” ‘ ’ … — · ①) take one: Unicode Standard Annex 11
asks for narrow where the context is not known, and the usual terminals (Windows Terminal, GNOME Terminal,
iTerm2, the one in VS Code) lay them out so unless told otherwise, even where a Chinese font draws them wide.
"""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """The columns a text without control characters takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def pad(text: str, width: int) -> str:
    """The text followed by as many blanks as make it ``width`` columns wide; longer text is left alone."""
    return text + " " * (width - display_width(text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
