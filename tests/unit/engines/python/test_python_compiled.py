"""Generated functions: how they are called, what is in their source, what they leave out, how they grow."""

from __future__ import annotations

import ast
import re

import pytest

from policylang.engines.python import compile_python
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.meaning import NEVER, NULL, Meaning, Row
from policylang.plan.nodes import Node, Table
from policylang.semantics.types import Boolean, Day, Number, Text

A, B, N, M = Key("a"), Key("b"), Key("n"), Key("m", "2024")
COUNT = Input(Number("人"), most=100_000)
LAYOUT = Layout({B: Input(Boolean()), N: COUNT, A: Input(Boolean()), M: COUNT})
BOTH = pytest.mark.parametrize("branches", [4000, 0])

HOSTILE = (
    "'); raise SystemExit #", '"""', "\\", "\n raise SystemExit\n", "x0", "k0", "{x0}", "%s", "__import__('os').abort()", "never", "decide", "设立 为",
)  # fmt: skip


@BOTH
def test_hostile_names_and_texts_never_reach_the_source(branches: int) -> None:
    for bad in HOSTILE:
        text, flag, number = Key(bad), Key(bad, bad), Key(bad + "n")
        field, other = Key(bad, None, bad), Key(bad, None, bad + "'")
        layout = Layout(
            {text: Input(Text()), flag: Input(Boolean(), null=True), number: COUNT, field: COUNT, other: Input(Text())},
            {bad: 3}, frozenset((bad,)), frozenset((bad,)),
        )  # fmt: skip
        g = Graph(layout)
        outputs = {
            bad: g.like(text, (bad, bad)),
            bad + "1": g.any((g.truth(flag), g.null(flag), g.given(bad))),
            bad + "2": g.look_up(Table(bad, 1, (4, 5), 6), g.number(number)),
            bad + "3": g.gather(bad, g.gate(g.no(g.known(field)), g.missing_field(bad, bad)), "together"),
            bad + "4": g.gate(g.no(g.listed(bad)), g.missing(bad)),
            bad + "5": g.any_record(bad, g.like(other, (bad, ""))),
            bad + "6": g.number(field),
        }
        compiled = compile_python(outputs, layout, branches=branches)
        names = {node.id for node in ast.walk(ast.parse(compiled.source)) if isinstance(node, ast.Name)}
        ours = r"[xlgkvyrsto][0-9]*|never|null|like|moved|year|all_of|together|either|bisect|len|min|max|str|_"
        assert all(re.fullmatch(ours, name) for name in names), names
        strings = [node for node in ast.walk(ast.parse(compiled.source)) if isinstance(node, ast.Constant)]
        assert not any(isinstance(node.value, (str, bytes)) for node in strings)
        row = Row(
            {text: bad + "," + bad, flag: NULL, number: 2}, {bad: [{bad: None, bad + "'": bad + "!"}, {bad: 1, bad + "'": None}]}
        )
        got, meaning = compiled.row(row), Meaning(row)
        assert got[bad] is True
        assert got[bad + "1"] is True
        assert got[bad + "2"] == 5
        assert compiled.needs(got[bad + "3"]) == {frozenset((f"{bad}[0].{bad}",))} == meaning(outputs[bad + "3"])
        assert compiled.needs(compiled.row(Row({}))[bad + "4"]) == {frozenset((bad,))}
        assert got[bad + "5"] is True
        assert got[bad + "6"] == [0, 1]


def test_cells_are_those_used_in_the_order_of_the_layout() -> None:
    g = Graph(LAYOUT)
    compiled = compile_python({"more": g.less(g.number(N), g.number(M)), "b": g.truth(B)}, LAYOUT)
    assert compiled.keys == (B, N, M)
    assert compiled.outputs == ("more", "b")
    assert compiled(True, 3, 4) == compiled.decide(True, 3, 4) == (True, True)
    assert compiled(None, 3, None) == (False, False)
    assert compiled.row(Row({M: 1, N: 0, A: True})) == {"more": True, "b": False}


@BOTH
def test_a_yes_is_a_yes_however_it_is_said_and_nothing_else_is(branches: int) -> None:
    layout = Layout({A: Input(Boolean(), nothing=True, null=True), B: Input(Boolean())})
    g = Graph(layout)
    compiled = compile_python({"a": g.truth(A), "b": g.truth(B), "no": g.both(g.known(B), g.no(g.truth(B)))}, layout, branches=branches)
    for cell, want in ((True, True), (1, True), (False, False), (0, False), (None, False)):
        assert compiled(cell, cell) == (want, want, cell is not None and not want)
        assert [type(value) for value in compiled(cell, cell)] == [bool] * 3
    assert compiled(NEVER, None)[0] is compiled(NULL, None)[0] is False


