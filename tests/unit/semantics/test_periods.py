"""Years, quarters, months and calendar arithmetic: results fixed by law, and laws of arithmetic."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.semantics.periods import Period, add_days, add_months, add_years, periods_between

D = date.fromisoformat
UNITS = ("year", "quarter", "month")
units = st.sampled_from(UNITS)
days = st.dates()
steps = st.integers(-1500, 1500)
periods = st.builds(Period.containing, units, days)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-01-30", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 1, "2024-03-29"),  # the corresponding day, not the end of the month
        ("2024-11-15", 3, "2025-02-15"),
        ("2024-01-15", -1, "2023-12-15"),
        ("2024-01-15", 0, "2024-01-15"),
        ("0001-01-01", -1, None),
        ("9999-12-01", 1, None),
        ("2024-01-01", 10**40, None),
    ],
)
def test_add_months(day, n, expected):
    assert add_months(D(day), n) == (expected and D(expected))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2024-02-29", -1, "2023-02-28"),
        ("9999-01-01", 1, None),
        ("0001-12-31", -1, None),
    ],
)
def test_add_years(day, n, expected):
    assert add_years(D(day), n) == (expected and D(expected))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2024-02-28", 1, "2024-02-29"),
        ("2024-03-01", -1, "2024-02-29"),
        ("9999-12-31", 0, "9999-12-31"),
        ("9999-12-31", 1, None),
        ("0001-01-01", -1, None),
        ("2024-01-01", 10**40, None),
    ],
)
def test_add_days(day, n, expected):
    assert add_days(D(day), n) == (expected and D(expected))


def test_a_term_of_validity_ends_the_day_before_the_anniversary():
    assert add_days(add_years(D("2020-12-14"), 3), -1) == D("2023-12-13")


@given(days, steps)
def test_months_land_in_the_month_meant_on_the_same_day_or_the_last(day, n):
    result = add_months(day, n)
    if result is not None:
        assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == n
        assert result.day == day.day or (
            result.day < day.day and result == Period.containing("month", result).last_day
        )


@given(days, days, steps)
def test_adding_months_keeps_the_order_of_days(one, other, n):
    first, last = sorted((one, other))
    a, b = add_months(first, n), add_months(last, n)
    assert a is None or b is None or a <= b


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)).filter(lambda d: d.day <= 28), steps, steps)
def test_months_add_up_where_every_month_has_the_day(day, n, m):
    assert add_months(add_months(day, n), m) == add_months(day, n + m)


@given(days, st.integers(-300, 300))
def test_a_year_is_twelve_months(day, n):
    assert add_years(day, n) == add_months(day, 12 * n)


@given(days, st.integers(-10000, 10000))
def test_days_are_undone(day, n):
    result = add_days(day, n)
    assert result is None or add_days(result, -n) == day


@pytest.mark.parametrize(
    ("period", "key", "span", "texts"),
    [
        (Period("year", 2024), "2024", "2024-01-01 2024-12-31", ("2024年", "2024")),
        (Period("quarter", 2024, 1), "2024Q1", "2024-01-01 2024-03-31", ("2024年第1季度", "Q1 2024")),
        (Period("quarter", 2023, 4), "2023Q4", "2023-10-01 2023-12-31", ("2023年第4季度", "Q4 2023")),
        (Period("month", 2024, 2), "2024-02", "2024-02-01 2024-02-29", ("2024年2月", "February 2024")),
        (Period("month", 2024, 12), "2024-12", "2024-12-01 2024-12-31", ("2024年12月", "December 2024")),
        (Period("year", 9999), "9999", "9999-01-01 9999-12-31", ("9999年", "9999")),
        (Period("month", 1, 1), "0001-01", "0001-01-01 0001-01-31", ("0001年1月", "January 0001")),
    ],
)
def test_what_a_period_is(period, key, span, texts):
    assert period.key == key
    assert f"{period.first_day} {period.last_day}" == span
    assert (period.text("zh"), period.text("en")) == texts


@pytest.mark.parametrize(
    ("unit", "year", "index"),
    [
        ("year", 0, 1),
        ("year", 10000, 1),
        ("year", 2024, 2),
        ("quarter", 2024, 5),
        ("month", 2024, 0),
        ("month", 2024, 13),
    ],
)
def test_a_period_that_does_not_exist_is_refused(unit, year, index):
    with pytest.raises(ValueError, match="there is no"):
        Period(unit, year, index)


@pytest.mark.parametrize(
    ("unit", "written", "key"),
    [
        ("year", 2024, "2024"),
        ("year", "2024", "2024"),
        ("year", "2024年", "2024"),
        ("quarter", "2024Q1", "2024Q1"),
        ("quarter", "2024-Q4", "2024Q4"),
        ("quarter", "2024年第3季度", "2024Q3"),
        ("month", "2024-03", "2024-03"),
        ("month", "2024年3月", "2024-03"),
        ("month", "2024年12月", "2024-12"),
    ],
)
def test_parse(unit, written, key):
    period = Period.parse(unit, written)
    assert period is not None
    assert (period.unit, period.key) == (unit, key)


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("year", 0),
        ("year", 10000),
        ("year", True),
        ("year", ""),
        ("year", "0000"),
        ("year", "24"),
        ("year", "２０２４"),
        ("year", " 2024"),
        ("year", "2024\n"),
        ("year", "2024-03"),
        ("quarter", 2024),
        ("quarter", "2024"),
        ("quarter", "2024Q5"),
        ("quarter", "2024q1"),
        ("quarter", "0000Q1"),
        ("quarter", "2024年第一季度"),
        ("quarter", "2024-Q１"),
        ("month", 202403),
        ("month", "2024-3"),
        ("month", "2024-13"),
        ("month", "2024-00"),
        ("month", "2024年03月"),
        ("month", "2024年13月"),
        ("month", "2024-03-01"),
    ],
)
def test_parse_accepts_nothing_else(unit, written):
    assert Period.parse(unit, written) is None


@given(units, st.text() | st.integers())
def test_parse_never_crashes(unit, written):
    period = Period.parse(unit, written)
    assert period is None or period.unit == unit


@given(periods)
def test_parse_undoes_key_and_the_chinese_text(period):
    assert Period.parse(period.unit, period.key) == period
    assert Period.parse(period.unit, period.text("zh")) == period


@given(units, days)
def test_a_day_lies_in_its_period(unit, day):
    period = Period.containing(unit, day)
    assert period.first_day <= day <= period.last_day
    assert Period.containing(unit, period.first_day) == Period.containing(unit, period.last_day) == period


@given(periods)
def test_next_and_previous_undo_each_other_and_leave_no_gap(period):
    after, before = period.next(), period.previous()
    if after is not None:
        assert after.previous() == period
        assert after.first_day - period.last_day == timedelta(days=1)
    if before is not None:
        assert before.next() == period
        assert before < period


@pytest.mark.parametrize("unit", UNITS)
def test_time_ends_at_both_ends(unit):
    assert Period.containing(unit, date.max).next() is None
    assert Period.containing(unit, date.min).previous() is None


@given(units, days, days)
def test_periods_of_a_unit_are_ordered_by_time(unit, one, other):
    a, b = Period.containing(unit, one), Period.containing(unit, other)
    assert (a < b) == (a.first_day < b.first_day)
    assert (a >= b) == (a.first_day >= b.first_day)


@pytest.mark.parametrize("other", [Period("month", 2024, 1), 2024])
def test_other_things_are_not_in_the_order(other):
    with pytest.raises(TypeError):
        assert Period("year", 2024) < other


@pytest.mark.parametrize(
    ("unit", "first", "last", "keys"),
    [
        ("year", "2023-12-31", "2025-01-01", ["2023", "2024", "2025"]),
        ("quarter", "2023-12-31", "2024-04-01", ["2023Q4", "2024Q1", "2024Q2"]),
        ("month", "2024-11-30", "2025-01-01", ["2024-11", "2024-12", "2025-01"]),
        ("month", "2024-11-30", "2024-11-30", ["2024-11"]),
        ("month", "2024-11-30", "2024-11-29", []),
        ("year", "9998-01-01", "9999-12-31", ["9998", "9999"]),
    ],
)
def test_periods_between(unit, first, last, keys):
    assert [p.key for p in periods_between(unit, D(first), D(last))] == keys


def test_periods_between_gives_no_part_of_too_many():
    assert len(periods_between("month", D("2000-01-31"), D("2019-12-01"))) == 240
    assert periods_between("month", D("2000-01-31"), D("2020-01-01")) is None
    assert periods_between("year", date.min, date.max) is None
    assert periods_between("year", D("2000-01-01"), D("2001-01-01"), limit=1) is None


@given(units, days, st.integers(0, 3000))
def test_periods_between_touch_the_range_and_follow_each_other(unit, first, length):
    last = add_days(first, length) or date.max
    found = periods_between(unit, first, last)
    assert found[0] == Period.containing(unit, first)
    assert found[-1] == Period.containing(unit, last)
    assert all(a.next() == b for a, b in pairwise(found))
