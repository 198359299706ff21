"""One cell of a table, as clerks write them: taken, taken with a note, or refused. Nothing is guessed.

What a facts file takes (``facts.forms``) is taken here too. Beyond that the cells of office tables are understood
(``30人``, ``2024.3.5``, dates as the serial numbers of spreadsheets), always with a note that says how. What could mean two
things (``约30``, ``无``, 1 for 是) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.batch.model import Refused, Taken
from policylang.facts.forms import Fault, decimal, read
from policylang.facts.nodes import quote
from policylang.plan.meaning import NEVER, NULL
from policylang.plan.rows import CellError, cell_of
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Text
from policylang.source.diagnostic import Message
from policylang.syntax.keywords import UNITS

if TYPE_CHECKING:
    from policylang.facts.model import Plain
    from policylang.semantics.types import Option, Type

#: Nothing is recorded.
DASHES = frozenset(("-", "--", "—", "——", "－", "―", "–", "/", "／", "//", "\\"))
UNKNOWN_WORDS = frozenset(
    ("不详", "未知", "不清楚", "不清", "待核实", "待查", "暂缺", "缺", "未填", "N/A", "n/a", "NA")
)
_TICKS = {"√": True, "✓": True, "✔": True, "☑": True, "×": False, "✗": False, "✘": False}
_NONE_WORDS = frozenset(("无", "没有", "暂无"))
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)")
_ABOUT = re.compile("约|左右|上下|大概|大约|将近|余|多|以上|以下|不足|超过|近|至少|最多|[~～≈><＞＜≥≤?？]")
_UNIT = re.compile(r"([0-9０-９][0-9０-９,，]*)\s*([^\W\d_]+)")
_WHOLE_DECIMAL = re.compile(r"([0-9０-９]{1,38})[.．][0０]+")
_CURRENCY = re.compile(r"(?:[¥￥]|人民币|RMB|CNY)?\s*(.+?)\s*(?:整|正)?")
_DOTTED = re.compile(
    r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*[日号]?(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
_COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")
_SPLIT = re.compile(r"[、，,；;\n|]+")
_WIDE = re.compile("[０-９．，％]")
#: Days that the serial numbers of spreadsheets are taken for: 1980 to 2099.
_SERIALS = range(29_221, 73_051)
EPOCHS = {1900: date(1899, 12, 30).toordinal(), 1904: date(1904, 1, 1).toordinal()}
_FLOAT_EXACT = 2**53


class Unreadable:
    """What stands in the place of a cell that has no value of its own: why it is refused."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)


UNCALCULATED = Unreadable(
    "是公式，没有算出的值；用 Excel 或者 WPS 打开，保存一次",
    "a formula without a value: open and save it in Excel or WPS",
)
COVERED = Unreadable(
    "在合并的单元格里，分不清是不是这一行的；取消合并，逐行填写", "in a merged cell: unmerge it and fill every row"
)


