"""The engines that the tests can reach."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policylang.engines.sql.dialect import Dialect
from policylang.engines.sql.postgres import Postgres
from policylang.engines.sql.spark import Spark

if TYPE_CHECKING:
    from collections.abc import Callable

    from unit.engines.sql.sql_tables import Content


class DuckDB:
    """DuckDB in this process."""

    def __init__(self) -> None:
        import duckdb

        self.dialect = Dialect()
        self._connection = duckdb.connect()

    def load(self, tables: dict[str, Content]) -> None:
        for name, (kinds, rows) in tables.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
            self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" ({columns})')
            if rows:
                self._connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(kinds))})', rows)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()

    def named(self, statement: str) -> list[dict[str, Any]]:
        found = self._connection.execute(statement)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()


class Sail:
    """Sail, a Spark Connect server in this process."""

    def __init__(self) -> None:
        from pysail.spark import SparkConnectServer

        self.dialect = Spark()
        os.environ["SAIL_SPARK__SESSION_TIMEOUT_SECS"] = "86400"  # a session left alone for some minutes is closed otherwise
        self._server = SparkConnectServer("127.0.0.1", 0)
        self._server.start(background=True)
        _, port = self._server.listening_address
        with warnings.catch_warnings(action="ignore"):  # of other packages' versions
            from pyspark.sql import SparkSession

            self._session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
            _prepare(self._session)

    def load(self, tables: dict[str, Content]) -> None:
        _load_spark(self._session, self.dialect, tables)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(statement).collect()]

    def named(self, statement: str) -> list[dict[str, Any]]:
        return [row.asDict() for row in self._session.sql(statement).collect()]

    def execute(self, statement: str) -> None:
        self._session.sql(temporary(statement)).collect()

    def close(self) -> None:
        self._session.stop()
        self._server.stop()


class PySpark:
    """Spark on the Java machine of this computer, with ANSI rules."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):
            from pyspark.sql import SparkSession

        self.dialect = Spark()
        os.environ["PYSPARK_PYTHON"] = sys.executable
        local = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        local = local.config("spark.sql.analyzer.maxIterations", "100000")  # what is nested is resolved layer by layer
        local = local.config("spark.sql.codegen.wholeStage", "false").config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        self._session = local.config("spark.sql.shuffle.partitions", "1").getOrCreate()
        _prepare(self._session)

    def load(self, tables: dict[str, Content]) -> None:
        _load_spark(self._session, self.dialect, tables)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(statement).collect()]

    def named(self, statement: str) -> list[dict[str, Any]]:
        return [row.asDict() for row in self._session.sql(statement).collect()]

    def execute(self, statement: str) -> None:
        self._session.sql(temporary(statement)).collect()

    def close(self) -> None:
        self._session.stop()


def temporary(statement: str) -> str:
    """The tables of the tests are temporary views, and other views over these have to be temporary too."""
    return re.sub("^CREATE VIEW", "CREATE TEMPORARY VIEW", statement)


def _prepare(session: Any) -> None:
    session.conf.set("spark.sql.ansi.enabled", "true")
    session.conf.set("spark.sql.session.timeZone", "UTC")


def _load_spark(session: Any, dialect: Dialect, tables: dict[str, Content]) -> None:
    """Temporary views over constants."""
    for name, (kinds, rows) in tables.items():
        types = [kind.replace("TEXT", "STRING") for kind in kinds.values()]
        values = rows or [[None] * len(types)]
        lines = ", ".join("(" + ", ".join(_literal(dialect, cell) for cell in row) + ")" for row in values)
        items = zip(kinds, types, strict=True)
        columns = ", ".join(f"CAST(c{n} AS {kind}) AS {dialect.quoted(own)}" for n, (own, kind) in enumerate(items))
        names = ", ".join(f"c{n}" for n in range(len(types)))
        where = "" if rows else " WHERE FALSE"
        made = f"SELECT {columns} FROM (VALUES {lines}) AS t({names}){where}"
        session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {dialect.quoted(name)} AS {made}").collect()


def _literal(dialect: Dialect, cell: Any) -> str:
    match cell:
        case None:
            return "NULL"
        case bool():
            return str(cell).upper()
        case str():
            return dialect.text(cell)
        case date():
            return f"DATE '{cell.isoformat()}'"
        case Decimal():
            return f"CAST('{cell:f}' AS DECIMAL(30, 9))"
        case _:
            return f"{cell}L"


class PostgreSQL:
    """A cluster of its own in a temporary folder, reached through a socket there."""

    def __init__(self) -> None:
        import psycopg

        self.dialect = Postgres()
        self._folder = Path(tempfile.mkdtemp(prefix="policylang_pg"))
        self._binaries = server_binaries()
        assert self._binaries is not None
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        made = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder, **self._user())
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", "fsync=off")
        options = [part for setting in settings for part in ("-c", setting)]
        # it goes when standard input does: also when this process is killed
        guard = ["sh", "-c", '"$@" & read -r _; kill -INT $!; wait', "sh"]
        server = [*guard, str(self._binaries / "postgres"), "-D", str(self._folder / "data"), *options]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self._folder}
        self._server = subprocess.Popen(server, stdin=subprocess.PIPE, **quiet, **self._user())
        self._connection = self._connected(psycopg)
        for statement in self.dialect.prelude:
            self._connection.execute(statement)

    @staticmethod
    def _user() -> dict[str, Any]:
        """The server does not run as root."""
        return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}

    def _connected(self, psycopg: Any) -> Any:
        for _ in range(300):
            try:
                return psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError(self._folder)

    def stop(self) -> None:
        """The server and its folder are gone afterwards."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)
        shutil.rmtree(self._folder)

    def load(self, tables: dict[str, Content]) -> None:
        for name, (kinds, rows) in tables.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
            self._connection.execute(f'DROP TABLE IF EXISTS "{name}" CASCADE')
            self._connection.execute(f'CREATE TABLE "{name}" ({columns})')
            places = ", ".join(f"%s::{kind}" for kind in kinds.values())
            for row in rows:
                self._connection.execute(f'INSERT INTO "{name}" VALUES ({places})', row)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()

    def named(self, statement: str) -> list[dict[str, Any]]:
        found = self._connection.execute(statement)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()
        self.stop()


def why_not(name: str) -> str | None:
    """Why an engine cannot be tried on this computer; None where it can."""
    match name:
        case "sail":
            has = find_spec("pysail") is not None and find_spec("pyspark") is not None
            return None if has else "pysail and pyspark-client are not installed (the extra spark)"
        case "pyspark":
            has = find_spec("py4j") is not None and find_spec("pyspark") is not None and shutil.which("java") is not None
            return None if has else "PySpark or Java is not installed (make spark)"
        case "postgres":
            if find_spec("psycopg") is None:
                return "psycopg is not installed (the extra postgres)"
            return None if server_binaries() is not None else "there is no PostgreSQL server on this computer"
        case _:
            return None


#: The engines by name.
ENGINES: dict[str, Callable[[], Any]] = {"duckdb": DuckDB, "sail": Sail, "pyspark": PySpark, "postgres": PostgreSQL}


@cache
def opened(name: str) -> Any:
    """The engine, started once and closed when this process ends."""
    found = ENGINES[name]()
    atexit.register(found.close)
    return found


def server_binaries() -> Path | None:
    """Where initdb and pg_ctl are, of the newest PostgreSQL on this computer."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return places[-1].parent if places else None
