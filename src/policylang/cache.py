"""What one command worked out is kept for the next, in a folder that belongs to the user alone.

Nothing rests on it. An entry is found by the digest of everything that went into it, so it is never out of date; one that
is missing, damaged, not the user's own or impossible to write is worked out again, without a word.

The folder is ``policylang`` in the user's cache folder. The variable ``POLICYLANG_CACHE`` names another, or says ``off``.
"""

from __future__ import annotations

import os
import pickle
import stat
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

#: So many entries are kept; the oldest go first.
MAX_ENTRIES = 64
#: No entry is larger: a measure takes less than a tenth of it.
MAX_BYTES = 8_000_000

_WINDOWS = os.name == "nt"
_SUFFIX = ".kept"
#: Files are opened as they are: no link is followed, no newline is translated.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def key(*parts: str | bytes) -> str:
    """The name of what these parts come to: their digest, and that of the Python that runs."""
    digest = sha256()
    for part in (sys.version, *parts):
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d " % len(data) + data)
    return digest.hexdigest()


def kept(name: str) -> object | None:
    """What was kept under a name that ``key`` made, None where there is nothing to be trusted."""
    folder = _folder()
    with suppress(Exception):  # whatever is wrong with an entry, the answer is to work it out again
        if folder is not None and _is_own(folder.lstat()):
            return _content(folder / (name + _SUFFIX))
    return None


def keep(name: str, value: object) -> None:
    """Keep a value, complete or not at all; what cannot be kept is not."""
    folder = _folder()
    with suppress(Exception):
        if folder is None:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_own(folder.lstat()):
            _write(folder / (name + _SUFFIX), pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
            _forget_the_oldest(folder)


def _folder() -> Path | None:
    """Where entries are kept, None where they are not to be."""
    asked = os.environ.get("POLICYLANG_CACHE", "")
    if asked:
        return None if asked.lower() == "off" else Path(asked)
    given = Path(os.environ.get("LOCALAPPDATA" if _WINDOWS else "XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given / "policylang"
    try:
        return Path.home() / ".cache" / "policylang"
    except RuntimeError:  # a user without a home
        return None


def _is_own(status: os.stat_result) -> bool:
    """Whether a folder or a file is the user's, and nobody else may write to it.

    A value is made from an entry as a module is made from its ``.pyc``: who can write the one is trusted with the other.
    Windows gives every user such a folder.
    """
    if _WINDOWS:
        return True
    mode = status.st_mode
    return status.st_uid == os.geteuid() and not mode & _OTHERS_MAY_WRITE and not stat.S_ISLNK(mode)


def _content(path: Path) -> object | None:
    """The value in an entry: the digest of its bytes, then the bytes."""
    with os.fdopen(os.open(path, os.O_RDONLY | _PLAIN), "rb") as entry:
        if not _is_own(os.fstat(entry.fileno())):
            return None
        digest, content = entry.read(32), entry.read(MAX_BYTES + 1)
    return pickle.loads(content) if sha256(content).digest() == digest else None  # noqa: S301 - only what is the user's own


def _write(path: Path, content: bytes) -> None:
    """Write an entry beside its place and move it there: a reader finds all of it or nothing."""
    if len(content) > MAX_BYTES:
        return
    fresh = path.with_suffix(f".{os.getpid()}{_SUFFIX}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, 0o600), "wb") as entry:
            entry.write(sha256(content).digest() + content)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)


def _forget_the_oldest(folder: Path) -> None:
    entries = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda entry: entry.stat().st_mtime_ns)
    for entry in entries[:-MAX_ENTRIES]:
        entry.unlink(missing_ok=True)
