"""Rules over all stations: how many there may be, what share may be excellent. Findings, never silent enforcement."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.facts.model import Facts
from policylang.runtime.decide import Decider
from policylang.runtime.evaluate import At
from policylang.runtime.forecasts import Ends, ForecastResult, forecast_result
from policylang.semantics import ir
from policylang.semantics.calendar import Calendar
from policylang.semantics.values import FALSE, SETTLED, TRUE, Known, Truth, bounds, missing, needs_of, together
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from policylang.runtime.outcome import Decision, Line
    from policylang.semantics.types import Option

Finding = Literal["ok", "warn", "violated", "undetermined"]


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the list: its id, its facts, and what is recorded of its outcomes, by id.

    ``recorded`` holds grades and states; ``granted`` says of money lines whether they are due.
    """

    id: str
    facts: Facts
    recorded: Mapping[str, Option]
    applicant: bool = False
    granted: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """A finding on one quota, for one group where the quota counts by group.

    ``counted`` is the least and the most that counts now (stations, or yuan for a budget; None: no upper bound),
    ``after`` the same with all applicants; ``limit`` the number (or the interval around a share) it is held against.
    ``discretionary``: within the rule only by a decision that the text leaves to a body. ``needs`` are the missing
    facts, per station.
    """

    quota: ir.Quota
    group: str | None
    total: int
    counted: Ends
    after: Ends
    limit: tuple[Fraction, Fraction] | None
    result: Finding
    needs: tuple[str, ...] = ()
    discretionary: bool = False

    @property
    def room(self) -> int | None:
        """How much more the limit leaves, at least."""
        if self.limit is None or self.counted[1] is None:
            return None
        return max(0, int(self.limit[1] - self.counted[1]))


