"""One policy compiled for many single questions: the answer of a service in microseconds, its reasons when they are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from policylang.batch.reading import told
from policylang.engines.python.compiled import compile_python
from policylang.facts.model import Facts
from policylang.facts.typed import facts_from_python
from policylang.plan.answers import Answers, answers, name_of, outputs
from policylang.plan.build import plan
from policylang.plan.layout import whole_layout
from policylang.plan.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from policylang.engines.python.compiled import Compiled
    from policylang.measure.citation import Citation
    from policylang.plan.layout import Key, Layout
    from policylang.plan.model import Clauses, Plan
    from policylang.plan.nodes import Node
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.values import Needs


#: So many different sets of clauses are kept for each decision.
_KEPT = 1024


class Trace(NamedTuple):
    """Why a decision came out as it did, in short: the clauses that decided, those whose conditions failed, what is missing."""

    value: str | None
    clauses: tuple[Citation, ...]
    failed: tuple[Citation, ...]
    missing: Needs


class Prepared:
    """Decides one station at a time under one policy, day, year and set of readings.

    ``decide(*cells)`` is the fastest: it takes the cells of ``keys`` by position (``plan.meaning.Cell``: None for unknown, a
    bool, options and sums as whole numbers) and gives a tuple in the order of ``names``. ``trace`` spells out one
    decision of such a tuple. Calling it with facts reads them first, which takes longer than to decide, and gives the answers
    in full. Both give what the interpreter gives for the year in question, and with ``earlier`` for those before.
    """

    def __init__(
        self, policy: ir.Policy, as_of: date, year: int | None = None, readings: Mapping[str, str] | None = None,
        calendar: Calendar | None = None, only: Collection[str] | None = None, layout: Layout | None = None,
        earlier: bool = False,  # noqa: FBT001, FBT002 - as in Measure.prepare, which names it
    ) -> None:  # fmt: skip
        """Takes what ``evaluate`` takes.

        ``layout``: the columns that can be there, without it all, three years back. ``earlier``: the results of the years
        before (grades, money lines, yearly duties) are answered too, which takes as long again for each year.
        """
        last = year or as_of.year
        shape = layout or whole_layout(policy, tuple(range(last - 3, max(last, as_of.year) + 1)))
        made = plan(policy, shape, as_of, year, readings, calendar, only)
        self.plan: Plan = made if earlier else made.without_earlier_years()
        lists = {line.records for line in self.plan.lines} | {duty.records for duty in self.plan.duties}
        counts = {_count_of(name): self.plan.graph.count(name) for name in sorted(filter(None, lists))}
        self.compiled: Compiled = compile_python(outputs(self.plan) | counts, shape)
        self.decide = self.compiled.decide
        self._place = {name: place for place, name in enumerate(self.compiled.outputs)}
        self._traces: dict[tuple[str, int | None], Callable[[tuple[Any, ...]], Trace]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What the parts of a decided tuple are, as ``plan.answers.name_of`` names nodes."""
        return self.compiled.outputs

    @property
    def keys(self) -> tuple[Key, ...]:
        """The columns that ``decide`` takes."""
        return self.compiled.keys

    def __call__(self, facts: Facts | Mapping[str, object]) -> Answers:
        """Everything decided for one station; facts by name or id, as ``Measure.evaluate`` takes them, or typed.

        Raises:
            ValueError: when facts are of the wrong type or unknown, or a number is larger or finer than a column can hold.
        """
        if not isinstance(facts, Facts):
            facts, errors = facts_from_python(self.plan.policy, facts)
            if errors:
                raise ValueError("; ".join(str(e) for e in errors))
        row = row_of(self.plan.policy, facts)
        found = self.compiled.row(row)

        def value(node: Node, record: int | None) -> Any:
            own = found[name_of(node)]
            own = own if node.level is None or record is None else own[record]
            return self.compiled.needs(own) if node.kind == "needs" else own

        return answers(self.plan, value, lambda name: len(row.lists.get(name) or ()))

    def module(self) -> str:
        """The source of a Python module that decides the same without a policy file, and starts at once.

        It has ``decide(*cells)``; ``KEYS``, which says what the cells are (as data files name them; then for each of ``LISTS``
        its records, tuples of the cells of its fields; then for each of ``GIVEN`` whether that series is given), and
        ``told(found, TABLES)``, which says in words what ``decide`` gave. It needs nothing but Python.
        """
        made, place = self.compiled, self._place

        def at(node: Node) -> int:
            return place[name_of(node)]

        def clauses(own: Clauses) -> object:
            return tuple(map(at, own.words)), tuple(clause.text for clause in own.sources)

        def named(name: str, period: object) -> str:
            return name if period is None else f"{name}@{period}"

        paths, fields = made.paths
        tables = {
            "paths": paths,
            "fields": fields,
            "early": at(self.plan.early),
            "rejected": [(each.fact, at(node)) for each, node in self.plan.rejected],
            "warnings": [(each.id, at(node)) for each, node in self.plan.warnings],
            "decisions": [
                (named(d.outcome.id, d.year), at(d.value), tuple(level.id for level in d.outcome.levels), clauses(d.clauses),
                 clauses(d.failed), at(d.needs))
                for d in self.plan.decisions
            ],
            "lines": [
                (named(n.outcome.id, n.year), n.records and place[_count_of(n.records)], at(n.exists), at(n.status), at(n.shape),
                 at(n.has_low), at(n.low), at(n.has_high), at(n.high), n.scale, clauses(n.clauses), at(n.needs))
                for n in self.plan.lines
            ],
            "duties": [
                (named(d.duty.id, d.period), d.records and place[_count_of(d.records)], at(d.exists), at(d.result), at(d.due),
                 at(d.needs))
                for d in self.plan.duties
            ],
        }  # fmt: skip
        columns = {
            "KEYS": tuple(map(str, made.keys)),
            "LISTS": {name: tuple(str(key.field) for key in made.fields[name]) for name in made.lists},
            "GIVEN": made.given,
            "TABLES": tables,
        }
        title = f"《{self.plan.policy.title}》，{self.plan.as_of}，{self.plan.year}年度"
        head = f'"""{title}: made from a policy file by policylang; to be made again, not to be changed."""\n'
        return "\n".join([head, made.module(told), *(f"{name} = {value!r}" for name, value in columns.items()), ""])

    def trace(self, decided: tuple[Any, ...], outcome: str, year: int | None = None) -> Trace:
        """One decision of what ``decide`` gave.

        Raises:
            KeyError: the plan has no such decision.
        """
        read = self._traces.get((outcome, year))
        if read is None:
            read = self._traces[outcome, year] = self._trace_of(outcome, year)
        return read(decided)

    def _trace_of(self, outcome: str, year: int | None) -> Callable[[tuple[Any, ...]], Trace]:
        years = (None, self.plan.year if year is None else year)
        found = next((d for d in self.plan.decisions if outcome in (d.outcome.id, d.outcome.name) and d.year in years), None)
        if found is None:
            raise KeyError(outcome)
        value, needs = self._place[name_of(found.value)], self._place[name_of(found.needs)]
        levels = [level.id for level in found.outcome.levels]
        clauses, failed = (lru_cache(_KEPT)(own.read) for own in (found.clauses, found.failed))
        words, failed_words = ([self._place[name_of(word)] for word in own.words] for own in (found.clauses, found.failed))

        def read(decided: tuple[Any, ...]) -> Trace:
            level = decided[value]
            return Trace(
                levels[level] if level >= 0 else None,
                clauses(tuple([decided[place] for place in words])),
                failed(tuple([decided[place] for place in failed_words])),
                self.compiled.needs(decided[needs]),
            )

        return read


def _count_of(records: str) -> str:
    """The name of the output that says how many records a list has."""
    return f"count {records}"
