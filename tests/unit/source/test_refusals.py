"""The system's refusals in the user's words, and what is left of a file that could not be written."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from policylang.source.refusals import reason
from policylang.workspace import WorkspaceError, write_bytes


def test_a_refusal_is_told_in_both_languages():
    full = reason(OSError(errno.ENOSPC, "No space left on device"))
    assert (full.zh, full.en) == ("磁盘已满", "No space left on device")
    assert reason(OSError("odd")).zh == "odd"


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path, monkeypatch):
    def refuses(_self, _target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(WorkspaceError) as raised:
        write_bytes(str(tmp_path / "信.docx"), b"x")
    assert raised.value.message.zh.endswith("信.docx”：磁盘已满")
    assert list(tmp_path.iterdir()) == []


def test_colleagues_may_read_a_new_file_and_an_old_one_keeps_its_mode(tmp_path):
    plain, written = tmp_path / "一", tmp_path / "二"
    plain.touch()
    write_bytes(str(written), b"x")
    assert stat.S_IMODE(written.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    written.chmod(0o600)
    write_bytes(str(written), b"y")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
