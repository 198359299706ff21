"""The published JSON Schema (2020-12) of outcome documents."""

from __future__ import annotations

from typing import Any

from policylang.explain.document import CHANGED, SCHEMA
from policylang.explain.schema_words import described
from policylang.runtime.outcome import Decision, DutyResult, Line

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_YUAN: Schema = {"description": "元；整数，或小数的文本", "type": ["integer", "string", "null"]}
_WAYS: Schema = {
    "description": "每个内层清单都足以定案",
    "type": "array",
    "items": {"type": "array", "items": _TEXT, "minItems": 1},
}
_BOTH: Schema = {"type": "object", "required": ["zh", "en"], "properties": {"zh": _TEXT, "en": _TEXT}}


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_TEST = _object(
    {"test": _TEXT, "text": _BOTH, "actual": _YUAN, "required": _YUAN, "short_by": _YUAN, "clause": _TEXT},
    ("actual", "required", "short_by", "clause"),
)
_RULE = _object(
    {
        "value": {"type": ["string", "null"]},
        "clause": _TEXT,
        "holds": {"type": ["boolean", "null"]},
        "active": {"type": ["boolean", "null"]},
        "failed": {"type": "array", "items": _TEST},
        "open": {"type": "array", "items": _TEST},
    }
)
_DECISION = _object(
    {
        "outcome": _TEXT,
        "name": _TEXT,
        "kind": {"enum": ["in_force", "condition", "grade", "status"]},
        "year": {"type": ["integer", "null"]},
        "result": {"description": "取值的标识，或 undetermined、conflict、none", "type": "string"},
        "label": {"type": ["string", "null"]},
        "possible": {"type": "array", "items": _object({"id": _TEXT, "name": _TEXT})},
        "missing": _WAYS,
        "unknown": _TEXTS,
        "failed": {"type": "array", "items": _TEST},
        "clauses": _TEXTS,
        "relied_on": _TEXTS,
        "basis": {"enum": ["derived", "attested", "missing"]},
        "overridable": {"type": "boolean"},
        "consequences": _TEXTS,
        "tested": {"type": "array", "items": _RULE},
        "derived": _TEXT,
        "bounds": {"type": "array", "items": _YUAN, "minItems": 2, "maxItems": 2},
    },
    ("derived", "bounds"),
)
_LINE = _object(
    {
        "line": _TEXT,
        "name": _TEXT,
        "year": {"type": "integer"},
        "record": {"type": ["integer", "null"]},
        "ref": {"type": ["string", "null"]},
        "status": {"enum": ["due", "possible", "not_due", "undetermined", "conflict"]},
        "unregulated": {"type": "boolean"},
        "kind": {"enum": ["exact", "cap", "range", "none"]},
        "amount": _YUAN,
        "min": _YUAN,
        "max": {**_YUAN, "description": "cap 的上限；上限不是应得额"},
        "max_low": {**_YUAN, "description": "尚可能的最低上限"},
        "document": {"type": ["string", "null"]},
        "missing": _WAYS,
        "clauses": _TEXTS,
        "relied_on": _TEXTS,
        "once": {"type": "boolean"},
        "paid_by": _TEXTS,
        "paid_from": {"type": ["string", "null"]},
        "repaid_by": {"description": "不空时是应退回的款项，不是应得的", **_TEXTS},
        "pay_year": {"type": ["integer", "null"]},
        "given_in": {"description": "一次性的，此前已给予的年度", "type": ["integer", "null"]},
        "consequences": _TEXTS,
        "tested": {"type": "array", "items": _RULE},
        "decided": _YUAN,
        "out_of_bounds": {"type": "boolean"},
    },
    ("max_low", "decided", "out_of_bounds"),
)
_DUTY = _object(
    {
        "duty": _TEXT,
        "name": _TEXT,
        "period": {"type": ["string", "null"]},
        "record": {"type": ["integer", "null"]},
        "result": {"enum": ["met", "unmet", "pending", "undetermined", "not_applicable"]},
        "due": {"type": ["string", "null"], "format": "date"},
        "required": {"type": ["integer", "string", "null"]},
        "actual": {"type": ["integer", "string", "null"]},
        "obligor": _TEXTS,
        "missing": _WAYS,
        "clauses": _TEXTS,
        "relied_on": _TEXTS,
    }
)


_WARNINGS: Schema = {"type": "array", "items": _object({"id": _TEXT, "text": _TEXT, "clause": _TEXT})}
_ERRORS: Schema = {"type": "array", "items": _object({"path": _TEXT, "message": _BOTH})}


def _change(result: Schema, keys: tuple[tuple[str, ...], tuple[str, ...]]) -> Schema:
    """A result named, with what it is before and after; null where there is none."""
    names, told = keys
    optional = tuple(key for key in told if key not in result["required"])
    side = {"oneOf": [_object({key: result["properties"][key] for key in told}, optional), {"type": "null"}]}
    return _object({**{key: result["properties"][key] for key in names}, "before": side, "after": side})


_COMPARED = _object(
    {
        "reading": _TEXT,
        "name": _TEXT,
        "clause": _TEXT,
        "question": _TEXT,
        "adopted": {"description": "办法采用的读法", "type": "string"},
        "options": {"type": "array", "items": _object({"option": _TEXT, "name": _TEXT, "reason": _TEXT})},
        "chosen": {"description": "本次判断采用的读法", "type": "string"},
        "matters": {"description": "换一种读法，有结果或提示改变", "type": "boolean"},
        "alternatives": {
            "description": "其余读法，每次只换这一处",
            "type": "array",
            "items": _object(
                {
                    "option": _TEXT,
                    "changes": {
                        "type": "array",
                        "items": {
                            "oneOf": [
                                _change(_DECISION, CHANGED[Decision]),
                                _change(_LINE, CHANGED[Line]),
                                _change(_DUTY, CHANGED[DutyResult]),
                            ]
                        },
                    },
                    "warnings_gained": _WARNINGS,
                    "warnings_lost": _WARNINGS,
                    "errors": {"description": "不空时，按此读法事实互相矛盾", **_ERRORS},
                }
            ),
        },
    }
)


def outcome_schema() -> Schema:
    """The schema of what ``eval --format json`` prints."""
    body = _object(
        {
            "schema": {"const": SCHEMA},
            "engine": _TEXT,
            "policy": _object({"id": _TEXT, "title": _TEXT, "sha256": _TEXT}),
            "calendar": _TEXT,
            "as_of": {"type": "string", "format": "date"},
            "assessment_year": {"type": "integer"},
            "readings": {"type": "object", "additionalProperties": _TEXT},
            "input": _object(
                {
                    "ok": {"type": "boolean"},
                    "errors": _ERRORS,
                }
            ),
            "decisions": {"type": "array", "items": _DECISION},
            "money": {"type": "array", "items": _LINE},
            "totals": {
                "description": "各年应付定额之和，不含上限和幅度",
                "type": "object",
                "additionalProperties": _YUAN,
            },
            "duties": {"type": "array", "items": _DUTY},
            "warnings": _WARNINGS,
            "readings_compared": {"description": "各处疑义换一种读法的结果；用 --all-readings 才有", "type": "array", "items": _COMPARED},
        },
        ("readings_compared",),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "policylang outcome",
        **described(body),
    }
