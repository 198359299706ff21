"""A table by its name: which reader, which head, which sheets or files hold lists, and which form the output has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from policylang.batch.csv_file import CsvTable
from policylang.batch.heads import Names
from policylang.batch.lists import RecordTable
from policylang.batch.model import Notes, TableError
from policylang.batch.opening import find_head
from policylang.batch.table import Facts
from policylang.facts.nodes import quote
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from policylang.batch.table import Source
    from policylang.semantics import ir

#: The forms of tables by the ends of their names.
FORMS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".parquet": "parquet", ".pq": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb", ".ddb": "duckdb",
}  # fmt: skip
#: So many facts without a column are named.
_NAMED = 8
_OLD = {".xls", ".et", ".ods", ".xlsb"}


def form_of(path: str) -> str:
    """The form of a table by its name.

    Raises:
        TableError: no such form is known.
    """
    if path.startswith(("postgresql://", "postgres://")):
        return "postgres"
    suffix = Path(path).suffix.lower()
    if suffix in _OLD:
        raise TableError(f"“{path}”请在 Excel 或者 WPS 里另存为 .xlsx", f"{path}: please save it as .xlsx first")
    if suffix not in FORMS:
        known = "、".join(FORMS)
        raise TableError(
            f"“{path}”的后缀不是表格：可用 {known}，或者 postgresql:// 的地址",
            f"{path}: not a table; its name ends in {known.replace('、', ', ')}",
        )
    return FORMS[suffix]


class Opened:
    """A table with its head.

    ``writes``: the results go into the same database; ``members``: the table is that of all stations. ``notes`` are what is
    to be said of the head; ``lists`` the tables of records by the id of the list.
    """

    def __init__(
        self, policy: ir.Policy, path: str, *, year: int, table: str | None = None, keys: Sequence[str] | None = None,
        renamed: Mapping[str, str] | None = None, lists: Mapping[str, str] | None = None, writes: bool = False,
        members: bool = False,
    ) -> None:  # fmt: skip
        self.form = form_of(path)
        self.absent: list[ir.Fact] = []
        self.notes = Notes()
        self.policy = policy
        self.names = Names(policy, year, renamed, members=members)
        self.lists: dict[str, RecordTable] = {}
        self._writes = writes
        if self.form == "jsonl":
            from policylang.batch.jsonl import JsonLines  # noqa: PLC0415 - one form of many

            self.source: Source = JsonLines(policy, path, self.names)
            return
        source: Any = self._opened(path, table)
        self.source = source
        texts = source.open_head(self.names, self.notes)
        self.head = self.names.head(texts, keys)
        self._lists(path, lists or {}, texts)
        source.attach(Facts(policy, self.head, texts, self.lists, source))
        self._noted(texts)

    def read_as(self) -> dict[str, object]:
        """Which columns are taken for what, and the digests of the tables of lists: what decides the facts beside the table."""
        if self.form == "jsonl":
            return {}
        facts = {str(column): f"{found.key} × {found.factor}" for column, found in self.head.facts.items()}
        lists = {fact: [table.digest(), self.head.keys] for fact, table in self.lists.items()}
        return {"facts": facts, "keys": list(self.head.keys), "lists": lists}

    def _opened(self, path: str, table: str | None) -> Any:
        match form_of(path):
            case "csv":
                return CsvTable(path)
            case "xlsx":
                from policylang.batch.workbook import Sheet  # noqa: PLC0415 - one form of many

                return Sheet.opened(path, table, self.names, [f.id for f in self.policy.facts if f.fields])
            case "parquet":
                from policylang.batch.parquet import ParquetTable  # noqa: PLC0415

                return ParquetTable(path)
            case "duckdb":
                from policylang.batch.database import DuckTable  # noqa: PLC0415

                return DuckTable(path, table)
            case form:
                from policylang.batch.database import DatabaseTable  # noqa: PLC0415

                return DatabaseTable(path, table, form, write=self._writes)

    def _lists(self, path: str, asked: Mapping[str, str], texts: Sequence[str]) -> None:
        """The records of lists: further sheets by their names, and what was asked for."""
        facts = {word: fact for fact in self.policy.facts if fact.fields for word in (fact.name, fact.id)}
        found: dict[str, Source] = {}
        if self.form == "xlsx":
            for name, sheet in self.source.others():  # type: ignore[attr-defined]
                if name.strip() in facts:
                    found[facts[name.strip()].id] = sheet
        for name, where in asked.items():
            if name not in facts:
                listed = "、".join(fact.name for fact in dict.fromkeys(facts.values()))
                raise TableError(
                    f"本办法没有清单“{quote(name)}”，有：{listed or '无'}", f"no list {name} in this policy"
                )
            found[facts[name].id] = self._opened(where, None) if Path(where).suffix else self._opened(path, where)
        if not found:
            return
        if not self.head.keys:
            raise TableError(
                "清单要按站名与主表对上，而主表没有站名列；加一列“站名”，或者用 --key 写明是哪一列",
                "the records of a list belong to stations: add a column “station” or name one with --key",
            )
        keys = [texts[column] for column in self.head.keys]
        for fact_id, source in found.items():
            fact = next(f for f in self.policy.facts if f.id == fact_id)
            heads = source.list_head(fact, self.names) if hasattr(source, "list_head") else []
            self.lists[fact_id] = RecordTable(fact, source, heads, self.names, keys, self.notes)

    def _noted(self, texts: Sequence[str]) -> None:
        for column, found in self.head.facts.items():
            if found.note is not None:
                self.notes.add(
                    Message(f"列“{quote(texts[column])}”{found.note.zh}", f"column “{texts[column]}”: {found.note.en}")
                )
        for column in self.head.others:
            text = texts[column].strip()
            if not text:
                continue
            hint = self.names.hint(text)
            self.notes.add(Message(
                f"列“{quote(text)}”不是本办法的事实，原样保留，不参与判断{hint[0]}",
                f"the column “{text}” is no fact of this policy; it is passed through{hint[1]}",
            ))  # fmt: skip
        for column, fact in self.head.lists.items():
            if fact not in self.lists and fact not in self._nested():
                self.notes.add(Message(
                    f"列“{quote(texts[column])}”是清单，逐项的记录要另列一表（见 docs/batch.md），这一列没有用",
                    f"{fact} is a list; its records belong in a table of their own, the column “{texts[column]}” is not used",
                ))  # fmt: skip
        if not self.head.keys:
            self.notes.add(
                Message("没有站名列，不查有没有重复的站", "no column names the station: duplicates are not looked for")
            )
        present = {found.key.fact for found in self.head.facts.values()} | set(self.lists) | self._nested()
        self.absent = [fact for fact in self.policy.facts if fact.id not in present]

    def note_absent(self, asked: Collection[str]) -> None:
        """Say which facts without a column the results could still turn on; ``asked``: the facts that are missing somewhere."""
        missing = [fact for fact in self.absent if fact.id in asked]
        if missing:
            names, ids = [fact.name for fact in missing], [fact.id for fact in missing]
            shown = "、".join(names[:_NAMED]) + (f"等{len(names)}项" if len(names) > _NAMED else "")
            english = ", ".join(ids[:_NAMED]) + (f" and others, {len(ids)} in all" if len(ids) > _NAMED else "")
            self.notes.add(Message(
                f"表里没有这些事实的列，各站都按未记载处理：{shown}", f"no column, so not recorded for any station: {english}"
            ))  # fmt: skip

    def _nested(self) -> set[str]:
        """The lists that stand in a column of their own."""
        schema = getattr(self.source, "schema", {})
        texts = getattr(self.source, "texts", [])
        return {
            fact
            for column, fact in self.head.lists.items()
            if schema.get(texts[column]) is not None and schema[texts[column]].is_nested()
        }


__all__ = ["FORMS", "Opened", "find_head", "form_of"]
