"""What cases exercise: when a rule counts as applied and a condition as seen, and which conditions there are."""

from __future__ import annotations

import pytest

from policylang.cases.coverage import Coverage, Point, Recorder, per_thousand
from policylang.cases.files import read_cases
from policylang.cases.runner import run_case
from policylang.compiler import compile_policy

POLICY = """\
办法 small 《某市考核示例》

事实
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  评审结论（assessed）：每年 选项（优秀（good）、合格（pass）、不合格（fail）），由 市人才办 评判，空值表示 未考核
  弄虚作假（fraud）：是否，由 市人才办 认定
  有场所（premises）：是否，由 市人才办 核定
  高校类（university）：是否，由 市人才办 核定
  专业相符（majors）：是否，由 市人才办 评判
  开始日（started_on）：日期，由 设站单位 填报
  结束日（ended_on）：日期，由 设站单位 填报
  报告日（reported_on）：日期，由 设站单位 填报
  城市（city）：文本，由 设站单位 填报
  可增设（extra）：是否，由 市人才办 决定
  名单（people）：清单（人），由 市人才办 核定：
    博士（doctor）：是否
    人数（count）：数量（人）
  须 结束日 不早于 开始日

结果
  设站条件（eligible）：条件 符合（yes）、不符合（no）
  考核等次（grade）：等级 优秀（good）＞合格（pass）＞不合格（fail），每年
  设站资格（status）：状态 有效（active）、撤销（revoked）
  经费（funds）：金额，每年
  奖励（prize）：金额，按时点年度
  追回（repay）：金额，按时点年度
  参评（entry）：条件 可以（yes）、不可以（no），须在施行期内 或 弄虚作假
  办法效力（in_force）：效力 施行中（on）、不在施行期（off）

第一条 条件
  设站条件 应当具备：
    1．有场所 且 引进人数 10人以上
    2．专业相符，适用于 高校类
第二条 考核
  考核等次 为 优秀，当 引进人数 30人以上
  考核等次 为 合格，当 引进人数 10人以上
  考核等次 为 不合格，其余情形
  考核等次 由 市人才办 评定，记于 评审结论
第三条 资格
  设站资格 为 有效，其余情形
  设站资格 为 撤销，优先于 第三条，当 连续2年 考核等次 为 不合格 且 口径 读作 严
  疑义 口径（s.strict）：“一次还是两次？”
    采用 严（strict）：“字面如此”
    另解 宽（lenient）：“也可从宽”
第四条 经费
  经费 按表 给予，当 有场所：
    | 引进人数             | 经费  |
    | 10人以上、不满20人   | 1万元 |
    | 20人以上             | 2万元 |
  奖励 可给予 1万元，当 博士人数 2人以上 且 上年度 考核等次 为 优秀
  追回 未规定，当 弄虚作假
  定义 博士人数（doctors）：总计 名单 的 人数 其中（博士）
第五条 其他
  职责 每年引才（yearly）：每年 引进人数 1人以上
  期限 报告（report）：开始日 起 10日内，完成于 报告日
  提示 有假（faked）：“有假。”，当 弄虚作假
  限额 一城一站（per_city）：不超过1家
    每个：城市
    计入：设站资格 为 有效
    除外：可增设
  汇总 全年经费（total）：
    经费，当 弄虚作假
  提示 总是（always）：“总是。”，当 2024年1月1日 不晚于 2025年1月1日
第六条 施行
  办法效力 为 施行中，当 上年度 （有好成绩 或 考核等次 为 优秀）
  办法效力 为 不在施行期，其余情形
  参评 应当具备：有场所
  定义 有好成绩（achieved）：有场所，未记载时取 专业相符
  定义 有人（staffed）：有场所，自 2025年1月1日 改为 专业相符
"""


