"""``policylang replay`` and ``policylang log``: the commands and their options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from policylang.cli.language import language
from policylang.cli.options import example, t, with_lang

if TYPE_CHECKING:
    from policylang.cli.language import Lang


@click.command(
    help=t(
        "按记录复算：一致，或者哪里不同。RECORD 是一份记录，或一本记录簿（.jsonl）。",
        "Decide a record again: the same bytes, or what differs. RECORD is a record or a log (.jsonl).",
    ),
    epilog=example("policylang replay 判断.jsonl"),
)
@click.argument("record")
@click.option("--policy", metavar="FILE", help=t("按这份办法复算", "the policy to decide it under"))
@click.option("--policies", metavar="FOLDER", help=t("办法文件所在的文件夹，可有旧版本", "folder of policies, older versions too"))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=t("输出格式", "output format")
)
@with_lang
def replay(record: str, policy: str | None, policies: str | None, form: str, lang: Lang | None) -> None:
    """Decide a record again."""
    from policylang.cli.replaying import replay_file

    sys.exit(replay_file(record, policy, policies, form, language(lang)))


@click.group(
    help=t("记录簿：核对、查看、末条校验值、处理残行。", "Logs of decision records: verify, show, head, mend."),
    epilog=example("policylang log verify 判断.jsonl"),
)
def log() -> None:
    """Logs of decision records."""


@log.command(
    help=t("核对记录簿：有没有记录被改动、删去、插入、调换。", "Find records changed, removed, inserted or moved."),
    epilog=example("policylang log verify 判断.jsonl"),
)
@click.argument("log")
@click.option("--head", metavar="HASH", help=t("另存的校验值：末尾的删除只有它查得出", "a hash kept elsewhere: it alone shows a cut tail"))
@with_lang
def verify(log: str, head: str | None, lang: Lang | None) -> None:
    """Find records changed, removed, inserted or moved."""
    from policylang.cli.recording import verify_log

    sys.exit(verify_log(log, head, language(lang)))


@log.command(
    help=t("一条一行列出记录；写明序号，列出这一条的全部。", "One line for each record; with a number, all of that record."),
    epilog=example("policylang log show 判断.jsonl 3"),
)
@click.argument("log")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--station", metavar="ID", help=t("只列这个工作站的", "only those of this station"))
@with_lang
def show(log: str, number: int | None, station: str | None, lang: Lang | None) -> None:
    """List records."""
    from policylang.cli.recording import show_log

    sys.exit(show_log(log, number, station, language(lang)))


@log.command(
    help=t("末条的序号和校验值，抄下来另存。", "Number and hash of the last record, to be kept elsewhere."),
    epilog=example("policylang log head 判断.jsonl"),
)
@click.argument("log")
@with_lang
def head(log: str, lang: Lang | None) -> None:
    """Number and hash of the last record."""
    from policylang.cli.recording import log_head

    sys.exit(log_head(log, language(lang)))


@log.command(
    help=t("把写入中断留下的不完整的最后一行移到旁边的文件。", "Move a last line that was not written whole to a file beside."),
    epilog=example("policylang log mend 判断.jsonl"),
)
@click.argument("log")
@with_lang
def mend(log: str, lang: Lang | None) -> None:
    """Move a torn last line aside."""
    from policylang.cli.recording import mend_log

    sys.exit(mend_log(log, language(lang)))
