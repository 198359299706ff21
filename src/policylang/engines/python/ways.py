"""What is missing, compactly: a way is a bit mask over a table of paths.

0 stands for nothing missing, a whole number for one way, a frozenset of whole numbers for several. Everything here
collapses and returns early exactly where ``semantics.values`` does. What is missing recurs from station to station, so
results are kept.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from policylang.semantics.values import MAX_ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policylang.semantics.values import Needs

Ways = int | frozenset[int]


@lru_cache(4096)
def all_of(needs: tuple[Ways, ...]) -> Ways:
    """What settles several at once."""
    plain = 0
    result: Ways = 0
    for each in needs:
        if isinstance(each, int):
            plain |= each
        else:
            result = together(result, each)
    return together(result, plain) if plain else result


def together(left: Ways, right: Ways) -> Ways:
    """What settles two at once."""
    if not left or left == right:
        return right
    if not right:
        return left
    if isinstance(left, int):
        if isinstance(right, int):
            return left | right
        return smallest({left | one for one in right})
    if isinstance(right, int):
        return smallest({one | right for one in left})
    return smallest({one | other for one in left for other in right})


@lru_cache(4096)
def either(needs: tuple[Ways, ...]) -> Ways:
    """What settles one of several."""
    ways: set[int] = set()
    for each in needs:
        if isinstance(each, int):
            if each:
                ways.add(each)
        else:
            ways |= each
    return smallest(ways)


def smallest(ways: set[int]) -> Ways:
    """The ways of which no other is a part."""
    if len(ways) > MAX_ALTERNATIVES:
        return reduce(or_, ways)
    found = frozenset(way for way in ways if not any(other & way == other and other != way for other in ways))
    return found if len(found) > 1 else next(iter(found), 0)


class Paths:
    """Which bit stands for which path: first the facts of the station, then for each record its fields."""

    def __init__(self, paths: Sequence[str], fields: Sequence[tuple[str, str]]) -> None:
        self.paths = tuple(paths)
        self.fields = tuple(fields)
        self._bits = {path: 1 << bit for bit, path in enumerate(self.paths)}
        self._places = {field: 1 << len(self.paths) + place for place, field in enumerate(self.fields)}

    def path(self, path: str) -> int:
        """The way that consists of one fact."""
        return self._bits[path]

    def field(self, field: tuple[str, str]) -> int:
        """The way that consists of one field of the first record; of record n, shifted by n times ``width``."""
        return self._places[field]

    @property
    def width(self) -> int:
        """How many bits a record takes."""
        return len(self.fields)

    def needs(self, ways: Ways) -> Needs:
        """The same in full."""
        return needs_of(ways, self.paths, self.fields)


def needs_of(ways: Ways, paths: Sequence[str], fields: Sequence[tuple[str, str]]) -> Needs:
    """Ways in full: the first bits are the paths, then come the fields of the first record, of the second and so on."""
    if not ways:
        return frozenset()
    return frozenset([frozenset(_facts(way, paths, fields)) for way in ((ways,) if isinstance(ways, int) else ways)])


def _facts(way: int, paths: Sequence[str], fields: Sequence[tuple[str, str]]) -> Iterator[str]:
    while way:
        bit = (way & -way).bit_length() - 1
        way &= way - 1
        if bit < len(paths):
            yield paths[bit]
        else:
            record, place = divmod(bit - len(paths), len(fields))
            yield f"{fields[place][0]}[{record}].{fields[place][1]}"
