"""Rules that contradict each other are told with a witness; where none is certain, nothing is said."""

import re
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.compiler import compile_policy
from policylang.source.diagnostic import Severity

FACTS = """
  人数（n）：数量（人）
  场数（m）：数量（场）
  年限（years）：数量（年）
  投入（spent）：金额
  占比（share）：数量（%）
  有场所（premises）：是否
  有站长（head）：是否
  类别（kind）：选项（高校（uni）、协会（assoc）、其他（other））
  学历（degree）：选项（博士＞硕士＞本科）
  材料（papers）：多选（申请书（form）、合同（contract）、证明（proof））
  城市（city）：文本
  批准日（approved）：日期
  撤销日（revoked）：日期，未记载视为 未发生
  每年人数（yearly_n）：每年 数量（人）
  结论（verdict）：每年 选项（优秀（top）、合格（pass）、不合格（fail）），空值表示 未考核
  名单（list）：清单（人）：
    级别（class）：选项（甲＞乙）
    工资（wage）：金额
"""

OUTCOMES = """
  补助（grant）：金额
  状态（state）：状态 有效（active）、撤销（revoked_state）、终止（ended）
  施行（force）：效力 施行中（yes）、不在施行期（no）
  合格证（fit）：条件 符合（met）、不符合（unmet）
  等次（grade）：等级 优秀（top）＞合格（pass）＞不合格（fail），每年，自 批准日
  推算等次（derived）：等级 甲等（first）＞乙等（second）＞丙等（third）
"""

READING = """
第九十九条 读法
  等次 由 市人才办 评定，记于 结论
  合格证 应当具备：有场所
  推算等次 为 甲等，当 场数 5场以上
  推算等次 为 乙等，当 场数 3场以上
  疑义 口径（scope）：“怎么算？”
    采用 宽（wide）：“合理”
    另解 严（strict）：“字面”
"""


def policy(body, facts="", outcomes=""):
    return f"办法 x 《某办法》\n事实{FACTS}{facts}\n结果{OUTCOMES}{outcomes}\n第一条 规则\n{body}\n{READING}"


def compiled(text):
    found = compile_policy(text.encode(), "x.pol")
    kept = [d for d in found.diagnostics if d.code != "outcome-without-rules"]
    strange = [d for d in kept if d.code not in {"overlapping-rules", "unreachable-rule"}]
    assert not strange, strange
    return kept


def check(*rules, facts="", outcomes=""):
    """The notes of the contradictions and the codes of all findings among rules, one a line."""
    found = compiled(policy("\n".join(f"  {rule}" for rule in rules), facts, outcomes))
    return [d.notes[0].zh if d.notes else d.code for d in found]


def two(one, other, **more):
    """What is found when money is 1元 in one case and 2元 in the other."""
    return check(f"补助 给予 1元，当 {one}", f"补助 给予 2元，当 {other}", **more)


