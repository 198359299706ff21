"""The station task written by hand in numpy: clause ids as their places in ``CLAUSES``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13, CLAUSES

if TYPE_CHECKING:
    from columns import Arrays
    from task import Answer

NUMBER = {clause: np.int8(place) for place, clause in enumerate(CLAUSES)}


class Copy:
    """Nothing is decided: what it takes to copy the facts."""

    def batch(self, facts: Arrays) -> Arrays:
        return {name: array.copy() for name, array in facts.items()}


class CopyAtHand:
    """The same to where there is already room for them."""

    def __init__(self) -> None:
        self._room: Arrays = {}

    def prepared(self, facts: Arrays) -> Arrays:
        self._room = {name: array.copy() for name, array in facts.items()}
        return facts

    def batch(self, facts: Arrays) -> None:
        for name, array in facts.items():
            np.copyto(self._room[name], array)


class Numpy:
    """Selections over whole arrays."""

    def batch(self, facts: Arrays) -> list[np.ndarray]:
        recruits = facts["r25"]
        failed = facts["far25"] | facts["nom25"] | (recruits < 10)
        grade = np.select([failed, recruits >= 30, recruits >= 20], [np.int8(3), np.int8(0), np.int8(1)], np.int8(2))
        revoked = failed & (facts["far24"] | facts["nom24"] | (facts["r24"] < 10))
        caps = np.array([100_000, 80_000, 50_000, 0], np.int32)
        fraud = facts["fraud"]
        return [
            grade,
            np.where(failed, NUMBER[ART_10_4], NUMBER[ART_10_3]),
            revoked.astype(np.int8),
            np.where(revoked, NUMBER[ART_10_4], NUMBER[ART_8]),
            caps[grade],
            np.full(len(recruits), NUMBER[ART_11]),
            np.where(fraud, np.int32(0), np.int32(30_000)),
            np.where(fraud, NUMBER[ART_12_4], NUMBER[ART_13]),
            np.where(~fraud & (facts["assessed"] == 0), np.int32(6_000), np.int32(0)),
            np.full(len(recruits), NUMBER[ART_12_3]),
        ]

    def answers(self, found: list[np.ndarray]) -> list[Answer]:
        return answers(found)


def answers(found: list[np.ndarray]) -> list[Answer]:
    """Arrays of values and places of clauses, as answers."""
    parts = [
        column.tolist() if place % 2 == 0 else [CLAUSES[number] for number in column.tolist()]
        for place, column in enumerate(found)
    ]
    return list(zip(*parts, strict=True))
