"""What an audit finds in a ledger and a text, and what hangs on a clause that changed."""

from __future__ import annotations

import pytest
from amended import KEPT, POLICY, TEXT, audited, cases, changes, hanging, names, policy

from policylang.audit.check import audit
from policylang.audit.hanging import cited_by
from policylang.measure.fingerprint import Fingerprints
from policylang.measure.official import split

# Accounts --------------------------------------------------------------------------------------------------------


def test_a_policy_that_accounts_for_its_text_is_clean():
    found = audited()
    assert found.clean
    assert (found.compared, found.kept, found.changes) == (True, True, ())
    assert [(c.citation.text, c.kind) for c in found.clauses] == [
        ("第一条", "declaratory"), ("第二条", "encoded"), ("第二条（一）", "encoded"), ("第二条（二）", "encoded"), ("第三条", "duty_only"),
        ("第三条（一）", "duty_only"), ("第三条（二）", "duty_only"), ("第四条", "encoded"), ("第四条（一）", "encoded"),
        ("第四条（二）", "encoded"), ("第五条", "encoded"), ("第五条第二款", "encoded"),
    ]  # fmt: skip
    assert names(found.of_kind("duty_only")) == ["第三条", "第三条（一）", "第三条（二）"]
    assert found.clauses[1].notes == ("原文作“驿点”，疑为“驿站”之误。",)


def test_without_a_text_only_the_ledger_is_told():
    found = audit(policy(), None, None)
    assert found.clean
    assert not found.compared
    assert names(found.clauses)[:3] == ["第一条", "第二条", "第二条（一）"]


def test_without_fingerprints_nothing_is_clean():
    assert not audited(kept=None).clean
    assert audited(kept=None).changes == ()


def test_a_clause_that_nothing_accounts_for():
    text = TEXT.replace("（二）其余的为合格。", "（二）其余的为合格。\n（三）另行通知。").replace("不超过十家。", "不超过十家。\n另行增设的除外。")
    found = audited(text)
    assert names(found.missing) == ["第四条（三）", "第五条第三款"]
    assert [c.words for c in found.missing] == ["（三）另行通知。", "另行增设的除外。"]
    assert not found.clean


def test_a_marked_clause_accounts_for_what_is_inside_it_only_without_entries_of_its_own():
    pol = POLICY.replace("第三条 职责，均无数量标准 〔职责〕", "第三条 职责 〔职责〕\n  （一）宣传 〔职责〕")
    assert names(audited(pol=pol).missing) == ["第三条（二）"]


@pytest.mark.parametrize("marker", ["宣示", "程序", "评判", "外部", "职责"])
def test_every_mark_accounts_for_what_is_inside(marker):
    found = audited(pol=POLICY.replace("〔职责〕", f"〔{marker}〕"))
    assert found.clean
    assert {c.by.text for c in found.clauses if c.by} == {"第三条"}


def test_a_heading_accounts_for_itself_alone():
    pol = POLICY.replace("第三条 职责，均无数量标准 〔职责〕", "第三条 职责\n  （一）宣传 〔职责〕")
    found = audited(pol=pol)
    assert names(found.missing) == ["第三条（二）"]
    assert names(found.of_kind("heading")) == ["第三条"]


def test_a_bare_heading_accounts_for_nothing():
    found = audited(pol=POLICY.replace("第一条 制定目的 〔宣示〕", "第一条 制定目的"))
    assert [(c.citation.text, c.gist) for c in found.missing] == [("第一条", "制定目的")]


def test_a_bare_heading_does_not_account_for_a_sentence_above_its_parts():
    pol = POLICY.replace("第三条 职责，均无数量标准 〔职责〕", "第三条 职责\n  （一）宣传 〔职责〕\n  （二）联系 〔职责〕")
    assert names(audited(pol=pol).missing) == []
    assert names(audited(TEXT.replace("驿站的职责：", "驿站有职责。"), pol).missing) == ["第三条"]


def test_sentences_that_are_cited_account_for_their_clause():
    pol = POLICY.replace("第一条 制定目的 〔宣示〕", "第一条 总则\n  ①目的 〔宣示〕")
    assert names(audited(pol=pol).missing) == []


def test_an_entry_that_is_in_no_text():
    pol = POLICY.replace("第四条 考核", "第三条 另一\n  （三）甲 〔宣示〕\n\n第四条 考核").replace("第三条 职责，均无数量标准 〔职责〕\n", "")
    pol = pol.replace("第一条 制定", "印发通知 某年某月 〔宣示〕\n\n第一条 制定")
    found = audited(pol=pol)
    assert names(found.invented) == ["印发通知", "第三条（三）"]
    assert names(found.clauses)[:2] == ["印发通知", "第一条"]
    assert names(found.missing) == ["第三条（一）", "第三条（二）"]
    assert names(found.of_kind("declaratory")) == ["第一条"]


