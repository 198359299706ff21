"""PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.engines.sql.dialect import FIRST, Plain
from policylang.semantics.values import MAX_ALTERNATIVES

if TYPE_CHECKING:
    from collections.abc import Sequence


class Postgres(Plain):
    """PostgreSQL 14 and later. A way is a VARBIT; ways are handled by functions that a script creates first."""

    name = "postgres"
    nests = False
    prelude = (
        f"""CREATE OR REPLACE FUNCTION policylang_smallest(ways varbit[]) RETURNS varbit[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
WITH w AS MATERIALIZED (SELECT DISTINCT x FROM unnest(ways) AS x)
SELECT CASE WHEN (SELECT count(*) FROM w) > {MAX_ALTERNATIVES} THEN ARRAY[(SELECT bit_or(x) FROM w)]::varbit[]
ELSE COALESCE((SELECT array_agg(a.x ORDER BY a.x) FROM w AS a
WHERE NOT EXISTS (SELECT 1 FROM w AS b WHERE b.x <> a.x AND (a.x & b.x) = b.x)), '{{}}'::varbit[]) END $$""",
        """CREATE OR REPLACE FUNCTION policylang_together(one varbit[], other varbit[]) RETURNS varbit[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN cardinality(one) = 0 OR one = other THEN other WHEN cardinality(other) = 0 THEN one
ELSE policylang_smallest(ARRAY(SELECT (a | b)::varbit FROM unnest(one) AS a, unnest(other) AS b)) END $$""",
        """CREATE OR REPLACE FUNCTION policylang_one(ways varbit[]) RETURNS varbit[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN cardinality(ways) < 2 THEN ways ELSE ARRAY(SELECT bit_or(x)::varbit FROM unnest(ways) AS x) END $$""",
        """CREATE OR REPLACE AGGREGATE policylang_all(varbit[])
(SFUNC = policylang_together, STYPE = varbit[], INITCOND = '{}', PARALLEL = SAFE)""",
    )

    def joined(self, texts: Sequence[str], between: str) -> str:
        return f"array_to_string(ARRAY[{', '.join(texts)}]::text[], {self.text(between)})"

    def layer(self, name: str, body: str, *, kept: bool = False) -> str:
        return f"{name} AS NOT MATERIALIZED (\n{body}\nOFFSET 0\n)"

    def ordinal(self, day: str) -> str:
        return f"CAST({day} - {FIRST} + 1 AS BIGINT)"

    def year(self, day: str) -> str:
        return f"CAST(extract(year FROM {day}) AS BIGINT)"

    def plus_months(self, day: str, months: int) -> str:
        return f"CAST({day} + make_interval(months => {months}) AS DATE)"

    def way(self, words: Sequence[str]) -> str:
        return f"CAST({' || '.join(f'({word})::bit(62)' for word in words)} AS varbit)"

    def ways(self, ways: Sequence[Sequence[str]]) -> str:
        each = ", ".join(f"({self.way(words)})" for words in ways)
        return f"ARRAY(SELECT u FROM (VALUES {each}) AS t(u) WHERE bit_count(u) > 0)"

    def concatenated(self, arrays: Sequence[str]) -> str:
        return " || ".join(f"({array})" for array in arrays)

    @property
    def no_ways(self) -> str:
        return "'{}'::varbit[]"

    def count(self, ways: str) -> str:
        return f"cardinality({ways})"

    def smallest(self, ways: str) -> str:
        return f"policylang_smallest({ways})"

    def together(self, left: str, right: str) -> str:
        return f"policylang_together({left}, {right})"

    def gathered(self, ways: str, order: str, name: str) -> str:
        return f"policylang_all({ways} ORDER BY {order})"

    def united(self, ways: str, *, condition: str) -> str:
        found = f"bit_or({ways}[1]) FILTER (WHERE {condition})"
        return f"CASE WHEN bool_or({condition}) THEN ARRAY[({found})::varbit] ELSE {self.no_ways} END"

    def one(self, ways: str) -> str:
        return f"policylang_one({ways})"

    def ways_text(self, ways: str, bits: Sequence[tuple[int, int, str]]) -> str:
        held = [(f"get_bit(u, {62 * word + 62 - mask.bit_length()}) = 1", name) for word, mask, name in bits]
        way = self.joined([f"CASE WHEN {when} THEN {self.text(name)} END" for when, name in held], "+")
        text = f"string_agg({way}, ' | ' ORDER BY bit_count(u), u DESC)"
        return f"COALESCE((SELECT {text} FROM unnest({ways}) AS u), '')"
