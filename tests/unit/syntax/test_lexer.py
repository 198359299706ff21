from __future__ import annotations

import pytest

from policylang.source.text import SourceText
from policylang.syntax.lexer import indent_of, lines_of
from policylang.syntax.parser import parse

LAYOUT = {"NEWLINE", "INDENT", "DEDENT"}


def tokens(text):
    """The kinds and texts of all tokens of a faultless text, without line ends and indentation."""
    parsed = parse(SourceText("", text))
    assert parsed.diagnostics == ()
    return [(t.type, str(t)) for block in parsed.tokens for t in block if t.type not in LAYOUT]


def shape(text):
    """The kinds of all tokens of a faultless text."""
    parsed = parse(SourceText("", text))
    assert parsed.diagnostics == ()
    return [t.type for block in parsed.tokens for t in block]


def words(condition):
    """The tokens of the condition of a definition."""
    return tokens(f"第一条\n  定义 甲：{condition}\n")[4:]


def kinds(condition):
    return [kind for kind, _ in words(condition)]


# Keywords and names


@pytest.mark.parametrize(
    "name",
    [
        "当年人数", "有站长且引进人才数", "连续两年不合格", "连续2年不合格", "不少于12场的活动", "为是", "其中之一",
        "非常好", "上年度2次考核", "第三条件达标", "第十条", "附件", "标题", "印发通知", "是", "以上", "前", "年",
        "场次", "五年以上", "每年", "A级", "B_2", "not_before", "is.due", "counted", "not-1", "as-of", "甲·乙", "本年度12月31日的",
    ],
)  # fmt: skip
def test_keywords_never_split_names(name):
    assert words(name) == [("NAME", name)]
    assert words(f"非 {name}") == [("NOT", "非"), ("NAME", name)]


@pytest.mark.parametrize("name", ["当", "30人", "甲 且 乙", "2018-08-01", "：", "（一）", "not"])
def test_corner_brackets_make_any_text_a_name(name):
    assert words(f"「{name}」") == [("NAME", name)]
    assert words(f"「 {name} 」") == [("NAME", name)]


@pytest.mark.parametrize("name", ["当", "为", "且", "前", "是否", "给予", "连续"])
def test_keywords_are_names_where_only_a_name_can_stand(name):
    assert tokens(f"第一条\n  定义 {name}：甲\n")[2] == ("NAME", name)
    assert tokens(f"第一条\n  {name} 为 甲\n")[1] == ("NAME", name)


@pytest.mark.parametrize("name", ["第一项任务", "第二款甲", "第一章", "标题字号", "附件齐全"])
def test_labels_and_clause_numbers_do_not_split_names_at_the_start_of_a_line(name):
    assert tokens(f"第一条\n  {name} 为 甲\n")[1] == ("NAME", name)
    assert tokens(f"第一条\n  乙 应当具备：\n    {name}\n")[-1] == ("NAME", name)


def test_one_word_is_a_keyword_in_one_place_and_another_elsewhere():
    text = "第一条 标题 〔职责〕\n  职责 甲（职责）：每年 乙，每年\n"
    kinds_found = [kind for kind, word in tokens(text) if word in {"职责", "每年"}]
    assert kinds_found == ["DUTY_ONLY", "DUTY", "NAME", "YEARLY", "YEARLY"]


# Thresholds


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("数 不少于12场", ["NAME", "AT_LEAST", "NUMBER", "UNIT"]),
        ("数 30人以上", ["NAME", "NUMBER", "UNIT", "OR_MORE"]),
        ("数 30 人 以上", ["NAME", "NUMBER", "UNIT", "OR_MORE"]),
        ("数 30\u3000人\u3000以内", ["NAME", "NUMBER", "UNIT", "WITHIN"]),
        ("数 30以下", ["NAME", "NUMBER", "OR_LESS"]),
        ("数 五年以上", ["NAME", "NUMBER", "UNIT", "OR_MORE"]),
        ("数 十五个工作日内", ["NAME", "NUMBER", "UNIT", "WITHIN"]),
        ("连续2年 甲", ["CONSECUTIVE", "NUMBER", "UNIT", "NAME"]),
        ("连续 2 年 甲", ["CONSECUTIVE", "NUMBER", "UNIT", "NAME"]),
        ("数 不超过10万元", ["NAME", "AT_MOST", "NUMBER", "UNIT"]),
        ("数 不超过3.5万元", ["NAME", "AT_MOST", "NUMBER", "UNIT"]),
        ("数 超过30,000元", ["NAME", "MORE_THAN", "NUMBER", "UNIT"]),
        ("日 后2年 早于 时点", ["NAME", "LATER", "NUMBER", "UNIT", "BEFORE", "AS_OF"]),
        ("数 提高20％ 为 3", ["NAME", "RAISED", "NUMBER", "UNIT", "IS", "NUMBER"]),
        ("数 at least 2 wan-yuan", ["NAME", "AT_LEAST", "NUMBER", "UNIT"]),
        ("数 2 years or more", ["NAME", "NUMBER", "UNIT", "OR_MORE"]),
    ],
)
def test_thresholds_fall_into_their_parts(written, expected):
    assert kinds(written) == expected


