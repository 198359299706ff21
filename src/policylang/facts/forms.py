"""How single values are written: the forms that are taken, what they mean exactly, and words for the rest.

The patterns are shared with the JSON Schema, so that both take the same texts; they are written for Python
and for ECMA-262 alike. Full-width digits, commas and points count as the plain ones. Nothing else is
forgiven: a blank, a sign, a unit or an ``约`` is for the person who wrote it to resolve.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.facts.nodes import quote
from policylang.semantics.types import (
    Boolean,
    Choice,
    ChoiceSet,
    Day,
    Money,
    Number,
    Option,
    Records,
    Text,
    Type,
)
from policylang.semantics.values import NOTHING
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from policylang.facts.model import Plain

TRUE_WORDS = ("是", "true", "yes")
FALSE_WORDS = ("否", "false", "no")
NEVER_WORDS = ("未发生", "never")

#: Digits a number may have.
MAX_DIGITS = 38
MAX_TEXT = 1_000

_D = "[0-9０-９]"
_WHOLE = rf"(?:{_D}{{1,38}}|{_D}{{1,2}}(?:[,，]{_D}{{3}}){{12}}|{_D}{{1,3}}(?:[,，]{_D}{{3}}){{1,11}})"
_WHOLE_WAN = rf"(?:{_D}{{1,34}}|{_D}{{1}}(?:[,，]{_D}{{3}}){{11}}|{_D}{{1,3}}(?:[,，]{_D}{{3}}){{1,10}})"
_CONTROL = (
    r"\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ufffc\ufffd\ud800-\udfff"
)

COUNT = _WHOLE
RATE = rf"{_D}{{1,38}}(?:[.．]{_D}{{1,6}})?[%％]"
MONEY = rf"{_WHOLE}(?:[.．]{_D}{{1,2}})?元?|{_WHOLE_WAN}(?:[.．]{_D}{{1,6}})?万元?"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"
TEXT = rf"(?=[\s\S]*[^ \u00a0\u3000])[^{_CONTROL}]{{1,{MAX_TEXT}}}"

_COUNT, _RATE, _MONEY, _DAY = (re.compile(pattern) for pattern in (COUNT, RATE, MONEY, DAY))
_FORBIDDEN = re.compile(f"[{_CONTROL}]")
_MINUS = ("-", "－", "−")
_ASCII = str.maketrans("０１２３４５６７８９．", "0123456789.", ",，")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
#: What may be written behind a number by habit; about, more than and the like are for whoever wrote them to resolve.
_UNIT = re.compile(r"\s*(?![^\s]*[约余多几近超逾上下左右不足至以概])[\u4e00-\u9fff]{0,4}\s*")
_LONG = re.compile(rf"[-－−]?{_D}{{39}}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not a value of its type. The Chinese message follows “填写为……，”."""

    code: str
    message: Message
    help: Message | None = None


def anchored(pattern: str) -> str:
    """The pattern for a search that must take the whole text, a newline at its end included."""
    return rf"^(?:{pattern})$(?!\n)"


def read(kind: Type, text: str) -> Plain | Fault:
    """The value of this type that a text stands for."""
    value: Plain | None
    match kind:
        case Boolean():
            value = True if text in TRUE_WORDS else False if text in FALSE_WORDS else None
        case Number("%"):
            value = Fraction(_ascii(text)[:-1]) / 100 if _fits(kind, text) else None
        case Number():
            value = Fraction(_ascii(text)) if _fits(kind, text) else None
        case Money():
            value = _yuan(_ascii(text)) if _fits(kind, text) else None
        case Day():
            return NOTHING if text in NEVER_WORDS else _day(text)
        case Text():
            return _text(text)
        case Choice() | ChoiceSet():
            value = kind.find(text)
        case Records():
            value = None
    return wrong(kind, text) if value is None else value


def wrong(kind: Type, text: str | None = None) -> Fault:
    """What a value of this type should be; ``text`` is what is written, unless it is a list or a mapping."""
    written = text or ""
    negative = written.startswith(_MINUS) and _fits(kind, written[1:])
    help_ = _hint(kind, written)
    match kind:
        case Boolean():
            message = Message("应当填写“是”或者“否”", "must be true or false")
        case Number() | Money() if _LONG.match(written):
            message = Message(f"数字不得超过{MAX_DIGITS}位", f"must have at most {MAX_DIGITS} digits")
        case Number() | Money() if negative:
            noun = "金额" if isinstance(kind, Money) else "数量"
            message, help_ = Message(f"{noun}不得小于0", "must be >= 0"), None
        case Number("%"):
            message = Message("应当是百分比，例如“20%”", "must be a percentage such as 20%")
        case Number(unit):
            unit_zh = f"（{unit}）" if unit else ""
            message = Message(f"应当是数量{unit_zh}，只写整数", "must be a whole number")
        case Money():
            message = Message("应当是以元为单位的金额，例如“30000”或者“3万元”", "must be an amount in yuan")
        case Day():
            message = Message("应当是日期，写作“2024-03-01”或者“2024年3月1日”", "must be a date (YYYY-MM-DD)")
        case Text():
            message = Message("应当是文字", "must be text")
        case Choice(options) | ChoiceSet(options):
            names = "、".join(o.name if o.name == o.id else f"{o.name}（{o.id}）" for o in options)
            message = Message(f"应当是下列之一：{names}", f"not one of {', '.join(o.id for o in options)}")
        case Records(unit):
            message = Message(f"应当是清单（{unit}），逐项填写", "must be a list")
    return Fault("bad-fact", message, help_)


