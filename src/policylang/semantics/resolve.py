"""Surface tree to typed core, on one page: declare every name, then give each its meaning."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from policylang.measure.citation import Citation
from policylang.semantics import declare, ir
from policylang.semantics.expressions import Expressions
from policylang.semantics.order import cycles, precedence
from policylang.semantics.overlap import overlaps
from policylang.semantics.scope import Defined, Scope
from policylang.semantics.statements import Statements, typed_cases
from policylang.semantics.tables import Tables
from policylang.semantics.types import Day
from policylang.semantics.windows import misplaced
from policylang.source.diagnostic import Diagnostic, error, has_errors, warning
from policylang.source.span import Span
from policylang.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Placed = tuple[Citation, ast.Statement]


def resolve(written: ast.Policy) -> tuple[ir.Policy | None, tuple[Diagnostic, ...]]:
    """The typed core of a policy, or None with the faults that stand in its way."""
    scope = Scope()
    head = next((b for b in written.blocks if isinstance(b, ast.Head)), None)
    if head is None:
        scope.report(
            error(
                "missing-head", None, "文件开头没有“办法”", "the file does not begin with its policy line",
                help_zh="第一行写“办法 标识 《办法名称》”", help_en="begin with: policy ID 《title》",
            ),
        )  # fmt: skip
    constraints = _declare(scope, written)
    statements, ledger = _articles(scope, written)
    for clause, statement in statements:
        if isinstance(statement, ast.Reading) and scope.declare(statement.name):
            found = declare.reading(scope, statement, clause)
            scope.readings[found.name] = scope.readings[found.id] = found
        elif isinstance(statement, ast.Definition) and _first_case(scope, statement):
            defined = Defined(statement, statement.name.key)
            scope.definitions[statement.name.name.text] = scope.definitions[defined.id] = defined
    _outcome_details(scope, written)
    definitions = _definitions(scope, statements)
    _outcome_conditions(scope, written)
    limits = tuple(c for c in (_constraint(scope, item) for item in constraints) if c is not None)
    duties, warnings, quotas, forecasts = _rules(scope, statements)
    outcomes = precedence(scope, written)
    scope.diagnostics += _unruled(outcomes, written)
    policy = ir.Policy(
        head.id.text if head else "", head.title if head else "", head.lines if head else (),
        _unique(scope.facts), limits, definitions, outcomes, duties, warnings, _unique(scope.readings), quotas, forecasts,
        ledger,
    )  # fmt: skip
    if not has_errors(scope.diagnostics):
        scope.diagnostics += [*cycles(policy), *misplaced(policy)]
    if not has_errors(scope.diagnostics):
        scope.diagnostics += overlaps(policy)
    return (None if has_errors(scope.diagnostics) else policy), tuple(scope.diagnostics)


def _first_case(scope: Scope, written: ast.Definition) -> bool:
    """Claim a definition's name; one with 当 may share it with others that have one too."""
    known = scope.definitions.get(written.name.name.text)
    if known is not None and known.id == written.name.key and known.written.when and written.when:
        return False
    return scope.declare(written.name)


def _unique(table: dict[str, T]) -> tuple[T, ...]:
    return tuple({id(item): item for item in table.values()}.values())


def _declare(scope: Scope, written: ast.Policy) -> list[ast.Constraint]:
    constraints = []
    for block in written.blocks:
        if isinstance(block, ast.Facts):
            for item in block.items:
                if isinstance(item, ast.Constraint):
                    constraints.append(item)
                elif scope.declare(item.name):
                    fact = declare.fact(scope, item)
                    scope.facts[fact.name] = scope.facts[fact.id] = fact
        elif isinstance(block, ast.Outcomes):
            for entry in block.items:
                if scope.declare(entry.name):
                    outcome = declare.outcome(scope, entry)
                    scope.outcomes[outcome.name] = scope.outcomes[outcome.id] = outcome
    return constraints


