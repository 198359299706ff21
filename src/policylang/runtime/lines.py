"""Money lines: whether an amount is due, which, and what is still open.

Two active rules with different amounts are a conflict, never settled by their order; caps and ranges keep their
shape.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.runtime.evaluate import At
from policylang.runtime.index import index_of
from policylang.runtime.operations import grants
from policylang.runtime.outcome import Amount, Line, RuleTrace
from policylang.runtime.rules import RuleEvaluator, clauses_of_rules
from policylang.semantics import ir
from policylang.semantics.values import (
    SETTLED,
    TRUE,
    Interval,
    Known,
    Needs,
    Value,
    all_of,
    bounds,
    needs_of,
    together,
)
from policylang.semantics.walk import shape_amounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.types import Option

#: How many years a raise may compound.
MAX_YEARS = 30


class LineEvaluator(RuleEvaluator):
    """Evaluates money lines, each once."""

    def __init__(
        self, policy: ir.Policy, facts: Facts, as_of: date, year: int, readings: Mapping[str, str], calendar: Calendar
    ) -> None:
        super().__init__(policy, facts, as_of, year, readings, calendar)
        self._raises = index_of(policy).raises
        self._lines: dict[tuple[str, At], Line] = {}

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
        return replace(line, status="undetermined", needs=all_of([line.needs, *open_]))

    def _line(self, outcome: ir.Outcome, at: At) -> Line:
        traces = self._traces(outcome, at)
        open_ = [t for t in traces if t.active.value is not False]
        denied = [t for t in open_ if t.active.value and isinstance(t.rule.value, ir.Denied)]
        active = [t for t in open_ if not isinstance(t.rule.value, ir.Denied)]
        certain = [t for t in active if t.active.value]
        ref = self._ref(at)
        if outcome.since is not None:
            first = bounds(self._quiet_value(outcome.since, at))[0]
            if first is not None and at.year < first.year:  # type: ignore[union-attr]
                active = certain = []
        if not active:
            clauses = clauses_of_rules(denied or [t for t in traces if grants(t.rule)] or traces)
            relied_on = (
                self._supporting([x for t in denied for x in t.tests], met=True)
                if denied
                else self._supporting(x for t in traces if grants(t.rule) for x in t.tests)
            )
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
        differing = len(certain) > 1 and len({(a.kind, a.low, a.high) for a, _ in amounts}) > 1
        if differing or (denied and certain):
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
        clauses = clauses_of_rules(active)
        grown = self._raises.get(outcome.id)
        raised = self._streak(grown[0], at.year)[1] if status == "due" and grown is not None else 0
        if raised and grown is not None:
            clauses = (*clauses, grown[0].clause)
        settled = status in {"due", "possible"} or unregulated
        relied_on = self._supporting((x for t in active for x in t.tests), met=settled)
        decided, out = self._decided_amount(outcome, at, shown)
        consequences = tuple(c for t in certain for c in t.rule.consequences)
        return Line(
            outcome, at.year, status, shown, needs, tuple(dict.fromkeys(clauses)), relied_on, unregulated, at.record, ref,
            decided, out, consequences, traces, self._covers(active), figures=self._figures(active, at), raised=raised,
        )  # fmt: skip

    def _figures(self, active: list[RuleTrace], at: At) -> tuple[tuple[ir.Expr, Value], ...]:
        """What the amounts that have to be worked out are worked out from."""
        shapes = [part for t in active for part in shape_amounts(t.rule.value) if not isinstance(part, ir.Constant)]
        return tuple((leaf, self._quiet_value(leaf, at)) for part in shapes for leaf in _leaves(part))

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
        records = self.records(at.records) if at.records is not None else None
        if records is None or at.record is None:
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
        granting = [t for t in self.line(line, at).rules if grants(t.rule)]
        open_ = [t for t in granting if t.active.value is not False] or granting
        if not open_:
            return Amount("none"), SETTLED
        kept, self.tests = self.tests, []
        shapes = [self._shape(outcome, t.rule, at) for t in open_]
        self.tests = kept
        return _hull([amount for amount, _ in shapes]), all_of([needs for _, needs in shapes])

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


def _leaves(expr: ir.Expr) -> Iterator[ir.Expr]:
    """What a calculation is made of, but for constants."""
    if isinstance(expr, ir.Arithmetic):
        yield from _leaves(expr.left)
        yield from _leaves(expr.right)
    elif not isinstance(expr, ir.Constant):
        yield expr


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
