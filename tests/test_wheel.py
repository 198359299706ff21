"""The package as it is handed out: wheel and sdist have the grammar and the measures, and the command runs.

Each kind of installation stands in a bare virtual environment. Third-party packages are lent to it from the
running one by a line in a ``.pth`` file; such a line runs no further ``.pth`` files and comes after the
environment's own packages, so that policylang itself can only be what was installed.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

_WHERE = (
    "import policylang.workspace as w, policylang.syntax.keywords as k;"
    "print(w.__file__); print(w.policies_folder()); print(len(k.grammar_text()))"
)

_FACTS = """\
办法: liuzhou
时点: 2025-03-03
考核年度: 2024
事实:
  印发日期: 2024-06-01
  管理期起始日: 2024-07-01
  引进G类以上人才数: {2024: 30}
  与设站标准差距较大: 否
  不配合招引和征集: 否
  有名无实: 否
  有其他不合格情形: 否
"""


class Environment:
    """A virtual environment with nothing of its own but what a test installs."""

    def __init__(self, folder: Path) -> None:
        run(sys.executable, "-m", "venv", "--without-pip", folder)
        self._scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self._scripts / Path(sys.executable).name
        self.packages = Path(run(self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        lent = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
        (self.packages / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")

    def install(self, *arguments: str | Path) -> None:
        """Install with the pip of the running environment, policylang alone."""
        run(sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", "--no-deps", *arguments)

    @property
    def command(self) -> Path:
        """The ``policylang`` script."""
        return self._scripts / "policylang"


def run(*arguments: str | Path, cwd: Path | None = None, **more: str) -> str:
    """The output of a command that succeeds, in an environment without PYTHONPATH."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE_"))}
    done = subprocess.run(
        [str(a) for a in arguments], cwd=cwd, env={**variables, "PYTHONUTF8": "1", "LANG": "zh_CN.UTF-8", **more},
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A bare environment with the wheel in it."""
    environment = Environment(tmp_path_factory.mktemp("venv"))
    environment.install(wheel)
    return environment


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder with one facts file."""
    (tmp_path / "station.yaml").write_text(_FACTS, encoding="utf-8")
    return tmp_path


def test_the_wheel_has_the_grammar_the_measures_and_their_cases(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"policylang/grammar/{p.name}" for p in (ROOT / "grammar").iterdir()} <= names
    assert {f"policylang/policies/{p.relative_to(ROOT / 'policies').as_posix()}" for p in policy_files()} <= names
    assert "policylang/py.typed" in names
    assert any(n.endswith("licenses/LICENSE") for n in names)
    assert not [n for n in names if "__pycache__" in n or n.startswith("tests")]


def test_the_sdist_has_what_the_wheel_is_built_from_and_what_the_tests_need(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {p.relative_to(ROOT).as_posix() for p in [*(ROOT / "grammar").iterdir(), *policy_files()]}
    assert wanted | {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "tests/conftest.py"} <= names


def policy_files() -> list[Path]:
    return [p for p in (ROOT / "policies").rglob("*") if p.suffix in {".pol", ".yaml"}]


def test_the_installed_package_finds_its_own_grammar_and_measures(installed: Environment, empty: Path) -> None:
    module, policies, grammar = run(installed.python, "-c", _WHERE, cwd=empty).splitlines()
    own = installed.packages / "policylang"
    assert Path(module) == own / "workspace.py"
    assert Path(policies) == own / "policies"
    assert int(grammar) > 1000


def test_the_installed_command_runs_from_an_empty_folder(installed: Environment, empty: Path) -> None:
    def policylang(*arguments: str) -> str:
        return run(installed.command, *arguments, cwd=empty)

    assert policylang("--version").startswith("policylang, version 0.")
    assert policylang("check", "liuzhou", "luzhou") == "已检查2个文件：没有发现问题\n"
    assert "A级" in policylang("eval", "liuzhou", "station.yaml")
    assert "第十条3" in policylang("explain", "liuzhou", "station.yaml", "评估等级")
    assert policylang("test").splitlines()[-1].endswith(" passed, 0 failed")
    assert '"$schema"' in policylang("schema", "liuzhou")


def test_a_new_policy_started_from_the_installed_command_passes(installed: Environment, empty: Path) -> None:
    run(installed.command, "init", "mycity", cwd=empty)
    run(installed.command, "check", "mycity.pol", cwd=empty)
    assert run(installed.command, "test", "cases/mycity.yaml", cwd=empty).endswith("1 passed, 0 failed\n")


def test_an_editable_installation_finds_the_grammar_of_the_checkout(tmp_path: Path) -> None:
    if not is_editable():
        pytest.skip("policylang is not installed here with pip install --editable, as make test does")
    module, policies, _ = run(sys.executable, "-c", _WHERE, cwd=tmp_path).splitlines()
    assert Path(module) == ROOT / "src" / "policylang" / "workspace.py"
    assert Path(policies) == ROOT / "policies"
    command = Path(sysconfig.get_path("scripts")) / "policylang"
    assert "A级" in run(command, "eval", "liuzhou", ROOT / "examples" / "liuzhou_station.yaml", cwd=tmp_path)


def is_editable() -> bool:
    """True when the running environment has an editable installation of this checkout."""
    try:
        text = importlib.metadata.distribution("policylang").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        return False
    found = json.loads(text or "{}")
    return found.get("url") == ROOT.as_uri() and found.get("dir_info", {}).get("editable", False)


def test_a_checkout_runs_without_installation(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv")
    _, policies, _ = run(environment.python, "-c", _WHERE, PYTHONPATH=str(ROOT / "src")).splitlines()
    assert Path(policies) == ROOT / "policies"
