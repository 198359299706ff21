"""What was decided, in one form for the interpreter and for plans, so that both can be held against each other.

It holds what a plan answers: results, what is missing, the clauses that decided. Texts for readers are not part of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policylang.plan.model import BASES, FINDINGS, SHAPES, STATUSES, Clauses
from policylang.plan.nodes import Node
from policylang.semantics.values import SETTLED, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policylang.measure.citation import Citation
    from policylang.plan.model import DecisionPlan, DutyPlan, LinePlan, Plan
    from policylang.runtime.outcome import Decision, DutyResult, Line, Outcome
    from policylang.semantics.values import Needs

    #: The value of a node, of a record for the nodes of a list.
    Value = Callable[[Node, int | None], Any]


class EarlyError(ValueError):
    """A duty of windows began before the windows that the plan has (``Layout.since``)."""


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """A decision; levels by their ids, None for none. ``failed``: the clauses of limbs that fail and of rules that do not apply."""

    value: str | None
    possible: frozenset[str]
    needs: Needs
    clauses: tuple[Citation, ...]
    basis: str
    conflict: bool = False
    overridable: bool = False
    guard_failed: bool = False
    differs: str | None = None
    failed: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A money line; sums in yuan, None where there is none or it is not known."""

    status: str
    kind: str
    low: Fraction | None
    high: Fraction | None
    needs: Needs
    clauses: tuple[Citation, ...]
    unregulated: bool = False
    decided: Fraction | None = None
    out_of_bounds: bool = False


