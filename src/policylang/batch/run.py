"""A table decided from end to end: surveyed once, then block by block, in parts that survive a kill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from policylang.batch.model import Notes, TableError
from policylang.batch.parts import Parts, writable
from policylang.batch.results import Deciding
from policylang.batch.series import Words
from policylang.batch.surveying import refuse_duplicates, survey
from policylang.plan.build import plan
from policylang.plan.graph import TooLargeError
from policylang.plan.layout import YEARS_BACK
from policylang.plan.rows import recorded_type
from policylang.source.diagnostic import Message
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from policylang.batch.series import Series
    from policylang.batch.surveying import Surveyed
    from policylang.batch.table import Source
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.types import Type

#: Rows of a part.
PART = 1 << 24


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every station. ``digest`` is that of the policy file; ``only``: the ids of the results wanted."""

    policy: ir.Policy
    digest: str
    as_of: date
    year: int
    readings: Mapping[str, str]
    calendar: Calendar
    only: Collection[str] | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Done:
    """A block with its results: ``raw`` is what the source needs to write its rows back, ``columns`` what is added."""

    first: int
    rows: int
    raw: Any
    columns: Mapping[str, Series]
    cells: Mapping[int, Any] = field(default_factory=dict)


class Out(Protocol):
    """Writes the form of an output."""

    def write(self, done: Iterator[Done], target: Path, *, first: bool) -> None:
        """Write a part to a file that is on the disk when this ends."""

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """Put the parts together."""


