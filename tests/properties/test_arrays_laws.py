"""Programs over arrays say what the plan means, whatever the layout, the stations and the graph."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import Case, cases

from policylang.engines.arrays.compute import CELLS, NeedsColumn, compile_arrays
from policylang.engines.arrays.from_rows import columns_of


def computed(case: Case, cells: int = CELLS, **how):
    """Every output as a list of plain values."""
    found = compile_arrays(case.outputs, case.layout, cells)(columns_of(case.layout, case.rows), **how)
    return {
        name: [each.ways[code] for code in each.codes] if isinstance(each, NeedsColumn) else each.tolist()
        for name, each in found.items()
    }


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.sampled_from((0, 5, 100, CELLS)))
def test_every_node_is_what_it_means(case: Case, limit: int) -> None:
    assert computed(case, limit) == case.expected()


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.data())
def test_an_output_asked_for_alone_is_the_same(case: Case, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(case.outputs)))
    assert computed(case, only=[name]) == {name: case.expected()[name]}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(20, 12), st.integers(1, 7))
def test_chunks_and_threads_change_nothing(case: Case, chunk: int) -> None:
    assert computed(case, chunk=chunk, threads=2) == case.expected()
