"""Typed facts as the cells of a row, and the layout that rows need."""

from datetime import date
from fractions import Fraction

import pytest

from policylang.compiler import compile_policy
from policylang.facts.model import EVERY_YEAR, Facts
from policylang.facts.typed import facts_from_python
from policylang.plan.layout import Input, Key
from policylang.plan.meaning import NEVER, NULL
from policylang.plan.rows import CellError, layout_of, row_of
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Text

POLICY = """办法 t 《试行办法》
事实
  甲（a）：是否
  人数（n）：数量（人）
  比例（r）：数量（%）
  经费（fee）：金额
  类别（k）：选项（高校（uni）、协会（assoc））
  材料（p）：多选（申请书（form）、合同（deal）、证书（card））
  批准日（day）：日期
  城市（city）：文本
  结论（v）：每年 选项（优（top）、差（low）），空值表示 未考核
  推介（posts）：每月 数量（条）
  备注（z）：每年 是否
  名单（l）：清单（人）：
    级别（x）：选项（一（one）、二（two））
    数目（q）：数量（人）
    离职日（gone）：日期
结果
  可（ok）：条件
第一条
  可 应当具备：甲
"""
policy = compile_policy(POLICY.encode(), "t.pol").policy


def row(**facts):
    found, errors = facts_from_python(policy, facts)
    assert not errors, [str(e) for e in errors]
    return row_of(policy, found)


@pytest.mark.parametrize(
    ("facts", "cells"),
    [
        ({"a": False}, {Key("a"): False}),
        ({"n": 3, "r": "12.345678%", "fee": "3.5万元"}, {Key("n"): 3, Key("r"): 12_345_678, Key("fee"): 3_500_000}),
        ({"k": "assoc", "p": ["card", "form"]}, {Key("k"): 1, Key("p"): 5}),
        ({"p": []}, {Key("p"): 0}),
        ({"day": "0001-01-01", "city": "柳州"}, {Key("day"): 1, Key("city"): "柳州"}),
        ({"day": "never"}, {Key("day"): NEVER}),
        ({"v": {"2024": "low", "2023": None}}, {Key("v", "2024"): 1, Key("v", "2023"): NULL}),
        ({"posts": {"2024-03": 7}}, {Key("posts", "2024-03"): 7}),
        ({"z": False}, {Key("z", EVERY_YEAR): False}),
        ({"z": [2024]}, {Key("z", EVERY_YEAR): False, Key("z", "2024"): True}),
        ({}, {}),
    ],
)
def test_cells(facts, cells):
    found = row(**facts).cells
    assert found == cells
    assert {key: type(cell) for key, cell in found.items()} == {key: type(cell) for key, cell in cells.items()}


def test_lists_and_series_without_an_entry():
    assert row(l=[]).lists == {"l": []}
    assert row().lists == {}
    assert row(l=[{"x": "two"}, {"q": 3, "gone": "never"}]).lists == {"l": [{"x": 1}, {"q": 3, "gone": NEVER}]}
    assert row(v={}).given == {"v"}
    assert row(v={"2024": None}).given == {"v"}
    assert row().given == frozenset()


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"n": 10**9 + 1}, "n"),
        ({"fee": 10**11 + 1}, "fee"),
        ({"r": "10001%"}, "r"),
        ({"posts": {"2024-03": 10**10}}, "posts.2024-03"),
        ({"l": [{}, {"q": 10**10}]}, "l[1].q"),
    ],
)
def test_numbers_beyond_a_column(facts, path):
    with pytest.raises(CellError, match=r"超出.*beyond") as caught:
        row(**facts)
    assert caught.value.path == path


def test_the_largest_numbers_are_kept():
    assert row(n=10**9, fee=10**11, r="10000%").cells == {Key("n"): 10**9, Key("fee"): 10**13, Key("r"): 10**10}


def test_what_is_too_fine_is_refused():
    with pytest.raises(CellError, match="过细"):
        row_of(policy, Facts({"fee": Fraction(1, 1000)}))
    with pytest.raises(CellError, match="过细"):
        row_of(policy, Facts({"n": Fraction(1, 2)}))


def test_a_layout_holds_what_the_rows_have_and_no_more():
    choice = Choice(policy.facts[8].type.options)
    rows = [
        row(a=True, n=3, day="never", v={"2024": "top"}, l=[{"x": "one"}, {"x": "two", "q": 9}], z=False, posts={}),
        row(a=False, n=8, day="2024-01-01", v={"2024": None, "2023": "low"}, city="柳州", p=["form"]),
        row(a=True, n=0, fee="1元", day="2024-01-01", l=[], r="50%", k="uni"),
    ]
    found = layout_of(policy, rows)
    parts = ChoiceSet(policy.facts[5].type.options)
    assert dict(found.inputs) == {
        Key("a"): Input(Boolean(), absent=False),
        Key("n"): Input(Number("人"), absent=False, most=8),
        Key("r"): Input(Number("%"), most=50_000_000),
        Key("fee"): Input(Money(), most=100),
        Key("k"): Input(policy.facts[4].type),
        Key("p"): Input(parts),
        Key("day"): Input(Day(), absent=False, nothing=True),
        Key("city"): Input(Text()),
        Key("v", "2023"): Input(choice),
        Key("v", "2024"): Input(choice, null=True),
        Key("z", EVERY_YEAR): Input(Boolean()),
        Key("l", None, "x"): Input(policy.facts[11].fields[0].type, absent=False),
        Key("l", None, "q"): Input(Number("人"), most=9),
    }
    assert found.lists == {"l": 2}
    assert found.unlisted == {"l"}
    assert found.empty == {"posts"}
    assert found.periods("v") == ("2023", "2024")
    assert found.since == date(2024, 1, 1).toordinal()
    assert layout_of(policy, [row(n=1)]).since is None


def test_layouts_of_nothing_and_of_zero():
    assert layout_of(policy, []) == layout_of(policy, [row()])
    assert not layout_of(policy, [row()]).inputs
    assert layout_of(policy, [row(n=0)]).inputs[Key("n")].most == 1
    assert layout_of(policy, [row(l=[])]).lists == {"l": 0}
    assert layout_of(policy, [row(l=[])]).unlisted == frozenset()


def test_the_day_of_a_cell_is_its_ordinal():
    assert row(day="2024-02-29").cells[Key("day")] == date(2024, 2, 29).toordinal()
