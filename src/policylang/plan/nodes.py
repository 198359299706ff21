"""The nodes of a plan: what every engine for many stations, or for one in microseconds, has to compute.

A plan is a graph without loops of three kinds of values. It is *two-valued*: what is unknown in the policy is spelt out
beforehand (a condition becomes "it holds" and "it does not hold"), so that no engine's own idea of null matters.

* ``BOOL``: true or false, never null.
* ``INT``: a whole number of at most 62 bits; days are proleptic Gregorian ordinals, sums of money fen or finer (the output
  says the scale), options their number, sets of options a bit mask. Where an input is unknown the number is 0.
* ``NEEDS``: what is missing, as in ``semantics.values``: alternatives of sets of facts.

A node belongs to the station (``level`` None), or to each record of a list (``level`` is the list). The nodes are made by a
``Graph`` (``graph.py``), which makes each only once and folds constants; ``meaning.py`` says what each computes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

Kind = Literal["bool", "int", "needs"]

#: What a node computes, from ``args`` and the constant ``data``:
#:
#: ============== ===== ===================================================================================================
#: operation      kind  meaning
#: ============== ===== ===================================================================================================
#: constant       any   ``data``: a bool, an int; for needs None (nothing is missing)
#: known          bool  input ``data`` has a value
#: nothing        bool  input ``data`` is known not to have happened (未发生)
#: null           bool  input ``data`` is an explicit null (未考核)
#: given          bool  the series ``data`` (a fact id) is given, with entries or without
#: listed         bool  the list ``data`` (a fact id) is known
#: truth          bool  input ``data``, a yes-or-no fact, is 是 (false unless known)
#: like           bool  ``data`` (input, parts): the text is these parts in this order with at least one character between
#:                      two of them (false unless known)
#: same           bool  ``data`` (input, input): two texts are the same (false unless both are known)
#: number         int   input ``data`` (0 unless known)
#: and, or        bool  of two or more
#: not            bool  of one
#: less           bool  first < second
#: equal          bool  first = second
#: among          bool  the number is in ``data``, a frozenset of ints
#: holds_bit      bool  bit ``data`` of the mask is set
#: add, subtract, multiply, least, greatest   int   of two
#: choose         int   (c1, v1, c2, v2, ..., v): the value of the first condition that holds, else the last
#: pack           int   bit i is the i-th condition (at most 62)
#: year           int   the calendar year of a day
#: months         int   the day moved by ``data`` months, the last of the month at most (《民法典》第二百零二条)
#: look_up        int   ``data`` is a ``Table``: the value at a key, ``default`` where the key is outside
#: missing        needs ``data``: a path; one way, this fact
#: missing_field  needs ``data`` (list, field): one way, this field of the record (level: the list)
#: gate           needs (condition, needs): the needs if it holds, otherwise nothing
#: all_of         needs what settles several at once: ``values.all_of`` of those that are not empty
#: together       needs what settles two at once: ``values.together``
#: either         needs what settles one of several: ``values.smallest`` of all their ways
#: choose_needs   needs as ``choose``
#: any, every     bool  over the records of a list (``data``): one condition holds for one, for all; false, true without records
#: sum            int   over the records of a list (``data``)
#: lowest, highest int  over the records of a list: ``data`` (list, value without records)
#: count          int   the number of records of the list ``data`` (0 while unknown)
#: gather         needs over the records of a list, in order: ``data`` (list, "all_of" or "together")
#: ============== ===== ===================================================================================================
#:
#: Only the last rows lead from a record to its station; a node of a list may use nodes of the station as they are.
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "known", "nothing", "null", "given", "listed", "truth", "like", "same", "and", "or", "not", "less", "equal",
            "among", "holds_bit", "any", "every",
        ),
        "bool",
    ),
    **dict.fromkeys(
        (
            "number", "add", "subtract", "multiply", "least", "greatest", "choose", "pack", "year", "months", "look_up",
            "sum", "lowest", "highest", "count",
        ),
        "int",
    ),
    **dict.fromkeys(
        ("missing", "missing_field", "gate", "all_of", "together", "either", "choose_needs", "gather"), "needs"
    ),
}  # fmt: skip

#: The operations that lead from the records of a list to the station.
REDUCTIONS = frozenset(("any", "every", "sum", "lowest", "highest", "gather"))


class Table(NamedTuple):
    """A table by whole numbers: the value for ``first`` and those that follow it; ``name`` for readers of what is made of it."""

    name: str
    first: int
    values: tuple[int, ...]
    default: int

    def __call__(self, key: int) -> int:
        """The value at a key."""
        place = key - self.first
        return self.values[place] if 0 <= place < len(self.values) else self.default


class Node:
    """One value of a plan. Made by a ``Graph`` only; two nodes that compute the same are the same object.

    Attributes:
        number: its place in the order of making; arguments always come first.
        ends: for whole numbers the least and the greatest that can come out.
        single: for needs: whether there can be at most one way.
    """

    __slots__ = ("args", "data", "ends", "kind", "level", "number", "op", "single")

    def __init__(
        self, op: str, args: tuple[Node, ...], data: Hashable, kind: Kind, level: str | None, number: int,
        ends: tuple[int, int] = (0, 0), single: bool = True,  # noqa: FBT001, FBT002
    ) -> None:  # fmt: skip
        self.op = op
        self.args = args
        self.data = data
        self.kind = kind
        self.level = level
        self.number = number
        self.ends = ends
        self.single = single

    def __repr__(self) -> str:
        if self.op == "constant":
            return repr(self.data)
        inside = [*([repr(self.data)] if self.data is not None else []), *(f"#{arg.number}" for arg in self.args)]
        return f"#{self.number}={self.op}({', '.join(inside)})"


def in_order(outputs: Iterable[Node], done: Collection[int] = ()) -> list[Node]:
    """All nodes that the outputs need, arguments before those that use them; of nodes that are ``done`` not the arguments."""
    seen: set[int] = set()
    found: list[Node] = []
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node.number not in seen:
            seen.add(node.number)
            found.append(node)
            waiting += node.args if node.number not in done else ()
    return sorted(found, key=lambda node: node.number)
