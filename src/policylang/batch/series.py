"""Columns of results: words by small numbers, sums of money, days. Nothing here is done row by row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: So many combinations of numbers are looked up in a table; more are sorted.
_TABLE = 1 << 22
#: So many are kept whether they occur or not.
_WHOLE = 1 << 11
_PIECE = 1 << 16
_EPOCH = 719_163


@dataclass(frozen=True, slots=True)
class Words:
    """A text for each row: ``words[codes[i]]``, None for none. ``data`` are the same as JSON has them."""

    codes: np.ndarray
    words: Sequence[str | None]
    data: Sequence[object] | None = None

    def series(self) -> pl.Series:
        """As a column with a dictionary."""
        if not len(self.codes) or (self.codes[0] == self.codes[-1] and (self.codes == self.codes[0]).all()):
            one = [self.words[self.codes[0]]] if len(self.codes) else []
            return (
                pl.Series(one, dtype=pl.Categorical).new_from_index(0, len(self.codes))
                if one
                else pl.Series(one, dtype=pl.Categorical)
            )
        return pl.Series(list(self.words), dtype=pl.Categorical)[pl.Series(self.codes).cast(pl.UInt32)]

    def spread(self, rows: np.ndarray, count: int) -> Words:
        """The same for the chosen of ``count`` rows, nothing for the others."""
        codes = np.full(count, len(self.words), np.int32)
        codes[rows] = self.codes
        return Words(codes, [*self.words, None], None if self.data is None else [*self.data, None])

    def objects(self) -> list[object]:
        """For JSON."""
        data = self.words if self.data is None else self.data
        return [data[code] for code in self.codes.tolist()]


@dataclass(frozen=True, slots=True)
class Yuan:
    """A sum for each row in 1/``scale`` yuan; None (``known``) where there is none."""

    values: np.ndarray
    known: np.ndarray | None
    scale: int

    def series(self) -> pl.Series:
        """As a column of exact decimals."""
        values = self.values if self.known is None else np.where(self.known, self.values, 0)
        whole = pl.Series(values.astype(np.int64)).cast(pl.Decimal(38, digits(self.scale))) / self.scale
        found = whole.cast(decimals(self.scale))
        return found if self.known is None else pl.select(pl.when(pl.Series(self.known)).then(found)).to_series()

    def spread(self, rows: np.ndarray, count: int) -> Yuan:
        """The same for the chosen of ``count`` rows, nothing for the others."""
        values, known = np.zeros(count, self.values.dtype), np.zeros(count, bool)
        values[rows] = self.values
        known[rows] = True if self.known is None else self.known
        return Yuan(values, known, self.scale)

    def objects(self) -> list[object]:
        """For JSON: whole yuan as whole numbers."""
        known = [True] * len(self.values) if self.known is None else self.known.tolist()
        return [
            _number(value, self.scale) if has else None for value, has in zip(self.values.tolist(), known, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class FewYuan:
    """Sums of which there are few different ones: ``amounts[codes[i]]`` in 1/``scale`` yuan, None for none."""

    codes: np.ndarray
    amounts: Sequence[int | None]
    scale: int

    def series(self) -> pl.Series:
        """As a column of exact decimals."""
        exact = [None if amount is None else _decimal(amount, self.scale) for amount in self.amounts]
        return pl.Series(exact, dtype=decimals(self.scale))[pl.Series(self.codes).cast(pl.UInt32)]

    def spread(self, rows: np.ndarray, count: int) -> FewYuan:
        """The same for the chosen of ``count`` rows, nothing for the others."""
        codes = np.full(count, len(self.amounts), np.int32)
        codes[rows] = self.codes
        return FewYuan(codes, [*self.amounts, None], self.scale)

    def objects(self) -> list[object]:
        """For JSON: whole yuan as whole numbers."""
        exact = [None if amount is None else _number(amount, self.scale) for amount in self.amounts]
        return [exact[code] for code in self.codes.tolist()]


def digits(scale: int) -> int:
    """Places after the point that say every sum in 1/``scale`` yuan exactly, a fen at least.

    Rates and sums of a measure are decimal numbers, so there are such places.
    """
    return next(places for places in range(2, 39) if 10**places % scale == 0)


def decimals(scale: int) -> pl.Decimal:
    """The type of such a column."""
    places = digits(scale)
    return pl.Decimal(18 if places == 2 else 38, places)


@dataclass(frozen=True, slots=True)
class Days:
    """A day for each row as an ordinal, 0 for none."""

    values: np.ndarray

    def series(self) -> pl.Series:
        """As a column of days."""
        days = pl.Series(self.values.astype(np.int32) - _EPOCH).cast(pl.Date)
        some = self.values > 0
        return days if some.all() else pl.select(pl.when(pl.Series(some)).then(days)).to_series()

    def spread(self, rows: np.ndarray, count: int) -> Days:
        """The same for the chosen of ``count`` rows, nothing for the others."""
        values = np.zeros(count, self.values.dtype)
        values[rows] = self.values
        return Days(values)

    def objects(self) -> list[object]:
        """For JSON."""
        return [None if day is None else day.isoformat() for day in self.series().to_list()]


Series = Words | Yuan | FewYuan | Days


def combined(parts: Sequence[tuple[np.ndarray, int, int]]) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """For each row the number of its combination of whole numbers, and what the numbers are.

    Args:
        parts: arrays with the least and the greatest number that each can hold.
    """
    codes = np.zeros(len(parts[0][0]), np.uint16)
    meanings: list[tuple[int, ...]] = [(0,) * len(parts)]
    for place, (values, least, most) in enumerate(parts):
        for piece, numbers in _pieces(values, least, most):
            codes, meanings = _joined(codes, meanings, piece, numbers, place)
    return codes, meanings


def coded(
    parts: Sequence[tuple[np.ndarray, int, int]], word: Callable[..., str | None], data: Callable[..., object] | None = None
) -> Words:  # fmt: skip
    """Words by combinations of whole numbers, each combination that occurs put into words once.

    Args:
        parts: arrays with the least and the greatest number that each can hold.
        word: the word for one number of each part.
        data: the same as JSON has it.
    """
    codes, meanings = combined(parts)
    seen = np.zeros(len(meanings), bool)
    seen[codes] = True
    words: list[str | None] = [None] * len(meanings)
    objects: list[object] = [None] * len(meanings)
    for code in np.flatnonzero(seen).tolist():
        words[code] = word(*meanings[code])
        objects[code] = data(*meanings[code]) if data is not None else None
    return Words(codes, words, None if data is None else objects)


def _pieces(values: np.ndarray, least: int, most: int) -> Iterator[tuple[np.ndarray, Sequence[int]]]:
    """The numbers as small ones that add up to them."""
    if values.dtype == bool:
        yield values.view(np.uint8), (0, 1)
    elif most - least < _PIECE:
        yield (np.subtract(values, least, dtype=np.int32) if least else values), range(least, most + 1)
    elif least < 0:
        distinct, inverse = np.unique(values, return_inverse=True)
        yield inverse.reshape(-1), distinct.tolist()
    else:
        for shift in range(0, most.bit_length(), 16):
            piece = (values >> shift).astype(np.uint16)
            if piece.any():
                seen = np.zeros(_PIECE, bool)
                seen[piece] = True
                found = np.flatnonzero(seen)
                places = np.zeros(_PIECE, np.uint16)
                places[found] = np.arange(len(found))
                yield places.take(piece), [number << shift for number in found.tolist()]


def _joined(
    codes: np.ndarray, meanings: list[tuple[int, ...]], piece: np.ndarray, numbers: Sequence[int], place: int
) -> tuple[np.ndarray, list[tuple[int, ...]]]:  # fmt: skip
    """Codes for two numbers at once; only those that occur, where they could be many."""
    width = len(numbers)
    total = len(meanings) * width

    def meaning(code: int) -> tuple[int, ...]:
        before = meanings[code // width]
        return (*before[:place], before[place] + numbers[code % width], *before[place + 1 :])

    kind: type[Any] = np.uint16 if total <= _PIECE else np.int64
    joint: Any = piece.astype(kind)
    if len(meanings) > 1:
        joint += codes.astype(kind) * kind(width)
    if total <= _WHOLE:
        return joint, [meaning(code) for code in range(total)]
    if total > _TABLE:
        distinct, inverse = np.unique(joint, return_inverse=True)
        return inverse.reshape(-1).astype(np.int32), [meaning(code) for code in distinct.tolist()]
    seen = np.zeros(total, bool)
    seen[joint] = True
    found = np.flatnonzero(seen)
    places = np.zeros(total, np.uint16 if len(found) <= _PIECE else np.int32)
    places[found] = np.arange(len(found))
    return places.take(joint), [meaning(code) for code in found.tolist()]


def _decimal(value: int, scale: int) -> object:
    from decimal import Decimal  # noqa: PLC0415 - here only

    return Decimal(value) / Decimal(scale)


def _number(value: int, scale: int) -> int | float:
    exact = Fraction(value, scale)
    return exact.numerator if exact.denominator == 1 else float(exact)
