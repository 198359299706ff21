"""``make differential``: interpreter = generated Python = arrays = SQL, on as many stations as there is time for.

Half of the batches are of policies made up at random, half of the five real ones. Every station of a batch goes through every
engine, and every value that a plan answers with is compared; a part of the stations goes through the interpreter as well, for
it takes some milliseconds for each. A mismatch prints what makes it again: the seed, the policy, the fewest facts.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from functools import partial
from typing import TYPE_CHECKING

import click

from differential.batches import REAL, check
from differential.computing import ENGINES
from differential.golden import unlike_golden

if TYPE_CHECKING:
    from differential.batches import Checked


@click.command()
@click.option("--cases", default=10_000_000, show_default=True, help="stations in all")
@click.option("--seed", default=1, show_default=True)
@click.option("--engines", default="arrays,python,sql", show_default=True, help=f"some of {', '.join(ENGINES)}")
@click.option("--minutes", default=0.0, help="stop after so many minutes")
@click.option("--rows", default=50_000, show_default=True, help="stations in a batch")
@click.option("--sample", default=200, show_default=True, help="stations of a batch for the interpreter; 0: all")
@click.option("--processes", default=2, show_default=True)
@click.option("--start", default=0, show_default=True, help="the first batch")
@click.option("--golden/--no-golden", default=True, help="the golden cases of the five measures first")
def main(
    cases: int, seed: int, engines: str, minutes: float, rows: int, sample: int, processes: int, start: int, golden: bool
) -> None:
    """Holds the engines against each other and against the interpreter."""
    began, totals = time.monotonic(), Counter[str]()
    wanted = range(start, start + -(-cases // rows))
    names = engines.split(",")
    with ProcessPoolExecutor(processes) as pool:
        for name, found in zip(REAL, pool.map(partial(unlike_golden, engines=names), REAL if golden else ()), strict=False):
            click.echo(f"{time.monotonic() - began:7.0f} s  golden cases of {name}: mismatches: {len(found)}")
            totals["mismatches"] += len(found)
            for mismatch in found[:10]:
                click.echo(f"MISMATCH {mismatch}\n")
        left = iter(wanted)
        running = {pool.submit(check, seed, n, rows, names, sample or None) for _, n in zip(range(processes), left, strict=False)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                _add(totals, each.result(), time.monotonic() - began)
            late = minutes and time.monotonic() - began > minutes * 60
            if not late and totals["mismatches"] < 10:
                running |= {pool.submit(check, seed, n, rows, names, sample or None) for _, n in zip(done, left, strict=False)}
    click.echo(f"{_summary(totals)}; {time.monotonic() - began:.0f} s")
    sys.exit(1 if totals["mismatches"] else 0)


def _add(totals: Counter[str], found: Checked, seconds: float) -> None:
    totals.update({f"stations {name}": count for name, count in found.rows.items()})
    totals.update({"values": found.values, "mismatches": len(found.mismatches), "batches": 1, "refused": int(found.refused)})
    note = "  refused: beyond 62 bits" if found.refused else ""
    click.echo(f"{seconds:7.0f} s  batch {found.number:4} {found.policy:14} {_summary(totals)}{note}")
    for mismatch in found.mismatches:
        click.echo(f"MISMATCH {mismatch}\n")


def _summary(totals: Counter[str]) -> str:
    stations = ", ".join(f"{name.removeprefix('stations ')} {count:,}" for name, count in totals.items() if name.startswith("stations"))
    return f"{totals['batches']} batches; stations: {stations}; values compared: {totals['values']:,}; mismatches: {totals['mismatches']}"


if __name__ == "__main__":
    main()
