"""Money lines as nodes: the twin of ``runtime.lines``."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from math import lcm
from typing import TYPE_CHECKING

from policylang.plan.context import At
from policylang.plan.operations import beyond
from policylang.plan.rules import RulePlan, Rules, Told
from policylang.plan.values import Quantity, Truth, certain, pick, quantity
from policylang.runtime.lines import MAX_YEARS
from policylang.runtime.operations import grants
from policylang.semantics import ir

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node

_KINDS = ("exact", "cap", "range", "none")


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount: its shape, and its ends in units of 1/``scale`` yuan."""

    kind: dict[str, Node]
    has_low: Node
    low: Node
    has_high: Node
    high: Node
    scale: int


@dataclass(frozen=True, slots=True)
class Granted:
    """A money line: ``status`` by word, the amount, what is missing (for every row), and the clauses."""

    outcome: ir.Outcome
    year: int
    status: dict[str, Node]
    amount: Sum
    needs: Node
    told: Told
    unregulated: Node
    has_decided: Node
    decided: Node
    out_of_bounds: Node
    rules: tuple[RulePlan, ...]


class Lines(Rules):
    """Lowers money lines, each once."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self._lines: dict[tuple[str, At], Granted] = {}

    @abstractmethod
    def before_first(self, since: ir.Expr, at: At) -> Node:
        """The year in question is before the first one."""

    def line(self, outcome: str, at: At) -> Granted:
        """A money line in a year and, for lines per record, for the record at hand."""
        declared = self.outcomes[outcome]
        place = At(at.year, at.records, at.record) if declared.each is not None else At(at.year)
        found = self._lines.get((outcome, place))
        if found is None:
            found = self._line(declared, place)
            if declared.terms.once and declared.period == "year":
                found = self._only_once(found, place)
            self._lines[outcome, place] = found
        return found

    def due(self, line: Granted) -> Truth:
        """Whether a money line is due; an open line of which no rule that must grant can hold is not."""
        g = self.g
        must = g.any(
            g.no(p.active.fails) for p in line.rules if p.rule.modality == "must" and grants(p.rule)
        ) if line.rules else g.true  # fmt: skip
        open_ = g.both(g.either_of(line.status["undetermined"], line.status["conflict"]), must)
        needs = g.choose_needs([(g.some(line.needs), line.needs)], g.missing(line.outcome.id))
        due = line.status["due"]
        return Truth(due, g.no(g.either_of(due, open_)), needs)

    def amount(self, name: str, at: At) -> Quantity:
        """The exact amount of a money line; open while the line is not an exact sum that is due."""
        g = self.g
        line = self.line(name, at)
        own = line.amount
        paid = g.all((line.status["due"], own.kind["exact"], own.has_low))
        point = g.all((paid, own.has_high, g.equal(own.low, own.high)))
        lacking = g.choose_needs([(g.some(line.needs), line.needs)], g.missing(name))
        exact = Quantity(point, g.false, g.true, own.low, own.has_high, own.high, line.needs, own.scale)
        zero = g.integer(0)
        low = g.least(g.choose([(own.has_low, own.low)], zero), zero)
        open_ = Quantity(g.false, g.false, g.true, low, own.has_high, g.greatest(own.high, zero), lacking, own.scale)
        found = pick(g, [(paid, exact), (line.status["not_due"], quantity(g, 0, own.scale))], open_)
        assert isinstance(found, Quantity)  # noqa: S101
        return found

    def _only_once(self, line: Granted, at: At) -> Granted:
        """一次性: what was due in an earlier year is not due again."""
        g = self.g
        earlier = [(self.spoken(y), self.line(line.outcome.id, at._replace(year=y))) for y in self.years if y < at.year]
        refused = line.status["not_due"]
        given = g.both(g.no(refused), g.any(g.both(there, x.status["due"]) for there, x in earlier))
        lost = [(g.both(there, x.status["undetermined"]), x.needs) for there, x in earlier]
        reopened = g.all((g.no(refused), g.no(given), g.no(line.status["conflict"]), g.any(c for c, _ in lost)))
        needs = g.all_of([line.needs, *(g.gate(c, n) for c, n in lost)])
        status = {word: g.both(node, g.no(g.either_of(given, reopened))) for word, node in line.status.items()}
        status["not_due"] = g.either_of(status["not_due"], given)
        status["undetermined"] = g.either_of(status["undetermined"], reopened)
        kept = g.no(given)
        kind = {word: g.both(kept, node) for word, node in line.amount.kind.items()}
        kind["none"] = g.either_of(kind["none"], given)
        amount = replace(
            line.amount, kind=kind, has_low=g.both(kept, line.amount.has_low), has_high=g.both(kept, line.amount.has_high)
        )  # fmt: skip
        return replace(
            line, status=status, amount=amount, unregulated=g.both(kept, line.unregulated),
            needs=g.choose_needs([(given, g.settled), (reopened, needs)], line.needs),
        )  # fmt: skip

    def _line(self, outcome: ir.Outcome, at: At) -> Granted:
        g = self.g
        plans = self.rules(outcome, at)
        since = self.before_first(outcome.since, at) if outcome.since is not None else g.false
        there = g.no(since)
        denials = [p for p in plans if isinstance(p.rule.value, ir.Denied)]
        denied = [(p, p.active.holds) for p in denials]
        active = [(p, g.both(there, g.no(p.active.fails))) for p in plans if not isinstance(p.rule.value, ir.Denied)]
        sure = [g.both(there, p.active.holds) for p, _ in active]
        amounts = [self.shape(outcome, p.rule, at) for p, _ in active]
        sums = _aligned(g, [a for a, _ in amounts])
        counted = [node for _, node in active]
        some, any_sure = g.any(counted), g.any(sure)
        shown = hull(g, list(zip(counted, sums, strict=True)))
        differ = _differ(g, list(zip(counted, sums, strict=True)))
        unregulated = g.any(s for (p, _), s in zip(active, sure, strict=True) if p.rule.modality == "silent")
        must = g.any(s for (p, _), s in zip(active, sure, strict=True) if p.rule.modality == "must")
        may_be_must = g.any(c for p, c in active if p.rule.modality == "must")
        conflict = g.either_of(g.both(g.several(sure), differ), g.both(any_sure, g.any(n for _, n in denied)))
        conflict = g.both(some, conflict)
        granted = g.all((
            some, g.no(conflict), g.no(unregulated), any_sure, g.no(differ), g.either_of(must, g.no(may_be_must))
        ))  # fmt: skip
        open_ = g.all((some, g.no(conflict), g.no(granted)))
        status = {
            "due": g.both(granted, must), "possible": g.both(granted, g.no(must)), "not_due": g.no(some),
            "undetermined": open_, "conflict": conflict,
        }  # fmt: skip
        gated = [(p, c, g.gate(c, extra)) for (p, c), (_, extra) in zip(active, amounts, strict=True)]
        figures = self._folded(extra for _, _, extra in gated)
        whole = self._folded(g.together(g.gate(c, p.active.ways(g)), extra) for p, c, extra in gated)
        asked = g.both(open_, g.no(unregulated))
        needs = g.choose_needs([(granted, figures), (asked, whole)], g.settled)
        told = self._told(outcome, at, plans, active, denied, status)
        has_decided, decided, out = self._decided_amount(outcome, at, shown)
        return Granted(
            outcome, at.year, status, shown, needs, told, unregulated, g.both(some, has_decided), decided, g.both(some, out), plans
        )  # fmt: skip

    def _folded(self, needs: object) -> Node:
        found = self.g.settled
        for each in needs:  # type: ignore[attr-defined]
            found = self.g.together(found, each)
        return found

    def _told(
        self, outcome: ir.Outcome, at: At, plans: tuple[RulePlan, ...], active: list[tuple[RulePlan, Node]],
        denied: list[tuple[RulePlan, Node]], status: dict[str, Node],
    ) -> Told:  # fmt: skip
        """The clauses of the open rules; where there are none, of those that deny, or of those that might have granted."""
        g = self.g
        none = status["not_due"]
        found = [(p.rule.clause, c) for p, c in active]
        refusing = [(p, g.both(none, n)) for p, n in denied]
        granting = [p for p in plans if grants(p.rule)] or list(plans)
        nobody = g.both(none, g.no(g.any(n for _, n in refusing)))
        found += [(p.rule.clause, n) for p, n in refusing]
        found += [(p.rule.clause, nobody) for p in granting]
        grown = self.raises.get(outcome.id)
        if grown is not None:
            most = self._streak(grown[0], at.year)[1]
            found.append((grown[0].clause, g.both(status["due"], g.less(g.integer(0), most))))
        return tuple(found)

    def shape(self, outcome: ir.Outcome, rule: ir.Rule, at: At) -> tuple[Sum, Node]:
        """The amount of a rule with what its figures still need."""
        g = self.g
        match rule.value:
            case ir.Exact(amount, base):
                found = self.quantity(amount, at)
                if base is None and outcome.id in self.raises:
                    found = self._grown(found, outcome.id, at)
                return _sum(g, "exact", found, found), found.ways(g)
            case ir.Cap(amount):
                found = self.quantity(amount, at)
                return _sum(g, "cap", found, found), found.ways(g)
            case ir.Range(low, high):
                least, most = self.quantity(low, at), self.quantity(high, at)
                scale = lcm(least.scale, most.scale)
                least, most = least.scaled(g, scale), most.scaled(g, scale)
                return _sum(g, "range", least, most), g.together(least.ways(g), most.ways(g))
            case _:
                zero = quantity(g, 0)
                kind = {word: g.boolean(word == "none") for word in _KINDS}
                return Sum(kind, g.false, zero.low, g.false, zero.high, 1), g.settled

    def _grown(self, amount: Quantity, line: str, at: At) -> Quantity:
        """A yearly amount on which raises of earlier years compound."""
        g = self.g
        rule, rate = self.raises[line]
        least, most, needs = self._streak(rule, at.year)
        if most.ends == (0, 0) and needs is g.settled:
            return amount
        scale = amount.scale * (1 + rate).denominator ** most.ends[1]
        low = _compounded(g, amount.low, amount.scale, least, rate, scale)
        high = _compounded(g, amount.high, amount.scale, most, rate, scale)
        whole = g.both(amount.has_low, amount.has_high)
        plain = amount.scaled(g, scale)
        both = g.together(amount.ways(g), needs)
        known = g.equal(low, high)
        grown = Quantity(known, g.false, g.true, low, g.true, high, both, scale)
        found = pick(g, [(whole, grown)], plain)
        assert isinstance(found, Quantity)  # noqa: S101
        return found

    def _streak(self, rule: ir.Rule, year: int) -> tuple[Node, Node, Node]:
        """In how many years just before this one the raise held, for certain and at most, and what would tell."""
        g = self.g
        zero = g.integer(0)
        assert isinstance(rule.value, ir.Exact)  # noqa: S101 - only exact raises are collected
        grows = certain(g, value=True) if rule.value.compounding is None else self.truth(rule.value.compounding, At(year))
        if grows.fails is g.true or rule.when is None:
            return zero, zero, g.settled
        least, most, needs = zero, zero, grows.ways(g)
        going = g.no(grows.fails)
        surely = going
        for back in range(1, min(MAX_YEARS, year - self.history[0] + 1)):
            held = self.truth(rule.when, At(year - back))
            going = g.all((going, self.since_first(year - back), g.no(held.fails)))
            surely = g.all((surely, going, held.holds, grows.holds))
            most = g.choose([(going, g.integer(back))], most)
            least = g.choose([(surely, g.integer(back))], least)
            needs = g.together(needs, g.gate(going, held.ways(g)))
        return least, most, g.gate(g.no(grows.fails), needs)

    def _decided_amount(self, outcome: ir.Outcome, at: At, shape: Sum) -> tuple[Node, Node, Node]:
        g = self.g
        if outcome.terms.decided_as is None:
            return g.false, g.integer(0), g.false
        found = self.fact(outcome.terms.decided_as, at)
        if not isinstance(found, Quantity):  # pragma: no cover - the checker has seen to it
            return g.false, g.integer(0), g.false
        there = g.both(found.known, g.no(found.nothing))
        scale = lcm(shape.scale, found.scale)
        own = found.scaled(g, scale)
        factor = g.integer(scale // shape.scale)
        low, high = g.multiply(shape.low, factor), g.multiply(shape.high, factor)
        above = g.both(shape.has_high, g.less(high, own.low))
        floor = g.either_of(shape.kind["range"], shape.kind["exact"])
        below = g.all((floor, shape.has_low, g.less(own.low, low)))
        return there, own.low, g.both(there, g.either_of(above, below))


def _compounded(g: Graph, amount: Node, unit: int, times: Node, rate: Fraction, scale: int) -> Node:
    """An amount raised so many times, in units of 1/``scale``."""
    least, most = times.ends
    by_times = []
    for n in range(least, most + 1):
        factor = (1 + rate) ** n * scale / unit
        by_times.append((g.equal(times, g.integer(n)), g.multiply(amount, g.integer(int(factor)))))
    return g.choose(by_times[:-1], by_times[-1][1])


def _sum(g: Graph, kind: str, low: Quantity, high: Quantity) -> Sum:
    kinds = {word: g.boolean(word == kind) for word in _KINDS}
    return Sum(kinds, low.has_low, low.low, high.has_high, high.high, low.scale)


def _scaled(g: Graph, amount: Sum, scale: int) -> Sum:
    factor = g.integer(scale // amount.scale)
    return replace(amount, low=g.multiply(amount.low, factor), high=g.multiply(amount.high, factor), scale=scale)


def _aligned(g: Graph, amounts: Sequence[Sum]) -> list[Sum]:
    """The same amounts in one unit, a fen at most."""
    scale = lcm(100, *(a.scale for a in amounts))
    return [_scaled(g, a, scale) for a in amounts]


def hull(g: Graph, found: Sequence[tuple[Node, Sum]]) -> Sum:
    """One shape for all that is still possible: the widest of one kind, or none."""
    found = list(zip([c for c, _ in found], _aligned(g, [a for _, a in found]), strict=True))
    scale = found[0][1].scale if found else 100
    kinds = {word: g.any(g.both(c, a.kind[word]) for c, a in found) for word in _KINDS}
    mixed = g.several(kinds.values())
    plain = g.both(g.no(mixed), g.any(c for c, _ in found))
    kind = {word: g.both(plain, node) for word, node in kinds.items()}
    kind["none"] = g.either_of(kind["none"], g.no(plain))
    has_low = g.all((plain, *(g.either_of(g.no(c), a.has_low) for c, a in found)))
    has_high = g.all((plain, *(g.either_of(g.no(c), a.has_high) for c, a in found)))
    low, high = _ends(g, found)
    return Sum(kind, has_low, low, has_high, high, scale)


def _ends(g: Graph, found: Sequence[tuple[Node, Sum]]) -> tuple[Node, Node]:
    """The least of the low ends and the greatest of the high ones."""
    if not found:
        return g.integer(0), g.integer(0)
    floor, ceiling = beyond(False, [a.low for _, a in found]), beyond(True, [a.high for _, a in found])  # noqa: FBT003
    low, high = g.integer(floor), g.integer(ceiling)
    for there, amount in found:
        low = g.least(low, g.choose([(there, amount.low)], g.integer(floor)))
        high = g.greatest(high, g.choose([(there, amount.high)], g.integer(ceiling)))
    return low, high


def _differ(g: Graph, found: Sequence[tuple[Node, Sum]]) -> Node:
    """Two of the amounts are not the same: another kind, or another end."""
    kinds = g.several(g.any(g.both(c, a.kind[word]) for c, a in found) for word in _KINDS)
    found = [(c, a) for c, a in found if c is not g.false]
    if not found:
        return g.false
    apart = [kinds]
    for has, end in (("has_low", "low"), ("has_high", "high")):
        own = [(g.both(c, getattr(a, has)), getattr(a, end)) for c, a in found]
        without = g.any(g.both(c, g.no(getattr(a, has))) for c, a in found)
        some = g.any(c for c, _ in own)
        bottom, top = beyond(False, [v for _, v in own]), beyond(True, [v for _, v in own])  # noqa: FBT003
        least, most = g.integer(bottom), g.integer(top)
        for there, value in own:
            least = g.least(least, g.choose([(there, value)], g.integer(bottom)))
            most = g.greatest(most, g.choose([(there, value)], g.integer(top)))
        apart += [g.both(some, without), g.both(some, g.less(least, most))]
    return g.any(apart)

