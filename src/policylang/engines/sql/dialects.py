"""The dialects by name."""

from __future__ import annotations

from policylang.engines.sql.dialect import Dialect
from policylang.engines.sql.postgres import Postgres
from policylang.engines.sql.spark import Spark


def dialect(name: str) -> Dialect:
    """A dialect by its name: duckdb, spark or postgres."""
    return {"duckdb": Dialect, "spark": Spark, "postgres": Postgres}[name]()
