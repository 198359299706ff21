"""Needs as bits, many rows at once: each operation is what ``semantics.values`` says of each row."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from policylang.engines.arrays import ways
from policylang.engines.arrays.needs import distinct_rows
from policylang.semantics import values
from policylang.semantics.values import MAX_ALTERNATIVES, SETTLED, Needs

ROWS = 25


def some_needs(random: Random, words: int, most: int) -> Needs:
    """Needs over few facts or many, with up to so many ways."""
    facts = random.choice((4, 8, 64 * words))
    number = random.choice((0, 1, 1, 2, random.randint(0, most)))
    return values.smallest({
        frozenset(str(random.randrange(facts)) for _ in range(random.randint(1, 4))) for _ in range(number)
    })  # fmt: skip


def bits(random: Random, needs: list[Needs], words: int) -> np.ndarray:
    """Rows of needs, the ways of each in any slots."""
    slots = max(1, *map(len, needs))
    found = np.zeros((len(needs), slots, words), np.uint64)
    for row, each in enumerate(needs):
        for slot, way in zip(random.sample(range(slots), len(each)), each, strict=True):
            for fact in map(int, way):
                found[row, slot, fact // 64] |= np.uint64(1 << fact % 64)
    return found


def read(found: np.ndarray, rows: int = ROWS) -> list[Needs]:
    """What the bits mean; no way stands twice."""
    needs = []
    for row in np.broadcast_to(found, (rows, *found.shape[1:])):
        each = [frozenset(str(64 * w + b) for w, word in enumerate(slot.tolist()) for b in range(64) if word >> b & 1) for slot in row]
        there = [way for way in each if way]
        assert len(set(there)) == len(there)
        needs.append(frozenset(there))
    return needs


@pytest.mark.parametrize("seed", range(60))
def test_operations_are_those_of_values(seed: int) -> None:
    random = Random(seed)
    words, most = random.randint(1, 2), random.choice((2, 5, 16, 20))
    given = [[some_needs(random, words, most) for _ in range(ROWS)] for _ in range(random.randint(2, 4))]
    for row in range(ROWS):
        if random.random() < 0.2:
            given[1][row] = given[0][row]
    own = [bits(random, each, words) for each in given]
    left, right = own[:2]
    assert read(ways.together(left, right)) == [values.together(*pair) for pair in zip(*given[:2], strict=True)]
    assert read(ways.either(own, ROWS)) == [values.smallest({way for each in row for way in each}) for row in zip(*given, strict=True)]
    assert read(ways.all_of(own, ROWS)) == [values.all_of(list(row)) for row in zip(*given, strict=True)]
    cuts = [0, *sorted(random.randint(0, ROWS) for _ in range(6)), ROWS]
    lists = [given[0][start:end] for start, end in pairwise(cuts)]
    bounds = np.array(cuts)
    assert read(ways.gather(left, bounds, "all_of"), 7) == [values.all_of(each) for each in lists]
    assert read(ways.gather(left, bounds, "together"), 7) == [reduce(values.together, each, SETTLED) for each in lists]


@pytest.mark.parametrize("number", [MAX_ALTERNATIVES - 1, MAX_ALTERNATIVES, MAX_ALTERNATIVES + 1])
def test_too_many_alternatives_are_one(number: int) -> None:
    needs = [frozenset(frozenset((str(fact),)) for fact in range(number))]
    parts = [bits(Random(1), [frozenset((way,))], 1) for way in needs[0]]
    assert read(ways.either(parts, 1), 1) == [values.smallest(set(needs[0]))]
    # the same way twice counts once
    assert read(ways.either([*parts, *parts], 1), 1) == [values.smallest(set(needs[0]))]


def test_a_value_for_all_rows_is_one_row() -> None:
    one = bits(Random(1), [values.missing("3")], 1)
    conditions = np.array([True, False, True])
    assert read(ways.gate(conditions, one), 3) == [values.missing("3"), SETTLED, values.missing("3")]
    other = bits(Random(1), [values.either(values.missing("1"), values.missing("2"))], 1)
    found = ways.choose([(conditions, one)], other)
    assert read(found, 3) == [values.missing("3"), values.either(values.missing("1"), values.missing("2")), values.missing("3")]
    assert read(ways.together(one, np.zeros((0, 2, 1), np.uint64)), 0) == []


@pytest.mark.parametrize(("rows", "width", "most"), [(0, 1, 5), (1, 1, 5), (1000, 1, 5), (1000, 3, 4), (500, 0, 1), (100_000, 2, 10**6)])
def test_distinct_rows(rows: int, width: int, most: int) -> None:
    flat = np.random.default_rng(1).integers(0, most, (rows, width)).astype(np.uint64)
    found, inverse = distinct_rows(flat)
    assert np.array_equal(found[inverse], flat)
    assert len(found) == len({tuple(row) for row in flat.tolist()})
