"""The station task written by hand in the SQL of DuckDB: clause ids as an ENUM, layer over layer.

The second form is exact where facts are NULL. ``CASE`` takes an unknown condition for one that does not hold, so what is
open is asked for first.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from task import (
    ART_8,
    ART_10_3,
    ART_10_4,
    ART_11,
    ART_12_3,
    ART_12_4,
    ART_13,
    ASSESSED,
    CLAUSES,
    COUNTS,
    FACTS,
    OPEN,
    RESULTS,
)

if TYPE_CHECKING:
    from columns import Arrays
    from task import Answer, Station

duckdb: Any = import_module("duckdb")

PLACES = tuple(f"{name}{part}" for name in RESULTS for part in ("", "_clause"))


def _texts(texts: tuple[str, ...]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


ENUMS = (f"CREATE TYPE clause AS ENUM ({_texts(CLAUSES)})", f"CREATE TYPE assessed AS ENUM ({_texts(ASSESSED)})")


def _ids(text: str) -> str:
    """Clause ids as members of the ENUM."""
    for clause in CLAUSES:
        text = text.replace(f"'{clause}'", f"'{clause}'::clause")
    return text


#: All facts known.
KNOWN = _ids(f"""
SELECT
  grade::TINYINT AS grade, CASE WHEN failed THEN '{ART_10_4}' ELSE '{ART_10_3}' END AS grade_clause,
  (failed AND before)::TINYINT AS status, CASE WHEN failed AND before THEN '{ART_10_4}' ELSE '{ART_8}' END AS status_clause,
  CASE grade WHEN 0 THEN 100000 WHEN 1 THEN 80000 WHEN 2 THEN 50000 ELSE 0 END AS cap, '{ART_11}' AS cap_clause,
  CASE WHEN fraud THEN 0 ELSE 30000 END AS base, CASE WHEN fraud THEN '{ART_12_4}' ELSE '{ART_13}' END AS base_clause,
  CASE WHEN NOT fraud AND assessed = '优秀'::assessed THEN 6000 ELSE 0 END AS uplift, '{ART_12_3}' AS uplift_clause
FROM (
  SELECT *, CASE WHEN failed THEN 3 WHEN r25 >= 30 THEN 0 WHEN r25 >= 20 THEN 1 ELSE 2 END AS grade
  FROM (
    SELECT *, far25 OR nom25 OR r25 < 10 AS failed, far24 OR nom24 OR r24 < 10 AS before FROM stations
  )
)""")

#: Facts may be NULL.
OPENED = _ids(f"""
SELECT
  grade::TINYINT AS grade, CASE WHEN failed THEN '{ART_10_4}' ELSE '{ART_10_3}' END AS grade_clause,
  CASE WHEN revoked IS NULL THEN {OPEN} ELSE revoked::INT END::TINYINT AS status,
  CASE WHEN revoked THEN '{ART_10_4}' ELSE '{ART_8}' END AS status_clause,
  CASE grade WHEN {OPEN} THEN {OPEN} WHEN 0 THEN 100000 WHEN 1 THEN 80000 WHEN 2 THEN 50000 ELSE 0 END AS cap,
  '{ART_11}' AS cap_clause,
  CASE WHEN fraud IS NULL THEN {OPEN} WHEN fraud THEN 0 ELSE 30000 END AS base,
  CASE WHEN fraud THEN '{ART_12_4}' ELSE '{ART_13}' END AS base_clause,
  CASE WHEN raised IS NULL THEN {OPEN} WHEN raised THEN 6000 ELSE 0 END AS uplift, '{ART_12_3}' AS uplift_clause
FROM (
  SELECT *, CASE WHEN failed IS NULL THEN {OPEN} WHEN failed THEN 3 WHEN r25 >= 30 THEN 0 WHEN r25 >= 20 THEN 1 ELSE 2 END AS grade,
    failed AND before AS revoked
  FROM (
    SELECT *, far25 OR nom25 OR r25 < 10 AS failed, far24 OR nom24 OR r24 < 10 AS before,
      NOT fraud AND assessed = '优秀'::assessed AS raised
    FROM stations
  )
)""")


def _type(name: str) -> str:
    return "TINYINT" if name in COUNTS else "assessed" if name == "assessed" else "BOOLEAN"


def _literal(value: object) -> str:
    return "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


class DuckDB:
    """Tables in memory; the result becomes a table."""

    statement = KNOWN

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")
        for enum in ENUMS:
            self.connection.execute(enum)

    def decide(self, station: Station) -> Answer:
        """One station: for the first answer of a process."""
        self.load([station])
        self.batch(None)
        return self.answers(None)[0]

    def load(self, stations: list[Station]) -> None:
        """These stations as the table."""
        columns = ", ".join(f"{name} {_type(name)}" for name in FACTS)
        self.connection.execute(f"CREATE OR REPLACE TABLE stations ({columns})")
        for first in range(0, len(stations), 1000):
            rows = (f"({', '.join(_literal(each[name]) for name in FACTS)})" for each in stations[first : first + 1000])
            self.connection.execute(f"INSERT INTO stations VALUES {', '.join(rows)}")

    def prepared(self, facts: Arrays) -> None:
        """Arrays as the table."""
        own = {f"{name}_value": np.ma.getdata(array) for name, array in facts.items()}
        own |= {f"{name}_open": np.ma.getmaskarray(array) for name, array in facts.items() if np.ma.is_masked(array)}
        self.connection.register("arrays", own)
        result = f"list_value({_texts(ASSESSED)})[assessed_value + 1]::assessed"
        values = {name: result if name == "assessed" else f"{name}_value" for name in FACTS}
        columns = ", ".join(
            f"CASE WHEN NOT {name}_open THEN {value} END AS {name}" if f"{name}_open" in own else f"{value} AS {name}"
            for name, value in values.items()
        )
        self.connection.execute(f"CREATE OR REPLACE TABLE stations AS SELECT {columns} FROM arrays")
        self.connection.unregister("arrays")

    def batch(self, _: object) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE answers AS {self.statement}")

    def answers(self, _: object) -> list[Answer]:
        return list(self.connection.execute(f"SELECT {', '.join(PLACES)} FROM answers").fetchall())


class OpenDuckDB(DuckDB):
    """The same, exact where facts are NULL."""

    statement = OPENED
