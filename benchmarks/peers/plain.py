"""The station task written by hand in plain Python: the yardstick, and the same with what is not known."""

from __future__ import annotations

from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13, FACTS, OPEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from task import Answer, Station


class Plain:
    """All facts known."""

    def __init__(self) -> None:
        self.decide = decide


class Positional:
    """The same with the facts by position, as generated Python takes them."""

    def __init__(self) -> None:
        self.raw = by_position

    def cells(self, station: Station) -> tuple[Any, ...]:
        return tuple(station[name] for name in FACTS)

    def decide(self, station: Station) -> Answer:
        return by_position(*self.cells(station))


class OpenPlain:
    """Facts may be None."""

    def __init__(self) -> None:
        self.decide = decide_open


def decide(station: Station) -> Answer:
    """All facts known."""
    recruits = station["r25"]
    if station["far25"] or station["nom25"] or recruits < 10:
        grade, clause, cap = 3, ART_10_4, 0
    elif recruits >= 30:
        grade, clause, cap = 0, ART_10_3, 100_000
    elif recruits >= 20:
        grade, clause, cap = 1, ART_10_3, 80_000
    else:
        grade, clause, cap = 2, ART_10_3, 50_000
    if grade == 3 and (station["far24"] or station["nom24"] or station["r24"] < 10):
        status, status_clause = 1, ART_10_4
    else:
        status, status_clause = 0, ART_8
    if station["fraud"]:
        return (grade, clause, status, status_clause, cap, ART_11, 0, ART_12_4, 0, ART_12_3)
    uplift = 6_000 if station["assessed"] == "优秀" else 0
    return (grade, clause, status, status_clause, cap, ART_11, 30_000, ART_13, uplift, ART_12_3)


def by_position(
    r24: int, r25: int, far24: bool, far25: bool, nom24: bool, nom25: bool, assessed: str, fraud: bool  # noqa: FBT001
) -> Answer:  # fmt: skip
    """All facts known, by position."""
    if far25 or nom25 or r25 < 10:
        grade, clause, cap = 3, ART_10_4, 0
    elif r25 >= 30:
        grade, clause, cap = 0, ART_10_3, 100_000
    elif r25 >= 20:
        grade, clause, cap = 1, ART_10_3, 80_000
    else:
        grade, clause, cap = 2, ART_10_3, 50_000
    if grade == 3 and (far24 or nom24 or r24 < 10):
        status, status_clause = 1, ART_10_4
    else:
        status, status_clause = 0, ART_8
    if fraud:
        return (grade, clause, status, status_clause, cap, ART_11, 0, ART_12_4, 0, ART_12_3)
    uplift = 6_000 if assessed == "优秀" else 0
    return (grade, clause, status, status_clause, cap, ART_11, 30_000, ART_13, uplift, ART_12_3)


def decide_open(station: Station) -> Answer:
    """Facts may be None: a result is given where they settle it, whatever the missing ones are."""
    grade, clause = _grade(station)
    cap = OPEN if grade == OPEN else (100_000, 80_000, 50_000, 0)[grade]
    failed, before = _failed(station, "25"), _failed(station, "24")
    if failed is False or before is False:
        status, status_clause = 0, ART_8
    elif failed and before:
        status, status_clause = 1, ART_10_4
    else:
        status, status_clause = OPEN, ""
    fraud, assessed = station["fraud"], station["assessed"]
    base = OPEN if fraud is None else 0 if fraud else 30_000
    raised = False if fraud or assessed in {"合格", "不合格"} else None if None in {fraud, assessed} else True
    uplift = OPEN if raised is None else 6_000 if raised else 0
    return (grade, clause, status, status_clause, cap, ART_11, base, ART_12_4 if fraud else ART_13, uplift, ART_12_3)


def _grade(station: Station) -> tuple[int, str]:
    failed = _failed(station, "25")
    if failed is None:
        return OPEN, ""
    if failed:
        return 3, ART_10_4
    return 0 if station["r25"] >= 30 else 1 if station["r25"] >= 20 else 2, ART_10_3


def _failed(station: Station, year: str) -> bool | None:
    grounds = station["far" + year], station["nom" + year]
    recruits = station["r" + year]
    if True in grounds or (recruits is not None and recruits < 10):
        return True
    return None if recruits is None or None in grounds else False