@pytest.mark.parametrize(
    ("one", "other", "witness"),
    [
        ("人数 30人以上", "人数 30人以下", "例如：人数 30人"),
        ("人数 30人以上", "人数 不满30人", None),
        ("人数 超过29人", "人数 不满30人", None),
        ("人数 超过29人", "人数 不超过30人", "例如：人数 30人"),
        ("人数 为 5人", "人数 为 5人", "例如：人数 5人"),
        ("人数 为 5人", "人数 不为 5人", None),
        ("人数 不为 5人", "人数 4人以上", "例如：人数 4人"),
        ("人数 不满30人", "人数 不满20人", "例如：人数 19人"),
        ("人数 超过5人", "人数 超过7人", "例如：人数 8人"),
        ("30人 不超过 人数", "人数 不超过 30人", "例如：人数 30人"),
        ("30人 超过 人数", "人数 29人以下", "例如：人数 29人"),
        ("投入 10万元以上", "投入 不超过10万元", "例如：投入 10万元"),
        ("投入 超过10万元", "投入 不超过10万元", None),
        ("投入 超过1元", "投入 不满2元", "例如：投入 1.5元"),
        ("投入 超过1元", "投入 超过3元", "例如：投入 4元"),
        ("投入 不满1元", "投入 不满3元", "例如：投入 0元"),
        ("投入 超过1元", "投入 不超过1.5万元", "例如：投入 1.5万元"),
        ("占比 20%以上", "占比 不超过20%", "例如：占比 20%"),
        ("占比 不满20%", "占比 不满30%", "例如：占比 0%"),
        ("占比 不为 20%", "占比 不为 20%", "例如：占比 0%"),
        ("年限 超过4年", "年限 不满5年", None),  # 4年半 is a length, but no whole number of years
        ("年限 超过4年", "年限 不满6年", "例如：年限 5年"),
        ("年限 超过4.5年", "年限 4.5年以上", "例如：年限 5年"),
        ("本年度 不超过 2025年", "本年度 2025年以上", "例如：本年度 2025年"),
        ("有场所", "有站长", "例如：有场所 是、有站长 是"),
        ("有场所", "非 有场所", None),
        ("有场所 为 是", "有场所 为 否", None),
        ("有场所 为 否", "非 有场所", "例如：有场所 否"),
        ("有场所 不为 否", "有场所", "例如：有场所 是"),
        ("类别 为 高校", "类别 属于 高校、协会", "例如：类别 高校"),
        ("类别 为 高校", "类别 属于 协会、其他", None),
        ("类别 不为 高校", "类别 不为 其他", "例如：类别 协会"),
        ("学历 不低于 硕士", "学历 不超过 硕士", "例如：学历 硕士"),
        ("学历 超过 硕士", "学历 不满 博士", None),
        ("学历 超过 硕士", "学历 为 博士", "例如：学历 博士"),
        ("非 学历 不低于 硕士", "学历 不满 硕士", "例如：学历 本科"),
        ("材料 含 申请书", "材料 含 合同 且 非 材料 含 证明", "例如：材料 含 申请书、合同而不含 证明"),
        ("材料 含 申请书", "非 材料 含 申请书", None),
        ("非 材料 含 申请书", "非 材料 含 合同", "例如：材料 不含 申请书、合同"),
        ("批准日 不早于 2025年1月1日", "批准日 不晚于 2025年1月1日", "例如：批准日 2025年1月1日"),
        ("批准日 不早于 2025年1月1日", "批准日 早于 2025年1月1日", None),
        ("时点 晚于 2024年12月31日", "时点 早于 2025年1月2日", "例如：时点 2025年1月1日"),
        ("批准日 不早于 0001年1月1日", "批准日 不晚于 9999年12月31日", "例如：批准日 1年1月1日"),
        ("口径 读作 宽", "口径 读作 严", None),
        ("口径 读作 宽 且 有场所", "口径 读作 宽", "例如：口径 读作 宽、有场所 是"),
        ("口径 读作 严", "有场所", "例如：口径 读作 严、有场所 是"),
        ("非 口径 读作 宽", "口径 读作 严", "例如：口径 读作 严"),
        ("口径 读作 宽 或 口径 读作 严", "有场所", "例如：口径 读作 宽、有场所 是"),
        ("有场所 且 （有站长 或 人数 3人以上）", "非 有站长", "例如：有场所 是、人数 3人、有站长 否"),
        ("每年人数 3人以上", "每年人数 不超过3人", "例如：每年人数 3人"),
        ("上年度 每年人数 3人以上", "每年人数 不满3人", "例如：上年度每年人数 3人、每年人数 2人"),
        ("上年度 人数 3人以上", "人数 不满3人", None),  # not kept by years: the same number
        ("（上年度 结论） 为 优秀", "结论 为 优秀", "例如：上年度结论 优秀、结论 优秀"),
        ("考核年度 结论 为 优秀", "结论 为 合格", None),  # may be the same year
        ("考核年度 结论 为 优秀", "考核年度 结论 属于 优秀、合格", "例如：考核年度结论 优秀"),
        ("时点 不早于 2025年1月1日", "本年度 2025年以上", None),
        ("上年度 （每年人数 3人以上 且 有场所）", "有场所", "例如：上年度每年人数 3人、有场所 是"),
        # what is never certain
        ("人数 不超过 每年人数", "人数 3人以上", None),
        ("任一年度 每年人数 3人以上", "有场所", None),
        ("连续2年 结论 为 优秀", "有场所", None),
        ("存在 名单", "有场所", None),
        ("计数 名单 3人以上", "有场所", None),
        ("人数 ＋ 人数 3人以上", "有场所", None),
        ("批准日 后 1年 不晚于 2025年1月1日", "有场所", None),
        ("批准日 的年度 为 2025年", "有场所", None),
        ("上年度 本年度 为 2024年", "有场所", None),
        ("城市 为 “柳州”", "城市 为 “柳州”", None),
        ("5人 超过 3人", "有场所", None),
    ],
)
def test_two_conditions(one, other, witness):
    found = two(one, other)
    assert found == ([witness] if witness else [])
    assert len(two(other, one)) == len(found)


