"""Which rule decides: conditions, grades, states and money lines.

A rule is *active* when its condition holds and no rule that overrides it holds. Among active rules the highest
level of a grade wins; for everything else two active rules with different values are a conflict, never settled
by their order.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.runtime.evaluate import At, Evaluator
from policylang.runtime.index import index_of
from policylang.runtime.operations import met
from policylang.runtime.outcome import Amount, Decision, LimbTrace, Line, RuleTrace, Test
from policylang.semantics import ir
from policylang.semantics.types import Option
from policylang.semantics.values import (
    FALSE,
    NOTHING,
    SETTLED,
    TRUE,
    Interval,
    Known,
    Needs,
    Truth,
    Value,
    all_of,
    bounds,
    conjunction,
    disjunction,
    either,
    missing,
    needs_of,
    negate,
    smallest,
    together,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.measure.citation import Citation
    from policylang.semantics.calendar import Calendar

#: How many years a raise may compound, and a history be followed back.
MAX_YEARS = 30


class Decider(Evaluator):
    """Decides the outcomes of a policy for one station, each once."""

    def __init__(
        self, policy: ir.Policy, facts: Facts, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar
    ) -> None:
        super().__init__(policy, facts, as_of, year, readings, calendar)
        index = index_of(policy)
        self.outcomes, self.in_force, self._raises = index.outcomes, index.in_force, index.raises
        self._decisions: dict[tuple[str, int | None], Decision] = {}
        self._lines: dict[tuple[str, At], Line] = {}

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
            "derived", limbs=limbs, open=frozenset(n for x in open_ if x.holds for way in x.holds.needs for n in way),
            overridable=bool(failed) and all(limb.requirement.force == "normally" for limb in failed),
        )  # fmt: skip

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
        applies = TRUE if limb.applies is None else self._quietly(self.truth, limb.applies, at)
        if applies.value is False:
            return LimbTrace(requirement, None, ())
        self.tests = []
        holds = self.truth(limb.condition, at)
        if applies.value is None:
            holds = disjunction((negate(applies), holds))
        return LimbTrace(requirement, holds, tuple(self.tests))

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
        if derived.needs:
            return replace(derived, needs=either(derived.needs, recorded.needs))
        return derived

    def _quiet_value(self, expr: ir.Expr, at: At) -> Value:
        kept, self.tests = self.tests, []
        try:
            return self.value(expr, at)
        finally:
            self.tests = kept

    def _derived(self, outcome: ir.Outcome, at: At, year: int | None) -> Decision:
        traces = self._traces(outcome, at)
        relevant = _walk(outcome, traces)
        certain = [t for t in relevant if t.active.value]
        values = list(dict.fromkeys(t.rule.value for t in relevant if isinstance(t.rule.value, Option)))
        distinct = {t.rule.value for t in certain}
        if len(distinct) > 1:
            clauses = _clauses(certain)
            options = tuple(v for v in values if v in distinct)
            return Decision(outcome, year, None, options, SETTLED, clauses, (), "derived", conflict=True, rules=traces)
        needs = SETTLED
        open_end = not certain and all(t.rule.when is not None for t in traces)
        if len(values) > 1 or (open_end and values):
            needs = _needs(relevant, closed=not certain and not open_end)
        value = values[0] if len(values) == 1 and not open_end else None
        settled_value = value if not needs else None
        shown = [t for t in (certain or relevant) if settled_value is None or t.rule.value == settled_value]
        clauses = _clauses(shown if settled_value is not None else relevant) or _clauses(traces)
        relied_on = (
            () if settled_value is not None and certain else self._supporting(x for t in relevant for x in t.tests)
        )
        ordered = tuple(o for o in outcome.levels if o in values)
        consequences = tuple(dict.fromkeys(c for t in shown for c in t.rule.consequences)) if settled_value else ()
        if settled_value is not None and any(t.rule.when is None for t in certain):
            relied_on = _clauses(t for t in traces if t.rule.when is not None)
        return Decision(
            outcome, year, settled_value, ordered, needs, clauses, relied_on, "derived",
            consequences=consequences, rules=traces,
        )  # fmt: skip

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

    def _supporting(self, tests: Iterable[Test]) -> tuple[Citation, ...]:
        """The clauses of definitions and outcomes whose tests did not speak for the rule."""
        found = [clause for test in tests if not test.met for clause in self._behind(test.expr, test)]
        return tuple(dict.fromkeys(found))

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
                return _clauses_of(self.outcomes[name])
            case _:
                return ()

    # money

    def line(self, outcome: str, at: At) -> Line:
        """A money line in a year and, for lines per record, for the record at hand."""
        declared = self.outcomes[outcome]
        place = At(at.year, at.records, at.record) if declared.each is not None else At(at.year)
        found = self._lines.get((outcome, place))
        if found is None:
            kept, self.tests = self.tests, []
            found = self._line(declared, place)
            if declared.terms.once and declared.period == "year":
                found = self._only_once(found, place)
            self.tests = kept
            self._lines[outcome, place] = found
        return found

    def _only_once(self, line: Line, at: At) -> Line:
        """一次性: what was due in an earlier year is not due again."""
        if line.status == "not_due":
            return line
        earlier = [self.line(line.outcome.id, at._replace(year=year)) for year in self.years if year < at.year]
        given = next((x for x in earlier if x.status == "due"), None)
        if given is not None:
            return replace(
                line, status="not_due", amount=Amount("none"), needs=SETTLED, given_in=given.year, unregulated=False,
                consequences=(),
            )  # fmt: skip
        open_ = [x.needs for x in earlier if x.status == "undetermined"]
        if not open_ or line.status == "conflict":
            return line
        needs = line.needs
        for more in open_:
            needs = together(needs, more)
        return replace(line, status="undetermined", needs=needs)

    def _line(self, outcome: ir.Outcome, at: At) -> Line:
        traces = self._traces(outcome, at)
        active = [t for t in traces if t.active.value is not False]
        certain = [t for t in active if t.active.value]
        ref = self._ref(at)
        if outcome.since is not None:
            first = bounds(self._quiet_value(outcome.since, at))[0]
            if first is not None and at.year < first.year:  # type: ignore[union-attr]
                active = certain = []
        if not active:
            clauses = _clauses(traces)
            relied_on = self._supporting(test for trace in traces for test in trace.tests)
            return Line(
                outcome, at.year, "not_due", Amount("none"), SETTLED, clauses, relied_on,
                record=at.record, ref=ref, rules=traces,
            )  # fmt: skip
        amounts = [self._shape(outcome, t.rule, at) for t in active]
        shown, needs = _hull([a for a, _ in amounts]), SETTLED
        status: Literal["due", "possible", "undetermined", "conflict"]
        unregulated = any(t.rule.modality == "silent" for t in certain)
        must = any(t.rule.modality == "must" for t in certain)
        may_be_must = any(t.rule.modality == "must" for t in active)
        if len(certain) > 1 and len({(a.kind, a.low, a.high) for a, _ in amounts}) > 1:
            status = "conflict"
        elif unregulated:
            status = "undetermined"
        elif certain and len({(a.kind, a.low, a.high) for a, _ in amounts}) == 1 and (must or not may_be_must):
            status = "due" if must else "possible"
            for _, extra in amounts:
                needs = together(needs, extra)
        else:
            status = "undetermined"
            for trace, (_, extra) in zip(active, amounts, strict=True):
                needs = together(needs, together(trace.active.needs, extra))
        clauses = _clauses(active)
        grown = self._raises.get(outcome.id)
        if status == "due" and grown is not None and self._streak(grown[0], at.year)[1] > 0:
            clauses = (*clauses, grown[0].clause)
        relied_on = self._supporting(x for t in active for x in t.tests) if status == "undetermined" else ()
        decided, out = self._decided_amount(outcome, at, shown)
        consequences = tuple(c for t in certain for c in t.rule.consequences)
        return Line(
            outcome, at.year, status, shown, needs, tuple(dict.fromkeys(clauses)), relied_on, unregulated, at.record, ref,
            decided, out, consequences, traces, self._covers(active),
        )  # fmt: skip

    def _covers(self, active: list[RuleTrace]) -> bool:
        """Whether the open rules leave no value of the one outcome they hang on without an amount."""
        covered: dict[tuple[str, int], set[Option]] = {}
        for trace in active:
            open_ = [test for test in trace.tests if test.met is not True]
            if len(open_) == 1 and isinstance(open_[0].expr, ir.Among) and open_[0].wanted:
                value = open_[0].expr.value
                if isinstance(value, ir.OutcomeValue):
                    covered.setdefault((value.outcome, open_[0].year), set()).update(open_[0].expr.options)
        return any(
            decision.needs and set(decision.possible) <= options
            for (name, year), options in covered.items()
            for decision in (self.decide(name, year),)
        )

    def _ref(self, at: At) -> str | None:
        """The id of the record at hand, or its number."""
        records = self.facts.get(at.records) if at.records is not None else None
        if not isinstance(records, tuple) or at.record is None:
            return None
        own = records[at.record].get("id")
        return own if isinstance(own, str) else f"{at.records}[{at.record}]"

    def _shape(self, outcome: ir.Outcome, rule: ir.Rule, at: At) -> tuple[Amount, Needs]:
        """The amount of a rule with what its figures still need."""
        match rule.value:
            case ir.Exact(amount, base):
                found = self._quiet_value(amount, at)
                if base is None and outcome.id in self._raises:
                    found = self._grown(found, outcome.id, at)
                low, high = bounds(found)
                return Amount("exact", _yuan(low), _yuan(high)), needs_of(found)
            case ir.Cap(amount):
                found = self._quiet_value(amount, at)
                low, high = bounds(found)
                return Amount("cap", _yuan(low), _yuan(high)), needs_of(found)
            case ir.Range(low_expr, high_expr):
                least, most = self._quiet_value(low_expr, at), self._quiet_value(high_expr, at)
                needs = together(needs_of(least), needs_of(most))
                return Amount("range", _yuan(bounds(least)[0]), _yuan(bounds(most)[1])), needs
            case ir.Unstated(document):
                return Amount("none", document=document), SETTLED
            case _:
                return Amount("none"), SETTLED

    def fixed_amount(self, line: str, at: At) -> tuple[Amount, Needs]:
        """What the text fixes for a money line, whether or not it is due here: the shape of its rules."""
        outcome = self.outcomes[line]
        granting = [t for t in self.line(line, at).rules if t.rule.value is not None]
        open_ = [t for t in granting if t.active.value is not False] or granting
        if not open_:
            return Amount("none"), SETTLED
        kept, self.tests = self.tests, []
        shapes = [self._shape(outcome, t.rule, at) for t in open_]
        self.tests = kept
        needs = SETTLED
        for _, more in shapes:
            needs = together(needs, more)
        return _hull([amount for amount, _ in shapes]), needs

    def _grown(self, amount: Value, line: str, at: At) -> Value:
        """A yearly amount on which raises of earlier years compound."""
        rule, rate = self._raises[line]
        least, most, needs = self._streak(rule, at.year)
        low, high = bounds(amount)
        if not isinstance(low, Fraction) or not isinstance(high, Fraction):
            return amount
        low, high, needs = low * (1 + rate) ** least, high * (1 + rate) ** most, together(needs_of(amount), needs)
        return Known(low) if low == high else Interval(low, high, needs)

    def _streak(self, rule: ir.Rule, year: int) -> tuple[int, int, Needs]:
        """In how many years just before this one the raise held, for certain and at most, and what would tell.

        It is followed back to the first year that the facts speak of.
        """
        assert isinstance(rule.value, ir.Exact)  # noqa: S101 - only exact raises are collected
        grows = TRUE if rule.value.compounding is None else self._quietly(self.truth, rule.value.compounding, At(year))
        if grows.value is False or rule.when is None:
            return 0, 0, SETTLED
        least, most, needs = 0, 0, grows.needs
        for back in range(1, min(MAX_YEARS, year - self.history[0] + 1)):
            held = self._quietly(self.truth, rule.when, At(year - back))
            if held.value is False:
                break
            most = back
            needs = together(needs, held.needs)
            if held.value and grows.value and least == back - 1:
                least = back
        return least, most, needs

    def _decided_amount(self, outcome: ir.Outcome, at: At, shape: Amount) -> tuple[Fraction | None, bool]:
        if outcome.terms.decided_as is None:
            return None, False
        found = self.fact(outcome.terms.decided_as, at)
        if not isinstance(found, Known) or not isinstance(found.value, Fraction):
            return None, False
        above = shape.high is not None and found.value > shape.high
        below = shape.kind in {"range", "exact"} and shape.low is not None and found.value < shape.low
        return found.value, above or below


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


def _clauses(traces: Iterable[RuleTrace]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(trace.rule.clause for trace in traces))


def _clauses_of(outcome: ir.Outcome) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(rule.clause for rule in outcome.rules))


def _yuan(value: object) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def _hull(amounts: list[Amount]) -> Amount:
    """One shape for all that is still possible: the widest of one kind, or none."""
    kinds = {a.kind for a in amounts}
    if len(kinds) > 1:
        return Amount("none")
    lows = [a.low for a in amounts]
    highs = [a.high for a in amounts]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    high = None if any(x is None for x in highs) else max(x for x in highs if x is not None)
    documents = sorted({a.document for a in amounts if a.document is not None})
    return Amount(amounts[0].kind, low, high, "、".join(documents) or None)

