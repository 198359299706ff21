"""The columns that are added: which a plan gives, and how the values of its nodes become them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from policylang.batch.few import Few
from policylang.batch.model import DECIDED, LEFT_OUT
from policylang.batch.result_words import ResultWords
from policylang.batch.series import Days, FewYuan, Words, Yuan, coded, combined, decimals
from policylang.batch.surveying import columns_of
from policylang.engines.arrays.columns import Columns
from policylang.engines.arrays.compute import compile_arrays
from policylang.plan.model import BASES, SHAPES, STATUSES
from policylang.plan.nodes import in_order
from policylang.semantics import ir
from policylang.semantics.values import SETTLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policylang.batch.model import Parsed
    from policylang.batch.series import Series
    from policylang.engines.arrays.compute import Result
    from policylang.plan.layout import Layout
    from policylang.plan.model import Clauses, DecisionPlan, DutyPlan, LinePlan, Plan
    from policylang.plan.nodes import Node


#: So many yes-or-no numbers are put into one.
_BITS = 62


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column that is added. ``of`` and ``part`` say what it is about, for JSON; ``kind`` what stands in it."""

    name: str
    of: str
    part: str
    kind: type[Words | Yuan | Days]
    make: Callable[[Any], Series]
    scale: int = 1

    @property
    def dtype(self) -> Any:
        """Its type as a column of Parquet."""
        if self.kind is Yuan:
            return decimals(self.scale)
        return pl.Date() if self.kind is Days else pl.Categorical()


