"""What is recorded about one station, typed by its policy, and what is wrong with a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.semantics.types import Option
from policylang.semantics.values import Nothing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.source.diagnostic import Message
    from policylang.source.span import Span

#: ``NOTHING`` is an explicit 未发生: known not to have happened.
Plain = bool | Fraction | date | Option | str | frozenset[Option] | Nothing

#: The key under which a yes-or-no fact by year is kept when it is given once for all: 否 of every year that has no entry
#: of its own, 是 of the assessment year alone.
EVERY_YEAR = "*"

#: One item of a list by field; an absent field is unknown.
Record = dict[str, Plain]

#: One value; values by period key, None for an explicit null; or a record per item.
FactValue = Plain | dict[str, Plain | None] | tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded, by fact id. What is absent is unknown, never false and never 0.

    The value of a series is keyed by ``Period.key`` (``2024``, ``2024Q1``, ``2024-03``); None there is an
    explicit null, which a policy may give a meaning (未考核). In records an absent or null field is absent.
    """

    values: Mapping[str, FactValue]

    def years(self) -> frozenset[int]:
        """The years for which some yearly fact has an entry."""
        series = (value for value in self.values.values() if isinstance(value, dict))
        return frozenset(int(key) for entries in series for key in entries if len(key) == 4)


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who vouches for a recorded fact: by whom, when, on what paper, where it is kept; what is not said is None."""

    by: str | None = None
    on: date | None = None
    document: str | None = None
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class FactError:
    """One mistake in the facts.

    Attributes:
        path: where it is, e.g. ``assessment_by_year.2024`` or ``recruits[2].class``; items count from 0.
        message: what is wrong; the English one is read after the path.
        span: the value or the key at fault, where the facts come from a file.
        code: the code of the diagnostic it becomes.
        help: what to write instead.
        first: where the same thing is given first, for what is given twice.
    """

    path: str
    message: Message
    span: Span | None = None
    code: str = "bad-fact"
    help: Message | None = None
    first: Span | None = None

    def __str__(self) -> str:
        """The path and what is wrong, in English."""
        return f"{self.path}: {self.message.en}"
