from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from policylang.source.diagnostic import error
from policylang.source.text import SourceText
from policylang.source.width import display_width
from policylang.syntax import formatter
from policylang.syntax.formatter import WIDTH, FormatError, format_policy
from policylang.syntax.keywords import UNITS, grammar_text, keywords
from policylang.syntax.parser import Parsed, _Fed, parse

POLICIES = sorted((Path(__file__).parents[3] / "policies").glob("*.pol"))

#: Every alternative of the grammar at least once, in canonical layout.
EVERYTHING = """\
# 全部语法
办法 demo 《示例办法（试行）》  # 谁定的
  地区：甲市
  制定机关：甲市人才办
  文号：“甲〔2024〕1号”
  性质：试行

事实
  # 类型
  已签约（signed）：是否，由 甲局、乙局 核定，问 “签了没有？”
  人数（people_count）：每年 数量（人），由 甲局 评判，未记载视为 未发生
  场次：每季度 数量（场），由 甲局 认定，未记载视为 是
  推介：每月 数量（条），由 甲局 决定，未记载视为 否
  金额数：金额，由 甲局 填报，未记载视为 未知
  起始日：日期，凭 合作协议
  备注：文本，凭 《合作协议》，空值表示 未填
  类别（kind）：选项（甲（a）、乙），见 “外部文件”
  学历：选项（博士＞硕士＞其他）
  材料：多选（申请书、证书）
  比例：数量（%）
  名单（list）：清单（人次），由 甲局 核定：
    编号：文本
    级别：选项（高＞低）

  须 起始日 不早于 2021年1月1日

结果
  办法效力：效力 有效、无效
  符合条件：条件 是的、不是
  资格：条件
  等级（grade）：等级 A级（A）＞B级（B）＞C级，每年，自 起始日 后 1年
  状态：状态 在用、停用，须在施行期内 或 已签约
  补助：金额，按时点年度，一次性，对每一 名单，拨付机关 甲局、乙局，列支 “专项资金”，下年度 拨付，
    不重复享受 奖励，决定额 金额数
  奖励：金额
  追回：金额，退回单位 甲局

印发通知 印发各单位 〔宣示〕

第一章 总则

第一条 依据 〔程序〕
第二条 〔评判〕

第三条 适用 〔外部〕
  （一）小节 〔职责〕
  ①第一句
    注：“空话”
  第二款 另一款
    注：“话”
  1．
    注：“话”

第二章

附件二（三）2 附件
  定义 够格（ok）：已签约 且 （人数 30人以上 或 场次 5场以下），未记载时取 类别 为 甲，未记载时取 已签约
  定义 齐备：下列全部：
    （一）“第一项” 已签约，适用于 类别 不为 乙
    （二）下列之一：
      人数 不少于12人
      “无号” 非 已签约
  符合条件 应当具备：
    1．材料 含 申请书
    2．类别 属于 甲、乙
  符合条件 一般应具备：已签约
  符合条件 一般应具备，不得例外如 状态口径 读作 窄：
    已签约
  等级 为 A级，当 连续2年 等级 为 B级 且 任一年度 等级 为 A级
  等级 为 C级，其余情形，优先于 第三条、第三条（一），例外于 第二条、第一条
  状态 为 停用，当 状态口径 读作 宽 且 补助 应付，并 “函告”、“公布”
  状态 为 在用，当 下列之一：
    已签约
    上年度 等级 为 A级
  资格 为 是
  资格 为 否，当 备注 为 “无”
  补助 给予 3万元 × 2 ＋ 金额数 － 500元，每年，首期不满不计，当 考核年度 等级 为 A级
  补助 给予 金额数 的 20%，对每一 名单，自 起始日，适用于 已签约，逐年累进如 已签约
  补助 给予 基础 提高20%，由 甲局，完成于 起始日 前推 1日
  补助 可给予 不超过10万元，当 起始日 的年度 为 本年度
  奖励 给予 5万元至20万元
  奖励 给予 下限 至 上限
  奖励 给予 金额另定
  奖励 给予 依 《奖励细则》
  奖励 给予 依 “奖励办法”
  奖励 未规定，见 《奖励细则》，当 已签约
  奖励 不给予，优先于 第三条，当 最近一次 等级 为 C级
  等级 按表：
    | 人数                 | 学历      | 等级 |
    | 30人以上             | 不限      | A级  |
    | 不少于10人、不满30人 | 不低于 低 | B级  |
    |                      | 硕士      | C级  |
  补助 按表 给予，当 已签约：
    | 等级 | 补助          |
    | A级  | 不超过10万元  |
    | B级  | 5万元至20万元 |
    | C级  | 金额另定      |
  奖励 按表 可给予：
    | 等级 | 奖励  |
    | A级  | 1亿元 |
  等级 由 甲局、乙局 评定，记于 类别
  职责 每月推介（monthly）：每月 推介 1条以上，自 起始日
  职责 季报：每季度 场次 超过1次，自 起始日，至 起始日 后 1年，由 甲局
  职责 年报：每年 已签约
  期限 公示：起始日 起 满5个工作日，完成于 起始日
  期限 发放：起始日 起 60个工作日内，由 甲局
  期限 报告：本年度 12月31日前
  期限 总结：下年度 3月1日前
  期限 整改：最晚（起始日、最早 名单 的 日期） 前
  提示 提醒（tip）：“注意”，当 存在 名单 其中（级别 为 高）
  疑义 状态口径（d.scope）：“怎么算？”
    采用 宽（wide）：“理由”
    另解 窄：“理由”
  限额 总数（cap）：不超过10家
    计入：状态 为 在用 且 起始日 不晚于 2025年12月31日
    合计：人数
    累计：金额数
    每个：类别
    除外：起始日 早于 时点 或 起始日 晚于 2021年1月1日
  限额 比例限：原则上 约20%
  汇总 总额（sum）：
    补助，当 已签约
    奖励
  注：“原文有误”
  定义 又计：总计 推介 不超过 最少 名单 的 人数 其中（起始日 在本期） ＋ 最多 名单 的 人数
  定义 起算日（start）：起始日，当 状态口径 读作 宽
  定义 起算日（start）：起始日 后 1年，当 备注 形如 “甲…乙”
  定义 晚：最晚 名单 的 日期 晚于 起始日
  定义 计算：计数 名单 其中（级别 为 低） 5个以上 且 总计 名单 的 人数 其中（级别 为 高） 2次内
  定义 总数：总计 名单 的 人数 － 计数 名单
  定义 门槛：30人，自 2025年1月1日 改为 25人
"""

