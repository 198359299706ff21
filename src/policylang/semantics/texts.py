"""Forms of texts (形如): parts in an order, with at least one character between any two of them."""

from __future__ import annotations


def like(text: str, parts: tuple[str, ...]) -> bool:
    """Whether a text is these parts in this order, with at least one character between any two; one part: the text itself."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or not text.endswith(last):
        return False
    start, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, start + 1, end)
        if found < 0:
            return False
        start = found + len(part)
    return start < end
