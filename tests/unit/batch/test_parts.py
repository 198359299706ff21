"""Finished parts wait beside their output until the whole is put together, whatever moment a run is killed at."""

import shutil

import pytest

from policylang.batch.model import TableError
from policylang.batch.parts import Parts

NAMES = ["000000.done", "000000.tally", "000001.done", "000001.tally", "job.json"]


class Killed(BaseException):
    pass


def finished(output):
    """A run whose parts are all there, and the whole."""
    parts = Parts(output, {"input": "a"})
    assert parts.begin() == 0
    for number in range(2):
        parts.fresh(number).write_bytes(b"part")
        parts.keep(number, {"等级": {"A级": number}})
    parts.whole.write_bytes(b"whole")
    return parts


def killed(parts):
    """What the system does for a run that is killed."""
    parts.let_go()


@pytest.mark.parametrize("removed", range(len(NAMES)))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_kill_while_the_parts_are_cleared_away_leaves_nothing_that_is_taken_up(tmp_path, monkeypatch, removed, backwards):
    """The next run of the same command once found parts without what had been counted in them."""

    def interrupted(folder, **_):
        names = sorted((path.name for path in folder.iterdir()), reverse=backwards)
        for name in names[:removed]:
            (folder / name).unlink()
        raise Killed

    parts = finished(tmp_path / "out.csv")
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(Killed):
            parts.finish()
    assert (tmp_path / "out.csv").read_bytes() == b"whole"
    again = Parts(tmp_path / "out.csv", {"input": "a"})
    assert again.begin() == 0
    assert [path.name for path in again.folder.iterdir()] == ["job.json"]


def test_parts_are_taken_up_by_the_same_job_and_no_other(tmp_path):
    killed(finished(tmp_path / "out.csv"))
    same = Parts(tmp_path / "out.csv", {"input": "a"})
    assert (same.begin(), same.discarded) == (2, False)
    assert same.tally(1) == {"等级": {"A级": 1}}
    killed(same)
    other = Parts(tmp_path / "out.csv", {"input": "b"})
    assert (other.begin(), other.discarded) == (0, True)
    assert other.give_up() == 0
    assert not other.folder.exists()


def test_what_a_killed_run_had_not_finished_is_gone(tmp_path):
    first = finished(tmp_path / "out.db")
    for name in ("whole-journal", "whole.wal", "000002.data"):
        (first.folder / name).write_bytes(b"half")
    killed(first)
    again = Parts(tmp_path / "out.db", {"input": "a"})
    assert again.begin() == 2
    assert sorted(path.name for path in again.folder.iterdir()) == NAMES


def test_a_second_run_of_the_same_output_is_told_and_touches_nothing(tmp_path):
    first = finished(tmp_path / "out.csv")
    for job in ("a", "b"):
        with pytest.raises(TableError, match="another run is writing"):
            Parts(tmp_path / "out.csv", {"input": job}).begin()
    assert sorted(path.name for path in first.folder.iterdir()) == [*NAMES, "whole"]
    first.finish()
    assert (tmp_path / "out.csv").read_bytes() == b"whole"
    assert Parts(tmp_path / "out.csv", {"input": "a"}).begin() == 0
