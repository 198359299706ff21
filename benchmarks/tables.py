"""Parquet in, Parquet out: what it costs to decide a table of stations, against copying the table of results.

``python benchmarks/tables.py`` makes 10⁷ stations of seven typed columns in a temporary folder, decides the grade and the
subsidy of Liuzhou with their clauses, and copies the result; medians of some rounds, wall clock and processor time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import polars as pl

from policylang.batch.outputs import output_of, write_output
from policylang.batch.run import PART, Question, prepared
from policylang.batch.tables import Opened
from policylang.semantics.calendar import Calendar
from policylang.workspace import load


class Took(NamedTuple):
    """Seconds of the clock and of the processors."""

    wall: float
    cpu: float


def stations(path: Path, rows: int) -> None:
    """A table of stations made up at random."""
    rng = np.random.default_rng(3)
    days = pl.Series(rng.integers(19_800, 19_900, rows).astype(np.int32)).cast(pl.Date)
    starts = pl.Series(rng.integers(19_900, 20_300, rows).astype(np.int32)).cast(pl.Date)
    grounds = ("far_below_setup_standard", "uncooperative", "nominal_only", "other_unqualified_found")
    pl.DataFrame(
        {
            "measure_effective_from": days,
            "management_start_on": starts,
            "g_class_recruits_by_year.2024": rng.integers(0, 40, rows).astype(np.int16),
            **{f"{ground}.2024": rng.random(rows) < 0.05 for ground in grounds},
        }
    ).write_parquet(path)


def decided(source: Path, target: Path) -> None:
    """Decide the table, as ``policylang batch`` does."""
    measure = load("liuzhou")
    only = frozenset(("grade", "construction_subsidy"))
    question = Question(measure.policy, measure.compiled.digest, date(2025, 3, 3), 2024, {}, Calendar.official(), only)
    opened = Opened(measure.policy, str(source), year=2024)
    run = prepared(question, opened.source)
    write_output(run, opened, output_of(str(source), str(target), None, None, "zh", in_place=False), part=PART)


def timed(work: object, *arguments: Path) -> Took:
    """How long a call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments)  # type: ignore[operator]
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def copied(source: Path, target: Path) -> None:
    """Copy a table with the same library."""
    pl.scan_parquet(source).sink_parquet(target)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        source, result, copy = (Path(scratch) / name for name in ("in.parquet", "out.parquet", "copy.parquet"))
        stations(source, asked.rows)
        rounds = [(timed(decided, source, result), timed(copied, result, copy)) for _ in range(asked.rounds)]
        size = result.stat().st_size >> 20
    print(f"{asked.rows:,} stations, {size} MiB of results, medians of {asked.rounds} rounds")
    for name, own in (("wall clock", 0), ("processors", 1)):
        deciding, copying = (median(took[side][own] for took in rounds) for side in (0, 1))
        ratio = median(one[own] / other[own] for one, other in rounds)
        print(f"{name:<11} decide and write {deciding:6.2f} s   copy {copying:6.2f} s   ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
