"""An audit as it is read: a line for each clause, the changes, what to do, the counts; and as data."""

from __future__ import annotations

from amended import POLICY, TEXT, audited, policy, report

from policylang.audit.check import audit
from policylang.audit.render import audit_document, audit_text, compared
from policylang.measure.official import split

AMENDED = TEXT.replace("三十人", "二十五人").replace("（二）其余的为合格。", "（二）其余的为合格。\n（三）考核不收费。").replace("建设驿站", "建好驿站")


def test_a_clean_report():
    assert report() == """\
《云山市驿站管理办法》
官方文本：云山.txt

第一条        宣示  制定目的
第二条        规则  设站条件
第二条（一）  规则  “（一）有固定场所；”
第二条（二）  规则  “（二）有两名以上人员。”
第三条        职责  职责，均无数量标准（连同其下2处）
第四条        规则  考核
第四条（一）  规则  引才人数
第四条（二）  规则  其余的为合格
第五条        规则  补助
第五条第二款  规则  总额不超过十家

注（原文的疑误、理解的说明）
  第二条　原文作“驿点”，疑为“驿站”之误。

合计12处：规则 8　宣示 1　职责 3
没有发现问题
"""


def test_a_report_of_changes():
    assert report(AMENDED).partition("注（")[2].partition("\n\n")[2] == """\
文字变动
  第一条　文字有改动
    现为：第一条 为建好驿站，制定本办法。
    没有规则依据这一处
  第四条（一）　文字有改动
    现为：（一）引才二十五人以上的为优秀；
    规则：等次（grade）：优秀
    定义：达标（reached）
    疑义：口径（counting）
    案例：y-1
  第四条（三）　新增
    现为：（三）考核不收费。

缺：原文的这一处还没有着落。在同号的标题下写规则，或注明〔宣示〕〔程序〕〔评判〕〔外部〕〔职责〕之一
改：逐处核对规则和案例，改好以后加 --accept，按现在的文字留存指纹

合计13处：规则 8　宣示 1　职责 3
缺 1　多 0　变动 3
"""
    assert "\n改  第四条（一）  规则  引才人数\n    第四条（二）  规则  其余的为合格\n" in report(AMENDED)
    assert "\n缺  第四条（三）        “（三）考核不收费。”\n" in report(AMENDED)


def test_the_words_before_stand_beside_those_now():
    told = report(AMENDED.replace("（三）考核不收费。\n", ""), against=TEXT)
    assert "    原为：（一）引才【三十】人以上的为优秀；\n    现为：（一）引才【二十五】人以上的为优秀；\n" in told
    gone = report(TEXT.replace("驿站总数不超过十家。\n", ""), against=TEXT)
    assert "  第五条第二款　已删去\n    原为：驿站总数不超过十家。\n    规则：" not in gone
    assert "  第五条第二款　已删去\n    原为：驿站总数不超过十家。\n    限额：总数（cap）\n" in gone
    assert "\n多  第五条第二款  规则  总额不超过十家\n" in gone


def test_long_wordings_are_shown_where_they_differ():
    before = "甲" * 40 + "30人" + "乙" * 40 + "丙" + "丁" * 5
    after = "甲" * 40 + "25人" + "乙" * 40 + "戊" + "丁" * 5
    assert compared(before, after) == (
        f"……{'甲' * 14}【30】人{'乙' * 13}……{'乙' * 14}【丙】丁丁丁丁丁", f"……{'甲' * 14}【25】人{'乙' * 13}……{'乙' * 14}【戊】丁丁丁丁丁",
    )  # fmt: skip
    assert compared("甲" * 30, "甲" * 30 + "乙") == ("甲" * 30 + "【】", "甲" * 30 + "【乙】")
    assert [len(side) for side in compared("甲" * 5000, "乙" * 9000)] == [4002, 4002]


def test_removed_without_an_earlier_text_has_no_words():
    assert "  第五条第二款　已删去\n    限额：总数（cap）\n" in report(TEXT.replace("驿站总数不超过十家。\n", ""))


def test_a_move_and_many_cases():
    pol, text = POLICY, TEXT.replace("第五条 ", "第六条 ").replace("第二章", "第五条 驿站应当公开信息。\n第二章")
    assert "  第五条　条号改为第六条（连同其下1处）\n    规则：补助（grant）：3万元、不超过1万元；奖励（award）：2万元至5万元、未规定\n" in report(
        text, pol
    )


def test_a_title_that_is_not_the_policy_s():
    assert "注意：文本的标题是《云山市驿站管理规定》" in report(TEXT.replace("管理办法", "管理规定"))


def test_the_ledger_alone():
    told = audit_text(audit(policy(), None, None), "zh")
    assert told.startswith("《云山市驿站管理办法》\n只列条款账目，没有核对官方文本（用 --text 给出）\n\n第一条        宣示  制定目的\n")
    assert told.endswith("合计10处：规则 8　宣示 1　职责 1\n")


def test_in_english():
    told = report(AMENDED, lang="en")
    assert "\nchanged   Article 4(1)            encoded      引才人数\n" in told
    assert "\nmissing   Article 4(3)                         “（三）考核不收费。”\n" in told
    assert "    rule: grade\n    definition: reached\n    ambiguity: counting\n    case: y-1\n" in told
    assert told.endswith("13 clauses: encoded 8, declaratory 1, duties 3\nmissing 1, invented 0, changed 3\n")
    assert "(with 2 parts)" in told
    assert report(lang="en").endswith("no findings\n")


def test_without_fingerprints_a_reader_is_told_to_keep_them():
    assert "还没有留存指纹" in report(kept=None)
    assert "no fingerprints are kept" in report(kept=None, lang="en")


def test_invented_entries_and_what_to_do():
    told = report(pol=POLICY.replace("第一条 制定目的 〔宣示〕", "第一条 制定目的 〔宣示〕\n\n第九条 甲 〔外部〕"))
    assert "\n多  第九条        外部  甲\n" in told
    assert "\n多：办法文件有而原文没有。核对条号，或删去\n" in told


def test_as_data():
    found = audit_document(audited(AMENDED))
    assert (found["policy"], found["clean"], found["text_compared"], found["fingerprints_kept"]) == ("yunshan", False, True, True)
    assert found["counts"] == {
        "encoded": 8, "judged": 0, "procedure": 0, "declaratory": 1, "external": 0, "duty_only": 3, "heading": 0, "missing": 1,
        "invented": 0, "changes": 3,
    }  # fmt: skip
    states = {c["clause"]: c["state"] for c in found["clauses"]}
    assert states["第四条（三）"] == "missing"
    assert {c["clause"]: c["covered_by"] for c in found["clauses"]}["第三条（一）"] == "第三条"
    assert found["changes"][1]["rests_on_it"][0] == {"kind": "rule", "name": "等次", "id": "grade", "values": ["优秀"]}
    moved = audit_document(audited(TEXT.replace("第五条 ", "第六条 ")))
    assert [(c["clause"], c["now_at"]) for c in moved["changes"]] == [("第五条", "第六条")]


def test_a_text_that_changes_everything_is_still_told():
    assert audit_text(audit(policy(), split("第一条 甲。\n"), None, (), split(TEXT)), "zh").endswith("\n")
