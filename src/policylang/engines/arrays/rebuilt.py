"""Nodes made again in a graph of one's own, so that an engine may add some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.plan.again import copied
from policylang.plan.graph import Graph
from policylang.plan.shared import shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node


#: The operation of the nodes that stand for several outputs together; engines of other kinds do not have it.
TUPLE = "tuple"


def rebuilt(outputs: Mapping[str, Node | tuple[Node, ...]], layout: Layout) -> tuple[Graph, dict[str, Node]]:
    """The same outputs in a new graph over the layout; several together as one node."""
    graph = Graph(layout)
    several = {name: each if isinstance(each, tuple) else (each,) for name, each in outputs.items()}
    copies = copied(graph, (node for each in several.values() for node in each))
    made = shared(graph, copies.values())
    found: dict[str, Node] = {}
    for name, each in outputs.items():
        nodes = tuple(made[copies[node.number].number] for node in several[name])
        found[name] = graph._make(TUPLE, nodes, None, "int") if isinstance(each, tuple) else nodes[0]
    return graph, found
