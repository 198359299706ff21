"""Parts that several conditions share become nodes of their own; nothing that they say changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.nodes import in_order
from policylang.plan.shared import shared
from policylang.semantics.types import Boolean
from properties.plans import made_up

FLAGS = [Key(f"f{i:02}") for i in range(80)]


@pytest.fixture
def graph():
    return Graph(Layout({key: Input(Boolean()) for key in FLAGS}))


@pytest.fixture
def flags(graph):
    return [graph.truth(key) for key in FLAGS]


def parts(node):
    return {arg.data for arg in in_order([node]) if arg.op == "truth"}


def work(nodes):
    """How many conditions of two there are in all."""
    return sum(len(node.args) - 1 for node in in_order(nodes) if node.op in {"and", "or"})


@pytest.mark.parametrize("seed", range(80))
def test_nothing_changes(seed):
    case = made_up(Random(seed), 40, 5)
    made = shared(case.graph, case.outputs.values())
    found = replace(case, outputs={name: made[node.number] for name, node in case.outputs.items()})
    assert found.expected() == case.expected()


def test_what_conditions_share_is_there_once(graph, flags):
    before = [graph.all([*flags[:6], flags[6 + n]]) for n in range(5)]
    made = shared(graph, before)
    after = [made[node.number] for node in before]
    assert (work(before), work(after)) == (30, 10)
    assert [parts(node) for node in after] == [parts(node) for node in before]
    [core] = {arg for node in after for arg in node.args if arg.op == "and"}
    assert parts(core) == {*FLAGS[:6]}


def test_a_disjunction_shares_with_conjunctions_of_the_opposites(graph, flags):
    some = graph.any(flags[:5])
    none = graph.all([*(graph.no(flag) for flag in flags[:4]), flags[7]])
    made = shared(graph, [some, none])
    [inner] = [arg for arg in made[some.number].args if arg.op == "or"]
    assert parts(inner) == {*FLAGS[:4]}
    assert graph.no(inner) in made[none.number].args


def test_what_only_one_condition_has_is_not_taken_apart(graph, flags):
    one, other = graph.all(flags[:5]), graph.any(flags[10:15])
    made = shared(graph, [one, other])
    assert (made[one.number], made[other.number]) == (one, other)


def test_what_is_done_stays(graph, flags):
    done = graph.no(graph.all(flags[:3]))
    wanted = [graph.either_of(done, flags[5], flags[6]), graph.either_of(done, flags[5], flags[7])]
    made = shared(graph, wanted, {done.number})
    [inner] = {arg for node in wanted for arg in made[node.number].args if arg.op == "or"}
    assert set(inner.args) == {done, flags[5]}


def test_very_long_conditions_are_left_alone(graph, flags):
    long, short = graph.all(flags), graph.all(flags[:2])
    made = shared(graph, [long, short])
    assert made[long.number] is long
