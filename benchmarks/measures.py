"""The five measures themselves: one decision and many stations, on the stations of their own cases.

    python benchmarks/measures.py [--write] [rows]

One decision: every result of a measure prepared alone, and all together; a number is the median over the stations, each asked
for the first time. Many: the same stations over and over as arrays, beside a copy of all columns they have. ``--write`` puts
the table into ``docs/performance.md``.
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
    from collections.abc import Callable, Iterable

    from policylang.facts.model import Facts
    from policylang.plan.meaning import Row
    from policylang.semantics import ir

POLICIES = Path(__file__).resolve().parents[1] / "policies"
MEASURES = ("xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou")
DAY = date(2025, 12, 31)
ROUNDS = 5
PAGE = POLICIES.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measures: written by measures.py --write -->", "<!-- measures: end -->"
HEAD = (
    "measure", "stations of its cases", "results within 5 µs", "a result, µs", "the slowest, µs", "all at once, µs", "interpreter, µs",
    "columns", "their copy, ns", "results and clauses of many, ns", "and what is missing, ns",
)  # fmt: skip


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


def asked(prepared: Prepared, rows: Iterable[Row]) -> float:
    """The median microseconds of a station, each asked for the first time."""
    found = []
    for row in rows:
        cells = prepared.compiled.cells(row)
        found.append(seconds(lambda: prepared.decide(*cells)))  # noqa: B023 - called at once
    return median(found) * 1e6


def one_decision(own: Stations) -> list[str]:
    """How many results there are and how many take up to 5 µs alone; the median, the slowest, all together, the interpreter."""
    single = {outcome.name: asked(Prepared(own.policy, DAY, only=[outcome.id]), own.rows) for outcome in own.policy.outcomes}
    worst = max(single, key=single.__getitem__)
    whole = asked(Prepared(own.policy, DAY), own.rows)
    interpreted = median(seconds(lambda each=each: evaluate(own.policy, each, DAY)) for each in own.facts) * 1e6  # type: ignore[misc]
    within = sum(each <= 5 for each in single.values())
    return [
        f"{within} of {len(single)}", f"{median(single.values()):.1f}", f"{single[worst]:.1f} ({worst})", f"{whole:,.0f}",
        f"{interpreted:,.0f}",
    ]  # fmt: skip


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


def many(own: Stations, rows: int) -> list[str]:
    """Nanoseconds for a copy of the facts of a station; ratios to it of all results and clauses, and of what is missing as well."""
    layout = layout_of(own.policy, own.rows)
    columns = tiled(columns_of(layout, own.rows), max(1, rows // len(own.rows)))
    wanted = outputs(plan(own.policy, layout, DAY))
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
    each = {name: median(own) / columns.rows * 1e9 for name, own in times.items()}
    ratio = {name: median(a / b for a, b in zip(own, times["copy"], strict=True)) for name, own in times.items()}
    return [
        str(len(facts)), f"{each['copy']:,.0f}", f"{each['clauses']:,.0f} ({ratio['clauses']:.1f} ×)",
        f"{each['needs']:,.0f} ({ratio['needs']:.1f} ×)",
    ]  # fmt: skip


def main() -> None:
    """Measure, print and, if asked, write."""
    asked_for = [word for word in sys.argv[1:] if word != "--write"]
    rows = int(asked_for[0]) if asked_for else 300_000
    lines = [f"| {' | '.join(HEAD)} |", "|".join(["", "---", *["---:"] * (len(HEAD) - 1), ""])]
    for name in MEASURES:
        own = stations(name)
        lines.append(f"| {' | '.join((name, str(len(own.rows)), *one_decision(own), *many(own, rows)))} |")
        print(lines[-1], file=sys.stderr, flush=True)
    print("\n".join(lines))
    if "--write" in sys.argv:
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        PAGE.write_text("\n\n".join([f"{before}{BEGIN}", "\n".join(lines), f"{END}{rest.split(END)[1]}"]), encoding="utf-8")


if __name__ == "__main__":
    main()
