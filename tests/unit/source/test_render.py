from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.source.characters import visible
from policylang.source.diagnostic import Fix, Label, Message, Severity, error, warning
from policylang.source.render import render_github, render_human, render_json, summary
from policylang.source.text import SourceText, Span
from policylang.source.width import display_width

ANY_TEXT = st.text(alphabet=st.characters() | st.sampled_from("甲“\t\r\n\u3000\u0301\x1b"), max_size=60)
OFFSET = st.integers(-3, 300)

POLICY = "第一条 引进人才\n规则 甲：\n\t若　引进人材数 ≥ 3 则 通过\n\n\n引进人才数：整数\n"
SOURCE = SourceText("liuzhou.pol", POLICY)


def span_of(text, source=SOURCE):
    start = source.text.index(text)
    return Span(start, start + len(text))


def in_columns(text, start, width):
    """What stands in so many columns of a printed line."""
    shown, column = "", 0
    for char in text:
        if start <= column < start + width:
            shown += char
        column += display_width(char)
    return shown


def underlined(rendered):
    """The text above each row of marks."""
    found, above = [], ""
    for row in rendered.splitlines():
        gutter, bar, text = row.partition("| ")
        if bar and gutter.strip():
            above = text
        elif bar and text.strip().startswith(("^", "-")):
            marks = text.split()[0]
            found.append(in_columns(above, len(text) - len(text.lstrip()), len(marks)))
    return found


UNKNOWN = error(
    "unknown-name",
    span_of("引进人材数"),
    "未声明的名称“引进人材数”",
    "undeclared name “引进人材数”",
    label_zh="没有这个名称",
    label_en="no such name",
    help_zh="是不是“引进人才数”？",
    help_en="did you mean “引进人才数”?",
    secondary=[
        Label(span_of("引进人才数"), Message("相近的名称在这里声明", "a similar name is declared here"))
    ],
    notes=[Message("名称须先声明", "names are declared first")],
    fix=Fix(span_of("引进人材数"), "引进人才数"),
)


def test_a_finding_in_chinese():
    assert render_human([UNKNOWN], SOURCE) == (
        "错误[unknown-name] 未声明的名称“引进人材数”\n"
        " --> liuzhou.pol:3:4\n"
        "  |\n"
        "3 |     若　引进人材数 ≥ 3 则 通过\n"
        "  |         ^^^^^^^^^^ 没有这个名称\n"
        "  | ...\n"
        "6 | 引进人才数：整数\n"
        "  | ---------- 相近的名称在这里声明\n"
        "  |\n"
        "  = 说明：名称须先声明\n"
        "  = 建议：是不是“引进人才数”？\n"
        "  = 详见：docs/diagnostics/unknown-name.md"
    )


def test_a_finding_in_english():
    rendered = render_human([UNKNOWN], SOURCE, "en")
    assert rendered.splitlines()[0] == "error[unknown-name]: undeclared name “引进人材数”"
    assert rendered.splitlines()[-3:] == [
        "  = note: names are declared first",
        "  = help: did you mean “引进人才数”?",
        "  = see: docs/diagnostics/unknown-name.md",
    ]
    assert underlined(rendered) == ["引进人材数", "引进人才数"]


def test_colours_only_paint():
    painted = render_human([UNKNOWN], SOURCE, color=True)
    assert "\x1b[1;31m错误[unknown-name]\x1b[0m" in painted
    for code in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == render_human([UNKNOWN], SOURCE)


def test_a_finding_about_the_whole_file_has_no_excerpt():
    assert render_human([error("empty-file", None, "文件是空的", "empty")], SourceText("空.pol", "")) == (
        "错误[empty-file] 文件是空的\n --> 空.pol\n  = 详见：docs/diagnostics/empty-file.md"
    )


def test_a_secondary_label_may_stand_without_a_primary_one():
    found = replace(UNKNOWN, primary=None)
    assert underlined(render_human([found], SOURCE)) == ["引进人才数"]


def test_findings_come_in_order_of_place_with_a_blank_line_between():
    late = replace(warning("late", span_of("整数"), "晚", "late"), severity=Severity.NOTE)
    rendered = render_human([late, warning("early", span_of("第一条"), "早", "early")], SOURCE)
    early, late = rendered.split("\n\n")
    assert early.startswith("警告[early]")
    assert late.startswith("提示[late]")
    assert render_human([], SOURCE) == ""


def test_labels_of_one_line_share_it_the_primary_first():
    found = error(
        "x", span_of("人才"), "甲", "a", secondary=[Label(span_of("引进")), Label(span_of("第一条"))]
    )
    rendered = render_human([found], SOURCE)
    assert underlined(rendered) == ["人才", "第一条", "引进"]
    assert rendered.count("第一条 引进人才") == 1
    assert "..." not in rendered


def test_neighbouring_lines_have_no_dots_between():
    found = error("x", span_of("第一条"), "甲", "a", secondary=[Label(span_of("规则"))])
    assert "..." not in render_human([found], SOURCE)


def test_a_span_over_several_lines_is_underlined_to_the_end_of_the_first():
    found = error("x", span_of("人才\n规则"), "甲", "a")
    assert underlined(render_human([found], SOURCE)) == ["人才"]


def test_an_empty_span_and_the_end_of_the_file_get_one_mark():
    end = error("x", Span(len(POLICY), len(POLICY)), "甲", "a")
    assert render_human([end], SOURCE).splitlines()[1:5] == [" --> liuzhou.pol:7:1", "  |", "7 |", "  | ^"]
    newline = error("x", Span(POLICY.index("\n"), POLICY.index("\n") + 1), "甲", "a")
    assert "  |                ^" in render_human([newline], SOURCE).splitlines()


