"""Parts that several conjunctions or disjunctions share become nodes of their own, so that each is computed once.

The pair of parts that occurs most often is taken out first, then the next, until no pair occurs twice (greedy extraction of
common divisors: Brayton and McMullen 1982). A disjunction counts as the conjunction of the opposites.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import TYPE_CHECKING

from policylang.plan.nodes import in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node

#: Conditions of more parts are left as they are.
_MOST = 64


def shared(graph: Graph, outputs: Iterable[Node], done: Collection[int] = ()) -> dict[int, Node]:
    """What the outputs and all nodes that they need become, by their numbers.

    ``done``: the numbers of nodes that are there already, and stay as they are.
    """
    nodes = in_order(outputs, done)
    sharing = _Sharing(graph, nodes, done)
    sharing.take_out()
    for node in nodes:
        if node.number not in done:
            sharing.make(node)
    return sharing.made


class _Sharing:
    """Conjunctions as sets of *literals*: a positive number stands for a part, a negative one for its opposite."""

    def __init__(self, graph: Graph, nodes: Sequence[Node], done: Collection[int]) -> None:
        self.made = {node.number: node for node in nodes if node.number in done}
        self._g = graph
        self._parts: dict[int, set[int]] = {}
        self._users: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self._taken: dict[int, tuple[int, int]] = {}
        self._pairs: dict[int, Node] = {}
        self._uses: Counter[int] = Counter()
        self._next = max((node.number for node in nodes), default=0) + 2
        for node in nodes:
            if node.op in {"and", "or"} and len(node.args) <= _MOST and node.number not in done:
                sign = 1 if node.op == "and" else -1
                self._parts[node.number] = {sign * self._literal(arg) for arg in node.args}
                for pair in combinations(sorted(self._parts[node.number]), 2):
                    self._users[pair].add(node.number)

    def _literal(self, node: Node) -> int:
        opposite = node.op == "not" and node.number not in self.made
        return -self._literal(node.args[0]) if opposite else node.number + 1

    def take_out(self) -> None:
        """Replaces pairs that occur twice or more often, the most frequent first."""
        waiting = [(-len(users), pair) for pair, users in self._users.items() if len(users) > 1]
        heapify(waiting)
        while waiting:
            count, pair = heappop(waiting)
            users = self._users[pair]
            if len(users) < -count:
                if len(users) > 1:
                    heappush(waiting, (-len(users), pair))
                continue
            new, self._next = self._next, self._next + 1
            self._taken[new] = pair
            for other in self._replace(pair, new, sorted(users)):
                heappush(waiting, (-len(self._users[other]), other))
        self._uses = Counter(abs(one) for parts in (*self._parts.values(), *self._taken.values()) for one in parts)

    def _replace(self, pair: tuple[int, int], new: int, users: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs that the new part makes twice or more often."""
        for user in users:
            parts = self._parts[user]
            parts.difference_update(pair)
            for other in parts:
                for old in pair:
                    self._users[min(old, other), max(old, other)].discard(user)
                self._users[min(new, other), max(new, other)].add(user)
            parts.add(new)
        del self._users[pair]
        others = {other for user in users for other in self._parts[user] if other != new}
        pairs = ((min(new, other), max(new, other)) for other in sorted(others))
        return [found for found in pairs if len(self._users[found]) > 1]

    def make(self, node: Node) -> None:
        """One more node; those that it is made of have been made."""
        if node.number in self._parts:
            self.made[node.number] = self._joined(node.op, self._parts[node.number])
        else:
            self.made[node.number] = self._g.copy(node, [self.made[arg.number] for arg in node.args])

    def _joined(self, op: str, literals: Iterable[int]) -> Node:
        """The conjunction of literals, or the disjunction of their opposites."""
        sign = 1 if op == "and" else -1
        nodes = [self._part(sign * literal) for literal in self._spread(literals)]
        return self._g.joined(op, nodes)

    def _spread(self, literals: Iterable[int]) -> Iterator[int]:
        """The literals; a pair that only one conjunction has is written out in it."""
        for literal in literals:
            if literal in self._taken and self._uses[literal] == 1:
                yield from self._spread(self._taken[literal])
            else:
                yield literal

    def _part(self, literal: int) -> Node:
        number = abs(literal)
        if number in self._taken and number not in self._pairs:
            pair = list(self._spread(self._taken[number]))
            if all(one < 0 for one in pair):
                self._pairs[number] = self._g.no(self._joined("or", pair))
            else:
                self._pairs[number] = self._joined("and", pair)
        found = self._pairs[number] if number in self._taken else self.made[number - 1]
        return found if literal > 0 else self._g.no(found)
