"""What the commands share: messages, compiling, deciding a station as it was asked; and the plain commands.

Results go to stdout, messages to stderr.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.language import Lang, colored
from policylang.source.diagnostic import Diagnostic, Severity, did_you_mean, has_errors
from policylang.source.render import render_github, render_human, render_json, summary
from policylang.workspace import (
    WorkspaceError,
    compile_file,
    files_under,
    notation,
    policy_path,
    read_bytes,
    read_calendar,
    read_official,
)

if TYPE_CHECKING:
    from policylang.compiler import Compiled
    from policylang.facts.document import Document
    from policylang.facts.nodes import Mapping
    from policylang.measure.official import OfficialText
    from policylang.runtime.alternatives import Comparison
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.source.text import SourceText

OK, FINDINGS, FAILURE, NEGATIVE, UNDETERMINED = 0, 1, 2, 3, 4


class RefusedError(Exception):
    """The command cannot go on; its message has been shown. ``code`` is the exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def say(text: str) -> None:
    """A message to the person: stderr."""
    click.echo(text, err=True)


def fail(fault: WorkspaceError, lang: Lang) -> int:
    """Show why a file could not be used."""
    say(("错误：" if lang == "zh" else "error: ") + fault.message.in_(lang))
    return FAILURE


def unexpected(fault: Exception) -> int:
    """Show an internal error in one line; nothing of the user's is lost."""
    from policylang.cli.language import language

    name = type(fault).__name__
    if language(None) == "zh":
        say(f"程序内部出错（{name}：{fault}）。文件没有改动。请把命令和文件一起反馈给维护者。")
    else:
        say(f"internal error ({name}: {fault}). No file was changed. Please report the command and the file.")
    return FAILURE


def show(diagnostics: tuple[Diagnostic, ...], source: SourceText, lang: Lang) -> None:
    """Diagnostics for people, to stderr."""
    if diagnostics:
        say(render_human(diagnostics, source, lang, color=colored()))


def as_written(data: bytes, path: str) -> SourceText:
    """The text of a file whose findings are shown, nothing where it is no text."""
    from policylang.source.text import SourceText, decode

    return decode(data, path)[0] or SourceText(path, "")


# check


def check_files(paths: tuple[str, ...], form: str, lang: Lang) -> int:
    """Check policy files and print what was found; for people, the warnings on a file wait until it has no errors."""
    findings: list[dict[str, object]] = []
    count: list[Diagnostic] = []
    held = False
    try:
        files = files_under(tuple(p if p.endswith(".pol") else _named(p) for p in paths), (".pol",))
        if not files:
            raise WorkspaceError("这里没有 .pol 文件", "there is no .pol file here")
        for path in files:
            compiled = compile_file(path)
            count += compiled.diagnostics
            if form == "json":
                findings += render_json(compiled.diagnostics, compiled.source)
            elif form == "github":
                text = render_github(compiled.diagnostics, compiled.source, lang)
                if text:
                    click.echo(text)
            else:
                errors = tuple(d for d in compiled.diagnostics if d.severity is Severity.ERROR)
                shown = errors or compiled.diagnostics
                held |= len(shown) < len(compiled.diagnostics)
                show(shown, compiled.source, lang)
    except WorkspaceError as fault:
        return fail(fault, lang)
    if form == "json":
        click.echo(json.dumps(findings, ensure_ascii=False, indent=2))
    elif form == "text":
        found = summary(tuple(count), lang)
        if held:
            found += "（改好错误以后再列警告）" if lang == "zh" else " (warnings are listed once the errors are mended)"
        click.echo(f"已检查{len(files)}个文件：{found}" if lang == "zh" else f"{len(files)} files checked: {found}")
    return FINDINGS if has_errors(count) else OK


def _named(path: str) -> str:
    from pathlib import Path

    return path if Path(path).exists() else policy_path(path)


# a station


@dataclass(frozen=True, slots=True)
class Decided:
    """A station decided under a measure; ``comparisons`` only where other readings were asked for.

    ``data`` are the bytes of the facts file, ``source`` its text.
    """

    compiled: Compiled
    policy: ir.Policy
    data: bytes
    source: SourceText
    document: Document
    calendar: Calendar
    outcome: Outcome
    comparisons: tuple[Comparison, ...] | None = None


