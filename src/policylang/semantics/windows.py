"""Facts kept by quarter or month are looked at only in duties of that quarter or month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.semantics import ir
from policylang.semantics.walk import duty_parts, outcome_parts, parts
from policylang.source.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.semantics.types import Series

_WORDS = {"quarter": ("每季度", "quarterly"), "month": ("每月", "monthly")}


def misplaced(policy: ir.Policy) -> list[Diagnostic]:
    """A fault for each quarterly or monthly fact that is looked at where no quarter or month is in question."""
    found: dict[tuple[str, int], Diagnostic] = {}
    facts = {fact.id: fact for fact in policy.facts}
    bodies = {definition.id: definition.body for definition in policy.definitions}
    seen: set[tuple[str, Series | None]] = set()

    def visit(expr: ir.Expr, window: Series | None) -> None:
        inner = window
        match expr:
            case ir.FactValue(name) if facts[name].series in {"quarter", "month"} and facts[name].series != window:
                found[name, expr.span.start] = _fault(facts[name], expr)
            case ir.DefinitionValue(name) if (name, window) not in seen:
                seen.add((name, window))
                visit(bodies[name], window)
            case ir.InYear() | ir.Consecutive() | ir.AnyYear():
                inner = None
            case _:
                pass
        for part in parts(expr):
            visit(part, inner)

    for expr in _outside(policy):
        visit(expr, None)
    for duty in policy.duties:
        timing = duty.timing
        for expr in duty_parts(duty):
            inside = isinstance(timing, ir.Window) and expr is not timing.since and expr is not timing.until
            visit(expr, timing.series if inside and isinstance(timing, ir.Window) else None)
    return list(found.values())


def _outside(policy: ir.Policy) -> Iterable[ir.Expr]:
    yield from (constraint.condition for constraint in policy.constraints)
    for outcome in policy.outcomes:
        yield from outcome_parts(outcome)
    yield from (warning.when for warning in policy.warnings)
    for quota in policy.quotas:
        yield from (expr for expr in (quota.limit, quota.counting, quota.except_for) if expr is not None)


def _fault(fact: ir.Fact, expr: ir.FactValue) -> Diagnostic:
    zh, en = _WORDS[fact.series or "month"]
    return error(
        "type-mismatch", expr.span, f"“{fact.name}”{zh}一个数，这里没有说是哪一个", f"“{fact.id}” is kept {en}: which one is meant?",
        help_zh=f"它只能用在“{zh}”的职责里；全年的数另设一个“每年”的事实",
        help_en=f"it belongs in {en} duties; declare a yearly fact for the whole year",
    )  # fmt: skip
