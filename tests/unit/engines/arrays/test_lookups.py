"""The classes of numbers: in which of the stretches between cuts each lies."""

from __future__ import annotations

import numpy as np
import pytest

from policylang.engines.arrays.lookups import classes, taken_in_pairs

CUTS = {
    "few": [10, 20, 30],
    "one": [5],
    "negative": [-7, 0, 3],
    "every number": list(range(1, 41)),
    "many, evenly": list(range(100, 100_100, 100)),
    "far from 0": list(range(10**12, 10**12 + 4000, 40)),
    "sums of money": [n * 10**10 for n in range(1, 1001)],
    "crowded": [*range(1, 101), 10**13],
    "a little crowded": sorted([n * 10**6 for n in range(1, 40)] + [n * 10**6 + 1 for n in range(1, 40)]),
    "from below 0": list(range(-500, 500, 7)),
}


@pytest.mark.parametrize("cuts", CUTS.values(), ids=CUTS)
def test_a_class_is_how_many_cuts_have_been_reached(cuts: list[int]) -> None:
    near = sorted({cut + d for cut in cuts for d in (-1, 0, 1)} | {cuts[0] - 10**9, cuts[-1] + 10**9})
    values = np.array(near, np.int64)
    kind = np.dtype(np.uint8 if len(cuts) < 256 else np.uint16)
    out = np.empty(len(values), kind)
    spare = np.empty(len(values), bool if len(cuts) <= 16 else np.int64)
    classes(cuts, kind)(values, spare, out)
    assert out.tolist() == [sum(cut <= value for cut in cuts) for value in near]


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 8])
@pytest.mark.parametrize("kind", [bool, np.int8, np.int16, np.int32])
def test_two_rows_at_once_are_the_same_as_one_after_the_other(rows: int, kind: type) -> None:
    table = np.array([5, 1, 0, 7, 3], np.int8).astype(kind)
    cells = np.array([4, 0, 1, 2, 3, 3, 0, 4], np.uint8)[:rows]
    index = np.zeros(rows, np.int64)
    index[: rows // 2] = cells[: rows // 2 * 2].view(np.uint16)
    out = np.empty(rows, kind)
    taken_in_pairs(table)(index, cells, out)
    assert out.tolist() == table[cells].tolist()
