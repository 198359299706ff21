"""What stands over a column: names, ids, periods in every spelling, units, other names, and what is none of these."""

from __future__ import annotations

import pytest

from policylang.batch.heads import Names, period_of
from policylang.batch.model import Notes, TableError
from policylang.batch.opening import find_head
from policylang.compiler import compile_policy
from policylang.plan.layout import Key
from unit.diagnostics.fragments import assembled

POLICY = compile_policy(
    assembled(
        """\
事实
  引进人才（talents）：每年 数量（人），由 市科技局 核定
  引进人才奖励（talent_award）：金额，由 市科技局 核定
  活动场数（events）：每季度 数量（场），由 市科技局 核定
  信息条数（posts）：每月 数量（条），由 市科技局 核定
  有名无实（nominal）：每年 是否，由 市科技局 评判
  牵头单位（host）：文本
  名单（people）：清单（人），由 市科技局 核定：
    年度（year）：数量（年）
"""
    ).encode(),
    "表头.pol",
).policy


@pytest.fixture(scope="module")
def names():
    assert POLICY is not None
    return Names(POLICY, 2024)


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("引进人才.2024", "talents.2024"), ("引进人才 2024", "talents.2024"), ("引进人才（2024年）", "talents.2024"),
        ("引进人才(2024)", "talents.2024"), ("talents.2024", "talents.2024"), ("2024年引进人才", "talents.2024"),
        ("2024年度引进人才", "talents.2024"), ("引进人才_2024", "talents.2024"), ("引进人才２０２４年", "talents.2024"),
        ("引进人才\n2024年", "talents.2024"), ("引进人才-2024", "talents.2024"), ("引进人才 2024年（人）", "talents.2024"),
        ("引进人才奖励", "talent_award"), ("引进人才奖励（元）", "talent_award"),
        ("活动场数.2024Q1", "events.2024Q1"), ("2024年第1季度活动场数", "events.2024Q1"), ("活动场数2024年一季度", "events.2024Q1"),
        ("活动场数 2024-Q3", "events.2024Q3"), ("信息条数.2024-03", "posts.2024-03"), ("2024年3月信息条数", "posts.2024-03"),
        ("信息条数（2024年十二月）", "posts.2024-12"), ("信息条数 2024.3", "posts.2024-03"),
        ("有名无实", "nominal.*"), ("有名无实 2024", "nominal.2024"), ("牵头单位", "host"), ("host", "host"),
    ],
)  # fmt: skip
def test_a_head_names_a_fact(names, head, key):
    assert str(names.find(head).key) == key


@pytest.mark.parametrize("head", ["", "备注", "人才", "引进人材", "引进人才 某年", "活动场数", "活动场数 2024", "信息条数 2024年13月", "2024", "引进人才（男）"])
def test_a_head_that_names_none(names, head):
    assert names.find(head) is None


def test_a_yearly_fact_without_a_year_is_that_of_the_assessment_year(names):
    found = names.find("引进人才")
    assert found.key == Key("talents", "2024")
    assert "按考核年度2024年计" in found.note.zh


MEMBERS = [
    ("已定考核等次", "grade"), ("考核等次·已定", "grade"), ("考核等次（已定）", "grade"), ("recorded grade", "grade"),
    ("grade.recorded", "grade"), ("2024年已定考核等次", "grade"), ("已定考核等次（2024年）", "grade"), ("已定设站资格", "status"),
    ("申请设站", "[].申请设站"), ("是否申请设站", "[].申请设站"), ("applying", "[].申请设站"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "key"), MEMBERS)
def test_what_is_settled_and_who_applies_has_a_column_in_a_table_of_all_stations(names, head, key):
    own = Names(POLICY, 2024, members=True)
    assert str(own.find(head).key) == key
    assert str(own.member(head)) == key
    assert names.find(head) is None
    assert names.member(head) is None
    assert "--population" in names.hint(head)[0]


