"""What is asked, in which order, and what cannot be asked."""

from __future__ import annotations

from datetime import date

from policylang.analysis.interview import Inquiry, by_default, interview
from policylang.compiler import compile_policy
from policylang.facts.answers import answered
from policylang.facts.model import Facts
from policylang.facts.paths import find_path
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar

POLICY = """办法 t 《试行办法》
事实
  有场所（premises）：是否，由 评审组 评判
  工作人员（staff）：数量（人），由 设站单位 填报
  造假（fraud）：是否，由 市人才办 认定，未记载视为 否
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  名单（people）：清单（人）：
    年度（year）：数量（年）
    人数（n）：数量（人）
  批准日（approved）：日期
  报送条数（posts）：每月 数量（条）
  类别（kind）：选项（高校、协会）
结果
  条件（eligible）：条件
  等级（grade）：等级 甲级（A）＞乙级（B）＞不合格（F），每年
  补助（grant）：金额，每年
  总评（overall）：条件
第一条 条件
  条件 应当具备：
    （一）有场所
    （二）工作人员 2名以上
第二条 等级
  定义 实数（counted）：引进人数，未记载时取 总计 名单 的 人数 其中（年度 为 本年度）
  等级 为 甲级，当 实数 30人以上
  等级 为 乙级，当 实数 10人以上
  等级 为 不合格，其余情形
  等级 为 不合格，优先于 第二条，当 造假
第三条 补助
  补助 给予 10万元，当 等级 为 甲级
第四条 期限
  期限 报告（report）：批准日 起 5个工作日内
第五条 总评
  总评 应当具备：
    总计 报送条数 12条以上
"""


def policy(text=POLICY):
    compiled = compile_policy(text.encode(), "t.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    return compiled.policy


def asked(given=None, wanted=None, as_of=date(2026, 3, 1), year=2025, skipped=(), text=POLICY):
    core = policy(text)
    facts, errors = facts_from_python(core, given or {})
    assert not errors
    inquiry = Inquiry(core, as_of, year, {}, Calendar.official(), frozenset(wanted) if wanted else None)
    return interview(inquiry, facts, skipped)


def names(found):
    return [str(question.path) for question in found.questions]


def test_only_facts_that_a_wanted_result_needs():
    assert set(names(asked(wanted=["eligible"]))) == {"premises", "staff"}
    assert names(asked({"premises": False}, wanted=["eligible"])) == []


def test_a_written_default_is_not_missing():
    found = asked(wanted=["grade"])
    assert "fraud" not in names(found)
    facts = Facts({})
    assert [fact.id for fact in by_default(found, facts)] == ["fraud"]
    recorded = answered(facts, find_path(policy(), "fraud"), True, 2025)  # type: ignore[arg-type]
    assert by_default(found, recorded) == ()


def test_what_settles_most_is_asked_first():
    assert names(asked(wanted=["grade", "grant", "eligible"]))[0] == "recruits.2025"


def test_what_a_body_assessed_is_asked_after_what_its_assessment_rests_on():
    text = POLICY.replace("结果\n", "  考核结果（assessed）：每年 选项（甲级（A）、乙级（B）、不合格（F）），由 市人才办 评判\n结果\n", 1)
    text = text.replace("  等级 为 甲级，当", "  等级 由 市人才办 评定，记于 考核结果\n  等级 为 甲级，当", 1)
    assert names(asked(wanted=["grade"], text=text)) == ["recruits.2025", "people", "assessed.2025"]


def test_facts_by_year_are_asked_for_the_year_in_question():
    assert "recruits.2024" in names(asked(wanted=["grade"], year=2024))
    assert not any("2024" in name for name in names(asked({"recruits": {"2024": 3}}, wanted=["grade"])))


def test_a_list_is_asked_for_its_items_then_for_their_fields():
    first = asked(wanted=["grade"])
    [listed] = [question for question in first.questions if question.counts]
    assert str(listed.path) == "people"
    assert set(names(asked({"people": [{}, {"year": 2024}]}, wanted=["grade"]))) == {
        "recruits.2025", "people[0].year", "people[0].n",
    }  # fmt: skip


def test_a_question_knows_the_results_that_hang_on_it_and_their_clauses():
    found = {str(q.path): q for q in asked(wanted=["grade", "grant", "eligible"]).questions}
    assert [r.outcome.id for r in found["recruits.2025"].results] == ["grade", "grant"]
    assert [c.text for c in found["recruits.2025"].clauses] == ["第二条", "第三条"]
    assert [c.text for c in found["staff"].clauses] == ["第一条（二）"]


def test_what_cannot_be_asked_is_named():
    found = asked({"approved": "2026-01-05"}, wanted=["report"])
    assert (names(found), found.beyond) == ([], ("report.done",))
    beyond = asked({"approved": "2049-12-30"}, wanted=["report"], as_of=date(2050, 3, 1))
    assert names(beyond) == []
    assert [name for name in beyond.beyond if name.startswith("calendar.")]


def test_of_a_series_of_which_nothing_is_recorded_the_first_period_is_asked():
    assert names(asked(wanted=["overall"])) == ["posts.2025-01"]
    assert names(asked({"posts": {"2025-01": 3}}, wanted=["overall"])) == [f"posts.2025-{n:02}" for n in range(2, 13)]


def test_years_long_ago_are_not_asked_about():
    text = POLICY.replace("当 实数 30人以上", "当 任一年度 （上年度 引进人数 30人以上）")
    given = {"recruits": {str(year): 3 for year in range(2016, 2026)}}
    assert names(asked(given, wanted=["grade"], text=text)) == ["recruits.2015"]
    given["recruits"]["2015"] = 3
    found = asked(given, wanted=["grade"], text=text)
    assert (names(found), found.beyond) == ([], ("recruits.2014",))


def test_what_was_skipped_is_not_asked_again():
    assert names(asked(wanted=["eligible"], skipped=("staff",))) == ["premises"]


def test_everything_else_being_equal_the_order_is_that_of_the_policy():
    text = POLICY.replace("（二）工作人员 2名以上", "（二）造假 或 类别 为 高校")
    assert names(asked(wanted=["eligible"], text=text)) == ["premises", "kind"]


def test_facts_that_contradict_each_other_are_not_asked_about():
    text = POLICY.replace("结果\n", "  须 批准日 不早于 2020年1月1日\n结果\n", 1)
    found = asked({"approved": "2019-01-01"}, text=text)
    assert found.outcome.rejections
    assert (found.results, found.questions) == ((), ())


def test_answers_that_would_contradict_the_facts_do_not_count():
    text = POLICY.replace("结果\n", "  须 批准日 不早于 2020年1月1日\n结果\n", 1)
    assert "approved" in names(asked(text=text))


def test_an_interview_is_quick():
    core = policy()
    inquiry = Inquiry(core, date(2026, 3, 1), 2025, {}, Calendar.official())
    calls = []
    real = Inquiry.decide

    class Counting(Inquiry):
        def decide(self, facts, only=None):
            calls.append(1)
            return real(self, facts, only)

    counted = Counting(inquiry.policy, inquiry.as_of, inquiry.year, inquiry.readings, inquiry.calendar)
    interview(counted, Facts({}))
    assert len(calls) <= 1 + 6 * 8
    assert evaluate(core, Facts({}), date(2026, 3, 1)).decisions
