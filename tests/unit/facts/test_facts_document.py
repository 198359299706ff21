"""Whole files: facts alone or in an envelope, every mistake in one run, each under its own words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from station_policy import POLICY, marked, policy_of, read

from policylang.compiler import compile_policy
from policylang.facts.document import Document
from policylang.facts.model import Facts
from policylang.semantics import ir
from policylang.semantics.types import Choice, Day, Number, Option, Text
from policylang.source.render import render_human
from policylang.source.text import SourceText

POLICIES = Path(__file__).parents[3] / "policies"


def measure(name):
    policy = compile_policy((POLICIES / f"{name}.pol").read_bytes(), f"{name}.pol").policy
    assert policy is not None
    return policy


@pytest.mark.parametrize(
    "text",
    [
        "measure: zhan\nas_of: 2025-06-01\nassessment_year: 2024\nreadings: {cap: live}\nfacts: {staff: 2}",
        "办法: 《工作站办法》\n时点: 2025年6月1日\n考核年度: 2024年\n读法: {总数口径: 现存}\n事实: {工作人员数: 2}",
        '"measure": "工作站办法"\n"as_of": "2025/6/1"\nyear: "2024"\nreadings: {总数口径: live}\nfacts: {staff: "２"}',
    ],
)
def test_an_envelope_says_what_the_facts_are_decided_under(text):
    document, errors, found = read(text)
    assert (errors, found) == ([], ())
    named = document.measure
    assert named in {"zhan", "工作站办法", "《工作站办法》"}
    assert document == Document(Facts({"staff": Fraction(2)}), date(2025, 6, 1), 2024, {"cap": "live"}, named)


@pytest.mark.parametrize("text", ["", "facts:", "事实: {}", "as_of: ~\nyear:\nreadings:\nmeasure:\nfacts:", "{}"])
def test_what_a_file_does_not_say_is_not_known(text):
    assert read(text) == (Document(Facts({})), [], ())


def test_json_says_the_same():
    document, errors, _ = read(
        '{"as_of": "2025-06-01", "year": 2024, "facts": {"staff": 2, "by_year": {"2024": null}}}', "json"
    )
    assert errors == []
    assert document == Document(Facts({"staff": Fraction(2), "by_year": {"2024": None}}), date(2025, 6, 1), 2024)


@pytest.mark.parametrize(
    ("text", "errors", "under"),
    [
        ("as_of: 2025-02-30\nfacts:", ["as_of: no such day 2025-02-30"], ["impossible-date: 2025-02-30"]),
        ("as_of: 明天\nfacts:", ["as_of: must be a date (YYYY-MM-DD)"], ["bad-fact: 明天"]),
        ("year: 20x4\nfacts:", ["assessment_year: bad year 20x4"], ["bad-period: 20x4"]),
        ("year: [1]\nfacts:", ["assessment_year: bad year"], ["bad-period: [1]"]),
        ("measure: luzhou\nfacts:", ["measure: these facts are for luzhou, not zhan"], ["wrong-measure: luzhou"]),
        ("measure: [a]\nfacts:", ["measure: must be text"], ["bad-fact: [a]"]),
        ("readings: [a]\nfacts:", ["readings: must be a mapping of readings"], ["bad-fact: [a]"]),
        ("readings: {cop: all}\nfacts:", ["readings.cop: unknown reading"], ["unknown-key: cop"]),
        ("readings: {cap: none}\nfacts:", ["readings.cap: not one of all, live"], ["bad-fact: none"]),
        (
            "readings: {cap: all, 总数口径: live}\nfacts:",
            ["readings.cap: given twice, as cap and 总数口径"],
            ["duplicate-key: 总数口径"],
        ),
        ("fact:\nfacts:", ["fact: unknown key"], ["unknown-key: fact"]),
        ("staff: 2\nas_of: 2025-06-01", ["staff: a fact belongs under “facts”"], ["unknown-key: staff"]),
        (
            "year: 2024\n考核年度: 2024",
            ["assessment_year: given twice, as year and 考核年度"],
            ["duplicate-key: 考核年度"],
        ),
        ("facts: [1]", ["facts: must be a mapping of facts"], ["bad-fact: [1]"]),
    ],
)
def test_mistakes_of_an_envelope_are_underlined(text, errors, under):
    _, told, found = read(text)
    assert told == errors
    assert marked(text, found) == under


def test_help_names_the_key_meant():
    assert read("fact:\nfacts:")[2][0].help.en == "did you mean “facts”?"


def test_a_declared_name_is_a_fact_and_no_envelope():
    policy = policy_of((ir.Fact("年", "year", Number("年")), ir.Fact("办法", "rule", Text())))
    document, errors, _ = read("year: 2024\n办法: 甲", policy=policy)
    assert errors == []
    assert document == Document(Facts({"year": Fraction(2024), "rule": "甲"}))
    assert read("facts: {year: 2024}\nyear: 2023", policy=policy)[0].year == 2023


def test_an_unreadable_file_has_no_document():
    document, errors, found = read("staff: [1")
    assert (document, errors) == (None, [])
    assert [finding.code for finding in found] == ["broken-yaml"]


def test_all_mistakes_show_in_one_run():
    text = "staff: &a 30人\nstaf: 1\nopened: 2024-02-30\nby_month: {2026-13: 1}\nstaff: 2\n"
    document, errors, found = read(text)
    assert errors == [
        "staff: must be a whole number",
        "staf: unknown fact",
        "opened: no such day 2024-02-30",
        "by_month: bad month 2026-13",
    ]
    assert marked(text, found) == [
        "facts-not-plain: &a",
        "duplicate-key: staff",
        "bad-fact: &a 30人",
        "unknown-fact: staf",
        "impossible-date: 2024-02-30",
        "bad-period: 2026-13",
    ]
    assert document.facts == Facts({"by_month": {}})


WRONG = """\
as_of: 2025-06-01
assessment_year: 2024
facts:
  measure_effective_from: 2024-06-01
  station_kind: 高校院所类
  management_start_on: 2024-07-01
  renewed_on: 2023-07-01
  g_class_recruits_by_year:
    2024: -3
  assessment_by_year:
    2024: D
