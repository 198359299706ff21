"""The official working days of mainland China, and counting in them.

A working day (工作日) is a weekday the State Council has not declared off, or a weekend day it has declared
made up. The days are announced one year at a time, so nothing can be said of a year whose notice has not been
published: every question that needs a day of such a year is answered None, never with a guess.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_SATURDAY = 6  # of ordinal % 7, where day 1, 0001-01-01, was a Monday
_year_of = attrgetter("year")


class CalendarDataError(ValueError):
    """The days given for a year cannot be its working-day calendar.

    Attributes:
        zh: all that is wrong, in Chinese.
        en: the same in English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The working days of one published year.

    Attributes:
        year: the calendar year.
        working_days: the proleptic Gregorian ordinals of its working days, ascending.
        source: where the days were published.
    """

    year: int
    working_days: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of the published years.

    Attributes:
        version: names the data, so that a result can be repeated; years added by an office are named in it.
        years: the published years, ascending and at least one; a gap between them is unpublished.
    """

    version: str
    years: tuple[CalendarYear, ...]

    @staticmethod
    def official() -> Calendar:
        """The State Council's arrangements as the installed `chinesecalendar` package has them."""
        return _official()

    def with_year(
        self, year: int, *, holidays: Iterable[date], workdays: Iterable[date], source: str
    ) -> Calendar:
        """This calendar and one more year, as an office enters it from a newly published notice.

        Args:
            year: the year the notice arranges.
            holidays: its days off; a weekend day among them is already off and does no harm.
            workdays: its weekend days that are made up (调休上班).
            source: the notice, as it is cited.

        Raises:
            CalendarDataError: the year is already published or no year at all, a day belongs to another year,
                is both off and worked, or is listed as made up though it is an ordinary weekday. All mistakes
                are told at once.
        """
        off, made_up = frozenset(holidays), frozenset(workdays)
        mistakes = list(_mistakes(year, off, made_up))
        if self._working_days(year) is not None:
            mistakes.append(
                (f"{year}年的工作日已经公布", f"the working days of {year} are already published")
            )
        if mistakes:
            raise CalendarDataError(
                "；".join(zh for zh, _ in mistakes) + "。", "; ".join(en for _, en in mistakes) + "."
            )
        added = CalendarYear(year, _working_ordinals(year, off, made_up), source)
        return Calendar(
            version=f"{self.version} + {year} {source}",
            years=tuple(sorted((*self.years, added), key=_year_of)),
        )

    @property
    def first_day(self) -> date:
        """The first day of the first published year."""
        return date(self.years[0].year, 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the last published year."""
        return date(self.years[-1].year, 12, 31)

    def is_working_day(self, day: date) -> bool | None:
        """Whether `day` is a working day; None if its year is not published."""
        days = self._working_days(day.year)
        if days is None:
            return None
        ordinal = day.toordinal()
        place = bisect_left(days, ordinal)
        return place < len(days) and days[place] == ordinal

    def add_working_days(self, day: date, n: int) -> date | None:
        """The `n`-th working day after `day`; None if a day that must be looked at is not published.

        The day of the event is not counted (《民法典》第二百零一条，参照) and need not be published itself.

        Args:
            day: the day of the event.
            n: how many working days, at least 1.

        Raises:
            ValueError: `n` is less than 1.
        """
        if n < 1:
            raise ValueError(f"a count of working days starts at 1, not {n}")
        year = _year_after(day)
        days = self._working_days(year)
        place = n - 1 + (bisect_right(days, day.toordinal()) if days else 0)
        while days is not None:
            if place < len(days):
                return date.fromordinal(days[place])
            place -= len(days)
            year += 1
            days = self._working_days(year)
        return None

    def subtract_working_days(self, day: date, n: int) -> date | None:
        """The `n`-th working day before `day`; None if a day that must be looked at is not published.

        Raises:
            ValueError: `n` is less than 1.
        """
        if n < 1:
            raise ValueError(f"a count of working days starts at 1, not {n}")
        year = day.year - ((day.month, day.day) == (1, 1))
        days = self._working_days(year)
        left = n
        place = bisect_left(days, day.toordinal()) if days else 0
        while days is not None:
            if left <= place:
                return date.fromordinal(days[place - left])
            left -= place
            year -= 1
            days = self._working_days(year)
            place = len(days) if days else 0
        return None

    def working_days_between(self, start: date, end: date) -> int | None:
        """How many working days come after `start`, up to and including `end`.

        0 if `end` is not after `start`; None if a day that must be counted is not published.
        """
        if end <= start:
            return 0
        after, upto = start.toordinal(), end.toordinal()
        total = 0
        for year in range(_year_after(start), end.year + 1):
            days = self._working_days(year)
            if days is None:
                return None
            total += bisect_right(days, upto) - bisect_right(days, after)
        return total

    def _working_days(self, year: int) -> tuple[int, ...] | None:
        place = bisect_left(self.years, year, key=_year_of)
        if place < len(self.years) and self.years[place].year == year:
            return self.years[place].working_days
        return None


@cache
def _official() -> Calendar:
    # Imported here because it costs 45 ms, which a policy without working days should not pay.
    import chinese_calendar  # noqa: PLC0415

    holidays, workdays = chinese_calendar.holidays, chinese_calendar.workdays
    version = f"chinesecalendar {chinese_calendar.__version__}"
    published = range(min(holidays).year, max(holidays).year + 1)
    return Calendar(
        version=version,
        years=tuple(CalendarYear(y, _working_ordinals(y, holidays, workdays), version) for y in published),
    )


def _year_after(day: date) -> int:
    """The year of the day after `day`, which for the last day of all is 10000."""
    return day.year + ((day.month, day.day) == (12, 31))


def _working_ordinals(year: int, off: Collection[date], made_up: Collection[date]) -> tuple[int, ...]:
    """The working days of `year`; days of other years in `off` and `made_up` are passed over."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    weekdays = {n for n in range(first, last + 1) if 0 < n % 7 < _SATURDAY}
    weekdays.difference_update(d.toordinal() for d in off)
    weekdays.update(d.toordinal() for d in made_up if d.year == year)
    return tuple(sorted(weekdays))


def _mistakes(year: int, off: frozenset[date], made_up: frozenset[date]) -> Iterable[tuple[str, str]]:
    """What is wrong with the days of one year taken alone, in Chinese and English."""
    if not date.min.year <= year <= date.max.year:
        yield f"没有{year}年这一年", f"there is no year {year}"
    for day in sorted(off | made_up):
        if day.year != year:
            yield f"{day}不在{year}年内", f"{day} is not in {year}"
        elif day in off and day in made_up:
            yield f"{day}既列为放假又列为上班", f"{day} is listed both as a day off and as a working day"
        elif day in made_up and 0 < day.toordinal() % 7 < _SATURDAY:
            yield (
                f"{day}本来就是工作日，不是周末调休上班",
                f"{day} is an ordinary weekday, not a weekend day made up",
            )
