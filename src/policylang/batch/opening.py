"""Which rows of a sheet of cells are its head: titles above it, heads over two rows, cells merged or left empty to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylang.batch.model import TableError
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.batch.heads import Names
    from policylang.batch.model import Notes

#: The head is looked for in so many rows.
SEARCHED = 20


class Opening(NamedTuple):
    """The rows of a head (from 0), and the text over each column."""

    first: int
    last: int
    texts: list[str]


def find_head(rows: Sequence[Sequence[str]], names: Names, where: str, notes: Notes | None = None) -> Opening:
    """The head among the first rows of a sheet: the row, or the two rows, in which most facts are found.

    Raises:
        TableError: no row names a fact of the measure.
    """
    best: tuple[int, int, Opening] | None = None
    for number, row in enumerate(rows[:SEARCHED]):
        single = Opening(number, number, [text.strip() for text in row])
        found = [single]
        if number + 1 < len(rows):
            found.append(Opening(number, number + 1, _joined(row, rows[number + 1], names)))
        for opening in found:
            count = sum(1 for text in opening.texts if text and _known(names, text))
            if count and (best is None or count > best[0]):
                best = (count, number, opening)
    if best is None:
        shown = next((row for row in rows if any(text.strip() for text in row)), ())
        listed = "、".join(text.strip() for text in shown if text.strip())[:80]
        raise TableError(
            f"“{where}”里没有一列是本办法的事实。表头应写事实的中文名或者标识，例如“引进人才 2024年”"
            + (f"；第一行是：{listed}" if listed else "；表是空的"),
            f"{where}: no column is a fact of this policy; the head names facts by their Chinese name or id"
            + (f". The first row is: {listed}" if listed else ". The table is empty"),
        )
    opening = best[2]
    if notes is not None and opening.last > opening.first:
        rows_ = f"第{opening.first + 1}、{opening.last + 1}行"
        notes.add(
            Message(
                f"表头占两行（{rows_}），上下合起来读",
                f"the head takes two rows ({opening.first + 1} and {opening.last + 1})",
            )
        )
    return opening


def _known(names: Names, text: str) -> bool:
    try:
        return names.known(text)
    except TableError:
        return True  # a fact, with another unit: told when the head is read


def _joined(upper: Sequence[str], lower: Sequence[str], names: Names) -> list[str]:
    """Two rows read together: what stands above goes on to the right until the next entry."""
    texts, above = [], ""
    for place in range(max(len(upper), len(lower))):
        own = upper[place].strip() if place < len(upper) else ""
        below = lower[place].strip() if place < len(lower) else ""
        above = own or (above if below else "")
        tried = [f"{above} {below}", f"{below}{above}", below, above] if below and above else [below or above]
        texts.append(next((text for text in tried if _known(names, text)), own if own and not below else tried[0]))
    return texts
