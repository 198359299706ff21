"""The task of the benchmarks: the interpreter and the engines answer it alike, in whatever form a yes or no comes."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "benchmarks" / "peers"
YES_OR_NO = ("far24", "far25", "nom24", "nom25", "fraud")


@pytest.fixture(scope="module")
def peers():
    """The modules of the benchmark by name; they find each other as programs in one folder do."""
    sys.path.insert(0, str(PEERS))
    names = ("task", "plain", "columns", "with_ours")
    try:
        yield {name: import_module(name) for name in names}
    finally:
        sys.path.remove(str(PEERS))
        for name in names:
            sys.modules.pop(name, None)


def test_its_policy_has_no_findings():
    command = [sys.executable, "-m", "policylang", "check", str(PEERS / "station.pol")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "已检查1个文件：没有发现问题\n", "")


@pytest.mark.parametrize(("adapter", "unknown"), [("Interpreter", 0.0), ("Interpreter", 0.2), ("Generated", 0.0), ("Open", 0.2)])
def test_one_by_one(peers, adapter, unknown):
    task, plain = peers["task"], peers["plain"]
    engine = getattr(peers["with_ours"], adapter)()
    right = plain.decide_open if unknown else plain.decide
    for station in task.stations(300, seed=11, unknown=unknown):
        assert task.comparable(engine.decide(station)) == task.comparable(right(station)), station


@pytest.mark.parametrize(("adapter", "unknown"), [("OnArrays", 0.0), ("OpenArrays", 0.2)])
def test_on_arrays(peers, adapter, unknown):
    task, plain = peers["task"], peers["plain"]
    engine = getattr(peers["with_ours"], adapter)()
    asked = task.stations(3000, seed=12, unknown=unknown)
    found = engine.answers(engine.batch(engine.prepared(peers["columns"].arrays_of(asked))))
    right = plain.decide_open if unknown else plain.decide
    assert list(map(task.comparable, found)) == [task.comparable(right(station)) for station in asked]




def test_the_interpreter_takes_no_number_for_a_yes_or_no(peers):
    """It is refused with a message; what hangs on it stays open, and no grade is given without it."""
    policy, ours = peers["with_ours"].policy(), peers["with_ours"]
    facts, errors = facts_from_python(
        policy, {"recruits": {2024: 40, 2025: 40}, "far_below": {2025: 1}, "nominal_only": {2025: False}, "fraud": 0}
    )
    assert [error.path for error in errors] == ["far_below.2025", "fraud"]
    outcome = evaluate(policy, facts, ours.AS_OF, ours.YEAR)
    grade = next(each for each in outcome.decisions if each.outcome.id == "grade" and each.year == ours.YEAR)
    assert grade.value is None
    assert {option.id for option in grade.possible} == {"A", "fail"}
    base = next(each for each in outcome.lines if each.outcome.id == "base")
    assert base.status == "undetermined"


def test_the_interpreter_takes_no_yes_for_a_number(peers):
    facts, errors = facts_from_python(peers["with_ours"].policy(), {"recruits": {2025: True}})
    assert [error.path for error in errors] == ["recruits.2025"]
    assert facts.values["recruits"] == {}


@pytest.mark.parametrize("form", [int, np.bool_, np.int8])
@pytest.mark.parametrize("adapter", ["Generated", "Open"])
def test_generated_python_takes_every_form_of_a_yes(peers, adapter, form):
    task, plain = peers["task"], peers["plain"]
    engine = getattr(peers["with_ours"], adapter)()
    for station in task.stations(300, seed=13):
        asked = {**station, **{name: form(station[name]) for name in YES_OR_NO}}
        assert engine.decide(asked) == plain.decide(station), station


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.float64])
@pytest.mark.parametrize("adapter", ["OnArrays", "OpenArrays"])
def test_arrays_take_every_form_of_a_yes(peers, adapter, kind):
    task, plain = peers["task"], peers["plain"]
    engine = getattr(peers["with_ours"], adapter)()
    asked = task.stations(1000, seed=14)
    facts = peers["columns"].arrays_of(asked)
    facts |= {name: facts[name].astype(kind) for name in YES_OR_NO}
    assert engine.answers(engine.batch(engine.prepared(facts))) == [plain.decide(station) for station in asked]
