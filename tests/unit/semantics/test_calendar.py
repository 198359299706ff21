"""Working days: the published results, and the laws of counting in them."""

import pickle
import subprocess
import sys
from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policylang.semantics.calendar import Calendar, CalendarDataError, CalendarYear

OFFICIAL = Calendar.official()
D = date.fromisoformat
WORKDAYS = {
    d
    for d in chinese_calendar.get_dates(OFFICIAL.first_day, OFFICIAL.last_day)
    if chinese_calendar.is_workday(d)
}
days = st.dates(OFFICIAL.first_day, OFFICIAL.last_day)
all_days = st.dates()
counts = st.integers(1, 600)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2025-01-10", 60, "2025-04-11"),
        ("2025-11-28", 60, "2026-02-28"),  # a make-up Saturday
        ("2025-12-01", 60, "2026-03-02"),
        ("2025-12-19", 60, "2026-03-20"),
        ("2021-02-08", 5, "2021-02-20"),  # a make-up Saturday
        ("2026-09-24", 15, "2026-10-22"),
        ("2026-02-27", 1, "2026-02-28"),  # 第二百零三条: a period ending on this Saturday does not roll on
        ("2026-12-30", 1, "2026-12-31"),
        ("2003-12-31", 1, "2004-01-02"),  # the day of the event is not counted
    ],
)
def test_known_results(day, n, expected):
    assert OFFICIAL.add_working_days(D(day), n) == D(expected)
    assert OFFICIAL.working_days_between(D(day), D(expected)) == n


@pytest.mark.parametrize(
    ("day", "n"),
    [
        ("2026-12-31", 1),
        ("2026-12-30", 2),
        ("2026-11-01", 60),
        ("2027-05-01", 1),
        ("2003-12-30", 1),
        ("2004-01-01", 10**9),
        ("0001-01-01", 1),
        ("9999-12-31", 1),
    ],
)
def test_a_count_beyond_the_published_years_is_unknown(day, n):
    assert OFFICIAL.add_working_days(D(day), n) is None


def test_a_count_starts_at_one():
    with pytest.raises(ValueError, match="starts at 1, not 0"):
        OFFICIAL.add_working_days(D("2025-01-10"), 0)


def test_the_official_years_are_those_of_the_package():
    assert OFFICIAL.version == f"chinesecalendar {chinese_calendar.__version__}"
    assert OFFICIAL.first_day == date(min(chinese_calendar.holidays).year, 1, 1)
    assert OFFICIAL.last_day == date(max(chinese_calendar.holidays).year, 12, 31)
    assert [len(y.working_days) for y in OFFICIAL.years if y.year in {2024, 2025, 2026}] == [251, 248, 248]
    assert Calendar.official() is OFFICIAL
    assert hash(OFFICIAL) == hash(pickle.loads(pickle.dumps(OFFICIAL)))


def test_the_package_is_read_only_when_asked_for():
    code = "import sys, policylang.semantics.calendar; sys.exit('chinese_calendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_published_day_is_as_the_package_says():
    for day in chinese_calendar.get_dates(OFFICIAL.first_day, OFFICIAL.last_day):
        assert OFFICIAL.is_working_day(day) is (day in WORKDAYS), day


@pytest.mark.parametrize("day", ["2003-12-31", "2027-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_of_an_unpublished_year_is_unknown(day):
    assert OFFICIAL.is_working_day(D(day)) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-12-30", "2026-12-31", 1),
        ("2026-12-31", "2027-01-01", None),
        ("2003-12-30", "2004-01-05", None),
        ("2003-12-31", "2004-01-05", 2),
        ("2020-01-01", "2030-01-01", None),
        ("2025-02-07", "2025-02-08", 1),
        ("2025-02-08", "2025-02-09", 0),
        ("2025-02-08", "2025-02-07", 0),
        ("2030-01-01", "2030-01-01", 0),  # nothing is counted, so nothing is unknown
    ],
)
def test_working_days_between(start, end, expected):
    assert OFFICIAL.working_days_between(D(start), D(end)) == expected


def naive(day, n):
    while n:
        day += timedelta(days=1)
        if day > OFFICIAL.last_day:
            return None
        n -= day in WORKDAYS
    return day


@given(days, counts)
@example(D("2026-12-31"), 1)
def test_adding_agrees_with_going_day_by_day(day, n):
    assert OFFICIAL.add_working_days(day, n) == naive(day, n)


@given(days, counts)
def test_adding_lands_on_a_working_day_and_counting_inverts_it(day, n):
    end = OFFICIAL.add_working_days(day, n)
    if end is not None:
        assert end > day
        assert OFFICIAL.is_working_day(end)
        assert OFFICIAL.working_days_between(day, end) == n


@given(days, counts, counts)
def test_adding_twice_is_adding_the_sum(day, n, m):
    halfway = OFFICIAL.add_working_days(day, n)
    if halfway is not None:
        assert OFFICIAL.add_working_days(halfway, m) == OFFICIAL.add_working_days(day, n + m)


@given(st.lists(days, min_size=3, max_size=3).map(sorted))
def test_counts_of_adjoining_spans_add_up(three):
    first, second, third = three
    parts = [OFFICIAL.working_days_between(a, b) for a, b in ((first, second), (second, third))]
    assert OFFICIAL.working_days_between(first, third) == sum(parts)


@given(all_days, all_days, counts)
def test_no_day_crashes(day, other, n):
    OFFICIAL.is_working_day(day)
    OFFICIAL.add_working_days(day, n)
    OFFICIAL.working_days_between(day, other)


