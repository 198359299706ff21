"""What the README shows is what happens: its commands exit with 0, its quoted output appears, its Python runs."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

#: A line of quoted output that stands for any lines.
_ANYTHING = "……"


def blocks(language: str) -> list[str]:
    """The fenced blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    """Every command of a console block, with the lines quoted from its output."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks("console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def plain(line: str) -> str:
    return re.sub(r"[ ]+", " ", line).strip()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data files of a fresh clone; what one command writes, the next one finds."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("examples", "policies"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_the_readme_shows_every_command() -> None:
    from policylang.cli.main import main

    assert {command.split()[1] for command, _ in commands()} == set(main.commands)


@pytest.mark.parametrize("number", range(len(commands())), ids=[command for command, _ in commands()])
def test_a_command_of_the_readme(policylang, copy, number: int) -> None:
    command, quoted = commands()[number]
    program, *arguments = shlex.split(command)
    assert program == "policylang"
    every_case = arguments == ["test"]  # tests/test_cases.py runs them all too: here without being measured
    unmeasured = {name: None for name in os.environ if name.startswith("COVERAGE_")} if every_case else {}
    done = policylang(*arguments, cwd=copy, env=unmeasured)
    told = [line for line in done.stderr.splitlines() if not line.startswith(("已写", "已记入", "注意：", "  "))]
    assert (done.returncode, told if "fmt" not in arguments else []) == (0, [])
    lines = iter([plain(line) for line in done.stdout.splitlines()])
    for line in quoted:
        if line != _ANYTHING:
            assert plain(line) in lines, line  # in the order of the output


def test_the_python_of_the_readme() -> None:
    runner = doctest.DocTestRunner()
    names: dict[str, object] = {}
    for block in blocks("pycon"):  # one session
        session = doctest.DocTestParser().get_doctest(block, names, "README.md", "README.md", 0)
        runner.run(session, clear_globs=False)
        names = session.globs
    assert (runner.tries > 5, runner.failures) == (True, 0)


def test_the_policy_shown_in_the_readme_is_that_of_the_file() -> None:
    policy = (ROOT / "policies" / "liuzhou.pol").read_text(encoding="utf-8").splitlines()
    missing = [line for block in blocks("pol") for line in block.splitlines() if line not in policy]
    assert missing == []


@pytest.mark.skipif("README_MAKE" not in os.environ, reason="slow: sets up from nothing; README_MAKE=1 runs it")
def test_the_make_commands_of_the_readme(tmp_path: Path) -> None:
    clone = tmp_path / "a clone with blanks"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".*", "__pycache__", "dist", "build"))
    made = [line.split("#")[0].split() for block in blocks("sh") for line in block.splitlines()]
    assert made == [["make", "demo"], ["make", "test"]]
    clean = {k: v for k, v in os.environ.items() if k not in {"README_MAKE", "PYTHONPATH"} and not k.startswith("COVERAGE_")}
    for command in made:
        done = subprocess.run(command, cwd=clone, env=clean, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