def test_amounts_from_to():
    text = (
        "第一条\n  甲 给予 5万元至20万元\n  甲 给予 不超过10万元\n  乙 按表：\n    | 不少于3次、不满5次 | 1元至2元 |\n"
    )
    amounts = [pair for pair in tokens(text) if pair[0] in {"NUMBER", "UNIT", "TO", "AT_MOST"}]
    assert amounts[:5] == [("NUMBER", "5"), ("UNIT", "万元"), ("TO", "至"), ("NUMBER", "20"), ("UNIT", "万元")]
    assert amounts[5:8] == [("AT_MOST", "不超过"), ("NUMBER", "10"), ("UNIT", "万元")]
    assert [word for kind, word in amounts if kind == "TO"] == ["至", "至"]


def test_days_of_the_year_and_deadlines():
    text = (
        "第一条\n  期限 甲：本年度12月31日前\n  期限 乙：下年度 3月1日 前\n"
        "  期限 丙：丁 起 满5个工作日\n  期限 戊：丁 起 六十天内\n"
    )
    found = tokens(text)
    assert [word for kind, word in found if kind == "MONTH_DAY"] == ["12月31日", "3月1日"]
    assert [word for kind, word in found if kind in {"NUMBER", "UNIT"}] == ["5", "个工作日", "六十", "日"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("１２", "12"),
        ("30,000", "30000"),
        ("３．５", "3.5"),
        ("1,000,000.25", "1000000.25"),
        ("007", "007"),
    ],
)
def test_numbers(written, number):
    assert words(f"数 不少于 {written}人")[2:] == [("NUMBER", number), ("UNIT", "人")]


@pytest.mark.parametrize("numeral", ["两", "十", "二十", "一百零五", "三百二十", "一千零一十"])
def test_chinese_numerals_before_a_unit(numeral):
    assert words(f"数 {numeral}人以上")[1:3] == [("NUMBER", numeral), ("UNIT", "人")]


@pytest.mark.parametrize("word", ["一二年以上", "二三十人以上", "零人以上"])
def test_what_is_no_numeral_is_not_read_as_one(word):
    diagnostics = parse(SourceText("", f"第一条\n  定义 甲：数 {word}\n")).diagnostics
    assert len(diagnostics) == 1


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("（人）", "人"),
        ("（名）", "人"),
        ("(people)", "人"),
        ("（％）", "%"),
        ("（%）", "%"),
        ("（工作日）", "个工作日"),
        ("(wan-yuan)", "万元"),
    ],
)
def test_units_alone(written, unit):
    assert tokens(f"事实\n  甲：数量{written}\n")[-2] == ("UNIT", unit)


# Widths and languages


def test_full_and_half_width_are_the_same():
    full = "办法 a 《b》\n  地区：c\n事实\n  甲（d）：选项（乙、丙），由 丁 核定\n  戊：选项（己＞庚）\n"
    full += "第一条 题 〔程序〕\n"
    half = "办法 a 《b》\n  地区:c\n事实\n  甲(d):选项(乙/丙),由 丁 核定\n  戊:选项(己>庚)\n第一条 题[程序]\n"
    table_full = "第一条\n  甲 按表：\n    ｜ 乙 ｜ 甲 ｜\n    ｜ － ｜ １２％ ｜\n"
    table_half = "第一条\n  甲 按表:\n    | 乙 | 甲 |\n    | - | 12% |\n"
    assert [k for k, _ in tokens(full)] == [k for k, _ in tokens(half)]
    assert parse(SourceText("", full)).policy == parse(SourceText("", half)).policy
    table_full = table_full.replace("－", "—")
    assert parse(SourceText("", table_full)).policy == parse(SourceText("", table_half)).policy


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("甲 is 乙", ["IS"]),
        ("甲 is not 乙", ["IS_NOT"]),
        ("甲 is  \u3000 not 乙", ["IS_NOT"]),
        ("甲 is one of 乙", ["BELONGS"]),
        ("甲 is due", ["IS_DUE"]),
        ("甲 is due_day", ["IS"]),
        ("甲 is no", ["IS", "NO"]),
        ("甲 is 「not」", ["IS"]),
        ("not before", ["NOT"]),
        ("甲 not before 乙", ["NOT_BEFORE"]),
        ("not 甲 and not_before", ["NOT", "AND"]),
        ("in any year 甲 or 乙 at least 3", ["ANY_YEAR", "OR", "AT_LEAST"]),
        ("甲 less 2 days before 乙", ["EARLIER", "BEFORE"]),
        ("甲 less than 2 days", ["LESS_THAN"]),
        ("甲 in years is last year 乙", ["YEAR_OF", "IS", "LAST_YEAR"]),
        ("count 甲 where (乙 is yes) 3 or more", ["COUNT", "WHERE", "LPAR", "IS", "YES", "RPAR", "OR_MORE"]),
    ],
)
def test_english_phrases(phrase, expected):
    plain = {"NAME", "NUMBER", "UNIT"}
    assert [kind for kind in kinds(phrase) if kind not in plain] == expected


