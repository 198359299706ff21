"""Tables over cells: what is looked up, and the steps that number the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.engines.arrays.cells import Atom, Group
    from policylang.engines.arrays.kernels import Array, Step

#: More classes of a number than this are found in a table, not by comparing.
COMPARED = 16
#: How large tables that find classes may be, as bits of their number of entries, and the most cuts in one entry.
_BITS = 16
_CUTS = 4


class Lookup:
    """The tables of a group: ``atoms`` in the order in which they make a cell number, and a table for each target."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.atoms = sorted(group.support, key=lambda atom: atom.radix(group.support[atom]))
        self.radices = [atom.radix(group.support[atom]) for atom in self.atoms]
        self.cells = int(np.prod(self.radices, dtype=np.int64))
        self.tables: dict[int, Array] = {}

    def representatives(self) -> dict[int, Array]:
        """For each node that says in which class an atom is, its values in all cells."""
        found: dict[int, Array] = {}
        numbers = np.arange(self.cells)
        stride = self.cells
        for atom, radix in zip(self.atoms, self.radices, strict=True):
            stride //= radix
            found |= _representatives(atom, self.group.support[atom], numbers // stride % radix)
        return found


def _representatives(atom: Atom, mask: int, classes: Array) -> dict[int, Array]:
    cuts, states = atom.cuts(mask), atom.states(mask)
    found: dict[int, Array] = {}
    known = np.ones(len(classes), bool)
    if states:
        known = (classes >= 1) & (classes <= len(cuts) + 1)
        codes = {"known": known}
        for number, state in enumerate(state for state in states if state != "known"):
            codes[state] = classes == len(cuts) + 2 + number
        found = {leaf.number: codes[what] for what, leaf in atom.leaves.items() if what in codes}
        classes = np.where(known, classes - 1, 0)
    value = atom.leaves.get("value")
    if value is not None:
        first = 0 if value.kind == "bool" else value.ends[0]
        found[value.number] = np.where(known, np.array([first, *cuts], np.int64).take(classes), 0 if states else first)
    return found


def classes(cuts: Sequence[int], kind: np.dtype[Any]) -> Step:
    """How many of the cuts a number has reached; steps of more than ``COMPARED`` cuts need a spare array of int64."""
    if len(cuts) > COMPARED:
        return _found(np.array(cuts, np.int64), kind)

    def step(values: Array, spare: Array, out: Array) -> None:
        np.greater_equal(values, cuts[0], out=out.view(bool))
        for cut in cuts[1:]:
            np.greater_equal(values, cut, out=spare)
            np.add(out, spare.view(np.uint8), out=out)

    return step


def _found(cuts: Array, kind: np.dtype[Any]) -> Step:
    """The same for many cuts: equal stretches of numbers, each with the cuts before it, and the few inside it."""
    first, span = int(cuts[0]), int(cuts[-1] - cuts[0])
    if 0 < first <= span:
        first, span = 1, span + first - 1
    shift = max(span.bit_length() - _BITS, 0)
    stretches = first + (np.arange((span >> shift) + 1, dtype=np.int64) << shift)
    before = np.searchsorted(cuts, stretches, side="right")
    inside = int((np.searchsorted(cuts, stretches + (1 << shift) - 1, side="right") - before).max())
    if inside > _CUTS:
        return lambda values, _, out: np.copyto(out, np.searchsorted(cuts, values, side="right"), casting="unsafe")
    table = np.append(0, before).astype(kind)
    ends = np.concatenate((cuts, np.full(_CUTS, 2**63 - 1)))
    start = first - (1 << shift)

    def step(values: Array, places: Array, out: Array) -> None:
        if start:
            np.subtract(values, start, out=places, dtype=np.int64)
        else:
            np.copyto(places, values)
        if shift:
            np.right_shift(places, shift, out=places)
        # numbers before the first stretch and after the last are those of the ends
        np.take(table, places, out=out, mode="clip")
        if inside:
            np.copyto(places, out)
            for number in range(inside):
                np.add(out, values >= ends.take(places + number), out=out, casting="unsafe")

    return step


def plus(left: Array, right: Array, out: Array) -> None:
    """The sum of two small numbers, either of which may be a condition."""
    np.add(_numbers(left), _numbers(right), out=out)


def times(factor: int) -> Step:
    """A condition as 0 or a number."""
    return lambda condition, out: np.multiply(condition.view(np.uint8), out.dtype.type(factor), out=out)


def folded(radix: int) -> Step:
    """The number so far, and one digit more."""

    def step(number: Array, digit: Array, out: Array) -> None:
        number = _numbers(number)
        if number.dtype == out.dtype:
            np.multiply(number, out.dtype.type(radix), out=out)
        else:
            np.copyto(out, number)
            np.multiply(out, out.dtype.type(radix), out=out)
        np.add(out, _numbers(digit), out=out)

    return step


def _numbers(values: Array) -> Array:
    return values.view(np.uint8) if values.dtype == bool else values


def taken(table: Array) -> Step:
    """What stands in a table."""

    def step(index: Array, out: Array) -> None:
        np.take(table, index, out=out, mode="clip")

    return step


def paired(cells: Array, out: Array) -> None:
    """The numbers of two cells after one another as one, in the first half of ``out``."""
    half = len(cells) // 2
    np.copyto(out[:half], cells[: 2 * half].view(np.uint16))


def taken_in_pairs(table: Array) -> Step:
    """What stands in a table of at most 256 entries, for two rows at once."""
    wide = np.dtype(f"u{2 * table.itemsize}")
    number = len(table)
    both = np.zeros((number, 256, 2), table.dtype)
    both[:, :number, 0] = table
    both[:, :, 1] = table[:, None]
    pairs = both.reshape(-1, 2).view(wide).reshape(-1)

    def step(index: Array, cells: Array, out: Array) -> None:
        half = len(out) // 2
        np.take(pairs, index[:half], out=out[: 2 * half].view(wide), mode="clip")
        if len(out) % 2:
            out[-1] = table[cells[-1]]

    return step

