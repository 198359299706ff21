"""Python values as the tree of the document that would say the same."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from policylang.facts.forms import MAX_DIGITS, decimal
from policylang.facts.nodes import MAX_DEPTH, MAX_NODES, Mapping, Node, Refused, Scalar, Sequence
from policylang.source.diagnostic import Message

_TOO_LONG = 10**MAX_DIGITS

_FLOAT: Final = Message("是浮点数，不精确", "a float is not exact: use an int, a Decimal or a text")
_INEXACT: Final = Message("小数超过6位或者数字超过38位", "must have at most 6 decimals and 38 digits")
_NOT_FINITE: Final = Message("不是确切的数", "must be a finite number")
_LONG: Final = Message("数字超过38位", "must have at most 38 digits")
_KIND: Final = Message("的值不能写成事实", "no value of this Python type is a fact")
_DEEP: Final = Message("层次过深或者内容过多", "nested too deep, or too many items")


def to_node(value: object) -> Node:
    """The tree of a value; what is no fact becomes ``Refused`` in its place."""
    return _Converter().node(value, 0)


class _Converter:
    def __init__(self) -> None:
        self._count = 0

    def node(self, value: object, depth: int) -> Node:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            return Refused("…", _DEEP)
        match value:
            case AbstractMapping():
                entries = zip(value.keys(), value.values(), strict=True)
                return Mapping(tuple((_key(key), self.node(inner, depth + 1)) for key, inner in entries))
            case list() | tuple():
                return Sequence(tuple(self.node(item, depth + 1) for item in value))
            case _:
                return _scalar(value)


def _scalar(value: object) -> Node:
    match value:
        case None:
            return Scalar("null")
        case bool():
            return Scalar("true" if value else "false")
        case str():
            return Scalar(str.__str__(value), quoted=True)
        case int():
            return Scalar(f"{int(value)}") if abs(value) < _TOO_LONG else Refused("…", _LONG)
        case float():
            return Refused(str(value), _FLOAT)
        case Decimal():
            return _decimal(value)
        case Fraction():
            return _fraction(value)
        case date():
            return Scalar(value.isoformat())
        case _:
            return Refused(type(value).__name__, _KIND)


def _decimal(value: Decimal) -> Node:
    if not value.is_finite():
        return Refused(str(value), _NOT_FINITE)
    if abs(value.adjusted()) > MAX_DIGITS or len(value.as_tuple().digits) > 2 * MAX_DIGITS:
        return Refused("…", _LONG)
    return _fraction(Fraction(value))


def _fraction(value: Fraction) -> Node:
    digits = decimal(value)
    return Refused("…", _INEXACT) if digits is None else Scalar(digits)


def _key(key: object) -> Scalar:
    """A key as it would be written: a year may be a whole number."""
    if isinstance(key, str):
        return Scalar(key, quoted=True)
    if isinstance(key, int) and not isinstance(key, bool) and abs(key) < _TOO_LONG:
        return Scalar(str(key))
    return Scalar(f"({type(key).__name__})")
