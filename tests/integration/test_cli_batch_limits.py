"""``policylang batch`` where a measure or a table goes beyond the usual: the answers are still those of ``eval``."""

from __future__ import annotations

import json

import polars as pl
import pytest
from openpyxl import load_workbook

ASKED = ("--as-of", "2025-06-30", "--year", "2025")


@pytest.mark.parametrize(
    ("rule", "fund", "sum_"),
    [
        ("经费 的 12.5%", "30001", "3750.125"), ("经费 的 12.5%", "30003", "3750.375"), ("经费 的 2.5%", "100.01", "2.50025"),
        ("经费 的 20%", "0.02", "0.004"), ("经费", "0.02", "0.02"),
    ],
)  # fmt: skip
def test_no_sum_is_rounded(policylang, tmp_path, rule, fund, sum_):
    (tmp_path / "t.pol").write_text(f"办法 t 《办法》\n事实\n  经费：金额\n结果\n  补助：金额\n第一条\n  补助 给予 {rule}\n", encoding="utf-8")
    (tmp_path / "站.csv").write_text(f"站名,经费\n甲,{fund}\n乙,\n丙,{fund}\n", encoding="utf-8")
    (tmp_path / "站.json").write_text(json.dumps({"事实": {"经费": fund}}, ensure_ascii=False), encoding="utf-8")
    one = policylang("eval", "t.pol", "站.json", *ASKED, "--format", "json")
    assert f'"amount": {sum_}' in one.stdout or f'"amount": "{sum_}"' in one.stdout, one.stdout
    for form in ("csv", "parquet", "jsonl"):
        done = policylang("batch", "t.pol", "站.csv", *ASKED, "--out", f"果.{form}") if form != "jsonl" else None
        assert done is None or done.returncode == 0, done.stderr
    rows = pl.read_csv(tmp_path / "果.csv", infer_schema_length=0).get_column("补助·上限（元）").to_list()
    assert [row and row.rstrip("0").rstrip(".") for row in rows] == [sum_, None, sum_]
    assert [str(row).rstrip("0") for row in pl.read_parquet(tmp_path / "果.parquet")["补助·上限（元）"].drop_nulls()] == [sum_] * 2


def test_every_contradiction_and_every_tip_of_a_long_measure_counts(policylang, tmp_path):
    facts = "".join(f"  日{n}：日期\n  后{n}：日期\n  须 后{n} 不早于 日{n}\n  甲{n}：是否\n" for n in range(66))
    tips = "".join(f"  提示 提示{n}：“第{n}项”，当 甲{n}\n" for n in range(66))
    text = f"办法 t 《办法》\n事实\n{facts}结果\n  状态：状态 有、无\n第一条\n  状态 为 有，当 甲1\n  状态 为 无，其余情形\n{tips}"
    (tmp_path / "t.pol").write_text(text, encoding="utf-8")
    head = ["站名", "日65", "后65", *(f"甲{n}" for n in range(66))]
    rows = [["甲", "2025-02-01", "2025-01-01", *["否"] * 66], ["乙", "", "", *["否"] * 65, "是"], ["丙", "", "", *["是"] * 66]]
    (tmp_path / "站.csv").write_text("".join(",".join(row) + "\n" for row in [head, *rows]), encoding="utf-8")
    done = policylang("batch", "t.pol", "站.csv", *ASKED, "--out", "果.csv")
    assert done.returncode == 1, done.stderr
    found = pl.read_csv(tmp_path / "果.csv", infer_schema_length=0)
    assert found["是否受理"].to_list() == ["未受理", "受理", "受理"]
    assert "后65" in found["未受理原因"][0]
    tips_ = found["提示"].to_list()
    assert tips_[1] == "第65项（第一条）"
    assert tips_[2].count("项（第一条）") == 66


def test_a_fact_that_is_called_like_the_column_of_applicants_stays_a_fact(policylang, tmp_path):
    text = "办法 t 《办法》\n事实\n  申请设站：数量（家）\n结果\n  状态：状态 有、无\n第一条\n  状态 为 有，当 申请设站 2家以上\n  状态 为 无，其余情形\n"
    (tmp_path / "t.pol").write_text(text, encoding="utf-8")
    (tmp_path / "站.csv").write_text("站名,申请设站\n甲,3\n乙,1\n", encoding="utf-8")
    (tmp_path / "站.jsonl").write_text('{"站名": "甲", "申请设站": 3}\n{"站名": "乙", "申请设站": 1}\n', encoding="utf-8")
    for name in ("站.csv", "站.jsonl"):
        for more in ((), ("--population",)):
            done = policylang("batch", "t.pol", name, *ASKED, *more, "--out", f"果{len(more)}.{name[2:]}")
            assert done.returncode == 0, done.stderr
            assert "状态：无 1，有 1" in done.stdout


def test_stations_that_are_not_accepted_are_not_counted(policylang, tmp_path):
    text = (
        "办法 t 《办法》\n事实\n  起算日：日期\n  条数：每月 数量（条）\n结果\n  状态：状态 有、无\n"
        "第一条\n  状态 为 有\n  职责 报送：每月 条数 2条以上，自 起算日\n  限额 总数：不超过1家\n"
    )
    (tmp_path / "t.pol").write_text(text, encoding="utf-8")
    (tmp_path / "站.csv").write_text("站名,起算日,条数.2025-05\n甲,2025-01-01,3\n乙,1925-01-01,3\n", encoding="utf-8")
    done = policylang("batch", "t.pol", "站.csv", *ASKED, "--population")
    assert "受理1行，未受理1行" in done.stdout
    assert "总数：未超出（第一条）\n  现有1，限额1" in done.stdout


def test_the_book_of_sums_has_them_exactly(policylang, tmp_path):
    (tmp_path / "t.pol").write_text("办法 t 《办法》\n事实\n  经费：金额\n结果\n  补助：金额\n第一条\n  补助 给予 经费 的 12.5%\n", encoding="utf-8")
    (tmp_path / "站.csv").write_text("站名,经费\n甲,30001\n", encoding="utf-8")
    from openpyxl import Workbook

    book = Workbook()
    for row in (["站名", "经费"], ["甲", 30001]):
        book.active.append(row)
    book.save(tmp_path / "站.xlsx")
    assert policylang("batch", "t.pol", "站.xlsx", *ASKED, "--in-place").returncode == 0
    cells = next(iter(load_workbook(tmp_path / "站.xlsx").active.iter_rows(min_row=2, max_row=2, values_only=True)))
    assert 3750.125 in cells
