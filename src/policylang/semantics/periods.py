"""Calendar arithmetic and the years, quarters and months that facts are kept by; no holidays are involved."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import Literal, assert_never

Unit = Literal["year", "quarter", "month"]

_PER_YEAR: dict[Unit, int] = {"year": 1, "quarter": 4, "month": 12}

_FORMS: dict[Unit, re.Pattern[str]] = {
    "year": re.compile("([0-9]{4})年?"),
    "quarter": re.compile("([0-9]{4})(?:-?Q([1-4])|年第([1-4])季度)"),
    "month": re.compile("([0-9]{4})(?:-(0[1-9]|1[0-2])|年([1-9]|1[0-2])月)"),
}

# Written out, because the standard library's names follow the locale of the process.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def add_days(day: date, n: int) -> date | None:
    """The day `n` calendar days after `day`.

    `n` may be negative; None outside the years 1 to 9999.
    """
    ordinal = day.toordinal() + n
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def add_months(day: date, n: int) -> date | None:
    """The corresponding day `n` months after `day`, else the end of that month (《民法典》第二百零二条).

    `n` may be negative; None outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not _is_year(year):
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, n: int) -> date | None:
    """The corresponding day `n` years after `day`, else the end of that month (《民法典》第二百零二条).

    `n` may be negative; None outside the years 1 to 9999.
    """
    return add_months(day, 12 * n)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One calendar year, quarter or month; periods of the same unit are ordered by time.

    Attributes:
        unit: which of the three.
        year: 1 to 9999.
        index: which quarter or month of the year, counted from 1; a year has the index 1.

    Raises:
        ValueError: there is no such period.
    """

    unit: Unit
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        if not (_is_year(self.year) and 1 <= self.index <= _PER_YEAR[self.unit]):
            raise ValueError(f"there is no {self.unit} {self.index} of the year {self.year}")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period) or self.unit != other.unit:
            return NotImplemented
        return self._place < other._place

    @staticmethod
    def containing(unit: Unit, day: date) -> Period:
        """The period of this unit in which `day` lies."""
        return Period(unit, day.year, (day.month - 1) * _PER_YEAR[unit] // 12 + 1)

    @staticmethod
    def parse(unit: Unit, written: str | int) -> Period | None:
        """The period written as its key or as `2024年`, `2024-Q1`, `2024年第1季度`, `2024年3月`.

        None for anything else. A year may also be a whole number. Digits are ASCII, a year has four of them.
        """
        if isinstance(written, int):
            fits = unit == "year" and not isinstance(written, bool) and _is_year(written)
            return Period("year", written) if fits else None
        match = _FORMS[unit].fullmatch(written)
        if match is None:
            return None
        year, *indexes = (int(digits) for digits in match.groups() if digits)
        return Period(unit, year, *indexes) if _is_year(year) else None

    @property
    def key(self) -> str:
        """How facts name the period: `2024`, `2024Q1` or `2024-03`."""
        match self.unit:
            case "year":
                return f"{self.year:04}"
            case "quarter":
                return f"{self.year:04}Q{self.index}"
            case "month":
                return f"{self.year:04}-{self.index:02}"
            case never:
                assert_never(never)

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return date(self.year, (self.index - 1) * self._months + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        month = self.index * self._months
        return date(self.year, month, monthrange(self.year, month)[1])

    def next(self) -> Period | None:
        """The period right after this one; None after the year 9999."""
        return _at(self.unit, self._place + 1)

    def previous(self) -> Period | None:
        """The period right before this one; None before the year 1."""
        return _at(self.unit, self._place - 1)

    def text(self, lang: Literal["zh", "en"]) -> str:
        """The period as a reader sees it: `2024年第1季度`, `Q1 2024`."""
        year, zh = f"{self.year:04}", lang == "zh"
        match self.unit:
            case "year":
                return f"{year}年" if zh else year
            case "quarter":
                return f"{year}年第{self.index}季度" if zh else f"Q{self.index} {year}"
            case "month":
                return f"{year}年{self.index}月" if zh else f"{_MONTHS[self.index - 1]} {year}"
            case never:
                assert_never(never)

    @property
    def _months(self) -> int:
        return 12 // _PER_YEAR[self.unit]

    @property
    def _place(self) -> int:
        return self.year * _PER_YEAR[self.unit] + self.index - 1


def periods_between(unit: Unit, first: date, last: date, limit: int = 240) -> tuple[Period, ...] | None:
    """All periods of `unit` that share a day with `first` … `last`, both included, in order of time.

    Empty if `last` is before `first`; None, rather than a part, if they are more than `limit`.
    """
    if last < first:
        return ()
    start, end = Period.containing(unit, first)._place, Period.containing(unit, last)._place
    if end - start >= limit:
        return None
    places = (divmod(place, _PER_YEAR[unit]) for place in range(start, end + 1))
    return tuple(Period(unit, year, index + 1) for year, index in places)


def _is_year(year: int) -> bool:
    return date.min.year <= year <= date.max.year


def _at(unit: Unit, place: int) -> Period | None:
    year, index = divmod(place, _PER_YEAR[unit])
    return Period(unit, year, index + 1) if _is_year(year) else None
