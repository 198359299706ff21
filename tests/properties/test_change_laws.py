"""Laws of what would change a result: nothing smaller does, nothing listed fails, and nothing that exists is denied."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

from generated import compiled, drafts, full_facts, joined, paths, trees, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.analysis.cells import COUNT
from policylang.analysis.changes import find_changes
from policylang.analysis.targets import Target
from policylang.facts.model import Facts
from policylang.runtime.interpreter import evaluate
from policylang.semantics import ir
from policylang.semantics.types import Option

AS_OF = date(2024, 6, 1)
slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SMALL = """办法 t 《试行办法》
事实
  甲（a）：是否
  乙（b）：是否，由 某局 评判
  违规（bad）：是否，未记载视为 否
  人数（n）：数量（人）
  实数（m）：数量（人）
  类别（k）：选项（高校（uni）、协会（assoc）、其他（other））
结果
  可（ok）：条件
  级（g）：等级 A级（A）＞B级（B）＞C级（C）
"""
counts = joined(
    st.sampled_from(["人数 ", "计 "]), st.integers(1, 4).map(lambda n: f"{n}人"), st.sampled_from(["以上", "以下"])
)
leaves = st.one_of(
    st.sampled_from(["甲", "乙", "违规", "类别 为 高校", "类别 属于 高校、协会", "人数 不少于 实数", "人数 ＋ 实数 不少于 4人"]),
    counts,
)
DOMAIN = {
    "a": [False, True], "b": [False, True], "bad": [False, True],
    "n": [Fraction(n) for n in range(8)], "m": [Fraction(n) for n in range(8)],
    "k": [Option("高校", "uni"), Option("协会", "assoc"), Option("其他", "other")],
}  # fmt: skip


@st.composite
def small_policies(draw):
    condition = trees(leaves)
    rules = [f"级 为 A级，当 {draw(condition)}", f"级 为 B级，当 {draw(condition)}"]
    rules += draw(st.sampled_from([[], ["级 为 C级，其余情形"], [f"级 为 C级，优先于 第2条，当 {draw(condition)}"]]))
    article = "\n".join(f"  {rule}" for rule in rules)
    limb = draw(condition)
    return SMALL + f"第1条\n  定义 计：实数，未记载时取 人数\n  可 应当具备：\n    {limb}\n第2条\n{article}\n"


@st.composite
def small_facts(draw):
    return {name: draw(st.sampled_from(values[:3])) for name, values in DOMAIN.items() if draw(st.integers(0, 3))}


def least(policy, facts, target):
    """The smallest sets of facts of which some change reaches the target, by trying everything."""
    names = list(DOMAIN)
    choices = [[None, *(v for v in DOMAIN[name] if v != facts.get(name))] for name in names]
    found = set()
    for picked in product(*choices):
        changed = {name: value for name, value in zip(names, picked, strict=True) if value is not None}
        if any(done <= set(changed) for done in found):
            continue
        outcome = evaluate(policy, Facts({**facts, **changed}), AS_OF, only=(target.of.id,))
        if outcome.decisions[0].value == target.wanted:
            found = {done for done in found if not done > set(changed)} | {frozenset(changed)}
    return found


@slow
@given(small_policies(), small_facts(), st.sampled_from(["ok", "g"]), st.data())
def test_the_smallest_changes_are_found(text, facts, outcome, data):
    policy = compiled(text)
    of = next(o for o in policy.outcomes if o.id == outcome)
    target = Target(of, data.draw(st.sampled_from(of.levels)), 2024)
    answer = find_changes(policy, Facts(facts), AS_OF, target)
    sets = least(policy, facts, target)
    assert answer.reached == (frozenset() in sets)
    if answer.reached:
        return
    told = [frozenset(c.cell.fact for c in way.changes) for way in answer.ways]
    assert bool(told) <= bool(sets)
    if answer.proved:  # a search through numbers without end says that it was not
        assert bool(told) == bool(sets)
    if told and answer.proved:
        assert min(map(len, told)) == min(map(len, sets))
        assert set(told) <= sets  # without any one of the changes, and whatever the values, it is not reached
    for way in answer.ways:
        for change in way.changes:
            if isinstance(change.before, Fraction):  # nothing nearer does
                nearer = [v for v in DOMAIN[change.cell.fact] if abs(v - change.before) < abs(change.after - change.before)]
                for value in nearer:
                    other = {**way.facts.values, change.cell.fact: value}
                    decided = evaluate(policy, Facts(other), AS_OF, only=(outcome,)).decisions[0]
                    assert decided.value != target.wanted


def single_changes(policy, facts):
    """Many facts that differ from these in one place."""
    for fact in policy.facts:
        value = facts.values.get(fact.id)
        if isinstance(value, dict):
            for key, old in value.items():
                for other in {Option("优", "top"), Option("差", "low")} if fact.id == "v" else {Fraction(0), Fraction(9)}:
                    if other != old and fact.id in {"v", "w"}:
                        yield Facts({**facts.values, fact.id: {**value, key: other}})
        elif type(fact.type).__name__ == "Boolean" and fact.series is None:
            yield Facts({**facts.values, fact.id: value is not True})
        elif type(fact.type).__name__ == "Number":
            for other in (Fraction(0), Fraction(9)):
                yield Facts({**facts.values, fact.id: other})
        elif type(fact.type).__name__ == "Choice" and fact.series is None:
            for option in fact.type.options:
                yield Facts({**facts.values, fact.id: option})


@settings(slow, max_examples=40)
@given(drafts(anything=True), full_facts(), st.data())
def test_nothing_that_exists_is_denied(draft, facts, data):
    policy = compiled(draft.text())
    hidden = data.draw(st.sets(st.sampled_from(sorted(paths(facts))), max_size=6))
    recorded = typed(policy, without(facts, hidden))
    of = data.draw(st.sampled_from([o for o in policy.outcomes if o.kind != "in_force"]))
    wanted = data.draw(st.sampled_from(["due", "possible", "not_due"] if of.kind == "money" else of.levels))
    target = Target(of, wanted, 2025)
    answer = find_changes(policy, recorded, date(2026, 3, 1), target, 2025)
    for way in answer.ways:
        assert reached(policy, way.facts, target)
    if answer.reached or not answer.proved:
        return
    best = min((len(way.changes) for way in answer.ways), default=None)
    if best != 1:
        assert not any(reached(policy, other, target) for other in single_changes(policy, recorded))


def reached(policy, facts, target):
    outcome = evaluate(policy, facts, date(2026, 3, 1), target.year, only=(target.of.id,))
    results = [r for r in outcome.results if target.concerns(r)]
    return not outcome.rejections and target.reach(results) == "reached"


@settings(slow, max_examples=40)
@given(drafts(anything=True), full_facts(), st.data())
def test_several_changes_that_exist_are_not_denied(draft, facts, data):
    """If random changes of random facts reach a target, it is not called impossible, nor dearer than they are."""
    policy = compiled(draft.text())
    recorded = typed(policy, facts)
    changed = data.draw(st.sets(st.sampled_from(sorted(set(facts) - {"city", "l"})), min_size=1, max_size=3))
    other = data.draw(full_facts())
    after = typed(policy, {**facts, **{name: other[name] for name in changed}})
    known = (*policy.outcomes, *{duty.id: duty for duty in policy.duties}.values())
    of = data.draw(st.sampled_from([o for o in known if getattr(o, "kind", "") != "in_force"]))
    if isinstance(of, ir.Duty):
        wanted = data.draw(st.sampled_from(["met", "unmet", "not_applicable"]))
    else:
        wanted = data.draw(st.sampled_from(["due", "possible", "not_due"] if of.kind == "money" else of.levels))
    target = Target(of, wanted, 2025)
    if not reached(policy, after, target):
        return
    answer = find_changes(policy, recorded, date(2026, 3, 1), target, 2025)
    assert answer.reached or answer.ways or not answer.proved
    if answer.ways and answer.proved:
        assert min(number(way) for way in answer.ways) <= differences(recorded, after)


def number(way):
    return len([change for change in way.changes if not change.added or change.cell.key == COUNT])


def differences(before, after):
    """In how many single places facts differ."""
    found = 0
    for name, value in after.values.items():
        old = before.values.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            found += sum(content != old.get(key) for key, content in value.items())
        elif isinstance(value, frozenset) and isinstance(old, frozenset):
            found += len(value ^ old)
        else:
            found += value != old
    return found
