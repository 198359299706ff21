"""Running cases: each under its readings, then under each alternative it lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policylang.cases.compare import Mismatch, compare, shown, text
from policylang.cases.population import compare_population, run_population
from policylang.explain.document import outcome_document
from policylang.explain.population import population_document
from policylang.explain.text import Report
from policylang.facts.nodes import Mapping
from policylang.facts.typed import read_facts
from policylang.runtime.interpreter import evaluate
from policylang.runtime.outcome import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.cases.coverage import Recorder
    from policylang.cases.files import Case
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


def run_case(
    policy: ir.Policy, case: Case, calendar: Calendar | None = None, recorder: Recorder | None = None
) -> Iterator[CaseResult]:
    """The results of a case: its own, and one for each alternative. A ``recorder`` remembers what came out."""
    yield _run(policy, case, "", case.expect, calendar, recorder)
    for alternative in case.alternatives:
        yield _run(policy, case, alternative.reading, alternative.expect, calendar, recorder)


def _run(
    policy: ir.Policy, case: Case, variant: str, expect: dict[str, Any], calendar: Calendar | None,
    recorder: Recorder | None,
) -> CaseResult:  # fmt: skip
    facts, chosen = case.facts, dict(case.readings)
    if variant.startswith("fact:"):
        absent = variant.removeprefix("fact:").split()[0]
        kept = tuple((key, value) for key, value in facts.entries if key.text != absent)
        if len(kept) == len(facts.entries):
            return CaseResult(case, variant, (Mismatch("facts", absent, "（案例没有写这一事实）"),))
        facts = Mapping(kept, facts.span)
    elif variant:
        name, _, option = variant.partition("=")
        chosen[name.strip()] = option.strip()
    try:
        readings = resolved(policy, chosen)
    except KeyError as unknown:
        return CaseResult(case, variant, (Mismatch("readings", str(unknown.args[0]), "（没有这个读法）"),))
    if case.population:
        return CaseResult(case, variant, _population(policy, case, expect, readings, calendar, recorder))
    typed, errors = read_facts(policy, facts)
    decide = evaluate if recorder is None or errors else recorder.evaluate
    outcome = decide(policy, typed, case.as_of, case.year, readings, calendar)
    if errors:  # facts that are readable may still contradict each other: all mistakes in one run
        found = tuple(Rejection(e.path, e.message.zh, e.message.en) for e in errors)
        head = (policy, outcome.as_of, outcome.year, outcome.readings, outcome.calendar)
        outcome = Outcome(*head, rejections=(*found, *outcome.rejections))
    document = outcome_document(outcome)
    mismatches = tuple(compare(expect, document))
    trace = _trace(outcome, mismatches) if mismatches else ""
    return CaseResult(case, variant, mismatches, trace, document)


def resolved(policy: ir.Policy, chosen: dict[str, str]) -> dict[str, str]:
    """Readings and options by id, from their ids or names.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
    """
    found = {}
    for name, option in chosen.items():
        reading = next((r for r in policy.readings if name in (r.id, r.name)), None)
        if reading is None:
            raise KeyError(name)
        meant = next((o for o in reading.options if option in (o.id, o.name)), None)
        if meant is None:
            raise KeyError(f"{name}={option}")
        found[reading.id] = meant.id
    return found


def _population(
    policy: ir.Policy, case: Case, expect: dict[str, Any], readings: dict[str, str], calendar: Calendar | None,
    recorder: Recorder | None,
) -> tuple[Mismatch, ...]:  # fmt: skip
    """What differs in the findings on a list of stations, or in what is wrong with the list."""
    results, errors = run_population(policy, case.body, case.as_of, case.year, readings, calendar, recorder)
    told = [(f"{e.path}: {e.message.en}", e.path) for e in errors]
    differ = list(shown("errors", expect.get("errors", []), told))
    rest = {key: value for key, value in expect.items() if key != "errors"}
    if errors:
        return (*differ, *(Mismatch(key, text(value), "（名单有误，没有核对）") for key, value in rest.items()))
    if rest and "rules" not in rest:  # an alternative states only what changes, for the rule that the case is about
        rest = {"rule": case.expect.get("rule"), **rest}
    return (*differ, *(compare_population(rest, population_document(results, policy)) if rest else ()))


def _trace(outcome: Outcome, mismatches: tuple[Mismatch, ...]) -> str:
    """The explanation of the first outcome that differs."""
    if outcome.rejections:
        return "\n".join(f"  {r.path}：{r.zh}" for r in outcome.rejections)
    report = Report(outcome, "zh")
    first = mismatches[0].path.partition(".")[0].partition("[")[0]
    if any(first in (d.outcome.id, d.outcome.name) for d in outcome.decisions):
        return _reasons(report, first)
    if first == "money":
        wanted = [d.outcome.id for d in outcome.lines]
        return "\n".join(_reasons(report, name) for name in dict.fromkeys(wanted))
    return ""


def _reasons(report: Report, wanted: str | None) -> str:
    """Why results are what they are, without the measure and the day above."""
    return "\n".join(line for part in report.parts(wanted) for line in part)
