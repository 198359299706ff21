"""Keeping records: what ``eval --record`` and ``eval --log`` write, and ``policylang log``."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import FINDINGS, OK, fail, say
from policylang.records.read import RecordError, check_shape
from policylang.workspace import WorkspaceError, notation, read_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.cli.actions import Decided
    from policylang.cli.language import Lang
    from policylang.records.build import Record
    from policylang.records.verify import Line


def keep_record(decided: Decided, facts: str, asked: dict[str, Any], lang: Lang) -> None:
    """Keep a record of what was decided, in a file of its own, at the end of a log, or both.

    Raises:
        WorkspaceError: when it cannot be written, or what was asked does not go together; nothing is left half written.
    """
    from policylang.records.book import append
    from policylang.records.build import record
    from policylang.records.canonical import canonical_bytes

    alone, log = asked["record"], asked["log"]
    if alone is None and log is None:
        return
    if decided.outcome.rejections:
        zh, en = "事实互相矛盾，没有作出判断，不留记录。", "the facts contradict each other: nothing was decided, no record."
        say(zh if lang == "zh" else en)
        return
    try:
        body, run = _contents(decided, facts, asked), _run(asked)
        made = record(body, run) if log is None else append(Path(log), partial(record, body, run))
    except RecordError as fault:
        raise _as_workspace(fault) from None
    number, sha256 = made["number"], made["sha256"]
    if log is not None:
        say(f"已记入 {log} 第{number}条，校验值 {sha256}" if lang == "zh" else f"kept in {log} as record {number}, hash {sha256}")
    if alone is not None:
        write_text(alone, canonical_bytes(made).decode() + "\n")
        say(f"已写记录 {alone}，校验值 {sha256}" if lang == "zh" else f"record written to {alone}, hash {sha256}")


def check_asked(facts: str, asked: dict[str, Any], *, population: bool) -> None:
    """Whether the options about records go together, before anything is decided.

    Raises:
        WorkspaceError: when they do not.
    """
    keeping = asked["record"] is not None or asked["log"] is not None
    if asked["record"] is not None and Path(asked["record"]).exists():
        zh = f"“{asked['record']}”已经有了；记录只写一次，换一个文件名"
        raise WorkspaceError(zh, f"{asked['record']} exists already: a record is written once")
    if keeping and facts == "-" and not asked["station"]:
        raise WorkspaceError(
            "事实来自标准输入，用 --station 写明是哪个工作站", "facts from standard input: name the station with --station"
        )
    for name in (asked["run_by"], asked["signed_by"], asked["station"], Path(facts).name):
        if keeping and name is not None and not name.isprintable():  # a file may have such a name too
            raise WorkspaceError(f"“{name!a}”不能作姓名或者标识", f"{name!a} is no name")
    for path in (asked["record"], asked["log"]):
        folder = Path(path or ".").parent
        if not folder.is_dir():
            raise WorkspaceError(f"没有文件夹“{folder}”；先建好文件夹", f"no folder {folder}: make it first")
    if population and keeping:
        raise WorkspaceError("--record 和 --log 记一个工作站，不能和 --population 一起用", "--record and --log are for one station")
    if not keeping and (asked["run_by"] or asked["signed_by"] or asked["names"]):
        raise WorkspaceError(
            "--run-by、--signed-by、--names 要和 --record 或 --log 一起用",
            "--run-by, --signed-by and --names need --record or --log",
        )


def _contents(decided: Decided, facts: str, asked: dict[str, Any]) -> Record:
    from policylang.records.book import key_beside
    from policylang.records.build import FactsFile, Question, contents

    outcome = decided.outcome
    station = asked["station"] or Path(facts).stem
    question = Question(
        decided.policy, decided.compiled.digest, decided.document.facts, outcome.as_of, outcome.year,
        dict(outcome.readings), decided.calendar, decided.document.attestations,
    )  # fmt: skip
    file = FactsFile("-" if facts == "-" else Path(facts).name, decided.data, decided.source, notation(facts))
    codes = None if asked["names"] else key_beside(Path(asked["log"] or asked["record"]))
    return contents(question, file, station, codes)


def _run(asked: dict[str, Any]) -> Any:
    from policylang.records.build import Run

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return Run(now, asked["run_by"], asked["signed_by"])


def _as_workspace(fault: RecordError) -> WorkspaceError:
    return WorkspaceError(fault.message.zh, fault.message.en)


# policylang log


def verify_log(log: str, head: str | None, lang: Lang) -> int:
    """Say whether a log is one unbroken chain; with ``head``, whether the record with that hash is still in it."""
    from policylang.records.tell import Telling
    from policylang.records.verify import verify

    def done(lines: list[Line]) -> int:
        found = verify(lines, head)
        click.echo(Telling(lang).verified(found), nl=False)
        return OK if found.sound else FINDINGS

    return _with_log(log, done, lang)


def show_log(log: str, number: int | None, station: str | None, lang: Lang) -> int:
    """One line for each record, or for those of a station; with a ``number``, all of that record."""
    from policylang.records.book import KEY_NAME, key_beside
    from policylang.records.tell import Telling

    def done(lines: list[Line]) -> int:
        if number is not None:
            wanted = next((line.record() for line in lines if line.link is not None and line.link.number == number), None)
            if wanted is None:
                raise WorkspaceError(f"“{log}”里没有第{number}条记录", f"{log} has no record {number}")
            check_shape(wanted)
            click.echo(Telling(lang).whole(wanted), nl=False)
            return _faults(lines, lang)
        names = None if station is None else {station}
        if names is not None and station is not None and (Path(log).parent / KEY_NAME).exists():
            names.add(key_beside(Path(log)).code(station))
        told = _listed(lines, names, lang)
        if names is not None and not told:
            raise WorkspaceError(f"“{log}”里没有工作站“{station}”的记录", f"{log} has no record of {station}")
        click.echo(told, nl=False)
        return _faults(lines, lang)

    return _with_log(log, done, lang)


def _listed(lines: list[Line], stations: set[str] | None, lang: Lang) -> str:
    """One line for each record. Each is held against the schema, which takes a while, only when something is amiss."""
    from policylang.records.tell import Telling

    records = (record for line in lines if (record := line.record()) is not None)
    try:
        return Telling(lang).lines(r for r in records if stations is None or r["station"] in stations)
    except (KeyError, TypeError, AttributeError):
        for record in (line.record() for line in lines):
            if record is not None:
                check_shape(record)
        raise


def log_head(log: str, lang: Lang) -> int:
    """Print number and hash of the last record, to be kept elsewhere."""
    from policylang.records.verify import verify

    def done(lines: list[Line]) -> int:
        head = verify(lines).head
        if head is None:
            raise WorkspaceError(f"“{log}”里没有记录", f"{log} has no record")
        click.echo(f"{head[0]} {head[1]}")
        return _faults(lines, lang)

    return _with_log(log, done, lang)


def mend_log(log: str, lang: Lang) -> int:
    """Take an incomplete last line out of a log, into a file beside it."""
    from policylang.records.book import mend

    try:
        aside = mend(Path(log))
    except RecordError as fault:
        return fail(_as_workspace(fault), lang)
    if aside is None:
        click.echo("最后一行完整，没有改动。" if lang == "zh" else "the last line is complete: nothing was changed.")
    elif aside == Path(log):
        click.echo("最后一条记录完整，补上了行末的换行。" if lang == "zh" else "the last record is whole: it got its line end.")
    else:
        click.echo(f"不完整的最后一行已移到 {aside}，其余没有改动。" if lang == "zh" else f"the incomplete last line is now in {aside}.")
    return OK


def _faults(lines: list[Line], lang: Lang) -> int:
    """Say that some lines hold no sound record."""
    bad = [line.number for line in lines if line.fault is not None]
    if not bad:
        return OK
    told = "、".join(map(str, bad[:10])) + ("等" if len(bad) > 10 else "")
    say(
        f"第{told}行不是完好的记录，详见 policylang log verify。"
        if lang == "zh"
        else f"no sound record on line {told.replace('、', ', ').replace('等', ', …')}: see policylang log verify."
    )
    return FINDINGS


def _with_log(log: str, done: Callable[[list[Line]], int], lang: Lang) -> int:
    from policylang.records.verify import read_lines

    try:
        data = read_bytes(log)
        if not data:
            raise WorkspaceError(f"“{log}”是空的，没有记录", f"{log} is empty: there is no record")
        if not data.lstrip().startswith(b"{"):
            raise WorkspaceError(f"“{log}”不是记录簿（不是一行一条 JSON）", f"{log} is no log (not one JSON record to a line)")
        lines = read_lines(data)
        return done(lines)
    except RecordError as fault:
        return fail(_as_workspace(fault), lang)
    except WorkspaceError as fault:
        return fail(fault, lang)
