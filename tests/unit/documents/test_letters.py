"""What letters say of the example stations: nothing that is not decided is told as a decision, no number is another."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.documents.asking import form_of
from policylang.documents.findings import sentence
from policylang.documents.letter import KINDS, Letter, blanks, chinese_numeral
from policylang.documents.outline import Point
from policylang.documents.stamps import stamps
from policylang.explain.wording import money
from policylang.facts.forms import read
from policylang.facts.letter_file import Letterhead
from policylang.measure.official import split
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Records, Text
from policylang.source.diagnostic import Message
from unit.documents.letters import HEAD, MEASURES, example, letter, measure, part, placeholders, station, whole

_AMOUNT = re.compile(r"[0-9.]+万?元")


def fractions_in(value) -> set[Fraction]:
    """Every number anywhere in an outcome."""
    match value:
        case Fraction():
            return {value}
        case str() | bool() | None:
            return set()
        case tuple() | list() | frozenset():
            return {n for item in value for n in fractions_in(item)}
        case _ if dataclasses.is_dataclass(value):
            return {n for f in dataclasses.fields(value) for n in fractions_in(getattr(value, f.name))}
    return set()


# numbers


@given(st.integers(0, 10**14).map(lambda cents: Fraction(cents, 100)))
def test_an_amount_in_words_parses_back(amount):
    assert read(Money(), money(amount)) == amount


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_amount_of_a_letter_is_one_of_the_outcome(name, kind):
    outcome = example(name)
    made = letter(outcome, kind)
    if isinstance(made, Letter):
        known = fractions_in(dataclasses.replace(outcome, policy=None)) | fractions_in(outcome.policy.outcomes)
        said = [i.text for p in made.parts if p.name != "读法" for i in p.items if not i.text.startswith("计算：")]
        for text in _AMOUNT.findall("\n".join(said)):
            assert read(Money(), text) in known, text


@pytest.mark.parametrize("name", MEASURES)
def test_every_amount_that_is_due_is_in_the_decision(name):
    outcome = example(name)
    told = "\n".join(part(letter(outcome, "decision"), "决定"))
    for line in outcome.lines:
        sure = line.status == "due" and line.amount.kind == "exact" and line.amount.settled
        if sure and (line.outcome.period != "year" or line.year == outcome.year):
            assert money(line.amount.low) in told


# what is no decision


@pytest.mark.parametrize("name", MEASURES)
def test_nothing_open_is_told_as_a_decision(name):
    outcome = example(name)
    made = letter(outcome, "decision")
    for text in (*part(made, "决定"), *part(made, "另定")):
        assert "待定" not in text
        assert "冲突" not in text
    assert all("不超过" not in text and "可以给予" not in text for text in part(made, "决定"))
    assert any("待定" in text for text in part(made, "待定")) == any(d.needs for d in (*outcome.lines,) if d.status == "undetermined")


def test_a_cap_is_a_cap():
    made = letter(example("liuzhou", year=2024), "decision", "建设补助")
    assert made.title == "关于2024年建设补助的告知书"
    assert part(made, "决定") == []
    assert part(made, "另定") == [
        "建设补助（2024年）：不超过10万元（上限，具体数额由机关决定），依第十一条。",
        "上列各项不是已经给予的数额或者已经作出的决定，由有权机关另行决定。",
    ]


def test_what_a_body_has_fixed_within_its_range_is_a_decision():
    made = letter(example("weihai"), "decision", "建站补助")
    assert part(made, "决定") == ["建站补助（2022年）：市委组织部、市人社局决定给予15万元（规定为5万元至20万元），依第九条。"]


def test_what_may_be_granted_is_for_the_body_that_decides():
    assert part(letter(example("fuzhou"), "decision", "活动支持"), "另定")[0] == (
        "活动支持（2026年）：可以给予，数额未定（是否给予由市人社局决定），依第十三条。"
    )


def test_a_decision_that_is_not_there_is_refused():
    made = letter(example("liuzhou"), "decision", "评估等级")
    assert isinstance(made, Message)
    assert made.zh == "没有可以告知的决定：评估等级（2025年）：待定：A级或B级。要请对方补充材料，用 --kind request"


def test_outside_its_force_a_measure_decides_nothing():
    made = letter(example("liuzhou", date(2026, 3, 1)), "decision", "设站条件")
    assert isinstance(made, Message)
    assert "办法在2026年3月1日不在施行期内" in made.zh


# facts


def test_facts_are_told_as_found():
    facts = part(letter(example("weihai"), "decision", "建站补助"), "事实")
    assert facts[0] == "建站补助（2022年）"
    assert "建站补助已发额为10万元，少于20万元，少于建站补助决定额（15万元）〔市人社局填报；市委组织部、市人社局决定〕；" in facts[1]


@pytest.mark.parametrize(
    ("name", "wanted", "said"),
    [
        ("luzhou", "审批程序", "第七条（授牌）　符合：授牌日期为2017年8月31日，不早于批准日期（2017年8月31日）〔泸州市人民政府决定〕。"),
        ("luzhou", "工作站授权", "“有效”，依第十二条（三）：没有其他情形。"),
        ("luzhou", "基础经费", "办法效力为试行中；工作站授权为有效，不属于取消、终止；取消授权日期：未发生〔未记载，按未发生处理〕。"),
        ("liuzhou", "申报手续", "第五条1　符合：申报途径为第三方机构〔第三方机构核定〕。"),
        ("liuzhou", "设站条件", "工作人员数为3人，不少于2人〔第三方机构核定〕；"),
        ("weihai", "驿站状态", "评估记录为1次；评估记录中有评估日期为最近评估日且评估结果为差的；2022年12月5日不晚于整改期限"),
        ("fuzhou", "驿站状态", "最近一次并非“待整改”；没有一个年度考核等次为不合格且整改结果为不符合"),
        ("fuzhou", "引荐奖励", "不符合第十五条的条件：项目层级为市级，不属于国家、省级；入选重点人才项目：否。"),
    ],
)
def test_a_fact_is_said_first_and_once(name, wanted, said):
    assert said in "".join(part(letter(example(name), "decision", wanted), "事实"))


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_machine_sentences(name, kind):
    made = letter(example(name), kind)
    if isinstance(made, Letter):
        text = "\n".join(i.text for p in made.parts if p.name != "依据" for i in p.items)
        stiff = ("。。", "；。", "：：", "；；", "没有其他规则", "待定：", "→", "时点", "；非“", "：非“", "未记载 ", "途径（")
        assert [word for word in stiff if word in text] == []
        assert re.search("(.{2,})（实为\\1）", text) is None


def test_what_rests_on_the_same_facts_is_told_together():
    facts = part(letter(example("xishuangbanna"), "decision", "引才伯乐奖"), "事实")
    assert "引才伯乐奖（2025年，乙）、引才伯乐奖（2025年，丙）、引才伯乐奖（2025年，丁）" in facts


def test_of_a_condition_that_is_not_met_only_what_fails_is_told():
    assert part(letter(example("fuzhou"), "decision", "三规范"), "事实") == [
        "三规范", "附件二（一）2③（规范挂牌）　不符合：张贴内容不含人员牌〔市人社局核定〕。",
    ]  # fmt: skip


def test_clauses_are_quoted_as_printed():
    official = split("第十二条　考核。\n（三）考核等次为优秀的，下一年度提高20%。\n")
    made = letter(example("luzhou"), "decision", "优秀提高", official=official)
    assert part(made, "依据") == ["第十二条（三）规定：“（三）考核等次为优秀的，下一年度提高20%。”"]
    other = letter(example("luzhou"), "decision", "基础经费", official=official)
    assert part(other, "依据") == ["《泸州市驻外人才工作联络站管理办法（试行）》第十三条（一）。"]


def test_readings_are_told_in_the_words_of_the_explanation():
    assert part(letter(example("luzhou"), "decision", "优秀提高"), "读法") == [
        "“提高基数”采用“基础保障经费”（第十二条（三）），理由：办法内唯一的固定数额。"
    ]


# shortfall, rectification, request


def test_a_shortfall_has_its_margin():
    made = letter(example("liuzhou", year=2024), "shortfall")
    assert isinstance(made, Message)
    asked = letter(example("xishuangbanna"), "shortfall", "引才伯乐奖")
    assert part(asked, "差距")[1:] == ["“数额另定”（第十四条）不成立：", "入选日期的年度等于本年度（实为2024年，差1年）。", "已领引才伯乐奖：是。"]


def test_unmet_duties_of_the_station_are_to_be_rectified():
    made = letter(example("fuzhou"), "rectification")
    assert "每月服务人次：未履行，依附件二（三）2" in part(made, "问题")
    assert "2026年9月：应50人次，实49人次，2026年9月30日届满。" in part(made, "问题")
    assert part(made, "要求")[-1] == "整改期限：2026年12月31日以前（含当日）。"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("liuzhou", "shortfall", "没有未达到的要求"),
        ("liuzhou", "rectification", "没有未履行的职责"),
        ("liuzhou", "request", "还缺的事实都由机关核定、认定"),
    ],
)
def test_where_there_is_nothing_to_write_nothing_is_written(name, kind, words):
    made = letter(example(name), kind)
    assert isinstance(made, Message)
    assert words in made.zh


def test_a_request_asks_the_addressee_only_for_what_is_its_own():
    made = letter(example("xishuangbanna"), "request")
    (question,) = part(made, "补充")
    assert question == (
        "2025年达不到年度考核目标（填“是”或者“否”；凭目标管理协议书）：对照目标管理协议书的年度工作目标，工作成效是否达不到考核目标？"
        "用于确定：考核等次（2025年）、工作站状态。"
    )
    assert part(made, "机关") == ["2025年考核结果（州人社局评判）。", "2025年财政审核通过（州财政局决定）。"]


FEW = "  评估模式: 假设施行\n  发布日期: 2026-01-01\n  授牌日期: 2026-03-20\n  附件适用于驻外型: 否\n"


def test_questions_say_how_to_answer_and_what_for():
    made = letter(station("fuzhou", FEW, date(2027, 1, 20), 2026), "request")
    asked = part(made, "补充")
    assert asked[1] == "依托单位在市外（填“是”或者“否”；凭法人资格证书）。用于确定：申报渠道。"
    assert asked[0].startswith("依托单位类别（选填：高校、科研机构、")
    assert "活动台账（附清单，逐场填写）。用于确定：每月活动、每月服务人次。" in asked
    assert "2026年4月至2026年12月各期的当月活动场数（填数量，单位：场；凭活动台账）。用于确定：每月活动。" in asked
    assert part(made, "任选") == ["每月活动：当月活动场数；或 活动台账。", "每月服务人次：当月服务人次；或 活动台账。"]
    assert "驿站在市内（市人社局核定）。" in part(made, "机关")


def test_a_question_of_the_policy_is_asked_in_its_words():
    made = letter(station("liuzhou", "  印发日期: 2024-06-01\n", date(2025, 12, 10), 2025), "request", "设站资格")
    assert made.title == "关于补充设站资格有关材料的通知"
    assert part(made, "补充")[0] == "管理期起始日（填日期；凭合作协议）：工作站的管理期从哪一天开始？用于确定：设站资格。"
    assert "后续依据（见过渡规定或后续办法）。" in part(made, "机关")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Boolean(), "填“是”或者“否”"), (Number("人"), "填数量，单位：人"), (Number(), "填数量"), (Number("%"), "填百分比"),
        (Money(), "填金额，单位：元"), (Day(), "填日期"), (Text(), "填写文字"), (Records("场"), "附清单，逐场填写"),
        (Choice((Option("甲", "a"), Option("乙", "b"))), "选填：甲、乙"), (ChoiceSet((Option("甲", "a"),)), "可多选：甲"),
    ],
)  # fmt: skip
def test_the_form_of_an_answer(kind, words):
    assert form_of(kind) == words


def test_nothing_missing_nothing_to_ask():
    made = letter(example("weihai"), "request", "设站条件")
    assert isinstance(made, Message)
    assert made.zh == "“设站条件”不缺事实，不需要补充材料"


# the paper


@pytest.mark.parametrize(
    ("name", "as_of", "expected"),
    [
        ("liuzhou", None, ()),
        ("liuzhou", date(2026, 1, 5), ("办法已于2025年12月31日期满，不得据此作出新的决定",)),
        ("liuzhou", date(2024, 1, 5), ("办法自2024年6月1日起施行，2024年1月5日尚未施行，不得据此作出决定",)),
        ("weihai", date(2023, 12, 14), ("办法已于2023年12月13日期满，不得据此作出新的决定",)),
        ("fuzhou", None, ("征求意见稿，未施行，仅供研究，不得据此作出决定",)),
        ("luzhou", date(2018, 9, 1), ("办法在2018年9月1日是否施行尚待确定，不得据此作出决定",)),
    ],
)
def test_stamps(name, as_of, expected):
    assert stamps(example(name, as_of)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_made_up_for_what_is_not_filled_in(kind):
    made = placeholders(example("xishuangbanna"), kind, head=Letterhead())
    text = "\n".join(str(p["文字"]) for section in made["各部分"] for p in section["各段"])
    assert made["发文字号"] == "　　　〔　　　〕　　号"
    assert made["日期"] == "　　　年　　月　　日"
    assert "复议" not in text
    assert "诉讼" not in text
    assert ("（救济途径由制发机关填写）" in text) == (kind in {"decision", "rectification"})
    assert ("期限：（由制发机关填写）" in text) == (kind in {"rectification", "request"})
    assert {"发文机关", "发文字号", "收文单位", "签发人", "签发人职务", "日期"} <= set(blanks(Letterhead(), kind))
    assert blanks(HEAD, kind) == ()


def test_how_the_addressee_is_addressed():
    made = letter(example("fuzhou"), "rectification", head=dataclasses.replace(HEAD, address_as="贵单位"))
    assert "你单位" not in whole(made)
    assert "贵单位" in made.opening


def test_paragraphs_are_numbered_as_in_official_documents():
    made = placeholders(example("fuzhou"), "rectification")
    first = made["各部分"][0]
    assert (first["序号"], first["标题"]) == ("一", "存在的问题")
    assert [p["编号"] for p in first["各段"]] == ["（一）", "", "（二）", "", "（三）", "1．", "2．"]


def test_numerals():
    assert [chinese_numeral(n) for n in (1, 10, 11, 20, 21, 99, 100)] == ["一", "十", "十一", "二十", "二十一", "九十九", "100"]


def test_a_sentence_of_a_point():
    assert sentence(Point("甲：", (Point("乙", (Point("丙"), Point("丁"))), Point("丙")))) == "甲：丙；丁。"
    assert sentence(Point("甲。")) == "甲。"


def test_whose_a_duty_is():
    from policylang.documents.findings import Findings

    found = Findings.of(example("xishuangbanna"))
    assert "州财政局" in found.authorities
    policy = measure("xishuangbanna").policy
    theirs = {d.name for d in policy.duties if not found.of_the_station(d)}
    assert all(body in found.authorities for d in policy.duties if d.name in theirs for body in d.obliged)


def test_a_conflict_is_no_decision():
    outcome = example("luzhou")
    graded = next(d for d in outcome.decisions if d.outcome.name == "考核等次" and d.year == outcome.year)
    torn = dataclasses.replace(graded, value=None, conflict=True, possible=graded.outcome.levels[:2])
    lines = tuple(dataclasses.replace(x, status="conflict") if x.outcome.name == "基础经费" else x for x in outcome.lines)
    made = letter(
        dataclasses.replace(outcome, decisions=tuple(torn if d is graded else d for d in outcome.decisions), lines=lines), "decision"
    )
    assert not [text for text in (*part(made, "决定"), *part(made, "另定"), *part(made, "事实")) if "冲突" in text or "基础经费（" in text]
    assert "考核等次（2017年）：规则冲突：优秀或合格。" in part(made, "待定")
    assert "基础经费（2018年）：规则冲突。" in part(made, "待定")


def test_an_amount_outside_its_bounds_is_no_decision():
    outcome = example("weihai")
    lines = tuple(dataclasses.replace(x, out_of_bounds=True) if x.decided is not None else x for x in outcome.lines)
    made = letter(dataclasses.replace(outcome, lines=lines), "decision")
    assert not [text for text in part(made, "决定") if "建站补助" in text]
    assert "建站补助（2022年）：应给予，5万元至20万元；机关决定15万元，超出规定幅度，须先核对。" in part(made, "待定")
