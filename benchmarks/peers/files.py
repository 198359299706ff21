"""From a Parquet file of stations to a Parquet file of answers, and the memory it takes: ``files.py WHAT IN OUT``.

Each way runs in a process of its own, which prints its seconds (without the start of Python) and its peak of memory.
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
from typing import Any

SIZES = (100_000, 1_000_000, 10_000_000)
#: Stations that are in memory at once where a file is read in pieces.
PIECE = 1_000_000


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

    from policylang.engines.sql.dialects import Dialect  # noqa: PLC0415
    from policylang.engines.sql.select import select  # noqa: PLC0415
    from policylang.engines.sql.source import Source  # noqa: PLC0415

    planned = Planned(known=True)
    tables = DuckDB()
    tables.connection.execute(f"CREATE VIEW stations AS SELECT * FROM '{source}'")
    statement = select(planned.outputs, planned.layout, Dialect(), Source())
    tables.connection.execute(f"COPY ({statement}) TO '{target}' (FORMAT parquet)")


def arrays(source: Path, target: Path) -> None:
    """The arrays of the plan, a piece of the file at a time."""
    import numpy as np  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415
    from task import ASSESSED, CLAUSES, FACTS, KEYS, RESULTS  # noqa: PLC0415
    from with_ours import OnArrays  # noqa: PLC0415

    engine = OnArrays()
    names = {
        name: fact if period is None else f"{fact}.{period}" for name, (fact, period) in zip(FACTS, KEYS, strict=True)
    }
    clauses = pl.Enum(CLAUSES)
    rows: int = pl.scan_parquet(source).select(pl.len()).collect().item()
    folder = target.with_suffix("")
    folder.mkdir(exist_ok=True)
    for number, first in enumerate(range(0, rows, PIECE)):
        frame = (
            pl.scan_parquet(source)
            .slice(first, PIECE)
            .with_columns(pl.col("assessed").cast(pl.Enum(ASSESSED)))
            .collect()
        )
        facts = {
            name: (frame[own].to_physical() if name == "assessed" else frame[own]).to_numpy()
            for name, own in names.items()
        }
        found = engine.batch(engine.prepared(facts))
        columns: dict[str, Any] = {"station": frame["station"]}
        for place, name in enumerate(RESULTS):
            columns[name] = found[name]
            words = found[f"{name}_clause"]
            places = np.zeros(int(words.max()) + 1, np.uint8)
            for word in np.flatnonzero(np.bincount(words)):
                told = engine.clauses[place]([int(word)])
                places[word] = CLAUSES.index(told[0].text)
            columns[f"{name}_clause"] = pl.Series(CLAUSES, dtype=clauses).gather(places[words])
        pl.DataFrame(columns).write_parquet(folder / f"{number}.parquet", compression="snappy")


def copied(source: Path, target: Path) -> None:
    """The answers of the way before, read and written again: what any way has to do at least."""
    from with_duckdb import DuckDB  # noqa: PLC0415

    DuckDB().connection.execute(f"COPY (SELECT * FROM '{target}') TO '{source.with_suffix('.copy')}' (FORMAT parquet)")


#: The copy comes right after the first way, whose answers it takes.
COPY = "copy of the answers"
WAYS = {"DuckDB, SQL by hand": by_hand, COPY: copied, "policylang, SQL in DuckDB": sql, "policylang, arrays": arrays}


def parquet(root: Path, rounds: int) -> dict[str, Any]:
    """For each size and way the seconds, as a ratio to copying the answers too, and the memory."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            source = Path(folder) / f"{rows}.parquet"
            made(source, rows)
            targets = {name: Path(folder) / f"answers{place}.parquet" for place, name in enumerate(WAYS)}
            targets[COPY] = targets["DuckDB, SQL by hand"]
            runs = [{name: _child(root, name, source, targets[name]) for name in WAYS} for _ in range(rounds)]
            found[str(rows)] = {
                name: {
                    "seconds": median(run[name]["seconds"] for run in runs),
                    "ratio": median(run[name]["seconds"] / run[COPY]["seconds"] for run in runs),
                    "memory": max(run[name]["memory"] for run in runs),
                }
                for name in WAYS
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
    way = WAYS[sys.argv[1]]
    start = perf_counter()
    way(Path(sys.argv[2]), Path(sys.argv[3]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": perf_counter() - start, "memory": memory}))


if __name__ == "__main__":
    main()
