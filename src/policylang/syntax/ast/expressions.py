"""Names, expressions and amounts as written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from policylang.source.text import Span

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction


NOWHERE = Span(0, 0)


def place() -> Span:
    """A span field: known to the reader, unknown to equality."""
    return field(compare=False, default=NOWHERE)


@dataclass(frozen=True, slots=True)
class Ident:
    """A name as written."""

    text: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Named:
    """A Chinese name with, in brackets, the ASCII id of data columns."""

    name: Ident
    id: Ident | None = None

    @property
    def key(self) -> str:
        """The id, or the name where no id is given."""
        return (self.id or self.name).text

    @property
    def span(self) -> Span:
        """The place of the name."""
        return self.name.span


# Expressions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ref:
    """A name used as a value or as a condition."""

    name: Ident
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, e.g. 30人, 5万元, 20%."""

    number: Fraction
    unit: str | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """A calendar day; None when no such day exists (diagnosed)."""

    day: date | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text."""

    text: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class YesNo:
    """是 or 否."""

    value: bool
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Moment:
    """时点 (the as-of day) or 本年度 (the year in question)."""

    kind: Literal["as_of", "this_year"]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class YearView:
    """A value looked at in another year: 上年度 X, 考核年度 X."""

    kind: Literal["last_year", "assessed_year"]
    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Logic:
    """且 and 或 between conditions."""

    kind: Literal["all", "any"]
    items: tuple[Expr, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Not:
    """非."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Limb:
    """One line of a list of conditions, with its printed label and the cases it applies to."""

    label: Ident | None
    gist: Text | None
    condition: Expr
    applies: Expr | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Group:
    """下列全部 / 下列之一 with its limbs."""

    kind: Literal["all", "any"]
    limbs: tuple[Limb, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Consecutive:
    """连续 n 年 / 次 of a condition."""

    count: Quantity
    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class AnyYear:
    """任一年度 of a condition."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class LastTime:
    """最近一次 of a condition on a yearly assessment."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Like:
    """A text that looks like a pattern, in which … stands for anything."""

    left: Expr
    pattern: Text
    span: Span = place()


Comparator = Literal["ge", "gt", "le", "lt", "before", "not_before", "after", "not_after"]


@dataclass(frozen=True, slots=True)
class Test:
    """A unary test: 30人以上, 不超过 5次, 不晚于 X; ``operator`` is its direction."""

    operator: Comparator
    right: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Compare:
    """A value put to a test."""

    left: Expr
    test: Test
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Equals:
    """为 / 不为."""

    left: Expr
    right: Expr
    negated: bool = False
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Belongs:
    """属于 one of several options."""

    left: Expr
    options: tuple[Expr, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Includes:
    """A set of options holds this one."""

    left: Expr
    option: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class ReadAs:
    """The chosen reading of an ambiguity."""

    reading: Expr
    option: Ident
    span: Span = place()


@dataclass(frozen=True, slots=True)
class IsDue:
    """A money line is due."""

    line: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Sums and products, left to right."""

    first: Expr
    rest: tuple[tuple[Literal["add", "sub", "mul"], Expr], ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class DayShift:
    """A day moved by a period: 起始日 后 2年, 届满日 前推 1日."""

    day: Expr
    direction: Literal["later", "earlier"]
    period: Quantity
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Share:
    """基础经费 的 20% (``raised`` False) or 基础经费 提高 20% (the raise alone, on the named line)."""

    base: Expr
    rate: Quantity
    raised: bool = False
    span: Span = place()


@dataclass(frozen=True, slots=True)
class YearOf:
    """The calendar year of a day."""

    day: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class InPeriod:
    """A day falls in the month, quarter or year in question."""

    day: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class ExtremeDay:
    """The earliest or the latest of several days."""

    kind: Literal["earliest", "latest"]
    days: tuple[Expr, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """总计, 计数, 存在, 最早, 最晚, 最少 or 最多 over a list of records; 总计 also over the periods of a year."""

    kind: Literal["total", "count", "exists", "earliest", "latest", "least", "most"]
    records: Ident
    field: Ident | None
    where: Expr | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Parenthesis:
    """（…）."""

    body: Expr
    span: Span = place()


Expr = (
    Ref | Quantity | DateLiteral | Text | YesNo | Moment | YearView | Logic | Not | Group | Consecutive | AnyYear
    | LastTime | Like | Compare | Equals | Belongs | Includes | ReadAs | IsDue | Arithmetic | DayShift | Share | YearOf | Aggregate
    | InPeriod | ExtremeDay | Parenthesis
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cap:
    """不超过 an amount."""

    amount: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Between:
    """An amount 至 an amount."""

    low: Expr
    high: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Unstated:
    """The text fixes no amount, or another document does."""

    document: str | None = None
    span: Span = place()


Amount = Expr | Cap | Between | Unstated
