"""What can be said about a fault in a file: one value, built by the stages, printed by the renderers."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.source.span import Span

_LONGEST_WORD = 64
"""Names longer than this are not misspellings, and comparing them would be slow."""


class Severity(Enum):
    """How much a finding matters: an error stops the file from being used."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The sentence in ``"en"``, or in Chinese for any other language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the file, with what to say about it."""

    span: Span
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """The text that would mend the fault if it replaced ``span``."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: ``code`` names the fault; ``primary`` is ``None`` only when the whole file is at fault."""

    code: str
    message: Message
    primary: Label | None
    secondary: tuple[Label, ...] = ()
    notes: tuple[Message, ...] = ()
    help: Message | None = None
    fix: Fix | None = None
    severity: Severity = Severity.ERROR


def error(
    code: str,
    span: Span | None,
    zh: str,
    en: str,
    *,
    help_zh: str = "",
    help_en: str = "",
    label_zh: str = "",
    label_en: str = "",
    secondary: Iterable[Label] = (),
    notes: Iterable[Message] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A finding that stops the file from being used; empty texts are left out."""
    return Diagnostic(
        code,
        Message(zh, en),
        None if span is None else Label(span, _optional(label_zh, label_en)),
        tuple(secondary),
        tuple(notes),
        _optional(help_zh, help_en),
        fix,
    )


def warning(
    code: str,
    span: Span | None,
    zh: str,
    en: str,
    *,
    help_zh: str = "",
    help_en: str = "",
    label_zh: str = "",
    label_en: str = "",
    secondary: Iterable[Label] = (),
    notes: Iterable[Message] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A finding worth a look that does not stop the file from being used; empty texts are left out."""
    found = error(
        code,
        span,
        zh,
        en,
        help_zh=help_zh,
        help_en=help_en,
        label_zh=label_zh,
        label_en=label_en,
        secondary=secondary,
        notes=notes,
        fix=fix,
    )
    return replace(found, severity=Severity.WARNING)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the findings is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings by place, then code; those about the whole file come first."""
    return tuple(sorted(diagnostics, key=_place))


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most likely meant by ``word``, or ``None`` when none is near.

    The result does not depend on the order of the candidates. Full-width and upper-case letters count as
    the plain ones. A candidate is near when it is one edit away (a character wrong, missing, extra, or two
    swapped), when one of the two contains the other, when at least half of it is shared at the two ends, or,
    for words of five characters and more, when ``difflib`` finds them alike by at least 0.6.
    """
    if not 0 < len(word) <= _LONGEST_WORD:
        return None
    ranked = [
        (rank, candidate)
        for candidate in set(candidates)
        if candidate != word and len(candidate) <= _LONGEST_WORD
        if (rank := _rank(_folded(word), _folded(candidate))) is not None
    ]
    return min(ranked)[1] if ranked else None


def _rank(word: str, candidate: str) -> tuple[int, float, int] | None:
    """How near the candidate is, smaller is nearer; ``None`` when it is not near."""
    if word == candidate:
        return (0, 0.0, 0)
    if min(len(word), len(candidate)) < 2:
        return None
    prefix = _shared(word, candidate)
    rest, other = word[prefix:], candidate[prefix:]
    suffix = _shared(rest[::-1], other[::-1])
    rest, other = rest[: len(rest) - suffix], other[: len(other) - suffix]
    shared = prefix + suffix
    alike = difflib.SequenceMatcher(None, word, candidate, autojunk=False).ratio()
    swapped = len(rest) == 2 and rest == other[::-1]
    if swapped or max(len(rest), len(other)) == 1 or word in candidate or candidate in word:
        return (1, -alike, -shared)
    half = shared >= 2 and 2 * shared >= max(len(word), len(candidate))
    if half or (len(word) >= 5 and alike >= 0.6):
        return (2, -alike, -shared)
    return None


def _shared(left: str, right: str) -> int:
    """How many characters two words begin with alike."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(left), len(right)))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _optional(zh: str, en: str) -> Message | None:
    return Message(zh, en) if zh or en else None


def _place(diagnostic: Diagnostic) -> tuple[int, int, str]:
    if diagnostic.primary is None:
        return (-1, -1, diagnostic.code)
    return (diagnostic.primary.span.start, diagnostic.primary.span.end, diagnostic.code)
