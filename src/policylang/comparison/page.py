"""A comparison as one HTML file: tables and pictures, nothing fetched, no scripts, fit to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.comparison import pictures, words

if TYPE_CHECKING:
    from policylang.comparison.model import Comparison


def page(comparison: Comparison, lang: str) -> str:
    """The whole page in ``zh`` or ``en``."""
    import jinja2  # noqa: PLC0415 - of the extra “office”

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("policylang.comparison", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    zh = lang == "zh"
    return environment.get_template("page.html").render(
        lang="zh-CN" if zh else "en",
        say=lambda one, other: one if zh else other,
        text=lambda message: message.in_(lang),
        words=words,
        head=words.head(comparison, lang),
        comparison=comparison,
        tables=[
            (name, list(words.grouped(comparison, rows)))
            for name, rows in (
                (words.RESULTS, comparison.results),
                (words.RULES, comparison.rules),
                (words.FACTS, comparison.facts),
            )
            if rows
        ],
        cited=lambda cell: words.cited(cell, lang),
        apart=lambda cell: words.apart(cell, comparison.columns, lang),
        caution=lambda found: words.caution(found, comparison.columns, lang),
        calendar=pictures.calendar(comparison, lang),
        plots=pictures.plots(comparison.stairs, lang, "standard", comparison),
        own=pictures.plots(comparison.own_stairs, lang, "own", comparison),
        box=pictures,
        sources=words.sources(comparison, lang),
        engine=words.engine(),
    )