def test_what_is_settled_of_another_year_is_passed_through():
    own = Names(POLICY, 2024, {"等次": "已定考核等次"}, members=True)
    assert own.find("已定考核等次（2023年）") is None
    assert own.find("2024年已定设站资格") is None
    assert own.find("已定考核") is None
    assert own.member("等次") == Key("grade")
    assert "已定考核等次" in own.hint("考核等次")[0]


def test_a_fact_goes_before_what_is_settled():
    policy = compile_policy(assembled("事实\n  申请设站：数量（家）\n").encode(), "表头.pol").policy
    assert policy is not None
    assert all(Names(policy, 2024, members=all_).find("申请设站").key == Key("申请设站") for all_ in (False, True))
    assert Names(policy, 2024, members=True).find("申请人") is None


def test_money_in_other_units_is_converted_and_said(names):
    found = names.find("引进人才奖励（万元）")
    assert found.factor == 10_000
    assert "万元" in found.note.zh


def test_a_head_in_another_unit_is_refused(names):
    with pytest.raises(TableError, match="counted in"):
        names.find("引进人才 2024（场）")


def test_the_columns_of_a_table(names):
    head = names.head(["序号", "站名", "引进人才 2024", "名单", "备住", ""])
    assert (head.keys, list(head.facts), list(head.lists)) == ((1,), [2], [3])
    assert set(head.others) == {0, 4, 5}
    assert names.head(["站名", "甲"], []).keys == ()
    assert names.head(["地区", "甲", "站号"], ["站号", "地区"]).keys == (2, 0)


def test_a_near_miss_is_told(names):
    assert names.head(["引进人材奖励"]).others == (0,)
    assert "引进人才奖励" in names.hint("引进人材奖励")[0]
    assert names.hint("备注") == ("", "")


def test_two_columns_of_one_fact_and_missing_keys_are_refused(names):
    with pytest.raises(TableError, match="the same fact"):
        names.head(["引进人才 2024", "talents.2024"])
    with pytest.raises(TableError, match="no column"):
        names.head(["引进人才 2024"], ["站号"])


def test_other_names_of_an_office():
    names = Names(POLICY, 2024, {"今年引才": "引进人才.2024", "单位": "站名"})
    assert names.find("今年引才").key == Key("talents", "2024")
    assert names.head(["单位", "今年引才"]).keys == (0,)
    with pytest.raises(TableError, match="no fact"):
        Names(POLICY, 2024, {"今年引才": "引进人材.2024"})


def test_the_head_is_found_below_titles_and_over_two_rows(names):
    rows = [
        ["某市汇总表", "", "", ""],
        ["", "", "", ""],
        ["站名", "引进人才", "", "牵头单位"],
        ["", "2024年", "2025年", ""],
        ["甲", "1", "2", "乙"],
    ]
    notes = Notes()
    found = find_head(rows, names, "表", notes)
    assert (found.first, found.last) == (2, 3)
    assert found.texts == ["站名", "引进人才 2024年", "引进人才 2025年", "牵头单位"]
    assert "占两行" in next(iter(notes)).message.zh


def test_years_over_facts_read_as_well(names):
    found = find_head([["站名", "2024年", "", "2025年"], ["", "引进人才", "有名无实", "引进人才"]], names, "表")
    assert [str(names.find(text).key) for text in found.texts[1:]] == ["talents.2024", "nominal.2024", "talents.2025"]


def test_a_table_without_facts_is_told_what_a_head_looks_like(names):
    with pytest.raises(TableError) as fault:
        find_head([["甲", "乙"], ["1", "2"]], names, "表一")
    assert "第一行是：甲、乙" in fault.value.message.zh


def test_periods():
    assert period_of("quarter", "2024年四季度").key == "2024Q4"
    assert period_of("month", "2024年3月份").key == "2024-03"
    assert period_of("year", "2024年第1季度") is None
