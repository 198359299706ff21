"""Citations in the three numbering styles, and the numbers in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.measure.citation import CITATION, LABEL, Citation, chinese_number

_DIGITS = "零一二三四五六七八九"
_SCALES = ("", "十", "百", "千")


def written(number):
    """A number below 10,000 as measures print it: 十四, 一百零二, 三千零一十."""
    text, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _SCALES[place]
            zero = False
        else:
            zero = True
    return text.removeprefix("一") if 10 <= number < 20 else text


@given(st.integers(1, 9999))
def test_every_number_reads_back(number):
    assert chinese_number(written(number)) == number
    assert chinese_number(str(number)) == number
    assert chinese_number("".join(chr(0xFF10 + int(digit)) for digit in str(number))) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十四", 14),
        ("二十", 20),
        ("一百零二", 102),
        ("两", 2),
        ("〇", 0),
        ("一千", 1000),
        ("１４", 14),
        ("0", 0),
    ],
)
def test_numbers_in_print(text, number):
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "甲", "十甲", "12345", "1a", "-1"])
def test_what_is_no_number(text):
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "path", "english"),
    [
        ("第十条", ("条10",), "Article 10"),
        ("第10条", ("条10",), "Article 10"),
        ("第十条（三）1", ("条10", "括3", "数1"), "Article 10(3), item 1"),
        ("第十条(三)1．", ("条10", "括3", "数1"), "Article 10(3), item 1"),
        ("第五条4", ("条5", "数4"), "Article 5, item 4"),
        ("第十一条第二款第三项", ("条11", "款2", "数3"), "Article 11, paragraph 2, item 3"),
        ("第十一条第二款第（三）项", ("条11", "款2", "括3"), "Article 11, paragraph 2(3)"),
        ("第十一条 第二款", ("条11", "款2"), "Article 11, paragraph 2"),
        ("附件二（三）2", ("附件2", "括3", "数2"), "Annex 2(3), item 2"),
        ("附件", ("附件",), "Annex"),
        ("标题", ("标题",), "Title"),
        ("印发通知", ("印发通知",), "Covering notice"),
        ("第三条（一）②", ("条3", "括1", "圈2"), "Article 3(1), sentence 2"),
        ("附件2第三条", ("附件2", "条3"), "Annex 2, article 3"),
        ("附件一·2", ("附件1", "数2"), "Annex 1, item 2"),
    ],
)
def test_parse(text, path, english):
    found = Citation.parse(text)
    assert found is not None
    assert (found.text, found.path) == (text, path)
    assert (found.in_("zh"), found.in_("en")) == (text, english)


@pytest.mark.parametrize("text", ["", "条", "第条", "第十", "第十条甲", "甲第十条", "第十条（甲）", "（三）"])
def test_what_is_no_citation(text):
    assert Citation.parse(text) is None


def test_three_styles_of_one_clause_are_one():
    assert Citation.parse("第十一条(一)") == Citation.parse("第十一条（一）") == Citation.parse("第11条（1）")
    assert Citation.parse("第五条4") == Citation.parse("第五条4．") == Citation.parse("第五条第四项")
    assert Citation.parse("第五条第（四）项") == Citation.parse("第五条（四）")
    assert Citation.parse("第五条（四）") != Citation.parse("第五条4")


def test_containment():
    article = Citation.parse("第十条")
    item = Citation.parse("第十条（三）1")
    assert article.contains(article)
    assert article.contains(item)
    assert article.contains(Citation.parse("第十条3"))
    assert Citation.parse("第十条（三）").contains(item)
    assert not item.contains(article)
    assert not Citation.parse("第一条").contains(article)
    assert not Citation.parse("第十条（一）").contains(item)


@pytest.mark.parametrize(
    ("clause", "label", "text", "path"),
    [
        ("第十条", "（三）", "第十条（三）", ("条10", "括3")),
        ("第十条", "1．", "第十条1", ("条10", "数1")),
        ("第十条", "1、", "第十条1", ("条10", "数1")),
        ("第十条（三）", "2.", "第十条（三）2", ("条10", "括3", "数2")),
        ("第十条", "第二款", "第十条第二款", ("条10", "款2")),
        ("第十条", "①", "第十条①", ("条10", "圈1")),
        ("第十条", "甲", "第十条甲", ("条10", "甲")),
        ("附件一", "2．", "附件一·2", ("附件1", "数2")),
        ("附件", "1、", "附件·1", ("附件", "数1")),
        ("附件2", "第一条", "附件2第一条", ("附件2", "条1")),
    ],
)
def test_under(clause, label, text, path):
    found = Citation.parse(clause).under(label)
    assert (found.text, found.path) == (text, path)
    assert Citation.parse(clause).contains(found)


articles = st.integers(1, 99).map(lambda n: f"第{written(n)}条")
parts = st.one_of(
    st.integers(1, 20).map(lambda n: f"（{written(n)}）"), st.integers(1, 20).map(lambda n: f"第{written(n)}款"),
    st.integers(1, 20).map(lambda n: chr(0x245F + n)),
)  # fmt: skip


@given(articles, st.lists(parts, max_size=3), st.lists(parts, min_size=1, max_size=2))
def test_a_part_stands_inside_its_clause(article, steps, further):
    clause = Citation.parse(article + "".join(steps))
    inside = clause
    for label in further:
        inside = inside.under(label)
    assert clause.contains(inside)
    assert not inside.contains(clause)
    assert Citation.parse(inside.text) == inside


@given(articles, st.lists(parts, max_size=3))
def test_citations_are_found_in_running_text(article, steps):
    text = article + "".join(steps)
    assert CITATION.match(f"{text}规定").group() == text
    assert CITATION.match("第十二条第（三）项，").group() == "第十二条第（三）项"
    assert not steps or LABEL.match(steps[0])


@given(st.text(alphabet="第十条章款项（）()一二三1２①附件标题印发通知·. 甲", max_size=12))
def test_nothing_raises(text):
    found = Citation.parse(text)
    chinese_number(text)
    if found is not None:
        assert found.text == text
        assert found.contains(found)
        assert found.in_english()
        assert found.under(text).path[: len(found.path)] == found.path
