"""The smallest changes under which a result is what is asked for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from asking import AS_OF, CORE, asked, told, typed

from policylang.analysis.cells import ABSENT, COUNT, Cell, Situation, hands
from policylang.analysis.changes import find_changes
from policylang.analysis.question import Question
from policylang.analysis.search import Search
from policylang.analysis.targets import parse_target
from policylang.facts.model import EVERY_YEAR, Facts
from policylang.semantics.calendar import Calendar
from policylang.semantics.values import NOTHING

STATION = {
    "approved": "2025-01-10", "shown": "2025-01-15", "premises": False, "staff": 1, "recruits": {"2025": 24},
    "posts": {f"2025-{month:02}": 1 for month in range(1, 13)},
}  # fmt: skip


def option(answer):
    """The contents of the only change of each way, options by id."""
    return [getattr(change.after, "id", change.after) for way in answer.ways for change in way.changes]


def test_every_fact_that_must_change_is_changed_and_moved_no_farther():
    assert told(asked("条件=符合", STATION)) == [{"premises": True, "staff": 2}]
    assert told(asked("条件=符合", {"staff": 9, "premises": False})) == [{"premises": True}]


def test_what_is_so_already_needs_no_change():
    answer = asked("条件=不符合", STATION)
    assert answer.reached
    assert answer.ways == ()


def test_items_of_sets_are_cells_of_their_own():
    assert {c.cell.part for w in asked("齐全=符合", {}).ways for c in w.changes} == {"form", "deal"}
    assert [c.cell.part for w in asked("齐全=符合", {"papers": ["form"]}).ways for c in w.changes] == ["deal"]
    gone = asked("齐全=不符合", {"papers": ["form", "deal"]})
    assert [[(c.cell.part, c.after) for c in w.changes] for w in gone.ways] == [[("form", False)], [("deal", False)]]


def test_a_text_is_tried_where_it_is_compared():
    assert told(asked("本地=符合", {"city": "柳州"})) == [{"city": "泸州"}]


def test_a_default_can_be_changed():
    assert option(asked("退款=应退回", {})) == [True]
    assert told(asked("退款=无须退回", {"fraud": True})) == [{"fraud": False}]


def test_what_a_body_recorded_is_changed_only_where_the_rules_do_not_lead_there():
    assert told(asked("等级=甲级", STATION)) == [{"recruits.2025": 30}]
    answer = asked("等级=甲级", {"verdict": {"2025": "C"}, "recruits": {"2025": 3}})
    assert option(answer) == ["A"]
    assert answer.ways[0].changes[0].hands == "past"


def test_records_are_added_with_what_their_fields_must_be():
    answer = asked("奖金=可以给予", {})
    (way,) = answer.ways
    assert [(c.cell.key, getattr(c.after, "id", c.after), c.added) for c in way.changes] == [
        (COUNT, 1, False), (0, "one", True),
    ]  # fmt: skip
    assert told(asked("逐项=已履行", {})) == [{"people": 1, "people[0].n": 1}]
    assert told(asked("逐项=未履行", {"people": [{"n": 2}]})) == [{"people": 2, "people[1].n": 0}]


def test_the_first_change_is_what_the_station_can_do():
    answer = asked("奖金=可以给予", {"people": [{"n": 2}]})
    assert [way.in_hands for way in answer.ways] == [True, True]
    assert told(answer)[0].keys() == {"people[0].rank"}


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        ("公示=未履行", [{"shown": date(2025, 1, 21)}, {"approved": date(2025, 1, 4)}]),
        ("公示=不适用", [{"approved": NOTHING}]),
        ("年报=未履行", [{"shown": date(2026, 1, 1)}]),
        ("状态=撤销", [{"gone": date(2026, 3, 1)}]),
        ("每月=不适用", [{"gone": date(2025, 2, 28)}]),
        ("随时=未履行", [{"staff": 0}]),
    ],
)
def test_days_are_moved_to_where_a_deadline_or_a_window_turns(question, changes):
    assert told(asked(question, STATION)) == changes


def test_facts_that_would_contradict_each_other_are_no_way():
    answer = asked("公示=未履行", {"approved": "2025-01-10", "shown": "2025-01-15"})
    for way in answer.ways:
        assert way.outcome.rejections == ()


def test_facts_that_contradict_each_other_already():
    answer = asked("条件=符合", {"approved": "2025-01-10", "shown": "2025-01-01"})
    assert answer.before.rejections
    assert (answer.reached, answer.ways, answer.proved) == (False, (), True)


def test_a_duty_is_met_in_every_window_that_counts_and_unmet_in_one():
    missed = {**STATION, "posts": {**STATION["posts"], "2025-05": 0, "2025-01": 0}}
    assert asked("每月=未履行", missed).reached
    assert not asked("每月=已履行", missed).reached
    assert asked("每月=已履行", STATION).reached  # the first month is not a whole one
    assert not asked("每月=不适用", STATION).reached
    assert not asked("每月=已履行", {**STATION, "gone": "2025-01-20"}).reached  # no month counts at all


def test_what_was_never_recorded_of_the_past_can_still_be():
    (way,) = asked("公示=已履行", {"approved": "2025-01-10"}).ways
    assert told(asked("公示=已履行", {"approved": "2025-01-10"})) == [{"shown": date(2025, 1, 20)}]
    assert way.possible


def test_whatever_the_facts_are():
    answer = asked("永不=符合", STATION)
    assert answer.proved
    assert answer.open is not None
    assert asked("补助=7万元", STATION).proved
    assert asked("补助=可以给予", STATION).proved


def test_a_sum_that_is_worked_out_is_not_called_impossible():
    answer = asked("奖金=10万元", {"people": [{"n": 3}]})
    assert answer.ways == ()
    assert not answer.proved


def test_ways_are_decided_again():
    for way in asked("补助=不超过5万元", {}).ways:
        (line,) = [line for line in way.outcome.lines if line.year == 2025]
        assert line.amount.high == 50_000


def test_when_the_budget_has_run_out_nothing_is_proved():
    target = parse_target(CORE, "条件=符合", 2025)
    question = Question(CORE, typed(STATION), AS_OF, target, 2025, {}, Calendar.official())
    search = Search(question, 2)
    search.run(5)
    assert search.found == []
    assert not search.exhausted_below
    assert not search.certain_none


def test_a_reading_that_does_not_exist():
    target = parse_target(CORE, "条件=符合", 2025)
    with pytest.raises(KeyError):
        find_changes(CORE, Facts({}), AS_OF, target, 2025, {"无此": "疑义"})


def test_what_stands_in_a_cell():
    base = Facts({"recruits": {"2024": Fraction(3)}, "people": ({"n": Fraction(1)},), "flags": {EVERY_YEAR: True}})
    situation = Situation(CORE, base, 2025)
    assert situation.recorded(Cell("recruits", "2024")) == 3
    assert situation.recorded(Cell("recruits", "2025")) is ABSENT
    assert situation.recorded(Cell("people", COUNT)) == 1
    assert situation.recorded(Cell("people", 0, "n")) == 1
    assert situation.recorded(Cell("people", 1, "n")) is ABSENT
    assert situation.recorded(Cell("flags", "2025")) is True
    assert situation.recorded(Cell("flags", "2024")) is ABSENT  # 是 once for all is of the assessment year alone
    assert situation.recorded(Cell("papers", None, "form")) is ABSENT
    assert situation.facts() is base
    assert repr(ABSENT) == "ABSENT"


@pytest.mark.parametrize(
    ("fact", "key", "before", "whose"),
    [
        ("staff", None, Fraction(1), "station"),
        ("fraud", None, True, "body"),
        ("fraud", None, ABSENT, "body"),
        ("renewed", None, ABSENT, "document"),
        ("approved", None, date(2025, 1, 1), "past"),
        ("approved", None, date(2026, 5, 1), "station"),
        ("recruits", "2025", Fraction(1), "past"),
        ("recruits", "2026", Fraction(1), "station"),
        ("verdict", "2025", ABSENT, "body"),
    ],
)
def test_whose_it_is_to_change_a_cell(fact, key, before, whose):
    declared = next(f for f in CORE.facts if f.id == fact)
    assert hands(declared, Cell(fact, key), before, AS_OF, added=False) == whose
