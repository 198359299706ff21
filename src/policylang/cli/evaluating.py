"""``policylang eval``: decide a station, or hold the quotas of a measure against all stations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from policylang.cli.actions import (
    FAILURE,
    FINDINGS,
    NEGATIVE,
    OK,
    UNDETERMINED,
    RefusedError,
    calendar_asked,
    compiled_policy,
    decide,
    fail,
    known_outcome,
    readings_asked,
    readings_of_list,
    say,
    show,
    time_of_list,
)
from policylang.workspace import WorkspaceError, notation, read_bytes

if TYPE_CHECKING:
    from policylang.cli.language import Lang
    from policylang.runtime.outcome import Outcome


def eval_file(
    policy: str, facts: str, form: str, exit_on: str | None, *, population: bool, all_readings: bool, lang: Lang,
    **asked: Any,
) -> int:  # fmt: skip
    """Decide a station, or hold the quotas against a list of stations; under all readings where that is asked for."""
    from policylang.cli.recording import check_asked, keep_record

    try:
        check_asked(facts, asked, population=population)
        if population:
            return _population(policy, facts, form, all_readings=all_readings, lang=lang, **asked)
        decided = decide(policy, facts, lang, all_readings=all_readings, **asked)
        from policylang.explain.document import outcome_document
        from policylang.explain.text import Report

        if form == "json":
            document = outcome_document(
                decided.outcome, digest=decided.compiled.digest, comparisons=decided.comparisons
            )
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            click.echo(Report(decided.outcome, lang, comparisons=decided.comparisons).overview(), nl=False)
        keep_record(decided, facts, asked, lang)
        if decided.outcome.rejections:
            return FINDINGS
        return OK if exit_on is None else _exit_code(decided.outcome, exit_on, lang)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)


def _exit_code(outcome: Outcome, wanted: str, lang: Lang) -> int:
    known_outcome(outcome.policy, wanted, lang)
    found = [
        d for d in outcome.decisions if wanted in (d.outcome.id, d.outcome.name) and d.year in (None, outcome.year)
    ]
    for decision in found:
        if decision.value is None:
            return UNDETERMINED
        return (
            OK
            if decision.value == decision.outcome.levels[0] or decision.value != decision.outcome.levels[-1]
            else NEGATIVE
        )
    for line in (x for x in outcome.lines if wanted in (x.outcome.id, x.outcome.name)):
        if line.status in {"undetermined", "conflict"}:
            return UNDETERMINED
        if line.status == "not_due":
            return NEGATIVE
    return OK


def _population(policy: str, facts: str, form: str, *, all_readings: bool, lang: Lang, **asked: Any) -> int:
    from policylang.cases.population import read_population
    from policylang.explain.document import comparison_documents
    from policylang.explain.phrases import Phrases
    from policylang.explain.population import population_document, population_text, station_text
    from policylang.explain.readings import Readings
    from policylang.facts.nodes import Mapping
    from policylang.facts.tree import load_tree
    from policylang.runtime.alternatives import compare_population_readings
    from policylang.runtime.outcome import Outcome
    from policylang.runtime.quotas import evaluate_population
    from policylang.source.text import SourceText, decode

    _, core = compiled_policy(policy, lang)
    source, faults = decode(read_bytes(facts), facts)
    tree = None
    if source is not None:
        tree, more = load_tree(source, notation(facts))
        faults = (*faults, *more)
    if not isinstance(tree, Mapping):
        show(faults, source or SourceText(facts, ""), lang)
        return FINDINGS
    stations, shared, errors = read_population(core, tree)
    if errors:
        for mistake in errors:
            say(f"{mistake.path}：{mistake.message.zh}" if lang == "zh" else str(mistake))
        return FINDINGS
    as_of, year = time_of_list(tree, asked, lang)
    chosen = (*readings_of_list(tree), *asked["readings"])
    readings, calendar = readings_asked(core, chosen, lang), calendar_asked(asked["calendar"], lang)
    question = (core, stations, shared, as_of, year, readings, calendar)
    results, comparisons = (
        compare_population_readings(*question) if all_readings else (evaluate_population(*question), None)
    )
    findings: Any = population_document(results, core)
    if comparisons is not None:
        findings = {"findings": findings, "readings_compared": comparison_documents(core, comparisons)}
    if form == "json":
        click.echo(json.dumps(findings, ensure_ascii=False, indent=2))
        return OK
    told: str | None = population_text(results, core, lang)
    if asked.get("station") is not None:
        told = station_text(results, core, asked["station"], lang)
    if told is None:
        name = asked["station"]
        zh, en = f"清单里没有工作站“{name}”，或没有限额涉及它", f"no station “{name}” in the list, or no quota concerns it"
        say(zh if lang == "zh" else en)
        return FAILURE
    click.echo(told, nl=False)
    if comparisons is not None:
        nothing_decided = Outcome(core, as_of, year or as_of.year, (), calendar.version)
        click.echo("\n" + Readings(Phrases(nothing_decided, lang)).section(comparisons), nl=False)
    return OK
