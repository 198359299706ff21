"""What a comparison is: dimensions down, measures across, and what is drawn. Pure data; the renderings stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from policylang.facts.vocabulary import Caution, Named
    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Amount
    from policylang.semantics import ir
    from policylang.source.diagnostic import Message

#: What a cell is. ``silent``: the measure says nothing. ``not_comparable``: the profile's number is of another thing.
#: ``unlisted``: the vocabulary does not have this measure.
Kind = Literal["value", "silent", "undetermined", "not_comparable", "not_applicable", "not_in_force", "unlisted"]


@dataclass(frozen=True, slots=True)
class Column:
    """A measure that is compared: its short name, what it calls itself (试行), the SHA-256 of its file."""

    id: str
    name: Message
    standing: str
    policy: ir.Policy
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a measure in a cell: the id of the outcome or duty, its status, and the phrase that ``eval`` has."""

    id: str
    status: str
    text: Message
    year: int | None = None
    period: str | None = None
    ref: str | None = None
    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one measure says, or decides, in one dimension: lines of text, and the clauses they rest on.

    ``apart``: the measures whose cells of this row may not be compared with this one; the row says why.
    """

    kind: Kind
    lines: tuple[Message, ...] = ()
    clauses: tuple[Citation, ...] = ()
    apart: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One dimension, with a cell for each measure in the order of the columns."""

    id: str
    group: str
    name: Message
    cells: tuple[Cell, ...]
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The money of one year for one number of recruits, in yuan; what is a ceiling is kept apart from what is due.

    ``exact``: the sum of what is due and exact. ``ceiling``: the highest that caps and ranges allow, None where there
    is none; ``floor`` the least that ranges give. ``open``: something is undetermined. ``elsewhere``: an amount is set
    in another document or left to a body.
    """

    recruits: int
    exact: Fraction
    ceiling: Fraction | None
    floor: Fraction | None
    open: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Stair:
    """The money of one measure by number of recruits, on a day that is its own or the profile's."""

    column: Column
    counts: Message
    as_of: date
    year: int
    steps: tuple[Step, ...]
    follows: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Days on end with one answer to whether a measure is in force; None: from, or to, beyond the days looked at.

    ``needs``: the facts that are missing where the answer is open.
    """

    first: date | None
    last: date | None
    level: Message
    state: Literal["in_force", "other", "open"]
    needs: Message | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Measures side by side. ``results`` and ``facts`` are there where a profile was given, on its day and for its year.

    ``force``: of each measure what it says of its own force on the day of the profile.
    ``rules`` says what each text lays down; ``results`` what it decides for the profile; ``facts`` to which measure
    each fact of the profile was handed, and why not to the others.
    """

    columns: tuple[Column, ...]
    groups: tuple[Named, ...]
    rules: tuple[Row, ...]
    results: tuple[Row, ...] = ()
    facts: tuple[Row, ...] = ()
    profile: str | None = None
    as_of: date | None = None
    year: int | None = None
    force: tuple[Message | None, ...] = ()
    spans: tuple[tuple[Span, ...], ...] = ()
    stairs: tuple[Stair, ...] = ()
    own_stairs: tuple[Stair, ...] = ()
