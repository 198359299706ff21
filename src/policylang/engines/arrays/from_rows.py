"""Columns made of stations one by one: for tests, for a few stations, and wherever speed does not matter."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.engines.arrays.columns import ABSENT, KNOWN, NOTHING, NULL, Column, Columns, Records
from policylang.plan.meaning import NEVER
from policylang.plan.meaning import NULL as NULL_CELL
from policylang.semantics.types import Boolean, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.plan.layout import Input, Layout
    from policylang.plan.meaning import Cell, Row


def columns_of(layout: Layout, rows: Sequence[Row]) -> Columns:
    """The columns that a layout has, with these stations in them; numbers in the narrowest width that holds the layout's."""
    own = {key: _column(each, [row.cells.get(key) for row in rows]) for key, each in layout.inputs.items() if not key.field}
    series = {key.fact for key in layout.inputs if key.period} | layout.empty
    given = {fact: np.array([fact in row.given for row in rows], bool) for fact in sorted(series)}
    return Columns(len(rows), own, {name: _records(layout, name, rows) for name in layout.lists}, given)


@cache
def narrowest(ends: tuple[int, int]) -> np.dtype[Any]:
    """The narrowest signed whole numbers that hold both ends."""
    for kind in (np.int8, np.int16, np.int32):
        found = np.iinfo(kind)
        if found.min <= ends[0] and ends[1] <= found.max:
            return np.dtype(kind)
    return np.dtype(np.int64)


def _records(layout: Layout, name: str, rows: Sequence[Row]) -> Records:
    lists = [row.lists.get(name) for row in rows]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(each or ()) for each in lists], out=offsets[1:])
    flat = [record for each in lists for record in each or ()]
    fields = {
        key.field: _column(own, [record.get(key.field) for record in flat])
        for key, own in layout.inputs.items()
        if key.fact == name and key.field is not None
    }
    listed = np.array([each is not None for each in lists], bool) if name in layout.unlisted else None
    return Records(offsets, fields, listed)


def _column(own: Input, cells: Sequence[Cell]) -> Column:
    state = None
    if own.absent or own.nothing or own.null:
        state = np.array([_state(cell) for cell in cells], np.uint8)
    match own.type:
        case Boolean():
            return Column(np.array([cell is True for cell in cells], bool), state)
        case Text():
            texts = np.empty(len(cells), object)
            texts[:] = [cell if isinstance(cell, str) else None for cell in cells]
            return Column(texts, state)
        case _:
            return Column(np.array([cell if isinstance(cell, int) else 0 for cell in cells], narrowest(own.ends)), state)


def _state(cell: Cell) -> int:
    if cell is None:
        return ABSENT
    return NOTHING if cell is NEVER else NULL if cell is NULL_CELL else KNOWN


