"""``plan``: everything a policy decides on one day, as nodes over one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.plan.context import At
from policylang.plan.duties import Duties
from policylang.plan.layout import Key
from policylang.plan.merged import merged
from policylang.plan.model import BASES, SHAPES, STATUSES, DecisionPlan, LinePlan, Plan
from policylang.plan.population import Population
from policylang.plan.rules import clauses
from policylang.runtime.index import chosen_readings
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from policylang.plan.decisions import Decided
    from policylang.plan.layout import Layout
    from policylang.plan.lines import Granted
    from policylang.plan.nodes import Node
    from policylang.semantics import ir
    from policylang.semantics.types import Option


def plan(
    policy: ir.Policy, layout: Layout, as_of: date, year: int | None = None, readings: Mapping[str, str] | None = None,
    calendar: Calendar | None = None, only: Collection[str] | None = None,
) -> Plan:  # fmt: skip
    """Everything a policy decides, as nodes: what ``runtime.evaluate`` says of each station, said for all at once.

    Takes what ``evaluate`` takes, with a layout in the place of facts.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
        TooLargeError: when a calculation could leave whole numbers of 62 bits.
    """
    chosen = chosen_readings(policy, readings or {})
    lowering = Lowering(policy, layout, as_of, year or as_of.year, chosen, calendar or Calendar.official())
    return merged(lowering.plan(only))


class Lowering(Duties):
    """Lowers a whole policy."""

    def plan(self, only: Collection[str] | None) -> Plan:
        """The plan of the outcomes and duties that are wanted."""
        wanted = [o for o in self.policy.outcomes if only is None or o.id in only]
        decisions = [
            self._decision_plan(self.decide(o.id, y), o)
            for o in wanted if o.kind != "money"
            for y in (self.years if o.period == "year" else [self.year])
        ]  # fmt: skip
        lines = [line for o in wanted if o.kind == "money" for line in self._line_plans(o)]
        duties = self.duties([d for d in self.policy.duties if only is None or d.id in only])
        warnings = self.policy.warnings if only is None else ()
        at = At(self.year)
        over_all = Population(self)
        return Plan(
            self.policy, self.as_of, self.year, self.readings, self.calendar, self.g,
            tuple((c, self._contradicted(c, at)) for c in self.policy.constraints), tuple(decisions), tuple(lines),
            tuple(duties), tuple((w, self.truth(w.when, at).holds) for w in warnings),
            self.g.any(self.early), over_all.quotas() if only is None else (), over_all.forecasts() if only is None else (),
        )  # fmt: skip

    def _contradicted(self, constraint: ir.Constraint, at: At) -> Node:
        """Recorded facts contradict each other."""
        g = self.g
        truth = self.truth(constraint.condition, at)
        named = [name for name in (constraint.fact, constraint.other) if name is not None]
        return g.all((truth.fails, *(self._stands_recorded(name) for name in named)))

    def _stands_recorded(self, name: str) -> Node:
        if self.declared[name].fields:
            return self.g.listed(name)
        return self.g.given(name) if self.declared[name].series is not None else self.g.known(Key(name))

    def _decision_plan(self, found: Decided, outcome: ir.Outcome) -> DecisionPlan:
        g = self.g
        basis = g.choose(
            [(found.attested, g.integer(BASES.index("attested"))), (found.missing, g.integer(BASES.index("missing")))],
            g.integer(BASES.index("derived")),
        )
        return DecisionPlan(
            outcome, found.year, self._level(outcome, found.value),
            g.pack([found.possible.get(o, g.false) for o in outcome.levels]), found.needs, clauses(g, found.told), basis,
            found.conflict, found.overridable, found.guard_failed, self._level(outcome, found.differs), clauses(g, found.failed),
        )  # fmt: skip

    def _level(self, outcome: ir.Outcome, options: Mapping[Option, Node]) -> Node:
        """The number of the level that holds, -1 for none."""
        g = self.g
        return g.choose([(options.get(o, g.false), g.integer(i)) for i, o in enumerate(outcome.levels)], g.integer(-1))

    def _line_plans(self, outcome: ir.Outcome) -> list[LinePlan]:
        g = self.g
        found = []
        for year in self.years if outcome.period == "year" else [self.as_of.year]:
            exists = self.spoken(year) if outcome.period == "year" and year != self.year else g.true
            if outcome.each is None:
                found.append(self._line_plan(self.line(outcome.id, At(year)), None, exists))
                continue
            listed = g.either_of(g.listed(outcome.each), g.boolean(self.declared[outcome.each].has_default))
            if outcome.each in self.layout.lists:
                found.append(self._line_plan(self.line(outcome.id, At(year, outcome.each, record=True)), outcome.each, exists))
            if listed is not g.true:
                one = self.line(outcome.id, At(year, outcome.each, record=False))
                found.append(self._line_plan(one, None, g.both(exists, g.no(listed))))
        return found

    def _line_plan(self, found: Granted, records: str | None, exists: Node) -> LinePlan:
        g = self.g
        own = found.amount
        status = g.choose([(found.status[w], g.integer(i)) for i, w in enumerate(STATUSES)], g.integer(0))
        shape = g.choose([(own.kind[w], g.integer(i)) for i, w in enumerate(SHAPES)], g.integer(SHAPES.index("none")))
        low, high = (g.choose([(has, end)], g.integer(0)) for has, end in ((own.has_low, own.low), (own.has_high, own.high)))
        return LinePlan(
            found.outcome, found.year, records, exists, status, shape, own.has_low, low, own.has_high, high, own.scale,
            found.needs, clauses(g, found.told), found.unregulated, found.has_decided, found.decided, found.out_of_bounds,
        )  # fmt: skip
