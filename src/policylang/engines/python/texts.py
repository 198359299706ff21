"""The Python text of single operations.

No text of a policy is ever written into the source: cells, lists and constants have names that we number, and everything
but whole numbers and booleans (paths, forms of texts, tables) is bound to such a name.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from policylang.engines.python.ways import Paths, all_of, either, together
from policylang.plan.meaning import NEVER, NULL, moved
from policylang.plan.nodes import Table, in_order
from policylang.semantics.texts import like

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.plan.layout import Key, Layout
    from policylang.plan.nodes import Node

_LAST_DAY = date.max.toordinal()
_BINARY = {"less": "<", "equal": "==", "add": "+", "subtract": "-", "multiply": "*"}
#: Longer runs of one operator are written in parts, since Python compiles a run by recursion.
_RUN = 50


def calendar_year(ordinal: int) -> int:
    """The year of a day, or of the nearest day that the calendar has."""
    return date.fromordinal(min(max(ordinal, 1), _LAST_DAY)).year


class Names:
    """What stands behind the names of one generated module: cells ``x0``…, lists ``l0``…, series ``g0``…, constants ``k0``…."""

    def __init__(self, nodes: Iterable[Node], layout: Layout) -> None:
        keys: dict[Key, None] = {}
        paths: dict[str, None] = {}
        missing: dict[tuple[str, str], None] = {}
        lists: dict[str, None] = {}
        given: dict[str, None] = {}
        for node in nodes:
            data: Any = node.data
            match node.op:
                case "known" | "nothing" | "null" | "truth" | "number":
                    keys[data] = None
                case "like":
                    keys[data[0]] = None
                case "same":
                    keys.update(dict.fromkeys(data))
                case "given":
                    given[data] = None
                case "listed" | "count" | "any" | "every" | "sum":
                    lists[data] = None
                case "lowest" | "highest" | "gather":
                    lists[data[0]] = None
                case "missing":
                    paths[data] = None
                case "missing_field":
                    missing[data] = None
                case _:
                    pass
            if node.level is not None:
                lists[node.level] = None
        order = {key: place for place, key in enumerate(layout.inputs)}
        used = sorted(keys, key=order.__getitem__)
        self.layout = layout
        self.keys = tuple(key for key in used if key.field is None)
        self.lists = tuple(lists)
        self.given = tuple(sorted(given))
        self.fields = {name: tuple(key for key in used if key.field and key.fact == name) for name in self.lists}
        self.paths = Paths(tuple(paths), tuple(missing))
        self._cells = {key: f"x{place}" for place, key in enumerate(self.keys)}
        for keys_of in self.fields.values():
            self._cells.update({key: f"r{place}" for place, key in enumerate(keys_of)})
        self._constants: dict[object, str] = {}
        self.space: dict[str, Any] = {
            "never": NEVER, "null": NULL, "like": like, "moved": moved, "year": calendar_year,
            "all_of": all_of, "together": together, "either": either,
        }  # fmt: skip

    @property
    def arguments(self) -> tuple[str, ...]:
        """The parameters of the decision: the cells, then the lists, then the series."""
        others = [*(f"l{i}" for i in range(len(self.lists))), *(f"g{i}" for i in range(len(self.given)))]
        return (*(self._cells[key] for key in self.keys), *others)

    def constant(self, value: object, key: object = None) -> str:
        """A name for a constant; ``key`` tells apart what Python thinks equal."""
        key = key or (type(value), value)
        name = self._constants.get(key)
        if name is None:
            name = self._constants[key] = f"k{len(self._constants)}"
            self.space[name] = value
        return name

    def cell(self, key: Key) -> str:
        """The name of a cell."""
        return self._cells[key]

    def list(self, name: str) -> str:
        """The name of a list."""
        return f"l{self.lists.index(name)}"

    def series(self, name: str) -> str:
        """The name of whether a series is given."""
        return f"g{self.given.index(name)}"


def literal(value: object, names: Names) -> str:
    """A constant."""
    if value is None:
        return "0"  # nothing is missing
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"
    return names.constant(value)


def number(key: Key, names: Names) -> str:
    """The whole number of a cell, 0 unless known."""
    own, cell = names.layout.inputs[key], names.cell(key)
    if own.nothing or own.null:
        return f"({cell} if {cell} is not None and {cell} is not never and {cell} is not null else 0)"
    return f"(0 if {cell} is None else {cell})" if own.absent else cell


def known(key: Key, names: Names) -> str:
    """Whether a cell has a value."""
    own, cell = names.layout.inputs[key], names.cell(key)
    tests = ["None", *(["never"] if own.nothing else []), *(["null"] if own.null else [])]
    text = " and ".join(f"{cell} is not {word}" for word in tests)
    return f"({text})"


def yes(key: Key, names: Names) -> str:
    """A test for whether a cell says 是, be it written as True, as 1 or as a truth of numpy; not always a bool itself."""
    own, cell = names.layout.inputs[key], names.cell(key)
    return f"{cell} == True" if own.nothing or own.null else cell


def operation(node: Node, args: Sequence[str], names: Names) -> str:
    """The text of what a node computes from the texts of its arguments, in parentheses where it has parts."""
    data: Any = node.data
    match node.op:
        case "constant":
            return literal(data, names)
        case "variable":
            return str(data)
        case "known":
            return known(data, names)
        case "number":
            return number(data, names)
        case "truth":
            test = yes(data, names)
            return f"(not not {test})" if test.isalnum() else f"({test})"
        case "nothing" | "null":
            return f"({names.cell(data)} is {'never' if node.op == 'nothing' else 'null'})"
        case "given":
            return names.series(data)
        case "listed":
            return f"({names.list(data)} is not None)"
        case "count":
            return f"(len({names.list(data)} or ()))"
        case "like":
            cell = names.cell(data[0])
            return f"({cell}.__class__ is str and like({cell}, {names.constant(data[1])}))"
        case "same":
            one, other = map(names.cell, data)
            return f"({one} == {other} and {one}.__class__ is str)"
        case "and" | "or":
            return _run(f" {node.op} ", args)
        case "not":
            twice = "(not not "
            return args[0].replace(twice, "(not ", 1) if args[0].startswith(twice) else f"(not {args[0]})"
        case "among":
            return f"({args[0]} in {names.constant(data)})"
        case "holds_bit":
            return f"({args[0]} & {1 << data} != 0)"
        case "least" | "greatest":
            if not (args[0].isalnum() and args[1].isalnum()):
                return f"{'min' if node.op == 'least' else 'max'}({args[0]}, {args[1]})"
            return f"({args[0]} if {args[0]} {'<' if node.op == 'least' else '>'} {args[1]} else {args[1]})"
        case "choose" | "choose_needs":
            cases = "".join(f"{value} if {when} else " for when, value in zip(args[:-1:2], args[1:-1:2], strict=True))
            return f"({cases}{args[-1]})"
        case "pack":
            return _run(" | ", [f"({1 << bit} if {arg} else 0)" for bit, arg in enumerate(args) if arg != "False"])
        case "year":
            return f"year({args[0]})"
        case "months":
            return f"moved({args[0]}, {data})"
        case "look_up":
            return _look_up(data, node.args[0].ends, args[0], names)
        case "missing":
            return str(names.paths.path(data))
        case "missing_field":
            return f"({names.paths.field(data)} << o)"
        case "gate":
            return f"({args[1]} if {args[0]} else 0)"
        case "all_of" if node.single:
            return _run(" | ", args)
        case "all_of" | "either":
            return f"{node.op}(({', '.join(args)}))"
        case "together":
            return f"together({args[0]}, {args[1]})"
        case _:
            return f"({args[0]} {_BINARY[node.op]} {args[1]})"


def _run(operator: str, args: Sequence[str]) -> str:
    while len(args) > _RUN:
        args = [_run(operator, args[i : i + _RUN]) for i in range(0, len(args), _RUN)]
    return args[0] if len(args) == 1 else f"({operator.join(args)})"


def _look_up(table: Table, ends: tuple[int, int], key: str, names: Names) -> str:
    values, last = names.constant(table.values), table.first + len(table.values) - 1
    place = f"{key} - {table.first}" if table.first > 0 else f"{key} + {-table.first}" if table.first else key
    if table.first <= ends[0] and ends[1] <= last:
        return f"{values}[{place}]"
    if not key.isalnum():
        return f"{names.constant(table)}({key})"
    return f"({values}[{place}] if {table.first} <= {key} <= {last} else {table.default})"


def needed(outputs: Iterable[Node], layout: Layout) -> Names:
    """Names for everything that the outputs read."""
    return Names(in_order(outputs), layout)
