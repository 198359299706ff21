"""Grammar rules of expressions and amounts to surface nodes (section 5 of ``grammar/policy.lark``)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal, cast

from lark import Token

from policylang.measure.citation import chinese_number
from policylang.syntax import ast
from policylang.syntax.children import (
    Child,
    digits,
    expressions_in,
    ident,
    idents,
    span_of,
    text_of,
)

_TESTS: dict[str, ast.Comparator] = {
    "OR_MORE": "ge", "OR_LESS": "le", "WITHIN": "le", "AT_LEAST": "ge", "AT_MOST": "le",
    "MORE_THAN": "gt", "LESS_THAN": "lt", "BEFORE": "before", "NOT_BEFORE": "not_before",
    "AFTER": "after", "NOT_AFTER": "not_after",
}  # fmt: skip


class ExpressionBuilder:
    """The callbacks for expressions; it holds no state."""

    def either(self, c: list[Child]) -> ast.Logic:
        return ast.Logic("any", tuple(expressions_in(c)), span_of(c))

    def both(self, c: list[Child]) -> ast.Logic:
        return ast.Logic("all", tuple(expressions_in(c)), span_of(c))

    def negation(self, c: list[Child]) -> ast.Not:
        return ast.Not(c[1], span_of(c))

    def consecutive(self, c: list[Child]) -> ast.Consecutive:
        return ast.Consecutive(c[1], c[2], span_of(c))

    def any_year(self, c: list[Child]) -> ast.AnyYear:
        return ast.AnyYear(c[1], span_of(c))

    def last_time(self, c: list[Child]) -> ast.LastTime:
        return ast.LastTime(c[1], span_of(c))

    def like(self, c: list[Child]) -> ast.Like:
        return ast.Like(c[0], text_of(c[2]), span_of(c))

    def equals(self, c: list[Child]) -> ast.Equals:
        return ast.Equals(c[0], c[2], negated=False, span=span_of(c))

    def differs(self, c: list[Child]) -> ast.Equals:
        return ast.Equals(c[0], c[2], negated=True, span=span_of(c))

    def belongs(self, c: list[Child]) -> ast.Belongs:
        exprs = expressions_in(c)
        return ast.Belongs(exprs[0], tuple(exprs[1:]), span_of(c))

    def includes(self, c: list[Child]) -> ast.Includes:
        return ast.Includes(c[0], c[2], span_of(c))

    def read_as(self, c: list[Child]) -> ast.ReadAs:
        return ast.ReadAs(c[0], ident(c[2]), span_of(c))

    def is_due(self, c: list[Child]) -> ast.IsDue:
        return ast.IsDue(c[0], span_of(c))

    def compares(self, c: list[Child]) -> ast.Compare:
        return ast.Compare(c[0], c[1], span_of(c))

    def test(self, c: list[Child]) -> ast.Test:
        word = next(x for x in c if isinstance(x, Token))
        return ast.Test(_TESTS[word.type], expressions_in(c)[0], span_of(c))

    def string(self, c: list[Child]) -> ast.Text:
        return text_of(c[0])

    def yes(self, c: list[Child]) -> ast.YesNo:
        return ast.YesNo(value=True, span=span_of(c))

    def no(self, c: list[Child]) -> ast.YesNo:
        return ast.YesNo(value=False, span=span_of(c))

    def arithmetic(self, c: list[Child]) -> ast.Arithmetic:
        names: dict[str, Literal["add", "sub", "mul"]] = {"PLUS": "add", "MINUS": "sub", "TIMES": "mul"}
        rest = tuple((names[c[i].type], c[i + 1]) for i in range(1, len(c), 2))
        return ast.Arithmetic(c[0], rest, span_of(c))

    def later(self, c: list[Child]) -> ast.DayShift:
        return ast.DayShift(c[0], "later", c[2], span_of(c))

    def earlier(self, c: list[Child]) -> ast.DayShift:
        return ast.DayShift(c[0], "earlier", c[2], span_of(c))

    def share(self, c: list[Child]) -> ast.Share:
        return ast.Share(c[0], c[2], raised=False, span=span_of(c))

    def raised(self, c: list[Child]) -> ast.Share:
        return ast.Share(c[0], c[2], raised=True, span=span_of(c))

    def year_of(self, c: list[Child]) -> ast.YearOf:
        return ast.YearOf(c[0], span_of(c))

    def ref(self, c: list[Child]) -> ast.Ref:
        return ast.Ref(ident(c[0]), span_of(c))

    def date(self, c: list[Child]) -> ast.DateLiteral:
        year, month, day = digits(c[0])
        try:
            return ast.DateLiteral(date(year, month, day), span_of(c))
        except ValueError:
            return ast.DateLiteral(None, span_of(c))

    def as_of(self, c: list[Child]) -> ast.Moment:
        return ast.Moment("as_of", span_of(c))

    def this_year(self, c: list[Child]) -> ast.Moment:
        return ast.Moment("this_year", span_of(c))

    def last_year(self, c: list[Child]) -> ast.YearView:
        return ast.YearView("last_year", c[1], span_of(c))

    def assessed_year(self, c: list[Child]) -> ast.YearView:
        return ast.YearView("assessed_year", c[1], span_of(c))

    def parenthesis(self, c: list[Child]) -> ast.Parenthesis:
        return ast.Parenthesis(c[1], span_of(c))

    def counted(self, c: list[Child]) -> ast.Aggregate:
        kind: Literal["count", "exists"] = "count" if c[0].type == "COUNT" else "exists"
        where = next(iter(expressions_in(c)), None)
        return ast.Aggregate(kind, idents(c)[0], None, where, span_of(c))

    def total(self, c: list[Child]) -> ast.Aggregate:
        return self._over_field("total", c)

    def extreme(self, c: list[Child]) -> ast.Aggregate:
        return self._over_field(cast("Literal['earliest']", c[0].type.lower()), c)

    def extreme_day(self, c: list[Child]) -> ast.ExtremeDay:
        return ast.ExtremeDay(cast("Literal['earliest']", c[0].type.lower()), tuple(expressions_in(c)), span_of(c))

    def _over_field(
        self, kind: Literal["total", "earliest", "latest", "least", "most"], c: list[Child]
    ) -> ast.Aggregate:
        names = idents(c)
        field = names[1] if len(names) > 1 else None
        return ast.Aggregate(kind, names[0], field, next(iter(expressions_in(c)), None), span_of(c))

    def in_period(self, c: list[Child]) -> ast.InPeriod:
        return ast.InPeriod(c[0], span_of(c))

    def amount(self, c: list[Child]) -> ast.Amount:
        return cast("ast.Amount", c[0])

    def cap(self, c: list[Child]) -> ast.Cap:
        return ast.Cap(c[1], span_of(c))

    def range(self, c: list[Child]) -> ast.Between:
        return ast.Between(c[0], c[2], span_of(c))

    def unstated(self, c: list[Child]) -> ast.Unstated:
        return ast.Unstated(span=span_of(c))

    def per_document(self, c: list[Child]) -> ast.Unstated:
        return ast.Unstated(c[1].text, span_of(c))


def quantity_of(c: list[Child]) -> ast.Quantity:
    """A number, in digits or Chinese numerals, with its unit."""
    text = str(c[0])
    chinese = chinese_number(text)
    number = Fraction(chinese) if chinese is not None and not text.isascii() else Fraction(text)
    return ast.Quantity(number, str(c[1]) if len(c) > 1 else None, span_of(c))
