"""Where the facts stand: the table of the stations, a table for each list, and how their columns are read.

A table of stations has one row for each station and these columns, in quotes where a name needs them:

=================== =================================================================================================
column              content
=================== =================================================================================================
``station``         the key, unique
``str(Key)``        a fact, as ``staff`` or ``recruits.2024``; NULL: unknown
``<name>.nothing``  BOOLEAN, 未发生, where the layout says that it can occur
``<name>.null``     BOOLEAN, an explicit null (未考核), likewise
``<series>.given``  BOOLEAN, the series is given though it has no entry; for the series of ``Layout.empty``
``<list>.listed``   BOOLEAN, the list is known though it has no record; for the lists of ``Layout.unlisted``
=================== =================================================================================================

The table of a list has ``station``, ``number`` (its order makes the numbers of the records) and a column for each field,
with the same companions. Yes-or-no facts are BOOLEAN, counts BIGINT, sums DECIMAL yuan, rates DECIMAL per cent, days DATE,
options their id, sets of options ids joined by 、, all else text. What cannot be read so, or is beyond the layout, is taken
as unknown and told (``unreadable``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.engines.sql.dialect import Dialect
    from policylang.plan.layout import Input, Key, Layout


@dataclass(frozen=True, slots=True)
class Column:
    """A column or another expression over the table; ``whole``: it is a number as a plan keeps it, such as fen."""

    expression: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ListTable:
    """The table of a list: its name, the column with the key of the station, and the column that orders the records."""

    table: str
    key: str = "station"
    order: str = "number"


@dataclass(frozen=True, slots=True)
class Source:
    """The tables, by names that are quoted where they are used; ``columns`` where a fact is not in the column of its name."""

    table: str = "stations"
    key: str = "station"
    lists: Mapping[str, ListTable] = field(default_factory=dict)
    columns: Mapping[Key, Column] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: Layout, table: str = "stations", key: str = "station") -> Source:
        """The tables as described above; that of a list is named after both, as ``stations_awards``."""
        return cls(table, key, {name: ListTable(f"{table}_{name}", key) for name in layout.lists})


def raw(dialect: Dialect, source: Source, key: Key) -> str:
    """The column of a fact, before it is read."""
    own = source.columns.get(key)
    return own.expression if own is not None else dialect.quoted(name_of(key))


def name_of(key: Key) -> str:
    """The name of a column: that of the field in the table of a list, that of the fact otherwise."""
    return key.field if key.field is not None else str(key)


def companion(dialect: Dialect, key: Key, what: str) -> str:
    """The column that says 未发生 or 未考核, false where it is NULL."""
    return f"COALESCE({dialect.quoted(f'{name_of(key)}.{what}')}, FALSE)"


def nothing_or_null(dialect: Dialect, key: Key, own: Input) -> list[str]:
    """The companion columns that the layout has for a fact."""
    return [companion(dialect, key, what) for what, has in (("nothing", own.nothing), ("null", own.null)) if has]


def value(dialect: Dialect, source: Source, key: Key, own: Input) -> str:
    """The value of a fact as a plan keeps it; NULL where it is not known, or not as the layout says."""
    found = _read(dialect, source, key, own)
    others = nothing_or_null(dialect, key, own)
    return f"CASE WHEN NOT ({' OR '.join(others)}) THEN {found} END" if others else found


def unreadable(dialect: Dialect, source: Source, key: Key, own: Input) -> str:
    """Whether the fact has something that cannot be read, or nothing where the layout says that it always has something."""
    stands, found = raw(dialect, source, key), _read(dialect, source, key, own)
    others = nothing_or_null(dialect, key, own)
    inside = " OR ".join(["FALSE", *others])
    faults = [f"({stands} IS NOT NULL AND ({inside} OR {found} IS NULL))"]
    if not own.absent:
        faults.append(f"({stands} IS NULL AND NOT ({inside}))")
    return f"({' OR '.join(faults)})"


def _read(dialect: Dialect, source: Source, key: Key, own: Input) -> str:
    found = source.columns.get(key)
    column = raw(dialect, source, key)
    low, high = own.ends
    if found is not None and found.whole:
        return f"CASE WHEN {column} BETWEEN {low} AND {high} THEN CAST({column} AS BIGINT) END"
    match own.type:
        case Choice(options):
            cases = " ".join(f"WHEN {dialect.text(o.id)} THEN {dialect.whole(n)}" for n, o in enumerate(options))
            return f"CASE {column} {cases} END" if options else dialect.whole(0)
        case ChoiceSet(options):
            return _set(dialect, column, [option.id for option in options])
        case Day():
            return dialect.ordinal(column)
        case Money():
            return _scaled(column, 100, high)
        case Number("%"):
            return _scaled(column, 10**6, high)
        case Number():
            return f"CASE WHEN {column} BETWEEN {low} AND {high} THEN CAST({column} AS BIGINT) END"
        case _ if own.type == Boolean():
            return column
        case _:
            return column


def _scaled(column: str, scale: int, high: int) -> str:
    """A decimal number in smaller units, NULL where it is finer than these."""
    whole = f"CAST({column} * {scale} AS BIGINT)"
    inside = f"CASE WHEN {whole} = {column} * {scale} THEN {whole} END"
    return f"CASE WHEN {column} >= 0 AND {column} * {scale} <= {high} THEN {inside} END"


def _set(dialect: Dialect, column: str, ids: list[str]) -> str:
    """A mask; NULL where something else is in the set."""
    if not ids:
        return f"CASE WHEN {column} = '' THEN {dialect.whole(0)} END"
    padded = f"CONCAT('、', {column}, '、')"
    held = [f"{padded} LIKE {dialect.text(f'%、{_like(each)}、%')} ESCAPE '!'" for each in ids]
    mask = " + ".join(f"CASE WHEN {one} THEN {dialect.whole(1 << bit)} ELSE {dialect.whole(0)} END" for bit, one in enumerate(held))
    length = " + ".join(f"CASE WHEN {one} THEN {len(each) + 1} ELSE 0 END" for one, each in zip(held, ids, strict=True))
    whole = f"{column} = '' OR {length} = CHAR_LENGTH({column}) + 1"
    return f"CASE WHEN {whole} THEN {mask} END"


def _like(text: str) -> str:
    return "".join(f"!{c}" if c in "!%_" else c for c in text)


def form(parts: tuple[str, ...]) -> str:
    """The pattern of LIKE, with ``ESCAPE '!'``, for parts with at least one character between any two."""
    return "_%".join(map(_like, parts))
