"""``policylang compare``: measures side by side, with one station profile put before all of them or without."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import (
    FAILURE,
    FINDINGS,
    OK,
    RefusedError,
    calendar_asked,
    compiled_policy,
    day_asked,
    fail,
    say,
    show,
)
from policylang.comparison.build import chosen, columns, compare, decide, drawn
from policylang.facts.profile_file import Profile, read_profile
from policylang.facts.vocabulary_file import read_vocabulary
from policylang.source.diagnostic import did_you_mean, has_errors
from policylang.source.text import SourceText, decode
from policylang.workspace import (
    VOCABULARY,
    WorkspaceError,
    notation,
    policies_folder,
    read_bytes,
    write_bytes,
    write_text,
)

if TYPE_CHECKING:
    from policylang.cli.language import Lang
    from policylang.comparison.model import Comparison
    from policylang.facts.vocabulary import Vocabulary
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir

#: What a file's name says of its format.
_SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".json": "json"}
#: What a format needs beyond the core.
_NEEDS = {"html": "jinja2", "xlsx": "xlsxwriter"}
#: The width of what is not written to a terminal.
_WIDTH = 100


def compare_measures(
    policies: tuple[str, ...], facts: str | None, *, form: str | None, out: str | None, dimensions: tuple[str, ...],
    vocabulary: str | None, lang: Lang, **asked: Any,
) -> int:  # fmt: skip
    """Put measures side by side and print or write what comes of it; nothing is written where something is wrong."""
    try:
        form = _form(form, out, lang)
        words = _vocabulary(vocabulary, lang)
        compiled = [compiled_policy(name, lang) for name in policies or _shipped(words)]
        _no_twins([core for _, core in compiled], lang)
        across = columns(words, [(core, found.digest) for found, core in compiled])
        _known_dimensions(words, dimensions, lang)
        shown = chosen(words, dimensions)
        readings = _readings([core for _, core in compiled], asked["readings"], lang)
        comparison = compare(shown, across, words)
        profile = None
        if facts is not None:
            profile = _profile(words, {core.id: core for _, core in compiled}, facts, lang)
            readings = {**profile.readings, **readings}
            as_of, year = _time(profile, asked, lang)
            calendar = calendar_asked(asked["calendar"], lang)
            comparison, outcomes = decide(comparison, shown, profile, as_of, year, readings, calendar, words)
            _contradictions(outcomes, lang)
        if form in {"html", "xlsx", "json", "md"}:
            comparison = drawn(comparison, shown, profile, readings)
        _deliver(comparison, form, out, lang)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    return OK


def _form(form: str | None, out: str | None, lang: Lang) -> str:
    """The format asked for, or that of the file's name.

    Raises:
        RefusedError: when it cannot be made here.
    """
    found = form or _SUFFIXES.get(Path(out or "").suffix.lower(), "text")
    if found == "xlsx" and out is None:
        zh = "工作簿要写进文件，请用 --out 写明文件名，如 --out 对比.xlsx"
        say(zh if lang == "zh" else "a workbook needs a file: --out comparison.xlsx")
        raise RefusedError(FAILURE)
    needed = _NEEDS.get(found)
    if needed is not None and importlib.util.find_spec(needed) is None:
        say(
            f'做这种格式要用 {needed}，没有安装。请运行：pip install "policylang[office]"'
            if lang == "zh"
            else f'this format needs {needed}, which is not installed: pip install "policylang[office]"'
        )
        raise RefusedError(FAILURE)
    return found


def _vocabulary(path: str | None, lang: Lang) -> Vocabulary:
    """The common vocabulary of a file, or that which comes with policylang.

    Raises:
        RefusedError: when it has mistakes; they have been shown.
    """
    where = path or str(policies_folder() / VOCABULARY)
    source, faults = decode(read_bytes(where), where)
    found = None
    if source is not None:
        found, more = read_vocabulary(source)
        faults = (*faults, *more)
    if found is None or has_errors(faults):
        show(faults, source or SourceText(where, ""), lang)
        raise RefusedError(FINDINGS)
    return found


def _shipped(words: Vocabulary) -> list[str]:
    """The measures that come with policylang, in the order of the vocabulary."""
    names = sorted(path.stem for path in policies_folder().glob("*.pol"))
    order = [name for name in words.measures if name in names]
    return [*order, *(name for name in names if name not in order)]


def _no_twins(policies: list[ir.Policy], lang: Lang) -> None:
    ids = [policy.id for policy in policies]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        say(f"办法“{twice}”写了两次" if lang == "zh" else f"the measure “{twice}” is named twice")
        raise RefusedError(FAILURE)


def _known_dimensions(words: Vocabulary, asked: tuple[str, ...], lang: Lang) -> None:
    names = [n for d in words.dimensions for n in (d.id, d.name.zh, d.name.en)]
    for name in asked:
        if name not in names:
            close = did_you_mean(name, names)
            listed = [d.name.zh if lang == "zh" else d.id for d in words.dimensions]
            hint = (f"是否想写“{close}”？" if lang == "zh" else f"Did you mean “{close}”? ") if close else ""
            say(
                f"没有“{name}”这一项。{hint}可写：{'、'.join(listed)}"
                if lang == "zh"
                else f"no dimension “{name}”. {hint}There are: {', '.join(listed)}"
            )
            raise RefusedError(FAILURE)


def _readings(policies: list[ir.Policy], asked: tuple[str, ...], lang: Lang) -> dict[str, str]:
    """The readings chosen on the command line; an id names one ambiguity of all the measures."""
    from policylang.cli.actions import readings_asked

    found: dict[str, str] = {}
    for item in asked:
        name = item.partition("=")[0]
        known = [r.id for policy in policies for r in policy.readings]
        owner = next((p for p in policies if name in {r.id for r in p.readings}), None)
        if owner is None:
            close = did_you_mean(name, known)
            hint = (f"是否想写“{close}”？" if lang == "zh" else f"did you mean “{close}”? ") if close else ""
            listed = ("、" if lang == "zh" else ", ").join(known)
            say(f"没有疑义“{name}”。{hint}有：{listed}" if lang == "zh" else f"no ambiguity “{name}”. {hint}There are: {listed}")
            raise RefusedError(FAILURE)
        found |= readings_asked(owner, (item,), lang)
    return found


def _profile(words: Vocabulary, policies: dict[str, ir.Policy], path: str, lang: Lang) -> Profile:
    """The profile of a file.

    Raises:
        RefusedError: when it has mistakes; they have been shown.
    """
    source, faults = decode(read_bytes(path), "<stdin>" if path == "-" else path)
    found = None
    if source is not None:
        found, more = read_profile(words, policies, source, notation(path))
        faults = (*faults, *more)
    if found is None or has_errors(faults):
        show(faults, source or SourceText(path, ""), lang)
        raise RefusedError(FINDINGS)
    return found


def _time(profile: Profile, asked: dict[str, Any], lang: Lang) -> tuple[date, int]:
    """The day and the year: as asked, as the profile says, or today."""
    as_of = day_asked(asked["as_of"], lang) or profile.as_of
    if as_of is None:
        as_of = date.today()  # noqa: DTZ011 - the office's own day
        say(f"未写时点，按今天（{as_of}）判断。" if lang == "zh" else f"no day given: decided as of today, {as_of}.")
    return as_of, asked["year"] or profile.year or as_of.year


def _contradictions(outcomes: tuple[Outcome, ...], lang: Lang) -> None:
    """Facts that contradict each other under some measure.

    Raises:
        RefusedError: when there are any.
    """
    found = [(outcome, rejection) for outcome in outcomes for rejection in outcome.rejections]
    for outcome, rejection in found:
        title = f"《{outcome.policy.title}》"
        say(
            f"{title}的事实互相矛盾：{rejection.zh}"
            if lang == "zh"
            else f"the facts for {outcome.policy.id} contradict each other: {rejection.path} {rejection.en}"
        )
    if found:
        raise RefusedError(FINDINGS)


def _deliver(comparison: Comparison, form: str, out: str | None, lang: Lang) -> None:
    """Print it, or write it to the file: whole or not at all."""
    if form == "xlsx" and out is not None:
        from policylang.comparison.workbook import workbook

        write_bytes(out, workbook(comparison, lang))
    else:
        made = _rendered(comparison, form, lang, _WIDTH if out else _width())
        if out is None:
            click.echo(made, nl=False)
            return
        write_text(out, made)
    say(f"已写入 {out}" if lang == "zh" else f"written to {out}")


def _rendered(comparison: Comparison, form: str, lang: Lang, width: int) -> str:
    match form:
        case "json":
            from policylang.comparison.document import comparison_document

            return json.dumps(comparison_document(comparison), ensure_ascii=False, indent=2) + "\n"
        case "md":
            from policylang.comparison.markdown import markdown

            return markdown(comparison, lang)
        case "html":
            from policylang.comparison.page import page

            return page(comparison, lang)
        case _:
            from policylang.comparison.text import text

            return text(comparison, lang, width)


def _width() -> int:
    """The columns of the terminal, or of a page where there is none."""
    return shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH
