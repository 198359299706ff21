"""From the cells of one column to the column of a plan: each distinct text is read once, typed columns not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from policylang.batch.cells import Reader
from policylang.batch.model import Refused, TableError
from policylang.engines.arrays.columns import ABSENT, KNOWN, NOTHING, NULL, Column
from policylang.engines.arrays.from_rows import narrowest
from policylang.plan.layout import MOST, Input
from policylang.plan.meaning import NEVER
from policylang.plan.meaning import NULL as NULL_CELL
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Text, describe
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.semantics.types import Type

#: The cells of a column as a table has them.
Raw = pl.Series | list[Any]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class ReadColumn:
    """A column, the rows refused with why, and the notes with the rows they are about."""

    column: Column
    faults: list[tuple[Message, np.ndarray]] = field(default_factory=list)
    notes: list[tuple[Message, np.ndarray]] = field(default_factory=list)


def read_column(reader: Reader, raw: Raw, name: str) -> ReadColumn:
    """The column of a plan for the cells of a table.

    Raises:
        TableError: the whole column is of a type that the fact cannot have.
    """
    if isinstance(raw, pl.Series):
        if raw.dtype in (pl.String, pl.Categorical, pl.Enum):
            return _texts(reader, raw)
        if raw.dtype == pl.Null:
            return ReadColumn(_assembled(reader.kind, [None], np.zeros(len(raw), np.intp)))
        if raw.dtype != pl.Object:
            return _typed(reader, raw, name)
        raw = raw.to_list()
    codes, values = _distinct(raw)
    return _looked_up(reader, values, codes)


def _distinct(raw: Sequence[Any]) -> tuple[np.ndarray, list[Any]]:
    """For each cell the number of its value among the distinct ones."""
    numbers: dict[Any, int] = {}
    values: list[Any] = []
    codes = np.empty(len(raw), np.intp)
    for row, value in enumerate(raw):
        key = (
            (type(value), value)
            if value.__hash__ is not None and not isinstance(value, float)
            else (type(value), repr(value))
        )
        found = numbers.get(key)
        if found is None:
            found = numbers[key] = len(values)
            values.append(value)
        codes[row] = found
    return codes, values


def _texts(reader: Reader, raw: pl.Series) -> ReadColumn:
    texts = raw.cast(pl.String)
    known = texts.drop_nulls().unique(maintain_order=True)
    codes = texts.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(len(known)).to_numpy()
    return _looked_up(reader, [*known.to_list(), None], codes)


def _looked_up(reader: Reader, values: list[Any], codes: np.ndarray) -> ReadColumn:
    answers = [reader(value) for value in values]
    cells = [None if isinstance(a, Refused) else a.cell for a in answers]
    found = ReadColumn(_assembled(reader.kind, cells, codes))
    for number, answer in enumerate(answers):
        message = answer.message if isinstance(answer, Refused) else answer.note
        if message is not None:
            rows = np.flatnonzero(codes == number)
            (found.faults if isinstance(answer, Refused) else found.notes).append((message, rows))
    return found


def _assembled(kind: Type, cells: Sequence[Any], codes: np.ndarray) -> Column:
    """A column from its distinct cells."""
    states = np.array([_state(cell) for cell in cells], np.uint8)
    state = None if (states == KNOWN).all() else states[codes]
    match kind:
        case Boolean():
            values = np.array([cell is True for cell in cells], bool)
        case Text():
            values = np.empty(len(cells), object)
            values[:] = [cell if isinstance(cell, str) else None for cell in cells]
        case _:
            whole = [cell if isinstance(cell, int) else 0 for cell in cells]
            values = np.array(whole, narrowest((0, max(whole, default=0))))
    return Column(values[codes], state)


def _state(cell: Any) -> int:
    if cell is None:
        return ABSENT
    return NOTHING if cell is NEVER else NULL if cell is NULL_CELL else KNOWN


# typed columns: no Python for a row


def _typed(reader: Reader, raw: pl.Series, name: str) -> ReadColumn:
    kind, dtype = reader.kind, raw.dtype
    match kind:
        case Boolean() if dtype == pl.Boolean:
            return ReadColumn(Column(_array(raw, fill=False), _states(raw)))
        case Day() if dtype == pl.Date:
            days = _array(raw.to_physical(), fill=0)
            state = _states(raw)
            ordinals = (
                days + np.int32(_EPOCH)
                if state is None
                else np.where(state == KNOWN, days + _EPOCH, 0).astype(np.int32)
            )
            return _within(kind, ordinals, state, Input(kind).ends[1], 1)
        case Day() if dtype == pl.Datetime and getattr(dtype, "time_zone", None) is None:
            found = _typed(reader, raw.cast(pl.Date), name)
            timed = np.flatnonzero((raw != raw.cast(pl.Date).cast(dtype)).fill_null(value=False).to_numpy())
            if len(timed):
                found.notes.append((Message("日期后面的时刻略去", "the time of day is left out"), timed))
            return found
        case Number(unit) if unit != "%" and dtype.is_integer():
            return _integers(kind, raw, reader.factor, MOST["count"])
        case Money() if dtype.is_integer():
            return _integers(kind, raw, 100 * reader.factor, MOST["fen"])
        case Number(unit) if unit != "%" and dtype.is_float():
            return _floats(kind, raw, reader.factor, MOST["count"])
        case Money() if dtype.is_float():
            return _floats(kind, raw, 100 * reader.factor, MOST["fen"])
        case ChoiceSet() | Text() if dtype in (pl.List, pl.Int64, pl.Int32, pl.UInt32, pl.UInt64, pl.Int16):
            return read_column(reader, raw.to_list(), name)
        case Money() | Number() if dtype.is_decimal():
            return read_column(reader, raw.to_list(), name)
        case _:
            raise TableError(
                f"列“{name}”是{_words(dtype)}，而这项事实应为{describe(kind)}；{_advice(kind)}",
                f"the column “{name}” holds {dtype}, but the fact is {describe(kind, 'en')}",
            )


def _advice(kind: Type) -> str:
    match kind:
        case Boolean():
            return "是否列应当用布尔类型或者写“是”“否”，1、0不当作是、否"
        case Day():
            return "日期列应当用日期类型，或者写成“2024-03-01”的文字"
        case Number("%"):
            return "百分比写成“20%”的文字"
        case Choice() | ChoiceSet():
            return "选项写名称或者标识"
        case _:
            return "请改用相应的类型"


def _words(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "是否"
    if dtype.is_numeric():
        return "数字"
    return "日期或者时间" if dtype.is_temporal() else str(dtype)


def _array(raw: pl.Series, fill: Any) -> np.ndarray:
    return (raw.fill_null(fill) if raw.null_count() else raw).to_numpy()


def _states(raw: pl.Series) -> np.ndarray | None:
    return raw.is_not_null().cast(pl.UInt8).to_numpy() if raw.null_count() else None


def _integers(kind: Type, raw: pl.Series, factor: int, most: int) -> ReadColumn:
    if raw.dtype in (pl.UInt64, pl.Int128):
        return _looked_up(
            Reader(kind, factor=factor if isinstance(kind, Number) else factor // 100),
            *reversed(_distinct(raw.to_list())),
        )
    return _within(kind, _array(raw, fill=0), _states(raw), most // factor, factor)


def _within(kind: Type, values: np.ndarray, state: np.ndarray | None, most: int, factor: int) -> ReadColumn:
    """Whole numbers between 0 and ``most``, times ``factor``."""
    faults: list[tuple[Message, np.ndarray]] = []
    least = 1 if isinstance(kind, Day) else 0
    if len(values) and (values.min() < least or values.max() > most):
        known = np.ones(len(values), bool) if state is None else state == KNOWN
        low, high = np.flatnonzero(known & (values < least)), np.flatnonzero(known & (values > most))
        faults += _told(values, low, "不得小于0", "must be >= 0")
        faults += _told(values, high, f"超出了批量计算的范围，最大为{most}", f"is beyond {most}")
        wrong = np.concatenate([low, high])
        state = np.full(len(values), KNOWN, np.uint8) if state is None else state.copy()
        state[wrong] = ABSENT
        values = np.where(state == KNOWN, values, 0)
    if factor != 1:
        values = values.astype(np.int64) * factor
    return ReadColumn(Column(values, state), faults)


def _floats(kind: Type, raw: pl.Series, factor: int, most: int) -> ReadColumn:
    """Floats that stand for whole numbers of 1/``factor`` exactly; others are refused."""
    numbers, state = _array(raw, fill=0.0), _states(raw)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(numbers * factor)
        sound = np.isfinite(numbers) & (scaled / factor == numbers) & (np.abs(scaled) < 2.0**53)
        whole = np.where(sound, scaled, 0).astype(np.int64)
    wrong = np.flatnonzero(~sound)
    found = _within(kind, whole, state, most, 1)
    if len(wrong):
        zh, en = (
            ("应当是整数", "must be a whole number")
            if isinstance(kind, Number)
            else ("最多写到分", "at most two decimals")
        )
        kept = np.full(len(whole), KNOWN, np.uint8) if found.column.state is None else found.column.state.copy()
        kept[wrong] = ABSENT
        found = ReadColumn(
            Column(np.where(kept == KNOWN, found.column.values, 0), kept),
            [*found.faults, *_told(numbers, wrong, zh, en)],
        )
    return found


def _told(values: np.ndarray, rows: np.ndarray, zh: str, en: str) -> list[tuple[Message, np.ndarray]]:
    """The rows at fault, by what is written in them."""
    wrong = values[rows]
    return [
        (Message(f"填写为“{value}”，{zh}", f"{value}: {en}"), rows[(wrong == value) | ((wrong != wrong) & (value != value))])  # noqa: PLR0124 - not a number
        for value in np.unique(wrong).tolist()
    ]  # fmt: skip
