"""``policylang ask``: what is still needed, asked one by one, and written into the facts file."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.analysis.interview import Inquiry, interview
from policylang.cli.actions import (
    FINDINGS,
    OK,
    RefusedError,
    calendar_asked,
    compiled_policy,
    day_asked,
    fail,
    known_outcome,
    readings_asked,
    say,
    show,
)
from policylang.explain.questions import interview_document
from policylang.facts.answers import Answer, answered, read_answer
from policylang.facts.document import Document, read_document
from policylang.facts.forms import Fault
from policylang.facts.nodes import quote
from policylang.facts.paths import FactPath, find_path
from policylang.facts.writing import new_file, with_answer
from policylang.source.diagnostic import Message, has_errors
from policylang.source.text import SourceText, decode
from policylang.workspace import WorkspaceError, notation, read_bytes, write_text

if TYPE_CHECKING:
    from policylang.cli.language import Lang
    from policylang.facts.tree import Kind
    from policylang.semantics import ir

_MARK = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Sheet:
    """A facts file as it stands: its text, what that says, and the bytes that are on the disk (None for no file)."""

    path: str
    kind: Kind
    source: SourceText
    document: Document
    stored: bytes | None
    marked: bool = False

    @property
    def data(self) -> bytes:
        """The text as bytes, with the byte order mark that it had."""
        return (_MARK if self.marked else b"") + self.source.text.encode("utf-8")


class Clerk:
    """Takes answers for one station: reads them, holds them against the other facts, keeps them in the file."""

    def __init__(self, inquiry: Inquiry, sheet: Sheet) -> None:
        self.inquiry = inquiry
        self.sheet = sheet

    def read(self, path: FactPath, text: str) -> Answer | Message:
        """What a text answers about a path, or why it does not."""
        found = read_answer(path, text)
        if isinstance(found, Fault):
            zh = f"“{path.zh}”填写为“{quote(text)}”，{found.message.zh}"
            advice = found.help
            en = f"{path}: {found.message.en}" + (f"; {advice.en}" if advice else "")
            return Message(zh + (f"。{advice.zh}" if advice else ""), en)
        facts = answered(self.sheet.document.facts, path, found, self.inquiry.year)
        rejections = self.inquiry.decide(facts, ()).rejections
        if rejections:
            zh, en = "；".join(r.zh for r in rejections), "; ".join(f"{r.path} {r.en}" for r in rejections)
            return Message(f"与已经填写的互相矛盾：{zh}", f"contradicts what is recorded: {en}")
        return found

    def take(self, path: FactPath, answer: Answer) -> Message | None:
        """Put an answer into the text of the file; None when it is done, otherwise why not."""
        done = with_answer(
            self.inquiry.policy, self.sheet.source, self.sheet.kind, path, answer, self.inquiry.year
        )  # fmt: skip
        if done is None:
            return Message(
                f"文件的写法特殊，“{path.zh}”没能填进去；请自己写进文件",
                f"the file is laid out in a way that {path} could not be written into; please write it yourself",
            )
        self.sheet = replace(self.sheet, source=done[0], document=done[1])
        return None

    def save(self) -> None:
        """Write the file at one stroke, unless it is as it should be.

        Raises:
            WorkspaceError: when it cannot be written, or somebody else has changed it meanwhile.
        """
        if self.sheet.stored == self.sheet.data:
            return
        on_disk = Path(self.sheet.path).read_bytes() if Path(self.sheet.path).is_file() else None
        if on_disk != self.sheet.stored:
            zh = f"“{self.sheet.path}”在别处改动过，没有写入；请重新运行"
            raise WorkspaceError(zh, f"{self.sheet.path} was changed elsewhere; nothing was written, run the command again")
        write_text(self.sheet.path, self.sheet.data.decode("utf-8"))
        self.sheet = replace(self.sheet, stored=self.sheet.data)


def ask_station(
    policy: str, facts: str | None, outcomes: tuple[str, ...], form: str, answers: tuple[str, ...], out: str | None, *,
    all_defaults: bool, lang: Lang, **asked: Any,
) -> int:  # fmt: skip
    """Ask what is still needed, or print it as JSON; ``answers`` are taken first."""
    try:
        compiled, core = compiled_policy(policy, lang)
        for name in outcomes:
            known_outcome(core, name, lang)
        sheet = _sheet(core, facts, out, asked, lang, asking=form == "text")
        inquiry = _inquiry(core, sheet.document, outcomes, asked, lang)
        clerk = Clerk(inquiry, sheet)
        refused = [fault for text in answers if (fault := _take(clerk, text)) is not None]
        if form == "text":
            from policylang.cli.dialogue import Dialogue

            for fault in refused:
                say(fault.in_(lang))
            again = _command(policy, sheet.path, outcomes, asked)
            return FINDINGS if refused else Dialogue(clerk, again, lang, all_defaults=all_defaults).run()
        if out is not None:
            clerk.save()
        found = clerk.sheet.document.facts
        document = interview_document(interview(inquiry, found), found, digest=compiled.digest)
        document["refused"] = [{"zh": fault.zh, "en": fault.en} for fault in refused]
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    except RefusedError as refusal:
        return refusal.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    return FINDINGS if refused else OK


def _command(policy: str, path: str, outcomes: tuple[str, ...], asked: dict[str, Any]) -> str:
    """The command that goes on where this one stops."""
    given = {"--outcome": outcomes, "--reading": asked["readings"]}
    given |= {f"--{name.replace('_', '-')}": (asked[name],) if asked[name] else () for name in ("as_of", "year", "calendar")}
    words = [policy, path, *(word for option, values in given.items() for value in values for word in (option, str(value)))]
    return " ".join(["policylang ask", *(f'"{word}"' if " " in word else word for word in words)])


def _sheet(
    policy: ir.Policy, facts: str | None, out: str | None, asked: dict[str, Any], lang: Lang, *, asking: bool
) -> Sheet:
    """The file to begin with, and to write to.

    Raises:
        RefusedError: when the facts have mistakes, which have been shown.
        WorkspaceError: when a file is missing, or another one would be written over.
    """
    if "-" in (facts, out):
        raise WorkspaceError("事实要写回文件，不能用标准输入", "the facts are written back: name a file")
    if facts is not None and out is not None and Path(out).exists() and Path(out).resolve() != Path(facts).resolve():
        raise WorkspaceError(f"“{out}”已经存在，没有改动", f"{out} exists; nothing was written")
    begin = facts if facts is not None else out
    if begin is None and asking:
        from policylang.cli.dialogue import file_wanted

        begin = file_wanted(lang)
    target = out or begin or "事实.yaml"
    exists = begin is not None and Path(begin).exists()
    if facts is not None and not exists and not asking:
        read_bytes(facts)  # says that there is none
    data = read_bytes(begin) if exists and begin is not None else b""
    stored = data if exists and begin == target else None
    marked = data.startswith(_MARK)
    if not data.removeprefix(_MARK).strip():
        as_of = day_asked(asked["as_of"], lang) or date.today()  # noqa: DTZ011 - the office's own day
        source = SourceText(target, new_file(policy, notation(target), as_of, asked["year"] or as_of.year))
        document, _, _ = read_document(policy, source, notation(target))
        assert document is not None  # noqa: S101 - a file of ours
        return Sheet(target, notation(target), source, document, stored, marked)
    assert begin is not None  # noqa: S101 - there is something in it
    if notation(begin) != notation(target):
        raise WorkspaceError("--out 的格式应当与事实文件相同", "--out must have the notation of the facts file")
    text, faults = decode(data, begin)
    found: Document | None = None
    if text is not None:
        found, _, more = read_document(policy, text, notation(begin))
        faults = (*faults, *more)
    show(faults, text or SourceText(begin, ""), lang)
    if text is None or found is None or has_errors(faults):
        raise RefusedError(FINDINGS)
    return Sheet(target, notation(target), text, found, stored, marked)


def _inquiry(
    policy: ir.Policy, document: Document, outcomes: tuple[str, ...], asked: dict[str, Any], lang: Lang
) -> Inquiry:
    """The day, the year and the readings: as asked for, as the file says, or today."""
    as_of = day_asked(asked["as_of"], lang) or document.as_of or date.today()  # noqa: DTZ011 - the office's own day
    decided: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
    wanted = frozenset(x.id for x in decided if {x.id, x.name} & set(outcomes))
    return Inquiry(
        policy, as_of, asked["year"] or document.year or as_of.year,
        {**document.readings, **readings_asked(policy, asked["readings"], lang)}, calendar_asked(asked["calendar"], lang),
        wanted if outcomes else None,
    )  # fmt: skip


def _take(clerk: Clerk, text: str) -> Message | None:
    """One answer from the command line: ``路径=答案``."""
    name, given, written = text.partition("=")
    path = find_path(clerk.inquiry.policy, name) if given else None
    if path is None:
        return Message(f"“{quote(text)}”应当写作“事实=答案”", f"{quote(text)}: write PATH=VALUE")
    if isinstance(path, Fault):
        advice = path.help
        zh = path.message.zh + (f"。{advice.zh}" if advice else "")
        return Message(zh, path.message.en + (f"; {advice.en}" if advice else ""))
    if path.fact.series is not None and path.period is None:
        unit = {"year": "2024", "quarter": "2024Q1", "month": "2024-03"}[path.fact.series]
        return Message(f"“{path.zh}”要写明时期，例如“{path.fact.name}.{unit}=…”", f"{path}: for which period? as in {path}.{unit}=…")
    fault = _out_of_place(path, clerk.sheet.document)
    if fault is not None:
        return fault
    answer = clerk.read(path, written)
    return answer if isinstance(answer, Message) else clerk.take(path, answer)


def _out_of_place(path: FactPath, document: Document) -> Message | None:
    """Why nothing can be answered there: it is recorded already, or the list has no such item."""
    value = document.facts.values.get(path.fact.id)
    recorded = Message(f"“{path.zh}”已经记载，没有改动；要改请改事实文件", f"{path} is recorded already; change it in the file")
    if path.item is None:
        there = value is not None and (path.period is None or (isinstance(value, dict) and value.get(path.period.key) is not None))
        return recorded if there else None
    if not isinstance(value, tuple) or path.item >= len(value):
        return Message(f"没有{path.fact.name}第{path.item + 1}项", f"there is no {path.fact.id}[{path.item}]")
    if path.field is None:
        return Message(f"“{path.zh}”要写明哪个字段", f"{path}: which field?")
    return recorded if path.field.id in value[path.item] else None
