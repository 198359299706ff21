"""Published measures in every layout they come in, split into their parts. The city and its measures are made up."""

from __future__ import annotations

import pytest

from policylang.measure.citation import Citation
from policylang.measure.official import split


def parts(text):
    """What each part of the measure is cited as, with the first characters of its words."""
    found = split(text)
    assert "".join(unit.text for unit in found.units) == text
    assert all(text[u.span.start : u.span.end] == u.text for u in found.units)
    return [(u.citation.text if u.citation else u.kind, u.words) for u in found.units]


def cited(text):
    return [name for name, _ in parts(text)]


def words(text, clause):
    return split(text).words(Citation.parse(clause))


PLAIN = """\
云山市驿站管理办法
（试行）

第一章  总 则

第一条　为建设驿站，制定本办法。
第二条　驿站由市人才办管理。
各区按职责分工协助。
第三条　下列情形不予设站：
（一）没有场所；
（二）没有人员。
"""


def test_a_plain_text():
    assert parts(PLAIN) == [
        ("标题", "云山市驿站管理办法\n（试行）"),
        ("chapter", "第一章  总 则"),
        ("第一条", "第一条　为建设驿站，制定本办法。"),
        ("第二条", "第二条　驿站由市人才办管理。"),
        ("第二条第二款", "各区按职责分工协助。"),
        ("第三条", "第三条　下列情形不予设站："),
        ("第三条（一）", "（一）没有场所；"),
        ("第三条（二）", "（二）没有人员。"),
    ]
    found = split(PLAIN)
    assert (found.title, found.articles) == ("云山市驿站管理办法（试行）", 3)
    assert [c.text for c in found.clauses][1:3] == ["第一条", "第二条"]


def test_markdown_is_no_part_of_the_words():
    text = (
        "# 云山市驿站管理办法\n\n## 第一章 总则\n\n**第一条** 驿站由市人才办管理。\n\n##### **（一）考核内容：**\n\n"
        "1. **制度**建设；\n\n- (2) 人员配备；\n- (3) 经费使用。\n\n> **第二条** 本办法自发布之日起施行。\n"
    )
    assert parts(text) == [
        ("标题", "云山市驿站管理办法"),
        ("chapter", "第一章 总则"),
        ("第一条", "第一条 驿站由市人才办管理。"),
        ("第一条（一）", "（一）考核内容："),
        ("第一条（一）1", "1. 制度建设；"),
        ("第一条（一）1（2）", "(2) 人员配备；"),
        ("第一条（一）1（3）", "(3) 经费使用。"),
        ("第二条", "第二条 本办法自发布之日起施行。"),
    ]


@pytest.mark.parametrize(
    "labels",
    [
        ("（一）", "（二）"), ("(一)", "(二)"), ("㈠", "㈡"), ("1．", "2．"), ("1.", "2."), ("1、", "2、"), ("⒈", "⒉"), ("（1）", "（2）"),
        ("⑴", "⑵"), ("1)", "2）"), ("①", "②"), ("一、", "二、"), ("　　（一）", "\u200b（二）"),
    ],
)  # fmt: skip
def test_labels_of_every_style_are_items(labels):
    first, second = labels
    found = split(f"第一条 条件如下：\n{first}甲；\n{second}乙。\n第二条 本办法施行。\n")
    assert [u.kind for u in found.units] == ["article", "item", "item", "article"]
    assert [c.path[-1][1:] for c in found.clauses] == ["1", "1", "2", "2"]


def test_items_inside_items():
    text = (
        "第六条 流程如下：\n（一）申报。向市人才办申请。\n1. 机构提交：\n（1）文件；\n（2）申报表。\n2. 公司提交：\n（1）执照。\n"
        "（二）批复。\n"
    )
    assert cited(text) == [
        "第六条", "第六条（一）", "第六条（一）1", "第六条（一）1（1）", "第六条（一）1（2）", "第六条（一）2", "第六条（一）2（1）",
        "第六条（二）",
    ]  # fmt: skip


# Paragraphs ------------------------------------------------------------------------------------------------------

