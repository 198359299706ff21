"""Money by recruits and days in force: asked of the interpreter, drawn without changing a number."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from shipped import across, decided, pictured, policies, vocabulary

from policylang.comparison.build import drawn
from policylang.comparison.model import Comparison, Span, Stair, Step
from policylang.comparison.pictures import HEIGHT, WIDTH, calendar, plots
from policylang.comparison.stairs import standard
from policylang.comparison.timeline import spans, told
from policylang.comparison.words import paid, runs, table
from policylang.facts.model import Facts
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate
from policylang.source.diagnostic import Message


def stair(measure: str) -> Stair:
    return next(s for s in pictured().stairs if s.column.id == measure)


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("xishuangbanna", [("0至4", "2万元"), ("5以上", "5万元")]),
        ("luzhou", [("0", "3万元"), ("1至12", "每多1，多5万元；12时63万元")]),
        ("liuzhou", [("0至9", "无"), ("10至19", "不超过5万元"), ("20至29", "不超过8万元"), ("30以上", "不超过10万元")]),
        ("weihai", [("0以上", "5万元至20万元")]),
        ("fuzhou", [("0以上", "数额另定")]),
    ],
)
def test_the_steps_of_every_measure(measure, rows):
    assert table(stair(measure), "zh") == rows


@pytest.mark.parametrize("number", [0, 9, 10, 19, 20, 29, 30, 36])
def test_a_step_is_what_the_interpreter_says(number):
    steps = vocabulary().steps["liuzhou"]
    mapping = {key.text: value.text for key, value in steps.facts.entries}
    facts, errors = facts_from_python(policies()["liuzhou"], {**mapping, "g_class_recruits_by_year": {"2025": number}})
    assert errors == ()
    line = next(x for x in evaluate(policies()["liuzhou"], facts, steps.as_of, steps.year).lines if x.year == steps.year)
    step = stair("liuzhou").steps[number]
    assert step.recruits == number
    assert step.ceiling == (line.amount.high if line.status == "due" else None)
    assert step.exact == 0


def test_ceilings_are_never_added_to_what_is_due():
    assert all(step.exact == 0 for step in stair("liuzhou").steps)
    assert all(step.ceiling is None for step in stair("luzhou").steps)
    assert {(s.floor, s.ceiling) for s in stair("weihai").steps} == {(50_000, 200_000)}


def test_every_number_of_a_plot_is_that_of_its_steps():
    for plot, found in zip(plots(pictured().stairs, "zh", "standard", pictured()), pictured().stairs, strict=True):
        assert [text for _, text in plot.rows] == [text for _, text in table(found, "zh")]
        jumps = plot.exact.count("L") + plot.exact.count("M")
        drawn_ = [r for r in runs(found) if r[2].exact or (r[2].ceiling is None and not r[2].open and not r[2].elsewhere)]
        assert jumps == 2 * len(drawn_)
        inside = [mark.at for mark in plot.below] + [area.x + area.width for area in plot.areas]
        assert all(0 <= x <= WIDTH for x in inside)
        assert all(0 <= level.y <= HEIGHT for level in plot.told)


def test_a_profile_is_drawn_with_its_own_facts_and_the_state_of_its_day():
    text = "办法: 对比\n各办法:\n  liuzhou: {印发日期: 2024-06-01, 管理期起始日: 2024-10-01}\n"
    comparison, _, profile = decided(text, date(2025, 12, 10), 2025)
    found = drawn(comparison, vocabulary(), profile, {})
    plot = next(p for p in plots(found.own_stairs, "zh", "own", found) if p.id == "own-liuzhou")
    assert plot.when == "2025年12月10日，2025年度；效力：施行中"
    assert [area.kind for area in plot.areas] == ["open"]
    assert plot.rows[-1] == ("10以上", "待定")


@pytest.mark.parametrize(
    ("measure", "facts", "expected"),
    [
        ("weihai", {}, ["至2020年12月13日：不在施行期", "2020年12月14日至2023年12月13日：施行中", "2023年12月14日起：不在施行期"]),
        ("xishuangbanna", {}, ["至2024年4月7日：不在施行期", "2024年4月8日起：施行中"]),
        ("liuzhou", {"印发日期": "2024-06-01"}, ["至2024年5月31日：不在施行期", "2024年6月1日至2025年12月31日：施行中", "2026年1月1日起：不在施行期"]),
        ("fuzhou", {}, ["征求意见稿"]),
    ],
)
def test_days_in_force(measure, facts, expected):
    found = spans(policies()[measure], facts_from_python(policies()[measure], facts)[0], {})
    assert [told(span).zh for span in found] == expected


def test_every_span_begins_the_day_after_the_last():
    for measure, policy in policies().items():
        found = spans(policy, Facts({}), {})
        assert found[0].first is None, measure
        assert found[-1].last is None, measure
        for one, other in itertools.pairwise(found):
            assert one.last + timedelta(days=1) == other.first


def test_the_calendar_marks_the_day_asked_about():
    comparison, _, profile = decided("办法: 对比\n", date(2025, 12, 10), 2025)
    found = calendar(drawn(comparison, vocabulary(), profile, {}), "zh")
    assert found.today.text == "2025年12月10日"
    assert [track.name for track in found.tracks] == [c.name.zh for c in across()]
    assert calendar(Comparison((), (), ()), "zh") is None


def test_the_words_of_a_bar_stand_clear_of_the_day_asked_about():
    comparison, _, profile = decided("办法: 对比\n", date(2025, 12, 10), 2025)
    found = calendar(drawn(comparison, vocabulary(), profile, {}), "zh")
    bars = [bar for track in found.tracks for bar in track.bars if bar.width > 200]
    assert len(bars) > 3
    for bar in bars:
        assert bar.x < bar.middle < bar.x + bar.width
        assert abs(bar.middle - found.today.at) >= 40


def test_a_picture_says_what_its_measure_calls_itself():
    found = {plot.title: plot.standing for plot in plots(pictured().stairs, "zh", "standard", pictured())}
    assert found["福州"] == "征求意见稿"


def test_an_open_span_without_missing_facts():
    assert told(Span(None, None, Message("待定", "undetermined"), "open", Message("", ""))).zh == "待定"


def test_money_in_words():
    step = Step(1, Fraction(30_000), Fraction(200_000), Fraction(50_000), open=True, elsewhere=True)
    assert paid(step, "zh") == "3万元；5万元至20万元；数额另定；待定"
    assert paid(step, "en") == "CNY 30,000; CNY 50,000 to CNY 200,000; an amount set elsewhere; undetermined"


def test_where_nothing_follows_the_number_it_is_asked_once():
    found = standard(across()[3], replace(vocabulary().steps["weihai"], most=4))
    assert [s.recruits for s in found.steps] == [0, 1, 2, 3, 4]
    assert not found.follows