"""


def test_a_negative_count_and_an_unknown_grade_of_liuzhou():
    document, errors, found = read(WRONG, policy=measure("liuzhou"))
    assert errors == [
        "g_class_recruits_by_year.2024: must be >= 0",
        "assessment_by_year.2024: not one of A, B, C, 不合格",
    ]
    assert document.facts.values["renewed_on"] == date(2023, 7, 1)
    assert render_human(found[:1], SourceText("站.yaml", WRONG)) == (
        "错误[bad-fact] “引进G类以上人才数”2024年填写为“-3”，数量不得小于0\n"
        " --> 站.yaml:9:11\n"
        "  |\n"
        "9 |     2024: -3\n"
        "  |           ^^\n"
        "  |\n"
        "  = 详见：docs/diagnostics/bad-fact.md"
    )


def test_a_bad_month_and_an_unknown_kind():
    kinds = ("行业型（产业型）", "创业型", "服务型", "综合型", "驻外型")
    policy = policy_of(
        (
            ir.Fact("发布日期", "measure_published_on", Day()),
            ir.Fact("驿站类型", "station_kind", Choice(tuple(Option(k, k, i) for i, k in enumerate(kinds)))),
            ir.Fact("活动场数", "events_by_month", Number("场"), "month"),
            ir.Fact("服务人次", "served_by_month", Number("人次"), "month"),
        )
    )
    text = (
        "measure_published_on: 2026-01-01\nstation_kind: 休闲型\n"
        "events_by_month:\n  2026-13: 1\nserved_by_month:\n  2026-05: -5\n"
    )
    assert read(text, policy=policy)[1] == [
        "station_kind: not one of 行业型（产业型）, 创业型, 服务型, 综合型, 驻外型",
        "events_by_month: bad month 2026-13",
        "served_by_month.2026-05: must be >= 0",
    ]


LIUZHOU = """\
# 高校院所类工作站，2024年达A级，2025年名单中一人类别未定
办法: liuzhou
时点: 2025-12-10
事实:
  印发日期: 2024-06-01
  工作站类型: 高校院所类
  牵头单位类别: 企业
  在市内依法经营: 是
  工作人员数: 2
  合作协议形式: 正式合作协议
  提交材料: [设立申请表, 法人资格证书, 固定办公场所证明]
  管理期起始日: 2024年7月1日
  引进G类以上人才数: {2024: 30, 2025: 29}
  引进名单:
    - {引进年度: 2025, 人才类别: F, 为在柳企业引进: 是, 人数: 28}
    - {引进年度: 2025, 人才类别: null, 为在柳企业引进: 是, 人数: 1}
  评估结论:
    2024: A级
    2025:
  补助发放日: {}
  违规使用的财政科技经费: 3万元
"""

LUZHOU = """\
{
  "host_kind": "异地商会",
  "location_area": "深圳市",
  "location_domestic": true,
  "full_time_staff_count": 1,
  "materials": [],
  "approved_on": "2017-08-31",
  "posts_by_month": {"2017-09": 4, "2017-10": 0},
  "exchange_events_by_quarter": {"2017Q4": 1, "2018年第1季度": 0},
  "assessment_by_year": {"2017": "优秀"},
  "recruits": [{"id": "a", "unit": "团队", "members": 3, "degree": "博士后"}]
}
"""


@pytest.mark.parametrize(
    ("name", "text", "kind", "count"), [("liuzhou", LIUZHOU, "yaml", 13), ("luzhou", LUZHOU, "json", 10)]
)
def test_facts_of_the_measures(name, text, kind, count):
    document, errors, found = read(text, kind, measure(name))
    assert (errors, found) == ([], ())
    assert len(document.facts.values) == count


def test_what_liuzhou_records():
    values = read(LIUZHOU, policy=measure("liuzhou"))[0].facts.values
    assert values["recruits"][1] == {"year": 2025, "for_enterprise_in_city": True, "count": 1}
    assert {key: value and value.id for key, value in values["assessment_by_year"].items()} == {
        "2024": "A",
        "2025": None,
    }
    assert values["subsidy_paid_on"] == {}
    assert values["misused_amount"] == 30_000
    assert POLICY.id not in values
