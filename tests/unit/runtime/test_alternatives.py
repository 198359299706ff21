"""What another reading changes: results, warnings, contradictions, findings over all stations."""

from __future__ import annotations

from datetime import date

import pytest

from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python
from policylang.runtime.alternatives import Alternative, compare_population_readings, compare_readings
from policylang.runtime.interpreter import evaluate
from policylang.runtime.quotas import Station, evaluate_population

DAY = date(2025, 6, 30)

POLICY = """办法 t 《试行办法》
事实
  人数（n）：每年 数量（人）
  有名无实（nominal）：是否
  有文件（paper）：是否
  起（from）：日期
  止（to）：日期
  信息（posts）：每月 数量（条）
  交办（asked_on）：日期
  办结（done_on）：日期
  核定额（fixed）：金额
  须 止 不早于 起 或 期限写法 读作 不查
结果
  级（g）：等级 甲（A）＞乙（B）＞丙（C），每年
  可（ok）：条件
  补（grant）：金额，每年，决定额 核定额
  奖（award）：金额
第一条
  级 为 甲，当 人数 30人以上
  级 为 乙，当 人数 10人以上
  级 为 丙，其余情形
  级 为 丙，优先于 第一条，当 有名无实 且 情形 读作 情形优先
  疑义 情形（ground）：“以何者为准？”
    采用 情形优先（fail）：“单列”
    另解 人数优先（count）：“按人数”
第二条
  可 应当具备：有文件 或 文件 读作 一般看
  可 一般应具备：非 文件 读作 一般看
  疑义 文件（doc）：“看不看文件？”
    采用 看文件（yes）：“要看”
    另解 一般看（some）：“一般”
    另解 不看（no）：“不看”
第三条
  补 给予 不超过10万元，当 级 为 甲
  补 给予 不超过8万元，当 级 为 乙
  奖 给予 3万元，当 数额 读作 小
  奖 给予 5万元，当 有文件 且 数额 读作 大
  奖 可给予 8万元，当 非 有文件 且 数额 读作 大
  疑义 数额（sum）：“多少？”
    采用 小（small）：“少给”
    另解 大（big）：“多给”
第四条
  职责 报信（post）：每月 信息 1条以上，适用于 期数 读作 按月
  职责 报信（post）：每年 人数 1人以上，适用于 期数 读作 按年
  期限 办理（handle）：交办 起 10日内，完成于 办结，适用于 时限 读作 十日
  期限 办理（handle）：交办 起 20日内，完成于 办结，适用于 有文件 或 时限 读作 二十日
  疑义 期数（windows）：“按月还是按年？”
    采用 按月（month）：“每月”
    另解 按年（year）：“每年”
  疑义 时限（days）：“几日？”
    采用 十日（ten）：“十”
    另解 二十日（twenty）：“二十”
第五条
  疑义 期限写法（check）：“先后要不要查？”
    采用 要查（strict）：“要”
    另解 不查（loose）：“不”
  提示 要查时说（strict_said）：“先后已查。”，当 期限写法 读作 要查 且 有文件
  提示 不查时说（loose_said）：“先后未查。”，当 期限写法 读作 不查 且 有文件
第六条
  限额 总数（cap）：不超过1家
    计入：有文件 或 口径 读作 全算
  限额 每名（each）：原则上 不超过1家
    每个：起
    计入：有文件
  汇总 预算（budget）：
    奖
  疑义 口径（count）：“都算吗？”
    采用 看文件算（paper）：“看文件”
    另解 全算（all）：“都算”
"""


@pytest.fixture(scope="module")
def policy():
    found = compile_policy(POLICY.encode(), "t.pol")
    assert found.policy is not None, [d.message.zh for d in found.diagnostics]
    return found.policy


def typed(policy, facts):
    found, errors = facts_from_python(policy, facts)
    assert not errors
    return found


def compared(policy, facts, **more):
    """The comparisons by the id of the ambiguity."""
    _, comparisons = compare_readings(policy, typed(policy, facts), DAY, **more)
    return {comparison.reading.id: comparison for comparison in comparisons}


def changed(comparison, option=None):
    """What an option changes: the outcome, duty or quota, then a word for the result before and after."""
    (alternative,) = [a for a in comparison.alternatives if option in (None, a.option.id)]
    return [(name(c.before or c.after), told(c.before), told(c.after)) for c in alternative.changes]


