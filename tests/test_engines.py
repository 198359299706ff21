"""Every operation of a plan is computed by every engine, as ``plan.meaning`` says."""

from __future__ import annotations

from random import Random

import pytest

from differential.computing import ENGINES, HERE, NeedsFound
from policylang.engines.arrays.from_rows import columns_of
from policylang.plan.nodes import KINDS, in_order
from properties.plans import Case, made_up
from unit.engines.sql.sql_engines import why_not


def cases():
    """Cases that together have every operation."""
    found = {}
    for seed in range(300):
        case = made_up(Random(seed), 15, 4)
        for operation in {node.op for node in in_order(case.outputs.values())}:
            found.setdefault(operation, []).append(case)
    return found


CASES = cases()


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "meaning"])
@pytest.mark.parametrize("operation", sorted(KINDS))
def test_every_engine_computes_every_operation(engine, operation):
    reason = None if engine in HERE else why_not(engine)
    if reason is not None:
        pytest.skip(reason)
    for case in CASES[operation][: 3 if engine in HERE else 1]:
        own = {name: node for name, node in case.outputs.items() if node.op == operation}
        outputs = own or {name: node for name, node in case.outputs.items() if operation in {n.op for n in in_order([node])}}
        found = ENGINES[engine](outputs, case.layout, columns_of(case.layout, case.rows))
        for name, wanted in Case(case.layout, case.graph, case.rows, outputs).expected().items():
            column = found[name]
            values = [column.ways[code] for code in column.codes] if isinstance(column, NeedsFound) else column.tolist()
            assert values == wanted, case.outputs[name]
