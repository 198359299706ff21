"""Plans over arrays: the station task of ``peers`` in numpy, beside a copy of its facts; growth with rows and thresholds.

    python benchmarks/arrays.py [rows]

Rounds are interleaved and medians told, by the clock and, since machines are shared, by the processor's time of all threads.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).with_name("peers")))

from columns import made_up
from with_ours import PLACES, OnArrays

from policylang.engines.arrays.columns import Column, Columns
from policylang.engines.arrays.compute import Program, compile_arrays
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.semantics.types import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 7
UNKNOWN = 0.15
THRESHOLDS = (10, 100, 1000)
MOST = 20_000


def timed(calls: Mapping[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """The median seconds of each call, by the clock and of the processor."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    gc.disable()
    for turn in range(ROUNDS + 1):
        for name, call in calls.items():
            begun = perf_counter(), process_time()
            call()
            if turn:
                found[name].append((perf_counter() - begun[0], process_time() - begun[1]))
    gc.enable()
    return {name: (median(t for t, _ in own), median(t for _, t in own)) for name, own in found.items()}


def told(title: str, rows: int, times: Mapping[str, tuple[float, float]], first: str) -> None:
    """One line for each, with the ratio to one of them."""
    print(f"\n{title}")
    for name, (clock, processor) in times.items():
        ratio = clock / times[first][0]
        print(
            f"  {name:44} {clock / rows * 1e9:7.2f} ns a row {ratio:7.2f} x"
            f"   processor {processor / rows * 1e9:7.2f} ns {processor / times[first][1]:7.2f} x"
        )


def task(rows: int) -> None:
    """The station task, with and without unknown facts."""
    facts, holes = made_up(rows), made_up(rows, unknown=UNKNOWN)
    known, clauses = OnArrays(known=True), OnArrays(known=True, only=PLACES[1::2])
    opened = OnArrays(known=False)
    own, others = known.prepared(facts), opened.prepared(holes)
    where = {name: np.zeros_like(array) for name, array in facts.items()}

    def copied() -> None:
        for name, array in facts.items():
            np.copyto(where[name], array)

    times = timed({
        "the facts copied": lambda: [array.copy() for array in facts.values()],
        "the facts copied into memory at hand": copied,
        "all ten outputs": lambda: known.program(own),
        "the same on one thread": lambda: known.program(own, threads=1),
        "only the clauses": lambda: clauses.program(own),
        "with unknown facts": lambda: opened.program(others),
    })  # fmt: skip
    told(f"the station task, {rows:,} stations; ratios to a copy", rows, times, "the facts copied")


def linear(rows: int) -> None:
    """Whether ten times the stations take ten times as long."""
    known = OnArrays(known=True)
    columns = {count: known.prepared(made_up(count)) for count in (rows // 100, rows // 10, rows)}
    times = timed({f"{count:,}": lambda own=own: known.program(own) for count, own in columns.items()})  # type: ignore[misc]
    print("\ngrowth with the stations")
    for name, (clock, processor) in times.items():
        count = int(name.replace(",", ""))
        print(f"  {name:>12} stations {clock / count * 1e9:7.2f} ns a row   processor {processor / count * 1e9:7.2f} ns")


def thresholds(rules: int, rows: int) -> tuple[Program, Columns]:
    """A number cut by so many thresholds, each rule with a value and a clause."""
    key = Key("people")
    layout = Layout({key: Input(Number("人"), absent=False, most=MOST)})
    graph = Graph(layout)
    number = graph.number(key)
    cuts = [MOST // rules * rule for rule in range(rules)]
    holds = [graph.at_most(graph.integer(cut), number) for cut in cuts]
    value = graph.choose(list(zip(reversed(holds), map(graph.integer, range(rules, 0, -1)), strict=True)), graph.integer(0))
    words = tuple(graph.pack(holds[start : start + 62]) for start in range(0, rules, 62))
    program = compile_arrays({"value": value, "clauses": words}, layout)
    values = np.random.default_rng(5).integers(0, MOST, rows, np.int32)
    columns = Columns(rows, {key: Column(values)})
    found: Any = program(columns)["value"]
    if not np.array_equal(found, np.searchsorted(cuts, values, side="right")):
        raise AssertionError(rules)
    return program, columns


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    task(rows)
    linear(rows)
    some = min(rows, 2_000_000)
    grown = {f"{rules} thresholds": thresholds(rules, some) for rules in THRESHOLDS}
    times = timed({
        name: lambda program=program, own=own: program(own) for name, (program, own) in grown.items()  # type: ignore[misc]
    })  # fmt: skip
    told(f"growth with the rules, {some:,} stations", some, times, f"{THRESHOLDS[0]} thresholds")


if __name__ == "__main__":
    main()
