"""``policylang audit``: the ledger of a policy against the official text, and what a change of the text touches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policylang.cli.actions import (
    FINDINGS,
    OK,
    RefusedError,
    as_written,
    compiled_policy,
    fail,
    official_text,
    say,
    show,
)
from policylang.source.diagnostic import has_errors
from policylang.source.refusals import reason
from policylang.source.text import SourceText, decode
from policylang.workspace import (
    WorkspaceError,
    case_files,
    fingerprint_file,
    policy_path,
    read_bytes,
    write_text,
)

if TYPE_CHECKING:
    from policylang.cases.files import Case
    from policylang.cli.language import Lang
    from policylang.measure.fingerprint import Fingerprints
    from policylang.measure.official import OfficialText
    from policylang.semantics import ir


def audit_file(
    policy: str, text: str | None, against: str | None, cases: tuple[str, ...], form: str, *, accept: bool, lang: Lang
) -> int:
    """Audit a policy and print the report."""
    from policylang.audit.check import audit
    from policylang.audit.render import audit_document, audit_text

    try:
        if text is None and (accept or against is not None):
            raise WorkspaceError("--accept 和 --against 要和 --text 一起用", "--accept and --against need --text")
        _, core = compiled_policy(policy, lang)
        place = fingerprint_file(policy_path(policy))
        now = official_text(text, lang) if text is not None else None
        before = official_text(against, lang) if against is not None else None
        kept = _kept(place, core, lang)
        if accept and now is not None:
            kept = _accept(place, core, now, kept, lang)
        found = audit(core, now, kept, (), before)
        if found.changes:  # only a change asks for the cases
            found = audit(core, now, kept, _cases(core, policy, cases, lang), before)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    if form == "json":
        click.echo(json.dumps(audit_document(found), ensure_ascii=False, indent=2))
    else:
        click.echo(audit_text(found, lang, source=Path(text).name if text else ""), nl=False)
    return OK if found.clean else FINDINGS


def _kept(place: str | None, policy: ir.Policy, lang: Lang) -> Fingerprints | None:
    """The fingerprints kept beside the policy, if there are any."""
    from policylang.facts.fingerprint_file import read_fingerprints

    if place is None or not Path(place).exists():
        return None
    source, faults = decode(read_bytes(place), place)
    found = None
    if source is not None:
        found, more = read_fingerprints(source)
        faults = (*faults, *more)
    if found is None or has_errors(faults):
        show(faults, source or SourceText(place, ""), lang)
        raise RefusedError(FINDINGS)
    if found.measure != policy.id:
        raise WorkspaceError(
            f"“{place}”是办法“{found.measure}”的指纹，不是“{policy.id}”的",
            f"{place} has the fingerprints of {found.measure}, not of {policy.id}",
        )
    return found


def _accept(place: str | None, policy: ir.Policy, text: OfficialText, kept: Fingerprints | None, lang: Lang) -> Fingerprints:
    """Keep the fingerprints of this text, and say what was written."""
    from policylang.facts.fingerprint_file import written

    if place is None:
        raise WorkspaceError("办法来自标准输入，没有地方留存指纹", "a policy from standard input has no place to keep fingerprints")
    fresh = text.fingerprints(policy.id)
    before, after = dict(kept.digests) if kept else {}, dict(fresh.digests)
    new = len(after.keys() - before.keys())
    gone = len(before.keys() - after.keys())
    other = sum(clause in before and before[clause] != digest for clause, digest in after.items())
    if kept == fresh:
        say(f"指纹没有变化：{place}" if lang == "zh" else f"the fingerprints are unchanged: {place}")
        return fresh
    try:
        Path(place).parent.mkdir(exist_ok=True)
    except OSError as fault:
        raise WorkspaceError(f"写不了“{place}”：{reason(fault).zh}", f"cannot write {place}: {reason(fault).en}") from None
    write_text(place, written(fresh))
    say(
        f"已留存指纹 {place}：共{len(after)}处，新增{new}，改动{other}，删去{gone}"
        if lang == "zh"
        else f"fingerprints kept in {place}: {len(after)} in all, {new} new, {other} changed, {gone} removed"
    )
    return fresh


def _cases(core: ir.Policy, policy: str, paths: tuple[str, ...], lang: Lang) -> list[Case]:
    """The cases of the policy among those named, or those beside it."""
    from policylang.cases.files import read_cases

    if not paths:
        beside = Path(policy_path(policy)).parent / "cases"
        paths = (str(beside),) if policy != "-" and beside.is_dir() else ()
    found: list[Case] = []
    for path in case_files(paths) if paths else ():
        data = read_bytes(path)
        read, faults = read_cases(data, path)
        show(faults, as_written(data, path), lang)
        found += read.cases if read else ()
    return [case for case in found if case.measure in {core.id, Path(policy).stem}]
