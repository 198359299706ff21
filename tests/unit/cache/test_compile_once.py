"""A core that was kept is the core that was compiled, and never that of another text or another front end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import policylang
from policylang import cache, compiler
from policylang.compiler import compile_once, compile_policy

POLICIES = sorted(Path(__file__).parents[3].joinpath("policies").glob("*.pol"))
SMALL = (
    "办法 t 《试行办法》\n事实\n  甲（a）：是否\n结果\n  可（ok）：条件\n  态（s）：状态 有、无\n第一条\n  态 为 有，当 可\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYLANG_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def compiles(monkeypatch):
    """The names of the files that were really compiled."""
    seen = []

    def spied(data, name):
        seen.append(name)
        return compile_policy(data, name)

    monkeypatch.setattr(compiler, "compile_policy", spied)
    return seen


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_measure_comes_back_as_it_was_compiled(path, compiles):
    data = path.read_bytes()
    fresh = compile_policy(data, path.name)
    for name in ("first.pol", "second.pol"):
        found = compile_once(data, name)
        assert found.policy == fresh.policy
        assert repr(found.policy) == repr(fresh.policy)  # with the places, which take no part in equality
        assert (found.diagnostics, found.digest) == (fresh.diagnostics, fresh.digest)
        assert (found.source.name, found.source.text) == (name, fresh.source.text)
    assert compiles == ["first.pol"]


def test_warnings_are_told_every_time(compiles):
    first, second = compile_once(SMALL.encode(), "t.pol"), compile_once(SMALL.encode(), "t.pol")
    assert [d.code for d in second.diagnostics] == ["outcome-without-rules"]
    assert first == second
    assert compiles == ["t.pol"]


def test_what_has_errors_is_compiled_every_time(compiles, folder):
    for data in (SMALL.replace("态 为 有", "态 为 好").encode(), "办法".encode("utf-16"), b""):
        assert compile_once(data, "t.pol") == compile_policy(data, "t.pol")
        assert compile_once(data, "t.pol").policy is None
    assert len(compiles) == 6


def test_another_text_is_another_core(compiles):
    one = compile_once(SMALL.encode(), "t.pol")
    other = compile_once(SMALL.replace("《试行办法》", "《暂行办法》").encode(), "t.pol")
    assert (one.policy.title, other.policy.title) == ("试行办法", "暂行办法")
    assert len(compiles) == 2


def test_another_front_end_compiles_anew(compiles, monkeypatch):
    compile_once(SMALL.encode(), "t.pol")
    monkeypatch.setattr(compiler, "_MADE_BY", "another")
    monkeypatch.setattr(compiler, "_front_end", lambda: "another")
    compile_once(SMALL.encode(), "t.pol")
    compile_once(SMALL.encode(), "t.pol")
    assert len(compiles) == 2


def test_what_a_front_end_made_that_was_edited_meanwhile_is_not_kept(compiles, monkeypatch):
    monkeypatch.setattr(compiler, "_front_end", lambda: "edited")
    compile_once(SMALL.encode(), "t.pol")
    compile_once(SMALL.encode(), "t.pol")
    assert len(compiles) == 2


def test_a_front_end_that_cannot_be_read_keeps_nothing(compiles, monkeypatch, folder):
    def unreadable(path):
        raise NotADirectoryError(20, "inside an archive", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", unreadable)
        assert compiler._front_end() is None
    monkeypatch.setattr(compiler, "_MADE_BY", None)
    assert compile_once(SMALL.encode(), "t.pol") == compile_once(SMALL.encode(), "t.pol")
    assert len(compiles) == 2
    assert list(folder.glob("*")) == [path for path in folder.glob("*") if path.stat().st_size > 100_000]  # the parser's


def test_every_module_of_the_front_end_counts(monkeypatch):
    read = []
    whole = Path.read_bytes

    def noted(path):
        read.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    compiler._front_end()
    package = Path(policylang.__file__).parent
    counted = {path.relative_to(package).as_posix() for path in read if path.is_relative_to(package)}
    program = "import sys; from policylang.compiler import compile_policy; compile_policy(b'x', 'x'); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    ).stdout.split()  # fmt: skip
    modules = {name.replace(".", "/").removeprefix("policylang/") for name in loaded if name.startswith("policylang.")}
    decides_nothing = {"cache"}
    assert {m for m in modules - decides_nothing if not {f"{m}.py", f"{m}/__init__.py"} & counted} == set()
    assert any(path.match("lark/__init__.py") for path in read)


def test_the_parser_that_was_kept_parses_like_the_first(monkeypatch):
    from policylang.syntax import parser

    broken = SMALL + "  态 为 有，当\n  态 当 可 为\n"
    told = [d.diagnostics for d in (compile_policy(broken.encode(), "t.pol"), compile_policy(SMALL.encode(), "t.pol"))]
    for _ in range(2):  # the first builds the tables and keeps them
        parser._parser.cache_clear()
        for text, expected in zip((broken, SMALL), told, strict=True):
            assert compile_policy(text.encode(), "t.pol").diagnostics == expected
    monkeypatch.setattr(parser, "Lark", type("Lark", (), {"load": parser.Lark.load}))  # it can only be loaded now
    parser._parser.cache_clear()
    assert compile_policy(SMALL.encode(), "t.pol").diagnostics == told[1]
    monkeypatch.undo()
    parser._parser.cache_clear()


def test_nothing_is_kept_where_nothing_may_be(monkeypatch, compiles):
    monkeypatch.setenv("POLICYLANG_CACHE", "off")
    compile_once(SMALL.encode(), "t.pol")
    assert compile_once(SMALL.encode(), "t.pol").policy is not None
    assert len(compiles) == 2
    assert cache.kept(cache.key(compiler._MADE_BY, SMALL.encode())) is None
