"""Explanations printed as Markdown, HTML and Word."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import docx
from hypothesis import given
from hypothesis import strategies as st

from policylang.documents.outline import Point, markdown, outline_of, render

REPORT = """《某办法》
时点：2025年12月10日　考核年度：2025年

设站条件：符合。
  第四条1　符合
    有场所：是〔市科技局核定〕
      里面的一层
  第四条2　符合

评估等级（2025年）：待定：A级或B级。
  还缺：引进人才数
"""

HOSTILE = '张＜三＞&"李四" <b>a_b*c</b> [x](y) `z` # 1. ~~q~~ {{ 7*7 }} \\'


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def words_of_html(page: bytes) -> str:
    reader = _Words()
    reader.feed(page.decode("utf-8").partition("<body>")[2])
    return "".join(reader.words)


def words_of_word(file: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(file)).paragraphs]


def unescaped(markdown_text: str) -> str:
    """What CommonMark makes of backslashes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown_text)


def test_the_tree_of_a_report():
    outline = outline_of(REPORT, "判断说明")
    assert outline.preamble == ("《某办法》", "时点：2025年12月10日　考核年度：2025年")
    assert [s.heading for s in outline.sections] == ["设站条件：符合。", "评估等级（2025年）：待定：A级或B级。"]
    first, second = outline.sections[0].points
    assert first == Point("第四条1　符合", (Point("有场所：是〔市科技局核定〕", (Point("里面的一层"),)),))
    assert second.points == ()
    assert [leaf.text for leaf in first.leaves] == ["里面的一层"]


def test_a_report_without_a_preamble():
    outline = outline_of("甲：\n  乙\n", "说明")
    assert (outline.preamble, outline.lead) == ((), ())
    assert outline.sections[0].heading == "甲："


def test_the_answers_in_short_are_no_headings():
    report = REPORT.replace("\n\n", "\n\n设站条件：符合。\n评估等级：待定。\n\n", 1)
    outline = outline_of(report, "判断说明")
    assert outline.lead == ("设站条件：符合。", "评估等级：待定。")
    assert outline.sections == outline_of(REPORT, "判断说明").sections
    assert "\n\n设站条件：符合。\n\n评估等级：待定。\n\n## 设站条件：符合。\n" in markdown(outline)
    assert b'<p class="lead">' in render(report, "html", "判断说明", "zh")
    found = docx.Document(io.BytesIO(render(report, "docx", "判断说明", "zh"))).paragraphs
    assert [p.text for p in found if p.style.name == "公文正文"] == list(outline.lead)


def test_markdown():
    assert render(REPORT, "md", "判断说明", "zh").decode() == (
        "# 判断说明\n\n《某办法》  \n时点：2025年12月10日　考核年度：2025年\n\n## 设站条件：符合。\n\n- 第四条1　符合\n"
        "  - 有场所：是〔市科技局核定〕\n    - 里面的一层\n- 第四条2　符合\n\n## 评估等级（2025年）：待定：A级或B级。\n\n"
        "- 还缺：引进人才数\n"
    )


def test_html_says_the_same_and_needs_nothing_else():
    page = render(REPORT, "html", "判断说明", "zh")
    assert b'<html lang="zh-CN">' in page
    assert b'<meta charset="utf-8">' in page
    assert not re.search(rb"(?:src|href)=", page)
    for line in REPORT.split():
        assert line in words_of_html(page)


def test_word_has_headings_and_lists():
    found = docx.Document(io.BytesIO(render(REPORT, "docx", "判断说明", "zh"))).paragraphs
    assert [(p.style.name, p.text) for p in found if p.style.name != "题下"] == [
        ("Title", "判断说明"), ("Heading 1", "设站条件：符合。"), ("List Bullet", "第四条1　符合"),
        ("List Bullet 2", "有场所：是〔市科技局核定〕"), ("List Bullet 3", "里面的一层"), ("List Bullet", "第四条2　符合"),
        ("Heading 1", "评估等级（2025年）：待定：A级或B级。"), ("List Bullet", "还缺：引进人才数"),
    ]  # fmt: skip


def test_word_names_the_chinese_fonts():
    document = docx.Document(io.BytesIO(render(REPORT, "docx", "判断说明", "zh")))
    assert 'w:eastAsia="仿宋_GB2312"' in document.styles["Normal"].element.xml
    assert "Theme" not in document.styles["Title"].element.rPr.xml


def test_the_same_report_is_the_same_file():
    assert render(REPORT, "docx", "判断说明", "zh") == render(REPORT, "docx", "判断说明", "zh")


def test_what_is_in_a_name_stays_text():
    report = f"《某办法》\n\n{HOSTILE}\n  {HOSTILE}\n"
    assert HOSTILE in words_of_word(render(report, "docx", HOSTILE, "zh"))
    assert words_of_html(render(report, "html", HOSTILE, "zh")).count(HOSTILE) == 3
    assert "<b>" not in render(report, "html", HOSTILE, "zh").decode()
    assert unescaped(render(report, "md", HOSTILE, "zh").decode()).count(HOSTILE) == 3


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(lambda t: t.strip()))
def test_any_line_survives_in_markdown(line):
    told = " ".join(line.split())
    assert unescaped(markdown(outline_of(f"《甲》\n\n{told}：\n  {told}\n", "说明"))).endswith(f"## {told}：\n\n- {told}\n")


def test_what_xml_cannot_hold_is_replaced():
    report = "《某办法》\n\n甲\x00乙\x1b\n"
    assert "甲\ufffd乙\ufffd" in words_of_word(render(report, "docx", "说明", "zh"))
    assert "甲\ufffd乙\ufffd" in words_of_html(render(report, "html", "说明", "zh"))
