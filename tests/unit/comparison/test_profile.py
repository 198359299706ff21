"""A profile: what goes to which measure, what is held back, what is a mistake."""

from __future__ import annotations

import pytest
from shipped import profile

HEAD = "办法: 对比\n时点: 2025-12-10\n"


def test_a_common_fact_goes_to_the_measures_for_which_it_is_the_same_thing():
    found, faults = profile(f"{HEAD}事实:\n  具有独立法人资格: 是\n")
    assert faults == ()
    assert found.facts["xishuangbanna"].values == {"host_legal_person": True}
    assert found.facts["luzhou"].values == {"host_legal_person": True}
    assert found.facts["weihai"].values == {}
    assert found.given[0].handed["weihai"].way == "not_asked"


def test_class_g_recruits_are_no_professors():
    found, faults = profile(f"{HEAD}事实:\n  年度引进G类以上人才数: {{2025: 30}}\n")
    assert faults == ()
    assert found.facts["liuzhou"].values["g_class_recruits_by_year"]["2025"] == 30
    assert "recruits" not in found.facts["luzhou"].values
    assert "教授级专家" in found.withheld["luzhou"]["recruits"].zh
    assert "recruits_by_year" not in found.facts["xishuangbanna"].values


def test_a_word_that_a_measure_lacks_is_held_back_and_the_words_of_the_others_are_used():
    found, faults = profile(f"{HEAD}事实:\n  设站单位类别: 孵化器\n")
    assert faults == ()
    assert found.facts["weihai"].values["host_kind"].name == "孵化器"
    assert found.withheld["luzhou"]["host_kind"].zh == "泸州没有“孵化器”这一类"
    found, _ = profile(f"{HEAD}事实:\n  设站单位类别: 驻外机构\n")
    assert found.facts["luzhou"].values["host_kind"].name == "驻外办事机构"


def test_a_series_is_put_into_the_words_of_each_measure():
    found, faults = profile(f"{HEAD}事实:\n  年度整改结果: {{2024: 不合格}}\n")
    assert faults == ()
    assert found.facts["fuzhou"].values["rectification_result_by_year"]["2024"].name == "不符合"
    assert found.facts["xishuangbanna"].values["rectification_result_by_year"]["2024"].name == "不合格"


@pytest.mark.parametrize("order", [("专职兼职人员数: 3", "专职人员数: 1"), ("专职人员数: 1", "专职兼职人员数: 3")])
def test_what_another_common_fact_answers_is_not_held_back(order):
    found, faults = profile(f"{HEAD}事实:\n  {order[0]}\n  {order[1]}\n")
    assert faults == ()
    assert found.facts["liuzhou"].values == {"staff_count": 3}
    assert found.facts["luzhou"].values == {"full_time_staff_count": 1}
    assert found.withheld["liuzhou"] == found.withheld["luzhou"] == {}


def test_a_section_of_one_measure_takes_the_place_of_a_common_fact():
    text = f"{HEAD}事实:\n  年度考核结果: {{2025: 优秀}}\n各办法:\n  柳州:\n    评估结论: {{2025: A级}}\n"
    found, faults = profile(text)
    assert faults == ()
    assert found.facts["liuzhou"].values["assessment_by_year"]["2025"].id == "A"
    assert "assessment_by_year" not in found.withheld["liuzhou"]
    assert found.given[0].handed["liuzhou"].way == "own"


def test_day_year_name_and_readings():
    found, faults = profile(f"{HEAD}名称: 甲站\n考核年度: 2024\n读法: {{xs.normally: 一律要求}}\n事实:\n")
    assert faults == ()
    assert (found.name, found.as_of.isoformat(), found.year) == ("甲站", "2025-12-10", 2024)
    assert found.readings == {"xs.normally": "strict"}


@pytest.mark.parametrize(
    ("text", "code", "underlined", "advice"),
    [
        ("事实:\n  有独立法人资格: 是\n", "unknown-fact", "有独立法人资格", "是否应为“具有独立法人资格”？"),
        ("事实:\n  管理期起始日: 2024-01-01\n", "unknown-fact", "管理期起始日", "写在“各办法”的“liuzhou”之下"),
        ("事实:\n  设站单位类别: 孵化噐\n", "bad-fact", "孵化噐", "是否应为“孵化器”？"),
        ("事实:\n  具有独立法人资格: 也许\n", "bad-fact", "也许", None),
        ("各办法:\n  柳洲: {}\n", "unknown-key", "柳洲", "是否应为“柳州”？"),
        ("各办法:\n  liuzhou:\n    站长: 1\n", "unknown-fact", "站长", None),
        ("时间: 2025-01-01\n", "unknown-key", "时间", None),
        ("具有独立法人资格: 是\n", "unknown-key", "具有独立法人资格", None),
        ("考核年度: 明年\n", "bad-period", "明年", "年度写作“2024”"),
        ("时点: 昨天\n", "bad-fact", "昨天", None),
        ("办法: liuzhou\n", "wrong-measure", "liuzhou", None),
        ("读法: {xs.normaly: strict}\n", "unknown-key", "xs.normaly", "是否应为“xs.normally”？"),
        ("读法: {xs.normally: 从宽}\n", "unknown-key", "从宽", "可写：overridable（可以例外）、strict（一律要求）"),
        ("事实: 无\n", "bad-fact", "无", None),
        ("各办法: 无\n", "bad-fact", "无", None),
        ("各办法: {liuzhou: 无}\n", "bad-fact", "无", None),
        ("读法: 无\n", "bad-fact", "无", None),
        ("时点: 2025-01-01\nas_of: 2025-01-01\n", "duplicate-key", "as_of", None),
        ("事实:\n  授牌日期: 2025-01-01\n  plaque_on: 2025-01-01\n", "duplicate-key", "plaque_on", None),
    ],
)
def test_a_mistake_is_shown_once_at_its_place(text, code, underlined, advice):
    _, faults = profile(text)
    assert [fault.code for fault in faults] == [code]
    span = faults[0].primary.span
    assert text[span.start : span.end] == underlined
    if advice is not None:
        assert faults[0].help.zh == advice


def test_an_empty_profile_and_a_list_in_its_place():
    found, faults = profile("")
    assert faults == ()
    assert found.given == ()
    _, faults = profile("- 甲\n")
    assert [fault.code for fault in faults] == ["bad-fact"]
