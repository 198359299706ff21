"""The rules over all stations, held against a whole table: findings, and the sheet that tells them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from policylang.batch.model import DECIDED, Notes
from policylang.batch.surveying import columns_of, refuse_duplicates
from policylang.engines.arrays.columns import KNOWN, NOTHING, NULL
from policylang.engines.arrays.compute import compile_arrays
from policylang.engines.arrays.population import Population, outputs
from policylang.explain.population import between, finding, finding_title, missing_text, verdict
from policylang.explain.wording import Wording
from policylang.facts.model import Facts
from policylang.plan.answers import name_of
from policylang.plan.meaning import NEVER
from policylang.plan.rows import plain_of
from policylang.runtime.decide import Decider
from policylang.runtime.quotas import QuotaResult
from policylang.semantics import ir
from policylang.semantics.types import Money
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policylang.batch.model import Parsed
    from policylang.batch.run import Run
    from policylang.batch.table import Block, Source
    from policylang.engines.arrays.columns import Column, Columns
    from policylang.facts.model import FactValue, Plain
    from policylang.plan.layout import Key
    from policylang.plan.model import Plan
    from policylang.runtime.forecasts import Ends, ForecastResult

    Cell = str | Decimal | None
    Found = tuple[QuotaResult | ForecastResult, ...]

_HEADS = (
    ("事项", "item"), ("分组", "group"), ("条款", "clause"), ("结论", "finding"), ("站数", "stations"), ("计入", "counted"),
    ("连同申请", "with applicants"), ("限额", "limit"), ("还可设", "room"), ("下限（元）", "low"), ("上限（元）", "high"),
    ("尚缺", "missing"),
)  # fmt: skip


def findings(run: Run, progress: Callable[[int, int | None], None] | None = None) -> Found:
    """What the quotas and forecasts of the measure come to over the stations and applicants of a table.

    Rows that are refused are left aside. A fact that a limit is made of is taken from the table where all rows that have it
    have the same. Empty where the measure has no such rule, or where only some results are asked for.
    """
    plan = run.deciding.plan
    if not plan.quotas and not plan.forecasts:
        return ()
    refused = [node for node in (plan.early, *(node for _, node in plan.rejected)) if node.op != "constant"]
    wanted = outputs(plan) | {name_of(node): node for node in refused}
    program, counted, office = compile_arrays(wanted, plan.graph.layout), Population(plan), _Office(plan)
    for block in run.source.survey_blocks(run.block):
        parsed = run.source.parse(block, Notes())
        names = run.source.key_texts(block)
        parsed = refuse_duplicates(parsed, names, run.surveyed.duplicates)
        columns = columns_of(parsed)
        results = program(columns)
        believed = np.ones(columns.rows, bool)
        for node in refused:
            believed &= ~results[name_of(node)]  # type: ignore[operator]  # a condition
        office.add(columns)
        counted.add(results, columns, _names(run.source, block, parsed), parsed.applicants, believed)
        if progress is not None:
            progress(block.first + block.rows, run.surveyed.rows)
    return counted.findings(office.decider())


def _names(source: Source, block: Block, parsed: Parsed) -> np.ndarray | list[str]:
    """The names of the stations of a block; without a column for them their places."""
    rows = np.arange(parsed.rows) if parsed.status is None else np.flatnonzero(parsed.status == DECIDED)
    texts = source.key_texts(block)
    if texts is None:
        return [source.row_place(block.first + row) for row in rows.tolist()]
    return np.array(texts.str.strip_chars().to_list(), object)[rows]


class _Office:
    """What the table says of the facts that limits are made of: what is the same wherever it is said."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        named = {name for each in plan.quotas for name in _facts(plan.policy, each.quota)}
        self._types = {f.id: f.type for f in plan.policy.facts if f.id in named and not f.fields}
        self._cells: dict[Key, set[Plain | None]] = {}

    def add(self, columns: Columns) -> None:
        """Takes a block in."""
        for key, column in columns.columns.items():
            if key.fact in self._types and len(self._cells.get(key, ())) <= 1:
                self._cells.setdefault(key, set()).update(_said(column, self._types[key.fact]))

    def decider(self) -> Decider:
        """Decides on what the table says of the office."""
        plan = self._plan
        values: dict[str, FactValue] = {}
        for key, cells in self._cells.items():
            if len(cells) != 1:
                continue
            (cell,) = cells
            if key.period is not None:
                values.setdefault(key.fact, {})[key.period] = cell  # type: ignore[index]
            elif cell is not None:
                values[key.fact] = cell
        return Decider(plan.policy, Facts(values), plan.as_of, plan.year, plan.readings, plan.calendar)


