"""The vocabulary that is shipped names nothing that the policies do not have, and leaves nothing of them out."""

from __future__ import annotations

import pytest
from shipped import across, plain, policies, vocabulary

from policylang.comparison.stairs import station
from policylang.facts.vocabulary_file import read_vocabulary
from policylang.semantics.types import Choice, ChoiceSet
from policylang.source.text import SourceText


def results(policy):
    return {x.id for x in (*policy.outcomes, *policy.duties, *policy.quotas)}


def test_every_measure_that_is_shipped_is_in_the_vocabulary():
    assert {policy.id for policy in policies().values()} == set(vocabulary().measures)


def test_every_result_and_clause_exists_in_its_policy():
    wrong = []
    for dimension in vocabulary().dimensions:
        for measure, written in dimension.cells.items():
            policy = policies()[measure]
            ledger = {entry.clause for entry in policy.ledger}
            facts = {fact.id for fact in policy.facts}
            wrong += [(dimension.id, measure, c.text) for c in written.clauses if c not in ledger]
            wrong += [(dimension.id, measure, r) for r in written.results if r not in results(policy)]
            wrong += [(dimension.id, measure, f) for f in written.facts if f not in facts]
    assert wrong == []


def test_every_gist_cites_its_clause_or_stands_beside_a_result_that_does():
    bare = [
        (dimension.id, measure)
        for dimension in vocabulary().dimensions
        for measure, written in dimension.cells.items()
        if not written.silent and not (written.clauses or written.results)
    ]
    assert bare == []


def test_every_result_of_every_policy_is_in_exactly_one_dimension():
    for measure, policy in policies().items():
        named = [r for d in vocabulary().dimensions if measure in d.cells for r in d.cells[measure].results]
        force = {o.id for o in policy.outcomes if o.kind == "in_force"}
        assert sorted(named) == sorted(results(policy) - force), measure


def test_every_dimension_says_something_of_every_measure_or_that_it_is_silent():
    unlisted = [
        (row.id, column.id)
        for row in plain().rules
        for column, cell in zip(across(), row.cells, strict=True)
        if cell.kind == "unlisted" or not cell.lines
    ]
    assert unlisted == []


def test_every_common_fact_exists_in_its_policy_with_the_words_it_is_given():
    wrong = []
    for fact in vocabulary().facts:
        for measure, there in fact.measures.items():
            own = next((f for f in policies()[measure].facts if f.id == there.fact), None)
            if own is None:
                wrong.append((fact.id, measure, there.fact))
            elif there.values is not None:
                assert isinstance(own.type, (Choice, ChoiceSet))
                wrong += [(fact.id, measure, w) for w in there.values.values() if own.type.find(w) is None]
    assert wrong == []


def test_a_common_fact_that_is_the_same_thing_has_one_type_where_it_is():
    for fact in vocabulary().facts:
        same = [(m, c) for m, c in fact.measures.items() if c.differs is None and c.values is None]
        types = {type(next(f for f in policies()[m].facts if f.id == c.fact).type) for m, c in same}
        series = {next(f for f in policies()[m].facts if f.id == c.fact).series for m, c in same}
        assert len(types) <= 1, fact.id
        assert len(series) <= 1, fact.id


def test_the_grounds_of_withdrawal_cite_every_rule_that_withdraws():
    states = {
        "xishuangbanna": {"revoked"}, "luzhou": {"revoked", "terminated"}, "liuzhou": {"revoked", "terminated"},
        "weihai": {"revoked"}, "fuzhou": {"revoked"},
    }  # fmt: skip
    row = next(d for d in vocabulary().dimensions if d.id == "revocation")
    for measure, policy in policies().items():
        status = next(o for o in policy.outcomes if o.id == "status")
        rules = [r for r in status.rules if getattr(r.value, "id", "") in states[measure]]
        cited = row.cells[measure].clauses
        uncited = {r.clause.text for r in rules if not any(c.contains(r.clause) for c in cited)}
        assert uncited <= {"第十二条"}, measure  # 泸州第十二条: the day of a decision that has been taken


@pytest.mark.parametrize("measure", ["xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou"])
def test_the_station_of_the_pictures_has_no_mistakes(measure):
    steps = vocabulary().steps[measure]
    _, errors = station(policies()[measure], steps, steps.as_of, steps.year)
    assert errors == ()
    assert set(steps.results) <= results(policies()[measure])


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ("measures: {a: {name: 甲, english: A}}\ndimensions: 无\n", "无"),
        ("messures: {}\n", "messures"),
        ("measures: {a: {name: 甲, english: A, other: B}}\n", "other"),
        ("groups: [{id: g, name: 组, english: G}]\ndimensions: [{id: d, group: h, name: 项, english: D}]\n", "h"),
        ("groups: [{id: g, name: 组, english: G}]\ndimensions: [{id: d, group: g, name: 项, english: D, shows: all}]\n", "all"),
        ("measures: {a: {name: 甲, english: A}}\nfacts: [{id: f, name: 事, english: F, measures: {b: f}}]\n", "b"),
        (
            ("measures: {a: {name: 甲, english: A}}\ngroups: [{id: g, name: 组, english: G}]\n"
            "dimensions: [{id: d, group: g, name: 项, english: D, measures: {a: {gist: 要, english: g, clauses: [十条]}}}]\n"),
            "十条",
        ),
        (
            ("measures: {a: {name: 甲, english: A}}\ngroups: [{id: g, name: 组, english: G}]\n"
            "dimensions: [{id: d, group: g, name: 项, english: D, measures: {a: 不知道}}]\n"),
            "不知道",
        ),
    ],
)
def test_a_mistake_in_a_vocabulary_is_shown_at_its_place(text, underlined):
    _, faults = read_vocabulary(SourceText("词表.yaml", text))
    assert [f.code for f in faults] == ["bad-vocabulary"]
    span = faults[0].primary.span
    assert text[span.start : span.end] == underlined


def test_ids_are_given_once_and_notes_are_between_two():
    twice = (
        "measures: {a: {name: 甲, english: A}}\ngroups: [{id: g, name: 组, english: G}]\n"
        "dimensions: [{id: d, group: g, name: 项, english: D}, {id: d, group: g, name: 项, english: D,"
        " not_comparable: [{between: [a], note: 注, english: N}]}]\n"
    )
    _, faults = read_vocabulary(SourceText("词表.yaml", twice))
    assert sorted(f.message.zh for f in faults) == ["between 要写两份以上的办法，或者另写 against", "“d”写了两次"]
