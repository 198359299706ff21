"""What a table of stations holds: which facts have a column, and what can stand in it.

Everything a layout does not have is unknown for every station, and the plan is made without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from policylang.facts.model import EVERY_YEAR
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.semantics import ir
    from policylang.semantics.types import Type

#: How far back windows are looked at where the earliest day is not known.
YEARS_BACK = 20
#: Counts and sums are kept below these, so that no product of the usual ones leaves 62 bits.
MOST = {"count": 10**9, "rate": 10**10, "fen": 10**13}


class Key(NamedTuple):
    """One column: a fact, in a period for a series (``EVERY_YEAR`` for one given once for all), or a field of a list."""

    fact: str
    period: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        """As data files name it: ``recruits.2024``, ``awards[].kind``."""
        if self.field is not None:
            return f"{self.fact}[].{self.field}"
        return self.fact if self.period is None else f"{self.fact}.{self.period}"


@dataclass(frozen=True, slots=True)
class Input:
    """What can stand in one column.

    ``absent``, ``nothing``, ``null``: whether a row may have no value, 未发生, an explicit null (未考核). ``most``: the
    greatest whole number in it (a count, a rate in units of 10⁻⁸, a sum in fen); None for the general limit.
    """

    type: Type
    absent: bool = True
    nothing: bool = False
    null: bool = False
    most: int | None = None

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest whole number it is kept as."""
        match self.type:
            case Choice(options):
                return 0, max(len(options) - 1, 0)
            case ChoiceSet(options):
                return 0, 2 ** len(options) - 1
            case Day():
                return 0, 3_652_059
            case Money():
                return 0, self.most or MOST["fen"]
            case Number("%"):
                return 0, self.most or MOST["rate"]
            case Number():
                return 0, self.most or MOST["count"]
            case _:
                return 0, 0


def scale_of(kind: Type) -> int:
    """What a whole number of this type is divided by: 100 for money in yuan, 10⁸ for a rate, 1 otherwise."""
    match kind:
        case Money():
            return 100
        case Number("%"):
            return 10**8
        case _:
            return 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of the stations and, for every list that is given, how many records one has at most.

    ``unlisted``: the lists that may be unknown for a station although others have them. ``empty``: the series that may be
    given without an entry. ``since``: the ordinal of the earliest day in any column of days; duties of windows that begin on
    a recorded day are followed back to it (None: ``YEARS_BACK`` years).
    """

    inputs: Mapping[Key, Input] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    since: int | None = None

    def periods(self, fact: str) -> tuple[str, ...]:
        """The periods of a series that have a column, in order, without ``EVERY_YEAR``."""
        return tuple(sorted(k.period for k in self.inputs if k.fact == fact and k.period not in (None, EVERY_YEAR)))

    def years(self) -> tuple[int, ...]:
        """The years that some yearly fact has a column for."""
        return tuple(sorted({int(k.period) for k in self.inputs if k.period is not None and len(k.period) == 4}))


def whole_layout(policy: ir.Policy, years: tuple[int, ...], *, most: int = 20) -> Layout:
    """A column for everything that a policy declares, each with all that may stand in it; series for these years.

    It is the layout of a table whose content is not known beforehand, such as a view over a database. A series without an
    entry counts as not given there.
    """
    inputs: dict[Key, Input] = {}
    lists: dict[str, int] = {}
    for fact in policy.facts:
        if fact.fields:
            lists[fact.id] = most
            for own in fact.fields:
                inputs[Key(fact.id, None, own.id)] = Input(own.type, nothing=isinstance(own.type, Day))
            continue
        for period in _periods(fact, years):
            null = fact.series is not None and fact.null_means is not None
            inputs[Key(fact.id, period)] = Input(fact.type, nothing=isinstance(fact.type, Day), null=null)
    return Layout(inputs, lists, frozenset(lists))


def _periods(fact: ir.Fact, years: tuple[int, ...]) -> tuple[str | None, ...]:
    match fact.series:
        case None:
            return (None,)
        case "year":
            every = (EVERY_YEAR,) if isinstance(fact.type, Boolean) else ()
            return (*every, *(f"{year:04}" for year in years))
        case "quarter":
            return tuple(f"{year:04}Q{quarter}" for year in years for quarter in range(1, 5))
        case "month":
            return tuple(f"{year:04}-{month:02}" for year in years for month in range(1, 13))
