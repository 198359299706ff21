"""The station task for ours as a service would have it: the module that ``with_ours.py`` saved, and nothing of ours besides."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from task import ASSESSED, FACTS, KEYS, OPEN, RESULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from task import Answer, Station

#: Which year each result is told for, and the levels of those that have levels, as the task numbers them.
NAMES = {"grade": "grade@2025", "status": "status", "cap": "cap@2025", "base": "base@2026", "uplift": "uplift@2026"}
LEVELS = {"grade": ("A", "B", "C", "fail"), "status": ("active", "revoked")}


class Saved:
    """Facts from a dictionary, results in words."""

    def __init__(self) -> None:
        sys.path.insert(0, os.environ["POLICYLANG_SAVED"])
        self._module: Any = import_module("saved_station")
        own = {fact if period is None else f"{fact}.{period}": name for name, (fact, period) in zip(FACTS, KEYS, strict=True)}
        self._facts = [own[key] for key in self._module.KEYS]

    def decide(self, station: Station) -> Answer:
        facts = {**station, "assessed": ASSESSED.index(station["assessed"])}
        told = self._module.told(self._module.decide(*(facts[name] for name in self._facts)), self._module.TABLES)
        found: list[Any] = []
        for name in RESULTS:
            own = told[NAMES[name]]
            if name in LEVELS:
                value = LEVELS[name].index(own["value"])
            else:
                value = 0 if own["status"] == "not_due" else own["high"] if own["status"] == "due" else OPEN
            found += [value, "、".join(own["clauses"])]
        return tuple(found)
