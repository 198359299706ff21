"""Which rule decides: conditions, grades and states.

Among active rules the highest level of a grade wins; for everything else two active rules with different values are a
conflict, never settled by their order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.runtime.evaluate import At
from policylang.runtime.index import index_of
from policylang.runtime.lines import LineEvaluator
from policylang.runtime.operations import met
from policylang.runtime.outcome import Decision, LimbTrace, RuleTrace
from policylang.runtime.rules import bearing, clauses_of_rules
from policylang.semantics.types import Option
from policylang.semantics.values import (
    FALSE,
    NOTHING,
    SETTLED,
    TRUE,
    Known,
    Needs,
    Truth,
    all_of,
    bounds,
    conjunction,
    disjunction,
    either,
    missing,
    negate,
    smallest,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.measure.citation import Citation
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar


class Decider(LineEvaluator):
    """Decides the outcomes of a policy for one station, each once."""

    def __init__(
        self, policy: ir.Policy, facts: Facts, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar
    ) -> None:
        super().__init__(policy, facts, as_of, year, readings, calendar)
        self.in_force = index_of(policy).in_force
        self._decisions: dict[tuple[str, int | None], Decision] = {}

    def decide(self, outcome: str, year: int) -> Decision:
        """The decision on an outcome.

        One of no period is decided in the assessment year; a state, which belongs to a day, with the whole history
        up to that day.
        """
        declared = self.outcomes[outcome]
        key = year if declared.period == "year" else None
        found = self._decisions.get((outcome, key))
        if found is None:
            kept, self.tests = self.tests, []
            at = At(key or (self.history[-1] if declared.kind == "status" else self.year))
            found = (self._condition if declared.kind == "condition" else self._decision)(declared, at, key)
            self.tests = kept
            self._decisions[outcome, key] = found
        return found

    def telling(self, outcome: str, options: tuple[Option, ...], year: int, needs: Needs) -> Needs:
        """Of a grade, the rules that bear on these options: what else is open makes no difference to them."""
        decision = self.decide(outcome, year)
        if decision.outcome.kind != "grade" or decision.basis == "missing" or decision.conflict:
            return needs
        rules = bearing(decision.rules, frozenset(options), grade=True)
        found = all_of([t.active.needs for t in rules if t.active.value is None])
        return either(found, needs) if found else needs

    # conditions

    def _condition(self, outcome: ir.Outcome, at: At, year: int | None) -> Decision:
        """应当具备: all limbs; what failed, what is open, and whether the text lets a body depart from it."""
        yes, no = outcome.levels
        guard = self.decide(self.in_force.id, self.year) if outcome.guarded and self.in_force else None
        opened, relied_on = self._opened(outcome, guard, at)
        if guard is not None and opened.value is False:
            return Decision(
                outcome, year, no, (no,), SETTLED, guard.clauses, relied_on, "derived", guard_failed=True
            )  # fmt: skip
        if not outcome.requirements:
            return Decision(outcome, year, None, (), SETTLED, (), (), "missing")
        limbs = tuple(self._limb(requirement, at) for requirement in outcome.requirements)
        truths = [TRUE if limb.holds is None else limb.holds for limb in limbs]
        result = conjunction([*truths, opened])
        value = None if result.value is None else (yes if result.value else no)
        failed = [limb for limb in limbs if limb.holds is not None and limb.holds.value is False]
        open_ = [limb for limb in limbs if limb.holds is not None and limb.holds.value is None]
        shown = failed if value == no else open_ if value is None else [x for x in limbs if x.holds is not None]
        clauses = tuple(dict.fromkeys(limb.requirement.clause for limb in shown))
        if value is None and guard is not None and opened.value is None:
            clauses = (*clauses, *guard.clauses)
        relied_on = self._supporting(test for limb in shown for test in limb.tests) if value != yes else ()
        return Decision(
            outcome, year, value, (value,) if value else outcome.levels, result.needs, clauses, relied_on,
            "derived", limbs=limbs, open=_left_open(limbs),
            overridable=bool(failed) and all(self._departable(limb.requirement, at) for limb in failed),
        )  # fmt: skip

    def _departable(self, requirement: ir.Requirement, at: At) -> bool:
        """Whether the text lets a body depart from a limb."""
        if requirement.force == "must":
            return False
        strict = requirement.strict_if
        return strict is None or self._quietly(self.truth, strict, at).value is False

    def _opened(self, outcome: ir.Outcome, guard: Decision | None, at: At) -> tuple[Truth, tuple[Citation, ...]]:
        """Whether a guarded condition may be met at all, and what that rests on besides the force of the measure."""
        if guard is None:
            return TRUE, ()
        truth = FALSE if guard.settled and guard.value is None else met(guard)
        if guard.conflict:
            truth = unknown(missing(guard.outcome.id))
        if outcome.opened_by is None:
            return truth, ()
        self.tests = []
        opened = disjunction((truth, self.truth(outcome.opened_by, at)))
        return opened, self._supporting(self.tests)

    def _limb(self, requirement: ir.Requirement, at: At) -> LimbTrace:
        limb = requirement.limb
        self.tests = []
        applies = TRUE if limb.applies is None else self.truth(limb.applies, at)
        applying = tuple(self.tests)
        if applies.value is False:
            return LimbTrace(requirement, None, (), applying)
        self.tests = []
        holds = self.truth(limb.condition, at)
        if applies.value is None:
            holds = disjunction((negate(applies), holds))
        return LimbTrace(requirement, holds, tuple(self.tests), applying)

    # grades, states, force

    def _decision(self, outcome: ir.Outcome, at: At, year: int | None) -> Decision:
        if outcome.since is not None:
            first = bounds(self._quiet_value(outcome.since, at))[0]
            if first is not None and at.year < first.year:  # type: ignore[union-attr]  # a day, as the checker knows
                return Decision(outcome, year, None, (), SETTLED, (), (), "missing")
        derived = self._derived(outcome, at, year)
        if outcome.assessed_in is None:
            return derived
        recorded = self.fact(outcome.assessed_in, at)
        clauses = (outcome.assessed_at,) if outcome.assessed_at is not None else ()
        if isinstance(recorded, Known):
            if recorded.value is NOTHING:
                return replace(derived, value=None, possible=(), needs=SETTLED, clauses=clauses, basis="missing")
            value = next(o for o in outcome.levels if o.id == getattr(recorded.value, "id", None))
            differs = derived.value if derived.settled and derived.value not in (None, value) else None
            return replace(
                derived, value=value, possible=(value,), needs=SETTLED, clauses=clauses, relied_on=(), basis="attested",
                conflict=False, differs=differs,
            )  # fmt: skip
        if not outcome.rules:
            return Decision(outcome, year, None, outcome.levels, recorded.needs, clauses, (), "missing")
        if derived.value is None and not derived.conflict and all(rule.when is not None for rule in outcome.rules):
            # The rules do not speak of every case: what they leave open only the body can say.
            needs = either(derived.needs, recorded.needs) if derived.needs else recorded.needs
            return replace(derived, possible=outcome.levels, needs=needs, basis="missing")
        if derived.needs:
            return replace(derived, needs=either(derived.needs, recorded.needs))
        return derived

    def _derived(self, outcome: ir.Outcome, at: At, year: int | None) -> Decision:
        traces = self._traces(outcome, at)
        relevant = _walk(outcome, traces)
        certain = [t for t in relevant if t.active.value]
        values = list(dict.fromkeys(t.rule.value for t in relevant if isinstance(t.rule.value, Option)))
        distinct = {t.rule.value for t in certain}
        if len(distinct) > 1:
            clauses = clauses_of_rules(certain)
            options = tuple(v for v in values if v in distinct)
            return Decision(outcome, year, None, options, SETTLED, clauses, (), "derived", conflict=True, rules=traces)
        needs = SETTLED
        open_end = not certain and all(t.rule.when is not None for t in traces)
        if len(values) > 1 or (open_end and values):
            needs = _needs(relevant, closed=not certain and not open_end)
        value = values[0] if len(values) == 1 and not open_end else None
        settled_value = value if not needs else None
        shown = [t for t in (certain or relevant) if settled_value is None or t.rule.value == settled_value]
        clauses = clauses_of_rules(shown if settled_value is not None else relevant) or clauses_of_rules(traces)
        by_rule = settled_value is not None and bool(certain)
        relied_on = self._supporting((x for t in (shown if by_rule else relevant) for x in t.tests), met=by_rule)
        ordered = tuple(o for o in outcome.levels if o in values)
        consequences = tuple(dict.fromkeys(c for t in shown for c in t.rule.consequences)) if settled_value else ()
        if settled_value is not None and any(t.rule.when is None for t in certain):
            relied_on = clauses_of_rules(t for t in traces if t.rule.when is not None)
        return Decision(
            outcome, year, settled_value, ordered, needs, clauses, relied_on, "derived",
            consequences=consequences, rules=traces,
        )  # fmt: skip


def _left_open(limbs: Iterable[LimbTrace]) -> frozenset[str]:
    """What is not known of the limbs, also of one that failed for another reason."""
    needs = [x.holds.needs for x in limbs if x.holds is not None]
    needs += [t.truth.needs for x in limbs if x.holds is not None and x.holds.value is False for t in x.tests]
    return frozenset(name for ways in needs for way in ways for name in way)


def _walk(outcome: ir.Outcome, traces: tuple[RuleTrace, ...]) -> list[RuleTrace]:
    """The rules that can still decide: for a grade from the highest level down to the first that holds."""
    active = [t for t in traces if t.active.value is not False]
    if outcome.kind != "grade":
        return active
    active.sort(key=lambda t: t.rule.value.rank if isinstance(t.rule.value, Option) else 0)
    beaters = {t.rule.index: {r.index for r in outcome.rules if t.rule.index in r.overrides} for t in active}
    found: list[RuleTrace] = []
    for trace in active:
        own = beaters[trace.rule.index]
        if any(higher.holds.value and beaters[higher.rule.index] <= own for higher in found):
            continue  # whatever leaves this rule standing leaves the higher one standing too
        found.append(trace)
        if trace.active.value:
            break
    return found


def _needs(relevant: list[RuleTrace], *, closed: bool) -> Needs:
    """What settles which rule decides.

    Where the rules are ``closed`` (其余情形: one of them holds in any case) the rules of one value need not be asked
    about, if all others give way to none of them: when none of the others holds, that value is left.
    """
    whole = all_of([t.active.needs for t in relevant])
    ways: list[Needs] = []
    for value in dict.fromkeys(t.rule.value for t in relevant) if closed else ():
        left = [t.rule for t in relevant if t.rule.value == value and t.rule.when is not None]
        others = [t for t in relevant if t.rule.value != value]
        if all(rule.index in t.rule.overrides for rule in left for t in others):
            ways.append(all_of([t.active.needs for t in others]))
    found = [way for way in ways if way]
    return smallest({way for needs in found for way in needs}) if found else whole
