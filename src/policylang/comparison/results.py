"""What a measure decides for the profile, in the phrases of ``eval``; where its facts are of another thing, that is said."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from policylang.comparison.model import Cell, Finding
from policylang.explain.document import result_id
from policylang.explain.phrases import Phrases
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics.values import in_order
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Outcome
    from policylang.semantics.values import Needs

Result = Decision | Line | DutyResult

#: So many records are named before they are counted.
_LISTED = 6
#: So many missing facts are named before they are counted.
_NAMED = 3


class Results:
    """The cells of one measure. ``withheld``: facts of it that the profile has a number of another thing for."""

    def __init__(self, outcome: Outcome, withheld: Mapping[str, Message]) -> None:
        self.outcome = outcome
        self.withheld = withheld
        self.zh, self.en = Phrases(outcome, "zh"), Phrases(outcome, "en")

    def cell(self, names: Iterable[str]) -> Cell | None:
        """The results with these ids in the year asked about; None where none of them is a result of a station."""
        findings: list[Finding] = []
        lines: list[Message] = []
        clauses: list[Citation] = []
        states: set[str] = set()
        asked: list[Needs] = []
        wanted = list(names)
        for name in wanted:
            for results, finding in self.results(name):
                findings += [self.finding(result) for result in results]
                alone = len(wanted) == 1 and len(results) == 1 and not isinstance(results[0], DutyResult)
                title = None if alone else self.title(results)
                lines.append(_titled(title, finding))
                clauses += [c for r in results for c in r.clauses]
                states |= {self.state(result) for result in results}
                asked += [result.needs for result in results if self.state(result) != "value"]
        if not findings:
            known = {o.id for o in self.outcome.policy.outcomes} | {d.id for d in self.outcome.policy.duties}
            if not known & set(wanted):
                return None
            nothing = Message("不适用", "not applicable")
            return Cell("not_applicable", (nothing,))
        kind = next(
            k for k in ("not_comparable", "not_in_force", "undetermined", "value", "not_applicable") if k in states
        )
        return Cell(kind, (*lines, *self.reasons(asked)), tuple(dict.fromkeys(clauses)), findings=tuple(findings))

    def force(self) -> Message | None:
        """What the measure says of its force on the day; None where it says nothing."""
        found = next((d for d in self.outcome.decisions if d.outcome.kind == "in_force"), None)
        if found is None:
            return None
        if found.value is None:
            return Message("待定", "undetermined")
        english = {"yes": "in force", "no": "not in force"}.get(found.value.id, found.value.id)
        return Message(found.value.name, english)

    def results(self, name: str) -> Iterable[tuple[list[Result], Message]]:
        """The results with this id in groups of which the same is said, and what is said."""
        year = self.outcome.year
        for decision in self.outcome.decisions:
            if decision.outcome.id == name and decision.year in (None, year):
                yield [decision], self.say(lambda p, d=decision: p.result(d))  # type: ignore[misc]
        lines = [x for x in self.outcome.lines if x.outcome.id == name and x.year in self.years(x)]
        for said, run in groupby(lines, key=lambda x: self.say(lambda p: p.amount(x))):
            yield list(run), said
        duties = [d for d in self.outcome.duties if d.duty.id == name and self.in_year(d)]
        for result, run_ in groupby(duties, key=lambda d: d.result):
            found = list(run_)
            if result == "not_applicable":
                continue
            if len(found) == 1:
                yield list(found), self.say(lambda p, d=found[0]: p.duty(d))  # type: ignore[misc]
            else:
                zh = f"{self.zh.duty_word(found[0])}{len(found)}期"
                yield list(found), Message(zh, f"{self.en.duty_word(found[0])}, {len(found)} periods")

    def years(self, line: Line) -> set[int]:
        """The year a line is asked for: the assessment year, or that of the day."""
        return {self.outcome.year} if line.outcome.period == "year" else {self.outcome.as_of.year}

    def in_year(self, duty: DutyResult) -> bool:
        """Whether a duty is of the year asked about, or of no year."""
        return duty.period is None or duty.period.startswith(str(self.outcome.year))

    def title(self, results: list[Result]) -> Message:
        """What results are about: 引才激励 甲、乙; 每月推介 2017年9月至2017年12月."""
        first, last = results[0], results[-1]
        if isinstance(first, DutyResult) and isinstance(last, DutyResult):
            if first.period is None or len(first.period) == len("2024"):
                return Message(first.duty.name, first.duty.id)
            one = first is last
            when = self.say(lambda p: p.period(first) if one else p.span(first, last))
            return Message(f"{first.duty.name} {when.zh}", f"{first.duty.id} {when.en}")
        named = first.duty if isinstance(first, DutyResult) else first.outcome
        refs = [result for result in results if isinstance(result, Line) and result.ref]
        if not refs:
            return Message(named.name, named.id)
        more = f"等{len(refs)}项" if len(refs) > _LISTED else ""
        zh = "、".join(self.zh.ref(x) for x in refs[:_LISTED]) + more
        return Message(f"{named.name} {zh}", f"{named.id} {', '.join(self.en.ref(x) for x in refs[:_LISTED])}")

    def finding(self, result: Result) -> Finding:
        """The result as data."""
        match result:
            case DutyResult():
                return Finding(result.duty.id, result.result, self.say(lambda p: p.duty(result)), period=result.period)
            case Line():
                said = self.say(lambda p: p.amount(result))
                return Finding(result.outcome.id, result.status, said, result.year, ref=result.ref, amount=result.amount)
            case Decision():
                said = self.say(lambda p: p.result(result))
                return Finding(result.outcome.id, result_id(result), said, result.year)

    def state(self, result: Result) -> str:
        """The kind of cell that one result makes."""
        if isinstance(result, Decision) and (result.guard_failed or _lapsed(result)):
            return "not_in_force"
        status = self.finding(result).status
        if status in {"undetermined", "conflict"}:
            return "not_comparable" if self.held_back(result.needs) else "undetermined"
        return "not_applicable" if status == "not_applicable" else "value"

    def held_back(self, needs: Needs) -> list[str]:
        """The facts among those missing that the profile has of another thing."""
        return sorted({_fact(name) for way in needs for name in way} & set(self.withheld))

    def reasons(self, asked: list[Needs]) -> list[Message]:
        """Why results are open: 不可比 where the profile has another thing, then what else is missing, each fact once."""
        held = dict.fromkeys(name for needs in asked for name in self.held_back(needs))
        told = [
            Message(f"不可比：{self.withheld[name].zh}", f"not comparable: {self.withheld[name].en}") for name in held
        ]
        missing = dict.fromkeys(name for needs in asked for way in in_order(needs)[:1] for name in way)
        plain = dict.fromkeys(_fact(name) for name in missing if _fact(name) not in held)
        if not plain:
            return told
        zh = "、".join(self.zh.reasons.fact_name(n) for n in list(plain)[:_NAMED])
        en = ", ".join(self.en.reasons.fact_name(n) for n in list(plain)[:_NAMED])
        more = len(plain) - _NAMED
        zh += f"等{len(plain)}项" if more > 0 else ""
        en += f" and {more} more" if more > 0 else ""
        return [*told, Message(f"还缺：{zh}", f"missing: {en}")]

    def say(self, make: Callable[[Phrases], str]) -> Message:
        """The same in both languages."""
        return Message(make(self.zh), make(self.en))


def _lapsed(decision: Decision) -> bool:
    """Whether it is decided that the measure is not in force: not yet, no longer, or a draft."""
    outcome = decision.outcome
    return outcome.kind == "in_force" and decision.value is not None and decision.value != outcome.levels[0]


def _titled(title: Message | None, text: Message) -> Message:
    return text if title is None else Message(f"{title.zh}：{text.zh}", f"{title.en}: {text.en}")


def _fact(path: str) -> str:
    """The fact that a missing value belongs to: recruits[2].class belongs to recruits; a day of the calendar is its own."""
    return path if path.startswith("calendar.") else path.partition(".")[0].partition("[")[0]
