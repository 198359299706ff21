from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText
from policylang.syntax import ast, keywords, parser
from policylang.syntax.keywords import UNITS
from policylang.syntax.parser import MAX_DEPTH, MAX_DIGITS, parse


def read(text):
    return parse(SourceText("", text))


def faults(text):
    """The code of each diagnostic with the text it underlines."""
    return [(d.code, text[d.primary.span.start : d.primary.span.end].rstrip("\n")) for d in read(text).diagnostics]


def article(*lines):
    return "第一条 标题\n" + "".join(f"  {line}\n" for line in lines)


def statement(*lines):
    """The statement of an article that holds only one."""
    text = article(*lines)
    assert faults(text) == []
    (item,) = read(text).policy.blocks[0].items
    return item


def condition(text):
    return statement(f"定义 甲：{text}").body


def name(text):
    return ast.Ident(text)


def ref(text):
    return ast.Ref(name(text))


def amount(number, unit=None):
    return ast.Quantity(Fraction(number), unit)


# Trees


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("乙", ref("乙")),
        ("非 乙", ast.Not(ref("乙"))),
        ("非 非 乙", ast.Not(ast.Not(ref("乙")))),
        ("乙 且 丙 或 丁", ast.Logic("any", (ast.Logic("all", (ref("乙"), ref("丙"))), ref("丁")))),
        ("乙 且 （丙 或 丁）", ast.Logic(
            "all", (ref("乙"), ast.Parenthesis(ast.Logic("any", (ref("丙"), ref("丁"))))))),
        ("乙 为 丙", ast.Equals(ref("乙"), ref("丙"))),
        ("乙 不为 “丙”", ast.Equals(ref("乙"), ast.Text("丙"), negated=True)),
        ("乙 为 是", ast.Equals(ref("乙"), ast.YesNo(value=True))),
        ("乙 为 否", ast.Equals(ref("乙"), ast.YesNo(value=False))),
        ("乙 属于 丙、丁", ast.Belongs(ref("乙"), (ref("丙"), ref("丁")))),
        ("乙 含 丙", ast.Includes(ref("乙"), ref("丙"))),
        ("乙 读作 丙", ast.ReadAs(ref("乙"), name("丙"))),
        ("乙 应付", ast.IsDue(ref("乙"))),
        ("乙 30名以上", ast.Compare(ref("乙"), ast.Test("ge", amount(30, "人")))),
        ("乙 3.5%以下", ast.Compare(ref("乙"), ast.Test("le", amount("3.5", "%")))),
        ("乙 两年内", ast.Compare(ref("乙"), ast.Test("le", amount(2, "年")))),
        ("乙 不满 丙", ast.Compare(ref("乙"), ast.Test("lt", ref("丙")))),
        ("乙 超过3", ast.Compare(ref("乙"), ast.Test("gt", amount(3)))),
        ("乙 不晚于 2025年2月28日", ast.Compare(ref("乙"), ast.Test("not_after", ast.DateLiteral(date(2025, 2, 28))))),
        ("乙 早于 2025年2月30日", ast.Compare(ref("乙"), ast.Test("before", ast.DateLiteral(None)))),
        ("连续2年 乙", ast.Consecutive(amount(2, "年"), ref("乙"))),
        ("任一年度 乙", ast.AnyYear(ref("乙"))),
        ("上年度 考核年度 乙", ast.YearView("last_year", ast.YearView("assessed_year", ref("乙")))),
        ("乙 后 2年 前推 1日", ast.DayShift(
            ast.DayShift(ref("乙"), "later", amount(2, "年")), "earlier", amount(1, "日"))),
        ("乙 的 20%", ast.Share(ref("乙"), amount(20, "%"))),
        ("乙 提高20%", ast.Share(ref("乙"), amount(20, "%"), raised=True)),
        ("乙 的年度 为 本年度", ast.Equals(ast.YearOf(ref("乙")), ast.Moment("this_year"))),
        ("时点 为 乙", ast.Equals(ast.Moment("as_of"), ref("乙"))),
        ("乙 ＋ 丙 × 2 － 1", ast.Arithmetic(
            ref("乙"), (("add", ast.Arithmetic(ref("丙"), (("mul", amount(2)),))), ("sub", amount(1))))),
        ("计数 乙", ast.Aggregate("count", name("乙"), None, None)),
        ("存在 乙 其中（丙）", ast.Aggregate("exists", name("乙"), None, ref("丙"))),
        ("总计 乙 的 丙 其中（丁）", ast.Aggregate("total", name("乙"), name("丙"), ref("丁"))),
    ],
)  # fmt: skip
def test_conditions(text, tree):
    assert condition(text) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3万元", amount(3, "万元")),
        ("不超过3万元", ast.Cap(amount(3, "万元"))),
        ("1元至2元", ast.Between(amount(1, "元"), amount(2, "元"))),
        ("金额另定", ast.Unstated()),
        ("依 《乙》", ast.Unstated("《乙》")),
        ("是", ast.YesNo(value=True)),
    ],
)
def test_amounts(text, value):
    assert statement(f"甲 给予 {text}").value == value
    assert statement(f"甲 可给予 {text}，每年").verb == "may_grant"


