"""The templates of letters that come with policylang, for offices to copy and edit."""

from __future__ import annotations

from pathlib import Path

#: One for each form; each is for all kinds of letters.
TEMPLATES = ("letter.docx", "letter.html", "letter.md")


def shipped(name: str) -> bytes:
    """The template of this name."""
    if name == "letter.docx":
        from policylang.documents.letter_paper import letter_paper  # noqa: PLC0415 - python-docx takes a while

        return letter_paper()
    return (Path(__file__).parent / "templates" / name).read_bytes()
