"""What every test may use: the real command line in a process of its own, and the hypothesis profiles."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

import policylang as package

ROOT = Path(__file__).resolve().parents[1]

# The same examples on every run where results are compared; fresh ones at a developer's desk.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100)
settings.register_profile("desk", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "desk"))

Run = subprocess.CompletedProcess[str]
Command = Callable[..., Run]

_ENTRY = "import sys; sys.argv[0] = 'policylang'; from policylang.cli.main import run; run()"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What commands keep for the next, they keep for this run of the tests alone."""
    os.environ["POLICYLANG_CACHE"] = str(tmp_path_factory.mktemp("kept", numbered=True))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture
def policylang(tmp_path: Path) -> Command:
    """``run(*arguments, stdin, env, cwd)``: the command line as a user starts it, by default in an empty folder.

    The locale is Chinese unless ``env`` says otherwise; a variable given as None is not set. Whatever a test
    asks for, it must not end in a traceback or an internal error.
    """

    def run(
        *arguments: str | Path,
        stdin: str | bytes = b"",
        env: Mapping[str, str | None] | None = None,
        cwd: Path = tmp_path,
    ) -> Run:
        variables = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k not in {"LANG", "NO_COLOR"}}
        variables["LANG"] = "zh_CN.UTF-8"
        variables["PYTHONPATH"] = str(Path(package.__file__).parents[1])
        for name, value in (env or {}).items():
            variables.pop(name, None)
            if value is not None:
                variables[name] = value
        done = subprocess.run(
            [sys.executable, "-c", _ENTRY, *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=variables, cwd=cwd, capture_output=True, timeout=240, check=False,
        )  # fmt: skip
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert not re.search("Traceback|内部出错|internal error", out + err), err
        return Run(done.args, done.returncode, out, err)

    return run
