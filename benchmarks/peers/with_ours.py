"""The station task for ours: ``station.pol``, its plan, and the engines of the plan."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from task import ASSESSED, COUNTS, FACTS, KEYS, OPEN, RESULTS

from policylang.compiler import compile_once
from policylang.facts.typed import facts_from_python
from policylang.plan.build import plan
from policylang.plan.layout import Input, Key, Layout
from policylang.plan.model import STATUSES, DecisionPlan
from policylang.runtime.interpreter import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from columns import Arrays
    from task import Answer, Station

    from policylang.plan.model import LinePlan, Plan
    from policylang.plan.nodes import Node
    from policylang.semantics import ir

AS_OF, YEAR = date(2026, 3, 1), 2025
MOST = 100
#: Of the text of an assessment, its place among the options.
PLACE_OF: dict[str | None, int | None] = {None: None, **{text: place for place, text in enumerate(ASSESSED)}}
PLACES = tuple(f"{name}{part}" for name in RESULTS for part in ("", "_clause"))


def policy() -> ir.Policy:
    """The policy of the task."""
    found = compile_once(Path(__file__).with_name("station.pol").read_bytes(), "station.pol").policy
    assert found is not None
    return found


def layout(own: ir.Policy, *, known: bool) -> Layout:
    """The eight columns of the task."""
    types = {fact.id: fact.type for fact in own.facts}
    return Layout({
        Key(*key): Input(types[key[0]], absent=not known, most=MOST if name in COUNTS else None)
        for name, key in zip(FACTS, KEYS, strict=True)
    })  # fmt: skip


class Planned:
    """The plan of the task, and how its ten outputs are read.

    The first output of a result is its value as the task wants it, of money in the unit of the plan; the second the word of
    its clauses.
    """

    def __init__(self, *, known: bool) -> None:
        own = policy()
        self.known = known
        self.layout = layout(own, known=known)
        self.plan: Plan = plan(own, self.layout, AS_OF, YEAR)
        self.outputs: dict[str, Node] = {}
        self.scales: list[int] = []
        self.clauses: list[Callable[[Sequence[int]], tuple[Any, ...]]] = []
        for name in RESULTS:
            found = self._result(name)
            self.outputs[name] = found.value if isinstance(found, DecisionPlan) else self._sum(found)
            self.scales.append(1 if isinstance(found, DecisionPlan) else found.scale)
            (self.outputs[f"{name}_clause"],) = found.clauses.words
            self.clauses.append(found.clauses.read)

    def _result(self, name: str) -> DecisionPlan | LinePlan:
        for decision in self.plan.decisions:
            if decision.outcome.id == name and decision.year in {None, YEAR}:
                return decision
        year = YEAR if name == "cap" else AS_OF.year
        return next(line for line in self.plan.lines if line.outcome.id == name and line.year == year)

    def _sum(self, line: LinePlan) -> Node:
        g = self.plan.graph
        due, not_due = (g.equal(line.status, g.integer(STATUSES.index(status))) for status in ("due", "not_due"))
        return g.choose([(due, line.high), (not_due, g.integer(0))], g.integer(OPEN))

    def answer(self, values: Sequence[int]) -> Answer:
        """The values of the ten outputs as an answer."""
        found: list[Any] = []
        for place, (scale, read) in enumerate(zip(self.scales, self.clauses, strict=True)):
            value = int(values[2 * place])
            found += [
                value if value == OPEN else value // scale,
                "、".join(c.text for c in read([int(values[2 * place + 1])])),
            ]
        return tuple(found)


class Interpreter:
    """The reference interpreter, with its trace."""

    def __init__(self) -> None:
        self._policy = policy()

    def decide(self, station: Station) -> Answer:
        found = self.trace(station)
        decisions = {each.outcome.id: each for each in found.decisions if each.year in (None, YEAR)}
        years = {"cap": YEAR}
        lines = {each.outcome.id: each for each in found.lines if each.year == years.get(each.outcome.id, AS_OF.year)}
        parts: list[Any] = []
        for name in RESULTS:
            if name in decisions:
                own = decisions[name]
                parts.append(OPEN if own.value is None else own.outcome.levels.index(own.value))
                clauses = own.clauses
            else:
                line = lines[name]
                high = line.amount.high
                parts.append(
                    0 if line.status == "not_due" else OPEN if line.status != "due" or high is None else int(high)
                )
                clauses = line.clauses
            parts.append("、".join(clause.text for clause in clauses))
        return tuple(parts)

    def trace(self, station: Station) -> Any:
        given: dict[str, Any] = {}
        for name, (fact, period) in zip(FACTS, KEYS, strict=True):
            if station[name] is not None and period is not None:
                given.setdefault(fact, {})[int(period)] = station[name]
            elif station[name] is not None:
                given[fact] = station[name]
        return evaluate(self._policy, facts_from_python(self._policy, given)[0], AS_OF, YEAR)


class Generated(Planned):
    """Generated Python, called with a dictionary of facts like all others."""

    def __init__(self, *, known: bool = True) -> None:
        from policylang.engines.python import compile_python  # noqa: PLC0415 - each engine loads what it needs

        super().__init__(known=known)
        self.compiled = compile_python(self.outputs, self.layout)
        own = {str(Key(*key)): name for name, key in zip(FACTS, KEYS, strict=True)}
        names = [own[str(key)] for key in self.compiled.keys]
        self._read = itemgetter(*names)
        self._assessed = names.index("assessed")
        self._given = [True] * len(self.compiled.given)
        self._answers: dict[tuple[int, ...], Answer] = {}
        self.raw = self.compiled.decide

    def cells(self, station: Station) -> tuple[Any, ...]:
        """The facts as the function takes them."""
        facts, place = self._read(station), self._assessed
        return (*facts[:place], PLACE_OF[facts[place]], *facts[place + 1 :], *self._given)

    def decide(self, station: Station) -> Answer:
        found = self.raw(*self.cells(station))
        try:
            return self._answers[found]
        except KeyError:
            self._answers[found] = self.answer(found)
            return self._answers[found]


class Prepared:
    """What a service keeps for a policy: the function, and the compact trace of a decision when it is asked for."""

    def __init__(self) -> None:
        from policylang.batch.prepared import Prepared as Function  # noqa: PLC0415 - likewise

        own = policy()
        self._function = Function(own, AS_OF, YEAR, only=RESULTS, layout=layout(own, known=True))
        names = {str(Key(*key)): name for name, key in zip(FACTS, KEYS, strict=True)}
        self._facts = [names[str(key)] for key in self._function.keys]

    def trace(self, station: Station) -> object:
        """The decision and the trace of its grade."""
        facts = {**station, "assessed": ASSESSED.index(station["assessed"])}
        return self._function.trace(self._function.decide(*(facts[name] for name in self._facts)), "grade", YEAR)


def save(folder: Path) -> None:
    """Saves the function as a module for ``with_saved.py``."""
    from policylang.batch.prepared import Prepared as Function  # noqa: PLC0415 - likewise

    own = policy()
    function = Function(own, AS_OF, YEAR, only=RESULTS, layout=layout(own, known=True))
    (folder / "saved_station.py").write_text(function.module(), encoding="utf-8")


class Open(Generated):
    """The same where facts may be unknown."""

    def __init__(self) -> None:
        super().__init__(known=False)


class OnArrays(Planned):
    """Programs over arrays."""

    def __init__(self, *, known: bool = True, only: tuple[str, ...] = PLACES) -> None:
        from policylang.engines.arrays.compute import compile_arrays  # noqa: PLC0415 - likewise

        super().__init__(known=known)
        self.program = compile_arrays({name: self.outputs[name] for name in only}, self.layout)

    def prepared(self, facts: Arrays) -> Any:
        """The arrays as columns."""
        import numpy as np  # noqa: PLC0415 - likewise

        from policylang.engines.arrays.columns import KNOWN, Column, Columns  # noqa: PLC0415

        own = {Key(*key): facts[name] for name, key in zip(FACTS, KEYS, strict=True)}
        columns = {
            key: Column(np.ma.getdata(array), None if self.known else ~np.ma.getmaskarray(array) * np.uint8(KNOWN))
            for key, array in own.items()
        }
        series = {key.fact for key in columns if key.period}
        given = {
            fact: np.any([columns[key].state != 0 for key in columns if key.fact == fact], axis=0)
            for fact in (() if self.known else series)
        }
        return Columns(len(facts["r25"]), columns, given=given)

    def batch(self, columns: Any) -> Any:
        return self.program(columns)

    def answers(self, found: dict[str, Any]) -> list[Answer]:
        return [self.answer(values) for values in zip(*(found[name].tolist() for name in PLACES), strict=True)]


class OpenArrays(OnArrays):
    """The same where facts may be unknown."""

    def __init__(self) -> None:
        super().__init__(known=False)


class ClausesOnly(OnArrays):
    """Only which clauses decided."""

    def __init__(self) -> None:
        super().__init__(only=PLACES[1::2])


class InSQL(Planned):
    """A statement for DuckDB over the table of the hand-written one; the result becomes a table."""

    def __init__(self) -> None:
        from with_duckdb import DuckDB  # noqa: PLC0415

        from policylang.engines.sql.dialect import Dialect  # noqa: PLC0415 - likewise
        from policylang.engines.sql.select import select  # noqa: PLC0415
        from policylang.engines.sql.source import Column, Source  # noqa: PLC0415

        super().__init__(known=True)
        places = {Key(*key): Column(name) for name, key in zip(FACTS, KEYS, strict=True)}
        self._tables = DuckDB()
        self._tables.statement = select(self.outputs, self.layout, Dialect(), Source(key="rowid", columns=places))

    def load(self, stations: list[Station]) -> None:
        """These stations as the table."""
        self._tables.load(stations)

    def prepared(self, facts: Arrays) -> None:
        """Arrays as the table."""
        self._tables.prepared(facts)

    def batch(self, _: object) -> None:
        self._tables.batch(None)

    def answers(self, _: object) -> list[Answer]:
        found: list[Any] = self._tables.answers(None)
        return [self.answer(values) for values in found]
