"""The columns of many stations as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np  # noqa: TC002 - the types of the columns are those of arrays also when the program runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policylang.plan.layout import Key

#: What ``Column.state`` says of a cell.
ABSENT, KNOWN, NOTHING, NULL = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``values`` as a plan keeps them (bool, whole numbers of any width, texts as objects), and ``state``.

    ``state`` is an array of ``ABSENT``, ``KNOWN``, ``NOTHING`` and ``NULL``, or None where every cell is known. The value of
    a cell that is not known is 0 or false (None for a text).
    """

    values: np.ndarray
    state: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a list, station after station: those of station i are ``offsets[i]`` to ``offsets[i + 1]``.

    ``listed``: for which stations the list is known (None: for all); ``fields``: the columns by field.
    """

    offsets: np.ndarray
    fields: Mapping[str, Column]
    listed: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts of ``rows`` stations. ``given``: for a series the stations to which it is given, with entries or without."""

    rows: int
    columns: Mapping[Key, Column]
    lists: Mapping[str, Records] = field(default_factory=dict)
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
