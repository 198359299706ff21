"""A policy prepared once answers each station as the interpreter does, and says in short why."""

from datetime import date
from pathlib import Path

import pytest

from policylang import load
from policylang.batch.prepared import Prepared
from policylang.cases.files import read_cases
from policylang.cases.runner import resolved
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python, read_facts
from policylang.plan.answers import differences, expected
from policylang.plan.layout import Key, Layout, whole_layout
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate

POLICIES = Path(__file__).resolve().parents[3] / "policies"
DAY = date(2025, 12, 31)
TEXT = """办法 t 《试行办法》

事实
  人数（n）：数量（人）
  有站长（head）：是否
  违规（bad）：是否

结果
  设站条件（ok）：条件
  等级（g）：等级 A级（A）＞B级（B）

第一条
  设站条件 应当具备：
    （一）人数 5人以上
    （二）有站长

第二条
  等级 为 A级，当 人数 30人以上
  等级 为 B级，其余情形

第三条
  等级 为 B级，优先于 第二条，当 违规
"""


@pytest.fixture(scope="module")
def policy():
    return compile_policy(TEXT.encode(), "t").policy


def test_the_short_trace_names_what_decided_what_failed_and_what_is_missing(policy):
    prepared = Prepared(policy, DAY)
    assert [str(key) for key in prepared.keys] == ["n", "head", "bad"]
    decided = prepared.decide(3, None, None)
    ok = prepared.trace(decided, "ok")
    assert (ok.value, [c.text for c in ok.clauses], [c.text for c in ok.failed]) == ("no", ["第一条（一）"], ["第一条（一）"])
    grade = prepared.trace(decided, "等级")
    assert (grade.value, grade.missing) == ("B", frozenset())
    open_ = prepared.trace(prepared.decide(40, None, None), "g")
    assert (open_.value, open_.missing) == (None, {frozenset({"bad"})})
    assert [c.text for c in open_.failed] == ["第二条"]


def test_a_decision_that_there_is_not_is_refused(policy):
    prepared = Prepared(policy, DAY)
    with pytest.raises(KeyError):
        prepared.trace(prepared.decide(1, True, False), "none")


@pytest.mark.parametrize("facts", [{}, {"n": 40}, {"n": 40, "bad": False, "head": True}, {"n": 4, "head": False}])
def test_all_answers_are_those_of_the_interpreter(policy, facts):
    typed, _ = facts_from_python(policy, facts)
    prepared = Prepared(policy, DAY)
    assert differences(prepared.plan, expected(evaluate(policy, typed, DAY)), prepared(typed)) == ()


def test_a_measure_is_prepared_from_its_file():
    prepared = load("liuzhou").prepare(as_of=date(2025, 3, 3), year=2024, only=["grade"])
    typed, _ = facts_from_python(load("liuzhou").policy, {"引进G类以上人才数": {2024: 30}})
    wanted = expected(evaluate(load("liuzhou").policy, typed, date(2025, 3, 3), 2024, only=["grade"]))
    assert differences(prepared.plan, wanted, prepared(typed)) == ()


def test_facts_that_are_wrong_are_refused(policy):
    prepared = Prepared(policy, DAY)
    assert prepared({"人数": 4, "有站长": True}).decisions["ok", None].value == "no"
    with pytest.raises(ValueError, match="must be a whole number"):
        prepared({"人数": "四"})


def test_without_a_column_a_fact_is_unknown(policy):
    layout = Layout({Key("n"): whole_layout(policy, ()).inputs[Key("n")]})
    prepared = Prepared(policy, DAY, layout=layout)
    assert [str(key) for key in prepared.keys] == ["n"]
    assert prepared.trace(prepared.decide(40), "ok").missing == {frozenset({"head"})}


def cases():
    found = read_cases((POLICIES / "cases" / "weihai.yaml").read_bytes(), "weihai.yaml")[0].cases
    return [case for case in found if not case.population][::9]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_golden_cases_come_out_the_same(case):
    policy = compile_policy((POLICIES / "weihai.pol").read_bytes(), "weihai").policy
    facts, errors = read_facts(policy, case.facts)
    if errors:
        pytest.skip("facts that are refused")
    readings = resolved(policy, dict(case.readings))
    wanted = evaluate(policy, facts, case.as_of, case.year, readings)
    layout = layout_of(policy, [row_of(policy, facts)])
    prepared = Prepared(policy, case.as_of, case.year, readings, layout=layout)
    assert differences(prepared.plan, expected(wanted), prepared(facts)) == ()
    for decision in wanted.decisions:
        if decision.limbs and not decision.guard_failed:
            row = prepared.compiled.row(row_of(policy, facts))
            trace = prepared.trace(tuple(row.values()), decision.outcome.id, decision.year)
            failing = (x.requirement.clause for x in decision.limbs if x.holds is not None and x.holds.value is False)
            assert trace.failed == tuple(dict.fromkeys(failing))
