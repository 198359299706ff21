"""``policylang batch`` when something is wrong: files that are no tables, outputs that cannot be written, kills."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook

from tools.kill_batch import command, content, kills, table, whole

ASKED = ("--as-of", "2025-03-03", "--year", "2024", "--only", "评估等级")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("站.csv", b"", "表是空的"),
        ("站.csv", "甲,乙\n1,2\n".encode(), "没有一列是本办法的事实"),
        ("站.csv", "站名,引进G类以上人才数.2024\n".encode(), "没有工作站"),
        ("站.csv", "站名,引进G类以上人才数.2024\n合计,30\n".encode(), "没有工作站"),
        ("站.csv", b"\xff\xff\xff\xff,1\n", "编码既不是 UTF-8，也不是 GB18030"),
        ("站.csv", b"a,b\0c\n", "不是文本文件"),
        ("站.csv", "站名,引进G类以上人才数.2024,g_class_recruits_by_year.2024\n甲,1,1\n".encode(), "两列是同一项事实"),
        ("站.csv", "站名,引进G类以上人才数.2024（场）\n甲,1\n".encode(), "的单位是“场”，而这项事实以“人”计"),
        ("站.csv", "站名,引进G类以上人才数.2024,评估等级\n甲,1,\n".encode(), "已有“评估等级”一列"),
        ("站.xlsx", b"not a workbook", "不是 .xlsx 工作簿"),
        ("站.parquet", b"PAR1 nothing PAR1", "不是完好的 Parquet 文件"),
        ("站.db", b"this is no database at all, but long enough to be looked at" * 20, "不是数据库"),
        ("站.xls", b"", "另存为 .xlsx"),
        ("站.pdf", b"", "后缀不是表格"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_stations(policylang, tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    done = policylang("batch", "liuzhou", name, *ASKED)
    assert done.returncode == 2
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_files_that_are_not_there(policylang):
    for name in ("没有.csv", "没有.xlsx", "没有.parquet", "没有.jsonl", "没有.db", "没有.duckdb"):
        done = policylang("batch", "liuzhou", name, *ASKED)
        assert done.returncode == 2
        assert "找不到文件“没有." in done.stderr


def test_the_output_is_never_the_input(policylang, tmp_path):
    (tmp_path / "站.csv").write_text("站名,引进G类以上人才数.2024\n甲,1\n", encoding="utf-8")
    before = (tmp_path / "站.csv").read_bytes()
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--out", f"../{tmp_path.name}/站.csv")
    assert done.returncode == 2
    assert "输出就是输入" in done.stderr
    assert (tmp_path / "站.csv").read_bytes() == before
    assert "只有 .xlsx 可以写回" in policylang("batch", "liuzhou", "站.csv", *ASKED, "--in-place").stderr


@pytest.mark.parametrize("out", ["没有/站.csv", "站.csv/出.csv", "站.csv/出.parquet"])
def test_a_place_that_cannot_be_written(policylang, tmp_path, out):
    (tmp_path / "站.csv").write_text("站名,引进G类以上人才数.2024\n甲,1\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--out", out)
    assert done.returncode == 2
    assert f"写不了“{out}”" in done.stderr


def test_a_workbook_that_unpacks_without_end_is_not_opened(policylang, tmp_path):
    with zipfile.ZipFile(tmp_path / "站.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (150 << 20))
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED)
    assert done.returncode == 2
    assert "展开以后太大" in done.stderr


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_disk_that_is_full_leaves_nothing_half(tmp_path, suffix):
    table(tmp_path / "in.csv", 3000)
    (tmp_path / f"out{suffix}").write_bytes("以前的".encode())
    arguments = command(tmp_path, "in.csv", f"out{suffix}", 100_000)
    small = 20_000 if suffix == ".parquet" else 200_000
    done = subprocess.run(
        arguments, capture_output=True, check=False, env=_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (small, small)),
    )  # fmt: skip
    assert done.returncode == 2, done.stderr.decode()
    assert "写不了" in done.stderr.decode()
    assert (tmp_path / f"out{suffix}").read_bytes() == "以前的".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", f"out{suffix}"]


#: A file system of its own for the command, in a namespace of its own; what is left on it is told last.
_SMALL = 'mount -t tmpfs -o size="$1" tmpfs "$2" && cd "$2" && shift 2 && "$@"; code=$?; echo "left: $(ls -A)"; exit $code'


def _on_a_small_disk(folder, size, arguments, **variables):
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", folder]
    if shutil.which("unshare") is None or subprocess.run(tried, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", _SMALL, "sh", size, folder, *arguments], capture_output=True, check=False, text=True,
        env={**_environment(), **variables},
    )  # fmt: skip


@pytest.mark.parametrize("source", ["in.csv", "in.xlsx"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".duckdb", ".db"])
@pytest.mark.parametrize("temporary", ["elsewhere", "there"])
def test_a_full_disk_is_told_the_same_way_in_every_form(tmp_path, source, suffix, temporary):
    if (source, suffix) == ("in.csv", ".xlsx"):
        return  # no form goes into a workbook
    table(tmp_path / "in.csv", 3000)
    if source == "in.xlsx":
        _workbook(tmp_path)
    small = tmp_path / "small"
    small.mkdir()
    arguments = command(tmp_path, source, f"small/out{suffix}", 100_000)
    done = _on_a_small_disk(small, "16k", arguments, **({"TMPDIR": str(small)} if temporary == "there" else {}))
    assert done.returncode == 2, done.stderr
    told = done.stderr.splitlines()[-1]
    assert re.fullmatch("错误：(写不了“.*”：|数据库“.*”)(写不下，)?.*磁盘已满", told), done.stderr
    assert "维护者" not in done.stderr
    assert done.stdout.splitlines()[-1].strip() == "left:"


def test_a_full_folder_for_temporary_files_is_told_by_its_name(tmp_path):
    table(tmp_path / "in.csv", 3000)
    _workbook(tmp_path)
    small = tmp_path / "small"
    small.mkdir()
    done = _on_a_small_disk(small, "16k", command(tmp_path, "in.xlsx", "out.xlsx", 100_000), TMPDIR=str(small))
    assert done.returncode == 2, done.stderr
    assert f"临时文件夹“{small}”所在的磁盘已满" in done.stderr
    assert not list(tmp_path.glob("out*"))


def _workbook(folder):
    made = Workbook()
    for line in (folder / "in.csv").read_text("utf-8").splitlines():
        made.active.append(line.split(","))
    made.save(folder / "in.xlsx")


def test_finished_parts_are_kept_and_taken_up_and_a_changed_input_starts_anew(tmp_path):
    table(tmp_path / "in.csv", 3000)
    whole(command(tmp_path, "in.csv", "wanted.csv", 500))
    arguments = command(tmp_path, "in.csv", "out.csv", 500)
    limit = len((tmp_path / "wanted.csv").read_bytes()) // 2  # each part fits, the whole does not
    done = subprocess.run(
        arguments, capture_output=True, check=False, env=_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 2
    assert "已算好的6部分留在“out.csv.part”" in done.stderr.decode()
    assert not (tmp_path / "out.csv").exists()
    done = subprocess.run(arguments, capture_output=True, check=False, env=_environment())
    assert "接着上次中断的地方计算，已有6部分" in done.stderr.decode()
    assert content(tmp_path / "out.csv") == content(tmp_path / "wanted.csv")
    assert not (tmp_path / "out.csv.part").exists()
    subprocess.run(
        arguments, capture_output=True, check=False, env=_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    table(tmp_path / "in.csv", 3100)
    whole(command(tmp_path, "in.csv", "wanted.csv", 500))
    done = subprocess.run(arguments, capture_output=True, check=False, env=_environment())
    assert "以前算好的部分不用，重新计算" in done.stderr.decode()
    assert content(tmp_path / "out.csv") == content(tmp_path / "wanted.csv")


@pytest.mark.parametrize("what", ["columns", "list"])
def test_what_is_read_beside_the_table_starts_it_anew_when_it_changes(tmp_path, what):
    """The names of columns and the records of a list, put right after an interruption."""
    (tmp_path / "t.pol").write_text(
        "办法 t 《办法》\n事实\n  甲数：数量（人）\n  乙数：数量（人）\n  名单：清单（人）：\n    在册：是否\n结果\n  等级：等级 优＞差\n"
        "第一条\n  等级 为 优，当 甲数 10人以上 且 存在 名单 其中（在册）\n  等级 为 差，其余情形\n", encoding="utf-8",
    )  # fmt: skip
    lines = "".join(f"站{n},20,1\n" for n in range(3000))
    (tmp_path / "in.csv").write_text("站名,今年,去年\n" + lines, encoding="utf-8")
    (tmp_path / "in.yaml").write_text("今年: 乙数\n去年: 甲数\n" if what == "columns" else "今年: 甲数\n去年: 乙数\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("站名,在册\n" + "".join(f"站{n},{'否' if what == 'list' else '是'}\n" for n in range(3000)), encoding="utf-8")
    arguments = [
        *command(tmp_path, "in.csv", "out.csv", 500)[:4], str(tmp_path / "t.pol"), str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"),
        "--as-of", "2025-03-03", "--year", "2025", "--part-rows", "500", "--columns", str(tmp_path / "in.yaml"),
        "--list", f"名单={tmp_path / 'list.csv'}",
    ]  # fmt: skip
    interrupted = subprocess.run(
        arguments, capture_output=True, check=False, env=_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, 80_000)),
    )  # fmt: skip
    assert "已算好的6部分留在“out.csv.part”" in interrupted.stderr.decode(), interrupted.stderr.decode()
    (tmp_path / "in.yaml").write_text("今年: 甲数\n去年: 乙数\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("站名,在册\n" + "".join(f"站{n},是\n" for n in range(3000)), encoding="utf-8")
    done = subprocess.run(arguments, capture_output=True, check=False, env=_environment())
    assert "以前算好的部分不用，重新计算" in done.stderr.decode()
    assert "等级：优 3000" in done.stdout.decode()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_killed_at_random_moments_nothing_is_lost_or_doubled(suffix):
    found = kills(3, rows=4000, part=500, suffix=suffix, seed=3)
    assert found["killed"] == 3
    assert found["compared"] > 0


def _environment():
    import os

    from tools.kill_batch import ROOT

    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LANG": "zh_CN.UTF-8"}


if sys.platform == "win32":  # pragma: no cover
    pytest.skip("limits of files are set as POSIX does", allow_module_level=True)
