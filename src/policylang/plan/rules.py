"""The rules of an outcome as nodes: the twin of ``runtime.rules``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.plan.expressions import Expressions
from policylang.plan.model import Clauses
from policylang.plan.values import Truth, conjunction, disjunction, negate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.measure.citation import Citation
    from policylang.plan.context import At
    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node
    from policylang.semantics import ir


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule: whether its condition holds, and whether it is active once precedence is taken into account."""

    rule: ir.Rule
    holds: Truth
    active: Truth


#: Clauses in the order in which they are told, each with the condition under which it is.
Told = tuple[tuple["Citation", "Node"], ...]


class Rules(Expressions):
    """Lowers the rules of outcomes."""

    def rules(self, outcome: ir.Outcome, at: At) -> tuple[RulePlan, ...]:
        """Every rule with whether it holds, and whether it is active."""
        held: dict[int, Truth] = {r.index: self.truth(r.when, at) for r in outcome.rules if r.when is not None}
        none_else = negate(disjunction(self.g, held.values()))
        for rule in outcome.rules:
            if rule.when is None:
                held[rule.index] = none_else
        over: dict[int, list[int]] = {}
        for rule in outcome.rules:
            for beaten in rule.overrides:
                over.setdefault(beaten, []).append(rule.index)
        plans = []
        for rule in outcome.rules:
            truth = active = held[rule.index]
            if rule.index in over:
                beaten_by = disjunction(self.g, [held[other] for other in over[rule.index]])
                active = conjunction(self.g, (truth, negate(beaten_by)))
            plans.append(RulePlan(rule, truth, active))
        return tuple(plans)


def told_or_all(g: Graph, rules: Sequence[tuple[RulePlan, Node]], every: Iterable[RulePlan]) -> Told:
    """The clauses of the rules that are shown; of all rules where none is."""
    none = g.no(g.any(shown for _, shown in rules))
    found = [(plan.rule.clause, shown) for plan, shown in rules]
    return (*found, *((plan.rule.clause, none) for plan in every))


def clauses(g: Graph, told: Told) -> Clauses:
    """The clauses as words of bits; what can never be told is left out."""
    found = [(citation, node) for citation, node in told if node is not g.false]
    words = [g.pack([node for _, node in found[i : i + 62]]) for i in range(0, len(found), 62)]
    return Clauses(tuple(citation for citation, _ in found), tuple(words))