class Deciding:
    """Decides blocks of stations, and gives the columns to add.

    Args:
        plan: what to compute.
        layout: the layout it was made for.
        lang: ``zh`` or ``en``, for the names of the columns and what stands in them.
        refusals: whether a row can be refused, so that the reasons have a column.
    """

    def __init__(self, plan: Plan, layout: Layout, lang: str, *, refusals: bool) -> None:
        self.plan = plan
        self.words = ResultWords(plan, lang)
        self.count = 0
        self.now = Columns(0, {})
        self._nodes: dict[int, Node] = {}
        doubtful = (plan.early, *(node for _, node in plan.rejected))
        self.refusals = refusals or any(node.op != "constant" for node in doubtful)
        self.columns: list[ResultColumn] = [*self._decisions(), *self._lines(), *self._duties(), *self._warnings()]
        for node in doubtful:
            self.value(node)
        self._program = compile_arrays({str(number): node for number, node in self._nodes.items()}, layout)

    @property
    def names(self) -> list[str]:
        """The heads of all columns that are added."""
        w = self.words
        return [w.accepted, *([w.reason] if self.refusals else []), *(column.name for column in self.columns)]

    @property
    def asked(self) -> set[str]:
        """The facts, by id, that are missing somewhere and matter there."""
        nodes = in_order(self._nodes.values())
        return {str(n.data if n.op == "missing" else n.data[0]).split(".")[0] for n in nodes if n.op in {"missing", "missing_field"}}  # type: ignore[index]

    @property
    def schema(self) -> dict[str, Any]:
        """The types of all columns that are added."""
        w = self.words
        first = {w.accepted: pl.Categorical()} | ({w.reason: pl.Categorical()} if self.refusals else {})
        return first | {column.name: column.dtype for column in self.columns}

    def __call__(self, parsed: Parsed) -> dict[str, Series]:
        """The columns for a block of rows, in the order of ``names``."""
        columns = columns_of(parsed)
        self.count, self.now = columns.rows, columns
        found = self._program(columns)
        values = {int(number): value for number, value in found.items()}
        contradicted = self._contradicted(values, columns.rows)
        status = np.zeros(parsed.rows, np.uint8) if parsed.status is None else parsed.status
        decided = None if parsed.status is None else np.flatnonzero(status == DECIDED)
        made: dict[str, Series] = {}
        believed = np.delete(np.arange(columns.rows), [*contradicted]) if contradicted else None
        for column in self.columns:
            series = column.make(values)
            if believed is not None:
                series = _chosen(series, believed).spread(believed, columns.rows)
            made[column.name] = series if decided is None else series.spread(decided, parsed.rows)
        return self._accepted(parsed, contradicted, decided) | made

    def _contradicted(self, values: Mapping[int, Result], rows: int) -> dict[int, str]:
        """Why the rows that break a constraint, or have a duty that began too long ago, are not decided after all."""
        w, tested = self.words, (self.plan.early, *(node for _, node in self.plan.rejected))
        broken = [np.broadcast_to(self.array(values, node), rows) for node in tested]
        found = np.zeros(rows, bool)
        for each in broken:
            found |= each
        told = {}
        for row in np.flatnonzero(found).tolist():
            named = [c for (c, _), each in zip(self.plan.rejected, broken[1:], strict=True) if each[row]]
            told[row] = w.early() if broken[0][row] else w.contradiction(named)
        return told

    def _accepted(
        self, parsed: Parsed, contradicted: Mapping[int, str], decided: np.ndarray | None
    ) -> dict[str, Series]:
        """Whether each row was decided, and why not."""
        w = self.words
        codes = np.zeros(parsed.rows, np.uint8) if parsed.status is None else parsed.status.copy()
        reasons: dict[int, str] = {}
        for row, found in parsed.reasons.items():
            if codes[row] not in (DECIDED, LEFT_OUT):
                reasons[row] = w.reasons(found)
        for row, reason in contradicted.items():
            place = row if decided is None else int(decided[row])
            codes[place] = 1
            reasons[place] = reason
        made: dict[str, Series] = {w.accepted: Words(codes, w.statuses)}
        if self.refusals:
            texts = list(dict.fromkeys(reasons.values()))
            numbers = {text: number for number, text in enumerate(texts)}
            places = np.full(parsed.rows, len(texts), np.int32)
            for row, text in reasons.items():
                places[row] = numbers[text]
            made[w.reason] = Words(places, [*texts, None])
        return made

    # nodes

    def value(self, node: Node) -> Node:
        """Have a node computed."""
        if node.op != "constant":
            self._nodes[node.number] = node
        return node

    def array(self, values: Mapping[int, Result], node: Node) -> Any:
        """The values of a node; of a constant one value."""
        if node.op == "constant":
            return np.asarray(node.data if node.kind != "needs" else 0)
        return values[node.number]

    def _parts(self, values: Mapping[int, Result], nodes: Sequence[Node]) -> list[tuple[np.ndarray, int, int]]:
        """The arrays of nodes, with their ends; those that are constant are left to ``_constant``."""
        return [
            (self.array(values, n), 0, 1) if n.kind == "bool" else (self.array(values, n), *n.ends)
            for n in nodes
            if n.op != "constant"
        ]

    def worded(
        self, nodes: Sequence[Node], word: Callable[..., str | None], data: Callable[..., object] | None = None
    ) -> Callable[[Any], Series]:
        """Words by the numbers of nodes."""
        for node in nodes:
            self.value(node)
        open_ = [node for node in nodes if node.op != "constant"]

        def full(numbers: Sequence[int]) -> list[int]:
            own = iter(numbers)
            return [int(node.data) if node.op == "constant" else next(own) for node in nodes]  # type: ignore[call-overload]

        def make(values: Any) -> Series:
            if not open_:
                return Words(
                    np.zeros(self.count, np.uint8), [word(*full(()))], [data(*full(()))] if data is not None else None
                )
            told = None if data is None else lambda *numbers: data(*full(numbers))
            return coded(self._parts(values, nodes), lambda *numbers: word(*full(numbers)), told)

        return make

    def clauses(self, clauses: Clauses, exists: Node | None = None) -> Callable[[Any], Series]:
        """The clauses that decided."""
        nodes = [*clauses.words, *([exists] if exists is not None else [])]

        def word(*words: int) -> str | None:
            found = clauses.read(words[: len(clauses.words)])
            return self.words.cite(found) if found and (exists is None or words[-1]) else None

        def data(*words: int) -> object:
            return [c.in_(self.words.lang) for c in clauses.read(words[: len(clauses.words)])]

        return self.worded(nodes, word, data)

    def missing(self, needs: Node, exists: Node | None = None) -> Callable[[Any], Series]:
        """What is missing, where the result exists."""
        if exists is not None:
            needs = self.plan.graph.gate(exists, needs)
        self.value(needs)

        def make(values: Any) -> Series:
            if needs.op == "constant":
                return Words(np.zeros(self.count, np.uint8), [None], [None])
            column = values[needs.number]
            words = [self.words.ways(each) if each != SETTLED else None for each in column.ways]
            return Words(column.codes, words or [None], [self.words.ways_data(each) for each in column.ways] or [None])

        return make

    # decisions

    def _decisions(self) -> Iterator[ResultColumn]:
        w = self.words
        for found in self.plan.decisions:
            title = w.title(found.outcome, found.year)
            nodes = (
                found.value,
                found.possible,
                found.conflict,
                found.guard_failed,
                found.overridable,
                found.basis,
                *self._some(found.needs),
            )
            yield ResultColumn(title, title, w.result, Words, self.worded(nodes, self._decision_word(found)))
            yield ResultColumn(w.join(title, w.clauses), title, w.clauses, Words, self.clauses(found.clauses))
            if found.needs.op != "constant":
                yield ResultColumn(w.join(title, w.missing), title, w.missing, Words, self.missing(found.needs))

    def _some(self, needs: Node) -> tuple[Node, ...]:
        return (self.plan.graph.some(needs),)

    def _decision_word(self, found: DecisionPlan) -> Callable[..., str]:
        def word(value: int, possible: int, conflict: int, guard: int, overridable: int, basis: int, open_: int) -> str:
            return self.words.decision(
                found.outcome, found.year, value, possible, BASES[basis],
                conflict=bool(conflict), guard=bool(guard), overridable=bool(overridable), missing=bool(open_),
            )  # fmt: skip

        return word

    # money

    def _lines(self) -> Iterator[ResultColumn]:
        from policylang.batch.result_lists import RecordLines  # noqa: PLC0415 - it builds on this module

        each: dict[tuple[str, int], list[LinePlan]] = defaultdict(list)
        for line in self.plan.lines:
            if line.outcome.each is None:
                yield from self._line(line)
            else:
                each[line.outcome.id, line.year].append(line)
        for lines in each.values():
            yield from RecordLines(self, lines).columns()

    def _line(self, line: LinePlan) -> Iterator[ResultColumn]:
        w = self.words
        title = w.title(line.outcome, line.year)

        def status(number: int, unregulated: int, exists: int, beyond: int) -> str | None:
            return (
                w.status(line.outcome, STATUSES[number], unregulated=bool(unregulated), beyond=bool(beyond))
                if exists
                else None
            )

        def shape(number: int, kind: int, exists: int) -> str | None:
            given = exists and STATUSES[number] in {"due", "possible", "undetermined"}
            return w.shape(SHAPES[kind]) if given else None

        yield ResultColumn(
            title,
            title,
            w.result,
            Words,
            self.worded((line.status, line.unregulated, line.exists, line.out_of_bounds), status),
        )
        yield ResultColumn(
            w.join(title, w.form), title, w.form, Words, self.worded((line.status, line.shape, line.exists), shape)
        )
        yield from self._amounts(line, title)
        yield ResultColumn(w.join(title, w.clauses), title, w.clauses, Words, self.clauses(line.clauses, line.exists))
        if line.needs.op != "constant":
            yield ResultColumn(w.join(title, w.missing), title, w.missing, Words, self.missing(line.needs, line.exists))

    def _amounts(self, line: LinePlan, title: str) -> Iterator[ResultColumn]:
        """One column where the text gives one figure, two where it gives two ends or the figure can be open."""
        w = self.words
        shapes = {type(rule.value) for rule in line.outcome.rules} - {ir.Denied, type(None)}
        names = {w.low: "low", w.high: "high"}
        if shapes == {ir.Cap}:
            names = {w.high: "high"}
        elif shapes == {ir.Unstated}:
            names = {}
        elif shapes <= {ir.Exact} and line.needs.op == "constant":
            names = {w.amount: "high"}
        for name, end in names.items():
            yield ResultColumn(w.join(title, name), title, name, Yuan, self._amount(line, end), line.scale)
        if line.has_decided.op != "constant":
            self.value(line.has_decided)
            self.value(line.decided)
            decided = self._decided(line)
            yield ResultColumn(w.join(title, w.decided), title, w.decided, Yuan, decided, line.scale)

    def _decided(self, line: LinePlan) -> Callable[[Any], Series]:
        def make(values: Any) -> Series:
            known = np.broadcast_to(self.array(values, line.has_decided), self.count)
            return Yuan(np.broadcast_to(self.array(values, line.decided), self.count), known, line.scale)

        return make

    def _amount(self, line: LinePlan, end: str) -> Callable[[Any], Series]:
        """A sum. Of a line that may come to nothing the lower end is 0; of a ceiling there is only the upper end."""
        has, value = (line.has_low, line.low) if end == "low" else (line.has_high, line.high)
        few = Few.of(self.plan.graph, value)
        nodes = (has, line.status, line.shape, line.exists)
        for node in (*nodes, *(few.nodes if few else (value,))):
            self.value(node)
        given = {STATUSES.index(word) for word in ("due", "possible", "undetermined")}
        open_, cap = STATUSES.index("undetermined"), SHAPES.index("cap")

        numbers = [node.number for node in few.nodes] if few else []

        def make_few(values: Any) -> Series:
            assert few is not None  # noqa: S101 - only then is this called
            codes, meanings = self._combined(values, (*nodes, *few.nodes))
            found: list[int | None] = []
            for known, status, shape, exists, *branches in meanings:
                if not (known and exists and status in given) or (end == "low" and shape == cap):
                    found.append(None)
                elif end == "low" and status == open_:
                    found.append(0)
                else:
                    found.append(few(dict(zip(numbers, branches, strict=True))))
            return FewYuan(codes, found, line.scale)

        def make(values: Any) -> Series:
            status = self.array(values, line.status)
            known = np.isin(status, sorted(given)) & self.array(values, has) & self.array(values, line.exists)
            amount = self.array(values, value)
            if end == "low":
                known = known & (self.array(values, line.shape) != cap)
                amount = np.where(status == open_, 0, amount)
            return Yuan(np.broadcast_to(amount, self.count), np.broadcast_to(known, self.count), line.scale)

        return make_few if few else make

    def _combined(self, values: Any, nodes: Sequence[Node]) -> tuple[np.ndarray, list[tuple[int, ...]]]:
        """For each row the number of its combination of the values of some nodes, and what these are."""
        parts = self._parts(values, nodes)
        codes, meanings = combined(parts) if parts else (np.zeros(self.count, np.uint8), [()])
        full = []
        for meaning in meanings:
            own = iter(meaning)
            full.append(tuple(int(n.data) if n.op == "constant" else next(own) for n in nodes))  # type: ignore[call-overload]
        return codes, full

    # duties and warnings

    def _duties(self) -> Iterator[ResultColumn]:
        from policylang.batch.result_lists import Duties  # noqa: PLC0415 - it builds on this module

        each: dict[str, list[DutyPlan]] = defaultdict(list)
        for duty in self.plan.duties:
            each[duty.duty.id].append(duty)
        for duties in each.values():
            yield from Duties(self, duties).columns()

    def _warnings(self) -> Iterator[ResultColumn]:
        notices = [
            (notice, self.value(node)) for notice, node in self.plan.warnings if node is not self.plan.graph.false
        ]
        if not notices:
            return
        w = self.words

        def make(values: Any) -> Series:
            masks = []
            for first in range(0, len(notices), _BITS):
                mask = np.zeros(self.count, np.int64)
                for bit, (_, node) in enumerate(notices[first : first + _BITS]):
                    mask |= np.asarray(self.array(values, node)).astype(np.int64) << bit
                masks.append((mask, 0, 2 ** min(len(notices) - first, _BITS) - 1))

            def told(*numbers: int) -> str | None:
                return w.warnings([n for at, (n, _) in enumerate(notices) if numbers[at // _BITS] >> at % _BITS & 1])

            return coded(masks, told)

        yield ResultColumn(w.warning, w.warning, w.result, Words, make)


def _chosen(series: Series, rows: np.ndarray) -> Series:
    match series:
        case Words():
            return Words(series.codes[rows], series.words, series.data)
        case Yuan():
            return Yuan(series.values[rows], None if series.known is None else series.known[rows], series.scale)
        case FewYuan():
            return FewYuan(series.codes[rows], series.amounts, series.scale)
        case Days():
            return Days(series.values[rows])