@dataclass(slots=True)
class Run:
    """A table that has been surveyed and can be decided.

    ``read_as`` says how the table is read and what else is read with it; ``tally`` counts what came out, by column and word;
    ``over_all`` are the rows of a sheet on all stations together.
    """

    question: Question
    source: Source
    surveyed: Surveyed
    deciding: Deciding
    block: int
    read_as: Mapping[str, object] = field(default_factory=dict)
    tally: dict[str, dict[str, int]] = field(default_factory=dict)
    over_all: Sequence[tuple[str | Decimal | None, ...]] = ()

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows decided, refused, and left out."""
        words = self.tally.get(self.deciding.words.accepted, {})
        accepted, refused = (words.get(str(word), 0) for word in self.deciding.words.statuses[:2])
        return accepted, refused, self.surveyed.rows - accepted - refused

    @property
    def contradicted(self) -> int:
        """Rows refused because their facts contradict each other."""
        return self.counts[1] - self.surveyed.counts[1]

    def done(self, first: int = 0, rows: int | None = None) -> Iterator[Done]:
        """The blocks with their results, from a row on."""
        for block in self.source.blocks(self.block, first):
            if rows is not None and block.first >= first + rows:
                return
            parsed = self.source.parse(block, Notes())
            names = self.source.key_texts(block) if self.surveyed.duplicates else None
            parsed = refuse_duplicates(parsed, names, self.surveyed.duplicates)
            yield Done(block.first, block.rows, block.raw, self.deciding(parsed), block.cells)

    def job(self) -> dict[str, object]:
        """What is computed from what: parts of another job are of no use."""
        q = self.question
        return {
            "input": self.source.digest(), "read_as": dict(self.read_as), "policy": q.digest, "as_of": str(q.as_of), "year": q.year,
            "readings": dict(self.deciding.plan.readings), "calendar": sha256(repr(q.calendar).encode()).hexdigest(),
            "only": sorted(q.only) if q.only is not None else None, "lang": q.lang, "version": VERSION,
            "columns": self.deciding.names, "block": self.block,
        }  # fmt: skip


def prepared(
    question: Question, source: Source, *, block: int | None = None, progress: Callable[[int, int | None], None] | None = None,
    read_as: Mapping[str, object] | None = None,
) -> Run:  # fmt: skip
    """Survey a table and make the plan for it.

    ``block``: the rows decided at once, by default what the source takes at once. ``read_as`` as ``Opened.read_as`` has it,
    for runs that are to be resumed.

    Raises:
        TableError: the table cannot be read, has no station, or its numbers are too large to calculate with.
    """
    block = block or source.at_once
    found = survey(source, block, progress)
    policy = question.policy
    types: dict[tuple[str, str | None], Type] = {(fact.id, None): fact.type for fact in policy.facts}
    types |= {(fact.id, own.id): own.type for fact in policy.facts for own in fact.fields}
    types |= {(outcome.id, None): recorded_type(outcome) for outcome in policy.outcomes}
    layout = found.layout(types)
    if layout.since is not None:
        # A day of long ago, mistyped perhaps, must not make every station pay for its windows: that station is refused.
        layout = replace(layout, since=max(layout.since, question.as_of.toordinal() - YEARS_BACK * 366))
    source.settled(layout)
    try:
        made = plan(policy, layout, question.as_of, question.year, question.readings, question.calendar, question.only)
    except TooLargeError:
        raise TableError(
            "表里的金额或者数目太大，超出了批量计算的范围；核对最大的几个数",
            "the numbers in the table are too large to calculate with",
        ) from None
    refusals = bool(found.refused)
    deciding = Deciding(made, layout, question.lang, refusals=refusals)
    return Run(question, source, found, deciding, block, read_as or {})


def write(
    run: Run, out: Out, output: Path, *, part: int = PART, progress: Callable[[int, int | None], None] | None = None
) -> None:
    """Decide everything and put the output in its place, complete or not at all.

    Raises:
        TableError: it cannot be written; finished parts of a long run are kept and said so.
    """
    total = run.surveyed.rows
    part = max(part // run.block, 1) * run.block
    counts = range(0, total, part)
    parts = Parts(output, {**(run.job() if len(counts) > 1 else {}), "part": part, "rows": total})
    with writable(output):
        finished = parts.begin()
    if parts.discarded:
        run.surveyed.notes.add(
            Message(
                "输入、办法或者选项变了，以前算好的部分不用，重新计算",
                "the input, the policy or the options changed: started anew",
            )
        )
    elif finished and len(counts) > 1:
        run.surveyed.notes.add(
            Message(f"接着上次中断的地方计算，已有{finished}部分", f"resumed: {finished} parts were there already")
        )
    try:
        with writable(output):
            if len(counts) == 1:
                out.write(counted(run, run.done(), run.tally, progress), parts.whole, first=True)
            else:
                for number, first in enumerate(counts):
                    if not parts.has(number):
                        tally: dict[str, dict[str, int]] = {}
                        done = counted(run, run.done(first, part), tally, progress)
                        out.write(done, parts.fresh(number), first=number == 0)
                        parts.keep(number, tally)
                    _add(run.tally, parts.tally(number))
                out.join([parts.path(number) for number in range(len(counts))], parts.whole)
            parts.finish()
    except BaseException as fault:
        kept = parts.give_up()
        if kept and isinstance(fault, TableError):
            raise TableError(
                f"{fault.message.zh}。已算好的{kept}部分留在“{parts.folder.name}”，处理好以后再运行同一命令，会接着算",
                f"{fault.message.en}. {kept} finished parts are kept in {parts.folder.name}; the same command goes on from there",
            ) from None
        raise


def counted(
    run: Run, done: Iterator[Done], tally: dict[str, dict[str, int]], progress: Callable[[int, int | None], None] | None
) -> Iterator[Done]:  # fmt: skip
    """Counts the words of each result as the blocks go by."""
    words = run.deciding.words
    wanted = {
        words.accepted,
        *(c.name for c in run.deciding.columns if c.part == words.result and c.name != words.warning),
    }
    for block in done:
        found: dict[str, dict[str, int]] = {}
        for name, column in block.columns.items():
            if name in wanted and isinstance(column, Words):
                counts = np.bincount(column.codes, minlength=len(column.words))
                own = found.setdefault(name, {})
                for word, count in zip(column.words, counts.tolist(), strict=True):
                    if word is not None and count:
                        own[word] = own.get(word, 0) + count
        _add(tally, found)
        yield block
        if progress is not None:
            progress(block.first + block.rows, run.surveyed.rows)


def _add(total: dict[str, dict[str, int]], more: dict[str, dict[str, int]]) -> None:
    for name, counts in more.items():
        own = total.setdefault(name, {})
        for word, count in counts.items():
            own[word] = own.get(word, 0) + count
