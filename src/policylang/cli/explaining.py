"""``policylang explain``: why, why not, and what would change it; as text, Markdown, HTML, Word or data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import FINDINGS, OK, Decided, RefusedError, decide, fail, known_outcome, official_text, say
from policylang.cli.writing import missing_office
from policylang.workspace import WorkspaceError, write_bytes

if TYPE_CHECKING:
    from policylang.analysis.targets import Target
    from policylang.cli.language import Lang
    from policylang.explain.text import Level

_FORMS = {".md": "md", ".html": "html", ".htm": "html", ".docx": "docx", ".json": "json", ".txt": "text"}


def explain_file(
    policy: str, facts: str, outcome: str | None, *, why_not: str | None, to: str | None, level: Level,
    form: str | None, out: str | None, text: str | None, lang: Lang, **asked: Any,
) -> int:  # fmt: skip
    """Answer one of the questions about a station, and print or write the answer; nothing is written half."""
    try:
        if sum(question is not None for question in (outcome, why_not, to)) > 1:
            raise WorkspaceError(
                "结果、--why-not 和 --to 一次只问一个", "ask one thing at a time: an outcome, --why-not or --to"
            )
        form = _form(form, out)
        printed = official_text(text, lang) if text is not None else None
        decided = decide(policy, facts, lang, only=outcome or _named(why_not or to), all_readings=not (why_not or to), **asked)
        if decided.outcome.rejections:
            from policylang.explain.text import Report

            click.echo(Report(decided.outcome, lang).overview(), nl=False)
            return FINDINGS
        if why_not is not None or to is not None:
            target = _target(decided, why_not or to or "")
            told = _why_not(decided, target, form, lang) if why_not is not None else _to(decided, target, form, lang)
        else:
            if outcome is not None:
                known_outcome(decided.policy, outcome, lang)
            told = _why(decided, outcome, level, form, printed, lang)
        _deliver(told, form, out, decided, lang)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    except ImportError as fault:
        return missing_office(fault, lang)
    return OK


def _form(form: str | None, out: str | None) -> str:
    """The form asked for, or that of the file's name; text where neither says."""
    if form is None:
        suffix = "." + out.rpartition(".")[2].lower() if out is not None and "." in out else ".txt"
        form = _FORMS.get(suffix)
        if form is None:
            raise WorkspaceError(
                f"“{out}”的后缀应为 .txt、.md、.html、.docx 或 .json，或用 --format 写明",
                f"{out}: end the name in .txt, .md, .html, .docx or .json, or give --format",
            )
    if form == "docx" and out is None:
        raise WorkspaceError("Word 文件要用 --out 写明文件名", "name the Word file with --out")
    return form


def _named(question: str | None) -> str | None:
    """The outcome in ``OUTCOME=VALUE``."""
    return None if question is None else question.replace("＝", "=").partition("=")[0].strip()


def _target(decided: Decided, text: str) -> Target:
    from policylang.analysis.targets import TargetError, parse_target

    try:
        return parse_target(decided.policy, text, decided.outcome.year)
    except TargetError as fault:
        raise WorkspaceError(fault.message.zh, fault.message.en) from None


def _why(decided: Decided, outcome: str | None, level: Level, form: str, printed: Any, lang: Lang) -> str:
    from policylang.explain.text import Report

    attestations = decided.document.attestations
    if form == "json":
        from policylang.explain.explanation import explanation_document

        return _json(explanation_document(decided.outcome, outcome, comparisons=decided.comparisons, attestations=attestations))
    report = Report(decided.outcome, lang, printed, comparisons=decided.comparisons, attestations=attestations)
    return report.explain(outcome, level, head_first=form != "text")


def _why_not(decided: Decided, target: Target, form: str, lang: Lang) -> str:
    from policylang.explain.phrases import Phrases
    from policylang.explain.whynot import WhyNot

    outcome, attestations = decided.outcome, decided.document.attestations
    if form == "json":
        from policylang.explain.explanation import why_not_document

        return _json(why_not_document(outcome, target, attestations))
    phrases = Phrases(outcome, lang, attestations)
    return _headed(WhyNot(phrases, target).lines(outcome.results), phrases.head(), form)


def _to(decided: Decided, target: Target, form: str, lang: Lang) -> str:
    from policylang.analysis.changes import find_changes
    from policylang.explain.changes import Ways

    before = decided.outcome
    answer = find_changes(
        decided.policy, decided.document.facts, before.as_of, target, before.year, dict(before.readings), decided.calendar
    )
    if form == "json":
        from policylang.explain.explanation import changes_document

        return _json(changes_document(answer))
    ways = Ways(answer, lang)
    return _headed(ways.lines(), ways.phrases.head(), form)


def _headed(lines: list[str], head: list[str], form: str) -> str:
    """The answer first on a screen, the measure and the day first on paper."""
    parts = [lines, head] if form == "text" else [head, lines]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _deliver(told: str, form: str, out: str | None, decided: Decided, lang: Lang) -> None:
    """Print the answer, or write it to its file."""
    data = told.encode()
    if form in {"md", "html", "docx"}:
        from policylang.documents.outline import render

        title = f"《{decided.policy.title}》判断说明" if lang == "zh" else f"Explanation under {decided.policy.title}"
        data = render(told, form, title, lang)  # type: ignore[arg-type]  # one of the three
    if out is None:
        click.echo(data.decode(), nl=False)
        return
    write_bytes(out, data)
    say(f"已写入 {out}" if lang == "zh" else f"written to {out}")
