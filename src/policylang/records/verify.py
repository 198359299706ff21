"""A log held against its own chain: which record was changed, taken out, put in or moved, and what it looks like.

Each line is one record in its canonical form; each record names the hash of the one before it. What the chain alone
cannot show is that its last records are gone, or that all of it was written anew: for that a hash kept elsewhere is held
against it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policylang.records.canonical import canonical_bytes
from policylang.records.read import RecordError, read_link
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from policylang.records.build import Record

Kind = Literal["torn", "changed", "missing", "inserted", "moved", "unlinked", "empty", "head"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a line, counted from 1; 0 for the log as a whole."""

    line: int
    kind: Kind
    message: Message


@dataclass(frozen=True, slots=True)
class Link:
    """What a chain looks at in a record: its number, the hash of the one before, its own."""

    number: int
    previous: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log: its number, its text, and the link in it, or why there is none that can be believed."""

    number: int
    data: bytes
    link: Link | None
    fault: Finding | None = None

    def record(self) -> Record | None:
        """The record, where it has the hash that it names; ``check_shape`` looks at the rest of it."""
        return None if self.link is None else read_link(self.data)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log holds: how many lines, everything wrong with them, number and hash of the last sound record."""

    lines: int
    findings: tuple[Finding, ...]
    head: tuple[int, str] | None = None
    after_kept: int | None = None

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not self.findings

    @property
    def intact(self) -> int:
        """How many records from the first on are in order before the first that is not."""
        return min((f.line - 1 for f in self.findings if f.line), default=self.lines)


def read_lines(data: bytes) -> list[Line]:
    """The lines of a log, each read and held against its own hash."""
    if not data:
        return []
    parts = data.split(b"\n")
    whole = parts.pop() == b""
    if not whole:
        parts = data.split(b"\n")
    return [_line(i, part, torn=not whole and i == len(parts)) for i, part in enumerate(parts, start=1)]


def _line(number: int, data: bytes, *, torn: bool) -> Line:
    try:
        found = read_link(data)
        form = canonical_bytes(found)
        sound = _own_digest(form, found["sha256"]) == found["sha256"]
    except RecordError as fault:
        if torn:
            return Line(number, data, None, _torn(number))
        zh, en = f"被改动或者损坏：{fault.message.zh}", f"changed or damaged: {fault.message.en}"
        return Line(number, data, None, Finding(number, "changed", Message(zh, en)))
    except ValueError:
        sound, form = False, b""
    if not sound or form != data:
        zh, en = "被改动：内容与它的校验值不符", "changed: the content does not match its hash"
        if sound:
            zh, en = "内容没有变，写法变了，像是被别的程序另存过", "the same content laid out otherwise: saved by another program"
        return Line(number, data, None, Finding(number, "changed", Message(zh, en)))
    link = Link(found["number"], found["previous"], found["sha256"])
    return Line(number, data, link, _torn(number, complete=True) if torn else None)


def _own_digest(form: bytes, sha256: str) -> str:
    """The SHA-256 of a record without its own hash, from its canonical form: what a hash names never has that hash in it."""
    return hashlib.sha256(form.replace(f'"sha256":"{sha256}",'.encode(), b"", 1)).hexdigest()


def _torn(number: int, *, complete: bool = False) -> Finding:
    if complete:
        zh, en = "记录完整，但缺行末的换行，像是写入时中断", "whole, but without its line end: writing it was interrupted"
    else:
        zh, en = "不完整，像是写入时中断", "incomplete: writing it was interrupted"
    return Finding(number, "torn", Message(zh, en))


