"""Why not: what a result that was asked about would have taken, and what stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.analysis.targets import Amount, target_word
from policylang.explain.sentences import Sentences
from policylang.runtime.operations import grants
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir
from policylang.semantics.types import Option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policylang.analysis.targets import Target
    from policylang.explain.phrases import Phrases
    from policylang.runtime.outcome import RuleTrace, Test

Result = Decision | Line | DutyResult


class WhyNot:
    """The conditions for a target that fail, those that are open, and what overrides them, as indented lines."""

    def __init__(self, phrases: Phrases, target: Target) -> None:
        self.phrases = phrases
        self.target = target
        self.reasons = phrases.reasons
        self.sentences = Sentences(phrases)
        self.say = phrases.say
        self.wanted = target_word(target, phrases.lang)

    def lines(self, results: Sequence[Result]) -> list[str]:
        """The answer in one sentence, then the details, for each result of the year in question."""
        results = [result for result in results if self.target.concerns(result)]
        if isinstance(self.target.of, ir.Duty):  # of many windows those that were missed
            results = [result for result in results if self.target.reach_of(result) != "reached"] or results[-1:]
        if not results:
            return [self.sentences.nothing(self.target.of)]
        told: list[str] = []
        for result in results:
            told += [*([""] if told else []), *self._one(result)]
        return told

    def _one(self, result: Result) -> list[str]:
        title = self.phrases.title(result)
        reach = self.target.reach_of(result)
        if isinstance(result, DutyResult) and reach == "reached" and result.result != self.target.wanted:
            answer = self.sentences.answer(result)
            return [self.say(f"{title}：不适用，谈不上“{self.wanted}”。", f"{title}: does not apply, so it is not {self.wanted}."),
                    f"  {answer}", *self._details(result)]  # fmt: skip
        if reach == "reached":
            return [self.say(f"{title}：就是“{self.wanted}”。", f"{title}: it is {self.wanted}."),
                    "  " + self.sentences.answer(result)]  # fmt: skip
        head = self.say(f"{title}：{'还不能说是' if reach == 'open' else '不是'}“{self.wanted}”",
                        f"{title}: {'not yet' if reach == 'open' else 'not'} {self.wanted}")  # fmt: skip
        brief = self._brief(result, open_=reach == "open")
        lines = [head + (self.say("：", ": ") + brief if brief else "") + self.phrases.stop()]
        lines.append("  " + self.say("现在：", "now: ") + self.sentences.answer(result))
        return lines + list(self._details(result))

    def _brief(self, result: Result, *, open_: bool) -> str:
        """The reason in a few words: what is still missing, by how much it was missed, or what stands against it."""
        missing = self.say("还缺", "missing: ") + self.phrases.ways(result.needs) if result.needs else ""
        if open_ and missing:
            return missing
        failing = self._failing(result)
        return self.sentences.listed(failing, self.wanted) or self._against(result) or missing

    def _against(self, result: Result) -> str:
        """What stands against the target where none of its own conditions fails."""
        if isinstance(result, Decision) and result.basis == "attested" and result.value is not None:
            by, found = self.say("、", ", ").join(result.outcome.assessed_by), result.value
            return self.say(f"{by}评定为“{found.name}”", f"{by} found {found.id}")
        if isinstance(result, Line) and any(trace.active.value for trace in self._for(result.rules)):
            return self.say(f"算得{self.phrases.shape(result.amount)}", f"it comes to {self.phrases.shape(result.amount)}")
        if isinstance(result, Decision):
            higher = next((t for t in result.rules if t.active.value and self._higher(t.rule)), None)
            if higher is not None:
                name, cited = self.reasons.rule_name(higher.rule), higher.rule.clause.in_(self.phrases.lang)
                return self.say(
                    f"{name}（{cited}）已经成立，几级都成立的按高的等级定", f"{name} ({cited}) holds, and the higher grade is given"
                )
        if not isinstance(result, DutyResult) and not self._no_rule(result):
            return self.sentences.because(result)
        return ""

    def barred(self, result: Result) -> list[str]:
        """What bars the target in an outcome of which no fact is known."""
        match result:
            case DutyResult():
                return self.reasons.duty(result)
            case Decision(guard_failed=True):
                return self.reasons.decision(result)
            case Decision() if result.limbs:
                return self.reasons.limbs(result, unmet=True)
            case _:
                return list(self._rules(result.rules))

    def _failing(self, result: Result) -> list[Test]:
        match result:
            case Decision() if result.limbs:
                limbs = [x for x in result.limbs if x.holds is not None and x.holds.value is False]
                return [t for limb in limbs for t in limb.tests if t.met is False]
            case DutyResult():
                return [t for t in result.tests if t.met is False] if self.target.wanted == "met" else []
            case _:
                return [t for trace in self._for(result.rules) for t in trace.tests if t.met is False]

    def _for(self, traces: Sequence[RuleTrace]) -> list[RuleTrace]:
        """The rules that give what is asked for."""
        return [trace for trace in traces if self._gives(trace.rule)]

    def _gives(self, rule: ir.Rule) -> bool:
        wanted = self.target.wanted
        match wanted:
            case Option():
                return rule.value == wanted
            case Amount():
                shape = ir.Cap if wanted.kind == "cap" else ir.Exact
                if not isinstance(rule.value, shape):
                    return False
                sum_ = rule.value.amount
                return not isinstance(sum_, ir.Constant) or sum_.value == wanted.yuan
            case "not_due":
                return isinstance(rule.value, ir.Denied)
            case _:
                return rule.modality == ("must" if wanted == "due" else "may") and not isinstance(rule.value, ir.Denied)

    def _details(self, result: Result) -> Iterator[str]:
        match result:
            case Decision(guard_failed=True):
                yield from self.reasons.decision(result)
            case Decision(basis="attested"):
                yield from self.reasons.decision(result)
                yield from self._rules(result.rules)
            case Decision() if result.limbs:
                yield from self.reasons.limbs(result, unmet=True)
            case DutyResult():
                yield from self.reasons.duty(result)
            case Line() if self.target.wanted == "not_due":
                yield from self._granting(result)
            case _:
                yield from self._rules(result.rules)

    def _granting(self, line: Line) -> Iterator[str]:
        """Why something is granted: the rules that hold or may still hold; then what would deny it."""
        for trace in line.rules:
            if trace.active.value is False or not grants(trace.rule):
                continue
            name, cited = self.reasons.rule_name(trace.rule), trace.rule.clause.in_(self.phrases.lang)
            holds = self.say("已经成立", "holds") if trace.active.value else self.say("尚不能定", "is open")
            yield self.say(f"  {name}（{cited}）{holds}：", f"  {name} ({cited}) {holds}:")
            yield from self.reasons.tests([t for t in trace.tests if t.met is trace.active.value], "    ")
        for trace in self._for(line.rules):
            yield from self._rule(trace, line.rules)

    def _no_rule(self, result: Decision | Line) -> bool:
        """Whether no rule gives what is asked for; that nothing is granted needs none."""
        if isinstance(result, Decision) and result.limbs:
            return False
        return self.target.wanted != "not_due" and not self._for(result.rules)

    def _rules(self, traces: Sequence[RuleTrace]) -> Iterator[str]:
        wanted = self._for(traces)
        of = self.target.of
        bodies = of.assessed_by if isinstance(of, ir.Outcome) else ()
        if not wanted and bodies:
            by = self.say("、", ", ").join(bodies)
            yield self.say(
                f"  “{self.wanted}”由{by}评定，办法没有另写条件。",
                f"  It is for {by} to find {self.wanted}; the measure has no rule for it.",
            )
        elif not wanted:
            yield self.say(f"  办法没有得出“{self.wanted}”的条文。", f"  No clause of the measure leads to {self.wanted}.")
        for trace in wanted:
            yield from self._rule(trace, traces)
        for trace in traces:
            if trace.active.value is not False and self._higher(trace.rule):
                name, cited = self.reasons.rule_name(trace.rule), trace.rule.clause.in_(self.phrases.lang)
                holds = self.say("已经成立", "holds") if trace.active.value else self.say("还可能成立", "may hold yet")
                yield self.say(
                    f"  {name}（{cited}）{holds}，几级都成立的按高的等级定。",
                    f"  {name} ({cited}) {holds}, and the higher grade is given.",
                )

    def _higher(self, rule: ir.Rule) -> bool:
        """Whether a rule gives a higher grade than what is asked for."""
        of, wanted = self.target.of, self.target.wanted
        grade = isinstance(of, ir.Outcome) and of.kind == "grade"
        return grade and isinstance(rule.value, Option) and isinstance(wanted, Option) and rule.value.rank < wanted.rank

    def _rule(self, trace: RuleTrace, traces: Sequence[RuleTrace]) -> Iterator[str]:
        name, cited = self.reasons.rule_name(trace.rule), trace.rule.clause.in_(self.phrases.lang)
        failing = [t for t in trace.tests if t.met is False]
        open_ = [t for t in trace.tests if t.met is None]
        if trace.rule.when is None:
            yield self.say(f"  {name}（{cited}）要在其他情形都不成立时才有。", f"  {name} ({cited}) is given when no other rule holds.")
        if trace.holds.value is False and failing:
            yield self.say(f"  {name}（{cited}）没有满足的：", f"  {name} ({cited}), not met:")
            yield from self.reasons.tests(failing, "    ")
        if trace.holds.value is not True and open_:
            yield self.say(f"  {name}（{cited}）待定的：", f"  {name} ({cited}), open:")
            yield from self.reasons.tests(open_, "    ")
        for other in traces:
            if trace.rule.index in other.rule.overrides and other.holds.value is not False:
                over, where = self.reasons.rule_name(other.rule), other.rule.clause.in_(self.phrases.lang)
                holds = self.say("已经成立", "holds") if other.holds.value else self.say("尚未排除", "is not excluded")
                yield self.say(f"  优先的{over}（{where}）{holds}：", f"  {over} ({where}), which takes precedence, {holds}:")
                yield from self.reasons.tests([t for t in other.tests if t.met is not False], "    ")
