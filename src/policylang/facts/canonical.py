"""Facts written back as plain JSON: one form for every record, which reads as the same facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.facts.forms import NEVER_WORDS, decimal
from policylang.facts.model import EVERY_YEAR
from policylang.semantics.types import ChoiceSet, Number, Option, Type
from policylang.semantics.values import Nothing

if TYPE_CHECKING:
    from policylang.facts.model import Facts, FactValue, Plain
    from policylang.semantics import ir


def canonical(policy: ir.Policy, facts: Facts) -> dict[str, object]:
    """The facts by id in the order declared, with option ids, ISO days and whole numbers.

    A sum with fen and a rate are texts (``"1234.5"``, ``"20%"``), since not every reader of JSON keeps
    decimals exact. Reading the result gives equal facts, and the JSON Schema of the policy accepts it.
    """
    declared = ((fact, facts.values.get(fact.id)) for fact in policy.facts)
    return {fact.id: _value(fact, value) for fact, value in declared if value is not None}


def _value(fact: ir.Fact, value: FactValue) -> object:
    if isinstance(value, tuple):
        return [
            {inner.id: plain_value(inner.type, record[inner.id]) for inner in fact.fields if inner.id in record}
            for record in value
        ]
    if isinstance(value, dict) and EVERY_YEAR in value:
        return sorted(int(key) for key in value if key != EVERY_YEAR) if len(value) > 1 else value[EVERY_YEAR]
    if isinstance(value, dict):
        return {key: None if one is None else plain_value(fact.type, one) for key, one in sorted(value.items())}
    return plain_value(fact.type, value)


def plain_value(kind: Type, value: Plain) -> object:
    """One value as JSON has it."""
    match value:
        case Fraction():
            if kind == Number("%"):
                return f"{decimal(value * 100)}%"
            return int(value) if value.denominator == 1 else decimal(value)
        case date():
            return value.isoformat()
        case Option():
            return value.id
        case frozenset():
            options = kind.options if isinstance(kind, ChoiceSet) else ()
            return [option.id for option in options if option in value]
        case Nothing():
            return NEVER_WORDS[0]
        case bool() | str():
            return value
