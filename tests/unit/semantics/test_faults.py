"""Every mistake that the meaning of a policy can have: what is underlined, what is said, what would mend it."""

from __future__ import annotations

import re

import pytest

from policylang.compiler import compile_policy

HEAD = "办法 t 《试行办法》\n"
FACTS = """事实
  人数（n）：数量（人）
  场数（m）：数量（个）
  年限（y）：数量（年）
  经费（fee）：金额
  占比（share）：数量（%）
  批准日（day）：日期
  有站长（head）：是否
  有场所（place）：是否
  类别（kind）：选项（高校（uni）、协会（assoc））
  学历（degree）：选项（博士＞硕士＞本科）
  材料（papers）：多选（申请书、合同）
  城市（city）：文本
  结论（verdict）：每年 选项（优秀、合格），空值表示 未考核
  推介（posts）：每月 数量（条）
  名单（list）：清单（人）：
    级别（class）：选项（甲、乙）
    工资（wage）：金额
  课程（courses）：清单（个）：
    课时（hours）：数量（次）
"""
OUTCOMES = """结果
  可（ok）：条件
  级（grade）：等级 A级（A）＞B级（B），每年
  态（state）：状态 有效（on）、撤销（off）
  补（money）：金额
  奖（award）：金额，对每一 名单
"""
RULES = """  可 应当具备：有站长
  级 为 A级
  态 为 有效
  补 给予 1万元
  奖 给予 1万元
"""


def source(article="", facts="", outcomes="", rules=RULES):
    lines = "".join(f"  {line}\n" for line in article.splitlines())
    return f"{HEAD}{FACTS}{facts}{OUTCOMES}{outcomes}第九条\n{rules}第一条\n{lines or '  注：“无”'}\n"


def faults(text):
    """Each finding as its code, what it underlines and its help, after what every finding must have."""
    found = compile_policy(text.encode(), "t.pol")
    result = []
    for diagnostic in found.diagnostics:
        for message in (diagnostic.message, diagnostic.help):
            assert message is not None, diagnostic
            assert message.zh.strip() and message.en.strip(), diagnostic
            assert re.search("[一-鿿]", message.zh), message
        primary = diagnostic.primary
        under = None if primary is None else found.source.text[primary.span.start : primary.span.end]
        result.append((diagnostic.code, under, diagnostic.help.zh))
    assert (found.policy is None) == any(d.severity.value == "error" for d in found.diagnostics)
    return result


def one(text):
    """The only finding: one mistake, one message."""
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def when(condition, **more):
    """The finding for a condition of a rule."""
    return one(source(f"态 为 有效，当 {condition}", **more))


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


# Units and types ------------------------------------------------------------------------------------------------


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


# Rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("article", "under", "hint"),
    [
        ("补 为 1万元", "补 为 1万元", "金额写“给予”“可给予”或“未规定”"),
        ("态 给予 有效", "态 给予 有效", "写“为”"),
        ("可 为 符合", "可 为 符合", "条件写“应当具备”"),
        ("可 未规定", "可 未规定", "条件写“应当具备”"),
        ("态 应当具备：有站长", "态 应当具备", "在“结果”里把它声明为“条件”"),
        ("补 按表：\n  | 人数 | 补 |\n  | 5人以上 | 1元 |", "补 按表", "金额写“给予”“可给予”或“未规定”"),
    ],
)
def test_wrong_verb(article, under, hint):
    assert one(source(article)) == ("wrong-verb", under, hint)


@pytest.mark.parametrize(
    ("article", "under"),
    [
        ("态 为 有效，自 批准日", "自 批准日"),
        ("职责 事（d）：有站长，其余情形", "其余情形"),
        ("期限 事（d）：批准日 起 5日内，首期不满不计", "首期不满不计"),
        ("提示 事（d）：“说”，每年", "每年"),
        ("态 为 有效，当 有站长，当 有场所", "当 有场所"),
        ("职责 事（d）：有站长，适用于 有场所，当 有站长", "当 有站长"),
        ("态 为 有效，其余情形，其余情形", "其余情形"),
        ("态 为 有效，其余情形，当 有站长", "态 为 有效，其余情形，当 有站长"),
        ("补 给予 1万元，对每一 名单", "对每一 名单"),
        ("奖 给予 1万元，对每一 课程", "对每一 课程"),
        ("补 给予 1万元，逐年累进如 有站长", "逐年累进如 有站长"),
    ],
)
def test_clause_out_of_place(article, under):
    assert one(source(article))[:2] == ("clause-out-of-place", under)


def test_a_part_of_a_fact_given_twice():
    text = source(facts="  戊：是否，由 甲局 核定，由 乙局 评判\n")
    code, under, _ = one(text)
    assert (code, under.lstrip("，")) == ("clause-out-of-place", "由 乙局 评判")


