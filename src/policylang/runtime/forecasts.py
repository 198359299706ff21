"""What money lines come to over all stations: a sum as far as it is certain, otherwise between two ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.runtime.evaluate import At
from policylang.semantics.values import SETTLED, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.runtime.decide import Decider
    from policylang.semantics import ir
    from policylang.semantics.values import Needs

Ends = tuple[Fraction, Fraction | None]
Member = tuple[str, "Decider"]


@dataclass(frozen=True, slots=True)
class PartResult:
    """One line of a forecast: for how many stations it counts (least, most) and what it comes to in yuan."""

    part: ir.ForecastPart
    stations: tuple[int, int]
    total: Ends


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """A forecast: its parts, and their sum between the least and the most (None: no upper bound).

    ``kind`` is ``exact`` for one sum, ``range`` for two ends, ``cap`` where only a ceiling is fixed, ``none`` where
    the text fixes no amount. ``year`` is the year in question; ``pay_year`` the one the money is paid in, None where
    the text does not say. ``needs`` are the missing facts, per station.
    """

    forecast: ir.Forecast
    year: int
    pay_year: int | None
    parts: tuple[PartResult, ...]
    kind: Literal["exact", "range", "cap", "none"]
    total: Ends
    needs: tuple[str, ...]


def forecast_result(forecast: ir.Forecast, members: list[Member], office: Decider) -> ForecastResult:
    """A forecast over the stations, applicants left aside."""
    return forecast_of(forecast, [_part(part, members) for part in forecast.parts], office)


def forecast_of(
    forecast: ir.Forecast, found: Sequence[tuple[PartResult, list[str], set[str]]], office: Decider
) -> ForecastResult:
    """A forecast from its parts, each with what is missing and the shapes of its amounts."""
    parts = [part for part, _, _ in found]
    needs = [path for _, open_, _ in found for path in open_]
    kinds = {kind for _, _, shapes in found for kind in shapes}
    low = sum((p.total[0] for p in parts), Fraction(0))
    highs = [p.total[1] for p in parts]
    high = None if any(x is None for x in highs) else sum((x for x in highs if x is not None), Fraction(0))
    kind: Literal["exact", "range", "cap", "none"]
    if kinds and kinds <= {"none"}:
        kind = "none"
    elif low == high:
        kind = "exact"
    else:
        kind = "cap" if kinds == {"cap"} else "range"
    later = any(office.outcomes[part.line].terms.paid_next_year for part in forecast.parts)
    return ForecastResult(
        forecast, office.year, office.year + 1 if later else None, tuple(parts), kind, (low, high),
        tuple(dict.fromkeys(needs)),
    )  # fmt: skip


def _part(part: ir.ForecastPart, members: list[Member]) -> tuple[PartResult, list[str], set[str]]:
    """A line over all stations: its numbers, what is missing, and the shapes of the amounts."""
    least = most = 0
    low: Fraction = Fraction(0)
    high: Fraction | None = Fraction(0)
    open_: list[str] = []
    kinds: set[str] = set()
    for name, member in members:
        for at in _places(part, member):
            counts, needs = _counts(part, member, at)
            if counts is False:
                continue
            amount, unsettled = member.fixed_amount(part.line, at)
            kinds.add(amount.kind)
            needs = together(needs, unsettled)
            most += 1
            least += counts is True
            if counts is True and amount.low is not None and amount.kind != "cap":
                low += amount.low
            high = None if high is None or amount.high is None else high + amount.high
            open_ += [f"{name}.{path}" for way in sorted(needs, key=sorted) for path in sorted(way)]
    return PartResult(part, (least, most), (low, high)), open_, kinds


def _places(part: ir.ForecastPart, member: Decider) -> list[At]:
    """Where a line is looked at: the station, or each record of its list."""
    each = member.outcomes[part.line].each
    records = member.records(each) if each is not None else None
    year = member.year if member.outcomes[part.line].period == "year" else member.as_of.year
    if each is None:
        return [At(year)]
    return [At(year, each)] if records is None else [At(year, each, n) for n in range(len(records))]


def _counts(part: ir.ForecastPart, member: Decider, at: At) -> tuple[bool | None, Needs]:
    """Whether a line counts for a station: where the forecast says so, otherwise where it is due."""
    if part.when is not None:
        truth = member._quietly(member.truth, part.when, At(member.year))
        return truth.value, truth.needs
    line = member.line(part.line, at)
    if line.status in {"undetermined", "conflict", "possible"}:
        return None, line.needs
    return line.status == "due", SETTLED
