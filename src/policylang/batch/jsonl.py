"""JSON lines: a station per line, its facts as in a JSON facts file; the answer goes into the same object."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from policylang.batch.csv_file import digest_of, readable
from policylang.batch.heads import APPLYING, KEY_WORDS
from policylang.batch.model import DECIDED, LEFT_OUT, REFUSED, Notes, Parsed, Reason
from policylang.batch.parts import durable
from policylang.batch.table import Block, Source
from policylang.engines.arrays.from_rows import columns_of
from policylang.facts.model import Facts
from policylang.facts.nodes import Mapping, Scalar, is_null, quote
from policylang.facts.tree import load_tree
from policylang.facts.typed import Place, Reader
from policylang.plan.meaning import Row
from policylang.plan.rows import CellError, cell_of, layout_of, recorded_type, row_of
from policylang.semantics.types import Boolean
from policylang.source.diagnostic import Message, has_errors
from policylang.source.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policylang.batch.heads import Names
    from policylang.batch.results import Deciding
    from policylang.batch.run import Done
    from policylang.facts.nodes import Node
    from policylang.plan.layout import Key
    from policylang.plan.meaning import Cell
    from policylang.semantics import ir

_FACTS = ("事实", "facts")
#: Under which the answer stands, also that of an earlier run.
ANSWERS = ("结果", "results")
#: Only lines that have these need a closer look.
_MAY_ANSWER = re.compile('"(?:结果|results|[^"]*\\\\u)[^"]*"\\s*:'.encode())


class JsonLines(Source):
    """A file with a JSON object on every line.

    Raises:
        TableError: it cannot be read.
    """

    typed = True
    at_once = 1 << 15

    def __init__(self, policy: ir.Policy, path: str, names: Names) -> None:
        self.path = path
        self.name = Path(path).name
        self._policy = policy
        self._names = names
        self._outcomes = {outcome.id: outcome for outcome in policy.outcomes}
        self._known = {word for fact in policy.facts for word in (fact.name, fact.id)}
        with readable(path):
            Path(path).open("rb").close()

    def blocks(self, size: int, first: int = 0) -> Iterator[Block]:
        """The lines."""
        at, lines = 0, []
        with readable(self.path), Path(self.path).open("rb") as handle:
            for line in handle:
                lines.append(line)
                if len(lines) == size:
                    if at >= first:
                        yield Block(at, size, {}, lines)
                    at += size
                    lines = []
        if lines:
            yield Block(at, len(lines), {}, lines)

    def place(self, column: int, row: int) -> str:  # noqa: ARG002 - a line has no columns
        """File and line."""
        return f"{self.name}:{row + 1}"

    def row_place(self, row: int) -> str:
        """File and line."""
        return f"{self.name}:{row + 1}"

    def digest(self) -> str:
        """The SHA-256 of the file."""
        return digest_of(self.path)

    def key_texts(self, block: Block) -> pl.Series | None:
        """The name of the station in each line that has one."""
        found = []
        for line in block.raw:
            tree = _tree(line, self.name)
            entries = tree.entries if isinstance(tree, Mapping) else ()
            named = {
                key.text: value.text
                for key, value in entries
                if isinstance(value, Scalar) and key.text not in self._known
            }
            found.append(next((named[word].strip() for word in KEY_WORDS if word in named), None))
        return pl.Series(found, dtype=pl.String) if any(found) else None

    def parse(self, block: Block, notes: Notes) -> Parsed:
        """The facts of the lines."""
        status = np.zeros(block.rows, np.uint8)
        reasons: dict[int, list[Reason]] = {}
        rows: list[Row] = []
        applying: list[bool] = []
        for number, line in enumerate(block.raw):
            if not line.strip():
                status[number] = LEFT_OUT
                continue
            found = self._row(line, block.first + number, notes)
            if isinstance(found, list):
                status[number] = REFUSED
                reasons[number] = found
            else:
                rows.append(found[0])
                applying.append(found[1])
        layout = self.layout or layout_of(self._policy, rows)
        made = columns_of(layout, rows)
        given = dict(made.given) if self.layout else {fact: made.given[fact] for fact in layout.empty}
        whole = None if (status == DECIDED).all() else status
        applicants = np.array(applying, bool) if any(applying) else None
        return Parsed(block.rows, dict(made.columns), dict(made.lists), given, whole, reasons, applicants)

    def _row(self, line: bytes, number: int, notes: Notes) -> tuple[Row, bool] | list[Reason]:
        """The facts of a station and whether it only applies; why it is refused."""
        place = f"{self.name}:{number + 1}"
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            return [Reason(place, Message("不是 UTF-8 编码", "not in UTF-8"))]
        tree, faults = load_tree(SourceText(self.name, text.strip()), "json")
        if not isinstance(tree, Mapping) or has_errors(faults):
            return [Reason(place, faults[0].message if faults else Message("应当是一个对象", "must be an object"))]
        inner = next((value for key, value in tree.entries if key.text in _FACTS and key.text not in self._known), None)
        beside = [(key, value) for key, value in tree.entries if key.text not in self._known and value is not inner]
        members = [(key.text, at, value) for key, value in beside if (at := self._names.member(key.text)) is not None]
        twice = next(
            (text for n, (text, at, _) in enumerate(members) if at in [other for _, other, _ in members[:n]]), None
        )
        if twice is not None:
            return [Reason(place, Message(f"“{quote(twice)}”写了两次", f"{twice} is written twice"))]
        if isinstance(inner, Mapping):
            entries = inner.entries
        else:
            entries = tuple((key, value) for key, value in tree.entries if key.text in self._known)
            for key, _ in beside:
                if key.text not in (*KEY_WORDS, *ANSWERS) and self._names.member(key.text) is None:
                    zh, en = self._names.hint(key.text)
                    notes.add(Message(
                        f"“{quote(key.text)}”不是本办法的事实，原样保留，不参与判断{zh}", f"{key.text} is no fact of this policy{en}"
                    ), place)  # fmt: skip
        reader = Reader()
        facts = Facts(reader.facts(self._policy, Mapping(entries)))
        settled = {at: self._settled(reader, text, at, value) for text, at, value in members if not is_null(value)}
        if reader.errors:
            return [Reason(place, error.message) for error in reader.errors]
        try:
            row = row_of(self._policy, facts)
        except CellError as fault:
            return [Reason(place, Message(f"{fault.path}：{fault.message.zh}", f"{fault.path}: {fault.message.en}"))]
        applies = settled.pop(APPLYING, None) is True
        return Row({**row.cells, **settled}, row.lists, row.given), applies

    def _settled(self, reader: Reader, text: str, at: Key, value: Node) -> Cell:
        """What is settled of an outcome, or whether the station only applies; what is mistaken is noted by the reader."""
        kind = Boolean() if at == APPLYING else recorded_type(self._outcomes[at.fact])
        found = reader.scalar(kind, value, Place(text, f"“{quote(text)}”"))
        return None if found is None else cell_of(kind, found, text)


def _tree(line: bytes, name: str) -> object:
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None
    return load_tree(SourceText(name, text), "json")[0] if text else None


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):  # nested without end
        return False


def _without_answer(line: bytes) -> bytes:
    """The object of a line without the answers of earlier runs; everything else as it is written."""
    if not _MAY_ANSWER.search(line):
        return line
    try:
        text = line.decode("utf-8")
        members = list(_members(text))
    except (ValueError, RecursionError):
        return line
    kept = [text[start:end] for key, start, end in members if key not in ANSWERS]
    if len(kept) == len(members):
        return line
    inside = ",".join(kept)
    return f"{text[: members[0][1]]}{inside.lstrip() if members[0][0] in ANSWERS else inside}}}".encode()


def _members(text: str) -> Iterator[tuple[str, int, int]]:
    """The members of an object as they are written, with the blanks around them: key, start and end.

    Raises:
        ValueError: it is no object.
    """
    decoder = json.JSONDecoder()
    at = text.index("{") + 1
    while True:
        key, colon = decoder.raw_decode(text, _past_blanks(text, at))
        _, end = decoder.raw_decode(text, _past_blanks(text, text.index(":", colon) + 1))
        end = _past_blanks(text, end)
        yield key, at, end
        if text[end : end + 1] != ",":
            return
        at = end + 1


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


class JsonLinesOut:
    """Writes the lines with the answer in each object."""

    def __init__(self, deciding: Deciding) -> None:
        self._words = deciding.words
        self._columns = {column.name: column for column in deciding.columns}

    def write(self, done: Iterator[Done], target: Path, *, first: bool) -> None:  # noqa: ARG002 - there is no head
        """Write a part."""
        with durable(target) as handle:
            for block in done:
                handle.write(b"".join(self._lines(block)))

    def join(self, parts: Sequence[Path], target: Path) -> None:
        """All parts in one file."""
        from policylang.batch.csv_out import concatenated  # noqa: PLC0415 - the same as of lines

        concatenated(parts, target)

    def _lines(self, block: Done) -> Iterator[bytes]:
        values = {name: column.objects() for name, column in block.columns.items()}
        names = list(values)
        key = ANSWERS[0] if self._words.zh else ANSWERS[1]
        for line, own in zip(block.raw, zip(*values.values(), strict=True), strict=True):
            body = line.rstrip()
            if not body:
                yield line
                continue
            answer: dict[str, Any] = {}
            for name, value in zip(names, own, strict=True):
                column = self._columns.get(name)
                if column is None:
                    if value is not None:
                        answer[name] = value
                elif value not in (None, []):
                    answer.setdefault(column.of, {})[column.part] = value
            if answer[self._words.accepted] != self._words.statuses[0] and not _is_object(body):
                body = json.dumps(
                    {"原文" if self._words.zh else "line": body.decode("utf-8", "replace")}, ensure_ascii=False
                ).encode("utf-8")
            said = json.dumps({key: answer}, ensure_ascii=False)[1:]
            inside = _without_answer(body)[:-1].rstrip()
            yield (
                inside
                + (b", " if not inside.endswith(b"{") else b"")
                + said.encode("utf-8")
                + line[len(line.rstrip()) :]
            ) or b"\n"
