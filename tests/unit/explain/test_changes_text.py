"""Why not, and what would change it, in words; and both as data."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
from asking import AS_OF, CORE, asked, typed

from policylang.analysis.targets import parse_target
from policylang.compiler import compile_policy
from policylang.explain.changes import change_lines
from policylang.explain.explanation import changes_document, explanation_document, why_not_document
from policylang.explain.phrases import Phrases
from policylang.explain.text import Report
from policylang.explain.whynot import WhyNot
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate

STATION = {
    "approved": "2025-01-10", "shown": "2025-01-15", "premises": False, "staff": 1, "recruits": {"2025": 24},
    "posts": {f"2025-{month:02}": 1 for month in range(1, 13)},
}  # fmt: skip


def outcome(given):
    return evaluate(CORE, typed(given), AS_OF, 2025)


def why_not(question, given, lang="zh"):
    found = outcome(given)
    return WhyNot(Phrases(found, lang), parse_target(CORE, question, 2025)).lines(found.results)


@pytest.mark.parametrize(
    ("question", "more", "zh", "en"),
    [
        ("条件=符合", {}, "条件：不是“符合”：工作人员1人，符合须2人以上，差1人；有场所：否。", "1 people short; premises: no."),
        ("条件=不符合", {}, "条件：就是“不符合”。", "eligible: it is no."),
        ("条件=不符合", {"staff": 2, "premises": True}, "条件：不是“不符合”：各项条件均符合。", "not no: every condition is met."),
        ("等级=甲级", {}, "不是“甲级”：实数24人，甲级须30人以上，差6人。", "A takes at least 30 people: 6 people short."),
        ("等级=乙级", {"recruits": {"2025": 31}}, "“甲级”（第二条）已经成立，几级都成立的按高的等级定。", "holds, and the higher grade"),
        ("等级=甲级", {"verdict": {"2025": "C"}}, "不是“甲级”：实数24人，", "24 people"),
        ("等级=甲级", {"verdict": {"2025": "C"}, "recruits": {"2025": 35}}, "：市人才办评定为“丙级”。", "市人才办 found C."),
        ("等级=乙级", {"recruits": {}}, "还不能说是“乙级”：还缺名单；或 ", "not yet B: missing: people; or "),
        ("补助=不给予", {}, "不是“不给予”：等级为乙级（实为乙级）。", "not not_due: grade is"),
        ("奖金=5万元", {"people": [{"rank": "one", "n": 2}]}, "不是“5万元”：算得10万元。", "it comes to CNY 100,000."),
        ("奖金=可以给予", {"people": []}, "“名单”一项也没有。", "there is nothing on the list people."),
        ("逐项=已履行", {}, "这次判断没有涉及这一项。", "This evaluation has nothing on that."),
        ("每月=已履行", {"gone": "2025-01-20"}, "不适用，谈不上“已履行”。", "does not apply, so it is not met."),
        ("公示=未履行", {}, "公示：不是“未履行”。", "publish: not unmet."),
    ],
)
def test_why_not_in_one_sentence(question, more, zh, en):
    given = {**STATION, **more}
    assert zh in why_not(question, given)[0]
    assert en in why_not(question, given, "en")[0]


@pytest.mark.parametrize(
    ("question", "more", "line"),
    [
        ("等级=甲级", {"fraud": True, "recruits": {"2025": 35}}, "  优先的“丙级”（第二条）已经成立："),
        ("等级=丙级", {}, "  “丙级”（第二条）要在其他情形都不成立时才有。"),
        ("等级=丙级", {}, "  “乙级”（第二条）已经成立，几级都成立的按高的等级定。"),
        ("等级=乙级", {"recruits": {}}, "  “甲级”（第二条）还可能成立，几级都成立的按高的等级定。"),
        ("补助=不给予", {}, "  “不超过5万元”（第四条）已经成立："),
        ("补助=不给予", {"recruits": {}}, "  “10万元”（第四条）尚不能定："),
        ("补助=可以给予", {}, "  办法没有得出“可以给予”的条文。"),
        ("每月=已履行", {"gone": "2025-01-20"}, "    职责在本期或以前已经终止，不计。"),
    ],
)
def test_what_stands_against_it(question, more, line):
    assert line in why_not(question, {**STATION, **more})


def test_of_many_windows_only_those_that_were_missed():
    missed = {**STATION, "posts": {**STATION["posts"], "2025-05": 0}}
    lines = why_not("每月=已履行", missed)
    assert lines[0] == "每月（2025年5月）：不是“已履行”：报送条数0条，已履行须1条以上，差1条。"
    assert not any("6月" in line for line in lines)
    assert len([line for line in why_not("每月=未履行", STATION) if "不是“未履行”" in line]) == 12


@pytest.mark.parametrize(
    ("question", "more", "zh", "en"),
    [
        ("条件=符合", {}, "    工作人员：1人 → 2人（增加1人）", "    staff: 1 people → 2 people (1 people more)"),
        ("随时=未履行", {}, "    工作人员：1人 → 0人（减少1人）", "    staff: 1 people → 0 people (1 people less)"),
        ("条件=不符合", {"staff": 2, "premises": True}, "最少变动1项事实；有2种途径。", "at least 1 fact must change; 2 ways."),
        ("齐全=符合", {}, "    材料：未记载 → 申请书、合同", "    papers: not recorded → form, deal"),
        ("齐全=符合", {"papers": ["form"]}, "    材料：增加“合同”", "    papers: add “deal”"),
        ("齐全=不符合", {"papers": ["form", "deal"]}, "    材料：去掉“申请书”", "    papers: remove “form”"),
        ("退款=应退回", {}, "    造假：未记载 → 是〔须由市人才办决定，不由工作站〕", "    fraud: not recorded → yes [for 市人才办 to decide]"),
        ("等级=甲级", {}, "〔已经发生，不能再变，除非原记载有误〕", "[in the past: it cannot be changed, unless the record is wrong]"),
        ("等级=甲级", {"recruits": {}}, "未记载 → 30人（最少的变动）〔已经过去，只能照实补记〕", "[in the past: it can only be recorded as it was]"),
        ("补助=不给予", {}, "2025年结论：未记载 → 丙级或未考核〔", "verdict.2025: not recorded → 丙级 or nothing ["),
        ("奖金=可以给予", {}, "    名单：增加1人：级别为一", "    people: one more: rank is 一"),
        ("公示=不适用", {}, "    批准日：2025年1月10日 → 未发生〔", "    approved: 2025-01-10 → never ["),
        ("补助=7万元", {}, "无论事实怎样变动，2025年补助都不能成为“7万元”：", "Whatever the facts, grant (2025) cannot be CNY 70000:"),
        ("永不=符合", {}, "  第一条（一）　不符合", "  Article 1(1)  not met"),
        ("奖金=10万元", {"people": [{"n": 3}]}, "没有找到使奖金成为“10万元”的途径；没有试完全部组合。", "not every combination was tried."),
        ("奖金=10万元", {"people": [{"n": 3}]}, "  奖金（2026年，第1项）：还不能说是“10万元”：还缺", "  award (2026, no. 1): not yet CNY 100000: missing"),
        ("公示=已履行", {}, "公示已经是“已履行”，不用再变。", "publish is met already."),
        ("公示=已履行", {}, "  公示：已履行，2025年1月20日届满，依第五条。", "  publish: met, last day 2025-01-20, under Article 5."),
        ("公示=已履行", {"shown": "2025-01-01"}, "事实互相矛盾，先改正再问。", "The facts contradict each other: correct them first."),
    ],
)
def test_ways_in_words(question, more, zh, en):
    answer = asked(question, {**STATION, **more})
    assert zh in "\n".join(change_lines(answer, "zh"))
    assert en in "\n".join(change_lines(answer, "en"))


@pytest.mark.parametrize(
    ("more", "asked_for", "zh", "en"),
    [
        (
            {"premises": True, "recruits": {"2025": 30}}, "提高",
            "计算：补助10万元 × 20% = 2万元；提高后10万元 × (1 + 20%) = 12万元",
            "worked out: CNY 100,000 (grant) × 20% = CNY 20,000; raised: CNY 100,000 × (1 + 20%) = CNY 120,000",
        ),
        ({"people": [{"rank": "one", "n": 2}]}, "奖金", "计算：5万元 × 人数2人 = 10万元", "CNY 50,000 × 2 people (n) = CNY 100,000"),
    ],
)  # fmt: skip
def test_sums_are_worked_out_in_front_of_the_reader(more, asked_for, zh, en):
    found = outcome({**STATION, **more})
    assert zh in Report(found, "zh").explain(asked_for)
    assert en in Report(found, "en").explain(asked_for)


@pytest.mark.parametrize(("more", "asked_for"), [({}, "补助"), ({"fraud": True}, "退款"), ({"people": [{"rank": "one"}]}, "奖金")])
def test_where_nothing_was_calculated_nothing_is_told(more, asked_for):
    assert "计算：" not in Report(outcome({**STATION, **more}), "zh").explain(asked_for)


def test_an_amount_that_is_lacking_is_named():
    told = Report(outcome({**STATION, "premises": True}), "zh").explain("提高", "sentence")
    assert told.endswith("还缺补助的数额。\n")
    assert "missing: the amount of grant" in Report(outcome({**STATION, "premises": True}), "en").explain("提高")


def test_ways_as_data():
    document = changes_document(asked("条件=符合", STATION))
    assert document["target"] == {"outcome": "eligible", "wanted": "yes", "name": "符合", "year": 2025}
    assert (document["reached"], document["proved"]) == (False, True)
    (way,) = document["ways"]
    assert way["in_hands"]
    assert way["changes"][1] == {
        "path": "staff", "part": None, "before": 1, "after": 2, "also": [], "hands": "station", "added": False,
    }  # fmt: skip
    assert way["then"]["en"] == ["eligible: yes, under Article 1(1), Article 1(2): every condition is met."]


@pytest.mark.parametrize(
    ("question", "more", "changes"),
    [
        ("公示=不适用", {}, [("approved", None, "2025-01-10", "never")]),
        ("齐全=符合", {"papers": ["form"]}, [("papers", "deal", False, True)]),
        ("奖金=可以给予", {}, [("people[]", None, None, 1), ("people[0].rank", None, None, "one")]),
        ("等级=丙级", {}, [("fraud", None, None, True)]),
    ],
)
def test_contents_as_in_facts_files(question, more, changes):
    way = changes_document(asked(question, {**STATION, **more}))["ways"][0]
    assert [(c["path"], c["part"], c["before"], c["after"]) for c in way["changes"]] == changes


def test_why_and_why_not_as_data():
    found = outcome(STATION)
    told = why_not_document(found, parse_target(CORE, "条件=符合", 2025))["why_not"]
    assert told["zh"][0].startswith("条件：不是“符合”")
    assert told["en"][0].startswith("eligible: not yes")
    answers = explanation_document(found, "条件")["answers"]
    assert [answer["title"] for answer in answers] == [{"zh": "条件", "en": "eligible"}]
    assert answers[0]["sentence"]["zh"].startswith("条件：不符合，依第一条（一）")
    assert answers[0]["reasons"]["en"]


GROWING = """办法 t 《试行办法》
事实
  批准日（day）：日期
  结论（v）：每年 选项（优（top）、差（low）），空值表示 未考核
  人数（n）：数量（人）