def test_the_finding_names_both_rules_and_says_what_to_do():
    text = policy(
        "  状态 为 有效，当 人数 30人以上\n"
        "第二条（三） 其他\n"
        "  状态 为 终止，当 人数 40人以下"
    )  # fmt: skip
    (found,) = compiled(text)
    assert found.code == "overlapping-rules"
    assert found.severity is Severity.ERROR
    assert found.message.zh == "“状态”的两条规则会同时成立而结果不同：第一条得“有效”，第二条（三）得“终止”"
    assert found.message.en.endswith("Article 1 gives active, Article 2(3) gives ended")
    assert shown(text, found.primary) == "状态 为 终止，当 人数 40人以下"
    assert shown(text, found.secondary[0]) == "状态 为 有效，当 人数 30人以上"
    assert found.primary.message.zh == "这一条得“终止”"
    assert found.notes[0].en == "for example: n 30 people"
    assert "优先于 第一条" in found.help.zh
    assert compile_policy(text.encode(), "x.pol").policy is None


def shown(text, label):
    return text[label.span.start : label.span.end].strip()


ENGLISH = [
    ("人数 30人以上", "有场所", "n 30 people, premises yes"),
    ("投入 10万元以上", "非 有场所", "spent CNY 100000, premises no"),
    ("占比 20%以上", "类别 为 高校", "share 20%, kind uni"),
    ("材料 含 申请书 且 非 材料 含 合同", "批准日 不早于 2025年1月1日",
     "papers includes form and without contract, approved 2025-01-01"),
    ("时点 不早于 2025年1月1日", "口径 读作 严", "as-of day 2025-01-01, scope read as strict"),
    ("本年度 2025年以上", "上年度 结论 为 优秀", "this year 2025, last year verdict top"),
    ("等次 为 优秀", "合格证", "grade top, fit met"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "witness"), ENGLISH)
def test_the_witness_in_english(one, other, witness):
    (found,) = compiled(policy(f"  补助 给予 1元，当 {one}\n  补助 给予 2元，当 {other}"))
    assert found.notes[0].en == f"for example: {witness}"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("1元", "1元"), None),
        (("1万元", "10000元"), None),
        (("1元", "不超过1元"), ("1元", "不超过1元")),
        (("不超过1元", "不超过2元"), ("不超过1元", "不超过2元")),
        (("5万元 至 20万元", "5万元 至 10万元"), ("5万元至20万元", "5万元至10万元")),
        (("金额另定", "1元"), ("金额另定", "1元")),
        (("投入", "1元"), ("按式计算的金额", "1元")),
        (("投入", "投入 × 2"), None),  # equal for nothing spent, and perhaps always
        (("投入 × 2", "投入 × 2"), None),
        (("1元 ＋ 1元", "2元"), None),
    ],
)
def test_values_of_money(values, told):
    found = compiled(policy("".join(f"  补助 给予 {value}，当 有场所\n" for value in values)))
    pairs = [tuple(re.findall("得“([^”]+)”", d.message.zh)) for d in found]
    assert pairs == ([told] if told else [])


def test_an_amount_that_the_witness_fixes_may_be_the_same():
    assert check("补助 给予 投入，当 投入 5元以上", "补助 给予 5元，当 投入 5元以下") == []
    assert check("补助 给予 投入，当 有场所", "补助 给予 5元，当 有场所") == ["例如：有场所 是"]


