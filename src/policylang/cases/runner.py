"""Running cases: each under its readings, then under each alternative it lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policylang.cases.compare import Mismatch, compare
from policylang.cases.population import compare_population, run_population
from policylang.explain.document import outcome_document
from policylang.explain.population import quota_document
from policylang.explain.text import Report
from policylang.facts.nodes import Mapping
from policylang.facts.typed import read_facts
from policylang.runtime.interpreter import evaluate
from policylang.runtime.outcome import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.cases.files import Case
    from policylang.facts.model import FactError
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went: its mismatches, none when it passed. ``trace`` explains the outcomes that differ."""

    case: Case
    variant: str
    mismatches: tuple[Mismatch, ...]
    trace: str = ""
    document: dict[str, Any] | None = None

    @property
    def passed(self) -> bool:
        """True when every expectation was met."""
        return not self.mismatches

    @property
    def id(self) -> str:
        """The case's id, with the alternative it was run under."""
        return f"{self.case.id}［{self.variant}］" if self.variant else self.case.id


def run_case(policy: ir.Policy, case: Case, calendar: Calendar | None = None) -> Iterator[CaseResult]:
    """The results of a case: its own, and one for each alternative."""
    yield _run(policy, case, "", case.expect, calendar)
    for alternative in case.alternatives:
        yield _run(policy, case, alternative.reading, alternative.expect, calendar)


def _run(
    policy: ir.Policy, case: Case, variant: str, expect: dict[str, Any], calendar: Calendar | None
) -> CaseResult:
    readings, body, facts = dict(case.readings), case.body, case.facts
    if variant.startswith("fact:"):
        absent = variant.removeprefix("fact:").split()[0]
        facts = Mapping(tuple((k, v) for k, v in facts.entries if k.text != absent), facts.span)
    elif variant:
        name, _, option = variant.partition("=")
        readings[name.strip()] = option.strip()
    try:
        if case.population:
            return _population(policy, case, variant, expect, readings, body, calendar)
        typed, errors = read_facts(policy, facts)
        if errors:
            outcome = _rejected(policy, case, errors, calendar)
            outcome = _with_contradictions(policy, case, typed, readings, outcome, calendar)
        else:
            outcome = evaluate(policy, typed, case.as_of, case.year, readings, calendar)
    except KeyError as unknown:
        return CaseResult(case, variant, (Mismatch("readings", str(unknown.args[0]), "（没有这个读法）"),))
    document = outcome_document(outcome)
    mismatches = tuple(compare(expect, document))
    trace = _trace(outcome, mismatches) if mismatches else ""
    return CaseResult(case, variant, mismatches, trace, document)


def _rejected(policy: ir.Policy, case: Case, errors: tuple[FactError, ...], calendar: Calendar | None) -> Outcome:
    year = case.year or case.as_of.year
    found = tuple(Rejection(e.path, e.message.zh, e.message.en) for e in errors)
    return Outcome(policy, case.as_of, year, (), calendar.version if calendar else "", rejections=found)


def _with_contradictions(
    policy: ir.Policy, case: Case, typed: Any, readings: dict[str, str], outcome: Outcome, calendar: Calendar | None
) -> Outcome:
    """Facts that are readable may still contradict each other: all mistakes in one run."""
    from dataclasses import replace

    more = evaluate(policy, typed, case.as_of, case.year, readings, calendar).rejections
    return replace(outcome, rejections=(*outcome.rejections, *more))


def _population(
    policy: ir.Policy, case: Case, variant: str, expect: dict[str, Any], readings: dict[str, str], body: Mapping,
    calendar: Calendar | None,
) -> CaseResult:  # fmt: skip
    results, errors = run_population(policy, body, case.as_of, case.year, readings, calendar)
    if errors:
        return CaseResult(case, variant, tuple(Mismatch(e.path, "", e.message.zh) for e in errors))
    return CaseResult(case, variant, tuple(compare_population({"rule": case.expect.get("rule"), **expect}, [quota_document(r) for r in results])))


def _trace(outcome: Outcome, mismatches: tuple[Mismatch, ...]) -> str:
    """The explanation of the first outcome that differs."""
    if outcome.rejections:
        return "\n".join(f"  {r.path}：{r.zh}" for r in outcome.rejections)
    report = Report(outcome, "zh")
    first = mismatches[0].path.partition(".")[0].partition("[")[0]
    names = {d.outcome.id for d in outcome.decisions}
    if first in names:
        return "\n".join(report.explain(first).splitlines()[2:])
    if first == "money":
        wanted = [d.outcome.id for d in outcome.lines]
        return "\n".join(line for name in dict.fromkeys(wanted) for line in report.explain(name).splitlines()[2:])
    return ""