def coverage(*cases: str, policy: str = POLICY, population: bool = False) -> Coverage:
    """What cases, each written in braces, show of a policy; that they pass is not asked."""
    compiled = compile_policy(policy.encode(), "small.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    kind = "kind: population\n" if population else ""
    rows = "".join(f"  - {{id: c{number}, as_of: 2024-12-01, {case}}}\n" for number, case in enumerate(cases))
    read, faults = read_cases(f"measure: small\n{kind}cases:\n{rows or '  []'}".encode(), "small.yaml")
    assert read is not None
    assert faults == (), [f.message.zh for f in faults]
    recorder = Recorder()
    for case in read.cases:
        list(run_case(compiled.policy, case, recorder=recorder))
    return recorder.coverage(compiled.policy)


def facts(written: str, more: str = "") -> str:
    return f"facts: {{{written}}}, expect: {{grade: {{2024: {{}}}}}}{more}"


def words(point: Point, policy: str = POLICY) -> str:
    """What is written there."""
    return " ".join(policy[point.span.start : point.span.end].split())


def unseen(points: tuple[Point, ...], text: str) -> frozenset[bool]:
    """What is unseen of the one point that is written with these words."""
    (found,) = [p for p in points if words(p).startswith(text)]
    return found.unseen


NEITHER, NOT_TRUE, NOT_FALSE = frozenset({True, False}), frozenset({True}), frozenset({False})
NOTHING = frozenset[bool]()


# what there is


def test_every_sentence_is_a_rule() -> None:
    found = coverage()
    assert [(p.clause.text if p.clause else None, words(p)[:9]) for p in found.rules] == [
        (None, "须 结束日 不早于"),
        ("第一条1", "1．有场所 且 引"),
        ("第一条2", "2．专业相符，适用"),
        ("第二条", "考核等次 为 优秀"),
        ("第二条", "考核等次 为 合格"),
        ("第二条", "考核等次 为 不合"),
        ("第三条", "设站资格 为 有效"),
        ("第三条", "设站资格 为 撤销"),
        ("第三条", "疑义 口径"),
        ("第三条", "疑义 口径"),
        ("第四条", "10人以上、不满2"),
        ("第四条", "20人以上 | 2"),
        ("第四条", "奖励 可给予 1万"),
        ("第四条", "追回 未规定，当 "),
        ("第四条", "定义 博士人数（d"),
        ("第五条", "职责 每年引才（y"),
        ("第五条", "期限 报告（rep"),
        ("第五条", "提示 有假（fak"),
        ("第五条", "限额 一城一站（p"),
        ("第五条", "汇总 全年经费"),
        ("第五条", "提示 总是（alw"),
        ("第六条", "办法效力 为 施行"),
        ("第六条", "办法效力 为 不在"),
        ("第六条", "有场所"),
        ("第六条", "定义 有好成绩（a"),
        ("第六条", "定义 有人（sta"),
    ]
    assert all(p.unseen == NEITHER for p in (*found.rules, *found.conditions))


def test_every_atomic_condition_is_found_once_where_it_stands() -> None:
    found = coverage()
    assert [words(p) for p in found.conditions] == [
        "结束日 不早于 开始日",
        "弄虚作假",  # what opens a condition while the measure is not in force
        "1．有场所 且 引进人数 10人以上",
        "有场所",
        "引进人数 10人以上",
        "专业相符",
        "高校类",
        "引进人数 30人以上",
        "引进人数 10人以上",
        "连续2年 考核等次 为 不合格",
        "考核等次 为 不合格",
        "口径 读作 严",
        "有场所",  # one condition, though it stands in both rows
        "10人以上、不满20人",
        "10人以上、不满20人",  # two conditions, though they stand in one cell
        "20人以上",
        "博士人数 2人以上",
        "上年度 考核等次 为 优秀",
        "弄虚作假",
        "博士",
        "引进人数 1人以上",
        "弄虚作假",
        "设站资格 为 有效",
        "可增设",
        "弄虚作假",
        "有好成绩",
        "考核等次 为 优秀",
        "有场所",
        "有场所",
        "专业相符",
        "有场所",
        "专业相符",
    ]


def test_a_condition_on_constants_alone_is_listed_and_not_counted() -> None:
    found = coverage()
    assert [words(p) for p in found.constant] == ["2024年1月1日 不晚于 2025年1月1日"]
    assert unseen(coverage(facts("有场所: 是")).rules, "提示 总是") == NOTHING


# rules


@pytest.mark.parametrize(
    ("given", "applied"),
    [
        ("引进人数: {2024: 30}", "考核等次 为 优秀"),
        ("引进人数: {2024: 10}", "考核等次 为 合格"),
        ("引进人数: {2024: 9}", "考核等次 为 不合格"),
        ("引进人数: {}", None),
        ("引进人数: {2024: 30}, 评审结论: {2024: good}", None),
    ],
)
def test_a_rule_is_applied_when_it_decides(given: str, applied: str | None) -> None:
    """Not when a higher level wins, not while it is open, not when a body decided."""
    found = coverage(facts(given))
    grades = [p for p in found.rules if words(p).startswith("考核等次")]
    assert [words(p).split("，")[0] for p in grades if not p.unseen] == ([applied] if applied else [])


@pytest.mark.parametrize(
    ("given", "applied"),
    [
        ("有场所: 是, 引进人数: {2024: 20}", ["20人以上"]),
        ("有场所: 否, 引进人数: {2024: 20}", []),
        ("引进人数: {2024: 20}", []),
        ("评审结论: {2023: good}, 名单: [{博士: 是, 人数: 2}]", ["奖励 可给予"]),
        ("弄虚作假: 是", ["追回 未规定"]),
    ],
)
def test_a_rule_on_money_is_applied_when_its_line_is_due_possible_or_unregulated(
    given: str, applied: list[str]
) -> None:
    found = coverage(facts(given))
    money = [p for p in found.rules if getattr(p.owner, "kind", "") == "money"]
    assert [words(p)[: len(a)] for p, a in zip([p for p in money if not p.unseen], applied, strict=True)] == applied


def test_limbs_count_once_they_are_met_or_not_met() -> None:
    found = coverage(facts("有场所: 否, 高校类: 否, 专业相符: 否"))
    assert unseen(found.rules, "1．") == NOTHING
    assert unseen(found.rules, "2．") == NEITHER  # it did not apply
    assert unseen(found.conditions, "1．") == NOT_TRUE
    both = coverage(facts("有场所: 否"), facts("有场所: 是, 引进人数: {2024: 10}, 高校类: 是, 专业相符: 是"))
    assert unseen(both.conditions, "1．") == NOTHING
    assert unseen(both.rules, "2．") == NOTHING


def test_duties_count_when_met_or_not_met_but_not_while_pending() -> None:
    pending = coverage(facts("引进人数: {2024: 0}, 开始日: 2024-11-29"))
    assert unseen(pending.rules, "职责 每年引才") == NEITHER
    assert unseen(pending.rules, "期限 报告") == NEITHER
    told = coverage(facts("引进人数: {2024: 1}, 开始日: 2024-11-01, 报告日: 2024-11-30"))
    assert unseen(told.rules, "职责 每年引才") == NOTHING
    assert unseen(told.rules, "期限 报告") == NOTHING


def test_a_warning_counts_when_it_was_shown_and_was_not() -> None:
    assert unseen(coverage(facts("弄虚作假: 是")).rules, "提示 有假") == NOT_FALSE
    assert unseen(coverage(facts("弄虚作假: 否")).rules, "提示 有假") == NOT_TRUE
    assert unseen(coverage(facts("弄虚作假: 是"), facts("弄虚作假: 否")).rules, "提示 有假") == NOTHING
    assert unseen(coverage(facts("有场所: 是")).rules, "提示 有假") == NEITHER


def test_a_definition_counts_when_its_value_is_settled() -> None:
    assert unseen(coverage(facts("有场所: 是")).rules, "定义 博士人数") == NEITHER
    assert unseen(coverage(facts("名单: [{博士: 是}]")).rules, "定义 博士人数") == NEITHER
    assert unseen(coverage(facts("名单: []")).rules, "定义 博士人数") == NOTHING


def test_each_option_of_a_reading_counts() -> None:
    def chosen(found: Coverage) -> list[frozenset[bool]]:
        return [p.unseen for p in found.rules if words(p).startswith("疑义")]

    other = ", alternatives: [{reading: 口径=宽, expect: {grade: {}}}]"
    assert chosen(coverage(facts("有场所: 是"))) == [NOTHING, NEITHER]
    assert chosen(coverage(facts("有场所: 是", other))) == [NOTHING, NOTHING]
    assert chosen(coverage(facts("有场所: 是", ", readings: {s.strict: lenient}"))) == [NEITHER, NOTHING]


# conditions


def test_conditions_are_seen_in_every_year_and_record() -> None:
    found = coverage(
        facts("评审结论: {2021: fail, 2022: fail, 2023: good}, 名单: [{博士: 是, 人数: 1}, {博士: 否, 人数: 1}]")
    )
    assert unseen(found.conditions, "考核等次 为 不合格") == NOTHING
    assert unseen(found.conditions, "连续2年") == NOT_FALSE
    assert unseen(found.conditions, "上年度") == NOT_FALSE
    assert [p.unseen for p in found.conditions if words(p) == "博士"] == [NOTHING]


def test_a_condition_that_stays_open_is_not_seen() -> None:
    found = coverage(facts("引进人数: {2024: 10}"))
    assert unseen(found.conditions, "引进人数 30人以上") == NOT_TRUE
    assert unseen(found.conditions, "高校类") == NEITHER


def test_both_conditions_of_a_cell_count() -> None:
    found = coverage(facts("有场所: 否, 引进人数: {2024: 15}"), facts("有场所: 是, 引进人数: {2024: 25}"))
    assert [p.unseen for p in found.conditions if words(p) == "10人以上、不满20人"] == [NOT_FALSE, NOTHING]
    first, table, *_ = [p.unseen for p in found.conditions if words(p) == "有场所"]
    assert (first, table) == (NOTHING, NOTHING)


# what does not count


def test_facts_that_contradict_each_other_count_for_what_found_it_only() -> None:
    found = coverage(facts("开始日: 2024-02-01, 结束日: 2024-01-01, 引进人数: {2024: 30}, 弄虚作假: 是"))
    assert [words(p) for p in found.rules if not p.unseen] == ["须 结束日 不早于 开始日"]
    assert [words(p) for p in found.conditions if p.unseen != NEITHER] == ["结束日 不早于 开始日"]
    assert unseen(found.conditions, "结束日 不早于") == NOT_TRUE


def test_facts_that_cannot_be_read_count_for_nothing() -> None:
    found = coverage(facts("有场所: 也许, 引进人数: {2024: 30}"))
    assert all(p.unseen == NEITHER for p in (*found.rules, *found.conditions))


# populations


def population(stations: str, more: str = "") -> str:
    return f"stations: [{stations}], {more}expect: {{rule: per_city}}"


def test_quotas_and_forecasts_count_when_their_finding_is_settled() -> None:
    open_ = coverage(population("{id: a, 城市: 甲}", "applicant: {id: b, 城市: 甲}, "), population=True)
    assert unseen(open_.rules, "限额") == NEITHER
    assert unseen(open_.rules, "汇总") == NEITHER
    told = coverage(
        population("{id: a, 城市: 甲, 设站资格: 有效, 弄虚作假: 否}", "applicant: {id: b, 城市: 甲, 可增设: 否}, "),
        population=True,
    )
    assert unseen(told.rules, "限额") == NOTHING
    assert unseen(told.rules, "汇总") == NOTHING
    assert unseen(told.conditions, "设站资格 为 有效") == NOT_FALSE
    assert unseen(told.conditions, "可增设") == NOT_TRUE
    assert [p.unseen for p in told.rules if words(p).startswith("疑义")] == [
        NOTHING,
        NEITHER,
    ]


@pytest.mark.parametrize(
    ("recorded", "applied"), [("设站资格: 有效", []), ("评审结论: {2023: good}", ["设站资格 为 有效"])]
)
def test_what_is_recorded_for_a_station_is_decided_by_no_rule(recorded: str, applied: list[str]) -> None:
    found = coverage(population(f"{{id: a, 城市: 甲, {recorded}}}"), population=True)
    states = [words(p).split("，")[0] for p in found.rules if words(p).startswith("设站资格") and not p.unseen]
    assert states == applied


def test_a_line_recorded_for_a_station_is_decided_by_no_rule() -> None:
    policy = POLICY.replace("    经费，当 弄虚作假\n", "    经费\n")
    for recorded, applied in (("是", 0), (None, 1)):
        given = "有场所: 是, 引进人数: {2024: 30}" + (f", 经费: {recorded}" if recorded else "")
        found = coverage(population(f"{{id: a, 城市: 甲, {given}}}"), policy=policy, population=True)
        assert sum(words(p, policy).startswith("20人以上") and not p.unseen for p in found.rules) == applied


# figures


def test_shares_are_rounded_down_and_whole_where_there_is_nothing() -> None:
    some = coverage(facts("引进人数: {2024: 30}")).rules
    assert per_thousand(some) == 1000 * sum(not p.unseen for p in some) // len(some) < 1000
    assert per_thousand(()) == 1000
