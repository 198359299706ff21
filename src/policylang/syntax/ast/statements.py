"""Declarations, statements and blocks as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policylang.syntax.ast.expressions import place

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.source.text import Span
    from policylang.syntax.ast.expressions import (
        Amount,
        DateLiteral,
        Expr,
        Ident,
        Limb,
        Named,
        Quantity,
        Test,
        Text,
    )



@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a statement after a comma; which of the fields is filled follows from ``kind``."""

    kind: str
    names: tuple[Ident, ...] = ()
    texts: tuple[Text, ...] = ()
    expr: Expr | None = None
    citations: tuple[Citation, ...] = ()
    span: Span = place()


@dataclass(frozen=True, slots=True)
class TypeExpr:
    """A type as written; ``options`` for 选项 and 多选, ``unit`` for 数量 and 清单."""

    kind: Literal["boolean", "quantity", "money", "day", "text", "one_of", "some_of", "records"]
    options: tuple[Named, ...] = ()
    ordered: bool = False
    unit: str | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact, or a field of a list."""

    name: Named
    series: Literal["year", "quarter", "month"] | None
    type: TypeExpr
    clauses: tuple[Clause, ...]
    fields: tuple[Fact, ...] = ()
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Constraint:
    """须: what facts handed in must satisfy to be believed at all."""

    condition: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A declared outcome."""

    name: Named
    kind: Literal["in_force", "condition", "grade", "status", "money"]
    options: tuple[Named, ...]
    ordered: bool
    clauses: tuple[Clause, ...]
    span: Span = place()


# Statements ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Definition:
    """定义."""

    name: Named
    body: Expr
    if_missing: tuple[Expr, ...] = ()
    changes: tuple[tuple[DateLiteral, Expr], ...] = ()
    when: Expr | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Conditions under 应当具备 (must) or 一般应具备 (normally)."""

    outcome: Ident
    force: Literal["must", "normally"]
    limbs: tuple[Limb, ...]
    strict_if: Expr | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Rule:
    """An outcome has a value: 为, 给予, 可给予; or nothing is granted (不给予); or the text is silent (未规定)."""

    outcome: Ident
    verb: Literal["is", "grants", "may_grant", "denies", "unregulated"]
    value: Amount | None
    clauses: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a decision table: nothing, tests, or a value."""

    tests: tuple[Test, ...] = ()
    value: Amount | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Table:
    """按表: the first row names the columns, each further row is a rule."""

    outcome: Ident
    verb: Literal["is", "grants", "may_grant"]
    when: Expr | None
    rows: tuple[tuple[Cell, ...], ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Assessed:
    """A grade that a body gives, recorded in a fact."""

    outcome: Ident
    bodies: tuple[Ident, ...]
    fact: Ident
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Duty:
    """职责: a condition in every window, or at all times."""

    name: Named
    series: Literal["year", "quarter", "month"] | None
    condition: Expr
    clauses: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline falls: a period after a day (within or at least), a day of the year, or a day that is known."""

    kind: Literal["within", "after", "this_year", "next_year", "date"]
    start: Expr | None = None
    period: Quantity | None = None
    month_day: tuple[int, int] | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Deadline:
    """期限."""

    name: Named
    due: Due
    clauses: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Warn:
    """提示."""

    name: Named
    text: Text
    clauses: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Option:
    """One reading of an ambiguity and the reason for it."""

    name: Named
    reason: Text
    adopted: bool
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Reading:
    """疑义: the question and its readings."""

    name: Named
    question: Text
    options: tuple[Option, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Quota:
    """限额: a rule over all stations."""

    name: Named
    force: Literal["must", "normally"]
    limit: Clause
    lines: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Forecast:
    """汇总: what money lines come to over all stations; each line with the stations it is counted for."""

    name: Named
    lines: tuple[Clause, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Note:
    """注: a remark on the text, such as a defect in it."""

    text: Text
    span: Span = place()


Statement = (
    Definition | Requirement | Rule | Table | Assessed | Duty | Deadline | Warn | Reading | Quota | Forecast
    | Note
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """An article, a paragraph or an item: its citation or label, title, why it has no rules, and what it holds."""

    label: Ident
    title: str
    marker: str | None
    items: tuple[Section | Statement, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Head:
    """办法: the measure and who made it."""

    id: Ident
    title: str
    lines: tuple[tuple[str, str], ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Facts:
    """事实."""

    items: tuple[Fact | Constraint, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Outcomes:
    """结果."""

    items: tuple[Outcome, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Chapter:
    """第一章 总则."""

    label: Ident
    title: str
    span: Span = place()


Block = Head | Facts | Outcomes | Chapter | Section


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy file as written: its blocks in order."""

    blocks: tuple[Block, ...]
