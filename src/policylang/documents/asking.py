"""The missing facts as questions to the addressee: what is asked, in which form, on what paper, and what depends on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.documents.letter import Item
from policylang.explain.overview import something_given
from policylang.runtime.outcome import Decision, DutyResult
from policylang.semantics.periods import Period
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Records, Text, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.documents.findings import Findings, Result
    from policylang.semantics import ir

_PATH = re.compile(r"(?P<fact>[^.\[]+)(?:\[\d+\])?(?:\.(?P<key>.+))?")
#: More windows of one fact than this are asked for in one line, from the first to the last.
_RUN = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """The results that wait for facts, and the facts by the path under which they are missing."""

    found: Findings
    waiting: tuple[Result, ...]
    paths: tuple[str, ...]

    @classmethod
    def of(cls, found: Findings) -> Asking:
        """What is missing; of a letter about everything only where something is known already."""
        waiting: list[Result] = [
            r for r in found.results
            if r.needs and not (isinstance(r, Decision) and found.wanted is None and not something_given(r))
        ]  # fmt: skip
        asked = {way for r in waiting for way in r.needs}
        waiting += [
            d for d in found.duties
            if d.needs and found.of_the_station(d.duty) and not all(any(way <= more for way in asked) for more in d.needs)
        ]  # fmt: skip
        paths = dict.fromkeys(path for r in waiting for way in sorted(r.needs, key=sorted) for path in sorted(way))
        return cls(found, tuple(waiting), tuple(paths))

    def items(self, *, station: bool) -> tuple[Item, ...]:
        """The questions to the station, or what is for others to establish."""
        items = []
        for paths in self._runs():
            fact = self._fact(paths[0])
            if self._is_theirs(paths[0]) == station:
                items.append(Item(self._question(paths, fact) if station else self._noted(paths, fact), 2))
        return tuple(items)

    def choices(self) -> tuple[Item, ...]:
        """The results for which one of several materials is enough; windows of one duty are told once."""
        told: dict[str, None] = {}
        for result in self.waiting:
            ways = {frozenset(self._plain(path) for path in way if self._is_theirs(path)) for way in result.needs}
            least = sorted((sorted(way) for way in ways if not any(other < way for other in ways)), key=lambda way: (len(way), way))
            if len(least) > 1:
                title = result.duty.name if isinstance(result, DutyResult) else self.found.phrases.title(result)
                told[f"{title}：{'；或 '.join('、'.join(way) for way in least)}。"] = None
        return tuple(Item(text, 2) for text in told)

    def _is_theirs(self, path: str) -> bool:
        fact = self._fact(path)
        return fact is not None and self.found.asked_of_the_station(fact)

    def _plain(self, path: str) -> str:
        """The name of a fact without its window."""
        fact = self._fact(path)
        return fact.name if fact is not None and "[" not in path else self.found.phrases.reasons.fact_name(path)

    def _runs(self) -> list[list[str]]:
        """The paths, each alone; the windows of one series together where there are many."""
        series: dict[str, list[str]] = {}
        for path in self.paths:
            fact = self._fact(path)
            named = path.partition(".")[0] if fact is not None and fact.series is not None and "[" not in path else path
            series.setdefault(named, []).append(path)
        return [run for paths in series.values() for run in ([sorted(paths)] if len(paths) > _RUN else [[p] for p in paths])]

    def _question(self, paths: Sequence[str], fact: ir.Fact | None) -> str:
        if fact is None:
            return f"{self._name(paths)}。"
        source = self.found.phrases.reasons.vouching.named(fact.source)
        notes = [form_of(fact.type), source] if fact.source.kind == "documented" else [form_of(fact.type)]
        asked = f"：{fact.question}" if fact.question else ""
        return f"{self._name(paths)}（{'；'.join(notes)}）{asked}{'' if asked.endswith(('？', '。')) else '。'}{self._for(paths)}"

    def _noted(self, paths: Sequence[str], fact: ir.Fact | None) -> str:
        source = "" if fact is None else self.found.phrases.reasons.vouching.named(fact.source)
        return f"{self._name(paths)}{f'（{source}）' if source else ''}。"

    def _name(self, paths: Sequence[str]) -> str:
        """2025年引进人才数; of many windows 2024年10月至2025年1月各期的活动场次."""
        fact = self._fact(paths[0])
        if len(paths) == 1 or fact is None or fact.series is None:
            return self.found.phrases.reasons.fact_name(paths[0])
        first, last = (Period.parse(fact.series, path.partition(".")[2]) for path in (paths[0], paths[-1]))
        return f"{first.text('zh') if first else ''}至{last.text('zh') if last else ''}各期的{fact.name}"

    def _for(self, paths: Sequence[str]) -> str:
        """The results that need the facts."""
        titles = dict.fromkeys(
            r.duty.name if isinstance(r, DutyResult) else self.found.phrases.title(r)
            for r in self.waiting if any(path in way for way in r.needs for path in paths)
        )  # fmt: skip
        return f"用于确定：{'、'.join(titles)}。"

    def _fact(self, path: str) -> ir.Fact | None:
        """The fact, or the field of a record, that a path names; None for what is no fact (working days)."""
        match = _PATH.fullmatch(path)
        fact = next((f for f in self.found.outcome.policy.facts if match and f.id == match["fact"]), None)
        if fact is None or match is None or "[" not in path:
            return fact
        return next((f for f in fact.fields if f.id == match["key"]), fact)


def form_of(kind: Type) -> str:
    """How an answer is to be given."""
    match kind:
        case Boolean():
            return "填“是”或者“否”"
        case Number("%"):
            return "填百分比"
        case Number(unit):
            return f"填数量，单位：{unit}" if unit else "填数量"
        case Money():
            return "填金额，单位：元"
        case Day():
            return "填日期"
        case Choice(options):
            return f"选填：{'、'.join(o.name for o in options)}"
        case ChoiceSet(options):
            return f"可多选：{'、'.join(o.name for o in options)}"
        case Records(unit):
            return f"附清单，逐{unit}填写"
        case Text():
            return "填写文字"
