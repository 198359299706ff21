"""What is kept comes back as it was, or not at all."""

from __future__ import annotations

import errno
import os
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from policylang import cache

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows gives every user a folder of his own")
NAME = cache.key("a", "policy")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A cache of this test's own, not yet made."""
    monkeypatch.setenv("POLICYLANG_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def entry(folder):
    (found,) = folder.iterdir()
    return found


def test_nothing_is_kept_before_something_is(folder):
    assert cache.kept(NAME) is None
    assert not folder.exists()


def test_what_is_kept_comes_back_equal(folder):
    cache.keep(NAME, ("甲", 1))
    assert cache.kept(NAME) == ("甲", 1)
    assert cache.kept(cache.key("another")) is None
    cache.keep(NAME, ("乙", 2))
    assert cache.kept(NAME) == ("乙", 2)
    assert len(names(folder)) == 1


def test_a_key_tells_its_parts_apart():
    assert len({cache.key(*parts) for parts in [("ab",), ("a", "b"), ("", "ab"), ("ab", ""), ()]}) == 5
    assert cache.key("甲") == cache.key("甲".encode())


@POSIX
def test_the_folder_and_its_files_are_for_the_user_alone(folder):
    cache.keep(NAME, 1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert entry(folder).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("word", ["off", "OFF", "Off"])
def test_off_keeps_nothing(folder, monkeypatch, word):
    cache.keep(NAME, 1)
    monkeypatch.setenv("POLICYLANG_CACHE", word)
    assert cache.kept(NAME) is None
    cache.keep(NAME, 2)
    assert not Path(word).exists()
    monkeypatch.setenv("POLICYLANG_CACHE", str(folder))
    assert cache.kept(NAME) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:40],
        lambda content: content + b"x",
        lambda content: content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
        lambda content: b"\0" * len(content),
        lambda content: sha256(b"no pickle").digest() + b"no pickle",
    ],
)
def test_a_damaged_entry_is_none(folder, damage):
    cache.keep(NAME, ["甲", "乙"])
    entry(folder).write_bytes(damage(entry(folder).read_bytes()))
    assert cache.kept(NAME) is None
    cache.keep(NAME, ["丙"])
    assert cache.kept(NAME) == ["丙"]


class Trap:
    """A value that leaves a mark when it is made."""

    def __reduce__(self):
        return os.mkdir, (os.environ["TRAP"],)


@POSIX
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_to_is_not_used(folder, tmp_path, monkeypatch, mode):
    monkeypatch.setenv("TRAP", str(tmp_path / "sprung"))
    cache.keep(NAME, Trap())
    folder.chmod(mode)
    assert cache.kept(NAME) is None
    assert not (tmp_path / "sprung").exists()
    cache.keep(cache.key("other"), 1)
    assert len(names(folder)) == 1


@POSIX
def test_an_entry_that_others_may_write_to_is_not_read(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TRAP", str(tmp_path / "sprung"))
    cache.keep(NAME, Trap())
    entry(folder).chmod(0o666)
    assert cache.kept(NAME) is None
    assert not (tmp_path / "sprung").exists()


@POSIX
def test_a_folder_of_somebody_else_is_not_used(folder, monkeypatch):
    cache.keep(NAME, 1)
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    assert cache.kept(NAME) is None
    cache.keep(cache.key("other"), 1)
    assert len(names(folder)) == 1


@POSIX
def test_links_are_not_followed(folder, tmp_path, monkeypatch):
    cache.keep(NAME, 1)
    elsewhere = tmp_path / "elsewhere"
    entry(folder).rename(elsewhere)
    (folder / f"{NAME}.kept").symlink_to(elsewhere)
    assert cache.kept(NAME) is None
    (folder / f"{NAME}.kept").unlink()
    elsewhere.rename(folder / f"{NAME}.kept")
    assert cache.kept(NAME) == 1
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.setenv("POLICYLANG_CACHE", str(tmp_path / "link"))
    assert cache.kept(NAME) is None


def test_a_folder_that_cannot_be_made_is_no_fault(folder):
    folder.write_text("a file where the folder should be", encoding="utf-8")
    cache.keep(NAME, 1)
    assert cache.kept(NAME) is None
    assert folder.read_text(encoding="utf-8") == "a file where the folder should be"


class Full:
    """A file on a disk that has become full."""

    def __init__(self, number, mode):
        self._number = number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._number)

    def write(self, content):
        os.write(self._number, content[:10])
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_behind(folder, monkeypatch):
    cache.keep(cache.key("before"), 1)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", Full)
        cache.keep(NAME, 2)
    assert names(folder) == [f"{cache.key('before')}.kept"]
    assert cache.kept(NAME) is None


def test_what_a_broken_off_process_left_is_cleared(folder):
    cache.keep(cache.key("before"), 1)
    (folder / f"{NAME}.{os.getpid()}.kept").write_bytes(b"half")
    cache.keep(NAME, 2)
    assert cache.kept(NAME) is None
    cache.keep(NAME, 2)
    assert cache.kept(NAME) == 2
    assert len(names(folder)) == 2


def test_what_cannot_be_pickled_is_not_kept(folder):
    cache.keep(NAME, lambda: None)
    assert names(folder) == []


def test_what_is_too_large_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_BYTES", 100)
    cache.keep(NAME, "x" * 101)
    assert names(folder) == []


def test_the_oldest_go_first_and_nothing_else_goes(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_ENTRIES", 2)
    folder.mkdir(mode=0o700)
    (folder / "说明.txt").write_text("不是缓存", encoding="utf-8")
    for number in range(4):
        cache.keep(cache.key(str(number)), number)
        os.utime(folder / f"{cache.key(str(number))}.kept", (number, number))
    assert [cache.kept(cache.key(str(number))) for number in range(4)] == [None, None, 2, 3]
    assert (folder / "说明.txt").exists()


@POSIX
@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"XDG_CACHE_HOME": "/there/cache", "HOME": "/people/a"}, "/there/cache/policylang"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/people/a"}, "/people/a/.cache/policylang"),
        ({"XDG_CACHE_HOME": None, "HOME": "/people/a"}, "/people/a/.cache/policylang"),
        ({"XDG_CACHE_HOME": "", "HOME": "/people/a", "POLICYLANG_CACHE": ""}, "/people/a/.cache/policylang"),
        ({"POLICYLANG_CACHE": "/mine"}, "/mine"),
    ],
)
def test_where_the_folder_is(monkeypatch, variables, place):
    for name, value in {"POLICYLANG_CACHE": None, **variables}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert cache._folder() == Path(place)


def test_on_windows_it_is_in_the_folder_for_local_data(folder, monkeypatch):
    monkeypatch.setattr(cache, "_WINDOWS", True)
    monkeypatch.delattr(os, "geteuid", raising=False)
    monkeypatch.delenv("POLICYLANG_CACHE")
    monkeypatch.setenv("LOCALAPPDATA", str(folder.parent / "Local"))
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    cache.keep(NAME, 1)
    assert cache.kept(NAME) == 1
    assert (folder.parent / "Local" / "policylang" / f"{NAME}.kept").is_file()


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("POLICYLANG_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    cache.keep(NAME, 1)
    assert cache.kept(NAME) is None


def test_an_entry_is_the_digest_of_its_bytes_and_the_bytes(folder):
    cache.keep(NAME, "甲")
    content = entry(folder).read_bytes()
    assert content[:32] == sha256(content[32:]).digest()
    assert pickle.loads(content[32:]) == "甲"
