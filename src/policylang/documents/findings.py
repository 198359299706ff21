"""The results of an outcome sorted for letters: what is decided, what a body still has to decide, what is open.

All wording of results is that of ``policylang.explain``; here is said only what a letter must not leave to its reader:
that a cap is a cap, and who fixes the amount.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from policylang.analysis.targets import Target
from policylang.documents.outline import Point, points_of
from policylang.explain.arithmetic import worked
from policylang.explain.changes import own_ways
from policylang.explain.document import result_id
from policylang.explain.overview import nothing_given, something_given, worth_a_row
from policylang.explain.phrases import Phrases
from policylang.explain.readings import Readings
from policylang.explain.wording import money
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policylang.analysis.changes import Answer
    from policylang.facts.model import Attestation
    from policylang.measure.citation import Citation
    from policylang.measure.official import OfficialText
    from policylang.runtime.outcome import Outcome, RuleTrace
    from policylang.semantics.types import Option

Result = Decision | Line | DutyResult
Standing = Literal["decided", "to_decide", "open", "none"]

_ASSESSING = frozenset({"counted", "judged", "found", "decided"})


@dataclass(frozen=True, slots=True)
class Findings:
    """The results that a letter is about, with the words for them.

    ``wanted`` is the name or id of one outcome or duty; without it the letter is about all that is worth telling in the
    assessment year. With the ``official`` text, clauses are quoted as printed; with ``search``, what would change a result
    is looked for.
    """

    outcome: Outcome
    phrases: Phrases
    wanted: str | None = None
    official: OfficialText | None = None
    search: Callable[[Target], Answer] | None = None
    #: The clauses that a letter cited and the official text does not have.
    unquoted: dict[Citation, None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, outcome: Outcome, wanted: str | None = None, official: OfficialText | None = None,
        attestations: Mapping[str, Attestation] | None = None, search: Callable[[Target], Answer] | None = None,
    ) -> Findings:  # fmt: skip
        """The findings of an outcome, in Chinese."""
        return cls(outcome, Phrases(outcome, "zh", attestations), wanted, official, search)

    @property
    def name(self) -> str | None:
        """The Chinese name of what the letter is about, with its year where it is decided for each year; None for all."""
        policy = self.outcome.policy
        known: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
        found = next((x for x in known if self.wanted in (x.id, x.name)), None)
        if found is None:
            return None
        yearly = isinstance(found, ir.Outcome) and found.period == "year"
        return f"{self.outcome.year}年{found.name}" if yearly else found.name

    @property
    def decisions(self) -> list[Decision]:
        """The decisions on the station (not the force of the measure), of the assessment year where they are yearly."""
        return [
            d for d in self.outcome.decisions
            if self._asked(d.outcome) and d.outcome.kind != "in_force" and d.year in (None, self.outcome.year)
        ]  # fmt: skip

    @property
    def lines(self) -> list[Line]:
        """The money lines, likewise; where all are asked for, those that are worth telling: not that nothing is owed."""
        return [
            x for x in self.outcome.lines
            if self._asked(x.outcome) and (x.outcome.period != "year" or x.year == self.outcome.year)
            and (self.wanted is not None or (worth_a_row(x) and not (x.status == "not_due" and x.outcome.terms.repaid_by)))
        ]  # fmt: skip

    @property
    def duties(self) -> list[DutyResult]:
        """The duties of which something is known, in all windows."""
        return [d for d in self.outcome.duties if self._asked(d.duty) and not nothing_given(d)]

    @property
    def results(self) -> list[Decision | Line]:
        """Decisions, then money."""
        return [*self.decisions, *self.lines]

    def _asked(self, named: ir.Outcome | ir.Duty) -> bool:
        return self.wanted in (None, named.id, named.name)

    # what is to be said of a result

    def standing(self, result: Decision | Line) -> Standing:
        """Whether a result is decided, still to be decided by a body, open, or nothing at all.

        Nothing is decided of a year that was not assessed, and outside the force of the measure.
        """
        match result:
            case Decision(guard_failed=True):
                return "none"
            case Decision(conflict=True):
                return "open"
            case Decision(value=None):
                return "none" if result_id(result) == "none" or not something_given(result) else "open"
            case Decision():
                return "open" if result.needs else "to_decide" if result.overridable else "decided"
            case Line(status="undetermined" | "conflict") | Line(out_of_bounds=True) | Line(unregulated=True):
                return "open"
            case Line(status="not_due"):
                return "decided"
            case Line(decided=amount) if amount is not None:
                return "decided"
            case Line(status="due") if result.amount.kind == "exact":
                return "decided" if result.amount.settled else "open"
            case _:
                return "to_decide"

    def answer(self, result: Result) -> str:
        """The result in a few words; a cap and a range are named as such, with who fixes the amount."""
        match result:
            case Decision():
                return self.phrases.result(result)
            case DutyResult():
                return self.phrases.duty(result)
            case _:
                return self._amount(result)

    def _amount(self, line: Line) -> str:
        told, who = self.phrases.amount(replace(line, decided=None)), self._who_fixes(line)
        if line.status not in {"due", "possible"}:
            return self.phrases.amount(line)
        if line.out_of_bounds:
            return f"{self.phrases.amount(line)}，须先核对"
        if line.decided is not None:
            verb = "应退回" if line.outcome.terms.repaid_by else "给予"
            return f"{who}决定{verb}{money(line.decided)}（规定为{self.phrases.shape(line.amount)}）"
        match line.amount.kind:
            case "cap":
                return f"{_bare(told)}（上限，具体数额由{who}决定）"
            case "range":
                return f"{_bare(told)}（幅度，具体数额由{who}在幅度内决定）"
            case _ if line.status == "possible":
                return f"{told}（是否给予由{who}决定）"
            case _:
                return told

    def _who_fixes(self, line: Line) -> str:
        """The bodies that fix the amount; 机关 where the measure does not name them."""
        fact = next((f for f in self.outcome.policy.facts if f.id == line.outcome.terms.decided_as), None)
        return "、".join(fact.source.bodies) if fact is not None and fact.source.bodies else "机关"

    def told(self, result: Result) -> str:
        """评估等级（2024年）：A级."""
        return f"{self.phrases.title(result)}：{self.answer(result)}"

    def clauses(self, result: Result) -> str:
        """，依第十条3、第十一条; empty where no clause decided."""
        cited = self.phrases.cite(result.clauses, in_full=True)
        return f"，依{cited}" if cited else ""

    def missing(self, result: Result) -> str:
        """还缺：甲、乙；或者丙."""
        return f"还缺：{self.phrases.ways(result.needs).replace('；或 ', '；或者')}" if result.needs else ""

    def open(self, result: Decision | Line) -> str:
        """What an open result can still be, and what is missing: 评估等级（2024年）：A级或B级，待定。还缺：甲。."""
        answer, missing = self.answer(result), self.missing(result)
        could_be = answer.removeprefix("待定：")
        told = f"{could_be}，待定" if could_be != answer else answer
        return f"{self.phrases.title(result)}：{told}。{f'{missing}。' if missing else ''}"

    def readings(self, results: Iterable[Result]) -> list[str]:
        """How each ambiguity that the results rest on was read, each once, in the words of the explanation."""
        notes = [line for r in results for line in Readings(self.phrases).note(r, None)]
        return [point.text.removeprefix("读法：") for point in points_of(dict.fromkeys(notes))]

    def printed(self, clauses: Iterable[Citation]) -> list[str]:
        """The printed words of the clauses, each once, as far as the official text has them; then the others by number."""
        told: dict[tuple[str, ...], str] = {}
        cited: list[Citation] = []
        for clause in dict.fromkeys(clauses):
            found = None if self.official is None else self.official.quote(clause)
            if found is None:
                cited.append(clause)
            else:
                told[found[0].path] = f"{found[0].text}规定：“{found[1]}”"
        if self.official is not None:
            self.unquoted.update(dict.fromkeys(cited))
        by_number = [f"《{self.outcome.policy.title}》{self.phrases.cite(cited, in_full=True)}。"] if cited else []
        return [*told.values(), *by_number]

    # why

    def grounds(self, result: Decision | Line) -> list[str]:
        """What made the result so, a paragraph for each rule that holds and each limb, with the facts found.

        Of a condition that is not met only the limbs that fail; of money that is not due, why no rule gives it.
        """
        reasons = self.phrases.reasons
        active = [t for t in result.rules if t.active.value]
        if isinstance(result, Line):
            shown = active or [t for t in result.rules if not isinstance(t.rule.value, ir.Denied)]
            calculation = worked(result, self.phrases.words)
            return [*map(self._rule, shown), *([f"计算：{calculation}。"] if calculation else [])]
        bare = replace(result, rules=(), limbs=(), consequences=(), differs=None)
        if result.basis == "attested":
            return [_paragraph(points_of(reasons.decision(bare)), [])]
        met = result.value == result.outcome.levels[0]
        told = []
        for limb in result.limbs:
            if limb.holds is not None and limb.holds.value is met:
                tests = [t for t in limb.tests if met or t.met is not True]
                told.append(_paragraph(points_of(reasons.decision(replace(bare, limbs=(limb,)))), reasons.found(tests)))
        giving = [t for t in active if t.rule.value == result.value]  # what would give a lower grade as well is idle
        return [*told, *map(self._rule, giving)]

    def _rule(self, trace: RuleTrace) -> str:
        """A rule that gave the result, or that did not, with the facts that made it so."""
        cited = trace.rule.clause.text
        if trace.active.value:
            facts = self.phrases.reasons.found(t for t in trace.tests if t.met)
            why = "；".join(facts) if trace.rule.when is not None else "没有其他情形"
            return f"{self.phrases.reasons.rule_name(trace.rule)}，依{cited}{f'：{why}' if why else ''}。"
        if trace.holds.value:
            return f"{cited}的条件虽已具备，另有条款优先。"
        return f"不符合{cited}的条件：{'；'.join(self.phrases.reasons.found(t for t in trace.tests if t.met is False))}。"

    def failing(self, result: Decision | Line) -> tuple[tuple[Point, ...], tuple[Citation, ...]]:
        """What stood in the way of something better, with margins, and the clauses that ask for it.

        Failing limbs; the rules of better results that do not hold; for want of those, what the result rests on.
        """
        reasons = self.phrases.reasons
        if isinstance(result, Decision) and result.limbs:
            limbs = tuple(x for x in result.limbs if x.holds is not None and x.holds.value is False)
            return points_of(reasons.decision(replace(result, limbs=limbs))), tuple(x.requirement.clause for x in limbs)
        outcome = result.outcome
        rank = outcome.levels.index(result.value) if isinstance(result, Decision) and result.value else 0
        better = tuple(
            t for t in result.rules
            if t.holds.value is False and t.rule.when is not None and not isinstance(t.rule.value, ir.Denied)
            and (isinstance(result, Line) or t.rule.value in outcome.levels[:rank])
        )  # fmt: skip
        if not better:
            return tuple(map(Point, self.grounds(result))), tuple(t.rule.clause for t in result.rules if t.active.value)
        clauses = tuple(t.rule.clause for t in better)
        if isinstance(result, Line):
            ours = replace(result, rules=better, consequences=(), unregulated=False)
            return points_of(reasons.line(ours)), clauses
        plain = replace(result, rules=better, possible=(), consequences=(), differs=None, basis="derived")
        return points_of(reasons.decision(plain)), clauses

    def ways(self, result: Decision | Line) -> tuple[Point, ...]:
        """What would make the result the next better one, as far as it is in the station's own hands."""
        if self.search is None:
            return ()
        outcome = result.outcome
        wanted: Option | str
        if isinstance(result, Line):
            wanted = "due" if any(t.rule.modality == "must" for t in result.rules) else "possible"
        else:
            at = outcome.levels.index(result.value) if result.value in outcome.levels else 0
            wanted = outcome.levels[max(at - 1, 0) if outcome.kind == "grade" else 0]
        answer = self.search(Target(outcome, wanted, self.outcome.year))
        return points_of(own_ways(answer))

    def unmet(self, result: DutyResult) -> Point:
        """A duty that is not met in one window: how much was required and found, and which tests failed."""
        counted = result.required is not None and result.actual is not None  # the words of the duty say both
        failed = () if counted and len(result.tests) == 1 else tuple(t for t in result.tests if t.met is not True)
        told = [self.phrases.period(result), self.phrases.duty(result).removeprefix("未履行").removeprefix("，")]
        points = points_of(self.phrases.reasons.duty(replace(result, tests=failed)))
        return Point("：".join(t for t in told if t), tuple(p for point in points for p in point.points))

    # whose it is

    @property
    def authorities(self) -> frozenset[str]:
        """The bodies that count, judge, find, decide, assess or pay something under the measure."""
        policy = self.outcome.policy
        facts = [f for fact in policy.facts for f in (fact, *fact.fields)]
        return frozenset(
            body
            for bodies in (
                *(f.source.bodies for f in facts if f.source.kind in _ASSESSING),
                *(o.assessed_by for o in policy.outcomes), *(o.terms.paid_by for o in policy.outcomes),
            )
            for body in bodies
        )  # fmt: skip

    def of_the_station(self, duty: ir.Duty) -> bool:
        """Whether a duty is the station's: the measure names nobody, or somebody who is not an authority under it."""
        return not duty.obliged or any(body not in self.authorities for body in duty.obliged)

    def asked_of_the_station(self, fact: ir.Fact) -> bool:
        """Whether a fact is for the station to supply: it declares it, holds the paper, or the measure names nobody."""
        if fact.source.kind == "declared":
            return any(body not in self.authorities for body in fact.source.bodies)
        return fact.source.kind in {"documented", "unstated"}


def _bare(told: str) -> str:
    """A cap or a range without 应给予 before it: it is no award."""
    return told.removeprefix("应给予，")


def _paragraph(points: tuple[Point, ...], facts: list[str]) -> str:
    """The head of a reason as the explanation words it, then the facts, separated by semicolons."""
    head = points[0].text.rstrip("：。") if points else ""
    return "：".join(part for part in (head, "；".join(facts)) if part) + "。"


def sentence(point: Point) -> str:
    """A point and what it rests on as one paragraph."""
    leaves = dict.fromkeys(leaf.text.rstrip("。") for leaf in point.leaves) if point.points else {}
    return "：".join(part for part in (point.text.rstrip("：。"), "；".join(leaves)) if part) + "。"
