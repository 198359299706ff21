"""Mistakes in rules, tables and the file as a whole; one mistake gives one message."""

from __future__ import annotations

import pytest
from mistakes import RULES, faults, one, source, when

from policylang.compiler import compile_policy


@pytest.mark.parametrize(
    ("article", "under", "hint"),
    [
        ("补 为 1万元", "补 为 1万元", "金额写“给予”“可给予”“不给予”或“未规定”"),
        ("态 给予 有效", "态 给予 有效", "写“为”"),
        ("可 为 符合", "可 为 符合", "条件写“应当具备”"),
        ("可 未规定", "可 未规定", "条件写“应当具备”"),
        ("态 应当具备：有站长", "态 应当具备", "在“结果”里把它声明为“条件”"),
        ("补 按表：\n  | 人数 | 补 |\n  | 5人以上 | 1元 |", "补 按表", "金额写“给予”“可给予”“不给予”或“未规定”"),
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
        ("补 给予 1万元，见 《细则》", "见 《细则》"),
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


@pytest.mark.parametrize(
    ("article", "code", "under"),
    [
        ("汇总 总数（sum）：\n  态", "type-mismatch", "态"),
        ("汇总 总数（sum）：\n  补贴", "type-mismatch", "补贴"),
        ("汇总 总数（sum）：\n  补，当 人数", "not-a-condition", "人数"),
        ("汇总 级（sum）：\n  补", "duplicate-name", "级"),
        ("期限 整改（fix）：人数 前", "type-mismatch", "人数"),
        ("职责 一（d）：有站长\n职责 二（d）：有场所", "duplicate-name", "d"),
        ("定义 甲（a）：总计 名单", "type-mismatch", "名单"),
        ("定义 甲（a）：总计 结论", "type-mismatch", "结论"),
        ("定义 甲（a）：最早 名单 的 工资", "type-mismatch", "工资"),
        ("定义 甲（a）：最多 名单 的 级别", "type-mismatch", "级别"),
        ("定义 甲（a）：人数，未记载时取 场数，未记载时取 人数", "unit-mismatch", "场数"),
        ("态 为 有效，当 最晚（批准日、人数） 早于 时点", "type-mismatch", "人数"),
        ("态 为 有效，当 人数 在本期", "type-mismatch", "人数"),
        ("态 为 有效，当 人数 × 场数 5人以上", "type-mismatch", "场数"),
        ("定义 甲（a）：人数，当 有站长\n定义 甲（a）：场数，当 有场所", "unit-mismatch", "场数"),
        ("定义 甲（a）：人数，当 场数", "not-a-condition", "场数"),
        ("定义 甲（a）：人手，当 有站长", "unknown-name", "人手"),
        ("可 一般应具备，不得例外如 人数：有站长", "not-a-condition", "人数"),
        ("态 为 有效，当 人数 形如 “甲…”", "type-mismatch", "人数"),
        ("态 为 有效，当 最近一次 人数", "not-a-condition", "人数"),
        ("态 不给予，当 有站长", "wrong-verb", "态 不给予，当 有站长"),
    ],
)
def test_newer_statements(article, code, under):
    assert one(source(article))[:2] == (code, under)


def test_a_deadline_of_any_number_of_days_may_have_no_end():
    assert faults(source("期限 整改（fix）：批准日 前")) == []
    assert faults(source("期限 整改（fix）：批准日 前，适用于 有站长\n期限 整改（fix）：批准日 后 5日 前，适用于 非 有站长")) == []


def test_only_definitions_that_say_when_may_share_a_name():
    found = faults(source("定义 甲（a）：人数，当 有站长\n定义 甲（a）：人数"))
    assert [(code, under) for code, under, _ in found] == [("duplicate-name", "甲"), ("duplicate-name", "a")]


def test_a_rule_on_the_line_of_its_label():
    code, under, hint = one(source().replace("第一条\n  注：“无”", "第一条\n  1．态 为 有效"))
    assert (code, under) == ("clause-not-accounted", "1．")
    assert hint == "“态 ……”像是一条规则：规则要另起一行，比“1．”多空两格"
