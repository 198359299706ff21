"""The engines side by side on the station task: ``python benchmarks/peers/side_by_side.py [--install] [--rounds N] [--write]``.

First every engine has to give the same answers, then all are timed in interleaved rounds: a round asks each engine once, so
that they share what else the machine does. Numbers are medians over the rounds; a ratio is taken within a round.
``--install`` makes a Python for each package that is not installed yet, in the user's cache folder. ``--write`` puts the
tables into ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from engines import ENGINES, HERE, Engine, python_of
from files import parquet
from plain import decide, decide_open
from report import document, tables
from task import comparable, stations
from with_ours import save
from worker import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = HERE.parents[1]
ROUNDS = 5
#: How many stations engines take at once that take them as dictionaries, and those that take arrays.
FEW, MANY, MOST = 20_000, 1_000_000, 10_000_000
#: Whoever needs more than a few bytes for each station and result is not asked for ``MOST``.
NOT_MOST = frozenset({"OpenFisca"})


class Process:
    """An engine at work in a process of its own."""

    def __init__(self, engine: Engine, python: Path) -> None:
        self.engine = engine
        self.command = [str(python), str(HERE / "worker.py"), engine.module, engine.adapter]
        self.variables = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.first_command = [str(python), str(HERE / "first.py"), engine.module, engine.adapter]
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.variables
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, *asked: object) -> Any:
        """One question, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.engine.name}: stopped")
        return json.loads(line)

    def first(self) -> float:
        """Seconds of a whole process that decides one station."""
        return took(self.first_command, self.variables)


def took(command: Sequence[str], variables: dict[str, str]) -> float:
    """Seconds of a process."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=variables)
    return perf_counter() - start


def check(process: Process) -> None:
    """The answers of an engine are those of plain Python.

    Raises:
        SystemExit: one is not.
    """
    engine = process.engine
    for unknown in (0.0, UNKNOWN) if engine.unknown else (0.0,):
        asked = stations(engine.checked, unknown=unknown)
        found = process.ask("answers", engine.checked, engine.batch, unknown)
        right = decide_open if unknown else decide
        for station, answer in zip(asked, found, strict=True):
            if comparable(answer) != comparable(right(station)):
                raise SystemExit(f"{engine.name}: {station} gives {answer}, not {list(right(station))}")


Runs = list[dict[str, float]]


def rounds(count: int, measures: dict[str, Callable[[], float]]) -> Runs:
    """Each measure once in every round; the first round only warms up."""
    return [{name: measure() for name, measure in measures.items()} for _ in range(count + 1)][1:]


def singles(processes: Sequence[Process], count: int) -> Runs:
    """Microseconds of one decision; with its trace under the name and ``+``."""
    measures: dict[str, Callable[[], float]] = {}
    for process in processes:
        engine = process.engine
        unknown = UNKNOWN if engine.unknown and engine.adapter != "Interpreter" else 0.0
        if engine.single is not None:
            measures[engine.name] = lambda p=process, s=engine.single, u=unknown: p.ask("single", s, u)  # type: ignore[misc]
        if engine.trace:
            measures[f"{engine.name}+"] = lambda p=process: p.ask("single", "trace", 0.0)  # type: ignore[misc]
    return rounds(count, measures)


def batches(processes: Sequence[Process], rows: int, count: int) -> Runs:
    """Nanoseconds for each station of many."""
    measures: dict[str, Callable[[], float]] = {}
    for process in processes:
        engine = process.engine
        if engine.batch is None or (rows == MOST and (engine.batch == "stations" or engine.adapter in NOT_MOST)):
            continue
        own = min(rows, FEW) if engine.batch == "stations" else rows
        process.ask("prepare", own, engine.batch, UNKNOWN if engine.unknown else 0.0)
        measures[engine.name] = lambda p=process, n=own: p.ask("many") / n * 1e9  # type: ignore[misc]
    return rounds(count, measures)


def colds(processes: Sequence[Process], count: int) -> Runs:
    """Milliseconds of a whole process to its first answer, and of bare Python."""
    bare = [sys.executable, "-c", "pass"]
    measures: dict[str, Callable[[], float]] = {"bare": lambda: took(bare, dict(os.environ)) * 1e3}
    for process in processes:
        if process.engine.single == "decide" or process.engine.adapter == "DuckDB":
            measures[process.engine.name] = lambda p=process: p.first() * 1e3  # type: ignore[misc]
    return rounds(count, measures)


def growth(count: int) -> list[dict[str, Any]]:
    """What ``growth.py`` measures."""
    command = [sys.executable, str(HERE / "growth.py"), str(count)]
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    found: list[dict[str, Any]] = json.loads(
        subprocess.run(command, check=True, capture_output=True, env=variables).stdout
    )
    return found


def main() -> None:
    """Check, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--install", action="store_true", help="make a Python for each package that is not installed yet"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    asked = parser.parse_args()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(os.environ.get("POLICYLANG_PEERS") or base / "policylang-peers")

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    with ExitStack() as stack:
        os.environ["POLICYLANG_SAVED"] = folder = stack.enter_context(TemporaryDirectory())
        save(Path(folder))
        processes = []
        for engine in ENGINES:
            python = python_of(engine, cache, install=asked.install)
            if python is None:
                say(f"{engine.name}: not installed, left out; with --install it is")
                continue
            processes.append(stack.enter_context(Process(engine, python)))
        for process in processes:
            if process.engine.checked:
                check(process)
                say(f"{process.engine.name}: {process.engine.checked} stations, all answers equal")
        say("one decision")
        found: dict[str, Any] = {"single": singles(processes, asked.rounds)}
        say("processes from nothing")
        found["cold"] = colds(processes, asked.rounds)
        say(f"{MANY} stations")
        found["many"] = batches(processes, MANY, asked.rounds)
        say(f"{MOST} stations")
        found["most"] = batches(processes, MOST, min(asked.rounds, 3))
    say("more rules")
    found["growth"] = growth(asked.rounds)
    say("files")
    found["files"] = parquet(ROOT, min(asked.rounds, 3))
    text = tables(found)
    print(text)
    if asked.write:
        page = ROOT / "docs" / "performance.md"
        page.write_text(document(page.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