def test_tables():
    rows = ["| 乙 | 甲 |", "| 3人以上、不满5人 | 1元至2元 |", "| | 金额另定 |", "| — | 2元 |"]
    table = statement("甲 按表 给予，当 丙：", *(f"  {row}" for row in rows))
    assert (table.verb, table.when) == ("grants", ref("丙"))
    tests = (ast.Test("ge", amount(3, "人")), ast.Test("lt", amount(5, "人")))
    assert table.rows == (
        (ast.Cell(value=ref("乙")), ast.Cell(value=ref("甲"))),
        (ast.Cell(tests), ast.Cell(value=ast.Between(amount(1, "元"), amount(2, "元")))),
        (ast.Cell(), ast.Cell(value=ast.Unstated())),
        (ast.Cell(), ast.Cell(value=amount(2, "元"))),
    )
    assert statement("甲 按表：", "  | 甲 |").verb == "is"
    assert statement("甲 按表 可给予：", "  | 甲 |").verb == "may_grant"


def test_sections():
    text = "第十条 题 〔评判〕\n  （一）小节\n    1．〔程序〕\n    2．\n      注：“甲”\n"
    section = read(text).policy.blocks[0]
    assert (section.label.text, section.title, section.marker) == ("第十条", "题", "judged")
    (paragraph,) = section.items
    assert [(item.label.text, item.marker) for item in paragraph.items] == [("1．", "procedure"), ("2．", None)]


def test_deadlines():
    due = statement("期限 甲：本年度 12月31日前").due
    assert (due.kind, due.month_day) == ("this_year", (12, 31))
    assert statement("期限 甲：下年度 ３月1日前").due.month_day == (3, 1)
    assert statement("期限 甲：乙 起 满5个工作日").due == ast.Due("after", ref("乙"), amount(5, "个工作日"))
    assert statement("期限 甲：乙 起 60天内").due == ast.Due("within", ref("乙"), amount(60, "日"))


def test_spans_point_at_what_was_written():
    text = article("定义 甲：乙 为 丙，未记载时取 丁")
    item = read(text).policy.blocks[0].items[0]
    assert text[item.span.start : item.span.end] == "定义 甲：乙 为 丙，未记载时取 丁"
    assert text[item.body.span.start : item.body.span.end] == "乙 为 丙"
    assert text[item.name.span.start : item.name.span.end] == item.name.key == "甲"


@pytest.mark.parametrize(("unit", "spelling"), [(u, s) for u, (en, more) in UNITS.items() for s in (u, en, *more)])
def test_every_spelling_of_a_unit(unit, spelling):
    blank = " " if spelling[0].isascii() and spelling != "%" else ""
    assert condition(f"乙 不少于 3{blank}{spelling}").test.right == amount(3, unit)


