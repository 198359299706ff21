"""Memory for results. New memory costs more than computing what goes into it, so what is free is used again."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    Block = np.ndarray[Any, np.dtype[np.uint8]]

#: Small results share a block, as numpy has large ones faster; together larger than this, each has one of its own, so that
#: whoever keeps a column of many stations keeps no others.
_SHARED = 2**26
#: So many bytes are kept for the next results, at most.
_SPARE = 2**28
#: Arrays begin at multiples of this.
_LINE = 64


class Memory:
    """Arrays for the results of one call after another."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._lock = threading.Lock()

    def arrays(self, wanted: Mapping[int, tuple[int, np.dtype[Any]]]) -> dict[int, np.ndarray[Any, np.dtype[Any]]]:
        """An array for each of these numbers of rows and types; what stands in it is left from before."""
        sizes = {key: -(-rows * kind.itemsize // _LINE) * _LINE for key, (rows, kind) in wanted.items()}
        total = sum(sizes.values())
        found: dict[int, np.ndarray[Any, np.dtype[Any]]] = {}
        with self._lock:
            block, first = self._free(total if total <= _SHARED else 0), 0
            for key, (rows, kind) in wanted.items():
                if total > _SHARED:
                    block, first = self._free(sizes[key]), 0
                found[key] = block[first : first + rows * kind.itemsize].view(kind)
                first += sizes[key]
            while sum(map(len, self._blocks)) > _SPARE:
                self._blocks.pop(0)
        return found

    def _free(self, size: int) -> Block:
        """A block that no array uses any more, or a new one; it is the last of those that are kept."""
        for place in range(len(self._blocks)):
            block = self._blocks.pop(place)
            # this name and the argument; every array in the block would be one more
            if sys.getrefcount(block) == 2 and size <= len(block) <= 2 * size:
                break
            self._blocks.insert(place, block)
        else:
            block = np.empty(size, np.uint8)
        self._blocks.append(block)
        return block
