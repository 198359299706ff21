"""``policylang letter``: an official letter about what was decided, from a template that an office can replace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import (
    FAILURE,
    FINDINGS,
    OK,
    RefusedError,
    decide,
    fail,
    known_outcome,
    official_text,
    say,
    show,
)
from policylang.source.diagnostic import has_errors
from policylang.source.refusals import reason
from policylang.workspace import WorkspaceError, notation, read_bytes, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.analysis.changes import Answer
    from policylang.analysis.targets import Target
    from policylang.cli.actions import Decided
    from policylang.cli.language import Lang
    from policylang.documents.letter import Kind
    from policylang.documents.outline import Form
    from policylang.facts.letter_file import Letterhead

_FORMS: dict[str, Form] = {".docx": "docx", ".html": "html", ".htm": "html", ".md": "md"}


def write_letter(
    policy: str | None, facts: str | None, kind: Kind | None, outcome: str | None, *, templates: str | None, lang: Lang,
    **asked: Any,
) -> int:  # fmt: skip
    """Write a letter, or copy the templates; what is wrong with the files or the template is said, and nothing written."""
    try:
        if templates is not None:
            return _copy(Path(templates), lang)
        if policy is None or facts is None or kind is None:
            raise WorkspaceError(
                "写明办法、事实文件和 --kind，或者用 --templates 另存模板",
                "name a policy, a facts file and --kind, or copy the templates with --templates",
            )
        return _letter(policy, facts, kind, outcome, lang=lang, **asked)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    except ImportError as fault:
        return missing_office(fault, lang)


def missing_office(fault: ImportError, lang: Lang) -> int:
    """Say what to install for office formats."""
    install = 'pip install "policylang[office]"'
    if lang == "zh":
        say(f"错误：没有安装处理公文格式的软件包（{fault.name}）。请运行：{install}")
    else:
        say(f"error: the packages for office formats are not installed ({fault.name}). Run: {install}")
    return FAILURE


def _copy(folder: Path, lang: Lang) -> int:
    """Put the shipped templates into a folder; a file that is there already is not touched."""
    from policylang.documents.shipped import TEMPLATES, shipped

    there = [name for name in TEMPLATES if (folder / name).exists()]
    if there:
        listed = "、".join(str(folder / name) for name in there)
        raise WorkspaceError(f"已有文件，没有覆盖：{listed}。请换一个文件夹", f"not overwritten, there already: {listed}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WorkspaceError(f"建不了文件夹“{folder}”：{reason(fault).zh}", f"cannot make {folder}: {reason(fault).en}") from None
    for name in TEMPLATES:
        write_bytes(str(folder / name), shipped(name))
    zh = f"模板已存入 {folder}：{'、'.join(TEMPLATES)}。改好以后用 --template {folder} 选用；占位符见 docs/letters.md"
    say(zh if lang == "zh" else f"templates copied to {folder}: {', '.join(TEMPLATES)}; use them with --template {folder}")
    return OK


def _letter(
    policy: str, facts: str, kind: Kind, outcome: str | None, *, letter: str | None, template: str | None, out: str | None,
    text: str | None, lang: Lang, **asked: Any,
) -> int:  # fmt: skip
    form = _form(out)
    from policylang.documents.contents import compose
    from policylang.documents.findings import Findings
    from policylang.documents.letter import blanks, context
    from policylang.documents.sandbox import TemplateFault, fill_text, fill_word
    from policylang.explain.text import Report
    from policylang.source.diagnostic import Message

    name, written = _template(template, kind, form)
    head = _letterhead(letter, lang)
    printed = official_text(text, lang) if text is not None else None
    decided = decide(policy, facts, lang, all_readings=False, **asked)
    if outcome is not None:
        known_outcome(decided.policy, outcome, lang)
    if decided.outcome.rejections:
        say(Report(decided.outcome, lang).overview().rstrip())
        return FINDINGS
    found = Findings.of(decided.outcome, outcome, printed, decided.document.attestations, _search(decided))
    composed = compose(kind, found, head)
    if isinstance(composed, Message):
        say(composed.in_(lang))
        return FINDINGS
    filled = context(composed, head, decided.outcome)
    try:
        made = fill_word(written, filled, name) if form == "docx" else fill_text(_as_text(written, name), form, filled, name)
    except TemplateFault as fault:
        raise WorkspaceError(fault.message.zh, fault.message.en) from None
    if out is None:
        click.echo(made.decode("utf-8"), nl=False)
    else:
        write_bytes(out, made)
        say(f"已写 {out}" if lang == "zh" else f"written: {out}")
    for stamp in composed.stamps:
        say(f"注意：信上已注明“{stamp}”。" if lang == "zh" else f"note: stamped “{stamp}”.")
    blank = blanks(head, kind)
    if blank:
        listed = "、".join(blank)
        say(
            f"注意：没有填写的，信上留了空白：{listed}。用 --letter 写明，见 docs/letters.md"
            if lang == "zh" else f"note: left blank in the letter: {listed}; give them with --letter"
        )  # fmt: skip
    if found.unquoted:
        listed = "、".join(clause.text for clause in found.unquoted)
        say(
            f"注意：所给的官方文本里没有{listed}，信上只写了编号。" if lang == "zh"
            else f"note: not in the official text, cited by number only: {listed}"
        )  # fmt: skip
    if printed is None and kind != "request":
        say(
            "注意：没有给官方文本，条款只写编号；用 --text 引述原文。"
            if lang == "zh" else "note: clauses are cited by number only; give the official text with --text to quote them."
        )  # fmt: skip
    return OK


def _search(decided: Decided) -> Callable[[Target], Answer]:
    """What would change a result of the station, as it was decided."""
    from policylang.analysis.changes import find_changes

    outcome = decided.outcome
    return lambda target: find_changes(
        decided.policy, decided.document.facts, outcome.as_of, target, outcome.year, dict(outcome.readings), decided.calendar
    )


def _form(out: str | None) -> Form:
    """The form by the name of the file; Markdown to standard output."""
    if out is None:
        return "md"
    suffix = Path(out).suffix.lower()
    if suffix not in _FORMS:
        raise WorkspaceError(
            f"“{out}”的后缀应为 .docx、.html 或者 .md", f"{out}: the name ends in .docx, .html or .md"
        )
    return _FORMS[suffix]


def _template(given: str | None, kind: Kind, form: Form) -> tuple[str, bytes]:
    """The template, with the name for messages: the file, that of the kind or of all letters in a folder, or ours."""
    from policylang.documents.shipped import shipped

    if given is None:
        return f"letter.{form}", shipped(f"letter.{form}")
    path = Path(given)
    if path.is_dir():
        names = (f"{kind}.{form}", f"letter.{form}")
        path = next((path / name for name in names if (path / name).is_file()), path)
        if path.is_dir():
            raise WorkspaceError(
                f"文件夹“{given}”里没有模板 {names[1]}（或者 {names[0]}）", f"no template {names[1]} (or {names[0]}) in {given}"
            )
    elif path.exists() and _FORMS.get(path.suffix.lower()) != form:
        raise WorkspaceError(
            f"模板“{given}”的后缀与要写的文件不同：要写的是 .{form}", f"the template {given} is not for .{form}"
        )
    return str(path), read_bytes(str(path))


def _as_text(template: bytes, name: str) -> str:
    try:
        return template.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkspaceError(f"模板“{name}”不是 UTF-8 编码的文本", f"the template {name} is not text in UTF-8") from None


def _letterhead(path: str | None, lang: Lang) -> Letterhead:
    """What the office has filled in.

    Raises:
        RefusedError: when its file has mistakes; they have been shown.
    """
    from policylang.facts.letter_file import Letterhead, read_letter
    from policylang.source.text import SourceText, decode

    if path is None:
        return Letterhead()
    source, faults = decode(read_bytes(path), path)
    head = Letterhead()
    if source is not None:
        head, more = read_letter(source, notation(path))
        faults = (*faults, *more)
    show(tuple(faults), source or SourceText(path, ""), lang)
    if has_errors(faults):
        raise RefusedError(FINDINGS)
    return head
