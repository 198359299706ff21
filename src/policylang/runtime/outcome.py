"""What a decision is: results with the clauses that decided, what is missing, and the tests behind them.

Nothing here is text for readers; see ``policylang.explain`` for the renderings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from policylang.measure.citation import Citation
    from policylang.semantics import ir
    from policylang.semantics.types import Option
    from policylang.semantics.values import Needs, Truth, Value


class Test(NamedTuple):
    """One atomic condition as it was tested.

    ``wanted`` is False for a condition that stands under 非. ``actual`` is the value found and ``required`` what it
    was compared with, both None for conditions that are simply true or false.
    """

    expr: ir.Expr
    truth: Truth
    wanted: bool
    actual: Value | None
    required: Value | None
    year: int
    record: int | None = None

    @property
    def met(self) -> bool | None:
        """True when the test speaks for the rule, False when against it, None when undetermined."""
        return None if self.truth.value is None else self.truth.value == self.wanted

    def decides(self, whole: Truth) -> bool:
        """Whether the test is among those that made ``whole`` what it is: of an open whole, those that are not met."""
        return self.met is not True if whole.value is None else self.met == whole.value


class RuleTrace(NamedTuple):
    """A rule of an outcome: whether its condition holds, whether another rule displaced it, and its tests."""

    rule: ir.Rule
    holds: Truth
    active: Truth
    tests: tuple[Test, ...]


class LimbTrace(NamedTuple):
    """A limb of a condition: whether it holds (None when it does not apply), its tests, and those of 适用于."""

    requirement: ir.Requirement
    holds: Truth | None
    tests: tuple[Test, ...]
    applying: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of a condition, a grade, a status or the force of the measure.

    ``value`` is None while undetermined, in conflict, or when no rule decides; ``possible`` then lists what it can
    still be (empty: nothing was decided, e.g. the year was not assessed). ``clauses`` decided; ``relied_on`` are
    further clauses that the decision rests on. ``basis`` says whether the value was derived from rules or attested
    by a body, or is missing. ``overridable``: not met, but the text says 一般应 (a departure is possible).
    """

    outcome: ir.Outcome
    year: int | None
    value: Option | None
    possible: tuple[Option, ...]
    needs: Needs
    clauses: tuple[Citation, ...]
    relied_on: tuple[Citation, ...]
    basis: Literal["derived", "attested", "missing"]
    conflict: bool = False
    overridable: bool = False
    guard_failed: bool = False
    differs: Option | None = None
    open: frozenset[str] = frozenset()
    consequences: tuple[str, ...] = ()
    rules: tuple[RuleTrace, ...] = ()
    limbs: tuple[LimbTrace, ...] = ()

    @property
    def settled(self) -> bool:
        """True when nothing that is missing could change the value."""
        return not self.needs and not self.conflict


@dataclass(frozen=True, slots=True)
class Amount:
    """An evaluated amount in yuan. ``low`` and ``high`` differ for a range, and while facts are missing.

    ``kind`` is the shape the text fixes: exact, cap (``high`` is the ceiling, ``low`` the lowest ceiling still
    possible), range, or none.
    """

    kind: Literal["exact", "cap", "range", "none"]
    low: Fraction | None = None
    high: Fraction | None = None
    document: str | None = None

    @property
    def settled(self) -> bool:
        """True when the shape's figures are fixed."""
        return self.kind in {"none", "range"} or (self.low is not None and self.low == self.high)


@dataclass(frozen=True, slots=True)
class Line:
    """A money line: status and shape.

    ``record`` is the number of the record it is for, ``ref`` that record's id. ``decided`` is the amount a body
    fixed inside the bounds; ``out_of_bounds`` when it did not keep them. ``never_nothing``: while undetermined, one
    of the amounts is granted in any case. ``given_in``: the earlier year in which a one-off line was due. ``figures``: the
    values that the amounts of the open rules were worked out from; ``raised``: how often a raise has compounded.
    """

    outcome: ir.Outcome
    year: int
    status: Literal["due", "possible", "not_due", "undetermined", "conflict"]
    amount: Amount
    needs: Needs
    clauses: tuple[Citation, ...]
    relied_on: tuple[Citation, ...]
    unregulated: bool = False
    record: int | None = None
    ref: str | None = None
    decided: Fraction | None = None
    out_of_bounds: bool = False
    consequences: tuple[str, ...] = ()
    rules: tuple[RuleTrace, ...] = ()
    never_nothing: bool = False
    given_in: int | None = None
    figures: tuple[tuple[ir.Expr, Value], ...] = ()
    raised: int = 0


@dataclass(frozen=True, slots=True)
class DutyResult:
    """A duty in one window, year or record: ``due`` is the last day, included.

    ``relied_on``: the clauses of the definitions that the deadline starts from and is done by. ``part``: the window does
    not count because it is the first, not a whole one, or because the duty ended in it or before.
    """

    duty: ir.Duty
    period: str | None
    result: Literal["met", "unmet", "pending", "undetermined", "not_applicable"]
    due: date | None
    needs: Needs
    clauses: tuple[Citation, ...]
    record: int | None = None
    required: Value | None = None
    actual: Value | None = None
    tests: tuple[Test, ...] = ()
    relied_on: tuple[Citation, ...] = ()
    part: Literal["first", "ended"] | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A fact that cannot be believed: nothing is decided until it is corrected."""

    path: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything decided for one station on one day.

    ``rejections`` is not empty when the facts contradict themselves; then nothing else is filled.
    """

    policy: ir.Policy
    as_of: date
    year: int
    readings: tuple[tuple[str, str], ...]
    calendar: str
    decisions: tuple[Decision, ...] = ()
    lines: tuple[Line, ...] = ()
    duties: tuple[DutyResult, ...] = ()
    warnings: tuple[ir.Notice, ...] = ()
    definitions: tuple[tuple[str, int, int | None, tuple[Test, ...]], ...] = ()
    recorded: frozenset[str] = frozenset()
    rejections: tuple[Rejection, ...] = ()

    @property
    def results(self) -> tuple[Decision | Line | DutyResult, ...]:
        """The decisions, the money lines and the duties."""
        return (*self.decisions, *self.lines, *self.duties)

    def decision(self, outcome: str, year: int | None = None) -> Decision | None:
        """The decision on an outcome (id or name), in a year for yearly ones."""
        return next(
            (
                d for d in self.decisions
                if outcome in (d.outcome.id, d.outcome.name) and (year is None or d.year in (None, year))
            ),
            None,
        )  # fmt: skip
