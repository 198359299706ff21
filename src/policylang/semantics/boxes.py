"""Conditions as boxes: what each variable may be, and several boxes for several ways to satisfy a condition.

``Conditions.form`` turns a condition into a disjunction of *terms*. A term maps variables to ranges and holds
where every variable lies in its range. A variable is a fact, a field of the record in question, an outcome, a
reading, the as-of day or the year. A test that is none of those against a constant (two facts compared,
连续2年, 存在 …) is *opaque*: equal tests are one variable, and nothing more is known of it.

Counts and money are not negative and counts are whole. A range also says whether the variable may be
*nothing* (未发生, 未考核), of which every test is false.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Literal, NamedTuple

from policylang.semantics import ir
from policylang.semantics.types import Boolean, Choice, Day, Number, Option, Type
from policylang.semantics.walk import everything, outcome_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: A condition with more ways to satisfy it than this is given up.
MAX_TERMS = 256
#: Tests nested deeper than this, through definitions, are given up.
_MAX_DEPTH = 100
#: Shares and lengths of time have parts; other units count things.
_PARTS = frozenset({"%", "年", "个月", "日", "个工作日"})

Exact = int | Fraction
#: A number and where beside it: 0 at it, 1 just above, -1 just below; ends are compared as they are.
End = tuple[Exact, int]
#: Above every number that can be written.
UNBOUNDED = 10**100
Operator = Literal["ge", "gt", "le", "lt", "eq"]

_FLIPPED: dict[Operator, Operator] = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt", "eq": "eq"}
_DENIED: dict[Operator, tuple[Operator, ...]] = {
    "ge": ("lt",), "gt": ("le",), "le": ("gt",), "lt": ("ge",), "eq": ("lt", "gt"),
}  # fmt: skip
#: Tests on the place of an option, counted from the highest.
_ORDER: dict[Operator, Callable[[int, int], bool]] = {"ge": le, "gt": lt, "le": ge, "lt": gt, "eq": eq}


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers, yuan or days (as ordinals) from one end to the other."""

    low: End
    high: End
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """Sets with these options and without those; nothing is as good as the empty set."""

    required: frozenset[str]
    forbidden: frozenset[str]


#: Ids of options or readings, or truth values; None stands for nothing.
Finite = frozenset[str | bool | None]
Range = Interval | Members | Finite

_TRUE: Finite = frozenset({True})
_TRUTHS: Finite = frozenset({True, False})


class Variable(NamedTuple):
    """Something conditions are about, in the year in question or through ``window`` in another."""

    kind: Literal["fact", "field", "outcome", "reading", "as_of", "this_year", "opaque"]
    name: str
    window: tuple[str, ...] = ()
    test: ir.Expr | None = None


Term = dict[Variable, Range]
#: The ways to satisfy a condition; none for one that cannot hold.
Form = tuple[Term, ...]


def meet(one: Range, other: Range) -> Range | None:
    """What lies in both ranges of a variable, None where nothing does."""
    if isinstance(one, Interval) and isinstance(other, Interval):
        low, high = max(one.low, other.low), min(one.high, other.high)
        nothing = one.nothing and other.nothing
        return Interval(low, high, nothing) if low <= high or nothing else None
    if isinstance(one, Members) and isinstance(other, Members):
        required, forbidden = one.required | other.required, one.forbidden | other.forbidden
        return None if required & forbidden else Members(required, forbidden)
    assert isinstance(one, frozenset)  # noqa: S101 - a variable has ranges of one kind
    assert isinstance(other, frozenset)  # noqa: S101
    return one & other or None


def both(one: Term, other: Term) -> Term | None:
    """The term that holds where both hold, None where they contradict each other."""
    met = dict(one)
    for variable, wanted in other.items():
        if variable in met:
            shared = meet(met[variable], wanted)
            if shared is None:
                return None
            met[variable] = shared
        else:
            met[variable] = wanted
    return met


