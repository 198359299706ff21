"""Grammar rules to surface nodes: one method for each rule or alias of ``grammar/policy.lark``, in its order.

The parser calls the method named like the rule with the rule's children: tokens and the nodes already built.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeVar, cast

from lark import Token

from policylang.measure.citation import Citation, chinese_number
from policylang.source.text import Span
from policylang.syntax import ast

Child = Any
Node = TypeVar("Node")


def _span(children: list[Child]) -> Span:
    first, last = children[0], children[-1]
    start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
    end = last.end_pos or 0 if isinstance(last, Token) else last.span.end
    return Span(start, end)


def _tight(children: list[Child]) -> Span:
    """The span without the line ends and block marks around it."""
    kept = [c for c in children if not (isinstance(c, Token) and c.type in {"NEWLINE", "INDENT", "DEDENT", "COLON"})]
    return _span(kept or children)


def _token(children: list[Child], *kinds: str) -> Token | None:
    return next((c for c in children if isinstance(c, Token) and c.type in kinds), None)


def _idents(children: list[Child], kind: str = "NAME") -> tuple[ast.Ident, ...]:
    return tuple(_ident(c) for c in children if isinstance(c, Token) and c.type == kind)


def _ident(token: Token) -> ast.Ident:
    return ast.Ident(str(token), Span(token.start_pos or 0, token.end_pos or 0))


def _text(token: Token) -> ast.Text:
    return ast.Text(str(token)[1:-1], Span(token.start_pos or 0, token.end_pos or 0))


def _texts(children: list[Child]) -> tuple[ast.Text, ...]:
    return tuple(_text(c) for c in children if isinstance(c, Token) and c.type == "STRING")


def _nodes(children: list[Child], *kinds: type[Node]) -> tuple[Node, ...]:
    return tuple(c for c in children if isinstance(c, kinds))


def _exprs(children: list[Child]) -> list[Child]:
    return [c for c in children if not isinstance(c, Token)]


def _digits(text: str) -> list[int]:
    parts, current = [], ""
    for character in text + " ":
        if character.isdigit():
            current += str(int(character))
        elif current:
            parts.append(int(current))
            current = ""
    return parts


_SERIES: dict[str, Literal["year", "quarter", "month"]] = {
    "YEARLY": "year", "QUARTERLY": "quarter", "MONTHLY": "month",
}  # fmt: skip
_TESTS: dict[str, ast.Comparator] = {
    "OR_MORE": "ge", "OR_LESS": "le", "WITHIN": "le", "AT_LEAST": "ge", "AT_MOST": "le",
    "MORE_THAN": "gt", "LESS_THAN": "lt", "BEFORE": "before", "NOT_BEFORE": "not_before",
    "AFTER": "after", "NOT_AFTER": "not_after",
}  # fmt: skip


class Builder:
    """The callbacks of the parser; it holds no state."""

    # blocks

    def block(self, c: list[Child]) -> ast.Block:
        return cast("ast.Block", c[0])

    def head(self, c: list[Child]) -> ast.Head:
        title = str(_token(c, "DOCUMENT"))[1:-1]
        lines = tuple(x for x in c if isinstance(x, tuple))
        return ast.Head(_idents(c)[0], title, lines, _span([c[0], c[2]]))

    def head_line(self, c: list[Child]) -> tuple[str, str]:
        value = c[2]
        return c[0].type.lower(), (str(value)[1:-1] if value.type == "STRING" else str(value))

    def name(self, c: list[Child]) -> ast.Named:
        names = _idents(c)
        return ast.Named(names[0], names[1] if len(names) > 1 else None)

    def chapter(self, c: list[Child]) -> ast.Chapter:
        title = _token(c, "TITLE")
        return ast.Chapter(_ident(c[0]), str(title or ""), _tight(c))

    def facts(self, c: list[Child]) -> ast.Facts:
        return ast.Facts(_nodes(c, ast.Fact, ast.Constraint), _span(c[:1]))

    def fact(self, c: list[Child]) -> ast.Fact:
        series = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        kind = _nodes(c, ast.TypeExpr)[0]
        clauses = _nodes(c, ast.Clause)
        return ast.Fact(
            c[0], cast("Any", series), kind, clauses, _nodes(c, ast.Fact), _span([c[0], kind])
        )

    def constraint(self, c: list[Child]) -> ast.Constraint:
        return ast.Constraint(c[1], _tight(c))

    def series(self, c: list[Child]) -> str:
        return _SERIES[c[0].type]

    def boolean(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("boolean", span=_span(c))

    def quantity(self, c: list[Child]) -> ast.TypeExpr | ast.Quantity:
        if c[0].type == "QUANTITY":
            return ast.TypeExpr("quantity", unit=str(c[2]), span=_span(c))
        return _quantity(c)

    def money(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("money", span=_span(c))

    def day(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("day", span=_span(c))

    def text(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("text", span=_span(c))

    def one_of(self, c: list[Child]) -> ast.TypeExpr:
        options, ordered = c[2]
        return ast.TypeExpr("one_of", options, ordered, span=_span([c[0], c[-1]]))

    def some_of(self, c: list[Child]) -> ast.TypeExpr:
        options, ordered = c[2]
        return ast.TypeExpr("some_of", options, ordered, span=_span([c[0], c[-1]]))

    def records(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("records", unit=str(c[2]), span=_span(c))

    def options(self, c: list[Child]) -> tuple[tuple[ast.Named, ...], bool]:
        return _nodes(c, ast.Named), _token(c, "GT") is not None

    def document(self, c: list[Child]) -> ast.Text:
        return ast.Text(str(c[0])[1:-1] if c[0].type == "STRING" else str(c[0]), _span(c))

    def bodies(self, c: list[Child]) -> tuple[ast.Ident, ...]:
        return _idents(c)

    def source_verb(self, c: list[Child]) -> ast.Ident:
        return ast.Ident(c[0].type.lower(), _span(c))

    def _bodies_clause(self, kind: str, c: list[Child]) -> ast.Clause:
        bodies = next(x for x in c if isinstance(x, tuple))
        return ast.Clause(kind, names=bodies, span=Span(_span(c[:1]).start, bodies[-1].span.end))

    def stated_by(self, c: list[Child]) -> ast.Clause:
        clause = self._bodies_clause("by", c)
        verb = ast.Text(c[3].text, c[3].span)
        return ast.Clause("by", names=clause.names, texts=(verb,), span=Span(clause.span.start, verb.span.end))

    def documented(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("documented", texts=_nodes(c, ast.Text), span=_span(c[1:]))

    def external(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("external", texts=_nodes(c, ast.Text), span=_span(c[1:]))

    def default(self, c: list[Child]) -> ast.Clause:
        value = c[2]
        if value.type == "NAME":
            return ast.Clause("default", names=(_ident(value),), span=_span(c[1:]))
        return ast.Clause("default", texts=(ast.Text(value.type.lower(), _span([value])),), span=_span(c[1:]))

    def null_means(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("null_means", names=_idents(c), span=_span(c[1:]))

    def question(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("question", texts=_texts(c), span=_span(c[1:]))

    def outcomes(self, c: list[Child]) -> ast.Outcomes:
        return ast.Outcomes(_nodes(c, ast.Outcome), _span(c[:1]))

    def outcome(self, c: list[Child]) -> ast.Outcome:
        kind, options, ordered, span = c[2]
        clauses = _nodes(c, ast.Clause)
        return ast.Outcome(c[0], kind, options, ordered, clauses, Span(c[0].span.start, span.end))

    def _kind(self, kind: str, c: list[Child]) -> tuple[str, tuple[ast.Named, ...], bool, Span]:
        options, ordered = next((x for x in c if isinstance(x, tuple)), ((), False))
        return kind, options, ordered, _span(c[:1])

    def in_force(self, c: list[Child]) -> Any:
        return self._kind("in_force", c)

    def condition_kind(self, c: list[Child]) -> Any:
        return self._kind("condition", c)

    def grade_kind(self, c: list[Child]) -> Any:
        return self._kind("grade", c)

    def status_kind(self, c: list[Child]) -> Any:
        return self._kind("status", c)

    def money_kind(self, c: list[Child]) -> Any:
        return self._kind("money", c)

    # clauses of outcomes and statements

    def _clause(self, kind: str, c: list[Child]) -> ast.Clause:
        """A clause after its comma: names, texts, citations and an expression, whichever it has."""
        rest = c[2:]
        names = tuple(x for part in rest if isinstance(part, tuple) for x in part) or _idents(rest)
        texts = _texts(rest) + _nodes(rest, ast.Text)
        citations = tuple(
            Citation.parse(str(x)) or Citation(str(x), (str(x),)) for x in rest
            if isinstance(x, Token) and x.type == "CITATION"
        )  # fmt: skip
        plain = [x for x in _exprs(rest) if not isinstance(x, (tuple, ast.Text))]
        flat = [y for x in c[1:] for y in (x if isinstance(x, tuple) else (x,))]
        return ast.Clause(kind, names, texts, plain[0] if plain else None, citations, _span(flat))

    def yearly(self, c: list[Child]) -> ast.Clause:
        return self._clause("yearly", c)

    def of_the_day(self, c: list[Child]) -> ast.Clause:
        return self._clause("of_the_day", c)

    def once(self, c: list[Child]) -> ast.Clause:
        return self._clause("once", c)

    def since(self, c: list[Child]) -> ast.Clause:
        return self._clause("since", c)

    def in_force_only(self, c: list[Child]) -> ast.Clause:
        return self._clause("in_force_only", c)

    def each(self, c: list[Child]) -> ast.Clause:
        return self._clause("each", c)

    def paid_by(self, c: list[Child]) -> ast.Clause:
        return self._clause("paid_by", c)

    def paid_from(self, c: list[Child]) -> ast.Clause:
        return self._clause("paid_from", c)

    def paid_next_year(self, c: list[Child]) -> ast.Clause:
        return self._clause("paid_next_year", c)

    def not_with(self, c: list[Child]) -> ast.Clause:
        return self._clause("not_with", c)

    def decided_as(self, c: list[Child]) -> ast.Clause:
        return self._clause("decided_as", c)

    def when(self, c: list[Child]) -> ast.Clause:
        return self._clause("when", c)

    def otherwise(self, c: list[Child]) -> ast.Clause:
        return self._clause("otherwise", c)

    def overrides(self, c: list[Child]) -> ast.Clause:
        return self._clause("overrides", c)

    def exception_to(self, c: list[Child]) -> ast.Clause:
        return self._clause("exception_to", c)

    def consequence(self, c: list[Child]) -> ast.Clause:
        return self._clause("consequence", c)

    def obliged(self, c: list[Child]) -> ast.Clause:
        return self._clause("obliged", c)

    def done_on(self, c: list[Child]) -> ast.Clause:
        return self._clause("done_on", c)

    def first_part_free(self, c: list[Child]) -> ast.Clause:
        return self._clause("first_part_free", c)

    def applies(self, c: list[Child]) -> ast.Clause:
        return self._clause("applies", c)

    def compounding(self, c: list[Child]) -> ast.Clause:
        return self._clause("compounding", c)

    # articles and statements

    def article(self, c: list[Child]) -> ast.Section:
        return self._section(c)

    def paragraph(self, c: list[Child]) -> ast.Section:
        return self._section(c)

    def _section(self, c: list[Child]) -> ast.Section:
        title = _token(c, "TITLE")
        marker = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        kinds = (
            ast.Section, ast.Definition, ast.Requirement, ast.Rule, ast.Table, ast.Assessed, ast.Duty,
            ast.Deadline, ast.Warn, ast.Reading, ast.Quota, ast.Note,
        )  # fmt: skip
        items = tuple(x for x in c if isinstance(x, kinds))
        return ast.Section(_ident(c[0]), str(title or "").strip(), marker, items, _span(c[:1]))

    def item(self, c: list[Child]) -> Any:
        return c[0]

    def marker(self, c: list[Child]) -> str:
        return str(c[1].type).lower()

    def definition(self, c: list[Child]) -> ast.Definition:
        exprs = [x for x in _exprs(c[2:]) if not isinstance(x, (ast.Named, tuple))]
        missing = exprs[1] if _token(c, "IF_MISSING") is not None else None
        changes = tuple(x for x in c if isinstance(x, tuple))
        return ast.Definition(c[1], exprs[0], missing, changes, _tight([x for x in c if not isinstance(x, tuple)]))

    def change(self, c: list[Child]) -> tuple[ast.DateLiteral, ast.Expr]:
        return self.date(c[2:3]), c[4]

    def requirement(self, c: list[Child]) -> ast.Requirement:
        force: Literal["must", "normally"] = "must" if c[1].type == "MUST_HAVE" else "normally"
        limbs = next((x for x in c if isinstance(x, tuple)), None)
        if limbs is None:
            limbs = (ast.Limb(None, None, c[3], None, c[3].span),)
        return ast.Requirement(_ident(c[0]), force, limbs, _span(c[:2]))

    def rule(self, c: list[Child]) -> ast.Rule:
        verbs: dict[str, Literal["is", "grants", "may_grant"]]
        verbs = {"IS": "is", "GRANT": "grants", "MAY_GRANT": "may_grant"}
        return ast.Rule(_ident(c[0]), verbs[c[1].type], c[2], _with_group(c), _tight(c))

    def unregulated(self, c: list[Child]) -> ast.Rule:
        return ast.Rule(_ident(c[0]), "unregulated", None, _with_group(c), _tight(c))

    def table(self, c: list[Child]) -> ast.Table:
        verb: Literal["is", "grants", "may_grant"] = "is"
        if _token(c, "GRANT"):
            verb = "grants"
        elif _token(c, "MAY_GRANT"):
            verb = "may_grant"
        rows = tuple(x for x in c if isinstance(x, tuple))
        when = next((x for x in _exprs(c) if not isinstance(x, tuple)), None)
        return ast.Table(_ident(c[0]), verb, when, rows, _span(c[:2]))

    def row(self, c: list[Child]) -> tuple[ast.Cell, ...]:
        return _nodes(c, ast.Cell)

    def cell(self, c: list[Child]) -> ast.Cell:
        if not c or _token(c, "ANY"):
            return ast.Cell(span=_span(c) if c else ast.NOWHERE)
        span = _span(c)
        tests = _nodes(c, ast.Test)
        if _token(c, "UNSTATED"):
            return ast.Cell(value=ast.Unstated(span=span), span=span)
        if _token(c, "TO"):
            return ast.Cell(value=ast.Between(c[0], c[2], span), span=span)
        return ast.Cell(tests, None if tests else c[0], span)

    def assessed(self, c: list[Child]) -> ast.Assessed:
        return ast.Assessed(_ident(c[0]), c[2], _idents(c)[-1], _tight([c[0], _token(c[1:], "NAME")]))

    def duty(self, c: list[Child]) -> ast.Duty:
        series = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        condition = next(x for x in _exprs(c[3:]) if not isinstance(x, str))
        return ast.Duty(c[1], cast("Any", series), condition, _with_group(c), _span([c[0], condition]))

    def deadline(self, c: list[Child]) -> ast.Deadline:
        return ast.Deadline(c[1], c[3], _with_group(c), _span([c[0], c[3]]))

    def within(self, c: list[Child]) -> ast.Due:
        return ast.Due("within", c[0], c[2], span=_span(c))

    def after(self, c: list[Child]) -> ast.Due:
        return ast.Due("after", c[0], c[3], span=_span(c))

    def by_day(self, c: list[Child]) -> ast.Due:
        month, day = _digits(c[1])
        kind: Literal["this_year", "next_year"] = "this_year" if c[0].type == "THIS_YEAR" else "next_year"
        return ast.Due(kind, month_day=(month, day), span=_span(c))

    def warning(self, c: list[Child]) -> ast.Warn:
        return ast.Warn(c[1], _texts(c)[0], _with_group(c), _tight(c))

    def reading(self, c: list[Child]) -> ast.Reading:
        return ast.Reading(c[1], _texts(c)[0], _nodes(c, ast.Option), _span(c[:2]))

    def option(self, c: list[Child]) -> ast.Option:
        return ast.Option(c[1], _texts(c)[0], c[0].type == "ADOPTED", _tight(c))

    def quota(self, c: list[Child]) -> ast.Quota:
        clauses = _nodes(c, ast.Clause)
        force: Literal["must", "normally"] = "normally" if _token(c, "NORMALLY") else "must"
        return ast.Quota(c[1], force, clauses[0], clauses[1:], _span([c[0], clauses[0]]))

    def at_most(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("at_most", expr=c[1], span=_span(c))

    def about(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("about", expr=c[1], span=_span(c))

    def counting(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("counting", expr=c[2], span=_tight(c))

    def adding(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("adding", names=_idents(c), span=_tight(c))

    def summing(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("summing", names=_idents(c), span=_tight(c))

    def per(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("per", names=_idents(c), span=_tight(c))

    def except_for(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("except", expr=c[2], span=_tight(c))

    def note(self, c: list[Child]) -> ast.Note:
        return ast.Note(_texts(c)[0], _tight(c))

    def group(self, c: list[Child]) -> ast.Group:
        kind: Literal["all", "any"] = "all" if c[0].type == "ALL_OF" else "any"
        return ast.Group(kind, c[2], _span(c[:1]))

    def limbs(self, c: list[Child]) -> tuple[ast.Limb, ...]:
        return _nodes(c, ast.Limb)

    def limb(self, c: list[Child]) -> ast.Limb:
        label = _token(c, "LABEL")
        gist = _token(c, "STRING")
        exprs = _exprs(c)
        applies = exprs[1] if len(exprs) > 1 else None
        return ast.Limb(
            _ident(label) if label else None, _text(gist) if gist else None, exprs[0], applies, _tight(c)
        )

    # expressions

    def either(self, c: list[Child]) -> ast.Logic:
        return ast.Logic("any", tuple(_exprs(c)), _span(c))

    def both(self, c: list[Child]) -> ast.Logic:
        return ast.Logic("all", tuple(_exprs(c)), _span(c))

    def negation(self, c: list[Child]) -> ast.Not:
        return ast.Not(c[1], _span(c))

    def consecutive(self, c: list[Child]) -> ast.Consecutive:
        return ast.Consecutive(c[1], c[2], _span(c))

    def any_year(self, c: list[Child]) -> ast.AnyYear:
        return ast.AnyYear(c[1], _span(c))

    def equals(self, c: list[Child]) -> ast.Equals:
        return ast.Equals(c[0], c[2], negated=False, span=_span(c))

    def differs(self, c: list[Child]) -> ast.Equals:
        return ast.Equals(c[0], c[2], negated=True, span=_span(c))

    def belongs(self, c: list[Child]) -> ast.Belongs:
        exprs = _exprs(c)
        return ast.Belongs(exprs[0], tuple(exprs[1:]), _span(c))

    def includes(self, c: list[Child]) -> ast.Includes:
        return ast.Includes(c[0], c[2], _span(c))

    def read_as(self, c: list[Child]) -> ast.ReadAs:
        return ast.ReadAs(c[0], _ident(c[2]), _span(c))

    def is_due(self, c: list[Child]) -> ast.IsDue:
        return ast.IsDue(c[0], _span(c))

    def compares(self, c: list[Child]) -> ast.Compare:
        return ast.Compare(c[0], c[1], _span(c))

    def test(self, c: list[Child]) -> ast.Test:
        word = next(x for x in c if isinstance(x, Token))
        return ast.Test(_TESTS[word.type], _exprs(c)[0], _span(c))

    def string(self, c: list[Child]) -> ast.Text:
        return _text(c[0])

    def yes(self, c: list[Child]) -> ast.YesNo:
        return ast.YesNo(value=True, span=_span(c))

    def no(self, c: list[Child]) -> ast.YesNo:
        return ast.YesNo(value=False, span=_span(c))

    def arithmetic(self, c: list[Child]) -> ast.Arithmetic:
        names: dict[str, Literal["add", "sub", "mul"]] = {"PLUS": "add", "MINUS": "sub", "TIMES": "mul"}
        rest = tuple((names[c[i].type], c[i + 1]) for i in range(1, len(c), 2))
        return ast.Arithmetic(c[0], rest, _span(c))

    def later(self, c: list[Child]) -> ast.DayShift:
        return ast.DayShift(c[0], "later", c[2], _span(c))

    def earlier(self, c: list[Child]) -> ast.DayShift:
        return ast.DayShift(c[0], "earlier", c[2], _span(c))

    def share(self, c: list[Child]) -> ast.Share:
        return ast.Share(c[0], c[2], raised=False, span=_span(c))

    def raised(self, c: list[Child]) -> ast.Share:
        return ast.Share(c[0], c[2], raised=True, span=_span(c))

    def year_of(self, c: list[Child]) -> ast.YearOf:
        return ast.YearOf(c[0], _span(c))

    def ref(self, c: list[Child]) -> ast.Ref:
        return ast.Ref(_ident(c[0]), _span(c))

    def date(self, c: list[Child]) -> ast.DateLiteral:
        year, month, day = _digits(c[0])
        try:
            return ast.DateLiteral(date(year, month, day), _span(c))
        except ValueError:
            return ast.DateLiteral(None, _span(c))

    def as_of(self, c: list[Child]) -> ast.Moment:
        return ast.Moment("as_of", _span(c))

    def this_year(self, c: list[Child]) -> ast.Moment:
        return ast.Moment("this_year", _span(c))

    def last_year(self, c: list[Child]) -> ast.YearView:
        return ast.YearView("last_year", c[1], _span(c))

    def assessed_year(self, c: list[Child]) -> ast.YearView:
        return ast.YearView("assessed_year", c[1], _span(c))

    def parenthesis(self, c: list[Child]) -> ast.Parenthesis:
        return ast.Parenthesis(c[1], _span(c))

    def counted(self, c: list[Child]) -> ast.Aggregate:
        kind: Literal["count", "exists"] = "count" if c[0].type == "COUNT" else "exists"
        where = next(iter(_exprs(c)), None)
        return ast.Aggregate(kind, _idents(c)[0], None, where, _span(c))

    def total(self, c: list[Child]) -> ast.Aggregate:
        names = _idents(c)
        return ast.Aggregate("total", names[0], names[1], next(iter(_exprs(c)), None), _span(c))

    def amount(self, c: list[Child]) -> ast.Amount:
        return cast("ast.Amount", c[0])

    def cap(self, c: list[Child]) -> ast.Cap:
        return ast.Cap(c[1], _span(c))

    def range(self, c: list[Child]) -> ast.Between:
        return ast.Between(c[0], c[2], _span(c))

    def unstated(self, c: list[Child]) -> ast.Unstated:
        return ast.Unstated(span=_span(c))

    def per_document(self, c: list[Child]) -> ast.Unstated:
        return ast.Unstated(str(c[1]), _span(c))


def _quantity(c: list[Child]) -> ast.Quantity:
    text = str(c[0])
    chinese = chinese_number(text)
    number = Fraction(chinese) if chinese is not None and not text.isascii() else Fraction(text)
    return ast.Quantity(number, str(c[1]) if len(c) > 1 else None, _span(c))


def _with_group(c: list[Child]) -> tuple[ast.Clause, ...]:
    """The clauses of a statement, the list of limbs at its end among them."""
    clauses = _nodes(c, ast.Clause)
    groups = _nodes(c, ast.Group)
    return (*clauses, *(ast.Clause("when", expr=group, span=group.span) for group in groups))
