"""From nodes to steps over numbered places: what one chunk of stations goes through.

A *place* holds an array of a chunk: a buffer, an input, a constant, or a part of an output. Every node has one; buffers are
used again when nothing needs them any more. A step is a function and the places it gets, the last of which it writes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from policylang.engines.arrays import kernels, lookups
from policylang.engines.arrays.cells import PAIRED, coded
from policylang.engines.arrays.columns import KNOWN, NOTHING, NULL
from policylang.engines.arrays.from_rows import narrowest

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

    from policylang.engines.arrays.cells import Atom
    from policylang.engines.arrays.kernels import Array, Step
    from policylang.engines.arrays.lookups import Lookup
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node

    Type = np.dtype[Any]

_BOOL = np.dtype(bool)
_INT64 = np.dtype(np.int64)
_BYTE = np.dtype(np.uint8)
#: More runs of numbers than this are searched, not compared one by one.
_RUNS = 6


@dataclass(slots=True, eq=False)
class Place:
    """Where an array of a chunk is: ``what`` is buffer, output, constant, or the kind of an input named by ``key``."""

    what: str
    level: str | None
    type: Type
    key: Hashable = None
    constant: Array | None = None
    pinned: bool = False


class Done(NamedTuple):
    """One step."""

    step: Step
    places: tuple[Place, ...]


def type_of(node: Node) -> Type:
    """What a node's values are kept as."""
    return _BOOL if node.kind == "bool" else narrowest(node.ends)


