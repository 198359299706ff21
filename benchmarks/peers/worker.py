"""One engine in a process of its own, which answers one line for each line it is given: ``worker.py MODULE ADAPTER``."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from task import stations

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds for one measurement of single decisions, and of a block of them.
LONG, BLOCK = 0.15, 0.002
#: What takes longer than this is timed the first time.
LONG_ENOUGH = 2.0
UNKNOWN = 0.15


class Worker:
    """Answers what the runner asks."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter
        self._prepared: Any = None

    def answers(self, count: int, batch: str | None, unknown: float) -> Any:
        """What it decides for stations made up at random: one by one, or all at once."""
        asked = stations(count, unknown=unknown)
        if batch == "arrays":
            if hasattr(self._adapter, "load"):
                self._adapter.load(asked)
                return self._adapter.answers(self._adapter.batch(None))
            arrays = import_module("columns").arrays_of(asked)
            return self._adapter.answers(self._adapter.batch(self._ready(arrays)))
        return self._adapter.batch(asked) if batch else [self._adapter.decide(each) for each in asked]

    def single(self, what: str, unknown: float) -> float:
        """Microseconds of one decision, the median of blocks: ``decide``, ``trace``, or ``raw`` with facts by position."""
        call = getattr(self._adapter, what)
        asked: list[Any] = stations(1000, seed=1, unknown=unknown)
        timed = _timed
        if what == "raw":
            asked, timed = [self._adapter.cells(each) for each in asked], _timed_by_position
        once = timed(call, asked[:3]) / 3
        size = min(max(int(BLOCK / once), 1), len(asked))
        blocks = [asked[first : first + size] for first in range(0, len(asked) - size + 1, size)]
        count = max(min(int(LONG / (once * size)), 60), 3)
        return median(timed(call, blocks[number % len(blocks)]) for number in range(count)) / size * 1e6

    def prepare(self, rows: int, batch: str, unknown: float) -> int:
        """Makes stations ready for ``many``."""
        if batch == "stations":
            self._prepared = stations(rows, seed=3)
        else:
            self._prepared = self._ready(import_module("columns").made_up(rows, unknown=unknown))
        return rows

    def many(self) -> float:
        """Seconds for the stations that are ready, warm: memory that lay idle during a round may have been taken away."""
        took = 0.0
        for _ in range(2):
            start = perf_counter()
            self._adapter.batch(self._prepared)
            took = perf_counter() - start
            if took > LONG_ENOUGH:
                break
        return took

    def _ready(self, arrays: Any) -> Any:
        return self._adapter.prepared(arrays) if hasattr(self._adapter, "prepared") else arrays


def _timed(call: Callable[[Any], object], asked: list[Any]) -> float:
    start = perf_counter()
    for each in asked:
        call(each)
    return perf_counter() - start


def _timed_by_position(call: Callable[..., object], asked: list[Any]) -> float:
    start = perf_counter()
    for each in asked:
        call(*each)
    return perf_counter() - start


def main() -> None:
    """Serve until there are no more lines."""
    sys.path.insert(0, str(Path(__file__).parent))
    adapter = getattr(import_module(sys.argv[1]), sys.argv[2])()
    worker = Worker(adapter)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(worker, asked[0])(*asked[1:]), default=int), flush=True)


if __name__ == "__main__":
    main()
