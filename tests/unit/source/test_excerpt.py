from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policylang.source.characters import visible
from policylang.source.excerpt import Mark, excerpt
from policylang.source.text import SourceText, Span
from policylang.source.width import display_width

ANY_TEXT = st.text(alphabet=st.characters() | st.sampled_from("甲“\t\r\n\u3000\u0301\x1b"), max_size=60)
LONG_LINE = st.text(alphabet="甲乙ab“\t\u3000\x1b\u202e", min_size=100, max_size=400)
OFFSET = st.integers(-3, 300)
LONG = SourceText("f", "一二三四五六七八九十" * 30 + "乙丙丁" * 100)


def in_columns(text, start, width):
    """What stands in so many columns of a printed line."""
    shown, column = "", 0
    for char in text:
        if start <= column < start + width:
            shown += char
        column += display_width(char)
    return shown


def test_a_long_line_cut_at_its_start_or_end_has_dots_on_one_side():
    (first, _), (last, _) = (
        [row.text for row in excerpt(LONG, [Mark(span, "^")])]
        for span in (Span(0, 2), Span(len(LONG.text) - 1, len(LONG.text)))
    )
    assert (first[:3], first[-3:]) == ("一二三", "...")
    assert (last[:3], last[-3:]) == ("...", "乙丙丁")


def test_a_mark_longer_than_the_window_is_cut_with_it():
    rows = excerpt(LONG, [Mark(Span(0, 500), "^", "全部")])
    assert rows[1].text == "^" * 100 + " 全部"


def test_a_line_of_combining_marks_is_cut_too():
    source = SourceText("f", "e" + "\u0301" * 100_000)
    assert len(excerpt(source, [Mark(Span(50_000, 50_001), "^")])[0].text) < 200


@given(ANY_TEXT, OFFSET, OFFSET)
def test_marks_stand_under_the_text(text, start, end):
    source = SourceText("f", text)
    position = source.position(start)
    line = source.line(position.line)
    shown, marks = (row.text for row in excerpt(source, [Mark(Span(start, end), "^")]))
    cut = shown.startswith("...") and visible(line) != shown
    before = visible(line[: position.column - 1])
    if not cut:
        assert shown.startswith(before)
        assert len(marks) - len(marks.lstrip()) == display_width(before)
    meant = line[position.column - 1 : position.column - 1 + max(0, end - max(start, 0))]
    if not cut and display_width(visible(line)) <= 160:
        assert len(marks.strip()) == max(1, display_width(visible(meant)))


@given(LONG_LINE, st.integers(0, 99), st.integers(1, 200))
def test_marks_stand_under_the_text_of_a_line_that_is_cut(line, start, length):
    source = SourceText("f", line)
    shown, marks = (row.text for row in excerpt(source, [Mark(Span(start, start + length), "^")]))
    assert display_width(shown) <= 160
    under = in_columns(shown, len(marks) - len(marks.lstrip()), len(marks.strip()))
    meant = visible(line[start : start + length])
    assert under
    assert meant.startswith(under)
    assert under == meant or display_width(meant) > 90