class Code:
    """The steps for some nodes, in order."""

    def __init__(
        self, nodes: Iterable[Node], outputs: Iterable[Node], layout: Layout, looked_up: Iterable[Lookup] = (),
        given: Collection[int] = (),
    ) -> None:  # fmt: skip
        """``looked_up``: the tables of nodes that are looked up; ``given``: nodes whose values are there already."""
        self.steps: list[Done] = []
        self.outputs: dict[int, Place] = {}
        self._wanted = {node.number for node in outputs}
        self._places: dict[Hashable, Place] = {}
        self._tables = {number: lookup for lookup in looked_up for number in lookup.tables}
        self._given = given
        self._layout = layout
        for node in nodes:
            if not coded(node) or node.number in self._tables:
                self._make(node)

    def place(self, node: Node) -> Place:
        """Where a node's values are."""
        return self._places[node.number]

    def _do(self, step: Step, *places: Place) -> Place:
        self.steps.append(Done(step, places))
        return places[-1]

    def _input(self, what: str, level: str | None, kind: Type, key: Hashable) -> Place:
        found = self._places.get((what, key))
        if found is None:
            found = self._places[what, key] = Place(what, level, kind, key)
        return found

    def _constant(self, value: int, kind: Type) -> Place:
        return Place("constant", None, kind, constant=np.array(value, kind))

    def _spare(self, level: str | None, kind: Type) -> Place:
        return Place("buffer", level, kind)

    def at(self, node: Node, level: str | None, kind: Type | None = None) -> Place:
        """A node's values where those of a level can use them, in a width."""
        kind = kind or type_of(node)
        if node.op == "constant":
            return self._constant(int(node.data), kind)  # type: ignore[call-overload]
        found = self._places[node.number]
        if found.type != kind:
            key: Hashable = ("as", node.number, kind)
            if key not in self._places:
                self._places[key] = self._do(kernels.convert, found, self._spare(node.level, kind))
            found = self._places[key]
        if node.level is None and level is not None:
            key = ("at", node.number, kind, level)
            if key not in self._places:
                stations = self._input("stations", level, _INT64, level)
                self._places[key] = self._do(kernels.spread, found, stations, self._spare(level, kind))
            found = self._places[key]
        return found

    def _make(self, node: Node) -> None:
        kind = np.dtype(np.int32) if coded(node) else type_of(node)
        if node.number in self._given:
            self._places[node.number] = Place("given node", node.level, kind, node.number)
            return
        if node.number in self._wanted:
            out = self.outputs[node.number] = Place("output", node.level, kind, node.number)
        else:
            out = Place("buffer", node.level, kind)
        if node.op == "constant":
            if node.number in self._wanted:
                self._do(kernels.convert, self._constant(int(node.data), kind), out)  # type: ignore[call-overload]
            return
        self._places[node.number] = out
        if node.number in self._tables:
            self._look_up(self._tables[node.number], node, out)
        else:
            self._compute(node, out)

    # what is looked up

    def _look_up(self, lookup: Lookup, node: Node, out: Place) -> None:
        table = lookup.tables[node.number]
        cell = self._cell(lookup)
        in_pairs = lookup.cells <= PAIRED and table.itemsize <= 4 and cell.type == _BYTE
        key = ("index", id(lookup), in_pairs)
        if key not in self._places:
            step = lookups.paired if in_pairs else kernels.convert
            self._places[key] = self._do(step, cell, self._spare(node.level, _INT64))
        if in_pairs:
            self._do(lookups.taken_in_pairs(table), self._places[key], cell, out)
        else:
            self._do(lookups.taken(table), self._places[key], out)

    def _cell(self, lookup: Lookup) -> Place:
        """The number of the cell."""
        key = ("cell", id(lookup))
        if key not in self._places:
            level = lookup.group.level
            cell = self._constant(0, _BYTE)
            total = 1
            for atom, radix in zip(lookup.atoms, lookup.radices, strict=True):
                if radix == 1:
                    continue
                digit = self._class(atom, lookup.group.support[atom], level)
                total *= radix
                if cell.what == "constant":
                    cell = digit
                else:
                    cell = self._do(lookups.folded(radix), cell, digit, self._spare(level, _unsigned(total)))
            if cell.what == "constant" or cell.type == _BOOL:
                cell = self._do(kernels.convert, cell, self._spare(level, _BYTE))
            self._places[key] = cell
        return self._places[key]

    def _class(self, atom: Atom, mask: int, level: str | None) -> Place:
        """In which class of an atom a row is."""
        key = ("class", id(atom), mask, level)
        if key not in self._places:
            self._places[key] = self._class_of(atom, mask, level)
        return self._places[key]

    def _class_of(self, atom: Atom, mask: int, level: str | None) -> Place:
        parts = atom.parts(mask)
        cuts, states = atom.cuts(mask), atom.states(mask)
        kind = _unsigned(atom.radix(mask))
        found: Place | None = None
        if "value" in parts:
            found = self.at(parts["value"], level)
            if found.type != _BOOL:
                spare = self._spare(level, _BOOL if len(cuts) <= lookups.COMPARED else _INT64)
                found = self._do(lookups.classes(cuts, kind), found, spare, self._spare(level, kind))
        if states:
            known = self.at(parts["known"], level) if "known" in parts else self._constant(1, _BYTE)
            found = known if found is None else self._do(lookups.plus, found, known, self._spare(level, kind))
            for number, state in enumerate(state for state in states if state != "known"):
                code = len(cuts) + number + (2 if "known" in parts else 1)
                more = self._do(lookups.times(code), self.at(parts[state], level), self._spare(level, kind))
                found = self._do(lookups.plus, found, more, self._spare(level, kind))
        assert found is not None  # noqa: S101 - a class has a feature
        return found

    def _compute(self, node: Node, out: Place) -> None:
        data: Any = node.data
        level = node.level
        args = node.args
        match node.op:
            case "known" if not (self._layout.inputs[data].nothing or self._layout.inputs[data].null):
                # absent and known are 0 and 1
                self._do(kernels.convert, self._input("known", level, _BOOL, data), out)
            case "known" | "nothing" | "null":
                state = self._input("state", level, _BYTE, data)
                number = {"known": KNOWN, "nothing": NOTHING, "null": NULL}[node.op]
                self._do(np.equal, state, self._constant(number, _BYTE), out)
            case "truth" | "number":
                # the column itself, where it has the right width: see `bound`
                self._do(kernels.convert, self._input("values", level, out.type, data), out)
            case "listed" | "given" | "count":
                self._do(kernels.convert, self._input(node.op, None, out.type, data), out)
            case "like":
                self._do(kernels.form(data[1]), self._input("values", level, np.dtype(object), data[0]), out)
            case "same":
                self._same(data, level, out)
            case "and" | "or":
                step: Step = np.logical_and if node.op == "and" else np.logical_or
                first, *others = (self.at(arg, level) for arg in args)
                for other in others:
                    first = self._do(step, first, other, out)
            case "not":
                self._do(np.logical_not, self.at(args[0], level), out)
            case "less" | "equal":
                kind = _common(args)
                step = np.less if node.op == "less" else np.equal
                self._do(step, *(self.at(arg, level, kind) for arg in args), out)
            case "add" | "subtract" | "multiply" | "least" | "greatest":
                self._binary(node, out)
            case "among":
                self._among(node, out)
            case "holds_bit":
                self._bit(node, out)
            case "choose":
                self._choose(node, out)
            case "pack":
                self._do(kernels.pack, *(self.at(arg, level) for arg in args), self._spare(level, _BYTE), out)
            case "year" | "months":
                step = kernels.year if node.op == "year" else kernels.months(data)
                self._do(step, self.at(args[0], level), self._spare(level, _INT64), out)
            case "look_up":
                table = np.array((data.default, *data.values, data.default), out.type)
                self._do(kernels.look_up(data.first, table), self.at(args[0], level), self._spare(level, _INT64), out)
            case _:
                self._reduce(node, out)

    def _same(self, keys: Any, level: str | None, out: Place) -> None:
        known = self._do(np.equal, self._input("state", _level(keys[0]), _BYTE, keys[0]), self._constant(KNOWN, _BYTE),
                         self._spare(_level(keys[0]), _BOOL))  # fmt: skip
        texts = [self._input("values", _level(key), np.dtype(object), key) for key in keys]
        places = [*texts, known]
        if level is not None:
            stations = self._input("stations", level, _INT64, level)
            places = [
                place if place.level == level else self._do(kernels.spread, place, stations, self._spare(level, place.type))
                for place in places
            ]
        self._do(kernels.same, *places, out)

    def _binary(self, node: Node, out: Place) -> None:
        ufunc: dict[str, Step] = {
            "add": np.add, "subtract": np.subtract, "multiply": np.multiply,
            "least": kernels.least, "greatest": kernels.greatest,
        }  # fmt: skip
        kind = _common((*node.args, node))
        places = [self.at(arg, node.level, kind) for arg in node.args]
        if kind == out.type:
            self._do(ufunc[node.op], *places, out)
        else:
            wide = self._do(ufunc[node.op], *places, self._spare(node.level, kind))
            self._do(kernels.convert, wide, out)

    def _among(self, node: Node, out: Place) -> None:
        (value,) = node.args
        numbers = sorted(node.data)  # type: ignore[call-overload]
        runs: list[tuple[int, int]] = []
        for number in numbers:
            if runs and runs[-1][1] == number - 1:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))
        place = self.at(value, node.level)
        if len(runs) <= _RUNS:
            self._do(kernels.among_runs(*runs), place, self._spare(node.level, _BOOL), out)
        else:
            self._do(kernels.among_many(np.array(numbers, place.type)), place, out)

    def _bit(self, node: Node, out: Place) -> None:
        (value,) = node.args
        place = self.at(value, node.level)
        if node.data >= 8 * place.type.itemsize - 1:  # type: ignore[operator]
            self._do(np.less, place, self._constant(0, place.type), out)
        else:
            self._do(kernels.bit(node.data), place, self._spare(node.level, place.type), out)  # type: ignore[arg-type]

    def _choose(self, node: Node, out: Place) -> None:
        *cases, otherwise = node.args
        self._do(kernels.convert, self.at(otherwise, node.level, out.type), out)
        for when, value in reversed(list(zip(cases[::2], cases[1::2], strict=True))):
            places = (self.at(when, node.level), self.at(value, node.level, out.type))
            if out.type.itemsize <= 2:
                self._do(kernels.select_narrow, *places, self._spare(node.level, out.type), out)
            else:
                self._do(kernels.select_wide, *places, out)

    def _reduce(self, node: Node, out: Place) -> None:
        data: Any = node.data
        records = data if isinstance(data, str) else data[0]
        step: Step
        match node.op:
            case "any":
                step = kernels.any_of
            case "every":
                step = kernels.every_of
            case "sum":
                step = kernels.sum_of
            case _:
                step = kernels.extreme(np.minimum if node.op == "lowest" else np.maximum, data[1])
        self._do(step, self.at(node.args[0], records), self._input("bounds", None, _INT64, records), out)


