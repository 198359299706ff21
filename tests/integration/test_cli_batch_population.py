"""``policylang batch --population``: the rules over all stations held against a table."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from differential.batches import POLICIES, real_policy
from policylang.batch.population import findings, sheet
from policylang.batch.run import Question, prepared
from policylang.batch.tables import Opened
from policylang.cases.files import read_cases
from policylang.cases.population import read_population
from policylang.cases.runner import resolved
from policylang.compiler import compile_policy
from policylang.facts.canonical import canonical
from policylang.facts.typed import facts_from_python
from policylang.runtime.quotas import QuotaResult, Station, evaluate_population
from policylang.semantics.calendar import Calendar

POLICY = """办法 t 《试行办法》
事实
  符合条件（fit）：是否
  设站城市（city）：文本
  经费（fee）：金额
  年度名额（places）：每年 数量（家）
  批准日（start）：日期
  撤销日（gone）：日期
  须 撤销日 不早于 批准日
结果
  补助（grant）：金额
第一条
  补助 给予 经费，当 符合条件
第二条
  限额 名额（quota）：不超过 年度名额
    计入：符合条件
  限额 一城一站（one）：原则上 不超过1家
    每个：设站城市
    计入：符合条件
  限额 预算（budget）：不超过50万元
    累计：经费
    计入：符合条件
  限额 比例（share）：约50%
    计入：符合条件
  汇总 总额（total）：
    补助
