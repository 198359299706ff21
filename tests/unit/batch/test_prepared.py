"""A policy prepared once answers each station as the interpreter does, and says in short why."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from policylang import load
from policylang.batch.prepared import Prepared
from policylang.cases.files import read_cases
from policylang.cases.runner import resolved
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python, read_facts
from policylang.plan.answers import differences, expected
from policylang.plan.layout import Key, Layout, whole_layout
from policylang.plan.meaning import NEVER, NULL, Row
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


def test_earlier_years_are_answered_when_they_are_asked_for():
    measure = load("liuzhou")
    typed, _ = facts_from_python(measure.policy, {"引进G类以上人才数": {2023: 3, 2024: 30}})
    wanted = expected(evaluate(measure.policy, typed, date(2025, 3, 3), 2024, only=["grade"]))
    asked = measure.prepare(as_of=date(2025, 3, 3), year=2024, only=["grade"])(typed)
    every = measure.prepare(as_of=date(2025, 3, 3), year=2024, only=["grade"], earlier=True)(typed)
    assert set(asked.decisions) == {("grade", 2024)}
    assert {year for _, year in every.decisions} > {2023, 2024}
    assert all(every.decisions[key] == own for key, own in wanted.decisions.items())
    assert asked.decisions["grade", 2024] == wanted.decisions["grade", 2024]


def test_money_and_yearly_duties_are_those_of_the_year_unless_earlier_ones_are_asked_for():
    measure = load("liuzhou")
    only, day = ["construction_subsidy", "clawback", "pay_subsidy"], date(2025, 3, 3)
    asked, every = (measure.prepare(as_of=day, year=2024, only=only, earlier=each).plan for each in (False, True))
    assert {line.year for line in asked.lines} == {2024, 2025} & {line.year for line in every.lines}
    assert {2023, 2024} <= {line.year for line in every.lines}
    yearly = [{duty.period for duty in own.duties if duty.duty.yearly} for own in (asked, every)]
    assert yearly[0] == {"2024"} < yearly[1]
    assert {duty.duty for duty in asked.duties} == {duty.duty for duty in every.duties}


def test_the_trace_is_that_of_the_year_in_question():
    measure = load("liuzhou")
    prepared = measure.prepare(as_of=date(2025, 3, 3), year=2024, only=["grade"], earlier=True)
    started = {"management_start_on": date(2022, 1, 1), "measure_effective_from": date(2022, 1, 1)}
    typed, _ = facts_from_python(measure.policy, {**started, "评估结论": {2023: "不合格", 2024: "A级"}})
    decided = prepared.decide(*prepared.compiled.cells(row_of(measure.policy, typed)))
    values = [prepared.trace(decided, "grade", year).value for year in (None, 2024, 2023)]
    assert values == [prepared(typed).decisions["grade", year].value for year in (2024, 2024, 2023)]
    assert values[0] == values[1] != values[2]
    with pytest.raises(KeyError):
        prepared.trace(decided, "grade", 1999)


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


def cases(name="weihai", step=9):
    found = read_cases((POLICIES / "cases" / f"{name}.yaml").read_bytes(), f"{name}.yaml")[0].cases
    return [case for case in found if not case.population][::step]


def run(source):
    """A module from its source."""
    space = {"__name__": "saved"}
    exec(compile(source, "saved", "exec"), space)
    return SimpleNamespace(**space)


def same_words(module, cell):
    """A cell with the module's own words for what is no value."""
    if isinstance(cell, list):
        return [tuple(same_words(module, one) for one in record) for record in cell]
    return module.never if cell is NEVER else module.null if cell is NULL else cell


@pytest.mark.parametrize("name", ["fuzhou", "liuzhou", "luzhou", "weihai", "xishuangbanna"])
def test_a_module_says_the_same(name):
    """Values, clauses, missing facts, money and duties of golden cases."""
    policy = compile_policy((POLICIES / f"{name}.pol").read_bytes(), name).policy
    seen = set()
    for case in cases(name, 40):
        facts, _ = read_facts(policy, case.facts)
        prepared = Prepared(policy, case.as_of, case.year, resolved(policy, dict(case.readings)), layout=layout_of(policy, [row_of(policy, facts)]))
        module = run(prepared.module())
        assert len(module.KEYS) == len(prepared.keys)
        cells = prepared.compiled.cells(row_of(policy, facts))
        told = module.told(module.decide(*[same_words(module, cell) for cell in cells]), module.TABLES)
        wanted = prepared(facts)
        assert told["rejected"] == wanted.rejected
        if wanted.rejected:
            continue
        assert told["warnings"] == wanted.warnings
        for (outcome, year), own in wanted.decisions.items():
            found = told[outcome if year is None else f"{outcome}@{year}"]
            assert (found["value"], found["clauses"], found["failed"], found["missing"]) == (
                own.value, tuple(dict.fromkeys(c.text for c in own.clauses)), tuple(dict.fromkeys(c.text for c in own.failed)), own.needs,
            )  # fmt: skip
        for (outcome, year, record), own in wanted.lines.items():
            found = told[f"{outcome}@{year}" + ("" if record is None else f"[{record}]")]
            assert (found["status"], found["low"], found["high"], found["missing"]) == (own.status, own.low, own.high, own.needs)
            assert (found["shape"], found["clauses"]) == (own.kind, tuple(dict.fromkeys(c.text for c in own.clauses)))
        for (duty, period, record), several in wanted.duties.items():
            found = told[duty + ("" if period is None else f"@{period}") + ("" if record is None else f"[{record}]")]
            assert [(one["finding"], one["due"], one["missing"]) for one in found] == [
                (one.result, one.due.toordinal() if one.due else None, one.needs) for one in several
            ]
        seen |= {"lines"} if wanted.lines else set()
        assert len(told) == 2 + len(wanted.decisions) + len(wanted.lines) + len(wanted.duties)
    assert seen == {"lines"}


def test_a_module_needs_nothing_but_python(tmp_path):
    """It runs where there is no policylang, and quickly: it imports little."""
    prepared = load("liuzhou").prepare(as_of=date(2025, 3, 3), year=2024, only=["grade"])
    (tmp_path / "grade.py").write_text(prepared.module(), encoding="utf-8")
    program = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
import grade
found = grade.decide(*[None] * {len(prepared.compiled.cells(Row({})))})
print(grade.told(found, grade.TABLES)["grade@2024"]["value"], "policylang" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "False"]


def test_a_module_says_when_a_duty_began_too_long_ago():
    policy = compile_policy((POLICIES / "weihai.pol").read_bytes(), "weihai").policy
    module = run(Prepared(policy, DAY).module())
    found = [0] * 10_000
    found[module.TABLES["early"]] = True
    with pytest.raises(ValueError, match="began before"):
        module.told(found, module.TABLES)


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
