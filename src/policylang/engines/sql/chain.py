"""The layers of a statement: for the stations, and for each list, a chain of selects of which each reads the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policylang.engines.sql.dialect import Dialect

class Value(NamedTuple):
    """What a node is in SQL: its text (one for each word of needs of at most one way), the columns it reads, its depth.

    ``plain``: each text is a column or a constant.
    """

    texts: Mapping[int, str]
    reads: frozenset[str] = frozenset()
    depth: int = 0
    plain: bool = False

    @property
    def text(self) -> str:
        """The text of what has only one."""
        return self.texts[0]

    @property
    def size(self) -> int:
        """The length of the longest text."""
        return max(map(len, self.texts.values()), default=0)


def merged(texts: Mapping[int, str] | str, parts: Iterable[Value], deeper: int = 1) -> Value:
    """A value made of others."""
    parts = list(parts)
    depth = deeper + max((part.depth for part in parts), default=0)
    reads: frozenset[str] = frozenset().union(*(part.reads for part in parts))
    return Value({0: texts} if isinstance(texts, str) else texts, reads, depth)


@dataclass(slots=True)
class _Column:
    text: str
    layer: int
    last: int


@dataclass(slots=True)
class Chain:
    """The layers of the stations or of a list; layer 0 reads the table.

    A column is made in one layer and kept until the last layer from which another reads it.
    """

    name: str
    keys: tuple[str, ...]
    columns: dict[str, _Column] = field(default_factory=dict)
    joins: dict[int, list[str]] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    top: int = 0

    def add(self, name: str, text: str, reads: Iterable[str], join: str | None = None) -> Value:
        """A column computed from others, in the layer after the last of them."""
        reads = frozenset(reads)
        layer = max((self.columns[own].layer for own in reads), default=0)
        self.need(reads, layer)
        return self.put(name, text, layer + 1, join)

    def put(self, name: str, text: str, layer: int, join: str | None = None) -> Value:
        """A column in a given layer."""
        self.columns[name] = _Column(text, layer, layer)
        self.top = max(self.top, layer)
        if join is not None and join not in self.joins.setdefault(layer, []):
            self.joins[layer].append(join)
        return Value({0: name}, frozenset((name,)), 0, plain=True)

    def kept(self, name: str, value: Value) -> Value:
        """The value as columns, so that it can be written more than once."""
        if value.plain:
            return value
        one = value.texts.keys() == {0}
        made = {w: self.add(name if one else f"{name}_{w}", text, value.reads) for w, text in value.texts.items()}
        return Value({w: each.text for w, each in made.items()}, frozenset(each.text for each in made.values()), 0, plain=True)

    def need(self, names: Iterable[str], layer: int) -> None:
        """These columns are read from this layer."""
        for name in names:
            column = self.columns[name]
            column.last = max(column.last, layer)

    def at(self, layer: int) -> str:
        """The name of a layer."""
        return f"{self.name}{layer}"

    def share(self) -> str:
        """The name of the last layer so far, which other selects than that of the next layer read."""
        self.shared.add(self.top)
        return self.at(self.top)

    def part(self, dialect: Dialect, layer: int) -> str | None:
        """The part of WITH for a layer; None where its select stands in that of the next one."""
        if self._nested(dialect, layer):
            return None
        return dialect.layer(self.at(layer), self._text(dialect, layer), kept=layer in self.shared)

    def source(self, dialect: Dialect, layer: int) -> str:
        """A layer as another select reads it: its name, or its own select."""
        return f"(\n{self._text(dialect, layer)}\n)" if self._nested(dialect, layer) else self.at(layer)

    def _nested(self, dialect: Dialect, layer: int) -> bool:
        return dialect.nests and layer not in self.shared

    def _text(self, dialect: Dialect, layer: int) -> str:
        """The select of a layer, and inside it those of the layers before that have no name."""
        first = layer
        while first > 0 and self._nested(dialect, first - 1):
            first -= 1
        text = self._select(first, self.at(first - 1) if first > 0 else f"{self.name}_")
        for own in range(first + 1, layer + 1):
            text = self._select(own, f"(\n{text}\n)")
        return text

    def _select(self, layer: int, source: str) -> str:
        plain = "p." if self.joins.get(layer) else ""
        items = [plain + key for key in self.keys]
        items += [plain + name for name, column in self.columns.items() if column.layer < layer <= column.last]
        items += [f"{column.text} AS {name}" for name, column in self.columns.items() if column.layer == layer]
        joins = "".join(f"\n{join}" for join in self.joins.get(layer, ()))
        return f"SELECT {', '.join(items)}\nFROM {source} AS p{joins}"
