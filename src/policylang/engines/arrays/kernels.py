"""What single steps of a program do to arrays: results go into ``out``, nothing is kept."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.semantics.texts import like

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, np.dtype[Any]]
    #: One step: it reads some arrays and writes the last.
    Step = Callable[..., Any]

#: The ordinals of the calendar, and the month that an ordinal's number of months counts from.
LAST = 3_652_059
EPOCH = 719_163


def convert(source: Array, out: Array) -> None:
    """The same values in another width."""
    np.copyto(out, source, casting="unsafe")


def select_narrow(condition: Array, value: Array, spare: Array, out: Array) -> None:
    """``value`` where the condition holds; for narrow numbers, passes over bits are faster than a choice for every row."""
    if out.itemsize == 1:
        np.subtract(condition.view(np.int8), 1, out=spare)
    else:
        np.copyto(spare, condition)
        np.subtract(spare, 1, out=spare)
    np.bitwise_xor(out, value, out=out)
    np.bitwise_and(out, spare, out=out)
    np.bitwise_xor(out, value, out=out)


def select_wide(condition: Array, value: Array, out: Array) -> None:
    """``value`` where the condition holds."""
    np.putmask(out, condition, value)


def pack(*arrays: Array) -> None:
    """Bits from conditions, the first is the lowest; the last two arrays are a spare one of bytes and the result."""
    *conditions, spare, out = arrays
    if out.itemsize == 1:
        _byte(conditions, out.view(np.uint8))
        return
    rows = out.view(np.uint8).reshape(len(out), out.itemsize)
    for place in range(out.itemsize):
        eight = conditions[8 * place : 8 * place + 8]
        if eight:
            _byte(eight, spare)
            rows[:, place] = spare
        else:
            rows[:, place] = 0


def _byte(conditions: list[Array], out: Array) -> None:
    *lower, highest = conditions
    np.copyto(out, highest)
    for condition in reversed(lower):
        np.add(out, out, out=out)
        np.bitwise_or(out, condition.view(np.uint8), out=out)


def among_runs(*runs: tuple[int, int]) -> Step:
    """Whether a number lies in one of a few runs, both ends included."""

    def step(values: Array, spare: Array, out: Array) -> None:
        out[...] = False
        for low, high in runs:
            if low == high:
                np.equal(values, low, out=spare)
                np.bitwise_or(out, spare, out=out)
            else:
                within = np.less_equal(values, high)
                np.greater_equal(values, low, out=spare)
                np.bitwise_and(spare, within, out=spare)
                np.bitwise_or(out, spare, out=out)

    return step


def among_many(numbers: Array) -> Step:
    """Whether a number is one of many, which are sorted."""

    def step(values: Array, out: Array) -> None:
        places = np.searchsorted(numbers, values)
        np.minimum(places, len(numbers) - 1, out=places)
        np.equal(numbers.take(places), values, out=out)

    return step


def look_up(first: int, table: Array) -> Step:
    """Values from a table whose first and last entries stand for keys outside it."""

    def step(keys: Array, places: Array, out: Array) -> None:
        np.subtract(keys, first - 1, out=places, dtype=np.int64)
        np.clip(places, 0, len(table) - 1, out=places)
        np.take(table, places, out=out, mode="clip")

    return step


def least(left: Array, right: Array, out: Array) -> None:
    """The smaller numbers."""
    np.minimum(left, right, out=out)


def greatest(left: Array, right: Array, out: Array) -> None:
    """The greater numbers."""
    np.maximum(left, right, out=out)


def spread(values: Array, stations: Array, out: Array) -> None:
    """The station's value for each of its records."""
    np.take(values, stations, out=out, mode="clip")


def any_of(values: Array, bounds: Array, out: Array) -> None:
    """Whether the condition holds for a record of the station."""
    np.not_equal(_sums(values, bounds, np.int32), 0, out=out)


def every_of(values: Array, bounds: Array, out: Array) -> None:
    """Whether the condition holds for all records of the station."""
    np.equal(_sums(values, bounds, np.int32), np.diff(bounds), out=out)


def sum_of(values: Array, bounds: Array, out: Array) -> None:
    """The sum over the records of the station."""
    np.copyto(out, _sums(values, bounds, np.int64), casting="unsafe")


def _sums(values: Array, bounds: Array, kind: type) -> Array:
    # running totals may wrap round; differences of them are exact all the same
    totals: Array = np.zeros(len(values) + 1, kind)
    np.cumsum(values, dtype=kind, out=totals[1:])
    found: Array = np.diff(totals.take(bounds))
    return found


def extreme(ufunc: np.ufunc, without: int) -> Step:
    """The least or the greatest over the records of the station."""

    def step(values: Array, bounds: Array, out: Array) -> None:
        filled = np.flatnonzero(np.diff(bounds))
        out[...] = without
        if len(filled):
            out[filled] = ufunc.reduceat(values, bounds[filled])

    return step


def bit(number: int) -> Step:
    """Whether a bit of a mask is set."""

    def step(values: Array, spare: Array, out: Array) -> None:
        np.bitwise_and(values, spare.dtype.type(1 << number), out=spare)
        np.not_equal(spare, 0, out=out)

    return step


def form(parts: tuple[str, ...]) -> Step:
    """Whether a text has a form; each text is looked at once."""
    found = _Forms(parts)

    def step(values: Array, out: Array) -> None:
        out[...] = np.fromiter(map(found.__getitem__, values), bool, len(values))

    return step


class _Forms(dict[object, bool]):
    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__()
        self._parts = parts

    def __missing__(self, text: object) -> bool:
        found = isinstance(text, str) and like(text, self._parts)
        if len(self) < 100_000:
            self[text] = found
        return found


def same(left: Array, right: Array, known: Array, out: Array) -> None:
    """Whether two texts are known and the same."""
    np.copyto(out, left == right)
    np.logical_and(out, known, out=out)


def year(days: Array, places: Array, out: Array) -> None:
    """The calendar years of days."""
    np.copyto(places, days)
    np.clip(places, 1, LAST, out=places)
    np.take(_calendar()[0], places, out=out, mode="clip")


def months(count: int) -> Step:
    """Days moved by months, the last of the month at most; 0 and less are the first day of the calendar."""

    def step(days: Array, places: Array, out: Array) -> None:
        years, month, first = _calendar()
        np.copyto(places, days)
        inside = np.clip(places, 1, LAST)
        number = month.take(inside) + 12 * years.take(inside).astype(np.int64)
        day = inside - first.take(number)
        number += count
        too_early, too_late = number < 12, number >= 12 * 10_000
        np.clip(number, 12, 12 * 10_000 - 1, out=number)
        start = first.take(number)
        np.minimum(day, first.take(number + 1) - start - 1, out=day)
        day += start
        day[too_early] = 1
        day[too_late | (places > LAST)] = LAST
        day[places < 1] = 1
        np.copyto(out, day, casting="unsafe")

    return step


@cache
def _calendar() -> tuple[Array, Array, Array]:
    """By ordinal the year and the month (0 to 11); by month since the year 0 the ordinal of its first day."""
    numbers = np.arange(12, 12 * 10_000 + 1) - 12 * 1970
    first = np.concatenate((np.zeros(12, np.int64), numbers.astype("M8[M]").astype("M8[D]").astype(np.int64) + EPOCH))
    counted = np.repeat(np.arange(12, 12 * 10_000), np.diff(first[12:]))
    counted = np.concatenate((counted[:1], counted))
    return (counted // 12).astype(np.int16), (counted % 12).astype(np.int8), first
