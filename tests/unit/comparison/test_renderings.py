"""Text, Markdown, HTML, workbook and JSON of one comparison: the same cells, nothing taken for markup or a formula."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from shipped import decided, plain, vocabulary

from policylang.comparison.build import drawn
from policylang.comparison.document import comparison_document
from policylang.comparison.markdown import markdown
from policylang.comparison.model import Cell, Comparison, Row
from policylang.comparison.page import page
from policylang.comparison.text import text, wrap
from policylang.comparison.words import runs, table
from policylang.comparison.workbook import workbook
from policylang.source.diagnostic import Message
from policylang.source.width import display_width

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "examples" / "profile.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example() -> Comparison:
    comparison, _, profile = decided(EXAMPLE, date(2025, 12, 10), 2025)
    return drawn(comparison, vocabulary(), profile, {})


class Page(HTMLParser):
    """The texts of cells, the elements by name, the ids, and whatever is left open."""

    VOID = ("meta", "col", "br", "link", "img")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.described: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.names.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [v for k, v in attrs if k in {"src", "href", "action"}]
        self.described += found.get("aria-labelledby", "").split()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_by_itself_and_well_formed(example, lang):
    html = page(example, lang)
    found = Page(html)
    assert found.open == []
    assert "script" not in found.names
    assert found.links == []
    assert "url(http" not in html
    assert len(found.ids) == len(set(found.ids))
    assert set(found.described) <= set(found.ids)
    assert found.names.count("svg") == 1 + 2 * 5
    assert found.names.count("title") == 1 + found.names.count("svg")
    assert found.names.count("desc") == found.names.count("svg")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_of_every_cell_is_on_the_page(example, lang):
    texts = Page(page(example, lang)).texts
    for row in (*example.rules, *example.results, *example.facts):
        for cell in row.cells:
            assert all(line.in_(lang) in texts for line in cell.lines)


def test_the_table_under_a_picture_has_its_numbers(example):
    texts = Page(page(example, "zh")).texts
    for stair in (*example.stairs, *example.own_stairs):
        for count, said in table(stair, "zh"):
            assert count in texts
            assert said in texts


def test_nothing_in_a_cell_is_markup_or_a_formula(example):
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "<b>甲</b>", "甲|乙", "mailto:a"]
    rows = tuple(
        Row(f"r{n}", "money", Message(word, word), tuple(Cell("value", (Message(word, word),)) for _ in example.columns))
        for n, word in enumerate(bad)
    )
    made = replace(example, rules=rows, results=(), facts=())
    assert "<b>甲</b>" not in page(made, "zh")
    assert "甲\\|乙" in markdown(made, "zh")
    book = load_workbook(io.BytesIO(workbook(made, "zh")))
    cells = [c for row in book["条文对照"].iter_rows() for c in row if c.value in bad]
    assert len(cells) == len(bad) * 6
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.hyperlink is None for c in cells)


def test_the_workbook_opens_with_its_sheets_and_cells(example):
    book = load_workbook(io.BytesIO(workbook(example, "zh")))
    assert book.sheetnames == ["对比结果", "条文对照", "事实的对应", "引进人数和经费", "说明"]
    for name, rows in (("对比结果", example.results), ("条文对照", example.rules), ("事实的对应", example.facts)):
        sheet = book[name]
        found = {row[0].value: row for row in sheet.iter_rows()}
        for row in rows:
            cells = found[row.name.zh]
            for place, cell in enumerate(row.cells, 1):
                assert all(line.zh in cells[place].value for line in cell.lines)
                assert cells[place].alignment.wrap_text
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows is not None
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.column_dimensions["B"].width > 30


def test_the_workbook_prints_well(example):
    book = load_workbook(io.BytesIO(workbook(example, "zh")))
    tops = [row for row in book["对比结果"].iter_rows(values_only=True) if row[0] == "项目"]
    assert tops == [("项目", "西双版纳\n施行中", "泸州\n待定", "柳州\n施行中", "威海\n不在施行期", "福州\n征求意见稿", "不可比")]
    assert next(r for r in book["事实的对应"].iter_rows(values_only=True) if r[0] == "项目")[-1] == "福州"
    heights = [d.height for sheet in book for d in sheet.row_dimensions.values() if d.height]
    assert max(heights) <= 409


def test_the_page_says_over_every_column_what_is_in_force(example):
    made = page(example, "zh")
    assert made.count('<small class="force">') == 4  # 福州 calls itself what it is: a draft
    assert "当日效力：" in made


def test_the_workbook_has_every_step_as_numbers(example):
    book = load_workbook(io.BytesIO(workbook(example, "zh")))
    rows = [r for r in book["引进人数和经费"].iter_rows(values_only=True) if isinstance(r[1], int)]
    assert len(rows) == sum(len(stair.steps) for stair in example.stairs)
    steps = [(s.column.name.zh, step) for s in example.stairs for step in s.steps]
    for row, (name, step) in zip(rows, steps, strict=True):
        assert row[:3] == (name, step.recruits, step.exact)
        assert row[3] == step.ceiling
    digests = [r[3] for r in book["说明"].iter_rows(values_only=True)]
    assert {column.digest for column in example.columns} <= set(digests)


def test_english_and_without_a_profile(example):
    assert load_workbook(io.BytesIO(workbook(plain(), "en"))).sheetnames == ["What the texts say", "Sources"]
    assert "svg" not in Page(page(plain(), "en")).names
    assert "# Measures side by side" in markdown(plain(), "en")
    assert "## Results" in markdown(example, "en")


def test_markdown_tables_have_one_cell_for_each_measure(example):
    lines = [line for line in markdown(example, "zh").splitlines() if line.startswith("|")]
    assert len(lines) > 60
    assert {line.replace("\\|", "").count("|") for line in lines} == {7}


def test_the_document_holds_every_cell_and_step(example):
    found = json.loads(json.dumps(comparison_document(example)))
    assert [m["id"] for m in found["measures"]] == [c.id for c in example.columns]
    for name, rows in (("rules", example.rules), ("results", example.results), ("facts", example.facts)):
        assert [row["id"] for row in found[name]] == [row.id for row in rows]
    base = next(row for row in found["results"] if row["id"] == "base")
    assert base["cells"]["xishuangbanna"]["findings"][0]["amount"] == 20_000
    assert base["cells"]["liuzhou"]["kind"] == "not_comparable"
    assert base["cells"]["liuzhou"]["not_comparable_with"] == ["xishuangbanna", "luzhou"]
    assert found["money_by_recruits"][2]["steps"][30]["ceiling"] == 100_000
    assert found["in_force"]["weihai"][1] == {
        "from": "2020-12-14", "to": "2023-12-13", "state": "in_force",
        "level": {"zh": "施行中", "en": "in force"}, "missing": None,
    }  # fmt: skip
    bare = comparison_document(plain())
    assert bare["results"] is None
    assert bare["facts"] is None


@pytest.mark.parametrize("width", [40, 80, 100, 160, 240])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(example, width, lang):
    for line in text(example, lang, width).splitlines():
        assert display_width(line) <= width, line


def test_columns_where_they_fit_and_blocks_where_not(example):
    assert "西双版纳                " in text(example, "zh", 160)
    wide, narrow = text(example, "zh", 160).splitlines(), text(example, "zh", 80).splitlines()
    assert any(line.startswith("───") for line in wide)
    assert not any(line.startswith("───") for line in narrow)
    assert "  威海、福州：没有规定" in narrow


def test_wrapping_keeps_words_and_marks_together():
    assert wrap("第五条（一）、第六条", 8) == ["第五条", "（一）、", "第六条"]
    assert wrap("CNY 20,000 at most", 8) == ["CNY", "20,000", "at most"]
    assert wrap("", 8) == [""]
    assert "".join(wrap("甲" * 30, 7)) == "甲" * 30
    assert len(runs(Stairless)) == 0


class Stairless:
    steps = ()
