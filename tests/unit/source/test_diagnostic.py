from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.source.diagnostic import (
    Diagnostic,
    Fix,
    Label,
    Message,
    Severity,
    did_you_mean,
    error,
    has_errors,
    in_order,
    warning,
)
from policylang.source.text import Span


def test_a_message_speaks_chinese_unless_asked_for_english():
    message = Message("未声明", "undeclared")
    assert (message.in_("zh"), message.in_("en")) == ("未声明", "undeclared")


@pytest.mark.parametrize(("build", "severity"), [(error, Severity.ERROR), (warning, Severity.WARNING)])
def test_the_builders_fill_every_part(build, severity):
    span, other, note = Span(1, 2), Label(Span(3, 4)), Message("因", "why")
    built = build(
        "unknown-name",
        span,
        "甲",
        "a",
        help_zh="乙",
        help_en="b",
        label_zh="丙",
        label_en="c",
        secondary=[other],
        notes=[note],
        fix=Fix(span, "丁"),
    )
    assert built == Diagnostic(
        "unknown-name",
        Message("甲", "a"),
        Label(span, Message("丙", "c")),
        (other,),
        (note,),
        Message("乙", "b"),
        Fix(span, "丁"),
        severity,
    )


def test_the_builders_leave_out_what_is_not_said():
    assert error("x", Span(0, 1), "甲", "a") == Diagnostic("x", Message("甲", "a"), Label(Span(0, 1)))
    assert error("x", None, "甲", "a").primary is None


def test_only_errors_stop_a_file():
    assert not has_errors([])
    assert not has_errors([warning("x", None, "甲", "a")])
    assert has_errors([warning("x", None, "甲", "a"), error("y", None, "甲", "a")])


def test_findings_are_ordered_by_place_then_code():
    whole, early = error("z", None, "", "a"), error("b", Span(1, 2), "", "a")
    same_place, late = error("c", Span(1, 2), "", "a"), error("a", Span(5, 6), "", "a")
    for shuffled in itertools.permutations([whole, early, same_place, late]):
        assert in_order(shuffled) == (whole, early, same_place, late)


NAMES = [
    "引进人才数",
    "用人单位",
    "人才",
    "学历",
    "学位",
    "年龄",
    "本年度引进人才总数",
    "社会保险缴纳月数",
    "salary",
]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("引进人材数", "引进人才数"),  # a wrong character
        ("引进人才", "引进人才数"),  # one missing
        ("引人进才数", "引进人才数"),  # two swapped
        ("人材", "人才"),
        ("年令", "年龄"),
        ("单位", "用人单位"),  # part of it
        ("高层次人才", "人才"),  # more than it
        ("用人的单位", "用人单位"),
        ("引进人员数量", "引进人才数"),  # the same beginning
        ("年度引进人材总数", "本年度引进人才总数"),
        ("社保缴纳月数", "社会保险缴纳月数"),
        ("ｓａｌａｒｙ", "salary"),
        ("Salary", "salary"),
        ("slaary", "salary"),
        ("住房补贴", None),
        ("龄", None),
        ("", None),
        ("人" * 65, None),
    ],
)
def test_misspelt_names_are_recognised(word, meant):
    assert did_you_mean(word, NAMES) == meant
    assert did_you_mean(word, reversed(NAMES)) == meant


def test_the_nearest_name_wins_and_ties_are_settled_by_name():
    assert did_you_mean("引进人材", ["引进人才", "引进人才数"]) == "引进人才"
    assert did_you_mean("学制", ["学位", "学历"]) == "学位"
    assert did_you_mean("Abc", ["abd", "ABC"]) == "ABC"


def test_the_word_itself_is_no_suggestion():
    assert did_you_mean("人才", ["人才"]) is None


@given(st.text(max_size=70), st.lists(st.text(max_size=70), max_size=6))
def test_a_suggestion_is_one_of_the_candidates_in_any_order(word, candidates):
    found = did_you_mean(word, candidates)
    assert found is None or found in candidates
    assert found == did_you_mean(word, reversed(candidates))


def test_long_names_cost_nothing():
    start = time.perf_counter()
    assert did_you_mean("人" * 500_000, ["才" * 500_000]) is None
    assert did_you_mean("人才", ["才" * 500_000]) is None
    assert time.perf_counter() - start < 1
