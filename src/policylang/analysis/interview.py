"""What is still worth asking: the facts that can matter to the results that are wanted, the most decisive first.

A fact is asked only when it is among the needs of an open result, so that nothing is asked that could change nothing.
For the order, the few facts that the open results need most are tried: each with the answers at which a comparison
turns, or with each of its options. The work is bounded, and the same facts give the same order. What a body has assessed
is asked after the facts that its assessment rests on: where those settle the result, there is no need for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from policylang.facts.answers import Answer, answered
from policylang.facts.forms import Fault
from policylang.facts.paths import FactPath, find_path
from policylang.runtime.interpreter import evaluate
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir
from policylang.semantics.periods import Period, add_days, add_months, add_years
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Records
from policylang.semantics.values import NOTHING, bounds
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from policylang.facts.model import Facts
    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Outcome, Test
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.values import Needs

#: What a question can help to settle.
Result = Decision | Line | DutyResult

_T = TypeVar("_T")

#: Years longer ago than this are not asked about: what looks back from every year that is recorded would never end.
_YEARS_BACK = 10

#: So many facts are tried, each with at most so many answers: some 25 evaluations.
_TRIED, _ANSWERS = 6, 4


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is missing, and the open results that hang on it, with the clauses in which they do."""

    path: FactPath
    results: tuple[Result, ...]
    clauses: tuple[Citation, ...]

    @property
    def fact(self) -> ir.Fact:
        """The fact, or the field of an item, that is asked for."""
        return self.path.field or self.path.fact

    @property
    def counts(self) -> bool:
        """True when it is asked how many items a list has."""
        return isinstance(self.fact.type, Records)


