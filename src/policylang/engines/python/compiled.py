"""A plan as one Python function."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policylang.engines.python.groups import Groups
from policylang.engines.python.lines import Lines
from policylang.engines.python.questions import Questions
from policylang.engines.python.saved import saved
from policylang.engines.python.tables import tabulated
from policylang.engines.python.texts import Names, needed
from policylang.engines.python.trees import NAME, Trees
from policylang.plan.diagrams import Diagrams
from policylang.plan.nodes import REDUCTIONS, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policylang.engines.python.ways import Ways
    from policylang.plan.layout import Key, Layout
    from policylang.plan.meaning import Row
    from policylang.plan.nodes import Node
    from policylang.semantics.values import Needs


@dataclass(frozen=True, slots=True)
class Compiled:
    """Outputs as one function of the cells of a station.

    ``decide(*cells)`` is the fastest call. It takes, by position, a cell for each of ``keys``, then for each of ``lists``
    its records (None: unknown), each a tuple of the cells of ``fields[list]``, then for each of ``given`` whether that
    series is given; the cells must fit the layout. It returns a tuple, in the order of ``outputs``: a bool, an int, for
    needs what ``needs`` spells out, and for a node of a list a list with one value for each record.
    """

    outputs: tuple[str, ...]
    keys: tuple[Key, ...]
    lists: tuple[str, ...]
    fields: Mapping[str, tuple[Key, ...]]
    given: tuple[str, ...]
    decide: Callable[..., tuple[Any, ...]]
    source: str = field(repr=False)
    _names: Names = field(repr=False)

    def __call__(self, *cells: Any) -> tuple[Any, ...]:
        """The outputs for the cells of one station."""
        return self.decide(*cells)

    def row(self, row: Row) -> dict[str, Any]:
        """The outputs for one row, by name."""
        return dict(zip(self.outputs, self.decide(*self.cells(row)), strict=True))

    def cells(self, row: Row) -> tuple[Any, ...]:
        """A row as ``decide`` takes it."""
        cells: list[Any] = [row.cells.get(key) for key in self.keys]
        for name in self.lists:
            records = row.lists.get(name)
            fields = [key.field or "" for key in self.fields[name]]
            cells.append(None if records is None else [tuple(map(record.get, fields)) for record in records])
        return (*cells, *(name in row.given for name in self.given))

    def module(self, *others: Callable[..., object]) -> str:
        """The source of a module with the same ``decide``, and with other functions; it needs nothing but Python."""
        return saved(self.source, self._names, others)

    @property
    def paths(self) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What the bits of needs stand for: facts of the station, then for each record fields of a list."""
        return self._names.paths.paths, self._names.paths.fields

    def needs(self, value: Ways) -> Needs:
        """What an output says is missing, in full."""
        return self._names.paths.needs(value)


def compile_python(
    outputs: Mapping[str, Node], layout: Layout, *, branches: int = 4000, steps: int = 100_000
) -> Compiled:
    """Compiles nodes to one Python function.

    Outputs become trees of ifs, computed beforehand as far as the tests go, while these have at most ``branches`` branches
    and are made in at most so many ``steps`` (a second or less); all others are computed line by line.

    The source is made from the operations of the nodes, whole numbers and names that are counted (``x0``, ``k1``). Nothing
    that stands in a policy or in data, neither names nor texts, becomes part of it.
    """
    names = needed(outputs.values(), layout)
    source = _source(list(outputs.values()), names, branches, steps)
    exec(compile(source, "<plan>", "exec"), names.space)  # noqa: S102 - see above
    return Compiled(
        tuple(outputs), names.keys, names.lists, names.fields, names.given, names.space["decide"], source, names
    )  # fmt: skip


def _source(outputs: list[Node], names: Names, branches: int, steps: int) -> str:
    names.space["bisect"] = bisect_right
    looked_up = tabulated(outputs, names)
    in_tables = {place for places, _ in looked_up for place in places}
    if len(looked_up) == 1 and len(in_tables) == len(outputs):
        return f"def decide({', '.join(names.arguments)}):\n return {looked_up[0][1]}\n"
    lines = Lines(names)
    loops = [n for n in in_order(outputs) if n.op in REDUCTIONS and n.kind != "needs"]
    looped = {node.number: lines.fresh() for node in loops}
    diagrams = Diagrams(steps)
    questions = Questions(names, diagrams, looped)
    groups = Groups(diagrams, branches)
    for place, node in enumerate(outputs):
        found = questions.draw(node, branches // 4, reserve=steps // 3) if place not in in_tables else None
        if found is not None:
            groups.add(place, found)
    groups.join()
    _leave_out(groups, outputs, in_tables)

    trees = Trees(names, diagrams, questions)
    head = f"def decide({', '.join(names.arguments)}):"
    all_in_one = len(groups.found) == 1 and len(groups.found[0].places) == len(outputs)
    body = [f" {''.join(f'y{place}, ' for place in places)}= {text}" for places, text in looked_up]
    for group in groups.found:
        if all_in_one:
            groups.reorder(group)
        put = "return " if all_in_one else "".join(f"y{place}, " for place in group.places) + "= "
        body += trees.write(group.diagram, put)
    used = set(NAME.findall("\n".join(body)))
    first = [node for node in loops if looped[node.number] in used]
    texts = lines.write(first)
    before = [*lines.lines, *(f" {looped[node.number]} = {text}" for node, text in zip(first, texts, strict=True))]
    if not all_in_one:
        lines.lines = []
        lines.done.update((node.number, looped[node.number]) for node in first)
        apart = {*in_tables, *(place for group in groups.found for place in group.places)}
        lines.done.update((outputs[place].number, f"y{place}") for place in apart)
        texts = lines.write(outputs)
        body += [*lines.lines, f" return ({''.join(f'{text}, ' for text in texts)})"]
    return "\n".join([*trees.functions, head, *before, *body, ""])


def _leave_out(groups: Groups, outputs: list[Node], in_tables: set[int]) -> None:
    """Drops the trees that save nothing, because lines that are needed anyway compute nearly all of their nodes."""
    drawn = {*in_tables, *(place for group in groups.found for place in group.places)}
    by_line = _more((node for place, node in enumerate(outputs) if place not in drawn), set())
    if not by_line:
        return
    for group in sorted(groups.found, key=lambda group: group.size, reverse=True):
        more = _more((outputs[place] for place in group.places), by_line)
        if group.size > 1 and len(more) < 2 * group.size.bit_length():
            groups.found.remove(group)
            by_line |= more


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