def test_what_is_not_regulated_contradicts_an_amount_but_not_an_unstated_one():
    assert check("补助 未规定，当 有场所", "补助 给予 5元，当 有站长") == ["例如：有场所 是、有站长 是"]
    assert check("补助 未规定，当 有场所", "补助 给予 金额另定，当 有站长") == []
    (found,) = compiled(policy("  补助 给予 5元\n  补助 未规定"))
    assert found.message.zh.endswith("第一条得“5元”，第一条得“未规定”")
    assert found.notes[0].zh == "两条在任何情形下都成立"


def test_rows_of_a_table_are_rules():
    rows = "  补助 按表 给予：\n    | 人数 | 补助 |\n    | 30人以上 | 不超过10万元 |\n    | {} | 不超过8万元 |"
    text = policy(rows.format("20人以上"))
    (found,) = compiled(text)
    assert found.notes[0].zh == "例如：人数 30人"
    assert shown(text, found.primary) == "20人以上 | 不超过8万元"
    assert compiled(policy(rows.format("20人以上、不满30人"))) == []
    rows = "  补助 按表 给予：\n    | {} | 补助 |\n    | {} | 1元 |\n    | 不限 | 2元 |"
    assert len(compiled(policy(rows.format("有场所", "否")))) == 1
    assert len(compiled(policy(rows.format("材料", "申请书")))) == 1


def test_grades_take_the_highest_level_and_never_contradict():
    rules = "推算等次 为 甲等，当 人数 30人以上", "推算等次 为 乙等，当 人数 20人以上"
    assert check(*rules) == []


def test_force_and_status_do_contradict():
    assert check("施行 为 施行中，当 有场所", "施行 为 不在施行期，当 有场所") == ["例如：有场所 是"]
    assert check("状态 为 有效，当 有场所", "状态 为 撤销，当 有场所") == ["例如：有场所 是"]
    assert check("状态 为 有效，当 有场所", "状态 为 有效，当 有站长") == []


# precedence


def test_precedence_and_the_remaining_case_settle_it():
    def rules(end):
        return f"  状态 为 有效，当 有场所\n第二条 b\n  状态 为 撤销，当 有站长{end}"

    assert len(compiled(policy(rules("")))) == 1
    assert compiled(policy(rules("").replace("撤销，", "撤销，优先于 第一条，"))) == []
    assert compiled(policy(rules("").replace("撤销，", "撤销，例外于 第一条，"))) == []
    assert compiled(policy(rules("").replace("，当 有站长", "，其余情形"))) == []
    assert compiled(policy(rules("").replace("有效，", "有效，优先于 第二条，"))) == []


def beaten(condition, one="人数 3人以上", other="人数 3人以下"):
    """Findings about two rules, both of which give way to a third one with this condition."""
    rules = f"  状态 为 有效，当 {one}\n  状态 为 终止，当 {other}\n第二条 b\n"
    rules += f"  状态 为 撤销，优先于 第一条，当 {condition}"
    return [d.notes[0].zh for d in compiled(policy(rules)) if d.notes]


def test_a_third_rule_that_always_wins_settles_it():
    assert beaten("人数 为 3人") == []
    assert beaten("人数 2人以上 且 人数 不超过5人") == []
    assert beaten("人数 为 4人") == ["例如：人数 3人"]
    assert beaten("有场所 或 有站长") == ["例如：人数 3人、有场所 否、有站长 否"]
    assert beaten("撤销日 不晚于 时点") == ["例如：人数 3人"]
    assert beaten("人数 超过 每年人数") == []
    assert beaten("5人 超过 3人") == ["例如：人数 3人"]
    assert beaten("人数 0人以上") == []
    assert beaten("上年度 每年人数 3人以上", "每年人数 3人以上", "每年人数 3人以下") == [
        "例如：每年人数 3人、上年度每年人数 2人"
    ]
    assert beaten("每年人数 3人以上", "上年度 每年人数 3人以上", "上年度 每年人数 3人以下") == []


def test_a_third_rule_on_some_facts_that_a_fourth_one_touches():
    body = (
        "  状态 为 有效，当 人数 3人以上\n  状态 为 终止，当 人数 3人以下\n第二条 b\n"
        "  状态 为 撤销，优先于 第一条，当 场数 超过 场数\n  状态 为 撤销，优先于 第一条，当 {}"
    )
    assert len(compiled(policy(body.format("有场所")))) == 1
    assert compiled(policy(body.format("场数 5场以上"))) == []


