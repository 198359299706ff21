"""What an engine may know: a value, what a value can still be, or that there is none.

* ``Known``: the value itself, or ``NOTHING`` for what is known not to have happened (未考核, 未发生).
* ``Interval``: a number, sum or day between two ends (None: open), e.g. 28 to 31 recruits.
* ``Options``: one of several options or texts.
* ``Truth``: true, false or undetermined, combined by strong Kleene logic.

What is not settled carries ``needs``: the smallest sets of missing facts, each of which would settle it. Knowing
more facts never changes what is settled, it only settles more.

Values are never changed once made; they are not frozen because a decision makes hundreds of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from policylang.semantics.types import Option

if TYPE_CHECKING:
    from collections.abc import Iterable

Needs = frozenset[frozenset[str]]

SETTLED: Final[Needs] = frozenset()
#: More alternatives than this are not told apart: their union is one set that settles the value for certain.
MAX_ALTERNATIVES = 16


class Nothing:
    """Known not to have happened."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = Nothing()

Plain = bool | Fraction | date | Option | str | frozenset[Option] | Nothing


@dataclass(slots=True, unsafe_hash=True)
class Known:
    """A settled value."""

    value: Plain


@dataclass(slots=True, unsafe_hash=True)
class Interval:
    """A number or a day from ``low`` to ``high``, both included; None where there is no bound."""

    low: Fraction | date | None
    high: Fraction | date | None
    needs: Needs


@dataclass(slots=True, unsafe_hash=True)
class Options:
    """One of these; ``complete`` False when it can be any other as well (an unknown text or set)."""

    options: frozenset[Option | Nothing]
    needs: Needs
    complete: bool = True


Value = Known | Interval | Options


@dataclass(slots=True, unsafe_hash=True)
class Truth:
    """True, False, or None for undetermined with what would settle it."""

    value: bool | None
    needs: Needs = SETTLED


TRUE: Final = Truth(value=True)
FALSE: Final = Truth(value=False)


def unknown(needs: Needs) -> Truth:
    """An undetermined truth."""
    return Truth(None, needs)


@lru_cache(maxsize=4096)
def missing(name: str) -> Needs:
    """What one missing fact needs: itself."""
    return frozenset((frozenset((name,)),))


def negate(truth: Truth) -> Truth:
    """Strong Kleene negation."""
    if truth.value is None:
        return truth
    return FALSE if truth.value else TRUE


def conjunction(limbs: Iterable[Truth]) -> Truth:
    """False if any limb is false, true if all are, otherwise undetermined."""
    open_: list[Needs] = []
    for limb in limbs:
        if limb.value is False:
            return FALSE
        if limb.value is None:
            open_.append(limb.needs)
    return Truth(None, all_of(open_)) if open_ else TRUE


def disjunction(limbs: Iterable[Truth]) -> Truth:
    """True if any limb is true, false if all are, otherwise undetermined."""
    open_: list[Needs] = []
    for limb in limbs:
        if limb.value:
            return TRUE
        if limb.value is None:
            open_.append(limb.needs)
    return Truth(None, all_of(open_)) if open_ else FALSE


def all_of(needs: list[Needs]) -> Needs:
    """What settles several values at once: one way for each."""
    plain: set[str] = set()
    result = SETTLED
    for each in needs:
        if len(each) == 1:
            plain.update(*each)
        else:
            result = together(result, each)
    return together(result, frozenset((frozenset(plain),))) if plain else result


def together(left: Needs, right: Needs) -> Needs:
    """What settles two values at once: one way for each."""
    if not left or left == right:
        return right
    if not right:
        return left
    if len(left) == 1 and len(right) == 1:
        return frozenset((next(iter(left)) | next(iter(right)),))
    return smallest({one | other for one in left for other in right})


def either(left: Needs, right: Needs) -> Needs:
    """What settles a value that two ways lead to: any way for one of them."""
    return smallest({*left, *right})


def smallest(ways: set[frozenset[str]]) -> Needs:
    """The ways of which no other is a part."""
    if len(ways) > MAX_ALTERNATIVES:
        return frozenset((frozenset().union(*ways),))
    return frozenset(way for way in ways if not any(other < way for other in ways))


def needs_of(value: Value) -> Needs:
    """What would settle a value."""
    return SETTLED if isinstance(value, Known) else value.needs


def bounds(value: Value) -> tuple[Fraction | date | None, Fraction | date | None]:
    """The ends between which a number or a day lies."""
    if isinstance(value, Interval):
        return value.low, value.high
    if isinstance(value, Known) and isinstance(value.value, (Fraction, date)):
        return value.value, value.value
    return None, None


def in_order(needs: Needs) -> tuple[tuple[str, ...], ...]:
    """The ways as sorted tuples, the smallest first: the same for the same needs."""
    return tuple(sorted((tuple(sorted(way)) for way in needs), key=lambda way: (len(way), way)))
