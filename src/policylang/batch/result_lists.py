"""The columns for what a station has several of: money for each record of a list, duties in several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policylang.batch.results import Deciding, ResultColumn
from policylang.batch.series import Days, Words, Yuan, coded
from policylang.plan.model import FINDINGS, STATUSES
from policylang.semantics.values import SETTLED, all_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from policylang.batch.series import Series
    from policylang.engines.arrays.columns import Columns
    from policylang.measure.citation import Citation
    from policylang.plan.model import DutyPlan, LinePlan
    from policylang.semantics.values import Needs

_DUE, _POSSIBLE, _OPEN = (STATUSES.index(word) for word in ("due", "possible", "undetermined"))
_MOST_COUNTED = 10_000


def per_station(values: np.ndarray, offsets: np.ndarray, fold: np.ufunc) -> np.ndarray:
    """The values of the records of each station folded into one; 0 for a station without records."""
    rows = len(offsets) - 1
    found = np.zeros(rows, values.dtype if values.dtype != bool else np.int64)
    some = np.flatnonzero(np.diff(offsets))
    if len(some):
        found[some] = fold.reduceat(values.astype(found.dtype), (offsets[:-1] - offsets[0])[some])
    return found


class RecordLines:
    """A money line for each record: how many, what they come to, the clauses and what is missing of all together."""

    def __init__(self, deciding: Deciding, lines: Sequence[LinePlan]) -> None:
        self._of = deciding
        self._each = next((line for line in lines if line.records is not None), None)
        self._unknown = next((line for line in lines if line.records is None), None)
        self._first = lines[0]
        gate = deciding.plan.graph.gate
        self._needs = {line.records: gate(line.exists, line.needs) for line in lines}
        for line in lines:
            for node in (
                line.exists,
                line.status,
                line.has_low,
                line.low,
                line.has_high,
                line.high,
                self._needs[line.records],
                *line.clauses.words,
            ):
                deciding.value(node)

    def columns(self) -> Iterator[ResultColumn]:
        """The columns of the line."""
        w, line = self._of.words, self._first
        title = w.title(line.outcome, line.year)
        yield ResultColumn(title, title, w.result, Words, self._status)
        for name, end in ((w.low, "low"), (w.high, "high")):
            yield ResultColumn(w.join(title, name), title, name, Yuan, self._sum(end), line.scale)
        yield ResultColumn(w.join(title, w.clauses), title, w.clauses, Words, self._clauses)
        if any(needs.op != "constant" for needs in self._needs.values()):
            yield ResultColumn(w.join(title, w.missing), title, w.missing, Words, self._missing)

    @property
    def _columns(self) -> Columns:
        return self._of.now

    def _offsets(self) -> np.ndarray:
        assert self._each is not None  # noqa: S101 - only asked for lists
        return self._columns.lists[str(self._each.records)].offsets

    def _record(self, values: Mapping[int, Any], name: str) -> np.ndarray:
        """The values of a node for every record; those of a node of the station are repeated."""
        node = getattr(self._each, name)
        found = np.asarray(self._of.array(values, node))
        offsets = self._offsets()
        if found.ndim == 0:
            return np.broadcast_to(found, int(offsets[-1] - offsets[0]))
        return np.repeat(found, np.diff(offsets)) if node.level is None else found

    def _alone(self, values: Mapping[int, Any], name: str) -> np.ndarray:
        """The values of a node for the case that the list is unknown."""
        return np.broadcast_to(self._of.array(values, getattr(self._unknown, name)), self._of.count)

    def _status(self, values: Any) -> Series:
        rows = self._of.count
        counts = []
        for number in range(len(STATUSES)):
            count = np.zeros(rows, np.int64)
            if self._each is not None:
                held = (self._record(values, "status") == number) & self._record(values, "exists")
                count = per_station(held, self._offsets(), np.add)
            counts.append((np.minimum(count, _MOST_COUNTED), 0, _MOST_COUNTED))
        alone = np.zeros(rows, np.int64)
        if self._unknown is not None:
            alone = np.where(self._alone(values, "exists"), self._alone(values, "status") + 1, 0)
        outcome, words = self._first.outcome, self._of.words

        def word(*numbers: int) -> str | None:
            if numbers[-1]:
                return words.status(outcome, STATUSES[numbers[-1] - 1])
            return words.lines(outcome, dict(zip(STATUSES, numbers, strict=False))) or None

        return coded([*counts, (alone, 0, len(STATUSES))], word)

    def _sum(self, end: str) -> Callable[[Any], Series]:
        """What is due comes to at least and at most; what may be due counts only at most."""

        def make(values: Any) -> Series:
            rows = self._of.count
            total, known = np.zeros(rows, np.int64), np.zeros(rows, bool)
            if self._each is not None:
                exists, status = self._record(values, "exists"), self._record(values, "status")
                sure, open_ = exists & ((status == _DUE) | (status == _POSSIBLE)), exists & (status == _OPEN)
                counted = sure if end == "low" else sure | open_
                has = self._record(values, f"has_{end}")
                amounts = np.where(counted & has, self._record(values, end), 0).astype(np.int64)
                total = per_station(amounts, self._offsets(), np.add)
                lacking = per_station(counted & ~has, self._offsets(), np.add) > 0
                known = (per_station(sure | open_, self._offsets(), np.add) > 0) & ~lacking
            return Yuan(total, known, self._first.scale)

        return make

    def _clauses(self, values: Any) -> Series:
        parts: list[tuple[np.ndarray, int, int]] = []
        readers: list[tuple[LinePlan, int]] = []
        for line in (self._each, self._unknown):
            if line is None:
                continue
            exists = np.asarray(self._of.array(values, line.exists))
            for word in line.clauses.words:
                found = np.asarray(self._of.array(values, word))
                if line.records is not None:
                    found = self._spread(found, word.level)
                    found = np.where(self._spread(exists, line.exists.level), found, 0)
                    found = per_station(found, self._offsets(), np.bitwise_or)
                else:
                    found = np.where(exists, np.broadcast_to(found, self._of.count), 0)
                parts.append((found, 0, 2**62 - 1))
            readers.append((line, len(line.clauses.words)))

        def cited(numbers: Sequence[int]) -> list[Citation]:
            left: list[int] = list(numbers)
            told: list[Citation] = []
            for line, width in readers:
                told += line.clauses.read(left[:width])
                left = left[width:]
            return list(dict.fromkeys(told))

        words = self._of.words
        return coded(parts, lambda *n: words.cite(cited(n)), lambda *n: [c.in_(words.lang) for c in cited(n)])

    def _spread(self, found: np.ndarray, level: str | None) -> np.ndarray:
        offsets = self._offsets()
        if found.ndim == 0:
            return np.broadcast_to(found, int(offsets[-1] - offsets[0]))
        return np.repeat(found, np.diff(offsets)) if level is None else found

    def _missing(self, values: Any) -> Series:
        """What any of the records needs; Python only for stations with an open one."""
        rows, words = self._of.count, self._of.words
        found: dict[int, list[Needs]] = {}
        for records, needs in self._needs.items():
            if needs.op == "constant":
                continue
            column = values[needs.number]
            stations = np.arange(rows)
            if records is not None and needs.level is not None:
                stations = np.repeat(stations, np.diff(self._offsets()))
            for place in np.flatnonzero(column.codes).tolist():
                found.setdefault(int(stations[place]), []).append(column.ways[column.codes[place]])
        numbers: dict[Needs, int] = {SETTLED: 0}
        codes = np.zeros(rows, np.int32)
        for row, needs_of_row in found.items():
            codes[row] = numbers.setdefault(all_of(needs_of_row), len(numbers))
        texts = [words.ways(needs) if needs else None for needs in numbers]
        return Words(codes, texts, [words.ways_data(needs) for needs in numbers])


class Duties:
    """A duty in its windows: the word for one, otherwise how many came to what; which were not met; the last day."""

    def __init__(self, deciding: Deciding, duties: Sequence[DutyPlan]) -> None:
        self._of = deciding
        self._duties = duties
        self._single = len(duties) == 1 and duties[0].records is None
        for duty in duties:
            for node in (duty.exists, duty.result, duty.due):
                deciding.value(node)

    def columns(self) -> Iterator[ResultColumn]:
        """The columns of the duty."""
        w, own = self._of.words, self._duties[0].duty
        title = own.name if w.zh else own.id
        yield ResultColumn(title, title, w.result, Words, self._result)
        if not self._single and any(d.period for d in self._duties):
            yield ResultColumn(w.join(title, w.unmet), title, w.unmet, Words, self._unmet)
        if any(d.due.op != "constant" or d.due.data for d in self._duties):
            yield ResultColumn(w.join(title, w.due), title, w.due, Days, self._due)
        if self._single and self._duties[0].needs.op != "constant":
            yield ResultColumn(
                w.join(title, w.missing), title, w.missing, Words, self._of.missing(self._duties[0].needs, self._duties[0].exists)
            )

    def _values(self, values: Any, duty: DutyPlan, name: str) -> np.ndarray:
        """The values of a node: for every record of a list, otherwise for every station."""
        node = getattr(duty, name)
        found = np.asarray(self._of.array(values, node))
        if duty.records is None:
            return np.broadcast_to(found, self._of.count)
        offsets = self._of.now.lists[duty.records].offsets
        if found.ndim == 0:
            return np.broadcast_to(found, int(offsets[-1] - offsets[0]))
        return np.repeat(found, np.diff(offsets)) if node.level is None else found

    def _result(self, values: Any) -> Series:
        words = self._of.words
        if self._single:
            duty = self._duties[0]
            own = np.where(self._values(values, duty, "exists"), self._values(values, duty, "result") + 1, 0)
            return coded([(own, 0, len(FINDINGS))], lambda number: words.duty(FINDINGS[number - 1]) if number else None)
        counts = np.zeros((len(FINDINGS), self._of.count), np.int64)
        for duty in self._duties:
            result, exists = self._values(values, duty, "result"), self._values(values, duty, "exists")
            for number in range(len(FINDINGS)):
                held = (result == number) & exists
                if duty.records is not None:
                    held = per_station(held, self._of.now.lists[duty.records].offsets, np.add)
                counts[number] += held
        unit = "项" if any(d.records for d in self._duties) else "期"

        def word(*numbers: int) -> str | None:
            return words.windows(dict(zip(FINDINGS, numbers, strict=True)), unit) if any(numbers) else None

        return coded([(np.minimum(each, _MOST_COUNTED), 0, _MOST_COUNTED) for each in counts], word)

    def _unmet(self, values: Any) -> Series:
        words, unmet = self._of.words, FINDINGS.index("unmet")
        dated = [duty for duty in self._duties if duty.period is not None and duty.records is None]
        parts: list[tuple[np.ndarray, int, int]] = []
        for start in range(0, len(dated), 32):
            mask = np.zeros(self._of.count, np.int64)
            for bit, duty in enumerate(dated[start : start + 32]):
                held = (self._values(values, duty, "result") == unmet) & self._values(values, duty, "exists")
                mask |= held.astype(np.int64) << bit
            parts.append((mask, 0, 2**32 - 1))

        def word(*masks: int) -> str | None:
            told = [d for place, d in enumerate(dated) if masks[place // 32] >> place % 32 & 1]
            names = dict.fromkeys(words.period(d.duty, str(d.period)) for d in told)
            return ("、" if words.zh else ", ").join(names) or None

        return coded(parts, word) if parts else Words(np.zeros(self._of.count, np.uint8), [None])

    def _due(self, values: Any) -> Series:
        """The last day; of several windows the next one that is not met."""
        found = np.zeros(self._of.count, np.int64)
        over = [FINDINGS.index(word) for word in ("not_applicable", *(() if self._single else ("met",)))]
        for duty in self._duties:
            due, exists = self._values(values, duty, "due"), self._values(values, duty, "exists")
            counted = exists & ~np.isin(self._values(values, duty, "result"), over) & (due > 0)
            days = np.where(counted, due, np.iinfo(np.int64).max).astype(np.int64)
            if duty.records is not None:
                offsets = self._of.now.lists[duty.records].offsets
                days = np.where(np.diff(offsets) > 0, per_station(days, offsets, np.minimum), np.iinfo(np.int64).max)
            found = np.where((days < np.iinfo(np.int64).max) & ((found == 0) | (days < found)), days, found)
        return Days(found)
