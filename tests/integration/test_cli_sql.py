"""``policylang sql``: the script runs, and says what ``policylang eval`` says."""

from __future__ import annotations

import duckdb
import pytest

POLICY = """\
办法 small 《示例办法》

事实
  引进人才数（recruits）：数量（人），由 市人才办 核定
  弄虚作假（fraud）：是否，由 市人才办 认定

结果
  考核等次（grade）：等级 优秀（good）＞合格（pass）＞不合格（fail）

第一条 考核
  考核等次 为 优秀，当 引进人才数 30人以上
  考核等次 为 合格，当 引进人才数 10人以上
  考核等次 为 不合格，其余情形
  考核等次 为 不合格，优先于 第一条，当 弄虚作假 且 先后 读作 从严
  疑义 先后（which）：“人数够而弄虚作假的，以何者为准？”
    采用 从严（strict）：“不合格单独列举”
    另解 从宽（loose）：“只看人数”
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.pol"
    path.write_text(POLICY, encoding="utf-8")
    return path


@pytest.mark.parametrize(("reading", "frauds"), [("strict", "fail"), ("loose", "good")])
def test_the_script_decides_the_stations_of_a_table(policylang, small, reading, frauds):
    done = policylang("sql", small, "--as-of", "2025-12-31", "--reading", f"which={reading}", "--table", "站", "--key", "编号", "--view", "结果")
    assert done.returncode == 0, done.stderr
    assert f"时点 2025-12-31，考核年度 2025；读法：which={reading}" in done.stdout
    connection = duckdb.connect()
    connection.execute('CREATE TABLE "站" ("编号" TEXT, recruits BIGINT, fraud BOOLEAN)')
    connection.execute("""INSERT INTO "站" VALUES ('甲', 30, FALSE), ('乙', 12, FALSE), ('丙', 40, TRUE), ('丁', NULL, FALSE), ('戊', -1, FALSE)""")
    for _ in range(2):  # the script makes everything anew
        connection.execute(done.stdout)
    found = connection.execute('SELECT "编号", grade, "grade.missing", unreadable FROM "结果" ORDER BY ALL').fetchall()
    wanted = [("甲", "good", "", ""), ("乙", "pass", "", ""), ("丙", frauds, "", ""), ("丁", None, "recruits", ""), ("戊", None, "recruits", "recruits")]
    assert sorted(found) == sorted(wanted)
    connection.close()


@pytest.mark.parametrize("outcome", ["评估等级", "站长配备", None])
def test_the_tables_that_the_views_read_can_be_made(policylang, outcome):
    """As they are printed, with a row for a station of which nothing is known."""
    asked = ("liuzhou", "--as-of", "2025-12-31", *(("--outcome", outcome) if outcome else ()))
    tables, views = policylang("sql", *asked, "--tables"), policylang("sql", *asked)
    assert (tables.returncode, views.returncode) == (0, 0)
    assert '"nominal_only.2025" BOOLEAN,  -- 有名无实（2025）' in tables.stdout or outcome == "站长配备"
    connection = duckdb.connect()
    connection.execute(tables.stdout)
    connection.execute("INSERT INTO stations (station) VALUES ('甲')")
    if outcome is None:
        return  # planned for seconds elsewhere
    connection.execute(views.stdout)
    ((station, rejected, unreadable),) = connection.execute("SELECT station, rejected, unreadable FROM stations_liuzhou").fetchall()
    assert (station, rejected, unreadable) == ("甲", "", "")
    few = connection.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'stations'").fetchall()[0][0]
    assert few < (10 if outcome == "站长配备" else 40)
    connection.close()


def test_types_are_named_as_the_database_names_them(policylang, small):
    for engine, kind in (("duckdb", '"编号" TEXT'), ("postgres", '"编号" TEXT'), ("spark", "`编号` STRING")):
        done = policylang("sql", small, "--dialect", engine, "--tables", "--key", "编号")
        assert kind in done.stdout


def test_a_script_is_written_to_a_file(policylang, small, tmp_path):
    done = policylang("sql", small, "--dialect", "postgres", "--outcome", "考核等次", "--out", "v.sql")
    assert (done.returncode, done.stdout) == (0, "")
    assert 'CREATE VIEW "stations_small" AS' in (tmp_path / "v.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--years", "2025-2023"], "不是年度"), (["--years", "去年"], "不是年度"), (["--as-of", "明天"], "不是日期"),
        (["--outcome", "等次"], "没有“等次”这个结果"), (["--reading", "x=y"], "没有疑义“x”"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told(policylang, small, arguments, told):
    done = policylang("sql", small, *arguments)
    assert done.returncode != 0
    assert told in done.stderr