_KINDS: dict[str, Literal["declaratory", "procedure", "judged", "external", "duty_only"]] = {
    "declaratory": "declaratory", "procedure": "procedure", "judged": "judged", "external": "external",
    "duty_only": "duty_only",
}  # fmt: skip


def _articles(scope: Scope, written: ast.Policy) -> tuple[list[Placed], tuple[ir.Entry, ...]]:
    """Every statement with the clause it stands under, and the ledger of clauses."""
    statements: list[Placed] = []
    ledger: list[ir.Entry] = []
    seen: dict[Citation, Span] = {}

    def visit(section: ast.Section, clause: Citation) -> None:
        own = [item for item in section.items if not isinstance(item, ast.Section)]
        notes = tuple(item.text.text for item in own if isinstance(item, ast.Note))
        kind: Literal["encoded", "heading", "declaratory", "procedure", "judged", "external", "duty_only"]
        kind = _KINDS[section.marker] if section.marker else "encoded" if own else "heading"
        if kind == "heading" and not section.items:
            scope.report(_not_accounted(scope, section, clause))
        if clause in seen:
            scope.report(
                error(
                    "duplicate-clause", section.span, f"{clause.text}出现了两次", f"{clause.text} appears twice",
                    help_zh="把两处合在一起", help_en="merge the two",
                ),
            )  # fmt: skip
        seen[clause] = section.span
        ledger.append(ir.Entry(clause, section.title, kind, notes, section.span))
        for item in section.items:
            if isinstance(item, ast.Section):
                visit(item, clause.under(item.label.text))
            else:
                statements.append((clause, item))
                ledger.extend(_limb_entries(item, clause))

    for block in written.blocks:
        if isinstance(block, ast.Section):
            citation = Citation.parse(block.label.text)
            visit(block, citation or Citation(block.label.text, (block.label.text,)))
    return statements, tuple(ledger)


def _not_accounted(scope: Scope, section: ast.Section, clause: Citation) -> Diagnostic:
    """The warning for a clause without rules; a rule written on the line of its label is taken for a title."""
    help_zh = "写上规则，或在标题后注明〔宣示〕〔程序〕〔评判〕〔外部〕〔职责〕之一"
    help_en = "add rules, or mark it [declaratory], [procedure], [judged], [external] or [duties]"
    first = section.title.split(" ")[0]
    if first in scope.outcomes:
        help_zh = f"“{first} ……”像是一条规则：规则要另起一行，比“{section.label.text}”多空两格"
        help_en = f"“{first} …” looks like a rule: it goes on a line of its own, further in than “{section.label.text}”"
    return warning(
        "clause-not-accounted", section.span, f"{clause.text}下面没有规则，也没有写明原因",
        f"{clause.text} has no rules and does not say why", help_zh=help_zh, help_en=help_en,
    )  # fmt: skip


def _limb_entries(item: ast.Statement, clause: Citation) -> Iterator[ir.Entry]:
    if isinstance(item, ast.Requirement):
        for limb in item.limbs:
            if limb.label is not None:
                gist = limb.gist.text if limb.gist else ""
                yield ir.Entry(clause.under(limb.label.text), gist, "encoded", (), limb.span)