def verify(lines: list[Line], kept: str | None = None) -> Verified:
    """Everything wrong with a log; ``kept`` is the hash of a record that must be in it."""
    findings = _Chain(lines).findings()
    sound = [line.link for line in lines if line.link is not None]
    head = (sound[-1].number, sound[-1].sha256) if sound else None
    after = None
    if kept is not None:
        at = next((i for i, link in enumerate(sound) if link.sha256 == kept), None)
        if at is None:
            zh = "没有校验值为所存值的记录：末尾的记录被删去，或者整本被改写"
            en = "no record has the kept hash: records at the end were removed, or the whole log was written anew"
            findings.append(Finding(0, "head", Message(zh, en)))
        else:
            after = len(sound) - 1 - at
    return Verified(len(lines), tuple(findings), head, after)


class _Chain:
    """One walk along the lines: which record is due, and the hash that it should name as the one before it."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._found: list[Finding] = []
        self._due = 1
        self._previous: str | None = None
        self._unread = 0  # lines without a record since the last one with a record
        self._seen: dict[str, int] = {}
        self._late: set[int] = set()
        self._last = {line.link.number: line.number for line in lines if line.link is not None}

    def findings(self) -> list[Finding]:
        """What is wrong, in the order of the lines."""
        for place, line in enumerate(self._lines):
            if line.fault is not None:
                self._found.append(line.fault)
            if line.link is None:
                self._unread += 1
            else:
                self._take(place, line, line.link)
        return self._found

    def _take(self, place: int, line: Line, link: Link) -> None:
        number, sha256 = link.number, link.sha256
        copied = self._seen.setdefault(sha256, line.number)
        if copied != line.number:
            self._say(line, "inserted", f"是第{copied}行的重复", f"a copy of line {copied}")
            return
        linked = self._fits(link)
        if self._unread and not linked:  # what could not be read stood in its place
            self._due, linked = self._due + self._unread, True
        self._unread = 0
        if number < self._due:
            self._behind(line, number)
        elif number == self._due and self._stranger(place, link, linked=linked):
            zh = "下一行才接得上前后的记录，这一行像是插入的"
            self._say(line, "inserted", zh, "the next line is the one that fits, this one was inserted")
        else:
            if number > self._due:
                self._ahead(line, number)
            elif not linked:
                zh, en = "不接上一条：这一条或者上一条被换过", "does not follow the record before: one of the two was replaced"
                self._say(line, "unlinked", zh, en)
            self._due, self._previous = number + 1, sha256

    def _behind(self, line: Line, number: int) -> None:
        if number in self._late:
            self._late.discard(number)
            zh, en = f"顺序被改：这是第{number}条，应在第{number + 1}条之前", f"moved: record {number} belongs before {number + 1}"
            self._say(line, "moved", zh, en)
        else:
            zh, en = f"多出的一条，序号也是{number}，像是插入的", f"one more record with the number {number}: inserted"
            self._say(line, "inserted", zh, en)

    def _ahead(self, line: Line, number: int) -> None:
        """Records before this one are further down, or gone."""
        due = self._due
        later = {n for n, last in self._last.items() if due <= n < number and last > line.number}
        self._late |= later
        if len(later) == number - due:
            zh, en = f"顺序被改：第{due}条不在这里，移到了后面", f"moved: record {due} stands further down"
            self._say(line, "moved", zh, en)
        else:
            zh = f"第{due}条" if number - due == 1 else f"第{due}条至第{number - 1}条"
            en = f"record {due} is" if number - due == 1 else f"records {due} to {number - 1} are"
            self._say(line, "missing", f"之前缺{zh}，像是被删去", f"before it {en} missing: removed")

    def _stranger(self, place: int, link: Link, *, linked: bool) -> bool:
        """Whether not this record but the next, of the same number, is the one that fits."""
        following, after = (self._lines[i].link if i < len(self._lines) else None for i in (place + 1, place + 2))
        if following is None or not self._fits(following) or following == link:
            return False
        return not linked or (after is not None and after.previous == following.sha256)

    def _fits(self, link: Link) -> bool:
        return link.number == self._due and link.previous == self._previous

    def _say(self, line: Line, kind: Kind, zh: str, en: str) -> None:
        self._found.append(Finding(line.number, kind, Message(zh, en)))
