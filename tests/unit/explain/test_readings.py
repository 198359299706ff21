"""What a clerk reads of ambiguities: which there are, how they were read, what another reading would change."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest
from clerk import FACTS, POLICY

from policylang.compiler import compile_policy
from policylang.explain.document import outcome_document
from policylang.explain.phrases import Phrases
from policylang.explain.readings import Compared, Readings, listing, listing_document, survey, survey_document
from policylang.explain.schema import outcome_schema
from policylang.explain.text import Report
from policylang.facts.typed import facts_from_python
from policylang.runtime.alternatives import compare_population_readings, compare_readings
from policylang.runtime.outcome import Outcome
from policylang.runtime.quotas import Station

DAY = date(2025, 7, 1)
FAILING = {**FACTS, "nominal": True, "recruits": {"2025": 25}}
MORE = """第十三条
  疑义 数额（sum）：“奖金多少？”
    采用 照写（as_written）：“原文”
    另解 加倍（doubled）：“通知”
    另解 不给（none）：“没有钱”
  奖金 给予 8500元，当 类别 为 协会 且 数额 读作 照写
  奖金 给予 17000元，当 类别 为 协会 且 数额 读作 加倍
  疑义 先后（order）：“先后要不要查？”
    采用 不查（loose）：“没有写”
    另解 查（strict）：“应当查”
  提示 已查（checked）：“先后已查。”，当 先后 读作 查
第十四条
  职责 报数（report）：每月 推介信息 1条以上，适用于 期数 读作 按月
  疑义 期数（windows）：“按月报还是按年报？”
    采用 按月（month）：“每月”
    另解 按年（year）：“每年”
  限额 总数（cap）：不超过3家
    每个：类别
    计入：有场所 或 口径 读作 全算
  限额 各类（each）：原则上 不超过1家
    每个：工作人员
    计入：有场所 或 口径 读作 全算
  汇总 预算（budget）：
    奖金
  疑义 口径（count）：“都算吗？”
    采用 有场所的（premises）：“有场所”
    另解 全算（all）：“都算”
