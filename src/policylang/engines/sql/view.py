"""A plan as a script: a view with everything that it decides, a row for each station; one view more for each list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylang.engines.sql.select import rows_of, select
from policylang.engines.sql.tables import definitions, narrowed
from policylang.plan.graph import WORD
from policylang.plan.model import FINDINGS, SHAPES, STATUSES
from policylang.plan.nodes import Node, Table, in_order
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylang.engines.sql.dialect import Dialect
    from policylang.engines.sql.source import Source
    from policylang.measure.citation import Citation
    from policylang.plan.layout import Layout
    from policylang.plan.model import Clauses, DecisionPlan, DutyPlan, LinePlan, Plan

#: A table with more numbers than this is a table of the database.
_WRITTEN_OUT = 100


def view(plan: Plan, dialect: Dialect, source: Source, name: str, *, digest: str | None = None) -> str:
    """A script that makes the view ``name``: for each station its key and these columns.

    ========================== ======================================================================================
    column                     content
    ========================== ======================================================================================
    ``rejected``               the facts that contradict others, joined by 、; empty for a row to be believed; ``since`` where
                               a duty of windows began before those that the view looks at
    ``unreadable``             the facts whose cells cannot be read, joined by 、; they are taken as unknown
    ``<decision>``             the id of its value, NULL for none
    ``<decision>.possible``    the ids of the values that it can still have
    ``<line>``                 due, possible, not_due, undetermined or conflict
    ``<line>.shape``           exact, cap, range or none; ``.low`` and ``.high``: yuan
    ``<duty>``                 met, unmet, pending, undetermined or not_applicable; ``.due``: the last day
    ``<any>.missing``          what would settle it: alternatives joined by " | ", facts by "+"
    ``<any>.clauses``          the clauses that decided, of decisions and lines
    ``warnings``               the ids of the warnings
    ========================== ======================================================================================

    All but the first two are NULL where a row is rejected. A result of another year than that of the plan is named with
    ``@<year>``, a duty of a period with ``.<period>``. Ids and statuses are of ENUM types in DuckDB and text elsewhere; several
    ids and several clauses are text joined by 、. What is decided for each record of a list is in a view ``<name>_<list>``.
    ``digest`` is that of the policy file, for the comment. Only those columns of the tables have to be there that the plan
    needs (``tables_of``).
    """
    found = [*(line.records for line in plan.lines), *(duty.records for duty in plan.duties)]
    lists = dict.fromkeys(name for name in found if name is not None)
    levels = [_Level(plan, dialect, source, name, each) for each in (None, *lists)]
    layout = narrowed(plan.graph.layout, [node for level in levels for node in level.nodes.values()])
    numbers = _tables(level.nodes.values() for level in levels)
    statements = list(dialect.prelude)
    statements += [f"DROP VIEW IF EXISTS {dialect.quoted(level.name)}" for level in levels]
    types: dict[str, dict[str, None]] = {}
    for level in levels:
        for kind, words in level.types.items():
            types.setdefault(kind, {}).update(dict.fromkeys(words))
    for kind, own in types.items():
        statements += dialect.words_type(kind, list(own))
    quoted = {table: dialect.quoted(f"{name}_{table.name}_{n}") for n, table in enumerate(numbers)}
    for table, held in quoted.items():
        statements += [f"DROP TABLE IF EXISTS {held}", f"CREATE TABLE {held} AS {rows_of(table)}"]
    statements += [level.statement(quoted, layout) for level in levels]
    return "\n".join((*_about(plan, digest), *(f"{statement};\n" for statement in statements)))


def tables_of(plan: Plan, dialect: Dialect, source: Source) -> str:
    """A script that makes the tables that the views of a plan read, without a row."""
    found = [*(line.records for line in plan.lines), *(duty.records for duty in plan.duties)]
    levels = [_Level(plan, dialect, source, "", each) for each in dict.fromkeys((None, *found))]
    layout = narrowed(plan.graph.layout, [node for level in levels for node in level.nodes.values()])
    return "\n".join((*_about(plan, None), definitions(layout, source, dialect, plan.policy)))


def _about(plan: Plan, digest: str | None) -> list[str]:
    readings = "、".join(f"{reading}={option}" for reading, option in plan.readings.items())
    lines = [
        f"《{plan.policy.title}》（{plan.policy.id}）" + (f"，办法文件 SHA-256 {digest}" if digest else ""),
        f"时点 {plan.as_of.isoformat()}，考核年度 {plan.year}；读法：{readings or '无'}；工作日：{plan.calendar.version}",
        f"policylang {VERSION} 生成。各列的含义见 docs/sql.md",
    ]
    return [f"-- {' '.join(line.split())}" for line in lines]


def _tables(outputs: Iterable[Iterable[Node]]) -> list[Table]:
    nodes = {node.number: node for own in outputs for node in in_order(own)}
    found = dict.fromkeys(node.data for node in nodes.values() if isinstance(node.data, Table))
    return [table for table in found if len(table.values) > _WRITTEN_OUT]


class _Duty(NamedTuple):
    """A duty of several cases: what is said is that of the first case that exists."""

    exists: Node
    result: Node
    due: Node
    needs: Node


class _Level:
    """The view of the stations, or of a list: its nodes, under short names, and its columns over them."""

    def __init__(self, plan: Plan, dialect: Dialect, source: Source, name: str, records: str | None) -> None:
        self.name = name if records is None else f"{name}_{records}"
        self.nodes: dict[str, Node] = {}
        self.types: dict[str, Sequence[str]] = {}
        self._plan = plan
        self._dialect = dialect
        self._source = source
        self._records = records
        self._prefix = name
        self._columns: list[str] = []
        rejected = [(self._node(node), constraint.fact) for constraint, node in plan.rejected]
        if plan.early.op != "constant":
            rejected.append((self._node(plan.early), "since"))
        cases = [f"CASE WHEN {held} THEN {dialect.text(fact)} END" for held, fact in rejected]
        self._rejected = dialect.joined(cases, "、") if cases else "''"
        self._believed = f"NOT ({' OR '.join(held for held, _ in rejected)})" if rejected else None
        if records is None:
            for decision in plan.decisions:
                self._decision(decision)
        for line in plan.lines:
            if line.records == records:
                self._line(line)
        for own, duty in self._duties().items():
            self._duty(own, duty)
        if records is None and plan.warnings:
            words = [(self._node(node), notice.id) for notice, node in plan.warnings]
            self._column("warnings", self._held(words))

    def statement(self, tables: Mapping[Table, str], layout: Layout) -> str:
        """CREATE VIEW over the columns of a layout."""
        dialect, key = self._dialect, self._dialect.quoted(self._source.key)
        body = select(self.nodes, layout, dialect, self._source, of=self._records, tables=tables, unreadable="unreadable")
        own = [key, *(["record"] if self._records is not None else []), f"{self._rejected} AS rejected", "unreadable"]
        columns = ",\n  ".join([*own, *self._columns])
        return f"CREATE VIEW {dialect.quoted(self.name)} AS\nSELECT {columns}\nFROM (\n{body}) AS decided"

    # columns

    def _node(self, node: Node) -> str:
        found = next((name for name, own in self.nodes.items() if own is node), None)
        if found is None:
            found = f"c{len(self.nodes)}"
            self.nodes[found] = node
        return found

    def _column(self, name: str, text: str) -> None:
        if self._believed is not None:
            text = f"CASE WHEN {self._believed} THEN {text} END"
        self._columns.append(f"{text} AS {self._dialect.quoted(name)}")

    def _type(self, name: str, words: Iterable[str]) -> str:
        found = f"{self._prefix}_{name}"
        self.types[found] = list(dict.fromkeys((*self.types.get(found, ()), *words)))
        return found

    def _word(self, name: str, node: Node, words: Sequence[str]) -> str:
        kind = self._type(name, words)
        cases = " ".join(f"WHEN {n} THEN {self._dialect.word(kind, word)}" for n, word in enumerate(words))
        return f"CASE {self._node(node)} {cases} END"

    def _held(self, words: Sequence[tuple[str, str]]) -> str:
        return self._dialect.held(words) if words else "''"

    def _clauses(self, clauses: Clauses) -> str:
        names = [self._node(word) for word in clauses.words]
        words: list[tuple[str, str]] = []
        before: dict[Citation, list[str]] = {}
        for n, citation in enumerate(clauses.sources):
            bit = f"({names[n // WORD]} & {1 << n % WORD})"
            earlier = before.setdefault(citation, [])
            words.append((" AND ".join([f"{bit} <> 0", *(f"{other} = 0" for other in earlier)]), citation.text))
            earlier.append(bit)
        return self._held(words)

    def _decision(self, own: DecisionPlan) -> None:
        name = _dated(own.outcome.id, own.year, self._plan)
        levels = [level.id for level in own.outcome.levels]
        self._column(name, self._word(own.outcome.id, own.value, levels))
        mask = self._node(own.possible)
        possible = [(f"({mask} & {1 << n}) <> 0", level) for n, level in enumerate(levels)]
        self._column(f"{name}.possible", self._held(possible))
        self._column(f"{name}.missing", self._node(own.needs))
        self._column(f"{name}.clauses", self._clauses(own.clauses))

    def _line(self, own: LinePlan) -> None:
        name, exists = _dated(own.outcome.id, own.year, self._plan), own.exists
        self._where(exists, name, self._word("status", own.status, STATUSES))
        self._where(exists, f"{name}.shape", self._word("shape", own.shape, SHAPES))
        for what, has, amount in (("low", own.has_low, own.low), ("high", own.has_high, own.high)):
            yuan = f"CASE WHEN {self._node(has)} THEN {_yuan(self._node(amount), own.scale)} END"
            self._where(exists, f"{name}.{what}", yuan)
        self._where(exists, f"{name}.missing", self._node(own.needs))
        self._where(exists, f"{name}.clauses", self._clauses(own.clauses))

    def _duties(self) -> dict[str, _Duty]:
        graph = self._plan.graph
        cases: dict[str, list[DutyPlan]] = {}
        for duty in self._plan.duties:
            if duty.records == self._records:
                cases.setdefault(_period(duty), []).append(duty)
        return {
            name: _Duty(
                graph.any(each.exists for each in own),
                graph.choose([(each.exists, each.result) for each in own[:-1]], own[-1].result),
                graph.choose([(each.exists, each.due) for each in own[:-1]], own[-1].due),
                graph.choose_needs([(each.exists, each.needs) for each in own[:-1]], own[-1].needs),
            )
            for name, own in cases.items()
        }

    def _duty(self, name: str, own: _Duty) -> None:
        self._where(own.exists, name, self._word("finding", own.result, FINDINGS))
        due = self._node(own.due)
        self._where(own.exists, f"{name}.due", f"CASE WHEN {due} > 0 THEN {self._dialect.date(due)} END")
        self._where(own.exists, f"{name}.missing", self._node(own.needs))

    def _where(self, exists: Node, name: str, text: str) -> None:
        always = exists is self._plan.graph.true
        self._column(name, text if always else f"CASE WHEN {self._node(exists)} THEN {text} END")


def _dated(name: str, year: int | None, plan: Plan) -> str:
    return name if year in (None, plan.year) else f"{name}@{year}"


def _period(duty: DutyPlan) -> str:
    return duty.duty.id if duty.period is None else f"{duty.duty.id}.{duty.period}"


def _yuan(amount: str, scale: int) -> str:
    """A sum in yuan, exactly where decimal digits can say it."""
    digits = next((d for d in range(19) if 10**d % scale == 0), None)
    if digits is None:
        return f"CAST({amount} AS DECIMAL(20, 0)) / {scale}"
    whole, rest = divmod(10**digits // scale, 10**digits) if digits else (1, 0)
    return f"CAST({amount} AS DECIMAL(20, 0)) * {whole}" + (f".{rest:0{digits}}" if digits else "")
