"""What one command keeps for the next: the same answers, never an old one, and no trouble where nothing can be kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import policylang as package

ROOT = Path(__file__).resolve().parents[2]
STATION = ROOT / "examples" / "liuzhou_station.yaml"
SMALL = """办法 t 《试行办法》
事实
  甲（a）：是否
结果
  可（ok）：条件
  态（s）：状态 有、无
第一条
  态 为 有，当 可
"""
HEAVY = ("lark", "jsonschema", "policylang.syntax.parser", "policylang.syntax.ast", "policylang.semantics.resolve")


@pytest.fixture
def kept(tmp_path):
    """An empty cache of this test's own."""
    return tmp_path / "kept"


@pytest.mark.parametrize("command", [["explain"], ["eval", "--format", "json"], ["eval", "--all-readings", "--lang", "en"]])
def test_the_second_answer_is_the_first(policylang, kept, command):
    first, *options = command
    answers = [
        policylang(first, "liuzhou", STATION, *options, env={"POLICYLANG_CACHE": folder})
        for folder in ("off", str(kept), str(kept))
    ]
    assert len({(done.returncode, done.stdout, done.stderr) for done in answers}) == 1
    assert answers[0].returncode == 0
    assert sorted(path.suffix for path in kept.iterdir()) == [".kept", ".kept"]  # the parser's tables and the core


def test_the_second_command_loads_neither_parser_nor_checks(policylang, kept):
    policylang("eval", "liuzhou", STATION, env={"POLICYLANG_CACHE": str(kept)})
    program = (
        f"import sys; sys.argv = ['policylang', 'explain', 'liuzhou', {str(STATION)!r}]\n"
        "from policylang.cli.main import run\n"
        "try: run()\n"
        f"except SystemExit: print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True,
        env={**os.environ, "POLICYLANG_CACHE": str(kept), "PYTHONPATH": str(Path(package.__file__).parents[1])},
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "[]"


def test_warnings_are_shown_every_time(policylang, kept, tmp_path):
    (tmp_path / "t.pol").write_text(SMALL, encoding="utf-8")
    first, second = (policylang("check", "t.pol", env={"POLICYLANG_CACHE": str(kept)}) for _ in range(2))
    assert "outcome-without-rules" in first.stderr
    assert (second.stdout, second.stderr) == (first.stdout, first.stderr)


def test_an_edited_policy_is_compiled_anew(policylang, kept, tmp_path):
    policy = tmp_path / "t.pol"
    policy.write_text(SMALL, encoding="utf-8")
    (tmp_path / "t.yaml").write_text("时点: 2025-03-01\n事实: {甲: 是}\n", encoding="utf-8")
    before = policylang("eval", "t.pol", "t.yaml", env={"POLICYLANG_CACHE": str(kept)})
    status = policy.stat()
    policy.write_text(SMALL.replace("试行", "暂行"), encoding="utf-8")
    os.utime(policy, ns=(status.st_atime_ns, status.st_mtime_ns))  # of the same size and the same day
    after = policylang("eval", "t.pol", "t.yaml", env={"POLICYLANG_CACHE": str(kept)})
    assert "《试行办法》" in before.stdout
    assert "《暂行办法》" in after.stdout
    policy.write_text(SMALL.replace("态 为 有", "态 为 好"), encoding="utf-8")
    assert policylang("eval", "t.pol", "t.yaml", env={"POLICYLANG_CACHE": str(kept)}).returncode == 1


def test_an_edited_front_end_compiles_anew(kept, tmp_path):
    (tmp_path / "t.pol").write_text(SMALL, encoding="utf-8")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "grammar", tmp_path / "grammar")

    def check() -> str:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "policylang", "check", "t.pol"], cwd=tmp_path, capture_output=True, check=True,
            env={**os.environ, "POLICYLANG_CACHE": str(kept), "PYTHONPATH": str(tmp_path / "src"), "LANG": "zh_CN.UTF-8"},
        )  # fmt: skip
        return done.stderr.decode("utf-8")

    told = check()
    assert check() == told
    (module,) = (path for path in (tmp_path / "src/policylang/semantics").glob("*.py") if '"outcome-without-rules"' in text(path))
    status = module.stat()
    module.write_text(text(module).replace('"outcome-without-rules"', '"outcome-without-RULES"'), encoding="utf-8")
    os.utime(module, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "outcome-without-RULES" in check()


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_several_commands_at_once(policylang, kept):
    wanted = policylang("eval", "liuzhou", STATION, env={"POLICYLANG_CACHE": "off"}).stdout
    variables = {**os.environ, "POLICYLANG_CACHE": str(kept), "PYTHONPATH": str(Path(package.__file__).parents[1]), "LANG": "zh_CN.UTF-8"}
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "policylang", "eval", "liuzhou", str(STATION)], env=variables,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    told = [command.communicate() for command in commands]
    assert {(out.decode("utf-8"), err) for out, err in told} == {(wanted, b"")}
    assert len(list(kept.iterdir())) == 2
    assert policylang("eval", "liuzhou", STATION, env={"POLICYLANG_CACHE": str(kept)}).stdout == wanted


def test_a_home_in_which_nothing_can_be_made(policylang, tmp_path):
    home = tmp_path / "home"
    home.write_text("", encoding="utf-8")  # not even root makes a folder in it
    place = {"POLICYLANG_CACHE": None, "XDG_CACHE_HOME": None, "LOCALAPPDATA": None, "HOME": str(home), "USERPROFILE": str(home)}
    for _ in range(2):
        done = policylang("eval", "liuzhou", STATION, env=place)
        assert (done.returncode, done.stderr) == (0, "")


def test_by_default_it_is_in_the_cache_folder_of_the_user(policylang, tmp_path):
    place = {"XDG_CACHE_HOME": str(tmp_path / "c"), "LOCALAPPDATA": str(tmp_path / "c"), "POLICYLANG_CACHE": None}
    policylang("check", "luzhou", env=place)
    assert len(list((tmp_path / "c" / "policylang").glob("*.kept"))) == 2