def compiled_policy(name: str, lang: Lang) -> tuple[Compiled, ir.Policy]:
    """The policy, or its faults shown.

    Raises:
        RefusedError: when it has errors.
    """
    compiled = compile_file(policy_path(name))
    if compiled.policy is None:
        show(compiled.diagnostics, compiled.source, lang)
        raise RefusedError(FINDINGS)
    return compiled, compiled.policy


def decide(
    policy: str, facts: str, lang: Lang, *, all_readings: bool, only: str | None = None, **asked: Any
) -> Decided:
    """Decide a station as it was asked: ``as_of``, ``year``, ``readings`` and ``calendar``.

    ``only``: the name or id of an outcome or a duty; then nothing else is decided but what it rests on.

    Raises:
        RefusedError: when the policy, the facts or what was asked have mistakes; they have been shown.
        WorkspaceError: when a file cannot be read.
    """
    from policylang.facts.document import read_document
    from policylang.runtime.alternatives import compare_readings
    from policylang.runtime.interpreter import evaluate
    from policylang.source.text import decode

    if policy == facts == "-":
        raise WorkspaceError("办法和事实不能都从标准输入读", "only one of the two can be standard input")
    compiled, core = compiled_policy(policy, lang)
    data = read_bytes(facts)
    source, faults = decode(data, "<stdin>" if facts == "-" else facts)
    document: Document | None = None
    if source is not None:
        document, _, more = read_document(core, source, notation(facts))
        faults = (*faults, *more)
    if source is None or document is None or has_errors(faults):
        from policylang.source.text import SourceText

        show(faults, source or SourceText(facts, ""), lang)
        raise RefusedError(FINDINGS)
    show(faults, source, lang)
    if document.measure is not None and document.measure not in (core.id, core.title):
        say(
            f"注意：事实文件写的办法是“{document.measure}”，现按“{core.id}”判断。"
            if lang == "zh"
            else f"note: the facts name the measure “{document.measure}”, decided under “{core.id}”."
        )
    as_of = day_asked(asked["as_of"], lang) or document.as_of
    if as_of is None:
        as_of = date.today()  # noqa: DTZ011 - the office's own day
        say(f"未写时点，按今天（{as_of}）判断。" if lang == "zh" else f"no day given: decided as of today, {as_of}.")
    year = asked["year"] or document.year
    if year is None:
        say(
            f"未写考核年度，取{as_of.year}年。" if lang == "zh" else f"no assessment year given: {as_of.year} is taken."
        )
    readings = {**(document.readings or {}), **readings_asked(core, asked["readings"], lang)}
    calendar = calendar_asked(asked["calendar"], lang)
    asked_of = (core, document.facts, as_of, year, readings, calendar, _resting(core, only))
    results = compare_readings(*asked_of) if all_readings else (evaluate(*asked_of),)
    return Decided(compiled, core, data, source, document, calendar, *results)


def _resting(policy: ir.Policy, name: str | None) -> frozenset[str] | None:
    """The ids of what is asked for and of what it rests on; None for everything, also where there is no such thing."""
    from policylang.semantics.walk import rests_on

    known: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
    found = next((one.id for one in known if name in (one.id, one.name)), None)
    return None if found is None else rests_on(policy, found)


def official_text(path: str, lang: Lang) -> OfficialText:
    """The official text of a file in its parts.

    Raises:
        RefusedError: when its characters cannot be read; why has been shown.
        WorkspaceError: when there is no such file, or it has no articles.
    """
    found, faults, source = read_official(path)
    if found is None:
        show(faults, source, lang)
        raise RefusedError(FINDINGS)
    return found


def calendar_asked(path: str | None, lang: Lang) -> Calendar:
    """The working days, with those an office has added.

    Raises:
        RefusedError: when its file has mistakes.
    """
    calendar, problems, place = read_calendar(path)
    if place is not None and has_errors(problems):
        show(problems, place, lang)
        raise RefusedError(FINDINGS)
    return calendar