# constraints


def test_constraints_on_the_facts_bound_the_witness():
    rules = "人数 30人以上", "场数 20场以上"
    assert two(*rules, facts="  须 场数 不超过15场\n") == []
    assert two(*rules, facts="  须 场数 25场以上\n") == ["例如：人数 30人、场数 25场"]
    assert two(*rules, facts="  须 场数 25场以上 或 有场所\n") == ["例如：人数 30人、场数 25场"]
    assert two(*rules, facts="  须 场数 不超过10场 或 有场所\n  须 非 有场所\n") == []
    assert two(*rules, facts="  须 投入 不超过 投入\n") == ["例如：人数 30人、场数 20场"]
    assert two(*rules, facts="  须 存在 名单 或 人数 不超过5人\n") == []


# other outcomes


@pytest.mark.parametrize(
    ("one", "other", "witness"),
    [
        ("等次 为 优秀", "等次 不低于 合格", "例如：等次 优秀"),
        ("等次 为 优秀", "等次 为 合格", None),
        ("等次 为 优秀", "人数 3人以上", "例如：等次 优秀、人数 3人"),
        ("等次 为 优秀", "结论 不为 合格", None),  # the fact that records it
        ("等次 为 优秀", "批准日 不早于 2025年1月1日", None),  # its first day
        ("等次 为 优秀", "上年度 等次 为 优秀", None),
        ("合格证", "人数 3人以上", "例如：合格证 符合、人数 3人"),
        ("合格证", "非 合格证", None),
        ("非 合格证", "人数 3人以上", "例如：合格证 不符合、人数 3人"),
        ("合格证", "有场所", None),
        ("推算等次 为 甲等", "人数 3人以上", "例如：推算等次 甲等、人数 3人"),
        ("推算等次 为 甲等", "场数 3场以上", None),
        ("推算等次 为 丙等", "人数 3人以上", None),  # no rule gives it
        ("推算等次 不为 甲等", "人数 3人以上", "例如：推算等次 乙等、人数 3人"),
        ("存量 应付", "人数 3人以上", None),
        ("存量 超过1元", "人数 3人以上", None),
    ],
)
def test_outcomes_in_conditions(one, other, witness):
    more = "  存量（stock）：金额\n"
    assert two(one, other, outcomes=more) == ([witness] if witness else [])


def test_what_an_outcome_depends_on_is_followed_through_definitions_lists_and_lines():
    base = (
        "定义 门槛：存在 名单",
        "状态 为 有效，当 门槛 且 存量 应付",
        "状态 为 终止，其余情形",
        "存量 给予 投入，当 口径 读作 宽",
    )
    more = "  存量（stock）：金额，决定额 投入\n"
    for other in ("投入 3元以上", "口径 读作 宽", "工资 3元以上"):
        line = "人补" if other.startswith("工资") else "补助"
        rules = f"{line} 给予 1元，当 状态 为 有效", f"{line} 给予 2元，当 {other}"
        assert check(*base, *rules, outcomes=more + "  人补（person）：金额，对每一 名单\n") == []
    rules = "补助 给予 1元，当 状态 为 有效 且 门槛", "补助 给予 2元，当 有场所"
    assert check(*base, *rules, outcomes=more) == []
    rules = "补助 给予 1元，当 状态 为 有效", "补助 给予 2元，当 有场所"
    assert check(*base, *rules, outcomes=more) == ["例如：状态 有效、有场所 是"]


def test_a_guarded_condition_depends_on_the_force_of_the_measure():
    more = "  准入（entry）：条件，须在施行期内\n"
    base = "施行 为 施行中，当 有站长", "准入 应当具备：有场所"
    assert check(*base, "补助 给予 1元，当 准入", "补助 给予 2元，当 非 有站长", outcomes=more) == []
    found = check(*base, "补助 给予 1元，当 准入", "补助 给予 2元，当 人数 3人以上", outcomes=more)
    assert found == ["例如：准入 符合、人数 3人"]


