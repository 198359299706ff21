"""``policylang``: the commands and their options. What each does is in ``policylang.cli.actions``.

Help texts are in the language of the locale, Chinese where it names none.

Exit codes: 0 fine; 1 findings or failed tests; 2 wrong usage, unreadable files or an internal error; with
``--exit-on-decision`` 3 for a negative and 4 for an undetermined decision.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from policylang.cli.language import Lang, language
from policylang.cli.options import deciding as _deciding
from policylang.cli.options import example as _example
from policylang.cli.options import t as _t
from policylang.cli.options import with_lang as _lang
from policylang.cli.record_commands import log, replay
from policylang.source.version import VERSION

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


@click.group(
    context_settings=_CONTEXT,
    help=_t(
        "管理办法的规则语言：检查办法文件，按办法判断工作站，说明是哪一条决定的。",
        "Government measures as policy files: check them, decide facts under them, explain the clauses.",
    ),
    epilog=_example("policylang eval liuzhou examples/liuzhou_station.yaml"),
)
@click.version_option(VERSION, prog_name="policylang")
def main() -> None:
    """All commands."""


main.add_command(replay)
main.add_command(log)


@main.command(
    help=_t("检查办法文件，一次列出全部错误。", "Check policy files; all mistakes in one run."),
    epilog=_example("policylang check policies"),
)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help=_t("输出格式", "output format"),
)
@_lang
def check(paths: tuple[str, ...], form: str, lang: Lang | None) -> None:
    """Check policy files; all mistakes in one run."""
    from policylang.cli.actions import check_files

    sys.exit(check_files(paths, form, language(lang)))


@main.command(
    help=_t("整理版式；- 表示标准输入。", "Lay policy files out; - is standard input."),
    epilog=_example("policylang fmt policies --diff"),
)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--lang",
    "to",
    type=click.Choice(["zh", "en"]),
    default=None,
    help=_t("改写成中文或英文关键词", "keywords to write"),
)
@click.option("--check", "only_check", is_flag=True, help=_t("只检查，不改写", "only say what would change"))
@click.option("--diff", is_flag=True, help=_t("显示改动，不改写", "show the changes, write nothing"))
@click.option("--from-encoding", metavar="NAME", help=_t("文件现用的编码，如 gb18030", "the file's present encoding"))
def fmt(paths: tuple[str, ...], to: str | None, only_check: bool, diff: bool, from_encoding: str | None) -> None:
    """Lay policy files out; - is standard input."""
    from policylang.cli.formatting import format_files

    sys.exit(format_files(paths, to, only_check=only_check, diff=diff, encoding=from_encoding, lang=language(None)))


@main.command(
    "eval",
    help=_t("按办法判断一个工作站。", "Decide one station under a measure."),
    epilog=_example("policylang eval liuzhou examples/liuzhou_station.yaml --year 2025"),
)
@click.argument("policy")
@click.argument("facts")
@_deciding
@click.option("--all-readings", is_flag=True, help=_t("再按各处疑义的其他读法判断，列出不同之处", "also what other readings change"))
@click.option("--population", is_flag=True, help=_t("FACTS 是全部工作站的清单，核对限额", "FACTS lists all stations"))
@click.option(
    "--station",
    metavar="ID",
    help=_t(
        "同 --population，只说这一个站；同 --record、--log，写明是哪个站",
        "with --population: only for this station; with --record or --log: which station it is",
    ),
)
@click.option("--record", metavar="FILE", help=_t("把这次判断写成一份记录", "write a decision record"))
@click.option("--log", metavar="LOG", help=_t("把这次判断记入记录簿（.jsonl）", "append a decision record to a log (.jsonl)"))
@click.option("--run-by", metavar="NAME", help=_t("记录里的经办人", "who ran it, for the record"))
@click.option("--signed-by", metavar="NAME", help=_t("记录里的签发人", "who signs, for the record"))
@click.option("--names", is_flag=True, help=_t("记录里写名称，不用代号", "keep names in the record, without codes"))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=_t("输出格式", "output format")
)
@click.option(
    "--exit-on-decision",
    metavar="OUTCOME",
    help=_t("按此结果给退出码：3 否，4 待定", "exit 3 if negative, 4 if undetermined"),
)
def evaluate(
    policy: str, facts: str, form: str, exit_on_decision: str | None, population: bool, all_readings: bool,
    lang: Lang | None, **asked: Any,
) -> None:  # fmt: skip
    """Decide one station under a measure."""
    from policylang.cli.evaluating import eval_file

    options = {"population": population, "all_readings": all_readings, "lang": language(lang), **asked}
    sys.exit(eval_file(policy, facts, form, exit_on_decision, **options))


@main.command(
    help=_t(
        "说明为什么（结果、条款、事实、差多少、还缺什么）；--why-not 为什么不是，--to 怎样才能是。",
        "Say why: clauses, margins, what is missing; with --why-not why it is not, with --to what would change it.",
    ),
    epilog=_example("policylang explain liuzhou examples/liuzhou_station.yaml --to 评估等级=A级"),
)
@click.argument("policy")
@click.argument("facts")
@click.argument("outcome", required=False)
@click.option("--why-not", metavar="OUTCOME=VALUE", help=_t("为什么不是这个结果", "why the result is not this"))
@click.option(
    "--to", metavar="OUTCOME=VALUE", help=_t("最少变动哪些事实，才能成为这个结果", "the smallest changes of facts that lead to it")
)
@click.option(
    "--level", type=click.Choice(["sentence", "letter", "full"]), default="full",
    help=_t("详略：一句话、写信用、全部", "how much is told"),
)  # fmt: skip
@_deciding
@click.option("--text", metavar="FILE", help=_t("官方文本，用来引述原文", "the official text, to quote from"))
@click.option(
    "--format", "form", type=click.Choice(["text", "md", "html", "docx", "json"]),
    help=_t("输出格式，默认看文件名，否则文本", "output format, by default that of the file's name"),
)  # fmt: skip
@click.option("--out", metavar="FILE", help=_t("写入文件", "write to a file"))
def explain(policy: str, facts: str, outcome: str | None, lang: Lang | None, **asked: Any) -> None:
    """Say why, why not, and what would change it."""
    from policylang.cli.explaining import explain_file

    sys.exit(explain_file(policy, facts, outcome, lang=language(lang), **asked))


@main.command(
    help=_t(
        "问清还缺的事实：只问还能影响结果的，最要紧的先问，答了就写回事实文件。",
        "Ask for the facts that can still matter, the most decisive first, and write the answers back.",
    ),
    epilog=_example("policylang ask liuzhou examples/liuzhou_station.yaml"),
)
@click.argument("policy")
@click.argument("facts", required=False)
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="OUTCOME", help=_t("只问关系到这个结果的，可多次", "only for this result")
)
@_deciding
@click.option(
    "--answer", "answers", multiple=True, metavar="PATH=VALUE", help=_t("先记下这个答案，可多次", "take this answer first")
)
@click.option("--out", metavar="FILE", help=_t("写到这个文件，不改原来的", "write to this file instead"))
@click.option("--all-defaults", is_flag=True, help=_t("最后列出未记载、按办法规定处理的", "list what is taken by default"))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=_t("输出格式；json 不提问", "json asks nothing")
)
def ask(
    policy: str, facts: str | None, outcomes: tuple[str, ...], form: str, answers: tuple[str, ...], out: str | None,
    all_defaults: bool, lang: Lang | None, **asked: Any,
) -> None:  # fmt: skip
    """Ask for the facts that can still matter."""
    from policylang.cli.asking import ask_station

    sys.exit(ask_station(policy, facts, outcomes, form, answers, out, all_defaults=all_defaults, lang=language(lang), **asked))


@main.command(
    help=_t(
        "列出办法的疑义和各种读法；用 --facts 写明工作站，再说明换一种读法，哪些站的结果会变。",
        "List the ambiguities and their readings; with --facts, say which of them matter for these stations.",
    ),
    epilog=_example("policylang readings liuzhou --facts examples"),
)
@click.argument("policy")
@click.option(
    "--facts",
    multiple=True,
    metavar="FACTS...",
    help=_t("要对照的工作站：事实文件、案例文件、工作站清单或文件夹，可写多个", "files of stations, of cases, lists, folders"),
)
@click.argument("more", nargs=-1, metavar="")
@_deciding
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=_t("输出格式", "output format")
)
def readings(
    policy: str, facts: tuple[str, ...], more: tuple[str, ...], form: str, lang: Lang | None, **asked: Any
) -> None:
    """List the ambiguities of a measure, and which of them matter for some stations."""
    from policylang.cli.reading import list_readings

    sys.exit(list_readings(policy, (*facts, *more), form, lang=language(lang), **asked))


@main.command(
    help=_t(
        "几份办法并列对比：不写 --facts，逐项列出条文怎样规定；写明一个工作站的概况，逐项列出各办法的结果。",
        "Put measures side by side: what they lay down or, with --facts, what they decide for one station.",
    ),
    epilog=_example("policylang compare --facts examples/profile.yaml --out 对比.html"),
)
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
@click.option("--facts", metavar="PROFILE", help=_t("工作站概况，写法见 docs/comparison.md", "a station profile"))
@click.option(
    "--dimension", "dimensions", multiple=True, metavar="ID", help=_t("只列这一项，可多次", "only this dimension")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "html", "xlsx", "json"]),
    default=None,
    help=_t("输出格式，默认看 --out 的扩展名，否则为文本", "output format; by default that of --out, otherwise text"),
)
@click.option("--out", metavar="FILE", help=_t("写入文件", "write to a file"))
@click.option("--vocabulary", metavar="FILE", help=_t("另用一份词表", "another common vocabulary"))
@_deciding
def compare(policies: tuple[str, ...], facts: str | None, lang: Lang | None, **asked: Any) -> None:
    """Put measures side by side."""
    from policylang.cli.comparing import compare_measures

    sys.exit(compare_measures(policies, facts, lang=language(lang), **asked))


@main.command(
    help=_t(
        "一次判断一张表里的全部工作站（Excel、CSV、Parquet、数据库、JSON Lines），原样写回，后面加上结果、条款和尚缺的事实。",
        "Decide all stations of a table at once (Excel, CSV, Parquet, a database, JSON lines): the same rows back with results.",
    ),
    epilog=_example("policylang batch liuzhou 工作站.xlsx --as-of 2025-03-03 --year 2024"),
)
@click.argument("policy")
@click.argument("table_", metavar="TABLE")
@click.option("--out", metavar="FILE", help=_t("写入文件，默认为“原名·结果”", "file to write, by default beside the table"))
@click.option("--table", metavar="NAME", help=_t("工作表，或者数据库里的表", "the sheet, or the table of the database"))
@click.option("--out-table", metavar="NAME", help=_t("数据库里写入的表，默认为“原名_结果”", "the table of the database to write"))
@click.option("--in-place", is_flag=True, help=_t("写回原来的工作簿", "write the workbook back in place"))
@click.option(
    "--only", multiple=True, metavar="RESULT,...", help=_t("只要这些结果，例如 评估等级,建设补助", "only these results")
)
@click.option(
    "--key", multiple=True, metavar="COLUMN", help=_t("哪一列是站名；- 表示没有", "the column that names the station; - for none")
)
@click.option(
    "--list", "lists", multiple=True, metavar="LIST=FILE",
    help=_t("清单另在一个文件、工作表或者表里，可多次", "where the records of a list are"),
)
@click.option("--columns", metavar="FILE", help=_t("列名对照（YAML）：表头: 事实", "other names of columns (YAML): head: fact"))
@click.option(
    "--population", is_flag=True,
    help=_t("表里是全部工作站：另核对限额，汇总金额", "the table holds all stations: check quotas, add up money"),
)
@click.option(
    "--part-rows", type=click.IntRange(1), metavar="N",
    help=_t("每算完这么多行存一次，中断后接着算", "rows that are kept at a time, for resuming"),
)
@_deciding
def batch(policy: str, table_: str, lang: Lang | None, **asked: Any) -> None:
    """Decide all stations of a table at once."""
    from policylang.cli.batching import batch_table

    sys.exit(batch_table(policy, table_, lang=language(lang), **asked))


@main.command(
    help=_t(
        "按公文格式写一封信（Word、网页或 Markdown）：决定告知、差距告知、限期整改、补充材料。",
        "Write an official letter about what was decided: Word, HTML or Markdown.",
    ),
    epilog=_example(
        "policylang letter liuzhou examples/liuzhou_station.yaml --kind decision --letter 发文.yaml --out 告知书.docx"
    ),
)
@click.argument("policy", required=False)
@click.argument("facts", required=False)
@click.option(
    "--kind",
    type=click.Choice(["decision", "shortfall", "rectification", "request"]),
    help=_t("决定告知、差距告知、限期整改、补充材料", "the kind of letter"),
)
@click.option("--outcome", metavar="OUTCOME", help=_t("只写这一项结果或者职责", "only about this outcome or duty"))
@click.option("--letter", metavar="FILE", help=_t("机关填写的内容：字号、收文单位、救济途径等", "what the office fills in (YAML)"))
@click.option("--template", metavar="PATH", help=_t("自己的模板：文件，或者放模板的文件夹", "your own template: a file or a folder"))
@click.option("--templates", metavar="FOLDER", help=_t("把自带的模板另存到文件夹，不写信", "copy the templates there instead"))
@click.option("--text", metavar="FILE", help=_t("官方文本，用来引述原文", "the official text, to quote from"))
@click.option("--out", metavar="FILE", help=_t("写入文件：.docx、.html 或者 .md；默认输出 Markdown", "file to write, its form by its name"))
@_deciding
def letter(policy: str | None, facts: str | None, kind: Any, outcome: str | None, lang: Lang | None, **asked: Any) -> None:
    """Write an official letter about what was decided."""
    from policylang.cli.writing import write_letter

    sys.exit(write_letter(policy, facts, kind, outcome, lang=language(lang), **asked))


@main.command(
    help=_t("跑案例，最后一行是“N passed, N failed”。", "Run the cases; the last line is the score."),
    epilog=_example("policylang test policies/cases/liuzhou.yaml"),
)
@click.argument("paths", nargs=-1)
@click.option("--policies", metavar="FOLDER", help=_t("办法文件所在的文件夹", "folder of the policy files"))
@click.option("--junit", metavar="FILE", help=_t("另写 JUnit XML 报告", "also write a JUnit XML report"))
@click.option("--update", is_flag=True, help=_t("把不符的期望改为现在的结果", "rewrite expectations that differ"))
@click.option(
    "--coverage", is_flag=True, help=_t("另列案例没有用到的规则和条件", "also say which rules and conditions go untested")
)
@click.option(
    "--min-rules",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help=_t("规则覆盖不到此数，退出码为1", "exit 1 when fewer rules are covered"),
)
@click.option(
    "--min-conditions",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help=_t("条件覆盖不到此数，退出码为1", "exit 1 when fewer conditions are covered"),
)
@_lang
def test(
    paths: tuple[str, ...], policies: str | None, junit: str | None, update: bool, coverage: bool,
    min_rules: int | None, min_conditions: int | None, lang: Lang | None,
) -> None:  # fmt: skip
    """Run the cases; the last line is the score."""
    from policylang.cli.testing import Least, run_tests

    least = Least(min_rules, min_conditions)
    asked = least if coverage or least != Least() else None
    sys.exit(run_tests(paths, policies, junit, update=update, lang=language(lang), coverage=asked))


@main.command(
    help=_t(
        "核对条款账目和官方文本：缺、多、改了哪几条，牵连哪些规则和案例。",
        "Hold the ledger against the official text: what is missing, invented or changed, and what rests on it.",
    ),
    epilog=_example("policylang audit liuzhou --text liuzhou.txt"),
)
@click.argument("policy")
@click.option("--text", metavar="FILE", help=_t("官方文本（UTF-8 纯文本）", "the official text (plain UTF-8)"))
@click.option("--against", metavar="FILE", help=_t("以前的文本，逐字对照", "an earlier text, compared word by word"))
@click.option("--cases", multiple=True, metavar="PATH", help=_t("案例，默认为办法旁边的", "cases, by default those beside"))
@click.option("--accept", is_flag=True, help=_t("按这份文本留存指纹", "keep the fingerprints of this text"))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help=_t("输出格式", "output format")
)
@_lang
def audit(
    policy: str, text: str | None, against: str | None, cases: tuple[str, ...], accept: bool, form: str, lang: Lang | None
) -> None:
    """Hold the ledger against the official text."""
    from policylang.cli.auditing import audit_file

    sys.exit(audit_file(policy, text, against, cases, form, accept=accept, lang=language(lang)))


@main.command(
    help=_t(
        "把办法写成数据库的视图：每个工作站一行，写明结果、条款、还缺什么。表的写法见 docs/sql.md。",
        "Print a measure as database views: a row for each station with results, clauses, what is missing.",
    ),
    epilog=_example("policylang sql liuzhou --dialect duckdb --as-of 2025-12-31 --out liuzhou.sql"),
)
@click.argument("policy")
@click.option(
    "--dialect", "engine", type=click.Choice(["duckdb", "spark", "postgres"]), default="duckdb", show_default=True,
    help=_t("数据库", "the database"),
)  # fmt: skip
@click.option("--years", metavar="YYYY-YYYY", help=_t("表中有哪些年度的列，默认为考核年度和前两年", "the years that have columns"))
@click.option("--outcome", "outcomes", multiple=True, metavar="OUTCOME", help=_t("只写这个结果，可多次", "only this result"))
@click.option("--records", type=click.IntRange(1), default=20, show_default=True, help=_t("清单最多几条记录", "most records of a list"))
@click.option("--table", default="stations", show_default=True, help=_t("工作站的表；清单的表名为“表名_清单”", "the table of the stations"))
@click.option("--key", default="station", show_default=True, help=_t("工作站编号的列", "the column of the key"))
@click.option("--view", metavar="NAME", help=_t("视图名，默认为“表名_办法”", "the name of the view"))
@click.option("--tables", is_flag=True, help=_t("只写视图要读的表：建表语句", "only the tables that the views read: CREATE TABLE"))
@click.option("--out", metavar="FILE", help=_t("写入文件", "write to a file"))
@_deciding
def sql(policy: str, engine: str, lang: Lang | None, **asked: Any) -> None:
    """Print a measure as database views."""
    from policylang.cli.sqling import print_sql

    sys.exit(print_sql(policy, engine, lang=language(lang), **asked))


@main.command(
    help=_t("输出事实文件的 JSON Schema。", "Print the JSON Schema of a policy's facts."),
    epilog=_example("policylang schema liuzhou > liuzhou.schema.json"),
)
@click.argument("policy", required=False)
@click.option(
    "--outcome", is_flag=True, help=_t("改为输出结果文档的 Schema", "the schema of outcome documents instead")
)
@click.option("--record", is_flag=True, help=_t("改为输出判断记录的 Schema", "the schema of decision records instead"))
@_lang
def schema(policy: str | None, outcome: bool, record: bool, lang: Lang | None) -> None:
    """Print the JSON Schema of a policy's facts."""
    from policylang.cli.actions import print_schema

    sys.exit(print_schema(policy, outcome=outcome, record=record, lang=language(lang)))