def day_asked(text: str | None, lang: Lang) -> date | None:
    """The day of a question, None where none is given.

    Raises:
        RefusedError: when it is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        say(
            f"“{text}”不是日期，请写成 2025-12-10 的样子。"
            if lang == "zh"
            else f"“{text}” is not a date: write it like 2025-12-10."
        )
        raise RefusedError(FAILURE) from None


def readings_asked(policy: ir.Policy, asked: tuple[str, ...], lang: Lang) -> dict[str, str]:
    """The readings chosen on the command line, by id.

    Raises:
        RefusedError: when one of them does not exist.
    """
    chosen = {}
    for item in asked:
        name, found, option = item.partition("=")
        reading = next((r for r in policy.readings if name in (r.id, r.name)), None)
        if not found or reading is None:
            known = [r.id for r in policy.readings]
            close = did_you_mean(name, known)
            hint = (f"是否想写“{close}”？" if lang == "zh" else f"did you mean “{close}”? ") if close else ""
            all_ = "、".join(known) if lang == "zh" else ", ".join(known)
            say(
                f"没有疑义“{name}”。{hint}本办法的疑义有：{all_ or '无'}"
                if lang == "zh"
                else f"no ambiguity “{name}”. {hint}This policy has: {all_ or 'none'}"
            )
            raise RefusedError(FAILURE)
        meant = next((o for o in reading.options if option in (o.id, o.name)), None)
        if meant is None:
            options = [f"{o.id}（{o.name}）" if lang == "zh" else o.id for o in reading.options]
            joined = ("、" if lang == "zh" else ", ").join(options)
            say(
                f"“{reading.id}”没有读法“{option}”，可选：{joined}"
                if lang == "zh"
                else f"{reading.id} has no reading “{option}”; it has {joined}"
            )
            raise RefusedError(FAILURE)
        chosen[reading.id] = meant.id
    return chosen


def known_outcome(policy: ir.Policy, wanted: str, lang: Lang) -> None:
    """Whether the policy has an outcome or a duty of this name or id.

    Raises:
        RefusedError: when it has none; what there is has been said.
    """
    decided: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
    names = [n for o in decided for n in (o.name, o.id)]
    if wanted in names:
        return
    close = did_you_mean(wanted, names)
    listed = [o.name if lang == "zh" else o.id for o in decided]
    hint = (f"是否想写“{close}”？" if lang == "zh" else f"Did you mean “{close}”? ") if close else ""
    say(
        f"没有“{wanted}”这个结果。{hint}可写：{'、'.join(listed)}"
        if lang == "zh"
        else f"no outcome “{wanted}”. {hint}There are: {', '.join(listed)}"
    )
    raise RefusedError(FAILURE)


def time_of_list(tree: Mapping, asked: dict[str, Any], lang: Lang) -> tuple[date, int | None]:
    """The day and the year for a list of stations: as asked, as written in it, or today.

    Raises:
        RefusedError: when the day is no day.
    """
    from policylang.facts.nodes import Scalar

    written = {k.text: v.text for k, v in tree.entries if isinstance(v, Scalar)}
    as_of = day_asked(asked["as_of"] or written.get("as_of") or written.get("时点"), lang)
    year = asked["year"] or _number(written.get("assessment_year") or written.get("考核年度"))
    return as_of or date.today(), year  # noqa: DTZ011 - the office's own day


def readings_of_list(tree: Mapping) -> tuple[str, ...]:
    """The readings written in a list of stations, as ``ID=OPTION``."""
    from policylang.facts.nodes import Mapping as MappingNode
    from policylang.facts.nodes import Scalar

    written = next((v for k, v in tree.entries if k.text in {"readings", "读法"}), None)
    if not isinstance(written, MappingNode):
        return ()
    return tuple(f"{key.text}={value.text}" for key, value in written.entries if isinstance(value, Scalar))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


# schema


def print_schema(policy: str | None, *, outcome: bool, record: bool, lang: Lang) -> int:
    """Print the JSON Schema of a policy's facts, of outcome documents or of decision records."""
    from policylang.explain.schema import outcome_schema
    from policylang.facts.schema import schema_for

    try:
        if outcome:
            found: object = outcome_schema()
        elif record:
            from policylang.records.schema import record_schema

            found = record_schema()
        elif policy is None:
            raise WorkspaceError("写明办法，或用 --outcome、--record", "name a policy, or use --outcome or --record")
        else:
            found = schema_for(compiled_policy(policy, lang)[1])
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    return OK
