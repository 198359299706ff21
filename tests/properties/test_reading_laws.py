"""Laws of other readings: what is told as changed is all that changes, and reading it back changes it back."""

from __future__ import annotations

from datetime import date

import jsonschema
from generated import compiled, drafts, full_facts, paths, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.explain.document import CHANGED, outcome_document
from policylang.explain.schema import outcome_schema
from policylang.explain.text import Report
from policylang.runtime.alternatives import compare_population_readings, compare_readings
from policylang.runtime.interpreter import evaluate
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.runtime.quotas import Station

KINDS = {"decisions": Decision, "money": Line, "duties": DutyResult}
slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def answers(document):
    """What a document tells of each result, by what names the result."""
    return {
        tuple(item[key] for key in CHANGED[kind][0]): {key: item[key] for key in CHANGED[kind][1] if key in item}
        for part, kind in KINDS.items() for item in document[part]
    }  # fmt: skip


def changes(document, reading, option):
    """The results that a document says another reading changes, before and after."""
    (found,) = [
        alternative for comparison in document["readings_compared"] if comparison["reading"] == reading
        for alternative in comparison["alternatives"] if alternative["option"] == option
    ]  # fmt: skip
    told = {}
    for change in found["changes"]:
        kind = next(k for k in KINDS.values() if CHANGED[k][0][0] in change)
        told[tuple(change[key] for key in CHANGED[kind][0])] = (change["before"], change["after"])
    return told


@slow
@given(
    drafts(anything=True), full_facts(), st.dates(date(2004, 1, 1), date(2030, 12, 31)),
    st.one_of(st.none(), st.integers(2000, 2035)), st.data(),
)  # fmt: skip
def test_other_readings(draft, facts, as_of, year, data):
    policy = compiled(draft.text())
    facts = typed(policy, without(facts, data.draw(st.sets(st.sampled_from(sorted(paths(facts)))))))
    outcome, comparisons = compare_readings(policy, facts, as_of, year)
    document = outcome_document(outcome, comparisons=comparisons)
    jsonschema.validate(document, outcome_schema())
    assert outcome_document(evaluate(policy, facts, as_of, year)) == outcome_document(outcome)
    for comparison in comparisons:
        for alternative in comparison.alternatives:
            chosen = {comparison.reading.id: alternative.option.id}
            other, back = compare_readings(policy, facts, as_of, year, chosen)
            told = changes(document, comparison.reading.id, alternative.option.id)
            before, after = answers(document), answers(outcome_document(other))
            assert {name for name in before | after if before.get(name) != after.get(name)} <= told.keys()
            assert told == {name: (before.get(name), after.get(name)) for name in told}
            again = changes(outcome_document(other, comparisons=back), comparison.reading.id, comparison.chosen.id)
            assert again == {name: (then, now) for name, (now, then) in told.items()}
    for lang in ("zh", "en"):
        report = Report(outcome, lang, comparisons=comparisons)
        assert report.overview().endswith("\n")
        assert report.explain().endswith("\n")
    stations = [Station("x", facts, {}), Station("y", typed(policy, {}), {}, applicant=True)]
    findings, _ = compare_population_readings(policy, stations, typed(policy, {}), as_of, year)
    assert len(findings) == len(policy.quotas) or any(quota.per for quota in policy.quotas)
