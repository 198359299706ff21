"""Conditions and whole numbers as SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from policylang.engines.sql.chain import Value, merged
from policylang.plan.meaning import moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.engines.sql.dialect import Dialect
    from policylang.plan.nodes import Node

_LAST = date.max.toordinal()
_SIGNS = {"less": "<", "equal": "=", "add": "+", "subtract": "-", "multiply": "*"}


def expression(dialect: Dialect, node: Node, args: Sequence[Value]) -> Value:
    """A condition or a number, of the values of its arguments."""
    data: Any = node.data
    texts = [arg.text for arg in args]
    match node.op:
        case "and" | "or":
            return _balanced(f" {node.op.upper()} ", args)
        case "not":
            return merged(f"(NOT {texts[0]})", args)
        case "less" | "equal" | "add" | "subtract" | "multiply":
            return merged(f"({texts[0]} {_SIGNS[node.op]} {texts[1]})", args)
        case "among":
            return merged(f"({texts[0]} IN ({', '.join(map(str, sorted(data)))}))", args)
        case "holds_bit":
            return merged(f"(({texts[0]} & {1 << data}) <> 0)" if data < 62 else f"({texts[0]} < 0)", args)
        case "least":
            return merged(f"CASE WHEN {texts[0]} < {texts[1]} THEN {texts[0]} ELSE {texts[1]} END", args)
        case "greatest":
            return merged(f"CASE WHEN {texts[0]} > {texts[1]} THEN {texts[0]} ELSE {texts[1]} END", args)
        case "choose":
            if all(each.op == "constant" for each in (*node.args[1::2], node.args[-1])):
                texts[-1] = f"CAST({texts[-1]} AS BIGINT)"
            return merged(cases(texts), args)
        case "pack":
            bits = [merged(f"CASE WHEN {arg.text} THEN {1 << bit} ELSE 0 END", [arg]) for bit, arg in enumerate(args)]
            found = _balanced(" + ", bits)
            return merged(f"CAST({found.text} AS BIGINT)", [found])
        case "year":
            inside = f"CASE WHEN {texts[0]} < 1 THEN 1 WHEN {texts[0]} > {_LAST} THEN {_LAST} ELSE {texts[0]} END"
            return merged(dialect.year(dialect.date(inside)), args, 4)
        case _:
            return merged(_months(dialect, texts[0], data), args, 5)


def constant(node: Node) -> str:
    """A constant condition or number; a number is INTEGER or BIGINT, whatever holds it."""
    if node.kind == "bool":
        return str(node.data).upper()
    return str(node.data) if node.data >= 0 else f"({node.data})"  # type: ignore[operator]


def cases(texts: Sequence[str]) -> str:
    """The first value whose condition holds."""
    found = " ".join(f"WHEN {when} THEN {value}" for when, value in zip(texts[:-1:2], texts[1:-1:2], strict=True))
    return f"CASE {found} ELSE {texts[-1]} END"


def _balanced(sign: str, args: Sequence[Value]) -> Value:
    """A chain as a tree: an engine may treat each sign as one level deeper."""
    if len(args) == 1:
        return args[0]
    if len(args) > 4:
        half = len(args) // 2
        args = [_balanced(sign, args[:half]), _balanced(sign, args[half:])]
    return merged(f"({sign.join(arg.text for arg in args)})", args, len(args) - 1)


def united(dialect: Dialect, texts: Sequence[str]) -> str:
    """The bits of all of these."""
    if len(texts) == 1:
        return texts[0]
    half = len(texts) // 2
    return f"({united(dialect, texts[:half])} | {united(dialect, texts[half:])})"


def _months(dialect: Dialect, day: str, months: int) -> str:
    """A day moved by months; the days beyond which the result would leave the calendar are known beforehand."""
    if months > 0:
        limit = _first(lambda ordinal: moved(ordinal, months) == _LAST)
        out, end = f"{day} >= {limit}", _LAST
    else:
        limit = _first(lambda ordinal: moved(ordinal, months) > 1)
        out, end = f"{day} < {limit}", 1
    found = dialect.ordinal(dialect.plus_months(dialect.date(day), months))
    below = f"WHEN {day} < 1 THEN 1 WHEN {day} > {_LAST} THEN {_LAST} "
    return f"CASE {below}WHEN {out} THEN {end} ELSE {found} END"


def _first(holds: Any) -> int:
    """The first day for which it holds, where it holds for all that follow; the day after the last where for none."""
    low, high = 1, _LAST + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
