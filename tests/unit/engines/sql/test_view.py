"""The views of a plan say what the interpreter decides, for stations of the measures that are shipped."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from differential.batches import real_policy
from differential.random_stations import random_stations
from policylang.engines.sql.dialects import dialect
from policylang.engines.sql.facts import read_needs
from policylang.engines.sql.source import Source
from policylang.engines.sql.view import view
from policylang.plan.answers import expected
from policylang.plan.build import plan
from policylang.plan.layout import whole_layout
from policylang.plan.rows import row_of
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar
from unit.engines.sql.sql_tables import tables_of

AS_OF, YEAR, ROWS = date(2025, 12, 31), 2025, 8

#: Enough to have every kind of column; a whole measure takes an engine seconds to plan.
ONLY = {"application", "staffing", "construction_subsidy", "pay_subsidy", "fund_use"}


class Script:
    """A policy, some stations, and what the views say of them: a dict for each row."""

    def __init__(self, engine, policy, seed, only):
        stations = random_stations(policy, ROWS, seed, AS_OF)
        self.policy, self.layout = policy, stations.layout
        self.facts = [stations.facts(number) for number in range(ROWS)]
        self.plan = plan(policy, self.layout, AS_OF, YEAR, None, Calendar.official(), only)
        source = Source.of(self.layout)
        engine.load(tables_of(self.layout, [row_of(policy, facts) for facts in self.facts], source))
        self.text = view(self.plan, engine.dialect, source, "v")
        for statement in self.text.split(";\n"):
            if statement.strip():
                engine.execute(statement.strip())
        self.engine = engine

    def rows(self, name):
        return sorted(self.engine.named(f"SELECT * FROM {self.engine.dialect.quoted(name)}"), key=lambda row: (row["station"], row.get("record", 0)))

    def wanted(self, number):
        return expected(evaluate(self.policy, self.facts[number], AS_OF, YEAR, None, Calendar.official()))


def words(value):
    """What is joined by 、."""
    return [word for word in (value or "").split("、") if word]


def yuan(value):
    return None if value is None else Fraction(value)


def same_line(row, name, line):
    if line is None:
        assert row[name] is None
        return
    assert (row[name], row[f"{name}.shape"]) == (line.status, line.kind)
    assert (yuan(row[f"{name}.low"]), yuan(row[f"{name}.high"])) == (line.low, line.high)
    assert read_needs(row[f"{name}.missing"]) == line.needs
    assert words(row[f"{name}.clauses"]) == [clause.text for clause in line.clauses]


@pytest.mark.parametrize(("name", "seed"), [("liuzhou", 2)])
def test_the_views_say_what_the_interpreter_decides(engine, name, seed):
    if type(engine).__name__ == "PySpark":
        pytest.skip("it takes minutes")
    script = Script(engine, real_policy(name), seed, ONLY)
    rows = script.rows("v")
    assert len(rows) == ROWS
    for number, row in enumerate(rows):
        wanted = script.wanted(number)
        assert words(row["rejected"]) == list(dict.fromkeys(wanted.rejected))
        assert row["unreadable"] == ""
        if wanted.rejected:
            assert {value for key, value in row.items() if key not in ("station", "rejected", "unreadable")} == {None}
            continue
        for own in script.plan.decisions:
            column = own.outcome.id if own.year in (None, YEAR) else f"{own.outcome.id}@{own.year}"
            decision = wanted.decisions.get((own.outcome.id, own.year))
            if decision is not None:
                assert (row[column], set(words(row[f"{column}.possible"]))) == (decision.value, set(decision.possible)), column
                assert read_needs(row[f"{column}.missing"]) == decision.needs
                assert words(row[f"{column}.clauses"]) == [clause.text for clause in decision.clauses]
        for own in script.plan.lines:
            if own.records is None and own.year == YEAR:
                same_line(row, own.outcome.id, wanted.lines.get((own.outcome.id, YEAR, None)))
        for own in script.plan.duties:
            if own.records is None:
                column = own.duty.id if own.period is None else f"{own.duty.id}.{own.period}"
                found = wanted.duties.get((own.duty.id, own.period, None), ())
                if found:
                    assert (row[column], row[f"{column}.due"], read_needs(row[f"{column}.missing"])) == (found[0].result, found[0].due, found[0].needs)
        assert words(row.get("warnings")) == list(wanted.warnings)


def test_the_views_of_lists(engine):
    if type(engine).__name__ == "PySpark":
        pytest.skip("it takes minutes")
    script = Script(engine, real_policy("fuzhou"), 4, {"referral_reward"})
    lists = sorted({own.records for own in script.plan.lines if own.records is not None})
    assert lists
    for name in lists:
        for row in script.rows(f"v_{name}"):
            wanted = script.wanted(row["station"])
            if wanted.rejected:
                assert words(row["rejected"])
                continue
            for own in script.plan.lines:
                if own.records == name and own.year == YEAR:
                    same_line(row, own.outcome.id, wanted.lines.get((own.outcome.id, YEAR, row["record"])))


@pytest.mark.parametrize("name", ["duckdb", "spark", "postgres"])
def test_a_script_tells_what_it_was_made_of(name):
    policy = real_policy("weihai")
    layout = whole_layout(policy, (2024, 2025))
    made = plan(policy, layout, AS_OF, YEAR)
    text = view(made, dialect(name), Source.of(layout, "站"), "威海", digest="0" * 64)
    head = "\n".join(line for line in text.splitlines() if line.startswith("-- "))
    assert "（weihai），办法文件 SHA-256 " + "0" * 64 in head
    assert "时点 2025-12-31，考核年度 2025；" in head
    assert all(f"{reading}={option}" in head for reading, option in made.readings.items())
    assert text == view(plan(policy, layout, AS_OF, YEAR), dialect(name), Source.of(layout, "站"), "威海", digest="0" * 64)
