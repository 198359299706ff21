"""Every mistake with names that a policy can have: what is underlined, what is said, what would mend it."""

from __future__ import annotations

import pytest
from mistakes import faults, one, source, when

from policylang.compiler import compile_policy


def test_the_policy_around_the_mistakes_is_sound():
    assert faults(source()) == []


# Names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "under", "hint"),
    [
        ("有站张", "有站张", "是否想写“有站长”？"),
        ("有站长且有场所", "有站长且有场所", "是否想写“有站长 且 有场所”？"),
        ("有站长或有场所", "有站长或有场所", "是否想写“有站长 或 有场所”？"),
        ("非有站长", "非有站长", "是否想写“非 有站长”？"),
        ("类别为高校", "类别为高校", "是否想写“类别 为 高校”？"),
        ("海外院士", "海外院士", "在“事实”里声明它，或用“定义”给出它的含义"),
        ("存在 名册", "名册", "是否想写“名单”？"),
        ("存在 名单 其中（级别甲 为 甲）", "级别甲", "是否想写“级别”？"),
        ("总计 名单 的 工钱 1元以上", "工钱", "是否想写“工资”？"),
        ("口径 读作 宽", "口径", "在“事实”里声明它，或用“定义”给出它的含义"),
    ],
)
def test_unknown_name(condition, under, hint):
    assert when(condition) == ("unknown-name", under, hint)


@pytest.mark.parametrize(
    ("article", "under"),
    [
        ("级 由 市科技局 评定，记于 结论书", "结论书"),
        ("态度 为 有效", "态度"),
        ("职责 事（d）：有站长，对每一 名册", "名册"),
        ("限额 数（q）：不超过3家\n  合计：已设数", "已设数"),
        ("限额 数（q）：不超过3家\n  每个：城市名", "城市名"),
        ("限额 数（q）：不超过3家\n  计入：有站张", "有站张"),
        ("限额 数（q）：不超过3家\n  除外：有站张", "有站张"),
        ("限额 数（q）：不超过 名额", "名额"),
        ("定义 丙：有站长，未记载时取 有站张", "有站张"),
        ("定义 丙：人数，自 2025年1月1日 改为 人头数", "人头数"),
        ("职责 事（d）：每年 有站张", "有站张"),
        ("职责 事（d）：每年 有站长，自 批准时间", "批准时间"),
        ("期限 事（d）：批准时间 起 5日内", "批准时间"),
        ("期限 事（d）：批准日 起 5日内，完成于 办结日", "办结日"),
        ("期限 事（d）：批准日 起 5日内，适用于 有站张", "有站张"),
        ("提示 事（d）：“说”，当 有站张", "有站张"),
        ("可 应当具备：\n  有站张", "有站张"),
        ("可 应当具备：\n  有站长，适用于 有场地", "有场地"),
        ("补 给予 经费数", "经费数"),
        ("补 给予 不超过 经费数", "经费数"),
        ("补 给予 1元 至 经费数", "经费数"),
        ("补 给予 经费数 提高20%", "经费数"),
        ("补 给予 补助费 的 20%", "补助费"),
        ("态 为 有效，当 海外院士 属于 高校", "海外院士"),
        ("态 为 有效，当 海外院士 含 申请书", "海外院士"),
        ("态 为 有效，当 人头数 ＋ 人数 5人以上", "人头数"),
        ("态 为 有效，当 人数 ＋ 人头数 5人以上", "人头数"),
        ("奖 给予 1元，对每一 名册", "名册"),
        ("级 按表，当 有站张：\n  | 人数 | 级 |\n  | 5人以上 | A级 |", "有站张"),
        ("级 按表：\n  | 人头 | 级 |\n  | 5人以上 | A级 |", "人头"),
    ],
)
def test_unknown_name_anywhere(article, under):
    code, found, _ = one(source(article))
    assert (code, found) == ("unknown-name", under)


@pytest.mark.parametrize(
    ("outcomes", "under"),
    [
        ("  丁（d）：金额，自 起始日\n", "起始日"),
        ("  丁（d）：金额，对每一 名册\n", "名册"),
        ("  丁（d）：金额，决定额 决定数\n", "决定数"),
        ("  丁（d）：金额，不重复享受 伯乐奖\n", "伯乐奖"),
    ],
)
def test_unknown_name_in_an_outcome(outcomes, under):
    code, found, _ = one(source("丁 给予 1元", outcomes=outcomes))
    assert (code, found) == ("unknown-name", under)


