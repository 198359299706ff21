"""Grammar rules to surface nodes: one method for each rule or alias of ``grammar/policy.lark``, in its order.

The parser calls the method named like the rule with the rule's children: tokens and the nodes already built.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from lark import Token

from policylang.measure.citation import Citation
from policylang.source.text import Span
from policylang.syntax import ast
from policylang.syntax.children import (
    Child,
    digits,
    expressions_in,
    ident,
    idents,
    nodes,
    span_of,
    text_of,
    texts,
    tight,
    token_of,
)
from policylang.syntax.expression_builder import ExpressionBuilder, quantity_of

_SERIES: dict[str, Literal["year", "quarter", "month"]] = {
    "YEARLY": "year", "QUARTERLY": "quarter", "MONTHLY": "month",
}  # fmt: skip


class Builder(ExpressionBuilder):
    """The callbacks of the parser; it holds no state."""

    # blocks

    def block(self, c: list[Child]) -> ast.Block:
        return cast("ast.Block", c[0])

    def head(self, c: list[Child]) -> ast.Head:
        title = str(token_of(c, "DOCUMENT"))[1:-1]
        lines = tuple(x for x in c if isinstance(x, tuple))
        return ast.Head(idents(c)[0], title, lines, span_of([c[0], c[2]]))

    def head_line(self, c: list[Child]) -> tuple[str, str]:
        value = c[2]
        return c[0].type.lower(), (str(value)[1:-1] if value.type == "STRING" else str(value))

    def name(self, c: list[Child]) -> ast.Named:
        names = idents(c)
        return ast.Named(names[0], names[1] if len(names) > 1 else None)

    def chapter(self, c: list[Child]) -> ast.Chapter:
        title = token_of(c, "TITLE")
        return ast.Chapter(ident(c[0]), str(title or ""), tight(c))

    def facts(self, c: list[Child]) -> ast.Facts:
        return ast.Facts(nodes(c, ast.Fact, ast.Constraint), span_of(c[:1]))

    def fact(self, c: list[Child]) -> ast.Fact:
        series = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        kind = nodes(c, ast.TypeExpr)[0]
        clauses = nodes(c, ast.Clause)
        return ast.Fact(
            c[0], cast("Any", series), kind, clauses, nodes(c, ast.Fact), span_of([c[0], kind])
        )

    def constraint(self, c: list[Child]) -> ast.Constraint:
        return ast.Constraint(c[1], tight(c))

    def series(self, c: list[Child]) -> str:
        return _SERIES[c[0].type]

    def boolean(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("boolean", span=span_of(c))

    def quantity(self, c: list[Child]) -> ast.TypeExpr | ast.Quantity:
        if c[0].type == "QUANTITY":
            return ast.TypeExpr("quantity", unit=str(c[2]), span=span_of(c))
        return quantity_of(c)

    def money(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("money", span=span_of(c))

    def day(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("day", span=span_of(c))

    def text(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("text", span=span_of(c))

    def one_of(self, c: list[Child]) -> ast.TypeExpr:
        options, ordered = c[2]
        return ast.TypeExpr("one_of", options, ordered, span=span_of([c[0], c[-1]]))

    def some_of(self, c: list[Child]) -> ast.TypeExpr:
        options, ordered = c[2]
        return ast.TypeExpr("some_of", options, ordered, span=span_of([c[0], c[-1]]))

    def records(self, c: list[Child]) -> ast.TypeExpr:
        return ast.TypeExpr("records", unit=str(c[2]), span=span_of(c))

    def options(self, c: list[Child]) -> tuple[tuple[ast.Named, ...], bool]:
        return nodes(c, ast.Named), token_of(c, "GT") is not None

    def document(self, c: list[Child]) -> ast.Text:
        return ast.Text(str(c[0])[1:-1] if c[0].type == "STRING" else str(c[0]), span_of(c))

    def bodies(self, c: list[Child]) -> tuple[ast.Ident, ...]:
        return idents(c)

    def source_verb(self, c: list[Child]) -> ast.Ident:
        return ast.Ident(c[0].type.lower(), span_of(c))

    def _bodies_clause(self, kind: str, c: list[Child]) -> ast.Clause:
        bodies = next(x for x in c if isinstance(x, tuple))
        return ast.Clause(kind, names=bodies, span=Span(span_of(c[:1]).start, bodies[-1].span.end))

    def stated_by(self, c: list[Child]) -> ast.Clause:
        clause = self._bodies_clause("by", c)
        verb = ast.Text(c[3].text, c[3].span)
        return ast.Clause("by", names=clause.names, texts=(verb,), span=Span(clause.span.start, verb.span.end))

    def documented(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("documented", texts=nodes(c, ast.Text), span=span_of(c[1:]))

    def external(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("external", texts=nodes(c, ast.Text), span=span_of(c[1:]))

    def default(self, c: list[Child]) -> ast.Clause:
        value = c[2]
        if value.type == "NAME":
            return ast.Clause("default", names=(ident(value),), span=span_of(c[1:]))
        return ast.Clause("default", texts=(ast.Text(value.type.lower(), span_of([value])),), span=span_of(c[1:]))

    def null_means(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("null_means", names=idents(c), span=span_of(c[1:]))

    def question(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("question", texts=texts(c), span=span_of(c[1:]))

    def outcomes(self, c: list[Child]) -> ast.Outcomes:
        return ast.Outcomes(nodes(c, ast.Outcome), span_of(c[:1]))

    def outcome(self, c: list[Child]) -> ast.Outcome:
        kind, options, ordered, span = c[2]
        clauses = nodes(c, ast.Clause)
        return ast.Outcome(c[0], kind, options, ordered, clauses, Span(c[0].span.start, span.end))

    def _kind(self, kind: str, c: list[Child]) -> tuple[str, tuple[ast.Named, ...], bool, Span]:
        options, ordered = next((x for x in c if isinstance(x, tuple)), ((), False))
        return kind, options, ordered, span_of(c[:1])

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
        names = tuple(x for part in rest if isinstance(part, tuple) for x in part) or idents(rest)
        quoted = texts(rest) + nodes(rest, ast.Text)
        citations = tuple(
            Citation.parse(str(x)) or Citation(str(x), (str(x),)) for x in rest
            if isinstance(x, Token) and x.type == "CITATION"
        )  # fmt: skip
        plain = [x for x in expressions_in(rest) if not isinstance(x, (tuple, ast.Text))]
        flat = [y for x in c[1:] for y in (x if isinstance(x, tuple) else (x,))]
        return ast.Clause(kind, names, quoted, plain[0] if plain else None, citations, span_of(flat))

    def yearly(self, c: list[Child]) -> ast.Clause:
        return self._clause("yearly", c)

    def of_the_day(self, c: list[Child]) -> ast.Clause:
        return self._clause("of_the_day", c)

    def once(self, c: list[Child]) -> ast.Clause:
        return self._clause("once", c)

    def since(self, c: list[Child]) -> ast.Clause:
        return self._clause("since", c)

    def until(self, c: list[Child]) -> ast.Clause:
        return self._clause("until", c)

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

    def repaid_by(self, c: list[Child]) -> ast.Clause:
        return self._clause("repaid_by", c)

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

    def see(self, c: list[Child]) -> ast.Clause:
        return self._clause("see", c)

    # articles and statements

    def article(self, c: list[Child]) -> ast.Section:
        return self._section(c)

    def paragraph(self, c: list[Child]) -> ast.Section:
        return self._section(c)

    def _section(self, c: list[Child]) -> ast.Section:
        title = token_of(c, "TITLE")
        marker = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        kinds = (
            ast.Section, ast.Definition, ast.Requirement, ast.Rule, ast.Table, ast.Assessed, ast.Duty,
            ast.Deadline, ast.Warn, ast.Reading, ast.Quota, ast.Forecast, ast.Note,
        )  # fmt: skip
        items = tuple(x for x in c if isinstance(x, kinds))
        return ast.Section(ident(c[0]), str(title or "").strip(), marker, items, span_of(c[:1]))

    def item(self, c: list[Child]) -> Any:
        return c[0]

    def marker(self, c: list[Child]) -> str:
        return str(c[1].type).lower()

    def definition(self, c: list[Child]) -> ast.Definition:
        exprs = [x for x in expressions_in(c[2:]) if not isinstance(x, (ast.Named, tuple))]
        changes = tuple(x for x in c if isinstance(x, tuple))
        when = exprs.pop() if token_of(c, "WHEN") is not None else None
        return ast.Definition(c[1], exprs[0], tuple(exprs[1:]), changes, when, tight([x for x in c if not isinstance(x, tuple)]))

    def change(self, c: list[Child]) -> tuple[ast.DateLiteral, ast.Expr]:
        return self.date(c[2:3]), c[4]

    def requirement(self, c: list[Child]) -> ast.Requirement:
        force: Literal["must", "normally"] = "must" if c[1].type == "MUST_HAVE" else "normally"
        limbs = next((x for x in c if isinstance(x, tuple)), None)
        exprs = [x for x in expressions_in(c) if not isinstance(x, tuple)]
        strict = exprs.pop(0) if token_of(c, "STRICT_IF") is not None else None
        if limbs is None:
            limbs = (ast.Limb(None, None, exprs[0], None, exprs[0].span),)
        return ast.Requirement(ident(c[0]), force, limbs, strict, span_of(c[:2]))

    def rule(self, c: list[Child]) -> ast.Rule:
        verbs: dict[str, Literal["is", "grants", "may_grant"]]
        verbs = {"IS": "is", "GRANT": "grants", "MAY_GRANT": "may_grant"}
        return ast.Rule(ident(c[0]), verbs[c[1].type], c[2], _with_group(c), tight(c))

    def unregulated(self, c: list[Child]) -> ast.Rule:
        return ast.Rule(ident(c[0]), "unregulated", None, _with_group(c), tight(c))

    def denial(self, c: list[Child]) -> ast.Rule:
        return ast.Rule(ident(c[0]), "denies", None, _with_group(c), tight(c))

    def table(self, c: list[Child]) -> ast.Table:
        verb: Literal["is", "grants", "may_grant"] = "is"
        if token_of(c, "GRANT"):
            verb = "grants"
        elif token_of(c, "MAY_GRANT"):
            verb = "may_grant"
        rows = tuple(x for x in c if isinstance(x, tuple))
        when = next((x for x in expressions_in(c) if not isinstance(x, tuple)), None)
        return ast.Table(ident(c[0]), verb, when, rows, span_of(c[:2]))

    def row(self, c: list[Child]) -> tuple[ast.Cell, ...]:
        return nodes(c, ast.Cell)

    def cell(self, c: list[Child]) -> ast.Cell:
        if not c or token_of(c, "ANY"):
            return ast.Cell(span=span_of(c) if c else ast.NOWHERE)
        span = span_of(c)
        tests = nodes(c, ast.Test)
        if token_of(c, "UNSTATED"):
            return ast.Cell(value=ast.Unstated(span=span), span=span)
        if token_of(c, "TO"):
            return ast.Cell(value=ast.Between(c[0], c[2], span), span=span)
        return ast.Cell(tests, None if tests else c[0], span)

    def assessed(self, c: list[Child]) -> ast.Assessed:
        return ast.Assessed(ident(c[0]), c[2], idents(c)[-1], tight([c[0], token_of(c[1:], "NAME")]))

    def duty(self, c: list[Child]) -> ast.Duty:
        series = next((x for x in c if isinstance(x, str) and not isinstance(x, Token)), None)
        condition = next(x for x in expressions_in(c[3:]) if not isinstance(x, str))
        return ast.Duty(c[1], cast("Any", series), condition, _with_group(c), span_of([c[0], condition]))

    def deadline(self, c: list[Child]) -> ast.Deadline:
        return ast.Deadline(c[1], c[3], _with_group(c), span_of([c[0], c[3]]))

    def within(self, c: list[Child]) -> ast.Due:
        return ast.Due("within", c[0], c[2], span=span_of(c))

    def after(self, c: list[Child]) -> ast.Due:
        return ast.Due("after", c[0], c[3], span=span_of(c))

    def by_day(self, c: list[Child]) -> ast.Due:
        month, day = digits(c[1])
        kind: Literal["this_year", "next_year"] = "this_year" if c[0].type == "THIS_YEAR" else "next_year"
        return ast.Due(kind, month_day=(month, day), span=span_of(c))

    def by_date(self, c: list[Child]) -> ast.Due:
        return ast.Due("date", c[0], span=span_of(c))

    def warning(self, c: list[Child]) -> ast.Warn:
        return ast.Warn(c[1], texts(c)[0], _with_group(c), tight(c))

    def reading(self, c: list[Child]) -> ast.Reading:
        return ast.Reading(c[1], texts(c)[0], nodes(c, ast.Option), span_of(c[:2]))

    def option(self, c: list[Child]) -> ast.Option:
        return ast.Option(c[1], texts(c)[0], c[0].type == "ADOPTED", tight(c))

    def quota(self, c: list[Child]) -> ast.Quota:
        clauses = nodes(c, ast.Clause)
        force: Literal["must", "normally"] = "normally" if token_of(c, "NORMALLY") else "must"
        return ast.Quota(c[1], force, clauses[0], clauses[1:], span_of([c[0], clauses[0]]))

    def at_most(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("at_most", expr=c[1], span=span_of(c))

    def about(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("about", expr=c[1], span=span_of(c))

    def counting(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("counting", expr=c[2], span=tight(c))

    def adding(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("adding", names=idents(c), span=tight(c))

    def summing(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("summing", names=idents(c), span=tight(c))

    def per(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("per", names=idents(c), span=tight(c))

    def except_for(self, c: list[Child]) -> ast.Clause:
        return ast.Clause("except", expr=c[2], span=tight(c))

    def forecast(self, c: list[Child]) -> ast.Forecast:
        return ast.Forecast(c[1], nodes(c, ast.Clause), span_of(c[:2]))

    def forecast_line(self, c: list[Child]) -> ast.Clause:
        when = next(iter(expressions_in(c[1:])), None)
        return ast.Clause("line", names=idents(c[:1]), expr=when, span=tight(c))

    def note(self, c: list[Child]) -> ast.Note:
        return ast.Note(texts(c)[0], tight(c))

    def group(self, c: list[Child]) -> ast.Group:
        kind: Literal["all", "any"] = "all" if c[0].type == "ALL_OF" else "any"
        return ast.Group(kind, c[2], span_of(c[:1]))

    def limbs(self, c: list[Child]) -> tuple[ast.Limb, ...]:
        return nodes(c, ast.Limb)

    def limb(self, c: list[Child]) -> ast.Limb:
        label = token_of(c, "LABEL")
        gist = token_of(c, "STRING")
        exprs = expressions_in(c)
        applies = exprs[1] if len(exprs) > 1 else None
        return ast.Limb(
            ident(label) if label else None, text_of(gist) if gist else None, exprs[0], applies, tight(c)
        )


def _with_group(c: list[Child]) -> tuple[ast.Clause, ...]:
    """The clauses of a statement, the list of limbs at its end among them."""
    clauses = nodes(c, ast.Clause)
    groups = nodes(c, ast.Group)
    return (*clauses, *(ast.Clause("when", expr=group, span=group.span) for group in groups))
