"""Words by combinations of numbers, sums and days, held against the plain way to make them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.batch.series import Days, FewYuan, Words, Yuan, coded

ENDS = [(0, 1), (-1, 5), (0, 40_000), (0, 2**62 - 1), (-5, 2**40)]


@given(st.data())
def test_every_row_has_the_word_of_its_numbers(data):
    ends = data.draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=4))
    rows = data.draw(st.integers(0, 40))
    few = [[data.draw(st.integers(*end)) for _ in range(3)] for end in ends]
    parts = [[data.draw(st.sampled_from(own)) for _ in range(rows)] for own in few]
    columns = [(np.array(values, bool if end == (0, 1) else np.int64), *end) for values, end in zip(parts, ends, strict=True)]
    found = coded(columns, lambda *numbers: repr([int(n) for n in numbers]), lambda *numbers: list(numbers))
    wanted = [repr([int(n) for n in row]) for row in zip(*parts, strict=True)]
    assert [found.words[code] for code in found.codes.tolist()] == wanted
    assert found.series().to_list() == wanted
    assert [repr([int(n) for n in each]) for each in found.objects()] == wanted


def test_many_combinations_are_sorted_instead():
    rng = np.random.default_rng(5)
    columns = [(rng.integers(0, 3000, 500), 0, 2999) for _ in range(3)]
    found = coded(columns, lambda *numbers: "-".join(map(str, numbers)))
    assert [found.words[c] for c in found.codes] == ["-".join(map(str, row)) for row in zip(*(c[0].tolist() for c in columns), strict=True)]


def test_rows_that_were_not_decided_have_nothing():
    rows = np.array([0, 2])
    assert Words(np.array([0, 1]), ["甲", None]).spread(rows, 3).series().to_list() == ["甲", None, None]
    assert Yuan(np.array([150, 250]), None, 100).spread(rows, 3).series().to_list() == [Decimal("1.5"), None, Decimal("2.5")]
    assert FewYuan(np.array([1, 0]), [None, 10_000_000], 100).spread(rows, 3).objects() == [100_000, None, None]
    assert Days(np.array([738_000, 0])).spread(rows, 3).series().to_list() == [date.fromordinal(738_000), None, None]


@pytest.mark.parametrize(
    ("value", "scale", "wanted"),
    [(850_050, 100, "8500.50"), (1, 1, "1.00"), (12_345, 10_000, "1.2345"), (3_000_100, 800, "3750.125"), (1, 500, "0.002")],
)
def test_sums_are_exact(value, scale, wanted):
    assert Yuan(np.array([value]), None, scale).series().to_list() == [Decimal(wanted)]
    assert FewYuan(np.array([0]), [value], scale).series().to_list() == [Decimal(wanted)]


@given(st.lists(st.integers(0, 10**16 - 1), min_size=1, max_size=9), st.integers(0, 12), st.integers(0, 8))
def test_sums_in_any_part_of_a_yuan_are_exact(values, twos, fives):
    scale = 2**twos * 5**fives
    wanted = [Fraction(value, scale) for value in values]
    assert [Fraction(own) for own in Yuan(np.array(values), None, scale).series().to_list()] == wanted
    assert [Fraction(own) for own in FewYuan(np.arange(len(values)), values, scale).series().to_list()] == wanted


def test_one_word_throughout_and_no_rows():
    assert Words(np.zeros(3, np.uint8), ["受理", "未受理"]).series().to_list() == ["受理"] * 3
    assert Words(np.zeros(0, np.uint8), ["受理"]).series().to_list() == []
    assert Words(np.array([1, 0, 1]), ["甲", "乙"]).series().to_list() == ["乙", "甲", "乙"]