def test_unknown_name_of_what_a_rule_decides():
    assert one(source("设站资格 为 有效")) == ("unknown-name", "设站资格", "在“结果”里声明它")


def test_unknown_name_in_a_constraint():
    assert one(source(facts="  须 批准日期 不早于 2020年1月1日\n"))[:2] == ("unknown-name", "批准日期")


@pytest.mark.parametrize(
    ("text", "under"),
    [
        (source(facts="  有站长（h2）：是否\n"), "有站长"),
        (source(facts="  站长二（head）：是否\n"), "head"),
        (source("定义 有站长：人数 1人以上"), "有站长"),
        (source("疑义 级：“？”\n  采用 甲：“一”\n  另解 乙：“二”"), "级"),
        (source("职责 人数：有站长"), "人数"),
        (source("期限 有场所（z）：批准日 起 5日内"), "有场所"),
        (source("提示 人数（z）：“说”"), "人数"),
        (source("限额 人数（z）：不超过3家"), "人数"),
        (source(facts="  戊：选项（高、高）\n"), "高"),
        (source(facts="  戊：选项（高（a）、低（a））\n"), "低"),
        (source("定义 丙（c）：有站长\n定义 丙（e）：有站长"), "丙"),
        (source("疑义 丙（c）：“？”\n  采用 甲：“一”\n  另解 甲：“二”"), "甲"),
        (source("级 为 A级", outcomes="  可（k）：条件\n"), "可"),
    ],
)
def test_duplicate_name(text, under):
    found = [f for f in faults(text) if f[0] != "no-adopted-reading"]
    assert [f[:2] for f in found] == [("duplicate-name", under)]


def test_duplicate_name_shows_the_first_place():
    compiled = compile_policy(source(facts="  有站长（h2）：是否\n").encode(), "t.pol")
    (label,) = compiled.diagnostics[0].secondary
    text = compiled.source.text
    assert text[label.span.start : label.span.end] == "有站长"
    assert label.span.start < compiled.diagnostics[0].primary.span.start


@pytest.mark.parametrize(
    ("condition", "under", "hint"),
    [
        ("类别 为 高效", "高效", "是否想写“高校”？可选的值有：高校、协会"),
        ("类别 属于 高校、企业", "企业", "可选的值有：高校、协会"),
        ("学历 不低于 博土", "博土", "是否想写“博士”？可选的值有：博士、硕士、本科"),
        ("材料 含 申报书", "申报书", "是否想写“申请书”？可选的值有：申请书、合同"),
        ("级 为 C级", "C级", "是否想写“A级”？可选的值有：A级、B级"),
    ],
)
def test_unknown_option(condition, under, hint):
    assert when(condition) == ("unknown-option", under, hint)


@pytest.mark.parametrize(
    ("article", "under", "hint"),
    [
        ("态 为 撤消", "撤消", "是否想写“撤销”？可选的值有：有效、撤销"),
        ("态 为 5人", "5人", "可选的值有：有效、撤销"),
        ("态 为 不超过5人", "不超过5人", "可选的值有：有效、撤销"),
        ("级 按表：\n  | 人数 | 级 |\n  | 5人以上 | C级 |", "C级", "是否想写“A级”？可选的值有：A级、B级"),
        ("级 按表：\n  | 类别 | 级 |\n  | 企业 | A级 |", "企业", "可选的值有：高校、协会"),
        (
            "疑义 口径：“？”\n  采用 宽：“一”\n  另解 严：“二”\n态 为 撤销，当 口径 读作 松",
            "松",
            "可选的读法有：宽、严",
        ),
    ],
)
def test_unknown_option_of_a_result(article, under, hint):
    assert one(source(article)) == ("unknown-option", under, hint)


def test_not_an_outcome():
    assert one(source("人数 为 5人"))[:2] == ("not-an-outcome", "人数")
    assert one(source("有站长 应当具备：有场所"))[:2] == ("not-an-outcome", "有站长")
    assert one(source("有站长 按表：\n  | 人数 | 有站长 |\n  | 5人以上 | 是 |"))[:2] == ("not-an-outcome", "有站长")
    assert one(source("人数 由 市科技局 评定，记于 结论"))[:2] == ("not-an-outcome", "人数")
