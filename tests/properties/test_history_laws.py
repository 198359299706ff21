"""Laws of what would change a result that rests on other years, on lists, or on days: nothing that exists is denied."""

from __future__ import annotations

from datetime import date

from generated import compiled, typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.analysis.changes import find_changes
from policylang.analysis.targets import Target
from policylang.runtime.interpreter import evaluate
from policylang.semantics import ir

AS_OF = date(2026, 3, 1)
POLICY = compiled(
    """办法 t 《试行办法》
事实
  甲（a）：是否
  乙（b）：每年 是否
  设立日（day）：日期
  撤销日（gone）：日期，未记载视为 未发生
  办结日（done）：日期
  人数（w）：每年 数量（人）
  结论（v）：每年 选项（优（top）、良（mid）、差（low）），空值表示 未考核
  评定（verdict）：每年 选项（A级（A）、B级（B）），空值表示 未考核
  报送（posts）：每季度 数量（条）
  名单（l）：清单（人）：
    级别（x）：选项（一（one）、二（two））
    数目（q）：数量（人）
    已领（e）：是否，未记载视为 否
结果
  级（g）：等级 A级（A）＞B级（B），每年，自 设立日
  态（s）：状态 有效（on）、撤销（off）
  曾（ever）：条件
  补（grant）：金额，每年，自 设立日
  首补（once）：金额，每年，一次性
  增（more）：金额，每年
  奖（award）：金额，对每一 名单
第一条
  级 由 某局 评定，记于 评定
  级 为 A级，当 人数 3人以上 且 乙
  级 为 B级，其余情形
第二条
  态 为 撤销，当 连续2次 （结论 为 差 且 人数 2人以下）
  态 为 撤销，当 最近一次 （结论 为 差 且 乙）
  态 为 撤销，当 撤销日 不晚于 时点
  态 为 有效，其余情形
第三条
  曾 应当具备：
    任一年度 结论 为 优
    非 甲
第四条
  定义 折算（scaled）：人数，未记载时取 计数 名单 其中（数目 2人以上）
  定义 门槛（tier）：1人，当 甲
  定义 门槛（tier）：2人，当 乙 且 非 甲
  补 给予 3万元，当 级 为 A级 且 人数 不少于 门槛
  补 可给予 不超过2万元，当 级 为 B级 且 折算 不少于 门槛
  首补 给予 5万元，当 乙
  增 给予 补 提高10%，逐年累进如 甲，当 结论 为 优 且 补 应付
  奖 给予 1万元，当 级别 为 一 且 非 已领 且 总计 名单 的 数目 3人以上
第五条
  职责 每季（quarterly）：每季度 报送 1条以上，自 设立日，首期不满不计，至 撤销日
  期限 办结（finish）：设立日 起 1个月内，完成于 办结日，适用于 甲
  职责 逐项（each）：数目 1人以上，对每一 名单
"""
)


@st.composite
def some_facts(draw):
    """Facts of a few years, most of them left out now and then."""
    series = {
        "b": st.booleans(), "w": st.integers(0, 4), "v": st.sampled_from(["top", "mid", "low", None]),
        "verdict": st.sampled_from(["A", "B", None]),
    }  # fmt: skip
    days = st.sampled_from(["2023-05-01", "2024-12-31", "2025-08-15", "2026-02-01", "2026-04-01"])
    singles = {"a": st.booleans(), "day": days, "gone": days, "done": days}
    item = st.fixed_dictionaries(
        {}, optional={"x": st.sampled_from(["one", "two"]), "q": st.integers(0, 3), "e": st.booleans()}
    )
    facts = {name: draw(content) for name, content in singles.items() if draw(st.booleans())}
    for name, content in series.items():
        if name == "b" and draw(st.integers(0, 3)) == 0:
            facts[name] = draw(st.booleans())
        else:
            facts[name] = {str(year): draw(content) for year in range(2022, 2027) if draw(st.integers(0, 2))}
    facts["posts"] = {f"2025Q{n}": draw(st.integers(0, 2)) for n in range(1, 5) if draw(st.booleans())}
    if draw(st.booleans()):
        facts["l"] = draw(st.lists(item, max_size=2))
    return facts


def targets():
    for of in (*POLICY.outcomes, *POLICY.duties):
        if isinstance(of, ir.Duty):
            yield from (Target(of, wanted, 2025) for wanted in ("met", "unmet", "not_applicable"))
        elif of.kind == "money":
            yield from (Target(of, wanted, 2025) for wanted in ("due", "possible", "not_due"))
        else:
            yield from (Target(of, level, 2025) for level in of.levels)


TARGETS = list(targets())


def reached(facts, target):
    outcome = evaluate(POLICY, facts, AS_OF, 2025, only=(target.of.id,))
    return not outcome.rejections and target.reach([r for r in outcome.results if target.concerns(r)]) == "reached"


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(some_facts(), some_facts(), st.sampled_from(TARGETS), st.data())
def test_what_other_facts_reach_is_not_denied(facts, other, target, data):
    taken = data.draw(st.sets(st.sampled_from(sorted({*facts, *other})), max_size=4))
    after = typed(POLICY, {**facts, **{name: other[name] for name in taken if name in other}})
    answer = find_changes(POLICY, typed(POLICY, facts), AS_OF, target, 2025)
    assert all(reached(way.facts, target) for way in answer.ways)
    if reached(after, target):
        assert answer.reached or answer.ways or not answer.proved
