"""From a Parquet file of stations to a Parquet file of answers, and the memory it takes: ``files.py WHAT IN OUT``.

Each way runs in a process of its own, which prints its seconds and its peak of memory.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (100_000, 1_000_000, 10_000_000)


def made(path: Path, rows: int) -> None:
    """A file of stations, in columns named as in files of facts."""
    from columns import made_up  # noqa: PLC0415 - each way loads what it needs
    from task import FACTS, KEYS  # noqa: PLC0415
    from with_duckdb import DuckDB  # noqa: PLC0415

    tables = DuckDB()
    tables.prepared(made_up(rows))
    names = {
        name: fact if period is None else f"{fact}.{period}" for name, (fact, period) in zip(FACTS, KEYS, strict=True)
    }
    columns = ", ".join(f'{name}{"::VARCHAR" if name == "assessed" else ""} AS "{own}"' for name, own in names.items())
    tables.connection.execute(f"COPY (SELECT rowid AS station, {columns} FROM stations) TO '{path}' (FORMAT parquet)")


def by_hand(source: Path, target: Path) -> None:
    """The hand-written SQL."""
    from task import FACTS, KEYS  # noqa: PLC0415
    from with_duckdb import KNOWN, DuckDB  # noqa: PLC0415

    tables = DuckDB()
    own = [f'"{fact}"' if period is None else f'"{fact}.{period}"' for fact, period in KEYS]
    columns = ", ".join(
        f"{column}{'::assessed' if name == 'assessed' else ''} AS {name}"
        for name, column in zip(FACTS, own, strict=True)
    )
    tables.connection.execute(f"CREATE VIEW stations AS SELECT station, {columns} FROM '{source}'")
    statement = KNOWN.replace("SELECT", "SELECT station,", 1)
    tables.connection.execute(f"COPY ({statement}) TO '{target}' (FORMAT parquet)")


def sql(source: Path, target: Path) -> None:
    """The SQL of the plan."""
    from with_duckdb import DuckDB  # noqa: PLC0415
    from with_ours import Planned  # noqa: PLC0415

    from policylang.engines.sql.dialect import Dialect  # noqa: PLC0415
    from policylang.engines.sql.select import select  # noqa: PLC0415
    from policylang.engines.sql.source import Source  # noqa: PLC0415

    planned = Planned(known=True)
    tables = DuckDB()
    tables.connection.execute(f"CREATE VIEW stations AS SELECT * FROM '{source}'")
    statement = select(planned.outputs, planned.layout, Dialect(), Source())
    tables.connection.execute(f"COPY ({statement}) TO '{target}' (FORMAT parquet)")


def command(source: Path, target: Path) -> None:
    """The command for tables: it writes the facts back too, and all that it says of the five results."""
    own = [sys.executable, "-m", "policylang", "batch", str(Path(__file__).with_name("station.pol")), str(source)]
    asked = ["--as-of", "2026-03-01", "--year", "2025", "--key", "station", "--out", str(target)]
    target.unlink(missing_ok=True)
    subprocess.run([*own, *asked], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def copied(source: Path, target: Path) -> None:
    """Answers read and written again: what any way has to do at least."""
    from with_duckdb import DuckDB  # noqa: PLC0415

    DuckDB().connection.execute(f"COPY (SELECT * FROM '{target}') TO '{source.with_suffix('.copy')}' (FORMAT parquet)")


HAND, SQL, BATCH = "DuckDB, SQL by hand", "policylang, SQL in DuckDB", "policylang batch, the command"
HAND_COPY, BATCH_COPY = "copy of the answers of SQL", "copy of the answers of the command"
#: Each way, and the copy that it is held against; a copy comes after the way whose answers it takes.
WAYS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    HAND: (by_hand, HAND_COPY),
    HAND_COPY: (copied, HAND_COPY),
    SQL: (sql, HAND_COPY),
    BATCH: (command, BATCH_COPY),
    BATCH_COPY: (copied, BATCH_COPY),
}


def parquet(root: Path, rounds: int) -> dict[str, Any]:
    """For each size and way the seconds, as a ratio to copying the answers too, and the memory."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            source = Path(folder) / f"{rows}.parquet"
            made(source, rows)
            targets = {name: Path(folder) / f"answers{place}.parquet" for place, name in enumerate(WAYS)}
            targets |= {HAND_COPY: targets[HAND], BATCH_COPY: targets[BATCH]}
            runs = [{name: _child(root, name, source, targets[name]) for name in WAYS} for _ in range(rounds)]
            found[str(rows)] = {
                name: {
                    "seconds": median(run[name]["seconds"] for run in runs),
                    "ratio": median(run[name]["seconds"] / run[copy]["seconds"] for run in runs),
                    "memory": max(run[name]["memory"] for run in runs),
                }
                for name, (_, copy) in WAYS.items()
            }
    return found


def _child(root: Path, name: str, source: Path, target: Path) -> dict[str, float]:
    command = [sys.executable, __file__, name, str(source), str(target)]
    variables = {**os.environ, "PYTHONPATH": str(root / "src")}
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=variables)
    answer: dict[str, float] = json.loads(found.stdout)
    return answer


def main() -> None:
    """One way, in this process."""
    way, _ = WAYS[sys.argv[1]]
    start = perf_counter()
    way(Path(sys.argv[2]), Path(sys.argv[3]))
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    print(json.dumps({"seconds": perf_counter() - start, "memory": memory}))


if __name__ == "__main__":
    main()