def test_an_empty_file_is_an_empty_policy():
    assert read("").policy == ast.Policy(())
    assert read("\n  \n# 注\n").policy == ast.Policy(())


def test_the_grammar_inside_a_wheel_comes_first(monkeypatch, tmp_path):
    inside = tmp_path / "grammar" / "policy.lark"
    inside.parent.mkdir()
    inside.write_text('甲: "乙"', encoding="utf-8")
    monkeypatch.setattr(keywords, "__file__", str(tmp_path / "syntax" / "keywords.py"))
    assert keywords.grammar_text() == '甲: "乙"'


# Faults: one diagnostic a statement, under the words that are wrong


@pytest.mark.parametrize(
    ("line", "code", "underlined"),
    [
        ("甲 为 乙，当 数 30人", "threshold-without-direction", "30人"),
        ("甲 为 乙，当（数 30，", "threshold-without-direction", "30"),
        ("甲 为 乙，当 数 30 匹 以上", "unknown-unit", "匹"),
        ("甲 为 乙，当 数 30匹以上", "unknown-unit", "匹"),
        ("甲 为 乙，当 数 三十匹以上", "unexpected-word", "三十匹以上"),
        ("甲 为 乙，当 数 30人以上且丙", "missing-blank", "以上且丙"),
        ("甲 为 乙，当 数 30以上且丙", "missing-blank", "以上且丙"),
        ("甲 为乙", "missing-blank", "为乙"),
        ("甲 为 乙，当年 丙", "missing-blank", "当年"),
        ("甲 应当俱备：乙", "misspelt-keyword", "应当俱备"),
        ("甲 为 乙，其余情况", "misspelt-keyword", "其余情况"),
        ("甲 should normaly have: 乙", "misspelt-keyword", "should normaly have"),
        ("甲 is 乙, otherwize", "misspelt-keyword", "otherwize"),
        ("甲 为 乙，依", "unexpected-word", "依"),
        ("甲 为 “乙", "unclosed-quote", "“乙"),
        ("甲 为 《乙", "unclosed-quote", "《乙"),
        ("甲 为 「乙", "unclosed-quote", "「乙"),
        ('甲 为 "乙', "unclosed-quote", '"乙'),
        ("甲 为 乙，当 丙 且 （（丁 或 戊）", "unclosed-bracket", "（"),
        ("甲 为 乙，当 （丙 且", "unfinished-statement", ""),
        ("甲 为 乙）", "unexpected-word", "）"),
        ("甲 为", "unfinished-statement", ""),
        ("甲 为 乙，", "unfinished-statement", ""),
        ("期限 甲：本年度 12月31日", "unfinished-statement", ""),
        ("甲 为 乙 丙", "unexpected-word", "丙"),
        ("甲 为 5人 丙", "unexpected-word", "丙"),
        ("甲 以为 乙", "unexpected-word", "以为"),
        ("甲 为 ৪", "unexpected-word", "৪"),
        ("甲 为 、", "unexpected-word", "、"),
        ("甲 为 乙 当 丙", "unexpected-word", "当"),
        ("甲 为 乙 当3", "unexpected-word", "当3"),
        ("甲 为 乙 3", "unexpected-word", "3"),
        ("甲 应当具备：", "empty-block", "甲 应当具备："),
        ("定义 甲：下列之一：", "empty-block", "定义 甲：下列之一："),
        ("甲 按表：", "half-table", "甲 按表："),
        ("疑义 甲：“乙”", "empty-block", "疑义 甲：“乙”"),
        ("甲 为 " + "9" * (MAX_DIGITS + 1), "number-too-long", "9" * (MAX_DIGITS + 1)),
        ("定义 甲：" + "（" * (MAX_DEPTH + 1) + "乙", "too-deep", "（"),
        ("定义 甲：" + "非 " * (MAX_DEPTH + 1) + "乙", "too-deep", "非"),
        ("定义 甲：乙" + " 后 1年" * (MAX_DEPTH + 1), "too-deep", "后"),
    ],
)  # fmt: skip
def test_a_fault_is_told_once_and_the_other_statements_are_read(line, code, underlined):
    text = article("注：“前”", line, "注：“后”")
    assert faults(text) == [(code, underlined)]
    assert read(text).policy == read(article("注：“前”", "注：“后”")).policy


