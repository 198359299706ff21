"""What an evaluation looks up by name, made once for each policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.runtime.operations import unknown_value
from policylang.semantics import ir
from policylang.semantics.types import Boolean
from policylang.semantics.values import Truth, Value, missing, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

#: How many policies are kept ready; a service seldom decides under more at a time.
_KEPT = 16
_ready: dict[int, tuple[ir.Policy, Index]] = {}


@dataclass(frozen=True, slots=True)
class Index:
    """The parts of a policy by id.

    ``open_values`` and ``open_truths`` are what single facts without a written default are while nothing is
    recorded; ``raises`` the compounding raise of a money line with its rate.
    """

    facts: dict[str, ir.Fact]
    fields: dict[tuple[str, str], ir.Fact]
    definitions: dict[str, ir.Definition]
    outcomes: dict[str, ir.Outcome]
    in_force: ir.Outcome | None
    raises: dict[str | None, tuple[ir.Rule, Fraction]]
    open_values: dict[str, Value]
    open_truths: dict[str, Truth]


def index_of(policy: ir.Policy) -> Index:
    """The index of a policy. Policies are never changed, so it is the same every time."""
    found = _ready.get(id(policy))
    if found is not None and found[0] is policy:
        return found[1]
    while len(_ready) >= _KEPT:
        _ready.pop(next(iter(_ready)), None)
    index = _index(policy)
    _ready[id(policy)] = (policy, index)
    return index


def _index(policy: ir.Policy) -> Index:
    single = [fact for fact in policy.facts if fact.series is None and not fact.has_default]
    return Index(
        {fact.id: fact for fact in policy.facts},
        {(fact.id, field.id): field for fact in policy.facts for field in fact.fields},
        {definition.id: definition for definition in policy.definitions},
        {outcome.id: outcome for outcome in policy.outcomes},
        next((o for o in policy.outcomes if o.kind == "in_force"), None),
        {
            rule.value.base: (rule, rule.value.rate)
            for outcome in policy.outcomes for rule in outcome.rules
            if isinstance(rule.value, ir.Exact) and rule.value.compounding is not None and rule.value.rate is not None
        },
        {fact.id: unknown_value(fact, missing(fact.id)) for fact in single},
        {fact.id: unknown(missing(fact.id)) for fact in single if isinstance(fact.type, Boolean)},
    )  # fmt: skip


def chosen_readings(policy: ir.Policy, readings: Mapping[str, str]) -> dict[str, str]:
    """The option of every reading by ids: the adopted one, or the one chosen, by ids or names.

    Raises:
        KeyError: when a reading, or one of its options, does not exist.
    """
    chosen = {r.id: r.adopted for r in policy.readings}
    for reading, option in readings.items():
        known = next((r for r in policy.readings if reading in (r.id, r.name)), None)
        if known is None:
            raise KeyError(reading)
        found = next((o for o in known.options if option in (o.id, o.name)), None)
        if found is None:
            raise KeyError(f"{reading}={option}")
        chosen[known.id] = found.id
    return chosen
