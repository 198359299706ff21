"""Every engine in one form: the outputs of a plan for a batch of stations.

The values of an output are an array with one for each station or, for a node of a list, for each record of all stations.
What is missing is a list of distinct needs and an array of codes into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from policylang.engines.arrays.columns import ABSENT, KNOWN, NOTHING, NULL, Column, Columns
from policylang.engines.arrays.compute import NeedsColumn, compile_arrays
from policylang.engines.python.compiled import compile_python
from policylang.engines.sql.dialects import Dialect
from policylang.engines.sql.facts import read_needs
from policylang.engines.sql.select import select
from policylang.engines.sql.source import Source, name_of
from policylang.plan.meaning import NEVER, Meaning, Row
from policylang.plan.meaning import NULL as NULL_CELL
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Text
from unit.engines.sql.sql_engines import opened
from unit.engines.sql.sql_tables import computed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylang.plan.layout import Input, Key, Layout
    from policylang.plan.nodes import Node
    from policylang.semantics.values import Needs

#: So many outputs are in one statement; servers plan more slowly.
AT_ONCE, FEW = 800, 60


@dataclass(frozen=True)
class NeedsFound:
    """What is missing: ``ways[codes[i]]``."""

    ways: list[Needs]
    codes: np.ndarray

    @classmethod
    def of(cls, values: Iterable[Needs]) -> NeedsFound:
        place: dict[Needs, int] = {}
        codes = np.array([place.setdefault(value, len(place)) for value in values], np.int64)
        return cls(list(place), codes)


Found = dict[str, "np.ndarray | NeedsFound"]


def arrays(outputs: dict[str, Node], layout: Layout, columns: Columns) -> Found:
    """The engine for columns."""
    found = compile_arrays(outputs, layout)(columns)
    return {n: NeedsFound(v.ways, v.codes) if isinstance(v, NeedsColumn) else v for n, v in found.items()}


def python(outputs: dict[str, Node], layout: Layout, columns: Columns) -> Found:
    """Generated Python, one station after the other."""
    made = compile_python(outputs, layout)
    cells = [listed(columns.columns[key]) if key in columns.columns else [None] * columns.rows for key in made.keys]
    for name in made.lists:
        records = columns.lists[name]
        own = [
            listed(records.fields[key.field]) if key.field in records.fields else [None] * int(records.offsets[-1])
            for key in made.fields[name]
        ]  # fmt: skip
        flat = list(zip(*own, strict=True)) if own else [()] * int(records.offsets[-1])
        ends = records.offsets.tolist()
        known = [True] * columns.rows if records.listed is None else records.listed.tolist()
        cells.append([flat[ends[i] : ends[i + 1]] if known[i] else None for i in range(columns.rows)])
    cells += [columns.given[name].tolist() for name in made.given]
    decide = made.decide
    rows = [decide(*row) for row in zip(*cells, strict=True)] if cells else [decide() for _ in range(columns.rows)]
    found: Found = {}
    for place, (name, node) in enumerate(outputs.items()):
        values = [row[place] for row in rows]
        if node.level is not None:
            values = [each for one in values for each in one]
        found[name] = _coded(values, made.needs) if node.kind == "needs" else np.array(values, _type(node))
    return found


def _coded(values: list[Any], spell: Callable[[Any], Needs]) -> NeedsFound:
    place: dict[Any, int] = {}
    codes = np.array([place.setdefault(value, len(place)) for value in values], np.int64)
    return NeedsFound([spell(value) for value in place], codes)


def _type(node: Node) -> type:
    return bool if node.kind == "bool" else np.int64


def listed(column: Column) -> list[Any]:
    """The cells of a column as a row of a plan has them."""
    values = column.values.tolist()
    if column.state is None:
        return values
    holes = {ABSENT: None, NOTHING: NEVER, NULL: NULL_CELL}
    return [value if state == KNOWN else holes[state] for value, state in zip(values, column.state.tolist(), strict=True)]


def meaning(outputs: dict[str, Node], layout: Layout, columns: Columns) -> Found:
    """The yardstick of plans, one node at a time."""
    found: dict[str, list[Any]] = {name: [] for name in outputs}
    for row in rows_of(columns):
        value = Meaning(row)
        for name, node in outputs.items():
            if node.level is None:
                found[name].append(value(node))
            else:
                found[name] += [value(node, n) for n in range(len(row.lists.get(node.level) or ()))]
    return {name: _found(outputs[name], values) for name, values in found.items()}


def _found(node: Node, values: list[Any]) -> np.ndarray | NeedsFound:
    return NeedsFound.of(values) if node.kind == "needs" else np.array(values, _type(node))


def rows_of(columns: Columns) -> Iterator[Row]:
    """The stations one by one, as the yardstick and the tables of databases take them."""
    own = {key: listed(column) for key, column in columns.columns.items()}
    lists = {}
    for name, records in columns.lists.items():
        fields = {field: listed(column) for field, column in records.fields.items()}
        flat = [{field: cells[n] for field, cells in fields.items()} for n in range(int(records.offsets[-1]))]
        lists[name] = [
            flat[records.offsets[i] : records.offsets[i + 1]] if records.listed is None or records.listed[i] else None
            for i in range(columns.rows)
        ]  # fmt: skip
    for i in range(columns.rows):
        given = [name for name, there in columns.given.items() if there[i]]
        yield Row({key: cells[i] for key, cells in own.items()}, {name: each[i] for name, each in lists.items()}, given)


def sql(outputs: dict[str, Node], layout: Layout, columns: Columns) -> Found:
    """DuckDB, over tables of its own types; a policy made up may have more outputs than one statement can be planned with."""
    connection = duckdb.connect(config={"threads": 2})
    source = Source.of(layout)
    _load(connection, layout, columns, source)
    found: Found = {}
    for level, names in _statements(outputs, AT_ONCE):
        own = {name: outputs[name] for name in names}
        statement = select(own, layout, Dialect(), source, of=level)
        order = f'"{source.key}"' + ("" if level is None else ', "record"')
        answer = connection.execute(f"SELECT * FROM ({statement}) ORDER BY {order}").fetchnumpy()
        for name, node in own.items():
            values = answer[name]
            if node.kind == "needs":
                found[name] = _read(values)
            else:
                assert not np.ma.is_masked(values), name
                found[name] = np.asarray(values).astype(_type(node))
    connection.close()
    return found


def _statements(outputs: dict[str, Node], most: int) -> Iterator[tuple[str | None, list[str]]]:
    for level in dict.fromkeys(node.level for node in outputs.values()):
        names = [name for name, node in outputs.items() if node.level == level]
        for start in range(0, len(names), most):
            yield level, names[start : start + most]


def _read(values: np.ndarray) -> NeedsFound:
    assert not np.ma.is_masked(values)
    return _coded(np.asarray(values).tolist(), read_needs)


def _load(connection: Any, layout: Layout, columns: Columns, source: Source) -> None:
    whole: dict[str, np.ndarray] = {source.key: np.arange(columns.rows)}
    shown = [f'"{source.key}"']
    for key, column in columns.columns.items():
        _add(whole, shown, key, layout.inputs[key], column)
    for fact in sorted(layout.empty):
        whole[f"{fact}.given"] = columns.given[fact]
        shown.append(f'"{fact}.given"')
    for name in sorted(layout.unlisted):
        known = columns.lists[name].listed
        whole[f"{name}.listed"] = np.ones(columns.rows, bool) if known is None else known
        shown.append(f'"{name}.listed"')
    connection.execute(f'CREATE TABLE "{source.table}" AS SELECT {", ".join(shown)} FROM whole')
    for name, records in columns.lists.items():
        table, lengths = source.lists[name], np.diff(records.offsets)
        whole = {table.key: np.repeat(np.arange(columns.rows), lengths), table.order: 5 + 2 * np.arange(int(lengths.sum()))}
        shown = [f'"{table.key}"', f'"{table.order}"']
        for field, column in records.fields.items():
            key = next(k for k in layout.inputs if k.fact == name and k.field == field)
            _add(whole, shown, key, layout.inputs[key], column)
        # backwards, so that nothing can rest on the order of a table
        connection.execute(f'CREATE TABLE "{table.table}" AS SELECT {", ".join(shown)} FROM whole ORDER BY 2 DESC')


def _add(whole: dict[str, np.ndarray], shown: list[str], key: Key, own: Input, column: Column) -> None:
    name = name_of(key)
    state = column.state if column.state is not None else np.full(len(column.values), KNOWN, np.uint8)
    whole[name], whole[f"{name}?"] = column.values, state
    value = f'"{name}"'
    match own.type:
        case Money():
            value = f"CAST(CAST({value} AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(20, 2))"
        case Number("%"):
            value = f"CAST(CAST({value} AS DECIMAL(18, 0)) * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(24, 6))"
        case Day():
            value = f"DATE '0001-01-01' + CAST({value} - 1 AS INTEGER)"
        case Choice(options):
            value = f"[{', '.join(repr(o.id) for o in options)}][{value} + 1]"
        case ChoiceSet(options):
            held = ", ".join(f"CASE WHEN {value} & {1 << bit} <> 0 THEN {o.id!r} END" for bit, o in enumerate(options))
            value = f"CONCAT_WS('、', {held})"
        case Boolean() | Text() | Number():
            pass
    shown.append(f'CASE WHEN "{name}?" = {KNOWN} THEN {value} END AS "{name}"')
    for word, code, has in (("nothing", NOTHING, own.nothing), ("null", NULL, own.null)):
        if has:
            shown.append(f'"{name}?" = {code} AS "{name}.{word}"')


def _elsewhere(server: str, outputs: dict[str, Node], layout: Layout, columns: Columns) -> Found:
    """The SQL of another dialect where it belongs, for batches of a few stations."""
    found: Found = {}
    rows = list(rows_of(columns))
    for _, names in _statements(outputs, FEW):
        answer = computed(opened(server), layout, rows, {name: outputs[name] for name in names})
        found |= {name: _found(outputs[name], values) for name, values in answer.items()}
    return found


ENGINES: dict[str, Callable[[dict[str, Node], Layout, Columns], Found]] = {
    "meaning": meaning, "arrays": arrays, "python": python, "sql": sql,
    **{name: partial(_elsewhere, name) for name in ("sail", "pyspark", "postgres")},
}  # fmt: skip


#: Those that need no server.
HERE = ("meaning", "arrays", "python", "sql")


def apart(one: np.ndarray | NeedsFound, other: np.ndarray | NeedsFound) -> np.ndarray:
    """The places at which two results differ."""
    if isinstance(one, NeedsFound):
        assert isinstance(other, NeedsFound)
        if one.codes.shape != other.codes.shape:
            return np.array([0])
        pairs, inverse = np.unique(one.codes.astype(np.int64) * len(other.ways) + other.codes, return_inverse=True)
        same = np.array([one.ways[p // len(other.ways)] == other.ways[p % len(other.ways)] for p in pairs.tolist()], bool)
        return np.flatnonzero(~same[inverse]) if len(pairs) else np.array([], int)
    assert isinstance(other, np.ndarray)
    return np.flatnonzero(one != other) if one.shape == other.shape else np.array([0])


def values_of(found: Found, columns: Columns, row: int) -> Callable[[Node, int | None], Any]:
    """The values of one station, as ``answers`` asks for them."""

    def value(node: Node, record: int | None) -> Any:
        column = found[f"n{node.number}"]
        place = row if node.level is None else int(columns.lists[node.level].offsets[row]) + (record or 0)
        if isinstance(column, NeedsFound):
            return column.ways[column.codes[place]]
        return column[place].item()

    return value


def lengths_of(columns: Columns, row: int) -> Callable[[str], int]:
    """How many records each list of one station has."""
    lists = columns.lists
    return lambda name: int(lists[name].offsets[row + 1] - lists[name].offsets[row]) if name in lists else 0
