"""Where results go, and in which form: by default beside the table, in the form it came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policylang.batch.csv_out import CsvOut
from policylang.batch.model import TableError
from policylang.batch.parts import writable
from policylang.batch.run import write
from policylang.batch.tables import form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.batch.run import Out, Run
    from policylang.batch.tables import Opened

#: Forms that are tables of a database.
DATABASES = frozenset(("sqlite", "duckdb", "postgres"))


@dataclass(frozen=True, slots=True)
class Target:
    """An output: a file, or a table of a database. ``shown`` names it for a person."""

    form: str
    path: str
    table: str | None = None

    @property
    def shown(self) -> str:
        """The file, or the table without the address of its server."""
        if self.form not in DATABASES:
            return self.path
        return str(self.table) if self.form == "postgres" else f"{self.path}：{self.table}"

    def named(self, source: str, lang: str) -> Target:
        """The table named after the one read, where no other name was given."""
        if self.form not in DATABASES or self.table is not None:
            return self
        return replace(self, table=f"{source}{'_结果' if lang == 'zh' else '_results'}")


def output_of(
    table: str, out: str | None, name: str | None, out_table: str | None, lang: str, *, in_place: bool
) -> Target:  # fmt: skip
    """Where the results of a table go.

    Raises:
        TableError: the output is the input, or cannot be in this form.
    """
    form = form_of(table)
    suffix = "_结果" if lang == "zh" else "_results"
    if form in DATABASES and (out is None or out == table):
        return Target(form, table, out_table or (f"{name}{suffix}" if name else None))
    if in_place:
        if form != "xlsx":
            raise TableError(
                "只有 .xlsx 可以写回原文件（--in-place）", "only .xlsx can be written back in place (--in-place)"
            )
        return Target(form, table)
    if out is None:
        path = Path(table)
        return Target(
            form,
            str(
                path.with_name(
                    f"{path.stem}·结果{path.suffix}" if lang == "zh" else f"{path.stem}.results{path.suffix}"
                )
            ),
        )
    wanted = form_of(out)
    if form not in DATABASES and Path(out).exists() and Path(table).exists() and Path(out).samefile(table):
        hint = ("；要写回原文件，用 --in-place", "; use --in-place to write it back") if form == "xlsx" else ("", "")
        raise TableError(
            f"输出就是输入“{table}”，没有写；换一个文件名{hint[0]}",
            f"the output is the input {table}: choose another name{hint[1]}",
        )
    if wanted != form and (wanted not in {"parquet", "csv"} | DATABASES or form == "jsonl"):
        raise TableError(
            f"不能把 {Path(table).suffix} 写成 {Path(out).suffix}；输出用与输入相同的形式，或者 .parquet、.csv",
            f"cannot write {Path(table).suffix} as {Path(out).suffix}: keep the form of the input, or use .parquet or .csv",
        )
    return Target(wanted, out, (out_table or f"{name or Path(table).stem}{suffix}") if wanted in DATABASES else None)


def write_output(
    run: Run, opened: Opened, target: Target, *, part: int, progress: Callable[[int, int | None], None] | None = None
) -> None:  # fmt: skip
    """Decide everything and write it.

    Raises:
        TableError: it cannot be written.
    """
    source: Any = opened.source
    _no_clash(run, opened, target)
    if target.form == "xlsx":
        from policylang.batch.workbook_out import write_workbook  # noqa: PLC0415 - one form of many

        with writable(Path(target.path)):
            write_workbook(run, opened, Path(target.path), progress)
        return
    if target.form in DATABASES:
        from policylang.batch.database_out import write_table  # noqa: PLC0415

        write_table(run, opened, target, progress)
        return
    write(run, _out(run, opened, target, source), Path(target.path), part=part, progress=progress)


def _out(run: Run, opened: Opened, target: Target, source: Any) -> Out:
    match target.form:
        case "csv" if opened.form == "csv":
            return CsvOut(source, run.deciding.names)
        case "jsonl":
            from policylang.batch.jsonl import JsonLinesOut  # noqa: PLC0415 - one form of many

            return JsonLinesOut(run.deciding)
        case "csv":
            from policylang.batch.parquet import FrameCsvOut  # noqa: PLC0415

            return FrameCsvOut(source, run.deciding)
        case _:
            from policylang.batch.parquet import ParquetOut  # noqa: PLC0415

            return ParquetOut(source, run)


def _no_clash(run: Run, opened: Opened, target: Target) -> None:
    texts = [text.strip() for text in getattr(opened.source, "texts", ())]
    twice = [name for name in run.deciding.names if name in texts]
    if twice and target.form != "jsonl":
        settled = ("", "")
        if any(twice[0] in (outcome.name, outcome.id) for outcome in run.question.policy.outcomes):
            zh = f"。如果是机关已经评定的，改为“已定{twice[0]}”，用 --population 核对时以它为准"
            settled = (zh, f"; what a body has settled is called “recorded {twice[0]}” and counts with --population")
        raise TableError(
            f"表里已有“{twice[0]}”一列，与结果同名；这可能就是一份结果。请用原来的表，或者改列名{settled[0]}",
            f"the table has a column “{twice[0]}” already, as the results do. Is it a table of results? Use the original, or rename it"
            f"{settled[1]}",
        )
