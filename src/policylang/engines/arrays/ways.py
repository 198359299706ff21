"""What is missing, for many rows at once: ``semantics.values`` over bits.

A value is an array [rows, slots, words] of uint64: each slot of a row is one way, a set of facts as bits over the words; 0 in
all words is no way. The order of the slots means nothing. As in ``values``, no way of a row is a part of another, and there are
at most ``MAX_ALTERNATIVES``. An array of one row stands for the same in every row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.semantics.values import MAX_ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    Array = np.ndarray[Any, np.dtype[Any]]

#: Pairs of ways that are looked at in one go.
_PAIRS = 2**19


def settled(rows: int, words: int) -> Array:
    """Nothing is missing."""
    return np.zeros((rows, 1, words), np.uint64)


def gate(condition: Array, value: Array) -> Array:
    """The ways where the condition holds."""
    return np.where(condition[:, None, None], value, np.uint64(0))


def choose(cases: Sequence[tuple[Array, Array]], otherwise: Array) -> Array:
    """The ways of the first condition that holds."""
    slots = max(value.shape[1] for value in (*(value for _, value in cases), otherwise))
    found = _widened(otherwise, slots)
    for condition, value in reversed(cases):
        found = np.where(condition[:, None, None], _widened(value, slots), found)
    return found


def either(parts: Sequence[Array], rows: int) -> Array:
    """What settles one of several."""
    return smallest(np.concatenate([_rows(part, rows) for part in parts], axis=1))


def all_of(parts: Sequence[Array], rows: int) -> Array:
    """What settles all of them: first those with several ways in order, then the facts that are missing in any case."""
    plain = settled(rows, parts[0].shape[2])
    result: Array | None = None
    for part in parts:
        if part.shape[1] == 1:
            plain |= part
            continue
        alone = (_counts(part) == 1)[:, None, None]
        plain |= np.where(alone, _union(part), np.uint64(0))
        several = np.where(alone, np.uint64(0), _rows(part, rows))
        result = several if result is None else together(result, several)
    return plain if result is None else together(result, plain)


def together(left: Array, right: Array) -> Array:
    """What settles both at once: one way for each."""
    if left.shape[1] == right.shape[1] == 1:
        return left | right
    rows = len(right) if len(left) == 1 else len(left)
    left, right = _rows(left, rows), _rows(right, rows)
    lefts, rights = _counts(left), _counts(right)
    slots = max(left.shape[1], right.shape[1])
    found = np.where((lefts == 0)[:, None, None], _widened(right, slots), _widened(left, slots))
    both = (lefts > 0) & (rights > 0)
    same = np.flatnonzero(both & (lefts == rights) & (lefts > 1))
    both[same[_same(left[same], right[same])]] = False
    for part in (both & (lefts == 1), both & (lefts > 1) & (rights == 1), both & (lefts > 1) & (rights > 1)):
        places = np.flatnonzero(part)
        if not len(places):
            continue
        block = max(_PAIRS // (int(lefts[places].max()) * int(rights[places].max())), 1)
        for start in range(0, len(places), block):
            some = places[start : start + block]
            found = _put(found, some, _pairs(_compact(left[some]), _compact(right[some])))
    return found


def gather(value: Array, bounds: Array, how: str) -> Array:
    """Over the records of stations, those of station i being ``bounds[i]`` to ``bounds[i + 1]``, in their order."""
    rows, words = len(bounds) - 1, value.shape[2]
    counts = np.diff(bounds)
    value = _rows(value, int(bounds[-1]))
    found = settled(rows, words)
    filled = np.flatnonzero(counts)
    if not len(filled):
        return found
    if value.shape[1] == 1:
        found[filled] = np.bitwise_or.reduceat(value, bounds[:-1][filled], axis=0)
        return found
    plain = settled(rows, words)
    for number in range(int(counts.max())):
        places = np.flatnonzero(counts > number)
        part = value[bounds[:-1][places] + number]
        if how == "all_of":
            alone = (_counts(part) == 1)[:, None, None]
            plain[places] |= np.where(alone, _union(part), np.uint64(0))
            part = np.where(alone, np.uint64(0), part)
        found = _put(found, places, together(found[places], part))
    return together(found, plain)


def smallest(value: Array) -> Array:
    """The ways of which no other is a part; more than ``MAX_ALTERNATIVES`` different ones become their union."""
    several = np.flatnonzero(np.count_nonzero(_there(value), axis=1) > 1)
    found = _union(value)
    if not len(several):
        return found
    some = _compact(value[several])
    if some.shape[1] > MAX_ALTERNATIVES:
        some = _collapsed(some)
    return _put(found, several, _compact(_without_larger(some)))


def _collapsed(value: Array) -> Array:
    """Each way once; the union where they are too many."""
    order = np.lexsort(tuple(value[:, :, word] for word in range(value.shape[2])), axis=1)
    value = np.take_along_axis(value, order[:, :, None], axis=1)
    first = _there(value)
    first[:, 1:] &= _there(value[:, 1:] ^ value[:, :-1])
    many = np.count_nonzero(first, axis=1) > MAX_ALTERNATIVES
    union = _union(value[many])
    value = np.where(first[:, :, None], value, np.uint64(0))
    value[many] = 0
    value[many, :1] = union
    return _compact(value)


def _without_larger(value: Array) -> Array:
    """Without the ways that another is a part of, and without repetitions."""
    there = _there(value)
    kept = there.copy()
    for slot in range(value.shape[1]):
        one = value[:, slot : slot + 1]
        part = there & ~_there(value & ~one)
        equal = part & ~_there(one & ~value)
        part &= ~equal
        part[:, :slot] |= equal[:, :slot]
        kept[:, slot] &= ~part.any(axis=1)
    return np.where(kept[:, :, None], value, np.uint64(0))


def _pairs(left: Array, right: Array) -> Array:
    there = _there(left)[:, :, None] & _there(right)[:, None, :]
    pairs = np.where(there[..., None], left[:, :, None] | right[:, None, :], np.uint64(0))
    return smallest(pairs.reshape(len(left), -1, left.shape[2]))


def _same(left: Array, right: Array) -> Array:
    """Whether rows with equally many ways have the same ones."""
    found = np.ones(len(left), bool)
    for slot in range(left.shape[1]):
        one = left[:, slot : slot + 1]
        found &= ~_there(one)[:, 0] | (one == right).all(axis=2).any(axis=1)
    return found


def _compact(value: Array) -> Array:
    """The ways moved to the front, in as few slots as are needed."""
    there = _there(value)
    slots = max(int(np.count_nonzero(there, axis=1).max(initial=0)), 1)
    if slots == value.shape[1]:
        return value
    order = np.argsort(~there, axis=1, kind="stable")[:, :slots]
    return np.take_along_axis(value, order[:, :, None], axis=1)


def _there(value: Array) -> Array:
    """Which slots hold a way, or anything else that is not 0."""
    if value.shape[2] == 1:
        return np.not_equal(value[:, :, 0], 0)
    return np.bitwise_or.reduce(value, axis=2) != 0  # type: ignore[no-any-return]


def _counts(value: Array) -> Array:
    """How many ways each row has."""
    found: Array = np.count_nonzero(_there(value), axis=1)
    return found


def _union(value: Array) -> Array:
    found: Array = np.bitwise_or.reduce(value, axis=1, keepdims=True)
    return found


def _rows(value: Array, rows: int) -> Array:
    return value if len(value) == rows else np.broadcast_to(value, (rows, *value.shape[1:]))


def _widened(value: Array, slots: int) -> Array:
    more = slots - value.shape[1]
    return value if not more else np.pad(value, ((0, 0), (0, more), (0, 0)))


def _put(found: Array, places: Array, value: Array) -> Array:
    """``found`` with other rows in some places."""
    found = _widened(found, max(found.shape[1], value.shape[1]))
    found[places] = _widened(value, found.shape[1])
    return found
