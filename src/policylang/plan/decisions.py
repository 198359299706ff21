"""Which rule decides, as nodes: the twin of ``runtime.decide``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from policylang.plan.context import At
from policylang.plan.lines import Lines
from policylang.plan.rules import RulePlan, Told, told_or_all
from policylang.plan.values import Quantity, Selection, Truth, Value, branch, certain, conjunction, disjunction, negate
from policylang.runtime.rules import bearing
from policylang.semantics.types import Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node
    from policylang.semantics import ir


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: ``value`` and ``possible`` by option; ``needs`` is what is missing, for every row.

    ``sure``: one of the rules decides in any case. ``failed``: the limbs that fail, and the rules that do not apply.
    """

    outcome: ir.Outcome
    year: int | None
    value: Mapping[Option, Node]
    possible: Mapping[Option, Node]
    needs: Node
    told: Told
    attested: Node
    missing: Node
    conflict: Node
    overridable: Node
    guard_failed: Node
    differs: Mapping[Option, Node]
    rules: tuple[RulePlan, ...]
    sure: Node
    failed: Told = ()

    def has_value(self, g: Graph) -> Node:
        """There is a value."""
        return g.any(self.value.values())


class Decisions(Lines):
    """Lowers the outcomes of a policy, each once in every year that is asked for."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._decisions: dict[tuple[str, int | None], Decided] = {}

    def decide(self, outcome: str, year: int) -> Decided:
        """The decision on an outcome: of no period in the assessment year; a state with the history up to the day."""
        declared = self.outcomes[outcome]
        key = year if declared.period == "year" else None
        found = self._decisions.get((outcome, key))
        if found is None:
            if declared.kind == "status" and key is None:
                found = self._state(declared)
            elif declared.kind == "condition":
                found = self._condition(declared, At(key or self.year), key)
            else:
                found = self._decision(declared, At(key or self.year), key)
            self._decisions[outcome, key] = found
        return found

    def _state(self, outcome: ir.Outcome) -> Decided:
        """A state, looked at in the last year of the station's history."""
        years = [y for y in reversed(self.history) if y >= self.year]
        cases = [(self.in_history(y), self._decision(outcome, At(y), None)) for y in years]
        *first, (_, last) = cases
        return self._first(first, last)

    def _first(self, cases: list[tuple[Node, Decided]], otherwise: Decided) -> Decided:
        """The decision of the first condition that holds."""
        if not cases:
            return otherwise
        g = self.g

        def bools(name: str) -> Node:
            return branch(g, [(c, getattr(d, name)) for c, d in cases], getattr(otherwise, name))

        def by_option(name: str) -> dict[Option, Node]:
            return {
                o: branch(g, [(c, getattr(d, name).get(o, g.false)) for c, d in cases], getattr(otherwise, name).get(o, g.false))
                for o in otherwise.outcome.levels
            }

        told: list[tuple[object, Node]] = []
        failed: list[tuple[object, Node]] = []
        before = g.true
        for when, one in (*cases, (g.true, otherwise)):
            told += [(clause, g.all((before, when, node))) for clause, node in one.told]
            failed += [(clause, g.all((before, when, node))) for clause, node in one.failed]
            before = g.both(before, g.no(when))
        needs = g.choose_needs([(c, d.needs) for c, d in cases], otherwise.needs)
        return Decided(
            otherwise.outcome, otherwise.year, by_option("value"), by_option("possible"), needs, tuple(told),  # type: ignore[arg-type]
            bools("attested"), bools("missing"), bools("conflict"), bools("overridable"), bools("guard_failed"),
            by_option("differs"), otherwise.rules, bools("sure"), tuple(failed),  # type: ignore[arg-type]
        )  # fmt: skip

    def _nothing(self, outcome: ir.Outcome, year: int | None) -> Decided:
        """Nothing was decided."""
        g = self.g
        no = dict.fromkeys(outcome.levels, g.false)
        return Decided(
            outcome, year, no, no, g.settled, (), g.false, g.true, g.false, g.false, g.false, no, (), g.false
        )

    # how others rely on decisions

    def met(self, decision: Decided) -> Truth:
        """A condition outcome as a truth: met, not met, or undetermined."""
        g = self.g
        yes = decision.value.get(decision.outcome.levels[0], g.false)
        has = decision.has_value(g)
        return Truth(yes, g.both(has, g.no(yes)), decision.needs)

    def decided(self, decision: Decided) -> Value:
        """The value of a decision as others may rely on it; a conflict stays open until it is resolved."""
        g = self.g
        if decision.outcome.kind == "condition":
            return self.met(decision)
        has = decision.has_value(g)
        plain = g.no(g.either_of(has, decision.conflict))
        nobody = g.both(plain, g.no(g.some(decision.needs)))
        known = g.either_of(has, nobody)
        options = {
            o: g.either_of(decision.value.get(o, g.false), g.both(g.no(known), node))
            for o, node in decision.possible.items()
        }
        unsure = g.all((plain, g.no(nobody), g.no(decision.sure)))
        needs = g.choose_needs([(decision.conflict, g.missing(decision.outcome.id))], decision.needs)
        return Selection(known, options, g.either_of(nobody, unsure), g.true, needs)

    def telling(self, outcome: str, options: tuple[Option, ...], year: int, needs: Node) -> Node:
        """Of a grade, the rules that bear on these options: what else is open makes no difference to them."""
        g = self.g
        decision = self.decide(outcome, year)
        if decision.outcome.kind != "grade" or not decision.rules:
            return needs
        rules = bearing(decision.rules, frozenset(options), grade=True)
        found = g.all_of(t.active.ways(g) for t in rules)
        counts = g.no(g.either_of(decision.missing, decision.conflict))
        return g.choose_needs([(g.both(counts, g.some(found)), g.either((found, needs)))], needs)

    # conditions

    def _condition(self, outcome: ir.Outcome, at: At, year: int | None) -> Decided:
        g = self.g
        yes, no = outcome.levels
        guard = self.decide(self.in_force.id, self.year) if outcome.guarded and self.in_force else None
        opened = self._opened(outcome, guard, at)
        shut = opened.fails if guard is not None else g.false
        if not outcome.requirements:
            return replace(self._nothing(outcome, year), **self._shut(outcome, shut, guard), missing=g.no(shut))  # type: ignore[arg-type]
        truths, absent = [], []
        for requirement in outcome.requirements:
            limb = requirement.limb
            applies = certain(g, value=True) if limb.applies is None else self.truth(limb.applies, at)
            truths.append(disjunction(g, (negate(applies), self.truth(limb.condition, at))))
            absent.append(applies.fails)
        result = conjunction(g, (*truths, opened))
        there = g.no(shut)
        holds, fails = g.both(there, result.holds), g.both(there, result.fails)
        open_ = g.both(there, result.open(g))
        told: list[tuple[object, Node]] = []
        failed, departable = [], []
        for requirement, truth, none in zip(outcome.requirements, truths, absent, strict=True):
            failing = g.both(g.no(none), truth.fails)
            shown = g.any((
                g.both(fails, failing), g.all((open_, g.no(none), truth.open(g))), g.both(holds, g.no(none))
            ))  # fmt: skip
            told.append((requirement.clause, shown))
            failed.append(failing)
            departable.append(g.either_of(g.no(failing), self._departable(requirement, at)))
        if guard is not None:
            waiting = g.both(open_, opened.open(g))
            told += [(c, g.both(waiting, n)) for c, n in guard.told]
            told = [*((c, g.both(shut, n)) for c, n in guard.told), *told]
        return Decided(
            outcome, year, {yes: holds, no: g.either_of(shut, fails)},
            {yes: g.either_of(holds, open_), no: g.any((shut, fails, open_))}, g.gate(open_, result.needs),
            tuple(told), g.false, g.false, g.false, g.all((there, g.any(failed), *departable)), shut,  # type: ignore[arg-type]
            dict.fromkeys(outcome.levels, g.false), (), g.false,
            tuple((r.clause, g.both(there, f)) for r, f in zip(outcome.requirements, failed, strict=True)),
        )  # fmt: skip

    def _shut(self, outcome: ir.Outcome, shut: Node, guard: Decided | None) -> dict[str, object]:
        """What a condition says because the measure is not in force."""
        g = self.g
        yes, no = outcome.levels
        told = () if guard is None else tuple((c, g.both(shut, n)) for c, n in guard.told)
        only = {yes: g.false, no: shut}
        return {"value": only, "possible": only, "told": told, "guard_failed": shut}

    def _departable(self, requirement: ir.Requirement, at: At) -> Node:
        """Whether the text lets a body depart from a limb."""
        if requirement.force == "must":
            return self.g.false
        strict = requirement.strict_if
        return self.g.true if strict is None else self.truth(strict, at).fails

    def _opened(self, outcome: ir.Outcome, guard: Decided | None, at: At) -> Truth:
        """Whether a guarded condition may be met at all."""
        g = self.g
        if guard is None:
            return certain(g, value=True)
        own = self.met(guard)
        idle = g.no(g.any((guard.has_value(g), guard.conflict, g.some(guard.needs))))
        needs = g.choose_needs([(guard.conflict, g.missing(guard.outcome.id))], own.needs)
        truth = Truth(own.holds, g.either_of(own.fails, idle), needs)
        if outcome.opened_by is None:
            return truth
        return disjunction(g, (truth, self.truth(outcome.opened_by, at)))

    # grades, states, force

    def _decision(self, outcome: ir.Outcome, at: At, year: int | None) -> Decided:
        found = self._recorded_or_derived(outcome, at, year)
        if outcome.since is None:
            return found
        before = self.before_first(outcome.since, at)
        return self._first([(before, self._nothing(outcome, year))], found)

    def _recorded_or_derived(self, outcome: ir.Outcome, at: At, year: int | None) -> Decided:
        g = self.g
        derived = self._derived(outcome, at, year)
        if outcome.assessed_in is None:
            return derived
        recorded = self.fact(outcome.assessed_in, at)
        assert isinstance(recorded, Selection)  # noqa: S101 - the checker has seen to it
        told: Told = ((outcome.assessed_at, g.true),) if outcome.assessed_at is not None else ()
        no = dict.fromkeys(outcome.levels, g.false)
        by_id = {o.id: node for o, node in recorded.options.items()}
        value = {o: g.both(recorded.known, by_id.get(o.id, g.false)) for o in outcome.levels}
        settled = g.no(g.either_of(g.some(derived.needs), derived.conflict))
        differs = {
            o: g.all((settled, derived.value[o], g.no(value[o]))) for o in outcome.levels
        }
        attested = replace(
            derived, value=value, possible=value, needs=g.settled, told=told, attested=g.true, missing=g.false,
            conflict=g.false, differs=differs,
        )  # fmt: skip
        unheld = replace(derived, value=no, possible=no, needs=g.settled, told=told, attested=g.false, missing=g.true)
        if not outcome.rules:
            every = dict.fromkeys(outcome.levels, g.true)
            open_ = replace(
                self._nothing(outcome, year), possible=every, needs=recorded.needs, told=told, missing=g.true
            )  # fmt: skip
        else:
            needs = g.either((derived.needs, recorded.needs))
            open_ = replace(derived, needs=g.choose_needs([(g.some(derived.needs), needs)], derived.needs))
            if all(rule.when is not None for rule in outcome.rules):
                left = g.no(g.either_of(derived.has_value(g), derived.conflict))
                every = dict.fromkeys(outcome.levels, g.true)
                only_the_body = replace(derived, possible=every, needs=needs, missing=g.true)
                open_ = self._first([(left, only_the_body)], open_)
        none = g.both(recorded.known, recorded.nothing)
        return self._first([(none, unheld), (recorded.known, attested)], open_)

    def before_first(self, since: ir.Expr, at: At) -> Node:
        """The year in question is before the first one."""
        g = self.g
        first = self.value(since, at)
        assert isinstance(first, Quantity)  # noqa: S101 - the checker has seen to it
        return g.both(first.has_low, g.less(g.integer(at.year), g.year(first.low)))

    def _derived(self, outcome: ir.Outcome, at: At, year: int | None) -> Decided:
        g = self.g
        plans = self.rules(outcome, at)
        relevant = _walk(g, outcome, plans)
        sure = [(p, g.both(r, p.active.holds)) for p, r in relevant]
        options = list(dict.fromkeys(p.rule.value for p, _ in relevant))
        values = {v: g.any(r for p, r in relevant if p.rule.value == v) for v in options}
        fixed = {v: g.any(r for p, r in sure if p.rule.value == v) for v in options}
        conflict = g.several(fixed.values())
        any_sure = g.any(fixed.values())
        named = {v: n for v, n in values.items() if isinstance(v, Option)}
        many, one_or_more = g.several(named.values()), g.any(named.values())
        else_rule = any(p.rule.when is None for p in plans)
        open_end = g.false if else_rule else g.no(any_sure)
        asked = g.both(g.no(conflict), g.either_of(many, g.both(open_end, one_or_more)))
        closed = g.both(g.no(any_sure), g.no(open_end))
        needs = g.gate(asked, _needs(g, relevant, values, closed))
        single = g.all((one_or_more, g.no(many), g.no(open_end), g.no(conflict)))
        value = {o: g.both(single, named.get(o, g.false)) for o in outcome.levels}
        possible = {
            o: g.either_of(g.both(g.no(conflict), named.get(o, g.false)), g.both(conflict, fixed.get(o, g.false)))
            for o in outcome.levels
        }
        shown = []
        for (plan, there), (_, certainly) in zip(relevant, sure, strict=True):
            decisive = g.either_of(certainly, g.both(g.no(any_sure), there))
            own = value.get(plan.rule.value, g.false) if isinstance(plan.rule.value, Option) else g.false
            parts = (g.both(single, g.both(own, decisive)), g.both(conflict, certainly), g.both(g.no(g.either_of(single, conflict)), there))
            shown.append((plan, g.any(parts)))
        certain_rule = g.any(p.active.holds for p in plans)
        return Decided(
            outcome, year, value, possible, needs, told_or_all(g, shown, plans), g.false, g.false, conflict, g.false,
            g.false, dict.fromkeys(outcome.levels, g.false), plans, g.either_of(g.boolean(else_rule), certain_rule),
            tuple((p.rule.clause, p.active.fails) for p in plans),
        )  # fmt: skip


