"""What was measured, as Markdown."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from engines import ENGINES
from files import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEGIN, END = "<!-- peers: written by side_by_side.py --write -->", "<!-- peers: end -->"
HAND, BY_POSITION, HAND_OPEN = (engine.name for engine in ENGINES[:3])
_, OURS_RAW, OURS_OPEN, _, SAVED, SERVICE = (engine.name for engine in ENGINES[3:9])
COPY, AT_HAND, _, ARRAYS, CLAUSES_ONLY, OPEN_ARRAYS = (engine.name for engine in ENGINES[-9:-3])
OPENFISCA = "openfisca-core"

Runs = list[dict[str, float]]


def tables(found: dict[str, Any]) -> str:
    """All tables."""
    parts = [
        _goals(found),
        "### One decision\n\n"
        "Warm, with the ids of the deciding clauses; the ratio is to plain Python that takes a dictionary.\n\n"
        + _single(found),
        "### Many stations at once\n\n"
        "In memory, with the ids of the deciding clauses; the ratio is to copying the arrays of the facts.\n\n"
        + _many(found),
        "### From nothing to the first answer\n\nA whole process; the ratio is to `python -c pass`.\n\n"
        + _cold(found["cold"]),
        "### More rules\n\nA table of money by thresholds; nanoseconds for each station, ratios to 10 rules.\n\n"
        + _growth(found["growth"]),
        "### Files\n\nFrom Parquet to Parquet; the ratio is to reading the answers and writing them again. The time of the command\n"
        "has the start of its process in it, and its answers have more columns.\n\n" + _files(found["files"]),
    ]
    return "\n\n".join(parts)


def document(page: str, text: str) -> str:
    """The page with these tables between the markers."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    line = "|".join(["", "---", *["---:"] * (len(head) - 1), ""])
    return "\n".join([f"| {' | '.join(head)} |", line, *(f"| {' | '.join(row)} |" for row in rows)])


def _middle(runs: Runs, name: str, to: str | None = None) -> float | None:
    if name not in runs[0] or (to is not None and to not in runs[0]):
        return None
    return median(run[name] / (run[to] if to is not None else 1) for run in runs)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _single(found: dict[str, Any]) -> str:
    runs: Runs = found["single"]
    names = [engine.name for engine in ENGINES if engine.name in runs[0] or f"{engine.name}+" in runs[0]]
    names.sort(key=lambda name: _middle(runs, name) or _middle(runs, f"{name}+") or 0)
    rows = [
        (
            name,
            _number(_middle(runs, name)),
            _number(_middle(runs, name, HAND)),
            _number(_middle(runs, f"{name}+")),
        )
        for name in names
    ]
    return _table(("engine", "µs", "×", "with its trace, µs"), rows)


def _many(found: dict[str, Any]) -> str:
    many: Runs = found["many"]
    most: Runs = found["most"]
    names = [engine.name for engine in ENGINES if engine.name in many[0]]
    names.sort(key=lambda name: _middle(many, name) or 0)

    def rate(runs: Runs, name: str) -> str:
        own = _middle(runs, name)
        return "–" if own is None else f"{1e3 / own:,.3g}"

    rows = [
        (
            name,
            rate(many, name),
            _number(_middle(many, name, COPY)),
            rate(most, name),
            _number(_middle(most, name, COPY)),
        )
        for name in names
    ]
    return _table(("engine", "10⁶: million/s", "×", "10⁷: million/s", "×"), rows)


def _cold(runs: Runs) -> str:
    names = sorted(runs[0], key=lambda name: _middle(runs, name) or 0)
    shown = {"bare": "`python -c pass`"}
    return _table(
        ("engine", "ms", "×"),
        [(shown.get(name, name), _number(_middle(runs, name)), _number(_middle(runs, name, "bare"))) for name in names],
    )


def _growth(sizes: list[dict[str, Any]]) -> str:
    rows = [
        (
            f"{size['rules']:,}", _number(size["single"]), _number(size["single_ratio"]), _number(size["batch"]),
            _number(size["batch_ratio"]), _number(size["made"]),
        )
        for size in sizes
    ]  # fmt: skip
    return _table(("rules", "one decision, ns", "×", "of many, ns", "×", "made ready once, s"), rows)


def _files(sizes: dict[str, Any]) -> str:
    rows = [
        (f"{int(count):,}", name, _number(way["seconds"]), _number(way["ratio"]), f"{way['memory'] / 2**20:,.0f} MiB")
        for count, ways in sizes.items()
        for name, way in ways.items()
    ]
    return _table(("stations", "way", "s", "×", "most memory"), rows)


def _goals(found: dict[str, Any]) -> str:
    single, many, most, cold = found["single"], found["many"], found["most"], found["cold"]
    grown = found["growth"][-1]
    largest = list(found["files"].values())[-1]
    memory = {rows: size[BATCH]["memory"] for rows, size in found["files"].items()}
    first, last = list(memory.values())[-2:]
    rows = [
        ("one decision with ids, facts by position, to plain Python", 0.7, _middle(single, OURS_RAW, BY_POSITION)),
        (
            "the same where facts may be missing, to plain Python that knows of it",
            0.7,
            _middle(single, OURS_OPEN, HAND_OPEN),
        ),
        ("from nothing to the first answer of a saved module, to bare Python", 2.5, _middle(cold, SAVED, "bare")),
        ("10⁷ stations in memory with ids, to copying the facts", 7.0, _middle(most, ARRAYS, COPY)),
        ("the same, to copying them into memory at hand", 7.0, _middle(most, ARRAYS, AT_HAND)),
        ("10⁷ stations, deciding clauses only, to copying the facts", 2.0, _middle(most, CLAUSES_ONLY, COPY)),
        ("the same, to copying them into memory at hand", 2.0, _middle(most, CLAUSES_ONLY, AT_HAND)),
        ("exact unknowns, to facts that are all known: 10⁶ stations", 1.5, _middle(many, OPEN_ARRAYS, ARRAYS)),
        ("the same: 10⁷ stations", 1.5, _middle(most, OPEN_ARRAYS, ARRAYS)),
        ("10⁷ stations from Parquet to Parquet, to copying the answers", 1.2, largest[BATCH]["ratio"]),
        ("10 → 1,000 rules, one decision", 2.5, grown["single_ratio"]),
        ("10 → 1,000 rules, many stations", 1.5, grown["batch_ratio"]),
        ("most memory, 10⁷ stations to 10⁶", 2.0, last / first),
    ]
    shown = [(name, f"≤ {goal:g} ×", f"{_number(own)} ×", _met(own, goal)) for name, goal, own in rows]
    traced = _middle(single, f"{SERVICE}+")
    shown.insert(2, ("one decision with its compact trace", "≤ 5 µs", f"{_number(traced)} µs", _met(traced, 5)))
    faster = _middle(many, OPENFISCA, ARRAYS)
    met = _met(faster and 1 / faster, 1 / 20)
    shown.append(("10⁶ stations, how many times as fast as openfisca-core", "≥ 20 ×", f"{_number(faster)} ×", met))
    return "### Goals\n\n" + _table(("goal, as a ratio in one run", "goal", "measured", "met"), shown)


def _met(value: float | None, most: float) -> str:
    return "not measured" if value is None else "yes" if value <= most else "**no**"
