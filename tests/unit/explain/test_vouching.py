"""Who vouches, where the facts file has evidence: the body, the day, the paper, where it is kept."""

from __future__ import annotations

from datetime import date

import pytest
from clerk import FACTS, outcome, small

from policylang.explain.text import Report
from policylang.explain.vouching import Vouching
from policylang.facts.model import Attestation
from policylang.semantics import ir

WHOLE = Attestation("市科技局", date(2025, 1, 8), "柳科〔2025〕3号", "附件3")


def explained(result, attestations, wanted=None, lang="zh"):
    return Report(result, lang, attestations=attestations).explain(wanted)


@pytest.mark.parametrize(
    ("source", "one", "zh", "en"),
    [
        (ir.Source("counted", ("市科技局",)), WHOLE, "市科技局2025年1月8日核定，柳科〔2025〕3号，存附件3",
         "counted by 市科技局 on 2025-01-08, 柳科〔2025〕3号, kept in 附件3"),
        (ir.Source("judged", ("甲", "乙")), Attestation(on=date(2025, 1, 8)), "甲、乙2025年1月8日评判",
         "judged by 甲, 乙 on 2025-01-08"),
        (ir.Source("judged", ("甲", "乙")), Attestation("乙"), "乙评判", "judged by 乙"),
        (ir.Source("found", ("甲",)), Attestation("丙", date(2025, 1, 8)), "甲认定，丙2025年1月8日核实",
         "found by 甲, verified by 丙 on 2025-01-08"),
        (ir.Source("declared", ("设站单位",)), Attestation("甲"), "设站单位填报，甲核实", "declared by 设站单位, verified by 甲"),
        (ir.Source("documented", (), "花名册"), Attestation(kept="档案室"), "凭花名册，存档案室", "evidenced by 花名册, kept in 档案室"),
        (ir.Source("external", (), "《通报》"), Attestation(document="第3号"), "见《通报》，第3号", "see 《通报》, 第3号"),
        (ir.Source("unstated"), Attestation("甲", document="第3号"), "甲核实，第3号", "verified by 甲, 第3号"),
    ],
)  # fmt: skip
def test_the_words_of_an_attestation(source, one, zh, en):
    assert Vouching({}, "zh").attested(source, one) == zh
    assert Vouching({}, "en").attested(source, one) == en


def test_reasons_name_the_evidence_of_the_year_they_looked_at():
    text = explained(outcome(), {"recruits.2024": WHOLE})
    assert "引进人数30人以上（实为35人）〔市科技局2025年1月8日核定，柳科〔2025〕3号，存附件3〕" in text
    assert "引进人数20人以上（实为19人，差1人）〔市科技局核定〕" in text


def test_evidence_for_a_series_covers_its_years():
    text = explained(outcome(), {"recruits": Attestation(on=date(2025, 1, 8))})
    assert text.count("〔市科技局2025年1月8日核定〕") == text.count("实为35人") + text.count("实为19人")


def test_the_year_before_has_its_own_evidence():
    result = small(
        "  人数（n）：每年 数量（人），由 甲局 核定\n", "  补助（grant）：金额，每年\n",
        "补助 给予 1万元，当 上年度 人数 5人以上", {"n": {"2024": 6, "2025": 1}},
    )  # fmt: skip
    assert "〔甲局核定，去年的〕" in explained(result, {"n.2024": Attestation(document="去年的"), "n.2025": WHOLE})


LIST = "  名单（people）：清单（人），由 甲局 核定：\n    人数（n）：数量（人）\n    类别（kind）：选项（甲、乙），由 乙局 认定\n"
PEOPLE = {"people": [{"n": 2, "kind": "甲"}, {"n": 3, "kind": "乙"}]}


def counted(attestations):
    result = small(
        LIST, "  补助（grant）：金额，每年\n",
        "定义 总数（all_of_them）：总计 名单 的 人数\n补助 给予 1万元，当 总数 4人以上", PEOPLE,
    )  # fmt: skip
    [line] = [line for line in explained(result, attestations).splitlines() if "总数" in line]
    return line.strip()


def test_behind_a_defined_value_the_evidence_for_the_list():
    assert counted({}) == "总数4人以上（实为5人）"
    assert counted({"people": Attestation(document="名册")}) == "总数4人以上（实为5人）〔甲局核定，名册〕"
    both = {"people[0]": Attestation(document="甲册"), "people[1].kind": Attestation(document="乙册")}
    assert counted(both) == "总数4人以上（实为5人）〔甲局核定，甲册；甲局核定，乙册〕"


def test_of_a_substituted_value_the_evidence_that_there_is():
    facts = "  核定数（n）：每年 数量（人），由 甲局 核定\n" + LIST
    rule = "定义 总数（all_of_them）：核定数，未记载时取 总计 名单 的 人数\n补助 给予 1万元，当 总数 4人以上"
    result = small(facts, "  补助（grant）：金额，每年\n", rule, {**PEOPLE, "n": {"2025": 9}})
    papers = {"people": Attestation(document="名册")}
    assert "〔甲局核定，名册〕" in explained(result, papers)
    assert "〔甲局核定，函〕" in explained(result, {**papers, "n.2025": Attestation(document="函")})


def test_each_record_has_its_own_evidence():
    result = small(
        LIST, "  奖金（award）：金额，对每一 名单\n", "奖金 给予 1万元，当 类别 为 甲", PEOPLE,
    )  # fmt: skip
    text = explained(result, {"people[0].kind": Attestation("乙局", date(2025, 2, 3))})
    assert text.count("〔乙局2025年2月3日认定〕") == 1
    assert "类别为甲" in text


def test_what_a_body_assessed_has_its_evidence():
    result = small(
        "  结论（found）：每年 选项（好、差），由 甲局 评判\n", "  等级（grade）：等级 好＞差，每年\n",
        "等级 由 甲局 评定，记于 结论\n等级 为 差，其余情形", {"found": {"2025": "好"}},
    )  # fmt: skip
    text = explained(result, {"found.2025": WHOLE}, "grade")
    assert "由甲局评定〔甲局评判，市科技局2025年1月8日核实，柳科〔2025〕3号，存附件3〕。" in text
    assert "由甲局评定。" in explained(result, {}, "grade")


def test_what_is_taken_by_default_has_no_evidence():
    result = small(
        "  造假（fraud）：是否，由 甲局 认定，未记载视为 否\n", "  补助（grant）：金额\n", "补助 给予 1万元，当 非 造假", {}
    )
    assert "〔未记载，按否处理〕" in explained(result, {})


def test_without_evidence_nothing_changes():
    result = outcome(facts=FACTS)
    assert explained(result, {}) == Report(result, "zh").explain()
