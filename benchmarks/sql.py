"""Plans as SQL in DuckDB: rows a second of the station task of ``peers``, how clauses are said, and growth with thresholds.

    python benchmarks/sql.py [rows]

Every query writes a table. Rounds are interleaved and medians told; read the ratios, not the times.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import duckdb

sys.path.insert(0, str(Path(__file__).with_name("peers")))

from task import FACTS, KEYS
from with_duckdb import ENUMS, KNOWN
from with_ours import PLACES, Planned

from policylang.engines.sql.dialect import Dialect
from policylang.engines.sql.select import select
from policylang.engines.sql.source import Column, Source
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.nodes import Table
from policylang.semantics.types import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDS = 5


def timed(connection: Any, queries: Mapping[str, str]) -> dict[str, float]:
    """The median seconds of each query."""
    found: dict[str, list[float]] = {name: [] for name in queries}
    for turn in range(ROUNDS + 1):
        for name, query in queries.items():
            begun = perf_counter()
            connection.execute(f"CREATE OR REPLACE TEMP TABLE made AS {query}")
            if turn:
                found[name].append(perf_counter() - begun)
    return {name: median(times) for name, times in found.items()}


def told(title: str, rows: int, times: Mapping[str, float], first: str) -> None:
    """One line for each, with the ratio to one of them."""
    print(f"\n{title}")
    for name, seconds in times.items():
        print(f"  {name:44} {rows / seconds / 1e6:8.2f} million/s {seconds / times[first]:8.2f} x {first}")


def stations(connection: Any, rows: int) -> None:
    """Stations made up at random, one column for each fact of the task."""
    for statement in ENUMS:
        connection.execute(statement)
    numbers = ", ".join(f"CAST(random() * 41 AS SMALLINT) AS {name}" for name in ("r24", "r25"))
    flags = ", ".join(f"random() < 0.1 AS {name}" for name in ("far24", "far25", "nom24", "nom25", "fraud"))
    assessed = "CAST(CAST(random() * 2.99 - 0.5 AS INTEGER) AS UTINYINT) AS level"
    connection.execute("SELECT setseed(0.5)")
    connection.execute(
        f"CREATE TABLE stations AS SELECT range AS station, {numbers}, {flags}, {assessed} FROM range({rows})"
    )
    connection.execute("ALTER TABLE stations ADD COLUMN assessed assessed")
    connection.execute("UPDATE stations SET assessed = enum_range(NULL::assessed)[level + 1]")


def station_task(connection: Any, rows: int) -> None:
    """The ten outputs of the task, by the plan and by hand."""
    stations(connection, rows)
    known, open_ = Planned(known=True), Planned(known=False)
    columns = {Key(*key): Column(f'"{name}"') for name, key in zip(FACTS, KEYS, strict=True)}
    columns[Key("assessed")] = Column('"level"', whole=True)
    source = Source("stations", "station", {}, columns)
    found = {form: clauses(connection, known, source, form) for form in ("numbers", "ENUM arrays", "text")}
    found["ENUM, one clause"] = clauses(connection, known, source, "ENUM")
    for given in ("recruits", "far_below", "nominal_only"):
        connection.execute(f'ALTER TABLE stations ADD COLUMN IF NOT EXISTS "{given}.given" BOOLEAN')
    found["numbers, facts may be unknown"] = select(open_.outputs, open_.layout, Dialect(), source)
    found["by hand, ENUM"] = KNOWN
    told(f"station task, {rows} rows, ten outputs", rows, timed(connection, found), "by hand, ENUM")


def clauses(connection: Any, planned: Planned, source: Source, form: str) -> str:
    """The query of the task with its clauses as numbers, or as words in one of three ways."""
    engine = Dialect()
    body = select(planned.outputs, planned.layout, engine, source)
    if form == "numbers":
        return body
    shown = ["station"]
    for place, read in zip(PLACES[::2], planned.clauses, strict=True):
        words = [(f"({place}_clause & {1 << bit}) <> 0", text) for bit, text in named(read)]
        kind = f"clause_{place}"
        texts = ", ".join(dict.fromkeys(f"'{text}'" for _, text in words))
        connection.execute(f"DROP TYPE IF EXISTS {kind}")
        connection.execute(f"CREATE TYPE {kind} AS ENUM ({texts})")
        if form == "ENUM":
            text = "CASE " + " ".join(f"WHEN {when} THEN {engine.word(kind, word)}" for when, word in words) + " END"
        elif form == "text":
            text = engine.held(words)
        else:
            each = ", ".join(f"CASE WHEN {when} THEN {engine.word(kind, word)} END" for when, word in words)
            text = f"list_filter([{each}], lambda u: u IS NOT NULL)"
        shown += [place, f"{text} AS {place}_clause"]
    return f"SELECT {', '.join(shown)} FROM ({body})"


def named(read: Any) -> list[tuple[int, str]]:
    """The clause of each bit."""
    found = []
    for bit in range(62):
        clause = read([1 << bit])
        if clause:
            found.append((bit, clause[0].text))
    return found


def thresholds(connection: Any, rows: int) -> None:
    """The class of a number among 10, 100 and 1,000 thresholds, in five ways."""
    most = 10_000
    layout = Layout({Key("n"): Input(Number("人"), absent=False, most=most)})
    source = Source("numbers")
    connection.execute(
        f"CREATE TABLE numbers AS SELECT range AS station, CAST(random() * {most} AS BIGINT) AS n FROM range({rows})"
    )
    for count in (10, 100, 1000):
        graph = Graph(layout)
        number = graph.number(Key("n"))
        ends = [most * (n + 1) // (count + 1) for n in range(count)]
        less = [graph.less(number, graph.integer(end)) for end in ends]
        chain = graph.choose([(own, graph.integer(n)) for n, own in enumerate(less)], graph.integer(count))
        values = tuple(bisect_right(ends, n) for n in range(most))
        table = graph.look_up(Table("class", 0, values, count), number)
        own = ", ".join(f"({end}, {n + 1})" for n, end in enumerate(ends))
        queries = {
            "floor: the number itself": "SELECT station, n FROM numbers",
            "choose, a chain of CASE": select({"c": chain}, layout, Dialect(), source),
            "a tree of CASE": f"SELECT station, {tree(ends)} AS c FROM numbers",
            "ASOF LEFT JOIN": "SELECT station, COALESCE(b, 0) AS c FROM numbers ASOF LEFT JOIN "
                              f"(SELECT * FROM (VALUES {own}) AS v(a, b)) AS t ON numbers.n >= t.a",
            f"look_up, a table of {most} keys": select({"c": table}, layout, Dialect(), source),
        }
        told(f"{count} thresholds, {rows} rows", rows, timed(connection, queries), "floor: the number itself")


def tree(ends: list[int], first: int = 0) -> str:
    """Halves, and halves of these."""
    if not ends:
        return str(first)
    half = len(ends) // 2
    return f"CASE WHEN n < {ends[half]} THEN {tree(ends[:half], first)} ELSE {tree(ends[half + 1:], first + half + 1)} END"


def main() -> None:
    """Both benchmarks."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    connection = duckdb.connect()
    station_task(connection, rows)
    thresholds(connection, rows)


if __name__ == "__main__":
    main()
