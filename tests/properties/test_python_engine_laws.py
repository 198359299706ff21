"""Generated Python says of every random graph and row what the nodes mean, whichever way it is generated."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from plans import Case, cases, made_up

from policylang.engines.python import Compiled, compile_python, tables
from policylang.plan.meaning import Meaning

#: How many branches a tree may have: as usual; so few that most trees are given up; none.
LIMITS = (4000, 24, 0)
quiet = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_same(case: Case, compiled: Compiled) -> None:
    for row in case.rows:
        meaning, got = Meaning(row), compiled.row(row)
        assert list(got) == list(case.outputs)
        for name, node in case.outputs.items():
            if node.level is None:
                want, value = meaning(node), got[name]
            else:
                records = range(len(row.lists.get(node.level) or ()))
                want, value = [meaning(node, record) for record in records], got[name]
            if node.kind == "needs":
                value = compiled.needs(value) if node.level is None else [compiled.needs(each) for each in value]
            assert value == want, (name, node, compiled.source)
            assert node.level is not None or type(value) is type(want), (name, node, compiled.source)


@pytest.mark.parametrize("branches", LIMITS)
@given(case=cases(size=40))
@quiet
def test_random_graphs_mean_the_same(branches: int, case: Case) -> None:
    assert_same(case, compile_python(case.outputs, case.layout, branches=branches))


@pytest.mark.parametrize("steps", [0, 30, 300, 3000])
def test_the_steps_run_out_anywhere(steps: int) -> None:
    for seed in range(30):
        case = made_up(Random(seed), 40, 4)
        assert_same(case, compile_python(case.outputs, case.layout, steps=steps))
        few = dict(list(case.outputs.items())[-4:])
        assert_same(Case(case.layout, case.graph, case.rows, few), compile_python(few, case.layout, steps=steps))


@pytest.mark.parametrize("branches", LIMITS)
def test_outputs_alone_mean_the_same(branches: int) -> None:
    """One output at a time, so that most fit into a tree, and what only branches need stays in them."""
    for seed in range(40):
        case = made_up(Random(seed), 60, 6)
        for name in list(case.outputs)[-6:]:
            one = {name: case.outputs[name]}
            assert_same(Case(case.layout, case.graph, case.rows, one), compile_python(one, case.layout, branches=branches))


def test_outputs_looked_up_mean_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reads few classes of few cells comes from a table, however small it is."""
    monkeypatch.setattr(tables, "_NODES", 0)
    for seed in range(60):
        case = made_up(Random(seed), 40, 4)
        assert_same(case, compile_python(case.outputs, case.layout))
        few = dict(list(case.outputs.items())[-3:])
        assert_same(Case(case.layout, case.graph, case.rows, few), compile_python(few, case.layout))
