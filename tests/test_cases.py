"""Every case of the measures and of the worked example, and every alternative of it, one test each; what they cover."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policylang.cases.coverage import Recorder, per_thousand
from policylang.cases.files import CaseFile, get, read_cases
from policylang.cases.runner import run_case
from policylang.cli.covering import coverage_text
from policylang.compiler import compile_policy
from policylang.workspace import case_files, compile_file, policies_folder, policy_of_case

if TYPE_CHECKING:
    from policylang.cases.runner import CaseResult
    from policylang.compiler import Compiled
    from policylang.semantics import ir

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "qingwu"
FILES = case_files((str(policies_folder() / "cases"), str(EXAMPLE / "cases")))
MEASURES = sorted(str(path) for folder in (policies_folder(), EXAMPLE) for path in folder.glob("*.pol"))


@cache
def read(path: str) -> CaseFile:
    found, faults = read_cases(Path(path).read_bytes(), path)
    assert found is not None
    assert faults == ()
    return found


@cache
def compiled(path: str) -> Compiled:
    return compile_policy(Path(path).read_bytes(), path)


def policy(measure: str, path: str) -> ir.Policy:
    found = policy_of_case(measure, path)
    assert found is not None, measure
    core = compiled(found).policy
    assert core is not None, measure
    return core


@cache
def results(path: str, place: int) -> tuple[CaseResult, ...]:
    """A case of a file and its alternatives."""
    case = read(path).cases[place]
    return tuple(run_case(policy(case.measure, path), case))


@cache
def kept(path: str) -> ir.Policy | None:
    """A measure as the commands after the first have it."""
    return [compile_file(path), compile_file(path)][1].policy


@cache
def recorder() -> tuple[Recorder, list[str]]:
    """What came out in all cases of all measures, on cores that were kept; and which cases failed."""
    found, failed = Recorder(), []
    for path in FILES:
        for case in read(path).cases:
            core = kept(str(Path(policy_of_case(case.measure, path) or "").resolve()))
            assert core is not None
            failed += [result.id for result in run_case(core, case, recorder=found) if not result.passed]
    return found, failed


def every_case():
    for path in FILES:
        for place, case in enumerate(read(path).cases):
            for number, variant in enumerate(("", *(a.reading for a in case.alternatives))):
                name = f"{case.id}[{variant}]" if variant else case.id
                yield pytest.param(path, place, number, id=name)


@pytest.mark.parametrize(("path", "place", "number"), list(every_case()))
def test_case(path: str, place: int, number: int) -> None:
    result = results(path, place)[number]
    told = "\n".join(f"{m.path}: expected {m.expected}, got {m.got}" for m in result.mismatches)
    assert result.passed, f"{result.id} {result.case.name}\n{told}\n{result.trace}"


@pytest.mark.parametrize("path", MEASURES, ids=lambda path: Path(path).stem)
def test_the_cases_cover_every_rule_and_nearly_every_condition(path: str) -> None:
    core = kept(path)
    assert core is not None
    coverage = recorder()[0].coverage(core)
    told = coverage_text(coverage, compiled(path).source, "zh")
    assert per_thousand(coverage.rules) == 1000, told
    assert per_thousand(coverage.conditions) >= 950, told


def test_the_cases_pass_on_cores_that_were_kept() -> None:
    for path in MEASURES:
        assert kept(path) == compiled(path).policy
    assert recorder()[1] == []


def test_there_are_cases() -> None:
    assert {Path(path).stem for path in FILES} >= {"liuzhou", "luzhou", "population"}


def test_each_case_has_a_name_of_its_own_and_a_reason() -> None:
    for path in FILES:
        cases = read(path).cases
        names = [(case.measure, case.name) for case in cases]
        assert len(set(names)) == len(names), sorted(n for n in names if names.count(n) > 1)
        assert all(case.name for case in cases)
        assert [case.id for case in cases if get(case.body, "why", "理由") is None] == []
