"""The golden cases of the five measures: what the interpreter decides of each, every engine decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from differential.answering import unlike
from differential.batches import POLICIES, real_policy
from policylang.cases.files import read_cases
from policylang.cases.runner import resolved
from policylang.facts.nodes import Mapping
from policylang.facts.typed import read_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from policylang.cases.files import Case
    from policylang.facts.model import Facts

    #: A day, an assessment year and readings.
    Question = tuple[date, int | None, tuple[tuple[str, str], ...]]


def questions(name: str) -> dict[Question, list[Facts]]:
    """The stations of all cases of a measure, and of their alternatives, by what is asked of them."""
    found: dict[Question, list[Facts]] = {}
    cases, faults = read_cases((POLICIES / "cases" / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    assert cases is not None, faults
    for case in cases.cases:
        for question, facts in _asked(name, case):
            found.setdefault(question, []).append(facts)
    return found


def _asked(name: str, case: Case) -> Iterator[tuple[Question, Facts]]:
    policy = real_policy(name)
    for variant in ("", *(other.reading for other in case.alternatives)):
        tree, chosen = case.facts, dict(case.readings)
        if variant.startswith("fact:"):
            absent = variant.removeprefix("fact:").split()[0]
            tree = Mapping(tuple((key, value) for key, value in tree.entries if key.text != absent), tree.span)
        elif variant:
            reading, _, option = variant.partition("=")
            chosen[reading.strip()] = option.strip()
        facts, errors = read_facts(policy, tree)
        if not errors:
            yield (case.as_of, case.year, tuple(resolved(policy, chosen).items())), facts


def unlike_golden(name: str, part: slice = slice(None), engines: Sequence[str] = ("meaning", "arrays", "python")) -> list[str]:
    """Where an engine differs from the interpreter, of the stations of a ``part`` of the questions."""
    asked = list(questions(name).items())[part]
    return [
        f"{name}, {as_of}, {year}, {dict(readings)}: {line}"
        for (as_of, year, readings), stations in asked
        for line in unlike(real_policy(name), stations, as_of, year, dict(readings), engines=engines)
    ]
