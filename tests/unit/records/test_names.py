"""Codes for names: the same everywhere in one office, and never in the way of a rule."""

from __future__ import annotations

from dataclasses import replace

from records_made import FACTS, KEY, SMALL, question

from policylang.records.names import Pseudonyms, forms_of_texts


def hidden(facts: str = FACTS, policy: str = SMALL):
    asked, _ = question(policy, facts)
    return KEY.hide(asked.policy, asked.facts).values


def test_a_code_is_stable_and_belongs_to_the_key():
    assert KEY.code("张三") == KEY.code(" 张三 ") == "代号f816bf03f906c81a"
    assert KEY.code("e\u0301") == KEY.code("\u00e9")
    assert KEY.code("张三") != KEY.code("李四")
    assert KEY.code("张三") != Pseudonyms(bytes(32)).code("张三")


def test_the_same_person_has_one_code_wherever_named():
    values = hidden()
    assert values["contacts"] == {"2024": KEY.code("张三"), "2025": None}
    assert [one.get("who") for one in values["people"]] == [KEY.code("张三"), KEY.code("李四")]
    assert values["people"][0].keys() == {"who", "on"}
    assert values["recruits"] == question()[0].facts.values["recruits"]


def test_a_text_keeps_the_form_that_a_rule_asks_for():
    assert hidden()["name"] == f"某市{KEY.code('某市榕创驿站')}驿站"
    assert hidden(FACTS.replace("某市榕创驿站", "榕创驿站"))["name"] == KEY.code("榕创驿站")


def test_a_text_that_is_held_against_another_stays():
    values = hidden()
    assert (values["unit"], values["partner"]) == ("甲公司", "乙大学")
    asked, _ = question()
    assert forms_of_texts(asked.policy)["unit"] is None


def test_a_text_whose_forms_no_code_has_together_stays():
    policy = SMALL.replace("站名 形如 “某市……驿站”", "站名 形如 “某市……驿站” 且 站名 形如 “某……创驿站”")
    assert hidden(policy=policy)["name"] == "某市榕创驿站"


def test_what_is_decided_does_not_change():
    asked, _ = question()
    coded = KEY.hide(asked.policy, asked.facts)
    plain, code = (replace(asked, facts=f).outcome() for f in (asked.facts, coded))
    assert [(d.outcome.id, d.year, d.value) for d in plain.decisions] == [(d.outcome.id, d.year, d.value) for d in code.decisions]