@pytest.mark.parametrize(
    ("line", "help_zh", "help_en"),
    [
        ("甲 应当俱备：乙", "是否想写“应当具备”？", "did you mean “应当具备”?"),
        ("甲 为乙", "是否想写“为 乙”？", "did you mean “为 乙”?"),
        ("甲 grant 3", "是否想写“grants”？", "did you mean “grants”?"),
        ("期限 甲：本年度 12月31日", "这里还需要“前”", "here should follow “at the latest”"),
        ("期限 甲：本年度 乙", "这里可以写月日", None),
    ],
)
def test_the_help_says_what_to_write(line, help_zh, help_en):
    (diagnostic,) = read(article(line)).diagnostics
    assert diagnostic.help.zh == help_zh or help_zh in diagnostic.help.zh
    assert help_en is None or diagnostic.help.en == help_en


def test_a_missing_blank_can_be_mended():
    (diagnostic,) = read(article("甲 为乙")).diagnostics
    assert diagnostic.fix.replacement == "为 乙"


def test_long_lists_of_what_may_follow_are_cut():
    (diagnostic,) = read(article("甲 @")).diagnostics
    assert diagnostic.help.zh.endswith("等")
    assert diagnostic.help.en.endswith(" and others")


def test_a_faulty_line_that_continues_another_says_so():
    (diagnostic,) = read(article("甲 为 乙", "    丙 为 丁")).diagnostics
    assert "缩进" in diagnostic.notes[0].zh
    assert read(article("甲 为 乙 丙")).diagnostics[0].notes == ()


@pytest.mark.parametrize(
    "rows",
    [["| 乙 | 甲 |", "| 丙 | 丁"], ["| 乙 | 甲", "| 丙 | 丁 |"], ["| 乙 | 甲 |", "| 丙", "  | 丁"]],
)
def test_half_tables(rows):
    text = article("甲 按表：", *(f"  {row}" for row in rows), "注：“后”")
    ((code, underlined),) = faults(text)
    assert code == "half-table"
    assert underlined.startswith("|")
    assert not underlined.endswith("|")


def test_a_table_whose_rows_are_all_faulty_is_not_called_empty_too():
    assert [code for code, _ in faults(article("甲 按表：", "  | 乙 @ |"))] == ["unexpected-word"]
    assert [code for code, _ in faults(article("甲 应当具备：", "  乙 @", "  丙 @"))] == ["unexpected-word"] * 2


def test_a_statement_of_several_lines_is_told_once():
    text = article("甲 为 乙，", "  其余情况，", "  当 丙", "甲 为 丙，当", "  丁 @", "  且 戊", "注：“后”")
    assert faults(text) == [("misspelt-keyword", "其余情况"), ("unexpected-word", "@")]
    assert read(text).policy == read(article("注：“后”")).policy


def test_all_faults_of_a_file_are_told_in_one_run():
    text = (
        "办法 甲 《乙》\n  地区：@\n"
        "事实\n  甲：是不\n  乙：数量（匹）\n  丙：清单（人）：\n    丁：数量\n    戊：是否\n"
        "结果\n  己：等级\n"
        "乱写\n"
        "第一条\n  甲 未 乙\n  （一）题\n    甲 为\n"
    )
    assert faults(text) == [
        ("unexpected-word", "@"),
        ("misspelt-keyword", "是不"),
        ("unknown-unit", "匹"),
        ("unfinished-statement", ""),
        ("unfinished-statement", ""),
        ("unexpected-word", "乱写"),
        ("unexpected-word", "未"),
        ("unfinished-statement", ""),
    ]
    assert [type(block).__name__ for block in read(text).policy.blocks] == ["Head", "Facts", "Section"]


