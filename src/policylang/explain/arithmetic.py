"""How an amount was worked out: 3万元 × 20% = 6000元."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.explain.wording import money, number, plain
from policylang.semantics import ir
from policylang.semantics.types import Money, Number
from policylang.semantics.values import Known
from policylang.semantics.walk import shape_amounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.explain.wording import Wording
    from policylang.runtime.outcome import Line

_SIGNS = {"add": "+", "sub": "-", "mul": "×"}


def worked(line: Line, words: Wording) -> str | None:
    """The calculation behind an amount that is granted, with the figures in it; None where nothing was calculated.

    A raise is told with what the raised sum comes to: 3万元 × (1 + 20%) = 3.6万元.
    """
    rule = next((trace.rule for trace in line.rules if trace.active.value), None)
    if line.status not in {"due", "possible"} or rule is None or not line.amount.settled:
        return None
    figures = {leaf: value.value for leaf, value in line.figures if isinstance(value, Known)}
    lang = words.lang
    if line.raised and isinstance(rule.value, ir.Exact):
        return _grown(line, words)
    told = []
    for amount in shape_amounts(rule.value):
        total = _total(amount, figures)
        text = _text(amount, figures, words)
        if text is not None and total is not None and isinstance(amount, ir.Arithmetic):
            told.append(f"{text} = {money(total, lang)}")
    if isinstance(rule.value, ir.Exact) and rule.value.base is not None and rule.value.rate is not None:
        base = figures.get(next((leaf for leaf, _ in line.figures if isinstance(leaf, ir.LineAmount)), None))  # type: ignore[arg-type]
        if isinstance(base, Fraction):
            raised = money(base * (1 + rule.value.rate), lang)
            whole = f"{money(base, lang)} × (1 + {number(rule.value.rate * 100)}%) = {raised}"
            told.append(f"提高后{whole}" if lang == "zh" else f"raised: {whole}")
    return ("；" if lang == "zh" else "; ").join(told) or None


def _grown(line: Line, words: Wording) -> str | None:
    """A yearly sum on which the raises of earlier years have compounded."""
    raises = (
        rule.value for outcome in words.policy.outcomes for rule in outcome.rules
        if isinstance(rule.value, ir.Exact) and rule.value.base == line.outcome.id and rule.value.compounding is not None
    )  # fmt: skip
    rate = next((value.rate for value in raises if value.rate is not None), None)
    if rate is None or line.amount.low is None:
        return None
    start = line.amount.low / (1 + rate) ** line.raised
    times = " × ".join([f"(1 + {number(rate * 100)}%)"] * line.raised)
    return f"{money(start, words.lang)} × {times} = {money(line.amount.low, words.lang)}"


def _total(expr: ir.Expr, figures: Mapping[ir.Expr, object]) -> Fraction | None:
    match expr:
        case ir.Constant(value) if isinstance(value, Fraction):
            return value
        case ir.Arithmetic(operator, left, right):
            one, other = _total(left, figures), _total(right, figures)
            if one is None or other is None:
                return None
            return {"add": one + other, "sub": one - other, "mul": one * other}[operator]
        case _:
            found = figures.get(expr)
            return found if isinstance(found, Fraction) else None


def _text(expr: ir.Expr, figures: Mapping[ir.Expr, object], words: Wording, *, inside: bool = False) -> str | None:
    """A calculation with its figures; a sum inside a product stands in brackets."""
    match expr:
        case ir.Constant(value, kind):
            return plain(value, kind, words.lang)
        case ir.Arithmetic(operator, left, right):
            product = operator == "mul"
            parts = [_text(part, figures, words, inside=product) for part in (left, right)]
            if None in parts:
                return None
            text = f" {_SIGNS[operator]} ".join(part for part in parts if part is not None)
            return f"({text})" if inside and not product else text
        case _:
            found = figures.get(expr)
            if not isinstance(found, Fraction):
                return None
            of = words.type_of(expr)
            value = plain(found, of if isinstance(of, (Money, Number)) else None, words.lang)
            return f"{words.term(expr)}{value}" if words.lang == "zh" else f"{value} ({words.term(expr)})"
