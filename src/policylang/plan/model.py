"""A plan: the nodes that answer for every result of a policy, on one day, in one year, under chosen readings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from policylang.measure.citation import Citation
    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar

T = TypeVar("T")

#: The numbers that stand for words in the columns of a plan.
STATUSES = ("due", "possible", "not_due", "undetermined", "conflict")
SHAPES = ("exact", "cap", "range", "none")
FINDINGS = ("met", "unmet", "pending", "undetermined", "not_applicable")
BASES = ("derived", "attested", "missing")


@dataclass(frozen=True, slots=True)
class Clauses:
    """Which clauses decided: bit i of the words (62 bits each) stands for ``sources[i]``."""

    sources: tuple[Citation, ...]
    words: tuple[Node, ...]

    def read(self, words: Sequence[int]) -> tuple[Citation, ...]:
        """The clauses that the words stand for, each once, in order."""
        return chosen(self.sources, words)


def chosen(items: Sequence[T], words: Sequence[int]) -> tuple[T, ...]:
    """The items whose bit is set, 62 bits to a word, each once, in order."""
    return tuple(dict.fromkeys(item for i, item in enumerate(items) if words[i // 62] >> i % 62 & 1))


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """A condition, grade, state or the force of the measure: what ``runtime.outcome.Decision`` says.

    ``value``: the number of the level, -1 for none; ``possible``: a mask of levels; ``basis``: a number of ``BASES``;
    ``differs``: the number of the level that the rules give where another was attested, otherwise -1. ``failed``: the clauses
    of the limbs that fail, and of the rules that do not apply.
    """

    outcome: ir.Outcome
    year: int | None
    value: Node
    possible: Node
    needs: Node
    clauses: Clauses
    basis: Node
    conflict: Node
    overridable: Node
    guard_failed: Node
    differs: Node
    failed: Clauses


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A money line: what ``runtime.outcome.Line`` says; of each record of ``records`` where that is not None.

    The line exists where ``exists`` holds: a line for each record is also planned once for the station, for the case that
    its list is unknown (``records`` None, ``each`` of the outcome not). Sums are whole numbers of 1/``scale`` yuan, and mean
    something only where ``has_low`` and ``has_high`` hold.
    """

    outcome: ir.Outcome
    year: int
    records: str | None
    exists: Node
    status: Node
    shape: Node
    has_low: Node
    low: Node
    has_high: Node
    high: Node
    scale: int
    needs: Node
    clauses: Clauses
    unregulated: Node
    has_decided: Node
    decided: Node
    out_of_bounds: Node


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """A duty in one window or year, or for each record: what ``runtime.outcome.DutyResult`` says, where ``exists`` holds.

    ``result``: a number of ``FINDINGS``; ``due``: the ordinal of the last day, 0 for none.
    """

    duty: ir.Duty
    period: str | None
    records: str | None
    exists: Node
    result: Node
    due: Node
    needs: Node


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """How one station counts for a quota: what ``runtime.quotas.Place`` says.

    ``counts`` and ``may`` count: for certain, and perhaps; ``joining``: perhaps, as an applicant. ``low`` and ``high`` are
    what it adds at least and at most (1, or its sum in 1/``scale`` yuan). ``excepted``: it may exceed the limit;
    ``left_out``: it has no share in a proportion. ``group``: the fact that names the group it is counted in.
    """

    quota: ir.Quota
    counts: Node
    may: Node
    joining: Node
    has_low: Node
    low: Node
    has_high: Node
    high: Node
    scale: int
    needs: Node
    excepted: Node
    excepted_needs: Node
    left_out: Node
    group: str | None


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A money line in a forecast, for one station or for each record of ``records``: whether it counts, and its amount.

    ``shape`` is a number of ``SHAPES``; sums are whole numbers of 1/``scale`` yuan.
    """

    part: ir.ForecastPart
    records: str | None
    counts: Node
    may: Node
    shape: Node
    has_low: Node
    low: Node
    has_high: Node
    high: Node
    scale: int
    needs: Node


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a policy decides, as nodes over one layout.

    Where a condition of ``rejected`` holds the facts contradict themselves, and nothing else of the row is to be believed.
    Where ``early`` holds, a duty of windows began before the windows that the layout asks for (``Layout.since``), and the plan
    does not speak of the row.
    """

    policy: ir.Policy
    as_of: date
    year: int
    readings: Mapping[str, str]
    calendar: Calendar
    graph: Graph
    rejected: tuple[tuple[ir.Constraint, Node], ...]
    decisions: tuple[DecisionPlan, ...]
    lines: tuple[LinePlan, ...]
    duties: tuple[DutyPlan, ...]
    warnings: tuple[tuple[ir.Notice, Node], ...]
    early: Node
    quotas: tuple[QuotaPlan, ...] = ()
    forecasts: tuple[tuple[ir.Forecast, tuple[PartPlan, ...]], ...] = ()

    @property
    def years(self) -> frozenset[int | None]:
        """The years whose results are asked for unless somebody asks for earlier ones; None: those of no year."""
        return frozenset((None, self.year, self.as_of.year))

    def without_earlier_years(self) -> Plan:
        """The plan for the results of these years only."""
        return replace(
            self,
            decisions=tuple(each for each in self.decisions if each.year in self.years),
            lines=tuple(each for each in self.lines if each.year in self.years),
            duties=tuple(each for each in self.duties if not each.duty.yearly or each.period == str(self.year)),
        )
