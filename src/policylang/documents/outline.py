"""An explanation as an outline, printed as Markdown, HTML or a Word document.

The reports of ``policylang.explain.text`` are lines indented by two blanks for each level. Here they become a tree: the
measure and the day above, a section for each answer, its reasons as points under points. The words stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policylang.documents.escape import markdown_escaped, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Form = Literal["md", "html", "docx"]

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a report with the lines below it."""

    text: str
    points: tuple[Point, ...] = ()

    @property
    def leaves(self) -> tuple[Point, ...]:
        """The points that rest on nothing further: itself where it has none below."""
        return tuple(leaf for point in self.points for leaf in point.leaves) or (self,)


@dataclass(frozen=True, slots=True)
class Section:
    """An answer and why it is so."""

    heading: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A report: what is said above (the measure, the day, the readings), the answers in short, then its sections."""

    title: str
    preamble: tuple[str, ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]


def outline_of(text: str, title: str) -> Outline:
    """The outline of a report as it is printed; ``title`` is what the printed document is called.

    Blocks are parted by empty lines. The first stands above, the second is the answers in short; but a block that has
    points is sections already.
    """
    lines = text.splitlines()
    preamble, lines = _flush(lines)
    lead, lines = _flush(lines) if preamble else ((), lines)
    sections = tuple(Section(point.text, point.points) for point in points_of(lines))
    return Outline(title, preamble, lead, sections)


def _flush(lines: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The first block, if none of its lines is indented, and what comes after it."""
    start = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    end = next((n for n, line in enumerate(lines) if n > start and not line.strip()), len(lines))
    block = lines[start:end]
    return ((), lines) if any(line.startswith(" ") for line in block) else (tuple(block), lines[end:])


def points_of(lines: Iterable[str]) -> tuple[Point, ...]:
    """The tree of indented lines; a line that is indented too far stands under the one above it."""
    rows = [((len(line) - len(line.lstrip(" "))) // _INDENT, line.strip()) for line in lines if line.strip()]
    return _points(rows)


def _points(rows: Sequence[tuple[int, str]]) -> tuple[Point, ...]:
    points: list[Point] = []
    position = 0
    while position < len(rows):
        depth, text = rows[position]
        end = position + 1
        while end < len(rows) and rows[end][0] > depth:
            end += 1
        points.append(Point(text, _points(rows[position + 1 : end])))
        position = end
    return tuple(points)


def render(text: str, form: Form, title: str, lang: str) -> bytes:
    """A report as a document: ``text`` as it would be printed, ``form`` md, html or docx; always UTF-8.

    Raises:
        ImportError: when the libraries of the extra ``office`` are not installed (Markdown needs none).
    """
    outline = outline_of(text, title)
    match form:
        case "md":
            return markdown(outline).encode()
        case "html":
            return html(outline, lang).encode()
        case "docx":
            from policylang.documents.word import explanation  # noqa: PLC0415 - python-docx takes a while

            return explanation(outline, lang)


def markdown(outline: Outline) -> str:
    """The outline in CommonMark: headings and nested lists, every mark in the text itself escaped."""
    parts = [f"# {markdown_escaped(outline.title)}"]
    if outline.preamble:
        parts.append("  \n".join(markdown_escaped(line) for line in outline.preamble))
    parts += [markdown_escaped(line) for line in outline.lead]
    for section in outline.sections:
        parts.append(f"## {markdown_escaped(section.heading)}")
        if section.points:
            parts.append("\n".join(_listed(section.points, "")))
    return "\n\n".join(parts) + "\n"


def _listed(points: tuple[Point, ...], indent: str) -> list[str]:
    lines = []
    for point in points:
        lines += [f"{indent}- {markdown_escaped(point.text)}", *_listed(point.points, indent + "  ")]
    return lines


def html(outline: Outline, lang: str) -> str:
    """The outline as one page that needs nothing else, also for printing; whatever the text holds is only text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra, and it takes a while

    ours = Environment(
        loader=PackageLoader("policylang.documents"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=put,
    )  # fmt: skip
    page = ours.get_template("explanation.html")
    return page.render(outline=outline, lang="zh-CN" if lang == "zh" else "en") + "\n"
