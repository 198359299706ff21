"""``policylang batch``: the stations of a table, decided at once, and the same rows back with the results."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import (
    FAILURE,
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
    show,
)
from policylang.source.diagnostic import has_errors
from policylang.workspace import WorkspaceError, notation, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policylang.batch.run import Run
    from policylang.batch.tables import Opened
    from policylang.cli.language import Lang
    from policylang.semantics import ir

#: So many notes, refused rows and different results are told on the screen.
_TOLD, _WORDS = 12, 6


def batch_table(policy: str, path: str, *, lang: Lang, **asked: Any) -> int:
    """Decide the stations of a table; what is noted and refused goes to stderr."""
    try:
        from policylang.batch.model import TableError
    except ImportError as fault:
        return missing_batch(fault, lang)
    try:
        return _batch(policy, path, lang, asked)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    except TableError as fault:
        return fail(WorkspaceError(fault.message.zh, fault.message.en), lang)
    except ImportError as fault:
        return missing_batch(fault, lang)


def missing_batch(fault: ImportError, lang: Lang) -> int:
    """Say what to install for tables."""
    package = "psycopg[binary]" if fault.name == "psycopg" else "policylang[batch]"
    install = f'pip install "{package}"'
    if lang == "zh":
        say(f"错误：没有安装处理表格的软件包（{fault.name}）。请运行：{install}")
    else:
        say(f"error: the packages for tables are not installed ({fault.name}). Run: {install}")
    return FAILURE


def _batch(policy: str, path: str, lang: Lang, asked: dict[str, Any]) -> int:
    from policylang.batch.outputs import output_of, write_output
    from policylang.batch.run import PART, Question, prepared
    from policylang.batch.tables import Opened

    if asked["population"] and asked["only"]:
        raise WorkspaceError("--population 看全部结果，不能与 --only 一起用", "--population cannot be used with --only")
    compiled, core = compiled_policy(policy, lang)
    as_of = day_asked(asked["as_of"], lang)
    if as_of is None:
        as_of = date.today()  # noqa: DTZ011 - the office's own day
        say(f"未写时点，按今天（{as_of}）判断。" if lang == "zh" else f"no day given: decided as of today, {as_of}.")
    year = asked["year"]
    if year is None:
        year = as_of.year
        say(f"未写考核年度，取{year}年。" if lang == "zh" else f"no assessment year given: {year} is taken.")
    question = Question(
        core, compiled.digest, as_of, year, readings_asked(core, asked["readings"], lang),
        calendar_asked(asked["calendar"], lang), _only(core, asked["only"], lang), lang,
    )  # fmt: skip
    target = output_of(path, asked["out"], asked["table"], asked["out_table"], lang, in_place=asked["in_place"])
    opened = Opened(
        core, path, year=year, table=asked["table"], keys=_keys(asked["key"]), renamed=_columns(asked["columns"], lang),
        lists=_pairs(asked["lists"], lang), writes=target.path == path, members=asked["population"],
    )  # fmt: skip
    target = target.named(opened.source.name, lang)
    block = min(asked["part_rows"] or PART, opened.source.at_once)
    with _progress(lang) as progress:
        run = prepared(question, opened.source, block=block, progress=progress, read_as=opened.read_as())
        opened.note_absent(run.deciding.asked)
        run.surveyed.notes.first(opened.notes)
        found = _over_all(run, progress, lang) if asked["population"] else None
        write_output(run, opened, target, part=asked["part_rows"] or PART, progress=progress)
    _told(run, opened, target.shown, lang)
    if found is not None:
        click.echo(f"\n{found}", nl=False)
    return FINDINGS if run.counts[1] else OK


def _over_all(run: Run, progress: Callable[[int, int | None], None], lang: Lang) -> str:
    """The rules over all stations held against the table: the text for the screen; the run gets the sheet."""
    from policylang.batch.population import findings, sheet
    from policylang.explain.population import population_text

    policy = run.question.policy
    found = findings(run, progress)
    if not found:
        return "本办法没有管全部工作站的规则。\n" if lang == "zh" else "the measure has no rule over all stations\n"
    run.over_all = sheet(found, policy, lang)
    return population_text(found, policy, lang)


def _only(policy: ir.Policy, asked: tuple[str, ...], lang: Lang) -> frozenset[str] | None:
    wanted = [
        name.strip() for item in asked for name in item.replace("，", ",").replace("、", ",").split(",") if name.strip()
    ]
    for name in wanted:
        known_outcome(policy, name, lang)
    known: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
    return frozenset(one.id for one in known if one.name in wanted or one.id in wanted) if wanted else None


def _keys(asked: tuple[str, ...]) -> list[str] | None:
    if not asked:
        return None
    names = [name.strip() for item in asked for name in item.replace("，", ",").split(",") if name.strip()]
    return [] if names == ["-"] else names


def _pairs(asked: tuple[str, ...], lang: Lang) -> dict[str, str]:
    found = {}
    for item in asked:
        name, sign, where = item.partition("=")
        if not sign or not where:
            say(
                f"--list 写作“清单=文件”，这里是“{item}”"
                if lang == "zh"
                else f"--list is written LIST=FILE, not “{item}”"
            )
            raise RefusedError(FAILURE)
        found[name.strip()] = where.strip()
    return found


def _columns(path: str | None, lang: Lang) -> Mapping[str, str]:
    """Other names of columns, from a file: what stands over a column, and the fact it is.

    Raises:
        RefusedError: when it has mistakes; they have been shown.
    """
    from policylang.facts.nodes import Mapping as MappingNode
    from policylang.facts.nodes import Scalar
    from policylang.facts.tree import load_tree
    from policylang.source.text import SourceText, decode

    if path is None:
        return {}
    source, faults = decode(read_bytes(path), path)
    tree, more = load_tree(source, notation(path)) if source is not None else (None, ())
    if source is None or tree is None or has_errors((*faults, *more)):
        show((*faults, *more), source or SourceText(path, ""), lang)
        raise RefusedError(FINDINGS)
    entries = tree.entries if isinstance(tree, MappingNode) else ()
    found = {key.text: value.text for key, value in entries if isinstance(value, Scalar)}
    if not found or len(found) < len(entries):
        raise WorkspaceError(
            f"“{path}”应当逐行写作“表头: 事实”，例如“今年引才: 引进人才.2024”",
            f"{path}: write lines of the form “head: fact”",
        )
    return found


class _progress:  # noqa: N801 - used like a function
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._shown = sys.stderr.isatty()
        self._last = -1

    def __enter__(self) -> Callable[[int, int | None], None]:
        return self._step

    def _step(self, done: int, total: int | None) -> None:
        if not self._shown:
            return
        word = (
            ("读表" if total is None else "判断")
            if self._lang == "zh"
            else ("reading" if total is None else "deciding")
        )
        if total:
            share = done * 30 // total
            if share != self._last:
                self._last = share
                bar = "█" * share + "░" * (30 - share)
                click.echo(f"\r{word} {bar} {done:,}/{total:,}", err=True, nl=False)
        else:
            click.echo(f"\r{word} {done:,}", err=True, nl=False)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r" + " " * 78 + "\r", err=True, nl=False)


def _told(run: Run, opened: Opened, written: str, lang: Lang) -> None:
    """What came of it: counts to stdout, notes and refused rows to stderr."""
    zh = lang == "zh"
    notes = [note.in_(lang) for note in run.surveyed.notes]
    for name, table in opened.lists.items():
        strangers = table.strangers()
        if strangers:
            shown = "、".join(strangers[:5])
            notes.append(
                f"“{table.name}”里有主表没有的站，共{len(strangers)}个：{shown}" if zh
                else f"{name}: {len(strangers)} stations with records are not in the table: {shown}"
            )  # fmt: skip
    _listed("注意：" if zh else "notes:", notes, lang)
    refused = []
    for row, found in sorted(run.surveyed.refused.items())[:_TOLD]:
        named = run.surveyed.names.get(row)
        told = ("；" if zh else "; ").join(reason.in_(lang) for reason in found)
        refused.append((f"{named}：{told}" if zh else f"{named}: {told}") if named else told)
    decided, turned_down, left = run.counts
    if run.contradicted > 0 and len(refused) < _TOLD:
        refused.append(
            f"另有{run.contradicted}行事实互相矛盾，或者职责起算得太早，见输出"
            if zh
            else f"{run.contradicted} more rows contradict themselves, or their duties began too long ago; see the output"
        )
    _listed("未受理：" if zh else "refused:", refused, lang, turned_down)
    policy = run.question.policy
    click.echo(
        f"《{policy.title}》　时点：{run.question.as_of}　考核年度：{run.question.year}年"
        if zh
        else f"{policy.id} as of {run.question.as_of}, year {run.question.year}"
    )
    parts = [f"受理{decided}行", f"未受理{turned_down}行"] + ([f"不是工作站的{left}行"] if left else [])
    click.echo(
        f"共{sum(run.counts)}行：{'，'.join(parts)}"
        if zh
        else f"{sum(run.counts)} rows: {decided} decided, {turned_down} refused, {left} left out"
    )
    for name, words in run.tally.items():
        if name == run.deciding.words.accepted:
            continue
        ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
        common = [f"{word} {count}" for word, count in ranked[:_WORDS]]
        if len(ranked) > _WORDS:
            rest = sum(count for _, count in ranked[_WORDS:])
            common.append(f"其他 {rest}" if zh else f"others {rest}")
        click.echo(f"  {name}：{'，'.join(common)}" if zh else f"  {name}: {', '.join(common)}")
    click.echo(f"已写入 {written}" if zh else f"written to {written}")


def _listed(title: str, lines: list[str], lang: Lang, count: int | None = None) -> None:
    """The first lines of a list, of ``count`` where the list is not whole."""
    if not lines:
        return
    say(title)
    for line in lines[:_TOLD]:
        say(f"  {line}")
    total = max(count or 0, len(lines))
    if len(lines) >= _TOLD and total > _TOLD:
        say(f"  ……共{total}项，其余见输出" if lang == "zh" else f"  … {total} in all; the rest is in the output")