def test_the_gutter_fits_the_longest_number():
    source = SourceText("f", "甲\n" * 12)
    rendered = render_human([error("x", Span(0, 1), "", "", secondary=[Label(Span(20, 21))])], source)
    assert " 1 | 甲" in rendered
    assert "11 | 甲" in rendered
    assert "\n  --> f:1:1\n   |\n" in rendered


LONG = SourceText("f", "一二三四五六七八九十" * 30 + "要害" + "甲" * 5 + "末尾" + "乙丙丁" * 100)


def test_a_long_line_is_cut_around_each_mark():
    found = error("x", span_of("要害", LONG), "甲", "a", secondary=[Label(span_of("末尾", LONG))])
    rendered = render_human([found], LONG)
    assert underlined(rendered) == ["要害", "末尾"]
    assert max(map(display_width, rendered.splitlines())) <= 160
    first = rendered.splitlines()[3]
    assert first.startswith("1 | ...")
    assert first.endswith("...")


def test_many_findings_on_one_huge_line_are_quick():
    source = SourceText("f", "甲" * 300_000)
    start = time.perf_counter()
    render_human([error("x", Span(n * 5000, n * 5000 + 9000), "", "") for n in range(50)], source)
    assert time.perf_counter() - start < 2


def test_a_policy_cannot_attack_the_terminal():
    source = SourceText("\x1b]0;x\x07.pol", "甲\x1b[2J\u202e乙\u200b丙")
    attack = "\x1b[31m\n伪造的行\u2028\x85"
    note = Message(attack, attack)
    found = error(
        "x",
        Span(7, 8),
        attack,
        attack,
        help_zh=attack,
        help_en=attack,
        label_zh=attack,
        label_en=attack,
        notes=[note],
    )
    for rendered in (render_human([found], source), render_human([found], source, "en")):
        assert all(visible(line) == line for line in rendered.split("\n"))
        assert "甲␛[2J<U+202E>乙<U+200B>丙" in rendered
        assert not any(line.startswith("伪造") for line in rendered.splitlines())
    assert len(render_github([found], source).splitlines()) == 1


@given(ANY_TEXT, OFFSET, OFFSET, OFFSET, st.booleans())
def test_no_renderer_raises_for_any_text_and_span(text, start, end, other, long):
    source = SourceText(text, text * 8 if long else text)
    found = error(
        text,
        Span(start, end),
        text,
        text,
        secondary=[Label(Span(other, start))],
        fix=Fix(Span(end, start), text),
    )
    for lang in ("zh", "en"):
        render_human([found], source, lang).encode()
        render_github([found], source, lang).encode()
    json.dumps(render_json([found], source))


def test_json_has_every_part():
    place = {"start": {"line": 3, "column": 4}, "end": {"line": 3, "column": 9}}
    declared = {"start": {"line": 6, "column": 1}, "end": {"line": 6, "column": 6}}
    assert render_json([UNKNOWN], SOURCE) == [
        {
            "code": "unknown-name",
            "severity": "error",
            "message": {"zh": "未声明的名称“引进人材数”", "en": "undeclared name “引进人材数”"},
            "file": "liuzhou.pol",
            **place,
            "labels": [
                {**place, "message": {"zh": "没有这个名称", "en": "no such name"}, "primary": True},
                {
                    **declared,
                    "message": {"zh": "相近的名称在这里声明", "en": "a similar name is declared here"},
                    "primary": False,
                },
            ],
            "notes": [{"zh": "名称须先声明", "en": "names are declared first"}],
            "help": {"zh": "是不是“引进人才数”？", "en": "did you mean “引进人才数”?"},
            "fix": {**place, "replacement": "引进人才数"},
        }
    ]


def test_json_of_a_bare_finding_has_nulls():
    (document,) = render_json([warning("empty-file", None, "空", "empty")], SourceText("f", ""))
    assert document["severity"] == "warning"
    assert [document[key] for key in ("start", "end", "help", "fix")] == [None] * 4
    assert document["labels"] == document["notes"] == []


def test_github_commands_are_escaped():
    source = SourceText("政策,1:2.pol", "100%\n乙丙")
    found = warning(
        "odd,code", span_of("乙", source), "满 100%", "all 100%", help_zh="甲：乙", help_en="a: b"
    )
    assert render_github([found], source) == (
        "::warning file=政策%2C1%3A2.pol,line=2,col=1,endColumn=2,title=odd%2Ccode::满 100%25%0A甲：乙"
    )


def test_github_ends_a_long_span_on_its_first_line_and_leaves_out_missing_places():
    found = error("x", span_of("人才\n规则"), "甲", "a")
    assert ",line=1,col=7,endColumn=9,title=x::a" in render_github([found], SOURCE, "en")
    note = replace(error("x", None, "甲", "a"), severity=Severity.NOTE)
    assert render_github([note, note], SOURCE) == "\n".join(["::notice file=liuzhou.pol,title=x::甲"] * 2)
    assert render_github([], SOURCE) == ""


@pytest.mark.parametrize(
    ("counts", "zh", "en"),
    [
        ((0, 0, 0), "没有发现问题", "no problems found"),
        ((2, 1, 0), "2 个错误，1 个警告", "2 errors, 1 warning"),
        ((1, 0, 2), "1 个错误，2 个提示", "1 error, 2 notes"),
    ],
)
def test_the_summary_counts_by_severity(counts, zh, en):
    bare = error("x", None, "甲", "a")
    found = [
        replace(bare, severity=severity)
        for severity, n in zip(Severity, counts, strict=True)
        for _ in range(n)
    ]
    assert summary(found) == zh
    assert summary(found, "en") == en