"""
HEAD = ["站名", "符合条件", "设站城市", "经费", "年度名额.2025", "批准日", "撤销日"]
ROWS = [
    ["甲站", "是", "深圳", "200000", "2", "", ""],
    ["乙站", "是", "上海", "150000.5", "2", "", ""],
    ["丙站", "", "深圳", "90000", "2", "", ""],
    ["丁站", "否", "", "10000", "", "", ""],
    ["戊站", "是", "深圳", "十万", "2", "", ""],
    ["己站", "是", "深圳", "800000", "2", "2025-02-01", "2025-01-01"],
]
ASKED = ("--as-of", "2025-06-30", "--year", "2025", "--population")


@pytest.fixture
def written(tmp_path):
    (tmp_path / "t.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "站.csv").write_text("".join(",".join(row) + "\n" for row in (HEAD, *ROWS)), encoding="utf-8")
    return tmp_path


def run_of(folder, block):
    policy = compile_policy(POLICY.encode(), "t.pol").policy
    question = Question(policy, "0", date(2025, 6, 30), 2025, {}, Calendar.official())
    return prepared(question, Opened(policy, str(folder / "站.csv"), year=2025).source, block=block)


@pytest.mark.parametrize("block", [1, 2, 100])
def test_the_findings_are_those_of_the_interpreter(written, block):
    """Without the rows that are refused, because a cell is not understood or the facts contradict each other."""
    run = run_of(written, block)
    policy = run.question.policy
    kept = [
        {"fit": True, "city": "深圳", "fee": 200_000}, {"fit": True, "city": "上海", "fee": "150000.5"},
        {"city": "深圳", "fee": 90_000}, {"fit": False, "fee": 10_000},
    ]  # fmt: skip
    stations = [Station(row[0], facts_from_python(policy, facts)[0], {}) for row, facts in zip(ROWS, kept, strict=False)]
    shared, _ = facts_from_python(policy, {"places": {"2025": 2}})
    wanted = evaluate_population(policy, stations, shared, date(2025, 6, 30), 2025)
    assert len(wanted) == 6

    assert told(findings(run)) == told(wanted)


def told(results):
    """What is found, without how each single station counts."""
    return [
        (each.group, each.total, each.counted, each.after, each.limit, each.result, each.needs, each.unplaced,
         each.discretionary)
        if isinstance(each, QuotaResult) else each
        for each in results
    ]  # fmt: skip


def asked_of(name):
    """The populations of the cases of a measure, with what is asked of them."""
    policy = real_policy(name)
    cases, faults = read_cases((POLICIES / "cases" / "population.yaml").read_bytes(), "population.yaml")
    assert cases is not None, faults
    for case in (each for each in cases.cases if each.measure == name):
        stations, shared, errors = read_population(policy, case.body)
        if not errors and stations:
            yield case, stations, shared


@pytest.mark.parametrize("name", ["xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou"])
def test_the_populations_of_the_cases_as_tables(tmp_path, name):
    """What is settled of outcomes and who applies stands in columns; the findings are those of the interpreter."""
    policy, seen = real_policy(name), 0
    outcomes = {outcome.id: outcome.name for outcome in policy.outcomes}
    for case, stations, shared in asked_of(name):
        lines = []
        for number, one in enumerate(stations):
            line = {"编号": one.id or str(number), **canonical(policy, shared), **canonical(policy, one.facts)}
            line |= {f"已定{outcomes[own]}": option.name for own, option in one.recorded.items()}
            line |= {f"已定{outcomes[own]}": "是" if due else "否" for own, due in one.granted.items()}
            lines.append({**line, "申请设站": "是"} if one.applicant else line)
        path = tmp_path / f"{case.id}.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        year, readings = case.year or case.as_of.year, resolved(policy, dict(case.readings))
        question = Question(policy, "0", case.as_of, year, readings, Calendar.official())
        run = prepared(question, Opened(policy, str(path), year=year, members=True).source, block=3)
        assert run.counts[1] == 0, run.surveyed.refused
        wanted = evaluate_population(policy, stations, shared, case.as_of, year, readings)
        assert told(findings(run)) == told(wanted), case.id
        seen += 1
    assert seen > 3


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_applicants_and_settled_results_in_every_form(policylang, written, form):
    head = ["站名", "符合条件", "设站城市", "年度名额.2025", "已定补助", "是否申请设站"]
    rows = [
        ["甲站", "是", "深圳", "2", "", ""], ["乙站", "是", "上海", "2", "", "否"], ["丙站", "", "北京", "2", "否", ""],
        ["丁站", "是", "深圳", "2", "", "是"],
    ]  # fmt: skip
    path = written / f"全.{form}"
    if form == "csv":
        path.write_text("".join(",".join(row) + "\n" for row in (head, *rows)), encoding="utf-8")
    elif form == "xlsx":
        book = Workbook()
        for row in (head, *rows):
            book.active.append([cell or None for cell in row])
        book.save(path)
    else:
        lines = [{k: v for k, v in zip(head, row, strict=True) if v and k != "年度名额.2025"} for row in rows]
        lines = [{**line, "年度名额": {"2025": 2}} for line in lines]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    done = policylang("batch", "t.pol", path.name, *ASKED)
    assert done.returncode == 0, done.stderr
    assert "一城一站（深圳）：偏离，须由机关说明（第二条）\n  现有1，限额1，连同申请为2，还可设0" in done.stdout
    assert "名额：超出（第二条）\n  现有2至3，限额2，连同申请为3至4，还可设0" in done.stdout
    assert "补助：2站" in done.stdout  # 丙站 has none, as is settled; 丁站 only applies
    if form == "xlsx":
        rows = list(load_workbook(written / "全·结果.xlsx")["全部站核对"].iter_rows(values_only=True))
        assert rows[1][5:9] == ("2至3", "3至4", 2, 0)
    plain = policylang("batch", "t.pol", path.name, *ASKED[:-1])
    assert "“已定补助”不是本办法的事实，原样保留，不参与判断；只在用 --population 核对全部工作站时才用" in plain.stderr


def test_a_settled_result_that_is_none_is_refused(policylang, written):
    (written / "全.csv").write_text("站名,符合条件,已定补助\n甲站,是,应予\n乙站,是,是\n", encoding="utf-8")
    done = policylang("batch", "t.pol", "全.csv", *ASKED)
    assert done.returncode == 1
    assert "甲站：全.csv:2:3“已定补助”填写为“应予”" in done.stderr
    (written / "全.jsonl").write_text('{"站名": "甲站", "符合条件": "是", "已定补助": "应予"}\n{"站名": "乙站", "申请": "是"}\n', encoding="utf-8")
    done = policylang("batch", "t.pol", "全.jsonl", *ASKED)
    assert done.returncode == 1
    assert "“已定补助”填写为“应予”" in done.stderr


def test_a_column_named_like_a_result_is_told_apart(policylang, written):
    (written / "全.csv").write_text("站名,符合条件,补助\n甲站,是,是\n", encoding="utf-8")
    done = policylang("batch", "t.pol", "全.csv", *ASKED)
    assert done.returncode == 2
    assert "如果是机关已经评定的，改为“已定补助”" in done.stderr
    (written / "全.jsonl").write_text('{"站名": "甲站", "符合条件": "是", "补助": "是"}\n', encoding="utf-8")
    assert "是否应为“已定补助”？" in policylang("batch", "t.pol", "全.jsonl", *ASKED).stderr


def test_the_rows_of_the_sheet(written):
    run = run_of(written, 100)
    found = findings(run)
    head, *rows = sheet(found, run.question.policy, "zh")
    assert head[:5] == ("事项", "分组", "条款", "结论", "站数")
    assert rows == [
        ("名额", None, "第二条", "待定", 4, "2至3", None, 2, 0, None, None, "丙站的符合条件"),
        ("一城一站", "深圳", "第二条", "待定", 2, "1至2", None, 1, 0, None, None, "丙站的符合条件"),
        ("一城一站", "上海", "第二条", "未超出", 1, 1, None, 1, 0, None, None, None),
        ("预算", None, "第二条", "未超出", 4, None, None, 500_000, None, Decimal("350000.5"), Decimal("440000.5"), None),
        ("比例", None, "第二条", "待定", 4, "2至3", None, 2, None, None, None, "丙站的符合条件"),
        ("总额", None, "第二条", "350000.5元至440000.5元", None, None, None, None, None, Decimal("350000.5"), Decimal("440000.5"), "丙站的符合条件"),
        ("其中：补助", None, None, None, None, "2至3", None, None, None, Decimal("350000.5"), Decimal("440000.5"), None),
    ]
    english = sheet(found, run.question.policy, "en")
    assert english[1][0] == "quota"
    assert english[6][2] == "Article 2"


def test_on_the_screen(policylang, written):
    done = policylang("batch", "t.pol", "站.csv", *ASKED)
    assert done.returncode == 1  # rows were refused
    assert "名额：待定（第二条）\n  现有2至3，限额2" in done.stdout
    assert "总额：350000.5元至440000.5元（第二条）" in done.stdout
    plain = policylang("batch", "t.pol", "站.csv", *ASKED[:-1])
    assert "名额：待定" not in plain.stdout


def test_what_it_cannot_do(policylang, written):
    done = policylang("batch", "t.pol", "站.csv", *ASKED, "--only", "补助")
    assert done.returncode == 2
    assert "不能与 --only 一起用" in done.stderr
    (written / "无.pol").write_text(POLICY.partition("第二条")[0], encoding="utf-8")
    done = policylang("batch", "无.pol", "站.csv", *ASKED)
    assert "本办法没有管全部工作站的规则" in done.stdout


def test_a_sheet_of_the_workbook(policylang, written):
    book = Workbook()
    for row in (HEAD, *ROWS[:4]):
        book.active.append([cell or None for cell in row])
    book.save(written / "站.xlsx")
    for _ in range(2):  # the second run finds the sheet of the first
        done = policylang("batch", "t.pol", "站.xlsx", *ASKED, "--in-place")
        assert done.returncode == 0, done.stderr
    page = load_workbook(written / "站.xlsx")["全部站核对"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[1][:9] == ("名额", None, "第二条", "待定", 4, "2至3", None, 2, 0)
    assert rows[4][9:11] == (350000.5, 440000.5)
    assert len(rows) == 8
