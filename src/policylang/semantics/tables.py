"""Decision tables: each row is a rule, each cell a test of its column, the last column the value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from policylang.semantics import ir
from policylang.semantics.statements import Statements
from policylang.semantics.types import ChoiceSet, Option
from policylang.source.span import Span
from policylang.syntax import ast

if TYPE_CHECKING:
    from policylang.semantics.expressions import Expressions, Typed


class Tables(Statements):
    """Resolves the decision tables that stand under one clause."""

    def table(self, written: ast.Table) -> None:
        """A decision table becomes one rule a row."""
        outcome = self._outcome(written.outcome)
        if outcome is None or not self._verb_fits(outcome, written.verb, written.span):
            return
        head, *rows = written.rows
        if len(head) < 2 or not rows:
            self._fault(
                "half-table", written.span, "表至少要有表头、一行情形和两列", "a table needs a head, a row and two columns",
                "第一行写事实名称，最后一列写结果", "name the facts in the first row; the last column is the result",
            )  # fmt: skip
            return
        last = head[-1].value
        if not (isinstance(last, ast.Ref) and last.name.text in (outcome.name, outcome.id)):
            self._fault(
                "half-table", head[-1].span, f"最后一列应为“{outcome.name}”", f"the last column must be “{outcome.id}”",
                "表的最后一列是结果", "the last column holds the result",
            )  # fmt: skip
            return
        resolver = self.expressions(outcome.each)
        columns = []
        for cell in head[:-1]:
            if cell.value is None or isinstance(cell.value, (ast.Cap, ast.Between, ast.Unstated)):
                self._fault(
                    "half-table", _place(head), "表头的每一格要写事实的名称", "every cell of the head names a fact",
                    "情形写在下面各行里", "the tests stand in the rows below",
                )  # fmt: skip
                return
            columns.append(resolver.expr(cell.value))
        shared = resolver.condition(written.when) if written.when is not None else None
        if any(c is None for c in columns) or (written.when is not None and shared is None):
            return
        for row in rows:
            if len(row) != len(head):
                self._fault(
                    "half-table", _place(row),
                    f"这一行有{len(row)}格，表头有{len(head)}格", f"this row has {len(row)} cells, the head {len(head)}",
                    "空着的格子也要用 | 隔开，或写“不限”", "keep empty cells between |, or write “any”",
                )  # fmt: skip
                continue
            self._row(outcome, written, [c for c in columns if c is not None], row, shared)

    def _row(
        self, outcome: ir.Outcome, written: ast.Table, columns: list[Typed], row: tuple[ast.Cell, ...],
        shared: ir.Expr | None,
    ) -> None:  # fmt: skip
        resolver = self.expressions(outcome.each)
        limbs = [] if shared is None else [ir.Limb(shared, span=written.span)]
        for column, cell in zip(columns, row, strict=False):
            for test in self._tests(resolver, column, cell):
                if test is None:
                    return
                limbs.append(ir.Limb(test[0], span=cell.span))
        result = row[-1]
        value: ast.Amount | None = result.value
        if [test.operator for test in result.tests] == ["le"]:
            value = ast.Cap(result.tests[0].right, result.span)
        span = _place(row)
        if value is None:
            self._fault(
                "half-table", span, "这一行没有写结果", "this row has no result",
                "最后一格写一个值，如“A级”“3万元”“不超过10万元”“5万元至20万元”",
                "the last cell holds a value: a level, a sum, at most a sum, or a sum to a sum",
            )  # fmt: skip
            return
        rule = ast.Rule(written.outcome, written.verb, value, (), span)
        found = self._value(outcome, value, (), outcome.each, rule.verb)
        if found is None:
            return
        when: ir.Expr = limbs[0].condition if len(limbs) == 1 else ir.Logic("all", tuple(limbs), span)
        current = self.scope.outcomes[outcome.name]
        modality: Literal["must", "may"] = "may" if rule.verb == "may_grant" else "must"
        self.put(
            replace(
                current,
                rules=(*current.rules, ir.Rule(len(current.rules), found, when, self.clause, modality, span=span)),
            )
        )

    def _tests(self, resolver: Expressions, column: Typed, cell: ast.Cell) -> list[Typed | None]:
        """What a cell asks of its column: its tests, both ends of a range, a value; nothing for 不限."""
        match cell.value:
            case ast.Between(low, high):
                ends = (ast.Test("ge", self._with_unit_of(low, high), cell.span), ast.Test("le", high, cell.span))
                least = resolver.test(column, ends[0], cell.span)
                return [least, None if least is None else resolver.test(column, ends[1], cell.span)]
            case ast.Cap() | ast.Unstated():
                self._fault(
                    "half-table", cell.span, "这一格要写情形", "this cell holds a test",
                    "“金额另定”只能写在最后一列", "an unstated amount belongs in the last column",
                )  # fmt: skip
                return [None]
            case None:
                return [resolver.test(column, test, cell.span) for test in cell.tests]
            case value:
                return [self._cell(resolver, column, value)]

    def _cell(self, resolver: Expressions, column: Typed, value: ast.Expr) -> Typed | None:
        """A cell that holds a value: the column equals it."""
        other = resolver.operand(column[1], value)
        if other is None or not resolver.agree(column, other, value.span):
            return None
        if isinstance(other[0], ir.Constant) and isinstance(other[0].value, (Option, bool)):
            if isinstance(other[0].value, bool):
                return (column[0] if other[0].value else ir.Not(column[0], value.span)), other[1]
            if isinstance(column[1], ChoiceSet):
                return ir.Includes(column[0], other[0].value, value.span), other[1]
            return ir.Among(column[0], (other[0].value,), value.span), other[1]
        return ir.Compare("eq", column[0], other[0], value.span), other[1]


def _place(row: tuple[ast.Cell, ...]) -> Span:
    """From the first to the last cell of a row that has anything in it."""
    spans = [cell.span for cell in row if cell.span != ast.NOWHERE] or [ast.NOWHERE]
    return Span(spans[0].start, spans[-1].end)
