"""The five measures themselves: one decision and many stations, on the stations of their own cases.

    python benchmarks/measures.py [rows] [measure ...]

One decision: every result of a measure prepared alone, and all together; each station of the cases is asked once, then all
again; medians over the stations. Many: the same stations over and over as arrays, beside a copy of all columns they have.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from policylang.batch.prepared import Prepared
from policylang.cases.files import read_cases
from policylang.compiler import compile_policy
from policylang.engines.arrays.columns import Column, Columns, Records
from policylang.engines.arrays.compute import compile_arrays
from policylang.engines.arrays.from_rows import columns_of
from policylang.facts.typed import read_facts
from policylang.plan.answers import outputs
from policylang.plan.build import plan
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylang.facts.model import Facts
    from policylang.plan.meaning import Row
    from policylang.semantics import ir

POLICIES = Path(__file__).resolve().parents[1] / "policies"
MEASURES = ("xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou")
DAY = date(2025, 12, 31)
AGAIN, ROUNDS = 7, 5


class Stations(NamedTuple):
    """The stations of the cases of a measure."""

    policy: ir.Policy
    facts: list[Facts]
    rows: list[Row]


def stations(name: str) -> Stations:
    """Those whose facts are accepted on the day that is asked about."""
    policy = compile_policy((POLICIES / f"{name}.pol").read_bytes(), name).policy
    if policy is None:
        raise ValueError(name)
    file, _ = read_cases((POLICIES / "cases" / f"{name}.yaml").read_bytes(), name)
    facts = [read_facts(policy, case.facts)[0] for case in (file.cases if file else ()) if not case.population]
    accepted = [own for own in facts if not evaluate(policy, own, DAY, only=[]).rejections]
    return Stations(policy, accepted, [row_of(policy, own) for own in accepted])


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = perf_counter()
    call()
    return perf_counter() - begun


def asked(prepared: Prepared, rows: Iterable[Row]) -> tuple[float, float]:
    """The median microseconds of a station that is asked for the first time, and of one asked before."""
    first, again = [], []
    for row in rows:
        cells = prepared.compiled.cells(row)
        decide = prepared.decide
        first.append(seconds(lambda: decide(*cells)))  # noqa: B023 - called at once
        again.append(min(seconds(lambda: decide(*cells)) for _ in range(AGAIN)))  # noqa: B023 - called at once
    return median(first) * 1e6, median(again) * 1e6


def one_decision(own: Stations) -> Iterator[str]:
    """Each result alone, the slowest of them, and all results together."""
    single = {}
    for outcome in own.policy.outcomes:
        single[outcome.name] = asked(Prepared(own.policy, DAY, only=[outcome.id]), own.rows)
    for place, when in enumerate(("for the first time", "asked before")):
        times = {name: each[place] for name, each in single.items()}
        worst = max(times, key=times.__getitem__)
        small = sum(each <= 5 for each in times.values())
        yield (
            f"one result, {when}: median {median(times.values()):.1f} µs, {small} of {len(times)} within 5 µs, "
            f"the slowest {times[worst]:.1f} µs ({worst})"
        )
    first, again = asked(Prepared(own.policy, DAY), own.rows)
    interpreted = median(seconds(lambda each=each: evaluate(own.policy, each, DAY)) for each in own.facts) * 1e6  # type: ignore[misc]
    yield f"all {len(single)} results and all duties: {first:.0f} µs, asked before {again:.0f} µs; interpreter {interpreted:,.0f} µs"


def tiled(columns: Columns, times: int) -> Columns:
    """The same stations so many times."""

    def column(own: Column) -> Column:
        return Column(np.tile(own.values, times), None if own.state is None else np.tile(own.state, times))

    def records(own: Records) -> Records:
        counts = np.tile(np.diff(own.offsets), times)
        listed = None if own.listed is None else np.tile(own.listed, times)
        return Records(np.concatenate(([0], np.cumsum(counts))), {k: column(v) for k, v in own.fields.items()}, listed)

    return Columns(
        columns.rows * times,
        {key: column(own) for key, own in columns.columns.items()},
        {name: records(own) for name, own in columns.lists.items()},
        {name: np.tile(own, times) for name, own in columns.given.items()},
    )


def arrays_of(columns: Columns) -> list[np.ndarray[Any, Any]]:
    """All arrays of the facts."""
    every = [*columns.columns.values(), *(own for each in columns.lists.values() for own in each.fields.values())]
    found = [own.values for own in every] + [own.state for own in every if own.state is not None]
    found += [each.offsets for each in columns.lists.values()]
    found += [each.listed for each in columns.lists.values() if each.listed is not None]
    return found + list(columns.given.values())


def many(own: Stations, rows: int) -> Iterator[str]:
    """All results with clauses, then with what is missing, beside a copy of the facts."""
    layout = layout_of(own.policy, own.rows)
    columns = tiled(columns_of(layout, own.rows), max(1, rows // len(own.rows)))
    made = plan(own.policy, layout, DAY)
    wanted = outputs(made)
    program = compile_arrays(wanted, layout)
    known = [name for name, node in wanted.items() if node.kind != "needs"]
    facts = arrays_of(columns)
    calls: dict[str, Callable[[], object]] = {
        "copy": lambda: [array.copy() for array in facts],
        "clauses": lambda: program(columns, only=known),
        "needs": lambda: program(columns),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(ROUNDS + 1):
        for name, call in calls.items():
            took = seconds(call)
            if turn:
                times[name].append(took)
    results = len(made.decisions) + len(made.lines) + len(made.duties)
    each = {name: median(own) / columns.rows * 1e9 for name, own in times.items()}
    ratio = {name: median(a / b for a, b in zip(own, times["copy"], strict=True)) for name, own in times.items()}
    yield (
        f"{columns.rows:,} stations, {len(facts)} columns, {results} results: copy {each['copy']:.0f} ns a station, "
        f"results and clauses {each['clauses']:.0f} ns ({ratio['clauses']:.1f} x), and what is missing {each['needs']:.0f} ns "
        f"({ratio['needs']:.1f} x)"
    )


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    for name in sys.argv[2:] or MEASURES:
        own = stations(name)
        print(f"{name}: {len(own.rows)} stations of its cases", flush=True)
        for line in (*one_decision(own), *many(own, rows)):
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
