"""What differs between the engines: names of functions, and how sets of ways are kept. DuckDB, and what is said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from policylang.semantics.values import MAX_ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIRST = "DATE '0001-01-01'"


class Dialect:
    """DuckDB, and what all have in common.

    The ways of needs are an array without doubles, in order; a way is a BIGINT, and a BIT (in Spark a struct) where there are
    more than 62 facts. What a function below reads more than once is handed over as the name of a column.
    """

    name: ClassVar[str] = "duckdb"
    #: Statements that have to be run once before any query.
    prelude: ClassVar[tuple[str, ...]] = ()
    #: Whether a select that only one other reads stands in that one, not as a part of WITH: DuckDB plans that faster.
    nests: ClassVar[bool] = True

    def __init__(self, words: int = 1) -> None:
        self.words = words

    def wide(self, words: int) -> Dialect:
        """The same with ways of several words."""
        return type(self)(words)

    # names and constants

    def quoted(self, name: str) -> str:
        """An identifier."""
        return '"' + name.replace('"', '""') + '"'

    def type_(self, kind: str) -> str:
        """The name of a type: TEXT, BIGINT, BOOLEAN, DATE, DECIMAL(20, 2)."""
        return kind

    def text(self, text: str) -> str:
        """A constant text."""
        return "'" + text.replace("'", "''") + "'"

    def whole(self, number: int) -> str:
        """A constant BIGINT."""
        return f"({number})::BIGINT" if number < 0 else f"{number}::BIGINT"

    def layer(self, name: str, body: str, *, kept: bool = False) -> str:
        """One part of WITH: a select whose columns must not be put together with those of the next one.

        ``kept``: more than one select may read it, or groups its rows.
        """
        # DuckDB 2.0 moves groups below the joins of what it does not keep, again and again until there is no memory left
        return f"{name} AS {'' if kept else 'NOT '}MATERIALIZED (\n{body}\n)"

    def joined(self, texts: Sequence[str], between: str) -> str:
        """Those of the texts that are not NULL, joined."""
        return f"concat_ws({self.text(between)}, {', '.join(texts)})"

    # words for the numbers that stand for them

    def words_type(self, name: str, words: Sequence[str]) -> list[str]:
        """The statements that make a type of words, where the engine is faster with one."""
        each = ", ".join(map(self.text, words))
        return [f"DROP TYPE IF EXISTS {self.quoted(name)}", f"CREATE TYPE {self.quoted(name)} AS ENUM ({each})"]

    def word(self, kind: str, text: str) -> str:
        """A constant of a type of words."""
        return f"{self.text(text)}::{self.quoted(kind)}"

    def held(self, words: Sequence[tuple[str, str]]) -> str:
        """Those words whose conditions hold, joined by 、."""
        return self.joined([f"CASE WHEN {when} THEN {self.text(text)} END" for when, text in words], "、")

    # days

    def ordinal(self, day: str) -> str:
        """The ordinal of a DATE."""
        return f"({day} - {FIRST} + 1)"

    def date(self, ordinal: str) -> str:
        """The DATE of an ordinal."""
        return f"({FIRST} + CAST({ordinal} - 1 AS INTEGER))"

    def year(self, day: str) -> str:
        """The year of a DATE."""
        return f"CAST(year({day}) AS BIGINT)"

    def plus_months(self, day: str, months: int) -> str:
        """A DATE moved by months, as a DATE."""
        return f"CAST({day} + to_months({months}) AS DATE)"

    # ways

    def way(self, words: Sequence[str]) -> str:
        """A way of its words."""
        whole = [f"CAST({word} AS BIGINT)" for word in words]
        return whole[0] if self.words == 1 else f"CAST({' || '.join(f'{word}::BIT' for word in whole)} AS BIT)"

    def ways(self, ways: Sequence[Sequence[str]]) -> str:
        """The array of these ways, each of its words, without those that are all zero; not yet in order."""
        return self._filter(self._array([self.way(words) for words in ways]), "u", self._some("u"))

    def concatenated(self, arrays: Sequence[str]) -> str:
        """Several arrays of ways one after the other; not yet in order."""
        return arrays[0] if len(arrays) == 1 else f"list_concat({', '.join(arrays)})"

    @property
    def no_ways(self) -> str:
        """The empty array."""
        return f"CAST([] AS {'BIGINT' if self.words == 1 else 'BIT'}[])"

    def count(self, ways: str) -> str:
        """How many ways there are."""
        return f"len({ways})"

    def smallest(self, ways: str) -> str:
        """``values.smallest`` of ways in any order, also with doubles."""
        return self._let("v", self._sorted(f"list_distinct({ways})"), self._smallest("v"))

    def together(self, left: str, right: str) -> str:
        """``values.together``."""
        pairs = self._flat(self._each(left, "x", self._each(right, "y", self._or("x", "y"))))
        return (
            f"CASE WHEN {self.count(left)} = 0 OR {left} = {right} THEN {right} "
            f"WHEN {self.count(right)} = 0 THEN {left} ELSE {self.smallest(pairs)} END"
        )

    def gathered(self, ways: str, order: str, name: str) -> str:  # noqa: ARG002 - for Sail
        """An aggregate: ``together`` of the ways of all rows, in order; ``name`` is its own."""
        return f"list_reduce(list({ways} ORDER BY {order}), lambda a, b: {self.together('a', 'b')}, {self.no_ways})"

    def united(self, ways: str, *, condition: str) -> str:
        """An aggregate: one way, that is all of the first ways of the rows where the condition holds, as an array."""
        first = f"CASE WHEN {condition} THEN {ways}[1] END"
        return f"CASE WHEN bool_or({condition}) THEN {self._array([f'bit_or({first})'])} ELSE {self.no_ways} END"

    def one(self, ways: str) -> str:
        """The one way that is all of these, as an array; none of none."""
        return f"CASE WHEN {self.count(ways)} < 2 THEN {ways} ELSE {self._array([self._all(ways)])} END"

    def ways_text(self, ways: str, bits: Sequence[tuple[int, int, str]]) -> str:
        """The ways as text, as ``values.in_order`` has them; bits: the word, the mask and the name of each fact."""
        parts = [("n", self._bits("u")), *self._order("u"), ("t", self._facts("u", bits))]
        found = self._sorted(self._each(ways, "u", self._struct(parts)))
        return self._put_together(self._each(found, "s", "s.t"), " | ")

    def way_text(self, words: Sequence[str] | Mapping[int, str], bits: Sequence[tuple[int, int, str]]) -> str:
        """A way as text: its facts joined by +."""
        return self.joined([f"CASE WHEN ({words[w]} & {mask}) <> 0 THEN {self.text(name)} END" for w, mask, name in bits], "+")

    def _facts(self, way: str, bits: Sequence[tuple[int, int, str]]) -> str:
        if self.words == 1:
            return self.way_text([way], bits)
        held = [(f"get_bit({way}, {64 * word + 64 - mask.bit_length()}) = 1", name) for word, mask, name in bits]
        return self.joined([f"CASE WHEN {when} THEN {self.text(name)} END" for when, name in held], "+")

    def _some(self, way: str) -> str:
        return f"bit_count({way}) > 0"

    def _bits(self, way: str) -> str:
        return f"bit_count({way})"

    def _order(self, way: str) -> list[tuple[str, str]]:
        """What puts ways of as many facts in order."""
        return [("k", f"~{way}")]

    def _or(self, left: str, right: str) -> str:
        return f"({left} | {right})"

    def _part(self, small: str, large: str) -> str:
        return f"({large} & {small}) = {small}"

    def _smallest(self, v: str) -> str:
        smaller = self._filter(v, "y", f"y <> x AND {self._part('y', 'x')}")
        kept = self._filter(v, "x", f"{self.count(smaller)} = 0")
        return (
            f"CASE WHEN {self.count(v)} <= 1 THEN {v} WHEN {self.count(v)} > {MAX_ALTERNATIVES} "
            f"THEN {self._array([self._all(v)])} ELSE {kept} END"
        )

    # arrays

    def _array(self, items: Sequence[str]) -> str:
        return f"[{', '.join(items)}]"

    def _struct(self, parts: Sequence[tuple[str, str]]) -> str:
        return "{" + ", ".join(f"'{name}': {value}" for name, value in parts) + "}"

    def _filter(self, array: str, name: str, condition: str) -> str:
        return f"list_filter({array}, lambda {name}: {condition})"

    def _each(self, array: str, name: str, value: str) -> str:
        return f"list_transform({array}, lambda {name}: {value})"

    def _let(self, name: str, value: str, body: str) -> str:
        return f"{self._each(self._array([value]), name, body)}[1]"

    def _flat(self, arrays: str) -> str:
        return f"flatten({arrays})"

    def _sorted(self, array: str) -> str:
        return f"list_sort({array})"

    def _all(self, ways: str) -> str:
        return f"list_reduce({ways}, lambda p, q: {self._or('p', 'q')})"

    def _put_together(self, texts: str, between: str) -> str:
        return f"array_to_string({texts}, {self.text(between)})"


class Plain(Dialect):
    """An engine without types of words: they are text."""

    def words_type(self, name: str, words: Sequence[str]) -> list[str]:  # noqa: ARG002
        """Nothing is to be made."""
        return []

    def word(self, kind: str, text: str) -> str:  # noqa: ARG002
        """A text."""
        return self.text(text)