def _outcome_details(scope: Scope, written: ast.Policy) -> None:
    """The parts of an outcome's declaration that use other names: its list and its decided amount."""
    for block in written.blocks:
        if not isinstance(block, ast.Outcomes):
            continue
        for entry in block.items:
            outcome = scope.outcomes.get(entry.name.name.text)
            if outcome is None or outcome.span != entry.name.span:
                continue
            statements = Statements(scope, Citation("", ("结果",)))
            for clause in entry.clauses:
                if clause.kind == "each":
                    outcome = replace(outcome, each=statements.list_named(clause.names[0]))
                elif clause.kind == "not_with":
                    for name in clause.names:
                        line = scope.outcomes.get(name.text)
                        if line is not None and line.kind == "money":
                            continue
                        if not scope.knows(name.text):
                            scope.report(scope.unknown(name))
                        else:
                            zh, en = f"“{name.text}”不是一项金额", f"“{name.text}” is no money line"
                            scope.report(
                                error(
                                    "type-mismatch", name.span, zh, en,
                                    help_zh="不重复享受的，写“结果”里声明为“金额”的名称",
                                    help_en="name outcomes that are declared as money",
                                )
                            )  # fmt: skip
                elif clause.kind == "decided_as":
                    fact = scope.facts.get(clause.names[0].text)
                    if fact is None:
                        scope.report(scope.unknown(clause.names[0]))
                    else:
                        outcome = replace(outcome, terms=replace(outcome.terms, decided_as=fact.id))
            statements.put(outcome)


def _outcome_conditions(scope: Scope, written: ast.Policy) -> None:
    """The expressions in an outcome's declaration, which may use definitions: its first day, what opens it."""
    for entry in (e for b in written.blocks if isinstance(b, ast.Outcomes) for e in b.items):
        outcome = scope.outcomes.get(entry.name.name.text)
        if outcome is None or outcome.span != entry.name.span:
            continue
        statements = Statements(scope, Citation("", ("结果",)))
        for clause in entry.clauses:
            if clause.kind == "since" and clause.expr is not None:
                since = statements.expressions().of(clause.expr, Day())
                outcome = replace(outcome, since=since[0] if since else None)
            elif clause.kind == "in_force_only" and clause.expr is not None:
                outcome = replace(outcome, opened_by=statements.expressions().condition(clause.expr))
        statements.put(outcome)


def _definitions(scope: Scope, statements: list[Placed]) -> tuple[ir.Definition, ...]:
    """Definitions in an order in which each needs only earlier ones."""
    placed: dict[str, list[tuple[Citation, ast.Definition]]] = {}
    for at, statement in statements:
        if isinstance(statement, ast.Definition):
            placed.setdefault(statement.name.key, []).append((at, statement))
    done: list[ir.Definition] = []
    open_: list[str] = []

    def visit(key: str) -> None:
        if key in scope.types:
            return
        clause, written = placed[key][0]
        if key in open_:
            ring = [*open_[open_.index(key) :], key]
            scope.types[key] = None
            chain = " → ".join(placed[k][0][1].name.name.text for k in ring)
            scope.report(
                error(
                    "cyclic-definition", written.name.span, f"定义绕回了自己：{chain}", f"the definition needs itself: {chain}",
                    help_zh="去掉其中一处引用", help_en="remove one of the references",
                ),
            )  # fmt: skip
            return
        open_.append(key)
        words = [word for _, case in placed[key] for word in _words(case)]
        for word in words:
            if word in scope.definitions:
                visit(scope.definitions[word].id)
        open_.pop()
        if key in scope.types:
            return
        records = _records(scope, [w for _, case in placed[key] for w in _words(case, into_lists=False)])
        typed = typed_cases([(Expressions(scope, at, records), case) for at, case in placed[key]])
        scope.types[key] = typed[1] if typed else None
        scope.records_of[key] = records
        if typed is not None:
            name = written.name.name.text
            done.append(ir.Definition(name, key, typed[0], typed[1], clause, records, written.span))

    for key in placed:
        visit(key)
    return tuple(done)


def _words(node: object, *, into_lists: bool = True) -> Iterator[str]:
    """The names used as values in a surface expression, with or without those after 其中."""
    if isinstance(node, ast.Ref):
        yield node.name.text
    elif isinstance(node, tuple):
        for item in node:
            yield from _words(item, into_lists=into_lists)
    elif isinstance(node, (Span, ast.Named)) or (isinstance(node, ast.Aggregate) and not into_lists):
        return
    elif is_dataclass(node):
        for part in fields(node):
            yield from _words(getattr(node, part.name), into_lists=into_lists)