结果
  基础（base）：金额，每年
  提高（more）：金额，每年
  补助（extra）：金额
第一条
  基础 给予 3万元，当 批准日 不晚于 时点
  提高 给予 基础 提高20%，当 上年度 结论 为 优 且 基础 应付，逐年累进如 批准日 不晚于 时点
  补助 给予 1万元 × （人数 ＋ 2人） － 5000元，当 批准日 不晚于 时点
"""


def test_raises_of_earlier_years_compound():
    facts = {"day": "2021-01-01", "v": {"2022": "low", "2023": "top", "2024": "top", "2025": "top"}, "n": 3}
    found = small(GROWING, facts, 2025)
    assert "计算：3万元 × (1 + 20%) = 3.6万元\n" in Report(found, "zh").explain("基础")
    later = small(GROWING, facts, 2026)
    told = Report(later, "zh").explain("基础")
    assert "计算：3万元 × (1 + 20%) × (1 + 20%) = 4.32万元\n" in told
    assert "worked out: CNY 30,000 × (1 + 20%) × (1 + 20%) = CNY 43,200" in Report(later, "en").explain("base")


def test_a_sum_inside_a_product_stands_in_brackets():
    found = small(GROWING, {"day": "2021-01-01", "n": 3}, 2025)
    assert "计算：1万元 × (人数3人 + 2人) - 5000元 = 4.5万元\n" in Report(found, "zh").explain("补助")


def small(text, given, year):
    compiled = compile_policy(text.encode(), "t.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    facts, errors = facts_from_python(compiled.policy, given)
    assert not errors
    return evaluate(compiled.policy, facts, AS_OF, year)
