"""Which rule gives way to which, and that nothing needs itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.semantics.walk import outcome_parts, references
from policylang.source.diagnostic import Diagnostic, error
from policylang.syntax import ast

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.semantics import ir
    from policylang.semantics.scope import Scope
    from policylang.source.span import Span


def precedence(scope: Scope, written: ast.Policy) -> tuple[ir.Outcome, ...]:
    """The outcomes with 优先于 and 例外于 turned into the rules that give way."""
    cited = dict(_citations(written))
    outcomes = []
    for outcome in {o.id: o for o in scope.outcomes.values()}.values():
        rules = []
        for rule in outcome.rules:
            beaten: set[int] = set()
            for citation, span in cited.get(rule.span, ()):
                found = {
                    r.index for r in outcome.rules
                    if citation.contains(r.clause) and r.value != rule.value and r.index != rule.index
                }  # fmt: skip
                if not found:
                    scope.report(
                        error(
                            "unknown-clause", span, f"{citation.text}没有关于“{outcome.name}”的其他规则",
                            f"{citation.text} has no other rule about “{outcome.id}”",
                            help_zh="核对条款号", help_en="check the clause number",
                        ),
                    )  # fmt: skip
                beaten |= found
            rules.append(replace(rule, overrides=tuple(sorted(beaten))))
        outcomes.append(replace(outcome, rules=tuple(rules)))
    for outcome in outcomes:
        for rule in outcome.rules:
            for other in rule.overrides:
                if rule.index in outcome.rules[other].overrides and rule.index < other:
                    scope.report(
                        error(
                            "cyclic-precedence", rule.span, "两条规则互相优先", "two rules each override the other",
                            help_zh="只保留一条的“优先于”", help_en="keep one of the two precedences",
                        ),
                    )  # fmt: skip
    return tuple(outcomes)


def _citations(written: ast.Policy) -> list[tuple[Span, list[tuple[Citation, Span]]]]:
    found = []

    def visit(section: ast.Section) -> None:
        for item in section.items:
            if isinstance(item, ast.Section):
                visit(item)
            elif isinstance(item, ast.Rule):
                clauses = [c for c in item.clauses if c.kind in {"overrides", "exception_to"}]
                found.append((item.span, [(citation, c.span) for c in clauses for citation in c.citations]))

    for block in written.blocks:
        if isinstance(block, ast.Section):
            visit(block)
    return found


def cycles(policy: ir.Policy) -> list[Diagnostic]:
    """A fault for each ring of outcomes and definitions that need one another."""
    needs: dict[str, set[str]] = {d.id: references(d.body) for d in policy.definitions}
    places: dict[str, tuple[str, Span]] = {d.id: (d.name, d.span) for d in policy.definitions}
    guard = next((o.id for o in policy.outcomes if o.kind == "in_force"), None)
    for outcome in policy.outcomes:
        needs[outcome.id] = {name for part in outcome_parts(outcome) for name in references(part)}
        if outcome.guarded and guard is not None:
            needs[outcome.id].add(guard)
        places[outcome.id] = (outcome.name, outcome.span)
    found: list[Diagnostic] = []
    state: dict[str, int] = {}

    def visit(name: str, path: list[str]) -> None:
        state[name] = 1
        for other in sorted(needs[name]):
            if state.get(other) == 1:
                ring = [*path[path.index(other) :], other]
                chain = " → ".join(places[n][0] for n in ring)
                found.append(
                    error(
                        "cyclic-definition", places[other][1], f"互相依赖，无法判断：{chain}", f"each needs the other: {chain}",
                        help_zh="去掉其中一处引用", help_en="remove one of the references",
                    ),
                )  # fmt: skip
            elif other not in state:
                visit(other, [*path, other])
        state[name] = 2

    for name in needs:
        if name not in state:
            visit(name, [name])
    return found
