"""Counting stations: exact sums, groups in order, blocks, and stations that are named only where a finding is open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from policylang.compiler import compile_policy
from policylang.engines.arrays.columns import KNOWN, NOTHING, NULL, Column, Columns
from policylang.engines.arrays.compute import compile_arrays
from policylang.engines.arrays.from_rows import columns_of
from policylang.engines.arrays.population import Population, outputs, population
from policylang.engines.arrays.tallies import Groups, Sums
from policylang.facts.model import Facts
from policylang.facts.typed import facts_from_python
from policylang.plan.build import plan
from policylang.plan.layout import Key
from policylang.plan.rows import layout_of, row_of_member
from policylang.runtime.decide import Decider
from policylang.runtime.quotas import Station
from policylang.semantics.calendar import Calendar
from policylang.semantics.types import Boolean, Choice, Day, Money, Number, Option, Text

AS_OF = date(2025, 6, 30)
NOBODY = Facts({})
POLICY = """办法 t 《试行办法》
事实
  甲（a）：是否
  增设（extra）：是否
  城市（city）：文本
  经费（fee）：金额
  名额（places）：数量（家）
结果
  可（ok）：条件
  补（grant）：金额
第一条
  可 应当具备：甲
  补 给予 经费，当 甲
  限额 总数（cap）：不超过2家
    计入：甲
  限额 公布数（given）：不超过 名额
  限额 一城一站（one）：不超过1家
    每个：城市
    计入：甲
    除外：增设
  限额 预算（budget）：不超过1000000万元
    累计：经费
  限额 比例（share）：约50%
    计入：甲
  汇总 总额（total）：
    补
