"""The repository keeps its own promises: every test names all offenders at once."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from policylang.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policylang"
PAGES = ROOT / "docs" / "diagnostics"

_GENERATED = {".git", ".venv", "__pycache__", "dist", "build"}
_CACHES = re.compile(r"\..*_cache|\.hypothesis|\.coverage.*")

#: Hyphenated words in src that are not codes of diagnostics: English units, a JSON Schema keyword, a Unicode category, the
#: format of a day in a workbook.
_NOT_CODES = {"wan-yuan", "yi-yuan", "x-policylang", "private-use", "yyyy-mm-dd"}
_CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")

#: Hosts that texts of the repository may name: the licence, the schemas, the law.
_HOSTS = re.compile(r"(?:www\.apache\.org|json-schema\.org|keepachangelog\.com|(?:[a-z]+\.)*gov\.cn|(?:[a-z]+\.)?wikisource\.org)")


def files() -> Iterator[Path]:
    """Every file that belongs to the repository."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.name in _GENERATED or _CACHES.fullmatch(path.name):
                continue
            if path.is_dir():
                folders.append(path)
            elif path.suffix != ".pyc":
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def none_of(offenders: Iterable[object]) -> None:
    """Fails naming every offender; an assertion on the list would be cut short."""
    listed = "\n".join(sorted(str(o) for o in offenders))
    assert listed == "", "\n" + listed


@cache
def codes() -> set[str]:
    """Every diagnostic code in src: hyphenated words, and whatever is the first argument of ``error`` and the like."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(word)) if _CODE.fullmatch(word):
                    found.add(word)
                case ast.Call(func=ast.Name(id="error" | "warning"), args=[ast.Constant(value=str(word)), *_]):
                    found.add(word)
                case ast.Call(func=ast.Attribute(attr="_fault"), args=[ast.Constant(value=str(word)), *_]):
                    found.add(word)
    return found - _NOT_CODES


def test_every_diagnostic_code_has_a_page() -> None:
    none_of(codes() - {page.stem for page in PAGES.glob("*.md")})


def test_every_page_is_about_a_code() -> None:
    none_of({page.stem for page in PAGES.glob("*.md")} - codes() - {"README"})


def test_paths_named_in_the_documents_exist() -> None:
    folders = "docs|src|tests|policies|grammar|examples|benchmarks|\\.ci"
    named = re.compile(rf"(?<![\w/.:-])((?:{folders})/[\w./*<>-]*\w/?|[A-Z]+\.md|Makefile|pyproject\.toml)")
    linked = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    missing = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]:
        text = page.read_text(encoding="utf-8")
        written = [path for path in named.findall(text) if not {"<", "*"} & set(path)]
        missing += [f"{name(page)}: {p}" for p in written if not ((ROOT / p).exists() or (page.parent / p).exists())]
        missing += [f"{name(page)}: ({p})" for p in linked.findall(text) if not (page.parent / p).exists()]
    for path in SOURCE.rglob("*.py"):
        pages = re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
        missing += [f"{name(path)}: {page}" for page in pages if not (ROOT / page).exists()]
    none_of(missing)


def test_no_python_file_is_longer_than_500_lines() -> None:
    """A file of tests may hold 700: its policies are quoted whole."""
    lengths = {name(p): p.read_bytes().count(b"\n") for p in files() if p.suffix == ".py"}
    longest = {path: 700 if path.startswith("tests/") else 500 for path in lengths}
    none_of(f"{path}: {lines} lines" for path, lines in lengths.items() if lines > longest[path])


def test_every_file_is_utf_8_with_line_feeds_and_ends_in_one() -> None:
    wrong = []
    for path in files():
        data = path.read_bytes()
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(f"{name(path)}: not UTF-8")
        if b"\r" in data:
            wrong.append(f"{name(path)}: carriage return")
        if data and not data.endswith(b"\n"):
            wrong.append(f"{name(path)}: no line feed at the end")
    none_of(wrong)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of one machine", r"/(?:work|tmp|root|home|Users)/|[A-Z]:\\Users"),
        ("a folder outside the repository", r"\.\./shared"),
        ("a person's address or number", r"[\w.+-]+@[\w-]+\.[a-z]{2,}|(?<![\da-f])1[3-9]\d{9}(?![\da-f])|(?<!\d)\d{17}[\dXx](?!\d)"),
        ("a leftover note", r"\b(?:TODO|FIXME|XXX)\b|(?i:co-authored-by|signed-off-by|generated (?:by|with))"),
    ],
    ids=lambda value: value.replace(" ", "-") if value.startswith("a ") else "",
)  # fmt: skip
def test_no_file_names(what: str, pattern: str) -> None:
    allowed = {"tests/test_repository.py", ".ci/run", "LICENSE"}
    found = []
    for path in files():
        if name(path) not in allowed:
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name(path)}:{n}: {line}" for n, line in enumerate(lines, 1) if re.search(pattern, line)]
    none_of(found)


def test_only_public_hosts_of_the_licence_the_schemas_and_the_law_are_named() -> None:
    found = []
    for path in files():
        hosts = re.findall(r"https?://([\w.:-]+)", path.read_text(encoding="utf-8"))
        found += [f"{name(path)}: {host}" for host in hosts if not _HOSTS.fullmatch(host)]
    none_of(found)


@pytest.mark.parametrize("statement", ["import policylang", "import policylang.cli.main", "--help"])
def test_starting_up_waits_for_no_heavy_package(statement: str) -> None:
    heavy = ["lark", "yaml", "jsonschema", "chinese_calendar"]
    script = f"import sys; {statement}" if statement != "--help" else (
        "import sys; sys.argv = ['policylang', '--help']\n"
        "from policylang.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass"
    )  # fmt: skip
    script += f"\nprint('loaded:', [m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_the_help_of_every_command_shows_an_example_of_it() -> None:
    without = []
    for command_name, command in main.commands.items():
        context = click.Context(command, info_name=command_name, parent=click.Context(main, info_name="policylang"))
        shown = command.get_help(context)
        if not re.search(rf"(?:例：|Example:) +policylang {command_name} ", shown):
            without.append(command_name)
    none_of(without)


def test_the_version_is_the_same_everywhere() -> None:
    import tomllib

    import policylang

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == policylang.__version__ == re.findall(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)[0]
