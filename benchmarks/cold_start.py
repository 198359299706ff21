"""How long a command takes from nothing: ``python benchmarks/cold_start.py [ROUNDS]``.

Each row is a whole process, with the files of this machine warm. Every round runs all rows in turn, so that they share
what else the machine does; the ratio is to bare Python in the same round, its median over the rounds. The user's own
cache is left alone: the rows have one of their own, and those that say so have none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from policylang.workspace import load, policies_folder

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 10
COMPILE = "from policylang.workspace import load\nfor measure in {}: load(measure)"


class Row(NamedTuple):
    """A process to be timed: what it is called, what Python is given, and whether it may use what was kept."""

    name: str
    arguments: tuple[str, ...]
    kept: bool = True


class Took(NamedTuple):
    """Seconds of a process: on the wall, and of the processor in the process itself."""

    wall: float
    user: float


def rows() -> list[Row]:
    """Bare Python first, then what people wait for."""
    measures = sorted(path.stem for path in policies_folder().glob("*.pol"))
    found = [Row("python -c pass", ("-c", "pass")), Row("policylang --help", ("-m", "policylang", "--help"))]
    for measure in measures:
        station = str(ROOT / "examples" / f"{measure}_station.yaml")
        outcomes = load(measure).policy.outcomes
        asked = next((o.name for o in outcomes if o.kind == "grade"), outcomes[0].name)
        found += [
            Row(f"explain {measure} {asked}", ("-m", "policylang", "explain", measure, station, asked)),
            Row(f"explain {measure}", ("-m", "policylang", "explain", measure, station)),
        ]
    found.append(Row(f"compile {len(measures)} measures", ("-c", COMPILE.format(measures))))
    return found + [row._replace(name=f"{row.name}, nothing kept", kept=False) for row in (found[2], found[-1])]


def took(row: Row, folder: str) -> Took:
    """One run of a process."""
    variables = {**os.environ, "POLICYLANG_CACHE": folder if row.kept else "off"}
    before, start = os.times().children_user, time.perf_counter()
    subprocess.run([sys.executable, *row.arguments], check=True, capture_output=True, env=variables)
    return Took(time.perf_counter() - start, os.times().children_user - before)


def width(text: str) -> int:
    """The columns of a text on a screen, where a Chinese character takes two."""
    return sum(1 + (character > "\u2e7f") for character in text)


def main() -> None:
    """Measure and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    asked = rows()
    with tempfile.TemporaryDirectory() as folder:
        for row in asked:
            took(row, folder)
        runs = [[took(row, folder) for row in asked] for _ in range(rounds)]
    widest = max(width(row.name) for row in asked)
    print(f"{'milliseconds':<{widest}}   best  median    user  × bare python")
    for place, row in enumerate(asked):
        walls = [run[place].wall for run in runs]
        ratio = median(run[place].wall / run[0].wall for run in runs)
        user = median(run[place].user for run in runs)
        name = row.name + " " * (widest - width(row.name))
        print(f"{name}  {min(walls) * 1000:5.0f}  {median(walls) * 1000:6.0f}  {user * 1000:6.0f}  {ratio:13.1f}")


if __name__ == "__main__":
    main()
