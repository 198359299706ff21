"""Laws that hold for every policy and all facts, tried on policies made up at random.

Two things are outside the laws about what is known, because the language says so: a year that is not over counts only
once its result is recorded, and a recorded decision of an authority outranks what would be derived. So the policies of
those laws derive everything and are asked in the year after.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from generated import YEARS, compiled, drafts, full_facts, paths, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.cases.files import read_cases
from policylang.compiler import compile_policy
from policylang.explain.document import outcome_document
from policylang.explain.schema import outcome_schema
from policylang.explain.text import Report
from policylang.facts.model import Facts
from policylang.facts.typed import read_facts
from policylang.runtime.interpreter import evaluate
from policylang.runtime.quotas import Station, evaluate_population
from policylang.semantics import ir
from policylang.semantics.values import (
    MAX_ALTERNATIVES,
    NOTHING,
    SETTLED,
    Truth,
    conjunction,
    disjunction,
    either,
    in_order,
    negate,
    smallest,
    together,
)
from policylang.syntax.formatter import format_policy
from policylang.syntax.parser import parse

ROOT = Path(__file__).resolve().parents[2]
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
AFTER, YEAR = date(2026, 3, 1), 2025


def decide(policy, facts, as_of=AFTER, year=YEAR, readings=None):
    return evaluate(policy, facts if isinstance(facts, Facts) else typed(policy, facts), as_of, year, readings)


# Truth and needs ------------------------------------------------------------------------------------------------

names = st.sampled_from("abcd")
needs = st.sets(st.frozensets(names, min_size=1, max_size=2), min_size=1, max_size=3).map(smallest)
truths = st.one_of(st.sampled_from([Truth(value=True), Truth(value=False)]), needs.map(lambda n: Truth(None, n)))
TABLE = {
    "all": {(True, True): True, (True, False): False, (False, False): False, (True, None): None, (False, None): False,
            (None, None): None},
    "any": {(True, True): True, (True, False): True, (False, False): False, (True, None): True, (False, None): None,
            (None, None): None},
}  # fmt: skip


@given(truths, truths)
def test_kleene_tables(one, other):
    for table, combine in (("all", conjunction), ("any", disjunction)):
        known = TABLE[table]
        wanted = known.get((one.value, other.value), known.get((other.value, one.value)))
        assert combine([one, other]).value is wanted
        assert combine([other, one]).value is wanted
    assert negate(one).value is (None if one.value is None else not one.value)
    assert negate(negate(one)) == one
    assert conjunction([]).value is True
    assert disjunction([]).value is False


@given(st.lists(truths, max_size=4))
def test_de_morgan_with_what_is_missing(limbs):
    assert negate(conjunction(limbs)) == disjunction([negate(limb) for limb in limbs])
    assert negate(disjunction(limbs)) == conjunction([negate(limb) for limb in limbs])


@given(st.lists(truths, min_size=1, max_size=4), st.permutations(range(4)))
def test_the_order_of_limbs_does_not_matter(limbs, order):
    turned = [limbs[place] for place in order if place < len(limbs)]
    assert conjunction(turned) == conjunction(limbs)
    assert disjunction(turned) == disjunction(limbs)


@given(st.lists(truths, min_size=1, max_size=3), st.data())
def test_one_way_settles_every_limb(limbs, data):
    """Each alternative of a conjunction holds one whole alternative of each open limb."""
    found = conjunction(limbs)
    if found.value is None:
        way = data.draw(st.sampled_from(sorted(found.needs, key=sorted)))
        assert all(any(own <= way for own in limb.needs) for limb in limbs if limb.value is None)


@given(needs, needs)
def test_needs(one, other):
    both, ways = together(one, other), either(one, other)
    assert all(any(a <= way for a in one) and any(b <= way for b in other) for way in both)
    assert all(any(way <= own for way in ways) for own in one | other)
    for found in (both, ways):
        assert not any(a < b for a in found for b in found)
    assert together(SETTLED, one) == together(one, SETTLED) == one
    assert [set(way) for way in in_order(one)] == sorted([set(w) for w in one], key=lambda w: (len(w), sorted(w)))


def test_too_many_alternatives_become_one_that_is_sure():
    many = {frozenset((f"a{n}", f"b{n}")) for n in range(MAX_ALTERNATIVES + 1)}
    assert smallest(many) == frozenset((frozenset().union(*many),))
    assert repr(NOTHING) == "NOTHING"


# Knowledge ------------------------------------------------------------------------------------------------------


def results(outcome):
    """Every result under its name: settled or not, what it is, and what it can still be."""
    found = {}
    for d in outcome.decisions:
        found["decision", d.outcome.id, d.year] = (
            d.needs, d.conflict, d.value, frozenset(d.possible), "conflict" if d.conflict else d.value,
        )  # fmt: skip
    for x in outcome.lines:
        value = (x.status, x.amount.kind, x.amount.low, x.amount.high, x.amount.document)
        found["line", x.outcome.id, x.year, x.record] = (x.needs, x.status == "conflict", value, x.amount, value)
    for d in outcome.duties:
        if d.result != "pending":
            found["duty", d.duty.id, d.period, d.record] = (d.needs, False, d.result, None, d.result)
    return found


def inside(amount, later):
    if amount.kind == "none" or later[0] in {"not_due", "conflict"}:
        return True
    low = amount.low is None or (later[2] is not None and later[2] >= amount.low)
    high = amount.high is None or (later[3] is not None and later[3] <= amount.high)
    return later[1] == amount.kind and low and high


def check_more_knowledge(before, after):
    """What is settled stays; what is open becomes something that was possible."""
    for key, (open_, conflict, value, possible, shown) in before.items():
        later_open, later_conflict, later, _, later_shown = after[key]
        if not open_ and not conflict:
            assert not later_open, key
            assert later_shown == shown, (key, shown, later_shown)
        elif conflict:
            assert later_conflict or key[0] == "line", key
        elif key[0] == "decision":
            assert later is None or later in possible, (key, later, possible)
        elif key[0] == "line":
            assert inside(possible, later), (key, possible, later)
            assert value[0] == "undetermined" or later[0] in (value[0], "conflict"), (key, value, later)


@slow
@given(drafts(), full_facts(), st.data())
def test_more_knowledge_never_changes_what_is_settled(draft, facts, data):
    policy = compiled(draft.text())
    everything = sorted(paths(facts))
    missing = data.draw(st.sets(st.sampled_from(everything)))
    fewer = data.draw(st.sets(st.sampled_from(sorted(missing)))) if missing else set()
    least, some, full = (results(decide(policy, without(facts, gone))) for gone in (missing, fewer, set()))
    if "l" in missing:
        least = {key: value for key, value in least.items() if key in some}
    check_more_knowledge(least, some)
    check_more_knowledge({key: value for key, value in some.items() if key in full}, full)
    assert not any(open_ for key, (open_, *_) in full.items() if key[2] != min(YEARS) and key[1] != "once")


@slow
@given(drafts(), full_facts(), st.data())
def test_each_alternative_is_enough(draft, facts, data):
    policy = compiled(draft.text())
    everything = set(paths(facts))
    missing = data.draw(st.sets(st.sampled_from(sorted(everything)), min_size=1))
    for key, (open_, *_) in results(decide(policy, without(facts, missing))).items():
        for way in open_:
            # A conflict elsewhere is asked for by the name of its outcome: no fact can settle it.
            if way <= everything | {"l"}:
                whole = {p for p in missing if p.startswith("l[")} if "l" in way else set()
                filled = results(decide(policy, without(facts, missing - way - whole)))
                # A list that is known has a line for each of its records, and none for itself.
                gone = "l" in way and key not in filled
                assert gone or not filled[key][0], (key, way, filled[key])


# Nothing depends on order, and nothing fails ----------------------------------------------------------------------


def summary(outcome):
    """The results without the order in which rules stand."""
    document = outcome_document(outcome)
    for entry in (*document["decisions"], *document["money"]):
        entry["tested"] = sorted(json.dumps(t, ensure_ascii=False, sort_keys=True) for t in entry["tested"])
        for name in ("clauses", "relied_on", "failed", "consequences"):
            entry[name] = sorted(json.dumps(x, sort_keys=True) for x in entry.get(name, []))
        entry.pop("bounds", None)
    for part, name in (("decisions", "outcome"), ("money", "line"), ("duties", "duty"), ("warnings", "id")):
        document[part] = sorted(
            document[part], key=lambda e: (e[name], str(e.get("year")), str(e.get("period")), str(e.get("record")))
        )
    return document


@slow
@given(drafts(anything=True), full_facts(), st.data())
def test_the_order_of_statements_does_not_matter(draft, facts, data):
    facts = without(facts, data.draw(st.sets(st.sampled_from(sorted(paths(facts))))))
    there = summary(decide(compiled(draft.text()), facts))
    turned = draft.text(lambda statements: data.draw(st.permutations(statements)))
    assert summary(decide(compiled(turned), facts)) == there


def no_floats(node):
    assert not isinstance(node, float), node
    assert isinstance(node, (dict, list, str, int, type(None))), type(node)
    if isinstance(node, dict):
        assert all(isinstance(key, str) for key in node)
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            no_floats(inner)


some_facts = st.fixed_dictionaries({}, optional={
    "bad": st.booleans(), "gone": st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    "posts": st.dictionaries(st.dates(date(2023, 1, 1), date(2026, 1, 1)).map(lambda d: f"{d:%Y-%m}"), st.integers(0, 3)),
    "verdict": st.dictionaries(st.integers(2000, 2030).map(str), st.sampled_from(["up", "down", None])),
    "v": st.dictionaries(st.integers(1, 9998).map(lambda y: f"{y:04}"), st.sampled_from(["top", "low", None]), max_size=3),
})  # fmt: skip


@slow
@given(
    drafts(anything=True), full_facts(), some_facts, st.dates(date(2004, 1, 1), date(2030, 12, 31)),
    st.one_of(st.none(), st.integers(2000, 2035)), st.sampled_from([None, {"how": "strict"}, {"口径": "宽"}]), st.data(),
)  # fmt: skip
def test_whatever_is_well_typed_is_decided_the_same_each_time_without_floats(
    draft, facts, more, as_of, year, readings, data
):
    policy = compiled(draft.text())
    facts = without({**facts, **more}, data.draw(st.sets(st.sampled_from(sorted(paths({**facts, **more}))))))
    outcome = decide(policy, facts, as_of, year, readings)
    document = outcome_document(outcome)
    no_floats(document)
    jsonschema.validate(document, outcome_schema())
    turned = dict(reversed(facts.items()))
    again = outcome_document(decide(compiled(draft.text()), turned, as_of, year, readings))
    assert json.dumps(again, ensure_ascii=False) == json.dumps(document, ensure_ascii=False)
    for lang in ("zh", "en"):
        report = Report(outcome, lang)
        assert report.overview().endswith("\n")
        assert report.explain().endswith("\n")
    stations = [Station("x", typed(policy, facts), {}), Station("y", typed(policy, {}), {}, applicant=True)]
    for result in evaluate_population(policy, stations, typed(policy, {}), as_of, year):
        assert result.result in {"ok", "warn", "violated", "undetermined"}


# Both languages are one policy --------------------------------------------------------------------------------------


def in_english(source):
    found = compile_policy(source, "t.pol")
    english = compile_policy(format_policy(parse(found.source), found.source, "en").encode(), "t.pol")
    assert found.policy is not None
    assert [(d.code, d.message) for d in english.diagnostics if d.severity.value == "error"] == []
    return found.policy, english.policy


@slow
@given(drafts(anything=True))
def test_the_english_twin_means_the_same(draft):
    chinese, english = in_english(draft.text().encode())
    assert english == chinese


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*.pol")), ids=lambda path: path.stem)
def test_the_english_twin_of_a_measure_means_the_same(path):
    chinese, english = in_english(path.read_bytes())
    assert english == chinese


# The measures themselves --------------------------------------------------------------------------------------------


def golden():
    for path in sorted((ROOT / "policies" / "cases").glob("*.yaml")):
        found, _ = read_cases(path.read_bytes(), path.name)
        yield from (
            case for case in found.cases if not case.population and (ROOT / "policies" / f"{case.measure}.pol").exists()
        )


MEASURES = {
    path.stem: compile_policy(path.read_bytes(), path.name).policy for path in sorted((ROOT / "policies").glob("*.pol"))
}


def removable(policy):
    """Facts that settle nothing by their absence: no default, no history, no stand-in, no first day."""
    from policylang.semantics.walk import everything

    expressions = [d.body for d in policy.definitions]
    preferred = {
        part.fact for body in expressions for known in everything(body) if isinstance(known, ir.FirstKnown)
        for part in everything(known) if isinstance(part, ir.FactValue)
    }  # fmt: skip
    first_days = {
        part.fact for o in policy.outcomes if o.since is not None for part in everything(o.since)
        if isinstance(part, ir.FactValue)
    }  # fmt: skip
    return {
        f.id for f in policy.facts
        if not f.has_default and f.series is None and not f.fields and f.id not in preferred | first_days
    }  # fmt: skip


@pytest.mark.parametrize(("number", "case"), [pytest.param(number, case, id=case.id) for number, case in enumerate(golden())])
def test_part_of_the_facts_of_a_case_never_contradicts_all_of_them(number, case):
    """Without half of the facts, without any, and without every fourth of them alone, in each case another one."""
    policy = MEASURES[case.measure]
    facts, errors = read_facts(policy, case.facts)
    if errors:
        return
    full = decide(policy, facts, case.as_of, case.year, case.readings)
    if full.rejections:
        return
    after = results(full)
    left_out = sorted(removable(policy) & set(facts.values))
    sets = [{name} for name in left_out[number % 4 :: 4]] + [set(left_out), set(left_out[::2]), set(left_out[1::2])]
    for gone in sets:
        kept = Facts({name: value for name, value in facts.values.items() if name not in gone})
        before = results(decide(policy, kept, case.as_of, case.year, case.readings))
        check_more_knowledge(
            {key: value for key, value in before.items() if key in after and key[0] != "duty"}, after
        )
