"""Questions in words: as the policy puts them, or made of name, type and unit; who answers, what hangs on it."""

from __future__ import annotations

from datetime import date

import pytest

from policylang.analysis.interview import Inquiry, Question, interview
from policylang.compiler import compile_policy
from policylang.explain.phrases import Phrases
from policylang.explain.questions import Questions, interview_document
from policylang.facts.paths import find_path
from policylang.facts.typed import facts_from_python
from policylang.semantics.calendar import Calendar

POLICY = """办法 t 《试行办法》
事实
  有场所（premises）：是否，由 评审组 评判
  人数（staff）：数量（人），由 设站单位 填报，问 “常驻多少人？”
  比例（share）：数量（%）
  经费（fee）：金额，凭 拨付凭证
  开站日（opened）：日期，见 《通报》
  名称（named）：文本
  类别（kind）：选项（高校（uni）、协会（assoc））
  材料（papers）：多选（申请表（form）、证明（proof））
  结论（result）：每年 选项（好（good）、差（bad）），由 市科技局 评判，空值表示 未考核
  造假（fraud）：是否，由 市人才办 认定，未记载视为 否
  撤销日（gone）：日期，未记载视为 未发生
  条数（posts）：每月 数量（条），问 “发了几条？”
  名单（people）：清单（人），由 市人才办 核定：
    级别（level）：选项（一（one）、二（two）），问 “定为哪一级？”
    人数（n）：数量（人）
    到岗（arrived）：是否
结果
  条件（eligible）：条件
  等级（grade）：等级 甲（A）＞乙（B），每年
  补助（grant）：金额，每年
第一条 条件
  条件 应当具备：
    （一）有场所 且 非 造假
    （二）人数 2人以上
第二条 等级
  等级 为 甲，当 结论 为 好
  等级 为 乙，其余情形
第三条 补助
  补助 给予 1万元，当 等级 为 甲
第四条
  期限 报告（report）：开站日 起 5个工作日内
"""


def words(given=None, lang="zh", wanted=None):
    policy = compile_policy(POLICY.encode(), "t.pol").policy
    assert policy is not None
    facts, errors = facts_from_python(policy, given or {})
    assert not errors
    inquiry = Inquiry(policy, date(2026, 3, 1), 2025, {}, Calendar.official(), wanted)
    found = interview(inquiry, facts)
    return Questions(Phrases(found.outcome, lang), facts), found, facts


def about(name, found, results=()):
    path = find_path(found.outcome.policy, name)
    return Question(path, results, ())


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("premises", "“有场所”，是否属实？", "premises: is it so?"),
        ("staff", "常驻多少人？", "staff: how many? (people)"),
        ("share", "比例是百分之多少？", "share: what percentage?"),
        ("fee", "经费是多少？（元）", "fee: how much? (yuan)"),
        ("opened", "开站日是哪一天？", "opened: which day?"),
        ("named", "名称是什么？", "named: what is it?"),
        ("kind", "类别是哪一种？", "kind: which one?"),
        ("papers", "材料有哪些？（可以选几项）", "papers: which of these? (any number)"),
        ("result.2024", "2024年结论是哪一种？", "result.2024: which one?"),
        ("posts.2024-03", "2024年3月：发了几条？", "posts.2024-03: how many? (posts)"),
        ("people", "名单有几项？", "people: how many items?"),
        ("people[1].level", "名单第2项：定为哪一级？", "people[1].level: which one?"),
        ("people[1].n", "名单第2项的人数是多少？（人）", "people[1].n: how many? (people)"),
        ("people[1].arrived", "名单第2项“到岗”，是否属实？", "people[1].arrived: is it so?"),
    ],
)
def test_the_question(path, zh, en):
    chinese, found, _ = words()
    english, _, _ = words(lang="en")
    assert chinese.text(about(path, found)) == zh
    assert english.text(about(path, found)) == en


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        ("premises", [("true", "是"), ("false", "否")]),
        ("kind", [("uni", "高校"), ("assoc", "协会")]),
        ("papers", [("form", "申请表"), ("proof", "证明")]),
        ("result.2024", [("good", "好"), ("bad", "差"), ("未考核", "未考核")]),
        ("staff", []),
    ],
)
def test_the_choices(path, choices):
    chinese, found, _ = words()
    assert chinese.choices(about(path, found)) == choices


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("premises", "由评审组评判", "judged by 评审组"), ("staff", "由设站单位填报", "declared by 设站单位"),
        ("fee", "凭拨付凭证", "evidenced by 拨付凭证"), ("opened", "见《通报》", "see 《通报》"), ("named", "", ""),
    ],
)  # fmt: skip
def test_who_is_to_say_so(path, zh, en):
    chinese, found, _ = words()
    english, _, _ = words(lang="en")
    assert chinese.source(about(path, found)) == zh
    assert english.source(about(path, found)) == en


