"""Outputs of many rules over few classes: computed beforehand for every combination of classes, then looked up.

A thousand rules over one number make a thousand classes of that number. Where the classes of all cells that an output reads
make few enough combinations, lines of code compute it once for a representative of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from policylang.engines.python.lines import Lines
from policylang.plan.meaning import NEVER, NULL
from policylang.plan.nodes import REDUCTIONS, in_order
from policylang.semantics.types import Boolean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.engines.python.texts import Names
    from policylang.plan.layout import Key
    from policylang.plan.meaning import Cell
    from policylang.plan.nodes import Node

#: Smaller outputs are left to trees and lines; so many combinations, and so many computed nodes, are not too many.
_NODES, _CELLS, _EFFORT = 300, 4096, 40_000_000
#: A number with at most so many values may be used in any way.
_SMALL = 64
_STATES = ("known", "nothing", "null", "truth")
#: Operations that read a number only by comparing it with constants.
_COMPARED = ("less", "equal", "among", "look_up")


@dataclass(slots=True)
class Table:
    """The outputs at ``places``, which read only the cells of ``cuts``: the numbers at which the classes of each begin."""

    cuts: dict[Key, set[int]]
    effort: int
    places: list[int] = field(default_factory=list)

    def take(self, place: int, other: Table) -> None:
        """One more output."""
        self.places.append(place)
        self.effort = max(self.effort, other.effort)
        for key, cuts in other.cuts.items():
            self.cuts.setdefault(key, set()).update(cuts)


def tabulated(outputs: list[Node], names: Names) -> list[tuple[list[int], str]]:
    """The outputs that are looked up, and the expression that looks up the tuple of them."""
    tables: dict[tuple[Key, ...], Table] = {}
    small: list[tuple[int, Table]] = []
    for place, node in enumerate(outputs):
        own = _table(node)
        if own is None:
            continue
        if own.effort < _NODES:
            small.append((place, own))
        else:
            tables.setdefault(tuple(sorted(own.cuts, key=str)), Table({}, 0)).take(place, own)
    for place, own in small:
        for table in tables.values():
            if own.cuts.keys() <= table.cuts.keys():
                table.take(place, own)
                break
    found = []
    for table in tables.values():
        classes = {key: _classes(key, cuts, names) for key, cuts in table.cuts.items()}
        cells = 1
        for each in classes.values():
            cells *= len(each)
        if cells <= _CELLS and cells * table.effort <= _EFFORT:
            table.places.sort()
            found.append((table.places, _look_up(table, classes, outputs, names)))
    return found


def _table(node: Node) -> Table | None:
    """What an output reads, where it only tells apart classes of it."""
    if node.level is not None:
        return None
    nodes = in_order([node])
    cuts: dict[Key, set[int]] = {}
    free: set[int] = set()
    for one in nodes:
        data: Any = one.data
        if one.op in _STATES and one.level is None:
            cuts.setdefault(data, set())
        elif one.op == "number" and one.level is None:
            cuts.setdefault(data, set())
            if one.ends[1] - one.ends[0] <= _SMALL:
                cuts[data].update(range(one.ends[0] + 1, one.ends[1] + 1))
            else:
                free.add(one.number)
        elif one.level is not None or one.op in REDUCTIONS or not (one.args or one.op in {"constant", "missing"}):
            return None
        for key, found in _compared(one, free):
            if found is None:
                return None
            cuts[key].update(found)
    return None if node.number in free else Table(cuts, len(nodes))


def _compared(node: Node, free: set[int]) -> Iterable[tuple[Key, Iterable[int] | None]]:
    """The classes that a node makes of the numbers it reads; None where it reads more than classes."""
    read = [arg for arg in node.args if arg.number in free]
    if not read:
        return
    (number, *more) = read
    key: Any = number.data
    data: Any = node.data
    constants: list[Any] = [arg.data for arg in node.args if arg.op == "constant"]
    if more or node.op not in _COMPARED or len(constants) != len(node.args) - 1:
        yield key, None
    elif node.op == "less":
        yield key, [constants[0] if node.args[0] is number else constants[0] + 1]
    elif node.op == "equal":
        yield key, [constants[0], constants[0] + 1]
    elif node.op == "among":
        yield key, [cut for one in data for cut in (one, one + 1)]
    else:
        values = (data.default, *data.values, data.default)
        yield key, [data.first + i for i in range(len(values) - 1) if values[i] != values[i + 1]]


def _classes(key: Key, cuts: set[int], names: Names) -> list[Cell]:
    """A representative of each class: of the numbers in order, or 否 and 是, then of what is no value."""
    own = names.layout.inputs[key]
    low, high = own.ends
    cuts.difference_update([cut for cut in cuts if not low < cut <= high])
    values: list[Cell] = [False, True] if isinstance(own.type, Boolean) else [low, *sorted(cuts)]
    return [*values, *([None] if own.absent else []), *([NEVER] if own.nothing else []), *([NULL] if own.null else [])]


def _look_up(table: Table, classes: dict[Key, list[Cell]], outputs: list[Node], names: Names) -> str:
    """The expression for the tuple of a table's outputs."""
    lines = Lines(names)
    texts = lines.write([outputs[place] for place in table.places])
    source = [f"def tabulate({', '.join(names.arguments)}):", *lines.lines]
    source.append(f" return ({''.join(f'{text}, ' for text in texts)})")
    exec(compile("\n".join(source), "<plan>", "exec"), names.space)  # noqa: S102 - as in compiled.py
    compute = names.space.pop("tabulate")
    others = [None] * len(names.lists) + [False] * len(names.given)
    found = []
    for cells in product(*classes.values()):
        by_key = dict(zip(classes, cells, strict=True))
        found.append(compute(*(by_key.get(key) for key in names.keys), *others))
    step, index = len(found), []
    for key, each in classes.items():
        step //= len(each)
        text = _class(key, each, sorted(table.cuts[key]), names)
        index.append(text if step == 1 else f"{step} * {text}")
    rows = names.constant(tuple(found), ("table", tuple(table.places)))
    return f"{rows}[{' + '.join(index) or '0'}]"


def _class(key: Key, classes: list[Cell], cuts: list[int], names: Names) -> str:
    """The number of a cell's class."""
    own, cell = names.layout.inputs[key], names.cell(key)
    values = 2 if isinstance(own.type, Boolean) else len(cuts) + 1
    text = f"(1 if {cell} else 0)" if isinstance(own.type, Boolean) else _place(cell, cuts, names)
    for place, word in reversed(list(enumerate(classes))[values:]):
        written = "None" if word is None else "never" if word is NEVER else "null"
        text = f"{place} if {cell} is {written} else {text}"
    return f"({text})"


def _place(cell: str, cuts: list[int], names: Names) -> str:
    """How many of the cut points are not above a number; by division where they stand in even steps."""
    step = cuts[1] - cuts[0] if len(cuts) > 2 else 0
    if step and cuts == list(range(cuts[0], cuts[-1] + 1, step)):
        between = f"({cell} - {cuts[0]}) // {step} + 1" if step > 1 else f"{cell} - {cuts[0] - 1}"
        return f"(0 if {cell} < {cuts[0]} else {between} if {cell} < {cuts[-1]} else {len(cuts)})"
    return f"bisect({names.constant(tuple(cuts))}, {cell})"
