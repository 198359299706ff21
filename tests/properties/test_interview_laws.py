"""Laws of the interview, for policies and facts made up at random: what is asked can matter, and asking comes to an end."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from generated import FACTS, compiled, drafts, full_facts, paths, typed, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policylang.analysis.interview import Inquiry, interview
from policylang.facts.answers import answered, read_answer
from policylang.facts.document import read_document
from policylang.facts.forms import Fault
from policylang.facts.model import EVERY_YEAR
from policylang.facts.paths import find_path
from policylang.facts.writing import new_file, with_answer
from policylang.semantics.calendar import Calendar
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Records
from policylang.semantics.values import NOTHING
from policylang.source.text import SourceText

slow = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
AS_OF, YEAR = date(2026, 3, 1), 2025


def inquiry(policy):
    return Inquiry(policy, AS_OF, YEAR, {}, Calendar.official())


def partly(data, policy):
    """Facts of which some are missing."""
    whole = data.draw(full_facts())
    missing = set(data.draw(st.sets(st.sampled_from(sorted(paths(whole))), max_size=25))) | {"n", "a"}
    return typed(policy, without(whole, missing))


def some_answer(data, question):
    """An answer that somebody might give."""
    match question.fact.type:
        case Boolean():
            return data.draw(st.booleans())
        case Choice(options):
            return data.draw(st.sampled_from(options))
        case ChoiceSet(options):
            return data.draw(st.frozensets(st.sampled_from(options)))
        case Number() | Money():
            return Fraction(data.draw(st.integers(0, 7)))
        case Day():
            return data.draw(st.one_of(st.just(NOTHING), st.dates(date(2020, 1, 1), date(2026, 12, 31))))
        case Records():
            return tuple({} for _ in range(data.draw(st.integers(0, 2))))
        case _:
            return data.draw(st.sampled_from(["泸州", "柳州"]))


def recorded(facts, path):
    value = facts.values.get(path.fact.id)
    if path.item is not None:
        return isinstance(value, tuple) and path.field.id in value[path.item]
    if path.period is not None:
        return isinstance(value, dict) and value.get(path.period.key, value.get(EVERY_YEAR)) is not None
    return value is not None


@slow
@given(drafts(anything=True), st.data())
def test_only_what_is_missing_and_needed_is_asked(draft, data):
    policy = compiled(draft.text())
    facts = partly(data, policy)
    found = interview(inquiry(policy), facts)
    needed = {name for result in found.open for way in result.needs for name in way}
    for question in found.questions:
        path = question.path
        assert {str(path), path.fact.id} & needed
        assert not recorded(facts, path)
        assert question.results
        for result in question.results:
            assert result in found.open
    assert {str(q.path) for q in found.questions} | set(found.beyond) >= {n for n in needed if "." in n or "[" in n}


@slow
@given(drafts(), st.data())
def test_every_need_is_asked_or_said_to_be_beyond(draft, data):
    policy = compiled(draft.text())
    found = interview(inquiry(policy), partly(data, policy))
    needed = {name for result in found.open for way in result.needs for name in way}
    asked = {str(question.path) for question in found.questions}
    for name in needed:
        assert name in found.beyond or any(path.startswith(name) for path in asked)


@slow
@given(drafts(anything=True), st.data())
def test_the_same_facts_give_the_same_questions(draft, data):
    policy = compiled(draft.text())
    facts = partly(data, policy)
    once, again = interview(inquiry(policy), facts), interview(inquiry(policy), facts)
    assert [str(q.path) for q in once.questions] == [str(q.path) for q in again.questions]


@slow
@given(drafts(anything=True), st.data())
def test_answering_everything_settles_everything_that_can_be_known(draft, data):
    policy = compiled(draft.text())
    asked = inquiry(policy)
    facts = partly(data, policy)
    told = set()
    now = interview(asked, facts)
    while now.questions:
        question = now.questions[0]
        assert str(question.path) not in told
        told.add(str(question.path))
        assert len(told) < 150, sorted(told)
        facts = answered(facts, question.path, some_answer(data, question), YEAR)
        now = interview(asked, facts)
    for result in now.open:
        assert all(set(way) & set(now.beyond) for way in result.needs)


@slow
@given(drafts(anything=True), st.data())
def test_what_is_skipped_is_not_asked_again(draft, data):
    policy = compiled(draft.text())
    facts = partly(data, policy)
    every = interview(inquiry(policy), facts).questions
    skipped = {str(q.path) for q in every if data.draw(st.booleans())}
    assert {str(q.path) for q in interview(inquiry(policy), facts, skipped).questions} == {
        str(q.path) for q in every
    } - skipped


@slow
@given(drafts(anything=True), st.data(), st.sampled_from(["yaml", "json"]), st.sampled_from(["\n", "\r\n"]))
def test_what_is_answered_stands_in_the_file_and_nothing_else_changes(draft, data, kind, newline):
    policy = compiled(draft.text())
    asked = inquiry(policy)
    text = new_file(policy, kind, AS_OF, YEAR).replace("\n", newline)
    source = SourceText("站", text)
    document, _, findings = read_document(policy, source, kind)
    assert not findings
    for _ in range(12):
        questions = interview(asked, document.facts).questions
        if not questions:
            break
        question = data.draw(st.sampled_from(questions))
        answer = some_answer(data, question)
        done = with_answer(policy, source, kind, question.path, answer, YEAR)
        assert done is not None, (source.text, str(question.path), answer)
        before, facts = source.text, answered(document.facts, question.path, answer, YEAR)
        source, document = done
        assert document.facts == facts
        assert source.text.count(newline) == source.text.count("\n")
        kept = iter(source.text)
        assert all(c in kept for c in before if c not in "{} ")  # letters stay, in their order


@given(st.text(max_size=30), st.sampled_from(["a", "n", "k", "d", "day", "fee", "p", "city", "v.2024", "w.2024", "l", "l[0].x"]))
def test_no_answer_is_too_strange_to_be_read(text, name):
    policy = compiled(f"办法 t 《试行办法》\n{FACTS}结果\n  可（ok）：条件\n第一条\n  可 应当具备：\n    甲\n")
    path = find_path(policy, name)
    assert not isinstance(path, Fault)
    found = read_answer(path, text)
    if isinstance(found, Fault):
        assert found.message.zh
        assert found.message.en
