"""What the cells say: the rules as they are computed, and the results exactly as ``eval`` has them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from shipped import across, cell, decided, plain, policies, said, vocabulary

from policylang.comparison.build import chosen, columns, compare, decide, own_readings
from policylang.comparison.results import Results
from policylang.comparison.words import head
from policylang.compiler import compile_policy
from policylang.explain.document import result_id
from policylang.explain.phrases import Phrases
from policylang.facts.document import read_document
from policylang.facts.model import Facts
from policylang.facts.profile_file import Profile
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar
from policylang.source.text import SourceText

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "examples" / "profile.yaml").read_text(encoding="utf-8")
DAY, YEAR = date(2025, 12, 10), 2025


@pytest.fixture(scope="module")
def example():
    return decided(EXAMPLE, DAY, YEAR)


@pytest.mark.parametrize(
    ("dimension", "measure", "words"),
    [
        ("base", "xishuangbanna", "2万元；每站每年"),
        ("base", "liuzhou", "A级不超过10万元；B级不超过8万元；C级不超过5万元；按年度评估等级，每年一次"),
        ("base", "weihai", "没有规定"),
        ("awards", "xishuangbanna", "3万元（可计入的入选数5个以上），一次性"),
        ("awards", "weihai", "建站补助：5万元至20万元\n省级示范奖励：数额另定\n给择优确定的示范站；按采用的读法，建站补助每站一次"),
        ("uplift", "luzhou", "基础经费提高20%；上一年考核优秀的，只提高下一年的"),
        ("referral", "luzhou", "可以给予，不超过20万元；可以给予，数额另定；考核优秀、引才成绩突出的可以参评"),
        ("activities", "xishuangbanna", "每年：招才引智活动次数2次以上（由设站单位）；组织的、协助的都算"),
        ("reports", "fuzhou", "次年1月15日前（由驿站运营单位）"),
        ("changes", "fuzhou", "变更报备：变更日期起15个工作日内，按“变更清单”逐项（由驿站运营单位）\n重大活动事前同意：早于举办日期，按“重大活动”逐项（由驿站运营单位）\n即时报告机制：有即时报告机制（由驿站运营单位）"),
        ("grade", "liuzhou", "A级＞B级＞C级＞不合格；A级：引进人才数30人以上；B级：引进人才数20人以上；C级：引进人才数10人以上；不足10人，或者有不配合、有名无实等情形的，不合格"),
        ("eligible", "fuzhou", "一般应具备，可以例外"),
        ("eligible", "weihai", "应当具备"),
        ("limit", "luzhou", "原则上不超过1家（每个所在城市或地区）"),
        ("exclusive", "xishuangbanna", "追加补助：不与引才伯乐奖重复\n引才伯乐奖：不与追加补助重复"),
        ("source", "liuzhou", "建设补助：市人才集聚专项资金和部门预算\n由市财政局统筹，调剂解决"),
        ("timing", "liuzhou", "建设补助：由市科技局拨付\n发放补助：评估结果确定日起60个工作日内（由市科技局）"),
        ("in_force", "weihai", "2020年12月14日至2023年12月13日：施行中"),
        ("in_force", "liuzhou", "至2025年12月31日：待定（还缺：印发日期）"),
        ("kinds", "liuzhou", "高校院所类、社会组织机构类"),
        ("clawback", "weihai", "没有规定"),
        ("assessor", "xishuangbanna", "每年一次，由州人社局"),
        ("application", "weihai", "经区市推荐报市人社局；市直单位、高校院所直接报"),
        ("staff", "luzhou", "专职1人以上；法人代表任站长，另有联络员1名，可以兼职"),
        ("rectification", "weihai", "不晚于整改期限（由依托单位）；期限逐次确定"),
    ],
)
def test_what_a_text_lays_down(dimension, measure, words):
    assert said(cell(plain(), dimension, measure, rules=True)) == words


def test_a_reading_that_is_not_adopted_is_not_told():
    told = said(cell(plain(), "awards", "luzhou", rules=True))
    assert "团队人数" not in told
    assert "一共建方一站" not in said(cell(plain(), "limit", "liuzhou", rules=True))


def test_a_cell_says_with_which_others_it_may_not_be_compared():
    assert cell(plain(), "recruiting", "liuzhou", rules=True).apart == ("xishuangbanna",)
    assert "luzhou" in cell(plain(), "grade", "liuzhou", rules=True).apart
    assert cell(plain(), "base", "weihai", rules=True).apart == ()


def test_two_that_are_alike_are_not_kept_apart_because_a_third_differs():
    assert cell(plain(), "eligible", "xishuangbanna", rules=True).apart == ("luzhou", "liuzhou", "weihai")
    assert cell(plain(), "base", "luzhou", rules=True).apart == ("liuzhou",)
    assert cell(plain(), "in_force", "fuzhou", rules=True).apart == ("xishuangbanna", "luzhou", "liuzhou", "weihai")
    assert cell(plain(), "in_force", "weihai", rules=True).apart == ("fuzhou",)


def test_a_side_that_is_not_shown_leaves_nothing_to_say():
    two = compare(vocabulary(), tuple(c for c in across() if c.id in {"xishuangbanna", "luzhou"}))
    assert next(row for row in two.rules if row.id == "base").cautions == ()
    assert next(row for row in two.rules if row.id == "host").cautions != ()


@pytest.mark.parametrize("measure", ["xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou"])
def test_every_result_is_what_eval_says(example, measure):
    comparison, _, profile = example
    policy = policies()[measure]
    alone = evaluate(policy, profile.facts[measure], DAY, YEAR, None, Calendar.official())
    assert agree(comparison, measure, alone) > 10


@pytest.mark.parametrize("measure", ["xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou"])
def test_every_result_of_the_example_stations_is_what_eval_says(measure):
    policy = policies()[measure]
    path = ROOT / "examples" / f"{measure}_station.yaml"
    document, _, faults = read_document(policy, SourceText(path.name, path.read_text(encoding="utf-8")), "yaml")
    assert faults == ()
    as_of, year = document.as_of, document.year or document.as_of.year
    facts = {m: Facts({}) for m in policies()} | {measure: document.facts}
    profile = Profile(facts, {m: {} for m in policies()})
    comparison, _ = decide(plain(), vocabulary(), profile, as_of, year, {}, Calendar.official())
    assert agree(comparison, measure, evaluate(policy, document.facts, as_of, year)) > 10


def agree(comparison, measure, alone):
    """How many findings of a measure there are; each is that of ``alone``, and none of the year is left out."""
    at = [c.id for c in comparison.columns].index(measure)
    findings = [finding for row in comparison.results for finding in row.cells[at].findings]
    zh, en = Phrases(alone, "zh"), Phrases(alone, "en")
    expected = set()
    for decision in alone.decisions:
        if decision.year in (None, alone.year):
            expected.add((decision.outcome.id, result_id(decision), None, None, zh.result(decision), en.result(decision)))
    for line in alone.lines:
        if line.year == (alone.year if line.outcome.period == "year" else alone.as_of.year):
            expected.add((line.outcome.id, line.status, None, line.ref, zh.amount(line), en.amount(line)))
    for duty in alone.duties:
        if duty.result != "not_applicable" and (duty.period is None or duty.period[:4] == str(alone.year)):
            expected.add((duty.duty.id, duty.result, duty.period, None, zh.duty(duty), en.duty(duty)))
    found = {(f.id, f.status, f.period, f.ref, f.text.zh, f.text.en) for f in findings}
    assert found == expected
    return len(findings)


@pytest.mark.parametrize(
    ("dimension", "measure", "reason"),
    [
        ("grade", "liuzhou", "不可比：柳州只数为在柳企业引进的G类以上人才"),
        ("base", "liuzhou", "不可比：柳州只数为在柳企业引进的G类以上人才"),
        ("awards", "luzhou", "不可比：泸州只认教授级专家、博士，逐个认定"),
        ("recruits_by_year", "liuzhou", "不可比：柳州只数为在柳企业引进的G类以上人才"),
        ("host_kind", "weihai", "不可比：威海没有“异地商会”这一类"),
        ("assessment_by_year", "weihai", "不可比：威海每两年评估一次，没有等次"),
    ],
)
def test_what_is_another_thing_is_said_to_be_not_comparable(example, dimension, measure, reason):
    found = cell(example[0], dimension, measure)
    assert found.kind == "not_comparable"
    assert reason in said(found)


@pytest.mark.parametrize(
    ("dimension", "measure", "kind", "words"),
    [
        ("recruiting", "xishuangbanna", "value", "年度引进：已履行，应5人，实12人，2025年12月31日届满"),
        ("base", "xishuangbanna", "value", "应给予，2万元"),
        ("base", "fuzhou", "silent", "没有规定"),
        ("eligible", "weihai", "not_in_force", "不符合（办法不在施行期）"),
        ("recruiting", "liuzhou", "value", "条文：不是职责；人数决定评估等级"),
        ("clawback", "weihai", "value", "没有规定"),
        ("clawback", "liuzhou", "value", "无须退回"),
        ("in_force", "weihai", "not_in_force", "不在施行期"),
        ("in_force", "fuzhou", "not_in_force", "征求意见稿"),
        ("in_force", "luzhou", "undetermined", "待定：试行中或不在试行期\n还缺：解释机关认可继续"),
        ("running", "liuzhou", "not_applicable", "不适用"),
        ("holds_talent_info", "liuzhou", "value", "用作“掌握人才和项目信息”；注意：柳州还要求掌握创新项目信息"),
        ("selected_nothing", "liuzhou", None, None),
    ],
)
def test_results_for_a_profile(example, dimension, measure, kind, words):
    if kind is None:
        assert dimension not in {row.id for row in example[0].results}
        return
    found = cell(example[0], dimension, measure)
    assert (found.kind, said(found)) == (kind, words)


def test_the_force_of_every_measure_on_the_day_stands_at_the_head(example):
    assert head(example[0], "zh")[-1] == (
        "当日效力：西双版纳施行中；泸州待定；柳州施行中；威海不在施行期；福州征求意见稿"
    )
    assert "weihai" not in head(example[0], "en")[-1]
    assert "Weihai not in force" in head(example[0], "en")[-1]


def test_chinese_and_english_have_the_same_cells(example):
    for row in (*example[0].rules, *example[0].results, *example[0].facts):
        assert row.name.zh
        assert row.name.en
        for found in row.cells:
            assert all(line.zh and line.en for line in found.lines), row.id


def test_readings_chosen_otherwise_are_told(example):
    _, _, profile = example
    readings = {"xs.normally": "strict", "ll.unit": "partner"}
    comparison, _ = decide(plain(), vocabulary(), profile, DAY, YEAR, readings, Calendar.official())
    assert said(cell(comparison, "readings", "xishuangbanna")) == "9处按办法采用的读法\n另读 条件性质：一律要求"
    assert own_readings(policies()["weihai"], readings) == {}


def test_a_policy_that_the_vocabulary_lacks_has_its_computed_cells():
    compiled = compile_policy((ROOT / "examples" / "qingwu" / "qingwu.pol").read_bytes(), "qingwu.pol")
    own = columns(vocabulary(), [(compiled.policy, compiled.digest)])
    comparison = compare(vocabulary(), own)
    kinds = {row.id: row.cells[0].kind for row in comparison.rules}
    assert kinds["interpreter"] == "unlisted"
    assert kinds["grade"] == kinds["base"] == kinds["in_force"] == kinds["eligible"] == kinds["running"] == "value"
    told = {name for row in comparison.rules for line in row.cells[0].lines for name in [line.zh.partition("：")[0]]}
    assert {o.name for o in compiled.policy.outcomes if o.kind == "money"} <= told
    profile = Profile({compiled.policy.id: Facts({})}, {compiled.policy.id: {}})
    decided_, _ = decide(comparison, vocabulary(), profile, DAY, YEAR, {}, Calendar.official())
    assert "base" in {row.id for row in decided_.results}


def test_only_the_dimensions_asked_for():
    cut = chosen(vocabulary(), ["等次", "base"])
    comparison = compare(cut, across(), vocabulary())
    assert [row.id for row in comparison.rules] == ["base", "grade"]
    assert [len(row.cells) for row in comparison.rules] == [5, 5]
    assert chosen(vocabulary(), []) is vocabulary()


def test_missing_facts_are_counted_beyond_the_third():
    policy = policies()["liuzhou"]
    outcome = evaluate(policy, Facts({}), DAY, YEAR)
    found = Results(outcome, {}).cell(["eligible"])
    assert found.kind == "undetermined"
    assert found.lines[-1].zh.startswith("还缺：")
    assert found.lines[-1].zh.endswith("项")
    assert " more" in found.lines[-1].en
    assert Results(outcome, {}).cell(["city_cap_10"]) is None
