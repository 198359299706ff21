"""Files that are complete or not there, and the finished parts of a long run that is taken up again after a kill."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from policylang.batch.model import TableError
from policylang.source.refusals import reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows, where nobody replaces a file that is open
    fcntl = None  # type: ignore[assignment]

_JOB = "job.json"
_WHOLE = "whole"


@contextmanager
def durable(target: Path) -> Iterator[IO[bytes]]:
    """A new file that is on the disk when this ends, and not there at all where it fails."""
    fresh = target.with_name(f"{target.name}.new")
    try:
        with fresh.open("wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def on_disk(path: Path) -> None:
    """Wait until a file that another program has written is on the disk."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Says why a file cannot be written.

    Raises:
        TableError: where it cannot.
    """
    try:
        yield
    except OSError as fault:
        raise TableError(f"写不了“{path}”：{reason(fault).zh}", f"cannot write {path}: {reason(fault).en}") from None


class Parts:
    """The folder beside an output where its finished parts wait: ``<output>.part``. It belongs to one run at a time.

    Args:
        output: the file that is to be written.
        job: what is being computed from what; parts of another job are thrown away.
    """

    def __init__(self, output: Path, job: dict[str, object]) -> None:
        self.output = output
        self.folder = output.with_name(f"{output.name}.part")
        self._job = json.dumps(job, ensure_ascii=False, sort_keys=True, indent=1)
        self.discarded = False
        self._held: int | None = None

    def begin(self) -> int:
        """Make the folder, or take up what is there; how many parts are finished.

        Raises:
            OSError: the folder cannot be made.
            TableError: another run is writing this output.
        """
        self._hold()
        job = self._job_file
        try:
            if not (job.is_file() and job.read_text(encoding="utf-8") == self._job):
                self.discarded = job.is_file()
                job.unlink(missing_ok=True)
                for path in self.folder.iterdir():
                    path.unlink()
                with durable(job) as handle:
                    handle.write(self._job.encode("utf-8"))
            for path in self.folder.iterdir():
                if path.suffix not in {".done", ".tally"} and path != job:
                    path.unlink()  # what a run was writing when it was killed
        except BaseException:
            if job.is_file():
                self.let_go()
            else:
                self._clear()
            raise
        return sum(1 for path in self.folder.iterdir() if path.suffix == ".done")

    def _hold(self) -> None:
        """Make the folder and keep other runs out of it until it is cleared away, or the process is gone."""
        while self._held is None:
            self.folder.mkdir(exist_ok=True)
            if fcntl is None:  # pragma: no cover
                return
            with suppress(FileNotFoundError):  # the run that had it has just cleared it away
                held = os.open(self.folder, os.O_RDONLY)
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if os.path.samestat(os.fstat(held), self.folder.stat()):
                        self._held, held = held, -1
                except BlockingIOError:
                    raise TableError(
                        f"另一次运行正在写“{self.output}”，等它写完；没有改动",
                        f"another run is writing {self.output}: wait for it; nothing was touched",
                    ) from None
                except FileNotFoundError:
                    raise
                except OSError:  # a file system without locks
                    self._held, held = held, -1
                finally:
                    if held >= 0:
                        os.close(held)

    def let_go(self) -> None:
        """Let other runs have the folder."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    @property
    def _job_file(self) -> Path:
        return self.folder / _JOB

    def path(self, number: int) -> Path:
        """Where a finished part lies."""
        return self.folder / f"{number:06}.done"

    def fresh(self, number: int) -> Path:
        """Where a part is written until it is finished."""
        return self.folder / f"{number:06}.data"

    def keep(self, number: int, tally: dict[str, dict[str, int]]) -> None:
        """A part is finished; what came out in it is kept with it."""
        with durable(self.folder / f"{number:06}.tally") as handle:
            handle.write(json.dumps(tally, ensure_ascii=False).encode("utf-8"))
        self.fresh(number).replace(self.path(number))

    def tally(self, number: int) -> dict[str, dict[str, int]]:
        """What came out in a finished part."""
        found: dict[str, dict[str, int]] = json.loads((self.folder / f"{number:06}.tally").read_text(encoding="utf-8"))
        return found

    def has(self, number: int) -> bool:
        """Whether a part is finished."""
        return self.path(number).is_file()

    @property
    def whole(self) -> Path:
        """Where the whole is put together."""
        return self.folder / _WHOLE

    def finish(self) -> None:
        """Put the whole in the place of the output at one stroke, and clear up.

        Raises:
            OSError: the output cannot be replaced.
        """
        if self.output.exists():
            shutil.copymode(self.output, self.whole)
        self.whole.replace(self.output)
        if os.name != "nt":
            handle = os.open(self.output.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self._clear()

    def give_up(self) -> int:
        """Clear up what is not finished after a failure; how many finished parts are kept."""
        kept = sum(1 for path in self.folder.iterdir() if path.suffix == ".done") if self.folder.is_dir() else 0
        if not kept:
            self._clear()
        else:
            self.whole.unlink(missing_ok=True)
            self.let_go()
        return kept

    def _clear(self) -> None:
        # first the job: without it a folder is rubbish, should a kill leave some of it behind
        try:
            self._job_file.unlink(missing_ok=True)
            shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            self.let_go()