LONG = "市人才办对驿站的运行情况和服务成效以及资金的拨付、使用、管"


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n12\n\n", "\n— 12 —\n", "\n第 3 页\n", "\n第3页 共9页\n", "\n\x0c3 / 9\n", "\r\n\r\n"])
def test_a_page_break_in_a_sentence_is_no_end_of_the_paragraph(between):
    text = f"第一条 {LONG}{between}理等情况进行考核。\n第二条 本办法施行。\n"
    assert cited(text) == ["第一条", "第二条"]
    assert words(text, "第一条") == f"第一条 {LONG}理等情况进行考核。"


@pytest.mark.parametrize("end", ["，", "、", ","])
def test_a_comma_ends_no_paragraph(end):
    assert cited(f"第一条 甲{end}\n乙。\n丙。\n") == ["第一条", "第一条第二款"]


def test_a_cut_line_may_go_on_with_what_looks_like_a_label_or_an_article():
    text = f"第一条 甲。\n第二条 {LONG}理，适用\n第九条 的规定以及第四条\n（三）的规定。\n第三条 乙。\n"
    assert cited(text) == ["第一条", "第二条", "第三条"]


def test_a_paragraph_may_begin_with_a_reference_to_an_article():
    assert cited("第一条 甲。\n第三条规定的情形除外。\n第二条 乙。\n第三条所称驿站，是指丙。\n第三条丁。\n") == [
        "第一条", "第一条第二款", "第二条", "第二条第二款", "第三条",
    ]  # fmt: skip


def test_a_heading_and_its_one_paragraph_are_one_part():
    text = "第一条 申报条件\n凡有场所的，可以申报。\n另有规定的除外。\n（一）报备\n变更的，应当报备。\n（二）名称、标识\n名称统一。\n标识统一。\n"
    assert parts(text) == [
        ("第一条", "第一条 申报条件\n凡有场所的，可以申报。"),
        ("第一条第二款", "另有规定的除外。"),
        ("第一条第二款（一）", "（一）报备\n变更的，应当报备。"),
        ("第一条第二款（二）", "（二）名称、标识"),
        ("第一条第二款（二）①", "名称统一。"),
        ("第一条第二款（二）②", "标识统一。"),
    ]


def test_a_number_alone_on_its_line():
    assert parts("第一条\n甲。\n（一）\n乙。\n丙。\n") == [
        ("第一条", "第一条\n甲。"), ("第一条（一）", "（一）\n乙。"), ("第一条（一）①", "丙。"),
    ]  # fmt: skip


def test_a_paragraph_after_an_item_stands_under_it():
    text = "第十条 考核。\n1．分三等。\n2．不合格的，撤销。\n撤销的，发文公布。\n向社会公布。\n第十一条 给予补助。\n"
    assert cited(text) == ["第十条", "第十条1", "第十条2", "第十条2①", "第十条2②", "第十一条"]


def test_a_paragraph_after_the_limbs_of_a_sentence_goes_back_to_the_article():
    text = "第十条 有下列情形的，撤销：\n（一）弄虚作假；\n（二）不履行职责。\n撤销的，两年内不得申报。\n第十一条 给予补助。\n"
    assert cited(text) == ["第十条", "第十条（一）", "第十条（二）", "第十条第二款", "第十一条"]


def test_a_paragraph_that_introduces_a_new_list_goes_back_to_the_article():
    text = "第十条 提交：\n（一）甲。\n（二）乙。\n前款以外的，提交：\n（一）丙。\n1.丁。\n附下列：\n1.戊。\n"
    assert cited(text) == [
        "第十条", "第十条（一）", "第十条（二）", "第十条第二款", "第十条第二款（一）", "第十条第二款（一）1", "第十条第二款（一）①",
        "第十条第二款（一）1",
    ]  # fmt: skip
    assert words(text, "第十条第二款（一）1") == "1.丁。\n1.戊。"


def test_more_than_twenty_paragraphs_under_an_item():
    text = "第一条 甲：\n（一）乙。\n" + "".join(f"第{n}段。\n" for n in range(21))
    assert cited(text)[-2:] == ["第一条（一）⑳", "第一条（一）第二十一款"]


def test_numbers_that_are_no_labels():
    text = "第一条 甲。\n1.5万元以上的除外。\n2020年起施行。\n3.2021年的除外。\n（试行）期为一年。\n"
    assert cited(text) == ["第一条", "第一条第二款", "第一条第三款", "第一条第三款3", "第一条第三款3①"]


