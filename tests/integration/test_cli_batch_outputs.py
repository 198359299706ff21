"""``policylang batch`` from one form into another, over its own results, with formulas, in full places."""

from __future__ import annotations

import json
import sqlite3

import duckdb
import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

ASKED = ("--as-of", "2025-03-03", "--year", "2024", "--only", "评估等级")
FACT = "引进G类以上人才数.2024"


@pytest.fixture
def database(tmp_path):
    with sqlite3.connect(tmp_path / "站.db") as connection:
        connection.execute(f'create table 站 (站名 text, "{FACT}" integer)')
        connection.executemany("insert into 站 values (?, ?)", [("甲", 30), ("乙", 3), ("丙", None)])
    return tmp_path


@pytest.mark.parametrize("out", ["果.parquet", "果.csv", "果.duckdb", "果.db"])
def test_a_table_of_sqlite_goes_into_every_form(policylang, database, out):
    done = policylang("batch", "liuzhou", "站.db", *ASKED, "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("leaked") == 0
    match out.rpartition(".")[2]:
        case "parquet":
            found = pl.read_parquet(database / out)["是否受理"].to_list()
        case "csv":
            found = pl.read_csv(database / out)["是否受理"].to_list()
        case "duckdb":
            with duckdb.connect(str(database / out)) as connection:
                found = [row[0] for row in connection.execute("select 是否受理 from 站_结果").fetchall()]
        case _:
            with sqlite3.connect(database / out) as connection:
                found = [row[0] for row in connection.execute("select 是否受理 from 站_结果").fetchall()]
    assert found == ["受理"] * 3


@pytest.mark.parametrize("out", ["果.db", "果.duckdb"])
def test_no_empty_database_is_left_where_it_fails(policylang, tmp_path, out):
    (tmp_path / "站.csv").write_text(f"站名,{FACT},评估等级\n甲,1,\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--out", out)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["站.csv"]


@pytest.fixture
def book(tmp_path):
    made = Workbook()
    for row in (["站名", FACT, "说明"], ["甲", 30, "=1+1"], ["乙", 3.0, None], ["合计", "=SUM(B2:B3)", None]):
        made.active.append(row)
    made.create_sheet("别的")["A1"] = "=1+2"
    made.save(tmp_path / "站.xlsx")
    return tmp_path


@pytest.mark.parametrize("out", ["果.csv", "果.parquet"])
def test_cells_without_a_value_are_blank_in_other_forms(policylang, book, out):
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, "--out", out)
    assert done.returncode == 0, done.stderr
    found = pl.read_csv(book / out, infer_schema_length=0) if out.endswith("csv") else pl.read_parquet(book / out)
    assert found[FACT].to_list() == ["30", "3", None]
    assert "object at" not in str(found.to_dicts())


def test_formulas_are_kept_and_calculated_when_it_is_opened(policylang, book):
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, "--in-place")
    assert done.returncode == 0, done.stderr
    assert "工作簿里有公式" in done.stderr
    found = load_workbook(book / "站.xlsx")
    assert (found["别的"]["A1"].value, found.active["C2"].value) == ("=1+2", "=1+1")
    assert found.calculation.fullCalcOnLoad


def test_lines_can_be_decided_again(policylang, tmp_path):
    lines = ['{"站名": "甲", "引进G类以上人才数": {"2024": 30}}', '{"站名":"乙","说明":"\\"结果\\": 1"}', '{"站名": "丙", "结果": {}}']
    (tmp_path / "站.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--out", "一.jsonl").returncode == 0
    assert policylang("batch", "liuzhou", "一.jsonl", *ASKED, "--out", "二.jsonl").returncode == 0
    assert (tmp_path / "一.jsonl").read_text("utf-8") == (tmp_path / "二.jsonl").read_text("utf-8")
    found = [json.loads(line) for line in (tmp_path / "二.jsonl").read_text("utf-8").splitlines()]
    assert [each["结果"]["是否受理"] for each in found] == ["受理"] * 3
    assert found[1]["说明"] == '"结果": 1'


def test_what_is_settled_twice_is_refused(policylang, tmp_path):
    (tmp_path / "站.jsonl").write_text('{"站名": "甲", "已定设站资格": "有效", "设站资格·已定": "撤销"}\n{"站名": "乙"}\n', encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.jsonl", *ASKED[:4], "--population")
    assert done.returncode == 1
    assert "“设站资格·已定”写了两次" in done.stderr


def test_many_refused_rows_are_counted_right(policylang, tmp_path):
    rows = [f"站{n},约{n}" for n in range(10_030)] + [f"重{n % 20},3" for n in range(40)]
    (tmp_path / "站.csv").write_text(f"站名,{FACT}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED)
    assert "共10070行：受理0行，未受理10070行" in done.stdout
    assert "……共10070项，其余见输出" in done.stderr
    assert "另有" not in done.stderr
