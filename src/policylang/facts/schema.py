"""The facts of a policy as a JSON Schema (2020-12), for editors and other programs.

It takes the same texts as the typed reader, from the same patterns, so that nothing here has to ask it. What it
cannot say: that a day exists, and that one period or one option is not given twice under two spellings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from policylang.facts.forms import (
    COUNT,
    DAY,
    FALSE_WORDS,
    MAX_DIGITS,
    MAX_TEXT,
    MONEY,
    NEVER_WORDS,
    RATE,
    TEXT,
    TRUE_WORDS,
    anchored,
)
from policylang.semantics.types import (
    Boolean,
    Choice,
    ChoiceSet,
    Day,
    Money,
    Number,
    Option,
    Records,
    Text,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.semantics import ir

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_YEAR = "(?!0000)[0-9]{4}"
_PERIODS = {
    "year": f"{_YEAR}年?",
    "quarter": f"{_YEAR}(?:-?Q[1-4]|年第[1-4]季度)",
    "month": f"{_YEAR}(?:-(?:0[1-9]|1[0-2])|年(?:[1-9]|1[0-2])月)",
}
_WINDOWS = {"year": "每年", "quarter": "每季度", "month": "每月"}
_SAID = {
    "counted": "由{}核定",
    "judged": "由{}评判",
    "found": "由{}认定",
    "decided": "由{}决定",
    "declared": "由{}填报",
    "documented": "凭{}",
    "external": "见{}",
    "unstated": "",
}


def schema_for(policy: ir.Policy) -> dict[str, object]:
    """The JSON Schema of a plain facts document: an object with the facts by name or id, nothing else.

    A number or truth value may be a JSON one or the text that a facts file would have. Null always means that
    nothing is recorded. What the policy says of a fact is kept under ``x-policylang``.
    """
    return {
        "$schema": _DIALECT,
        "$id": f"urn:policylang:{quote(policy.id, safe='')}:facts",
        "title": f"《{policy.title}》的事实",
        "description": "一个工作站的事实；未写的一项为未知，不等于“否”或者 0",
        **_closed((fact, {"$ref": f"#/$defs/{_pointer(fact.id)}"}) for fact in policy.facts),
        "$defs": {fact.id: _fact(fact) for fact in policy.facts},
    }


def _closed(members: Iterable[tuple[ir.Fact, dict[str, object]]]) -> dict[str, object]:
    """An object with these members, each under one of its two keys, and no others."""
    members = tuple(members)
    twice = [{"required": [fact.id, fact.name]} for fact, _ in members if fact.id != fact.name]
    return {
        "type": "object",
        "properties": {key: schema for fact, schema in members for key in (fact.id, fact.name)},
        "additionalProperties": False,
        **({"not": {"anyOf": twice}} if twice else {}),
    }


def _pointer(key: str) -> str:
    """A key as a JSON pointer in a URI fragment writes it."""
    return quote(key.replace("~", "~0").replace("/", "~1"), safe="~")


def _fact(fact: ir.Fact) -> dict[str, object]:
    said = _SAID[fact.source.kind].format("、".join(fact.source.bodies) or f"“{fact.source.document}”")
    kind = (_WINDOWS[fact.series] if fact.series else "") + describe(fact.type)
    known: dict[str, object | None] = {
        "type": kind,
        "unit": getattr(fact.type, "unit", None),
        "series": fact.series,
        "source": fact.source.kind,
        "bodies": list(fact.source.bodies) or None,
        "document": fact.source.document,
        "default": _default(fact),
        "null_means": fact.null_means,
    }
    return {
        "title": fact.name,
        "description": "。".join(part for part in (kind, said, fact.question) if part),
        **_shape(fact),
        "x-policylang": {key: value for key, value in known.items() if value is not None},
    }


def _default(fact: ir.Fact) -> object | None:
    if not fact.has_default:
        return None
    if isinstance(fact.default, Option):
        return fact.default.id
    return "nothing" if fact.default is None else fact.default


def _shape(fact: ir.Fact) -> dict[str, object]:
    value: dict[str, object] = {"anyOf": [_value(fact), {"type": "null"}]}
    if fact.series is None or isinstance(fact.type, Records):
        return value
    by_period: dict[str, object] = {
        "type": ["object", "null"],
        "propertyNames": {"pattern": anchored(_PERIODS[fact.series])},
        "additionalProperties": value,
    }
    if fact.series == "year" and isinstance(fact.type, Boolean):
        year = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9999}, _text(_PERIODS["year"])]}
        return {"anyOf": [_value(fact), {"type": "array", "items": year, "uniqueItems": True}, by_period]}
    return by_period


def _value(fact: ir.Fact) -> dict[str, object]:
    match fact.type:
        case Boolean():
            return {"enum": [True, False, *TRUE_WORDS, *FALSE_WORDS]}
        case Number("%"):
            return _text(RATE)
        case Number():
            return {"anyOf": [_whole(), _text(COUNT)]}
        case Money():
            return {"anyOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 10**MAX_DIGITS}, _text(MONEY)]}
        case Day():
            return {"anyOf": [_text(DAY), {"enum": list(NEVER_WORDS)}]}
        case Text():
            return {"type": "string", "maxLength": MAX_TEXT, "pattern": anchored(TEXT)}
        case Choice(options):
            return {"enum": _words(options)}
        case ChoiceSet(options):
            return {"type": "array", "items": {"enum": _words(options)}, "uniqueItems": True}
        case Records():
            return {"type": "array", "items": _closed((inner, _fact(inner)) for inner in fact.fields)}


def _whole() -> dict[str, object]:
    return {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**MAX_DIGITS}


def _text(pattern: str) -> dict[str, object]:
    return {"type": "string", "pattern": anchored(pattern)}


def _words(options: tuple[Option, ...]) -> list[str]:
    return list(dict.fromkeys(word for option in options for word in (option.id, option.name)))
