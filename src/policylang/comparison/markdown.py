"""A comparison in Markdown: a table for each group, what may not be compared below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.comparison.words import (
    DIMENSION,
    FACTS,
    RESULTS,
    RULES,
    SOURCES,
    STEPS,
    TITLE,
    caution,
    cited,
    day,
    engine,
    grouped,
    head,
    sources,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.comparison.model import Cell, Comparison, Row, Stair

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|~"})


def markdown(comparison: Comparison, lang: str) -> str:
    """The whole comparison."""
    lines = [f"# {TITLE.in_(lang)}", "", *(f"{line}  " for line in map(_plain, head(comparison, lang)))]
    if comparison.results:
        lines += ["", f"## {RESULTS.in_(lang)}", *_tables(comparison, comparison.results, lang)]
        lines += ["", f"## {FACTS.in_(lang)}", "", *_table(comparison, comparison.facts, lang)]
    lines += ["", f"## {RULES.in_(lang)}", *_tables(comparison, comparison.rules, lang)]
    if comparison.stairs:
        lines += ["", f"## {STEPS.in_(lang)}"]
        for stair in comparison.stairs:
            lines += ["", *_steps(stair, lang)]
    lines += ["", f"## {SOURCES.in_(lang)}", ""]
    for name, ident, title, digest in sources(comparison, lang):
        lines.append(f"- {_plain(name)}：《{_plain(title)}》（{ident}），SHA-256 {digest}")
    lines += [f"- {engine()}"]
    return "\n".join(lines) + "\n"


def _tables(comparison: Comparison, rows: Iterable[Row], lang: str) -> list[str]:
    lines: list[str] = []
    for group, found in grouped(comparison, rows):
        lines += ["", f"### {group.name.in_(lang)}", ""] if group else [""]
        lines += _table(comparison, found, lang)
        notes = [f"- {_plain(row.name.in_(lang))}　{_plain(caution(c, comparison.columns, lang))}" for row in found for c in row.cautions]
        if notes:
            lines += ["", "不可比：" if lang == "zh" else "Not comparable:", "", *notes]
    return lines


def _table(comparison: Comparison, rows: Iterable[Row], lang: str) -> list[str]:
    names = [DIMENSION.in_(lang), *(_plain(c.name.in_(lang)) for c in comparison.columns)]
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in rows:
        cells = [_plain(row.name.in_(lang)), *(_cell(cell, lang) for cell in row.cells)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _cell(cell: Cell, lang: str) -> str:
    told = [_plain(line.in_(lang)) for line in cell.lines]
    clauses = cited(cell, lang)
    return "<br>".join([*told, *([f"〔{clauses}〕"] if clauses else [])])


def _steps(stair: Stair, lang: str) -> list[str]:
    zh = lang == "zh"
    name, when = _plain(stair.column.name.in_(lang)), day(stair.as_of, lang)
    lines = [f"**{name}**（{stair.counts.zh}；{when}）" if zh else f"**{name}** ({stair.counts.en}; {when})", ""]
    return [*lines, *(f"- {count}：{said}" if zh else f"- {count}: {said}" for count, said in table(stair, lang))]


def _plain(text: str) -> str:
    """A text of which nothing is taken for markup."""
    return text.translate(_SPECIAL).replace("\n", " ")
