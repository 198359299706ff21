"""Programs over arrays say what the plan means, whatever the layout, the stations and the graph."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from plans import Case, cases

from policylang.engines.arrays.compute import CELLS, CodedColumn, NeedsColumn, compile_arrays
from policylang.engines.arrays.from_rows import columns_of


def computed(case: Case, cells: int = CELLS, **how):
    """Every output as a list of plain values."""
    return plain(compile_arrays(case.outputs, case.layout, cells)(columns_of(case.layout, case.rows), **how))


def plain(found):
    """Results as lists of plain values."""
    return {
        name: [each.ways[code] for code in each.codes] if isinstance(each, NeedsColumn) else each.tolist()
        for name, each in found.items()
        if not isinstance(each, CodedColumn)
    } | {name: list(each) for name, each in found.items() if isinstance(each, CodedColumn)}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.sampled_from((0, 5, 100, CELLS)))
def test_every_node_is_what_it_means(case: Case, limit: int) -> None:
    assert computed(case, limit) == case.expected()


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.data(), st.sampled_from((0, 5, CELLS)))
def test_an_output_asked_for_alone_is_the_same(case: Case, data: st.DataObject, limit: int) -> None:
    name = data.draw(st.sampled_from(sorted(case.outputs)))
    assert computed(case, limit, only=[name]) == {name: case.expected()[name]}


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(20, 12), st.integers(1, 7))
def test_chunks_and_threads_change_nothing(case: Case, chunk: int) -> None:
    assert computed(case, chunk=chunk, threads=2) == case.expected()


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(20), st.data(), st.sampled_from((0, 5, CELLS)))
def test_several_outputs_together_are_coded(case: Case, data: st.DataObject, limit: int) -> None:
    level = data.draw(st.sampled_from((None, *case.layout.lists)))
    fit = {name: node for name, node in case.outputs.items() if node.kind != "needs" and node.level in (None, level)}
    assume(any(node.level == level for node in fit.values()))
    names = data.draw(st.lists(st.sampled_from(sorted(fit)), min_size=1, max_size=5))
    assume(any(fit[name].level == level for name in names))
    outputs = {"all": tuple(fit[name] for name in names), **case.outputs}
    found = plain(compile_arrays(outputs, case.layout, limit)(columns_of(case.layout, case.rows), chunk=3))
    counts = [len(row.lists.get(level) or ()) if level else 1 for row in case.rows]
    expected = case.expected()
    parts = [
        expected[name] if fit[name].level == level else [v for v, n in zip(expected[name], counts, strict=True) for _ in range(n)]
        for name in names
    ]
    assert found == {"all": [*zip(*parts, strict=True)], **expected}