class Reader:
    """Reads the cells of one column.

    Args:
        kind: the type of the fact.
        null_means: the word for an explicit null in a series (未考核).
        factor: what numbers without a unit are multiplied by, where the head names one (万元: 10,000).
        spreadsheet: the year that serial numbers of days count from (1900, 1904); None where they are no days.
        percent: numbers are shown as percentages, so that 0.2 means 20%.
    """

    def __init__(
        self, kind: Type, *, null_means: str | None = None, factor: int = 1, spreadsheet: int | None = 1900, percent: bool = False
    ) -> None:  # fmt: skip
        self.kind = kind
        self.null_means = null_means
        self.factor = factor
        self.spreadsheet = spreadsheet
        self.percent = percent

    def __call__(self, value: object) -> Taken | Refused:
        """What a cell says."""
        try:
            return self._read(value)
        except CellError as fault:
            return Refused(
                Message(f"填写为{_shown(value)}，{fault.message.zh}", f"{_shown(value)}: {fault.message.en}")
            )

    def _read(self, value: object) -> Taken | Refused:
        match value:
            case None:
                return Taken(None)
            case str():
                return self._text(value)
            case bool():
                if isinstance(self.kind, Boolean):
                    return Taken(value)
                return _refused(value, "这里不是填“是”“否”的", "a yes or no does not belong here")
            case int():
                return self._number(Fraction(value), value)
            case float():
                return self._float(value)
            case Decimal() if value.is_finite():
                return self._number(Fraction(value), value)
            case datetime():
                return self._moment(value)
            case date():
                return self._day(value, value)
            case time() | timedelta():
                return _refused(value, "是一段时间，不是这项事实的值", "a time is no value of this fact")
            case Unreadable():
                return Refused(value.message)
            case list() | tuple() if isinstance(self.kind, ChoiceSet):
                return self._set([str(item) for item in value], "、".join(map(str, value)), noted=False)
            case _:
                return _refused(value, "不是这项事实的值", "no value of this fact")

    # numbers and days that the table keeps as such

    def _float(self, value: float) -> Taken | Refused:
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
            return _refused(value, "不是确切的数", "not a finite number")
        if isinstance(self.kind, Number) and self.kind.unit != "%" and abs(value) > _FLOAT_EXACT:
            return _refused(value, "数字太大，已不精确", "too large to be exact")
        return self._number(Fraction(repr(value)), value)

    def _number(self, number: Fraction, written: object) -> Taken | Refused:
        match self.kind:
            case Boolean():
                return _refused(
                    written,
                    "是数字；是否项填“是”或者“否”，1、0不当作是、否",
                    "write 是 or 否; a number is no yes or no",
                )
            case Number("%") if self.percent:
                return self._plain(number, str(written))
            case Number("%"):
                return _refused(
                    written, "没有百分号，分不清是百分之几；写作“20%”的样子", "no percent sign: write it like 20%"
                )
            case Number():
                number *= self.factor
                if number.denominator != 1:
                    return _refused(written, "应当是整数", "must be a whole number")
                return self._plain(number, str(written))
            case Money():
                return self._plain(number * self.factor, str(written))
            case Day() if number.denominator == 1:
                return self._serial(number.numerator, written)
            case Text() if number.denominator == 1:
                text = str(number.numerator)
                return Taken(text, Message(f"数字{text}按文字收下", f"the number {text} is taken as a text"))
            case Choice():
                return self._text(str(number.numerator) if number.denominator == 1 else str(written))
            case _:
                return _refused(written, "是数字，不是这项事实的值", "a number is no value of this fact")

    def _serial(self, number: int, written: object) -> Taken | Refused:
        if _COMPACT.fullmatch(str(number)):
            return self._text(str(number))
        if self.spreadsheet is None or number not in _SERIALS:
            return _refused(written, "是数字，不是日期", "a number is no day")
        day = date.fromordinal(EPOCHS[self.spreadsheet] + number)
        return Taken(
            day.toordinal(),
            Message(f"{number}是表格软件的日期序号，按{day}计", f"the serial number {number} is taken as {day}"),
        )

    def _moment(self, value: datetime) -> Taken | Refused:
        if not isinstance(self.kind, Day):
            return self._day(value.date(), value)
        if value.tzinfo is not None:
            return _refused(value, "带时区，分不清是哪一天", "has a time zone: the day is not clear")
        note = None
        if value.time() != time():
            note = Message("日期后面的时刻略去", "the time of day is left out")
        return Taken(value.date().toordinal(), note)

    def _day(self, day: date, written: object) -> Taken | Refused:
        if isinstance(self.kind, Day):
            return Taken(day.toordinal())
        if isinstance(self.kind, (Number, Money)):
            return _refused(
                written, "是日期；单元格可能误设成了日期格式", "a day; the cell may be formatted as one by mistake"
            )
        return _refused(written, "是日期，不是这项事实的值", "a day is no value of this fact")

    # texts

    def _text(self, raw: str) -> Taken | Refused:
        text = raw.strip(" \t\r\n\u00a0\u3000\u200b\ufeff")
        if not text:
            return Taken(None)
        if text == self.null_means:
            return Taken(NULL)
        if isinstance(self.kind, ChoiceSet):
            return _nothing(text) if text in DASHES or text in UNKNOWN_WORDS else self._of_kind(text) or _none(text)
        found = read(self.kind, text)
        if isinstance(found, Fault):
            return self._dirty(text, found)
        if isinstance(self.kind, Text) and (text in DASHES or text in UNKNOWN_WORDS):
            return _nothing(text)
        if isinstance(self.kind, Text) and text in _NONE_WORDS:
            return _none(text)
        taken = self._value(found, text)
        if taken.note is None and _WIDE.search(text) and not isinstance(self.kind, (Text, Choice, ChoiceSet)):
            ascii_ = unicodedata.normalize("NFKC", text)
            return Taken(
                taken.cell, Message(f"全角数字“{text}”按“{ascii_}”计", f"full-width “{text}” is taken as {ascii_}")
            )
        if taken.note is None and text != raw:
            return Taken(taken.cell, Message("前后的空格略去", "blanks around it are left out"))
        return taken

    def _value(self, found: Plain, text: str) -> Taken:
        if (
            self.factor != 1
            and isinstance(found, Fraction)
            and isinstance(self.kind, Money)
            and not text.endswith(("元", "万"))
        ):
            found *= self.factor
        return Taken(cell_of(self.kind, found, ""))

    def _plain(self, number: Fraction, written: str) -> Taken | Refused:
        if number < 0:
            return _refused(written, "不得小于0", "must be >= 0")
        return Taken(cell_of(self.kind, number, ""))

    def _dirty(self, text: str, fault: Fault) -> Taken | Refused:
        """What no facts file takes."""
        if text in DASHES or text in UNKNOWN_WORDS:
            return _nothing(text)
        if _ERRORS.fullmatch(text):
            return _refused(text, "是公式出错的结果", "the result of a broken formula")
        found = self._of_kind(text)
        if found is not None:
            return found
        if text in _NONE_WORDS:
            return _none(text)
        advice = f"；{fault.help.zh}" if fault.help else ""
        in_english = f" ({fault.help.en})" if fault.help else ""
        return _refused(text, f"{fault.message.zh}{advice}", f"{fault.message.en}{in_english}")

    def _of_kind(self, text: str) -> Taken | Refused | None:
        match self.kind:
            case Boolean():
                if text in _TICKS:
                    word = "是" if _TICKS[text] else "否"
                    return Taken(_TICKS[text], Message(f"“{text}”按“{word}”计", f"“{text}” is taken as {word}"))
                if text.lower() in {"true", "false", "yes", "no"}:
                    return Taken(text.lower() in {"true", "yes"})
                if text in {"1", "0"}:
                    return _refused(
                        text,
                        "是数字；是否项填“是”或者“否”，1、0不当作是、否",
                        "write 是 or 否; a number is no yes or no",
                    )
                return None
            case Number("%"):
                return self._about(text)
            case Number(unit):
                return self._about(text) or self._counted(text, unit)
            case Money():
                return self._about(text) or self._money(text)
            case Day():
                return self._dated(text)
            case Choice(options):
                return _alike(options, text)
            case ChoiceSet():
                return self._set([part for part in (p.strip() for p in _SPLIT.split(text)) if part], text)
            case _:
                return None

    def _about(self, text: str) -> Refused | None:
        if _ABOUT.search(text) and re.search("[0-9０-９]", text):
            return _refused(text, "不是确切的数；查明以后写确切的数", "not exact: write the exact number")
        return None

    def _counted(self, text: str, unit: str | None) -> Taken | Refused | None:
        whole = _WHOLE_DECIMAL.fullmatch(text)
        match = _UNIT.fullmatch(text)
        if whole is not None:
            found = read(self.kind, whole[1])
            digits = unicodedata.normalize("NFKC", whole[1])
            if not isinstance(found, Fault):
                return Taken(
                    self._value(found, text).cell, Message(f"“{text}”按{digits}计", f"“{text}” is taken as {digits}")
                )
        if match is None:
            return None
        own = match[2] == unit or (unit is not None and match[2] in (unit, *UNITS[unit][1], UNITS[unit][0]))
        if not own:
            meant = f"这项事实以“{unit}”计" if unit else "这项事实没有单位"
            return _refused(
                text,
                f"单位是“{quote(match[2])}”，而{meant}",
                f"counted in {match[2]}, but the fact is in {unit or 'no unit'}",
            )
        found = read(self.kind, match[1])
        if isinstance(found, Fault):
            return None
        digits = unicodedata.normalize("NFKC", match[1])
        return Taken(self._value(found, text).cell, Message(f"“{text}”按{digits}计", f"“{text}” is taken as {digits}"))

    def _money(self, text: str) -> Taken | Refused | None:
        match = _CURRENCY.fullmatch(text)
        bare = re.sub(r"\s+", "", match[1]) if match else text
        if bare != text and not isinstance(found := read(self.kind, bare), Fault):
            return Taken(
                self._value(found, bare).cell, Message(f"“{text}”按“{bare}”计", f"“{text}” is taken as {bare}")
            )
        return None

    def _dated(self, text: str) -> Taken | Refused | None:
        plain = unicodedata.normalize("NFKC", text)
        match = _DOTTED.fullmatch(plain)
        numbers = match.groups() if match else (plain[:4], plain[4:6], plain[6:]) if _COMPACT.fullmatch(plain) else None
        if numbers is not None:
            try:
                day = date(*(int(number) for number in numbers))
            except ValueError:
                return _refused(text, "没有这一天", "there is no such day")
            return Taken(day.toordinal(), Message(f"“{text}”按{day}计", f"“{text}” is taken as {day}"))
        if _SERIAL.fullmatch(plain):
            return self._serial(int(plain.split(".")[0]), text)
        if re.fullmatch(r"[0-9]{4}[-./年][0-9]{1,2}月?", plain):
            return _refused(text, "没有写是哪一日", "the day of the month is missing")
        if re.fullmatch(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4}", plain):
            return _refused(
                text, "分不清年、月、日；写作“2024-03-01”", "year, month and day are not clear: write 2024-03-01"
            )
        return None

    def _set(self, words: list[str], text: str, *, noted: bool = True) -> Taken | Refused:
        assert isinstance(self.kind, ChoiceSet)  # noqa: S101 - the caller has looked
        if words in (["无"], ["没有"]) and noted:
            return Taken(0, Message(f"“{text}”按一项也没有计", f"“{text}” is taken as none of them"))
        mask = 0
        for word in words:
            option = self.kind.find(word)
            if option is None:
                names = "、".join(o.name for o in self.kind.options)
                return _refused(
                    text,
                    f"里的“{quote(word)}”不是下列之一：{names}",
                    f"“{word}” is not one of {', '.join(o.id for o in self.kind.options)}",
                )
            bit = 1 << self.kind.options.index(option)
            if mask & bit:
                return _refused(text, f"里的“{option.name}”写了两次", f"{option.id} is given twice")
            mask |= bit
        return Taken(mask)


