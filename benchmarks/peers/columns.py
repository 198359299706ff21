"""Stations as arrays, for the engines that take them: numpy is needed, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from task import ASSESSED, COUNTS, FACTS

if TYPE_CHECKING:
    from task import Station

#: One array for each fact: int8 for counts and for the place in ``ASSESSED``, bool for the others. A masked array where
#: some are not known.
Arrays = dict[str, np.ndarray]


def arrays_of(stations: list[Station]) -> Arrays:
    """These stations."""

    def column(name: str) -> np.ndarray:
        cells = [station[name] for station in stations]
        unknown = [cell is None for cell in cells]
        values: np.ndarray = np.array([_number(cell) for cell in cells], _kind(name))
        return np.ma.MaskedArray(values, unknown) if any(unknown) else values

    return {name: column(name) for name in FACTS}


def made_up(rows: int, seed: int = 7, unknown: float = 0.0) -> Arrays:
    """As ``task.stations`` makes them, many at once."""
    rng = np.random.default_rng(seed)

    def column(name: str) -> np.ndarray:
        values: np.ndarray
        if _kind(name) is np.int8:
            values = rng.integers(0, 41 if name in COUNTS else 3, rows, np.int8)
        else:
            values = rng.random(rows, np.float32) < 0.1
        if not unknown:
            return values
        mask = rng.random(rows, np.float32) < unknown
        values[mask] = 0
        return np.ma.MaskedArray(values, mask)

    return {name: column(name) for name in FACTS}


def _number(value: object) -> object:
    return ASSESSED.index(value) if isinstance(value, str) else value or 0


def _kind(name: str) -> type:
    return np.int8 if name in COUNTS or name == "assessed" else np.bool_