"""


@cache
def policy():
    found = compile_policy(POLICY.encode(), "t.pol").policy
    assert found is not None
    return found


def stations(*facts, applicants=()):
    """Stations a, b, c, ... with these facts."""
    typed = [facts_from_python(policy(), each)[0] for each in facts]
    return [Station(chr(97 + n), each, {}, chr(97 + n) in applicants) for n, each in enumerate(typed)]


def computed(asked, office=NOBODY):
    """The plan, the results, the columns and who decides on the office."""
    rows = [row_of_member(policy(), NOBODY, station) for station in asked]
    layout = layout_of(policy(), rows)
    made = plan(policy(), layout, AS_OF)
    columns = columns_of(layout, rows)
    results = compile_arrays(outputs(made), layout)(columns)
    return made, results, columns, Decider(policy(), office, AS_OF, made.year, made.readings, Calendar.official())


def by_name(found):
    return {getattr(each, "quota", getattr(each, "forecast", None)).id + (f"#{each.group}" if getattr(each, "group", None) else ""): each for each in found}


def findings(asked, office=NOBODY, **how):
    made, results, columns, decider = computed(asked, office)
    counted = Population(made)
    counted.add(results, columns, [each.id for each in asked], np.array([each.applicant for each in asked], bool), **how)
    return by_name(counted.findings(decider))


YES, NO = {"a": True, "fee": 100}, {"a": False, "fee": 100}


def test_constants_need_not_be_computed():
    made, *_ = computed(stations(YES, NO))
    names = outputs(made)
    assert names
    assert all(node.op != "constant" for node in names.values())
    assert all(name == f"n{node.number}" for name, node in names.items())
    assert any(plan.low.op == "constant" for plan in made.quotas)


def test_one_block_at_once():
    asked = stations(YES, {"fee": 1}, NO)
    made, results, columns, decider = computed(asked)
    for ids in (["a", "b", "c"], np.array(["a", "b", "c"], object)):
        found = by_name(population(made, results, columns, ids, None, decider))
        assert found["cap"].counted == (1, 2)
        assert found["cap"].result == "ok"
        assert found["cap"].needs == ()
        assert found["share"].total == 3
        assert found["share"].needs == ()
        assert found["total"].needs == ("b.a",)
        assert found["total"].total == (100, 101)


def test_stations_are_named_where_a_finding_is_open():
    found = findings(stations(YES, YES, {"fee": 1}))
    assert found["cap"].result == "undetermined"
    assert found["cap"].needs == ("c.a",)
    assert found["given"].needs == ("places",)
    assert found["given"].limit is None


def test_a_number_of_the_office():
    office, _ = facts_from_python(policy(), {"places": 1})
    found = findings(stations(YES, YES, applicants="b"), office)
    assert found["given"].result == "violated"
    assert found["given"].after == (2, 2)
    assert found["given"].room == 0


def test_the_exception_of_an_applicant():
    one = {"a": True, "city": "深圳"}
    for extra, result, needs in (({"extra": True}, "warn", ()), ({}, "undetermined", ("b.extra",)), ({"extra": False}, "violated", ())):
        found = findings(stations(one, {**one, **extra}, applicants="b"))["one#深圳"]
        assert (found.result, found.needs, found.discretionary) == (result, needs, extra.get("extra") is True)


def test_groups_stand_as_they_first_come_and_lost_stations_count_against_each():
    shown = findings(stations({"a": True, "city": "乙"}, YES, {"a": True, "city": "甲"}, {"a": False, "city": "乙"}, NO))
    assert [name for name in shown if name.startswith("one")] == ["one#乙", "one#甲"]
    assert shown["one#乙"].unplaced == ("b",)
    assert shown["one#乙"].total == 2
    assert shown["one#乙"].needs == ("b.city",)


def test_only_those_that_are_counted():
    asked = stations({"a": True, "city": "乙", "fee": 1}, {"a": True, "city": "甲", "fee": 2}, {"fee": 4}, {"a": True, "fee": 8}, applicants="b")
    some = np.array([False, True, True, False])
    assert findings(asked, counted=some) == findings([each for each, there in zip(asked, some, strict=True) if there])


def test_blocks_add_up():
    facts = [{"a": n % 3 == 0, "fee": n, "city": "甲乙丙"[n % 3]} if n % 7 else {"fee": n} for n in range(26)]
    asked = stations(*facts, applicants="bdq")
    whole = findings(asked)
    rows = [row_of_member(policy(), NOBODY, station) for station in asked]
    layout = layout_of(policy(), rows)
    made = plan(policy(), layout, AS_OF)
    program, counted = compile_arrays(outputs(made), layout), Population(made)
    for start in range(0, 26, 5):
        columns = columns_of(layout, rows[start : start + 5])
        block = asked[start : start + 5]
        counted.add(program(columns), columns, [s.id for s in block], np.array([s.applicant for s in block], bool))
    *_, office = computed(asked)
    assert by_name(counted.findings(office)) == whole
    assert whole["budget"].counted == (sum(n for n in range(26) if n not in (1, 3, 16)),) * 2


def test_sums_beyond_sixty_four_bits():
    """A thousand budgets of the greatest sum, some of them in one group."""
    most = 2**62
    values = np.full(1000, most)
    values[1::2] = -most
    rows = np.ones(1000, bool)
    rows[1::2] = False
    alone, grouped = Sums(), Sums()
    alone.add(values, rows)
    groups = np.arange(1000) % 4
    grouped.add(values, np.ones(1000, bool), groups)
    grouped.add(values, np.ones(1000, bool), groups)
    assert alone[0] == 500 * most
    assert [grouped[n] for n in range(5)] == [500 * most, -500 * most, 500 * most, -500 * most, 0]


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64])
def test_sums_of_every_width(kind):
    values = np.random.default_rng(5).integers(np.iinfo(kind).min // 2, np.iinfo(kind).max // 2, 3000).astype(kind)
    rows, groups = values % 3 != 0, np.arange(3000) % 7
    found, alone = Sums(), Sums()
    found.add(values, rows, groups)
    alone.add(values, rows)
    numbers = values.tolist()
    assert [found[g] for g in range(7)] == [sum(v for n, v in enumerate(numbers) if n % 7 == g and rows[n]) for g in range(7)]
    assert alone[0] == sum(v for n, v in enumerate(numbers) if rows[n])


def test_counts():
    counts = Sums()
    counts.count(np.array([True, False, True]), None, 7)
    counts.count(np.array([True, True, True]), np.array([2, 0, 2]))
    assert [counts[n] for n in range(4)] == [15, 0, 2, 0]


@pytest.mark.parametrize(
    ("kind", "cells", "names"),
    [
        (Text(), ["乙", "甲", "乙"], ["乙", "甲"]),
        (Choice((Option("高校", "uni"), Option("协会", "assoc"))), [1, 0, 1], ["协会", "高校"]),
        (Boolean(), [True, False, True], ["True", "False"]),
        (Number("人"), [3, 0, 3], ["3", "0"]),
        (Money(), [150, 100, 150], ["3/2", "1"]),
        (Day(), [738_000, 1, 738_000], [str(date.fromordinal(738_000)), "0001-01-01"]),
    ],
)
def test_names_of_groups(kind, cells, names):
    groups = Groups("k", kind)
    columns = Columns(3, {Key("k"): Column(np.array(cells, object if isinstance(kind, Text) else None))})
    assert groups.of(columns, np.ones(3, bool)).tolist() == [0, 1, 0]
    assert groups.names == names


def test_groups_of_what_is_not_known():
    groups = Groups("k", Day())
    column = Column(np.array([0, 0, 5, 0, 7]), np.array([NOTHING, NULL, KNOWN, NOTHING, KNOWN], np.uint8))
    rows = np.array([True, True, True, True, False])
    assert groups.of(Columns(5, {Key("k"): column}), rows).tolist() == [0, -1, 1, 0, -1]
    assert groups.names == ["NOTHING", "0001-01-05"]
    assert Groups("k", Day()).of(Columns(2, {}), np.ones(2, bool)).tolist() == [-1, -1]
    assert Groups(None, None).of(Columns(2, {}), np.ones(2, bool)) is None
    assert Groups(None, None).names == [None]


def test_a_budget_beyond_its_limit():
    found = findings(stations(*({"a": True, "fee": 10**9} for _ in range(11))))
    assert found["budget"].counted == (11 * 10**9,) * 2
    assert found["budget"].result == "violated"
    assert found["total"].total == (Fraction(11 * 10**9), Fraction(11 * 10**9))
    assert found["total"].kind == "exact"
