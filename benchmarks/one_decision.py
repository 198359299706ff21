"""One decision about one station: ``python benchmarks/one_decision.py``.

The task: the grade of the year (A, B, C, 不合格, with overriding grounds), the cap that hangs on it, withdrawal after two
years without success, the base money, 0 on fraud, and its raise after an excellent year; each with the clause that decided,
and unknown wherever a missing fact matters. The generated function is held against one that a careful programmer would
write by hand, and against the floor: a function of as many arguments that returns a constant. Rounds are interleaved; the
machine is shared, so read the ratios.
"""

from __future__ import annotations

import statistics
import time
from random import Random
from typing import TYPE_CHECKING, Any

from policylang.engines.python import Compiled, compile_python
from policylang.plan.graph import Graph
from policylang.plan.layout import Input, Key, Layout
from policylang.semantics.types import Boolean, Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.plan.nodes import Node

FACTS = ("recruits", "far_below", "uncooperative", "failed_last_year", "set_up", "excellent_last_year", "fraud")
UNKNOWN = -1
A, B, C, FAILED = range(4)
ACTIVE, WITHDRAWN = range(2)
#: Clauses, by number.
TABLE_A, TABLE_B, TABLE_C, TABLE_REST, GROUNDS, CAP_A, CAP_B, CAP_C, CAP_NONE, STANDING, TWO_YEARS = range(1, 12)
BASE, FRAUD, NOT_SET_UP, RAISE, NO_RAISE, NO_CLAUSE = 12, 13, 14, 15, 16, 0
OUTPUTS = ("grade", "grade_by", "cap", "cap_by", "status", "status_by", "base", "base_by", "uplift", "uplift_by")


def by_hand(
    recruits: int | None, far_below: bool | None, uncooperative: bool | None, failed_last_year: bool | None,  # noqa: FBT001
    set_up: bool | None, excellent_last_year: bool | None, fraud: bool | None,  # noqa: FBT001 - columns
) -> tuple[int, ...]:  # fmt: skip
    """What a careful programmer writes; sums in fen."""
    if far_below or uncooperative:
        grade, grade_by = FAILED, GROUNDS
    elif recruits is None:
        grade, grade_by = UNKNOWN, NO_CLAUSE
    elif recruits < 10:
        grade, grade_by = FAILED, TABLE_REST
    elif far_below is None or uncooperative is None:
        grade, grade_by = UNKNOWN, NO_CLAUSE
    elif recruits >= 30:
        grade, grade_by = A, TABLE_A
    elif recruits >= 20:
        grade, grade_by = B, TABLE_B
    else:
        grade, grade_by = C, TABLE_C

    if grade == A:
        cap, cap_by = 30_000_000, CAP_A
    elif grade == B:
        cap, cap_by = 20_000_000, CAP_B
    elif grade == C:
        cap, cap_by = 10_000_000, CAP_C
    elif grade == FAILED:
        cap, cap_by = 0, CAP_NONE
    else:
        cap, cap_by = UNKNOWN, NO_CLAUSE

    if failed_last_year is False or grade in (A, B, C):
        status, status_by = ACTIVE, STANDING
    elif failed_last_year is None or grade == UNKNOWN:
        status, status_by = UNKNOWN, NO_CLAUSE
    else:
        status, status_by = WITHDRAWN, TWO_YEARS

    if fraud:
        base, base_by = 0, FRAUD
    elif set_up is None:
        base, base_by = UNKNOWN, NO_CLAUSE
    elif set_up:
        base, base_by = 3_000_000, BASE
    else:
        base, base_by = 0, NOT_SET_UP

    if base == 0 or excellent_last_year is False:
        uplift, uplift_by = 0, NO_RAISE
    elif base == UNKNOWN or excellent_last_year is None:
        uplift, uplift_by = UNKNOWN, NO_CLAUSE
    else:
        uplift, uplift_by = base * 20 // 100, RAISE
    return grade, grade_by, cap, cap_by, status, status_by, base, base_by, uplift, uplift_by


