"""Findings as people and programs read them: in a terminal, as JSON, and on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.source.characters import visible
from policylang.source.diagnostic import Diagnostic, Label, Message, Severity, in_order
from policylang.source.excerpt import Mark, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.source.span import Span
    from policylang.source.text import SourceText

_SEVERITY = {
    Severity.ERROR: Message("错误", "error"),
    Severity.WARNING: Message("警告", "warning"),
    Severity.NOTE: Message("提示", "note"),
}
_COLOR = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_QUIET = "34"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}

_NOTE = Message("说明：", "note: ")
_HELP = Message("建议：", "help: ")
_SEE = Message("详见：", "see: ")


def render_human(
    diagnostics: Iterable[Diagnostic], source: SourceText, lang: str = "zh", *, color: bool = False
) -> str:
    """The findings in order of place, each with its lines of the file and marks under the text meant.

    Whatever the file, its name and the messages contain, nothing but printable characters, newlines and, if
    asked for, colours comes out. Without a newline at the end; empty when there is nothing to say.
    """
    return "\n\n".join(_human(diagnostic, source, lang, color=color) for diagnostic in in_order(diagnostics))


def render_json(diagnostics: Iterable[Diagnostic], source: SourceText) -> list[dict[str, object]]:
    """The findings in order of place as JSON documents; lines and columns from 1, ends exclusive.

    ``start`` and ``end`` are null for a finding about the whole file.
    """
    return [
        {
            "code": diagnostic.code,
            "severity": diagnostic.severity.value,
            "message": _both(diagnostic.message),
            "file": source.name,
            **_range(None if diagnostic.primary is None else diagnostic.primary.span, source),
            "labels": [
                {
                    **_range(label.span, source),
                    "message": _both(label.message),
                    "primary": label is diagnostic.primary,
                }
                for label in _labels(diagnostic)
            ],
            "notes": [_both(note) for note in diagnostic.notes],
            "help": _both(diagnostic.help),
            "fix": None
            if diagnostic.fix is None
            else {**_range(diagnostic.fix.span, source), "replacement": diagnostic.fix.replacement},
        }
        for diagnostic in in_order(diagnostics)
    ]


def render_github(diagnostics: Iterable[Diagnostic], source: SourceText, lang: str = "zh") -> str:
    """The findings as workflow commands, one a line, which GitHub shows beside the changed file."""
    return "\n".join(_command(diagnostic, source, lang) for diagnostic in in_order(diagnostics))


def summary(diagnostics: Iterable[Diagnostic], lang: str = "zh") -> str:
    """How many findings there are of each severity, in one line."""
    found = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(severity, found.count(severity)) for severity in Severity if severity in found]
    if lang == "en":
        words = [f"{n} {_SEVERITY[severity].en}{'s' if n > 1 else ''}" for severity, n in counts]
        return ", ".join(words) or "no problems found"
    return "，".join(f"{n} 个{_SEVERITY[severity].zh}" for severity, n in counts) or "没有发现问题"


def _human(diagnostic: Diagnostic, source: SourceText, lang: str, *, color: bool) -> str:
    strong = _COLOR[diagnostic.severity] if color else ""
    quiet = _QUIET if color else ""
    title = _painted(f"{_SEVERITY[diagnostic.severity].in_(lang)}[{visible(diagnostic.code)}]", strong)
    colon = ":" if lang == "en" else ""
    lines = [f"{title}{colon} {visible(diagnostic.message.in_(lang))}"]
    rows = excerpt(source, _marks(diagnostic, lang))
    gutter = max((len(row.gutter) for row in rows), default=1)
    place = visible(source.name)
    if diagnostic.primary is not None:
        start = source.position(diagnostic.primary.span.start)
        place = f"{place}:{start.line}:{start.column}"
    bar = _painted(f"{'':>{gutter}} |", quiet)
    lines.append(f"{'':>{gutter}}{_painted('-->', quiet)} {place}")
    if rows:
        lines.append(bar)
    for row in rows:
        edge = _painted(f"{row.gutter:>{gutter}} |", quiet)
        lines.append(f"{edge} {row.text if row.gutter else _painted(row.text, strong)}".rstrip())
    if rows:
        lines.append(bar)
    lines += [f"{'':>{gutter}} {_painted('=', quiet)} {remark}" for remark in _remarks(diagnostic, lang)]
    return "\n".join(lines)


def _painted(text: str, color: str) -> str:
    return f"\x1b[1;{color}m{text}\x1b[0m" if color else text


def _marks(diagnostic: Diagnostic, lang: str) -> list[Mark]:
    return [
        Mark(
            label.span,
            "^" if label is diagnostic.primary else "-",
            visible(label.message.in_(lang)) if label.message else "",
        )
        for label in _labels(diagnostic)
    ]


def _labels(diagnostic: Diagnostic) -> list[Label]:
    """The primary label, then the others by place."""
    others = sorted(diagnostic.secondary, key=lambda label: (label.span.start, label.span.end))
    return [label for label in (diagnostic.primary, *others) if label is not None]


def _remarks(diagnostic: Diagnostic, lang: str) -> list[str]:
    said = [(_NOTE, note) for note in diagnostic.notes]
    if diagnostic.help is not None:
        said.append((_HELP, diagnostic.help))
    page = f"{_SEE.in_(lang)}docs/diagnostics/{visible(diagnostic.code)}.md"
    return [*(head.in_(lang) + visible(message.in_(lang)) for head, message in said), page]


def _both(message: Message | None) -> dict[str, str] | None:
    return None if message is None else {"zh": message.zh, "en": message.en}


def _range(span: Span | None, source: SourceText) -> dict[str, object]:
    if span is None:
        return {"start": None, "end": None}
    places = {"start": source.position(span.start), "end": source.position(max(span.start, span.end))}
    return {name: {"line": place.line, "column": place.column} for name, place in places.items()}


def _command(diagnostic: Diagnostic, source: SourceText, lang: str) -> str:
    properties = {"file": source.name}
    if diagnostic.primary is not None:
        span = diagnostic.primary.span
        start, end = source.position(span.start), source.position(span.end)
        properties |= {"line": str(start.line), "col": str(start.column)}
        last = end.column if end.line == start.line else len(source.line(start.line)) + 1
        properties["endColumn"] = str(max(start.column + 1, last))
    properties["title"] = diagnostic.code
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    said = [diagnostic.message.in_(lang), *([diagnostic.help.in_(lang)] if diagnostic.help else [])]
    text = "%0A".join(_data(visible(sentence)) for sentence in said)
    return f"::{_GITHUB[diagnostic.severity]} {named}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