def test_how_it_is_written():
    chinese, found, _ = words()
    forms = {path: chinese.form(about(path, found)) for path in ("share", "fee", "opened", "staff", "people", "papers", "kind")}
    assert forms == {
        "share": "例如 20%", "fee": "例如 30000 或者 3万元", "opened": "写作 2024-03-01；没有发生过的写“未发生”",
        "staff": "写整数，不带单位", "people": "没有的写0；有的写几项，接着逐项问",
        "papers": "几项之间用顿号隔开；都没有的写“无”", "kind": "",
    }  # fmt: skip


def test_what_is_known_of_the_item():
    given = {"people": [{"level": "one", "n": 3}, {}]}
    chinese, found, _ = words(given)
    assert chinese.known(about("people[0].arrived", found)) == "级别 一，人数 3人"
    assert chinese.known(about("people[1].arrived", found)) == ""
    assert chinese.known(about("staff", found)) == ""


def test_what_hangs_on_it():
    chinese, found, _ = words()
    told = {str(q.path): chinese.why(q) for q in found.questions}
    assert told["result.2025"] == "等级（2025年）、补助（2025年）（第二条、第三条）"
    assert told["staff"] == "条件（第一条（二））"


def test_many_results_are_counted():
    chinese, found, _ = words()
    everything = Question(find_path(found.outcome.policy, "staff"), (*found.results,), ())
    assert chinese.why(everything).startswith("条件、等级（2025年）、补助（2025年）等4项")


def test_what_is_settled_on_one_line():
    chinese, found, _ = words({"premises": False, "result": {"2025": "good"}})
    settled = [result for result in found.results if not result.needs]
    assert chinese.settled(settled) == "条件：不符合；等级（2025年）：甲；补助（2025年）：应给予，1万元"
    assert chinese.settled(settled * 3).endswith("；另有4项")


def test_what_is_taken_by_default_and_what_is_beyond():
    chinese, found, _ = words({"opened": "2026-01-05"}, wanted=frozenset({"report", "eligible"}))
    english, _, _ = words({}, lang="en")
    facts = {fact.id: fact for fact in found.outcome.policy.facts}
    assert chinese.default(facts["fraud"]) == "造假：按“否”处理"
    assert chinese.default(facts["gone"]) == "撤销日：按“未发生”处理"
    assert english.default(facts["gone"]) == "gone: taken as “never”"
    assert chinese.beyond([*found.beyond, "calendar.2030"]) == "“报告”是否已经办理、2030年工作日安排"
    assert english.beyond(["report.done"]) == "whether report is done"


def test_the_document_names_everything_once():
    _, found, facts = words({"opened": "2026-01-05", "people": [{"n": 2}]})
    document = interview_document(found, facts, digest="0" * 64)
    assert [question["path"] for question in document["questions"]] == [str(q.path) for q in found.questions]
    assert {"path": "fraud", "zh": "造假：按“否”处理", "en": "fraud: taken as “no”"} in document["defaults"]
    assert [beyond["path"] for beyond in document["beyond"]] == ["report.done"]
    assert document["facts"] == {"opened": "2026-01-05", "people": [{"n": 2}]}
    assert len(document["settled"]) + len(document["open"]) == len(found.results)
