"""Whether two values may be compared or added: one type and, for counts, one unit (5人 is not 5个)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.semantics.types import Choice, ChoiceSet, Money, Number, Type, describe
from policylang.source.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from policylang.source.span import Span


def disagreement(one: Type, other: Type, span: Span) -> Diagnostic | None:
    """Why a value of type ``other``, written at ``span``, cannot stand beside one of type ``one``; None if it can."""
    if isinstance(one, Number) and isinstance(other, Number):
        return None if one.unit == other.unit else _units(one.unit, other.unit, span)
    if isinstance(one, (Choice, ChoiceSet)) and isinstance(other, (Choice, ChoiceSet)):
        return None if one.options == other.options else mismatch(span, other, one)
    if type(one) is type(other):
        return None
    if isinstance(one, Money) and isinstance(other, Number) and other.unit is None:
        return error(
            "unit-missing", span, "金额后面缺单位", "the amount needs its unit",
            help_zh="写成“元”或“万元”", help_en="write yuan or wan-yuan",
        )  # fmt: skip
    return mismatch(span, other, one)


def _units(one: str | None, other: str | None, span: Span) -> Diagnostic:
    if other is None:
        return error(
            "unit-missing", span, f"数字后面缺单位，应为“{one}”", f"the number needs its unit: {one}",
            help_zh=f"写成带“{one}”的数量", help_en=f"write the number with {one}",
        )  # fmt: skip
    return error(
        "unit-mismatch", span, f"单位不同：一边是“{one}”，一边是“{other}”", f"different units: {one} against {other}",
        help_zh="不同的计量单位不能比较；检查是人、个、人次还是场次", help_en="counts of different units cannot be compared",
    )  # fmt: skip


def mismatch(span: Span, found: Type, wanted: Type | None) -> Diagnostic:
    """The fault of a value of the wrong type; ``wanted`` None where no type would do."""
    zh = f"，需要的是{describe(wanted)}" if wanted else "，不能这样用"
    en = f", not {describe(wanted, 'en')}" if wanted else " and cannot be used so"
    return error(
        "type-mismatch", span, f"这里是{describe(found)}{zh}", f"this is {describe(found, 'en')}{en}",
        help_zh="检查两边是不是同一类的值", help_en="check that both sides are values of one kind",
    )  # fmt: skip
