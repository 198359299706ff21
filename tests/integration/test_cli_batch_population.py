"""``policylang batch --population``: the rules over all stations held against a table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from policylang.batch.population import findings, sheet
from policylang.batch.run import Question, prepared
from policylang.batch.tables import Opened
from policylang.compiler import compile_policy
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

    def told(results):
        return [
            (each.group, each.total, each.counted, each.after, each.limit, each.result, each.needs, each.unplaced)
            if isinstance(each, QuotaResult) else each
            for each in results
        ]  # fmt: skip

    assert told(findings(run)) == told(wanted)


def test_the_rows_of_the_sheet(written):
    run = run_of(written, 100)
    found = findings(run)
    head, *rows = sheet(found, run.question.policy, "zh")
    assert head[:5] == ("事项", "分组", "条款", "结论", "站数")
    assert rows == [
        ("名额", None, "第二条", "待定", 4, "2至3", 2, 0, None, None, "丙站的符合条件"),
        ("一城一站", "深圳", "第二条", "待定", 2, "1至2", 1, 0, None, None, "丙站的符合条件"),
        ("一城一站", "上海", "第二条", "未超出", 1, 1, 1, 0, None, None, None),
        ("预算", None, "第二条", "未超出", 4, None, 500_000, None, Decimal("350000.5"), Decimal("440000.5"), None),
        ("比例", None, "第二条", "待定", 4, "2至3", 2, None, None, None, "丙站的符合条件"),
        ("总额", None, "第二条", "350000.5元至440000.5元", None, None, None, None, Decimal("350000.5"), Decimal("440000.5"), "丙站的符合条件"),
        ("其中：补助", None, None, None, None, "2至3", None, None, Decimal("350000.5"), Decimal("440000.5"), None),
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
    assert rows[1][:8] == ("名额", None, "第二条", "待定", 4, "2至3", 2, 0)
    assert rows[4][8:10] == (350000.5, 440000.5)
    assert len(rows) == 8