def test_large_numbers():
    text = "".join(f"第{n}条 甲。\n" for n in ("九十九", "一百", "一百零一", "一百一十", "1111", "二千零二"))
    assert cited(text) == ["第九十九条", "第一百条", "第一百零一条", "第一百一十条", "第一千一百一十一条", "第二千零二条"]


def test_a_number_twice():
    found = split("第一条 甲。\n第一条 乙。\n")
    assert [u.words for u in found.at(Citation.parse("第一条"))] == ["第一条 甲。", "第一条 乙。"]
    assert [c.text for c in found.clauses] == ["第一条"]


# Around the articles ---------------------------------------------------------------------------------------------

PAGE = """\
当前位置：首页
>政务公开>政策文件
发布日期：2024-05-06 10:00 访问次数：12 字号：[ 大 ]
关于印发《云山市驿站管理
办法》的通知
云人才〔2024〕3号
各区人才办：
现将《云山市驿站管理办法》印发给你们，请认真执行。
云山市人才办
2024年5月6日
云山市驿站管理办法
（2024年5月6日发布）
目录
第一章 总则
第二章 附则
第一章
总则
第一节 目的
第一条 为建设驿站，制定本办法。
第二章 附则
第二条 本办法自发布之日起施行。
有效期三年。
云山市驿站管理办法.pdf
打印本页 关闭窗口
"""


def test_a_web_page_with_a_covering_notice():
    found = split(PAGE)
    kinds = [(u.kind, u.words.splitlines()[0]) for u in found.units]
    assert kinds == [
        ("other", "当前位置：首页"),
        ("notice", "关于印发《云山市驿站管理"),
        ("title", "云山市驿站管理办法"),
        ("other", "目录"),
        ("chapter", "第一章"),
        ("chapter", "第一节 目的"),
        ("article", "第一条 为建设驿站，制定本办法。"),
        ("chapter", "第二章 附则"),
        ("article", "第二条 本办法自发布之日起施行。"),
        ("paragraph", "有效期三年。"),
        ("other", "云山市驿站管理办法.pdf"),
        ("other", "打印本页 关闭窗口"),
    ]
    assert found.title == "云山市驿站管理办法（2024年5月6日发布）"
    assert "2024年5月6日" in words(PAGE, "印发通知")


def test_the_marker_of_an_attachment_is_no_annex():
    assert cited("附件\n云山市驿站管理办法\n第一条 甲。\n\n附件\n") == ["other", "标题", "第一条", "other"]


def test_a_title_on_two_lines_or_none():
    assert split("云山市驿站管理\n办法（试行）\n第一条 甲。\n").title == "云山市驿站管理办法（试行）"
    assert split("云山市\n第一条 甲。\n").title == ""


def test_a_signature_and_what_follows_is_kept_as_other():
    text = "第一条 甲。\n乙。\n云山市人才办\n2024年5月6日\n（此件公开发布）\n抄送：市委办公室。\n"
    assert cited(text) == ["第一条", "第一条第二款", *["other"] * 4]


def test_a_paragraph_before_the_first_article_of_a_chapter_is_kept():
    assert cited("第一条 甲。\n第二章 设立\n本章规定设立。\n（一）乙。\n第二条 丙。\n") == [
        "第一条", "chapter", "other", "other", "第二条",
    ]  # fmt: skip


# Annexes ---------------------------------------------------------------------------------------------------------

ANNEX = """\
第一条 驿站按标准建设（详见附件）。

附件：云山市驿站建设标准

2

附件

云山市驿站建设标准

一、范围
本标准适用于云山市的驿站。
二、要求
（一）配备
应当配备设施。
1.清单、制度
清单统一公布。
[image: 5a03665b]
制度统一张贴
示意图：
[image: 2f9f488f]
2.名称
三、附则
"""


def test_the_parts_of_an_annex():
    assert parts(ANNEX) == [
        ("第一条", "第一条 驿站按标准建设（详见附件）。"),
        ("other", "附件：云山市驿站建设标准"),
        ("附件", "附件\n云山市驿站建设标准"),
        ("附件一", "一、范围\n本标准适用于云山市的驿站。"),
        ("附件二", "二、要求"),
        ("附件二（一）", "（一）配备\n应当配备设施。"),
        ("附件二（一）1", "1.清单、制度"),
        ("附件二（一）1①", "清单统一公布。"),
        ("附件二（一）1②", "制度统一张贴\n示意图："),
        ("附件二（一）2", "2.名称"),
        ("附件三", "三、附则"),
    ]


