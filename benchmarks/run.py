"""How fast the front end and the reference interpreter are: ``python benchmarks/run.py``.

Medians of several runs in one session, with the goals beside them; the machine is shared, so read ratios before
absolute times. Bare Python is measured in the same run as the yardstick for whole-process times.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generate import policy, station
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate
from policylang.source.text import SourceText
from policylang.syntax.parser import parse
from policylang.workspace import load

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(call: Callable[[], object], runs: int = 5) -> float:
    """The median seconds of a call."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def process(*arguments: str, runs: int = 7) -> float:
    """The median seconds of a whole Python process that finds nothing kept by an earlier one."""
    alone = {**os.environ, "POLICYLANG_CACHE": "off"}
    return timed(lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=alone), runs)


def main() -> None:
    """Measure and print the table."""
    rows: list[tuple[str, str, str]] = []
    bare = process("-c", "pass")
    rows.append(("bare python", f"{bare * 1000:.0f} ms", ""))
    shown = process("-m", "policylang", "--help")
    rows.append(("policylang --help, cold", f"{shown * 1000:.0f} ms", "< 250 ms"))
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / "generated.pol"
        big.write_text(policy(1000), encoding="utf-8")
        checked = process("-m", "policylang", "check", str(big), runs=5)
        rows.append((f"check of 1,000 rules ({big.stat().st_size // 1000} kB), cold", f"{checked * 1000:.0f} ms", "< 1,000 ms"))
    data = policy(1000).encode()
    rows.append(("  of that, compile warm", f"{timed(lambda: compile_policy(data, 'g.pol')) * 1000:.0f} ms", ""))
    previous = 0.0
    for rules in (750, 1500, 3000, 6000, 12000):
        text = policy(rules)
        size = len(text.encode())
        if size > 1_000_000:
            break
        source = SourceText("g.pol", text)
        seconds = timed(lambda source=source: parse(source), 3)  # type: ignore[misc]
        ratio = f"t(2n)/t(n) = {seconds / previous:.2f}" if previous else ""
        rows.append((f"parse {size // 1000} kB", f"{seconds * 1000:.0f} ms", f"{ratio}  (< 2.5)" if ratio else ""))
        previous = seconds
    measure = load("liuzhou")
    facts, _ = facts_from_python(measure.policy, station())

    wanted = ("grade", "construction_subsidy", "status")
    for name, only, goal in (("grade, subsidy, standing", wanted, ">= 2,000/s"), ("everything", None, "")):

        def many(only: tuple[str, ...] | None = only) -> None:
            for _ in range(200):
                evaluate(measure.policy, facts, date(2025, 12, 10), 2025, only=only)

        many()
        rows.append((f"decisions with trace, Liuzhou: {name}", f"{200 / timed(many, 9):,.0f}/s", goal))
    width = max(len(name) for name, _, _ in rows)
    for name, value, goal in rows:
        print(f"{name:<{width}}  {value:>10}  {goal}".rstrip())


if __name__ == "__main__":
    main()
