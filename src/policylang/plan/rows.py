"""From the typed facts of a station to the row that a plan is computed for, and from rows to their layout."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from policylang.facts.model import Facts
from policylang.plan.layout import MOST, Input, Key, Layout, scale_of
from policylang.plan.meaning import NEVER, NULL, Never, Row
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Records, Text
from policylang.semantics.values import NOTHING
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.facts.model import Plain
    from policylang.plan.meaning import Cell
    from policylang.runtime.quotas import Station
    from policylang.semantics import ir
    from policylang.semantics.types import Type


class CellError(ValueError):
    """A value that no column can hold: beyond ``layout.MOST``, or finer than a fen or 10⁻⁸.

    Attributes:
        path: the fact, as ``recruits.2024`` or ``awards[2].sum``.
        message: what is wrong, in Chinese and in English.
    """

    def __init__(self, path: str, message: Message) -> None:
        super().__init__(f"{path}：{message.zh} / {path}: {message.en}")
        self.path = path
        self.message = message


def row_of(policy: ir.Policy, facts: Facts) -> Row:
    """The row of a station: every fact in the column that a layout has for it.

    Raises:
        CellError: a number is larger or finer than a column can hold.
    """
    cells: dict[Key, Cell] = {}
    lists: dict[str, list[dict[str, Cell]]] = {}
    given: set[str] = set()
    for fact in policy.facts:
        found = facts.values.get(fact.id)
        if found is None:
            continue
        if isinstance(found, tuple):
            types = {own.id: own.type for own in fact.fields}
            lists[fact.id] = [
                {name: cell_of(types[name], value, f"{fact.id}[{n}].{name}") for name, value in record.items()}
                for n, record in enumerate(found)
            ]
        elif isinstance(found, dict):
            given.add(fact.id)
            for period, value in found.items():
                key = Key(fact.id, period)
                cells[key] = NULL if value is None else cell_of(fact.type, value, str(key))
        else:
            cells[Key(fact.id)] = cell_of(fact.type, found, fact.id)
    return Row(cells, lists, given)


def row_of_member(policy: ir.Policy, shared: Facts, station: Station) -> Row:
    """The row of a station of a population: its facts, those of all where it has none, and what is recorded of outcomes.

    Raises:
        CellError: a number is larger or finer than a column can hold.
    """
    row = row_of(policy, Facts({**shared.values, **station.facts.values}))
    recorded: dict[Key, Cell] = {Key(name): due for name, due in station.granted.items()}
    for outcome in policy.outcomes:
        if outcome.id in station.recorded:
            recorded[Key(outcome.id)] = outcome.levels.index(station.recorded[outcome.id])
    return Row({**row.cells, **recorded}, row.lists, row.given)


def recorded_type(outcome: ir.Outcome) -> Type:
    """What a column holds that says what is recorded of an outcome: its level, or of a money line whether it is due."""
    return Boolean() if outcome.kind == "money" else Choice(outcome.levels)


def cell_of(kind: Type, value: Plain, path: str) -> Cell:
    """What stands in a column for a value.

    Raises:
        CellError: a number is larger or finer than a column can hold.
    """
    if value is NOTHING:
        return NEVER
    match kind:
        case Boolean():
            return value is True
        case Text():
            return str(value)
        case Day():
            assert isinstance(value, date)  # noqa: S101 - typed facts
            return value.toordinal()
        case Choice(options):
            return options.index(value)
        case ChoiceSet(options):
            assert isinstance(value, frozenset)  # noqa: S101 - typed facts
            return sum(1 << options.index(option) for option in value)
        case Money() | Number():
            assert isinstance(value, Fraction)  # noqa: S101 - typed facts
            return _whole(kind, value, path)
        case Records():
            raise AssertionError(path)
        case _:
            assert_never(kind)


def plain_of(kind: Type, cell: Cell) -> Plain:
    """The value that a cell stands for, which is one."""
    match kind:
        case _ if cell is NEVER:
            return NOTHING
        case Day() if isinstance(cell, int):
            return date.fromordinal(cell)
        case Choice(options) if isinstance(cell, int):
            return options[cell]
        case ChoiceSet(options) if isinstance(cell, int):
            return frozenset(option for place, option in enumerate(options) if cell >> place & 1)
        case Money() | Number() if isinstance(cell, int):
            return Fraction(cell, scale_of(kind))
        case _:
            assert isinstance(cell, bool | str)  # noqa: S101 - a yes-or-no fact or a text
            return cell


def _whole(kind: Money | Number, value: Fraction, path: str) -> int:
    scale = scale_of(kind)
    scaled = value * scale
    if scaled.denominator != 1:
        raise CellError(path, Message(f"{value}写得过细，列中只能记到1/{scale}", f"{value} is finer than 1/{scale}"))
    most = MOST["fen" if isinstance(kind, Money) else "rate" if kind.unit == "%" else "count"]
    if not 0 <= scaled <= most:
        zh = f"{value}超出了批量计算的范围，最大为{most // scale}"
        raise CellError(path, Message(zh, f"{value} is beyond what is computed in columns, {most // scale} at most"))
    return scaled.numerator


class _Seen:
    """What was found in one column."""

    __slots__ = ("cells", "least", "most", "nothing", "null")

    def __init__(self) -> None:
        self.cells = 0
        self.least: int | None = None
        self.most = 1
        self.nothing = self.null = False

    def add(self, cell: Cell) -> None:
        if cell is None:
            return
        self.cells += 1
        if isinstance(cell, Never):
            self.nothing |= cell is NEVER
            self.null |= cell is NULL
        elif isinstance(cell, int):
            self.most = max(self.most, cell)
            self.least = cell if self.least is None else min(self.least, cell)


def layout_of(policy: ir.Policy, rows: Iterable[Row]) -> Layout:
    """The layout that holds exactly what these rows have: a column for what is recorded for one of them, and no more."""
    seen: dict[Key, _Seen] = defaultdict(_Seen)
    lengths: dict[str, list[int]] = defaultdict(list)
    empty: set[str] = set()
    count = 0
    for row in rows:
        count += 1
        for key, cell in row.cells.items():
            seen[key].add(cell)
        empty |= row.given - {key.fact for key, cell in row.cells.items() if cell is not None}
        for name, records in row.lists.items():
            if records is None:
                continue
            lengths[name].append(len(records))
            for record in records:
                for own, cell in record.items():
                    seen[Key(name, None, own)].add(cell)
    types: dict[tuple[str, str | None], Type] = {(fact.id, None): fact.type for fact in policy.facts}
    types |= {(fact.id, own.id): own.type for fact in policy.facts for own in fact.fields}
    types |= {(outcome.id, None): recorded_type(outcome) for outcome in policy.outcomes}
    order = {name: place for place, name in enumerate(types)}
    inputs: dict[Key, Input] = {}
    for key in sorted(seen, key=lambda k: (order[k.fact, k.field], k.period or "")):
        found, kind = seen[key], types[key.fact, key.field]
        if found.cells:
            whole = sum(lengths[key.fact]) if key.field is not None else count
            most = found.most if isinstance(kind, (Money, Number)) else None
            inputs[key] = Input(kind, found.cells < whole, found.nothing, found.null, most)
    lists = {fact.id: max(lengths[fact.id]) for fact in policy.facts if lengths.get(fact.id)}
    unlisted = frozenset(name for name in lists if len(lengths[name]) < count)
    days = [found.least for key, found in seen.items() if isinstance(types[key.fact, key.field], Day)]
    since = min((day for day in days if day is not None), default=None)
    return Layout(inputs, lists, unlisted, frozenset(empty), since)
