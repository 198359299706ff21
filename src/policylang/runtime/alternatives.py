"""Each ambiguity read in every other way: which results change when one reading, and nothing else, is another one.

An evaluation is repeated once for each option that was not chosen, so the work is bounded by the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.runtime.forecasts import ForecastResult
from policylang.runtime.interpreter import evaluate
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.runtime.quotas import QuotaResult, evaluate_population
from policylang.semantics.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.runtime.outcome import Outcome, Rejection
    from policylang.runtime.quotas import Station
    from policylang.semantics import ir

#: What a reading can change: a result of one station, or a finding over all of them.
Result = Decision | Line | DutyResult | QuotaResult | ForecastResult


@dataclass(frozen=True, slots=True)
class Change:
    """One result under the chosen reading and under the other one; None where the reading has no such result."""

    before: Result | None
    after: Result | None

    @property
    def open(self) -> bool:
        """True when neither reading settles the result: it is undetermined, or there is none."""
        return all(result is None or _open(result) for result in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is different under one other option: results, and warnings that are then given or no longer given.

    ``rejections`` is not empty when the facts contradict themselves under this option: then nothing is decided, and
    ``changes`` is empty.
    """

    option: ir.ReadingOption
    changes: tuple[Change, ...]
    gained: tuple[ir.Notice, ...] = ()
    lost: tuple[ir.Notice, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    @property
    def matters(self) -> bool:
        """True when anything at all is different."""
        return bool(self.changes or self.gained or self.lost or self.rejections)

    @property
    def open(self) -> bool:
        """True when only results are different that neither reading settles."""
        return self.matters and all(c.open for c in self.changes) and not (self.gained or self.lost or self.rejections)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An ambiguity, how it was read, and what every other option would change."""

    reading: ir.Reading
    chosen: ir.ReadingOption
    alternatives: tuple[Alternative, ...]

    @property
    def matters(self) -> bool:
        """True when another option changes anything."""
        return any(alternative.matters for alternative in self.alternatives)


def compare_readings(
    policy: ir.Policy, facts: Facts, as_of: date, year: int | None = None, readings: Mapping[str, str] | None = None,
    calendar: Calendar | None = None, only: Collection[str] | None = None,
) -> tuple[Outcome, tuple[Comparison, ...]]:  # fmt: skip
    """The outcome for one station, and what each ambiguity, read otherwise, would change in it.

    Takes what ``evaluate`` takes. One comparison for each ambiguity, in the order of the policy; none while the
    facts contradict each other, because then nothing is decided.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
    """
    days = calendar or Calendar.official()
    outcome = evaluate(policy, facts, as_of, year, readings, days, only)
    if outcome.rejections:
        return outcome, ()
    results = outcome.results

    def alternative(option: ir.ReadingOption, chosen: Mapping[str, str]) -> Alternative:
        other = evaluate(policy, facts, as_of, year, chosen, days, only)
        if other.rejections:
            return Alternative(option, (), rejections=other.rejections)
        return Alternative(
            option,
            tuple(_changes(results, other.results)),
            tuple(w for w in other.warnings if w not in outcome.warnings),
            tuple(w for w in outcome.warnings if w not in other.warnings),
        )

    return outcome, _compared(policy, dict(outcome.readings), alternative)


def compare_population_readings(
    policy: ir.Policy, stations: Sequence[Station], shared: Facts, as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
) -> tuple[tuple[QuotaResult | ForecastResult, ...], tuple[Comparison, ...]]:  # fmt: skip
    """The findings over all stations, and what each ambiguity, read otherwise, would change in them.

    Takes what ``evaluate_population`` takes.
    """
    days = calendar or Calendar.official()
    adopted = {reading.id: reading.adopted for reading in policy.readings} | dict(readings or {})
    findings = evaluate_population(policy, stations, shared, as_of, year, adopted, days)

    def alternative(option: ir.ReadingOption, chosen: Mapping[str, str]) -> Alternative:
        others = evaluate_population(policy, stations, shared, as_of, year, chosen, days)
        return Alternative(option, tuple(_changes(findings, others)))

    return findings, _compared(policy, adopted, alternative)


def _compared(
    policy: ir.Policy, chosen: Mapping[str, str],
    alternative: Callable[[ir.ReadingOption, Mapping[str, str]], Alternative],
) -> tuple[Comparison, ...]:  # fmt: skip
    return tuple(
        Comparison(
            reading,
            next(option for option in reading.options if option.id == chosen[reading.id]),
            tuple(
                alternative(option, {**chosen, reading.id: option.id})
                for option in reading.options if option.id != chosen[reading.id]
            ),
        )
        for reading in policy.readings
    )  # fmt: skip


def _changes(results: Iterable[Result], others: Iterable[Result]) -> Iterator[Change]:
    """The results that differ, in the order of the first list, then those that only the second has."""
    rest: dict[tuple[object, ...], list[Result]] = {}
    for other in others:
        rest.setdefault(_question(other), []).append(other)
    for result in results:
        matching = rest.get(_question(result))
        after = matching.pop(0) if matching else None
        if after is None or _answer(result) != _answer(after):
            yield Change(result, after)
    for added in rest.values():
        yield from (Change(None, result) for result in added)


def _open(result: Result) -> bool:
    match result:
        case Decision():
            return result.value is None and bool(result.needs)
        case Line():
            return result.status == "undetermined"
        case DutyResult() | QuotaResult():
            return result.result == "undetermined"
        case ForecastResult():  # pragma: no branch - the last of a closed union
            return bool(result.needs)


def _question(result: Result) -> tuple[object, ...]:
    """What a result answers."""
    match result:
        case Decision():
            return "decision", result.outcome.id, result.year
        case Line():
            return "money", result.outcome.id, result.year, result.record
        case DutyResult():
            return "duty", result.duty.id, result.period, result.record
        case QuotaResult():
            return "quota", result.quota.id, result.group
        case ForecastResult():  # pragma: no branch - the last of a closed union
            return "forecast", result.forecast.id


def _answer(result: Result) -> tuple[object, ...]:
    """What of a result has to be the same for nothing to have changed; clauses and reasons are not part of it."""
    match result:
        case Decision():
            return result.value, result.possible, result.conflict, result.overridable
        case Line():
            open_ = frozenset(trace.rule.value for trace in result.rules if trace.active.value is not False)
            possible = (open_, result.never_nothing) if result.status == "undetermined" else ()
            return result.status, result.unregulated, result.amount, result.out_of_bounds, possible
        case DutyResult():
            return result.result, result.due
        case QuotaResult():
            return result.result, result.total, result.counted, result.after, result.limit, result.discretionary
        case ForecastResult():  # pragma: no branch - the last of a closed union
            return result.kind, result.total, result.parts, result.pay_year
