"""Laws of explanations: what could turn a result is named, nothing idle is, and both languages say the same."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from itertools import product

from generated import compiled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.explain.text import Report
from policylang.facts.model import Facts
from policylang.runtime.interpreter import evaluate
from policylang.semantics.types import Option

AS_OF = date(2024, 6, 1)
slow = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

HEAD = """办法 t 《试行办法》
事实
  甲项（fa）：是否
  乙项（fb）：是否，由 某局 评判
  丙项（fc）：是否，未记载视为 否
  引进数（fn）：数量（人）
  活动数（fm）：数量（场）
  单位性质（fk）：选项（高校（uni）、协会（assoc）、其他（other））
结果
  可（ok）：条件
  级（g）：等级 A级（A）＞B级（B）＞C级（C）
  补（money）：金额
"""
NAMES = {"fa": "甲项", "fb": "乙项", "fc": "丙项", "fn": "引进数", "fm": "活动数", "fk": "单位性质"}
DOMAIN = {
    "fa": [False, True], "fb": [False, True], "fc": [False, True],
    "fn": [Fraction(n) for n in range(3)], "fm": [Fraction(n) for n in range(3)],
    "fk": [Option("高校", "uni"), Option("协会", "assoc"), Option("其他", "other")],
}  # fmt: skip
LEAVES = {
    "fa": ["甲项", "非 甲项"], "fb": ["乙项"], "fc": ["丙项", "非 丙项"], "fn": ["引进数 1人以上", "引进数 不满2人"],
    "fm": ["活动数 2场以上"], "fk": ["单位性质 为 高校", "单位性质 属于 高校、协会"],
}  # fmt: skip


@st.composite
def policies(draw):
    """Every fact in at most one test of the policy, so that none of the tests is idle."""
    order = draw(st.permutations(sorted(LEAVES)))
    leaves = [draw(st.sampled_from(LEAVES[name])) for name in order]
    cuts = sorted(draw(st.sets(st.integers(1, 5), min_size=2, max_size=2)))
    groups = [leaves[: cuts[0]], leaves[cuts[0] : cuts[1]], leaves[cuts[1] :]]

    def joined(parts):
        tree = parts[0]
        for part in parts[1:]:
            tree = f"（{tree} {draw(st.sampled_from(['且', '或']))} {part}）"
        return tree

    first, second, third = (joined(group) for group in groups)
    rest = draw(st.sampled_from(["", "\n  级 为 C级，其余情形"]))
    named = draw(st.booleans())
    define = f"  定义 够格：{first}\n" if named else ""
    return (
        HEAD + f"第1条\n{define}  可 应当具备：\n    {second}\n    {third}\n"
        f"第2条\n  级 为 A级，当 {'够格' if named else first}\n  级 为 B级，当 可{rest}\n第3条\n  补 给予 1万元，当 级 为 A级"
    )


facts_ = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in DOMAIN.items()})


def result(policy, facts, outcome):
    """What was decided, as far as it can be told apart."""
    found = evaluate(policy, Facts(facts), AS_OF)
    if outcome == "money":
        return found.lines[0].status
    decision = found.decision(outcome)
    return decision.value, decision.possible


def told(policy, facts, outcome, lang):
    return Report(evaluate(policy, Facts(facts), AS_OF), lang).explain(outcome)


@slow
@given(policies(), facts_, st.sampled_from(["ok", "g", "money"]))
def test_whatever_would_turn_the_result_is_named_and_nothing_else(text, facts, outcome):
    policy = compiled(text)
    explained = told(policy, facts, outcome, "zh")
    now = result(policy, facts, outcome)
    for name, values in DOMAIN.items():
        turning = [v for v in values if v != facts.get(name) and result(policy, {**facts, name: v}, outcome) != now]
        if turning:
            assert NAMES[name] in explained, (NAMES[name], turning, explained)
    named = {name for name in DOMAIN if NAMES[name] in explained}
    kept = {name: value for name, value in facts.items() if name in named}
    assert result(policy, kept, outcome) == now  # what is named is enough
    reasons = re.sub("还缺.*", "", explained)  # what is missing settles every result it rests on, so it may name more
    for name in (n for n in named if NAMES[n] in reasons):  # and each of it matters in some case
        others = [[*values] for other, values in DOMAIN.items() if other != name]
        keys = [other for other in DOMAIN if other != name]
        assert any(
            len({result(policy, {**dict(zip(keys, case, strict=True)), name: v}, outcome) for v in DOMAIN[name]}) > 1
            for case in product(*others)
        ), (NAMES[name], explained)


@slow
@given(policies(), facts_, st.sampled_from(["ok", "g", "money"]), st.sampled_from(["sentence", "letter", "full"]))
def test_both_languages_say_the_same(text, facts, outcome, level):
    policy = compiled(text)
    found = evaluate(policy, Facts(facts), AS_OF)
    zh, en = (Report(found, lang).explain(outcome, level) for lang in ("zh", "en"))
    assert len(zh.splitlines()) == len(en.splitlines())
    for chinese, english in zip(zh.splitlines(), en.splitlines(), strict=True):
        assert len(chinese) - len(chinese.lstrip()) == len(english) - len(english.lstrip())
        for name, printed in NAMES.items():
            assert (printed in chinese) == (re.search(rf"\b{name}\b", english) is not None), (chinese, english)
        numbers = re.findall(r"\d+(?=[人场])", chinese)
        assert numbers == re.findall(r"\d+(?= (?:people|sessions?))", english), (chinese, english)
