"""A thousand rules over one number or two are looked up, and say what the interpreter says."""

import itertools
from datetime import date

import pytest

from policylang.batch.prepared import Prepared
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python
from policylang.plan.answers import differences, expected
from policylang.runtime.interpreter import evaluate

HEAD = """办法 t 《试行办法》

事实
  人数（n）：数量（人）
  类别（k）：选项（甲（a）、乙（b））

结果
  补（m）：金额

第一条
"""
DAY = date(2025, 1, 1)


def made(rows):
    found = compile_policy((HEAD + "".join(f"    {row}\n" for row in rows)).encode(), "t")
    assert found.policy is not None
    return found.policy


def same(policy, prepared, facts):
    typed, _ = facts_from_python(policy, facts)
    assert differences(prepared.plan, expected(evaluate(policy, typed, DAY)), prepared(typed)) == ()


@pytest.mark.parametrize("step", [[10] * 60, [1 + n * n % 7 for n in range(60)]], ids=["even", "uneven"])
def test_many_thresholds_on_one_number(step):
    cuts = [sum(step[: n + 1]) for n in range(len(step))]
    rows = (f"补 给予 {i + 1}万元，当 人数 {a}人以上 且 人数 不满{b}人" for i, (a, b) in enumerate(itertools.pairwise(cuts)))
    policy = made(rows)
    prepared = Prepared(policy, DAY, only=["m"])
    assert "return k" in prepared.compiled.source.splitlines()[1]
    for n in (None, 0, cuts[0] - 1, cuts[0], cuts[0] + 1, cuts[30], cuts[-1] - 1, cuts[-1], cuts[-1] + 5):
        same(policy, prepared, {} if n is None else {"n": n})


def test_many_thresholds_and_an_option():
    rows = [
        f"补 给予 {i + 1 + 20 * (k == '乙')}万元，当 类别 为 {k} 且 人数 {5 * i}人以上 且 人数 不满{5 * i + 5}人"
        for i in range(20) for k in "甲乙"
    ]  # fmt: skip
    policy = made(rows)
    prepared = Prepared(policy, DAY, only=["m"])
    for facts in ({}, {"n": 12}, {"k": "a"}, {"n": 12, "k": "b"}, {"n": 99, "k": "a"}, {"n": 100, "k": "a"}):
        same(policy, prepared, facts)
