"""The measures and the vocabulary that come with policylang, read once, and profiles put before them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from policylang.comparison.build import columns, compare, decide, drawn
from policylang.facts.profile_file import Profile, read_profile
from policylang.facts.vocabulary_file import read_vocabulary
from policylang.semantics.calendar import Calendar
from policylang.source.text import SourceText
from policylang.workspace import compile_file, policies_folder, policy_path

if TYPE_CHECKING:
    from datetime import date

    from policylang.comparison.model import Cell, Comparison
    from policylang.facts.vocabulary import Vocabulary
    from policylang.runtime.outcome import Outcome
    from policylang.source.diagnostic import Diagnostic

WORDS = "vocabulary.yaml"


@cache
def vocabulary() -> Vocabulary:
    text = (policies_folder() / WORDS).read_text(encoding="utf-8")
    found, faults = read_vocabulary(SourceText(WORDS, text))
    assert faults == ()
    assert found is not None
    return found


@cache
def across():
    compiled = [compile_file(policy_path(measure)) for measure in vocabulary().measures]
    return columns(vocabulary(), [(c.policy, c.digest) for c in compiled])


def policies():
    return {column.id: column.policy for column in across()}


def profile(text: str) -> tuple[Profile | None, tuple[Diagnostic, ...]]:
    return read_profile(vocabulary(), policies(), SourceText("概况.yaml", text), "yaml")


@cache
def plain() -> Comparison:
    return compare(vocabulary(), across())


def decided(text: str, as_of: date, year: int) -> tuple[Comparison, tuple[Outcome, ...], Profile]:
    found, faults = profile(text)
    assert faults == ()
    assert found is not None
    comparison, outcomes = decide(plain(), vocabulary(), found, as_of, year, {}, Calendar.official())
    return comparison, outcomes, found


@cache
def pictured() -> Comparison:
    return drawn(plain(), vocabulary(), None, {})


def cell(comparison: Comparison, dimension: str, measure: str, *, rules: bool = False) -> Cell:
    rows = comparison.rules if rules else (*comparison.results, *comparison.facts)
    row = next(r for r in rows if r.id == dimension)
    return row.cells[[c.id for c in comparison.columns].index(measure)]


def said(found: Cell) -> str:
    return "\n".join(line.zh for line in found.lines)
