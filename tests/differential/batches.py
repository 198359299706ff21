"""One batch: a policy, a day, readings and thousands of stations from a number; every engine held against the others."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from differential.answering import CALENDAR, against, answered, fewest, unlike
from differential.computing import ENGINES, NeedsFound, apart, lengths_of, values_of
from differential.random_policies import random_policy
from differential.random_stations import random_stations
from policylang.compiler import compile_policy
from policylang.plan.answers import expected, outputs
from policylang.plan.build import plan
from policylang.plan.graph import TooLargeError
from policylang.runtime.interpreter import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from differential.random_stations import Stations
    from policylang.facts.model import Facts
    from policylang.plan.model import Plan
    from policylang.semantics import ir

POLICIES = Path(__file__).resolve().parents[2] / "policies"
REAL = ("fuzhou", "liuzhou", "luzhou", "weihai", "xishuangbanna")
DAYS = (
    date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 6, 30), date(2025, 10, 9), date(2026, 1, 1),
    date(2024, 2, 29), date(2023, 7, 15), date(2026, 12, 20),
)  # fmt: skip
#: More than this is not told of one batch.
TOLD = 3


@dataclass
class Checked:
    """What came of a batch: how many stations went through each engine, and what differs."""

    number: int
    policy: str
    rows: dict[str, int] = field(default_factory=dict)
    values: int = 0
    refused: bool = False
    mismatches: list[str] = field(default_factory=list)


@cache
def real_policy(name: str) -> ir.Policy:
    """A policy of the repository."""
    found = compile_policy((POLICIES / f"{name}.pol").read_bytes(), f"{name}.pol").policy
    assert found is not None
    return found


def check(
    seed: int, number: int, rows: int, engines: Sequence[str] = ("arrays", "python", "sql"), sample: int | None = 200,
) -> Checked:  # fmt: skip
    """Checks a batch: all stations in every engine, and ``sample`` of them (None: all) in the interpreter."""
    rng = Random(f"{seed}:{number}")
    if number % 2:
        name = REAL[number // 2 % len(REAL)]
        text, policy = name, real_policy(name)
    else:
        text, policy = random_policy(rng)
        name = "random"
    as_of = rng.choice(DAYS)
    year = as_of.year - rng.choice((0, 0, 1))
    readings = {r.id: rng.choice(r.options).id for r in policy.readings}
    stations = random_stations(policy, rows, rng.getrandbits(48), as_of)
    done = Checked(number, name)
    where = f"seed {seed}, batch {number} of {rows}, as of {as_of}, year {year}, readings {readings}\n{text}"
    try:
        made = plan(policy, stations.layout, as_of, year, readings, CALENDAR)
    except TooLargeError:
        done.refused = True
        return done
    asked = outputs(made)
    found = {}
    for engine in engines:
        try:
            found[engine] = ENGINES[engine](asked, stations.layout, stations.columns)
        except Exception:  # noqa: BLE001 - whatever it is, it is told with what makes it again
            done.mismatches.append(f"{where}\n{engine}: {traceback.format_exc(limit=-4)}")
    if done.mismatches:
        return done
    first = engines[0]
    done.values = sum(len(v.codes if isinstance(v, NeedsFound) else v) for v in found[first].values())
    done.rows = dict.fromkeys(engines, rows)
    wrong: dict[int, str] = {}
    for engine in engines[1:]:
        for output, node in asked.items():
            for place in apart(found[first][output], found[engine][output])[:TOLD].tolist():
                row = place if node.level is None else _station(stations, node.level, place)
                wrong.setdefault(row, f"{first} and {engine} differ at {node!r}")
    looked_at = range(rows) if sample is None else sorted(rng.sample(range(rows), min(sample, rows)))
    for row in looked_at:
        facts = stations.facts(row)
        wanted = expected(evaluate(policy, facts, as_of, year, readings, CALENDAR))
        for engine in engines if row in wrong else engines[:1]:
            own = values_of(found[engine], stations.columns, row), lengths_of(stations.columns, row)
            for line in against(made, wanted, answered(made, *own, facts)):
                wrong.setdefault(row, f"{engine} and the interpreter differ: {line}")
    done.rows["interpreter"] = len(looked_at)
    told = [_told(made, stations.facts(row), first_seen, engines) for row, first_seen in list(wrong.items())[:TOLD]]
    done.mismatches = [f"{where}\n{each}" for each in told] + [f"... {len(wrong)} stations in all"] * (len(wrong) > TOLD)
    return done


def _station(stations: Stations, level: str, place: int) -> int:
    return int(np.searchsorted(stations.columns.lists[level].offsets, place, side="right")) - 1


def _told(made: Plan, facts: Facts, first_seen: str, engines: Sequence[str]) -> str:
    """A mismatch with as few facts as show it in a table of their own."""

    def wrong(fewer: Facts) -> list[str]:
        return unlike(made.policy, [fewer], made.as_of, made.year, made.readings, engines=engines)

    if not wrong(facts):
        return f"{first_seen}\n  (only in the table of the batch) facts: {facts.values}"
    small = fewest(facts, lambda fewer: bool(wrong(fewer)))
    return f"{first_seen}\n  facts: {small.values}\n  " + "\n  ".join(wrong(small)[:10])