class Member(Decider):
    """One station of the list: its recorded outcomes stand before what the rules derive."""

    def __init__(self, station: Station, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.recorded = station.recorded
        self.granted = station.granted

    def line(self, outcome: str, at: At) -> Line:
        """A money line as recorded, otherwise as derived."""
        found = super().line(outcome, at)
        if outcome not in self.granted:
            return found
        return replace(found, status="due" if self.granted[outcome] else "not_due", needs=SETTLED)

    def decide(self, outcome: str, year: int) -> Decision:
        """A recorded outcome, otherwise the derived one; what is open is asked for as the outcome itself."""
        found = super().decide(outcome, year)
        value = self.recorded.get(outcome, found.value)
        if value is not None:
            return replace(found, value=value, possible=(value,), needs=SETTLED, conflict=False)
        return replace(found, needs=missing(outcome)) if found.needs or found.conflict else found


def evaluate_population(
    policy: ir.Policy, stations: Sequence[Station], shared: Facts, as_of: date, year: int | None = None,
    readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
    decided_by: Callable[..., Decider] = Decider, member_by: Callable[..., Member] = Member,
) -> tuple[QuotaResult | ForecastResult, ...]:  # fmt: skip
    """Hold every quota of the policy against a list of stations, and add up what it forecasts.

    Args:
        policy: the typed core.
        stations: all stations and applicants.
        shared: facts that belong to no station (a published quota, a number already counted); a station has them too
            where it has none of its own.
        as_of: the day of the question.
        year: the assessment year; without it the year of ``as_of``.
        readings: chosen readings by id.
        calendar: the working-day calendar; without it the official one.
        decided_by: makes what decides on the shared facts.
        member_by: makes what decides on one station.
    """
    chosen = {r.id: r.adopted for r in policy.readings} | dict(readings or {})
    context = (as_of, year or as_of.year, chosen, calendar or Calendar.official())
    members = [(s, member_by(s, policy, Facts({**shared.values, **s.facts.values}), *context)) for s in stations]
    office = decided_by(policy, shared, *context)
    found = tuple(result for quota in policy.quotas for result in _quota(quota, members, office))
    standing: list[tuple[str, Decider]] = [(s.id, m) for s, m in members if not s.applicant]
    return (*found, *(forecast_result(forecast, standing, office) for forecast in policy.forecasts))


def _quota(quota: ir.Quota, members: list[tuple[Station, Member]], office: Decider) -> list[QuotaResult]:
    if quota.kind == "about":
        return [_share(quota, members, office)]
    if quota.per is None:
        return [_most(quota, None, members, office)]
    groups: dict[str, list[tuple[Station, Member]]] = {}
    for station, member in members:
        found = station.facts.values.get(quota.per)
        if found is not None:
            groups.setdefault(str(found), []).append((station, member))
    return [_most(quota, group, inside, office) for group, inside in groups.items()]


def _counts(quota: ir.Quota, station: Station, member: Member) -> Truth:
    """Whether a station counts; an applicant counts as if it were set up."""
    if station.applicant or quota.counting is None:
        return TRUE
    return member._quietly(member.truth, quota.counting, At(member.year))


def _tally(quota: ir.Quota, members: list[tuple[Station, Member]]) -> tuple[Ends, tuple[str, ...]]:
    """The least and the most that counts, one for a station or its sum for a budget, and what is missing."""
    low: Fraction = Fraction(0)
    high: Fraction | None = Fraction(0)
    open_: list[str] = []
    for station, member in members:
        truth = _counts(quota, station, member)
        if truth.value is False:
            continue
        share = Known(Fraction(1)) if quota.summing is None else member.fact(quota.summing, At(member.year))
        least, most = bounds(share)
        low += least if truth.value and isinstance(least, Fraction) else 0
        high = high + most if high is not None and isinstance(most, Fraction) else None
        needs = together(truth.needs, needs_of(share))
        open_ += [f"{station.id}.{name}" for way in sorted(needs, key=sorted) for name in sorted(way)]
    return (low, high), tuple(dict.fromkeys(open_))


def _share(quota: ir.Quota, members: list[tuple[Station, Member]], office: Decider) -> QuotaResult:
    """约20%: within the whole numbers around the share it is in order; outside it is reported, never enforced."""
    standing = [(s, m) for s, m in members if not s.applicant and not _left_out(quota, m)]
    counted, open_ = _tally(quota, standing)
    rate = bounds(office._quiet_value(quota.limit, At(office.year)))[0]
    target = (rate if isinstance(rate, Fraction) else Fraction(0)) * len(standing)
    floor, ceiling = Fraction(target.__floor__()), Fraction(target.__ceil__())
    inside = [floor <= n <= ceiling for n in range(int(counted[0]), int(counted[1] or 0) + 1)]
    result: Finding = "ok" if all(inside) else "warn" if not any(inside) else "undetermined"
    return QuotaResult(
        quota,
        None,
        len(standing),
        counted,
        counted,
        (floor, ceiling),
        result,
        open_ if result == "undetermined" else (),
    )


def _left_out(quota: ir.Quota, member: Member) -> bool:
    """Whether a station has no share in a proportion because what is counted was not held for it (未考核)."""
    parts = everything(quota.counting) if quota.counting is not None else ()
    decisions = [member.decide(p.outcome, member.year) for p in parts if isinstance(p, ir.OutcomeValue)]
    return any(d.value is None and not d.needs and not d.conflict for d in decisions)


def _most(quota: ir.Quota, group: str | None, members: list[tuple[Station, Member]], office: Decider) -> QuotaResult:
    """不超过: a maximum, eased by one step where an exception has been granted."""
    standing = [(s, m) for s, m in members if not s.applicant]
    applicants = [(s, m) for s, m in members if s.applicant]
    counted, open_ = _tally(quota, standing)
    given = office.fact(quota.adding, At(office.year)) if quota.adding is not None else None
    if isinstance(given, Known) and isinstance(given.value, Fraction):
        counted = (given.value, given.value) if not standing else counted
    joining = len(applicants) if quota.summing is None else 0
    after = (counted[0] + joining, None if counted[1] is None else counted[1] + joining)
    limit = office._quiet_value(quota.limit, At(office.as_of.year))
    most = bounds(limit)[1] if isinstance(limit, Known) else None
    if not isinstance(most, Fraction):
        names = tuple(sorted(n for way in needs_of(limit) for n in way))
        return QuotaResult(quota, group, len(members), counted, after, None, "undetermined", names)
    excepted = [_excepted(quota, m) for _, m in applicants]
    granted = bool(excepted) and all(t.value for t in excepted)
    result: Finding
    if after[1] is not None and after[1] <= most:
        result = "ok"
    elif after[0] <= most:
        result = "undetermined"
    else:
        steps: list[Finding] = ["violated", "warn", "ok"]
        step = (1 if quota.force == "normally" else 0) + (1 if granted else 0)
        asked = [
            f"{station.id}.{name}" for (station, _), truth in zip(applicants, excepted, strict=True)
            for way in sorted(truth.needs, key=sorted) for name in sorted(way)
        ]  # fmt: skip
        result = "undetermined" if asked else steps[step]
        open_ = (*open_, *asked)
    return QuotaResult(
        quota, group, len(members), counted, after, (most, most), result,
        open_ if result == "undetermined" else (), granted,
    )  # fmt: skip


def _excepted(quota: ir.Quota, member: Member) -> Truth:
    if quota.except_for is None:
        return FALSE
    return member._quietly(member.truth, quota.except_for, At(member.year))
