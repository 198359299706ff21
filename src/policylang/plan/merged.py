"""Conditions that come to the same become one, and parts that make no difference are left out, before an engine sees a plan.

A policy says the same in many places: a duty, a limb and the money that follows it test one date, and both sides of a
condition are spelt out. Whether two conditions come to the same is told by their decision diagrams (Bryant 1986): over the
same questions in the same order, equal conditions have the same diagram.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from policylang.plan.again import again
from policylang.plan.conditions import Conditions, Question
from policylang.plan.diagrams import Diagrams, GivenUpError
from policylang.plan.graph import FLAT, TooLargeError
from policylang.plan.model import Clauses, DecisionPlan, DutyPlan, LinePlan, PartPlan, Plan, QuotaPlan
from policylang.plan.nodes import REDUCTIONS, Node, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policylang.plan.graph import Graph

T = TypeVar("T")

#: How many branches the diagram of a condition may add; where it would be more, others see the condition as one question.
_BRANCHES = 100
#: How many steps are taken at most, for each node; the same on every machine.
_STEPS = 200
_PARTS = (Plan, DecisionPlan, LinePlan, DutyPlan, QuotaPlan, PartPlan, Clauses)


def merged(plan: Plan) -> Plan:
    """The same plan over fewer nodes of its graph."""
    nodes = in_order(_nodes(plan))
    merging = Merging(plan.graph, _STEPS * len(nodes))
    for node in nodes:
        merging.add(node)
    return _replaced(plan, merging.instead)  # type: ignore[no-any-return]


def _nodes(part: Any) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes(each)
    elif isinstance(part, _PARTS):
        for own in fields(part):
            yield from _nodes(getattr(part, own.name))


def _replaced(part: Any, instead: dict[int, Node]) -> Any:
    if isinstance(part, Node):
        return instead[part.number]
    if type(part) is tuple:
        return tuple(_replaced(each, instead) for each in part)
    if isinstance(part, _PARTS):
        return replace(part, **{own.name: _replaced(getattr(part, own.name), instead) for own in fields(part)})
    return part


class Merging:
    """Takes nodes in their order; ``instead``: for each, by number, the one that stands for it."""

    def __init__(self, graph: Graph, steps: int) -> None:
        self.instead: dict[int, Node] = {}
        self._g = graph
        self._d = Diagrams(steps)
        self._conditions = Conditions(graph.layout, self._d)
        for key in graph.layout.inputs:  # the years of a fact side by side: what joins several years stays small
            self._conditions.number_of(Question(key, None, None))
            self._conditions.number_of(Question(None, self._conditions.graph.number(key), None))
        self._drawn: dict[int, int] = {}
        self._taken: dict[tuple[int | None, str | None], Node] = {}

    def add(self, node: Node) -> None:
        """One more node; those that it is made of have been added."""
        args = [self.instead[arg.number] for arg in node.args]
        if node.op in {"choose", "choose_needs"}:
            args = self._reached(args)
        made = again(self._g, node, args)
        self.instead[node.number] = self._condition(made) if made.kind == "bool" else made

    def _condition(self, node: Node) -> Node:
        """The condition that is taken for this one."""
        found = self._diagram(node)
        if self._d.is_leaf(found):
            return self._g.boolean(self._d.values[found])
        same = self._before(found, node.level)
        if same is None and node.op != "not":
            opposite = self._before(self._tried(self._conditions.opposite, found), node.level)
            same = self._g.no(opposite) if opposite is not None else None
        if same is None:
            same = self._thin(node, found) if node.op in {"and", "or"} and len(node.args) <= FLAT else node
            self._taken[found, same.level] = same
        return same

    def _before(self, found: int | None, level: str | None) -> Node | None:
        """The condition with this diagram that was taken before and can be used in a level."""
        return self._taken.get((found, None)) or self._taken.get((found, level))

    def _thin(self, node: Node, found: int) -> Node:
        """A conjunction or disjunction without the parts that make no difference in it."""
        kept = self._tried(self._different, node, found)
        return node if kept is None or len(kept) == len(node.args) else again(self._g, node, kept)

    def _different(self, node: Node, found: int) -> list[Node]:
        weak, join = (self._d.true, self._conditions.both) if node.op == "and" else (self._d.false, self._conditions.one_of)
        drawn = [self._drawn[arg.number] for arg in node.args]
        before = list(accumulate(drawn[:-1], join, initial=weak))
        kept: list[Node] = []
        after = weak
        for arg, own, others in zip(reversed(node.args), reversed(drawn), reversed(before), strict=True):
            if join(others, after) != found:
                kept.append(arg)
                after = join(own, after)
        return kept[::-1]

    def _reached(self, args: list[Node]) -> list[Node]:
        """The cases of a choice that are reached."""
        found: list[Node] = []
        before = self._d.false
        for when, value in zip(args[:-1:2], args[1:-1:2], strict=True):
            after = self._tried(self._conditions.one_of, before, self._diagram(when))
            if after is None:
                return args
            if after == self._d.true:
                return [*found, value]
            if after != before:
                found += (when, value)
            before = after
        return [*found, args[-1]]

    def _diagram(self, node: Node) -> int:
        """The diagram of a condition or number."""
        waiting = [node]
        while waiting:
            one = waiting[-1]
            open_ = [arg for arg in one.args if arg.number not in self._drawn] if one.op not in REDUCTIONS else []
            if open_:
                waiting += open_
            else:
                waiting.pop()
                if one.number not in self._drawn:
                    self._drawn[one.number] = self._draw(one)
        return self._drawn[node.number]

    def _draw(self, node: Node) -> int:
        if node.op not in REDUCTIONS:
            found = self._tried(self._conditions.diagram, node, [self._drawn[arg.number] for arg in node.args])
            if found is not None:
                return found
        self._d.allow(1)
        return self._conditions.opaque(node, node.number)

    def _tried(self, make: Callable[..., T], *args: Any) -> T | None:
        """What is made of diagrams; None where it grows too large."""
        self._d.allow(_BRANCHES)
        try:
            return make(*args)
        except (GivenUpError, TooLargeError, RecursionError):
            return None
