"""The first layers: the columns of the tables as (known, value), without any NULL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.engines.sql.source import companion, form, value
from policylang.plan.layout import Key

if TYPE_CHECKING:
    from policylang.engines.sql.chain import Chain
    from policylang.engines.sql.dialects import Dialect
    from policylang.engines.sql.source import Source
    from policylang.plan.layout import Layout
    from policylang.plan.nodes import Node


class Inputs:
    """What is read from the tables: a select over each (columns with NULL), and what the nodes make of its columns."""

    def __init__(self, layout: Layout, dialect: Dialect, source: Source) -> None:
        self._layout = layout
        self._dialect = dialect
        self._source = source
        self._numbers = {key: number for number, key in enumerate(layout.inputs)}
        self._raw: dict[str | None, dict[str, str]] = {name: {} for name in (None, *layout.lists)}
        self._counted: list[str] = []

    def column(self, node: Node) -> str:
        """The column of an input node, over the select of its table."""
        data: Any = node.data
        match node.op:
            case "known":
                return f"{self._value(data)} IS NOT NULL"
            case "nothing" | "null":
                return self._state(data, node.op)
            case "truth":
                return f"COALESCE({self._value(data)}, FALSE)"
            case "number":
                return f"COALESCE({self._value(data)}, {self._dialect.whole(0)})"
            case "like":
                key, parts = data
                return f"COALESCE({self._value(key)} LIKE {self._dialect.text(form(parts))} ESCAPE '!', FALSE)"
            case "given":
                return self._given(data)
            case "listed":
                return f"({self._flag(f'{data}.listed')} OR {self._count(data)} > 0)"
            case _:
                return self._count(data)

    def text_name(self, key: Key) -> str:
        """The name of the column with a text as it stands."""
        return f"x{self._numbers[key]}"

    def text(self, key: Key) -> str:
        """A text as it stands, NULL where it is not known."""
        return self._value(key)

    def table(self, name: str | None, chain: Chain) -> str:
        """The select over a table."""
        source, quoted = self._source, self._dialect.quoted
        if name is None:
            table, keys = source.table, [f"{quoted(source.key)} AS k"]
        else:
            own = source.lists[name]
            table, key = own.table, quoted(own.key)
            number = f"ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {quoted(own.order)}) - 1 AS i"
            keys = [f"{key} AS k", *([number] if "i" in chain.keys else [])]
        columns = ",\n  ".join([*keys, *(f"{text} AS {alias}" for alias, text in self._raw[name].items())])
        return self._dialect.layer(f"{chain.name}_", f"SELECT {columns}\nFROM {quoted(table)}")

    @property
    def counts(self) -> list[str]:
        """The selects with the numbers of records."""
        found = []
        for name in self._counted:
            own = self._source.lists[name]
            key = self._dialect.quoted(own.key)
            body = f"SELECT {key} AS k, COUNT(*) AS n FROM {self._dialect.quoted(own.table)} GROUP BY {key}"
            found.append(self._dialect.layer(self._alias(name), body))
        return found

    @property
    def joins(self) -> list[str]:
        """How the numbers of records are joined to the stations."""
        return [f"LEFT JOIN {self._alias(name)} ON {self._alias(name)}.k = p.k" for name in self._counted]

    def _alias(self, name: str) -> str:
        return f"c{list(self._layout.lists).index(name)}"

    def _value(self, key: Key) -> str:
        alias = f"v{self._numbers[key]}"
        self._raw[_level(key)][alias] = value(self._dialect, self._source, key, self._layout.inputs[key])
        return f"p.{alias}"

    def _state(self, key: Key, what: str) -> str:
        alias = f"v{self._numbers[key]}_{what}"
        self._raw[_level(key)][alias] = companion(self._dialect, key, what)
        return f"p.{alias}"

    def _flag(self, name: str) -> str:
        alias = f"g{len(self._raw[None])}"
        self._raw[None][alias] = f"COALESCE({self._dialect.quoted(name)}, FALSE)"
        return f"p.{alias}"

    def _count(self, name: str) -> str:
        if name not in self._counted:
            self._counted.append(name)
        return f"COALESCE({self._alias(name)}.n, 0)"

    def _given(self, fact: str) -> str:
        found = [self._flag(f"{fact}.given")]
        for key, own in self._layout.inputs.items():
            if key.fact == fact:
                found.append(f"{self._value(key)} IS NOT NULL")
                found += [self._state(key, what) for what, has in (("nothing", own.nothing), ("null", own.null)) if has]
        return f"({' OR '.join(found)})"


def _level(key: Key) -> str | None:
    return key.fact if key.field is not None else None