"""
CONSTRAINT = "  须 发放日 不早于 确定日 或 先后 读作 不查\n结果\n"


def compiled(text):
    found = compile_policy(text.encode(), "t.pol")
    assert found.policy is not None, [d.message.zh for d in found.diagnostics]
    return found.policy


@pytest.fixture(scope="module")
def policy():
    return compiled(POLICY)


@pytest.fixture(scope="module")
def more():
    return compiled(POLICY.replace("结果\n", CONSTRAINT, 1) + MORE)


def compared(policy, facts, readings=None, name="甲站"):
    typed, errors = facts_from_python(policy, facts)
    assert not errors
    outcome, comparisons = compare_readings(policy, typed, DAY, 2025, readings)
    jsonschema.validate(outcome_document(outcome, comparisons=comparisons), outcome_schema())
    return Compared(name, "stations.yaml", outcome, comparisons)


def report(policy, facts, lang="zh", readings=None):
    one = compared(policy, facts, readings)
    return Report(one.outcome, lang, comparisons=one.comparisons)


def section(policy, facts, lang="zh", readings=None):
    """What stands under 各种读法, line by line."""
    text = report(policy, facts, lang, readings).overview()
    title = "各种读法\n" if lang == "zh" else "Other readings\n"
    return text.partition(title)[2].splitlines()


# the overview


def test_the_section_in_chinese(policy):
    assert section(policy, FAILING) == [
        "  情形（override，第十条（二））：以何者为准？",
        "    采用：不合格优先",
        "    另解：人数优先",
        "      等级（2025年）：不合格 → B级",
        "      补助（2025年）：不给予 → 应给予，3.6万元",
        "      增加提示：补助由机关决定。",
    ]


def test_the_section_in_english(policy):
    assert section(policy, FAILING, "en") == [
        "  override (Article 10(2)): 以何者为准？",
        "    adopted: fail",
        "    alternative: count",
        "      grade (2025): F → B",
        "      grant (2025): not due → due, CNY 36,000",
        "      more warnings: note",
    ]


def test_under_a_reading_that_is_not_adopted_the_adopted_one_is_the_other(policy):
    assert section(policy, FAILING, readings={"override": "count"})[1:] == [
        "    本次采用：人数优先",
        "    办法采用：不合格优先",
        "      等级（2025年）：B级 → 不合格",
        "      补助（2025年）：应给予，3.6万元 → 不给予",
        "      不再提示：补助由机关决定。",
    ]
    english = section(policy, FAILING, "en", {"override": "count"})
    assert (english[1], english[2]) == ("    chosen: count", "    adopted: fail")
    assert english[-1] == "      no longer warned: note"


def test_ambiguities_that_change_nothing_are_named_in_one_line(policy, more):
    assert section(policy, FACTS) == ["  以下疑义换一种读法，结果不变：情形。"]
    assert section(policy, FACTS, "en") == ["  Read otherwise, these change nothing: override."]
    assert section(more, {**FACTS, "kind": "assoc"})[-1] == "  以下疑义换一种读法，结果不变：情形、口径。"


def test_each_other_option_is_told_and_sums_without_their_status(more):
    told = section(more, {**FACTS, "kind": "assoc", "nominal": True})
    start = told.index("  数额（sum，第十三条）：奖金多少？")
    assert told[start + 1 : start + 6] == [
        "    采用：照写", "    另解：加倍", "      奖金（2025年）：8500元 → 1.7万元", "    另解：不给",
        "      奖金（2025年）：应给予，8500元 → 不给予",
    ]  # fmt: skip


def test_an_option_that_changes_nothing_among_others_that_do(more):
    told = section(more, {**FACTS, "kind": "assoc"}, readings={"sum": "none"})
    start = told.index("    本次采用：不给")
    assert told[start + 1 : start + 5] == [
        "    办法采用：照写", "      奖金（2025年）：不给予 → 应给予，8500元", "    另解：加倍",
        "      奖金（2025年）：不给予 → 应给予，1.7万元",
    ]  # fmt: skip


def test_many_windows_of_a_duty_are_drawn_together(more):
    given = {f"2025-{month:02}": 1 for month in range(1, 7)}
    told = section(more, {**FACTS, "posts": given})
    assert "      报数（2025年1月至2025年6月，6期）：已履行 → 不适用" in told
    assert "      报数（2025年7月）：未到期，2025年7月31日届满 → 不适用" in told
    english = section(more, {**FACTS, "posts": given}, "en")
    assert "      report (January 2025 to June 2025, 6 windows): met → not applicable" in english


def test_a_reading_under_which_the_facts_contradict_each_other(more):
    facts = {**FACTS, "paid_on": "2025-01-01"}
    told = section(more, facts)
    assert told[told.index("    另解：查") + 1] == "      事实互相矛盾，不作判断：“发放日”与规定不符"
    assert "      the facts contradict each other: paid_on: breaks a rule of the policy for facts" in section(more, facts, "en")
    assert "各种读法" not in report(more, facts, readings={"order": "strict"}).overview()


def test_a_policy_without_ambiguities_says_so(more):
    plain = compiled("办法 t 《试行办法》\n事实\n  甲（a）：是否\n结果\n  可（ok）：条件\n第一条\n  可 应当具备：甲\n")
    assert section(plain, {"a": True}) == ["  本办法没有写明疑义。"]
    assert section(plain, {"a": True}, "en") == ["  The policy names no ambiguity."]
    assert listing(plain, "zh") == "《试行办法》\n本办法没有写明疑义。\n"
    assert listing(plain, "en") == "《试行办法》\nThe policy names no ambiguity.\n"
    assert len(listing(more, "zh").split("\n\n")) == 6


GROWING = """办法 t 《试行办法》
事实
  可给（a）：是否
  好（good）：每年 是否
结果
  级（g）：等级 优（top）＞劣（low），每年
  基础（base）：金额，按时点年度
  提高（raise）：金额，按时点年度
第一条
  级 为 优，当 好
  级 为 劣，其余情形
  基础 给予 3万元，当 可给
  提高 给予 基础 提高20%，当 上年度 级 为 优 且 基础 应付，逐年累进如 累进 读作 累进
  疑义 累进（grows）：“累进不累进？”
    采用 不累进（no）：“没有写”
    另解 累进（yes）：“逐年加”
