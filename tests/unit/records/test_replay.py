"""Deciding a record again: what is told when something is not as it was."""

from __future__ import annotations

import json

import pytest
from records_made import FACTS, SMALL, example, question, small

from policylang.compiler import compile_policy
from policylang.records.canonical import canonical_bytes, digest, sealed
from policylang.records.read import RecordError
from policylang.records.replay import replay
from policylang.records.tell import Telling


def again(record, policy: str = SMALL):
    compiled = compile_policy(policy.encode(), "small.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    return replay(record, compiled.policy, compiled.digest)


def resealed(record, **changes):
    """A record changed by somebody who also put its hashes right."""
    changed = {**record, **changes}
    changed["outcome_sha256"] = digest(changed["outcome"])
    return sealed({k: v for k, v in changed.items() if k != "sha256"})


def test_the_same_policy_gives_the_same():
    found = again(small())
    assert found.same
    assert Telling("zh").replayed(found) == "复算一致。\n"
    assert Telling("en").replayed(found) == "replayed: the same, byte for byte.\n"


def test_a_threshold_that_moved_is_named_with_both_results():
    found = again(small(), SMALL.replace("30人以上", "31人以上"))
    assert (found.same, found.policy_changed, found.touched) == (False, True, False)
    told = Telling("zh").replayed(found)
    assert "办法文件不是当时的那一份" in told
    assert "结果“考核等次 2024”的取值：记录为 优秀，现为 合格" in told
    assert "outcome.decisions[grade 2024].result: good recorded, pass now" in Telling("en").replayed(found)
    assert {d.path for d in found.differences} >= {"outcome.decisions[grade 2024].result", "outcome.decisions[grade 2024].label"}


def test_a_policy_that_changed_in_a_comment_alone_is_still_another():
    found = again(small(), SMALL + "# 注\n")
    assert (found.same, found.differences) == (False, ())
    assert "结果没有不同，但不能认作一致" in Telling("zh").replayed(found)


def test_an_outcome_more_is_one_difference():
    policy = SMALL.replace("结果\n", "结果\n  另一项（other）：条件 是（yes）、否（no）\n") + "第三条 另\n  另一项 应当具备：\n    “数” 补助额 1元以上\n"
    found = again(small(), policy)
    [more] = [d for d in found.differences if d.path == "outcome.decisions[other]"]
    assert more.recorded is None
    assert more.now["result"] == "yes"


def test_a_result_that_was_changed_with_its_hashes_is_found_by_deciding_again():
    outcome = json.loads(canonical_bytes(small()["outcome"]))
    [grade] = [d for d in outcome["decisions"] if d["outcome"] == "grade" and d["year"] == 2025]
    grade["label"] = "优秀"
    found = again(resealed(small(), outcome=outcome))
    assert [(d.path, d.recorded, d.now) for d in found.differences] == [("outcome.decisions[grade 2025].label", "优秀", "合格")]
    assert not found.touched


def test_a_record_that_does_not_have_its_hash_is_never_the_same():
    found = again({**small(), "run": {"at": "2026-01-01T00:00:00+08:00", "by": "别人", "signed_by": None}})
    assert (found.same, found.touched, found.differences) == (False, True, ())
    assert "记录被改动：内容与它的校验值不符" in Telling("zh").replayed(found)
    [only] = again(sealed({**small(), "outcome_sha256": "0" * 64})).differences
    assert only.path == "outcome_sha256"


def test_another_program_and_another_calendar_with_the_same_outcome_are_told_and_no_difference():
    made = small()
    outcome = {**made["outcome"], "engine": "policylang 0.0.9", "calendar": "chinesecalendar 1.0"}
    calendar = {**made["calendar"], "version": "chinesecalendar 1.0"}
    found = again(resealed(made, engine="policylang 0.0.9", calendar=calendar, outcome=outcome))
    assert found.same
    assert found.engine == ("policylang 0.0.9", made["engine"])
    told = Telling("zh").replayed(found)
    assert told.startswith("复算一致。\n  程序版本：当时 policylang 0.0.9，现在 policylang")
    assert "工作日历版本：当时 chinesecalendar 1.0" in told


def test_years_that_are_published_by_now_are_not_added_twice():
    made = small()
    added = [{"year": 2024, "source": "某通知", "days_off": ["2024-01-01"], "made_up": []}]
    assert again(resealed(made, calendar={**made["calendar"], "added": added})).same


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (SMALL.replace("办法 small", "办法 other"), "是按“small”（《示例办法》）作的，不是按“other”"),
        (SMALL.replace("联系人（contacts）：每年 文本", "联系人（contacts）：每年 日期"), "事实不合现在的办法："),
        (SMALL.replace("  联系人（contacts）：每年 文本\n", ""), "事实不合现在的办法："),
    ],
)
def test_a_policy_that_cannot_take_the_record(policy, says):
    with pytest.raises(RecordError) as caught:
        again(small(), policy)
    assert caught.value.message.zh.startswith(says)


def test_a_reading_that_is_gone():
    with pytest.raises(RecordError, match="no reading gone=x"):
        again({**small(), "readings": {"gone": "x"}})


def test_a_day_that_is_none():
    with pytest.raises(RecordError, match="2025-02-30 is no day"):
        again({**small(), "as_of": "2025-02-30"})


@pytest.mark.parametrize("what", [{"station": "\ud800"}, {"number": 2**60}])
def test_a_record_without_a_canonical_form(what):
    with pytest.raises(RecordError, match="no canonical form"):
        again({**small(), **what})


def test_what_differs_in_the_question_is_told_too():
    made = resealed(small(), readings={})
    assert again(made).same
    asked, _ = question()
    assert dict(asked.readings) == {}
    moved = resealed(small(), as_of="2025-12-11")
    assert [d.path for d in again(moved).differences] == ["outcome.as_of"]


def test_sums_are_told_as_the_measures_print_them():
    told = Telling("zh").whole(example("weihai")) + Telling("zh").whole(example("luzhou")) + Telling("zh").whole(example("liuzhou"))
    for line in ("应给予，5万元至20万元（第九条）", "应给予，不超过10万元（第十一条）", "应给予，3万元（第十三条（一））", "待定，如给予，5万元（"):
        assert line in told
    assert "due, CNY 50,000 to CNY 200,000" in Telling("en").whole(example("weihai"))


def test_all_of_a_record_is_told():
    facts = FACTS + "凭据:\n  引进名单[0]: {核实机关: 市人才办, 核实日期: 2024-06-01}\n  引进人才数: {文号: 某〔2025〕1号}\n"
    told = Telling("zh").whole(small(facts))
    for line in (
        "经办      经办甲", "上一条    （第一条）", "  考核等次 2024：优秀（第一条）",
        "  2024年引进人才数：30（市人才办核定，某〔2025〕1号；9:11）", "市人才办2024年6月1日核定",
    ):  # fmt: skip
        assert line in told
    assert "grade 2024: good (第一条)" in Telling("en").whole(small(facts))
