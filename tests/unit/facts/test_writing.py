"""An answer written into a facts file: where, in which words, and nothing else changed."""

from __future__ import annotations

from datetime import date

import pytest
from station_policy import POLICY

from policylang.facts.answers import MAX_ITEMS, answered, read_answer
from policylang.facts.document import read_document
from policylang.facts.forms import Fault
from policylang.facts.model import EVERY_YEAR, Facts
from policylang.facts.paths import FactPath, find_path
from policylang.facts.writing import new_file, with_answer
from policylang.semantics import ir
from policylang.semantics.types import Boolean
from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText


def path_of(name, policy=POLICY):
    found = find_path(policy, name)
    assert isinstance(found, FactPath)
    return found


def written(text, name, said, kind="yaml", policy=POLICY):
    """The text with an answer in it; None where it cannot be written."""
    path = path_of(name, policy)
    answer = read_answer(path, said)
    assert not isinstance(answer, Fault), answer.message.zh
    done = with_answer(policy, SourceText("站", text), kind, path, answer, 2025)
    return None if done is None else done[0].text


@pytest.mark.parametrize(
    ("text", "name", "said", "new"),
    [
        # an entry more
        ("工作人员数: 3 # 三\n# 完\n", "总数", "5", "工作人员数: 3 # 三\n总数: 5\n# 完\n"),
        ("事实:\n  工作人员数: 3", "总数", "5", "事实:\n  工作人员数: 3\n  总数: 5"),
        ("事实:\n    staff: 3\n凭据: {}\n", "总数", "5", "事实:\n    staff: 3\n    total: 5\n凭据: {}\n"),
        ("事实: {工作人员数: 3}\n", "总数", "5", "事实: {工作人员数: 3, 总数: 5}\n"),
        ("事实: {\n  工作人员数: 3\n}\n", "总数", "5", "事实: {\n  工作人员数: 3,\n  总数: 5\n}\n"),
        ("事实:\n  引进人数:\n    2024: 3\n\n", "总数", "5", "事实:\n  引进人数:\n    2024: 3\n  总数: 5\n\n"),
        # the first fact
        ("事实:\n", "总数", "5", "事实:\n  总数: 5\n"),
        ("事实: # 填这里\n时点: 2025-01-01\n", "总数", "5", "事实: # 填这里\n  总数: 5\n时点: 2025-01-01\n"),
        ("facts: {}\n", "总数", "5", "facts:\n  total: 5\n"),
        ("facts: null", "总数", "5", "facts:\n  total: 5"),
        ("时点: 2025-01-01\n", "总数", "5", "时点: 2025-01-01\n事实:\n  总数: 5\n"),
        ("{时点: 2025-01-01}\n", "总数", "5", "{时点: 2025-01-01, 事实: {总数: 5}}\n"),
        ("# 还没有填\n", "总数", "5", "# 还没有填\n总数: 5\n"),
        ("{}", "总数", "5", "{总数: 5}"),
        # a place that is empty
        ("总数:\n工作人员数: 3\n", "总数", "5", "总数: 5\n工作人员数: 3\n"),
        ("总数:   # 待查\n", "总数", "5", "总数: 5   # 待查\n"),
        ("总数: null # 待查\n", "总数", "5", "总数: 5 # 待查\n"),
        ("引进人数:\n", "引进人数.2025", "5", "引进人数: {2025: 5}\n"),
        ("引进人数: {2025: null}\n", "引进人数.2025", "5", "引进人数: {2025: 5}\n"),
        ("引进人数:\n  2025年: ~\n", "引进人数.2025", "5", "引进人数:\n  2025年: 5\n"),
        # a series
        ("工作人员数: 3\n", "引进人数.2025", "5", "工作人员数: 3\n引进人数:\n  2025: 5\n"),
        ("引进人数: {2024: 3}\n", "引进人数.2025", "5", "引进人数: {2024: 3, 2025: 5}\n"),
        ("引进人数: {}\n", "引进人数.2025", "5", "引进人数: {2025: 5}\n"),
        ("引进人数:\n    2024: 3 # 已核\n", "引进人数.2025", "5", "引进人数:\n    2024: 3 # 已核\n    2025: 5\n"),
        ("评估结论: {2024: A}\n", "评估结论.2025", "未评估", "评估结论: {2024: A, 2025: null}\n"),
        ("活动场数: {2025-01: 2}\n", "活动场数.2025-02", "1", "活动场数: {2025-01: 2, 2025-02: 1}\n"),
        # a list
        ("工作人员数: 3\n", "引进名单", "2", "工作人员数: 3\n引进名单:\n  - {}\n  - {}\n"),
        ("工作人员数: 3\n", "引进名单", "无", "工作人员数: 3\n引进名单: []\n"),
        ("引进名单:\n  - {}\n  - {} # 乙\n", "引进名单[1].人才类别", "B", "引进名单:\n  - {}\n  - 人才类别: B级 # 乙\n"),
        (
            "引进名单:\n  - 引进年度: 2024\n    人才类别: A级\n  - 引进年度: 2025\n",
            "引进名单[0].到岗", "是",
            "引进名单:\n  - 引进年度: 2024\n    人才类别: A级\n    到岗: 是\n  - 引进年度: 2025\n",
        ),
        ("recruits: [{year: 2024}, {}]\n", "recruits[1].arrived", "否", "recruits: [{year: 2024}, {arrived: false}]\n"),
        ("recruits: [{year: 2024, class: }]\n", "recruits[0].class", "A", "recruits: [{year: 2024, class: A}]\n"),
        # words
        ("事实:\n", "补助金额", "3.5万元", "事实:\n  补助金额: 35000\n"),
        ("事实:\n", "补助金额", "12.50", "事实:\n  补助金额: 12.5\n"),
        ("事实:\n", "占比", "20%", "事实:\n  占比: 20%\n"),
        ("事实:\n", "设立日期", "2024年3月1日", "事实:\n  设立日期: 2024-03-01\n"),
        ("facts:\n", "opened", "never", "facts:\n  opened: never\n"),
        ("事实:\n", "单位标识", "甲: 乙", "事实:\n  单位标识: '甲: 乙'\n"),
        ("事实:\n", "单位标识", "null", "事实:\n  单位标识: 'null'\n"),
        ("事实:\n", "单位标识", "it's", "事实:\n  单位标识: 'it''s'\n"),
        ("事实:\n", "提交材料", "证明、form", "事实:\n  提交材料: [申请表, 证明]\n"),
        ("事实:\n", "提交材料", "无", "事实:\n  提交材料: []\n"),
        ("事实:\n", "甲/乙~丙%", "丁", "事实:\n  '甲/乙~丙%': 丁\n"),
        # line ends
        ("事实:\r\n  总数: 5\r\n", "引进人数.2025", "1", "事实:\r\n  总数: 5\r\n  引进人数:\r\n    2025: 1\r\n"),
    ],
)  # fmt: skip
def test_an_answer_in_yaml(text, name, said, new):
    assert written(text, name, said) == new


