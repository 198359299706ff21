"""``evaluate``: what a measure decides for one station on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.runtime.decide import Decider
from policylang.runtime.duties import duty_results
from policylang.runtime.evaluate import At
from policylang.runtime.index import chosen_readings
from policylang.runtime.outcome import Outcome, Rejection
from policylang.semantics.calendar import Calendar
from policylang.semantics.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from policylang.facts.model import Facts
    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics import ir


def evaluate(
    policy: ir.Policy, facts: Facts, as_of: date, year: int | None = None, readings: Mapping[str, str] | None = None,
    calendar: Calendar | None = None, only: Collection[str] | None = None, decided_by: Callable[..., Decider] = Decider,
) -> Outcome:  # fmt: skip
    """Decide every outcome of ``policy`` for the station that ``facts`` describe.

    Pure and bounded: the same arguments give the same outcome, no file, clock or network is read.

    Args:
        policy: the typed core, from ``compile_policy`` or ``load``.
        facts: typed facts; what is absent is unknown, never false or 0.
        as_of: the day on which the decision is asked.
        year: the assessment year; without it the year of ``as_of``.
        readings: chosen readings by id where they differ from the adopted ones.
        calendar: the working-day calendar; without it the official one.
        only: ids of the outcomes and duties that are wanted; without it all, and the warnings.
        decided_by: makes what decides: a ``Decider``, or one that takes notes as well.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
    """
    chosen = chosen_readings(policy, readings or {})
    decider = decided_by(policy, facts, as_of, year or as_of.year, chosen, calendar or Calendar.official())
    head = (policy, as_of, decider.year, tuple(chosen.items()), decider.calendar.version)
    rejections = contradictions(decider)
    if rejections:
        return Outcome(*head, rejections=rejections)
    at = At(decider.year)
    wanted = [o for o in policy.outcomes if only is None or o.id in only]
    lines = tuple(_lines(decider, wanted))
    decisions = tuple(_decisions(decider, wanted))
    duties = tuple(duty_results(decider, [d for d in policy.duties if only is None or d.id in only]))
    warned = policy.warnings if only is None else ()
    warnings = tuple(w for w in warned if decider._quietly(decider.truth, w.when, at).value)
    used = tuple((name, place.year, place.record, tests) for (name, place), (_, tests) in decider.defined.items())
    return Outcome(*head, decisions, lines, duties, warnings, used, frozenset(facts.values))


def _decisions(decider: Decider, outcomes: list[ir.Outcome]) -> list[Decision]:
    found = []
    for outcome in outcomes:
        if outcome.kind != "money":
            years = decider.years if outcome.period == "year" else [decider.year]
            found += [decider.decide(outcome.id, year) for year in years]
    return found


def _lines(decider: Decider, outcomes: list[ir.Outcome]) -> list[Line]:
    found = []
    for outcome in outcomes:
        if outcome.kind != "money":
            continue
        years = decider.years if outcome.period == "year" else [decider.as_of.year]
        records = decider.records(outcome.each) if outcome.each is not None else None
        for year in years:
            if outcome.each is None:
                found.append(decider.line(outcome.id, At(year)))
            elif records is None:
                found.append(decider.line(outcome.id, At(year, outcome.each)))
            else:
                found += [decider.line(outcome.id, At(year, outcome.each, n)) for n in range(len(records))]
    return found


def contradictions(decider: Decider) -> tuple[Rejection, ...]:
    """Facts that contradict each other."""
    found = []
    for constraint in decider.policy.constraints:
        truth = decider._quietly(decider.truth, constraint.condition, At(decider.year))
        if truth.value is False and _recorded(decider, constraint):
            first = decider.declared[constraint.fact]
            other = decider.declared[constraint.other] if constraint.other else None
            found.append(_rejection(constraint, first, other))
    return tuple(found)


def _recorded(decider: Decider, constraint: ir.Constraint) -> bool:
    """A constraint speaks of recorded facts only: what did not happen contradicts nothing."""
    named = [name for name in (constraint.fact, constraint.other) if name is not None]
    return all(decider.facts.get(name) not in (None, NOTHING) for name in named)


def _rejection(constraint: ir.Constraint, first: ir.Fact, other: ir.Fact | None) -> Rejection:
    operator = getattr(constraint.condition, "operator", "")
    words = {
        "ge": ("早于", "earlier than"), "gt": ("不晚于", "not later than"),
        "le": ("晚于", "later than"), "lt": ("不早于", "not earlier than"),
    }  # fmt: skip
    if other is not None and operator in words:
        zh, en = words[operator]
        return Rejection(first.id, f"“{first.name}”{zh}“{other.name}”", f"{en} {other.id}")
    return Rejection(first.id, f"“{first.name}”与规定不符", "breaks a rule of the policy for facts")
