"""The station task, as every engine is given it: the stations, what is asked, and in which form it is answered.

A station is a dictionary of eight facts (``FACTS``), None for what is not known. An answer has ten places: for each of
the five results of ``station.pol`` a number and the clause that decided. The number is the place of the level for the grade
and the standing, yuan for money, and ``OPEN`` while the facts do not settle it; the clause of an open result is not compared.

Only the standard library is used here: this file is loaded by the Python of every engine.
"""

from __future__ import annotations

# not from typing, which takes longer to load than all the rest
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Station = dict[str, Any]
    Answer = tuple[int, str, int, str, int, str, int, str, int, str]

FACTS = ("r24", "r25", "far24", "far25", "nom24", "nom25", "assessed", "fraud")
COUNTS = ("r24", "r25")
ASSESSED = ("优秀", "合格", "不合格")
RESULTS = ("grade", "status", "cap", "base", "uplift")
#: How ours names the columns of the eight facts.
KEYS = (
    ("recruits", "2024"), ("recruits", "2025"), ("far_below", "2024"), ("far_below", "2025"), ("nominal_only", "2024"),
    ("nominal_only", "2025"), ("assessed", None), ("fraud", None),
)  # fmt: skip

OPEN = -1
ART_8, ART_10_3, ART_10_4, ART_11 = "第八条", "第十条3", "第十条4", "第十一条"
ART_12_3, ART_12_4, ART_13 = "第十二条（三）", "第十二条（四）", "第十三条"
CLAUSES = (ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13)

#: The first station of all, for what is timed from nothing.
FIRST = {"r24": 12, "r25": 30, "far24": False, "far25": False, "nom24": False, "nom25": False, "assessed": "优秀", "fraud": False}


def stations(count: int, seed: int = 2025, unknown: float = 0.0) -> list[Station]:
    """Stations made up at random; a share of their facts is not known."""
    import random  # noqa: PLC0415 - whoever is timed from nothing does not need it

    rng = random.Random(seed)

    def fact(name: str) -> int | bool | str | None:
        if unknown and rng.random() < unknown:
            return None
        if name in COUNTS:
            return rng.randrange(41)
        return rng.choice(ASSESSED) if name == "assessed" else rng.random() < 0.1

    return [{name: fact(name) for name in FACTS} for _ in range(count)]


def comparable(answer: Any) -> tuple[Any, ...]:
    """An answer without the clauses of what is open."""
    return tuple(part if place % 2 == 0 or answer[place - 1] != OPEN else None for place, part in enumerate(answer))
