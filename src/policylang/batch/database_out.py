"""Results as a table of a database: made in one transaction, complete or not there."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from policylang.batch.database import DatabaseTable, connect, database, quoted, shown_path
from policylang.batch.model import TableError
from policylang.batch.parquet import ParquetOut, blank_frame
from policylang.batch.parts import Parts, writable
from policylang.batch.run import counted
from policylang.batch.series import Days, FewYuan, Yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policylang.batch.outputs import Target
    from policylang.batch.run import Done, Run
    from policylang.batch.tables import Opened

_TYPES = {
    "sqlite": {"words": "TEXT", "yuan": "NUMERIC", "days": "TEXT"},
    "postgres": {"words": "text", "yuan": "numeric", "days": "date"},
}


def write_table(run: Run, opened: Opened, target: Target, progress: Callable[[int, int | None], None] | None) -> None:
    """Write a table under a temporary name, and give it its own name in the same transaction.

    A database that is not there yet is put in its place when it is whole.

    Raises:
        TableError: it is there already, or the database refuses or goes away; then nothing was written.
    """
    done = counted(run, run.done(), run.tally, progress)
    into = _duckdb if target.form == "duckdb" else _transaction
    path = Path(target.path)
    if target.form == "postgres" or path.exists():
        into(run, opened, target, done, target.path)
        return
    parts = Parts(path, {"form": target.form})
    with writable(path):
        parts.begin()
        try:
            fresh = not path.exists()  # another run may just have made it
            into(run, opened, target, done, str(parts.whole) if fresh else target.path)
            if fresh:
                parts.finish()
            else:
                parts.give_up()
        except BaseException:
            parts.give_up()
            raise


def _transaction(run: Run, opened: Opened, target: Target, done: Iterator[Done], where: str) -> None:
    source: Any = opened.source
    with database(shown_path(target.path)):
        own = isinstance(source, DatabaseTable) and source.form == "sqlite" and _same(source.path, target)
        connection = source.connection if own else connect(where, target.form, write=True)
        try:
            if target.form == "sqlite" and not own:
                connection.execute("begin immediate")
            _refuse_existing(connection, target)
            _insert(run, source, target, connection, done)
            connection.execute("commit")
        except BaseException:
            _rolled_back(connection)
            raise
        finally:
            connection.close()


def _same(path: str, target: Target) -> bool:
    return target.form == "sqlite" and Path(path).resolve() == Path(target.path).resolve()


def _rolled_back(connection: Any) -> None:
    with suppress(Exception):  # a database that is gone rolls back by itself
        connection.execute("rollback")


def _refuse_existing(connection: Any, target: Target) -> None:
    text = {
        "sqlite": "select count(*) from sqlite_master where name = ?",
        "postgres": "select count(*) from information_schema.tables where table_schema = any (current_schemas(false)) and table_name = %s",
        "duckdb": "select count(*) from information_schema.tables where table_schema = 'main' and table_name = ?",
    }[target.form]
    if connection.execute(text, [target.table]).fetchall()[0][0]:
        raise TableError(
            f"数据库里已有表“{target.table}”，没有改动；用 --out-table 换一个名称，或者先删去它",
            f"there is a table {target.table} already; it was not touched. Choose another name with --out-table, or drop it first",
        )


def _insert(run: Run, source: Any, target: Target, connection: Any, done: Iterator[Done]) -> None:
    types = _TYPES[target.form]
    same = isinstance(source, DatabaseTable) and source.form == target.form
    passed = source.types if same else ["TEXT"] * len(source.texts)
    added = [types["words"]] * (len(run.deciding.names) - len(run.deciding.columns)) + [
        types["yuan"] if column.kind in (Yuan, FewYuan) else types["days"] if column.kind is Days else types["words"]
        for column in run.deciding.columns
    ]
    columns = [f"{quoted(n)} {t}" for n, t in zip((*source.texts, *run.deciding.names), (*passed, *added), strict=True)]
    fresh = quoted(f"{target.table}__new")
    connection.execute(f"create table {fresh} ({', '.join(columns)})")
    for block in done:
        rows = _passed(source, block, same=same)
        values = [_plain(column.series().to_list(), target.form) for column in block.columns.values()]
        _fill(
            connection,
            target.form,
            fresh,
            [(*row, *more) for row, more in zip(rows, zip(*values, strict=True), strict=True)],
        )
    connection.execute(f"alter table {fresh} rename to {quoted(str(target.table))}")


def _fill(connection: Any, form: str, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if form == "sqlite":
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608 - quoted
        return
    with connection.cursor().copy(f"copy {table} from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _passed(source: Any, block: Done, *, same: bool) -> Sequence[Sequence[Any]]:
    if same and not isinstance(block.raw, pl.DataFrame):
        found: Sequence[Sequence[Any]] = block.raw
        return found
    return blank_frame(source, block).rows()


def _plain(values: Sequence[Any], form: str) -> list[Any]:
    if form == "postgres":
        return list(values)
    return [
        (int(v) if v == int(v) else float(v)) if isinstance(v, Decimal) else v if v is None or isinstance(v, str) else v.isoformat()
        for v in values
    ]  # fmt: skip


def _duckdb(run: Run, opened: Opened, target: Target, done: Iterator[Done], where: str) -> None:
    """DuckDB takes a Parquet file at one stroke."""
    source: Any = opened.source
    parts = Parts(Path(f"{target.path}.{target.table}"), {"form": "duckdb"})
    with (
        database(shown_path(target.path)),
        writable(Path(target.path)),
        connect(where, "duckdb", write=True) as connection,
    ):
        _refuse_existing(connection, target)
        parts.begin()
        try:
            ParquetOut(source, run).write(done, parts.whole, first=True)
            connection.execute("begin")
            fresh = quoted(f"{target.table}__new")
            path = str(parts.whole).replace("'", "''")
            connection.execute(f"create table {fresh} as select * from read_parquet('{path}')")  # noqa: S608 - quoted
            connection.execute(f"alter table {fresh} rename to {quoted(str(target.table))}")
            connection.execute("commit")
            if where != target.path:
                connection.execute("checkpoint")  # all of it into the one file
        except BaseException:
            _rolled_back(connection)
            raise
        finally:
            parts.give_up()