@BOTH
def test_records_are_tuples_of_the_fields_used(branches: int) -> None:
    kind, day = Key("awards", None, "kind"), Key("awards", None, "day")
    layout = Layout({kind: COUNT, day: Input(Day(), nothing=True), A: Input(Boolean())}, {"awards": 3}, frozenset(("awards",)))
    g = Graph(layout)
    outputs = {
        "each": g.add(g.number(kind), g.integer(1)),
        "sum": g.sum_records("awards", g.number(kind)),
        "needs": g.gather("awards", g.gate(g.no(g.known(kind)), g.missing_field("awards", "kind")), "all_of"),
        "unlisted": g.no(g.listed("awards")),
        "never": g.any_record("awards", g.nothing(day)),
    }
    compiled = compile_python(outputs, layout, branches=branches)
    assert compiled.keys == ()
    assert compiled.lists == ("awards",)
    assert compiled.fields == {"awards": (kind, day)}
    each, total, needs, unlisted, never = compiled([(4, 1), (None, NEVER), (None, None)])
    assert (each, total, unlisted, never) == ([5, 1, 1], 4, False, True)
    assert compiled.needs(needs) == {frozenset(("awards[1].kind", "awards[2].kind"))}
    assert compiled(None) == ([], 0, 0, True, False)


class Untouchable(list):
    """Records that nobody may look at."""

    def __iter__(self):
        raise AssertionError


def test_what_no_branch_needs_is_not_computed() -> None:
    kind = Key("awards", None, "kind")
    layout = Layout({kind: COUNT, A: Input(Boolean()), N: COUNT, B: Input(Boolean())}, {"awards": 3})
    g = Graph(layout)
    total = g.sum_records("awards", g.number(kind))
    lacking = g.gather("awards", g.gate(g.no(g.known(kind)), g.missing_field("awards", "kind")), "all_of")
    outputs: dict[str, Node] = {
        "gate": g.gate(g.truth(A), g.all_of((lacking, g.missing("n")))),
        "and": g.both(g.truth(A), g.less(total, g.integer(9)), g.no(g.equal(total, g.integer(5)))),
        "choose": g.choose([(g.truth(B), g.number(N)), (g.truth(A), g.add(total, g.number(N)))], g.integer(7)),
    }
    for name, node in outputs.items():
        compiled = compile_python({name: node}, layout, branches=0)
        cells = {A: False, B: False, N: 1}
        unread = compiled(*(cells[key] for key in compiled.keys), Untouchable([(3,)]))
        assert unread == {"gate": (0,), "and": (False,), "choose": (7,)}[name]
        cells[A] = True
        with pytest.raises(AssertionError):
            compiled(*(cells[key] for key in compiled.keys), Untouchable([(3,)]))


@BOTH
def test_a_table_of_thresholds_stays_small(branches: int) -> None:
    for step in (10, 0):
        g = Graph(LAYOUT)
        cuts = [step * i if step else i * i for i in range(1, 251)]
        cases = [(g.both(g.known(N), g.no(g.less(g.number(N), g.integer(cut)))), g.integer(cut)) for cut in reversed(cuts)]
        compiled = compile_python({"level": g.choose(cases, g.integer(-1))}, LAYOUT, branches=branches)
        for cut in cuts:
            assert (compiled(cut - 1), compiled(cut)) == ((max([-1, *(c for c in cuts if c < cut)]),), (cut,))
        assert compiled(None) == (-1,)
        assert compiled(99_999) == (cuts[-1],)
        if branches:
            assert compiled.source.count("\n") < 12


def test_shared_parts_of_a_tree_are_written_once() -> None:
    """How many of n conditions hold, modulo 7: 2**n ways through the questions, but few different ones."""
    flags = [Key(f"f{i}") for i in range(16)]
    layout = Layout({key: Input(Boolean()) for key in flags})
    g = Graph(layout)
    state = [g.true, *[g.false] * 6]
    for key in flags:
        yes = g.truth(key)
        state = [g.either_of(g.both(yes, state[i - 1]), g.both(g.no(yes), state[i])) for i in range(7)]
    compiled = compile_python({"rest": g.choose([(held, g.integer(i)) for i, held in enumerate(state)], g.integer(-1))}, layout)
    assert compiled.source.count("\n") < 1000
    assert "v1" not in compiled.source  # no straight lines
    for held in (0, 1, 7, 8, 15, 16):
        assert compiled(*[i < held for i in range(16)]) == (held % 7,)


@BOTH
def test_long_chains_compile(branches: int) -> None:
    g = Graph(LAYOUT)
    flags = [g.equal(g.number(N), g.integer(3 * i)) for i in range(1500)]
    total = g.number(M)
    for i in range(600):
        total = g.add(g.least(total, g.add(g.number(M), g.integer(i))), g.integer(1))
    outputs = {
        "choice": g.choose([(flag, g.integer(i)) for i, flag in enumerate(flags)], g.integer(-1)),
        "any": g.any(flags),
        "needs": g.all_of(g.gate(flag, g.missing(f"f{i}")) for i, flag in enumerate(flags)),
        "deep": total,
    }
    compiled = compile_python(outputs, LAYOUT, branches=branches)
    row = Row({N: 3 * 1400, M: 5})
    got = compiled.row(row)
    assert (got["choice"], got["any"]) == (1400, True)
    assert compiled.needs(got["needs"]) == {frozenset(("f1400",))}
    assert got["deep"] == 605