def _walk(g: Graph, outcome: ir.Outcome, plans: tuple[RulePlan, ...]) -> list[tuple[RulePlan, Node]]:
    """The rules that can still decide: for a grade from the highest level down to the first that holds."""
    if outcome.kind != "grade":
        return [(p, g.no(p.active.fails)) for p in plans]
    over: dict[int, set[int]] = {}
    for rule in outcome.rules:
        for beaten in rule.overrides:
            over.setdefault(beaten, set()).add(rule.index)
    ranked = sorted(plans, key=lambda p: p.rule.value.rank if isinstance(p.rule.value, Option) else 0)
    found: list[tuple[RulePlan, Node]] = []
    done = g.false
    standing: dict[frozenset[int], Node] = {}
    for plan in ranked:
        own = frozenset(over.get(plan.rule.index, ()))
        # Whatever leaves this rule standing leaves the higher one standing too.
        shadowed = g.any(node for beaters, node in standing.items() if beaters <= own)
        there = g.all((g.no(plan.active.fails), g.no(done), g.no(shadowed)))
        found.append((plan, there))
        done = g.either_of(done, g.both(there, plan.active.holds))
        standing[own] = g.either_of(standing.get(own, g.false), g.both(there, plan.holds.holds))
    return found


def _needs(
    g: Graph, relevant: list[tuple[RulePlan, Node]], values: Mapping[Any, Node], closed: Node
) -> Node:
    """What settles which rule decides."""
    whole = g.all_of(g.gate(r, p.active.ways(g)) for p, r in relevant)
    if closed is g.false:
        return whole
    ways = []
    for value, there in values.items():
        others = [(p, r) for p, r in relevant if p.rule.value != value]
        broken = []
        for plan, node in relevant:
            if plan.rule.value == value and plan.rule.when is not None:
                free = g.any(r for p, r in others if plan.rule.index not in p.rule.overrides)
                broken.append(g.both(node, free))
        rest = g.all_of(g.gate(r, p.active.ways(g)) for p, r in others)
        ways.append(g.gate(g.all((closed, there, g.no(g.any(broken)))), rest))
    found = g.either(ways)
    return g.choose_needs([(g.some(found), found)], whole)

