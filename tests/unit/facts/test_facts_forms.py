"""One text under one type: the value it stands for, or why it stands for none."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from station_policy import FORM, GRADE, MATERIALS, A

from policylang.facts.forms import Fault, decimal, read, wrong
from policylang.semantics.types import Boolean, Day, Money, Number, Records, Text

COUNT, RATE, BOOL, YUAN, DAY, TEXT = Number("人"), Number("%"), Boolean(), Money(), Day(), Text()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (BOOL, "是", True),
        (BOOL, "true", True),
        (BOOL, "yes", True),
        (BOOL, "否", False),
        (BOOL, "false", False),
        (BOOL, "no", False),
        (COUNT, "0", 0),
        (COUNT, "010", 10),
        (COUNT, "１２", 12),
        (COUNT, "30,000", 30_000),
        (COUNT, "１，０００", 1_000),
        (COUNT, "9" * 38, 10**38 - 1),
        (COUNT, "99" + ",999" * 12, 10**38 - 1),
        (Number(), "7", 7),
        (RATE, "20%", Fraction(1, 5)),
        (RATE, "１２.5％", Fraction(1, 8)),
        (YUAN, "30000", 30_000),
        (YUAN, "30,000元", 30_000),
        (YUAN, "3万元", 30_000),
        (YUAN, "3.5万", 35_000),
        (YUAN, "３．５万", 35_000),
        (YUAN, "0.123456万元", Fraction("1234.56")),
        (YUAN, "1234.50", Fraction("1234.5")),
        (YUAN, "0.1", Fraction(1, 10)),
        (DAY, "2024-03-01", date(2024, 3, 1)),
        (DAY, "2024年3月1日", date(2024, 3, 1)),
        (DAY, "2024/3/1", date(2024, 3, 1)),
        (DAY, "2024-02-29", date(2024, 2, 29)),
        (TEXT, "no", "no"),
        (TEXT, "字" * 1000, "字" * 1000),
        (GRADE, "A", A),
        (GRADE, "A级", A),
        (MATERIALS, "form", FORM),
    ],
)
def test_what_is_taken(kind, text, value):
    found = read(kind, text)
    assert found == value
    assert type(found) is type(value) or isinstance(found, Fraction)


WHOLE, TRUTH, AMOUNT = "must be a whole number", "must be true or false", "must be an amount in yuan"
DATE, NEGATIVE, LONG = "must be a date (YYYY-MM-DD)", "must be >= 0", "must have at most 38 digits"
SHARE, ONE_OF = "must be a percentage such as 20%", "not one of A, B, C, 不合格"
IN_DIGITS = "write the exact whole number in digits, without a unit"
WORDS = "write one of 是, 否, true, false, yes, no"
CENTS = "write at most two decimals and no other words"


@pytest.mark.parametrize(
    ("kind", "text", "message", "help_"),
    [
        (BOOL, "on", TRUTH, WORDS),
        (BOOL, "y", TRUTH, WORDS),
        (BOOL, "True", TRUTH, WORDS),
        (BOOL, "1", TRUTH, WORDS),
        (BOOL, "", TRUTH, WORDS),
        (BOOL, "是 ", TRUTH, "remove the blanks around it"),
        (COUNT, "-3", NEGATIVE, None),
        (COUNT, "－３", NEGATIVE, None),
        (COUNT, "-", WHOLE, IN_DIGITS),
        (COUNT, "-" * 100_000 + "5", WHOLE, IN_DIGITS),
        (COUNT, "+5", WHOLE, IN_DIGITS),
        (COUNT, "30人", WHOLE, "write 30"),
        (COUNT, "约30", WHOLE, IN_DIGITS),
        (COUNT, "１２名", WHOLE, "write 12"),
        (COUNT, "三十", WHOLE, IN_DIGITS),
        (COUNT, "1:30", WHOLE, IN_DIGITS),
        (COUNT, "1e3", WHOLE, IN_DIGITS),
        (COUNT, "0x1F", WHOLE, IN_DIGITS),
        (COUNT, "1_000", WHOLE, IN_DIGITS),
        (COUNT, "1,00", WHOLE, IN_DIGITS),
        (COUNT, "NaN", WHOLE, IN_DIGITS),
        (COUNT, ".inf", WHOLE, IN_DIGITS),
        (COUNT, ".5", WHOLE, IN_DIGITS),
        (COUNT, "12.0", WHOLE, IN_DIGITS),
        (COUNT, "٣", WHOLE, IN_DIGITS),
        (COUNT, "true", WHOLE, IN_DIGITS),
        (COUNT, "12\n", WHOLE, "remove the blanks around it"),
        (COUNT, "　12", WHOLE, "remove the blanks around it"),
        (COUNT, "1" * 39, LONG, IN_DIGITS),
        (COUNT, "1" * 100_000, LONG, IN_DIGITS),
        (RATE, "20", SHARE, None),
        (RATE, "-20%", NEGATIVE, None),
        (YUAN, "-3万元", NEGATIVE, None),
        (YUAN, "3.123", AMOUNT, CENTS),
        (YUAN, "¥3", AMOUNT, CENTS),
        (YUAN, "3万5", AMOUNT, CENTS),
        (YUAN, "1" * 40, LONG, CENTS),
        (DAY, "2024-02-30", "no such day 2024-02-30", "check the month and the day"),
        (DAY, "2023年2月29日", "no such day 2023年2月29日", "check the month and the day"),
        (DAY, "0000-01-01", "no such day 0000-01-01", "check the month and the day"),
        (DAY, "2024-3-1", DATE, "write 2024-03-01"),
        (DAY, "2024.03.01", DATE, "write 2024-03-01"),
        (DAY, "20240301", DATE, None),
        (DAY, "2024-03-01 00:00:00", DATE, None),
        (DAY, "2024.13.01", DATE, None),
        (DAY, "去年", DATE, None),
        (TEXT, "字" * 1001, "must have at most 1000 characters", None),
        (TEXT, "a\nb", "must be one line without control or invisible characters", None),
        (TEXT, "a\u200bb", "must be one line without control or invisible characters", None),
        (TEXT, "\ud800", "must be one line without control or invisible characters", None),
        (TEXT, " 　", "must not be blank", "leave it out or write null where nothing is recorded"),
        (GRADE, "D", ONE_OF, None),
        (GRADE, "a", ONE_OF, "did you mean “A”?"),
        (GRADE, "不合", ONE_OF, "did you mean “不合格”?"),
        (MATERIALS, "x", "not one of form, proof", None),
        (Records("人"), "x", "must be a list", None),
    ],
)
def test_what_is_refused(kind, text, message, help_):
    found = read(kind, text)
    assert isinstance(found, Fault)
    assert (found.message.en, found.help and found.help.en) == (message, help_)


def test_what_is_no_single_value_is_refused():
    assert wrong(TEXT).message.en == "must be text"
    assert wrong(COUNT).message.zh == "应当是数量（人），只写整数"
    assert wrong(GRADE).message.zh == "应当是下列之一：A级（A）、B级（B）、C级（C）、不合格"


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Fraction(0), "0"),
        (Fraction(30), "30"),
        (Fraction(-7, 2), "-3.5"),
        (Fraction("1.000001"), "1.000001"),
        (Fraction(1, 3), None),
        (Fraction(10**38), None),
    ],
)
def test_exact_decimals(value, digits):
    assert decimal(value) == digits