def decimal(value: Fraction) -> str | None:
    """The digits of a number with at most 6 decimals and 38 digits before them; None for any other."""
    scaled = value * 1_000_000
    if scaled.denominator != 1 or abs(value) >= 10**MAX_DIGITS:
        return None
    whole, rest = divmod(abs(scaled.numerator), 1_000_000)
    return f"{'-' if value < 0 else ''}{whole}" + (f".{rest:06}".rstrip("0") if rest else "")


def _fits(kind: Type, text: str) -> bool:
    """Whether a number or a sum is written in one of its forms."""
    forms = _MONEY if isinstance(kind, Money) else _RATE if kind == Number("%") else _COUNT
    return forms.fullmatch(text) is not None


def _ascii(text: str) -> str:
    return text.translate(_ASCII)


def _yuan(text: str) -> Fraction:
    digits = text.rstrip("万元")
    return Fraction(digits) * (10_000 if "万" in text else 1)


def _day(text: str) -> date | Fault:
    if not _DAY.fullmatch(text):
        return wrong(Day(), text)
    found = _calendar_day(text)
    if found is not None:
        return found
    message = Message("没有这一天", f"no such day {text}")
    return Fault("impossible-date", message, Message("请核对月份和日数", "check the month and the day"))


def _calendar_day(text: str) -> date | None:
    """The day that three numbers in a text name, if there is one."""
    numbers = re.findall("[0-9]+", text)
    if len(numbers) != 3 or len(numbers[0]) != 4 or max(len(n) for n in numbers) > 4:
        return None
    try:
        return date(*(int(number) for number in numbers))
    except ValueError:
        return None


def _text(text: str) -> str | Fault:
    if len(text) > MAX_TEXT:
        return Fault("bad-fact", Message(f"不得超过{MAX_TEXT}字", f"must have at most {MAX_TEXT} characters"))
    if _FORBIDDEN.search(text):
        return Fault(
            "bad-fact",
            Message(
                "不得含有换行、控制字符或者看不见的字符",
                "must be one line without control or invisible characters",
            ),
        )
    if not text.strip(" \u00a0\u3000"):
        return Fault(
            "bad-fact",
            Message("不得为空白", "must not be blank"),
            Message("没有记录时，删去这一项或者写 null", "leave it out or write null where nothing is recorded"),
        )
    return text


def _hint(kind: Type, text: str) -> Message | None:
    """What to write instead, where that can be told from the text."""
    if text != text.strip() and not isinstance(read(kind, text.strip()), Fault):
        return Message("请删去前后的空格", "remove the blanks around it")
    match kind:
        case Boolean():
            return Message("只写“是”“否”或者 true、false、yes、no", "write one of 是, 否, true, false, yes, no")
        case Number("%"):
            return None
        case Number():
            numbers = _DIGITS.findall(_ascii(text))
            rest = re.sub(r"[0-9０-９]+", "", text)
            if len(numbers) == 1 and numbers[0].isdecimal() and len(numbers[0]) <= MAX_DIGITS and _UNIT.fullmatch(rest):
                return Message(f"请只写数字“{numbers[0]}”", f"write {numbers[0]}")
            return Message(
                "用阿拉伯数字写出确切的整数，不带单位",
                "write the exact whole number in digits, without a unit",
            )
        case Money():
            return Message("最多写到分，不带其他文字", "write at most two decimals and no other words")
        case Day():
            day = _calendar_day(text)
            return None if day is None else Message(f"请写作“{day}”", f"write {day}")
        case Choice(options) | ChoiceSet(options):
            return _nearest(options, text)
        case Text() | Records():
            return None


def _nearest(options: tuple[Option, ...], text: str) -> Message | None:
    meant = did_you_mean(text, [word for o in options for word in (o.name, o.id)])
    return None if meant is None else Message(f"是否应为“{meant}”？", f"did you mean “{quote(meant)}”?")
