"""Nodes made once more: over other arguments, or in another graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.plan.nodes import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.plan.graph import Graph
    from policylang.plan.nodes import Node


def copied(graph: Graph, outputs: Iterable[Node]) -> dict[int, Node]:
    """The nodes of a graph that the same nodes of another have become, by their numbers there."""
    made: dict[int, Node] = {}
    for node in in_order(outputs):
        made[node.number] = graph.copy(node, [made[arg.number] for arg in node.args])
    return made


def again(graph: Graph, node: Node, args: Sequence[Node]) -> Node:
    """A node made in a graph, over arguments that are there already."""
    data: Any = node.data
    match node.op:
        case "constant":
            if node.kind == "needs":
                return graph.settled
            return graph.boolean(data) if node.kind == "bool" else graph.integer(data)
        case "known" | "nothing" | "null" | "given" | "listed" | "truth" | "number" | "count" | "missing":
            return getattr(graph, node.op)(data)  # type: ignore[no-any-return]
        case "like" | "same" | "missing_field":
            return getattr(graph, node.op)(*data)  # type: ignore[no-any-return]
        case "and":
            return graph.all(args)
        case "or":
            return graph.any(args)
        case "not":
            return graph.no(args[0])
        case "among" | "holds_bit" | "months":
            return getattr(graph, node.op)(args[0], data)  # type: ignore[no-any-return]
        case "look_up":
            return graph.look_up(data, args[0])
        case "choose" | "choose_needs":
            cases = zip(args[:-1:2], args[1:-1:2], strict=True)
            return getattr(graph, node.op)(cases, args[-1])  # type: ignore[no-any-return]
        case "pack" | "all_of" | "either":
            return getattr(graph, node.op)(args)  # type: ignore[no-any-return]
        case "any":
            return graph.any_record(data, args[0])
        case "every":
            return graph.every_record(data, args[0])
        case "sum":
            return graph.sum_records(data, args[0])
        case "lowest" | "highest":
            return graph.extreme_record(node.op, data[0], args[0], data[1])
        case "gather":
            return graph.gather(data[0], args[0], data[1])
        case _:
            return getattr(graph, node.op)(*args)  # type: ignore[no-any-return]
