"""Evidence: who vouches for which recorded fact, and what is wrong with what is written about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from station_policy import FACTS, POLICY, marked, policy_of, read

from policylang.facts.forms import Fault
from policylang.facts.model import Attestation
from policylang.facts.paths import FactPath, find_path
from policylang.semantics import ir

FACTS_PART = """\
facts:
  staff: 3
  by_year: {2024: 30}
  by_quarter: {2024Q1: 2}
  recruits: [{year: 2024, class: A}, {year: 2024}]
  result: {2023: null}
evidence:
"""


def evidence(text, facts=FACTS_PART):
    document, errors, found = read(facts + "".join(f"  {line}\n" for line in text.splitlines()))
    return document.attestations, errors, marked(facts + "".join(f"  {line}\n" for line in text.splitlines()), found)


def test_evidence_is_kept_under_the_path_in_ids():
    found, errors, findings = evidence(
        "引进人数.2024: {核实机关: 市科技局, 核实日期: 2025年1月8日, 文号: 柳科〔2025〕3号, 存放: 附件3}\n"
        "recruits[1]: {by: 市科技局}\n引进名单[0].人才类别: {on: 2025-01-09}\n工作人员数: {document: 花名册}\n"
        "交流场数.2024年第1季度: {kept: 附件1}\nresult.2023: {by: 市科技局}\n"
    )
    assert (errors, findings) == ([], [])
    assert found == {
        "by_year.2024": Attestation("市科技局", date(2025, 1, 8), "柳科〔2025〕3号", "附件3"),
        "recruits[1]": Attestation("市科技局"),
        "recruits[0].class": Attestation(on=date(2025, 1, 9)),
        "staff": Attestation(document="花名册"),
        "by_quarter.2024Q1": Attestation(kept="附件1"),
        "result.2023": Attestation("市科技局"),
    }


@pytest.mark.parametrize(
    ("text", "message", "code"),
    [
        ("stuff: {by: 甲}", "evidence.stuff: unknown fact stuff", "unknown-fact: stuff"),
        ("staff: 甲", "evidence.staff: must be a mapping", "bad-fact: 甲"),
        ("staff: {who: 甲}", "evidence.staff.who: unknown key", "unknown-key: who"),
        ("staff: {on: 2025-02-30}", "evidence.staff.on: no such day 2025-02-30", "impossible-date: 2025-02-30"),
        ("staff: {on: never}", "evidence.staff.on: must be a date (YYYY-MM-DD)", "bad-fact: never"),
        ("staff: {by: [甲]}", "evidence.staff.by: must be text", "bad-fact: [甲]"),
        ("staff.2024: {by: 甲}", "evidence.staff.2024: staff is not kept by period", "unknown-fact: staff.2024"),
        ("by_year.24: {by: 甲}", "evidence.by_year.24: bad year 24", "bad-period: by_year.24"),
        ("by_year.2023: {by: 甲}", "evidence.by_year.2023: not recorded", "unknown-fact: by_year.2023"),
        ("recruits[2]: {by: 甲}", "evidence.recruits[2]: recruits has 2 items", "unknown-fact: recruits[2]"),
        ("recruits.class: {by: 甲}", "evidence.recruits.class: recruits is a list: which item?", "unknown-fact: recruits.class"),
        ("recruits[0].clas: {by: 甲}", "evidence.recruits[0].clas: unknown field clas", "unknown-fact: recruits[0].clas"),
        ("staff[0]: {by: 甲}", "evidence.staff[0]: staff is no list of records", "unknown-fact: staff[0]"),
        (
            "staff: {by: 甲}\n工作人员数: {by: 乙}",
            "evidence.staff: given twice, as staff and 工作人员数", "duplicate-key: 工作人员数",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_said_where_it_stands(text, message, code):
    _, errors, findings = evidence(text)
    assert errors == [message]
    assert findings == [code]


def test_evidence_that_is_no_mapping():
    document, errors, _ = read("facts: {staff: 3}\nevidence: 附件3\n")
    assert errors == ["evidence: must be a mapping of facts"]
    assert document.attestations == {}


@pytest.mark.parametrize("text", ["premises: {by: 甲}", "recruits[1].class: {by: 甲}", "by_month.2024-03: {by: 甲}"])
def test_evidence_for_what_is_not_recorded_is_a_warning(text):
    found, errors, findings = evidence(text)
    assert (found, errors) == ({}, [])
    assert findings == [f"evidence-not-recorded: {text.partition(':')[0]}"]


def test_of_facts_with_mistakes_nothing_is_called_unrecorded():
    _, errors, findings = evidence("staff: {by: 甲}", "facts: {staff: 三}\nevidence:\n")
    assert errors == ["staff: must be a whole number"]
    assert findings == ["bad-fact: 三"]


def test_nothing_said_is_no_evidence():
    found, errors, findings = evidence("staff:\nby_year.2024: {}\nrecruits[0]: {by: ~}")
    assert (found, errors, findings) == ({}, [], [])
    assert read("facts: {staff: 3}\nevidence:\n")[0].attestations == {}


def policy_with(source):
    return policy_of((replace(FACTS[1], source=source), *FACTS[2:]))


@pytest.mark.parametrize(
    ("kind", "by", "warned"),
    [
        ("judged", "县科技局", True), ("counted", "县科技局", True), ("found", "市科技局、县财政局", True),
        ("decided", "市科技局", False), ("judged", "市财政局、市科技局", False), ("declared", "县科技局", False),
    ],
)  # fmt: skip
def test_another_body_than_the_policy_names(kind, by, warned):
    policy = policy_with(ir.Source(kind, ("市科技局", "市财政局")))
    document, errors, found = read(f"facts: {{staff: 3}}\nevidence:\n  staff: {{by: {by}}}\n", policy=policy)
    assert errors == []
    assert document.attestations == {"staff": Attestation(by)}
    assert [d.code for d in found] == ["evidence-by-other"] * warned


def test_the_words_for_another_body():
    policy = policy_with(ir.Source("judged", ("市科技局",)))
    _, _, [found] = read("facts: {staff: 3}\nevidence:\n  staff: {核实机关: 县科技局}\n", policy=policy)
    assert found.message.zh == "“工作人员数”按办法应由市科技局评判，凭据写的是“县科技局”"


@pytest.mark.parametrize(
    ("written", "path", "zh"),
    [
        ("工作人员数", "staff", "工作人员数"),
        ("引进人数.2024年", "by_year.2024", "2024年引进人数"),
        ("2024年引进人数", "by_year.2024", "2024年引进人数"),
        ("2024年第1季度交流场数", "by_quarter.2024Q1", "2024年第1季度交流场数"),
        ("2024年3月活动场数", "by_month.2024-03", "2024年3月活动场数"),
        ("引进名单[2]", "recruits[2]", "引进名单第3项"),
        ("引进名单第3项的人才类别", "recruits[2].class", "引进名单第3项的人才类别"),
        ("recruits[2].人才类别", "recruits[2].class", "引进名单第3项的人才类别"),
    ],
)
def test_a_path_may_be_written_in_ids_in_names_or_as_read_aloud(written, path, zh):
    found = find_path(POLICY, written)
    assert isinstance(found, FactPath)
    assert (str(found), found.zh) == (path, zh)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "本办法没有名为“”的事实"),
        ("工作人员", "本办法没有名为“工作人员”的事实"),
        ("2024年工作人员数", "“工作人员数”不按年度、季度或者月份记载，后面不写“2024年”"),
        ("引进人数第1项", "“引进人数”不是逐项登记的清单，后面不写第几项"),
        ("交流场数.2024-01", "“交流场数”的季度“2024-01”写得不对"),
    ],
)
def test_what_names_nothing_is_explained(written, message):
    found = find_path(POLICY, written)
    assert isinstance(found, Fault)
    assert found.message.zh == message
