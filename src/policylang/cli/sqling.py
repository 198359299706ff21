"""``policylang sql``: a measure as views over tables of a database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import (
    FINDINGS,
    OK,
    RefusedError,
    calendar_asked,
    compiled_policy,
    day_asked,
    fail,
    known_outcome,
    readings_asked,
    say,
)
from policylang.workspace import WorkspaceError, write_text

if TYPE_CHECKING:
    from policylang.cli.language import Lang


def print_sql(
    policy: str, engine: str, *, years: str | None, outcomes: tuple[str, ...], view: str | None, table: str, key: str,
    records: int, tables: bool, out: str | None, lang: Lang, **asked: Any,
) -> int:  # fmt: skip
    """Print the script of the views, or of the tables that they read, or write it to a file."""
    from policylang.engines.sql.dialects import dialect
    from policylang.engines.sql.source import Source
    from policylang.engines.sql.view import tables_of
    from policylang.engines.sql.view import view as script
    from policylang.plan.build import plan
    from policylang.plan.graph import TooLargeError
    from policylang.plan.layout import whole_layout

    try:
        compiled, core = compiled_policy(policy, lang)
        for outcome in outcomes:
            known_outcome(core, outcome, lang)
        names = [(own.id, own.name) for own in core.outcomes] + [(own.id, own.name) for own in core.duties]
        only = {own for own, name in names if own in outcomes or name in outcomes} or None
        as_of = day_asked(asked["as_of"], lang) or date.today()  # noqa: DTZ011 - the office's own day
        year = asked["year"] or as_of.year
        layout = whole_layout(core, _years(years, year), most=records)
        chosen = readings_asked(core, asked["readings"], lang)
        planned = plan(core, layout, as_of, year, chosen, calendar_asked(asked["calendar"], lang), only)
        source = Source.of(layout, table, key)
        if tables:
            text = tables_of(planned, dialect(engine), source)
        else:
            text = script(planned, dialect(engine), source, view or f"{table}_{core.id}", digest=compiled.digest)
        if out is None:
            click.echo(text, nl=False)
        else:
            write_text(out, text)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    except TooLargeError:
        say(
            "有的计算超出了62位整数；请用 --records 减少每个清单的最大记录数，或者用 --outcome 只写部分结果"
            if lang == "zh"
            else "a calculation leaves whole numbers of 62 bits: allow fewer --records, or name an --outcome"
        )
        return FINDINGS
    return OK


def _years(text: str | None, year: int) -> tuple[int, ...]:
    """The years of a span like 2021-2025; by default the assessment year and the two before it.

    Raises:
        WorkspaceError: when it is no span of years.
    """
    if text is None:
        return (year - 2, year - 1, year)
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and 1 <= int(first) <= int(last or first) <= 9999):
        raise WorkspaceError(f"“{text}”不是年度，请写成 2023-2025 的样子", f"“{text}” is no span of years: write it like 2023-2025")
    return tuple(range(int(first), int(last or first) + 1))
