"""What was found, as a letter says it: the fact first, then what it was held against, each said once. Chinese only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylang.explain.wording import found
from policylang.semantics import ir
from policylang.semantics.types import Day, Money, Number
from policylang.semantics.values import NOTHING, Known, Options, negate

if TYPE_CHECKING:
    from policylang.explain.wording import Wording
    from policylang.runtime.outcome import Test

_OPPOSITE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "eq": "ne"}
_DAYS = {"ge": "不早于", "gt": "晚于", "le": "不晚于", "lt": "早于", "eq": "即", "ne": "不是"}
_NUMBERS = {"ge": "不少于", "gt": "超过", "le": "不超过", "lt": "少于", "eq": "等于", "ne": "不等于"}
_LEVELS = {"ge": "不低于", "gt": "高于", "le": "不高于", "lt": "低于", "eq": "即", "ne": "不是"}


class Statement(NamedTuple):
    """A fact as it was found, and how it stands to what it was held against; empty where the fact says that already."""

    fact: str
    held_against: str = ""


def stated(test: Test, words: Wording) -> Statement:
    """A test as the fact it found: 工作人员数为3人 and 不少于2人; a test that is open as its requirement."""
    truth = test.truth.value
    if truth is None:
        return Statement(words.test(test))
    match test.expr:
        case ir.Compare() if _settled(test):
            return _compared(test, test.expr, words, holds=truth)
        case ir.Among(value, options) if _settled(test):
            names = "、".join(option.name for option in options)
            return Statement(_found(test, value, words), "" if truth else f"不{'属于' if len(options) > 1 else '是'}{names}")
        case ir.LineIsDue(line):
            return Statement(f"{words.name(line)}{'应给予' if truth else '不给予'}")
        case ir.AnyYear(body):
            return Statement(f"{'有年度' if truth else '没有一个年度'}{_inner(body, words)}")
        case ir.LastTime(body):
            return Statement(f"最近一次{'' if truth else '并非'}{_inner(body, words)}")
        case ir.Aggregate("exists", records, _, where) if where is not None:
            return Statement(f"{words.name(records)}中{'有' if truth else '没有'}{_inner(where, words)}的")
        case ir.InYear(_, ir.FactValue() | ir.DefinitionValue()) | ir.FirstKnown() | ir.Dated():
            return Statement(f"{words.term(test.expr)}：{'是' if truth else '否'}")
        case ir.Cases(((_, first), *_)):
            return stated(test._replace(expr=first), words)
        case ir.Not(body):
            return stated(test._replace(expr=body, truth=negate(test.truth)), words)
        case ir.FactValue() | ir.FieldValue() | ir.DefinitionValue():
            return Statement(words.test(test))
        case _:
            return Statement(words.condition(test.expr, wanted=truth))


def _settled(test: Test) -> bool:
    """Whether a value was found; an open list of options may decide a test without one."""
    return test.actual is not None and not (isinstance(test.actual, Options) and len(test.actual.options) != 1)


def _compared(test: Test, expr: ir.Compare, words: Wording, *, holds: bool) -> Statement:
    """The value found, then how it stands to the other side, unless it is what a constant requires, or a day simply past."""
    kind = words.type_of(expr.left) or words.type_of(expr.right)
    operator = expr.operator if holds else _OPPOSITE[expr.operator]
    fact = _found(test, expr.left, words)
    past = operator == "le" and _is_as_of(expr.right)
    same = isinstance(expr.right, ir.Constant) and test.actual == test.required
    if test.actual == Known(NOTHING) or past or same:
        return Statement(fact)
    if operator == "eq" and not isinstance(expr.right, ir.Constant):
        return Statement(fact, f"即{words.term(expr.right)}")
    verbs = _NUMBERS if isinstance(kind, (Number, Money)) else _LEVELS if getattr(kind, "ordered", False) else _DAYS
    against = f"{verbs[operator]}{_other_side(test, expr.right, words)}"
    return Statement(f"{fact}{against}") if _is_as_of(expr.left) else Statement(fact, against)


def _is_as_of(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Moment) and expr.kind == "as_of"


def _other_side(test: Test, right: ir.Expr, words: Wording) -> str:
    """What the value was held against: a constant and the as-of day as they are, anything else by name, with its value."""
    term = words.term(right)
    if isinstance(right, ir.Constant) or test.required is None:
        return term
    value = found(test.required, words.type_of(right), words.lang)
    return value if _is_as_of(right) else f"{term}（{value}）"


def _found(test: Test, left: ir.Expr, words: Wording) -> str:
    """工作人员数为3人; 取消授权日期：未发生; the as-of day is only a day."""
    if test.actual == Known(NOTHING):
        asked = left.day if isinstance(left, ir.YearOf) else left
        return f"{words.term(asked)}：{'未发生' if isinstance(words.type_of(asked), Day) else '无'}"
    value = "" if test.actual is None else found(test.actual, words.type_of(left), words.lang)
    match left:
        case ir.Moment("as_of"):
            return value
        case ir.Aggregate("count", records, _, where):
            return f"{words.name(records)}{'中符合条件的' if where is not None else ''}为{value}"
        case _:
            return f"{words.term(left)}为{value}"


def _inner(expr: ir.Expr, words: Wording) -> str:
    """A condition inside another: its limbs without brackets where none has limbs of its own."""
    match expr:
        case ir.Logic("all", limbs) if not any(isinstance(limb.condition, ir.Logic) for limb in limbs):
            return "且".join(words.condition(limb.condition) for limb in limbs)
        case ir.LineIsDue(line):
            return f"{words.name(line)}应给予"
        case ir.FactValue() | ir.DefinitionValue() | ir.FieldValue():
            return f"“{words.term(expr)}”"
        case _:
            return words.condition(expr)
