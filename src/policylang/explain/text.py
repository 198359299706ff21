"""An outcome as text for a clerk: the overview of ``eval`` and the reasons of ``explain``, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.overview import overview
from policylang.explain.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.measure.citation import Citation
    from policylang.measure.official import OfficialText
    from policylang.runtime.outcome import Decision, DutyResult, Line, Outcome
    from policylang.semantics.values import Needs


class Report:
    """The renderings of one outcome in one language; with the official text, reasons quote the clauses that decided."""

    def __init__(self, outcome: Outcome, lang: str, official: OfficialText | None = None) -> None:
        self.outcome = outcome
        self.lang = lang
        self.official = official
        self.quoted: set[tuple[str, ...]] = set()
        self.phrases = Phrases(outcome, lang)

    def overview(self) -> str:
        """Every result on a line of its own with its clause, then what is still missing."""
        return overview(self.outcome, self.lang)

    def explain(self, wanted: str | None = None) -> str:
        """Why each result (or the one asked for) is what it is. ``wanted`` is the name or id of an outcome or duty."""
        if self.outcome.rejections:
            return self.overview()
        phrases = self.phrases
        decisions = [d for d in self.outcome.decisions if wanted in (None, d.outcome.id, d.outcome.name)]
        lines = [x for x in self.outcome.lines if wanted in (None, x.outcome.id, x.outcome.name)]
        duties = [d for d in self.outcome.duties if wanted in (d.duty.id, d.duty.name)]
        parts = [
            *(self._decision(d) for d in decisions),
            *(self._line(x) for x in lines),
            *(self._duty(d) for d in duties),
        ] or [[phrases.say("这次判断没有涉及这一项。", "This evaluation has nothing on that.")]]
        traces = [t for d in decisions for t in d.rules] + [t for x in lines for t in x.rules]
        notes = phrases.reasons.readings(traces)
        if notes:
            parts.append([phrases.say("所依据的读法", "Readings relied on"), *notes])
        return "\n\n".join("\n".join(part) for part in (phrases.head(), *parts)) + "\n"

    def _decision(self, decision: Decision) -> list[str]:
        title = self._title(decision.outcome.name, decision.outcome.id, [str(decision.year)] if decision.year else [])
        reasons = self.phrases.reasons.decision(decision)
        return [f"{title}{self.phrases.result(decision)}{self.phrases.stop()}", *reasons, *self._missing(decision.needs),
                *self._printed(decision.clauses)]  # fmt: skip

    def _line(self, line: Line) -> list[str]:
        title = self._title(line.outcome.name, line.outcome.id, [str(line.year), *([self.phrases.ref(line)] if line.ref else [])])
        reasons = self.phrases.reasons.line(line)
        return [f"{title}{self.phrases.amount(line)}{self.phrases.stop()}", *reasons, *self._missing(line.needs),
                *self._printed(line.clauses)]  # fmt: skip

    def _duty(self, result: DutyResult) -> list[str]:
        period = self.phrases.period(result)
        title = self._title(result.duty.name, result.duty.id, [period] if period else [])
        reasons = self.phrases.reasons.duty(result)
        return [f"{title}{self.phrases.duty(result)}{self.phrases.stop()}", *reasons, *self._missing(result.needs),
                *self._printed(result.clauses)]  # fmt: skip

    def _title(self, name: str, identifier: str, details: list[str]) -> str:
        """评估等级（2024年）： or grade (2024): ."""
        if self.phrases.zh:
            shown = "，".join(f"{d}年" if d.isdecimal() and len(d) == 4 else d for d in details)
            return f"{name}（{shown}）：" if shown else f"{name}："
        shown = ", ".join(details)
        return f"{identifier} ({shown}): " if shown else f"{identifier}: "

    def _printed(self, clauses: Iterable[Citation]) -> list[str]:
        """The printed words of the clauses that decided, each once in a report."""
        lines: list[str] = []
        for clause in clauses if self.official is not None else ():
            found = self.official.quote(clause) if self.official is not None else None
            if found is not None and found[0].path not in self.quoted:
                self.quoted.add(found[0].path)
                name = "" if found[1].startswith(found[0].text) else found[0].in_(self.lang) + "　"
                lines += [f"    {line}" for line in (name + found[1]).splitlines()]
        return [self.phrases.say("  原文：", "  as printed:"), *lines] if lines else []

    def _missing(self, needs: Needs) -> list[str]:
        return [self.phrases.say("  还缺：", "  missing: ") + self.phrases.ways(needs)] if needs else []
