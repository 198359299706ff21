"""Rules of one outcome that contradict each other, and rules that can never hold.

Two rules contradict each other when both can hold with different values and neither gives way. It is reported
only with a *witness*: facts under which both hold for certain. Where it is not certain that there is one (a
test on two facts, a history, a list, a constraint on the same facts), nothing is said: the run time still
reports a conflict when it meets one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from policylang.semantics import ir
from policylang.semantics.boxes import (
    Conditions,
    End,
    Exact,
    Form,
    Interval,
    Members,
    Range,
    Term,
    Variable,
    both,
    definite,
    point,
)
from policylang.semantics.types import Choice, ChoiceSet, Day, Money, Number, Option, Type
from policylang.semantics.walk import shape_parts
from policylang.source.diagnostic import Diagnostic, Label, Message, error, warning
from policylang.syntax.keywords import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

#: No more contradictions than this are told of one outcome; the others bound the search for them.
MAX_FINDINGS = 100
_MAX_PAIRS = 20_000
_MAX_STEPS = 2_000
_MAX_SIDES = 64
#: Groups of this size are not divided any further.
_SMALL = 8

_YEARS = {
    "last_year": Message("上年度", "last year "),
    "assessed_year": Message("考核年度", "assessed year "),
}


def overlaps(policy: ir.Policy) -> list[Diagnostic]:
    """An error for each two rules with a witness, a warning for each rule that contradicts itself."""
    conditions = Conditions(policy)
    found: list[Diagnostic] = []
    for outcome in policy.outcomes:
        found += [_unreachable(rule) for rule in outcome.rules if _ways(conditions, rule) == ()]
        if outcome.kind in {"in_force", "status", "money"}:
            found += _Contradictions(policy, conditions, outcome).found()
    return found


def _ways(conditions: Conditions, rule: ir.Rule) -> Form | None:
    return None if rule.when is None else conditions.form(rule.when)


def _unreachable(rule: ir.Rule) -> Diagnostic:
    return warning(
        "unreachable-rule", rule.span, "这条规则的条件自相矛盾，永远不会成立",
        "the condition of this rule contradicts itself and can never hold",
        help_zh="检查数量的上下限和“且”“或”；不需要的规则可以删去",
        help_en="check the limits and the “and” and “or”, or remove the rule",
    )  # fmt: skip


# Which terms meet -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One way for a rule to hold; ``places``: its ranges, end to end; ``value``: a number for its value."""

    rule: ir.Rule
    term: Term
    value: int
    places: dict[Variable, tuple[End, End]]


def _place(wanted: Range) -> tuple[End, End] | None:
    match wanted:
        case Interval(low, high):
            return low, high
        case Members():
            return None
        case _:
            ordered = sorted(wanted)  # type: ignore[type-var]  # all ids or all truth values: definite
            return (ordered[0], 0), (ordered[-1], 0)  # type: ignore[return-value]  # only compared with its like


def _candidates(cases: list[_Case]) -> Iterator[tuple[_Case, _Case]]:
    """The pairs of cases with different values whose ranges can meet, without looking at all pairs.

    A group is divided along a variable into clusters that do not touch; where no variable divides it, its
    cases are swept from the lowest to the highest along the commonest one.
    """
    waiting = [cases]
    while waiting:
        group = waiting.pop()
        common = Counter(v for case in group for v in case.places)
        variables = [v for v, count in common.most_common() if 2 * count >= len(group)]
        if not variables or len(group) <= _SMALL:
            yield from _pairs(group)
            continue
        for variable in variables:
            bound = _along(variable, group)
            clusters = _clusters(bound, variable)
            if 4 * max(len(c) for c in clusters) <= 3 * len(group):
                waiting += clusters
                break
        else:
            variable = variables[0]
            bound = _along(variable, group)
            yield from _sweep(bound, variable)
        free = [case for case in group if variable not in case.places]
        waiting.append(free)
        yield from ((one, other) for one, other in product(free, bound) if one.value != other.value)


def _along(variable: Variable, group: list[_Case]) -> list[_Case]:
    return sorted((case for case in group if variable in case.places), key=lambda case: case.places[variable])


def _pairs(group: list[_Case]) -> Iterator[tuple[_Case, _Case]]:
    by_value: dict[int, list[_Case]] = {}
    for case in group:
        by_value.setdefault(case.value, []).append(case)
    for ones, others in combinations(by_value.values(), 2):
        yield from product(ones, others)


