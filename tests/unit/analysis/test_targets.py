"""What can be asked for, how it is written, and what is said of what cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest
from asking import CORE

from policylang.analysis.targets import Amount, TargetError, parse_target, target_word


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("等级=甲级", "甲级", "A"),
        ("grade=A", "甲级", "A"),
        ("等级＝甲级", "甲级", "A"),
        (" 等级 = A ", "甲级", "A"),
        ("等级=Ａ", "甲级", "A"),
        ("补助=给予", "应给予", "due"),
        ("奖金=可给予", "可以给予", "possible"),
        ("退款=应退回", "应退回", "due"),
        ("补助=10万元", "10万元", "CNY 100000"),
        ("补助=不超过8500元", "不超过8500元", "at most CNY 8500"),
        ("每月=履行", "已履行", "met"),
        ("monthly=not_applicable", "不适用", "not_applicable"),
    ],
)
def test_a_target_in_words(text, zh, en):
    target = parse_target(CORE, text, 2025)
    assert (target_word(target, "zh"), target_word(target, "en")) == (zh, en)


def test_a_ceiling_is_not_the_sum():
    assert parse_target(CORE, "补助=不超过5万元", 2025).wanted == Amount("cap", Fraction(50_000))
    assert parse_target(CORE, "补助=5万元", 2025).wanted == Amount("exact", Fraction(50_000))


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("等机=甲级", "没有“等机”这个结果。是否想写“等级”？可写：条件、", "no outcome “等机”. Did you mean"),
        ("不知所云=甲级", "没有“不知所云”这个结果。可写：", "There are: eligible, "),
        ("", "写明哪一项结果、想要什么，例如“条件=符合”", "as eligible=yes"),
        ("=甲级", "写明哪一项结果", "say which result"),
        ("等级", "例如“等级=甲级”；可写：甲级、乙级、丙级", "as grade=A"),
        ("等级=", "写明想要的结果", "say which result"),
        ("等级=丁级", "“等级”没有“丁级”这个结果；可写：甲级、乙级、丙级", "grade cannot be “丁级”"),
        ("补助=很多", "或一个数额，如“10万元”", "or a sum such as"),
        ("退款=应给予", "可写：应退回、无须退回，或一个数额", "it can be due, not_due"),
        ("每月=完成", "可写：已履行、未履行、不适用", "it can be met, unmet, not_applicable"),
    ],
)
def test_what_cannot_be_asked_for_is_told(text, zh, en):
    with pytest.raises(TargetError) as refused:
        parse_target(CORE, text, 2025)
    assert zh in refused.value.message.zh
    assert en in refused.value.message.en
