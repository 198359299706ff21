"""What each station adds to the rules over all stations, as nodes: the twin of ``runtime.quotas`` and ``runtime.forecasts``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.plan.context import At, Context
from policylang.plan.decisions import Decided, Decisions
from policylang.plan.layout import Key
from policylang.plan.lines import Granted, hull
from policylang.plan.model import SHAPES, PartPlan, QuotaPlan
from policylang.plan.values import Quantity, certain, quantity
from policylang.runtime.operations import grants
from policylang.runtime.quotas import ruled_out
from policylang.semantics import ir
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from policylang.plan.lines import Sum
    from policylang.plan.nodes import Node


class Population(Decisions):
    """Lowers what quotas and forecasts ask of each station, as nodes of the same graph as the rest of the plan.

    What is recorded of an outcome, in a column of its id, stands before what the rules derive; what is open of it is asked
    for as the outcome itself.
    """

    def __init__(self, whole: Context) -> None:
        super().__init__(whole.policy, whole.layout, whole.as_of, whole.year, whole.readings, whole.calendar)
        self.g = whole.g

    def decide(self, outcome: str, year: int) -> Decided:
        """A recorded outcome, otherwise the derived one."""
        found, g, key = super().decide(outcome, year), self.g, Key(outcome)
        there = g.known(key)
        value = {
            o: g.either_of(g.both(there, g.equal(g.number(key), g.integer(i))), g.both(g.no(there), found.value.get(o, g.false)))
            for i, o in enumerate(found.outcome.levels)
        }
        open_ = g.no(g.any(value.values()))
        possible = {o: g.either_of(own, g.both(open_, found.possible.get(o, g.false))) for o, own in value.items()}
        conflict = g.both(open_, found.conflict)
        needs = g.gate(g.either_of(g.both(open_, g.some(found.needs)), conflict), g.missing(outcome))
        return replace(found, value=value, possible=possible, needs=needs, conflict=conflict)

    def line(self, outcome: str, at: At) -> Granted:
        """A money line as recorded, otherwise as derived; a line that is due may still be open in its amount."""
        found, g, key = super().line(outcome, at), self.g, Key(outcome)
        if key not in self.layout.inputs:
            return found
        there, due, amount = g.known(key), g.truth(key), found.amount
        status = {word: g.both(g.no(there), node) for word, node in found.status.items()}
        status["due"] = g.either_of(status["due"], due)
        status["not_due"] = g.either_of(status["not_due"], g.both(there, g.no(due)))
        fixed = g.all((amount.has_low, amount.has_high, g.equal(amount.low, amount.high)))
        open_ = g.choose_needs([(g.some(found.needs), found.needs)], g.missing(outcome))
        settled = g.both(there, g.either_of(g.no(due), fixed))
        needs = g.choose_needs([(settled, g.settled), (there, open_)], found.needs)
        return replace(found, status=status, needs=needs)

    def quotas(self) -> tuple[QuotaPlan, ...]:
        """How a station counts for each quota."""
        return tuple(self._quota(quota) for quota in self.policy.quotas)

    def _quota(self, quota: ir.Quota) -> QuotaPlan:
        g = self.g
        at = At(self.year)
        counts = certain(g, value=True) if quota.counting is None else self.truth(quota.counting, at)
        share = quantity(g, 1) if quota.summing is None else self.fact(quota.summing, at)
        assert isinstance(share, Quantity)  # noqa: S101 - the checker has seen to it
        excepted = certain(g, value=False) if quota.except_for is None else self.truth(quota.except_for, at)
        out = quota.counting is not None and ruled_out(quota.counting, self.readings, self.definitions)
        return QuotaPlan(
            quota, counts.holds, g.no(counts.fails), g.no(counts.fails) if out else g.true,
            share.has_low, share.low, share.has_high, share.high, share.scale, g.together(counts.ways(g), share.ways(g)),
            excepted.holds, excepted.ways(g), self._left_out(quota), quota.per,
        )  # fmt: skip

    def _left_out(self, quota: ir.Quota) -> Node:
        """A station has no share in a proportion because what is counted was not held for it (未考核)."""
        g = self.g
        parts = everything(quota.counting) if quota.counting is not None else ()
        decisions = [self.decide(p.outcome, self.year) for p in parts if isinstance(p, ir.OutcomeValue)]
        return g.any(g.no(g.any((d.has_value(g), g.some(d.needs), d.conflict))) for d in decisions)

    def forecasts(self) -> tuple[tuple[ir.Forecast, tuple[PartPlan, ...]], ...]:
        """How a station counts for each part of each forecast."""
        return tuple(
            (forecast, tuple(plan for part in forecast.parts for plan in self._parts(part)))
            for forecast in self.policy.forecasts
        )

    def _parts(self, part: ir.ForecastPart) -> list[PartPlan]:
        g = self.g
        outcome = self.outcomes[part.line]
        year = self.year if outcome.period == "year" else self.as_of.year
        if outcome.each is None:
            return [self._part(part, At(year), g.true)]
        listed = g.either_of(g.listed(outcome.each), g.boolean(self.declared[outcome.each].has_default))
        found = []
        if outcome.each in self.layout.lists:
            found.append(self._part(part, At(year, outcome.each, record=True), g.true))
        if listed is not g.true:
            found.append(self._part(part, At(year, outcome.each, record=False), g.no(listed)))
        return found

    def _part(self, part: ir.ForecastPart, at: At, exists: Node) -> PartPlan:
        g = self.g
        if part.when is not None:
            truth = self.truth(part.when, At(self.year))
            counts, may, needs = truth.holds, g.no(truth.fails), truth.ways(g)
        else:
            line = self.line(part.line, at)
            counts, may = line.status["due"], g.no(line.status["not_due"])
            needs = g.gate(g.both(may, g.no(counts)), line.needs)
        amount, unsettled = self._fixed(part.line, at)
        shape = g.choose(
            [(amount.kind[word], g.integer(n)) for n, word in enumerate(SHAPES)], g.integer(SHAPES.index("none"))
        )
        return PartPlan(
            part, at.records if at.record else None, g.both(exists, counts), g.both(exists, may), shape, amount.has_low,
            amount.low, amount.has_high, amount.high, amount.scale, g.together(needs, unsettled),
        )  # fmt: skip

    def _fixed(self, line: str, at: At) -> tuple[Sum, Node]:
        """What the text fixes for a money line, whether or not it is due here: the shape of its rules."""
        g = self.g
        outcome = self.outcomes[line]
        granting = [p for p in self.line(line, at).rules if grants(p.rule)]
        none = g.all(p.active.fails for p in granting)
        counted = [g.either_of(none, g.no(p.active.fails)) for p in granting]
        amounts = [self.shape(outcome, p.rule, at) for p in granting]
        needs = g.all_of(g.gate(c, extra) for c, (_, extra) in zip(counted, amounts, strict=True))
        return hull(g, [(c, amount) for c, (amount, _) in zip(counted, amounts, strict=True)]), needs