def test_a_sum_of_too_many_terms():
    terms = " ＋ ".join(["人数"] * 500)
    code, under, _ = when(f"{terms} 5人以上")
    assert (code, under) == ("too-deep", terms)


@pytest.mark.parametrize(
    ("outcome", "under"),
    [
        ("丁（d）：条件，对每一 名单", "对每一 名单"),
        ("丁（d）：条件，自 批准日", "自 批准日"),
        ("丁（d）：条件，每年，每年", "每年"),
        ("丁（d）：状态 甲、乙，一次性", "一次性"),
        ("丁（d）：等级 甲＞乙，须在施行期内", "须在施行期内"),
        ("丁（d）：金额，须在施行期内", "须在施行期内"),
        ("丁（d）：效力 甲、乙，每年", "每年"),
    ],
)
def test_clause_out_of_place_in_an_outcome(outcome, under):
    rule = {"条件": "丁 应当具备：有站长", "金额": "丁 给予 1元"}.get(outcome.split("：")[1][:2], "丁 为 甲")
    assert one(source(rule, outcomes=f"  {outcome}\n"))[:2] == ("clause-out-of-place", under)


@pytest.mark.parametrize(
    ("outcome", "under"),
    [
        ("丁（d）：等级 高、低", "丁（d）：等级"),
        ("丁（d）：等级 高", "丁（d）：等级"),
        ("丁（d）：条件 是的、不是、也许", "丁（d）：条件"),
        ("丁（d）：效力 施行", "丁（d）：效力"),
        ("丁（d）：状态 有效", "丁（d）：状态"),
    ],
)
def test_wrong_options(outcome, under):
    found = faults(source(outcomes=f"  {outcome}\n"))
    assert [f[:2] for f in found] == [("outcome-without-rules", "丁"), ("wrong-options", under)]


def test_wrong_options_do_not_cascade():
    assert one(source("丁 为 高", outcomes="  丁（d）：等级 高\n"))[:2] == ("wrong-options", "丁（d）：等级")


@pytest.mark.parametrize(
    "options", ["采用 甲：“一”", "采用 甲：“一”\n  采用 乙：“二”", "另解 甲：“一”\n  另解 乙：“二”"]
)
def test_one_reading_is_adopted(options):
    code, under, _ = one(source(f"疑义 口径：“？”\n  {options}"))
    assert (code, under) == ("no-adopted-reading", "疑义 口径")


@pytest.mark.parametrize(
    ("table", "under"),
    [
        ("| 人数 | 级 |", "级 按表"),
        ("| 级 |\n  | A级 |", "级 按表"),
        ("| 人数 | 结果 |\n  | 5人以上 | A级 |", "结果"),
        ("| 人数 | 5人 |\n  | 5人以上 | A级 |", "5人"),
        ("| | 级 |\n  | 5人以上 | A级 |", "级"),
        ("| 5人以上 | 级 |\n  | 5人以上 | A级 |", "5人以上 | 级"),
        ("| 人数 | 类别 | 级 |\n  | 5人以上 | A级 |", "5人以上 | A级"),
        ("| 人数 | 级 |\n  | | 高校 | A级 |", "高校 | A级"),
        ("| 人数 | 级 |\n  | 5人以上 | |", "5人以上"),
        ("| 人数 | 级 |\n  | 5人以上 | 不限 |", "5人以上 | 不限"),
        ("| 人数 | 级 |\n  | 金额另定 | A级 |", "金额另定"),
    ],
)
def test_half_a_table(table, under):
    found = [f for f in faults(source(f"级 按表：\n  {table}")) if f[0] != "outcome-without-rules"]
    assert [f[:2] for f in found] == [("half-table", under)]


def test_a_result_is_no_test():
    table = "补 按表 给予：\n  | 人数 | 补 |\n  | 5人以上 | 10万元以上 |\n  | 不满5人 | 不超过10万元、不超过5万元 |"
    found = faults(source(table))
    assert [f[:2] for f in found] == [
        ("half-table", "5人以上 | 10万元以上"), ("half-table", "不满5人 | 不超过10万元、不超过5万元"),
    ]  # fmt: skip


def test_a_faulty_cell_is_told_once():
    found = faults(source("级 按表：\n  | 人数 | 级 |\n  | 5个至10个 | A级 |\n  | 5场以上 | B级 |"))
    assert [f[:2] for f in found] == [("unit-mismatch", "5个至10个"), ("unit-mismatch", "5场以上")]


def test_overlapping_rules_without_precedence():
    text = source("态 为 撤销，当 人数 5人以上", rules=RULES.replace("态 为 有效", "态 为 有效，当 人数 3人以上"))
    code, under, hint = one(text)
    assert (code, under) == ("overlapping-rules", "态 为 撤销，当 人数 5人以上")
    assert "优先于 第九条" in hint
    note = compile_policy(text.encode(), "t.pol").diagnostics[0].notes[0]
    assert (note.zh, note.en) == ("例如：人数 5人", "for example: n 5 people")