def _alike(options: tuple[Option, ...], text: str) -> Taken | None:
    """The option that differs from the text only in width, case or blanks."""
    folded = _folded(text)
    found = [n for n, option in enumerate(options) if folded in (_folded(option.name), _folded(option.id))]
    if len(found) != 1:
        return None
    name = options[found[0]].name
    return Taken(found[0], Message(f"“{text}”按“{name}”计", f"“{text}” is taken as {name}"))


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _nothing(text: str) -> Taken:
    return Taken(None, Message(f"“{text}”按未记载计", f"“{text}” is taken as not recorded"))


def _none(text: str) -> Refused:
    zh, en = (
        "分不清是没有记载，还是确实没有：没有记载的留空，没有的写明（0、否、未发生）",
        "not recorded, or none? Leave it blank, or write 0, 否, 未发生",
    )
    return _refused(text, zh, en)


def _refused(value: object, zh: str, en: str) -> Refused:
    shown = _shown(value)
    return Refused(Message(f"填写为{shown}，{zh}", f"{shown}: {en}"))


def _shown(value: object) -> str:
    match value:
        case bool():
            return "“是”" if value else "“否”"
        case float() | Decimal():
            digits = decimal(Fraction(value)) if value == value and abs(value) != float("inf") else None  # noqa: PLR0124
            return f"“{digits if digits is not None else value}”"
        case datetime():
            return f"“{value.isoformat(' ')}”"
        case _:
            return f"“{quote(str(value))}”"


#: For users of this module: 未发生 and the explicit null.
__all__ = ["NEVER", "NULL", "Reader"]