UNIT_LINES = "".join(f"  定义 用{n}：数 30{unit}以上\n" for n, unit in enumerate(UNITS))
ALL_UNITS = f"第一条 单位\n{UNIT_LINES}"


def formatted(text, lang="zh"):
    source = SourceText("测试", text)
    return format_policy(parse(source), source, lang)


def comments(text):
    return [comment.text for comment in parse(SourceText("", text)).comments]


def policy(text):
    parsed = parse(SourceText("", text))
    assert parsed.diagnostics == ()
    return parsed.policy


def article(*lines):
    return "第一条 标题\n" + "".join(f"  {line}\n" for line in lines)


TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in POLICIES} | {
    "everything": EVERYTHING,
    "units": ALL_UNITS,
}


# The laws


def test_the_sample_has_every_terminal_and_every_rule_of_the_grammar():
    seen, rules = set(), set()
    plain = Lark(grammar_text(), start="block", parser="lalr", lexer=_Fed, maybe_placeholders=False)
    for block in parse(SourceText("", EVERYTHING)).tokens:
        machine = plain.parse_interactive()
        for token in (*block, Token("$END", "")):
            seen.add(token.type)
            tree = machine.feed_token(token)
        assert isinstance(tree, Tree)
        rules |= {str(part.data) for part in tree.iter_subtrees()}
    named = {rule.alias or rule.origin.name for rule in plain.rules}
    assert {name for name in named if not name.startswith("_")} - {"block"} <= rules | _inlined(plain)
    assert {terminal.name for terminal in plain.terminals} <= seen