"""


def test_open_sums_that_read_alike_are_told_by_their_amounts():
    told = section(compiled(GROWING), {"good": {"2023": True, "2024": True}})
    assert told[3] == "      基础（2025年）：待定，3万元 → 待定，3万元至4.32万元"
    given = section(compiled(GROWING), {"a": True, "good": {"2023": True, "2024": True}})
    assert given[3] == "      基础（2025年）：3万元 → 3.6万元至4.32万元"


# explain


def notes(policy, facts, wanted, lang="zh", readings=None):
    told = report(policy, facts, lang, readings).explain(wanted).split("\n\n", 2)[2].splitlines()
    start = next((n for n, line in enumerate(told) if line.lstrip().startswith(("读法：", "reading: "))), None)
    return [] if start is None else [line.strip() for line in told[start:] if line.strip()]


def test_a_result_names_its_reading_and_what_another_would_make_of_it(policy):
    told = notes(policy, FAILING, "grade")
    assert told == [
        "读法：“情形”采用“不合格优先”（第十条（二）），理由：单列。",
        "若采用“人数优先”，由“不合格”变为“B级”。",
    ]
    assert notes(policy, FAILING, "grade", "en") == [
        "reading: override = fail (Article 10(2)).",
        "With count, “F” becomes “B”.",
    ]


def test_a_result_that_never_looked_at_the_reading_names_it_when_it_would_change(policy):
    assert notes(policy, FAILING, "grant") == [
        "读法：“情形”采用“不合格优先”（第十条（二）），理由：单列。",
        "若采用“人数优先”，由“不给予”变为“应给予，3.6万元”。",
    ]
    assert notes(policy, FAILING, "eligible") == []


def test_a_reading_without_a_part_in_the_result_is_not_named(policy):
    assert notes(policy, {**FACTS, "recruits": {"2025": 25}}, "grade") == []


def test_a_reading_that_has_a_part_but_changes_nothing(policy):
    told = notes(policy, {**FAILING, "recruits": {"2025": 5}}, "grade")
    assert told[-1] == "换一种读法，结果不变。"
    assert notes(policy, {**FAILING, "recruits": {"2025": 5}}, "grade", "en")[-1] == "Read otherwise, the result is the same."


def test_an_assessed_result_rests_on_no_reading():
    text = POLICY.replace("  发放日（", "  评定（given）：每年 选项（A级（A）、B级（B）、不合格（F））\n  发放日（", 1)
    text = text.replace("第十条 评估\n", "第十条 评估\n  等级 由 市科技局 评定，记于 评定\n", 1)
    assert notes(compiled(text), {**FAILING, "given": {"2025": "F"}}, "grade") == []


def test_the_adopted_reading_is_named_when_another_was_chosen(policy):
    told = notes(policy, FAILING, "grade", readings={"override": "count"})
    assert told == [
        "读法：“情形”本次采用“人数优先”（第十条（二）），理由：按人数；办法采用的是“不合格优先”。",
        "若按办法采用的“不合格优先”，由“B级”变为“不合格”。",
    ]
    english = notes(policy, FAILING, "grade", "en", {"override": "count"})
    assert english[0] == "reading: override = count (Article 10(2)); the policy adopts fail."


def test_options_that_change_a_result_and_others_that_do_not(more):
    told = notes(more, {**FACTS, "kind": "assoc"}, "award")
    assert told == [
        "读法：“数额”采用“照写”（第十三条），理由：原文。",
        "若采用“加倍”，由“8500元”变为“1.7万元”。",
        "若采用“不给”，由“应给予，8500元”变为“不给予”。",
    ]


def test_quotation_marks_inside_quotation_marks(policy):
    open_ = {name: value for name, value in FAILING.items() if name != "nominal"}
    told = notes(policy, open_, "grant")
    assert "若采用“人数优先”，由“待定：‘3.6万元’或不给予”变为“应给予，3.6万元”。" in told


def test_without_comparisons_the_readings_are_still_named(policy):
    outcome = compared(policy, FAILING).outcome
    told = Report(outcome, "zh").explain("grade").splitlines()
    assert told[-1] == "  读法：“情形”采用“不合格优先”（第十条（二）），理由：单列。"
    assert "各种读法" not in Report(outcome, "zh").overview()


def test_a_duty_names_the_reading_that_would_change_it(more):
    told = notes(more, {**FACTS, "posts": {"2025-07": 1}}, "report")
    assert told[-2:] == ["读法：“期数”采用“按月”（第十四条），理由：每月。", "若采用“按年”，由“已履行，应1条，实1条，2025年7月31日届满”变为“不适用”。"]


# readings


def test_the_listing(policy):
    assert listing(policy, "zh") == (
        "《人才站试行办法》\n疑义1处\n\n情形（override，第十条（二））：以何者为准？\n"
        "  采用：不合格优先（fail）——单列\n  另解：人数优先（count）——按人数\n"
    )
    assert listing(policy, "en").splitlines()[3:] == [
        "override (Article 10(2)): 以何者为准？", "  adopted: fail - 单列", "  alternative: count - 按人数",
    ]  # fmt: skip
    (reading,) = listing_document(policy, "d")["readings"]
    assert (reading["reading"], reading["adopted"], reading["clause"]) == ("override", "fail", "第十条（二）")
    assert reading["options"][1] == {"option": "count", "name": "人数优先", "reason": "按人数"}


def test_a_survey_groups_stations_that_change_alike(policy):
    listed = [
        compared(policy, FAILING, name="甲站"), compared(policy, FACTS, name="乙站"), compared(policy, FAILING, name="丙站"),
        compared(policy, FAILING, {"override": "count"}, name="丁站"),
    ]  # fmt: skip
    told = survey(policy, listed, 2, ["戊站"], "zh").splitlines()
    assert told[:4] == ["《人才站试行办法》", "疑义1处", "对照4个站", "另有2份写的是别的办法，没有对照。"]
    assert told[4] == "事实有误，没有对照：戊站。"
    assert told[6:11] == [
        "情形（override，第十条（二））：以何者为准？", "  采用：不合格优先（fail）——单列", "    涉及1个站：",
        "    丁站（现按“人数优先”）", "      等级（2025年）：B级 → 不合格",
    ]  # fmt: skip
    start = told.index("  另解：人数优先（count）——按人数")
    assert told[start + 1 : start + 4] == ["    涉及2个站：", "    甲站、丙站", "      等级（2025年）：不合格 → B级"]
    english = survey(policy, listed, 2, ["戊站"], "en").splitlines()
    assert english[2:5] == ["4 stations compared", "2 for other measures left aside.", "left aside, with mistakes in the facts: 戊站."]
    assert "    丁站 (now count)" in english
    assert "    concerns 2 stations:" in english


def test_a_survey_names_what_matters_for_none(policy):
    assert survey(policy, [compared(policy, FACTS)], 0, [], "zh").splitlines()[3:] == ["", "以下疑义换一种读法，结果不变：情形。"]
    assert "1 station compared" in survey(policy, [compared(policy, FACTS)], 0, [], "en")
    assert "对照0个站" in survey(policy, [], 0, [], "zh")
    assert "0 stations compared" in survey(policy, [], 0, [], "en")


def test_stations_whose_results_stay_open_are_only_counted(more):
    blank = [compared(more, {}, name=f"{number}号站") for number in range(1, 13)]
    told = survey(more, blank, 0, [], "zh").splitlines()
    start = told.index("  另解：加倍（doubled）——通知")
    assert told[start + 1].startswith("    12个站仍待定，只是可能的结果不同：1号站、2号站、")
    assert told[start + 1].endswith("、10号站等")
    english = survey(more, blank[:1], 0, [], "en").splitlines()
    assert "    1 station undetermined, but differently: 1号站" in english
    assert any(line.endswith("10号站 and others") for line in survey(more, blank, 0, [], "en").splitlines())


def test_a_survey_as_data(policy):
    listed = [compared(policy, FAILING), compared(policy, FACTS, name="乙站")]
    document = survey_document(policy, listed, 1, ["戊站"], "d")
    assert document["compared"] == {"stations": 2, "lists": 0, "other_measures": 1, "faulty": ["戊站"]}
    (reading,) = document["readings"]
    assert reading["matters"] is True
    (changed,) = reading["changed"]
    assert (changed["name"], changed["file"], changed["chosen"], changed["option"]) == ("甲站", "stations.yaml", "fail", "count")
    grade, grant = changed["changes"]
    assert grade == {
        "outcome": "grade", "name": "等级", "year": 2025,
        "before": {"result": "F", "label": "不合格", "possible": [], "overridable": False},
        "after": {"result": "B", "label": "B级", "possible": [], "overridable": False},
    }  # fmt: skip
    assert (grant["line"], grant["before"]["status"], grant["after"]["amount"]) == ("grant", "not_due", 36000)
    assert [w["id"] for w in changed["warnings_gained"]] == ["note"]


# lists of stations


def listed(policy, number=5):
    facts = [{"premises": False, "kind": "uni", "staff": size} for size in range(1, number + 1)]
    typed = [facts_from_python(policy, found)[0] for found in facts]
    stations = [Station(f"s{size}", found, {}) for size, found in enumerate(typed, 1)]
    shared, _ = facts_from_python(policy, {})
    findings, comparisons = compare_population_readings(policy, stations, shared, DAY)
    return findings, Compared("名单", "list.yaml", Outcome(policy, DAY, 2025, (), ""), comparisons, a_list=True)


def test_findings_over_a_list_of_stations(more):
    _, one = listed(more)
    told = Readings(Phrases(one.outcome, "zh")).section(one.comparisons).splitlines()
    start = told.index("    另解：全算")
    assert told[start + 1] == "      总数（高校）：未超出（现有0，限额3） → 超出（现有5，限额3）"
    assert told[start + 2] == "      各类（1等5组）：未超出（现有0，限额1） → 未超出（现有1，限额1）"
    english = Readings(Phrases(one.outcome, "en")).section(one.comparisons)
    assert "each (1 and 4 more): within (0 now, limit 1) → within (1 now, limit 1)" in english
    assert "对照1份清单" in survey(more, [one], 0, [], "zh")
    assert "对照1个站、1份清单" in survey(more, [compared(more, FACTS), one], 0, [], "zh")
    document = survey_document(more, [one], 0, [], "d")
    (changed,) = next(r for r in document["readings"] if r["reading"] == "count")["changed"]
    assert changed["changes"][0]["before"]["counted"] == [0, 0]
    assert changed["changes"][0]["after"]["result"] == "violated"


def test_a_forecast_under_another_reading(more):
    typed = facts_from_python(more, {"kind": "assoc"})[0]
    shared, _ = facts_from_python(more, {})
    _, comparisons = compare_population_readings(more, [Station("s", typed, {})], shared, DAY)
    one = Compared("名单", "list.yaml", Outcome(more, DAY, 2025, (), ""), comparisons, a_list=True)
    told = Readings(Phrases(one.outcome, "zh")).section(comparisons)
    assert "      预算：8500元 → 1.7万元\n" in told
    document = survey_document(more, [one], 0, [], "d")
    (doubled, _) = next(r for r in document["readings"] if r["reading"] == "sum")["changed"]
    assert doubled["changes"][0]["after"]["total"] == 17000


def test_what_else_another_reading_can_make_of_a_result(more):
    facts = {**FACTS, "kind": "assoc", "paid_on": "2025-01-01"}
    told = notes(more, facts, "award")
    assert "读法：“先后”采用“不查”（第十三条），理由：没有写。" not in told  # the award does not rest on it
    three = notes(more, facts, "award", readings={"sum": "none"})
    assert three[1:] == ["若按办法采用的“照写”，由“不给予”变为“应给予，8500元”。", "若采用“加倍”，由“不给予”变为“应给予，1.7万元”。"]


ONE_WAY = """办法 t 《试行办法》
事实
  甲（a）：是否
  交办（asked_on）：日期
  办结（done_on）：日期
  须 办结 不早于 交办 或 时限 读作 不查