NOTICE = "某办发〔2026〕1号"  # an invented notice with an invented arrangement
OFF_2027 = [D("2027-01-01"), D("2027-02-08"), D("2027-02-09"), D("2027-02-13")]
MADE_UP_2027 = [D("2027-02-20")]


def with_2027(calendar=OFFICIAL):
    return calendar.with_year(2027, holidays=iter(OFF_2027), workdays=iter(MADE_UP_2027), source=NOTICE)


def test_an_office_adds_a_year():
    calendar = with_2027()
    assert calendar.version == f"{OFFICIAL.version} + 2027 {NOTICE}"
    assert calendar.years[:-1] == OFFICIAL.years
    assert calendar.years[-1].source == NOTICE
    assert calendar.last_day == D("2027-12-31")
    assert OFFICIAL.last_day == D("2026-12-31")
    assert [calendar.is_working_day(d) for d in OFF_2027] == [False] * 4
    assert calendar.is_working_day(MADE_UP_2027[0]) is True
    assert len(calendar.years[-1].working_days) == 261 - 3 + 1
    assert calendar.add_working_days(D("2026-12-31"), 1) == D("2027-01-04")
    assert calendar.working_days_between(D("2026-12-30"), D("2027-01-04")) == 2
    assert calendar.add_working_days(D("2027-12-31"), 1) is None


def test_a_gap_between_published_years_stays_unknown():
    calendar = OFFICIAL.with_year(2028, holidays=[], workdays=[], source=NOTICE)
    assert calendar.is_working_day(D("2027-06-01")) is None
    assert calendar.add_working_days(D("2026-12-31"), 1) is None
    assert calendar.add_working_days(D("2027-12-31"), 1) == D("2028-01-03")
    assert calendar.working_days_between(D("2026-12-01"), D("2028-01-31")) is None
    assert (
        with_2027(calendar).years
        == with_2027().with_year(2028, holidays=[], workdays=[], source=NOTICE).years
    )


def test_an_earlier_year_can_be_added():
    calendar = OFFICIAL.with_year(2003, holidays=[], workdays=[], source=NOTICE)
    assert calendar.first_day == D("2003-01-01")
    assert calendar.add_working_days(D("2003-12-30"), 2) == D("2004-01-02")


@pytest.mark.parametrize(
    ("year", "off", "made_up", "zh", "en"),
    [
        (2027, ["2026-12-31"], [], "2026-12-31不在2027年内。", "2026-12-31 is not in 2027."),
        (2027, [], ["2028-01-01"], "2028-01-01不在2027年内。", "2028-01-01 is not in 2027."),
        (
            2027,
            ["2027-02-20"],
            ["2027-02-20"],
            "2027-02-20既列为放假又列为上班。",
            "2027-02-20 is listed both as a day off and as a working day.",
        ),
        (
            2027,
            [],
            ["2027-02-22"],
            "2027-02-22本来就是工作日，不是周末调休上班。",
            "2027-02-22 is an ordinary weekday, not a weekend day made up.",
        ),
        (2026, [], [], "2026年的工作日已经公布。", "the working days of 2026 are already published."),
        (
            2027,
            ["2028-01-01"],
            ["2026-01-04"],
            "2026-01-04不在2027年内；2028-01-01不在2027年内。",
            "2026-01-04 is not in 2027; 2028-01-01 is not in 2027.",
        ),
        (0, [], [], "没有0年这一年。", "there is no year 0."),
        (10000, [], [], "没有10000年这一年。", "there is no year 10000."),
        (
            2026,
            ["2027-01-01"],
            [],
            "2027-01-01不在2026年内；2026年的工作日已经公布。",
            "2027-01-01 is not in 2026; the working days of 2026 are already published.",
        ),
    ],
)
def test_mistakes_in_a_year_are_told_at_once_in_both_languages(year, off, made_up, zh, en):
    with pytest.raises(CalendarDataError) as caught:
        OFFICIAL.with_year(year, holidays=map(D, off), workdays=map(D, made_up), source=NOTICE)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.zh, caught.value.en) == (zh, en)
    assert str(caught.value) == f"{zh} {en}"
    assert pickle.loads(pickle.dumps(caught.value)).en == en


def test_a_year_without_working_days_is_passed_over():
    calendar = Calendar(
        "invented", (CalendarYear(2000, (), ""), CalendarYear(2001, (D("2001-01-02").toordinal(),), ""))
    )
    assert calendar.add_working_days(D("1999-12-31"), 1) == D("2001-01-02")
    assert calendar.is_working_day(D("2000-01-03")) is False
    assert calendar.is_working_day(D("2001-01-03")) is False


def test_a_moment_counts_as_its_day():
    assert OFFICIAL.is_working_day(datetime(2025, 1, 26, 12)) is True  # noqa: DTZ001


@given(days, counts)
def test_counting_back_undoes_counting_on(day, n):
    later = OFFICIAL.add_working_days(day, n)
    if later is not None:
        back = OFFICIAL.subtract_working_days(later, n)
        assert back is None or (OFFICIAL.is_working_day(back) and OFFICIAL.working_days_between(back, later) == n)
        if OFFICIAL.is_working_day(day):
            assert back == day


@given(all_days, counts)
def test_counting_back_beyond_what_is_published_is_not_guessed(day, n):
    found = OFFICIAL.subtract_working_days(day, n)
    if found is None:
        assert day <= OFFICIAL.first_day or day > OFFICIAL.last_day + timedelta(days=1) or (
            OFFICIAL.working_days_between(OFFICIAL.first_day - timedelta(days=1), day - timedelta(days=1)) < n
        )
    else:
        assert found < day


def test_a_count_back_starts_at_one():
    with pytest.raises(ValueError, match="starts at 1"):
        OFFICIAL.subtract_working_days(D("2025-01-10"), 0)
