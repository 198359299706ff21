"""Fills the tables of cells: the engine itself computes the nodes of a group for a representative of each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays.cells import coded
from policylang.engines.arrays.code import Code, laid_out
from policylang.engines.arrays.lookups import Lookup
from policylang.engines.arrays.needs import Missing, NeedsColumn, Values, column_of
from policylang.engines.arrays.patterns import CodedColumn, Tuples
from policylang.engines.arrays.rebuilt import TUPLE

if TYPE_CHECKING:
    from policylang.engines.arrays.cells import Cells, Group
    from policylang.engines.arrays.code import Place
    from policylang.engines.arrays.kernels import Array
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node


def filled(group: Group, cells: Cells, layout: Layout) -> tuple[Lookup, dict[int, NeedsColumn | CodedColumn]]:
    """The tables of a group; for outputs that are coded also what their codes mean."""
    lookup = Lookup(group)
    rows = lookup.cells
    sources = {node.number: node for target in group.targets for node in cells.sources(target)}
    given = lookup.representatives()
    for number, node in sources.items():
        given.setdefault(number, np.full(rows, node.ends[0]))
    several = [node for node in group.targets if node.op == TUPLE]
    plain = [node for node in group.targets if not coded(node)] + [arg for node in several for arg in node.args]
    missing = Missing([node for node in group.targets if node.kind == "needs"], layout)
    own = {node.number: node for node in (*cells.cone(group.targets), *sources.values(), *plain)}
    code = Code([own[number] for number in sorted(own)], plain, layout, given=given)
    for node in missing.conditions:
        code.place(node).pinned = True
    layed = laid_out(code.steps, ())
    results = {number: np.empty(rows, place.type) for number, place in code.outputs.items()}

    def array(place: Place) -> Array:
        key: Any = place.key
        match place.what:
            case "constant":
                assert place.constant is not None  # noqa: S101 - constants have one
                return place.constant
            case "buffer":
                return np.empty(rows, place.type)
            case "output":
                return results[key]
            case "given node":
                return given[key].astype(place.type)
            case _:
                return np.arange(rows)

    arrays = [array(place) for place in layed.sources]
    for step, places in layed.steps:
        step(*[arrays[place] for place in places])
    lookup.tables |= {node.number: results[node.number] for node in group.targets if not coded(node)}
    found: dict[int, NeedsColumn | CodedColumn] = {}
    for node in several:
        tuples = Tuples(node)
        codes = tuples.codes(rows, lambda arg: given[arg.number] if arg.number in given else results[arg.number])
        found[node.number] = together = tuples.column(codes)
        lookup.tables[node.number] = together.codes
    if missing.outputs:

        def condition(node: Node) -> Array:
            place = code.place(node)
            return given[node.number].astype(bool) if place.what == "given node" else arrays[layed.numbers[id(place)]]

        values = missing.run(rows, condition)
        for node in missing.outputs:
            distinct = Values(missing.words)
            codes = distinct.codes(values[node.number], rows)
            meant = np.arange(len(distinct.numbers), dtype=np.int32)
            found[node.number] = column = column_of(codes, meant, distinct.numbers, missing.paths)
            lookup.tables[node.number] = column.codes
    return lookup, found