@pytest.mark.parametrize(
    ("text", "name", "said", "new"),
    [
        ("{}", "总数", "5", '{"总数": 5}'),
        ('{"facts": {}}', "总数", "5", '{"facts": {"total": 5}}'),
        ('{\n  "事实": {}\n}\n', "总数", "5", '{\n  "事实": {\n    "总数": 5\n  }\n}\n'),
        ('{"staff": 3}', "有活动场所", "是", '{"staff": 3, "premises": true}'),
        ('{\n\t"工作人员数": 3\n}', "总数", "5", '{\n\t"工作人员数": 3,\n "总数": 5\n}'),
        ('{"引进人数": {"2024": 3}}', "引进人数.2025", "5", '{"引进人数": {"2024": 3, "2025": 5}}'),
        ('{"引进人数": null}', "引进人数.2025", "5", '{"引进人数": {"2025": 5}}'),
        ('{"staff": 3}', "recruits", "2", '{"staff": 3, "recruits": [{}, {}]}'),
        ('{"recruits": [{}]}', "recruits[0].class", "A级", '{"recruits": [{"class": "A"}]}'),
        ('{"staff": 3}', "补助金额", "12.50", '{"staff": 3, "cost": "12.5"}'),
        ('{"staff": 3}', "materials", "form", '{"staff": 3, "materials": ["form"]}'),
        ('{"measure": "zhan"}', "unit_id", "“甲”\\", '{"measure": "zhan", "事实": {"单位标识": "“甲”\\\\"}}'),
    ],
)  # fmt: skip
def test_an_answer_in_json(text, name, said, new):
    assert written(text, name, said, "json") == new


EACH_YEAR = ir.Policy(
    "t", "试行", (), (ir.Fact("有名无实", "nominal", Boolean(), "year"),), (), (), (), (), (), (), (), (), ()
)


def test_a_yes_given_once_for_all_speaks_of_the_assessment_year_alone():
    assert written("有名无实: 是 # 见记录\n", "有名无实.2024", "否", policy=EACH_YEAR) == "有名无实: {2025: 是, 2024: 否} # 见记录\n"
    facts = answered(Facts({"nominal": {EVERY_YEAR: True}}), path_of("nominal.2024", EACH_YEAR), False, 2025)
    assert facts.values == {"nominal": {"2025": True, "2024": False}}


def test_what_is_recorded_with_evidence_before_is_attested_then():
    text = "事实:\n  工作人员数: 3\n凭据:\n  总数: {核实机关: 甲}\n"
    assert written(text, "总数", "5") == "事实:\n  工作人员数: 3\n  总数: 5\n凭据:\n  总数: {核实机关: 甲}\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("事实: |\n  工作人员数\n", "总数"),  # a text where the facts should be
        ("工作人员数: {a: 3\n", "总数"),  # not even YAML
        ("引进名单: 甲\n", "引进名单[0].人才类别"),
    ],
)
def test_where_it_cannot_be_written_nothing_is(text, name):
    path = path_of(name)
    answer = read_answer(path, "5" if name == "总数" else "A")
    assert with_answer(POLICY, SourceText("站", text), "yaml", path, answer, 2025) is None


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_a_new_file_records_nothing(kind):
    text = new_file(POLICY, kind, date(2025, 12, 10), 2024)
    document, errors, found = read_document(POLICY, SourceText("站", text), kind)
    assert not errors
    assert not has_errors(found)
    assert (document.facts, document.as_of, document.year, document.measure) == (
        Facts({}), date(2025, 12, 10), 2024, "zhan",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("引进名单", "两", "应当是数量（人），只写整数"),
        ("引进名单", str(MAX_ITEMS + 1), f"超过{MAX_ITEMS}项的清单，请直接写进事实文件"),
        ("提交材料", "证书", "应当是下列之一：申请表（form）、证明（proof）"),
        ("提交材料", "", "应当是下列之一：申请表（form）、证明（proof）"),
        ("评估结论.2025", "很好", "应当是下列之一：A级（A）、B级（B）、C级（C）、不合格"),
        ("工作人员数", "约3人", "应当是数量（人），只写整数"),
        ("设立日期", "2024-02-30", "没有这一天"),
    ],
)
def test_a_bad_answer_is_explained_as_in_a_facts_file(name, said, message):
    found = read_answer(path_of(name), said)
    assert isinstance(found, Fault)
    assert found.message.zh == message
