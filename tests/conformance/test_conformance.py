"""The table of conformance: every row is plain data that any engine must agree with.

A row says in ``says`` what the language promises, gives a ``policy``, and ``cases`` of ``facts`` with what they must
lead to. Only what a case names under ``expect`` is compared, and that exactly:

* ``results``: an outcome (``outcome`` or ``outcome@year``) with its result, or with fields of the outcome document;
* ``money``: a line (``line``, ``line@year`` or ``line#ref``) with its status, or with fields of the document;
* ``duties``: a duty (``duty`` or ``duty@period``, records as ``duty#0``) with its result, or with fields;
* ``totals``, ``warnings`` and ``rejected`` (the paths of facts that are not believed);
* ``quotas``: findings over the ``stations`` of a case, by rule (``rule`` or ``rule#group``).

``results``, ``duties`` … may also hold ``absent`` for something that must not be there.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from differential.answering import unlike
from policylang.compiler import compile_once, compile_policy
from policylang.explain.document import outcome_document
from policylang.explain.population import population_document
from policylang.facts.typed import facts_from_python
from policylang.plan.rows import layout_of, row_of
from policylang.runtime.interpreter import evaluate
from policylang.runtime.quotas import Station, evaluate_population

HERE = Path(__file__).parent
_HEADS = {"result": "decisions", "status": "money"}


def _plain(node):
    """What BaseLoader leaves as text: null is the only word with a meaning of its own."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(item) for item in node]
    return None if node == "null" else node


@cache
def tables():
    return {path.stem: _plain(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)) for path in sorted(HERE.glob("*.yaml"))}


def rows():
    for stem, table in tables().items():
        for row in table:
            for number, case in enumerate(row["cases"], 1):
                name = f"{stem}: {row['id']}" + (f" ({number})" if len(row["cases"]) > 1 else "")
                yield pytest.param(row, case, id=name)


def text(value):
    """A value of a document as a row writes it."""
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case dict():
            return {key: text(inner) for key, inner in value.items()}
        case list():
            return [text(item) for item in value]
        case _:
            return str(value)


def facts_of(policy, written):
    facts, errors = facts_from_python(policy, written)
    assert not errors, [str(error) for error in errors]
    return facts


def station(policy, written):
    recorded = {o.id: o for o in policy.outcomes}
    written_down = (written.get("recorded") or {}).items()
    given = {
        name: next(level for level in recorded[name].levels if level.id == value)
        for name, value in written_down if recorded[name].kind != "money"
    }  # fmt: skip
    due = {name: value == "due" for name, value in written_down if recorded[name].kind == "money"}
    return Station(
        written["id"], facts_of(policy, written.get("facts") or {}), given, written.get("applicant") == "yes", due
    )


def compare(kind, wanted, got, head):
    """``got`` maps each key a row may use to the entries of the document."""
    for key, fields in (wanted or {}).items():
        entry = got.get(key)
        if fields == "absent":
            assert entry is None, f"{kind} {key}: should not be there"
            continue
        assert entry is not None, f"{kind} {key}: not among {sorted(got)}"
        expected = fields if isinstance(fields, dict) else {head: fields}
        assert {name: text(entry.get(name)) for name in expected} == expected, f"{kind} {key}"


def keyed(entries, name, *parts):
    """Entries under their name alone and under their name with each further part."""
    found = {}
    for entry in entries:
        for key in (entry[name], *(f"{entry[name]}{sign}{entry[part]}" for sign, part in parts)):
            found.setdefault(key, entry)
    return found


@cache
def compile_plain(data, name):
    """The core as the compiler makes it: once for all cases of a row."""
    return compile_policy(data, name)


@cache
def compile_kept(data, name):
    """The core as a later command has it, from the cache."""
    compile_once(data, name)
    return compile_once(data, name)


@pytest.mark.parametrize("compiler", [compile_plain, compile_kept], ids=["compiled", "kept"])
@pytest.mark.parametrize(("row", "case"), list(rows()))
def test_row(row, case, compiler):
    compiled = compiler(row["policy"].encode(), f"{row['id']}.pol")
    faults = [(d.code, d.message.zh) for d in compiled.diagnostics]
    assert faults == []
    assert compiled.policy is not None
    as_of = date.fromisoformat(case.get("as_of", "2025-06-30"))
    year = int(case["year"]) if "year" in case else None
    readings = case.get("readings")
    expect = case["expect"]
    known = {"results", "money", "duties", "totals", "warnings", "rejected", "quotas"}
    assert set(expect) <= known, set(expect) - known
    if "stations" in case:
        found = evaluate_population(
            compiled.policy, [station(compiled.policy, s) for s in case["stations"]],
            facts_of(compiled.policy, case.get("facts") or {}), as_of, year, readings,
        )  # fmt: skip
        documents = population_document(found, compiled.policy)
        compare("quota", expect["quotas"], keyed(documents, "rule", ("#", "group")), "result")
        return
    outcome = evaluate(compiled.policy, facts_of(compiled.policy, case.get("facts") or {}), as_of, year, readings)
    document = outcome_document(outcome)
    compare("result", expect.get("results"), keyed(document["decisions"], "outcome", ("@", "year")), "result")
    compare("line", expect.get("money"), keyed(document["money"], "line", ("@", "year"), ("#", "ref")), "status")
    compare("duty", expect.get("duties"), keyed(document["duties"], "duty", ("@", "period"), ("#", "record")), "result")
    if "totals" in expect:
        assert text(document["totals"]) == expect["totals"]
    if "warnings" in expect:
        assert [w["id"] for w in document["warnings"]] == expect["warnings"]
    assert [e["path"] for e in document["input"]["errors"]] == expect.get("rejected", [])


def whole_rows():
    found = {param.values[0]["id"]: param.values[0] for param in rows()}
    return [pytest.param(row, id=name) for name, row in found.items()]


@pytest.mark.parametrize("row", whole_rows())
def test_row_in_every_engine(row):
    """Plans, and each engine that computes them, decide what the interpreter decides: of all stations of the row in one table,
    and of each in a table of its own."""
    policy = compile_plain(row["policy"].encode(), f"{row['id']}.pol").policy
    asked = {}
    for case in row["cases"]:
        as_of = date.fromisoformat(case.get("as_of", "2025-06-30"))
        question = (as_of, int(case["year"]) if "year" in case else None, tuple((case.get("readings") or {}).items()))
        stations = case.get("stations", [case])
        asked.setdefault(question, []).extend(facts_of(policy, each.get("facts") or {}) for each in stations)
    table = layout_of(policy, [row_of(policy, facts) for stations in asked.values() for facts in stations])
    for (as_of, year, readings), stations in asked.items():
        assert unlike(policy, stations, as_of, year, dict(readings), layout=table) == []
        for facts in stations:
            assert unlike(policy, [facts], as_of, year, dict(readings), engines=["meaning"]) == []


def test_the_table_is_there():
    assert sum(1 for _ in rows()) > 150
    ids = [row["id"] for table in tables().values() for row in table]
    assert len(ids) == len(set(ids))
