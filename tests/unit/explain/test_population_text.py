"""Findings over all stations and forecasts, for the office and for one station."""

from __future__ import annotations

from datetime import date

import pytest

from policylang.compiler import compile_policy
from policylang.explain.population import population_document, population_text, station_text
from policylang.facts.typed import facts_from_python
from policylang.runtime.quotas import Station, evaluate_population

POLICY = compile_policy(
    """办法 t 《试行办法》
事实
  城市（city）：文本
  运行（running）：是否
  增设（extra）：是否
  支持（fee）：金额
结果
  经费（base）：金额，每年，下年度 拨付
  补助（grant）：金额，每年
  另定（other）：金额，每年
  可（ok）：条件
第八条 限额
  可 应当具备：运行
  经费 给予 2万元，当 运行
  补助 给予 5万元至20万元，当 运行
  另定 给予 金额另定，当 运行
  限额 一城一站（one）：原则上 不超过1家
    每个：城市
    计入：运行
    除外：增设
  限额 总额（budget）：不超过50万元
    累计：支持
  汇总 预算（sums）：
    经费，当 运行
    补助，当 运行
  汇总 只有经费（exact）：
    经费，当 运行
  汇总 没有数额（none）：
    另定，当 运行
""".encode(),
    "t.pol",
).policy


def results(*stations):
    found = []
    for name, facts in stations:
        applicant = facts.pop("applicant", False)
        typed, errors = facts_from_python(POLICY, facts)
        assert not errors
        found.append(Station(name, typed, {}, applicant))
    none, _ = facts_from_python(POLICY, {})
    return evaluate_population(POLICY, found, none, date(2025, 6, 30))


def office(*stations, lang="zh"):
    return population_text(results(*stations), POLICY, lang).splitlines()


def one(name, *stations, lang="zh"):
    told = station_text(results(*stations), POLICY, name, lang)
    return None if told is None else told.splitlines()


RUNNING = {"running": True, "city": "甲市", "fee": 100_000}


def test_forecasts_say_what_is_certain_and_what_is_open():
    lines = office(("a", dict(RUNNING)), ("b", {"running": False, "city": "乙市", "fee": 0}))
    assert "预算：7万元至22万元，2026年拨付（第八条）" in lines
    assert "  补助：1站，5万元至20万元" in lines
    assert "只有经费：2万元，2026年拨付（第八条）" in lines
    assert "没有数额：办法没有规定数额（第八条）" in lines
    english = office(("a", dict(RUNNING)), ("b", {"city": "乙市"}), lang="en")
    assert "sums: CNY 70,000 to CNY 440,000, paid in 2026 (Article 8)" in english
    assert "  grant: 1 to 2 stations, CNY 50,000 to CNY 400,000" in english
    assert "none: the text fixes no amount (Article 8)" in english
    assert "  missing: b.running" in english


def test_a_budget_with_an_unknown_part_has_no_upper_end():
    lines = office(("a", dict(RUNNING)), ("b", {"running": True, "city": "乙市"}))
    assert "总额：待定（第八条）" in lines
    assert "  合计至少10万元，限额50万元" in lines
    assert "  in all" not in "".join(office(("a", dict(RUNNING)), lang="en"))


def test_groups_within_their_limit_stand_on_one_line():
    many = [(f"站{n}", {"running": True, "city": f"城{n:02}", "fee": 0}) for n in range(12)]
    lines = office(*many)
    assert next(x for x in lines if x.startswith("一城一站")).endswith("等12个均未超出（第八条）")
    assert "more within (Article 8)" in next(x for x in office(*many, lang="en") if x.startswith("one:"))
    assert any("等12站" in x for x in office(*[(n, {**f, "city": "同城"}) for n, f in many]))


@pytest.mark.parametrize(
    ("stations", "expected"),
    [
        ([("a", dict(RUNNING))], "一城一站“甲市”（第八条）：计入"),
        ([("a", {**RUNNING, "running": False})], "一城一站“甲市”（第八条）：不计入（非“运行”）"),
        ([("a", {"city": "甲市"})], "一城一站“甲市”（第八条）：计不计入待定（还缺a的运行）"),
        ([("a", {"running": True}), ("b", {"running": True})], "一城一站（第八条）：不知道它的城市，定不了归哪一组"),
    ],
)
def test_one_station_is_told_whether_it_counts(stations, expected):
    assert expected in one("a", *stations)


def test_an_applicant_is_told_of_the_exception():
    assert one("b", *_pair(extra=True))[2] == "b（申请）"
    assert "  除外情形“增设”：具备" in one("b", *_pair(extra=True))
    assert "  the exception “extra” is open" in one("b", *_pair(), lang="en")
    assert "  依机关认定可以增设。现有1，限额1，连同申请为2，还可设0" in one("b", *_pair(extra=True))


def _pair(**more):
    return [("a", dict(RUNNING)), ("b", {**RUNNING, **more, "applicant": True})]


def test_nobody_of_that_name():
    assert one("z", ("a", dict(RUNNING))) is None


def test_one_station_in_english():
    told = one("a", ("a", {"city": "甲市"}), lang="en")
    assert "one “甲市” (Article 8): it is open whether it counts (missing a.running)" in told
    unknown = one("a", ("a", {"running": True}), ("b", {"running": True}), lang="en")
    assert any("its group is open" in line for line in unknown)


def test_the_document_says_who_counts():
    [first, *_] = population_document(results(("a", dict(RUNNING)), ("b", {**RUNNING, "running": False})), POLICY)
    assert first["places"] == [
        {"station": "a", "applicant": False, "counts": True, "excepted": None, "against": []},
        {"station": "b", "applicant": False, "counts": False, "excepted": None, "against": ["running"]},
    ]
