"""The layers of a statement become selects that read one another."""

import duckdb
import pytest

from policylang.engines.sql.chain import Chain
from policylang.engines.sql.dialect import Dialect


def chain_of(layers):
    """Each layer adds one to the column of the layer before."""
    chain = Chain("s", ("k",))
    name = chain.put("c0", "v", 0).text
    for layer in range(1, layers):
        name = chain.add(f"c{layer}", f"{name} + 1", [name]).text
    chain.need([name], chain.top)
    return chain, name


@pytest.mark.parametrize("shared", [(), (3, 250)])
def test_there_may_be_hundreds_of_layers(shared):
    chain, last = chain_of(600)
    chain.shared.update(shared)
    dialect = Dialect()
    parts = [part for layer in range(chain.top) if (part := chain.part(dialect, layer)) is not None]
    assert len(parts) == len(shared)
    whole = "".join(f", {part}" for part in parts)
    with duckdb.connect() as connection:
        sql = f"WITH s_ AS (SELECT 1 AS k, 10 AS v){whole} SELECT {last} FROM {chain.source(dialect, chain.top)} AS p"
        assert connection.execute(sql).fetchall() == [(609,)]
