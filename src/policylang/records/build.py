"""A record made: what was asked, on which facts, under which policy, and what came out, in one JSON document.

Who ran it, when, and who signs stand under ``run``: hashed with everything else, and no part of what a replay computes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from policylang.explain.document import outcome_document
from policylang.facts.canonical import canonical
from policylang.records.canonical import digest, exact, sealed
from policylang.records.places import places
from policylang.runtime.interpreter import evaluate
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.facts.model import Attestation, Facts
    from policylang.facts.tree import Kind
    from policylang.records.names import Pseudonyms
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.source.text import SourceText

SCHEMA = "urn:policylang:record:1"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """When it was decided (ISO, with the offset from UTC), who ran it and who signs; None where it was not said."""

    at: str
    by: str | None = None
    signed_by: str | None = None


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The facts as they were handed in: the name of the file without folders, its bytes, its text and notation."""

    name: str
    data: bytes
    source: SourceText
    kind: Kind


@dataclass(frozen=True, slots=True)
class Question:
    """What is decided: the facts of one station, and how they are to be read."""

    policy: ir.Policy
    sha256: str
    facts: Facts
    as_of: date
    year: int
    readings: Mapping[str, str]
    calendar: Calendar
    attestations: Mapping[str, Attestation] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        """The question decided."""
        return evaluate(self.policy, self.facts, self.as_of, self.year, dict(self.readings), self.calendar)


def contents(question: Question, file: FactsFile, station: str, names: Pseudonyms | None) -> Record:
    """Everything of a record but its place in a log, the run and its hash; without names where there are codes for them."""
    code = names.code if names is not None else str
    if names is not None:
        question = replace(question, facts=names.hide(question.policy, question.facts))
    return {
        "schema": SCHEMA,
        "station": code(station),
        "names": "as_written" if names is None else "coded",
        "facts_file": {"name": code(file.name), "sha256": hashlib.sha256(file.data).hexdigest()},
        "sources": _sources(question.policy, file),
        **computed(question),
    }


def computed(question: Question) -> Record:
    """What a replay computes again: the question in its canonical form, and the outcome."""
    outcome = exact(outcome_document(question.outcome(), digest=question.sha256))
    return {
        "engine": f"policylang {VERSION}",
        "policy": {"id": question.policy.id, "title": question.policy.title, "sha256": question.sha256},
        "calendar": {"version": question.calendar.version, "added": _added(question.calendar)},
        "as_of": question.as_of.isoformat(),
        "assessment_year": question.year,
        "readings": outcome["readings"],
        "facts": exact(canonical(question.policy, question.facts)),
        "attestations": {
            path: {"by": one.by, "on": one.on and one.on.isoformat(), "document": one.document, "kept": one.kept}
            for path, one in question.attestations.items()
        },
        "outcome": outcome,
        "outcome_sha256": digest(outcome),
    }


def record(body: Record, run: Run, number: int = 1, previous: str | None = None) -> Record:
    """A whole record: its number in a log, the hash of the record before it, and its own.

    Raises:
        ValueError: when a text in it cannot be written in UTF-8.
    """
    told = {"at": run.at, "by": run.by, "signed_by": run.signed_by}
    return sealed({**body, "number": number, "previous": previous, "run": told})


def _sources(policy: ir.Policy, file: FactsFile) -> list[Record]:
    found = []
    for place in places(policy, file.source, file.kind):
        at = file.source.position(place.span.start) if place.span is not None else None
        found.append(
            {
                "path": str(place.path),
                "name": place.path.zh,
                "source": _source(place.source),
                "line": at and at.line,
                "column": at and at.column,
            }
        )
    return found


def _source(source: ir.Source) -> Record:
    """Who says so, as the policy declares it."""
    return {"kind": source.kind, "bodies": list(source.bodies), "document": source.document}


def _added(calendar: Calendar) -> list[Record]:
    """The years an office has added, day by day, so that the record needs no other file."""
    official = {year.year for year in type(calendar).official().years}
    found = []
    for year in calendar.years:
        if year.year in official:
            continue
        first, last = date(year.year, 1, 1).toordinal(), date(year.year, 12, 31).toordinal()
        working = set(year.working_days)
        weekdays = {n for n in range(first, last + 1) if date.fromordinal(n).isoweekday() <= 5}
        found.append(
            {
                "year": year.year,
                "source": year.source,
                "days_off": [date.fromordinal(n).isoformat() for n in sorted(weekdays - working)],
                "made_up": [date.fromordinal(n).isoformat() for n in sorted(working - weekdays)],
            }
        )
    return found
