"""Layouts, stations and graphs made up at random, and what their nodes mean: every engine must say the same.

``cases()`` is the strategy. ``made_up(random, size)`` is the same from any ``random.Random``, for longer runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from policylang.plan.graph import Graph, TooLargeError
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.meaning import NEVER, NULL, Cell, Meaning, Row
from policylang.plan.nodes import Node, Table
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

OPTIONS = tuple(Option(word, word, rank) for rank, word in enumerate("abcdefgh"))
TEXTS = ("", "柳州", "泸州", "泸州市江阳区", "江阳区", "柳柳州州", "a%b", "a_b", "A_B", "%", "'", "ab", "\\")
FORMS = (("柳州",), ("", "州"), ("泸州", ""), ("泸", "江", "区"), ("柳", "州", ""), ("%", ""), ("a_b",), ("", "_", ""), ("", ""), ("\\",), ("'",))
#: Days whose months end differently, and the ends of the calendar.
DAYS = (1, 28, 31, 366, 693_594, 737_119, 738_215, 738_336, 738_581, 738_946, 739_252, 3_652_028, 3_652_058, 3_652_059)


@dataclass(frozen=True)
class Case:
    """A layout, stations in it, and nodes over it by name."""

    layout: Layout
    graph: Graph
    rows: list[Row]
    outputs: dict[str, Node]

    def expected(self) -> dict[str, list[Any]]:
        """What every output is: for the stations, or for all records of all stations where it has a level."""
        return self.said({name: node.level for name, node in self.outputs.items()})

    def said(self, levels: Mapping[str, str | None]) -> dict[str, list[Any]]:
        """The same with levels of their own: what is so for a station is so for each of its records."""
        meanings = [Meaning(row) for row in self.rows]
        found: dict[str, list[Any]] = {}
        for name, node in self.outputs.items():
            level = levels[name]
            if level is None:
                found[name] = [meaning(node) for meaning in meanings]
            else:
                lists = [(meaning, row.lists.get(level) or ()) for meaning, row in zip(meanings, self.rows, strict=True)]
                found[name] = [meaning(node, number) for meaning, records in lists for number in range(len(records))]
        return found

    def __repr__(self) -> str:
        rows = "\n".join(f"  {row.cells} {row.lists} {sorted(row.given)}" for row in self.rows)
        nodes = "\n".join(f"  {name}: {node.level or ''} {node}" for name, node in self.outputs.items())
        return f"Case(\n  {self.layout}\n{rows}\n{nodes}\n)"


@st.composite
def cases(draw: st.DrawFn, size: int = 30, rows: int = 8) -> Case:
    """A case of up to about ``size`` nodes and ``rows`` stations."""
    random = draw(st.randoms(use_true_random=False))
    return made_up(random, draw(st.integers(1, size)), draw(st.integers(0, rows)))


def made_up(random: Random, size: int, rows: int) -> Case:
    """A case from a source of chance."""
    layout = a_layout(random)
    found = Growing(random, Graph(layout))
    for _ in range(size):
        found.grow()
    nodes = {node.number: node for node in found.nodes if node.op != "constant"}
    outputs = {f"n{number}": nodes[number] for number in sorted(nodes)}
    outputs |= {"c": found.graph.integer(300), "t": found.graph.true, "s": found.graph.settled}
    return Case(layout, found.graph, [a_row(random, layout) for _ in range(rows)], outputs)


def a_layout(random: Random) -> Layout:
    """Some columns of every type, each with chances of holes; up to two lists."""
    inputs: dict[Key, Input] = {}

    def some(keys: list[Key], *kinds: Any) -> None:
        for key in keys:
            if random.random() < 0.7:
                inputs[key] = an_input(random, kinds[random.randrange(len(kinds))])

    numbers = (Number("人"), Number(None), Number("%"), Money())
    some([Key("b0"), Key("b1"), Key("b2"), Key("s", "*"), Key("s", "2023"), Key("s", "2024")], Boolean())
    some([Key("n0"), Key("n1"), Key("n2"), Key("y", "2024"), Key("y", "2024Q1"), Key("y", "2024-01")], *numbers)
    some([Key("k0"), Key("k1")], Choice(OPTIONS[:4], ordered=True), Choice(OPTIONS[:2]), ChoiceSet(OPTIONS[:5]), ChoiceSet(OPTIONS))
    some([Key("d0"), Key("d1")], Day())
    some([Key("t0"), Key("t1")], Text())
    lists: dict[str, int] = {}
    for name in ("l", "m"):
        if random.random() < 0.6:
            lists[name] = random.choice((1, 2, 3, 5))
            some([Key(name, None, "n"), Key(name, None, "o")], *numbers)
            some([Key(name, None, "b")], Boolean())
            some([Key(name, None, "k")], Choice(OPTIONS[:3]))
            some([Key(name, None, "d")], Day())
            some([Key(name, None, "t")], Text())
    series = sorted({key.fact for key in inputs if key.period} | {"z"})
    empty = frozenset(fact for fact in series if random.random() < 0.3)
    return Layout(inputs, lists, frozenset(name for name in lists if random.random() < 0.5), empty)


def an_input(random: Random, kind: Any) -> Input:
    """A column of a type, with holes of some sorts."""
    most = random.choice((None, 1, 5, 100, 200, 40_000, 10**6)) if isinstance(kind, (Number, Money)) else None
    return Input(kind, random.random() < 0.5, random.random() < 0.25, random.random() < 0.2, most)


def a_row(random: Random, layout: Layout) -> Row:
    """A station that the layout holds."""
    cells = {key: a_cell(random, own) for key, own in layout.inputs.items() if key.field is None}
    lists: dict[str, list[dict[str, Cell]] | None] = {}
    for name, most in layout.lists.items():
        fields = {key.field: own for key, own in layout.inputs.items() if key.fact == name and key.field}
        count = random.randint(0, most)
        lists[name] = [{own: a_cell(random, each) for own, each in fields.items()} for _ in range(count)]
        if name in layout.unlisted and random.random() < 0.3:
            lists[name] = None
    return Row(cells, lists, [fact for fact in sorted(layout.empty) if random.random() < 0.5])


def a_cell(random: Random, own: Input) -> Cell:
    """Something that may stand in a column."""
    holes: list[Cell] = [*([None] if own.absent else []), *([NEVER] if own.nothing else []), *([NULL] if own.null else [])]
    if holes and random.random() < 0.4:
        return random.choice(holes)
    match own.type:
        case Boolean():
            return random.random() < 0.5
        case Text():
            return random.choice(TEXTS)
        case Day():
            return random.choice((random.choice(DAYS), random.randint(730_000, 740_000)))
        case _:
            low, high = own.ends
            return random.choice((low, high, min(high, random.randint(0, 6)), random.randint(low, high)))


class Growing:
    """A graph that grows by a random operation over what it has, at every level."""

    def __init__(self, random: Random, graph: Graph) -> None:
        self.random = random
        self.graph = graph
        self.nodes: list[Node] = [graph.true, graph.settled, graph.integer(0), graph.integer(3)]
        for level in (None, *graph.layout.lists):
            for step in (self._input, self._input, self._input, self._missing, self._missing):
                self._keep(step(level))

    def pick(self, kind: str, level: str | None) -> Node:
        """A node of a kind that a node of the level may use, the latest more often."""
        fit = [node for node in self.nodes if node.kind == kind and node.level in (None, level)]
        own = [node for node in fit if node.level is not None]
        if own and self.random.random() < 0.5:
            fit = own
        if kind == "int" and self.random.random() < 0.3:
            return self.graph.integer(self.random.choice((-1, 0, 1, 2, 3, 5, 100, 127, 128, 255, 300, 40_000, 739_000, -40_000, 10**9)))
        return fit[-1 - min(self.random.randrange(8), self.random.randrange(len(fit)), len(fit) - 1)]

    def some(self, kind: str, level: str | None, least: int = 2, most: int = 4) -> list[Node]:
        """Several of them."""
        return [self.pick(kind, level) for _ in range(self.random.randint(least, most))]

    def grow(self) -> None:
        """One operation more; what is too large, or has no input to read, is left out."""
        level = self.random.choice((None, None, *self.graph.layout.lists))
        steps = (self._input, self._condition, self._condition, self._number, self._needs, self._needs, self._station, self._missing)
        try:
            self._keep(self.random.choice(steps)(level))
        except TooLargeError:
            return

    def _keep(self, node: Node | None) -> None:
        if node is not None and node.op != "constant":
            self.nodes.append(node)

    def _keys(self, level: str | None, *types: type) -> list[Key]:
        return [
            key
            for key, own in self.graph.layout.inputs.items()
            if (key.fact if key.field else None) == level and (not types or isinstance(own.type, types))
        ]

    def _input(self, level: str | None) -> Node | None:
        graph, random = self.graph, self.random
        what = random.choice(("known", "nothing", "null", "truth", "number", "number", "number", "like", "same"))
        types = {"truth": (Boolean,), "number": (Number, Money, Day, Choice, ChoiceSet), "like": (Text,), "same": (Text,)}
        keys = self._keys(level, *types.get(what, ()))
        if not keys:
            return None
        key = random.choice(keys)
        if what == "like":
            return graph.like(key, random.choice(FORMS))
        if what == "same":
            return graph.same(key, random.choice([*keys, *self._keys(None, Text)]))
        return getattr(graph, what)(key)  # type: ignore[no-any-return]

    def _condition(self, level: str | None) -> Node:
        graph, random = self.graph, self.random
        one, two = self.pick("int", level), self.pick("int", level)
        match random.choice(("and", "or", "not", "less", "equal", "among", "bit", "some", "given", "listed", "several")):
            case "and":
                return graph.all(self.some("bool", level))
            case "or":
                return graph.any(self.some("bool", level))
            case "not":
                return graph.no(self.pick("bool", level))
            case "less":
                return graph.less(one, two)
            case "equal":
                return graph.equal(one, two)
            case "among":
                wide = random.choice((4, 60, 10**9))
                return graph.among(one, frozenset(random.randint(-3, wide) for _ in range(random.randint(1, 12))))
            case "bit":
                return graph.holds_bit(one, random.randrange(12))
            case "some":
                return graph.some(self.pick("needs", level))
            case "given":
                return graph.given(random.choice(("s", "y", "z")))
            case "listed":
                return graph.listed(random.choice("lmx"))
            case _:
                return graph.several(self.some("bool", level))

    def _number(self, level: str | None) -> Node:
        graph, random = self.graph, self.random
        one, two = self.pick("int", level), self.pick("int", level)
        match random.choice(("add", "subtract", "multiply", "least", "greatest", "choose", "pack", "year", "months", "look_up", "count")):
            case "choose":
                return graph.choose([(self.pick("bool", level), self.pick("int", level)) for _ in range(random.randint(1, 4))], one)
            case "pack":
                return graph.pack(self.some("bool", level, 1, random.choice((3, 10, 62))))
            case "year":
                return graph.year(one)
            case "months":
                return graph.months(one, random.choice((1, -1, 2, 6, 12, -12, 13, 1200, -30_000, 120_000)))
            case "look_up":
                values = tuple(random.randint(-2, random.choice((3, 300))) for _ in range(random.randint(1, 6)))
                return graph.look_up(Table("t", random.choice((-1, 0, 2, 2024)), values, random.randint(-1, 3)), one)
            case "count":
                return graph.count(random.choice("lm"))
            case simple:
                return getattr(graph, simple)(one, two)  # type: ignore[no-any-return]

    def _missing(self, level: str | None) -> Node:
        if level is None or self.random.random() < 0.3:
            return self.graph.missing(f"f{self.random.randrange(26)}")
        return self.graph.missing_field(level, self.random.choice("no"))

    def _needs(self, level: str | None) -> Node:
        graph, random = self.graph, self.random
        one, two = self.pick("needs", level), self.pick("needs", level)
        match random.choice(("gate", "gate", "all_of", "together", "either", "either", "choose")):
            case "gate":
                return graph.gate(self.pick("bool", level), one)
            case "all_of":
                return graph.all_of(self.some("needs", level, 2, 5))
            case "together":
                return graph.together(one, two)
            case "either":
                return graph.either(self.some("needs", level, 2, random.choice((3, 6, 24))))
            case _:
                return graph.choose_needs([(self.pick("bool", level), self.pick("needs", level)) for _ in range(random.randint(1, 3))], one)

    def _station(self, level: str | None) -> Node | None:
        graph, random = self.graph, self.random
        if level is None:
            return None
        match random.choice(("any", "every", "sum", "lowest", "highest", "all_of", "together")):
            case "any":
                return graph.any_record(level, self.pick("bool", level))
            case "every":
                return graph.every_record(level, self.pick("bool", level))
            case "sum":
                return graph.sum_records(level, self.pick("int", level))
            case "lowest" | "highest" as op:
                return graph.extreme_record(op, level, self.pick("int", level), random.choice((-1, 0, 5, 1000)))
            case how:
                return graph.gather(level, self.pick("needs", level), how)
