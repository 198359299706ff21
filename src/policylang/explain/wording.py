"""Conditions, values and tests in words: Chinese, English, and the short form with ids that data uses."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.semantics import ir
from policylang.semantics.types import Boolean, Day, Money, Number, Option, Type
from policylang.semantics.values import NOTHING, Interval, Known, Options, Value, bounds
from policylang.syntax.keywords import UNITS

if TYPE_CHECKING:
    from policylang.runtime.outcome import Test

Lang = Literal["zh", "en", "id"]

_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "="}
_UNTIL = {"ge": "不早于", "gt": "晚于", "le": "不晚于", "lt": "早于", "eq": "为"}
_UNTIL_EN = {"ge": "is not before", "gt": "is after", "le": "is not after", "lt": "is before", "eq": "is"}


def number(value: Fraction) -> str:
    """An exact number: 12, 3.5, or 1/3 where no finite decimal exists."""
    if value.denominator == 1:
        return str(value.numerator)
    digits, rest = 0, value.denominator
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5
        digits += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    text = f"{abs(value.numerator) * 10**digits // value.denominator:0{digits + 1}d}"
    return ("-" if value < 0 else "") + f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")


def money(value: Fraction, lang: str = "zh") -> str:
    """Yuan as a measure prints them: 10万元, 3.6万元, 8500元; in English CNY 36,000."""
    if lang != "zh":
        whole = f"{value.numerator:,}" if value.denominator == 1 else number(value)
        return f"CNY {whole}"
    if abs(value) >= 10_000 and (value / 100).denominator == 1:
        return f"{number(value / 10_000)}万元"
    return f"{number(value)}元"


def unit(name: str | None, lang: str) -> str:
    """A unit after its number."""
    if name is None or lang == "id":
        return ""
    return name if lang == "zh" else f" {UNITS[name][0]}"


def day(value: date, lang: str) -> str:
    """2025年12月31日, or 2025-12-31 outside Chinese."""
    return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else value.isoformat()


def plain(value: object, kind: Type | None, lang: str) -> str:
    """A settled value."""
    if value is NOTHING:
        return "无" if lang == "zh" else "none"
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, Option):
        return value.name if lang != "id" else value.id
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, Fraction):
        if isinstance(kind, Money):
            return money(value, lang) if lang != "id" else number(value)
        if isinstance(kind, Number) and kind.unit == "%":
            return f"{number(value * 100)}%"
        return number(value) + (unit(kind.unit, lang) if isinstance(kind, Number) else "")
    if isinstance(value, frozenset):
        return ("、" if lang == "zh" else ", ").join(sorted(o.name if lang != "id" else o.id for o in value))
    return str(value)


def found(value: Value, kind: Type | None, lang: str) -> str:
    """A value as far as it is known: 31人, 28至31人, A级或B级, 未知."""
    zh = lang == "zh"
    if isinstance(value, Known):
        return plain(value.value, kind, lang)
    if isinstance(value, Interval):
        low, high = bounds(value)
        if low is not None and high is not None:
            bare = number(low) if isinstance(low, Fraction) and isinstance(kind, Number) else plain(low, kind, lang)
            return f"{bare}{'至' if zh else ' to '}{plain(high, kind, lang)}"
    if isinstance(value, Options) and value.complete and 0 < len(value.options) <= 4:
        names = sorted((o for o in value.options if isinstance(o, Option)), key=lambda o: o.rank)
        return ("或" if zh else " or ").join(plain(o, kind, lang) for o in names)
    return "未记载" if zh else "not recorded"


class Wording:
    """Words for the expressions of one policy."""

    def __init__(self, policy: ir.Policy, lang: Lang) -> None:
        self.policy = policy
        self.lang = lang
        self.facts = {f.id: f for f in policy.facts}
        self.outcomes = {o.id: o for o in policy.outcomes}
        self.definitions = {d.id: d for d in policy.definitions}
        self.readings = {r.id: r for r in policy.readings}

    def name(self, identifier: str) -> str:
        """The name of a fact, field path, outcome or definition in this language."""
        known = self.facts.get(identifier) or self.outcomes.get(identifier) or self.definitions.get(identifier)
        return known.name if known is not None and self.lang == "zh" else identifier

    def column(self, identifier: str) -> str:
        """The id under which data have a value: of a fact with a substitute (未记载时取) that of the fact."""
        match self.definitions.get(identifier):
            case ir.Definition(body=ir.FirstKnown(ir.FactValue(fact))):
                return fact
            case _:
                return identifier

    def type_of(self, expr: ir.Expr) -> Type | None:
        """The type of a value, as far as words need it."""
        match expr:
            case ir.FactValue(fact):
                return self.facts[fact].type
            case ir.FieldValue(records, field):
                return next(f.type for f in self.facts[records].fields if f.id == field)
            case ir.DefinitionValue(name):
                return self.definitions[name].type
            case ir.LineAmount():
                return Money()
            case ir.SeriesTotal(fact):
                return self.facts[fact].type
            case ir.YearOf() | ir.Moment("this_year"):
                return Number("年")
            case ir.Constant(_, kind):
                return kind
            case ir.Arithmetic(_, left, _) | ir.InYear(_, left) | ir.FirstKnown(left, _) | ir.Dated(left, _):
                return self.type_of(left)
            case ir.Aggregate(kind, records, field, _):
                if field is not None:
                    return self.type_of(ir.FieldValue(records, field))
                unit_ = getattr(self.facts[records].type, "unit", None)
                return Number(unit_)
            case _:
                return None

    def term(self, expr: ir.Expr) -> str:
        """A value that is compared: its name."""
        zh = self.lang == "zh"
        match expr:
            case ir.Constant(value, kind):
                return plain(value, kind, self.lang)
            case ir.FactValue(name) | ir.DefinitionValue(name) | ir.OutcomeValue(name) | ir.LineAmount(name):
                return self.column(name) if self.lang == "id" else self.name(name)
            case ir.FieldValue(records, field):
                own = next(f for f in self.facts[records].fields if f.id == field)
                return own.name if zh else own.id
            case ir.Moment(kind):
                return ("时点" if kind == "as_of" else "本年度") if zh else ("as_of" if kind == "as_of" else "year")
            case ir.InYear(kind, body):
                zh_word = "上年度" if kind == "last_year" else "考核年度"
                en_word = "last year's " if kind == "last_year" else "the assessed year's "
                return (zh_word if zh else en_word) + self.term(body)
            case ir.DayShift(day_, amount, unit_):
                words = {"years": ("年", "years"), "months": ("个月", "months"), "days": ("日", "days"),
                         "workdays": ("个工作日", "workdays")}[unit_]  # fmt: skip
                base = self.term(day_)
                if zh:
                    return f"{base}{'后' if amount > 0 else '前'}{abs(amount)}{words[0]}"
                return f"{base} {'+' if amount > 0 else '-'} {abs(amount)} {words[1]}"
            case ir.YearOf(day_):
                return f"{self.term(day_)}的年度" if zh else f"the year of {self.term(day_)}"
            case ir.Arithmetic(operator, left, right):
                sign = {"add": "＋" if zh else "+", "sub": "－" if zh else "-", "mul": "×"}[operator]
                return f"{self.term(left)} {sign} {self.term(right)}"
            case ir.Aggregate(kind, records, field, _):
                name = self.name(records)
                if field is not None and kind != "total":
                    picked = self.term(ir.FieldValue(records, field))
                    word = {"earliest": "最早", "latest": "最晚", "least": "最少", "most": "最多"}[kind]
                    return f"{name}中{word}的{picked}" if zh else f"{kind} {picked} of {name}"
                if field is not None:
                    summed = self.term(ir.FieldValue(records, field))
                    return f"{name}中符合的{summed}" if zh else f"{summed} of matching {name}"
                if kind == "exists":
                    return f"{name}中有符合的" if zh else f"some matching {name}"
                return f"{name}中符合的数目" if zh else f"matching {name}"
            case ir.FirstKnown(first, _) | ir.Dated(first, _):
                return self.term(first)
            case ir.Cases(cases):
                return self.term(cases[0][1])
            case ir.SeriesTotal(name):
                return f"{self.name(name)}全年合计" if zh else f"{self.name(name)} over the year"
            case ir.Extreme(kind, days):
                joined = ("、" if zh else ", ").join(self.term(d) for d in days)
                word = ("最早" if kind == "earliest" else "最晚") if zh else f"the {kind} of "
                return f"{joined}中{word}的一日" if zh else f"{word}{joined}"
            case _:
                return self.condition(expr)

    def condition(self, expr: ir.Expr, *, wanted: bool = True) -> str:
        """A condition as a phrase; with ``wanted`` False, its opposite."""
        zh, ident = self.lang == "zh", self.lang == "id"
        match expr:
            case ir.Compare(operator, left, right):
                return self._comparison(operator, left, right, wanted=wanted)
            case ir.Among(value, options):
                names = [plain(o, None, self.lang) for o in options]
                if ident:
                    return self.term(value) + ("=" if wanted else "!=") + "|".join(names)
                if zh:
                    verb = ("为" if wanted else "不为") if len(names) == 1 else ("属于" if wanted else "不属于")
                    return f"{self.term(value)}{verb}{'、'.join(names)}"
                return f"{self.term(value)} {'is' if wanted else 'is not'} {' or '.join(names)}"
            case ir.Includes(value, option):
                name = plain(option, None, self.lang)
                if ident:
                    return f"{self.term(value)}∋{name}" if wanted else f"{self.term(value)}∌{name}"
                if zh:
                    return f"{self.term(value)}{'含' if wanted else '不含'}{name}"
                return f"{self.term(value)} {'includes' if wanted else 'does not include'} {name}"
            case ir.ReadingIs(reading, option):
                known = self.readings[reading]
                chosen = next(o for o in known.options if o.id == option)
                if zh:
                    return f"“{known.name}”读作“{chosen.name}”" if wanted else f"“{known.name}”不读作“{chosen.name}”"
                return f"{known.id} {'=' if wanted else '!='} {option}"
            case ir.Not(body):
                return self.condition(body, wanted=not wanted)
            case ir.Logic(kind, limbs):
                joined = (kind == "all") == wanted
                word = ("且" if joined else "或") if zh else (" and " if joined else " or ")
                parts = [self.condition(limb.condition, wanted=wanted) for limb in limbs]
                return word.join(parts) if len(parts) < 2 else word.join(f"（{p}）" if zh else f"({p})" for p in parts)
            case ir.Consecutive(count, unit_, body):
                inner = self.condition(body)
                if zh:
                    return ("" if wanted else "不存在") + f"连续{count}{'年' if unit_ == 'years' else '次'}{inner}"
                word = "years" if unit_ == "years" else "assessments"
                return f"{'' if wanted else 'not '}{count} consecutive {word}: {inner}"
            case ir.AnyYear(body):
                inner = self.condition(body)
                return (
                    (("" if wanted else "没有") + f"任一年度{inner}")
                    if zh
                    else f"{'in some' if wanted else 'in no'} year: {inner}"
                )
            case ir.LastTime(body):
                inner = self.condition(body)
                if zh:
                    return f"最近一次{inner}" if wanted else f"并非最近一次{inner}"
                return f"{'' if wanted else 'not '}the last time: {inner}"
            case ir.Like(value, parts):
                pattern = "…".join(parts)
                if ident:
                    return f"{self.term(value)}{'~' if wanted else '!~'}{pattern}"
                if zh:
                    return f"{self.term(value)}{'形如' if wanted else '不是'}“{pattern}”{'' if wanted else '的样子'}"
                return f"{self.term(value)} {'looks' if wanted else 'does not look'} like “{pattern}”"
            case ir.InYear(kind, body):
                prefix = (
                    ("上年度" if kind == "last_year" else "考核年度")
                    if zh
                    else ("last year: " if kind == "last_year" else "in the assessed year: ")
                )
                return prefix + self.condition(body, wanted=wanted)
            case ir.LineIsDue(line):
                name = self.name(line)
                return f"{name}{'应付' if wanted else '不应付'}" if zh else f"{name} is {'' if wanted else 'not '}due"
            case ir.InPeriod(day_):
                if zh:
                    return f"{self.term(day_)}{'在' if wanted else '不在'}本期"
                return f"{self.term(day_)} is {'' if wanted else 'not '}in the period"
            case ir.Constant(value, _):
                return plain(value, Boolean(), self.lang)
            case _:
                name = self.term(expr)
                if wanted:
                    return name
                return f"非“{name}”" if zh else (f"!{name}" if ident else f"not {name}")

    def _comparison(self, operator: str, left: ir.Expr, right: ir.Expr, *, wanted: bool) -> str:
        if not wanted:
            operator = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "eq": "ne"}[operator]
        one, other = self.term(left), self.term(right)
        if self.lang == "id":
            return f"{one}{({**_SIGNS, 'ne': '!='})[operator]}{other}"
        kind = self.type_of(left) or self.type_of(right)
        if self.lang == "en":
            if isinstance(kind, (Number, Money)):
                sign = {
                    "ge": "at least",
                    "gt": "more than",
                    "le": "at most",
                    "lt": "less than",
                    "eq": "exactly",
                    "ne": "not",
                }
                return f"{one} {sign[operator]} {other}"
            return f"{one} {({**_UNTIL_EN, 'ne': 'is not'})[operator]} {other}"
        if isinstance(kind, (Number, Money)) and isinstance(right, ir.Constant):
            if operator in {"ge", "le"}:
                return f"{one}{other}{'以上' if operator == 'ge' else '以下'}"
            return f"{one}{ {'gt': '超过', 'lt': '不满', 'eq': '为', 'ne': '不为'}[operator] }{other}"
        if isinstance(kind, (Number, Money)):
            return f"{one}{ {'ge': '不少于', 'le': '不超过', 'gt': '超过', 'lt': '少于', 'eq': '等于', 'ne': '不等于'}[operator] }{other}"
        if getattr(kind, "ordered", False):
            return f"{one}{ {'ge': '不低于', 'le': '不高于', 'gt': '高于', 'lt': '低于', 'eq': '为', 'ne': '不为'}[operator] }{other}"
        return f"{one}{({**_UNTIL, 'ne': '不为'})[operator]}{other}"

    def given(self, value: Option | ir.Shape | None) -> str:
        """What a rule gives: A级, 不超过10万元."""
        zh = self.lang == "zh"
        match value:
            case Option():
                return plain(value, None, "zh" if zh else "id")
            case ir.Exact(_, base, rate) if base is not None and rate is not None:
                return f"{self.name(base)}{'提高' if zh else ' raised by '}{number(rate * 100)}%"
            case ir.Exact(amount):
                return self.term(amount)
            case ir.Cap(amount):
                return f"{'不超过' if zh else 'at most '}{self.term(amount)}"
            case ir.Range(low, high):
                return f"{self.term(low)}{'至' if zh else ' to '}{self.term(high)}"
            case ir.Unstated():
                return "数额另定" if zh else "an unstated amount"
            case ir.Denied():
                return "不给予" if zh else "nothing"
            case None:
                return "未规定" if zh else "not regulated"

    def test(self, test: Test) -> str:
        """A test that was made: the condition, what was found, and by how much it missed."""
        zh = self.lang == "zh"
        if self.lang != "id" and isinstance(test.expr, (ir.FactValue, ir.FieldValue, ir.DefinitionValue)):
            return self._answered(self.term(test.expr), test.truth.value)
        if self.lang != "id" and isinstance(test.expr, ir.Includes):
            return self._answered(self.condition(test.expr), test.truth.value)
        if isinstance(test.expr, ir.ReadingIs):
            return self.condition(test.expr, wanted=test.truth.value is True)
        if self.lang != "id" and test.actual is None and test.met is not True:  # said alone it would read as if it held
            return self._answered(self.condition(test.expr), test.truth.value)
        text = self.condition(test.expr, wanted=test.wanted)
        if self.lang == "id" or test.actual is None:
            return text
        left = test.expr.left if isinstance(test.expr, ir.Compare) else getattr(test.expr, "value", None)
        kind = self.type_of(left) if left is not None else None
        if left is not None and isinstance(kind, Day) and test.actual == Known(NOTHING):
            return f"{self.term(left)}：未发生" if zh else f"{self.term(left)}: never"
        open_fact = isinstance(test.actual, Options) and isinstance(left, (ir.FactValue, ir.FieldValue))
        actual = ("未记载" if zh else "not recorded") if open_fact else found(test.actual, kind, self.lang)
        short = shortfall(test)
        gap = ""
        if short is not None:
            gap = f"，差{plain(short, kind, 'zh')}" if zh else f", {plain(short, kind, 'en')} short"
            if short < 0:
                gap = f"，超出{plain(-short, kind, 'zh')}" if zh else f", {plain(-short, kind, 'en')} over"
        against = self._against(test)
        return f"{text}（实为{actual}{against}{gap}）" if zh else f"{text} (found {actual}{against}{gap})"

    def _answered(self, name: str, answer: bool | None) -> str:  # noqa: FBT001 - the answer to a yes-or-no question
        """A yes-or-no fact with its answer: 有活动场所：是."""
        if self.lang == "zh":
            return f"{name}：{ {True: '是', False: '否', None: '待定'}[answer] }"
        return f"{name}: { {True: 'yes', False: 'no', None: 'open'}[answer] }"

    def _against(self, test: Test) -> str:
        """The value that stood on the other side, where the condition does not show it."""
        if not isinstance(test.expr, ir.Compare) or isinstance(test.expr.right, (ir.Constant, ir.Moment)):
            return ""
        if test.required is None:
            return ""
        name = self.term(test.expr.right)
        value = found(test.required, self.type_of(test.expr.right), self.lang)
        return f"，{name}为{value}" if self.lang == "zh" else f", {name} is {value}"


def shortfall(test: Test) -> Fraction | None:
    """By how much a failed comparison of numbers missed: positive when short, negative when over."""
    if not isinstance(test.expr, ir.Compare) or test.met is not False:
        return None
    one, other = test.actual, test.required
    if not (isinstance(one, Known) and isinstance(other, Known)):
        return None
    if not (isinstance(one.value, Fraction) and isinstance(other.value, Fraction)):
        return None
    return None if one.value == other.value else other.value - one.value
