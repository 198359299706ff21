"""``policylang batch`` on Parquet, JSON lines and databases: the same stations, the same answers, in the form they came in."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

import policylang as package
from unit.engines.sql.sql_engines import PostgreSQL, why_not

ASKED = ("--as-of", "2025-03-03", "--year", "2024", "--only", "评估等级,建设补助")
STATIONS = pl.DataFrame(
    {
        "站名": ["甲", "乙", "丙", "丁"],
        "印发日期": [date(2024, 6, 1)] * 4,
        "管理期起始日": [date(2024, 7, 1), date(2024, 7, 1), None, date(2024, 7, 1)],
        "引进G类以上人才数.2024": [30, 21, 12, -1],
        "有名无实.2024": [False, True, False, None],
        "与设站标准差距较大": [False, False, False, False],
        "不配合招引和征集": [False, False, False, False],
        "有其他不合格情形": [False, False, False, False],
    }
)
GRADES = ["A级", "不合格", "C级", None]


def test_parquet_keeps_its_columns_and_types_the_new_ones(policylang, tmp_path):
    table = STATIONS.with_columns(pl.col("引进G类以上人才数.2024").cast(pl.Int8))
    table.write_parquet(tmp_path / "站.parquet")
    done = policylang("batch", "liuzhou", "站.parquet", *ASKED)
    assert done.returncode == 1
    assert "丁：站.parquet第4行“引进G类以上人才数.2024”填写为“-1”，不得小于0" in done.stderr
    found = pl.read_parquet(tmp_path / "站·结果.parquet")
    assert found.select(table.columns).equals(table)
    assert found["评估等级"].to_list() == GRADES
    assert found["评估等级"].dtype == pl.Categorical
    assert found["建设补助·上限（元）"].dtype == pl.Decimal(18, 2)
    assert found["建设补助·上限（元）"].to_list()[:2] == [Decimal(100_000), None]
    assert found["是否受理"].to_list() == ["受理", "受理", "受理", "未受理"]
    told = json.loads(pl.read_parquet_metadata(tmp_path / "站·结果.parquet")["policylang"])
    assert (told["policy"], told["as_of"], told["year"]) == ("liuzhou", "2025-03-03", 2024)


def test_parts_of_any_size_give_the_same_table(policylang, tmp_path):
    many = pl.concat([STATIONS.with_columns(pl.format("{}{}", "站名", pl.lit(n))) for n in range(40)])
    many.write_parquet(tmp_path / "站.parquet", row_group_size=33)
    for size in ("1000", "7", "32"):
        policylang("batch", "liuzhou", "站.parquet", *ASKED, "--out", f"{size}.parquet", "--part-rows", size)
    frames = [pl.read_parquet(tmp_path / f"{size}.parquet").cast({pl.Categorical: pl.String}) for size in ("1000", "7", "32")]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert Counter(frames[0]["评估等级"].to_list())["A级"] == 40
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("有名无实.2024", [0, 1, 0, 1], "1、0不当作是、否"),
        ("印发日期", [1, 2, 3, 4], "而这项事实应为日期"),
        ("管理期起始日", [True] * 4, "而这项事实应为日期"),
    ],
)
def test_a_column_of_another_type_is_refused_as_a_whole(policylang, tmp_path, column, values, said):
    STATIONS.with_columns(pl.Series(column, values)).write_parquet(tmp_path / "站.parquet")
    done = policylang("batch", "liuzhou", "站.parquet", *ASKED)
    assert done.returncode == 2
    assert f"列“{column}”" in done.stderr
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["站.parquet"]


def test_floats_that_are_not_whole_are_refused_one_by_one(policylang, tmp_path):
    STATIONS.with_columns(pl.Series("引进G类以上人才数.2024", [30.0, 21.5, float("nan"), None])).write_parquet(tmp_path / "站.parquet")
    done = policylang("batch", "liuzhou", "站.parquet", *ASKED)
    found = pl.read_parquet(tmp_path / "站·结果.parquet")
    assert found["是否受理"].to_list() == ["受理", "未受理", "未受理", "受理"]
    assert "填写为“21.5”，应当是整数" in done.stderr
    assert "填写为“nan”，应当是整数" in done.stderr


def test_texts_in_parquet_are_read_like_cells_and_lists_are_nested(policylang, tmp_path):
    people = [[{"year": 2024, "class": "F", "for_enterprise_in_city": True, "count": 20}], [], None, [{"year": 2024, "class": "甲", "count": 1}]]
    table = STATIONS.drop("引进G类以上人才数.2024").with_columns(
        pl.Series("引进名单", people), pl.col("印发日期").cast(pl.String), pl.Series("有名无实.2024", ["否", "否", "否", "否"], dtype=pl.Categorical)
    )
    table.write_parquet(tmp_path / "站.parquet")
    done = policylang("batch", "liuzhou", "站.parquet", *ASKED)
    found = pl.read_parquet(tmp_path / "站·结果.parquet")
    assert found["评估等级"].to_list()[:2] == ["B级", "不合格"]
    assert found["评估等级"].to_list()[2].startswith("待定")
    assert "第1项的“人才类别”填写为“甲”" in done.stderr


def test_parquet_can_go_out_as_text(policylang, tmp_path):
    STATIONS.write_parquet(tmp_path / "站.parquet")
    assert policylang("batch", "liuzhou", "站.parquet", *ASKED, "--out", "站.csv").returncode == 1
    data = (tmp_path / "站.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert ",100000," in data.decode("utf-8-sig").split("\r\n")[1]


# JSON lines


def test_json_lines_hold_facts_and_get_their_answers(policylang, tmp_path):
    lines = [
        {"站名": "甲", "印发日期": "2024-06-01", "引进G类以上人才数": {"2024": 30}, "与设站标准差距较大": "否"},
        {"站名": "乙", "facts": {"g_class_recruits_by_year": {"2024": 20, "2023": 4}, "recruits": []}},
        {"站名": "丙", "引进G类以上人才数": {"2024": "约30"}},
        {"站名": "丁", "引进名单": [{"引进年度": 2024, "人才类别": "F", "为在柳企业引进": True, "人数": 12}], "备注": "另"},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + '\n\n{"站名": "戊",}\n{"a": 1, "a": 2}\n'
    (tmp_path / "站.jsonl").write_text(text, encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--part-rows", "2")
    assert done.returncode == 1
    written = (tmp_path / "站·结果.jsonl").read_text(encoding="utf-8").split("\n")
    found = [json.loads(line) for line in written if line]
    assert [one | {"结果": None} for one in found[:4]] == [line | {"结果": None} for line in lines]
    answers = [one["结果"] for one in found]
    assert answers[0]["评估等级"]["结果"].startswith("待定：A级")
    assert ["2024年评估结论"] in answers[0]["评估等级"]["尚缺"]
    assert answers[0]["评估等级"]["依据条款"] == ["第十条3", "第十条4"]
    assert answers[0]["建设补助"]["上限（元）"] == 100_000
    assert "约30" in answers[2]["未受理原因"]
    assert answers[3]["评估等级"]["结果"].startswith("待定：C级")
    assert [answer["是否受理"] for answer in answers] == ["受理", "受理", "未受理", "受理", "未受理", "未受理"]
    assert "“备注”不是本办法的事实" in done.stderr
    assert policylang("batch", "liuzhou", "站.jsonl", *ASKED, "--lang", "en", "--out", "en.jsonl").returncode == 1
    assert json.loads((tmp_path / "en.jsonl").read_text(encoding="utf-8").split("\n")[0])["results"]["construction_subsidy"]["high"] == 100_000


# databases


def sqlite(path):
    connection = sqlite3.connect(path)
    connection.execute(
        'create table 工作站 (站名 text, 印发日期 text, 管理期起始日 date, "引进G类以上人才数.2024" integer, "有名无实.2024" boolean,'
        ' 与设站标准差距较大 boolean, 不配合招引和征集 boolean, 有其他不合格情形 boolean)'
    )
    rows = [[v.isoformat() if isinstance(v, date) else v for v in row] for row in STATIONS.rows()]
    connection.executemany("insert into 工作站 values (?,?,?,?,?,?,?,?)", rows)
    connection.execute('create table 数 (站名 text, "有名无实.2024" integer)')
    connection.execute("insert into 数 values ('甲', 1)")
    connection.commit()
    connection.close()


def test_a_table_of_sqlite(policylang, tmp_path):
    sqlite(tmp_path / "站.db")
    assert "用 --table 写明" in policylang("batch", "liuzhou", "站.db", *ASKED).stderr
    assert "是否应为“工作站”" in policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "工作占").stderr
    done = policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "工作站")
    assert done.returncode == 1, done.stderr
    with sqlite3.connect(tmp_path / "站.db") as connection:
        rows = connection.execute('select 站名, "有名无实.2024", 评估等级, "建设补助·上限（元）", 是否受理 from 工作站_结果').fetchall()
        types = {row[1]: row[2] for row in connection.execute('pragma table_info("工作站_结果")')}
    connection.close()
    assert rows == [("甲", 0, "A级", 100_000, "受理"), ("乙", 1, "不合格", None, "受理"), ("丙", 0, "C级", 50_000, "受理"), ("丁", None, None, None, "未受理")]
    assert (types["有名无实.2024"], types["评估等级"]) == ("boolean", "TEXT")
    again = policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "工作站")
    assert again.returncode == 2
    assert "已有表“工作站_结果”，没有改动" in again.stderr
    assert policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "工作站", "--out-table", "二").returncode == 1
    number = policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "数")
    assert "1、0不当作是、否" in number.stderr


def test_a_locked_database_is_told_and_nothing_is_written(policylang, tmp_path):
    sqlite(tmp_path / "站.db")
    connection = sqlite3.connect(tmp_path / "站.db", isolation_level=None)
    connection.execute("begin exclusive")
    done = policylang("batch", "liuzhou", "站.db", *ASKED, "--table", "工作站")
    connection.close()
    assert done.returncode == 2
    assert "正被其他程序占用" in done.stderr


def test_a_table_of_duckdb(policylang, tmp_path):
    with duckdb.connect(str(tmp_path / "站.duckdb")) as connection:
        STATIONS.write_parquet(tmp_path / "站.parquet")
        connection.execute(f"create table 工作站 as select * from read_parquet('{tmp_path / '站.parquet'}')")
    done = policylang("batch", "liuzhou", "站.duckdb", *ASKED)
    assert done.returncode == 1, done.stderr
    assert "leaked" not in done.stderr
    with duckdb.connect(str(tmp_path / "站.duckdb"), read_only=True) as connection:
        rows = connection.execute('select 站名, 评估等级, "建设补助·上限（元）" from 工作站_结果').fetchall()
        assert connection.execute("select count(*) from information_schema.tables").fetchall() == [(2,)]
    assert rows[:2] == [("甲", "A级", Decimal("100000.00")), ("乙", "不合格", None)]
    assert policylang("batch", "liuzhou", "站.duckdb", *ASKED).returncode == 2
    assert policylang("batch", "liuzhou", "站.duckdb", *ASKED, "--table", "工作站", "--out", "出.parquet").returncode == 1
    assert pl.read_parquet(tmp_path / "出.parquet")["评估等级"].to_list()[0] == "A级"


@pytest.fixture(scope="module")
def postgres():
    reason = why_not("postgres")
    if reason is not None:
        pytest.skip(reason)
    server = PostgreSQL()
    yield server
    server.close()


def test_a_table_of_postgresql(policylang, postgres):
    url = f"postgresql://postgres@/postgres?host={postgres._folder}"
    postgres.execute(
        'create table 工作站 (站名 text, 印发日期 date, 管理期起始日 date, "引进G类以上人才数.2024" int, "有名无实.2024" boolean,'
        " 与设站标准差距较大 boolean, 不配合招引和征集 boolean, 有其他不合格情形 boolean)"
    )
    for row in STATIONS.rows():
        postgres._connection.execute("insert into 工作站 values (%s,%s,%s,%s,%s,%s,%s,%s)", row)
    done = policylang("batch", "liuzhou", url, *ASKED, "--table", "工作站")
    assert done.returncode == 1, done.stderr
    assert "已写入 工作站_结果" in done.stdout
    rows = postgres.run('select 站名, 印发日期, 评估等级, "建设补助·上限（元）" from 工作站_结果')
    assert rows[0] == ("甲", date(2024, 6, 1), "A级", Decimal("100000.00"))
    assert policylang("batch", "liuzhou", url, *ASKED, "--table", "工作站").returncode == 2
    assert policylang("batch", "liuzhou", url.replace("/postgres?", "/nothing?"), *ASKED).returncode == 2


def test_a_database_that_goes_away(postgres, tmp_path):
    """Every connection but ours is cut while the table is read: a message, and no table."""
    postgres.execute("create table 大表 as select '站' || n as 站名, n % 40 as \"引进G类以上人才数.2024\" from generate_series(1, 150000) n")
    url = f"postgresql://postgres@/postgres?host={postgres._folder}"
    entry = "import sys; sys.argv[0] = 'policylang'; from policylang.cli.main import run; run()"
    process = subprocess.Popen(
        [sys.executable, "-c", entry, "batch", "liuzhou", url, *ASKED, "--table", "大表"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])},
    )
    cut = threading.Event()

    def cutting() -> None:
        while process.poll() is None:
            found = postgres.run("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'policylang' and query like '%policylang_rows%'")
            if found[0][0]:
                cut.set()
                return
            time.sleep(0.02)

    thread = threading.Thread(target=cutting)
    thread.start()
    _, said = process.communicate(timeout=120)
    thread.join()
    assert cut.is_set()
    assert process.returncode == 2
    assert "数据库连接断开" in said.decode() or "the database went away" in said.decode()
    assert postgres.run("select count(*) from information_schema.tables where table_name like '大表_%'") == [(0,)]