@dataclass(frozen=True, slots=True)
class Interview:
    """Where an interview stands.

    ``results`` are those that are wanted; ``open`` those of them that are not settled. ``questions`` stand in the order
    in which they are best asked. ``beyond`` names what is needed and cannot be asked for: ``calendar.2027`` for working
    days not yet published, ``<duty>.done`` where the measure has no fact for what was done, and years long ago.
    """

    outcome: Outcome
    results: tuple[Result, ...]
    open: tuple[Result, ...]
    questions: tuple[Question, ...]
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an interview is about: a station under a measure, on a day, for an assessment year.

    ``wanted`` are the ids of outcomes and duties; None for all of them. Of yearly results, those of the assessment
    year are wanted; earlier years are asked about as far as those hang on them.
    """

    policy: ir.Policy
    as_of: date
    year: int
    readings: Mapping[str, str]
    calendar: Calendar
    wanted: frozenset[str] | None = None

    def decide(self, facts: Facts, only: Collection[str] | None = None) -> Outcome:
        """The outcome for these facts."""
        return evaluate(self.policy, facts, self.as_of, self.year, self.readings, self.calendar, only)

    def results(self, outcome: Outcome) -> tuple[Result, ...]:
        """The results that are wanted."""
        found: Iterable[Result] = chain(outcome.decisions, outcome.lines, outcome.duties)
        return tuple(r for r in found if self._concerns(r) and (self.wanted is None or _id(r) in self.wanted))

    def _concerns(self, result: Result) -> bool:
        match result:
            case Decision():
                return result.year in (None, self.year)
            case Line():
                return result.outcome.period != "year" or result.year == self.year
            case DutyResult():  # pragma: no branch - the last of a closed union
                return result.period is None or result.period.startswith(f"{self.year:04}")


def interview(inquiry: Inquiry, facts: Facts, skipped: Collection[str] = ()) -> Interview:
    """What is settled, what is open, and what is best asked next; paths in ``skipped`` are not asked again.

    While the facts contradict each other nothing is decided, so nothing is asked.
    """
    outcome = inquiry.decide(facts, inquiry.wanted)
    results = inquiry.results(outcome)
    open_ = tuple(result for result in results if result.needs)
    paths: dict[str, FactPath] = {}
    beyond: dict[str, None] = {}
    for name in sorted({name for result in open_ for name in _names(result.needs)}):
        path = _askable(inquiry, name)
        if path is None:
            beyond[name] = None
        elif str(path) not in skipped:
            paths[name] = path
    hanging = {name: tuple(r for r in open_ if name in _names(r.needs)) for name in paths}
    declared = {fact.id: number for number, fact in enumerate(inquiry.policy.facts)}
    ranked = sorted(paths, key=lambda name: (-_weight(name, hanging[name]), _place(paths[name], declared)))
    scores = {
        name: _score(inquiry, facts, paths[name], _answers(inquiry, outcome, open_, name, paths[name]), skipped)
        for name in ranked[:_TRIED]
    }
    first = sorted(scores, key=lambda name: (scores[name], _place(paths[name], declared)))
    asked: dict[str, Question] = {}
    for name in _assessed_last((*first, *ranked[_TRIED:]), paths, open_):
        path = paths[name]
        asked.setdefault(str(path), Question(path, hanging[name], tuple(_clauses(hanging[name], name))))
    return Interview(outcome, results, open_, tuple(asked.values()), tuple(beyond))


def _assessed_last(names: Iterable[str], paths: Mapping[str, FactPath], open_: Iterable[Result]) -> list[str]:
    """The names in their order, the recorded assessment of an open result after the other facts that this result needs."""
    ordered = list(names)
    for result in open_:
        if isinstance(result, Decision) and result.outcome.assessed_in is not None:
            own = [n for n in ordered if n in _names(result.needs) and paths[n].fact.id == result.outcome.assessed_in]
            rests_on = [n for n in ordered if n in _names(result.needs) and n not in own]
            if own and rests_on:
                ordered = [n for n in ordered if n not in own]
                end = ordered.index(rests_on[-1]) + 1
                ordered[end:end] = own
    return ordered


def by_default(interview: Interview, facts: Facts) -> tuple[ir.Fact, ...]:
    """The facts that the wanted results looked at, that are not recorded and taken as the policy writes (未记载视为)."""
    tests = chain(
        chain.from_iterable(_tests_of(r) for r in interview.results), *(t for *_, t in interview.outcome.definitions)
    )
    looked = {part.fact for test in tests for part in everything(test.expr) if isinstance(part, ir.FactValue)}
    declared = interview.outcome.policy.facts
    return tuple(f for f in declared if f.has_default and f.id in looked and f.id not in facts.values)


def _id(result: Result) -> str:
    return result.duty.id if isinstance(result, DutyResult) else result.outcome.id


def _names(needs: Needs) -> set[str]:
    return set().union(*needs)


def _askable(inquiry: Inquiry, name: str) -> FactPath | None:
    """The path of a missing fact; of a series of which nothing is recorded, its first period in the year in question."""
    path = find_path(inquiry.policy, name)
    if isinstance(path, Fault) or (path.period is not None and path.period.year < inquiry.year - _YEARS_BACK):
        return None
    if path.fact.series is not None and path.period is None:
        return FactPath(path.fact, Period(path.fact.series, inquiry.year))
    return path


def _place(path: FactPath, declared: Mapping[str, int]) -> tuple[bool, int, int, str, int]:
    """A whole list last, for all its items follow; else the order of declaration, of time, of the items of a list."""
    field = path.fact.fields.index(path.field) if path.field is not None else 0
    whole = path.item is None and isinstance(path.fact.type, Records)
    return whole, declared[path.fact.id], path.item or 0, path.period.key if path.period else "", field


def _weight(name: str, results: Iterable[Result]) -> Fraction:
    """How much open results need a fact: all of it where it alone settles one, less where it takes more."""
    return sum(
        (max((Fraction(1, len(way)) for way in r.needs if name in way), default=Fraction(0)) for r in results),
        Fraction(0),
    )


def _score(
    inquiry: Inquiry, facts: Facts, path: FactPath, answers: Iterable[Answer], skipped: Collection[str]
) -> tuple[Fraction, Fraction]:
    """How many results stay open, and how many facts are then still missing, on average over the answers."""
    open_, missing = [], []
    for answer in answers:
        outcome = inquiry.decide(answered(facts, path, answer, inquiry.year), inquiry.wanted)
        if not outcome.rejections:
            left = [result for result in inquiry.results(outcome) if result.needs]
            open_.append(len(left))
            missing.append(len({name for result in left for name in _names(result.needs)} - set(skipped)))
    count = max(len(open_), 1)
    return Fraction(sum(open_), count), Fraction(sum(missing), count)


def _answers(
    inquiry: Inquiry, outcome: Outcome, results: Iterable[Result], name: str, path: FactPath
) -> tuple[Answer, ...]:
    """Some answers that stand for all: every option, or the values at which a comparison turns."""
    fact = path.field or path.fact
    found: list[Answer]
    match fact.type:
        case Boolean():
            found = [True, False]
        case Choice(options):
            found = [*options]
        case ChoiceSet(options):
            found = [frozenset(), frozenset(options)]
        case Records():
            found = [(), ({},), ({}, {}, {})]
        case Number() | Money():
            turns = sorted({turn for test in _tests(outcome, results, name) for turn in _numbers(test)})
            found = [*_spread([turn for turn in turns if turn >= 0])] or [Fraction(0)]
        case Day():
            days = {day for test in _tests(outcome, results, name) for day in _days(inquiry, test)}
            found = [NOTHING, *_spread(sorted(days))]
        case _:
            return ("甲", "乙")
    return tuple(found[: 2 * _ANSWERS])


def _spread(values: list[_T]) -> list[_T]:
    """A few of the values: the ends, and some between."""
    if len(values) <= _ANSWERS:
        return values
    return [values[index * (len(values) - 1) // (_ANSWERS - 1)] for index in range(_ANSWERS)]


def _tests(outcome: Outcome, results: Iterable[Result], name: str) -> Iterator[Test]:
    """The open comparisons that a fact takes part in."""
    every = chain(chain.from_iterable(_tests_of(r) for r in results), *(tests for *_, tests in outcome.definitions))
    for test in every:
        if isinstance(test.expr, ir.Compare) and test.truth.value is None and name in _names(test.truth.needs):
            yield test


def _tests_of(result: Result) -> Iterator[Test]:
    match result:
        case Decision():
            yield from chain.from_iterable(limb.tests for limb in result.limbs)
            yield from chain.from_iterable(trace.tests for trace in result.rules)
        case Line():
            yield from chain.from_iterable(trace.tests for trace in result.rules)
        case DutyResult():  # pragma: no branch - the last of a closed union
            yield from result.tests


def _numbers(test: Test) -> Iterator[Fraction]:
    """Where a comparison of numbers turns, counted from what is known of the side that is not."""
    if test.actual is None or test.required is None:
        return
    for own, other in ((test.actual, test.required), (test.required, test.actual)):
        least, goal = bounds(own)[0], bounds(other)[0]
        if isinstance(goal, Fraction):
            turn = goal - (least if isinstance(least, Fraction) else 0)
            yield from (turn - 1, turn)


def _days(inquiry: Inquiry, test: Test) -> Iterator[date]:
    """Where a comparison of days turns, with the periods in it taken back."""
    if test.actual is None or test.required is None:
        return
    known = {bound for value in (test.actual, test.required) for bound in bounds(value) if isinstance(bound, date)}
    shifts = [part for part in _within(inquiry, test.expr) if isinstance(part, ir.DayShift)]
    for goal in (known or {inquiry.as_of}):
        for turn in (goal, *(_back(goal, shift) for shift in shifts)):
            if turn is not None:
                yield turn
                if turn > date.min:
                    yield turn - timedelta(days=1)


def _back(day: date, shift: ir.DayShift) -> date | None:
    """A day about so much earlier; of working days there are five in a week."""
    match shift.unit:
        case "years":
            return add_years(day, -shift.amount)
        case "months":
            return add_months(day, -shift.amount)
        case "days":
            return add_days(day, -shift.amount)
        case _:
            return add_days(day, -shift.amount * 7 // 5)


def _within(inquiry: Inquiry, expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression and all inside it, through the definitions."""
    for part in everything(expr):
        yield part
        if isinstance(part, ir.DefinitionValue):
            body = next(d.body for d in inquiry.policy.definitions if d.id == part.definition)
            yield from _within(inquiry, body)


def _clauses(results: Iterable[Result], name: str) -> Iterator[Citation]:
    """The clauses in which a fact is looked at: of the parts that are open for want of it, else of the result."""
    found: dict[Citation, None] = {}
    for result in results:
        parts: list[Citation] = []
        match result:
            case Decision():
                parts = [x.requirement.clause for x in result.limbs if x.holds and name in _names(x.holds.needs)]
                parts += [x.rule.clause for x in result.rules if name in _names(x.holds.needs | x.active.needs)]
            case Line():
                parts = [x.rule.clause for x in result.rules if name in _names(x.holds.needs | x.active.needs)]
            case DutyResult():  # pragma: no branch - the last of a closed union
                pass
        found |= dict.fromkeys(parts or result.clauses)
    yield from found
