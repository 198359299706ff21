"""Operations on values that may be unknown: each says what is still possible and what would settle it."""

from __future__ import annotations

import operator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policylang.semantics.ir import Denied
from policylang.semantics.texts import like as in_form
from policylang.semantics.types import Choice as ChoiceType
from policylang.semantics.types import ChoiceSet, Number, Option
from policylang.semantics.values import (
    FALSE,
    NOTHING,
    TRUE,
    Interval,
    Known,
    Needs,
    Options,
    Truth,
    Value,
    all_of,
    bounds,
    either,
    missing,
    needs_of,
    together,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics import ir


#: What is missing where the cases of a definition contradict each other: no fact.
CONFLICT = "conflict"


def unknown_value(fact: ir.Fact, needs: Needs) -> Value:
    """What a fact of this type can be while it is not recorded."""
    match fact.type:
        case ChoiceType(options):
            nothing = fact.null_means is not None
            return Options(frozenset(options) | (frozenset({NOTHING}) if nothing else frozenset()), needs)
        case ChoiceSet():
            return Options(frozenset(), needs, complete=False)
        case Number():
            return Interval(Fraction(0), None, needs)
        case _:
            return Interval(None, None, needs)


def as_truth(value: Value) -> Truth:
    """A yes-or-no value as a truth; what did not happen is not so."""
    if isinstance(value, Known):
        return TRUE if value.value is True else FALSE
    return unknown(value.needs)


def as_value(truth: Truth) -> Value:
    """A truth as a value."""
    return Known(truth.value) if truth.value is not None else Interval(None, None, truth.needs)


def met(decision: Decision) -> Truth:
    """A condition outcome as a truth: met, not met, or undetermined."""
    if decision.value is not None:
        return TRUE if decision.value == decision.outcome.levels[0] else FALSE
    return unknown(decision.needs)


def due(line: Line) -> Truth:
    """Whether a money line is due; an open line of which no rule that must grant can hold is not."""
    must = any(t.rule.modality == "must" and t.active.value is not False and grants(t.rule) for t in line.rules)
    if line.status in {"undetermined", "conflict"} and (must or not line.rules):
        return unknown(line.needs or missing(line.outcome.id))
    return TRUE if line.status == "due" else FALSE


def grants(rule: ir.Rule) -> bool:
    """Whether a rule of a money line grants anything."""
    return rule.modality != "silent" and not isinstance(rule.value, Denied)


def like(value: Value, parts: tuple[str, ...]) -> Truth:
    """Whether a text has a form."""
    if not isinstance(value, Known):
        return unknown(value.needs)
    text = value.value
    if not isinstance(text, str):
        return FALSE
    return TRUE if in_form(text, parts) else FALSE


def one_of(cases: list[tuple[Truth, Value]]) -> Value:
    """The value of the case that holds; nothing where none can; otherwise what is common to all that may hold.

    Two cases that hold at once and differ are a conflict, which no further fact settles.
    """
    if not cases:
        return Known(NOTHING)
    if any(truth.value for truth, _ in cases) and all(value == cases[0][1] for _, value in cases):
        return cases[0][1]
    needs = _all_needs(cases) or missing(CONFLICT)
    found = [value for _, value in cases]
    if all(isinstance(v, Options) or (isinstance(v, Known) and isinstance(v.value, Option)) for v in found):
        options = frozenset(o for v in found for o in (v.options if isinstance(v, Options) else {v.value}))  # type: ignore[union-attr]
        return Options(options, needs, complete=all(v.complete for v in found if isinstance(v, Options)))  # type: ignore[arg-type]
    ends = [bounds(value) for value in found]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    low: Any = None if any(x is None for x in lows) else min(lows)  # type: ignore[type-var]
    high: Any = None if any(x is None for x in highs) else max(highs)  # type: ignore[type-var]
    return Interval(low, high, needs)


def _all_needs(found: list[tuple[Truth, Value]]) -> Needs:
    """What settles whether each of these counts, and its value."""
    return all_of([needs for truth, value in found for needs in (truth.needs, needs_of(value))])


def decided(decision: Decision) -> Value:
    """The value of a decision as others may rely on it; a conflict stays open until it is resolved."""
    if decision.outcome.kind == "condition":
        return as_value(met(decision))
    if decision.value is not None:
        return Known(decision.value)
    if decision.conflict:
        return Options(frozenset(decision.possible), missing(decision.outcome.id))
    if not decision.needs:
        return Known(NOTHING)
    # Where no rule is left for all other cases, or none may have been recorded, there may be no value at all.
    sure = any(t.rule.when is None or t.active.value for t in decision.rules)
    return Options(frozenset(decision.possible) | (frozenset() if sure else {NOTHING}), decision.needs)


def compare(relation: str, left: Value, right: Value) -> Truth:
    """Compare two values; what did not happen compares false with everything."""
    if isinstance(left, Known) and isinstance(right, Known):
        return TRUE if _holds(relation, left.value, right.value) else FALSE
    if left == Known(NOTHING) or right == Known(NOTHING):
        return FALSE
    needs = together(needs_of(left), needs_of(right))
    if isinstance(left, Options) or isinstance(right, Options):
        return _over_options(relation, left, right, needs)
    (a, b), (c, d) = bounds(left), bounds(right)
    if relation == "eq":
        apart = (b is not None and c is not None and b < c) or (a is not None and d is not None and a > d)  # type: ignore[operator]
        same = a is not None and a == b == c == d
        return FALSE if apart else TRUE if same else unknown(needs)
    if relation in {"lt", "le"}:
        a, b, c, d = c, d, a, b
    strict = relation in {"gt", "lt"}
    if a is not None and d is not None and (a > d if strict else a >= d):  # type: ignore[operator]
        return TRUE
    if b is not None and c is not None and (b <= c if strict else b < c):  # type: ignore[operator]
        return FALSE
    return unknown(needs)


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt,
}  # fmt: skip


