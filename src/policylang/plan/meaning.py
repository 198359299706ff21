"""What each node computes, said as plainly as possible: one station, one node at a time.

It is the yardstick for the engines, not one of them.
"""

from __future__ import annotations

import operator
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from policylang.plan.nodes import REDUCTIONS, Node
from policylang.semantics.periods import add_months
from policylang.semantics.texts import like
from policylang.semantics.values import SETTLED, all_of, missing, smallest, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylang.plan.layout import Key
    from policylang.semantics.values import Needs


class Never:
    """What stands in a column for 未发生 (``NEVER``) and for an explicit null (``NULL``)."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __repr__(self) -> str:
        return self.word


NEVER = Never("NEVER")
NULL = Never("NULL")

#: What stands in a column: None where nothing is recorded, ``NEVER``, ``NULL``, a bool, a whole number or a text.
Cell = bool | int | str | Never | None


class Row:
    """One station: its columns, the records of its lists (None: unknown), and the series given without an entry."""

    def __init__(
        self, cells: Mapping[Key, Cell], lists: Mapping[str, Sequence[Mapping[str, Cell]] | None] | None = None,
        given: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.cells = cells
        self.lists = lists or {}
        self.given = frozenset(given) | {key.fact for key, cell in cells.items() if key.period and cell is not None}

    def cell(self, key: Key, record: int | None) -> Cell:
        """What stands in a column, of a record for a list."""
        if key.field is None:
            return self.cells.get(key)
        records = self.lists.get(key.fact)
        assert records is not None and record is not None  # noqa: S101, PT018 - only looked at for records
        return records[record].get(key.field)


class Meaning:
    """Computes nodes for one row."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._found: dict[tuple[int, int | None], Any] = {}

    def __call__(self, node: Node, record: int | None = None) -> Any:
        """The value of a node: a bool, an int, or ``Needs``; of a record for the nodes of a list."""
        place = (node.number, record if node.level is not None else None)
        if place not in self._found:
            if node.op in REDUCTIONS:
                self._found[place] = self._reduced(node)
            else:
                self._found[place] = self._own(node, [self(arg, record) for arg in node.args], record)
        return self._found[place]

    def _reduced(self, node: Node) -> Any:
        data: Any = node.data
        records = self._row.lists.get(data if isinstance(data, str) else data[0]) or ()
        values = [self(node.args[0], number) for number in range(len(records))]
        match node.op:
            case "any":
                return any(values)
            case "every":
                return all(values)
            case "sum":
                return sum(values)
            case "lowest":
                return min(values, default=data[1])
            case "highest":
                return max(values, default=data[1])
            case _:
                return all_of(values) if data[1] == "all_of" else reduce(together, values, SETTLED)

    def _own(self, node: Node, args: list[Any], record: int | None) -> Any:
        data: Any = node.data
        match node.op:
            case "constant":
                return SETTLED if node.kind == "needs" else data
            case "known":
                cell = self._row.cell(data, record)
                return cell is not None and not isinstance(cell, Never)
            case "nothing":
                return self._row.cell(data, record) is NEVER
            case "null":
                return self._row.cell(data, record) is NULL
            case "given":
                return data in self._row.given
            case "listed":
                return self._row.lists.get(data) is not None
            case "count":
                return len(self._row.lists.get(data) or ())
            case "truth":
                return self._row.cell(data, record) is True
            case "number":
                cell = self._row.cell(data, record)
                return int(cell) if isinstance(cell, int) else 0
            case "like":
                cell = self._row.cell(data[0], record)
                return isinstance(cell, str) and like(cell, data[1])
            case "same":
                one, other = (self._row.cell(key, record) for key in data)
                return isinstance(one, str) and one == other
            case "and":
                return all(args)
            case "or":
                return any(args)
            case "not":
                return not args[0]
            case "among":
                return args[0] in data
            case "holds_bit":
                return bool(args[0] >> data & 1)
            case "choose" | "choose_needs":
                cases = zip(args[:-1:2], args[1:-1:2], strict=True)
                return next((value for when, value in cases if when), args[-1])
            case "pack":
                return sum(1 << bit for bit, held in enumerate(args) if held)
            case "year":
                return year_of(args[0])
            case "months":
                return moved(args[0], data)
            case "look_up":
                return data(args[0])
            case "missing":
                return missing(data)
            case "missing_field":
                return missing(f"{data[0]}[{record}].{data[1]}")
            case "gate":
                return args[1] if args[0] else SETTLED
            case "all_of":
                return all_of(args)
            case "together":
                return together(args[0], args[1])
            case "either":
                return either(args)
            case _:
                return _BINARY[node.op](*args)


_BINARY: dict[str, Any] = {
    "less": operator.lt, "equal": operator.eq, "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "least": min, "greatest": max,
}  # fmt: skip


def either(needs: Iterable[Needs]) -> Needs:
    """What settles one of several."""
    return smallest({way for each in needs for way in each})


def year_of(ordinal: int) -> int:
    """The calendar year of a day; beyond the calendar that of its first or last day."""
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).year


def moved(ordinal: int, months: int) -> int:
    """A day moved by months; 0 stays 0, and beyond the calendar its first or last day is taken."""
    if not 1 <= ordinal <= date.max.toordinal():
        return 1 if ordinal < 1 else date.max.toordinal()
    found = add_months(date.fromordinal(ordinal), months)
    if found is None:
        return 1 if months < 0 else date.max.toordinal()
    return found.toordinal()
