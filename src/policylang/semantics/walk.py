"""Walking core expressions: what an expression is made of and what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.semantics import ir

if TYPE_CHECKING:
    from collections.abc import Iterator


def parts(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The expressions directly inside ``expr``."""
    match expr:
        case ir.Logic(_, limbs):
            for limb in limbs:
                yield limb.condition
                if limb.applies is not None:
                    yield limb.applies
        case ir.Not(body) | ir.InYear(_, body) | ir.Consecutive(_, _, body) | ir.AnyYear(body) | ir.LastTime(body):
            yield body
        case ir.Compare(_, left, right) | ir.Arithmetic(_, left, right) | ir.FirstKnown(left, right):
            yield left
            yield right
        case ir.Among(value, _) | ir.Includes(value, _) | ir.DayShift(value, _, _) | ir.YearOf(value) | ir.InPeriod(value) | (
            ir.Like(value)
        ):
            yield value
        case ir.Dated(first, changes):
            yield first
            for _, value in changes:
                yield value
        case ir.Extreme(_, days):
            yield from days
        case ir.Cases(cases):
            for when, value in cases:
                yield when
                yield value
        case ir.Aggregate(_, _, _, where):
            if where is not None:
                yield where
        case (  # pragma: no branch - the last of a closed union
            ir.Constant() | ir.FactValue() | ir.FieldValue() | ir.DefinitionValue() | ir.OutcomeValue()
            | ir.LineAmount() | ir.LineIsDue() | ir.Moment() | ir.ReadingIs() | ir.SeriesTotal()
        ):  # fmt: skip
            return


def everything(expr: ir.Expr) -> Iterator[ir.Expr]:
    """``expr`` and all expressions inside it, outermost first."""
    yield expr
    for part in parts(expr):
        yield from everything(part)


def shape_amounts(value: object) -> Iterator[ir.Expr]:
    """The sums inside an amount."""
    match value:
        case ir.Exact(amount) | ir.Cap(amount):
            yield amount
        case ir.Range(low, high):
            yield low
            yield high
        case _:
            return


def shape_parts(value: object) -> Iterator[ir.Expr]:
    """The expressions inside an amount."""
    yield from shape_amounts(value)
    if isinstance(value, ir.Exact) and value.compounding is not None:
        yield value.compounding


def references(expr: ir.Expr) -> set[str]:
    """The definitions and outcomes that an expression looks at."""
    found = set()
    for part in everything(expr):
        match part:
            case ir.DefinitionValue(name) | ir.OutcomeValue(name) | ir.LineAmount(name) | ir.LineIsDue(name):
                found.add(name)
            case _:
                pass
    return found


def outcome_parts(outcome: ir.Outcome) -> Iterator[ir.Expr]:
    """Every expression in an outcome's declaration, rules and requirements."""
    if outcome.since is not None:
        yield outcome.since
    if outcome.opened_by is not None:
        yield outcome.opened_by
    for rule in outcome.rules:
        if rule.when is not None:
            yield rule.when
        yield from shape_parts(rule.value)
    for requirement in outcome.requirements:
        yield requirement.limb.condition
        if requirement.limb.applies is not None:
            yield requirement.limb.applies
        if requirement.strict_if is not None:
            yield requirement.strict_if


def duty_parts(duty: ir.Duty) -> Iterator[ir.Expr]:
    """Every expression in a duty."""
    if duty.applies is not None:
        yield duty.applies
    match duty.timing:
        case ir.Window(_, condition, since, _, until):
            yield condition
            if since is not None:
                yield since
            if until is not None:
                yield until
        case ir.Standing(condition):
            yield condition
        case ir.DueAfter(start, _, _, done, _):
            yield start
            if done is not None:
                yield done
        case ir.DueBy(day, done):
            yield day
            if done is not None:
                yield done
        case ir.DueOn(_, _, _, done):  # pragma: no branch - the last of a closed union
            if done is not None:
                yield done


def policy_parts(policy: ir.Policy) -> Iterator[ir.Expr]:
    """Every expression in the definitions, outcomes, duties and warnings of a policy."""
    yield from (definition.body for definition in policy.definitions)
    for outcome in policy.outcomes:
        yield from outcome_parts(outcome)
    for duty in policy.duties:
        yield from duty_parts(duty)
    yield from (warning.when for warning in policy.warnings)


def rests_on(policy: ir.Policy, name: str) -> frozenset[str]:
    """The ids of an outcome or a duty and of all outcomes it looks at, also through definitions and other outcomes."""
    looks: dict[str, list[ir.Expr]] = {definition.id: [definition.body] for definition in policy.definitions}
    guards = {outcome.id for outcome in policy.outcomes if outcome.kind == "in_force"}
    outcomes = {outcome.id: outcome for outcome in policy.outcomes}
    for outcome in policy.outcomes:
        looks[outcome.id] = list(outcome_parts(outcome))
    for duty in policy.duties:
        looks.setdefault(duty.id, []).extend(duty_parts(duty))
    found: set[str] = set()
    waiting = {name}
    while waiting:
        one = waiting.pop()
        found.add(one)
        seen = {other for expr in looks.get(one, ()) for other in references(expr)}
        if one in outcomes and outcomes[one].guarded:
            seen |= guards
        waiting |= seen - found
    return frozenset(found)