def _records(scope: Scope, words: list[str]) -> str | None:
    """The list whose fields a definition speaks of, if it speaks of one record."""
    for word in words:
        if word in scope.definitions:
            needed = scope.records_of.get(scope.definitions[word].id)
            if needed is not None:
                return needed
        elif word in scope.outcomes:
            if scope.outcomes[word].each is not None:
                return scope.outcomes[word].each
        elif not scope.knows(word):
            found = scope.list_with(word)
            if found is not None:
                return found
    return None


def _constraint(scope: Scope, written: ast.Constraint) -> ir.Constraint | None:
    resolver = Expressions(scope, Citation("", ("事实",)))
    condition = resolver.condition(written.condition)
    if condition is None:
        return None
    facts = [w for w in _words(written.condition) if w in scope.facts]
    if not facts:
        scope.report(
            error(
                "not-a-condition", written.span, "“须”后面要写关于事实的条件", "“require” states a condition on facts",
                help_zh="例如“须 续约日期 不早于 管理期起始日”", help_en="e.g. require renewed_on not before started_on",
            ),
        )  # fmt: skip
        return None
    ids = [scope.facts[w].id for w in facts]
    return ir.Constraint(condition, ids[0], ids[1] if len(ids) > 1 else None, written.span)


def _rules(
    scope: Scope, statements: list[Placed]
) -> tuple[tuple[ir.Duty, ...], tuple[ir.Notice, ...], tuple[ir.Quota, ...], tuple[ir.Forecast, ...]]:
    duties: list[ir.Duty] = []
    warnings: list[ir.Notice] = []
    quotas: list[ir.Quota] = []
    forecasts: list[ir.Forecast] = []
    for clause, statement in statements:
        here = Statements(scope, clause)
        match statement:
            case ast.Rule():
                here.rule(statement)
            case ast.Table():
                Tables(scope, clause).table(statement)
            case ast.Requirement():
                here.requirement(statement)
            case ast.Assessed():
                here.assessed(statement)
            case ast.Duty() if _again(duties, statement.name) or _declared(scope, statement.name):
                duties += [d for d in (here.duty(statement),) if d]
            case ast.Deadline() if _again(duties, statement.name) or _declared(scope, statement.name):
                duties += [d for d in (here.deadline(statement),) if d]
            case ast.Warn() if scope.declare(statement.name):
                warnings += [w for w in (here.warning(statement),) if w]
            case ast.Quota() if _declared(scope, statement.name):
                quotas += [q for q in (here.quota(statement),) if q]
            case ast.Forecast() if scope.declare(statement.name):
                forecasts += [f for f in (here.forecast(statement),) if f]
            case _:
                pass
    return tuple(duties), tuple(warnings), tuple(quotas), tuple(forecasts)


def _again(duties: list[ir.Duty], named: ast.Named) -> bool:
    """A duty may be given several times under one name and id, each for its own cases."""
    return any(d.name == named.name.text and d.id == named.key for d in duties)


def _declared(scope: Scope, named: ast.Named) -> bool:
    """Claim the name of a duty or a quota, which may share its id with a fact (年度名额 and annual_quota)."""
    if named.key in scope.facts and named.name.text not in scope.declared:
        return scope.declare(ast.Named(named.name))
    return scope.declare(named)


def _unruled(outcomes: tuple[ir.Outcome, ...], written: ast.Policy) -> list[Diagnostic]:
    return [
        warning(
            "outcome-without-rules", o.span, f"“{o.name}”没有任何规则", f"“{o.id}” has no rules",
            help_zh="在相应条文下写规则，或从“结果”里删去", help_en="add rules under an article, or remove the outcome",
        )
        for o in outcomes
        if written.blocks and not o.rules and not o.requirements and o.assessed_in is None
    ]  # fmt: skip
