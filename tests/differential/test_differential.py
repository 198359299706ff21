"""A slice of ``make differential`` for every run of the tests."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from differential import answering, batches
from differential.answering import fewest
from differential.batches import REAL, check
from differential.golden import questions, unlike_golden
from differential.run import main
from policylang.facts.model import Facts
from unit.engines.sql.sql_engines import why_not


@pytest.mark.parametrize("number", range(102, 108, 2))
def test_random_policies(number):
    """Every station of a batch in the arrays and in generated Python, a few in the interpreter."""
    found = check(7, number, 400, ("arrays", "python"), 12)
    assert found.mismatches == []
    assert found.policy == "random"
    assert found.refused or found.rows == {"arrays": 400, "python": 400, "interpreter": 12}


#: Generating Python for a whole measure takes long, so here it is done once for each: for these in a batch, for the others
#: in their golden cases.
BATCHED = ("fuzhou", "luzhou", "xishuangbanna")


@pytest.mark.parametrize("number", range(1, 11, 2))
def test_real_policies(number):
    found = check(7, number, 60, ("arrays", "python") if REAL[number // 2] in BATCHED else ("arrays",), 6)
    assert found.mismatches == []
    assert found.policy == REAL[number // 2]


def test_sql():
    found = check(7, 204, 100, ("arrays", "sql"), 4)
    assert found.mismatches == []
    assert found.rows["sql"] == 100
    assert found.values > 1000


@pytest.mark.parametrize("server", ["sail", "postgres"])
@pytest.mark.parametrize("number", [4, 7])
def test_sql_of_servers(server, number):
    """The same statements in the dialects of Spark and PostgreSQL, a policy made up and a real one."""
    reason = why_not(server)
    if reason is not None:
        pytest.skip(reason)
    found = check(5, number, 20, ("arrays", server), 2)
    assert found.mismatches == []
    assert found.rows[server] == 20
    assert found.values > 1000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded here with what Linux has for it")
def test_sql_of_a_whole_measure_is_planned_in_little_memory():
    """DuckDB once asked for more than 24 GB for this batch, and got none."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", _IN_LITTLE_MEMORY], capture_output=True, text=True, check=False, env=variables)
    assert done.stdout.split()[-3:] == ["xishuangbanna", "50", "0"], done.stderr  # DuckDB shows its progress before


_IN_LITTLE_MEMORY = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
from differential.batches import check
found = check(61, 39, 50, ("sql",), 1)
print(found.policy, found.rows.get("sql"), len(found.mismatches))
"""


@pytest.mark.parametrize("name", REAL)
def test_golden_cases(name):
    """Some of the golden cases; ``make differential`` takes all of them."""
    assert len(questions(name)) > 40
    assert unlike_golden(name, slice(5, None, 40), ("meaning", "arrays")) == []
    if name not in BATCHED:
        assert unlike_golden(name, slice(5, 6), ("python",)) == []


def test_a_mismatch_is_told_with_what_makes_it_again(monkeypatch):
    """An engine that is wrong about one thing, in tables of several stations, is found, with the seed, the policy and the facts."""

    def wrong(outputs, layout, columns):
        found = dict(batches.ENGINES["arrays"](outputs, layout, columns))
        small = (name for name, node in outputs.items() if node.kind == "int" and node.op != "constant" and node.level is None and 0 < node.ends[1] < 9)
        for name in list(small)[: columns.rows > 1]:
            found[name] = sum(outputs[name].ends) - found[name]  # the other way round
        return found

    monkeypatch.setitem(answering.ENGINES, "wrong", wrong)
    found = check(7, 104, 20, ("arrays", "wrong"), 1)
    assert found.mismatches
    assert "seed 7, batch 104 of 20" in found.mismatches[0]
    assert "办法 t 《试行办法》" in found.mismatches[0]
    assert "arrays and wrong differ" in found.mismatches[0]
    assert "only in the table of the batch" in found.mismatches[0]


def test_an_engine_that_breaks_is_a_mismatch(monkeypatch):
    def broken(outputs, layout, columns):
        raise OverflowError

    monkeypatch.setitem(answering.ENGINES, "broken", broken)
    found = check(7, 104, 20, ("arrays", "broken"), 1)
    assert "OverflowError" in found.mismatches[0]


def test_batches_are_the_same_again():
    one, other = (check(3, 4, 30, ("arrays",), 3) for _ in range(2))
    assert one == other


def test_the_fewest_facts():
    facts = Facts({"a": True, "b": False, "v": {"2023": None, "2024": True}, "l": ({"x": True, "y": False}, {"x": True})})
    small = fewest(facts, lambda f: "b" in f.values and any("y" in record for record in f.values.get("l", ())))
    assert small.values == {"b": False, "l": ({"y": False},)}


def test_the_program():
    done = CliRunner().invoke(main, ["--cases", "60", "--rows", "30", "--engines", "arrays", "--sample", "2", "--processes", "1", "--no-golden"])
    assert done.exit_code == 0, done.output
    assert "2 batches; stations: arrays 60, interpreter 4" in done.output.splitlines()[-1]