@dataclass(frozen=True, slots=True)
class DutyAnswer:
    """A duty; ``due`` is the last day."""

    result: str
    due: date | None
    needs: Needs


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything decided for one station; nothing but ``rejected`` where its facts contradict themselves.

    ``decisions`` by outcome and year; ``lines`` by outcome, year and record; ``duties`` by duty, period and record, in
    general one for each; ``warnings`` by id; ``rejected``: the facts at fault.
    """

    decisions: Mapping[tuple[str, int | None], DecisionAnswer] = field(default_factory=dict)
    lines: Mapping[tuple[str, int, int | None], LineAnswer] = field(default_factory=dict)
    duties: Mapping[tuple[str, str | None, int | None], tuple[DutyAnswer, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


# The interpreter --------------------------------------------------------------------------------------------------


def expected(outcome: Outcome) -> Answers:
    """What the interpreter decided."""
    if outcome.rejections:
        return Answers(rejected=tuple(r.path for r in outcome.rejections))
    duties: defaultdict[tuple[str, str | None, int | None], list[DutyAnswer]] = defaultdict(list)
    for duty in outcome.duties:
        duties[duty.duty.id, duty.period, duty.record].append(_duty(duty))
    return Answers(
        {(d.outcome.id, d.year): _decision(d) for d in outcome.decisions},
        {(line.outcome.id, line.year, line.record): _line(line) for line in outcome.lines},
        {key: tuple(found) for key, found in duties.items()},
        tuple(warning.id for warning in outcome.warnings),
    )


def _decision(found: Decision) -> DecisionAnswer:
    failed = [limb.requirement.clause for limb in found.limbs if limb.holds is not None and limb.holds.value is False]
    failed += [trace.rule.clause for trace in found.rules if trace.active.value is False]
    return DecisionAnswer(
        found.value.id if found.value is not None else None, frozenset(o.id for o in found.possible), found.needs,
        found.clauses, found.basis, found.conflict, found.overridable, found.guard_failed,
        found.differs.id if found.differs is not None else None, tuple(dict.fromkeys(failed)),
    )  # fmt: skip


def _line(found: Line) -> LineAnswer:
    amount = found.amount
    return LineAnswer(
        found.status, amount.kind, amount.low, amount.high, found.needs, found.clauses, found.unregulated, found.decided,
        found.out_of_bounds,
    )  # fmt: skip


def _duty(found: DutyResult) -> DutyAnswer:
    return DutyAnswer(found.result, found.due, found.needs)


# A plan -----------------------------------------------------------------------------------------------------------


def answers(plan: Plan, value: Value, records: Callable[[str], int]) -> Answers:
    """What a plan decides for one station, from the values of its nodes and the numbers of records of its lists.

    Raises:
        EarlyError: the plan does not speak of this station.
    """
    rejected = tuple(constraint.fact for constraint, node in plan.rejected if value(node, None))
    if value(plan.early, None):
        raise EarlyError
    if rejected:
        return Answers(rejected=rejected)
    duties: defaultdict[tuple[str, str | None, int | None], list[DutyAnswer]] = defaultdict(list)
    for duty in plan.duties:
        for record in _records(duty.records, records):
            if value(duty.exists, record):
                duties[duty.duty.id, duty.period, record].append(_planned_duty(duty, value, record))
    return Answers(
        {(d.outcome.id, d.year): _planned_decision(d, value) for d in plan.decisions},
        {
            (line.outcome.id, line.year, record): _planned_line(line, value, record)
            for line in plan.lines for record in _records(line.records, records) if value(line.exists, record)
        },
        {key: tuple(found) for key, found in duties.items()},
        tuple(warning.id for warning, node in plan.warnings if value(node, None)),
    )  # fmt: skip


def outputs(plan: Plan) -> dict[str, Node]:
    """Every node that ``answers`` asks for, by a name made of its number."""
    found = [plan.early, *(node for _, node in (*plan.rejected, *plan.warnings))]
    results: tuple[Any, ...] = (*plan.decisions, *plan.lines, *plan.duties)
    for result in results:
        for own in fields(result):
            part = getattr(result, own.name)
            found += part.words if isinstance(part, Clauses) else [part] if isinstance(part, Node) else []
    return {name_of(node): node for node in sorted(found, key=lambda node: node.number)}


def name_of(node: Node) -> str:
    """The name of an output."""
    return f"n{node.number}"


def _records(name: str | None, records: Callable[[str], int]) -> tuple[int | None, ...]:
    return (None,) if name is None else tuple(range(records(name)))


def _planned_decision(found: DecisionPlan, value: Value) -> DecisionAnswer:
    levels, mask = found.outcome.levels, value(found.possible, None)
    chosen, differs = value(found.value, None), value(found.differs, None)
    return DecisionAnswer(
        levels[chosen].id if chosen >= 0 else None,
        frozenset(level.id for place, level in enumerate(levels) if mask >> place & 1),
        value(found.needs, None),
        _clauses(found.clauses, value, None),
        BASES[value(found.basis, None)],
        bool(value(found.conflict, None)),
        bool(value(found.overridable, None)),
        bool(value(found.guard_failed, None)),
        levels[differs].id if differs >= 0 else None,
        _clauses(found.failed, value, None),
    )


def _planned_line(found: LinePlan, value: Value, record: int | None) -> LineAnswer:
    def yuan(known: Node, amount: Node) -> Fraction | None:
        return Fraction(int(value(amount, record)), found.scale) if value(known, record) else None

    return LineAnswer(
        STATUSES[value(found.status, record)],
        SHAPES[value(found.shape, record)],
        yuan(found.has_low, found.low),
        yuan(found.has_high, found.high),
        value(found.needs, record),
        _clauses(found.clauses, value, record),
        bool(value(found.unregulated, record)),
        yuan(found.has_decided, found.decided),
        bool(value(found.out_of_bounds, record)),
    )


def _planned_duty(found: DutyPlan, value: Value, record: int | None) -> DutyAnswer:
    due = value(found.due, record)
    return DutyAnswer(
        FINDINGS[value(found.result, record)], date.fromordinal(due) if due else None, value(found.needs, record)
    )


def _clauses(found: Clauses, value: Value, record: int | None) -> tuple[Citation, ...]:
    return found.read([int(value(word, record)) for word in found.words])


# Both -------------------------------------------------------------------------------------------------------------


def differences(plan: Plan, wanted: Answers, found: Answers) -> tuple[str, ...]:
    """Where a plan differs from the interpreter, one line for each field: nothing where it keeps its promise.

    A plan answers for everything but the results of earlier years; those are compared where it has them.
    """
    if wanted.rejected or found.rejected:
        return _unlike("rejected", wanted.rejected, found.rejected)
    return (
        *_each("", wanted.decisions, found.decisions, lambda key: key[1] in plan.years),
        *_each("", wanted.lines, found.lines, lambda key: key[1] in plan.years),
        *_each("", wanted.duties, found.duties, lambda key: not _of_earlier_year(plan, key)),
        *_unlike("warnings", wanted.warnings, found.warnings),
    )


def _of_earlier_year(plan: Plan, key: tuple[str, str | None, int | None]) -> bool:
    """Whether a result is that of a duty of each year, in another year than the assessment year."""
    yearly = any(duty.id == key[0] and duty.yearly for duty in plan.policy.duties)
    return yearly and key[1] != str(plan.year)


def _each(head: str, wanted: Mapping[Any, Any], found: Mapping[Any, Any], must: Callable[[Any], bool]) -> Iterator[str]:
    for key in dict.fromkeys((*wanted, *found)):
        name = head + "@".join(str(part) for part in key if part is not None)
        one, other = wanted.get(key), found.get(key)
        if one is None or other is None:
            if must(key):
                yield f"{name}: {'not expected' if one is None else 'missing'}: {other or one}"
        elif isinstance(one, tuple):
            if len(one) != len(other):
                yield f"{name}: {len(one)} expected, {len(other)} found"
            for a, b in zip(one, other, strict=False):
                yield from _fields(name, a, b)
        else:
            yield from _fields(name, one, other)


def _fields(name: str, wanted: Any, found: Any) -> Iterator[str]:
    for own in fields(wanted):
        yield from _unlike(f"{name}.{own.name}", getattr(wanted, own.name), getattr(found, own.name))


def _unlike(name: str, wanted: object, found: object) -> tuple[str, ...]:
    return () if wanted == found else (f"{name}: {_shown(wanted)} expected, {_shown(found)} found",)


def _shown(value: object) -> str:
    match value:
        case frozenset() if value == SETTLED or all(isinstance(way, frozenset) for way in value):
            return str([list(way) for way in in_order(value)])
        case frozenset():
            return str(sorted(value))
        case tuple():
            return str([str(part) for part in value])
        case _:
            return str(value)