def test_the_first_paragraph_may_be_cited_as_such():
    pol = POLICY.replace("第一条 制定目的 〔宣示〕", "第一条 制定目的\n  第一款 目的 〔宣示〕")
    assert audited(pol=pol).clean


def test_sentences_may_be_cited():
    text = TEXT.replace("制定本办法。", "制定本办法。各区参照执行。")
    pol = POLICY.replace("第一条 制定目的 〔宣示〕", "第一条 总则\n  ①目的 〔宣示〕\n  ②各区 〔宣示〕\n  ③其他 〔宣示〕")
    assert names(audited(text, pol).invented) == ["第一条③"]


def test_paragraphs_under_an_item_are_not_its_sentences():
    text = TEXT.replace("（二）联系人才。", "（二）联系人才。\n一人一档。")
    pol = POLICY.replace("第三条 职责，均无数量标准 〔职责〕", "第三条 职责\n  （一）甲 〔职责〕\n  （二）乙 〔职责〕\n    ①丙 〔职责〕\n    ②丁 〔职责〕")
    text = text.replace("政策；", "政策。")
    assert names(audited(text, pol).invented) == ["第三条（二）②"]
    assert names(audited(text, pol).missing) == []


def test_labelled_limbs_of_a_rule_account_for_their_items():
    text = TEXT.replace("（一）引才三十人以上的为优秀；\n（二）其余的为合格。", "（一）引才；\n1.三十人；\n2.有场所；\n（二）其余的为合格。")
    pol = POLICY.replace("引进人数 30人以上", "下列全部：\n      1．引进人数 30人以上\n      2．有场所")
    found = audited(text, pol)
    assert names(found.missing) == []
    assert {c.kind for c in found.clauses if c.citation.text.startswith("第四条（一）")} == {"encoded"}


ANNEX = TEXT + "附件\n建站标准\n一、范围\n适用于驿站。\n二、配备\n（一）人员。\n"


def test_parts_of_an_annex_need_entries_and_its_heading_does_not():
    assert names(audited(ANNEX).missing) == ["附件一", "附件二", "附件二（一）"]
    pol = POLICY + "附件一 范围 〔宣示〕\n\n附件二 配备\n  （一）人员 〔评判〕\n"
    assert names(audited(ANNEX, pol).missing) == []


def test_an_annex_may_be_accounted_for_as_a_whole():
    found = audited(ANNEX, POLICY + "附件 建站标准 〔程序〕\n")
    assert names(found.missing) == []
    assert names(found.of_kind("procedure")) == ["附件", "附件一", "附件二", "附件二（一）"]
    assert names(audited(ANNEX, POLICY + "附件 建站标准 〔程序〕\n\n附件一 范围 〔宣示〕\n").missing) == ["附件二", "附件二（一）"]


def test_an_annex_without_parts_needs_an_entry():
    assert names(audited(TEXT + "附件\n申报表\n单位名称\n").missing) == ["附件"]


# Drift -----------------------------------------------------------------------------------------------------------


def test_layout_is_no_change():
    assert changes(TEXT.replace("第", "**第").replace("条 ", "条** ").replace("（", "(").replace("；", ";\n\n")) == []


def test_an_amended_item_with_all_that_hangs_on_it():
    (change,) = audited(TEXT.replace("三十人", "二十五人")).changes
    assert (change.kind, change.citation.text, change.before) == ("changed", "第四条（一）", None)
    assert change.words == "（一）引才二十五人以上的为优秀；"
    assert hanging(change) == [
        ("rule", "grade", ("优秀",)), ("definition", "reached", ()), ("reading", "counting", ()), ("case", "y-1", ()),
    ]  # fmt: skip


def test_an_amended_article_with_its_money_deadlines_and_quotas():
    (change,) = audited(TEXT.replace("年底前", "次年")).changes
    assert hanging(change) == [
        ("rule", "grant", ("3万元", "不超过1万元")), ("rule", "award", ("2万元至5万元", "未规定")), ("duty", "pay", ()),
        ("quota", "cap", ()), ("case", "y-1", ()),
    ]  # fmt: skip


