"""``policylang test``: run golden cases, say what differs and why, and keep the score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import click

from policylang.cases.coverage import Recorder, per_thousand
from policylang.cases.files import Case, CaseFile, read_cases
from policylang.cases.runner import CaseResult, run_case
from policylang.cli.actions import FAILURE, FINDINGS, OK, as_written, fail, say, show
from policylang.cli.covering import coverage_text, percent
from policylang.source.diagnostic import has_errors
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
    from policylang.compiler import Compiled
    from policylang.semantics.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Least:
    """The least percentages of rules and conditions that cases must cover; None where nothing is asked."""

    rules: int | None = None
    conditions: int | None = None


@dataclass(slots=True)
class Score:
    """What was run; the policies by file, or by where they were looked for."""

    results: list[tuple[str, CaseResult]] = field(default_factory=list)
    unreadable: int = 0
    policies: dict[str, Compiled | None] = field(default_factory=dict)
    recorder: Recorder | None = None

    @property
    def failed(self) -> int:
        """How many cases failed or could not be run."""
        return sum(not r.passed for _, r in self.results) + self.unreadable


def run_tests(
    paths: tuple[str, ...], folder: str | None, junit: str | None, *, update: bool, lang: Lang,
    coverage: Least | None = None,
) -> int:  # fmt: skip
    """Run all cases below the paths; with ``coverage`` say what they cover, which must not be less than that."""
    score = Score(recorder=None if coverage is None else Recorder())
    try:
        calendar, _, _ = read_calendar(None)
        files = case_files(paths)
        if not files:
            raise WorkspaceError("这里没有案例文件", "there are no case files here")
        for path in files:
            _file(path, folder, calendar, score, update=update, lang=lang)
        if junit is not None:
            write_text(junit, _junit(score))
    except WorkspaceError as fault:
        return fail(fault, lang)
    covered = coverage is None or _covered(score, coverage, lang)
    passed = sum(r.passed for _, r in score.results)
    click.echo(f"{passed} passed, {score.failed} failed")
    return FINDINGS if score.failed or not covered else OK if score.results else FAILURE


def _covered(score: Score, least: Least, lang: Lang) -> bool:
    """Report what the cases cover of each measure; False when that is less than asked for."""
    enough = True
    for compiled in score.policies.values():
        if score.recorder is None or compiled is None or compiled.policy is None:
            continue
        coverage = score.recorder.coverage(compiled.policy)
        click.echo(f"\n{coverage_text(coverage, compiled.source, lang)}")
        for points, wanted, zh, en in (
            (coverage.rules, least.rules, "规则", "rules"),
            (coverage.conditions, least.conditions, "条件", "conditions"),
        ):
            if wanted is not None and per_thousand(points) < wanted * 10:
                enough = False
                name, reached = compiled.policy.id, percent(points)
                say(
                    f"{name}：{zh}覆盖{reached}%，不到{wanted}%"
                    if lang == "zh"
                    else f"{name}: {reached}% of the {en} covered, not {wanted}%"
                )
    return enough


def _file(path: str, folder: str | None, calendar: Calendar, score: Score, *, update: bool, lang: Lang) -> None:
    data = read_bytes(path)
    read, faults = read_cases(data, path)
    show(faults, as_written(data, path), lang)
    if read is None or has_errors(faults):
        score.unreadable += 1
    if read is None:
        return
    results = []
    for case in read.cases:
        compiled = _policy(case, path, folder, score.policies, lang)
        if compiled is None or compiled.policy is None:
            score.unreadable += 1
            continue
        for result in run_case(compiled.policy, case, calendar, score.recorder):
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
    case: Case, path: str, folder: str | None, policies: dict[str, Compiled | None], lang: Lang
) -> Compiled | None:
    """The policy of a case, compiled once; why it cannot be used is said once."""
    found = policy_of_case(case.measure, path, folder)
    key = found or f"{case.measure}@{path}"
    if key not in policies:
        policies[key] = compiled = compile_file(found) if found is not None else None
        if compiled is None:
            say(
                f"{path}：找不到办法“{case.measure}”的文件"
                if lang == "zh"
                else f"{path}: no policy file for “{case.measure}”"
            )
        elif compiled.policy is None:
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
