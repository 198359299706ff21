"""Programs over arrays: columns as they come, memory used again, threads, lists, and what is looked up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import numpy as np
import pytest

from policylang.engines.arrays import memory
from policylang.engines.arrays.columns import ABSENT, KNOWN, Column, Columns, Records
from policylang.engines.arrays.compute import CodedColumn, NeedsColumn, compile_arrays
from policylang.engines.arrays.from_rows import columns_of
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.meaning import Meaning, Row
from policylang.semantics.types import Boolean, Money, Number, Text
from policylang.semantics.values import missing

N, B, T, U = Key("n"), Key("b"), Key("t"), Key("u")
AMOUNT = Key("l", None, "amount")


def over(inputs: dict[Key, Input], **lists: int) -> Graph:
    """A graph over these columns."""
    return Graph(Layout(inputs, lists))


def known(kind, **how) -> Input:
    return Input(kind, absent=False, **how)


@pytest.mark.parametrize("width", [np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64])
def test_numbers_of_any_width(width: type) -> None:
    g = over({N: known(Number("人"), most=100)})
    n = g.number(N)
    outputs = {"n": n, "less": g.less(n, g.integer(30)), "times": g.multiply(n, g.integer(1000))}
    values = np.array([0, 29, 30, 100], width)
    found = compile_arrays(outputs, g.layout)(Columns(4, {N: Column(values)}))
    assert found["n"].tolist() == [0, 29, 30, 100]
    assert (found["n"].dtype, found["times"].dtype) == (np.int8, np.int32)
    assert found["less"].tolist() == [True, True, False, False]
    assert found["times"].tolist() == [0, 29_000, 30_000, 100_000]
    assert not np.shares_memory(found["n"], values)


def test_a_column_that_may_have_holes_but_has_none() -> None:
    g = over({B: Input(Boolean())})
    outputs = {"known": g.known(B), "needs": g.gate(g.no(g.known(B)), g.missing("b"))}
    found = compile_arrays(outputs, g.layout)(Columns(2, {B: Column(np.array([True, False]))}))
    assert found["known"].tolist() == [True, True]
    assert [found["needs"][row] for row in range(2)] == [frozenset(), frozenset()]


def test_no_rows_and_no_records() -> None:
    g = over({AMOUNT: Input(Money()), B: Input(Boolean())}, l=3)
    needs = g.gather("l", g.gate(g.no(g.known(AMOUNT)), g.missing_field("l", "amount")), "all_of")
    outputs = {"sum": g.sum_records("l", g.number(AMOUNT)), "amount": g.number(AMOUNT), "needs": needs, "b": g.truth(B)}
    program = compile_arrays(outputs, g.layout)
    nothing = program(columns_of(g.layout, []))
    assert {name: len(each) for name, each in nothing.items()} == {"sum": 0, "amount": 0, "needs": 0, "b": 0}
    bare = program(columns_of(g.layout, [Row({}, {"l": []}), Row({}, {"l": []})]))
    assert bare["sum"].tolist() == [0, 0]
    assert len(bare["amount"]) == 0
    assert bare["needs"].codes.tolist() == [0, 0]


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_records_that_are_a_part_of_larger_columns(chunk: int) -> None:
    """Offsets need not begin at 0, as in a slice of a longer table."""
    g = over({AMOUNT: known(Money(), most=1000)}, l=3)
    amount = g.number(AMOUNT)
    outputs = {
        "sum": g.sum_records("l", amount), "most": g.extreme_record("highest", "l", amount, -1), "amount": amount,
        "needs": g.gather("l", g.gate(g.less(amount, g.integer(12)), g.missing_field("l", "amount")), "all_of"),
        "own": g.gate(g.less(amount, g.integer(12)), g.missing_field("l", "amount")),
    }  # fmt: skip
    values = np.array([99, 99, 10, 11, 12, 13, 99], np.int16)
    columns = Columns(3, {}, {"l": Records(np.array([2, 4, 4, 6], np.int32), {"amount": Column(values)})})
    found = compile_arrays(outputs, g.layout, 0)(columns, chunk=chunk)
    assert found["sum"].tolist() == [21, 0, 25]
    assert found["most"].tolist() == [11, -1, 13]
    assert found["amount"].tolist() == [10, 11, 12, 13]
    both = frozenset((frozenset(("l[0].amount", "l[1].amount")),))
    assert [found["needs"][row] for row in range(3)] == [both, frozenset(), frozenset()]
    assert [found["own"][row] for row in range(4)] == [missing("l[0].amount"), missing("l[1].amount"), frozenset(), frozenset()]


def test_more_facts_than_a_word_has_bits() -> None:
    g = over({AMOUNT: Input(Money())}, l=150)
    own = g.gate(g.no(g.known(AMOUNT)), g.either([g.missing_field("l", "amount"), g.missing("x")]))
    outputs = {"all": g.gather("l", own, "all_of"), "together": g.gather("l", own, "together"), "own": own}
    rows = [Row({}, {"l": [{"amount": None if number % step == 0 else 5} for number in range(140)]}) for step in (50, 70, 7, 1)]
    found = compile_arrays(outputs, g.layout)(columns_of(g.layout, rows))
    for row, each in enumerate(rows):
        meaning = Meaning(each)
        assert found["all"][row] == meaning(outputs["all"])
        assert found["together"][row] == meaning(outputs["together"])
        assert [found["own"][140 * row + k] for k in range(140)] == [meaning(own, k) for k in range(140)]


def test_texts() -> None:
    g = over({T: Input(Text()), U: Input(Text())})
    outputs = {"same": g.same(T, U), "like": g.like(T, ("柳", "市")), "one": g.like(U, ("柳州市",))}
    rows = [Row({T: t, U: u}) for t, u in (("柳州市", "柳州市"), ("柳市", "柳州市"), (None, None), (None, "柳州市"), ("泸州", "柳"))]
    found = compile_arrays(outputs, g.layout)(columns_of(g.layout, rows))
    assert found["same"].tolist() == [True, False, False, False, False]
    assert found["like"].tolist() == [True, False, False, False, False]
    assert found["one"].tolist() == [True, True, False, True, False]


def test_memory_is_used_again_when_nobody_has_it() -> None:
    g = over({N: known(Number("人"), most=100)})
    program = compile_arrays({"n": g.number(N), "twice": g.multiply(g.number(N), g.integer(2))}, g.layout)

    def place(found: Any) -> int:
        return int(found["n"].__array_interface__["data"][0])

    columns = [Columns(300, {N: Column(np.full(300, n, np.int8))}) for n in range(5)]
    first = program(columns[0])
    second = program(columns[1])
    assert place(second) != place(first)
    once = place(first)
    kept = first["twice"]
    del first
    assert place(program(columns[2])) not in {once, place(second)}  # a part of it is kept
    del kept
    third = [program(columns[3]) for _ in range(3)][-1]
    assert second["n"].tolist() == [1] * 300
    assert third["n"].tolist() == [3] * 300
    later = {place(program(columns[4])) for _ in range(6)}
    assert len(later) <= 3


def test_each_of_many_large_results_has_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_SHARED", 100)
    monkeypatch.setattr(memory, "_SPARE", 1000)
    held = memory.Memory()
    found = held.arrays({1: (200, np.dtype(np.int16)), 2: (90, np.dtype(bool))})
    assert {key: (array.dtype, len(array)) for key, array in found.items()} == {1: (np.int16, 200), 2: (bool, 90)}
    places = {key: array.__array_interface__["data"][0] for key, array in found.items()}
    kept = found.pop(2)
    kept[:] = True
    found.clear()
    again = held.arrays({1: (200, np.dtype(np.int16)), 2: (90, np.dtype(bool))})
    assert again[1].__array_interface__["data"][0] == places[1]
    assert again[2].__array_interface__["data"][0] != places[2]
    again[2][:] = False
    assert kept.all()
    held.arrays({1: (2000, np.dtype(np.int16))})
    assert held._blocks == []  # more than is kept


def many(random: Random, rows: int) -> tuple[Graph, Columns]:
    """Columns of stations of which some facts are missing."""
    keys = [Key(f"b{number}") for number in range(12)]
    g = over({key: Input(Boolean()) for key in keys})
    state = [np.array([random.choice((ABSENT, KNOWN)) for _ in range(rows)], np.uint8) for _ in keys]
    return g, Columns(rows, {key: Column(each == KNOWN, each) for key, each in zip(keys, state, strict=True)})


@pytest.mark.parametrize("cells", [0, 2**14])
def test_codes_do_not_depend_on_threads(cells: int) -> None:
    g, columns = many(Random(3), 400)
    keys = list(columns.columns)
    open_ = [g.gate(g.no(g.known(key)), g.missing(key.fact)) for key in keys]
    outputs = {"needs": g.either(open_), "bits": (g.pack([g.known(key) for key in keys]), g.truth(keys[0]))}
    program = compile_arrays(outputs, g.layout, cells)
    found = [program(columns, threads=threads, chunk=chunk) for threads, chunk in ((1, 400), (3, 7), (2, 50))]
    with ThreadPoolExecutor(3) as pool:
        found += pool.map(lambda chunk: program(columns, threads=2, chunk=chunk), (11, 13, 17))
    for each in found:
        needs, bits = each["needs"], each["bits"]
        assert isinstance(needs, NeedsColumn)
        assert isinstance(bits, CodedColumn)
        assert (needs.codes.tolist(), needs.ways) == (found[0]["needs"].codes.tolist(), found[0]["needs"].ways)
        assert (bits.codes.tolist(), bits.values) == (found[0]["bits"].codes.tolist(), found[0]["bits"].values)
    assert len(set(needs.ways)) == len(needs.ways)


def test_a_later_call_has_other_patterns() -> None:
    g, columns = many(Random(4), 60)
    open_ = [g.gate(g.no(g.known(key)), g.missing(key.fact)) for key in columns.columns]
    needs = g.either([g.all_of(open_[:6]), g.all_of(open_[6:])])
    program = compile_arrays({"needs": needs}, g.layout, 0)
    for start in range(0, 60, 20):
        part = {k: Column(c.values[start : start + 20], c.state[start : start + 20]) for k, c in columns.columns.items()}
        cells = [{k: bool(v) if s == KNOWN else None for k, (v, s) in zip(part, row, strict=True)}
                 for row in zip(*(zip(c.values, c.state, strict=True) for c in part.values()), strict=True)]  # fmt: skip
        found = program(Columns(20, part))["needs"]
        assert [found[row] for row in range(20)] == [Meaning(Row(each))(needs) for each in cells]


def test_a_chain_of_thresholds_costs_no_more_steps_than_a_short_one() -> None:
    def steps(rules: int) -> int:
        g = over({N: known(Number("人"), most=100_000), B: known(Boolean())})
        n = g.number(N)
        cases = [(g.both(g.at_most(g.integer(rule * 7), n), g.truth(B)), g.integer(rule)) for rule in range(rules, 0, -1)]
        program = compile_arrays({"value": g.choose(cases, g.integer(0))}, g.layout)
        values = np.arange(0, 9000, 1, np.int32)
        found = program(Columns(9000, {N: Column(values), B: Column(values % 2 == 0)}))["value"]
        assert found.tolist() == [min(v // 7, rules) if v % 2 == 0 else 0 for v in range(9000)]
        (part,) = program._parts.values()
        return len(part.code.steps)

    assert steps(1000) == steps(100)
