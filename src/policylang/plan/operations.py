"""Operations on values that may be unknown, in nodes: the twin of ``runtime.operations``, case for case."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from policylang.plan.values import (
    Choices,
    Label,
    Quantity,
    Selection,
    Truth,
    Value,
    known_of,
    no_quantity,
    nothing_of,
    pick,
)
from policylang.runtime.operations import CONFLICT, _holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.plan.graph import Graph
    from policylang.plan.layout import Key
    from policylang.plan.nodes import Node
    from policylang.semantics.types import Option


def compare(g: Graph, relation: str, left: Value, right: Value) -> Truth:
    """Compare two values; what did not happen compares false with everything."""
    none = g.either_of(nothing_of(g, left), nothing_of(g, right))
    needs = g.together(left.ways(g), right.ways(g))
    match left, right:
        case Quantity(), Quantity():
            holds, fails = _quantities(g, relation, left, right)
        case Selection(), Selection():
            holds, fails = _selections(g, relation, left, right)
        case Label(), Label():
            both = g.both(left.known, right.known)
            holds = g.any(g.all((a, b, _same(g, one, other))) for a, one in left.sources for b, other in right.sources)
            holds, fails = g.both(both, holds), g.both(both, g.no(holds))
        case Choices(), Choices():
            both = g.both(left.known, right.known)
            pairs = ((left.options.get(o, g.false), right.options.get(o, g.false)) for o in {**left.options, **right.options})
            apart = g.any(g.either_of(g.both(a, g.no(b)), g.both(b, g.no(a))) for a, b in pairs)
            holds, fails = g.both(both, g.no(apart)), g.both(both, apart)
        case Truth(), Truth():
            holds = g.either_of(g.both(left.holds, right.holds), g.both(left.fails, right.fails))
            fails = g.either_of(g.both(left.holds, right.fails), g.both(left.fails, right.holds))
        case _:  # pragma: no cover - the checker compares only what can be compared
            raise AssertionError(left, right)
    return Truth(g.both(g.no(none), holds), g.either_of(none, fails), needs)


def _same(g: Graph, one: str | Key, other: str | Key) -> Node:
    if isinstance(one, str):
        return g.boolean(one == other) if isinstance(other, str) else g.like(other, (one,))
    return g.like(one, (other,)) if isinstance(other, str) else g.same(one, other)


def aligned(g: Graph, values: Sequence[Quantity]) -> list[Quantity]:
    """The same values in one unit."""
    scale = lcm(*(v.scale for v in values)) if values else 1
    return [v.scaled(g, scale) for v in values]


def _quantities(g: Graph, relation: str, left: Quantity, right: Quantity) -> tuple[Node, Node]:
    one, other = aligned(g, (left, right))
    if relation == "eq":
        below = g.all((one.has_high, other.has_low, g.less(one.high, other.low)))
        above = g.all((one.has_low, other.has_high, g.less(other.high, one.low)))
        ends = g.all((one.has_low, one.has_high, other.has_low, other.has_high))
        points = g.both(g.equal(one.low, one.high), g.equal(other.low, other.high))
        return g.all((ends, points, g.equal(one.low, other.low))), g.either_of(below, above)
    if relation in {"lt", "le"}:
        one, other = other, one
    strict = relation in {"gt", "lt"}
    over, under = (g.less(other.high, one.low), g.at_most(one.high, other.low)) if strict else (
        g.at_most(other.high, one.low), g.less(one.high, other.low)
    )  # fmt: skip
    return g.all((one.has_low, other.has_high, over)), g.all((one.has_high, other.has_low, under))


def _selections(g: Graph, relation: str, left: Selection, right: Selection) -> tuple[Node, Node]:
    """Every pair that is still possible is tried; a side that can be anything settles nothing."""
    yes: list[Node] = []
    no: list[Node] = []
    for one, a in (*left.options.items(), (None, left.nothing)):
        for other, b in (*right.options.items(), (None, right.nothing)):
            held = one is not None and other is not None and _holds(relation, one, other)
            (yes if held else no).append(g.both(a, b))
    whole = g.both(*(g.either_of(s.known, g.both(s.complete, g.any((*s.options.values(), s.nothing)))) for s in (left, right)))
    some, other_way = g.any(yes), g.any(no)
    return g.all((whole, some, g.no(other_way))), g.all((whole, other_way, g.no(some)))


def among(g: Graph, value: Selection, options: tuple[Option, ...]) -> Truth:
    """The value is one of the options."""
    inside = g.any(node for option, node in value.options.items() if option in options)
    outside = g.any((*(node for option, node in value.options.items() if option not in options), value.nothing))
    return Truth(g.both(inside, g.no(outside)), g.no(inside), value.needs)


def includes(g: Graph, value: Choices, option: Option) -> Truth:
    """The set holds an option."""
    held = g.both(value.options.get(option, g.false), g.no(value.nothing))
    return Truth(g.both(value.known, held), g.both(value.known, g.no(held)), value.needs)


def like(g: Graph, value: Label, parts: tuple[str, ...], matches: object) -> Truth:
    """The text has a form; ``matches`` tells it of a constant."""
    found = [
        g.both(c, g.boolean(matches(s, parts)) if isinstance(s, str) else g.like(s, parts))  # type: ignore[operator]
        for c, s in value.sources
    ]
    holds = g.all((value.known, g.no(value.nothing), g.any(found)))
    return Truth(holds, g.both(value.known, g.no(holds)), value.needs)


def arithmetic(g: Graph, sign: str, left: Quantity, right: Quantity) -> Quantity:
    """Sums, differences and products of what is still possible."""
    nothing = g.either_of(left.nothing, right.nothing)
    known = g.either_of(nothing, g.both(left.known, right.known))
    needs = g.together(left.ways(g), right.ways(g))
    if sign == "mul":
        scale = left.scale * right.scale
        has_low, low, has_high, high = _product(g, left, right)
    else:
        one, other = aligned(g, (left, right))
        scale = one.scale
        if sign == "add":
            ends = (one.has_low, one.low, other.has_low, other.low), (one.has_high, one.high, other.has_high, other.high)
            combine = g.add
        else:
            ends = (one.has_low, one.low, other.has_high, other.high), (one.has_high, one.high, other.has_low, other.low)
            combine = g.subtract
        (ha, a, hb, b), (hc, c, hd, d) = ends
        has_low, low, has_high, high = g.both(ha, hb), combine(a, b), g.both(hc, hd), combine(c, d)
    there = g.no(nothing)
    return Quantity(known, nothing, g.both(there, has_low), low, g.both(there, has_high), high, needs, scale)


def _product(g: Graph, left: Quantity, right: Quantity) -> tuple[Node, Node, Node, Node]:
    lows = g.both(left.has_low, right.has_low)
    whole = g.all((lows, left.has_high, right.has_high))
    least, most = g.multiply(left.low, right.low), g.multiply(left.high, right.high)
    if left.low.ends[0] >= 0 and right.low.ends[0] >= 0:
        # Nothing is below zero: the ends of the product are the products of the ends.
        return lows, least, whole, most
    crossed = (g.multiply(left.low, right.high), g.multiply(left.high, right.low))
    bottom, top = least, most
    for each in (*crossed, most):
        bottom = g.least(bottom, each)
    for each in (*crossed, least):
        top = g.greatest(top, each)
    zero = g.integer(0)
    positive = g.no(g.either_of(g.less(left.low, zero), g.less(right.low, zero)))
    return g.either_of(whole, g.both(lows, positive)), g.choose([(whole, bottom)], least), whole, top


def or_else(g: Graph, first: Value, second: Value) -> Value:
    """The first value where it is recorded; otherwise the second, within what is already certain of the first."""
    needs = g.either((first.ways(g), second.ways(g)))
    match first, second:
        case Quantity(), Quantity():
            one, other = aligned(g, (first, second))
            has_low = g.either_of(one.has_low, other.has_low)
            low = g.choose(
                [(g.no(one.has_low), other.low), (g.no(other.has_low), one.low)], g.greatest(one.low, other.low)
            )
            has_high = g.either_of(one.has_high, other.has_high)
            high = g.choose(
                [(g.no(one.has_high), other.high), (g.no(other.has_high), one.high)], g.least(one.high, other.high)
            )
            narrowed = Quantity(g.false, g.false, has_low, low, has_high, high, needs, one.scale)
            # Where the two contradict each other what is certain of the first stands.
            first_alone = Quantity(g.false, g.false, one.has_low, one.low, one.has_high, one.high, needs, one.scale)
            crossed = g.all((has_low, has_high, g.less(high, low)))
            return pick(g, [(one.known, one), (other.known, other), (crossed, first_alone)], narrowed)
        case Selection(), Selection():
            open_ = Selection(g.false, second.options, second.nothing, second.complete, needs)
        case Choices(), Choices():
            open_ = Choices(g.false, g.false, second.options, needs)  # type: ignore[assignment]
        case Label(), Label():
            open_ = Label(g.false, g.false, second.sources, needs)  # type: ignore[assignment]
        case _:  # pragma: no cover - conditions go their own way
            raise AssertionError(first, second)
    return pick(g, [(first.known, first), (second.known, second)], open_)


def extreme(g: Graph, latest: bool, found: Sequence[tuple[Truth, Quantity]]) -> Quantity:  # noqa: FBT001 - which end is meant
    """The greatest (or least) of the values that count; nothing when none does. What did not happen is passed over."""
    values = aligned(g, [value for _, value in found])
    counted = [g.no(g.either_of(t.fails, v.nothing)) for (t, _), v in zip(found, values, strict=True)]
    sure = [g.both(t.holds, g.no(v.nothing)) for (t, _), v in zip(found, values, strict=True)]
    needs = g.all_of(
        g.gate(c, way) for c, (t, v) in zip(counted, found, strict=True) for way in (t.ways(g), v.ways(g))
    )
    known = g.all(g.either_of(g.no(c), g.both(s, v.known)) for c, s, v in zip(counted, sure, values, strict=True))
    lows = sure if latest else counted
    highs = counted if latest else sure
    with_low = [g.both(c, v.has_low) for c, v in zip(lows, values, strict=True)]
    with_high = [g.both(c, v.has_high) for c, v in zip(highs, values, strict=True)]
    has_low, has_high = g.any(with_low), g.any(with_high)
    if latest:
        has_high = g.all((has_high, *(g.either_of(g.no(c), v.has_high) for c, v in zip(counted, values, strict=True))))
    else:
        has_low = g.all((has_low, *(g.either_of(g.no(c), v.has_low) for c, v in zip(counted, values, strict=True))))
    low = _best(g, latest, [(c, v.low) for c, v in zip(with_low, values, strict=True)])
    high = _best(g, latest, [(c, v.high) for c, v in zip(with_high, values, strict=True)])
    nothing = g.no(g.any(counted))
    scale = values[0].scale if values else 1
    return Quantity(known, nothing, has_low, low, has_high, high, needs, scale)


def _best(g: Graph, latest: bool, cases: Sequence[tuple[Node, Node]]) -> Node:  # noqa: FBT001
    """The greatest (or least) of the numbers whose condition holds."""
    if not cases:
        return g.integer(0)
    outside = g.integer(beyond(latest, [v for _, v in cases]))
    fold = g.greatest if latest else g.least
    found = outside
    for when, value in cases:
        found = fold(found, g.choose([(when, value)], outside))
    return found


def beyond(latest: bool, values: Sequence[Node]) -> int:  # noqa: FBT001
    """A number that loses against all of these."""
    return min(v.ends[0] for v in values) - 1 if latest else max(v.ends[1] for v in values) + 1


def agree(g: Graph, one: Value, other: Value) -> Node:
    """Two values are the same: the same nodes, or both certain and equal."""
    if one == other:
        return g.true
    both = g.both(known_of(g, one), known_of(g, other))
    none = g.both(nothing_of(g, one), nothing_of(g, other))
    same = compare(g, "eq", one, other).holds
    return g.both(both, g.either_of(none, same))


def one_of(g: Graph, cases: Sequence[tuple[Truth, Value]]) -> Value:
    """The value of the case that holds; nothing where none can; otherwise what is common to all that may hold."""
    values: list[Value] = [value for _, value in cases]
    if isinstance(values[0], Quantity):
        values = list(aligned(g, values))  # type: ignore[arg-type]
    counted = [g.no(truth.fails) for truth, _ in cases]
    sure = g.any(truth.holds for truth, _ in cases)
    alike = g.all(
        g.either_of(g.no(g.both(counted[i], counted[j])), agree(g, values[i], values[j]))
        for i in range(len(values)) for j in range(i)
    )  # fmt: skip
    needs = g.all_of(
        g.gate(c, way) for c, (t, _), v in zip(counted, cases, values, strict=True) for way in (t.ways(g), v.ways(g))
    )
    needs = g.choose_needs([(g.some(needs), needs)], g.missing(CONFLICT))
    nobody = g.no(g.any(counted))
    agreed = g.both(sure, alike)
    first = list(zip(counted, values, strict=True))
    common = _common(g, first, needs)
    chosen = [(g.both(agreed, c), v) for c, v in first]
    return pick(g, [(nobody, _none_like(g, values[0])), *chosen], common)


def _none_like(g: Graph, value: Value) -> Value:
    """No value, in this form."""
    match value:
        case Truth():
            return Truth(g.false, g.true, g.settled)
        case Quantity(scale=scale):
            return no_quantity(g, scale)
        case Selection():
            return Selection(g.true, {}, g.true, g.true, g.settled)
        case Choices():
            return Choices(g.true, g.true, {}, g.settled)
        case Label():
            return Label(g.true, g.true, (), g.settled)


def _common(g: Graph, found: Sequence[tuple[Node, Value]], needs: Node) -> Value:
    """What all that may be have in common."""
    sample = found[0][1]
    if isinstance(sample, Quantity):
        values = [(c, v) for c, v in found if isinstance(v, Quantity)]
        has_low = g.all(g.either_of(g.no(c), v.has_low) for c, v in values)
        has_high = g.all(g.either_of(g.no(c), v.has_high) for c, v in values)
        low = _best(g, False, [(c, v.low) for c, v in values])  # noqa: FBT003
        high = _best(g, True, [(c, v.high) for c, v in values])  # noqa: FBT003
        return Quantity(g.false, g.false, has_low, low, has_high, high, needs, sample.scale)
    if isinstance(sample, Selection):
        chosen = [(c, v) for c, v in found if isinstance(v, Selection)]
        # One that is certainly nothing, or can be anything at all, leaves no list of options.
        plain = g.all(
            g.either_of(g.no(c), g.both(g.no(g.both(v.known, v.nothing)), g.either_of(v.known, _listed(g, v))))
            for c, v in chosen
        )
        names = dict.fromkeys(o for _, v in chosen for o in v.options)
        options = {
            o: g.both(plain, g.any(g.both(c, v.options.get(o, g.false)) for c, v in chosen)) for o in names
        }
        nothing = g.both(plain, g.any(g.both(c, v.nothing) for c, v in chosen))
        complete = g.all((plain, *(g.either_of(g.no(c), v.known, v.complete) for c, v in chosen)))
        return Selection(g.false, options, nothing, complete, needs)
    if isinstance(sample, Truth):
        return Truth(g.false, g.false, needs)
    if isinstance(sample, Choices):
        return Choices(g.false, g.false, {}, needs)
    return Label(g.false, g.false, (), needs)


def _listed(g: Graph, value: Selection) -> Node:
    """There is a list of options that it can be."""
    return g.any((value.complete, *value.options.values(), value.nothing))