@main.command(
    help=_t("新建一份可用的办法文件和案例。", "Start a policy file with a case that passes."),
    epilog=_example("policylang init mycity --title 某市人才工作站管理办法"),
)
@click.argument("name")
@click.option("--title", help=_t("办法名称", "title of the measure"))
@click.option("--text", metavar="FILE", help=_t("官方文本，每条给一个标题", "the official text, for a heading of each clause"))
@_lang
def init(name: str, title: str | None, text: str | None, lang: Lang | None) -> None:
    """Start a policy file with a case that passes."""
    from policylang.cli.starting import start

    sys.exit(start(name, title, text, language(lang)))


@main.command(
    help=_t("输出命令补全脚本。", "Print the completion script of a shell."),
    epilog=_example("policylang completion bash >> ~/.bashrc"),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(main, {}, "policylang", "_POLICYLANG_COMPLETE").source())


def run() -> None:
    """The entry point: nothing a user does ends in a traceback."""
    import gc

    from policylang.cli.language import prepare_streams

    gc.disable()  # a command is over in a moment; looking for cycles is a third of the time of a large check
    prepare_streams()
    try:
        main.main(standalone_mode=True)
    except KeyboardInterrupt:  # pragma: no cover - a person at the keyboard
        sys.exit(130)
    except Exception as fault:  # noqa: BLE001 - the last fence before the user
        from policylang.cli.actions import unexpected

        sys.exit(unexpected(fault))
    finally:
        if "duckdb" not in sys.modules:  # it complains of what is not freed
            gc.freeze()  # nor does Python look for them on its way out
