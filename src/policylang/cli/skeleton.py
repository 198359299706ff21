"""The headings of an official text as a policy in which the rules are still to be written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policylang.measure import lines as look
from policylang.source.characters import fault
from policylang.source.text import SourceText
from policylang.syntax.formatter import format_policy
from policylang.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.measure.citation import Citation
    from policylang.measure.official import OfficialText, Unit

_SKELETON = """\
办法 {name} 《{title}》

# 条号照官方文本；标题的字取自条文开头，请改成自己的概括。
# 先写“事实”和“结果”两部分，例如：
#   事实
#     引进人才数（recruits）：每年 数量（人），由 市人才办 核定
#   结果
#     考核等次（grade）：等级 优秀＞合格＞不合格，每年
# 再在各条下面写规则；没有规则的，在标题后注明〔宣示〕〔程序〕〔评判〕〔外部〕〔职责〕之一。

"""
_UNTITLED = "某市人才工作站管理办法"
_LONGEST = 20
_GIST_END = re.compile(r"[，。；：！？,;:!?]")
_FULL_WIDTH = str.maketrans("()", "（）")
_NOT_IN_HEADINGS = frozenset("〔〕[]#＃《》")


@dataclass(slots=True)
class _Heading:
    """A line with the lines under it."""

    line: str
    under: list[_Heading] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[str]:
        yield "  " * depth + self.line
        for heading in self.under:
            yield from heading.lines(depth + 1)


def skeleton(name: str, title: str | None, text: OfficialText) -> str:
    """A policy with a heading for each clause of a text, laid out as ``policylang fmt`` does."""
    shown = title or _heading(text.title) or _UNTITLED
    lines = [line for heading in _headings(text) for line in ("", *heading.lines())]
    source = SourceText(f"{name}.pol", _SKELETON.format(name=name, title=shown) + "\n".join(lines) + "\n")
    return format_policy(parse(source), source, "zh")


def _headings(text: OfficialText) -> list[_Heading]:
    """Chapters and clauses in order. Articles inside an annex have no headings: the annex stands for them."""
    paths = {clause.path for clause in text.clauses}
    parts = any(path[0].startswith("附件") and path[0] != "附件" for path in paths)
    alone = parts and not any(path[0] == "附件" and len(path) > 1 for path in paths)
    found: dict[tuple[str, ...], _Heading] = {}
    top: list[_Heading] = []
    for unit in text.units:
        clause = unit.citation
        if unit.kind == "chapter" and not any(path[0].startswith("附件") for path in found):
            top += _chapter(unit)
        if clause is None or clause.path in found or unit.kind in {"notice", "title"}:
            continue
        above = next((clause.path[:n] for n in range(len(clause.path) - 1, 0, -1) if clause.path[:n] in paths), None)
        if (clause.path == ("附件",) and alone) or (above and (above not in found or clause.path[-1].startswith("条"))):
            continue
        label = _label(clause) if above else clause.text
        found[clause.path] = heading = _Heading(f"{label} {_gist(unit)}".rstrip())
        (found[above].under if above else top).append(heading)
    return top


def _chapter(unit: Unit) -> Iterator[_Heading]:
    """The heading of a chapter, its blanks removed (总　则)."""
    found = look.division_of(look.plain(unit.words.replace("\n", " ")))
    if found is not None:
        kind, number, heading = found
        yield _Heading(f"第{look.in_chinese(number)}{kind} {_heading(''.join(heading.split()))}".rstrip())


def _label(clause: Citation) -> str:
    """The label of the last step as a policy writes it: （三）, 1．, ①, 第二款."""
    match clause.path[-1][0]:
        case "括":
            return clause.text[clause.text.rindex("（") :]
        case "数":
            return f"{clause.path[-1][1:]}．"
        case "款":
            return clause.text[clause.text.rindex("第") :]
        case _:
            return clause.text[-1]


def _gist(unit: Unit) -> str:
    """The first words of a clause: its heading, or the beginning of its first sentence."""
    first, *rest = unit.words.splitlines() or [""]
    label = look.label_of(first) if unit.kind == "item" else None
    if label is not None:
        first = label[1]
    elif unit.kind == "article":
        first = look.after_article(look.plain(first))
    elif unit.kind == "annex":
        first = rest[0] if rest else ""
    return _heading(_GIST_END.split(first.strip(), maxsplit=1)[0].translate(_FULL_WIDTH)[:_LONGEST])


def _heading(words: str) -> str:
    """Words that may stand in a heading, without a quotation or a bracket that is cut off."""
    told = "".join(c for c in words if c not in _NOT_IN_HEADINGS and fault(c) is None)
    for opening, closing in ("“”", "（）"):
        if told.count(opening) > told.count(closing):
            told = told[: told.rindex(opening)]
    return told.strip("、 ")
