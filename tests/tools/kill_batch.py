"""Kill ``policylang batch`` at random moments and start it again: the output is complete or absent, and in the end the same.

``python tests/tools/kill_batch.py 1000`` kills a thousand times. After each kill the output must not be there, or be the whole
of it; every so often a run is left alone, and what it writes must be, byte for byte, what an undisturbed run writes.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ENTRY = "import sys; sys.argv[0] = 'policylang'; from policylang.cli.main import run; run()"
#: A run is left alone after so many kills.
_ALONE = 5


def table(path: Path, rows: int) -> None:
    """A table of stations, some of them refused."""
    rng = random.Random(7)
    lines = ["站名,印发日期,管理期起始日,引进G类以上人才数.2024,有名无实.2024,与设站标准差距较大.2024,不配合招引和征集,有其他不合格情形"]
    for number in range(rows):
        count = rng.choice(["约30", "", *map(str, range(40))])
        lines.append(f"站{number},2024-06-01,2024-07-01,{count},{rng.choice(['是', '否', '否', ''])},否,否,否")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def command(folder: Path, source: str, out: str, part: int) -> list[str]:
    """The command line of one run."""
    asked = ["--as-of", "2025-03-03", "--year", "2024", "--only", "评估等级,建设补助", "--part-rows", str(part)]
    return [sys.executable, "-c", _ENTRY, "batch", "liuzhou", str(folder / source), "--out", str(folder / out), *asked]


def started(arguments: list[str]) -> subprocess.Popen[bytes]:
    """The process of a run."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LANG": "zh_CN.UTF-8"}
    return subprocess.Popen(arguments, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def whole(arguments: list[str]) -> None:
    """Run to the end."""
    process = started(arguments)
    _, said = process.communicate()
    if process.returncode != 1:  # some rows are refused
        raise SystemExit(f"exit code {process.returncode}: {said.decode()}")


def kills(count: int, rows: int, part: int, suffix: str, seed: int = 1) -> dict[str, int]:
    """Kill so many times; how many kills left parts behind, how many came too late, how many runs were compared."""
    rng = random.Random(seed)
    found = {"killed": 0, "with parts": 0, "too late": 0, "compared": 0}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table(folder / "in.csv", rows)
        begun = time.monotonic()
        whole(command(folder, "in.csv", f"wanted{suffix}", part))
        lasted = time.monotonic() - begun
        wanted = content(folder / f"wanted{suffix}")
        out = folder / f"out{suffix}"
        arguments = command(folder, "in.csv", out.name, part)
        while found["killed"] < count:
            process = started(arguments)
            try:
                process.communicate(timeout=rng.uniform(0.2, 1.05) * lasted)
                found["too late"] += 1
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                found["killed"] += 1
                found["with parts"] += any(folder.glob("out*.part/*.done"))
            if out.exists() and content(out) != wanted:
                raise SystemExit(f"after {found}: the output is there and is not the whole of it")
            if process.returncode in (0, 1) or found["killed"] % _ALONE == 0:
                whole(arguments)
                if content(out) != wanted:
                    raise SystemExit(f"after {found}: the output differs from that of an undisturbed run")
                if list(folder.glob("*.part")):
                    raise SystemExit(f"after {found}: parts are left behind")
                out.unlink()
                found["compared"] += 1
        if not found["compared"]:
            whole(arguments)
            if content(out) != wanted:
                raise SystemExit(f"after {found}: the output differs from that of an undisturbed run")
            found["compared"] += 1
    return found


def content(path: Path) -> object:
    """What a file says: its bytes; of Parquet the rows, for its bytes depend on threads."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    import polars as pl

    return pl.read_parquet(path).cast(pl.String).rows()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--part", type=int, default=2_000)
    parser.add_argument("--suffix", default=".csv", choices=[".csv", ".parquet"])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(kills(asked.count, asked.rows, asked.part, asked.suffix, asked.seed))  # noqa: T201
