"""A comparison as data: the JSON of ``policylang compare --format json``, described in docs/comparison.md.

Money is in yuan: an integer where whole, otherwise a decimal string. Days are ISO dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.comparison.words import engine
from policylang.explain.document import amount_document
from policylang.explain.wording import number

if TYPE_CHECKING:
    from fractions import Fraction

    from policylang.comparison.model import Cell, Comparison, Finding, Row, Span, Stair
    from policylang.source.diagnostic import Message

SCHEMA = "urn:policylang:comparison:1"

Json = dict[str, object]


def comparison_document(comparison: Comparison) -> Json:
    """The whole comparison; ``results`` and ``facts`` are null without a profile."""
    columns = comparison.columns
    decided = comparison.as_of is not None
    return {
        "schema": SCHEMA,
        "engine": engine(),
        "profile": comparison.profile,
        "as_of": comparison.as_of.isoformat() if comparison.as_of else None,
        "assessment_year": comparison.year,
        "measures": [
            {"id": c.id, "name": _both(c.name), "title": c.policy.title, "sha256": c.digest} for c in columns
        ],
        "groups": [{"id": group.id, "name": _both(group.name)} for group in comparison.groups],
        "rules": [_row(row, comparison) for row in comparison.rules],
        "results": [_row(row, comparison) for row in comparison.results] if decided else None,
        "facts": [_row(row, comparison) for row in comparison.facts] if decided else None,
        "in_force": {
            c.id: [_span(span) for span in spans] for c, spans in zip(columns, comparison.spans, strict=False)
        },
        "money_by_recruits": [_stair(stair) for stair in comparison.stairs],
        "money_by_recruits_of_profile": [_stair(stair) for stair in comparison.own_stairs],
    }  # fmt: skip


def _row(row: Row, comparison: Comparison) -> Json:
    return {
        "id": row.id,
        "group": row.group,
        "name": _both(row.name),
        "cells": {c.id: _cell(cell) for c, cell in zip(comparison.columns, row.cells, strict=True)},
        "not_comparable": [
            {"between": list(c.between), "against": list(c.against), "reason": _both(c.text)} for c in row.cautions
        ],
    }


def _cell(cell: Cell) -> Json:
    document: Json = {
        "kind": cell.kind,
        "text": [_both(line) for line in cell.lines],
        "clauses": [clause.text for clause in cell.clauses],
        "not_comparable_with": list(cell.apart),
    }
    if cell.findings:
        document["findings"] = [_finding(finding) for finding in cell.findings]
    return document


def _finding(finding: Finding) -> Json:
    document: Json = {
        "id": finding.id,
        "status": finding.status,
        "year": finding.year,
        "period": finding.period,
        "ref": finding.ref,
        "text": _both(finding.text),
    }
    if finding.amount is not None:
        document |= amount_document(finding.amount)
    return document


def _span(span: Span) -> Json:
    return {
        "from": span.first.isoformat() if span.first else None,
        "to": span.last.isoformat() if span.last else None,
        "state": span.state,
        "level": _both(span.level),
        "missing": _both(span.needs) if span.needs else None,
    }


def _stair(stair: Stair) -> Json:
    return {
        "measure": stair.column.id,
        "counts": _both(stair.counts),
        "as_of": stair.as_of.isoformat(),
        "assessment_year": stair.year,
        "steps": [
            {
                "recruits": step.recruits, "exact": _yuan(step.exact), "ceiling": _yuan(step.ceiling),
                "floor": _yuan(step.floor), "undetermined": step.open, "elsewhere": step.elsewhere,
            }
            for step in stair.steps
        ],
    }  # fmt: skip


def _both(text: Message) -> Json:
    return {"zh": text.zh, "en": text.en}


def _yuan(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else number(value)
