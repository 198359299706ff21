"""One form for what the interpreter and a plan decide, and what differs between two of them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python
from policylang.plan.answers import Answers, DutyAnswer, answers, differences, expected
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.meaning import Meaning
from policylang.plan.model import Clauses, DecisionPlan, DutyPlan, LinePlan, Plan
from policylang.plan.rows import row_of
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar
from policylang.semantics.types import Boolean

POLICY = """办法 t 《试行办法》
事实
  甲（a）：是否
  名单（l）：清单（人）：
    认定（e）：是否
结果
  可（ok）：条件
  奖（award）：金额，对每一 名单
第一条
  可 应当具备：甲
第二条
  奖 给予 1.5万元，当 认定
第三条
  职责 逐项（each）：认定，对每一 名单
  提示 提（note）：“注意。”，当 甲
"""
policy = compile_policy(POLICY.encode(), "t.pol").policy
AS_OF, YEAR = date(2025, 6, 30), 2025


def typed(facts):
    found, errors = facts_from_python(policy, facts)
    assert not errors
    return found


def made():
    """By hand, what the lowering should make of it."""
    layout = Layout(
        {Key("a"): Input(Boolean()), Key("l", None, "e"): Input(Boolean())}, {"l": 3}, frozenset({"l"})
    )  # fmt: skip
    g = Graph(layout)
    ok, award = policy.outcomes
    known, yes = g.known(Key("a")), g.truth(Key("a"))
    value = g.choose([(g.no(known), g.integer(-1)), (yes, g.integer(0))], g.integer(1))
    no = g.false
    decision = DecisionPlan(
        ok, None, value, g.choose([(g.no(known), g.integer(3)), (yes, g.integer(1))], g.integer(2)),
        g.gate(g.no(known), g.missing("a")), Clauses((ok.requirements[0].clause,), (g.integer(1),)), g.integer(0),
        no, no, no, g.integer(-1), Clauses((ok.requirements[0].clause,), (g.pack([g.both(known, g.no(yes))]),)),
    )  # fmt: skip
    there, held = g.known(Key("l", None, "e")), g.truth(Key("l", None, "e"))
    lines = [
        LinePlan(
            award, YEAR, records, exists, g.choose([(g.no(there), g.integer(3)), (held, g.integer(0))], g.integer(2)),
            g.choose([(g.both(there, g.no(held)), g.integer(3))], g.integer(0)), open_, g.integer(1_500_000), open_,
            g.integer(1_500_000), 100, g.gate(g.no(there), needs), Clauses((award.rules[0].clause,), (g.integer(1),)),
            no, no, g.integer(0), no,
        )
        for records, exists, there, held, open_, needs in (
            (None, g.no(g.listed("l")), no, no, g.true, g.missing("l")),
            ("l", g.true, there, held, g.no(g.both(there, g.no(held))), g.missing_field("l", "e")),
        )
    ]  # fmt: skip
    duty = DutyPlan(
        policy.duties[0], None, "l", g.true,
        g.choose([(g.no(there), g.integer(3)), (held, g.integer(0))], g.integer(1)), g.integer(0),
        g.gate(g.no(there), g.missing_field("l", "e")),
    )  # fmt: skip
    calendar = Calendar.official()
    return Plan(
        policy, AS_OF, YEAR, {}, calendar, g, (), (decision,), tuple(lines), (duty,), ((policy.warnings[0], yes),), no
    )  # fmt: skip


def both(facts):
    row = row_of(policy, typed(facts))
    found = answers(made(), Meaning(row), lambda name: len(row.lists.get(name) or ()))
    return expected(evaluate(policy, typed(facts), AS_OF, YEAR)), found


def test_the_same_answers_from_both():
    for facts in (
        {}, {"a": True}, {"a": False}, {"l": []}, {"a": True, "l": [{"e": True}, {}, {"e": False}]}, {"l": [{}]},
    ):  # fmt: skip
        wanted, found = both(facts)
        assert differences(made(), wanted, found) == ()
        assert wanted == found


def test_what_an_answer_holds():
    wanted, _ = both({"a": True, "l": [{"e": True}, {}]})
    assert wanted.decisions["ok", None].value == "yes"
    assert wanted.decisions["ok", None].possible == {"yes"}
    assert wanted.lines["award", 2025, 0].high == Fraction(15_000)
    assert wanted.lines["award", 2025, 1].needs == {frozenset({"l[1].e"})}
    assert wanted.duties["each", None, 1] == (DutyAnswer("undetermined", None, frozenset({frozenset({"l[1].e"})})),)
    assert wanted.warnings == ("note",)


def test_every_difference_is_told():
    plan = made()
    wanted, found = both({"l": [{"e": True}]})
    decision = found.decisions["ok", None]
    other = replace(found, decisions={("ok", None): replace(decision, value="no", needs=frozenset())}, warnings=("x",))
    told = differences(plan, wanted, other)
    assert told == (
        "ok.value: None expected, no found",
        "ok.needs: [['a']] expected, [] found",
        "warnings: [] expected, ['x'] found",
    )
    assert [t.split(":")[1].strip() for t in differences(plan, wanted, replace(found, lines={}))] == ["missing"]
    assert "not expected" in differences(plan, replace(wanted, duties={}), found)[0]
    duty = wanted.duties["each", None, 0][0]
    twice = replace(found, duties={("each", None, 0): (duty, replace(duty, due=AS_OF))})
    assert differences(plan, wanted, twice) == ("each@0: 1 expected, 2 found",)
    assert differences(plan, wanted, Answers(rejected=("a",))) == ("rejected: [] expected, ['a'] found",)


def test_an_earlier_year_is_compared_only_where_both_have_it():
    plan = made()
    wanted, found = both({})
    extra = {**found.decisions, ("ok", 2020): found.decisions["ok", None]}
    assert differences(plan, wanted, replace(found, decisions=extra)) == ()
    assert differences(plan, replace(wanted, decisions=extra), found) == ()
    this = {**found.decisions, ("ok", 2025): found.decisions["ok", None]}
    assert len(differences(plan, wanted, replace(found, decisions=this))) == 1