结果
  可（ok）：条件
第一条
  可 应当具备：甲 且 时限 读作 十日
  期限 办理（handle）：交办 起 10日内，完成于 办结，适用于 时限 读作 十日
  期限 办理（handle）：交办 起 20日内，完成于 办结，适用于 甲
  疑义 时限（days）：“几日？”
    采用 十日（ten）：“十”
    另解 二十日（twenty）：“二十”
    另解 不查（loose）：“不查”
"""


def test_a_result_that_another_reading_does_not_have():
    policy = compiled(ONE_WAY)
    told = notes(policy, {"a": True, "asked_on": "2025-06-02", "done_on": "2025-06-05"}, "handle")
    assert "若采用“二十日”，没有这一项。" in told
    english = notes(policy, {"a": True, "asked_on": "2025-06-02", "done_on": "2025-06-05"}, "handle", "en")
    assert "With twenty, there is no such result." in english


def test_a_result_under_a_reading_that_contradicts_the_facts():
    policy = compiled(ONE_WAY)
    facts = {"a": True, "asked_on": "2025-06-12", "done_on": "2025-06-05"}
    told = notes(policy, facts, "ok", readings={"days": "loose"})
    assert "若按办法采用的“十日”，事实互相矛盾，不作判断。" in told
    assert "若采用“二十日”，事实互相矛盾，不作判断。" in told


def test_options_of_which_one_leaves_the_result_as_it_is():
    text = ONE_WAY.replace("甲 且 时限 读作 十日", "甲 且 （时限 读作 十日 或 时限 读作 不查）")
    told = notes(compiled(text), {"a": True}, "ok")
    assert told[-2:] == ["若采用“二十日”，由“符合”变为“不符合”。", "若采用“不查”，结果不变。"]
