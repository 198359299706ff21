"""Stations as arrays, for the engines that take them: numpy is needed, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from task import ASSESSED, COUNTS, FACTS

if TYPE_CHECKING:
    from pathlib import Path

    from task import Station

#: One array for each fact: int8 for counts and for the place in ``ASSESSED``, bool for the others.
Arrays = dict[str, np.ndarray]


def arrays_of(stations: list[Station]) -> Arrays:
    """Stations whose facts are all known."""
    return {name: np.array([_number(station[name]) for station in stations], _kind(name)) for name in FACTS}


def made_up(rows: int, seed: int = 7) -> Arrays:
    """As ``task.stations`` makes them, many at once."""
    rng = np.random.default_rng(seed)

    def column(name: str) -> np.ndarray:
        if name in COUNTS:
            return rng.integers(0, 41, rows, np.int8)
        return rng.integers(0, 3, rows, np.int8) if name == "assessed" else rng.random(rows, np.float32) < 0.1

    return {name: column(name) for name in FACTS}


def kept(folder: Path, arrays: Arrays) -> None:
    """Write them where the other processes find them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def read(folder: Path) -> Arrays:
    """What was kept."""
    return {name: np.load(folder / f"{name}.npy") for name in FACTS}


def _number(value: object) -> object:
    return ASSESSED.index(value) if isinstance(value, str) else value


def _kind(name: str) -> type:
    return np.int8 if name in COUNTS or name == "assessed" else np.bool_
