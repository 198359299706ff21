"""A core that was kept is the one that was compiled, in itself and in every answer it gives."""

from __future__ import annotations

import json
from datetime import date

from generated import drafts, full_facts, paths, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang import cache
from policylang.compiler import compile_once, compile_policy
from policylang.explain.document import comparison_documents, outcome_document
from policylang.runtime.alternatives import compare_readings

slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@slow
@given(drafts(anything=True), full_facts(), st.data())
def test_a_core_survives_being_kept(draft, facts, data):
    written = draft.text().encode()
    fresh = compile_policy(written, "t.pol")
    compile_once(written, "t.pol")
    kept = compile_once(written, "t.pol")
    assert kept == fresh
    assert repr(kept.policy) == repr(fresh.policy)  # with the places, which take no part in equality
    some = without(facts, data.draw(st.sets(st.sampled_from(sorted(paths(facts))))))
    assert answers(kept.policy, some) == answers(fresh.policy, some)


def answers(policy, facts):
    """Everything decided on these facts, under every reading, as one text."""
    outcome, comparisons = compare_readings(policy, typed(policy, facts), date(2026, 3, 1), 2025)
    return json.dumps([outcome_document(outcome), comparison_documents(policy, comparisons)], ensure_ascii=False)


@given(st.recursive(st.text() | st.integers() | st.dates() | st.booleans(), lambda inner: st.tuples(inner, inner)))
def test_any_value_comes_back(value):
    name = cache.key(repr(value))
    cache.keep(name, value)
    assert cache.kept(name) == value
