"""The tables that a statement reads: which of the columns of a layout, and how they are made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.engines.sql.source import name_of
from policylang.facts.model import EVERY_YEAR
from policylang.plan.layout import Key
from policylang.plan.nodes import in_order
from policylang.semantics.types import Boolean, Day, Money, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylang.engines.sql.dialect import Dialect
    from policylang.engines.sql.source import Source
    from policylang.plan.layout import Input, Layout
    from policylang.plan.nodes import Node
    from policylang.semantics import ir


def narrowed(layout: Layout, nodes: Iterable[Node]) -> Layout:
    """What of a layout is read to compute nodes."""
    keys: set[Key] = set()
    names: set[str] = set()
    for node in in_order(nodes):
        for part in _parts(node.data):
            if isinstance(part, Key):
                keys.add(part)
                names.add(part.fact)
            else:
                names.add(part)
        if node.level is not None:
            names.add(node.level)
    return replace(
        layout,
        inputs={key: own for key, own in layout.inputs.items() if key in keys},
        lists={name: most for name, most in layout.lists.items() if name in names},
        unlisted=frozenset(layout.unlisted & names),
        empty=frozenset(layout.empty & names),
    )


def _parts(data: object) -> Iterator[Key | str]:
    """The columns and the names in what a node is about."""
    if isinstance(data, (Key, str)):
        yield data
    elif isinstance(data, tuple):
        for part in data:
            yield from _parts(part)


def definitions(layout: Layout, source: Source, dialect: Dialect, policy: ir.Policy) -> str:
    """CREATE TABLE for the stations and for each list: the columns that are read, each with the name of its fact."""
    names: dict[tuple[str, str | None], str] = {(fact.id, None): fact.name for fact in policy.facts}
    names |= {(fact.id, own.id): own.name for fact in policy.facts for own in fact.fields}
    columns = [(source.key, "TEXT", "编号")]
    for key, each in _of(layout, None):
        what = names[key.fact, None] + _period(key)
        columns += [(name_of(key), _kind(each), what), *_companions(key, each, what)]
    columns += [(f"{fact}.given", "BOOLEAN", f"{names[fact, None]}：已填，没有一期") for fact in sorted(layout.empty)]
    columns += [(f"{name}.listed", "BOOLEAN", f"{names[name, None]}：已知，没有一条") for name in sorted(layout.unlisted)]
    tables = [_table(source.table, columns, dialect)]
    for name in layout.lists:
        held = source.lists[name]
        columns = [(held.key, "TEXT", "编号"), (held.order, "BIGINT", "先后")]
        for key, each in _of(layout, name):
            what = names[key.fact, key.field]
            columns += [(name_of(key), _kind(each), what), *_companions(key, each, what)]
        tables.append(_table(held.table, columns, dialect))
    return "\n".join(tables)


def _of(layout: Layout, name: str | None) -> list[tuple[Key, Input]]:
    return [(key, own) for key, own in layout.inputs.items() if (key.fact if key.field is not None else None) == name]


def _period(key: Key) -> str:
    if key.period is None:
        return ""
    return "（各年）" if key.period == EVERY_YEAR else f"（{key.period}）"


def _companions(key: Key, own: Input, what: str) -> list[tuple[str, str, str]]:
    words = (("nothing", "未发生", own.nothing), ("null", "空值", own.null))
    return [(f"{name_of(key)}.{word}", "BOOLEAN", f"{what}：{zh}") for word, zh, has in words if has]


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


def _table(name: str, columns: list[tuple[str, str, str]], dialect: Dialect) -> str:
    lines = [
        f"  {dialect.quoted(column)} {dialect.type_(kind)}{',' if n < len(columns) - 1 else ''}  -- {' '.join(what.split())}"
        for n, (column, kind, what) in enumerate(columns)
    ]
    return f"CREATE TABLE {dialect.quoted(name)} (\n" + "\n".join(lines) + "\n);\n"
