"""One value more: what somebody answers about a path, read as a facts file would read it, and added to the facts."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.facts.forms import Fault, read, wrong
from policylang.facts.model import EVERY_YEAR, Facts, FactValue, Plain
from policylang.semantics.types import ChoiceSet, Number, Option, Records
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from policylang.facts.paths import FactPath

#: More items than this are a list that exists elsewhere and is better copied into the file.
MAX_ITEMS = 200

#: An answer: a value, None for an explicit null in a series, or the records of a list that is being begun.
Answer = Plain | tuple[dict[str, Plain], ...] | None

_BETWEEN = re.compile("[、，,；;\\s]+")
_NONE = ("无", "没有", "none")


def read_answer(path: FactPath, text: str) -> Answer | Fault:
    """What a text answers about a path.

    For a list it is the number of its items, which are still to be filled; for several of some options their names
    or ids with marks or blanks between; where the policy says what an empty place means (未考核), those words too.
    """
    fact = path.field or path.fact
    if path.field is None and path.period is not None and text and text == fact.null_means:
        return None
    match fact.type:
        case Records(unit):
            count = Fraction(0) if text in _NONE else read(Number(unit), text)
            if isinstance(count, Fault):
                return count
            if not isinstance(count, Fraction) or count > MAX_ITEMS:
                zh, en = f"超过{MAX_ITEMS}项的清单，请直接写进事实文件", f"write a list of more than {MAX_ITEMS} items into the file"
                return Fault("bad-fact", Message(zh, en))
            return tuple({} for _ in range(int(count)))
        case ChoiceSet() as kind:
            return _chosen(kind, text)
        case kind:
            return read(kind, text)


def _chosen(kind: ChoiceSet, text: str) -> frozenset[Option] | Fault:
    if text in _NONE:
        return frozenset()
    found: set[Option] = set()
    for word in filter(None, _BETWEEN.split(text)):
        option = kind.find(word)
        if option is None:
            return wrong(kind, word)
        found.add(option)
    return frozenset(found) if found else wrong(kind, text)


def answered(facts: Facts, path: FactPath, answer: Answer, year: int) -> Facts:
    """The facts with one more value; ``year`` is the assessment year, of which alone a 是 given once for all speaks."""
    values: dict[str, FactValue] = dict(facts.values)
    old = values.get(path.fact.id)
    if path.item is not None and path.field is not None:
        records = [dict(record) for record in old] if isinstance(old, tuple) else []
        records[path.item][path.field.id] = answer  # type: ignore[assignment]  # a field holds one value
        values[path.fact.id] = tuple(records)
    elif path.period is not None:
        entries: dict[str, Plain | None] = dict(old) if isinstance(old, dict) else {}
        if entries.get(EVERY_YEAR) is True:
            del entries[EVERY_YEAR]
            entries[f"{year:04}"] = True
        entries[path.period.key] = answer  # type: ignore[assignment]  # a period holds one value
        values[path.fact.id] = entries
    else:
        values[path.fact.id] = answer  # type: ignore[assignment]  # only a period is left empty on purpose
    return Facts(values)
