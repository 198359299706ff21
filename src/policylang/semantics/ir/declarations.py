"""Declarations of the typed core: facts, outcomes, rules, duties, readings, quotas, the ledger, the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policylang.semantics.ir.expressions import place

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.semantics.ir.expressions import Expr, Limb, Shape
    from policylang.semantics.types import Option, Series, Type
    from policylang.source.span import Span



@dataclass(frozen=True, slots=True)
class Source:
    """Who says so. ``kind``: counted, judged, found, decided or declared by bodies; documented; external."""

    kind: Literal["counted", "judged", "found", "decided", "declared", "documented", "external", "unstated"]
    bodies: tuple[str, ...] = ()
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact, or a field of a list of records.

    ``default`` is the value of an unrecorded fact where the policy writes one (``nothing`` for 未发生); without it
    an unrecorded fact is unknown. ``null_means`` names what an explicit null in a series says (未考核).
    """

    name: str
    id: str
    type: Type
    series: Series | None = None
    source: Source = Source("unstated")
    has_default: bool = False
    default: Option | bool | None = None
    null_means: str | None = None
    question: str | None = None
    fields: tuple[Fact, ...] = ()
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Constraint:
    """What facts must satisfy to be believed; the fact named first is the one at fault."""

    condition: Expr
    fact: str
    other: str | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Definition:
    """A named condition or value."""

    name: str
    id: str
    body: Expr
    type: Type
    clause: Citation
    records: str | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Rule:
    """An outcome has ``value`` when ``when`` holds; ``when`` None for 其余情形.

    ``value`` is an option for grades, states and force, a shape for money, None where the text is silent (未规定).
    ``overrides`` lists the indices of the rules of the same outcome that give way to this one.
    """

    index: int
    value: Option | Shape | None
    when: Expr | None
    clause: Citation
    modality: Literal["must", "may", "silent"] = "must"
    overrides: tuple[int, ...] = ()
    consequences: tuple[str, ...] = ()
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A limb of a condition outcome, with its force: must, or normally (a departure is possible with reasons).

    ``strict_if``: a condition under which no departure is possible all the same.
    """

    limb: Limb
    force: Literal["must", "normally"]
    clause: Citation
    strict_if: Expr | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a money line says besides its amount; with ``repaid_by`` it is owed by that body, not to the station."""

    once: bool = False
    paid_by: tuple[str, ...] = ()
    paid_from: str | None = None
    paid_next_year: bool = False
    not_with: tuple[str, ...] = ()
    decided_as: str | None = None
    repaid_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something the measure decides.

    ``guarded``: not met while the measure is not in force, unless ``opened_by`` holds (the trial run of a draft).

    ``period``: ``none`` (as of a day), ``year`` (each assessment year), ``day_year`` (the year of the as-of day).
    ``levels`` are the options, from high to low for a grade; a condition has two (met, not met).
    """

    name: str
    id: str
    kind: Literal["in_force", "condition", "grade", "status", "money"]
    levels: tuple[Option, ...]
    period: Literal["none", "year", "day_year"]
    rules: tuple[Rule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    since: Expr | None = None
    guarded: bool = False
    opened_by: Expr | None = None
    each: str | None = None
    terms: Terms = Terms()
    assessed_by: tuple[str, ...] = ()
    assessed_in: str | None = None
    assessed_at: Citation | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Window:
    """A duty to be met in every year, quarter or month from a day on, the last one ending before ``until``."""

    series: Series
    condition: Expr
    since: Expr | None
    first_part_free: bool
    until: Expr | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty to be met at all times."""

    condition: Expr


@dataclass(frozen=True, slots=True)
class DueAfter:
    """Something to be done within, or not before the end of, a period after a day."""

    start: Expr
    amount: int
    unit: Literal["years", "months", "days", "workdays"]
    done: Expr | None
    at_least: bool


@dataclass(frozen=True, slots=True)
class DueOn:
    """Something to be done by a day of the year in question, or of the next."""

    month: int
    day: int
    next_year: bool
    done: Expr | None


@dataclass(frozen=True, slots=True)
class DueBy:
    """Something to be done by a day that is known otherwise."""

    day: Expr
    done: Expr | None


Timing = Window | Standing | DueAfter | DueOn | DueBy


@dataclass(frozen=True, slots=True)
class Duty:
    """What must be done, by whom (``obliged``; empty for the station), in which cases.

    Several duties may share a name, each for its own cases: where one applies, the others are not spoken of.
    """

    name: str
    id: str
    timing: Timing
    clause: Citation
    yearly: bool = False
    obliged: tuple[str, ...] = ()
    applies: Expr | None = None
    each: str | None = None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must be told when ``when`` holds."""

    name: str
    id: str
    text: str
    when: Expr
    clause: Citation
    span: Span = place()


@dataclass(frozen=True, slots=True)
class ReadingOption:
    """One way to read an ambiguous text."""

    name: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguity of the text: the question, the readings, and the one adopted."""

    name: str
    id: str
    question: str
    options: tuple[ReadingOption, ...]
    adopted: str
    clause: Citation
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Quota:
    """A rule over all stations: at most ``limit`` counted stations (each group alone), or about a share of them.

    ``adding``: a fact of the office that gives the number where no stations are listed. ``summing``: a fact of each
    station whose sum is held against the limit instead of their number (a budget).
    ``except_for`` holds for a station that may exceed it; that lowers the finding by one step (violated, warn, ok).
    """

    name: str
    id: str
    kind: Literal["at_most", "about"]
    limit: Expr
    force: Literal["must", "normally"]
    counting: Expr | None
    adding: str | None
    summing: str | None
    per: str | None
    except_for: Expr | None
    clause: Citation
    span: Span = place()


@dataclass(frozen=True, slots=True)
class ForecastPart:
    """A money line in a forecast, counted for the stations to which it is due, or for those where ``when`` holds."""

    line: str
    when: Expr | None
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What money lines come to over all stations."""

    name: str
    id: str
    parts: tuple[ForecastPart, ...]
    clause: Citation
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause in the ledger: its gist in the encoder's words and how it is dealt with."""

    clause: Citation
    gist: str
    kind: Literal["encoded", "declaratory", "procedure", "judged", "external", "duty_only", "heading"]
    notes: tuple[str, ...] = ()
    span: Span = place()


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole measure, resolved and typed; definitions stand in an order in which each needs only earlier ones."""

    id: str
    title: str
    head: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    constraints: tuple[Constraint, ...]
    definitions: tuple[Definition, ...]
    outcomes: tuple[Outcome, ...]
    duties: tuple[Duty, ...]
    warnings: tuple[Notice, ...]
    readings: tuple[Reading, ...]
    quotas: tuple[Quota, ...]
    forecasts: tuple[Forecast, ...]
    ledger: tuple[Entry, ...]
