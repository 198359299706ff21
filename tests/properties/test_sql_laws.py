"""Any plan as SQL gives what its nodes mean; here in DuckDB, in tests/unit/engines/sql in the others too."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from properties.plans import Case, cases
from unit.engines.sql.sql_engines import DuckDB
from unit.engines.sql.sql_tables import computed


@pytest.fixture(scope="module")
def duckdb():
    found = DuckDB()
    yield found
    found.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=cases(size=40, rows=6))
def test_a_statement_computes_what_the_nodes_mean(duckdb: DuckDB, case: Case) -> None:
    found, wanted = computed(duckdb, case.layout, case.rows, case.outputs), case.expected()
    for name, values in wanted.items():
        assert found[name] == values, (name, case.outputs[name])
