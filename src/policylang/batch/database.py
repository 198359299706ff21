"""Tables of databases: SQLite, DuckDB, PostgreSQL. They are read in one transaction, and only read."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policylang.batch.csv_file import readable
from policylang.batch.model import TableError
from policylang.batch.parquet import FrameSource, ParquetTable
from policylang.batch.table import Block
from policylang.facts.nodes import quote
from policylang.source.diagnostic import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Types under which SQLite keeps a yes or no as 1 or 0.
_BOOLEANS = ("BOOL", "BOOLEAN")


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def database(path: str) -> Iterator[None]:
    """Says what went wrong with a database.

    Raises:
        TableError: whatever it was.
    """
    try:
        yield
    except sqlite3.Error as fault:
        text = str(fault)
        known = {
            "locked": "正被其他程序占用", "full": "磁盘已满", "readonly": "只能读，不能写",
            "not a database": "不是数据库", "malformed": "已损坏",
            "unable to open": "打不开", "disk I/O": "磁盘读写出错",
        }  # fmt: skip
        why = next((zh for word, zh in known.items() if word in text), text)
        raise TableError(f"数据库“{path}”{'：' if why == text else ''}{why}", f"{path}: {text}") from None
    except (TableError, OSError, KeyboardInterrupt):
        raise
    except Exception as fault:
        module = type(fault).__module__.partition(".")[0]
        if module == "psycopg":
            raise TableError(
                f"数据库连接断开或者拒绝了：{_line(fault)}", f"the database went away or refused: {_line(fault)}"
            ) from None
        if module in {"duckdb", "_duckdb"}:
            known = {
                "No space left": "写不下，磁盘已满", "File too large": "写不下，磁盘已满", "write all bytes": "写不下，磁盘已满",
                "Could not set lock": "正被其他程序占用",
            }  # fmt: skip
            zh = next((own for word, own in known.items() if word in str(fault)), f"：{_line(fault)}")
            raise TableError(f"数据库“{path}”{zh}", f"{path}: {_line(fault)}") from None
        raise


def _line(fault: BaseException) -> str:
    return str(fault).strip().split("\n")[0]


def names_of(connection: Any, form: str) -> list[str]:
    """The tables and views of a database."""
    text = {
        "sqlite": "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name",
        "duckdb": "select table_name from information_schema.tables where table_schema = 'main' order by 1",
        "postgres": "select table_name from information_schema.tables where table_schema = any (current_schemas(false)) order by 1",
    }[form]
    return [str(row[0]) for row in connection.execute(text).fetchall()]


def chosen(known: list[str], table: str | None) -> str:
    """The table that is meant; the only one where none is named.

    Raises:
        TableError: there is none of this name, or several and none is named.
    """
    listed, english = "、".join(known[:12]) or "无", ", ".join(known[:12]) or "none"
    if table is None and len(known) != 1:
        raise TableError(
            f"用 --table 写明是哪一张表，有：{listed}", f"name the table with --table; there are: {english}"
        )
    if table is not None and table not in known:
        close = did_you_mean(table, known)
        hint = f"；是否应为“{close}”？" if close else f"；有：{listed}"
        raise TableError(f"数据库里没有表“{quote(table)}”{hint}", f"no table {table}; there are: {english}")
    return known[0] if table is None else table


class DatabaseTable(FrameSource):
    """A table of SQLite or PostgreSQL.

    Args:
        path: the file or the address.
        table: its name; None where the database has one table.
        form: which of the two.
        write: the results go into the same database: then SQLite keeps others from writing meanwhile.

    Raises:
        TableError: the database cannot be opened, or has no such table.
    """

    def __init__(self, path: str, table: str | None, form: str, *, write: bool = False) -> None:
        self.path = path
        self.form = form
        with database(shown_path(path)), readable(shown_path(path)):
            if form != "postgres":
                Path(path).open("rb").close()
            self.connection: Any = connect(path, form, write=write)
            if form == "postgres":
                self.connection.execute("set transaction isolation level repeatable read")
                self.connection.execute("set local synchronize_seqscans = off")
            else:
                self.connection.execute("begin immediate" if write else "begin")
            self.name = self.table = chosen(names_of(self.connection, form), table)
            self._describe()

    def _describe(self) -> None:
        own = quoted(self.table)
        if self.form == "sqlite":
            found = [row[1:3] for row in self.connection.execute(f"pragma table_info({own})").fetchall()]
        else:
            text = (
                "select attname, format_type(atttypid, atttypmod) from pg_attribute"
                " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum"
            )
            found = self.connection.execute(text, (own,)).fetchall()
        self.texts, self.types = [str(row[0]) for row in found], [str(row[1]) for row in found]
        self.rows = int(self.connection.execute(f"select count(*) from {own}").fetchall()[0][0])  # noqa: S608 - quoted
        self._order = ""
        if self.form == "sqlite":
            try:
                self.connection.execute(f"select rowid from {own} limit 1").fetchall()  # noqa: S608 - quoted
                self._order = " order by rowid"
            except sqlite3.Error:
                pass  # a view, or a table without

    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """The rows in the order in which the table keeps them."""
        with database(shown_path(self.path)):
            if self.form == "postgres":
                cursor = self.connection.cursor("policylang_rows")
                cursor.itersize = size
            else:
                cursor = self.connection.cursor()
            try:
                cursor.execute(f"select * from {quoted(self.table)}{self._order}")  # noqa: S608 - quoted
                at = 0
                while rows := cursor.fetchmany(size):
                    if at >= first:
                        yield self._rows(at, rows)
                    at += len(rows)
            finally:
                _closed(cursor)

    def _rows(self, first: int, rows: Sequence[Sequence[Any]]) -> Block:
        cells: dict[int, Any] = {column: list(values) for column, values in enumerate(zip(*rows, strict=True))}
        if self.form == "sqlite":
            for column, kind in enumerate(self.types):
                if kind.upper() in _BOOLEANS:
                    cells[column] = [bool(v) if isinstance(v, int) and v in (0, 1) else v for v in cells[column]]
        return Block(first, len(rows), cells, rows)

    def digest(self) -> str:
        """The SHA-256 of the rows as they are read."""
        found = hashlib.sha256()
        for block in self.blocks(1 << 16):
            for row in block.raw:
                found.update(repr(tuple(row)).encode("utf-8"))
        return found.hexdigest()


class DuckTable(ParquetTable):
    """A table of DuckDB, as it is when it is opened: a copy of it is read, and gone with this.

    Raises:
        TableError: the database cannot be opened, or has no such table.
    """

    def __init__(self, path: str, table: str | None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="policylang")
        copy = Path(self._folder.name) / "table.parquet"
        with database(path), readable(path):
            Path(path).open("rb").close()
            with connect(path, "duckdb") as connection:
                name = chosen(names_of(connection, "duckdb"), table)
                connection.execute(
                    f"copy {quoted(name)} to '{str(copy).replace(chr(39), chr(39) * 2)}' (format parquet)"
                )
        super().__init__(str(copy))
        self.name = name


def _closed(cursor: Any) -> None:
    with suppress(Exception):  # a connection that is gone closes nothing
        cursor.close()


def connect(path: str, form: str, *, write: bool = False) -> Any:
    """A connection to a database."""
    match form:
        case "sqlite":
            mode = "rwc" if write else "ro"
            where = f"{Path(path).resolve().as_uri()}?mode={mode}"
            # Parquet is written by a thread that reads the table meanwhile
            return sqlite3.connect(where, uri=True, timeout=10, isolation_level=None, check_same_thread=False)
        case "duckdb":
            import duckdb  # noqa: PLC0415 - of the extra “batch”

            return duckdb.connect(path, read_only=not write)
        case _:
            import psycopg  # noqa: PLC0415 - installed apart

            return psycopg.connect(path, connect_timeout=10, application_name="policylang")


def shown_path(path: str) -> str:
    """A database as messages name it: never with a password."""
    return path if "://" not in path else path.rpartition("@")[2].partition("?")[0]
