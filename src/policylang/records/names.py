"""Names out of a record before anything is decided: the same name always has the same code, and only the key leads back.

Any text in the facts may name a person or a station. No rule needs one, but a rule may look at its form (形如
“某市……人才驿站”): then the code stands where the name stands in the form. A text that a rule holds against another text
is left as it is, since a code could decide otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.facts.model import Facts
from policylang.runtime.operations import like
from policylang.semantics import ir
from policylang.semantics.types import Text
from policylang.semantics.values import Known
from policylang.semantics.walk import duty_parts, everything, outcome_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.facts.model import FactValue, Plain

#: The length of a key in bytes.
KEY_BYTES = 32

_DIGITS = 16

#: The forms that rules ask of a text; None where a rule holds it against something else.
Forms = list[tuple[str, ...]] | None


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The codes of one office. Without the ``key`` nobody can tell, or try out, whose code is whose."""

    key: bytes

    def code(self, name: str) -> str:
        """代号 and 16 hexadecimal digits, of the HMAC-SHA256 of the name in its composed form, without blanks around it."""
        spelt = unicodedata.normalize("NFC", name.strip()).encode("utf-8", "surrogatepass")
        return f"代号{hmac.new(self.key, spelt, hashlib.sha256).hexdigest()[:_DIGITS]}"

    def hide(self, policy: ir.Policy, facts: Facts) -> Facts:
        """The facts with codes for their texts, which every rule decides in the same way."""
        forms = forms_of_texts(policy)
        declared = {fact.id: fact for fact in policy.facts}
        return Facts({id_: self._hidden(declared[id_], value, forms) for id_, value in facts.values.items()})

    def _hidden(self, fact: ir.Fact, value: FactValue, forms: dict[str, Forms]) -> FactValue:
        if isinstance(value, tuple):
            texts = {f.id for f in fact.fields if isinstance(f.type, Text)}
            return tuple(
                {
                    field: self._text(one, forms.get(f"{fact.id}.{field}", [])) if field in texts else one
                    for field, one in record.items()
                }
                for record in value
            )
        if not isinstance(fact.type, Text):
            return value
        asked = forms.get(fact.id, [])
        if isinstance(value, dict):
            return {key: None if one is None else self._text(one, asked) for key, one in value.items()}
        return self._text(value, asked)

    def _text(self, value: Plain, forms: Forms) -> Plain:
        """The code of a text, in the first of the forms in which every rule decides as before."""
        if not isinstance(value, str) or forms is None:
            return value
        code = self.code(value)
        tried = (code, *(code.join(form) for form in forms))
        return next((one for one in tried if all(_has(one, form) == _has(value, form) for form in forms)), value)


def _has(text: str, form: tuple[str, ...]) -> bool:
    return like(Known(text), form).value is True


def forms_of_texts(policy: ir.Policy) -> dict[str, Forms]:
    """What the rules for one station ask of facts (by id) and of fields of lists (``list.field``), where they look at all."""
    looks: Counter[str] = Counter()
    forms: dict[str, list[tuple[str, ...]]] = {}
    for expr in (part for whole in _expressions(policy) for part in everything(whole)):
        match expr:
            case ir.FactValue() | ir.FieldValue():
                looks[_name(expr)] += 1
            case ir.Like(ir.FactValue() | ir.FieldValue() as value, form):
                forms.setdefault(_name(value), []).append(form)
            case _:
                pass
    return {name: forms[name] if len(forms.get(name, ())) == count else None for name, count in looks.items()}


def _name(value: ir.FactValue | ir.FieldValue) -> str:
    return value.fact if isinstance(value, ir.FactValue) else f"{value.records}.{value.field}"


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