def _clusters(ordered: list[_Case], variable: Variable) -> list[list[_Case]]:
    """Cases in order of their low ends, cut where one begins above all before it."""
    clusters: list[list[_Case]] = []
    top = ordered[0].places[variable][1]
    for case in ordered:
        low, high = case.places[variable]
        if not clusters or low > top:
            clusters.append([])
        clusters[-1].append(case)
        top = max(top, high)
    return clusters


def _sweep(ordered: list[_Case], variable: Variable) -> Iterator[tuple[_Case, _Case]]:
    active: dict[int, list[_Case]] = {}
    for case in ordered:
        low = case.places[variable][0]
        for value in [v for v in active if v != case.value]:
            active[value] = [other for other in active[value] if other.places[variable][1] >= low]
            yield from ((other, case) for other in active[value])
            if not active[value]:
                del active[value]
        active.setdefault(case.value, []).append(case)


# Witnesses --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """What else must be so: a condition that holds (or fails), None if only what it depends on is known."""

    leaves: frozenset[str]
    condition: ir.Expr | None = None
    holds: bool = True


class _Contradictions:
    """The search for contradictions among the rules of one outcome."""

    def __init__(self, policy: ir.Policy, conditions: Conditions, outcome: ir.Outcome) -> None:
        self.conditions = conditions
        self.outcome = outcome
        self.words = _Words(conditions)
        self.steps = 0
        self.sides: dict[str, list[_Side]] = {}
        for constraint in policy.constraints:
            self._add(_Side(conditions.leaves(constraint.condition), constraint.condition))
        if outcome.since is not None:
            self._add(_Side(conditions.leaves(outcome.since) | {"@time"}))
        self.beating: dict[int, list[_Side]] = {}
        for rule in outcome.rules:
            if rule.when is not None and rule.overrides:
                side = _Side(conditions.leaves(rule.when), rule.when, holds=False)
                for beaten in rule.overrides:
                    self.beating.setdefault(beaten, []).append(side)

    def _add(self, side: _Side) -> None:
        for leaf in side.leaves:
            self.sides.setdefault(leaf, []).append(side)

    def found(self) -> list[Diagnostic]:
        """A diagnostic for each pair of rules that has a witness."""
        told: dict[tuple[int, int], Diagnostic] = {}
        for one, other in islice(_candidates(self._cases()), _MAX_PAIRS):
            first, second = sorted((one.rule, other.rule), key=lambda rule: rule.index)
            pair = first.index, second.index
            if pair in told or second.index in first.overrides or first.index in second.overrides:
                continue
            witness = self._witness(one, other)
            if witness is not None:
                told[pair] = self._diagnostic(first, second, witness)
            if len(told) == MAX_FINDINGS or self.steps > _MAX_STEPS:
                break
        return [told[pair] for pair in sorted(told)]

    def _cases(self) -> list[_Case]:
        values: dict[object, int] = {}
        cases = []
        for rule in self.outcome.rules:
            value = None if isinstance(rule.value, ir.Unstated) else rule.value
            number = values.setdefault(value, len(values))
            for term in _ways(self.conditions, rule) or ():
                known = definite(term)
                if known is not None:
                    found = ((v, _place(wanted)) for v, wanted in known.items())
                    places = {v: place for v, place in found if place is not None}
                    cases.append(_Case(rule, known, number, places))
        return cases

    def _witness(self, one: _Case, other: _Case) -> list[Message] | None:
        """Facts under which both cases and everything else that must be so hold, in words."""
        term = both(one.term, other.term)
        if term is None:
            return None
        beating = [*self.beating.get(one.rule.index, ()), *self.beating.get(other.rule.index, ())]
        settled = self._settle(term, beating, frozenset())
        if settled is None or not self._differ(one.rule, other.rule, settled):
            return None
        words = [self._choose(variable, wanted) for variable, wanted in settled.items()]
        return [word for word in words if word is not None] if None not in words else None

    def _settle(self, term: Term, sides: list[_Side], met: frozenset[_Side]) -> Term | None:
        """The term with what else must be so: ``sides``, and the constraints on the facts it names."""
        self.steps += 1
        touched, named = self._about(term), set[str]()
        for variable in term:
            named |= {variable.name} if variable.kind == "outcome" else self.conditions.about(variable)
        for side in (*sides, *(side for leaf in sorted(named) for side in self.sides.get(leaf, ()))):
            if side in met:
                continue
            form = None if side.condition is None else self.conditions.form(side.condition, holds=side.holds)
            ways = [known for way in form or () if (known := definite(way)) is not None]
            if not ways and form != () and not side.leaves & touched:
                continue  # it depends on other facts, and they are free
            if len(met) == _MAX_SIDES or any(v.window and self.conditions.about(v) & side.leaves for v in term):
                return None
            for merged in (both(term, way) for way in ways):
                if merged is not None and self.steps <= _MAX_STEPS:
                    settled = self._settle(merged, sides, met | {side})
                    if settled is not None:
                        return settled
            return None
        return term if self._independent(term) else None

    def _about(self, term: Term) -> frozenset[str]:
        return frozenset().union(*(self.conditions.about(variable) for variable in term))

    def _independent(self, term: Term) -> bool:
        """Whether each variable can take its value whatever the others are."""
        if {"as_of", "this_year"} <= {v.kind for v in term}:
            return False
        about = self.conditions.about
        for variable in term:
            others = [v for v in term if v != variable]
            if variable.kind == "outcome" and any(about(variable) & about(other) for other in others):
                return False
            # The assessed year may be the year in question itself.
            if "assessed_year" in variable.window and any(v.name == variable.name for v in others):
                return False
        return True

    def _differ(self, one: ir.Rule, other: ir.Rule, term: Term) -> bool:
        """Whether the values differ, given that amounts which depend on free facts can be made to."""
        if type(one.value) is not type(other.value):
            return True
        amounts = [*shape_parts(one.value), *shape_parts(other.value)]
        if all(isinstance(amount, ir.Constant) for amount in amounts):
            return True
        free = [self.conditions.leaves(amount) for amount in amounts if not isinstance(amount, ir.Constant)]
        taken = self._about(term)
        for leaves in free:
            if not leaves or leaves & taken:
                return False
            taken |= leaves
        return True

    # words

    def _choose(self, variable: Variable, wanted: Range) -> Message | None:
        """A value for the variable, in words; None where it has none for certain."""
        if variable.kind == "reading":
            reading = self.conditions.readings[variable.name]
            options = sorted(reading.options, key=lambda o: o.id != reading.adopted)
            chosen = next(o for o in options if o.id in wanted)  # type: ignore[operator]  # ids, as for every reading
            return Message(f"{reading.name} 读作 {chosen.name}", f"{reading.id} read as {chosen.id}")
        kind = self.conditions.kinds[variable]
        value = self._value(variable, wanted, kind)
        if value is None:
            return None
        name = self.words.name(variable)
        if variable.kind == "this_year":
            return Message(f"{name.zh} {value.zh}", f"{name.en} {value.zh.removesuffix('年')}")
        return Message(f"{name.zh} {value.zh}", f"{name.en} {value.en}")

    def _value(self, variable: Variable, wanted: Range, kind: Type) -> Message | None:
        match wanted:
            case Interval():
                number = point(wanted, kind)
                return None if number is None else self.words.number(number, kind)
            case Members(required, forbidden):
                return self.words.members(required, forbidden, kind)
            case _:
                possible = wanted & self._attainable(variable.name) if variable.kind == "outcome" else wanted
                if isinstance(kind, Choice):
                    option = next((o for o in kind.options if o.id in possible), None)
                    return None if option is None else Message(option.name, option.id)
                yes = True in possible
                if variable.kind == "outcome":
                    level = self.conditions.outcomes[variable.name].levels[0 if yes else 1]
                    return Message(level.name, level.id)
                return Message("是", "yes") if yes else Message("否", "no")

    def _attainable(self, name: str) -> frozenset[str | bool | None]:
        """The values an outcome can take: recorded or given by its rules, either one for a condition."""
        outcome = self.conditions.outcomes[name]
        if outcome.kind == "condition":
            return frozenset({True, False})
        if outcome.assessed_in is not None:
            kind = self.conditions.facts[outcome.assessed_in].type
            return frozenset(o.id for o in kind.options) if isinstance(kind, Choice) else frozenset()
        return frozenset(
            rule.value.id for rule in outcome.rules
            if isinstance(rule.value, Option) and _ways(self.conditions, rule) != ()
        )  # fmt: skip

    def _diagnostic(self, first: ir.Rule, second: ir.Rule, witness: list[Message]) -> Diagnostic:
        outcome, words = self.outcome, self.words
        one, other = words.result(first), words.result(second)
        if witness:
            zh = "例如：" + "、".join(m.zh for m in witness)
            en = "for example: " + ", ".join(m.en for m in witness)
        else:
            zh, en = "两条在任何情形下都成立", "both hold in every case"
        clause, later = first.clause, second.clause
        return error(
            "overlapping-rules", second.span,
            f"“{outcome.name}”的两条规则会同时成立而结果不同："
            f"{clause.text}得“{one.zh}”，{later.text}得“{other.zh}”",
            f"two rules of “{outcome.id}” can hold at once with different results: "
            f"{clause.in_english()} gives {one.en}, {later.in_english()} gives {other.en}",
            label_zh=f"这一条得“{other.zh}”", label_en=f"this one gives {other.en}",
            secondary=(Label(first.span, Message(f"这一条得“{one.zh}”", f"this one gives {one.en}")),),
            notes=(Message(zh, en),),
            help_zh=f"让其中一条优先，例如后一条写“优先于 {clause.text}”或“例外于 {clause.text}”；"
            "否则收窄条件，使两条不会同时成立",
            help_en=f"let one win, e.g. “overrides {clause.text}” or “exception to {clause.text}” in the "
            "later one, or narrow the conditions so that both never hold",
        )  # fmt: skip


