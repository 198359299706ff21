"""Mistakes with units and kinds of values: what is underlined and what would mend it."""

from __future__ import annotations

import pytest
from mistakes import RULES, faults, one, source, when


@pytest.mark.parametrize(
    ("condition", "code", "under"),
    [
        ("人数 5个以上", "unit-mismatch", "5个以上"),
        ("场数 5人以上", "unit-mismatch", "5人以上"),
        ("人数 5人次以上", "unit-mismatch", "5人次以上"),
        ("人数 不少于 场数", "unit-mismatch", "不少于 场数"),
        ("人数 为 场数", "unit-mismatch", "场数"),
        ("人数 ＋ 场数 5人以上", "unit-mismatch", "场数"),
        ("人数 5以上", "unit-missing", "5以上"),
        ("经费 5以上", "unit-missing", "5以上"),
        ("经费 5人以上", "type-mismatch", "5人以上"),
        ("人数 5万元以上", "type-mismatch", "5万元以上"),
        ("占比 5人以上", "unit-mismatch", "5人以上"),
        ("批准日 的年度 为 2025", "unit-missing", "2025"),
        ("连续2人 有站长", "unit-mismatch", "2人"),
        ("连续1年 有站长", "unit-mismatch", "1年"),
        ("连续21年 有站长", "unit-mismatch", "21年"),
        ("连续2.5年 有站长", "unit-mismatch", "2.5年"),
        ("时点 不晚于 批准日 后 2人", "unit-mismatch", "2人"),
        ("时点 不晚于 批准日 后 1.5年", "unit-mismatch", "1.5年"),
        ("时点 不晚于 批准日 后 0日", "unit-mismatch", "0日"),
        ("时点 不晚于 批准日 后 10000年", "unit-mismatch", "10000年"),
    ],
)
def test_units(condition, code, under):
    assert when(condition)[:2] == (code, under)


@pytest.mark.parametrize(
    ("article", "code", "under"),
    [
        ("补 给予 5，当 有站长", "unit-missing", "5"),
        ("补 给予 5人，当 有站长", "unit-missing", "5人"),
        ("补 给予 不超过5", "unit-missing", "5"),
        ("补 给予 5至20人", "unit-missing", "20人"),
        ("补 给予 人数 × 5", "unit-missing", "人数 × 5"),
        ("期限 事（d）：批准日 起 5人内", "unit-mismatch", "5人"),
        ("限额 数（q）：约20家", "unit-mismatch", "20家"),
        ("限额 数（q）：不超过20%", "unit-mismatch", "20%"),
        ("限额 数（q）：不超过50万元", "unit-mismatch", "50万元"),
        ("限额 数（q）：不超过 有站长", "unit-mismatch", "有站长"),
        ("限额 数（q）：不超过5家\n  累计：经费", "unit-mismatch", "5家"),
    ],
)
def test_units_of_amounts(article, code, under):
    found = faults(source(article, rules=RULES.replace("  补 给予 1万元\n", "") if article.startswith("补") else RULES))
    assert found[-1][:2] == (code, under)
    assert [f[0] for f in found[:-1]] in ([], ["outcome-without-rules"])


@pytest.mark.parametrize(
    ("condition", "under"),
    [
        ("有站长 5人以上", "有站长 5人以上"),
        ("类别 不低于 高校", "类别 不低于 高校"),
        ("人数 早于 5人", "人数 早于 5人"),
        ("城市 超过 城市", "城市 超过 城市"),
        ("名单 5人以上", "名单 5人以上"),
        ("材料 为 申请书", "材料 为 申请书"),
        ("名单 为 名单", "名单 为 名单"),
        ("材料 含 人数", "人数"),
        ("类别 属于 人数、高校", "人数"),
        ("类别 属于 学历", "学历"),
        ("人数 属于 高校", "人数"),
        ("类别 含 高校", "类别"),
        ("人数 为 有站长", "有站长"),
        ("类别 为 学历", "学历"),
        ("有站长 ＋ 人数 1人以上", "有站长"),
        ("人数 ＋ 有站长 1人以上", "有站长"),
        ("经费 × 经费 1元以上", "经费"),
        ("经费 的 5人 1元以上", "5人"),
        ("有站长 的 5% 1元以上", "5%"),
        ("人数 后 1年 不晚于 时点", "人数"),
        ("人数 的年度 为 2025年", "人数"),
        ("有站长 应付", "有站长"),
        ("态 应付", "态"),
        ("存在 人数", "人数"),
        ("总计 名单 的 级别 1元以上", "级别"),
        ("人数 读作 宽", "人数"),
        ("5人 读作 宽", "5人"),
        ("（批准日 后 1年） 早于 5人", "早于 5人"),
    ],
)
def test_types(condition, under):
    assert when(condition)[:2] == ("type-mismatch", under)


