"""The source of one function for many outputs."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from policylang.engines.python.groups import Group, Groups
from policylang.engines.python.lines import Lines
from policylang.engines.python.questions import Cut, Questions
from policylang.engines.python.tables import tabulated
from policylang.engines.python.trees import Trees
from policylang.plan.diagrams import Diagrams
from policylang.plan.nodes import REDUCTIONS, Node, in_order
from policylang.plan.shared import shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylang.engines.python.texts import Names
    from policylang.plan.graph import Graph


class Function:
    """Some outputs are looked up, some come from trees of ifs, the rest is computed line by line.

    ``guards``: for outputs that say what is missing, by place, whether anything is. Where that comes from a tree, the lines
    that say what are run only if something is.
    """

    def __init__(
        self, outputs: list[Node], guards: Mapping[int, Node], graph: Graph, names: Names, branches: int, steps: int
    ) -> None:
        self._outputs = list(outputs)
        self._guards = guards
        self._graph = graph
        self._names = names
        self._branches = branches
        self._steps = steps
        self._lines = Lines(names)
        self._loops = [n for n in in_order([*outputs, *guards.values()]) if n.op in REDUCTIONS and n.kind != "needs"]
        self._looped = {node.number: self._lines.fresh() for node in self._loops}
        self._d = Diagrams(steps)
        self._questions = Questions(names, self._d, self._looped, self._lines.fresh, branches // 2)
        self._drawn: dict[int, int] = {}

    def source(self) -> str:
        """The function ``decide``, after those that it calls."""
        self._names.space["bisect"] = bisect_right
        head = f"def decide({', '.join(self._names.arguments)}):"
        looked_up = tabulated(self._outputs, self._names)
        in_tables = {place for places, _ in looked_up for place in places}
        if len(looked_up) == 1 and len(in_tables) == len(self._outputs):
            return f"{head}\n return {looked_up[0][1]}\n"
        groups = self._groups(in_tables)
        used = {name for group in groups.found for place in group.places for name in self._questions.variables(self._drawn[place])}
        cuts = self._cuts(used)

        first = [node for node in self._loops if self._looped[node.number] in used]
        done = [(self._node(place), f"y{place}") for place in (*in_tables, *(own for group in groups.found for own in group.places))]
        done += [(cut.node, cut.name) for _, of_group in cuts for cut in of_group]
        made = shared(self._graph, [*first, *self._outputs], {node.number for node, _ in done if node.op != "constant"})
        texts = self._lines.write([made[node.number] for node in first])
        before = [*self._lines.lines, *self._named(first, texts)]
        trees = Trees(self._names, self._d, self._questions)
        for group, of_group in cuts:
            before += trees.write(group.diagram, "".join(f"{of_group[place].name}, " for place in group.places) + "= ")
        body = [f" {_places(places)}= {text}" for places, text in looked_up]
        if len(groups.found) == 1 and {*groups.found[0].places} == {*range(len(self._outputs))}:
            groups.reorder(groups.found[0])
            body += trees.write(groups.found[0].diagram, "return ")
            return "\n".join([*trees.functions, head, *before, *body, ""])
        for group in groups.found:
            body += trees.write(group.diagram, f"{_places(group.places)}= ")

        lines = self._lines
        lines.lines = []
        lines.done.update((made[node.number].number, self._looped[node.number]) for node in first)
        lines.done.update((node.number, name) for node, name in done)
        texts = lines.write([made[node.number] for node in self._outputs])
        return "\n".join([*trees.functions, head, *before, *body, *lines.lines, f" return ({''.join(f'{t}, ' for t in texts)})", ""])

    def _node(self, place: int) -> Node:
        """An output or, behind them, the guard of one."""
        last = len(self._outputs)
        return self._outputs[place] if place < last else self._guards[place - last]

    def _named(self, nodes: Iterable[Node], texts: Iterable[str]) -> list[str]:
        return [f" {self._looped[node.number]} = {text}" for node, text in zip(nodes, texts, strict=True)]

    def _groups(self, in_tables: set[int]) -> Groups:
        """The outputs that come from trees; the others with a guard that does are guarded."""
        groups = Groups(self._d, self._branches)
        for place in range(len(self._outputs)):
            if place not in in_tables and not self._draw(place) and place in self._guards:
                self._draw(len(self._outputs) + place)
        for place, found in self._drawn.items():
            groups.add(place, found)
        groups.join()
        kept = {place for group in groups.found for place in group.places}
        for place, guard in self._guards.items():
            if len(self._outputs) + place in kept:
                self._outputs[place] = self._graph._make("gate", (guard, self._outputs[place]), None)
        self._leave_out(groups, in_tables)
        return groups

    def _draw(self, place: int) -> bool:
        found = self._questions.draw(self._node(place), self._branches // 4, self._steps // 3)
        if found is None or (place >= len(self._outputs) and self._d.is_leaf(found)):
            return False
        self._drawn[place] = found
        return True

    def _cuts(self, used: set[str]) -> list[tuple[Group, list[Cut]]]:
        """What the trees read, as groups of trees, in the order of their stages; ``used`` gets what they read in turn."""
        needed: list[Cut] = []
        for cut in reversed(self._questions.cuts):
            if cut.name in used:
                needed.append(cut)
                used |= self._questions.variables(cut.diagram)
        found: list[tuple[Group, list[Cut]]] = []
        for stage in sorted({cut.stage for cut in needed}):
            own = [cut for cut in reversed(needed) if cut.stage == stage]
            groups = Groups(self._d, self._branches)
            for place, cut in enumerate(own):
                groups.add(place, cut.diagram)
            groups.join(every=True)
            found += [(group, own) for group in groups.found]
        return found

    def _leave_out(self, groups: Groups, in_tables: set[int]) -> None:
        """Drops the trees that save nothing, because lines that are needed anyway compute nearly all of their nodes."""
        drawn = {*in_tables, *(place for group in groups.found for place in group.places)}
        guarded = {place - len(self._outputs) for place in drawn}
        others = [node for place, node in enumerate(self._outputs) if place not in drawn and place not in guarded]
        by_line = _more(others, set())
        if not by_line:
            return
        for group in sorted(groups.found, key=lambda group: group.size, reverse=True):
            more = _more(map(self._node, group.places), by_line)
            guards = any(place >= len(self._outputs) for place in group.places)
            if group.size > 1 and not guards and len(more) < 2 * group.size.bit_length():
                groups.found.remove(group)
                by_line |= more


def _places(places: Iterable[int]) -> str:
    return "".join(f"y{place}, " for place in places)


def _more(nodes: Iterable[Node], seen: set[int]) -> set[int]:
    """The numbers of all nodes that these need, without those seen before."""
    found: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.number not in seen and node.number not in found:
            found.add(node.number)
            waiting += node.args
    return found