def test_the_first_day_of_an_outcome():
    more = "  年补（yearly）：金额，每年，自 批准日\n"
    for other, found in (("人数 3人以上", 1), ("批准日 不早于 2025年1月1日", 0), ("本年度 2025年以上", 0)):
        assert len(check("年补 给予 1元，当 有场所", f"年补 给予 2元，当 {other}", outcomes=more)) == found


def test_fields_of_one_record():
    rules = "人补 给予 1元，对每一 名单，当 级别 不低于 {}", "人补 给予 2元，当 级别 为 乙 且 工资 3元以上"
    more = "  人补（person）：金额，对每一 名单\n"
    assert check(rules[0].format("乙"), rules[1], outcomes=more) == ["例如：级别 乙、工资 3元"]
    assert check(rules[0].format("甲"), rules[1], outcomes=more) == []


# definitions


def test_definitions_are_looked_into():
    base = "定义 够格：人数 不少于 门槛", "定义 门槛：30人", "定义 实数：人数", "定义 首选：人数，未记载时取 计数 名单"
    assert check(*base, "补助 给予 1元，当 够格", "补助 给予 2元，当 人数 不满30人") == []
    assert check(*base, "补助 给予 1元，当 够格", "补助 给予 2元，当 实数 不超过30人") == ["例如：人数 30人"]
    assert check(*base, "补助 给予 1元，当 够格", "补助 给予 2元，当 首选 不超过30人") == ["例如：人数 30人"]
    assert check(*base, "补助 给予 1元，当 非 够格", "补助 给予 2元，当 首选 不少于 门槛") == []


def test_groups_with_limbs_that_apply_in_some_cases():
    def rules(word, other):
        return (
            f"  补助 给予 1元，当 {word}：\n    人数 3人以上，适用于 类别 为 高校\n    有场所\n"
            f"  补助 给予 2元，当 {other}"
        )

    def notes(word, other):
        return [d.notes[0].zh for d in compiled(policy(rules(word, other)))]

    assert notes("下列全部", "人数 不满3人") == ["例如：类别 协会、有场所 是、人数 2人"]
    assert notes("下列全部", "人数 不满3人 且 类别 为 高校") == []
    assert notes("下列之一", "类别 不为 高校 且 非 有场所") == []
    assert notes("下列之一", "非 有场所") == ["例如：类别 高校、人数 3人、有场所 否"]
    body = "  定义 组：{}：\n    人数 3人以上，适用于 类别 为 高校\n    有场所\n"
    body += "  补助 给予 1元，当 非 组\n  补助 给予 2元，当 {}"
    assert len(compiled(policy(body.format("下列全部", "人数 3人以上 且 有场所")))) == 0
    assert len(compiled(policy(body.format("下列全部", "类别 为 高校 且 有场所")))) == 1
    assert len(compiled(policy(body.format("下列之一", "类别 为 高校 且 人数 3人以上")))) == 0
    assert len(compiled(policy(body.format("下列之一", "类别 为 高校")))) == 1


# rules that cannot hold


@pytest.mark.parametrize(
    ("condition", "dead"),
    [
        ("人数 5人以上 且 人数 不满5人", True),
        ("人数 超过4人 且 人数 不满5人", True),
        ("人数 不满0人", True),
        ("非 人数 0人以上", True),
        ("年限 超过4年 且 年限 不满5年", False),
        ("有场所 且 非 有场所", True),
        ("有场所 且 （有站长 或 非 有场所）", False),
        ("类别 为 高校 且 类别 为 协会", True),
        ("类别 不为 高校 且 类别 不为 协会 且 类别 不为 其他", True),
        ("等次 不为 优秀 且 等次 不为 合格 且 等次 不为 不合格", False),  # there may be none
        ("结论 不为 优秀 且 结论 不为 合格 且 结论 不为 不合格", False),  # 未考核
        ("结论 为 优秀 且 结论 不为 优秀", True),
        ("非 撤销日 早于 2025年1月1日 且 非 撤销日 不早于 2025年1月1日", False),  # 未发生
        ("非 撤销日 早于 2025年1月1日 且 撤销日 早于 2025年1月1日", True),
        ("非 批准日 早于 2025年1月1日 且 非 批准日 不早于 2025年1月1日", True),
        ("撤销日 晚于 9999年12月31日", True),
        ("非 撤销日 不晚于 9999年12月31日", False),
        ("材料 含 合同 且 非 材料 含 合同", True),
        ("连续2年 结论 为 优秀 且 非 连续2年 结论 为 优秀", True),
        ("连续2年 结论 为 优秀 且 非 连续3年 结论 为 优秀", False),
        ("撤销日 不晚于 时点 且 撤销日 晚于 时点", False),  # opaque: two different tests
        ("考核年度 结论 为 优秀 且 结论 为 合格", False),
        ("口径 读作 宽 且 口径 读作 严", True),
        ("非 有场所 且 有场所 且 （存在 名单 或 有站长）", True),
    ],
)
def test_a_rule_that_can_never_hold(condition, dead):
    found = compiled(policy(f"  推算等次 为 甲等，当 {condition}"))
    assert [(d.code, d.severity) for d in found] == ([("unreachable-rule", Severity.WARNING)] if dead else [])


