"""Rules over all stations from arrays: quotas, budgets and forecasts, counted block by block.

What is found is what ``runtime.quotas.evaluate_population`` finds, without the ``places`` of single stations: here a station
is named only where a finding is open for want of its facts.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from policylang.engines.arrays.tallies import Block, Groups, Sums
from policylang.plan.answers import name_of
from policylang.plan.model import SHAPES
from policylang.plan.nodes import Node
from policylang.runtime.forecasts import PartResult, forecast_of
from policylang.runtime.quotas import Tally, most_finding, share_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policylang.engines.arrays.columns import Columns
    from policylang.engines.arrays.compute import Result
    from policylang.engines.arrays.kernels import Array
    from policylang.engines.arrays.tallies import Ids, Open
    from policylang.plan.model import PartPlan, Plan, QuotaPlan
    from policylang.runtime.decide import Decider
    from policylang.runtime.forecasts import ForecastResult
    from policylang.runtime.quotas import QuotaResult
    from policylang.semantics import ir
    from policylang.semantics.types import Type

_ZERO = Fraction(0)


def outputs(plan: Plan) -> dict[str, Node]:
    """The nodes to compute for ``population``, by name; constants need not be."""
    results: list[QuotaPlan | PartPlan] = [*plan.quotas, *(part for _, parts in plan.forecasts for part in parts)]
    found = {
        node.number: node for result in results for name in result.__slots__
        if isinstance(node := getattr(result, name), Node) and node.op != "constant"
    }  # fmt: skip
    return {name_of(found[number]): found[number] for number in sorted(found)}


def population(
    plan: Plan, results: Mapping[str, Result], columns: Columns, stations: Ids, applicants: Array | None, office: Decider
) -> tuple[QuotaResult | ForecastResult, ...]:
    """What ``evaluate_population`` finds for these stations, from the results of ``outputs``.

    ``stations`` are their ids; ``applicants`` says which of them apply (None: none does). ``office`` decides on the facts
    that belong to no station; the columns hold those too, for all stations that have none of their own.
    """
    found = Population(plan)
    found.add(results, columns, stations, applicants)
    return found.findings(office)


class Population:
    """Counts stations, block after block, for the quotas and forecasts of a plan."""

    def __init__(self, plan: Plan) -> None:
        types = {fact.id: fact.type for fact in plan.policy.facts}
        self._quotas = [_Counted(quota, types) for quota in plan.quotas]
        self._forecasts = [
            (forecast, [_Part(part, [own for own in parts if own.part is part]) for part in forecast.parts])
            for forecast, parts in plan.forecasts
        ]

    def add(
        self, results: Mapping[str, Result], columns: Columns, stations: Ids, applicants: Array | None = None,
        counted: Array | None = None,
    ) -> None:  # fmt: skip
        """Takes a block of stations in; with ``counted`` only those where it is true, as if there were no others."""
        whole = np.ones(columns.rows, bool) if counted is None else counted
        applying = None if applicants is None else applicants & whole
        standing = whole if applying is None else whole & ~applying
        block = Block(results, columns, stations, standing, applying if applying is not None and applying.any() else None)
        for quota in self._quotas:
            quota.add(block)
        for _, parts in self._forecasts:
            for part in parts:
                part.add(block)

    def findings(self, office: Decider) -> tuple[QuotaResult | ForecastResult, ...]:
        """What is found of all stations so far: the quotas in their order, then the forecasts."""
        quotas = [found for quota in self._quotas for found in quota.findings(office)]
        forecasts = [forecast_of(each, [part.found() for part in parts], office) for each, parts in self._forecasts]
        return (*quotas, *forecasts)


class _Counted:
    """What of the stations counts for one quota, by group."""

    def __init__(self, plan: QuotaPlan, types: Mapping[str, Type]) -> None:
        self._plan = plan
        self._about = plan.quota.kind == "about"
        per = None if self._about else plan.group
        self._groups = Groups(per, None if per is None else types[per])
        self._standing, self._low, self._high, self._endless = Sums(), Sums(), Sums(), Sums()
        self._applying, self._joining, self._excepted, self._asking = Sums(), Sums(), Sums(), Sums()
        self._open: list[Open] = []
        self._asked: list[Open] = []
        self._lost: list[str] = []

    def add(self, block: Block) -> None:
        """Takes a block in."""
        plan = self._plan
        standing, applying = block.standing, block.applying
        if self._about:
            standing, applying = standing & ~block.array(plan.left_out), None
        groups = self._groups.of(block.columns, standing if applying is None else standing | applying)
        if groups is not None:
            standing, applying = self._placed(block, groups)
        self._standing.count(standing, groups)
        may, ends = standing & block.array(plan.may), block.array(plan.has_high)
        self._share(self._low, block, plan.low, may & block.array(plan.counts) & block.array(plan.has_low), groups)
        self._share(self._high, block, plan.high, may & ends, groups)
        self._endless.count(may & ~ends, groups)
        self._open += block.open(plan.needs, may, groups)
        if applying is None:
            return
        self._applying.count(applying, groups)
        self._joining.count(applying & block.array(plan.joining), groups)
        self._excepted.count(applying & block.array(plan.excepted), groups)
        for asked in block.open(plan.excepted_needs, applying, groups):
            self._asked.append(asked)
            self._asking.count(np.ones(len(asked.ids), bool), asked.groups)

    def _placed(self, block: Block, groups: Array) -> tuple[Array, Array | None]:
        """The stations and applicants whose group is known; those of the others that may count are lost."""
        placed, standing, applying = groups >= 0, block.standing, block.applying
        lost = ~placed & standing & block.array(self._plan.may)
        if applying is not None:
            lost |= ~placed & applying & block.array(self._plan.joining)
        self._lost += block.ids(np.flatnonzero(lost))
        return standing & placed, None if applying is None else applying & placed

    @staticmethod
    def _share(sums: Sums, block: Block, share: Node, rows: Array, groups: Array | None) -> None:
        """Adds what each station adds; often it is the same for all."""
        if share.op == "constant":
            sums.count(rows, groups, int(share.data))  # type: ignore[call-overload]
        else:
            sums.add(block.array(share), rows, groups)

    def findings(self, office: Decider) -> list[QuotaResult]:
        """What is found, for each group."""
        lost = tuple(self._lost)
        found = [self._finding(number, name, lost, office) for number, name in enumerate(self._groups.names)]
        if not found and lost:
            alone = most_finding(self._plan.quota, None, Tally(0, 0, (_ZERO, _ZERO), unplaced=lost), office)
            return [alone] if alone.result == "undetermined" else []
        return found

    def _finding(self, group: int, name: str | None, lost: tuple[str, ...], office: Decider) -> QuotaResult:
        """The finding for a group: what is missing of its stations is told only where it is open for that."""
        quota = self._plan.quota

        def found(tally: Tally) -> QuotaResult:
            return share_finding(quota, tally, office) if self._about else most_finding(quota, name, tally, office)

        tally = self._tally(group, lost)
        first = found(tally)
        if first.result != "undetermined" or first.limit is None:
            return first
        open_ = dict.fromkeys(path for block in self._open for _, path in block.paths(group))
        asked = tuple(path for block in self._asked for _, path in block.paths(group))
        return found(replace(tally, open=tuple(open_), asked=asked))

    def _tally(self, group: int, lost: tuple[str, ...]) -> Tally:
        scale, standing, applying = self._plan.scale, self._standing[group], self._applying[group]
        high = None if self._endless[group] else Fraction(self._high[group], scale)
        granted = applying > 0 and self._excepted[group] == applying
        return Tally(
            standing + applying, standing, (Fraction(self._low[group], scale), high), (), self._joining[group], lost, granted,
            ("",) if self._asking[group] else (),
        )  # fmt: skip


class _Part:
    """What one line of a forecast comes to over the stations; applicants are left aside."""

    def __init__(self, part: ir.ForecastPart, plans: Sequence[PartPlan]) -> None:
        self._part = part
        self._plans = plans
        self._least = self._most = 0
        self._low = _ZERO
        self._high: Fraction | None = _ZERO
        self._shapes: set[str] = set()
        self._open: list[list[Open]] = []

    def add(self, block: Block) -> None:
        """Takes a block in."""
        found = [each for plan in self._plans for each in self._add(plan, block)]
        if found:
            self._open.append(found)

    def _add(self, plan: PartPlan, block: Block) -> list[Open]:
        own = block if plan.records is None else block.records(plan.records)
        may, shape = own.standing & own.array(plan.may), own.array(plan.shape)
        counts, ends = may & own.array(plan.counts), own.array(plan.has_high)
        self._least += int(np.count_nonzero(counts))
        self._most += int(np.count_nonzero(may))
        self._shapes |= {SHAPES[number] for number in np.unique(shape[may]).tolist()}
        low, high = Sums(), Sums()
        low.add(own.array(plan.low), counts & own.array(plan.has_low) & (shape != SHAPES.index("cap")))
        self._low += Fraction(low[0], plan.scale)
        high.add(own.array(plan.high), may & ends)
        endless = self._high is None or bool((may & ~ends).any())
        self._high = None if endless or self._high is None else self._high + Fraction(high[0], plan.scale)
        return own.open(plan.needs, may)

    def found(self) -> tuple[PartResult, list[str], set[str]]:
        """The numbers of the line, what is missing, and the shapes of the amounts."""
        needs = [
            path for block in self._open for _, path in sorted((x for each in block for x in each.paths()), key=itemgetter(0))
        ]
        return PartResult(self._part, (self._least, self._most), (self._low, self._high)), needs, self._shapes
