"""Values that may be unknown, spelt out in nodes: for each form of ``semantics.values`` one of the same meaning.

``needs`` is what is missing *while* the value is open; ``ways`` says it for every row (nothing is missing of what is settled).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylang.plan.graph import Graph
    from policylang.plan.layout import Key
    from policylang.plan.nodes import Node
    from policylang.semantics.types import Option


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition: it holds, it fails, or it is open."""

    holds: Node
    fails: Node
    needs: Node

    def open(self, g: Graph) -> Node:
        """Neither is certain."""
        return g.no(g.either_of(self.holds, self.fails))

    def known(self, g: Graph) -> Node:
        """It is certain."""
        return g.either_of(self.holds, self.fails)

    def ways(self, g: Graph) -> Node:
        """What is missing."""
        return g.gate(self.open(g), self.needs)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, a sum or a day (``scale`` 1) between two ends, in units of 1/``scale``.

    Where it is ``known`` both ends are the value, or it is ``nothing`` and has no ends.
    """

    known: Node
    nothing: Node
    has_low: Node
    low: Node
    has_high: Node
    high: Node
    needs: Node
    scale: int = 1

    def ways(self, g: Graph) -> Node:
        """What is missing."""
        return g.gate(g.no(self.known), self.needs)

    def scaled(self, g: Graph, scale: int) -> Quantity:
        """The same in finer units."""
        if scale == self.scale:
            return self
        factor = g.integer(scale // self.scale)
        low, high = g.multiply(self.low, factor), g.multiply(self.high, factor)
        return Quantity(self.known, self.nothing, self.has_low, low, self.has_high, high, self.needs, scale)


@dataclass(frozen=True, slots=True)
class Selection:
    """One of several options: which are possible, and whether it can be none (``nothing``).

    Where it is ``known`` exactly one is possible, or ``nothing`` alone. Where it is not ``complete`` it may be any other.
    """

    known: Node
    options: Mapping[Option, Node]
    nothing: Node
    complete: Node
    needs: Node

    def ways(self, g: Graph) -> Node:
        """What is missing."""
        return g.gate(g.no(self.known), self.needs)


@dataclass(frozen=True, slots=True)
class Choices:
    """A set of options: which it holds, where it is known."""

    known: Node
    nothing: Node
    options: Mapping[Option, Node]
    needs: Node

    def ways(self, g: Graph) -> Node:
        """What is missing."""
        return g.gate(g.no(self.known), self.needs)


@dataclass(frozen=True, slots=True)
class Label:
    """A text: the constant or the input that holds it, by the condition under which it does."""

    known: Node
    nothing: Node
    sources: tuple[tuple[Node, str | Key], ...]
    needs: Node

    def ways(self, g: Graph) -> Node:
        """What is missing."""
        return g.gate(g.no(self.known), self.needs)


Value = Truth | Quantity | Selection | Choices | Label


def known_of(g: Graph, value: Value) -> Node:
    """The value is certain."""
    return value.known(g) if isinstance(value, Truth) else value.known


def nothing_of(g: Graph, value: Value) -> Node:
    """It is certain that there is none (a condition that is false for that reason is told no more)."""
    match value:
        case Truth():
            return g.false
        case Selection():
            return g.both(value.known, value.nothing)
        case _:
            return value.nothing


def conjunction(g: Graph, limbs: Iterable[Truth]) -> Truth:
    """False if any limb is, true if all are; otherwise what the open ones need."""
    found = list(limbs)
    return Truth(g.all(x.holds for x in found), g.any(x.fails for x in found), g.all_of([x.ways(g) for x in found]))


def disjunction(g: Graph, limbs: Iterable[Truth]) -> Truth:
    """True if any limb is, false if all are; otherwise what the open ones need."""
    found = list(limbs)
    return Truth(g.any(x.holds for x in found), g.all(x.fails for x in found), g.all_of([x.ways(g) for x in found]))


def negate(truth: Truth) -> Truth:
    """Strong Kleene negation."""
    return Truth(truth.fails, truth.holds, truth.needs)


def only_if(g: Graph, condition: Node, truth: Truth) -> Truth:
    """The truth where the condition (which is certain) holds, otherwise false."""
    return Truth(g.both(condition, truth.holds), g.either_of(g.no(condition), truth.fails), truth.needs)


def first_truth(g: Graph, cases: Sequence[tuple[Node, Truth]], otherwise: Truth) -> Truth:
    """The truth of the first condition that holds."""
    holds = branch(g, [(c, t.holds) for c, t in cases], otherwise.holds)
    fails = branch(g, [(c, t.fails) for c, t in cases], otherwise.fails)
    return Truth(holds, fails, g.choose_needs([(c, t.needs) for c, t in cases], otherwise.needs))


def branch(g: Graph, cases: Sequence[tuple[Node, Node]], otherwise: Node) -> Node:
    """The condition of the first case that applies."""
    found = otherwise
    for when, then in reversed(cases):
        found = g.either_of(g.both(when, then), g.both(g.no(when), found)) if found is not then else found
    return found


def pick(g: Graph, cases: Sequence[tuple[Node, Value]], otherwise: Value) -> Value:
    """The value of the first condition that holds; all are of one form."""
    if not cases:
        return otherwise

    def bools(name: str) -> Node:
        return branch(g, [(c, getattr(v, name)) for c, v in cases], getattr(otherwise, name))

    def ints(name: str) -> Node:
        return g.choose([(c, getattr(v, name)) for c, v in cases], getattr(otherwise, name))

    needs = g.choose_needs([(c, v.needs) for c, v in cases], otherwise.needs)
    match otherwise:
        case Truth():
            return Truth(bools("holds"), bools("fails"), needs)
        case Quantity(scale=scale):
            return Quantity(
                bools("known"), bools("nothing"), bools("has_low"), ints("low"), bools("has_high"), ints("high"), needs, scale
            )
        case Selection() | Choices():
            names = dict.fromkeys(o for v in (*(v for _, v in cases), otherwise) for o in v.options)  # type: ignore[union-attr]
            options = {
                o: branch(g, [(c, v.options.get(o, g.false)) for c, v in cases], otherwise.options.get(o, g.false))  # type: ignore[union-attr]
                for o in names
            }
            if isinstance(otherwise, Choices):
                return Choices(bools("known"), bools("nothing"), options, needs)
            return Selection(bools("known"), options, bools("nothing"), bools("complete"), needs)
        case Label():
            sources, before = [], g.true
            for when, value in (*cases, (g.true, otherwise)):
                sources += [(g.all((before, when, own)), text) for own, text in value.sources]  # type: ignore[union-attr]
                before = g.both(before, g.no(when))
            return Label(bools("known"), bools("nothing"), tuple(sources), needs)


def quantity(g: Graph, value: int, scale: int = 1) -> Quantity:
    """A certain number."""
    number = g.integer(value)
    return Quantity(g.true, g.false, g.true, number, g.true, number, g.settled, scale)


def no_quantity(g: Graph, scale: int = 1) -> Quantity:
    """Known not to have happened."""
    zero = g.integer(0)
    return Quantity(g.true, g.true, g.false, zero, g.false, zero, g.settled, scale)


def certain(g: Graph, value: bool) -> Truth:  # noqa: FBT001 - a constant
    """A truth that does not depend on facts."""
    return Truth(g.boolean(value), g.boolean(not value), g.settled)


def unknown(g: Graph, needs: Node) -> Truth:
    """An open condition."""
    return Truth(g.false, g.false, needs)