def test_nothing_is_no_witness():
    """非 … of a day that never came holds, but a witness names a day."""
    both = "非 撤销日 不晚于 9999年12月31日", "有场所"
    assert two(*both) == []
    facts = "  标签（tags）：多选（甲标、乙标），未记载视为 未发生\n"
    denied = "非 标签 含 甲标 且 非 标签 含 乙标"
    assert two(denied, "有场所", facts=facts) == ["例如：标签 不含 甲标、乙标、有场所 是"]
    denied = "结论 不为 优秀 且 结论 不为 合格 且 结论 不为 不合格"
    assert two(denied, "有场所") == []


def test_a_condition_with_too_many_ways_is_given_up():
    facts = "".join(f"  事{k}：是否\n" for k in range(10))
    wide = " 且 ".join(f"（事{k} 或 事{k + 1}）" for k in range(9))
    assert check(f"补助 给予 1元，当 {wide}", "补助 给予 2元，当 有场所", facts=facts) == []
    assert check(f"补助 给予 1元，当 {wide} 且 有站长 且 非 有站长", facts=facts) == []
    many = " 或 ".join(f"（人数 为 {k}人 且 场数 为 {k}场）" for k in range(257))
    assert two(many, "有场所") == []


def test_definitions_nested_too_deeply_are_given_up():
    chain = [f"定义 甲{k}：非 甲{k + 1}" for k in range(120)]
    found = check(*chain, "定义 甲120：有场所", "补助 给予 1元，当 甲0", "补助 给予 2元，当 有站长")
    assert found == []


# size


def many(count, condition, facts=""):
    lines = "\n".join(f"  补助 给予 {k + 1}元，当 {condition(k)}" for k in range(count))
    return compiled(policy(lines, facts))


def test_a_thousand_disjoint_rules():
    assert many(1000, lambda k: f"人数 {2 * k}人以上 且 人数 不超过 {2 * k + 1}人") == []


def test_a_thousand_rules_each_of_which_meets_the_next():
    found = many(150, lambda k: f"人数 {2 * k}人以上 且 人数 不超过 {2 * k + 2}人")
    assert len(found) == 100


