"""The log as a file: whole records or none, one writer at a time, and what stands after a crash."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from records_made import KEY, ROOT, RUN, chain, question

from policylang.records import book
from policylang.records.book import KEY_NAME, append, key_beside, mend
from policylang.records.build import contents, record
from policylang.records.read import RecordError
from policylang.records.verify import read_lines, verify

BODY = contents(*question(), "某站", KEY)


def add(path: Path, **more):
    return append(path, lambda number, previous: record(BODY, RUN, number, previous), **more)


def told(done, *arguments, **more) -> str:
    with pytest.raises(RecordError) as caught:
        done(*arguments, **more)
    return caught.value.message.zh


def test_records_follow_each_other(tmp_path):
    log = tmp_path / "l.jsonl"
    made = [add(log) for _ in range(3)]
    assert [r["number"] for r in made] == [1, 2, 3]
    assert [r["previous"] for r in made] == [None, made[0]["sha256"], made[1]["sha256"]]
    found = verify(read_lines(log.read_bytes()))
    assert (found.sound, found.head) == (True, (3, made[2]["sha256"]))


def test_a_last_record_longer_than_a_block_is_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "_BLOCK", 100)
    log = tmp_path / "l.jsonl"
    add(log)
    assert add(log)["number"] == 2


@pytest.mark.parametrize("cut", [1, 200, -2])
def test_nothing_is_appended_to_a_torn_line(tmp_path, cut):
    log = tmp_path / "l.jsonl"
    whole, torn = b"".join(chain(2)), chain(3)[2][:cut]
    log.write_bytes(whole + torn)
    assert "最后一行不完整" in told(add, log)
    assert log.read_bytes() == whole + torn
    aside = mend(log)
    assert aside is not None
    assert (log.read_bytes(), aside.read_bytes()) == (whole, torn)
    assert add(log)["number"] == 3
    assert mend(log) is None
    log.write_bytes(log.read_bytes() + b"x")
    again = mend(log)
    assert again is not None
    assert (again.read_bytes(), aside.read_bytes()) == (b"x", torn)


def test_a_last_record_without_its_line_end_gets_one(tmp_path):
    log = tmp_path / "l.jsonl"
    log.write_bytes(b"".join(chain(2))[:-1])
    assert "缺行末的换行" in told(add, log)
    assert mend(log) == log
    assert log.read_bytes() == b"".join(chain(2))


def test_nothing_is_appended_to_a_changed_record(tmp_path):
    log = tmp_path / "l.jsonl"
    log.write_bytes(b"".join(chain(2)).replace("经办甲".encode(), "经办丙".encode()))
    assert "被改动或者损坏，没有接着写" in told(add, log)
    assert mend(log) is None


def test_a_disk_that_is_full_leaves_the_log_as_it_was(tmp_path):
    pytest.importorskip("resource")
    log = tmp_path / "l.jsonl"
    log.write_bytes(b"".join(chain(2)))
    before = log.read_bytes()
    script = f"""
import resource, signal, sys
sys.path[:0] = [{str(ROOT / "src")!r}, {str(Path(__file__).parent)!r}]
from test_book import add, told
from pathlib import Path
import test_book
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before)} + 1000, resource.RLIM_INFINITY))
print(told(add, Path({str(log)!r})))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert "写不了" in done.stdout, done.stderr
    assert log.read_bytes() == before


def test_a_disk_that_refuses_to_keep_is_a_message(tmp_path, monkeypatch):
    log = tmp_path / "l.jsonl"
    add(log)
    before = log.read_bytes()

    def refuses(_handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuses)
    assert "写不了" in told(add, log)
    assert log.read_bytes() == before


def test_a_disk_without_locks_is_a_message(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refuses(_handle, how):
        if how != fcntl.LOCK_UN:
            raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuses)
    assert "No locks available" in told(add, tmp_path / "l.jsonl")


def test_what_was_begun_when_somebody_stops_the_program_is_taken_back(tmp_path, monkeypatch):
    log = tmp_path / "l.jsonl"
    add(log)
    before = log.read_bytes()
    write = os.write

    def stops(handle, data):
        write(handle, bytes(data)[:100])
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", stops)
    with pytest.raises(KeyboardInterrupt):
        add(log)
    assert log.read_bytes() == before


def test_a_log_that_is_being_written_is_waited_for(tmp_path):
    log = tmp_path / "l.jsonl"
    add(log)
    fcntl = pytest.importorskip("fcntl")
    with log.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "正由别的程序写入" in told(add, log, patience=0.05)
    assert add(log)["number"] == 2


@pytest.mark.parametrize(
    ("path", "says"), [("/dev/null", "不是普通文件"), ("no/such/l.jsonl", "先建好文件夹"), (".", "写不了")]
)
def test_a_place_where_no_log_can_be(tmp_path, path, says):
    if path.startswith("/dev") and not Path(path).exists():
        pytest.skip("no such device here")
    assert says in told(add, tmp_path / path)


def test_mending_what_is_not_there(tmp_path):
    assert "找不到文件" in told(mend, tmp_path / "l.jsonl")
    (tmp_path / "l.jsonl").touch()
    assert mend(tmp_path / "l.jsonl") is None


def test_a_torn_line_that_cannot_be_put_aside_stays(tmp_path, monkeypatch):
    log = tmp_path / "l.jsonl"
    log.write_bytes(chain(1)[0][:50])

    def refuses(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", refuses)
    assert "磁盘已满" in told(mend, log)
    assert log.stat().st_size == 50


# The key


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    codes = key_beside(tmp_path / "l.jsonl")
    key = tmp_path / KEY_NAME
    assert os.name == "nt" or stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key_beside(tmp_path / "other.jsonl") == codes
    assert codes.key.hex() == key.read_text(encoding="ascii").strip()
    assert sorted(p.name for p in tmp_path.iterdir()) == [KEY_NAME]


@pytest.mark.parametrize("text", ["", "文", "00", "zz" * 32])
def test_what_is_no_key_is_not_replaced(tmp_path, text):
    (tmp_path / KEY_NAME).write_text(text, encoding="utf-8")
    assert "不是代号的密钥" in told(key_beside, tmp_path / "l.jsonl")
    assert (tmp_path / KEY_NAME).read_text(encoding="utf-8") == text


def test_a_key_that_cannot_be_read_or_made(tmp_path):
    assert "先建好文件夹" in told(key_beside, tmp_path / "no" / "l.jsonl")
    (tmp_path / KEY_NAME).mkdir()
    assert "写不了" in told(key_beside, tmp_path / "l.jsonl")


# Several at once


def test_several_processes_keep_one_chain(tmp_path):
    log = tmp_path / "l.jsonl"
    script = f"""
import sys
sys.path[:0] = [{str(ROOT / "src")!r}, {str(Path(__file__).parent)!r}]
from test_book import add
from policylang.records.book import key_beside
from pathlib import Path
print(key_beside(Path({str(log)!r})).key.hex())
for _ in range(8):
    add(Path({str(log)!r}))
"""
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {one.communicate(timeout=120)[0] for one in running}
    assert [one.returncode for one in running] == [0] * 4
    assert len(keys) == 1
    found = verify(read_lines(log.read_bytes()))
    assert (found.sound, found.lines) == (True, 32)
    assert [json.loads(line)["number"] for line in log.read_bytes().splitlines()] == list(range(1, 33))