def test_blocks_that_need_indented_lines():
    assert faults("事实\n甲：是否\n") == [("empty-block", "事实"), ("unexpected-word", "甲")]
    assert faults("结果  # 注\n") == [("empty-block", "结果")]
    assert faults("办法 甲\n  地区：乙\n") == [("unexpected-word", "地区")]
    assert "顶格" in read("甲 为 乙\n").diagnostics[0].message.zh


def test_uneven_indentation():
    text = "第一条 标题\n    甲 为 乙\n  甲 为 丙\n  甲 为 丁\n    甲 为 戊\n   甲 为 己\n"
    assert faults(text) == [("uneven-indent", "  "), ("uneven-indent", "   ")]
    assert len(read(text).policy.blocks[0].items) == 5


def test_blocks_under_uneven_lines():
    text = "第一条 标题\n      甲 为 乙\n   甲 应当具备：\n      丙\n   甲 为 丁，当\n    戊\n      甲 为 己\n"
    assert faults(text) == [("uneven-indent", "   ")] * 2
    names = [type(item).__name__ for item in read(text).policy.blocks[0].items]
    assert names == ["Rule", "Requirement", "Rule", "Rule"]


def test_deep_blocks():
    lines = [" " * (n + 1) + f"{n + 1}．题" for n in range(MAX_DEPTH)]
    fine = "第一条\n" + "\n".join(lines[: MAX_DEPTH - 1])
    assert faults(fine) == []
    assert [code for code, _ in faults("第一条\n" + "\n".join([*lines, " " * 80 + "注：“甲”"]))] == ["too-deep"]


def test_numbers_of_the_greatest_length():
    assert condition("乙 不少于 " + "9" * MAX_DIGITS).test.right == amount("9" * MAX_DIGITS)


def test_at_most_fifty_faults_are_told():
    assert len(faults(article(*["甲 @"] * 80))) == 50
    assert len(faults("乱\n" * 80)) == 50


def test_too_many_words(monkeypatch):
    monkeypatch.setattr(parser, "MAX_TOKENS", 20)
    text = "第一条 甲\n" * 30
    assert faults(text) == [("too-many-words", "第一条 甲")]


# No text raises

_PIECES = [spelling for keyword in keywords.keywords().values() for spelling in keyword.spellings]
_PIECES += [
    "甲",
    "A级",
    "grade",
    "3",
    "30,000",
    "五年",
    "人",
    "2025年1月5日",
    "2025-01-05",
    "3月1日",
    "第十条",
    "（一）",
    "1．",
]
_PIECES += [
    "①",
    "第二款",
    "“甲”",
    "“",
    "”",
    "《乙》",
    "「丙」",
    "「",
    '"',
    "#",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    "\u3000",
    "\r\n",
]
_PIECES += [
    "第一章",
    "第一条 题\n  ",
    "事实\n  ",
    "结果\n  ",
    "甲 按表：\n    | ",
    "@",
    "৪",
    "\x0c",
    "\u2028",
    "\u00a0",
    "9" * 40,
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=40), st.sampled_from(["", " "]))
def test_no_text_raises(pieces, blank):
    text = blank.join(pieces)
    parsed = read(text)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.primary.span.start <= diagnostic.primary.span.end <= len(text) + 1
    assert has_errors(parsed.diagnostics) == bool(parsed.diagnostics)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=12))
def test_a_faulty_statement_gives_one_diagnostic(pieces):
    line = " ".join(piece for piece in pieces if not set(piece) & set("\n\r\x0c\u2028"))
    text = article("注：“前”", f"甲 为 乙 @ {line}", "注：“后”")
    assert len(faults(text)) == 1
    assert len(read(text).policy.blocks[0].items) == 2
