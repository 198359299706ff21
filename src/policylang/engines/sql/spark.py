"""Spark SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.engines.sql.dialect import FIRST, Plain

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spark(Plain):
    """Spark SQL with ANSI on; also Sail."""

    name = "spark"
    nests = False

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def type_(self, kind: str) -> str:
        return "STRING" if kind == "TEXT" else kind

    def text(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def whole(self, number: int) -> str:
        return f"({number}L)" if number < 0 else f"{number}L"

    def layer(self, name: str, body: str, *, kept: bool = False) -> str:
        return f"{name} AS (\n{body}\n)"

    def ordinal(self, day: str) -> str:
        return f"CAST(datediff({day}, {FIRST}) + 1 AS BIGINT)"

    def date(self, ordinal: str) -> str:
        return f"date_add({FIRST}, CAST({ordinal} - 1 AS INT))"

    def plus_months(self, day: str, months: int) -> str:
        return f"add_months({day}, {months})"

    def ways(self, ways: Sequence[Sequence[str]]) -> str:
        # the NULL goes; with it, as in _let, the items are nullable to Sail also where they turn out to be constants
        found = [*(self.way(words) for words in ways), "NULL"]
        return self._filter(self._array(found), "u", self._some("u"))

    def concatenated(self, arrays: Sequence[str]) -> str:
        return arrays[0] if len(arrays) == 1 else f"concat({', '.join(arrays)})"

    @property
    def no_ways(self) -> str:
        kind = "BIGINT" if self.words == 1 else f"STRUCT<{', '.join(f'w{n}: BIGINT' for n in range(self.words))}>"
        return f"CAST(array() AS ARRAY<{kind}>)"

    def count(self, ways: str) -> str:
        return f"size({ways})"

    def smallest(self, ways: str) -> str:
        return self._let("v", self._sorted(f"array_distinct({ways})"), self._smallest("v"))

    def gathered(self, ways: str, order: str, name: str) -> str:
        rows = f"array_sort(collect_list(struct({order} AS o, {ways} AS {name})))"
        return f"aggregate({self._each(rows, 'r', f'r.{name}')}, {self.no_ways}, (a, b) -> {self.together('a', 'b')})"

    def united(self, ways: str, *, condition: str) -> str:
        words = [f"CASE WHEN {condition} THEN {word} END" for word in self._words(f"{ways}[0]")]
        return self.ways([[f"COALESCE(bit_or({word}), 0)" for word in words]])

    def _facts(self, way: str, bits: Sequence[tuple[int, int, str]]) -> str:
        return self.way_text(self._words(way), bits)

    def way(self, words: Sequence[str]) -> str:
        whole = [f"CAST({word} AS BIGINT)" for word in words]
        return whole[0] if self.words == 1 else self._struct([(f"w{n}", word) for n, word in enumerate(whole)])

    def _words(self, way: str) -> list[str]:
        return [way] if self.words == 1 else [f"{way}.w{n}" for n in range(self.words)]

    def _some(self, way: str) -> str:
        return " OR ".join(f"{word} <> 0" for word in self._words(way))

    def _bits(self, way: str) -> str:
        return " + ".join(f"bit_count({word})" for word in self._words(way))

    def _order(self, way: str) -> list[tuple[str, str]]:
        return [(f"k{n}", f"~{word}") for n, word in enumerate(self._words(way))]

    def _or(self, left: str, right: str) -> str:
        pairs = zip(self._words(left), self._words(right), strict=True)
        return self.way([f"({one} | {other})" for one, other in pairs]) if self.words > 1 else f"({left} | {right})"

    def _part(self, small: str, large: str) -> str:
        pairs = zip(self._words(small), self._words(large), strict=True)
        return " AND ".join(f"({two} & {one}) = {one}" for one, two in pairs)

    def _array(self, items: Sequence[str]) -> str:
        return f"array({', '.join(items)})"

    def _struct(self, parts: Sequence[tuple[str, str]]) -> str:
        return "named_struct(" + ", ".join(f"'{name}', {value}" for name, value in parts) + ")"

    def _filter(self, array: str, name: str, condition: str) -> str:
        return f"filter({array}, {name} -> {condition})"

    def _each(self, array: str, name: str, value: str) -> str:
        return f"transform({array}, {name} -> {value})"

    def _let(self, name: str, value: str, body: str) -> str:
        return f"{self._each(self._array([value, 'NULL']), name, body)}[0]"

    def _sorted(self, array: str) -> str:
        return f"array_sort({array})"

    def _all(self, ways: str) -> str:
        return f"aggregate({ways}, {self.way(['0L'] * self.words)}, (p, q) -> {self._or('p', 'q')})"

    def _put_together(self, texts: str, between: str) -> str:
        return f"array_join({texts}, {self.text(between)})"
