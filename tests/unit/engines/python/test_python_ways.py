"""What is missing as bit masks collapses exactly where ``semantics.values`` does."""

from __future__ import annotations

from functools import reduce
from random import Random

from policylang.engines.python.ways import Paths, Ways, all_of, either, together
from policylang.plan.meaning import either as plain_either
from policylang.semantics import values

PATHS = Paths([f"f{i}" for i in range(30)], [("awards", "kind"), ("awards", "day")])


def some_needs(random: Random, most: int) -> tuple[Ways, values.Needs]:
    ways = {sum(1 << random.randrange(8) for _ in range(1)) | 1 << random.randrange(8) for _ in range(random.randint(0, most))}
    found = either(tuple(ways))
    return found, PATHS.needs(found)


def test_joins_are_those_of_values() -> None:
    random = Random(1)
    collapsed = 0
    for _ in range(3000):
        mine, plain = zip(*(some_needs(random, random.choice((1, 2, 9))) for _ in range(random.randint(2, 4))), strict=True)
        assert PATHS.needs(all_of(mine)) == values.all_of(list(plain))
        assert PATHS.needs(reduce(together, mine)) == reduce(values.together, plain)
        assert PATHS.needs(either(mine)) == plain_either(plain)
        collapsed += len(reduce(values.together, plain)) == 1 and any(len(each) > 1 for each in plain)
    assert collapsed > 100


def test_more_than_sixteen_ways_are_one() -> None:
    ways = [1 << bit for bit in range(17)]
    assert either(tuple(ways[:16])) == frozenset(ways[:16])
    assert either(tuple(ways)) == 2**17 - 1


def test_no_way_is_part_of_another() -> None:
    assert either((0b11, 0b1, 0b110)) == frozenset((0b1, 0b110))
    assert either((0b11, 0b1)) == 0b1
    assert either((0, 0)) == 0


def test_records_have_paths_of_their_own() -> None:
    kind, day = PATHS.field(("awards", "kind")), PATHS.field(("awards", "day"))
    way = PATHS.path("f3") | kind << 2 * PATHS.width | day
    assert PATHS.needs(way) == {frozenset({"f3", "awards[2].kind", "awards[0].day"})}
    assert PATHS.needs(0) == values.SETTLED
