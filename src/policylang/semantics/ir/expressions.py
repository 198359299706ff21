"""Expressions and amounts of the typed core."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from policylang.source.span import Span

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from policylang.measure.citation import Citation
    from policylang.semantics.types import Option, Type


def place() -> Span:
    """A span field: known to the reader, unknown to equality."""
    return field(compare=False, default=Span(0, 0))


# Expressions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant: a Fraction, a day, an option, a truth value or a text."""

    value: Fraction | date | Option | bool | str
    type: Type
    span: Span = place()


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact; a series is read in the window in question."""

    fact: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of the record in question."""

    records: str
    field: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class DefinitionValue:
    """A definition, in the year and record in question."""

    definition: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class OutcomeValue:
    """The value of a grade, a status, a condition or the force of the measure, in the year in question."""

    outcome: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class LineAmount:
    """The exact amount of a money line; not settled while the line is not an exact sum that is due."""

    line: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class LineIsDue:
    """A money line is due."""

    line: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Moment:
    """The as-of day, or the year in question as a number."""

    kind: Literal["as_of", "this_year"]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class InYear:
    """``body`` in the year before the one in question, or in the assessment year."""

    kind: Literal["last_year", "assessed_year"]
    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Not:
    """Strong Kleene negation."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Limb:
    """One part of a conjunction or disjunction: where it is printed, what it is called, when it applies."""

    condition: Expr
    clause: Citation | None = None
    gist: str | None = None
    applies: Expr | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Logic:
    """Strong Kleene conjunction or disjunction: a false limb decides 且, a true limb decides 或."""

    kind: Literal["all", "any"]
    limbs: tuple[Limb, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one unit, of money, days or ordered options; for ordered options, ge means at least as high."""

    operator: Literal["ge", "gt", "le", "lt", "eq"]
    left: Expr
    right: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Among:
    """The value is one of these options."""

    value: Expr
    options: tuple[Option, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Includes:
    """The set of options holds this one."""

    value: Expr
    option: Option
    span: Span = place()


@dataclass(frozen=True, slots=True)
class ReadingIs:
    """The ambiguity is read in this way."""

    reading: str
    option: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Consecutive:
    """The condition held in ``count`` successive calendar years (or held assessments) up to the year in question."""

    count: int
    unit: Literal["years", "assessments"]
    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class AnyYear:
    """The condition held in some year up to the year in question."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class LastTime:
    """The condition held in the last year in which an assessment was held, up to the year in question."""

    body: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Like:
    """A text that is these parts in this order, with at least one character between any two of them."""

    value: Expr
    parts: tuple[str, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Cases:
    """The value of the case that holds; of cases that hold together the values agree or the value is open."""

    cases: tuple[tuple[Expr, Expr], ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Exact sums, differences and products."""

    operator: Literal["add", "sub", "mul"]
    left: Expr
    right: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class DayShift:
    """A day moved by ``amount`` (negative for earlier) of years, months, days or working days."""

    day: Expr
    amount: int
    unit: Literal["years", "months", "days", "workdays"]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class YearOf:
    """The calendar year of a day, as a number."""

    day: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class InPeriod:
    """A day falls in the window in question, or in the year in question where there is none."""

    day: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Extreme:
    """The earliest or the latest of several days; what did not happen is passed over."""

    kind: Literal["earliest", "latest"]
    days: tuple[Expr, ...]
    span: Span = place()


@dataclass(frozen=True, slots=True)
class SeriesTotal:
    """The sum of a fact kept by month or quarter over the year in question."""

    fact: str
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Something about the records that satisfy ``where``.

    Their number, their existence, the sum of a field; or the earliest or latest day, the least or greatest number in
    a field (nothing where there is no such record).
    """

    kind: Literal["total", "count", "exists", "earliest", "latest", "least", "most"]
    records: str
    field: str | None
    where: Expr | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """``preferred`` where it is recorded, otherwise ``fallback``."""

    preferred: Expr
    fallback: Expr
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that changes on certain days: ``first`` before them, then the last change not after the as-of day."""

    first: Expr
    changes: tuple[tuple[date, Expr], ...]
    span: Span = place()


Expr = (
    Constant | FactValue | FieldValue | DefinitionValue | OutcomeValue | LineAmount | LineIsDue | Moment | InYear | Not
    | Logic | Compare | Among | Includes | ReadingIs | Consecutive | AnyYear | Arithmetic | DayShift | YearOf
    | Aggregate | FirstKnown | Dated | InPeriod | Extreme | SeriesTotal
    | LastTime | Like | Cases
)  # fmt: skip

# Amounts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exact:
    """A sum; with ``base`` and ``rate`` it is the raise of that line, growing year on year if ``compounding``."""

    amount: Expr
    base: str | None = None
    rate: Fraction | None = None
    compounding: Expr | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """At most this sum; never added to sums that are paid."""

    amount: Expr


@dataclass(frozen=True, slots=True)
class Range:
    """From this sum to that, both included."""

    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Unstated:
    """The text fixes no amount; ``document`` names the one that does, if any."""

    document: str | None = None


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing is granted."""


Shape = Exact | Cap | Range | Unstated | Denied