def _holds(relation: str, left: object, right: object) -> bool:
    """Whether two settled values stand in a relation; of ordered options the higher one is the greater."""
    if left is NOTHING or right is NOTHING:
        return False
    if isinstance(left, Option) and isinstance(right, Option) and relation != "eq":
        return _HOLDS[relation](right.rank, left.rank)
    return _HOLDS[relation](left, right)


def _over_options(relation: str, left: Value, right: Value, needs: Needs) -> Truth:
    sides = []
    for side in (left, right):
        if isinstance(side, Options):
            if not side.complete or not side.options:
                return unknown(needs)
            sides.append(list(side.options))
        else:
            sides.append([side.value if isinstance(side, Known) else side])  # type: ignore[list-item]
    found = {_holds(relation, one, other) for one in sides[0] for other in sides[1]}
    return unknown(needs) if len(found) > 1 else (TRUE if found.pop() else FALSE)


def among(value: Value, options: tuple[Option, ...]) -> Truth:
    """Whether a value is one of the options."""
    if isinstance(value, Known):
        return TRUE if value.value in options else FALSE
    assert isinstance(value, Options)  # noqa: S101 - the checker lets only one of several options be among some
    inside = value.options & frozenset(options)
    if not inside:
        return FALSE
    return TRUE if inside == value.options else unknown(value.needs)


def includes(value: Value, option: Option) -> Truth:
    """Whether a set of options holds an option."""
    if isinstance(value, Known):
        return TRUE if isinstance(value.value, frozenset) and option in value.value else FALSE
    return unknown(needs_of(value))


def year_of(day: Value) -> Value:
    """The calendar year of a day."""
    if isinstance(day, Known):
        return Known(Fraction(day.value.year)) if isinstance(day.value, date) else day
    low, high = bounds(day)
    ends = [Fraction(end.year) if isinstance(end, date) else None for end in (low, high)]
    return Interval(ends[0], ends[1], needs_of(day))


def or_else(first: Value, second: Value) -> Value:
    """The second value, within what is already certain of the first; what settles either settles it."""
    needs = either(needs_of(first), needs_of(second))
    match second:
        case Known():
            return second
        case Interval(low, high, _):
            return Interval(*_narrowed(first, low, high), needs)
        case Options(options, _, complete):  # pragma: no branch - the last of a closed union
            return Options(options, needs, complete)


def _narrowed(first: Value, low: Any, high: Any) -> tuple[Any, Any]:
    """The ends of both values: the higher of the low ones and the lower of the high ones.

    Where the two contradict each other what is certain of the first stands.
    """
    least, most = bounds(first)
    bottom: Any = max((x for x in (low, least) if x is not None), default=None)
    top: Any = min((x for x in (high, most) if x is not None), default=None)
    return (least, most) if bottom is not None and top is not None and bottom > top else (bottom, top)


def extreme(latest: bool, found: list[tuple[Truth, Value]]) -> Value:  # noqa: FBT001 - which end is meant
    """The greatest (or least) of the values that count; nothing when none does. What did not happen is passed over."""
    open_ = [(truth, value) for truth, value in found if truth.value is not False and value != Known(NOTHING)]
    needs = _all_needs(open_)
    ends = [(truth.value, *bounds(value)) for truth, value in open_]
    pick: Any = max if latest else min
    certain = [(low, high) for counts, low, high in ends if counts]
    lows = [low for low, _ in certain] if latest else [low for _, low, _ in ends]
    highs = [high for _, _, high in ends] if latest else [high for _, high in certain]
    if not needs:
        return Known(pick(lows)) if open_ else Known(NOTHING)
    known_lows, known_highs = [x for x in lows if x is not None], [x for x in highs if x is not None]
    low = pick(known_lows) if known_lows and (latest or len(known_lows) == len(lows)) else None
    high = pick(known_highs) if known_highs and (not latest or len(known_highs) == len(highs)) else None
    return Interval(low, high, needs)


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """Sums, differences and products of what is still possible."""
    if left == Known(NOTHING) or right == Known(NOTHING):
        return Known(NOTHING)
    (a, b), (c, d) = bounds(left), bounds(right)
    needs = together(needs_of(left), needs_of(right))
    low: object
    high: object
    if sign == "add":
        low, high = _both(a, c, 1), _both(b, d, 1)
    elif sign == "sub":
        low, high = _both(a, d, -1), _both(b, c, -1)
    else:
        ends = [x * y for x in (a, b) for y in (c, d) if isinstance(x, Fraction) and isinstance(y, Fraction)]
        least_zero = all(isinstance(x, Fraction) and x >= 0 for x in (a, c))
        whole = len(ends) == 4
        low = (
            min(ends)
            if whole
            else (a * c if least_zero and isinstance(a, Fraction) and isinstance(c, Fraction) else None)
        )
        high = max(ends) if whole else None
    if not needs and isinstance(low, Fraction):
        return Known(low)
    return Interval(low, high, needs)


def _both(left: object, right: object, sign: int) -> Fraction | None:
    return left + sign * right if isinstance(left, Fraction) and isinstance(right, Fraction) else None
