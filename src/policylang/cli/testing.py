"""``policylang test``: run golden cases, say what differs and why, and keep the score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import click

from policylang.cases.files import Case, CaseFile, read_cases
from policylang.cases.runner import CaseResult, run_case
from policylang.cli.actions import FAILURE, FINDINGS, OK, fail, say, show
from policylang.source.diagnostic import has_errors
from policylang.source.text import SourceText
from policylang.workspace import (
    WorkspaceError,
    case_files,
    compile_file,
    policy_of_case,
    read_bytes,
    read_calendar,
    write_text,
)

if TYPE_CHECKING:
    from policylang.cli.language import Lang
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar


@dataclass(slots=True)
class Score:
    """What was run."""

    results: list[tuple[str, CaseResult]] = field(default_factory=list)
    unreadable: int = 0

    @property
    def failed(self) -> int:
        """How many cases failed or could not be run."""
        return sum(not r.passed for _, r in self.results) + self.unreadable


def run_tests(paths: tuple[str, ...], folder: str | None, junit: str | None, *, update: bool, lang: Lang) -> int:
    """Run all cases below the paths."""
    score = Score()
    policies: dict[str, ir.Policy | None] = {}
    try:
        calendar, _, _ = read_calendar(None)
        files = case_files(paths)
        if not files:
            raise WorkspaceError("这里没有案例文件", "there are no case files here")
        for path in files:
            _file(path, folder, policies, calendar, score, update=update, lang=lang)
        if junit is not None:
            write_text(junit, _junit(score))
    except WorkspaceError as fault:
        return fail(fault, lang)
    passed = sum(r.passed for _, r in score.results)
    click.echo(f"{passed} passed, {score.failed} failed")
    return FINDINGS if score.failed else OK if score.results else FAILURE


def _file(
    path: str, folder: str | None, policies: dict[str, ir.Policy | None], calendar: Calendar, score: Score, *,
    update: bool, lang: Lang,
) -> None:  # fmt: skip
    read, faults = read_cases(read_bytes(path), path)
    show(faults, read.source if read else SourceText(path, ""), lang)
    if read is None or has_errors(faults):
        score.unreadable += 1
    if read is None:
        return
    results = []
    for case in read.cases:
        policy = _policy(case, path, folder, policies, lang)
        if policy is None:
            score.unreadable += 1
            continue
        for result in run_case(policy, case, calendar):
            results.append(result)
            score.results.append((path, result))
            if not result.passed:
                _tell(path, read, result, lang)
    failed = sum(not r.passed for r in results)
    name = (
        f"{path}：{len(results)}项，{failed}项不符" if lang == "zh" else f"{path}: {len(results)} run, {failed} differ"
    )
    click.echo(name)
    if update and failed:
        from policylang.cases.update import updated

        text, changed, kept = updated(read, [r for r in results if not r.passed])
        if changed:
            write_text(path, text)
        say(
            f"已改写{changed}处期望；{kept}处须手工改"
            if lang == "zh"
            else f"{changed} expectations rewritten, {kept} to be changed by hand"
        )


def _policy(
    case: Case, path: str, folder: str | None, policies: dict[str, ir.Policy | None], lang: Lang
) -> ir.Policy | None:
    """The policy of a case, compiled once; why it cannot be used is said once."""
    key = f"{case.measure}@{path}"
    if key not in policies:
        found = policy_of_case(case.measure, path, folder)
        policies[key] = None
        if found is None:
            say(
                f"{path}：找不到办法“{case.measure}”的文件"
                if lang == "zh"
                else f"{path}: no policy file for “{case.measure}”"
            )
        else:
            compiled = compile_file(found)
            policies[key] = compiled.policy
            if compiled.policy is None:
                show(compiled.diagnostics, compiled.source, lang)
    return policies[key]


def _tell(path: str, read: CaseFile, result: CaseResult, lang: Lang) -> None:
    """Expected, got, and the trace of the difference."""
    line = read.source.position(result.case.span.start).line if result.case.span else 1
    zh = lang == "zh"
    click.echo(f"{'不符' if zh else 'FAILED'}  {path}:{line}  {result.id}  {result.case.name}")
    for mismatch in result.mismatches:
        click.echo(f"    {mismatch.path}")
        click.echo(f"      {'期望' if zh else 'expected'}  {mismatch.expected}")
        click.echo(f"      {'实得' if zh else 'got     '}  {mismatch.got}")
    if result.trace:
        click.echo("\n".join(f"    | {row}" for row in result.trace.splitlines() if row))


def _junit(score: Score) -> str:
    suite = ET.Element(
        "testsuite", name="policylang", tests=str(len(score.results)), failures=str(score.failed), errors="0"
    )
    for path, result in score.results:
        case = ET.SubElement(suite, "testcase", classname=path, name=result.id)
        if not result.passed:
            text = "\n".join(f"{m.path}: expected {m.expected}, got {m.got}" for m in result.mismatches)
            ET.SubElement(case, "failure", message=result.case.name).text = text
    ET.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
