"""An outcome as data: the stable JSON document that ``eval --format json`` prints and every front end reads.

Its JSON Schema is printed by ``policylang schema --outcome``. Money is in yuan: a JSON integer where whole, otherwise a decimal
string. Days are ISO dates. A list of missing facts is a list of alternatives: each inner list would settle the result.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.explain.population import forecast_document, quota_document
from policylang.explain.wording import Wording, number, shortfall
from policylang.runtime.forecasts import ForecastResult
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.runtime.quotas import QuotaResult
from policylang.semantics.values import Known, Value, bounds, in_order
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.measure.citation import Citation
    from policylang.runtime.alternatives import Alternative, Change, Comparison, Result
    from policylang.runtime.outcome import Amount, LimbTrace, Outcome, RuleTrace, Test
    from policylang.semantics import ir

SCHEMA = "urn:policylang:outcome:1"

Json = dict[str, object]


def outcome_document(
    outcome: Outcome, *, digest: str = "", comparisons: Iterable[Comparison] | None = None
) -> Json:  # fmt: skip
    """The whole outcome. ``digest`` is the SHA-256 of the policy file.

    With ``comparisons`` it has one key more, ``readings_compared``: what each ambiguity would change.
    """
    writer = _Writer(outcome.policy)
    policy = outcome.policy
    compared: Json = {}
    if comparisons is not None:
        compared["readings_compared"] = comparison_documents(policy, comparisons)
    return {
        "schema": SCHEMA,
        "engine": f"policylang {VERSION}",
        "policy": {"id": policy.id, "title": policy.title, "sha256": digest},
        "calendar": outcome.calendar,
        "as_of": outcome.as_of.isoformat(),
        "assessment_year": outcome.year,
        "readings": dict(outcome.readings),
        "input": {
            "ok": not outcome.rejections,
            "errors": [{"path": r.path, "message": {"zh": r.zh, "en": r.en}} for r in outcome.rejections],
        },
        "decisions": [writer.decision(d) for d in outcome.decisions],
        "money": [writer.line(x) for x in outcome.lines],
        "totals": totals(outcome),
        "duties": [writer.duty(d) for d in outcome.duties],
        "warnings": [_notice(w) for w in outcome.warnings],
        **compared,
    }


def reading_document(reading: ir.Reading) -> Json:
    """An ambiguity with its readings and the one that the policy adopts."""
    return {
        "reading": reading.id,
        "name": reading.name,
        "clause": reading.clause.text,
        "question": reading.question,
        "adopted": reading.adopted,
        "options": [{"option": o.id, "name": o.name, "reason": o.reason} for o in reading.options],
    }


def comparison_documents(policy: ir.Policy, comparisons: Iterable[Comparison]) -> list[Json]:
    """For each ambiguity how it was read, and what every other option changes."""
    return [
        {
            **reading_document(comparison.reading),
            "chosen": comparison.chosen.id,
            "matters": comparison.matters,
            "alternatives": [alternative_document(policy, a) for a in comparison.alternatives],
        }
        for comparison in comparisons
    ]


def alternative_document(policy: ir.Policy, alternative: Alternative) -> Json:
    """What one option changes: results before and after, warnings gained and lost, contradictions in the facts."""
    writer = _Writer(policy)
    return {
        "option": alternative.option.id,
        "changes": [writer.change(change) for change in alternative.changes],
        "warnings_gained": [_notice(w) for w in alternative.gained],
        "warnings_lost": [_notice(w) for w in alternative.lost],
        "errors": [{"path": r.path, "message": {"zh": r.zh, "en": r.en}} for r in alternative.rejections],
    }


def totals(outcome: Outcome) -> dict[str, object]:
    """For each year the sum of the lines that are due to the station and exact; caps and ranges are never in it."""
    sums: dict[int, Fraction] = {}
    for line in outcome.lines:
        amount = line.amount
        received = line.status == "due" and not line.outcome.terms.repaid_by
        if received and amount.kind == "exact" and amount.settled and amount.low is not None:
            sums[line.year] = sums.get(line.year, Fraction(0)) + amount.low
    return {str(year): _yuan(total) for year, total in sorted(sums.items())}


#: What names a result in a list of changes, and what of it is told before and after.
CHANGED = {
    Decision: (("outcome", "name", "year"), ("result", "label", "possible", "overridable")),
    Line: (
        ("line", "name", "year", "record", "ref"),
        ("status", "unregulated", "kind", "amount", "min", "max", "max_low", "document", "decided", "out_of_bounds"),
    ),
    DutyResult: (("duty", "name", "period", "record"), ("result", "due")),
    QuotaResult: (("rule", "name", "group"), ("result", "counted", "after", "limit", "room", "discretionary")),
    ForecastResult: (("rule", "name"), ("kind", "total", "min", "max", "pay_year", "parts")),
}  # fmt: skip


class _Writer:
    def __init__(self, policy: ir.Policy) -> None:
        self.policy = policy
        self.words = {lang: Wording(policy, lang) for lang in ("id", "zh", "en")}

    def change(self, change: Change) -> Json:
        known = [result for result in (change.before, change.after) if result is not None]
        names, told = CHANGED[type(known[0])]
        sides = [None if x is None else self.result(x) for x in (change.before, change.after)]
        before, after = (None if side is None else {k: side[k] for k in told if k in side} for side in sides)
        whole = self.result(known[0])
        return {**{key: whole[key] for key in names}, "before": before, "after": after}

    def result(self, result: Result) -> Json:
        match result:
            case Decision():
                return self.decision(result)
            case Line():
                return self.line(result)
            case DutyResult():
                return self.duty(result)
            case QuotaResult():
                return quota_document(result, self.policy)
            case ForecastResult():
                return forecast_document(result, self.policy)

    def decision(self, decision: Decision) -> Json:
        outcome = decision.outcome
        failed = [
            x
            for limb in decision.limbs
            if limb.holds is not None and limb.holds.value is False
            for x in self.limb_tests(limb)
        ]
        if decision.guard_failed:
            failed = [
                {
                    "test": "in_force",
                    "clause": c.text,
                    "text": {"zh": "办法不在施行期", "en": "the measure is not in force"},
                }
                for c in decision.clauses
            ]
        document: Json = {
            "outcome": outcome.id,
            "name": outcome.name,
            "kind": outcome.kind,
            "year": decision.year,
            "result": result_id(decision),
            "label": decision.value.name if decision.value else None,
            "possible": [] if decision.value else [{"id": o.id, "name": o.name} for o in decision.possible],
            "missing": [list(way) for way in in_order(decision.needs)],
            "unknown": sorted(decision.open),
            "failed": failed,
            "clauses": _texts(decision.clauses),
            "relied_on": _texts(decision.relied_on),
            "basis": decision.basis,
            "overridable": decision.overridable,
            "consequences": list(decision.consequences),
            "tested": [self.rule(trace) for trace in decision.rules],
        }
        if decision.differs is not None:
            document["derived"] = decision.differs.id
        limits = self.bounds(decision)
        if limits is not None:
            document["bounds"] = limits
        return document

    def bounds(self, decision: Decision) -> list[object] | None:
        """The interval of the count an undetermined grade depends on."""
        if decision.value is not None:
            return None
        for trace in decision.rules:
            for test in trace.tests:
                if test.actual is not None and not isinstance(test.actual, Known):
                    low, high = bounds(test.actual)
                    if isinstance(low, Fraction) and isinstance(high, Fraction):
                        return [_yuan(low), _yuan(high)]
        return None

    def rule(self, trace: RuleTrace) -> Json:
        value = trace.rule.value
        return {
            "value": getattr(value, "id", None),
            "clause": trace.rule.clause.text,
            "holds": trace.holds.value,
            "active": trace.active.value,
            "failed": [self.test(t) for t in trace.tests if t.met is False],
            "open": [self.test(t) for t in trace.tests if t.met is None],
        }

    def limb_tests(self, limb: LimbTrace) -> list[Json]:
        return [{**self.test(t), "clause": limb.requirement.clause.text} for t in limb.tests if t.met is False]

    def test(self, test: Test) -> Json:
        document: Json = {
            "test": self.words["id"].test(test),
            "text": {"zh": self.words["zh"].test(test), "en": self.words["en"].test(test)},
        }
        short = shortfall(test)
        if short is not None:
            document["actual"], document["required"] = _value(test.actual), _value(test.required)
            document["short_by"] = _yuan(short)
        return document

    def line(self, line: Line) -> Json:
        terms = line.outcome.terms
        document: Json = {
            "line": line.outcome.id,
            "name": line.outcome.name,
            "year": line.year,
            "record": line.record,
            "ref": line.ref,
            "status": line.status,
            "unregulated": line.unregulated,
            **amount_document(line.amount),
            "missing": [list(way) for way in in_order(line.needs)],
            "clauses": _texts(line.clauses),
            "relied_on": _texts(line.relied_on),
            "once": terms.once,
            "paid_by": list(terms.paid_by),
            "paid_from": terms.paid_from,
            "repaid_by": list(terms.repaid_by),
            "pay_year": line.year + 1 if terms.paid_next_year else None,
            "given_in": line.given_in,
            "consequences": list(line.consequences),
            "tested": [self.rule(trace) for trace in line.rules],
        }
        if line.decided is not None:
            document["decided"] = _yuan(line.decided)
            document["out_of_bounds"] = line.out_of_bounds
        return document

    def duty(self, result: DutyResult) -> Json:
        return {
            "duty": result.duty.id,
            "name": result.duty.name,
            "period": result.period,
            "record": result.record,
            "result": result.result,
            "due": result.due.isoformat() if result.due else None,
            "required": _value(result.required),
            "actual": _value(result.actual),
            "obligor": list(result.duty.obliged),
            "missing": [list(way) for way in in_order(result.needs)],
            "clauses": _texts(result.clauses),
            "relied_on": _texts(result.relied_on),
        }


def result_id(decision: Decision) -> str:
    """The id of the value; ``undetermined``, ``conflict``, or ``none`` when nothing was decided."""
    if decision.conflict:
        return "conflict"
    if decision.value is not None:
        return decision.value.id
    return "undetermined" if decision.needs or decision.possible else "none"


def amount_document(amount: Amount) -> Json:
    """kind, amount, min, max, max_low and document of an amount."""
    document: Json = {"kind": amount.kind, "amount": None, "min": None, "max": None, "document": amount.document}
    match amount.kind:
        case "exact" if amount.settled:
            document["amount"] = _yuan(amount.low)
        case "exact" | "range":
            document["min"], document["max"] = _yuan(amount.low), _yuan(amount.high)
        case "cap":
            document["max"] = _yuan(amount.high)
            if not amount.settled:
                document["max_low"] = _yuan(amount.low)
        case _:
            pass
    return document


def _notice(notice: ir.Notice) -> Json:
    return {"id": notice.id, "text": notice.text, "clause": notice.clause.text}


def _texts(clauses: Iterable[Citation]) -> list[str]:
    return [c.text for c in clauses]


def _yuan(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else number(value)


def _value(value: Value | None) -> object:
    if not isinstance(value, Known):
        return None
    plain = value.value
    if isinstance(plain, Fraction):
        return _yuan(plain)
    if isinstance(plain, date):
        return plain.isoformat()
    return getattr(plain, "id", str(plain))
