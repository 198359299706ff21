"""``policylang batch`` from one form into another, over its own results, with formulas, in full places."""

from __future__ import annotations

import json
import sqlite3

import duckdb
import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from policylang.batch.parts import Parts
from tools.kill_batch import command, started, table

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


@pytest.mark.parametrize("out", ["果.db", "果.duckdb"])
def test_a_new_database_of_a_run_that_was_killed_is_made_anew(policylang, database, out):
    assert policylang("batch", "liuzhou", "站.db", *ASKED, "--out", out).returncode == 0
    parts = Parts(database / out, {"form": "sqlite" if out == "果.db" else "duckdb"})
    parts.begin()
    (database / out).replace(parts.whole)  # complete, but not yet in its place
    parts.let_go()
    done = policylang("batch", "liuzhou", "站.db", *ASKED, "--out", out)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in database.iterdir()) == sorted(["站.db", out])


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


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('{"结果": {"是否受理": "受理"}, "站名": "甲", "引进G类以上人才数": {"2024": 30}}', '{"站名": "甲", "引进G类以上人才数": {"2024": 30}'),
        ('{"站名": "甲" , "结果": [1, {"结果": 2}] , "引进G类以上人才数": {"2024": 30} }', '{"站名": "甲" , "引进G类以上人才数": {"2024": 30}'),
        ('{"站名": "甲", "\\u7ed3\\u679c": {"a": 1}}', '{"站名": "甲"'),
        ('{"站名": "甲", "结果": {}, "results": {}}', '{"站名": "甲"'),
        ('{"results": {}}', "{"),
        ('{"站名": "甲", "说明": "，\\"结果\\": 1", "结果": "\\"结果\\": {}"}', '{"站名": "甲", "说明": "，\\"结果\\": 1"'),
        ('{"站名": "甲", "facts": {"结果": 1}}', '{"站名": "甲", "facts": {"结果": 1}'),
    ],
)  # fmt: skip
def test_an_earlier_answer_is_replaced_wherever_it_stands_and_no_fact_with_it(policylang, tmp_path, line, kept):
    (tmp_path / "站.jsonl").write_text(line + "\n", encoding="utf-8")
    policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--out", "一.jsonl")
    policylang("batch", "liuzhou", "一.jsonl", *ASKED, "--out", "二.jsonl")
    written = (tmp_path / "一.jsonl").read_text("utf-8")
    inside, answer = written.split('"结果": {"是否受理"')
    assert inside.rstrip(" ,") == kept
    assert answer.endswith("}}\n")
    assert "写了两次" not in written
    assert (tmp_path / "二.jsonl").read_text("utf-8").replace("二", "一").replace("一.jsonl", "站.jsonl") == written


def test_a_line_nested_without_end_is_refused_and_the_others_are_decided(policylang, tmp_path):
    deep = f'{{"站名": "甲", "x": {"[" * 50_000}{"]" * 50_000}}}'
    (tmp_path / "站.jsonl").write_text(deep + '\n{"站名": "乙"}\n', encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--out", "一.jsonl")
    assert done.returncode == 1, done.stderr
    assert "共2行：受理1行，未受理1行" in done.stdout


def test_stations_named_twice_are_found_behind_lines_without_a_name(policylang, tmp_path):
    (tmp_path / "站.jsonl").write_text('{"a": 1}\n{"a": 2}\n{"站名": "甲"}\n{"站名": "甲"}\n', encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--part-rows", "2")
    assert "共4行：受理2行，未受理2行" in done.stdout
    assert "“甲”写了不止一行" in done.stderr


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


def test_rows_refused_twice_over_are_counted_once(policylang, tmp_path):
    rows = [f"站{n},约{n}" for n in range(10_000)] + [f"重{n % 20},{'约' * (n % 3 == 0)}3" for n in range(40)] + ["好,3"]
    (tmp_path / "站.csv").write_text(f"站名,{FACT}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--part-rows", "1000")
    assert "共10041行：受理1行，未受理10040行" in done.stdout
    assert "……共10040项，其余见输出" in done.stderr
    assert "另有" not in done.stderr


@pytest.mark.parametrize("out", ["果.csv", "果.parquet", "果.xlsx", "果.duckdb", "果.db"])
def test_two_runs_at_once_never_harm_each_other(tmp_path, out):
    """One of them writes it; the other says why not, and touches nothing."""
    table(tmp_path / "in.csv", 3000)
    source = "in.csv"
    if out.endswith("xlsx"):
        made = Workbook()
        for line in (tmp_path / "in.csv").read_text("utf-8").splitlines():
            made.active.append(line.split(","))
        made.save(tmp_path / "in.xlsx")
        source = "in.xlsx"
    both = [started(command(tmp_path, source, out, 100_000)) for _ in range(2)]
    said = [run.communicate()[1].decode() for run in both]
    codes = [run.returncode for run in both]
    assert 1 in codes, said  # some rows are refused, as ever
    for code, told in zip(codes, said, strict=True):
        assert code == 1 or any(why in told for why in ("另一次运行正在写", "正被其他程序占用", "里已有表")), told
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"in.csv", source, out}
    if out.endswith("duckdb"):
        with duckdb.connect(str(tmp_path / out), read_only=True) as connection:
            assert connection.execute("select count(*) from in_结果").fetchall() == [(3000,)]
    if out.endswith("db") and not out.endswith("duckdb"):
        with sqlite3.connect(tmp_path / out) as connection:
            assert connection.execute("select count(*) from in_结果").fetchall() == [(3000,)]
