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
from policylang.semantics.values import FALSE, SETTLED, TRUE, Known, bounds, missing, needs_of, together
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from policylang.runtime.outcome import Decision, Line, Test
    from policylang.semantics.types import Option
    from policylang.semantics.values import Needs, Truth, Value

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
class Place:
    """How a quota looks at one station: whether it counts, with the tests behind that, and whether it may exceed.

    An applicant counts as if it were set up.
    ``share`` is what the station adds: 1, or its sum for a budget.
    """

    station: str
    applicant: bool
    counts: Truth
    share: Value
    excepted: Truth
    tests: tuple[Test, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The missing facts that say whether and how much it counts, with the station's id before each."""
        return _paths(self.station, together(self.counts.needs, needs_of(self.share)))


@dataclass(frozen=True, slots=True)
class Tally:
    """What of many stations is held against a quota, however it was counted.

    ``counted``: the least and the most that counts now; ``standing``: how many stations are set up; ``joining``: how many
    applicants may count. ``open``: the facts missing for ``counted``; ``unplaced``: stations whose group is not known.
    ``granted``: every applicant may exceed the limit; ``asked``: what is missing to know that.
    """

    stations: int
    standing: int
    counted: Ends
    open: tuple[str, ...] = ()
    joining: int = 0
    unplaced: tuple[str, ...] = ()
    granted: bool = False
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """A finding on one quota, for one group where the quota counts by group.

    ``counted`` is the least and the most that counts now (stations, or yuan for a budget; None: no upper bound),
    ``after`` the same with all applicants; ``limit`` the number (or the interval around a share) it is held against.
    ``discretionary``: within the rule only by a decision that the text leaves to a body. ``needs`` are the missing
    facts, per station. ``places`` says of every station of the group how it counts; ``unplaced`` are the stations of
    which it is not known to which group they belong.
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
    places: tuple[Place, ...] = ()
    unplaced: tuple[str, ...] = ()

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
        """A money line as recorded, otherwise as derived; a line that is due may still be open in its amount."""
        found = super().line(outcome, at)
        if outcome not in self.granted:
            return found
        if not self.granted[outcome]:
            return replace(found, status="not_due", needs=SETTLED)
        amount = found.amount
        fixed = amount.low is not None and amount.low == amount.high
        return replace(found, status="due", needs=SETTLED if fixed else found.needs or missing(outcome))

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
        standing = [(s, m) for s, m in members if not s.applicant and not _left_out(quota, m)]
        return [_share(quota, [_place(quota, s, m) for s, m in standing], office)]
    places = [(_group(quota, m), _place(quota, s, m)) for s, m in members]
    if quota.per is None:
        return [_most(quota, None, [place for _, place in places], [], office)]
    lost = [place for group, place in places if group is None and place.counts.value is not False]
    groups = dict.fromkeys(group for group, _ in places if group is not None)
    found = [_most(quota, name, [p for group, p in places if group == name], lost, office) for name in groups]
    if lost and not groups:
        alone = _most(quota, None, [], lost, office)
        return [alone] if alone.result == "undetermined" else []
    return found


def _group(quota: ir.Quota, member: Member) -> str | None:
    """The group in which a station is counted; None while it is not known."""
    found = member.facts.get(quota.per) if quota.per is not None else None
    return None if found is None else str(found)


def _place(quota: ir.Quota, station: Station, member: Member) -> Place:
    at = At(member.year)
    counts = TRUE
    tests: tuple[Test, ...] = ()
    if quota.counting is not None and (
        not station.applicant or ruled_out(quota.counting, member.readings, member.definitions)
    ):
        member.tests = []
        counts = member.truth(quota.counting, at)
        tests = tuple(member.tests)
    share = Known(Fraction(1)) if quota.summing is None else member.fact(quota.summing, at)
    excepted = FALSE if quota.except_for is None else member._quietly(member.truth, quota.except_for, at)
    return Place(station.id, station.applicant, counts, share, excepted, tests)


def ruled_out(counting: ir.Expr, readings: Mapping[str, str], definitions: Mapping[str, ir.Definition]) -> bool:
    """Whether the chosen readings alone leave nothing to count."""
    match counting:
        case ir.ReadingIs(reading, option):
            return readings[reading] != option
        case ir.Not(ir.ReadingIs(reading, option)):
            return readings[reading] == option
        case ir.Logic(kind, limbs):
            return (any if kind == "all" else all)(ruled_out(limb.condition, readings, definitions) for limb in limbs)
        case ir.DefinitionValue(name):
            return ruled_out(definitions[name].body, readings, definitions)
        case _:
            return False


def _paths(station: str, needs: Needs) -> tuple[str, ...]:
    return tuple(f"{station}.{name}" for way in sorted(needs, key=sorted) for name in sorted(way))


def _tally(places: Iterable[Place]) -> tuple[Ends, tuple[str, ...]]:
    """The least and the most that counts, and what is missing."""
    low: Fraction = Fraction(0)
    high: Fraction | None = Fraction(0)
    open_: list[str] = []
    for place in places:
        if place.counts.value is False:
            continue
        least, most = bounds(place.share)
        low += least if place.counts.value and isinstance(least, Fraction) else 0
        high = high + most if high is not None and isinstance(most, Fraction) else None
        open_ += place.asked
    return (low, high), tuple(dict.fromkeys(open_))


def _share(quota: ir.Quota, places: list[Place], office: Decider) -> QuotaResult:
    counted, open_ = _tally(places)
    found = share_finding(quota, Tally(len(places), len(places), counted, open_), office)
    return replace(found, places=tuple(places))


def share_finding(quota: ir.Quota, tally: Tally, office: Decider) -> QuotaResult:
    """约20%: within the whole numbers around the share it is in order; outside it is reported, never enforced."""
    counted = tally.counted
    rate = bounds(office._quiet_value(quota.limit, At(office.year)))[0]
    target = (rate if isinstance(rate, Fraction) else Fraction(0)) * tally.stations
    floor, ceiling = Fraction(target.__floor__()), Fraction(target.__ceil__())
    least, most = int(counted[0]), int(counted[1] or 0)
    if floor <= least and most <= ceiling:
        result: Finding = "ok"
    else:
        result = "warn" if most < floor or least > ceiling else "undetermined"
    needs = tally.open if result == "undetermined" else ()
    return QuotaResult(quota, None, tally.stations, counted, counted, (floor, ceiling), result, needs)


def _left_out(quota: ir.Quota, member: Member) -> bool:
    """Whether a station has no share in a proportion because what is counted was not held for it (未考核)."""
    parts = everything(quota.counting) if quota.counting is not None else ()
    decisions = [member.decide(p.outcome, member.year) for p in parts if isinstance(p, ir.OutcomeValue)]
    return any(d.value is None and not d.needs and not d.conflict for d in decisions)


def _most(
    quota: ir.Quota, group: str | None, places: list[Place], lost: list[Place], office: Decider
) -> QuotaResult:
    standing = [p for p in places if not p.applicant]
    applicants = [p for p in places if p.applicant]
    counted, open_ = _tally(standing)
    tally = Tally(
        len(places), len(standing), counted, open_, sum(p.counts.value is not False for p in applicants),
        tuple(p.station for p in lost), bool(applicants) and all(p.excepted.value is True for p in applicants),
        tuple(path for p in applicants for path in _paths(p.station, p.excepted.needs)),
    )  # fmt: skip
    return replace(most_finding(quota, group, tally, office), places=tuple(places))


def most_finding(quota: ir.Quota, group: str | None, tally: Tally, office: Decider) -> QuotaResult:
    """不超过: a maximum, eased by one step where an exception has been granted."""
    counted = tally.counted
    given = office.fact(quota.adding, At(office.year)) if quota.adding is not None else None
    if isinstance(given, Known) and isinstance(given.value, Fraction):
        counted = (given.value, given.value) if not tally.standing else counted
    joining = tally.joining if quota.summing is None else 0
    more = len(tally.unplaced) if quota.summing is None else 0
    after = (counted[0] + joining, None if counted[1] is None else counted[1] + joining)
    limit = office._quiet_value(quota.limit, At(office.as_of.year))
    most = bounds(limit)[1] if isinstance(limit, Known) else None
    whole = QuotaResult(
        quota, group, tally.stations, counted, after, None, "undetermined", unplaced=tally.unplaced
    )  # fmt: skip
    if not isinstance(most, Fraction):
        return replace(whole, needs=tuple(sorted(n for way in needs_of(limit) for n in way)))
    whole = replace(whole, limit=(most, most))
    open_ = tally.open
    result: Finding
    if after[1] is not None and after[1] + more <= most:
        result = "ok"
    elif after[0] <= most:
        result = "undetermined"
        open_ = (*open_, *(f"{station}.{quota.per}" for station in tally.unplaced))
    else:
        steps: list[Finding] = ["violated", "warn", "ok"]
        step = (1 if quota.force == "normally" else 0) + (1 if tally.granted else 0)
        result = "undetermined" if tally.asked else steps[step]
        open_ = (*open_, *tally.asked)
    return replace(
        whole, result=result, needs=open_ if result == "undetermined" else (), discretionary=tally.granted
    )  # fmt: skip