def _inlined(lark):
    """Rules with ? in front, which leave no node of their own when they hold one thing."""
    return {rule.origin.name for rule in lark.rules if rule.options.expand1}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_formatting_twice_changes_nothing(name, lang):
    once = formatted(TEXTS[name], lang)
    assert formatted(once, lang) == once


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_formatted_file_says_the_same_and_keeps_its_comments(name, lang):
    once = formatted(TEXTS[name], lang)
    assert policy(once) == policy(TEXTS[name])
    assert comments(once) == comments(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_english_and_back_is_the_chinese_layout(name):
    assert formatted(formatted(TEXTS[name], "en"), "zh") == formatted(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_what_cannot_be_broken_is_wider_than_a_line(name, lang):
    for line in formatted(TEXTS[name], lang).splitlines():
        assert display_width(line) <= WIDTH or "，" not in line[:-1] or "”" in line


def test_the_sample_is_already_in_canonical_layout():
    assert formatted(EVERYTHING) == EVERYTHING


@pytest.mark.parametrize("keyword", keywords().values(), ids=lambda keyword: keyword.terminal)
def test_every_keyword_is_written_in_the_language_asked_for(keyword):
    def found(text):
        source = SourceText("", text)
        tokens = [token for block in parse(source).tokens for token in block if token.type == keyword.terminal]
        return {text[token.start_pos : token.end_pos] for token in tokens}

    own = {"AT_LEAST": {"不低于"}, "BAR": {"|"}}.get(keyword.terminal, set())
    assert found(formatted(EVERYTHING)) in ({keyword.zh}, {keyword.zh} | own)
    assert found(formatted(EVERYTHING, "en")) == ({"|"} if keyword.terminal == "BAR" else {keyword.en})


@pytest.mark.parametrize(("unit", "english"), [(unit, names[0]) for unit, names in UNITS.items()])
def test_every_unit_is_written_in_the_language_asked_for(unit, english):
    assert f" 30{unit}以上\n" in formatted(ALL_UNITS)
    assert f" 30 {english} or more\n" in formatted(ALL_UNITS, "en")


# Layouts that mean the same


def _indented(text, blank):
    """The same lines with another way to write one level of indentation."""
    return "".join(
        re.sub(r"^ +", lambda m: blank * (len(m.group()) // 2), line) for line in text.splitlines(keepends=True)
    )


def _half_width(text, choose):
    """Punctuation in its other width; titles, strings, names, labels and clause numbers are left alone."""
    twins = {"COLON": "：:", "COMMA": "，,", "SEP": "、/", "GT": "＞>", "LPAR": "（(", "RPAR": "）)", "LMARK": "〔["}
    twins |= {"RMARK": "〕]", "BAR": "|｜", "PLUS": "＋+", "TIMES": "×*"}
    parts, position = [], 0
    for block in parse(SourceText("", text)).tokens:
        for token in block:
            if token.type in twins:
                parts += [text[position : token.start_pos], choose(twins[token.type])]
                position = token.end_pos
    return "".join(parts) + text[position:]


def _spaced(text, choose):
    """Any blanks, or a line break with a deeper line, between the words of a statement."""
    parts, position = [], 0
    for block in parse(SourceText("", text)).tokens:
        for left, right in pairwise(block):
            if not {left.type, right.type} & {"NEWLINE", "INDENT", "DEDENT", "CITATION"}:
                parts += [text[position : left.end_pos], choose(["", " ", "\u3000", "  ", "\t"])]
                position = left.end_pos
    return "".join(parts) + text[position:]


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(["\t", "\u3000", "    ", "  ", " "]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_blanks_indentation_and_width_of_punctuation_do_not_matter(data, blank, newline):
    draw = data.draw(st.randoms(use_true_random=False))
    text = _half_width(EVERYTHING, draw.choice)
    text = _spaced(text, draw.choice)
    text = _indented(text, blank).replace("\n", newline)
    assert formatted(text) == EVERYTHING


def test_author_line_breaks_do_not_matter():
    joined = re.sub(r"拨付，\n    ", "拨付，", EVERYTHING)
    assert joined != EVERYTHING
    assert formatted(joined) == EVERYTHING
    apart = EVERYTHING.replace("且 任一年度", "\n      且 任一年度").replace(
        "（人数 30人以上 或", "（人数 30人以上\n   或"
    )
    assert formatted(apart) == EVERYTHING


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("数 至少 12 场", "数 不少于12场"),
        ("数 不低于30,000元", "数 不少于30,000元"),
        ("数 少于 ３．５ 万元", "数 不满3.5万元"),
        ("数 五年以上", "数 5年以上"),
        ("数 三十位以上", "数 30人以上"),
        ("数 一百零五名以上", "数 105人以上"),
        ("数 至少 甲", "数 不低于 甲"),
        ("数 多于 甲", "数 高于 甲"),
        ("数 不足 甲", "数 低于 甲"),
        ("甲 并且 乙", "甲 且 乙"),
        ("日 不早于 2021年01月05日", "日 不早于 2021年1月5日"),
        ("日 不早于 ２０２１年１月５日", "日 不早于 2021年1月5日"),
        ("日 不早于 2021-01-05", "日 不早于 2021年1月5日"),
        ("数 为 「 当 」", "数 为 「当」"),
        ("非 before", "非 「before」"),
        ("数 为 due", "数 为 「due」"),
        ("数 为 due_day", "数 为 due_day"),
    ],
)
def test_canonical_words(written, canonical):
    text = article(f"定义 甲：{written}")
    assert formatted(text) == article(f"定义 甲：{canonical}")
    assert formatted(formatted(text, "en")) == formatted(text)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("数 不少于12场", "数 at least 12 sessions"),
        ("日 晚于 2021年1月5日", "日 after 2021-01-05"),
        ("（甲 或 乙） 且 非 丙", "(甲 or 乙) and not 丙"),
        ("计数 名单 其中（甲 为 是）", "count 名单 where (甲 is yes)"),
        ("数 30人以上", "数 30 people or more"),
        ("数 属于 甲、乙", "数 is one of 甲 / 乙"),
        ("日 后 2年 前推 1日 早于 时点", "日 plus 2 years less 1 days before as-of day"),
    ],
)
def test_the_english_twin(chinese, english):
    assert formatted(article(f"定义 甲：{chinese}"), "en") == article(f"define 甲: {english}")
    assert formatted(article(f"define 甲: {english}")) == article(f"定义 甲：{chinese}")


@pytest.mark.parametrize("name", ["is", "not", "of", "more", "than", "regulated", "table", "due", "one", "years"])
def test_names_like_parts_of_english_keywords_stay_names(name):
    text = article(
        f"定义 甲：乙 为 「{name}」 且 非 「{name}」", f"等级 由 {name} 评定，记于 {name}", f"等级 为 「{name}」"
    )
    assert policy(formatted(text, "en")) == policy(text)
    assert formatted(formatted(text, "en")) == formatted(text)


def test_titles_names_strings_and_labels_are_not_changed():
    text = (
        "第十条（一） 标题: 30 名，(试行)  两格 [declaratory]\n"
        "  (一) 甲 乙,丙\n"
        "    ①定义 「a: b」：乙 为 “x, y:  z”\n"
        "    2、 3人以上\n"
        '      注:"half # width"\n'
    )
    assert formatted(text) == (
        "第十条（一） 标题: 30 名，(试行)  两格 〔宣示〕\n"
        "  (一)甲 乙,丙\n"
        "    ①定义 「a: b」：乙 为 “x, y:  z”\n"
        "    2、 3人以上\n"
        '      注："half # width"\n'
    )


# Comments and empty lines


def test_comments_keep_their_place_and_take_the_indentation_of_what_follows():
    text = (
        "# 抬头\n"
        "\n\n"
        "第一条 标题 # 行尾   \n"
        "# 属于下一句\n"
        "   定义 甲：乙＃全角\n"
        "   # 块尾\n"
        "\n\n"
        "     # 更深\n"
        "# 第二条之前\n"
        "第二条 标题\n"
        "  # 末尾\n"
        "# 全文末尾"
    )
    assert formatted(text) == (
        "# 抬头\n"
        "\n"
        "第一条 标题  # 行尾\n"
        "  # 属于下一句\n"
        "  定义 甲：乙  ＃全角\n"
        "  # 块尾\n"
        "\n"
        "  # 更深\n"
        "\n"
        "# 第二条之前\n"
        "第二条 标题\n"
        "# 末尾\n"
        "# 全文末尾\n"
    )


def test_comments_inside_a_statement_break_its_lines():
    text = article(
        "等级 为 A级，# 一",
        "   # 二",
        "      当 甲  # 三",
        "     且 乙 # 四",
        "限额 数：# 五",
        "   约20%",
        "     计入：甲",
    )
    assert formatted(text) == article(
        "等级 为 A级，  # 一",
        "  # 二",
        "  当 甲  # 三",
        "  且 乙  # 四",
        "限额 数：  # 五",
        "    约20%",
        "  计入：甲",
    )


def test_comments_in_tables():
    text = article(
        "等级 按表：",
        "  # 表头",
        "  |人数|等级| # 一",
        "  |30人以上|A级|",
        "  # 末行",
        "  |不限 # 二",
        "     |C级| # 三",
    )
    assert formatted(text) == article(
        "等级 按表：",
        "  # 表头",
        "  | 人数     | 等级 |  # 一",
        "  | 30人以上 | A级  |",
        "  # 末行",
        "  | 不限  # 二",
        "    | C级 |  # 三",
    )


def test_a_file_of_comments_alone():
    assert formatted("   # 甲\n\n\n\n# 乙") == "# 甲\n\n# 乙\n"
    assert formatted("\n\n") == ""


def test_empty_lines():
    text = (
        "\n\n事实\n\n  甲：是否\n\n\n  乙：是否\n结果\n  丙：金额\n"
        "第一条 无\n\n第二条 无\n# 注\n第三条 有\n\n  注：“一”\n第四条 无\n\n# 远\n\n第五条 无\n第二章 章\n第六条 无"
    )
    assert formatted(text) == (
        "事实\n  甲：是否\n\n  乙：是否\n\n结果\n  丙：金额\n\n"
        "第一条 无\n第二条 无\n\n# 注\n第三条 有\n  注：“一”\n\n"
        "第四条 无\n\n# 远\n\n第五条 无\n\n第二章 章\n\n第六条 无\n"
    )


# Long statements


LONG = "一二三四五六七八九十" * 3


def test_long_statements_break_between_clauses():
    text = article(f"等级 为 {LONG}，优先于 第一条，当 {LONG}甲 且 乙")
    assert formatted(text) == article(f"等级 为 {LONG}，优先于 第一条，", f"  当 {LONG}甲 且 乙")


def test_long_conditions_break_outside_brackets_first():
    text = article(f"定义 甲：{LONG}甲 且 （{LONG}乙 或 丙） 且 丁")
    assert formatted(text) == article(f"定义 甲：{LONG}甲", f"  且 （{LONG}乙 或 丙） 且 丁")


def test_a_clause_does_not_hide_behind_the_rest_of_a_condition():
    text = article(f"等级 为 A级，当 {LONG}甲 且 {LONG}乙，并 “函告”")
    assert formatted(text) == article("等级 为 A级，", f"  当 {LONG}甲", f"  且 {LONG}乙，", "  并 “函告”")


def test_long_lists_and_brackets_break_inside():
    options = "、".join(f"{LONG}{n}" for n in "甲乙丙")
    text = f"事实\n  类别：选项（{options}），由 甲局 核定\n"
    assert formatted(text) == (f"事实\n  类别：选项（{LONG}甲、\n    {LONG}乙、\n    {LONG}丙），由 甲局 核定\n")
    text = article(f"定义 甲：（{LONG}甲 且 {LONG}乙）")
    assert formatted(text) == article(f"定义 甲：（{LONG}甲", f"  且 {LONG}乙）")


def test_long_texts_stand_on_their_own_line():
    text = article(
        f"疑义 口径（x）：“{LONG}{LONG}”",
        "  采用 甲：“一”",
        f"提示 甲（y）：“{LONG}{LONG}”，当 乙",
        f"注：“{LONG}{LONG}”",
    )
    assert formatted(text) == article(
        "疑义 口径（x）：",
        f"    “{LONG}{LONG}”",
        "  采用 甲：“一”",
        "提示 甲（y）：",
        f"  “{LONG}{LONG}”，",
        "  当 乙",
        "注：",
        f"  “{LONG}{LONG}”",
    )


def test_a_statement_above_a_block_continues_deeper_than_the_block():
    text = article(f"奖励 按表 给予，当 {LONG}甲 且 {LONG}乙：", "  | 等级 | 奖励 |", "  | A级 | 1元 |")
    assert formatted(text) == article(
        "奖励 按表 给予，",
        f"    当 {LONG}甲",
        f"    且 {LONG}乙：",
        "  | 等级 | 奖励 |",
        "  | A级  | 1元  |",
    )


# What is not formatted


def test_a_file_with_faults_is_not_formatted():
    with pytest.raises(FormatError, match="syntax errors"):
        formatted("第一条 标题\n  甲 乙 丙\n")


@pytest.mark.parametrize(
    ("again", "message"),
    [
        (lambda parsed: Parsed(parsed.policy, parsed.comments, (), (error("x", None, "", ""),)), "say the same"),
        (lambda parsed: Parsed(policy("第二条 其他\n"), parsed.comments, (), ()), "say the same"),
        (lambda parsed: Parsed(parsed.policy, (), (), ()), "lose a comment"),
    ],
)
def test_nothing_is_returned_that_reads_differently(monkeypatch, again, message):
    source = SourceText("", "第一条 标题  # 注\n")
    parsed = parse(source)
    monkeypatch.setattr(formatter, "parse", lambda _: again(parsed))
    with pytest.raises(FormatError, match=message):
        format_policy(parsed, source, "zh")
