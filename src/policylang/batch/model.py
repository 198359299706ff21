"""What reading and writing tables share: cells that are taken or refused, what is noted, why a table cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from policylang.engines.arrays.columns import Column, Records
    from policylang.plan.layout import Key
    from policylang.plan.meaning import Cell

#: What ``Parsed.status`` says of a row: it is decided, refused, or no station at all (a total, a blank row, a remark).
DECIDED, REFUSED, LEFT_OUT = 0, 1, 2

#: So many places are named with a note, and so many refused rows on the screen; the rest is counted.
NAMED = 5


class TableError(Exception):
    """A table that cannot be read or written at all. ``message`` says it in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


class Taken(NamedTuple):
    """A cell that is understood; ``note`` where it is not written as it should be."""

    cell: Cell
    note: Message | None = None


class Refused(NamedTuple):
    """A cell that is not understood: why."""

    message: Message


@dataclass(slots=True)
class Noted:
    """One remark, with the first places it is about and how many there are."""

    message: Message
    places: list[str] = field(default_factory=list)
    count: int = 0

    def in_(self, lang: str) -> str:
        """The remark with its places."""
        text = self.message.in_(lang)
        if not self.count:
            return text
        zh = lang != "en"
        named = ("、" if zh else ", ").join(self.places)
        if self.count > len(self.places):
            named += f"等{self.count}处" if zh else f" and others, {self.count} in all"
        return f"{named}：{text}" if zh else f"{named}: {text}"


class Notes:
    """Remarks on a table, like ones together, in the order first made."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Noted] = {}

    def add(self, message: Message, place: str | None = None, times: int = 1) -> None:
        """Note something about the whole table, or about a place in it (``times`` such places)."""
        noted = self._found.setdefault((message.zh, message.en), Noted(message))
        if place is not None:
            noted.count += times
            if len(noted.places) < NAMED:
                noted.places.append(place)

    def first(self, others: Notes) -> None:
        """Put other remarks before these."""
        self._found = {**others._found, **self._found}

    def __iter__(self) -> Iterator[Noted]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is refused: the place of the cell, and what is wrong with it."""

    place: str
    message: Message

    def in_(self, lang: str) -> str:
        """The place and the reason."""
        return f"{self.place}{self.message.zh}" if lang != "en" else f"{self.place}: {self.message.en}"


@dataclass(slots=True)
class Parsed:
    """The facts of a block of rows as columns.

    ``status``: an array of ``DECIDED``, ``REFUSED``, ``LEFT_OUT``, None where every row is decided; ``reasons`` by the
    number of the row in the block. What a refused row has is absent from the columns. ``applicants``: which of the rows that
    are decided only apply to become stations; None where none does.
    """

    rows: int
    columns: dict[Key, Column]
    lists: dict[str, Records] = field(default_factory=dict)
    given: dict[str, np.ndarray] = field(default_factory=dict)
    status: np.ndarray | None = None
    reasons: dict[int, list[Reason]] = field(default_factory=dict)
    applicants: np.ndarray | None = None
