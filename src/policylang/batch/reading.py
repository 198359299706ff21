"""What the numbers of a decided tuple mean, without a plan: for modules that decide on their own (``Prepared.module``).

The source of these functions becomes part of such modules, so they need nothing but Python and each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.engines.python.ways import needs_of
from policylang.plan.model import FINDINGS, SHAPES, STATUSES, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def told(found: Sequence[Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """The results of what ``decide`` gave, by name: ``grade@2025``, for a record of a list ``award@2025[0]``.

    A decision has ``value`` (None: not settled), ``clauses``, ``failed`` (clauses whose conditions fail) and ``missing`` (the
    sets of facts each of which settles it). A money line has ``status``, ``shape``, ``low`` and ``high`` in yuan (None: not
    known), ``clauses`` and ``missing``; of a duty there is a list, each with ``finding``, ``due`` (the ordinal of a day, or
    None) and ``missing``.
    ``rejected`` names the facts that contradict themselves, and then nothing else is told; ``warnings`` the warnings.

    Raises:
        ValueError: a duty of windows began too long ago.
    """
    if found[tables["early"]]:
        raise ValueError("a duty began before the days that were prepared")
    rejected = tuple(name for name, place in tables["rejected"] if found[place])
    if rejected:
        return {"rejected": rejected}
    results: dict[str, Any] = {"rejected": (), "warnings": tuple(name for name, place in tables["warnings"] if found[place])}
    for name, value, levels, clauses, failed, needs in tables["decisions"]:
        results[name] = {
            "value": levels[found[value]] if found[value] >= 0 else None,
            "clauses": _clauses(clauses, found, None),
            "failed": _clauses(failed, found, None),
            "missing": needs_of(found[needs], tables["paths"], tables["fields"]),
        }
    for name, each, exists, status, shape, has_low, low, has_high, high, scale, clauses, needs in tables["lines"]:
        for record, own in _records(name, each, exists, found):
            results[own] = {
                "status": STATUSES[_at(found, status, record)],
                "shape": SHAPES[_at(found, shape, record)],
                "low": _yuan(_at(found, low, record), scale) if _at(found, has_low, record) else None,
                "high": _yuan(_at(found, high, record), scale) if _at(found, has_high, record) else None,
                "clauses": _clauses(clauses, found, record),
                "missing": needs_of(_at(found, needs, record), tables["paths"], tables["fields"]),
            }
    for name, each, exists, finding, due, needs in tables["duties"]:
        for record, own in _records(name, each, exists, found):
            one = {
                "finding": FINDINGS[_at(found, finding, record)],
                "due": _at(found, due, record) or None,
                "missing": needs_of(_at(found, needs, record), tables["paths"], tables["fields"]),
            }
            results.setdefault(own, []).append(one)
    return results


def _at(found: Sequence[Any], place: int, record: int | None) -> Any:
    value = found[place]
    return value[record] if isinstance(value, list) and record is not None else value


def _records(name: str, each: int | None, exists: int, found: Sequence[Any]) -> list[tuple[int | None, str]]:
    if each is None:
        return [(None, name)] if found[exists] else []
    return [(record, f"{name}[{record}]") for record in range(found[each]) if _at(found, exists, record)]


def _clauses(clauses: tuple[Sequence[int], Sequence[str]], found: Sequence[Any], record: int | None) -> tuple[str, ...]:
    places, texts = clauses
    return chosen(texts, [_at(found, place, record) for place in places])


def _yuan(amount: int, scale: int) -> Any:
    if amount % scale == 0:
        return amount // scale
    from fractions import Fraction  # noqa: PLC0415 - seldom needed, and slow to import

    return Fraction(amount, scale)