def test_a_grid_of_a_thousand_rules():
    facts = "".join(f"  轴{k}：数量（人）\n" for k in range(3))

    def cell(number):
        digits = [number // 10**k % 10 for k in range(3)]
        return " 且 ".join(f"轴{k} {2 * d}人以上 且 轴{k} 不超过 {2 * d + 1}人" for k, d in enumerate(digits))

    assert many(1000, cell, facts) == []


def test_one_rule_among_many_that_says_otherwise():
    lines = [f"  补助 给予 1元，当 人数 {k}人以上 且 人数 不超过 {k + 3}人" for k in range(50)]
    lines += ["  补助 给予 2元，当 有场所 且 人数 20人以下", "  补助 给予 3元，当 有站长 且 非 有场所"]
    found = compiled(policy("\n".join(lines)))
    assert len(found) == 21 + 50


def test_rules_on_different_facts():
    facts = "".join(f"  事{k}：是否\n" for k in range(40))
    assert len(many(10, lambda k: f"事{k}", facts)) == 45
    assert len(many(40, lambda k: f"事{k}", facts)) == 100
    facts += "".join(f"  须 非 事{k} 或 人数 超过 每年人数\n" for k in range(40))
    assert many(40, lambda k: f"事{k}", facts) == []


def test_the_search_has_an_end():
    """Rules that all meet, and a constraint on each that leaves no certain witness."""
    facts = "".join(f"  轴{k}：数量（人）\n  须 轴{k} 不超过 人数\n" for k in range(80))
    assert many(80, lambda k: f"轴{k} {k}人以上", facts) == []
    rules = ["  状态 为 有效，当 人数 3人以上", "  状态 为 终止，当 人数 4人以上", "第二条 b"]
    rules += [f"  状态 为 撤销，优先于 第一条，当 轴{k} {k + 1}人以上" for k in range(80)]
    plain = "".join(f"  轴{k}：数量（人）\n" for k in range(80))
    assert compiled(policy("\n".join(rules[:43]), plain))
    assert compiled(policy("\n".join(rules), plain)) == []


# the measures and the law


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[3].glob("policies/*.pol")), ids=lambda p: p.stem)
def test_the_measures_have_no_such_rules(path):
    found = compile_policy(path.read_bytes(), path.name)
    assert [d for d in found.diagnostics if d.code in {"overlapping-rules", "unreachable-rule"}] == []


TESTS = {
    "{}人以上": lambda x, k: x >= k,
    "超过{}人": lambda x, k: x > k,
    "不超过{}人": lambda x, k: x <= k,
    "不满{}人": lambda x, k: x < k,
    "为 {}人": lambda x, k: x == k,
    "不为 {}人": lambda x, k: x != k,
}
DOMAIN = set(product(range(7), repeat=2))


def _test(number, test, k):
    points = {point for point in DOMAIN if TESTS[test](point[number], k)}
    return f"{('甲数', '乙数')[number]} {test.format(k)}", points


def _joined(word, parts):
    sets = [points for _, points in parts]
    points = set.intersection(*sets) if word == "且" else set.union(*sets)
    return f"（{f' {word} '.join(text for text, _ in parts)}）", points


tests = st.builds(_test, st.integers(0, 1), st.sampled_from(sorted(TESTS)), st.integers(0, 4))
conditions = st.recursive(
    tests,
    lambda inner: (
        st.builds(_joined, st.sampled_from("且或"), st.lists(inner, min_size=2, max_size=3))
        | inner.map(lambda part: (f"非 （{part[0]}）", DOMAIN - part[1]))
    ),
    max_leaves=5,
)
rules = st.tuples(st.sampled_from(["有效", "撤销", "终止"]), conditions, st.sets(st.integers(0, 4), max_size=2))


@settings(deadline=None)
@given(st.lists(rules, min_size=1, max_size=5))
def test_findings_agree_with_trying_every_value(written):
    names = "一二三四五"
    beats = {
        (i, j) for i, (value, _, over) in enumerate(written) for j in over
        if j < len(written) and written[j][0] != value and i > j
    }  # fmt: skip
    body = ""
    for i, (value, (text, _), _) in enumerate(written):
        over = "、".join(f"第{names[j]}条" for k, j in sorted(beats) if k == i)
        body += f"第{names[i]}条 某\n  状态 为 {value}，{f'优先于 {over}，' if over else ''}当 {text}\n"
    source = f"办法 x 《x》\n事实\n  甲数：数量（人）\n  乙数：数量（人）\n结果\n  状态：状态 有效、撤销、终止\n{body}"
    found = compiled(source)
    told = {
        tuple(source[: label.span.start].count("\n第") - 1 for label in (d.secondary[0], d.primary))
        for d in found if d.code == "overlapping-rules"
    }  # fmt: skip
    dead = {source[: d.primary.span.start].count("\n第") - 1 for d in found if d.code == "unreachable-rule"}
    held = [points for _, (_, points), _ in written]
    active = [points - set().union(*(held[i] for i, j in beats if j == k)) for k, points in enumerate(held)]
    expected = {
        (i, j) for i, j in combinations(range(len(written)), 2)
        if written[i][0] != written[j][0] and (j, i) not in beats and active[i] & active[j]
    }  # fmt: skip
    assert told == expected
    assert dead == {k for k, points in enumerate(held) if not points}