@pytest.mark.parametrize("date", ["2025年12月31日", "２０２５年１２月３１日", "2025-12-31"])
def test_dates(date):
    assert kinds(f"日 早于 {date}") == ["NAME", "BEFORE", "DATE"]


def test_what_only_looks_like_a_date():
    assert kinds("「2025-12-31a」 早于 日") == ["NAME", "BEFORE", "NAME"]
    assert parse(SourceText("", "第一条\n  定义 甲：日 早于 2025-12-31a\n")).diagnostics != ()


# Quotes


@pytest.mark.parametrize("text", ["“甲”", "““甲”乙”", "“甲“乙”丙“丁”戊”", "“# ：，”", '"甲“乙"', "“《甲》”", "“”"])
def test_quoted_texts(text):
    assert tokens(f"第一条\n  注：{text}\n")[-1] == ("STRING", text)


def test_documents():
    assert tokens("第一条\n  甲 给予 依 《关于〈乙〉的“通知”》\n")[-1] == ("DOCUMENT", "《关于〈乙〉的“通知”》")


# Lines


def test_blocks_and_continuation_lines():
    text = (
        "第一条 标题\n"
        "  定义 甲：乙 且\n"
        "      丙\n"
        "    或 丁\n"
        "  戊 应当具备：\n"
        "\n"
        "    （一）乙\n"
        "    （二）下列之一：\n"
        "        丙\n"
        "        （丁\n"
        "          或 己）\n"
        "  注：\n"
        "    “庚”\n"
    )
    assert " ".join(shape(text)) == (
        "CITATION TITLE NEWLINE INDENT "
        "DEFINE NAME COLON NAME AND NAME OR NAME NEWLINE "
        "NAME MUST_HAVE COLON NEWLINE INDENT "
        "LABEL NAME NEWLINE LABEL ANY_OF COLON NEWLINE INDENT "
        "NAME NEWLINE LPAR NAME OR NAME RPAR NEWLINE DEDENT DEDENT "
        "NOTE COLON STRING NEWLINE DEDENT"
    )


def test_lines_that_open_a_block_may_be_continued():
    text = (
        "办法 甲\n    《乙》\n  地区：丙\n"
        "第一条\n"
        "  疑义 甲：\n      “乙”\n    采用 丙：“丁”\n"
        "  限额 甲：\n      约20%\n    计入：乙\n"
        "  甲 按表 给予，\n      当 乙：\n    | 乙 | 甲 |\n"
    )
    assert shape(text).count("INDENT") == 5


def test_a_bracket_does_not_swallow_the_next_statement():
    parsed = parse(SourceText("", "第一条\n  定义 甲：（乙\n  定义 丙：丁\n"))
    assert [type(item).__name__ for item in parsed.policy.blocks[0].items] == ["Definition"]
    assert len(parsed.diagnostics) == 1


@pytest.mark.parametrize(
    ("blanks", "depth"), [("", 0), ("  ", 2), ("\t", 4), ("\u3000", 2), ("\t \u3000", 7), ("\u00a0", 1)]
)
def test_the_depth_of_an_indentation(blanks, depth):
    assert indent_of(blanks) == depth


def test_lines_and_comments():
    text = "甲 # 一  \r\n\u3000＃ 二\t\n\n  \n\t乙\r丙"
    lines, comments = lines_of(text)
    assert [(text[line.body : line.end], line.indent) for line in lines] == [("甲 # 一  ", 0), ("乙", 4), ("丙", 0)]
    assert [(comment.text, comment.alone) for comment in comments] == [("＃ 二", True)]


def test_comments_after_words():
    text = "第一条 甲＃乙\n  注：“# 丙” # 丁\t\n"
    assert [(c.text, c.alone) for c in parse(SourceText("", text)).comments] == [("＃乙", False), ("# 丁", False)]


# Headings


@pytest.mark.parametrize(
    "label",
    ["（一）", "(2)", "（１０）", "1．", "1、", "1.", "１２．", "①", "⑳", "第二款", "第1项"],
)
def test_labels(label):
    found = tokens(f"第一条\n  {label} 小节\n    甲 应当具备：\n      {label} 乙\n")
    assert [pair for pair in found if pair[0] == "LABEL"] == [("LABEL", label)] * 2
    assert ("TITLE", "小节") in found


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("第十条", ["第十条"]),
        ("第十条 评估 ： (一) “甲”", ["第十条", "评估 ： (一) “甲”"]),
        ("第十条（三）1　题\u3000〔评判〕", ["第十条（三）1", "题", "〔", "评判", "〕"]),
        ("第十条 〔评判〕", ["第十条", "〔", "评判", "〕"]),
        ("第十条\u00a0题\u00a0# 注", ["第十条", "题"]),
        ("附件二（三）2 题[declaratory]", ["附件二（三）2", "题", "[", "declaratory", "]"]),
        ("印发通知 题", ["印发通知", "题"]),
        ("第一章总则", ["第一章", "总则"]),
        ("第二节", ["第二节"]),
    ],
)
def test_headings(heading, expected):
    assert [word for _, word in tokens(f"{heading}\n")] == expected