def floor(a: object, b: object, c: object, d: object, e: object, f: object, g: object) -> tuple[int, ...]:  # noqa: ARG001
    """Nothing but the call."""
    return (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def task(*, traced: bool) -> tuple[dict[str, Node], Layout]:
    """The same as nodes; ``traced``: also the limbs that failed and what is missing."""
    keys = [Key(name) for name in FACTS]
    layout = Layout({key: Input(Number("人") if i == 0 else Boolean()) for i, key in enumerate(keys)})
    g = Graph(layout)
    recruits, far_below, uncooperative, failed_before, set_up, excellent, fraud = keys

    def yes(key: Key) -> Node:
        return g.truth(key)

    def no(key: Key) -> Node:
        return g.both(g.known(key), g.no(g.truth(key)))

    def of(cases: list[tuple[Node, int]], otherwise: int) -> Node:
        return g.choose([(when, g.integer(value)) for when, value in cases], g.integer(otherwise))

    ground, no_ground = g.either_of(yes(far_below), yes(uncooperative)), g.both(no(far_below), no(uncooperative))
    count, counted = g.number(recruits), g.known(recruits)
    least = {grade: g.both(counted, g.no(g.less(count, g.integer(n)))) for grade, n in ((A, 30), (B, 20), (C, 10))}
    too_few = g.both(counted, g.less(count, g.integer(10)))
    is_a, is_b, is_c = (g.both(no_ground, least[grade]) for grade in (A, B, C))
    failed = g.either_of(ground, too_few)
    good = g.any((is_a, is_b, is_c))
    withdrawn, standing = g.both(failed, yes(failed_before)), g.either_of(no(failed_before), good)
    cheated = yes(fraud)
    honest = g.no(cheated)
    raised = g.all((honest, yes(set_up), yes(excellent)))
    not_raised = g.any((cheated, no(set_up), no(excellent)))
    outputs = {
        "grade": of([(is_a, A), (is_b, B), (is_c, C), (failed, FAILED)], UNKNOWN),
        "grade_by": of([(ground, GROUNDS), (too_few, TABLE_REST), (is_a, TABLE_A), (is_b, TABLE_B), (is_c, TABLE_C)], NO_CLAUSE),
        "cap": of([(is_a, 30_000_000), (is_b, 20_000_000), (is_c, 10_000_000), (failed, 0)], UNKNOWN),
        "cap_by": of([(is_a, CAP_A), (is_b, CAP_B), (is_c, CAP_C), (failed, CAP_NONE)], NO_CLAUSE),
        "status": of([(standing, ACTIVE), (withdrawn, WITHDRAWN)], UNKNOWN),
        "status_by": of([(standing, STANDING), (withdrawn, TWO_YEARS)], NO_CLAUSE),
        "base": of([(cheated, 0), (yes(set_up), 3_000_000), (no(set_up), 0)], UNKNOWN),
        "base_by": of([(cheated, FRAUD), (yes(set_up), BASE), (no(set_up), NOT_SET_UP)], NO_CLAUSE),
        "uplift": of([(not_raised, 0), (raised, 600_000)], UNKNOWN),
        "uplift_by": of([(not_raised, NO_RAISE), (raised, RAISE)], NO_CLAUSE),
    }
    if traced:
        lack = {key: g.gate(g.no(g.known(key)), g.missing(key.fact)) for key in keys}
        open_grade = g.gate(g.no(g.either_of(failed, good)), g.all_of((lack[recruits], lack[far_below], lack[uncooperative])))
        open_status = g.all_of((open_grade, lack[failed_before]))
        outputs |= {
            "grade_needs": open_grade, "cap_needs": open_grade,
            "status_needs": g.gate(g.no(g.either_of(standing, withdrawn)), open_status),
            "base_needs": g.gate(honest, lack[set_up]),
            "uplift_needs": g.gate(g.no(g.either_of(raised, not_raised)), g.all_of((lack[set_up], lack[excellent]))),
            "grade_failed": g.pack([*map(g.no, least.values()), yes(far_below), yes(uncooperative)]),
            "status_failed": g.pack([no(failed_before), good]),
            "base_failed": g.pack([cheated, no(set_up)]),
            "uplift_failed": g.pack([cheated, no(set_up), no(excellent)]),
        }  # fmt: skip
    return outputs, layout


def stations(count: int, unknown: float, seed: int = 7) -> list[tuple[Any, ...]]:
    """Random stations, each fact missing with a probability."""
    random = Random(seed)

    def cell(value: object) -> object:
        return None if random.random() < unknown else value

    return [
        (cell(random.randint(0, 40)), *(cell(random.random() < share) for share in (0.1, 0.1, 0.3, 0.9, 0.3, 0.05)))
        for _ in range(count)
    ]


def thresholds(rules: int) -> Compiled:
    """As many rules, each a threshold with its own clause."""
    key = Key("recruits")
    layout = Layout({key: Input(Number("人"))})
    g = Graph(layout)
    steps = [g.both(g.known(key), g.no(g.less(g.number(key), g.integer(10 * i)))) for i in range(rules, 0, -1)]
    sums = g.choose([(step, g.integer(100 * (rules - i))) for i, step in enumerate(steps)], g.integer(0))
    by = g.choose([(step, g.integer(rules - i)) for i, step in enumerate(steps)], g.integer(0))
    return compile_python({"sum": sums, "by": by}, layout)


def cells(rules: int) -> Compiled:
    """As many rules, each a threshold of one number and one of another, in two columns of the same condition."""
    side = max(2, round(rules**0.5))
    one, other = Key("recruits"), Key("projects")
    layout = Layout({one: Input(Number("人")), other: Input(Number("个"))})
    g = Graph(layout)

    def least(key: Key, n: int) -> Node:
        return g.both(g.known(key), g.no(g.less(g.number(key), g.integer(n))))

    cases = [
        (g.both(least(one, 10 * i), least(other, 10 * j)), g.integer(i * side + j))
        for i in range(side, 0, -1) for j in range(side, 0, -1)
    ]  # fmt: skip
    return compile_python({"by": g.choose(cases, g.integer(0))}, layout)


def measured(functions: dict[str, tuple[Callable[..., Any], list[tuple[Any, ...]]]], rounds: int = 15) -> dict[str, float]:
    """Median microseconds of a call, in interleaved rounds."""
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, (function, rows) in functions.items():
            start = time.perf_counter()
            for row in rows:
                function(*row)
            seconds[name].append((time.perf_counter() - start) / len(rows))
    return {name: statistics.median(found) * 1e6 for name, found in seconds.items()}


def main() -> None:
    """Measure and print the table."""
    compiled, traced = (compile_python(*task(traced=traced)) for traced in (False, True))
    lines = compile_python(*task(traced=False), branches=0)
    for share in (0.0, 0.1):
        rows = stations(5000, share)
        for row in rows:
            assert compiled(*row) == by_hand(*row) == traced(*row)[:10] == lines(*row), row
        found = measured({
            "by hand": (by_hand, rows), "generated": (compiled.decide, rows), "generated, lines only": (lines.decide, rows),
            "generated, with trace": (traced.decide, rows), "floor": (floor, rows),
        })  # fmt: skip
        print(f"station task, {share:.0%} of the facts missing")
        for name, micros in found.items():
            goal = {"generated": "  (<= 0.7)", "generated, with trace": "  (<= 5 µs)"}.get(name, "")
            print(f"  {name:<24}{micros:7.3f} µs  {micros / found['by hand']:5.2f} x by hand{goal}")
    random = Random(3)
    print("10 -> 1,000 rules (<= 2.5 x)")
    for name, make in (("thresholds of one number", thresholds), ("of two numbers", cells)):
        start = time.perf_counter()
        few, many = make(10), make(1000)
        took = time.perf_counter() - start
        wide, deep = ([tuple(random.randint(0, top) for _ in few.keys) for _ in range(5000)] for top in (110, 10_010))
        if make is cells:
            wide, deep = ([tuple(random.randint(0, top) for _ in few.keys) for _ in range(5000)] for top in (40, 330))
        found = measured({"few": (few.decide, wide), "many": (many.decide, deep)})
        times = f"{found['few']:7.3f} -> {found['many']:.3f} µs  {found['many'] / found['few']:5.2f} x"
        print(f"  {name:<24}{times}   compiled in {took:.2f} s")


if __name__ == "__main__":
    main()
