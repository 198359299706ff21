"""Names out of a record before anything is decided: the same name always has the same code, and only the key leads back.

A text that a rule reads is left as it is, since another text could decide otherwise; every other text of the facts may
name a person or a station, and none is needed to decide.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.facts.model import Facts
from policylang.semantics import ir
from policylang.semantics.types import Text
from policylang.semantics.walk import duty_parts, everything, outcome_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.facts.model import FactValue, Plain

#: The length of a key in bytes.
KEY_BYTES = 32

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The codes of one office. Without the ``key`` nobody can tell, or try out, whose code is whose."""

    key: bytes

    def code(self, name: str) -> str:
        """代号 and 16 hexadecimal digits, of the HMAC-SHA256 of the name in its composed form, without blanks around it."""
        spelt = unicodedata.normalize("NFC", name.strip())
        return f"代号{hmac.new(self.key, spelt.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[:_DIGITS]}"

    def hide(self, policy: ir.Policy, facts: Facts) -> Facts:
        """The facts with a code for every text that no rule reads."""
        kept = read_by_rules(policy)
        declared = {fact.id: fact for fact in policy.facts}
        return Facts({id_: self._hidden(declared[id_], value, kept) for id_, value in facts.values.items()})

    def _hidden(self, fact: ir.Fact, value: FactValue, kept: set[str]) -> FactValue:
        if isinstance(value, tuple):
            hidden = {f.id for f in fact.fields if isinstance(f.type, Text) and f"{fact.id}.{f.id}" not in kept}
            return tuple(
                {field: self._plain(one) if field in hidden else one for field, one in record.items()}
                for record in value
            )
        if not isinstance(fact.type, Text) or fact.id in kept:
            return value
        if isinstance(value, dict):
            return {key: None if one is None else self._plain(one) for key, one in value.items()}
        return self._plain(value)

    def _plain(self, value: Plain) -> Plain:
        return self.code(value) if isinstance(value, str) else value


def read_by_rules(policy: ir.Policy) -> set[str]:
    """What the rules for one station look at: ids of facts, and ``list.field`` of the fields of lists."""
    found = set()
    for whole in _expressions(policy):
        for part in everything(whole):
            match part:
                case ir.FactValue(fact):
                    found.add(fact)
                case ir.FieldValue(records, field):
                    found.add(f"{records}.{field}")
                case _:
                    pass
    return found


def _expressions(policy: ir.Policy) -> Iterator[ir.Expr]:
    for outcome in policy.outcomes:
        yield from outcome_parts(outcome)
    for duty in policy.duties:
        yield from duty_parts(duty)
    for definition in policy.definitions:
        yield definition.body
    for notice in policy.warnings:
        yield notice.when
    for constraint in policy.constraints:
        yield constraint.condition