@pytest.mark.parametrize(
    ("text", "under"),
    [
        (source("补 给予 经费 提高20%"), "经费 提高20%"),
        (source("丁 给予 补 提高20个", outcomes="  丁（d）：金额\n"), "20个"),
        (source("丁 给予 1元", outcomes="  丁（d）：金额，不重复享受 补、有站长\n"), "有站长"),
        (source("定义 丙：人数，未记载时取 有站长"), "有站长"),
        (source("定义 丙：人数，自 2025年1月1日 改为 有站长"), "有站长"),
        (source("职责 事（d）：有站长，对每一 人数"), "人数"),
        (source("职责 事（d）：每年 有站长，自 人数"), "人数"),
        (source("期限 事（d）：人数 起 5日内"), "人数"),
        (source("级 由 市科技局 评定，记于 类别"), "级 由 市科技局 评定，记于 类别"),
        (source("态 由 市科技局 评定，记于 结论"), "态 由 市科技局 评定，记于 结论"),
        (source(facts="  戊：是否：\n    己：是否\n"), "是否"),
        (source(facts="  戊：清单（人）\n"), "清单（人）"),
        (source(facts="  戊：每年 清单（人）：\n    己：是否\n"), "清单（人）"),
        (source(facts="  戊：清单（人）：\n    己：每年 是否\n"), "是否"),
        (source(facts="  戊：清单（人）：\n    己：清单（人）：\n      庚：是否\n"), "清单（人）"),
        (source(facts="  戊：数量（人），未记载视为 否\n"), "未记载视为 否"),
        (source(facts="  戊：选项（高、低），未记载视为 中\n"), "未记载视为 中"),
        (source("丁 给予 1元", outcomes="  丁（d）：金额，自 人数\n"), "人数"),
        (source("丁 给予 1元", outcomes="  丁（d）：金额，对每一 人数\n"), "人数"),
        (source("级 按表：\n  | 人数 | 级 |\n  | 有站长 | A级 |"), "有站长"),
        (source("态 为 撤销，当 推介 1条以上"), "推介"),
        (source("职责 事（d）：每季度 推介 1条以上"), "推介"),
        (source("职责 事（d）：推介 1条以上"), "推介"),
        (source("职责 事（d）：每月 上年度 （推介 1条以上）"), "推介"),
        (source("定义 够：推介 1条以上\n态 为 撤销，当 够"), "推介"),
        (source("提示 事（d）：“说”，当 推介 1条以上"), "推介"),
        (source("限额 数（q）：不超过3家\n  计入：推介 1条以上"), "推介"),
        (source("限额 数（q）：不超过3家\n  每个：推介"), "推介"),
        (source("职责 事（d）：每月 推介 1条以上，适用于 推介 1条以上"), None),
    ],
)
def test_types_elsewhere(text, under):
    found = [f[:2] for f in faults(text) if f[0] != "outcome-without-rules"]
    assert found == ([] if under is None else [("type-mismatch", under)])


@pytest.mark.parametrize(
    ("condition", "under"),
    [
        ("人数", "人数"),
        ("类别 且 有站长", "类别"),
        ("非 人数", "人数"),
        ("连续2年 级", "级"),
        ("任一年度 人数", "人数"),
    ],
)
def test_not_a_condition(condition, under):
    assert when(condition)[:2] == ("not-a-condition", under)


def test_not_a_condition_elsewhere():
    article = "疑义 口径：“？”\n  采用 宽：“一”\n  另解 严：“二”\n态 为 有效，当 口径"
    assert one(source(article)) == ("not-a-condition", "口径", "写“口径 读作 ……”")
    assert one(source(facts="  须 时点 不早于 2020年1月1日\n"))[:2] == (
        "not-a-condition",
        "须 时点 不早于 2020年1月1日",
    )


def test_and_and_or_need_brackets():
    assert when("有站长 且 有场所 或 人数 2人以上") == (
        "mixed-and-or", "有站长 且 有场所 或 人数 2人以上", "给其中一组加上括号（ ）",
    )  # fmt: skip
    assert when("有站长 或 有场所 且 人数 2人以上")[0] == "mixed-and-or"


def test_impossible_dates():
    assert when("批准日 晚于 2025年2月30日")[:2] == ("impossible-date", "2025年2月30日")
    assert one(source("期限 事（d）：本年度 13月1日前"))[:2] == ("impossible-date", "本年度 13月1日前")
    assert one(source("期限 事（d）：下年度 2月32日前"))[:2] == ("impossible-date", "下年度 2月32日前")
    assert one(source("定义 丙：人数，自 2025年2月30日 改为 5人"))[:2] == ("impossible-date", "2025年2月30日")


@pytest.mark.parametrize(
    ("article", "under"),
    [
        ("定义 够格：级别 为 甲\n态 为 有效，当 够格", "够格"),
        ("定义 够格：级别 为 甲\n职责 事（d）：够格", "够格"),
        ("定义 够格：级别 为 甲\n定义 好课：课时 2次以上\n态 为 有效，当 存在 课程 其中（够格 且 好课）", "够格"),
        ("态 为 有效，当 奖 应付", "奖"),
        ("态 为 有效，当 奖 1元以上", "奖"),
        ("定义 得奖：奖 应付\n态 为 有效，当 得奖", "得奖"),
        ("提示 事（d）：“说”，当 奖 应付", "奖"),
    ],
)
def test_record_needed(article, under):
    code, found, hint = one(source(article))
    assert (code, found) == ("record-needed", under)
    assert "对每一 名单" in hint


def test_a_record_may_be_spoken_of_where_there_is_one():
    article = "定义 得奖：奖 应付\n定义 又得奖：得奖 且 有站长\n态 为 有效，当 存在 名单 其中（又得奖）"
    assert faults(source(article)) == []
