"""Conditions that come to the same become one node; nothing that a plan says changes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from policylang.plan import merged as pass_
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.merged import Merging
from policylang.plan.nodes import in_order
from policylang.semantics.types import Boolean, Day, Number
from properties.plans import made_up

DAY, COUNT, FLAGS = Key("d"), Key("n"), [Key(f"f{i}") for i in range(14)]
LAYOUT = Layout({DAY: Input(Day(), nothing=True), COUNT: Input(Number()), **{key: Input(Boolean()) for key in FLAGS}})


@pytest.fixture
def graph():
    return Graph(LAYOUT)


def taken(graph, *outputs, steps=100_000):
    """The nodes that stand for these."""
    merging = Merging(graph, steps)
    for node in in_order(outputs):
        merging.add(node)
    return [merging.instead[node.number] for node in outputs]


@pytest.mark.parametrize("seed", range(120))
def test_nothing_changes(seed):
    case = made_up(Random(seed), 40, 5)
    nodes = taken(case.graph, *case.outputs.values())
    found = replace(case, outputs=dict(zip(case.outputs, nodes, strict=True)))
    assert found.said({name: node.level for name, node in case.outputs.items()}) == case.expected()


def test_a_day_that_is_known_has_happened(graph):
    known, never = graph.known(DAY), graph.nothing(DAY)
    [found, impossible] = taken(graph, graph.both(known, graph.no(never)), graph.both(known, never, graph.truth(FLAGS[0])))
    assert found is known
    assert impossible is graph.false


def test_numbers_between_cut_points(graph):
    number, ten, twenty = graph.number(COUNT), graph.integer(10), graph.integer(20)
    less = graph.less(number, ten)
    [one, other] = taken(graph, less, graph.both(less, graph.less(number, twenty)))
    assert other is one


def test_the_opposite_of_a_condition_is_written_as_such(graph):
    a, b = graph.truth(FLAGS[0]), graph.truth(FLAGS[1])
    both = graph.both(a, b)
    [one, other] = taken(graph, both, graph.either_of(graph.no(a), graph.no(b)))
    assert other is graph.no(one)


def test_a_case_that_is_never_reached_is_left_out(graph):
    less = [graph.less(graph.number(COUNT), graph.integer(n)) for n in (10, 5, 20)]
    values = [graph.integer(n) for n in (1, 2, 3, 4)]
    [found] = taken(graph, graph.choose(zip(less, values[:3], strict=True), values[3]))
    assert [arg for arg in found.args if arg.kind == "int"] == [values[0], values[2], values[3]]
    [last] = taken(graph, graph.choose([(less[0], values[0]), (graph.no(less[1]), values[1])], values[3]))
    assert last.args == (less[0], values[0], values[1])


def test_the_same_condition_of_records_and_of_their_station():
    key, own = Key("f"), Key("l", None, "v")
    graph = Graph(Layout({key: Input(Boolean()), own: Input(Boolean())}, {"l": 3}))
    station, record = graph.truth(key), graph.truth(own)
    odd = graph.either_of(graph.both(station, record), graph.both(station, graph.no(record)))
    [early, late] = taken(graph, odd, graph.either_of(graph.both(station, graph.truth(key)), graph.false))
    assert early is late is station


def test_what_grows_too_large_is_asked_as_one_question(graph, monkeypatch):
    monkeypatch.setattr(pass_, "_BRANCHES", 4)
    flags = [graph.truth(key) for key in FLAGS]
    large = graph.any(graph.both(one, other) for one, other in zip(flags[:7], flags[7:], strict=True))
    [found, twice] = taken(graph, large, graph.both(large, graph.known(DAY)))
    assert found is large
    assert twice is graph.both(large, graph.known(DAY))


def test_without_steps_everything_stays(graph):
    a, b = graph.truth(FLAGS[0]), graph.truth(FLAGS[1])
    redundant = graph.either_of(graph.both(a, b), graph.both(a, graph.no(b)))
    assert taken(graph, redundant, steps=0) == [redundant]
    assert taken(graph, redundant) == [a]