def test_an_amended_condition_and_an_amended_heading():
    (limb,) = audited(TEXT.replace("固定场所", "场所")).changes
    assert hanging(limb) == [("requirement", "eligible", ()), ("case", "y-2", ())]
    (whole,) = audited(TEXT.replace("每年考核驿站", "考核驿站")).changes
    assert [h[:2] for h in hanging(whole)] == [
        ("rule", "grade"), ("assessed", "grade"), ("definition", "reached"), ("warning", "low"), ("reading", "counting"),
        ("case", "y-1"),
    ]  # fmt: skip
    assert hanging(whole)[0] == ("rule", "grade", ("优秀", "合格"))


def test_amounts_as_the_policy_has_them_and_labelled_parts_of_rules():
    pol = POLICY.replace("不超过1万元，当 等次 为 合格", "依《奖励办法》，当 下列全部：\n    1．等次 为 合格\n    2．有场所")
    pol = pol.replace("可给予 2万元至5万元", "可给予 金额另定")
    text = TEXT.replace("年底前发放。", "下列之一：\n1．合格。\n2．有场所。")
    kept = split(text).fingerprints("yunshan")
    whole = audited(text.replace("三万元", "四万元"), pol, kept).changes[0]
    assert hanging(whole)[:2] == [("rule", "grant", ("3万元", "依《奖励办法》")), ("rule", "award", ("金额另定", "未规定"))]
    part = audited(text.replace("1．合格", "1．良好"), pol, kept).changes[0]
    assert (part.citation.text, hanging(part)[0]) == ("第五条1", ("rule", "grant", ()))


def test_where_nothing_rests_on_the_part_what_rests_on_the_whole_is_told():
    text = TEXT.replace("每年考核驿站。", "每年考核驿站。\n考核依标准。")
    kept = split(text).fingerprints("yunshan")
    (change,) = audited(text.replace("依标准", "依办法"), kept=kept).changes
    assert change.citation.text == "第四条第二款"
    assert [h[:2] for h in hanging(change)] == [("assessed", "grade"), ("case", "y-1")]


def test_added_and_removed():
    text = TEXT.replace("（二）有两名以上人员。\n", "").replace("第五条 ", "（三）考核不收费。\n第五条 ")
    assert changes(text) == [("added", "第四条（三）"), ("removed", "第二条（二）")]
    removed = audited(text).changes[-1]
    assert (removed.words, hanging(removed)) == ("", [("requirement", "eligible", ()), ("case", "y-2", ())][:1])


def test_a_clause_that_was_never_kept():
    kept = Fingerprints("yunshan", "", tuple((c, d) for c, d in KEPT.digests if c.text != "第四条（一）"))
    (change,) = audited(kept=kept).changes
    assert (change.kind, change.citation.text) == ("unkept", "第四条（一）")
    assert ("definition", "reached", ()) in hanging(change)


def test_articles_that_move_are_told_once_with_what_hangs_on_their_old_number():
    text = TEXT.replace("第五条 ", "第六条 ").replace("第四条 ", "第五条 ").replace("第二章", "第四条 驿站应当公开信息。\n第二章")
    found = audited(text).changes
    assert [(c.kind, c.citation.text, c.now_at.text if c.now_at else None, c.parts) for c in found] == [
        ("added", "第四条", None, 0), ("moved", "第四条", "第五条", 2), ("moved", "第五条", "第六条", 1),
    ]  # fmt: skip
    assert ("case", "y-1", ()) in hanging(found[1])


def test_words_that_stand_twice_have_not_moved():
    twice = TEXT.replace("（二）联系人才。", "（二）联系人才。\n（三）宣传政策；\n（四）宣传政策；")
    assert changes(twice) == [("added", "第三条（三）"), ("added", "第三条（四）")]
    text = TEXT.replace("（一）宣传政策；\n（二）联系人才。", "（一）服务；\n（二）宣传政策；\n（三）宣传政策；")
    assert changes(text) == [("changed", "第三条（一）"), ("changed", "第三条（二）"), ("added", "第三条（三）")]


def test_against_an_earlier_text_the_words_before_are_known():
    amended = TEXT.replace("三十人", "二十五人").replace("驿站总数不超过十家。\n", "")
    found = audited(amended, kept=None, against=TEXT)
    assert [(c.kind, c.citation.text, c.before) for c in found.changes] == [
        ("changed", "第四条（一）", "（一）引才三十人以上的为优秀；"), ("removed", "第五条第二款", "驿站总数不超过十家。"),
    ]  # fmt: skip
    assert changes(TEXT, against=TEXT) == []
    assert changes(TEXT + "另有规定的除外。\n", against=TEXT) == [("added", "第五条第三款")]


def test_the_clauses_that_a_case_cites():
    first, second = cases()
    assert {c.text for c in cited_by(first)} == {"第四条（一）", "第五条", "第四条"}
    assert {c.text for c in cited_by(second)} == {"第二条（一）"}