def test_annexes_with_numbers_and_articles_of_their_own():
    text = (
        "第一条 甲。\n第二条 乙。\n附件：1.标准\n2.细则\n附件1\n标准\n一、范围\n适用于驿站。\n（一）丙。\n附件2：细则\n"
        "第一条 丁。\n戊。\n第二条 己。\n"
    )
    assert cited(text) == [
        "第一条", "第二条", "other", "other", "附件1", "附件1·一", "附件1·一（一）", "附件2", "附件2第一条", "附件2第一条第二款",
        "附件2第二条",
    ]  # fmt: skip
    assert all(Citation.parse(c.text) == c for c in split(text).clauses)


def test_an_annex_of_plain_paragraphs():
    text = "第一条 甲。\n附件 考核表\n考核指标\n为做好考核，制定本表。\n考核每年一次。\n打印本页\n"
    assert cited(text) == ["第一条", "附件", "附件第二款", "other"]


def test_a_sentence_about_the_annex_is_no_annex():
    assert cited("第一条 甲。\n附件为本办法的组成部分。\n") == ["第一条", "第一条第二款"]


# What there is to say about a clause -----------------------------------------------------------------------------


def test_quoting():
    def quote(clause):
        return split(PLAIN).quote(Citation.parse(clause))

    assert quote("第二条") == (Citation.parse("第二条"), "第二条　驿站由市人才办管理。\n各区按职责分工协助。")
    assert quote("第二条第二款")[1] == "各区按职责分工协助。"
    assert quote("第三条")[1] == "第三条　下列情形不予设站：……"
    assert quote("第三条（一）")[1] == "（一）没有场所；"
    assert quote("第三条（一）1") == (Citation.parse("第三条（一）"), "（一）没有场所；")
    assert quote("第九条") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第一条 甲（一）乙，丙。", "**第一条**　　甲(一)乙,丙。"),
        ("第一条 甲“乙”２人", '第 1 条\u3000甲"乙"2人'),
        (f"第一条 {LONG}理。", f"第一条 {LONG}\n\n7\n\n理。"),
        ("第一条 甲\u200b乙。", "第一条甲乙。"),
        ("第一条 甲——乙。\n", "> ### 第一条 甲--乙。\n\n[image: x]\n"),
    ],
)  # fmt: skip
def test_layout_leaves_no_mark_on_a_fingerprint(one, other):
    clause = Citation.parse("第一条")
    assert split(one).fingerprint(clause) == split(other).fingerprint(clause)


@pytest.mark.parametrize("other", ["第一条 甲、乙。", "第一条 甲，乙", "第一条 甲，丙。", "第一条 甲，乙。丁。"])
def test_every_word_and_mark_counts(other):
    clause = Citation.parse("第一条")
    assert split("第一条 甲，乙。").fingerprint(clause) != split(other).fingerprint(clause)


def test_a_fingerprint_is_about_the_clause_itself_and_not_its_number():
    one, other = split(PLAIN), split(PLAIN.replace("没有人员", "缺少人员").replace("（一）", "（1）").replace("（二）", "（2）"))
    third, first = Citation.parse("第三条"), Citation.parse("第三条（一）")
    assert one.fingerprint(third) == other.fingerprint(third)
    assert one.fingerprint(first) == other.fingerprint(Citation.parse("第三条（1）"))
    assert one.fingerprint(Citation.parse("第三条（二）")) != other.fingerprint(Citation.parse("第三条（2）"))


# Any text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", " \n\n", "3\n", "没有条文。\n", "附件\n", "（一）甲\n", "第一章 总则\n"])
def test_texts_without_articles(text):
    found = split(text)
    assert "".join(u.text for u in found.units) == text
    assert found.articles == 0


@pytest.mark.parametrize(
    "piece",
    ["甲" * 30 + "\n", "第一条 甲。\n", "（一）", "[bookmark: ", "![", "> ", "*", "第一", "附件\n", "1.\n", "附件：甲\n乙。\n", "（一）甲；\n乙\n", " "],
)  # fmt: skip
def test_large_texts_are_split_without_loss(piece):
    text = "第一条 甲：\n" + piece * (200_000 // len(piece))
    assert "".join(u.text for u in split(text).units) == text