def _said(column: Column, kind: object) -> Iterator[Plain | None]:
    """The first two different things that stand in a column, None for an explicit null."""
    state = np.full(len(column.values), KNOWN, np.uint8) if column.state is None else column.state
    known = column.values[state == KNOWN]
    if len(known):
        first = known[0]
        others = known[known != first]
        for cell in (first, *others[:1]):
            yield plain_of(kind, cell.item() if isinstance(cell, np.generic) else cell)  # type: ignore[arg-type]
    if (state == NOTHING).any():
        yield plain_of(kind, NEVER)  # type: ignore[arg-type]
    if (state == NULL).any():
        yield None


def _facts(policy: ir.Policy, quota: ir.Quota) -> Iterator[str]:
    """The facts of the office in a quota, also through definitions."""
    if quota.adding is not None:
        yield quota.adding
    definitions = {each.id: each for each in policy.definitions}
    waiting = [quota.limit]
    while waiting:
        for part in everything(waiting.pop()):
            match part:
                case ir.FactValue(fact):
                    yield fact
                case ir.DefinitionValue(name):
                    waiting.append(definitions[name].body)
                case _:
                    pass


def sheet(found: Sequence[QuotaResult | ForecastResult], policy: ir.Policy, lang: str) -> list[tuple[Cell, ...]]:
    """The findings as the rows of a table, its head first; a forecast is followed by its lines."""
    zh = lang != "en"
    words = Wording(policy, "zh" if zh else "en")
    sums = {fact.id for fact in policy.facts if isinstance(fact.type, Money)}
    rows: list[tuple[Cell, ...]] = [tuple(head[0 if zh else 1] for head in _HEADS)]
    for each in found:
        missing = missing_text(each, words) or None
        if isinstance(each, QuotaResult):
            rows.append(_quota(each, each.quota.summing in sums, missing, zh=zh))
            continue
        title, clause = finding_title(each, words.lang), each.forecast.clause.in_(words.lang)
        told = finding(each, words.lang)
        rows.append((title, None, clause, told, None, None, None, None, None, *_money(each.total), missing))
        for part in each.parts:
            least, most = part.stations
            name, count = words.name(part.part.line), (Fraction(least), Fraction(most))
            head = f"其中：{name}" if zh else f"of which {name}"
            rows.append((head, None, None, None, None, _number(count, zh=zh), None, None, None, *_money(part.total), None))
    return rows


def _quota(found: QuotaResult, budget: bool, missing: str | None, *, zh: bool) -> tuple[Cell, ...]:  # noqa: FBT001
    quota = found.quota
    counted = None if budget else _number(found.counted, zh=zh)
    after = None if budget or found.after == found.counted else _number(found.after, zh=zh)
    limit = None if found.limit is None else _number(found.limit, zh=zh)
    room = None if quota.summing is not None or quota.kind == "about" or found.room is None else Decimal(found.room)
    sums = _money(found.counted) if budget else (None, None)
    return (
        quota.name if zh else quota.id, found.group, quota.clause.in_("zh" if zh else "en"), verdict(found, zh=zh),
        Decimal(found.total), counted, after, limit, room, *sums, missing,
    )  # fmt: skip


def _number(ends: Ends, *, zh: bool) -> Cell:
    return _decimal(ends[0]) if ends[0] == ends[1] else between(ends, zh=zh)


def _money(ends: Ends) -> tuple[Cell, Cell]:
    return _decimal(ends[0]), None if ends[1] is None else _decimal(ends[1])


def _decimal(value: Fraction) -> Decimal:
    """A number with at most two decimals."""
    return Decimal(round(value * 100)) / 100