def name(result):
    return next(getattr(result, a).id for a in ("outcome", "duty", "quota", "forecast") if hasattr(result, a))


def told(result):
    if result is None:
        return None
    if hasattr(result, "amount"):
        return f"{result.status} {result.amount.high}"
    if hasattr(result, "total") and not hasattr(result, "result"):
        return str(result.total[1])
    if hasattr(result, "result"):
        return result.result
    return result.value.id if result.value else "/".join(o.id for o in result.possible)


def test_every_ambiguity_is_compared_in_the_order_of_the_policy(policy):
    found = compared(policy, {})
    assert list(found) == [r.id for r in policy.readings]
    assert [c.chosen.id for c in found.values()] == [r.adopted for r in policy.readings]
    assert [a.option.id for a in found["doc"].alternatives] == ["some", "no"]


def test_the_outcome_is_that_of_evaluate_and_is_the_same_each_time(policy):
    facts = typed(policy, {"n": {2025: 30}, "nominal": True})
    outcome, comparisons = compare_readings(policy, facts, DAY, 2025, {"情形": "人数优先"})
    assert outcome == evaluate(policy, facts, DAY, 2025, {"ground": "count"})
    assert compare_readings(policy, facts, DAY, 2025, {"ground": "count"}) == (outcome, comparisons)
    assert comparisons[0].chosen.id == "count"


def test_a_changed_grade_and_what_follows_from_it(policy):
    found = compared(policy, {"n": {2025: 30}, "nominal": True})
    assert changed(found["ground"]) == [("g", "C", "A"), ("grant", "not_due None", "due 100000")]
    assert found["ground"].matters
    assert not any(c.open for c in found["ground"].alternatives[0].changes)
    assert not found["ground"].alternatives[0].open
    back = compared(policy, {"n": {2025: 30}, "nominal": True}, readings={"ground": "count"})
    assert changed(back["ground"], "fail") == [("g", "A", "C"), ("grant", "due 100000", "not_due None")]


def test_only_what_is_asked_for_is_compared(policy):
    found = compared(policy, {"n": {2025: 30}, "nominal": True, "paper": True}, only=["grant"])
    assert changed(found["ground"]) == [("grant", "not_due None", "due 100000")]
    assert not found["check"].matters
    assert found["check"].alternatives == (Alternative(policy.readings[5].options[1], ()),)


def test_what_an_open_result_can_still_be_is_a_change_and_stays_open(policy):
    found = compared(policy, {"n": {2025: 30}})
    assert changed(found["ground"]) == [("g", "A/C", "A"), ("grant", "undetermined 100000", "due 100000")]
    grade, grant = found["ground"].alternatives[0].changes
    assert not grade.open
    assert not grant.open
    open_ = compared(policy, {"nominal": True}, readings={"ground": "count"})
    assert changed(open_["ground"], "fail")[0] == ("g", "A/B/C", "C")
    either = compared(policy, {})["ground"]
    assert either.matters is False  # three levels are possible either way


def test_each_option_of_an_ambiguity_is_told_apart(policy):
    found = compared(policy, {"paper": True})["doc"]
    assert changed(found, "some") == [("ok", "yes", "no")]
    assert changed(found, "no") == []
    assert [a.matters for a in found.alternatives] == [True, False]
    assert found.matters


def test_a_departure_that_becomes_possible_is_a_change(policy):
    found = compared(policy, {"paper": False})["doc"]
    assert changed(found, "some") == [("ok", "no", "no")]
    (change,) = found.alternatives[0].changes
    assert (change.before.overridable, change.after.overridable) == (False, True)


def test_sums_and_who_decides_on_them(policy):
    assert changed(compared(policy, {"paper": True})["sum"]) == [("award", "due 30000", "due 50000")]
    assert changed(compared(policy, {"paper": False})["sum"]) == [("award", "due 30000", "possible 80000")]
    open_ = compared(policy, {}, readings={"sum": "big"})["sum"]
    assert changed(open_) == [("award", "undetermined 80000", "due 30000")]


def test_a_decided_sum_that_leaves_its_bounds_is_a_change(policy):
    facts = {"n": {2025: 30}, "nominal": True, "fixed": 200000}
    _, grant = compared(policy, facts)["ground"].alternatives[0].changes
    assert (grant.before.out_of_bounds, grant.after.out_of_bounds) == (False, True)


