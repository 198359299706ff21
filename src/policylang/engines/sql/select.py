"""One statement for the nodes of a plan: WITH layers of columns, each of which reads the one before, and a SELECT.

Everything is two-valued from the first layer on: what is NULL in a table is read as "not known" and 0, false or no text, so
that no engine's own rules for NULL come in. Whole numbers are BIGINT, days ordinals; values are chosen by CASE.

The nodes are computed in phases: those of the stations that need no list, those of the lists, what the records of a list
come to for their station (GROUP BY), those of the stations that need that, and so on. Within a phase a node that is used
more than once, or is deep, is a column of a layer; all others are written where they are used.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from policylang.engines.sql.chain import Chain, Value
from policylang.engines.sql.expressions import constant, expression
from policylang.engines.sql.facts import Facts
from policylang.engines.sql.inputs import Inputs
from policylang.engines.sql.ways import Ways
from policylang.plan.nodes import REDUCTIONS, Node, Table, in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.engines.sql.dialect import Dialect
    from policylang.engines.sql.source import Source
    from policylang.plan.layout import Key, Layout

_INPUTS = frozenset(("known", "nothing", "null", "given", "listed", "truth", "number", "like", "count"))
#: What writes its arguments more than once.
_TWICE = frozenset(("least", "greatest", "year", "months"))
#: A node that is used more than once is a column, unless it is as short as this.
_SHORT = 40
#: An expression deeper or longer than this is a column.
_DEPTH, _SIZE = 24, 3000


def select(
    outputs: Mapping[str, Node], layout: Layout, dialect: Dialect, source: Source, *, of: str | None = None,
    tables: Mapping[Table, str] | None = None, unreadable: str | None = None,
) -> str:  # fmt: skip
    """A statement that gives a row for each station: its key under the name of the source, and a column for each output.

    Conditions come out as BOOLEAN, numbers as BIGINT, needs as text (``read_needs``).

    Args:
        outputs: the nodes by the names of their columns; of the stations and of the list ``of``.
        layout: what the tables can hold.
        dialect: the engine.
        source: the tables.
        of: a list: a row for each of its records, with the key and ``record``, its number from 0.
        tables: tables of the database, with the columns ``a`` and ``b``, that hold tables of numbers; all others are written out.
        unreadable: the name of one more column: the facts whose cells cannot be read as the layout says, joined by 、.
    """
    return _Statement(layout, dialect, source, outputs, of, tables or {}, unreadable).text()


class _Statement:
    def __init__(
        self, layout: Layout, dialect: Dialect, source: Source, outputs: Mapping[str, Node], of: str | None,
        tables: Mapping[Table, str], unreadable: str | None,
    ) -> None:  # fmt: skip
        self._layout = layout
        self._source = source
        self._outputs = outputs
        self._of = of
        self._unreadable = unreadable
        self._nodes = in_order(outputs.values())
        self._facts = Facts(self._nodes, layout.lists)
        self._dialect = dialect.wide(self._facts.words)
        self._ways = Ways(self._dialect, self._facts, layout.lists)
        self._uses = Counter(arg.number for node in self._nodes for arg in node.args)
        self._uses.update(node.number for node in outputs.values())
        self._stages = _stages(self._nodes)
        self._exported = self._crossing()
        self._values: dict[tuple[str | None, int], Value] = {}
        self._inputs = Inputs(layout, self._dialect, source)
        self._chains: dict[str | None, Chain] = {None: Chain("s", ("k",))}
        for number, name in enumerate(layout.lists):
            needs_number = name == of or any(_counts_records(node, name) for node in self._nodes)
            self._chains[name] = Chain(f"l{number}_", ("k", "i") if needs_number else ("k",))
        self._tables = dict(tables)
        self._parts: list[str] = []
        self._bodies: list[tuple[Chain, int] | str] = []
        self._shown: Counter[str] = Counter()

    # phases

    def text(self) -> str:
        """The statement."""
        last = max(self._stages.values(), default=0)
        lists = {node.level for node in self._nodes if node.level is not None} | ({self._of} if self._of else set())
        if self._unreadable is not None:
            self._chains[None].put("u", self._inputs.unreadable(), 0)
        for stage in range(last + 1):
            self._compute(None, stage)
            for name in self._layout.lists:
                if name in lists:
                    self._enter(name, stage, last)
                    self._compute(name, stage)
            self._return(stage)
        items = self._final()
        self._show(self._chains[self._of])
        self._chains[None].joins[0] = self._inputs.joins
        top = self._chains[self._of]
        first = [self._inputs.table(name, self._chains[name]) for name in (None, *sorted(lists))]
        found = [part if isinstance(part, str) else part[0].part(self._dialect, part[1]) for part in self._bodies]
        bodies = [part for part in found if part is not None]
        whole = ",\n".join([*self._parts, *self._inputs.grouped, *first, *bodies])
        return f"WITH {whole}\nSELECT {', '.join(items)}\nFROM {top.source(self._dialect, top.top)} AS p\n"

    def _compute(self, level: str | None, stage: int) -> None:
        chain = self._chains[level]
        for node in self._nodes:
            own = node.level == level and self._stages[node.number] == stage and node.op not in REDUCTIONS
            if own and (level, node.number) not in self._values:
                self._values[level, node.number] = self._made(node, chain)
        self._show(chain)

    def _show(self, chain: Chain) -> None:
        """The layers up to the last one come here in the statement."""
        self._bodies += [(chain, layer) for layer in range(self._shown[chain.name], chain.top + 1)]
        self._shown[chain.name] = chain.top + 1

    def _made(self, node: Node, chain: Chain) -> Value:
        value = self._own(node, chain)
        large = value.depth > _DEPTH or value.size > _SIZE
        shared = self._uses[node.number] > 1 and value.size > _SHORT
        several = node.kind == "needs" and not node.single
        if large or shared or several or (node.number in self._exported and value.reads):
            return chain.kept(f"n{node.number}", value)
        return value

    def _own(self, node: Node, chain: Chain) -> Value:
        if node.op in _INPUTS:
            return chain.put(f"n{node.number}", self._inputs.column(node), 0)
        if node.op == "same":
            names = [self._text_column(key, chain) for key in node.data]  # type: ignore[attr-defined]
            return Value({0: f"COALESCE({names[0]} = {names[1]}, FALSE)"}, frozenset(names), 1)
        if node.op == "constant" and node.kind != "needs":
            return Value({0: constant(node)}, plain=True)
        args = [self._value(arg, node.level) for arg in node.args]
        if node.kind == "needs":
            return self._ways.needs(node, args, chain.kept)
        if node.op == "look_up":
            return self._look_up(node, args[0], chain)
        if node.op in _TWICE:
            args = [chain.kept(f"n{node.number}_{n}", arg) if arg.size > _SHORT else arg for n, arg in enumerate(args)]
        return expression(self._dialect, node, args)

    def _value(self, node: Node, level: str | None) -> Value:
        found = self._values.get((level, node.number))
        return found if found is not None else self._values[None, node.number]

    def _look_up(self, node: Node, key: Value, chain: Chain) -> Value:
        table: Any = node.data
        alias = f"j{node.number}"
        if table not in self._tables:
            self._tables[table] = name = f"t{len(self._tables)}"
            self._parts.append(f"{name} AS ({rows_of(table)})")
        name = self._tables[table]
        join = f"LEFT JOIN {name} AS {alias} ON {alias}.a = {key.text}"
        return chain.add(f"n{node.number}", f"COALESCE({alias}.b, {table.default})", key.reads, join)

    # between the stations and their lists

    def _crossing(self) -> frozenset[int]:
        """The nodes of the stations that nodes of a list use."""
        found = {arg.number for node in self._nodes if node.level is not None for arg in node.args if arg.level is None}
        if self._of is not None:
            found |= {node.number for node in self._outputs.values() if node.level is None}
        return frozenset(found)

    def _enter(self, name: str, stage: int, last: int) -> None:
        """What the nodes of a list need from their station becomes columns of the list."""
        wanted = {
            arg.number for node in self._nodes if node.level == name and self._stages[node.number] == stage
            for arg in node.args if arg.level is None
        }  # fmt: skip
        if name == self._of and stage == last:
            wanted |= {node.number for node in self._outputs.values() if node.level is None}
        here, chain = self._chains[None], self._chains[name]
        values = {n: self._values[None, n] for n in sorted(wanted) if (name, n) not in self._values}
        reads = sorted(frozenset().union(*(value.reads for value in values.values())) - chain.columns.keys())
        texts = self._station_texts(name) if stage == 0 else []
        if name == self._of and stage == last and self._unreadable is not None:
            texts.append("u")
        if reads or texts:
            layer = chain.top + 1
            here.need([*reads, *texts], here.top)
            join = f"JOIN (SELECT k, {', '.join([*reads, *texts])} FROM {here.share()}) AS s ON s.k = p.k"
            for own in [*reads, *texts]:
                chain.put(own, f"s.{own}", layer, join)
        self._values.update({(name, n): value for n, value in values.items()})

    def _text_column(self, key: Key, chain: Chain) -> str:
        """A text as it stands, NULL where it is not known."""
        name = self._inputs.text_name(key)
        if name not in chain.columns:
            chain.put(name, self._inputs.text(key), 0)
        return name

    def _station_texts(self, name: str) -> list[str]:
        """The texts of the station that a list compares with its own."""
        keys: Any = {key for node in self._nodes if node.op == "same" and node.level == name for key in node.data}  # type: ignore[attr-defined]
        return [self._text_column(key, self._chains[None]) for key in sorted(keys, key=str) if key.field is None]

    def _return(self, stage: int) -> None:
        """What the records come to becomes columns of the stations."""
        here = self._chains[None]
        layer = here.top + 1
        for number, name in enumerate(self._layout.lists):
            chain = self._chains[name]
            nodes = [
                node for node in self._nodes
                if node.op in REDUCTIONS and node.args[0].level == name and self._stages[node.number] == stage + 1
            ]  # fmt: skip
            if not nodes:
                continue
            found: dict[str, str] = {}
            for node in nodes:
                value = self._value(node.args[0], name)
                chain.need(value.reads, chain.top)
                own = self._aggregates(node, value)
                alias = f"r{number}_{stage}"
                join = f"LEFT JOIN {alias} ON {alias}.k = p.k"
                columns = {
                    c: here.put(c, f"COALESCE({alias}.{c}, {self._without(node)})", layer, join) for c in own
                }
                if node.kind == "needs":
                    made = self._ways.of_gathered(node, columns)
                    self._values[None, node.number] = here.kept(f"n{node.number}", made)
                else:
                    self._values[None, node.number] = columns[f"n{node.number}"]
                found |= own
            each = ", ".join(f"{text} AS {c}" for c, text in found.items())
            body = f"SELECT p.k, {each}\nFROM {chain.share()} AS p\nGROUP BY p.k"
            self._bodies.append(self._dialect.layer(f"r{number}_{stage}", body))

    def _aggregates(self, node: Node, value: Value) -> dict[str, str]:
        name = f"n{node.number}"
        match node.op:
            case "any":
                return {name: f"bool_or({value.text})"}
            case "every":
                return {name: f"bool_and({value.text})"}
            case "sum":
                return {name: f"CAST(SUM({value.text}) AS BIGINT)"}
            case "lowest":
                return {name: f"MIN({value.text})"}
            case "highest":
                return {name: f"MAX({value.text})"}
            case _:
                return self._ways.gathered(node, value)

    def _without(self, node: Node) -> str:
        data: Any = node.data
        match node.op:
            case "any" | "every":
                return str(node.op == "every").upper()
            case "lowest" | "highest":
                return f"({data[1]})"
            case "gather" if not node.single:
                return self._dialect.no_ways
            case _:
                return "0"

    # the ends

    def _final(self) -> list[str]:
        chain = self._chains[self._of]
        items = [f"k AS {self._dialect.quoted(self._source.key)}", *(["i AS record"] if self._of is not None else [])]
        if self._unreadable is not None:
            items.append(f"u AS {self._dialect.quoted(self._unreadable)}")
        values = {name: self._shown_value(node, chain) for name, node in self._outputs.items()}
        chain.need(["u"] if self._unreadable is not None else [], chain.top)
        for name, value in values.items():
            chain.need(value.reads, chain.top)
            items.append(f"{value.text} AS {self._dialect.quoted(name)}")
        return items

    def _shown_value(self, node: Node, chain: Chain) -> Value:
        value = self._value(node, self._of)
        if node.op == "constant" and node.kind == "int":
            return Value({0: f"CAST({value.text} AS BIGINT)"})
        return self._ways.text(node, chain.kept(f"n{node.number}", value)) if node.kind == "needs" else value


def rows_of(table: Table) -> str:
    """A select of the numbers of a table: ``a`` and their values ``b``."""
    rows = ", ".join(f"({table.first + n}, {value})" for n, value in enumerate(table.values))
    return f"SELECT CAST(a AS BIGINT) AS a, CAST(b AS BIGINT) AS b FROM (VALUES {rows}) AS v(a, b)"


def _counts_records(node: Node, name: str) -> bool:
    data: Any = node.data
    return (node.op == "missing_field" or (node.op == "gather" and not node.single)) and data[0] == name


def _stages(nodes: list[Node]) -> dict[int, int]:
    """How often a node has to wait for records to come together."""
    found: dict[int, int] = {}
    for node in nodes:
        found[node.number] = max((found[arg.number] for arg in node.args), default=0) + (node.op in REDUCTIONS)
    return found
