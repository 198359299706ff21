"""Stations in the tables of a database, and the engines that the tests can reach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from policylang.engines.sql.facts import read_needs
from policylang.engines.sql.select import select
from policylang.engines.sql.source import Source, name_of
from policylang.plan.meaning import NEVER, NULL
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number

if TYPE_CHECKING:
    from policylang.engines.sql.dialect import Dialect
    from policylang.plan.layout import Input, Key, Layout
    from policylang.plan.meaning import Cell, Row
    from policylang.plan.nodes import Node

#: A table: its columns with their types, and its rows.
Content = tuple[dict[str, str], list[list[Any]]]


def tables_of(layout: Layout, rows: list[Row], source: Source) -> dict[str, Content]:
    """The tables as ``source`` describes them."""
    own = [(key, each) for key, each in layout.inputs.items() if key.field is None]
    kinds = {source.key: "BIGINT"} | _kinds(own)
    kinds |= {f"{fact}.given": "BOOLEAN" for fact in layout.empty} | {f"{name}.listed": "BOOLEAN" for name in layout.unlisted}
    content: list[list[Any]] = []
    for number, row in enumerate(rows):
        cells = [each for key, one in own for each in _cells(one, row.cells.get(key))]
        given = [fact in row.given or None for fact in layout.empty]
        content.append([number, *cells, *given, *(row.lists.get(name) is not None for name in layout.unlisted)])
    found = {source.table: (kinds, content)}
    for name in layout.lists:
        fields = [(key, each) for key, each in layout.inputs.items() if key.fact == name and key.field is not None]
        table = source.lists[name]
        records = [
            [number, 7 + 3 * place, *(each for key, one in fields for each in _cells(one, record.get(str(key.field))))]
            for number, row in enumerate(rows) for place, record in enumerate(row.lists.get(name) or ())
        ]  # fmt: skip
        found[table.table] = ({table.key: "BIGINT", table.order: "BIGINT"} | _kinds(fields), records[::-1])
    return found


def _kinds(inputs: list[tuple[Key, Input]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, own in inputs:
        name = name_of(key)
        found[name] = _kind(own)
        found |= {f"{name}.nothing": "BOOLEAN"} if own.nothing else {}
        found |= {f"{name}.null": "BOOLEAN"} if own.null else {}
    return found


def _kind(own: Input) -> str:
    match own.type:
        case Money():
            return "DECIMAL(20, 2)"
        case Number("%"):
            return "DECIMAL(20, 6)"
        case Number():
            return "BIGINT"
        case Day():
            return "DATE"
        case _:
            return "BOOLEAN" if own.type == Boolean() else "TEXT"


def _cells(own: Input, cell: Cell) -> list[Any]:
    holes = [*([cell is NEVER or None] if own.nothing else []), *([cell is NULL or None] if own.null else [])]
    return [_cell(own, cell), *holes]


def _cell(own: Input, cell: Cell) -> Any:
    if cell is None or cell is NEVER or cell is NULL:
        return None
    match own.type:
        case Money():
            return Decimal(int(cell)) / 100
        case Number("%"):
            return Decimal(int(cell)) / 10**6
        case Day():
            return date.fromordinal(int(cell))
        case Choice(options):
            return options[int(cell)].id
        case ChoiceSet(options):
            return "、".join(option.id for bit, option in enumerate(options) if int(cell) >> bit & 1)
        case _:
            return cell


def computed(engine: Any, layout: Layout, rows: list[Row], outputs: dict[str, Node]) -> dict[str, list[Any]]:
    """What an engine says each output is: for the stations, or for the records of the list of its level, in order."""
    dialect: Dialect = engine.dialect
    source = Source.of(layout)
    engine.load(tables_of(layout, rows, source))
    found: dict[str, list[Any]] = {}
    for level in dict.fromkeys(node.level for node in outputs.values()):
        own = {name: node for name, node in outputs.items() if node.level == level}
        answer = sorted(engine.run(select(own, layout, dialect, source, of=level)))
        skip = 1 if level is None else 2
        for place, (name, node) in enumerate(own.items()):
            values = [row[skip + place] for row in answer]
            found[name] = [read_needs(value) for value in values] if node.kind == "needs" else values
    return found
