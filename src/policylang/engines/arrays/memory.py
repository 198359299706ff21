"""Memory for results. New memory costs more than computing what goes into it, so what is free is used again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    Block = np.ndarray[Any, np.dtype[np.uint8]]

#: Results of more bytes than this each have memory of their own, which goes when they go.
_SHARED = 2**26
#: The results of one call are still there while the next ones are made, so two blocks take turns.
_BLOCKS = 2
#: Arrays begin at multiples of this.
_LINE = 64


class Memory:
    """Arrays for the results of one call after another."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []

    def arrays(self, wanted: Mapping[int, tuple[int, np.dtype[Any]]]) -> dict[int, np.ndarray[Any, np.dtype[Any]]]:
        """An array for each of these numbers of rows and types; what stands in it is left from before."""
        sizes = {key: -(-rows * kind.itemsize // _LINE) * _LINE for key, (rows, kind) in wanted.items()}
        total = sum(sizes.values())
        if total > _SHARED:
            return {key: np.empty(rows, kind) for key, (rows, kind) in wanted.items()}
        block = self._free(total)
        found, first = {}, 0
        for key, (rows, kind) in wanted.items():
            found[key] = block[first : first + rows * kind.itemsize].view(kind)
            first += sizes[key]
        self._blocks = [block, *self._blocks][:_BLOCKS]
        return found

    def _free(self, size: int) -> Block:
        """A block that no array uses any more, or a new one."""
        for _ in range(len(self._blocks)):
            try:
                block = self._blocks.pop()
            except IndexError:  # another thread was faster
                break
            # this name and the argument; every array in the block would be one more
            if sys.getrefcount(block) == 2 and size <= len(block) <= 2 * size:
                return block
        return np.empty(size, np.uint8)