def test_unreachable_rule():
    assert one(source("级 为 B级，当 人数 5人以上 且 人数 不满5人"))[:2] == (
        "unreachable-rule", "级 为 B级，当 人数 5人以上 且 人数 不满5人",
    )  # fmt: skip


def test_precedence_over_nothing():
    assert one(source("态 为 撤销，优先于 第八条，当 有站长"))[:2] == ("unknown-clause", "优先于 第八条")
    assert (
        one(source("态 为 撤销，例外于 第一条，当 有站长", rules=RULES.replace("  态 为 有效\n", "")))[0]
        == "unknown-clause"
    )


def test_two_rules_override_each_other():
    article = "态 为 撤销，优先于 第九条，当 有站长"
    rules = RULES.replace("态 为 有效", "态 为 有效，优先于 第一条，当 有场所")
    assert one(source(article, rules=rules))[:2] == ("cyclic-precedence", "态 为 有效，优先于 第一条，当 有场所")


@pytest.mark.parametrize(
    ("article", "under", "chain"),
    [
        ("定义 丙：丁\n定义 丁：丙\n态 为 有效，当 丙", "丙", "丙 → 丁 → 丙"),
        ("定义 丙：非 丙\n态 为 有效，当 丙", "丙", "丙 → 丙"),
        ("态 为 撤销，当 可\n可 应当具备：态 为 有效", "可", "可 → 态 → 可"),
        ("态 为 撤销，当 上年度 态 为 撤销", "态", "态 → 态"),
        ("定义 丙：补 应付\n补 给予 1万元，当 丙", "补", "丙 → 补 → 丙"),
        ("补 给予 补 提高20%", "补", "补 → 补"),
    ],
)
def test_nothing_needs_itself(article, under, chain):
    rules = RULES.replace("  态 为 有效\n", "").replace("  补 给予 1万元\n", "") + "  态 为 有效，其余情形\n"
    text = source(article, rules=rules)
    found = [f for f in faults(text) if f[0] != "outcome-without-rules"]
    assert [f[0] for f in found] == ["cyclic-definition"]
    told = next(d for d in compile_policy(text.encode(), "t.pol").diagnostics if d.code == "cyclic-definition")
    names = [part.strip() for part in told.message.zh.split("：")[1].split("→")]
    wanted = chain.split(" → ")
    assert names[0] == names[-1]
    assert set(names) == set(wanted)
    assert under in names


def test_the_force_of_the_measure_must_not_rest_on_what_it_guards():
    outcomes = "  力（f）：效力 施行、未施行\n  守（g）：条件，须在施行期内\n"
    found = one(source("守 应当具备：有站长\n力 为 施行，当 守\n力 为 未施行，其余情形", outcomes=outcomes))
    assert found[0] == "cyclic-definition"


# The file as a whole ----------------------------------------------------------------------------------------------


def test_missing_head():
    assert one("事实\n  甲：是否\n结果\n  可：条件\n第一条\n  可 应当具备：甲\n")[:2] == ("missing-head", None)


def test_clause_not_accounted():
    found = faults(source() + "第二条 申报程序\n第三条\n  1．要件\n  2．其他 〔程序〕\n")
    assert [f[:2] for f in found] == [("clause-not-accounted", "第二条"), ("clause-not-accounted", "1．")]


def test_duplicate_clause():
    assert one(source() + "第一条 又一次 〔程序〕\n")[:2] == ("duplicate-clause", "第一条")
    assert one(source() + "第三条\n  1．甲 〔程序〕\n  1. 乙 〔程序〕\n")[:2] == ("duplicate-clause", "1.")


def test_outcome_without_rules():
    assert one(source(rules=RULES.replace("  可 应当具备：有站长\n", "")))[:2] == ("outcome-without-rules", "可")


def test_threshold_without_unit_or_direction_and_misspelt_keyword():
    assert when("人数 30人")[:2] == ("threshold-without-direction", "30人")
    assert when("人数 不小于 30人") == ("misspelt-keyword", "不小于", "是否想写“不低于”？")


def test_several_mistakes_in_one_run():
    found = faults(source("态 为 撤消，当 有站张\n补 给予 5人\n级 为 B级，当 人数 5个以上"))
    assert [f[:2] for f in found] == [
        ("unknown-option", "撤消"), ("unknown-name", "有站张"), ("unit-missing", "5人"), ("unit-mismatch", "5个以上"),
    ]  # fmt: skip


def test_a_faulty_statement_does_not_make_others_faulty():
    text = source("定义 丙 有站长\n态 为 有效，当 丙")
    assert len(faults(text)) == 1
