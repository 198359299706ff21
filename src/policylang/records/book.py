"""The log as a file: one record to a line, appended whole or not at all, by one program at a time.

A record is on the disk before it is said to be kept. Who appends holds a lock on the log, so that two clerks cannot both
continue from the same record.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from itertools import count
from typing import TYPE_CHECKING

from policylang.records.canonical import canonical_bytes
from policylang.records.names import KEY_BYTES, Pseudonyms
from policylang.records.read import RecordError
from policylang.records.verify import read_lines
from policylang.source.refusals import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policylang.records.build import Record
    from policylang.records.verify import Link

#: The key to the codes of names, in the folder of the log.
KEY_NAME = "policylang.key"

#: How long to wait for another program that is appending, in seconds.
PATIENCE = 30.0

_FAR = 2**31 - 2  # the byte that is locked: no log reaches it, and readers are not kept out
_BLOCK = 1 << 16


def append(path: Path, make: Callable[[int, str | None], Record], *, patience: float = PATIENCE) -> Record:
    """Append the record that ``make(number, previous)`` gives, and return it; on failure the log is as before.

    Raises:
        RecordError: when the log cannot be opened, locked or written, or its last line is no sound record.
    """
    with _opened(path) as log, _locked(log, path, patience):
        last = _last(log, path)
        number, previous = (1, None) if last is None else (last.number + 1, last.sha256)
        made = make(number, previous)
        _write(log, canonical_bytes(made) + b"\n", path)
    return made


def mend(path: Path, *, patience: float = PATIENCE) -> Path | None:
    """Take an incomplete last line out of a log, into a file beside it, whose path is returned; None where there is none.

    A last record that only lacks its line end gets one.

    Raises:
        RecordError: when the log cannot be read or written.
    """
    with _opened(path, create=False) as log, _locked(log, path, patience):
        start, tail = _tail(log)
        if not tail or tail.endswith(b"\n"):
            return None
        if read_lines(tail)[0].link is not None:
            _write(log, b"\n", path)
            return path
        try:
            aside = _put_aside(path, tail)
            os.ftruncate(log, start)
            os.fsync(log)
        except OSError as fault:
            raise _refused(path, fault) from None
        return aside


def _put_aside(path: Path, tail: bytes) -> Path:
    """The tail in a new file beside the log: 判断.jsonl.torn-1."""
    for number in count(1):
        aside = path.with_name(f"{path.name}.torn-{number}")
        with contextlib.suppress(FileExistsError), aside.open("xb") as file:
            file.write(tail)
            file.flush()
            os.fsync(file.fileno())
            return aside
    raise AssertionError  # pragma: no cover - there are numbers enough


def key_beside(path: Path) -> Pseudonyms:
    """The codes of the folder of ``path``; the key is made when there is none yet.

    Raises:
        RecordError: when the key cannot be read or written, or is no key.
    """
    place = path.parent / KEY_NAME
    with contextlib.suppress(FileExistsError):
        _fresh_key(place)
    try:
        key = bytes.fromhex(place.read_text(encoding="ascii").strip())
    except OSError as fault:
        raise _refused(place, fault) from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise RecordError(
            f"“{place}”不是代号的密钥。从备份取回原来的；换一个密钥，同一个人就会有两个代号",
            f"{place} is no key for codes of names. Take the old one from the backup: with another the codes change",
        )
    return Pseudonyms(key)


def _fresh_key(place: Path) -> None:
    """A new key, whole before it has its name, so that nobody reads half of one; readable by its owner alone.

    Raises:
        FileExistsError: when there is a key already.
        RecordError: when it cannot be written.
    """
    if place.exists():
        raise FileExistsError
    draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="ascii") as file:  # noqa: PTH123 - a handle, not a path
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(handle)
        if sys.platform == "win32":
            draft.rename(place)  # refuses where there is one already
        else:
            os.link(draft, place)
    except FileExistsError:
        raise
    except OSError as fault:
        raise _refused(place, fault) from None
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _opened(path: Path, *, create: bool = True) -> Iterator[int]:
    flags = os.O_RDWR | (os.O_CREAT if create else 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        log = os.open(path, flags, 0o644)
    except OSError as fault:
        raise _refused(path, fault) from None
    try:
        if not stat.S_ISREG(os.fstat(log).st_mode):
            raise RecordError(f"“{path}”不是普通文件，不能作记录簿", f"{path} is no regular file: no log can be kept there")
        yield log
    finally:
        os.close(log)


@contextlib.contextmanager
def _locked(log: int, path: Path, patience: float) -> Iterator[None]:
    until = time.monotonic() + patience
    while not _try_lock(log, path):
        if time.monotonic() > until:
            raise RecordError(
                f"“{path}”正由别的程序写入，等了{patience:.0f}秒仍没有写完；稍后再试",
                f"{path} is being written by another program; waited {patience:.0f} seconds. Try again later",
            )
        time.sleep(0.02)
    try:
        yield
    finally:
        _unlock(log)


if sys.platform == "win32":  # pragma: no cover - on Windows alone
    import msvcrt

    def _try_lock(log: int, _path: Path) -> bool:
        os.lseek(log, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(log, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(log: int) -> None:
        os.lseek(log, _FAR, os.SEEK_SET)
        msvcrt.locking(log, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(log: int, path: Path) -> bool:
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            if fault.errno in {errno.EAGAIN, errno.EACCES}:
                return False
            raise _refused(path, fault) from None  # a disk of another machine that knows no locks
        return True

    def _unlock(log: int) -> None:
        fcntl.flock(log, fcntl.LOCK_UN)


def _tail(log: int) -> tuple[int, bytes]:
    """Where the last line begins, and the line with its line end, if it has one."""
    end = os.lseek(log, 0, os.SEEK_END)
    tail = b""
    start = end
    while start > 0 and b"\n" not in tail[:-1]:
        size = min(_BLOCK, start)
        start -= size
        os.lseek(log, start, os.SEEK_SET)
        tail = os.read(log, size) + tail
    cut = tail.rfind(b"\n", 0, len(tail) - 1) + 1
    return start + cut, tail[cut:]


def _last(log: int, path: Path) -> Link | None:
    """The last link of the log, None in an empty one.

    Raises:
        RecordError: when the last line is no sound record.
    """
    _, tail = _tail(log)
    if not tail:
        return None
    line = read_lines(tail)[0]
    if line.fault is None and line.link is not None:
        return line.link
    if line.fault is not None and line.fault.kind == "torn":
        raise RecordError(
            f"“{path}”的最后一行{line.fault.message.zh}。先用 policylang log mend 处理，再记入",
            f"the last line of {path} is {line.fault.message.en}. Run policylang log mend first",
        )
    raise RecordError(
        f"“{path}”的最后一条记录被改动或者损坏，没有接着写。先用 policylang log verify 查明",
        f"the last record of {path} was changed or damaged: nothing was appended. See policylang log verify",
    )


def _write(log: int, data: bytes, path: Path) -> None:
    """Write all of it at the end, onto the disk; or cut the log back to what it was."""
    end = os.lseek(log, 0, os.SEEK_END)
    kept = False
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(log, rest) :]
        os.fsync(log)
        kept = True
    except OSError as fault:
        raise _refused(path, fault) from None
    finally:  # also when somebody presses Ctrl-C
        if not kept:
            with contextlib.suppress(OSError):
                os.ftruncate(log, end)
                os.fsync(log)


def _refused(path: Path, fault: OSError) -> RecordError:
    if isinstance(fault, FileNotFoundError):
        if path.parent.is_dir():
            return RecordError(f"找不到文件“{path}”", f"no such file: {path}")
        zh = f"没有文件夹“{path.parent}”，没有记入；先建好文件夹"
        return RecordError(zh, f"no folder {path.parent}: nothing was kept; make it first")
    return RecordError(f"写不了“{path}”：{reason(fault).zh}；没有记入", f"cannot write {path}: {reason(fault).en}; nothing was kept")
