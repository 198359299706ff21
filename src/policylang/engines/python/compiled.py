"""A plan as one Python function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policylang.engines.python.function import Function
from policylang.engines.python.saved import saved
from policylang.engines.python.texts import Names, needed
from policylang.plan.again import copied
from policylang.plan.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    graph = Graph(layout)
    made = copied(graph, outputs.values())
    nodes = [made[node.number] for node in outputs.values()]
    guards = {place: graph.some(node) for place, node in enumerate(nodes) if node.kind == "needs"}
    names = needed([*nodes, *guards.values()], layout)
    source = Function(nodes, guards, graph, names, branches, steps).source()
    exec(compile(source, "<plan>", "exec"), names.space)  # noqa: S102 - see above
    return Compiled(
        tuple(outputs), names.keys, names.lists, names.fields, names.given, names.space["decide"], source, names
    )  # fmt: skip
