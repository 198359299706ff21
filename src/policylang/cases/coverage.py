"""How far cases exercise a measure: which of its rules were applied, which conditions came out both ways.

*Rules* are the sentences of a measure. Covered is

* a rule of an outcome, or a row of a table, that decided: a settled value that no body attested, a line due or possible;
* a limb of 应当具备, a 须, a quota or a forecast that had a definite result;
* a duty or deadline that was met or not met;
* a warning that was shown and, unless it always is, another time was not;
* a definition that had a settled value;
* an option of a reading under which something was decided.

*Conditions* are the atomic tests of those sentences, what stands between 且, 或 and 非, wherever they are written: in
rules, limbs, 适用于, definitions, duties, warnings, quotas, forecasts, 须, and inside lists and histories (其中, 连续, 任一年度).
A limb of several tests is one more condition as a whole. Covered is a condition that was seen to hold and was also
seen not to hold; a test that stayed open says nothing.

What was seen counts in every evaluation: of a case and its alternatives, in each year, record and station. Of facts
that cannot be read nothing counts, of facts that contradict each other only the 须 that found it.

Not counted are only conditions that depend on nothing but constants and can come out in one way only: ``constant``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from policylang.runtime.decide import Decider
from policylang.runtime.interpreter import evaluate
from policylang.runtime.quotas import Member, QuotaResult, evaluate_population
from policylang.semantics import ir
from policylang.semantics.types import Boolean
from policylang.semantics.values import Known, Truth
from policylang.semantics.walk import duty_parts, everything, parts, shape_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.measure.citation import Citation
    from policylang.runtime.evaluate import At
    from policylang.runtime.forecasts import ForecastResult
    from policylang.runtime.outcome import Decision, Line, Outcome
    from policylang.runtime.quotas import Station
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.values import Value
    from policylang.source.span import Span

    #: Told of a node of the policy and how it came out: decided, met, true; or not.
    Note = Callable[["Sentence | ir.Expr", bool], None]
    Tests = Iterator[tuple[ir.Expr, Citation | None]]

Sentence = (
    ir.Rule | ir.Requirement | ir.Duty | ir.Notice | ir.Quota | ir.Forecast | ir.Definition | ir.ReadingOption
    | ir.Constraint
)  # fmt: skip
_EVERY_WAY = frozenset({True, False})


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence or a condition of a measure, and what no case has shown of it.

    ``clause`` is None for what is written before the first clause. ``owner`` is the outcome of a rule or limb, the
    reading of an option. ``unseen`` has True for what was never seen to hold, False for what was never seen not to
    hold, both for what was never seen with any result.
    """

    subject: Sentence | ir.Expr
    owner: ir.Outcome | ir.Reading | None
    clause: Citation | None
    span: Span
    unseen: frozenset[bool]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The points of a policy in the order of its text; ``constant`` are the conditions that are not counted.

    A limb among the conditions is one of several tests, taken as a whole.
    """

    policy: ir.Policy
    rules: tuple[Point, ...]
    conditions: tuple[Point, ...]
    constant: tuple[Point, ...]


def per_thousand(points: Sequence[Point]) -> int:
    """How many of a thousand of these points are covered, rounded down; 1000 when there are none."""
    return sum(not point.unseen for point in points) * 1000 // len(points) if points else 1000


class Recorder:
    """Evaluates as the runtime does and remembers what came out, for any number of policies."""

    def __init__(self) -> None:
        # Two conditions of the same words are not the same, so nodes are known by identity; the policies are kept.
        self._seen: defaultdict[int, set[bool]] = defaultdict(set)
        self._policies: dict[int, ir.Policy] = {}

    def evaluate(
        self, policy: ir.Policy, facts: Facts, as_of: date, year: int | None, readings: Mapping[str, str],
        calendar: Calendar | None,
    ) -> Outcome:  # fmt: skip
        """``runtime.interpreter.evaluate``, remembered."""
        outcome = evaluate(policy, facts, as_of, year, readings, calendar, decided_by=partial(_Watched, self._note))
        if not outcome.rejections:
            self._read(policy, readings)
        for result in outcome.duties:
            if result.result in {"met", "unmet"}:
                self._note(result.duty, result.result == "met")
        return outcome

    def evaluate_population(
        self, policy: ir.Policy, stations: Sequence[Station], shared: Facts, as_of: date, year: int | None,
        readings: Mapping[str, str], calendar: Calendar | None,
    ) -> tuple[QuotaResult | ForecastResult, ...]:  # fmt: skip
        """``runtime.quotas.evaluate_population``, remembered."""
        results = evaluate_population(
            policy, stations, shared, as_of, year, readings, calendar,
            decided_by=partial(_Watched, self._note), member_by=partial(_WatchedMember, self._note),
        )  # fmt: skip
        self._read(policy, readings)
        for result in results:
            if not isinstance(result, QuotaResult):
                if not result.needs:
                    self._note(result.forecast, answer=True)
            elif result.result != "undetermined":
                self._note(result.quota, result.result == "ok")
        return results

    def coverage(self, policy: ir.Policy) -> Coverage:
        """What the evaluations so far have shown of a policy."""
        conditions = list(self._wholes(policy))
        constant: list[Point] = []
        for point, expr in self._conditions(policy):
            (constant if _constant(expr) else conditions).append(point)
        return Coverage(policy, _in_order(list(self._rules(policy))), _in_order(conditions), _in_order(constant))

    def _note(self, node: Sentence | ir.Expr, answer: bool) -> None:  # noqa: FBT001 - how it came out
        self._seen[id(node)].add(answer)

    def _read(self, policy: ir.Policy, readings: Mapping[str, str]) -> None:
        self._policies[id(policy)] = policy
        for reading in policy.readings:
            chosen = readings.get(reading.id, reading.adopted)
            self._note(next(option for option in reading.options if option.id == chosen), answer=True)

    def _unseen(self, node: object) -> frozenset[bool]:
        """The ways in which a node never came out."""
        return _EVERY_WAY - self._seen.get(id(node), set())

    def _never(self, node: object) -> frozenset[bool]:
        """Both ways for a node that never had a result, none otherwise."""
        return frozenset() if id(node) in self._seen else _EVERY_WAY

    def _rules(self, policy: ir.Policy) -> Iterator[Point]:
        for constraint in policy.constraints:
            yield Point(constraint, None, None, constraint.span, self._never(constraint.condition))
        for outcome in policy.outcomes:
            for rule in outcome.rules:
                yield Point(rule, outcome, rule.clause, rule.span, self._never(rule))
            for limb in outcome.requirements:
                yield Point(limb, outcome, limb.clause, limb.span, self._never(limb))
        for notice in policy.warnings:
            unseen = self._never(notice.when) if _constant(notice.when) else self._unseen(notice.when)
            yield Point(notice, None, notice.clause, notice.span, unseen)
        for reading in policy.readings:
            for option in reading.options:
                yield Point(option, reading, reading.clause, reading.span, self._never(option))
        named: list[ir.Definition | ir.Duty | ir.Quota | ir.Forecast]
        named = [*policy.definitions, *policy.duties, *policy.quotas, *policy.forecasts]
        for sentence in named:
            yield Point(sentence, None, sentence.clause, sentence.span, self._never(sentence))

    def _conditions(self, policy: ir.Policy) -> Iterator[tuple[Point, ir.Expr]]:
        """Each condition once, however many rows of a table share it."""
        found: dict[tuple[Citation | None, Span, ir.Expr], set[bool]] = defaultdict(set)
        for expr, clause in _tests(policy):
            found[clause, expr.span, expr] |= self._seen.get(id(expr), set())
        for (clause, span, expr), seen in found.items():
            yield Point(expr, None, clause, span, _EVERY_WAY - seen), expr

    def _wholes(self, policy: ir.Policy) -> Iterator[Point]:
        """Limbs that are made of several conditions."""
        for outcome in policy.outcomes:
            for limb in outcome.requirements:
                if len(list(_atoms(limb.limb.condition, limb.clause))) > 1:
                    yield Point(limb, outcome, limb.clause, limb.span, self._unseen(limb))


class _Watched(Decider):
    """Decides as ``Decider`` does and notes what was decided and how every condition came out."""

    def __init__(self, note: Note, *context: object) -> None:
        super().__init__(*context)  # type: ignore[arg-type]
        self.note = note

    def truth(self, expr: ir.Expr, at: At, wanted: bool = True) -> Truth:  # noqa: FBT001, FBT002 - the sign of 非
        """As found, and noted."""
        found = super().truth(expr, at, wanted)
        if found.value is not None:
            self.note(expr, found.value)
        return found

    def definition(self, name: str, at: At) -> Truth | Value:
        """As found; noted when it is settled."""
        found = super().definition(name, at)
        if found.value is not None if isinstance(found, Truth) else isinstance(found, Known):
            self.note(self.definitions[name], True)  # noqa: FBT003 - it was used
        return found

    def decide(self, outcome: str, year: int) -> Decision:
        """As decided; a rule is noted when its value is the settled one and no body attested it."""
        found = super().decide(outcome, year)
        for limb in found.limbs:
            if limb.holds is not None and limb.holds.value is not None:
                self.note(limb.requirement, limb.holds.value)
        if found.basis == "derived" and found.value is not None:
            for trace in found.rules:
                if trace.active.value and trace.rule.value == found.value:
                    self.note(trace.rule, True)  # noqa: FBT003 - it decided
        return found

    def line(self, outcome: str, at: At) -> Line:
        """As decided; a rule is noted when its line is due or possible, 未规定 when it leaves the line open.

        不给予 is noted when nothing is due.
        """
        found = super().line(outcome, at)
        for trace in found.rules:
            silent = found.unregulated and trace.rule.modality == "silent"
            settled = {"not_due"} if isinstance(trace.rule.value, ir.Denied) else {"due", "possible"}
            if trace.active.value and (silent or found.status in settled):
                self.note(trace.rule, True)  # noqa: FBT003 - it decided
        return found


class _WatchedMember(_Watched, Member):
    """A station of the list; what is recorded for it was not decided by a rule."""

    def decide(self, outcome: str, year: int) -> Decision:
        """As recorded; otherwise as decided, and noted."""
        return Member.decide(self, outcome, year) if outcome in self.recorded else super().decide(outcome, year)

    def line(self, outcome: str, at: At) -> Line:
        """As recorded; otherwise as decided, and noted."""
        return Member.line(self, outcome, at) if outcome in self.granted else super().line(outcome, at)


# The conditions of a policy ------------------------------------------------------------------------------------


def _tests(policy: ir.Policy) -> Tests:
    """Every atomic condition of a policy with the clause it stands under."""
    for constraint in policy.constraints:
        yield from _atoms(constraint.condition, None)
    for definition in policy.definitions:
        inside = _atoms if isinstance(definition.type, Boolean) else _within
        yield from inside(definition.body, definition.clause)
    for outcome in policy.outcomes:
        if outcome.opened_by is not None:
            yield from _atoms(outcome.opened_by, None)
        for rule in outcome.rules:
            if rule.when is not None:
                yield from _atoms(rule.when, rule.clause)
            for part in shape_parts(rule.value):
                compounding = isinstance(rule.value, ir.Exact) and part is rule.value.compounding
                yield from (_atoms if compounding else _within)(part, rule.clause)
        for requirement in outcome.requirements:
            yield from _limb(requirement.limb, requirement.clause)
    for duty in policy.duties:
        conditions = [duty.applies, getattr(duty.timing, "condition", None)]
        for part in duty_parts(duty):
            yield from (_atoms if any(part is c for c in conditions) else _within)(part, duty.clause)
    for notice in policy.warnings:
        yield from _atoms(notice.when, notice.clause)
    for quota in policy.quotas:
        yield from _within(quota.limit, quota.clause)
        for told in (quota.counting, quota.except_for):
            if told is not None:
                yield from _atoms(told, quota.clause)
    for forecast in policy.forecasts:
        for counted in forecast.parts:
            if counted.when is not None:
                yield from _atoms(counted.when, forecast.clause)


def _limb(limb: ir.Limb, clause: Citation | None) -> Tests:
    where = limb.clause or clause
    yield from _atoms(limb.condition, where)
    if limb.applies is not None:
        yield from _atoms(limb.applies, where)


def _atoms(expr: ir.Expr, clause: Citation | None) -> Tests:
    """The atomic conditions of a condition, and those inside them."""
    match expr:
        case ir.Logic(_, limbs):
            for limb in limbs:
                yield from _limb(limb, clause)
        case ir.Not(body):
            yield from _atoms(body, clause)
        case ir.FirstKnown() | ir.Dated():
            for part in parts(expr):
                yield from _atoms(part, clause)
        case ir.InYear(_, body):
            first, *others = _atoms(body, clause)
            yield (expr, clause) if first[0] is body else first  # 上年度 belongs to the test it moves
            yield from others
        case ir.Consecutive(_, _, body) | ir.AnyYear(body):
            yield expr, clause
            yield from _atoms(body, clause)
        case _:
            yield expr, clause
            yield from _within(expr, clause)


def _within(value: ir.Expr, clause: Citation | None) -> Tests:
    """The atomic conditions inside a value: those that choose the records of a list."""
    for part in parts(value):
        yield from (_atoms if isinstance(value, ir.Aggregate) else _within)(part, clause)


def _constant(condition: ir.Expr) -> bool:
    """Whether a condition depends on nothing that can differ between two cases."""
    ends = (part for part in everything(condition) if next(parts(part), None) is None)
    return all(isinstance(end, (ir.Constant, ir.Logic)) for end in ends)


def _in_order(points: list[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: point.span.start))
