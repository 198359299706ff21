"""``evaluate``: readings asked for by name, facts that contradict each other, and looking results up."""

from __future__ import annotations

from datetime import date

import pytest

from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar

DAY = date(2025, 6, 30)


def policy(text):
    found = compile_policy(f"办法 t 《试行办法》\n{text}".encode(), "t.pol")
    assert found.policy is not None, [d.message.zh for d in found.diagnostics]
    return found.policy


def run(core, facts, as_of=DAY, year=None, readings=None, calendar=None):
    found, errors = facts_from_python(core, facts)
    assert not errors
    return evaluate(core, found, as_of, year, readings, calendar)


READ = """事实
  甲（a）：是否
结果
  可（ok）：条件
  级（g）：等级 A级＞B级，每年
第一条
  可 应当具备：甲 且 口径 读作 宽
  级 为 A级，当 甲
  疑义 口径（how）：“？”
    采用 宽（wide）：“一”
    另解 严（strict）：“二”
"""


@pytest.mark.parametrize(
    ("readings", "told"), [({"没有": "宽"}, "没有"), ({"how": "松"}, "how=松"), ({"口径": "松"}, "口径=松")]
)
def test_an_unknown_reading_is_refused(readings, told):
    with pytest.raises(KeyError) as refused:
        run(policy(READ), {}, readings=readings)
    assert refused.value.args == (told,)


def test_a_reading_is_chosen_by_name_or_id():
    core = policy(READ)
    for reading in ({"how": "strict"}, {"口径": "严"}, {"how": "严"}):
        outcome = run(core, {"a": True}, readings=reading)
        assert outcome.readings == (("how", "strict"),)
        assert outcome.decision("ok").value.id == "no"


def test_a_decision_is_found_by_name_and_year():
    outcome = run(policy(READ), {"a": True})
    assert outcome.decision("可") is outcome.decision("ok")
    assert outcome.decision("g", 2025).value.name == "A级"
    assert outcome.decision("g", 2024) is None
    assert outcome.decision("没有") is None
    assert outcome.decision("ok").settled


def test_the_calendar_of_an_office_may_be_given():
    core = policy(
        "事实\n  日（d）：日期\n结果\n  可（ok）：条件\n第一条\n  可 应当具备：日 后 1个工作日 为 2041年1月2日\n"
    )
    facts = {"d": "2041-01-01"}
    assert (
        run(core, facts).decision("ok").needs == frozenset((frozenset(("calendar.2027",)),))
        or not run(core, facts).decision("ok").settled
    )
    longer = Calendar.official()
    for year in range(longer.last_day.year + 1, 2042):
        longer = longer.with_year(year, holidays=[date(year, 1, 1)], workdays=[], source="测试")
    outcome = run(core, facts, calendar=longer)
    assert outcome.decision("ok").value.id == "yes"
    assert outcome.calendar == longer.version


@pytest.mark.parametrize(
    ("constraint", "facts", "zh", "en"),
    [
        ("止 不早于 起", ("2025-01-02", "2025-01-01"), "“止”早于“起”", "earlier than from"),
        ("止 晚于 起", ("2025-01-02", "2025-01-02"), "“止”不晚于“起”", "not later than from"),
        ("起 不晚于 止", ("2025-01-02", "2025-01-01"), "“起”晚于“止”", "later than to"),
        ("起 早于 止", ("2025-01-02", "2025-01-02"), "“起”不早于“止”", "not earlier than to"),
        ("起 为 止", ("2025-01-02", "2025-01-01"), "“起”与规定不符", "breaks a rule of the policy for facts"),
        ("起 不早于 2025年2月1日", ("2025-01-02", None), "“起”与规定不符", "breaks a rule of the policy for facts"),
    ],
)
def test_what_contradicts_what_is_told(constraint, facts, zh, en):
    core = policy(
        f"事实\n  起（from）：日期\n  止（to）：日期\n  须 {constraint}\n结果\n  可：条件\n第一条\n  可 应当具备：起 不晚于 时点\n"
    )
    outcome = run(core, dict(zip(("from", "to"), facts, strict=True)))
    (rejection,) = outcome.rejections
    assert (rejection.zh, rejection.en) == (zh, en)
    assert not outcome.decisions


def test_nothing_is_remembered_between_evaluations():
    core = policy(READ)
    first = run(core, {"a": True})
    run(core, {"a": False})
    assert run(core, {"a": True}) == first


def test_a_condition_without_limbs_has_no_result():
    found = compile_policy(
        "办法 t 《试行办法》\n事实\n  甲（a）：是否\n结果\n  可（ok）：条件\n  态（s）：状态 有、无\n第一条\n  态 为 有，当 可\n".encode(),
        "t.pol",
    )
    assert [d.code for d in found.diagnostics] == ["outcome-without-rules"]
    outcome = run(found.policy, {"a": True})
    assert outcome.decision("ok").value is None
    assert outcome.decision("ok").settled


def test_bytes_that_are_no_text_are_told_and_not_raised():
    found = compile_policy("办法".encode("utf-16"), "t.pol")
    assert found.policy is None
    assert len(found.diagnostics) == 1
    assert len(found.digest) == 64
