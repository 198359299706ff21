"""Stations made up from a seed, thousands at once: columns for the engines, and typed facts of each for the interpreter.

Numbers, days and texts keep near those that the policy names, where a slip of an engine would show.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from policylang.engines.arrays.columns import ABSENT, KNOWN, NOTHING, NULL, Column, Columns, Records
from policylang.engines.arrays.from_rows import narrowest
from policylang.facts.model import EVERY_YEAR, Facts
from policylang.plan.layout import Input, Key, Layout, scale_of
from policylang.semantics import ir
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Text
from policylang.semantics.values import NOTHING as NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = ("泸州", "柳州", "柳林市北区", "柳市区", "州", "柳")


@dataclass
class Stations:
    """A batch: what the engines read, and each station for the interpreter."""

    policy: ir.Policy
    layout: Layout
    columns: Columns

    def facts(self, row: int) -> Facts:
        """The typed facts of a station."""
        found: dict = {}
        for key, column in self.columns.columns.items():
            kind, state = self.layout.inputs[key].type, _state(column, row)
            if state == ABSENT:
                continue
            value = None if state == NULL else NEVER if state == NOTHING else _plain(kind, column.values[row])
            if key.period is None:
                found[key.fact] = value
            else:
                found.setdefault(key.fact, {})[key.period] = value
        for fact, given in self.columns.given.items():
            if given[row]:
                found.setdefault(fact, {})
        for name, records in self.columns.lists.items():
            if records.listed is None or records.listed[row]:
                found[name] = tuple(
                    {
                        own: NEVER if state == NOTHING else _plain(self.layout.inputs[Key(name, None, own)].type, column.values[n])
                        for own, column in records.fields.items() if (state := _state(column, n)) != ABSENT
                    }
                    for n in range(records.offsets[row], records.offsets[row + 1])
                )  # fmt: skip
        return Facts(found)


def _state(column: Column, row: int) -> int:
    return KNOWN if column.state is None else int(column.state[row])


def _known(column: Column) -> np.ndarray:
    return np.ones(len(column.values), bool) if column.state is None else column.state == KNOWN


def _plain(kind, value):
    match kind:
        case Boolean():
            return bool(value)
        case Choice(options):
            return options[int(value)]
        case ChoiceSet(options):
            return frozenset(option for place, option in enumerate(options) if int(value) >> place & 1)
        case Day():
            return date.fromordinal(int(value))
        case Text():
            return value
        case _:
            return Fraction(int(value), scale_of(kind))


def constants(policy: ir.Policy) -> dict[object, list]:
    """What the policy names, by type: the numbers by unit, the sums, the days, the texts."""
    found: dict[object, set] = {}
    for part in _parts(policy, set()):
        if isinstance(part, ir.Constant):
            found.setdefault(part.type, set()).add(part.value)
        elif isinstance(part, ir.Like):
            found.setdefault(Text(), set()).update(("".join(part.parts), "一".join(part.parts), "一".join((*part.parts, ""))))
        elif isinstance(part, ir.Dated):
            found.setdefault(Day(), set()).update(day for day, _ in part.changes)
    return {kind: sorted(values, key=str) for kind, values in found.items()}


def _parts(node: object, seen: set[int]) -> Iterator[object]:
    if isinstance(node, tuple):
        for each in node:
            yield from _parts(each, seen)
    elif is_dataclass(node) and not isinstance(node, type) and id(node) not in seen:
        seen.add(id(node))
        yield node
        for own in fields(node):
            yield from _parts(getattr(node, own.name), seen)


class _Maker:
    def __init__(self, policy: ir.Policy, rows: int, seed: int, as_of: date) -> None:
        self.rng = np.random.default_rng(seed)
        self.policy, self.rows, self.as_of = policy, rows, as_of
        self.named = constants(policy)
        self.absent = float(self.rng.choice([0, 0.03, 0.15, 0.4, 0.8]))
        windows = sum(isinstance(duty.timing, ir.Window) for duty in policy.duties)
        self.far = self.chance(0.05) and windows < 3  # every month since the year 1 is a window

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def column(self, kind, count: int, *, null: bool = False, nothing: bool = False) -> Column:
        rng = self.rng
        values = self.values(kind, count)
        state = np.full(count, KNOWN, np.uint8)
        share = self.absent * rng.choice([0, 0.5, 1, 1])
        state[rng.random(count) < share] = ABSENT
        if nothing:
            state[rng.random(count) < rng.choice([0, 0.1, 0.5])] = NOTHING
        if null:
            state[rng.random(count) < rng.choice([0, 0.1, 0.4])] = NULL
        values[state != KNOWN] = None if isinstance(kind, Text) else 0
        return Column(values, None if (state == KNOWN).all() else state)

    def values(self, kind, count: int) -> np.ndarray:
        rng = self.rng
        match kind:
            case Boolean():
                return rng.random(count) < rng.choice([0.2, 0.5, 0.9])
            case Choice(options):
                return rng.integers(0, len(options), count).astype(narrowest((0, len(options))))
            case ChoiceSet(options):
                return rng.integers(0, 2 ** len(options), count).astype(np.int64)
            case Text():
                texts = np.empty(count, object)
                pool = [*WORDS, *self.named.get(Text(), [])]
                texts[:] = [pool[n] for n in rng.integers(0, len(pool), count)]
                return texts
            case Day():
                pool = [day.toordinal() for day in self.named.get(Day(), []) if isinstance(day, date)]
                return self._near([*pool, *self._days()], 2, 1, 3_652_059, count)
            case Number("年"):
                return self._near([self.as_of.year, self.as_of.year - 1, 2], 1, 0, 9999, count)
            case _:
                scale, unit = scale_of(kind), 1
                pool = [int(value * scale) for value in self.named.get(kind, []) if isinstance(value, Fraction)]
                if isinstance(kind, Money):
                    pool += [0, 100, 123_456, 1_000_000, 1_500_000, 2_000_001, 99_999_999]
                elif kind.unit == "%":
                    pool, unit = [*pool, 0, 12_500_000, 33_333_333, 10**8], 1_000_000
                else:
                    pool += [0, 1, 3, 5, 7]
                return self._near(pool, unit, 0, 10**10, count)

    def _days(self) -> list[int]:
        found = [self.as_of - timedelta(days=n) for n in (0, 1, 15, 31, 40, 100, 366, 500, 731, 1100)]
        year = self.as_of.year
        found += [date(year - 1, 1, 31), date(2024, 2, 29), date(year, 1, 1), date(year - 1, 12, 31), date(2025, 9, 30), self.as_of + timedelta(60)]
        return [day.toordinal() for day in found] + ([1, 3_652_059, date(2003, 5, 5).toordinal()] if self.far else [])

    def _near(self, pool: list[int], step: int, least: int, most: int, count: int) -> np.ndarray:
        rng = self.rng
        centre = np.array(pool, np.int64)[rng.integers(0, len(pool), count)]
        found = np.clip(centre + rng.integers(-1, 2, count) * rng.choice([0, 1, step], count), least, most)
        return found.astype(narrowest((0, int(found.max(initial=1)))))

    def make(self) -> Stations:
        columns: dict[Key, Column] = {}
        lists: dict[str, Records] = {}
        given: dict[str, np.ndarray] = {}
        for fact in self.policy.facts:
            if self.chance(0.05 if self.absent < 0.5 else 0.3):
                continue  # nobody has it
            if fact.fields:
                lists[fact.id] = self.records(fact)
                continue
            for period in self.periods(fact):
                null = period not in (None, EVERY_YEAR) and self.chance(1 if fact.null_means is not None else 0.1)
                nothing = isinstance(fact.type, Day) and self.chance(0.7)
                columns[Key(fact.id, period)] = self.column(fact.type, self.rows, null=null, nothing=nothing)
            if fact.series is not None:
                there = self.rng.random(self.rows) < self.rng.choice([0, 0.2, 1])
                for key, column in columns.items():
                    if key.fact == fact.id:
                        there |= True if column.state is None else column.state != ABSENT
                given[fact.id] = there
        columns = {key: column for key, column in columns.items() if column.state is None or column.state.any()}
        inputs = {key: _input(self.type_of(key), column) for key, column in columns.items()}
        inputs |= {
            Key(name, None, own): _input(self.type_of(Key(name, None, own)), column)
            for name, records in lists.items() for own, column in records.fields.items()
        }  # fmt: skip
        longest = {name: int(np.diff(records.offsets).max(initial=0)) for name, records in lists.items()}
        unlisted = frozenset(name for name, records in lists.items() if records.listed is not None)
        empty = set()
        for name, there in given.items():
            entries = [column for key, column in columns.items() if key.fact == name]
            spoken = np.zeros(self.rows, bool)
            for column in entries:
                spoken |= True if column.state is None else column.state != ABSENT
            if (there & ~spoken).any():
                empty.add(name)
        series = {key.fact for key in inputs if key.period} | empty
        every = [(self.type_of(key), column) for key, column in columns.items()]
        every += [(self.type_of(Key(n, None, own)), column) for n, r in lists.items() for own, column in r.fields.items()]
        days = [int(c.values[_known(c)].min()) for kind, c in every if isinstance(kind, Day) and _known(c).any()]
        layout = Layout(inputs, longest, unlisted, frozenset(empty), min(days, default=None))
        return Stations(self.policy, layout, Columns(self.rows, columns, lists, {n: g for n, g in given.items() if n in series}))

    def type_of(self, key: Key):
        fact = next(f for f in self.policy.facts if f.id == key.fact)
        return fact.type if key.field is None else next(own.type for own in fact.fields if own.id == key.field)

    def records(self, fact: ir.Fact) -> Records:
        lengths = self.rng.integers(0, self.rng.choice([1, 2, 4, 6]), self.rows)
        listed = None
        if self.chance(self.absent + 0.2):
            listed = self.rng.random(self.rows) >= max(self.absent * 0.5, 0.05)
            lengths[~listed] = 0
        offsets = np.zeros(self.rows + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        count = int(offsets[-1])
        found = {own.id: self.column(own.type, count, nothing=isinstance(own.type, Day)) for own in fact.fields}
        held = {name: column for name, column in found.items() if count and (column.state is None or column.state.any())}
        return Records(offsets, held, None if listed is None or listed.all() else listed)

    def periods(self, fact: ir.Fact) -> list[str | None]:
        rng, year = self.rng, self.as_of.year
        match fact.series:
            case None:
                return [None]
            case "year":
                years = [str(y) for y in range(year - 4, year + 2) if self.chance(0.7)]
                return [*([EVERY_YEAR] if isinstance(fact.type, Boolean) and self.chance(0.4) else []), *years]
            case "quarter":
                found = [f"{y}Q{q}" for y in (year - 1, year) for q in range(1, 5)]
            case _:
                found = [f"{y}-{m:02}" for y in (year - 1, year) for m in range(1, 13)]
        return sorted(rng.choice(found, min(len(found), int(rng.integers(0, 9))), replace=False).tolist())


def _input(kind, column: Column) -> Input:
    state = column.state if column.state is not None else np.array([KNOWN])
    most = max(int(column.values.max(initial=1)), 1) if isinstance(kind, (Money, Number)) else None
    return Input(kind, bool((state == ABSENT).any()), bool((state == NOTHING).any()), bool((state == NULL).any()), most)


def random_stations(policy: ir.Policy, rows: int, seed: int, as_of: date) -> Stations:
    """A batch of stations; the same for the same arguments."""
    return _Maker(policy, rows, seed, as_of).make()
