"""What each station adds to the rules over all stations, as nodes: the twin of ``runtime.quotas`` and ``runtime.forecasts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.plan.context import At
from policylang.plan.duties import Duties
from policylang.plan.lines import hull
from policylang.plan.model import SHAPES, PartPlan, QuotaPlan
from policylang.plan.values import Quantity, certain, quantity
from policylang.runtime.operations import grants
from policylang.semantics import ir
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from policylang.plan.lines import Sum
    from policylang.plan.nodes import Node


class Population(Duties):
    """Lowers what quotas and forecasts ask of each station."""

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
        return QuotaPlan(
            quota, counts.holds, g.no(counts.fails), share.has_low, share.low, share.has_high, share.high, share.scale,
            g.together(counts.ways(g), share.ways(g)), excepted.holds, excepted.ways(g), self._left_out(quota), quota.per,
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
        if outcome.each is None or part.when is not None:
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