def definite(term: Term) -> Term | None:
    """The term without opaque tests and without nothing, None where it needs one of them."""
    found: Term = {}
    for variable, wanted in term.items():
        if variable.kind == "opaque":
            return None
        match wanted:
            case Interval(low, high):
                if low > high:
                    return None
                found[variable] = Interval(low, high)
            case Members():
                found[variable] = wanted
            case _:
                options = wanted - {None}
                if not options:
                    return None
                found[variable] = options
    return found


def domain(kind: Type) -> tuple[End, End]:
    """The least and the greatest value of a number, of money or of a day."""
    if isinstance(kind, Day):
        return (date.min.toordinal(), 0), (date.max.toordinal(), 0)
    return (0, 0), (UNBOUNDED, 0)


def _interval(operator: Operator, value: Exact, kind: Type) -> Interval:
    """The values of a type that pass a test; the ends of counts and days are moved to whole numbers."""
    low, high = domain(kind)
    whole = isinstance(kind, Day) or (isinstance(kind, Number) and kind.unit not in _PARTS)
    if operator in {"ge", "eq"}:
        low = max(low, (ceil(value) if whole else value, 0))
    if operator in {"le", "eq"}:
        high = min(high, (floor(value) if whole else value, 0))
    if operator == "gt":
        low = max(low, (floor(value) + 1, 0) if whole else (value, 1))
    if operator == "lt":
        high = min(high, (ceil(value) - 1, 0) if whole else (value, -1))
    return Interval(low, high)