def _common(nodes: Iterable[Node]) -> Type:
    ends = [node.ends for node in nodes]
    return narrowest((min(low for low, _ in ends), max(high for _, high in ends)))


def _unsigned(number: int) -> Type:
    return np.dtype(np.uint8 if number <= 2**8 else np.uint16 if number <= 2**16 else np.int32)


def _level(key: Any) -> str | None:
    return key.fact if key.field is not None else None


class Layed(NamedTuple):
    """Steps over numbers: ``sources[i]`` is what stands at place i; buffers with equal numbers share their memory."""

    steps: list[tuple[Step, tuple[int, ...]]]
    sources: list[Place]
    numbers: dict[int, int]


def laid_out(steps: Sequence[Done], direct: Iterable[Place]) -> Layed:
    """Gives every place a number; a buffer's number is free again after its last use.

    ``direct`` are the inputs whose column can be used as it is, so that it need not be converted.
    """
    as_is = {id(place) for place in direct}
    alias: dict[int, Place] = {}
    kept: list[Done] = []
    for step, places in steps:
        if step is kernels.convert and id(places[0]) in as_is and places[1].what == "buffer":
            alias[id(places[1])] = places[0]
        else:
            kept.append(Done(step, tuple(alias.get(id(place), place) for place in places)))
    last = {id(place): at for at, (_, places) in enumerate(kept) for place in places}
    numbers: dict[int, int] = {}
    sources: list[Place] = []
    free: dict[tuple[str | None, Type], list[int]] = defaultdict(list)
    found: list[tuple[Step, tuple[int, ...]]] = []
    for at, (step, places) in enumerate(kept):
        for place in places:
            if id(place) not in numbers:
                stock = free[place.level, place.type]
                if place.what == "buffer" and stock:
                    numbers[id(place)] = stock.pop()
                else:
                    numbers[id(place)] = len(sources)
                    sources.append(place)
        found.append((step, tuple(numbers[id(place)] for place in places)))
        for place in {id(place): place for place in places}.values():
            if place.what == "buffer" and not place.pinned and last[id(place)] == at:
                free[place.level, place.type].append(numbers[id(place)])
    for one, other in alias.items():
        if id(other) not in numbers:
            numbers[id(other)] = len(sources)
            sources.append(other)
        numbers[one] = numbers[id(other)]
    return Layed(found, sources, numbers)