def test_duties_in_other_windows_and_with_another_last_day(policy):
    facts = {"posts": {"2025-05": 2}, "n": {2025: 1}, "asked_on": date(2025, 6, 2), "done_on": date(2025, 6, 20)}
    facts["paper"] = False
    found = compared(policy, facts)
    assert changed(found["windows"]) == [
        ("post", "met", "not_applicable"), ("post", "pending", "not_applicable"), ("post", "not_applicable", "met"),
    ]  # fmt: skip
    assert changed(found["days"]) == [("handle", "unmet", "met")]
    (change,) = found["days"].alternatives[0].changes
    assert (change.before.due, change.after.due) == (date(2025, 6, 12), date(2025, 6, 23))
    late = compared(policy, {**facts, "done_on": date(2025, 6, 5)})["days"]
    assert changed(late) == [("handle", "met", "met")]  # the last day is another


def test_a_result_that_only_one_reading_has(policy):
    facts = {"paper": True, "asked_on": date(2025, 6, 2), "done_on": date(2025, 6, 20)}
    assert changed(compared(policy, facts)["days"]) == [("handle", "unmet", "met"), ("handle", "met", None)]
    back = compared(policy, facts, readings={"days": "twenty"})["days"]
    assert changed(back) == [("handle", "met", "unmet"), ("handle", None, "met")]
    assert not any(change.open for change in back.alternatives[0].changes)
    (vanished,) = compared(policy, {"paper": True})["days"].alternatives[0].changes
    assert (vanished.after, vanished.open) == (None, True)


def test_warnings_that_are_given_or_no_longer_given(policy):
    found = compared(policy, {"paper": True})["check"]
    (alternative,) = found.alternatives
    assert alternative.changes == ()
    assert [w.id for w in alternative.gained] == ["loose_said"]
    assert [w.id for w in alternative.lost] == ["strict_said"]
    assert (found.matters, alternative.open) == (True, False)


def test_facts_that_contradict_each_other_under_one_reading_only(policy):
    facts = {"from": date(2025, 2, 1), "to": date(2025, 1, 1)}
    outcome, comparisons = compare_readings(policy, typed(policy, facts), DAY)
    assert outcome.rejections
    assert comparisons == ()
    found = compared(policy, facts, readings={"check": "loose"})["check"]
    (alternative,) = found.alternatives
    assert (alternative.option.id, alternative.changes) == ("strict", ())
    assert [r.path for r in alternative.rejections] == ["to"]
    assert (alternative.matters, alternative.open) == (True, False)


def test_an_unknown_reading_is_refused(policy):
    with pytest.raises(KeyError):
        compare_readings(policy, typed(policy, {}), DAY, readings={"doc": "perhaps"})


# over all stations


def stations(policy, *facts):
    return [Station(f"s{number}", typed(policy, found), {}) for number, found in enumerate(facts, 1)]


def test_findings_over_all_stations(policy):
    listed = stations(policy, {"paper": True}, {"paper": False}, {"paper": False})
    shared = typed(policy, {})
    findings, comparisons = compare_population_readings(policy, listed, shared, DAY)
    assert findings == evaluate_population(policy, listed, shared, DAY)
    found = {comparison.reading.id: comparison for comparison in comparisons}
    assert changed(found["count"]) == [("cap", "ok", "violated")]
    assert changed(found["sum"]) == [("budget", "90000", "210000")]
    assert [c.open for c in found["sum"].alternatives[0].changes] == [False]
    assert not found["doc"].matters


def test_findings_that_are_open_either_way(policy):
    listed = stations(policy, {"paper": True}, {}, {})
    _, comparisons = compare_population_readings(policy, listed, typed(policy, {}), DAY, 2025, {"sum": "big"})
    found = {comparison.reading.id: comparison for comparison in comparisons}
    assert changed(found["count"]) == [("cap", "undetermined", "violated")]
    assert not found["count"].alternatives[0].open
    assert changed(found["sum"]) == [("budget", "210000", "90000")]


def test_a_list_of_no_stations(policy):
    _, comparisons = compare_population_readings(policy, (), typed(policy, {}), DAY)
    assert not any(comparison.matters for comparison in comparisons)