def point(wanted: Interval, kind: Type) -> Exact | None:
    """A value in a non-empty interval, rather one that a condition names; None if none is whole."""
    (low, above), (high, below) = wanted.low, wanted.high
    if isinstance(kind, Number) and kind.unit != "%":
        first = floor(low) + 1 if above else ceil(low)
        if high == UNBOUNDED:
            return first
        last = ceil(high) - 1 if below else floor(high)
        return (first or last) if first <= last else None
    ends = [end for end, beside in (wanted.low, wanted.high) if not beside and end != UNBOUNDED]
    if ends:
        return next((end for end in ends if (end, 0) not in domain(kind)), ends[0])
    return low + 1 if high == UNBOUNDED else (low + high) / Fraction(2)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A variable with its type, and whether it may be nothing."""

    variable: Variable
    kind: Type
    nothing: bool


class Conditions:
    """The conditions of one policy as forms, each worked out once, and what they depend on."""

    def __init__(self, policy: ir.Policy) -> None:
        self.facts = {fact.id: fact for fact in policy.facts}
        self.outcomes = {outcome.id: outcome for outcome in policy.outcomes}
        self.definitions = {definition.id: definition for definition in policy.definitions}
        self.readings = {reading.id: reading for reading in policy.readings}
        self.kinds: dict[Variable, Type] = {}
        self._guard = tuple(o.id for o in policy.outcomes if o.kind == "in_force")
        # By identity, which costs nothing on large expressions: the policy keeps its expressions alive.
        self._forms: dict[tuple[int, tuple[str, ...], bool], Form | None] = {}
        self._leaves: dict[int, frozenset[str]] = {}
        self._about: dict[Variable, frozenset[str]] = {}
        self._depth = 0

    # forms

    def form(self, expr: ir.Expr, window: tuple[str, ...] = (), *, holds: bool = True) -> Form | None:
        """The ways in which a condition holds (or fails), None when there are too many."""
        key = (id(expr), window, holds)
        if key in self._forms:
            return self._forms[key]
        self._depth += 1
        found = self._form(expr, window, holds=holds) if self._depth <= _MAX_DEPTH else None
        self._depth -= 1
        if isinstance(expr, (ir.Logic, ir.DefinitionValue)):
            self._forms[key] = found
        return found

    def _form(self, expr: ir.Expr, window: tuple[str, ...], *, holds: bool) -> Form | None:
        found: Form | None
        match expr:
            case ir.Not(body):
                return self.form(body, window, holds=not holds)
            case ir.InYear(kind, body):
                return self.form(body, (*window, kind), holds=holds)
            case ir.DefinitionValue(name):
                return self.form(self.definitions[name].body, window, holds=holds)
            case ir.Logic(kind, limbs):
                parts = (self._limb(kind, limb, window, holds=holds) for limb in limbs)
                return _all(parts) if (kind == "all") == holds else _any(parts)
            case ir.Compare(operator, left, right):
                found = self._compare(operator, left, right, window, holds=holds)
            case ir.Among(value, options):
                subject = self._subject(value, window)
                wanted = frozenset(o.id for o in options)
                found = None if subject is None else _among(subject, wanted, holds=holds)
            case ir.Includes(value, option):
                subject = self._subject(value, window)
                found = None if subject is None else _includes(subject, option.id, holds=holds)
            case ir.ReadingIs(reading, option):
                others = frozenset(o.id for o in self.readings[reading].options) - {option}
                return _term(Variable("reading", reading), frozenset({option}) if holds else others)
            case _:
                subject = self._subject(expr, window)
                found = None if subject is None else _finite(subject, _TRUE, _TRUTHS, holds=holds)
        return _term(Variable("opaque", "", window, expr), frozenset({holds})) if found is None else found

    def _limb(self, kind: Literal["all", "any"], limb: ir.Limb, window: tuple[str, ...], *, holds: bool) -> Form | None:
        """A limb that does not apply neither breaks a conjunction nor carries a disjunction."""
        own = self.form(limb.condition, window, holds=holds)
        if limb.applies is None:
            return own
        if (kind == "all") == holds:
            return _any((self.form(limb.applies, window, holds=False), own))
        return _all((self.form(limb.applies, window), own))

    # single tests; None for one that is opaque

    def _compare(
        self, operator: Operator, left: ir.Expr, right: ir.Expr, window: tuple[str, ...], *, holds: bool
    ) -> Form | None:
        constant = self._constant(right)
        if constant is None:
            constant, left, operator = self._constant(left), right, _FLIPPED[operator]
        subject = self._subject(left, window) if constant is not None else None
        if constant is None or subject is None:
            return None
        value, kind = constant.value, subject.kind
        if isinstance(value, Option) and isinstance(kind, Choice):
            order = [o.id for o in kind.options]
            named = order.index(value.id)
            passing = frozenset(o for place, o in enumerate(order) if _ORDER[operator](place, named))
            return _finite(subject, passing, frozenset(order), holds=holds)
        if not isinstance(value, (Fraction, date)):
            return None
        number: Exact = value.toordinal() if isinstance(value, date) else _short(value)
        if holds:
            found = _interval(operator, number, kind)
            return _term(subject.variable, found if found.low <= found.high else None)
        cuts = [_interval(o, number, kind) for o in _DENIED[operator]]
        return tuple(
            {subject.variable: Interval(c.low, c.high, subject.nothing)} for c in cuts
            if c.low <= c.high or subject.nothing
        )  # fmt: skip

    def _constant(self, expr: ir.Expr) -> ir.Constant | None:
        while isinstance(expr, ir.DefinitionValue):
            expr = self.definitions[expr.definition].body
        return expr if isinstance(expr, ir.Constant) else None

    def _subject(self, expr: ir.Expr, window: tuple[str, ...]) -> _Subject | None:
        """The variable an expression stands for, if it is one; of two values the one looked at first."""
        nothing = False
        while True:
            match expr:
                case ir.DefinitionValue(name):
                    expr = self.definitions[name].body
                case ir.InYear(kind, body):
                    expr, window = body, (*window, kind)
                case ir.FirstKnown(preferred, _):
                    expr, nothing = preferred, True
                case _:
                    break
        match expr:
            case ir.FactValue(name):
                fact = self.facts[name]
                variable = Variable("fact", name, window if fact.series else ())
                found = _Subject(variable, fact.type, nothing or _may_be_nothing(fact))
            case ir.FieldValue(records, name):
                field = next(f for f in self.facts[records].fields if f.id == name)
                variable = Variable("field", f"{records}.{name}")
                found = _Subject(variable, field.type, nothing or _may_be_nothing(field))
            case ir.OutcomeValue(name):
                outcome = self.outcomes[name]
                variable = Variable("outcome", name, window if outcome.period == "year" else ())
                levels = Choice(outcome.levels, ordered=outcome.kind == "grade")
                found = _Subject(variable, Boolean() if outcome.kind == "condition" else levels, nothing=True)
            case ir.Moment("as_of"):
                found = _Subject(Variable("as_of", "as_of"), Day(), nothing)
            case ir.Moment() if not window:
                found = _Subject(Variable("this_year", "this_year"), Number("年"), nothing)
            case _:
                return None
        self.kinds[found.variable] = found.kind
        return found

    # what a condition depends on

    def leaves(self, expr: ir.Expr) -> frozenset[str]:
        """The facts, lists, readings and outcomes behind an expression of the policy; @time for the day."""
        if id(expr) not in self._leaves:
            self._leaves[id(expr)] = self._behind(expr)
        return self._leaves[id(expr)]

    def about(self, variable: Variable) -> frozenset[str]:
        """The leaves behind a variable."""
        if variable not in self._about:
            match variable.kind:
                case "outcome":
                    found = self._behind(ir.OutcomeValue(variable.name))
                case "field":
                    found = frozenset({variable.name.partition(".")[0]})
                case "as_of" | "this_year":
                    found = frozenset({"@time"})
                case _:
                    found = frozenset({variable.name})
            self._about[variable] = found
        return self._about[variable]

    def _behind(self, expr: ir.Expr) -> frozenset[str]:
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [expr]
        while waiting:
            for part in everything(waiting.pop()):
                waiting += self._look(part, found, seen)
        return frozenset(found)

    def _look(self, part: ir.Expr, found: set[str], seen: set[str]) -> list[ir.Expr]:
        """Note what a part of an expression is about; the expressions behind it."""
        match part:
            case ir.FactValue(name) | ir.FieldValue(name, _) | ir.Aggregate(_, name) | ir.ReadingIs(name, _) | (
                ir.SeriesTotal(name)
            ):
                found.add(name)
            case ir.Moment():
                found.add("@time")
            case ir.DefinitionValue(name) if name not in seen:
                seen.add(name)
                return [self.definitions[name].body]
            case ir.OutcomeValue(name) | ir.LineAmount(name) | ir.LineIsDue(name) if name not in seen:
                seen.add(name)
                outcome = self.outcomes[name]
                found.update(n for n in (name, outcome.assessed_in, outcome.terms.decided_as) if n)
                guards = [ir.OutcomeValue(guard) for guard in self._guard if outcome.guarded]
                return [*outcome_parts(outcome), *guards]
            case _:
                pass
        return []


def _may_be_nothing(fact: ir.Fact) -> bool:
    return (fact.has_default and fact.default is None) or fact.null_means is not None


def _short(value: Fraction) -> Exact:
    return value.numerator if value.denominator == 1 else value


def _term(variable: Variable, wanted: Range | None) -> Form:
    return ({variable: wanted},) if wanted else ()


def _finite(subject: _Subject, passing: Finite, every: Finite, *, holds: bool) -> Form:
    nothing: Finite = frozenset({None} if subject.nothing else ())
    return _term(subject.variable, every & passing if holds else (every - passing) | nothing)


def _among(subject: _Subject, wanted: Finite, *, holds: bool) -> Form:
    assert isinstance(subject.kind, Choice)  # noqa: S101 - the checker lets only one of several options be among some
    return _finite(subject, wanted, frozenset(o.id for o in subject.kind.options), holds=holds)


def _includes(subject: _Subject, option: str, *, holds: bool) -> Form:
    one, none = frozenset({option}), frozenset[str]()
    return _term(subject.variable, Members(one, none) if holds else Members(none, one))


def _any(parts: Iterable[Form | None]) -> Form | None:
    found: list[Term] = []
    for part in parts:
        if part is None or len(found) + len(part) > MAX_TERMS:
            return None
        found += part
    return tuple(found)


def _all(parts: Iterable[Form | None]) -> Form | None:
    found: Form = ({},)
    for part in parts:
        if part is None or len(found) * len(part) > MAX_TERMS:
            return None
        found = tuple(term for one in found for other in part if (term := both(one, other)) is not None)
        if not found:
            break
    return found
