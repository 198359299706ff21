"""The rules of an outcome: which of them hold, which give way, and the clauses behind what was found.

A rule is *active* when its condition holds and no rule that overrides it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from policylang.runtime.evaluate import At, Evaluator
from policylang.runtime.outcome import RuleTrace, Test
from policylang.semantics import ir
from policylang.semantics.types import Option
from policylang.semantics.values import (
    FALSE,
    Truth,
    Value,
    conjunction,
    disjunction,
    negate,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.measure.citation import Citation


class RuleEvaluator(Evaluator):
    """Evaluates the rules of outcomes."""

    def _quiet_value(self, expr: ir.Expr, at: At) -> Value:
        kept, self.tests = self.tests, []
        try:
            return self.value(expr, at)
        finally:
            self.tests = kept

    def _traces(self, outcome: ir.Outcome, at: At) -> tuple[RuleTrace, ...]:
        """Every rule with whether it holds, and whether it is active once precedence is taken into account."""
        held: dict[int, tuple[Truth, tuple[Test, ...]]] = {}
        for rule in outcome.rules:
            if rule.when is not None:
                self.tests = []
                truth = self.truth(rule.when, at)
                held[rule.index] = (truth, tuple(self.tests))
        none_else = negate(disjunction(truth for truth, _ in held.values()))
        for rule in outcome.rules:
            if rule.when is None:
                held[rule.index] = (none_else, ())
        traces = []
        for rule in outcome.rules:
            truth, tests = held[rule.index]
            beaten = disjunction(held[other.index][0] for other in outcome.rules if rule.index in other.overrides)
            active = conjunction((truth, negate(beaten))) if beaten is not FALSE else truth
            traces.append(RuleTrace(rule, truth, active, tests))
        return tuple(traces)

    def behind(self, tests: Iterable[Test]) -> tuple[Citation, ...]:
        """The clauses of the definitions and outcomes that made these tests come out as they did."""
        return tuple(dict.fromkeys(c for test in tests for c in self._behind(test.expr, test)))

    def _supporting(self, tests: Iterable[Test], *, met: bool = False) -> tuple[Citation, ...]:
        """The clauses of definitions and outcomes whose tests did not speak for the rule, or with ``met`` did."""
        return self.behind(test for test in tests if bool(test.met) is met)

    def _behind(self, expr: ir.Expr, test: Test) -> Iterable[Citation]:
        """The clauses that made a test come out as it did."""
        match expr:
            case ir.DefinitionValue(name):
                place = (test.year, test.record if self.definitions[name].records is not None else None)
                found = (x for (n, at), (_, x) in self.defined.items() if n == name and (at.year, at.record) == place)
                inner = [t for t in next(found, ()) if t.decides(test.truth)]
                return (self.definitions[name].clause, *(c for t in inner for c in self._behind(t.expr, t)))
            case ir.OutcomeValue(name):
                return self.decide(name, test.year).clauses
            case ir.Among(value, _) | ir.Compare(_, value, _):
                return self._behind(value, test)
            case ir.LineIsDue(name):
                return clauses_of(self.outcomes[name])
            case _:
                return ()


def clauses_of_rules(traces: Iterable[RuleTrace]) -> tuple[Citation, ...]:
    """The clauses of rules, each once, in order."""
    return tuple(dict.fromkeys(trace.rule.clause for trace in traces))


def clauses_of(outcome: ir.Outcome) -> tuple[Citation, ...]:
    """The clauses of all rules of an outcome."""
    return tuple(dict.fromkeys(rule.clause for rule in outcome.rules))


class OfRule(Protocol):
    """Something about a rule."""

    @property
    def rule(self) -> ir.Rule:
        """The rule."""


_OfRule = TypeVar("_OfRule", bound=OfRule)


def bearing(traces: Iterable[_OfRule], asked: frozenset[Option], *, grade: bool) -> tuple[_OfRule, ...]:
    """The rules that bear on whether the result is one of some options: those that give it, and those that go before."""
    every = tuple(traces)
    giving = [t.rule for t in every if t.rule.value in asked]
    if not giving or any(rule.when is None for rule in giving):
        return every
    lowest = max(option.rank for option in asked)
    numbers = {rule.index for rule in giving}
    while more := {t.rule.index for t in every if t.rule.index not in numbers and numbers & set(t.rule.overrides)}:
        numbers |= more
    if grade:
        numbers |= {t.rule.index for t in every if isinstance(t.rule.value, Option) and t.rule.value.rank < lowest}
    return tuple(t for t in every if t.rule.index in numbers)
