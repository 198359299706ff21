"""Money by number of recruits: the interpreter asked for every number, so that the steps are those of the rules."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.comparison.model import Stair, Step
from policylang.facts.model import Facts
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence
from policylang.facts.typed import read_facts
from policylang.runtime.interpreter import evaluate

if TYPE_CHECKING:
    from policylang.comparison.model import Column
    from policylang.facts.model import FactError
    from policylang.facts.vocabulary import Steps
    from policylang.runtime.outcome import Line, Outcome
    from policylang.semantics import ir

#: In the facts of a record: the day of the question, or the last of the year asked about where that is earlier.
_TODAY = "as_of"


def standard(column: Column, steps: Steps) -> Stair:
    """The steps of the station that the vocabulary describes, on its own day."""
    facts, _ = station(column.policy, steps, steps.as_of, steps.year)
    return _stair(column, steps, facts, (steps.as_of, steps.year), {})


def own(
    column: Column, steps: Steps, facts: Facts, as_of: date, year: int, readings: dict[str, str]
) -> Stair:
    """The steps of the profile, with nothing but the number of recruits changed."""
    return _stair(column, steps, facts, (as_of, year), readings)


def station(policy: ir.Policy, steps: Steps, as_of: date, year: int) -> tuple[Facts, tuple[FactError, ...]]:
    """The facts of the station that the vocabulary describes, and every mistake in them."""
    day = min(as_of, date(year, 12, 31))
    one = (Scalar(steps.listed), Sequence((_dated(steps.each, day),))) if steps.listed else None
    return read_facts(policy, Mapping((*steps.facts.entries, *([one] if one else []))))


def _stair(
    column: Column, steps: Steps, facts: Facts, when: tuple[date, int], readings: dict[str, str]
) -> Stair:
    as_of, year = when
    follows = steps.number is not None or steps.listed is not None
    record = station(column.policy, steps, as_of, year)[0].values.get(steps.listed or "", ())
    found: list[Step] = []
    for number in range(steps.most + 1):
        if not follows and found:
            found.append(Step(number, *_same(found[0])))
            continue
        values = dict(facts.values)
        if steps.number is not None:
            series = values.get(steps.number)
            values[steps.number] = {**(series if isinstance(series, dict) else {}), str(year): Fraction(number)}
        if steps.listed is not None and isinstance(record, tuple):
            values[steps.listed] = record * number
        outcome = evaluate(column.policy, Facts(values), as_of, year, readings, only=steps.results)
        found.append(_step(number, outcome))
    return Stair(column, steps.counts, as_of, year, tuple(found), follows)


def _same(step: Step) -> tuple[Fraction, Fraction | None, Fraction | None, bool, bool]:
    return step.exact, step.ceiling, step.floor, step.open, step.elsewhere


def _step(number: int, outcome: Outcome) -> Step:
    lines = [x for x in outcome.lines if x.year == (outcome.year if x.outcome.period == "year" else outcome.as_of.year)]
    granted = [x for x in lines if x.status in {"due", "possible"}]
    exact = [x.amount.low for x in granted if x.amount.kind == "exact" and x.amount.settled and x.status == "due"]
    bounded = [x for x in granted if x.amount.kind in {"cap", "range"} and x.amount.high is not None]
    floors = [x.amount.low for x in bounded if x.amount.kind == "range" and x.status == "due"]
    return Step(
        number,
        sum((x for x in exact if x is not None), Fraction(0)),
        sum((x.amount.high for x in bounded if x.amount.high is not None), Fraction(0)) if bounded else None,
        sum((x for x in floors if x is not None), Fraction(0)) if floors else None,
        bool(outcome.rejections) or any(_open(x) for x in lines),
        any(x.amount.kind == "none" for x in granted),
    )


def _open(line: Line) -> bool:
    return line.status in {"undetermined", "conflict"} or (line.status == "due" and not line.amount.settled)


def _dated(node: Node, day: date) -> Node:
    match node:
        case Scalar(text) if text == _TODAY:
            return Scalar(day.isoformat())
        case Mapping(entries):
            return Mapping(tuple((key, _dated(value, day)) for key, value in entries))
        case _:
            return node
