"""The text of a measure as published, split into covering notice, title, chapters, articles, items and annexes.

Nothing is lost: the parts in order, put together, are the text. Nothing is refused: what is no part of the measure
(a web page around it, a signature, a list of attachments) is kept as ``other``.

Citations are those of ``measure.citation``. An article is its own first paragraph (款); further paragraphs are 第二款,
第三款; labelled items are cited by their labels at every depth. A paragraph without a label that follows an item is ①, ②
under it, unless it goes back to what the items stand under: when it introduces a new list, or when the items were the
limbs of one sentence, which has ended. A short heading and the one paragraph under it are one part. In an annex
without a number the parts 一、二、三、 are 附件一, 附件二, 附件三.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from policylang.measure import lines as look
from policylang.measure.citation import Citation
from policylang.measure.fingerprint import Fingerprints, canonical, digest, readable
from policylang.measure.paragraphs import AROUND, Paragraph, Row, body_start, paragraphs_of, rows_of
from policylang.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["notice", "title", "chapter", "article", "paragraph", "item", "annex", "other"]
#: Where a part starts, its kind and its citation.
Part = tuple[int, Kind, Citation | None]

_NAMED = re.compile(r"(?:办法|规定|条例|细则|规则|方案|意见|措施|标准|规程|制度|章程|决定|指引|通则)(?:\(.{1,20}\)){0,3}$")
_BRACKETED = re.compile(r"\(.{1,60}\)$")
_NOTICE = re.compile(r"印发|通知|〔\d{4}〕|\[\d{4}\]")


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of the text: ``text`` as printed, from its label to where the next part begins.

    ``citation`` is None for chapters and for what is not part of the measure.
    """

    kind: Kind
    citation: Citation | None
    text: str
    span: Span

    @property
    def words(self) -> str:
        """The printed words for quoting: no page breaks, pictures or blank lines; each paragraph on a line."""
        paragraphs: list[list[str]] = []
        length = 0
        for line in readable(self.text):
            if paragraphs and look.is_cut(look.plain(paragraphs[-1][-1]), length):
                paragraphs[-1].append(line)
                length += len(line)
            else:
                paragraphs.append([line])
                length = len(line)
        return "\n".join("".join(pieces) for pieces in paragraphs)

    @property
    def canonical(self) -> str:
        """What the part says: without its label and without what is only a matter of layout."""
        return canonical(self.text, labelled=self.kind in {"article", "item"})


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A published measure in its parts, in order; ``"".join(u.text for u in units)`` is the text."""

    units: tuple[Unit, ...]
    _at: dict[tuple[str, ...], tuple[Unit, ...]] = field(repr=False, compare=False)

    @property
    def clauses(self) -> tuple[Citation, ...]:
        """Every clause of the measure in order, each once; chapters are not clauses."""
        return tuple(units[0].citation for units in self._at.values() if units[0].citation is not None)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return sum(unit.kind == "article" for unit in self.units)

    @property
    def title(self) -> str:
        """The title as printed; empty where none was recognised."""
        return "".join(unit.words.replace("\n", "") for unit in self.units if unit.kind == "title")

    def at(self, clause: Citation) -> tuple[Unit, ...]:
        """The parts of exactly this clause: one, more where the text has the number twice, none if it is not there."""
        return self._at.get(clause.path, ())

    def words(self, clause: Citation) -> str:
        """The printed words of exactly this clause, without the clauses inside it; empty if it is not there."""
        return "\n".join(unit.words for unit in self.at(clause))

    def fingerprint(self, clause: Citation) -> str:
        """The fingerprint of what exactly this clause says, without the clauses inside it."""
        return digest("".join(unit.canonical for unit in self.at(clause)))

    def fingerprints(self, measure: str) -> Fingerprints:
        """The fingerprints of all clauses, to be kept beside the policy of the measure."""
        return Fingerprints(measure, self.title, tuple((c, self.fingerprint(c)) for c in self.clauses))

    def quote(self, clause: Citation) -> tuple[Citation, str] | None:
        """The printed words of a clause with its further paragraphs, and an ellipsis for labelled items left out.

        Where the text has no such clause, those of the nearest clause that contains it, with that clause's citation;
        None when there is none.
        """
        path = clause.path
        while path and path not in self._at:
            path = path[:-1]
        if not path:
            return None
        inside = [c for c in self.clauses if c.path[: len(path)] == path]
        kept = [c for c in inside if all(step[0] in "款圈" for step in c.path[len(path) :])]
        told = "\n".join(self.words(c) for c in kept)
        return inside[0], told + ("……" if len(kept) < len(inside) else "")


def split(text: str) -> OfficialText:
    """Split a published text. Takes any text, in time that grows with its length."""
    rows = rows_of(text)
    start = body_start(rows)
    parts = [*_preamble(rows[:start]), *_Places(paragraphs_of(rows[start:])).parts()] or [(0, "other", None)]
    bounds = [0, *(first for first, _, _ in parts[1:]), len(text)]
    units = tuple(
        Unit(kind, citation, text[a:b], Span(a, b))
        for (_, kind, citation), (a, b) in zip(parts, pairwise(bounds), strict=True)
        if a < b
    )
    at: dict[tuple[str, ...], list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.citation is not None:
            at[unit.citation.path].append(unit)
    return OfficialText(units, {path: tuple(found) for path, found in at.items()})


def _preamble(rows: list[Row]) -> Iterator[Part]:
    """Covering notice, title, and the web page around them."""
    first, last = _title(rows)
    notice = any(_NOTICE.search(row.plain) for row in rows[:first])
    before: tuple[Kind, Citation | None] | None = None
    for number, row in enumerate(rows):
        now: tuple[Kind, Citation | None]
        if first <= number <= last:
            now = "title", Citation("标题", ("标题",))
        elif number < first and notice and not AROUND.search(row.plain):
            now = "notice", Citation("印发通知", ("印发通知",))
        else:
            now = "other", None
        if now != before:
            yield row.start, *now
        before = now


def _title(rows: list[Row]) -> tuple[int, int]:
    """The first and last row of the title: the last row named like a measure, and what is bracketed under it."""
    for number in range(len(rows) - 1, max(len(rows) - 12, -1), -1):
        line = rows[number].plain
        if _NAMED.search(line) and len(line) <= 60 and not line.startswith("附件:"):
            last = number
            while last + 1 < len(rows) and _BRACKETED.match(rows[last + 1].plain):
                last += 1
            return (number - 1 if len(line) < 8 and number else number), last
    return len(rows), len(rows)


@dataclass(slots=True)
class _Level:
    """An open item: how many paragraphs follow it, and whether its list is a sentence of limbs."""

    label: look.Label
    citation: Citation
    followers: int = 0
    limbs: bool = False


class _Places:
    """Gives the paragraphs of articles and annexes their places."""

    def __init__(self, paragraphs: list[Paragraph]) -> None:
        self.all = paragraphs
        self.annex: Citation | None = None
        #: The article or annex, the paragraph of it that items stand under, and how many paragraphs it has.
        self.root: Citation | None = None
        self.own: Citation | None = None
        self.count = 1
        self.stack: list[_Level] = []

    def parts(self) -> Iterator[Part]:
        """Where each part starts, its kind and its citation."""
        skip = 0
        for at, paragraph in enumerate(self.all):
            if skip:
                skip -= 1
                continue
            start, label = paragraph.start, paragraph.label
            match paragraph.role:
                case "article" | "annex" as kind:
                    yield start, kind, self._open(paragraph)
                    skip = self._opening(at)
                case "division":
                    self.root = self.own = None
                    yield start, "chapter", None
                case "label" if self.own is not None and label is not None:
                    yield start, "item", self._item(at, label, self.own)
                    skip = self._headed(at)
                case "plain" if self.root is not None:
                    yield start, "paragraph", self._further(at, self.root)
                case _:
                    yield start, "other", None

    def _open(self, paragraph: Paragraph) -> Citation:
        """An article, or an annex; an article of an annex stands inside it."""
        if paragraph.role == "annex":
            text = f"附件{paragraph.number or ''}"
            found = self.annex = Citation.parse(text) or Citation(text, (text,))
        else:
            text = f"第{look.in_chinese(paragraph.number or 0)}条"
            found = Citation(text, (f"条{paragraph.number}",))
            if self.annex is not None:
                found = Citation(self.annex.text + text, (*self.annex.path, *found.path))
        self.root = self.own = found
        self.count, self.stack = 1, []
        return found

    def _run(self, at: int) -> int:
        """How many paragraphs without a label follow, but for one that introduces a list of its own."""
        count = 0
        while at + count + 1 < len(self.all) and self.all[at + count + 1].role == "plain":
            count += 1
        return count - 1 if count and self._restarts(at + count) is not None else count

    def _restarts(self, at: int) -> int | None:
        """The depth at which a list begins anew after a paragraph that ends in a colon."""
        label = self.all[at + 1].label if at + 1 < len(self.all) else None
        if label is None or label.number != 1 or not self.all[at].ends(":"):
            return None
        return next((n for n, level in enumerate(self.stack) if level.label.style == label.style), None)

    def _opening(self, at: int) -> int:
        """How many of the paragraphs that follow are one part with the heading of an article or annex."""
        run = self._run(at)
        if self.all[at].role == "article":
            return min(run, 1) if look.is_title(self.all[at].text) else 0
        titles = 0
        while titles < run and look.is_title(self.all[at + 1 + titles].text):
            titles += 1
        return min(titles + 1, run)

    def _headed(self, at: int) -> int:
        """Whether the paragraph that follows is one part with an item: all of it, or the one under its heading."""
        text, run = self.all[at].text, self._run(at)
        return min(run, 1) if not text or (run == 1 and look.is_title(text)) else 0

    def _item(self, at: int, label: look.Label, own: Citation) -> Citation:
        depth = next((n for n, level in enumerate(self.stack) if level.label.style == label.style), len(self.stack))
        limbs = depth < len(self.stack) and self.all[at - 1].ends(";")
        del self.stack[depth:]
        above = self.stack[-1].citation if self.stack else own
        if label.style == "一、" and above.path == ("附件",):
            found = Citation(f"附件{label.printed}", (f"附件{label.number}",))
        else:
            found = above.under(label.printed)
        self.stack.append(_Level(label, found, limbs=limbs))
        return found

    def _further(self, at: int, root: Citation) -> Citation:
        """A paragraph without a label, after the first of its article or after an item."""
        restarts = self._restarts(at)
        if restarts is not None:
            del self.stack[restarts:]
        elif self.stack and self.stack[-1].limbs and not self.all[at - 1].ends(";,、"):
            self.stack.pop()
        if self.stack:
            level = self.stack[-1]
            level.followers += 1
            return level.citation.under(look.circled(level.followers))
        self.count += 1
        self.own = root.under(f"第{look.in_chinese(self.count)}款")
        return self.own