class _Words:
    """Values and names for a reader, in both languages."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions

    def name(self, variable: Variable) -> Message:
        """What the variable is called."""
        zh = "".join(_YEARS[step].zh for step in variable.window)
        en = "".join(_YEARS[step].en for step in variable.window)
        match variable.kind:
            case "as_of":
                return Message("时点", "as-of day")
            case "this_year":
                return Message("本年度", "this year")
            case "outcome":
                outcome = self.conditions.outcomes[variable.name]
                return Message(zh + outcome.name, en + outcome.id)
            case "field":
                records, _, own = variable.name.partition(".")
                field = next(f for f in self.conditions.facts[records].fields if f.id == own)
                return Message(field.name, field.id)
            case _:
                fact = self.conditions.facts[variable.name]
                return Message(zh + fact.name, en + fact.id)

    def number(self, value: Exact, kind: Type) -> Message:
        """A number with its unit, a sum or a day."""
        if isinstance(kind, Day):
            day = date.fromordinal(int(value))
            return Message(f"{day.year}年{day.month}月{day.day}日", day.isoformat())
        if isinstance(kind, Money):
            in_ten_thousands = value >= 10_000 and value % 100 == 0
            zh = f"{_digits(Fraction(value) / 10_000)}万元" if in_ten_thousands else f"{_digits(value)}元"
            return Message(zh, f"CNY {_digits(value)}")
        unit = (kind.unit or "") if isinstance(kind, Number) else ""
        if unit == "%":
            return Message(f"{_digits(value * 100)}%", f"{_digits(value * 100)}%")
        return Message(f"{_digits(value)}{unit}", f"{_digits(value)} {UNITS[unit][0]}")

    def members(self, required: frozenset[str], forbidden: frozenset[str], kind: Type) -> Message:
        """The options a set has and has not."""
        options = kind.options if isinstance(kind, ChoiceSet) else ()
        zh, en = [], []
        for has, includes, ids in (("含 ", "includes ", required), ("不含 ", "without ", forbidden)):
            some = [o for o in options if o.id in ids]
            if some:
                zh.append(has + "、".join(o.name for o in some))
                en.append(includes + ", ".join(o.id for o in some))
        return Message("而".join(zh), " and ".join(en))

    def result(self, rule: ir.Rule) -> Message:
        """The value of a rule."""
        match rule.value:
            case Option(name, identifier):
                return Message(name, identifier)
            case ir.Exact(amount):
                return self._amount(amount)
            case ir.Cap(amount):
                most = self._amount(amount)
                return Message(f"不超过{most.zh}", f"at most {most.en}")
            case ir.Range(low, high):
                least, most = self._amount(low), self._amount(high)
                return Message(f"{least.zh}至{most.zh}", f"{least.en} to {most.en}")
            case ir.Unstated():
                return Message("金额另定", "an unstated amount")
            case _:
                return Message("未规定", "not regulated")

    def _amount(self, amount: ir.Expr) -> Message:
        if isinstance(amount, ir.Constant) and isinstance(amount.value, Fraction):
            return self.number(amount.value, Money())
        return Message("按式计算的金额", "a computed amount")


def _digits(value: Exact) -> str:
    exact = Fraction(value)
    return format(Decimal(exact.numerator) / exact.denominator, "f")
