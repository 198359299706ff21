"""The first layers: the columns of the tables as (known, value), without any NULL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.engines.sql.source import companion, form, unreadable, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.engines.sql.chain import Chain
    from policylang.engines.sql.dialect import Dialect
    from policylang.engines.sql.source import Source
    from policylang.plan.layout import Key, Layout
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
        self._checked: dict[str, dict[str, str]] = {}

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

    def unreadable(self) -> str:
        """The facts whose cells cannot be read, joined by 、; also lists with more records than the layout says."""
        found: list[tuple[str, str]] = []
        for key, own in self._layout.inputs.items():
            fault = unreadable(self._dialect, self._source, key, own)
            alias = f"f{self._numbers[key]}"
            if key.field is None:
                self._raw[None][alias] = fault
                found.append((f"p.{alias}", str(key)))
            else:
                self._checked.setdefault(key.fact, {})[alias] = f"bool_or({fault})"
                found.append((f"COALESCE({self._alias(key.fact, 'f')}.{alias}, FALSE)", str(key)))
        found += [(f"{self._count(name)} > {most}", name) for name, most in self._layout.lists.items()]
        cases = [f"CASE WHEN {fault} THEN {self._dialect.text(name)} END" for fault, name in found]
        return self._dialect.joined(cases, "、") if cases else "''"

    @property
    def grouped(self) -> list[str]:
        """The selects with the number of records of a station, and with what cannot be read of them."""
        found = {self._alias(name): (name, {"n": "COUNT(*)"}) for name in self._counted}
        found |= {self._alias(name, "f"): (name, checks) for name, checks in self._checked.items()}
        return [self._grouped(alias, *each) for alias, each in found.items()]

    def _grouped(self, alias: str, name: str, columns: Mapping[str, str]) -> str:
        own = self._source.lists[name]
        key = self._dialect.quoted(own.key)
        items = ", ".join(f"{text} AS {column}" for column, text in columns.items())
        body = f"SELECT {key} AS k, {items} FROM {self._dialect.quoted(own.table)} GROUP BY {key}"
        return self._dialect.layer(alias, body)

    @property
    def joins(self) -> list[str]:
        """How these are joined to the stations."""
        aliases = [*map(self._alias, self._counted), *(self._alias(name, "f") for name in self._checked)]
        return [f"LEFT JOIN {alias} ON {alias}.k = p.k" for alias in aliases]

    def _alias(self, name: str, kind: str = "c") -> str:
        return f"{kind}{list(self._layout.lists).index(name)}"

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
