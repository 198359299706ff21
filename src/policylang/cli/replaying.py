"""``policylang replay``: records decided again, under the policy they were made with where that is at hand."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import FINDINGS, OK, RefusedError, fail, show
from policylang.records.read import RecordError, check_shape, read_record
from policylang.workspace import (
    WorkspaceError,
    compile_file,
    files_under,
    policies_folder,
    policy_path,
    read_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.cli.language import Lang
    from policylang.compiler import Compiled
    from policylang.records.build import Record
    from policylang.records.replay import Replay
    from policylang.records.verify import Line


def replay_file(path: str, policy: str | None, policies: str | None, form: str, lang: Lang) -> int:
    """Decide the record in a file again, or every record of a log, and say what differs."""
    from policylang.records.tell import Telling

    try:
        data = read_bytes(path)
        found = _Policies(policy, policies, path, lang)
        if path.endswith(".jsonl"):
            return _replay_log(data, path, found, form, lang)
        try:
            one = _again(read_record(data), found)
        except RecordError as fault:
            raise WorkspaceError(f"“{path}”：{fault.message.zh}", f"{path}: {fault.message.en}") from None
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    if form == "json":
        click.echo(json.dumps(_document(one), ensure_ascii=False, indent=2))
    else:
        click.echo(Telling(lang).replayed(one), nl=False)
    return OK if one.same else FINDINGS


def _again(record: Record, policies: _Policies) -> Replay:
    from policylang.records.replay import replay

    compiled = policies.of(record)
    if compiled.policy is None:
        show(compiled.diagnostics, compiled.source, policies.lang)
        raise RefusedError(FINDINGS)
    return replay(record, compiled.policy, compiled.digest)


def _replay_log(data: bytes, path: str, policies: _Policies, form: str, lang: Lang) -> int:
    from policylang.records.tell import Telling
    from policylang.records.verify import read_lines, verify

    lines = read_lines(data)
    if not lines:
        raise WorkspaceError(f"“{path}”是空的，没有记录", f"{path} is empty: there is no record")
    telling = Telling(lang)
    documents: list[dict[str, Any]] = []
    same = other = 0
    for line in _progress(lines):
        record = line.record()
        if record is None:
            continue
        try:
            check_shape(record)
            one = _again(record, policies)
        except RecordError as fault:
            documents.append({"line": line.number, "same": False, "error": {"zh": fault.message.zh, "en": fault.message.en}})
            if form != "json":
                click.echo((f"第{line.number}行：" if lang == "zh" else f"line {line.number}: ") + fault.message.in_(lang))
            continue
        same, other = same + one.same, other + (not one.same)
        documents.append({"line": line.number, **_document(one)})
        if not one.same and form != "json":
            click.echo(_named(one.record, lang) + telling.replayed(one), nl=False)
    chain = verify(lines)
    if form == "json":
        told = [{"line": f.line, "kind": f.kind, "message": {"zh": f.message.zh, "en": f.message.en}} for f in chain.findings]
        click.echo(json.dumps({"records": documents, "log": told}, ensure_ascii=False, indent=2))
    else:
        if not chain.sound:
            click.echo(telling.verified(chain), nl=False)
        zh, en = f"共{len(lines)}条：{same}条复算一致", f"{len(lines)} records: {same} replayed the same"
        if other:
            zh, en = f"{zh}，{other}条不一致", f"{en}, {other} did not"
        if same + other < len(lines):
            zh, en = f"{zh}，{len(lines) - same - other}条不能复算", f"{en}, {len(lines) - same - other} could not be replayed"
        click.echo(zh if lang == "zh" else en)
    return OK if chain.sound and same == len(lines) else FINDINGS


def _named(record: Record, lang: Lang) -> str:
    """Which record of a log it is."""
    number, day, policy, station = record["number"], record["as_of"], record["policy"]["id"], record["station"]
    return f"第{number}条（{day}，{policy}，{station}）" if lang == "zh" else f"record {number} ({day}, {policy}, {station}): "


def _progress(lines: list[Line]) -> Iterator[Line]:
    """The lines, with a bar where somebody is looking."""
    if not sys.stderr.isatty():
        yield from lines
        return
    with click.progressbar(lines, file=sys.stderr) as bar:  # pragma: no cover - a person at the terminal
        yield from bar


def _document(one: Replay) -> dict[str, Any]:
    return {
        "number": one.record["number"],
        "same": one.same,
        "record_changed": one.touched,
        "policy_changed": one.policy_changed,
        "engine": list(one.engine) if one.engine else None,
        "calendar": list(one.calendar) if one.calendar else None,
        "differences": [{"path": d.path, "recorded": d.recorded, "now": d.now} for d in one.differences],
    }


@dataclass
class _Policies:
    """Where policies are looked for: by their SHA-256 first, then by their id."""

    file: str | None
    folder: str | None
    record: str
    lang: Lang
    _compiled: dict[str, Compiled] = field(default_factory=dict)
    _digests: dict[str, str] | None = None

    def of(self, record: Record) -> Compiled:
        """The policy for a record: the file given; else the same file by its hash; else the one of that name today.

        Raises:
            WorkspaceError: when there is none.
        """
        if self.file is not None:
            return self._compile(policy_path(self.file))
        made = record["policy"]
        if self._digests is None:
            self._digests = {_sha256(path): path for path in reversed(self._candidates())}
        same = self._digests.get(made["sha256"])
        if same is not None:
            return self._compile(same)
        named = next((f for f in self._candidates() if Path(f).name == f"{made['id']}.pol"), None)
        if named is None and self.folder is not None:
            raise WorkspaceError(
                f"文件夹“{self.folder}”里没有办法“{made['id']}”（《{made['title']}》）",
                f"the folder {self.folder} has no policy {made['id']}",
            )
        return self._compile(named or policy_path(made["id"]))

    def _candidates(self) -> list[str]:
        if self.folder is not None:
            if not Path(self.folder).is_dir():
                raise WorkspaceError(f"找不到文件夹“{self.folder}”", f"no such folder: {self.folder}")
            return files_under((self.folder,), (".pol",))
        beside = [] if self.record == "-" else [Path(self.record).parent]
        folders = [*beside, Path("policies"), policies_folder()]
        return [str(path) for folder in folders for path in sorted(folder.glob("*.pol"))]

    def _compile(self, path: str) -> Compiled:
        if path not in self._compiled:
            self._compiled[path] = compile_file(path)
        return self._compiled[path]


def _sha256(path: str) -> str:
    return hashlib.sha256(read_bytes(path)).hexdigest()
