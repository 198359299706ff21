"""How the cost of a decision grows with the rules: ``growth.py ROUNDS`` prints, for each number of rules, what it took.

The policy is a table of money by the number of people, a row for each threshold: the shape in which measures have many rules.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import date
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.compiler import compile_policy
from policylang.engines.arrays.columns import Column, Columns
from policylang.engines.arrays.compute import compile_arrays
from policylang.engines.python import compile_python
from policylang.plan.build import plan
from policylang.plan.layout import Input, Key, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = (10, 100, 1000)
ROWS = 200_000
MOST = 20_000
#: How often single decisions about the same stations are timed in a round.
PASSES = 20


def policy(rules: int) -> str:
    """A measure with so many thresholds."""
    step = MOST // rules
    rows = [f"    | {n * step}人以上、不满{(n + 1) * step}人 | {n + 1}元 |" for n in range(rules)]
    head = "办法 thresholds 《档次》\n\n事实\n  人数（people）：数量（人）\n\n结果\n  补助（grant）：金额，每年\n\n"
    return head + "\n".join(["第一条 补助", "  补助 按表 给予：", "    | 人数 | 补助 |", *rows]) + "\n"


class Grown:
    """A measure of some size, on both engines."""

    def __init__(self, rules: int) -> None:
        self.rules = rules
        start = perf_counter()
        own = compile_policy(policy(rules).encode(), "thresholds.pol").policy
        assert own is not None
        key = Key("people")
        layout = Layout({key: Input(own.facts[0].type, absent=False, most=MOST)})
        (line,) = plan(own, layout, date(2026, 3, 1), 2025).lines
        outputs = {"status": line.status, "high": line.high}
        words = {f"clauses{number}": word for number, word in enumerate(line.clauses.words)}
        self._python = compile_python(outputs | words, layout)
        self._arrays = compile_arrays({**outputs, "clauses": line.clauses.words}, layout)
        self.made = perf_counter() - start
        rng = random.Random(5)
        self._people = [rng.randrange(MOST) for _ in range(2000)]
        values = np.random.default_rng(5).integers(0, MOST, ROWS, np.int32)
        self._columns = Columns(ROWS, {key: Column(values)})
        self._step = MOST // rules

    def right(self) -> bool:
        """Whether both engines give each number of people its sum."""
        many = self._arrays(Columns(2000, {Key("people"): Column(np.array(self._people, np.int32))}))["high"]
        one = [self._python.decide(people)[1] for people in self._people]
        wanted = [(people // self._step + 1) * 100 for people in self._people]
        return one == wanted and many.tolist() == wanted  # type: ignore[union-attr]

    def single(self) -> float:
        """Seconds of one decision, warm."""
        passes = [_timed(lambda: [self._python.decide(people) for people in self._people]) for _ in range(PASSES)]
        return median(passes) / len(self._people)

    def batch(self) -> float:
        """Seconds for each station of many."""
        return _timed(lambda: self._arrays(self._columns)) / ROWS


def _timed(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def measured(rounds: int) -> list[dict[str, Any]]:
    """For each size: nanoseconds of one decision and of one among many, and the seconds that making the engines takes."""
    grown = [Grown(rules) for rules in RULES]
    assert all(each.right() for each in grown)
    runs = [[(each.single(), each.batch()) for each in grown] for _ in range(rounds + 1)][1:]
    return [
        {
            "rules": each.rules,
            "made": each.made,
            "single": median(run[place][0] for run in runs) * 1e9,
            "batch": median(run[place][1] for run in runs) * 1e9,
            "single_ratio": median(run[place][0] / run[0][0] for run in runs),
            "batch_ratio": median(run[place][1] / run[0][1] for run in runs),
        }
        for place, each in enumerate(grown)
    ]


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
