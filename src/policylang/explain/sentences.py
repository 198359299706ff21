"""The answer in one sentence: the result, the clause, and what decided; and why it is not something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.wording import found, plain, shortfall
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir
from policylang.semantics.types import Money, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.explain.phrases import Phrases
    from policylang.runtime.outcome import RuleTrace, Test

#: A sentence names so many tests and counts the rest.
_NAMED = 3


class Sentences:
    """Sentences about the results of one outcome in one language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.say = phrases.say

    def answer(self, result: Decision | Line | DutyResult) -> str:
        """评估等级（2024年）：A级，依第十条3：引进人才数30人以上（实为30人）。"""
        phrases = self.phrases
        match result:
            case Decision():
                told = phrases.result(result)
            case Line():
                told = phrases.amount(result)
            case DutyResult():  # pragma: no branch - the last of a closed union
                told = phrases.duty(result)
        text = phrases.title(result) + self.say("：", ": ") + told
        cited = phrases.cite(result.clauses)
        if cited:
            text += self.say(f"，依{cited}", f", under {cited}")
        because = self.because(result)
        if because:
            text += self.say("：", ": ") + because
        if result.needs:
            text += self.say("；还缺", "; missing: ") + phrases.ways(result.needs)
        return text + phrases.stop()

    def because(self, result: Decision | Line | DutyResult) -> str:
        """What made a result what it is, in a few words; empty where the result says it all, or is open."""
        match result:
            case Decision(guard_failed=True) | Decision(basis="attested") | DutyResult():
                return ""
            case Decision() if result.limbs:
                return self._limbs(result)
            case Decision():
                decided = [t for t in result.rules if t.active.value and t.rule.value == result.value]
                return self._rules(decided, result.rules) if result.value is not None else ""
            case Line():  # pragma: no branch - the last of a closed union
                decided = [t for t in result.rules if t.active.value]
                return "" if result.needs else self._rules(decided, result.rules)

    def _limbs(self, decision: Decision) -> str:
        if decision.value is None:
            return ""
        failed = [x for x in decision.limbs if x.holds is not None and x.holds.value is False]
        if not failed:
            return self.say("各项条件均符合", "every condition is met")
        return self.listed(t for limb in failed for t in limb.tests if t.met is False)

    def _rules(self, decided: Sequence[RuleTrace], every: Sequence[RuleTrace]) -> str:
        """What made the rules that decide hold; where none does, why those that grant something do not."""
        if any(t.rule.when is None for t in decided):
            return self.say("其他情形均不成立", "no other rule holds")
        if decided:
            return self.listed(t for trace in decided for t in trace.tests if t.met)
        return self.listed(t for trace in every for t in trace.tests if t.met is False)

    def nothing(self, of: ir.Outcome | ir.Duty | None) -> str:
        """Why there is nothing to say of an outcome or a duty: its list is empty, or it was not asked for."""
        outcome = self.phrases.outcome
        if of is not None and of.each is not None and of.each in outcome.recorded:
            records = next(fact for fact in outcome.policy.facts if fact.id == of.each)
            return self.say(f"“{records.name}”一项也没有。", f"there is nothing on the list {records.id}.")
        return self.say("这次判断没有涉及这一项。", "This evaluation has nothing on that.")

    def listed(self, tests: Iterable[Test], needed_for: str | None = None) -> str:
        """Some tests in words: results and counts first, definitions last, without the readings that were taken.

        With ``needed_for`` it is said of counts by how much they missed what that takes.
        """
        told = sorted((t for t in tests if not isinstance(t.expr, ir.ReadingIs)), key=_weight)
        gaps = [None if needed_for is None else self.gap(test, needed_for) for test in told]
        texts = list(dict.fromkeys(gap or self.phrases.words.test(test) for test, gap in zip(told, gaps, strict=True)))
        joined = self.say("；", "; ").join(texts[:_NAMED])
        if len(texts) > _NAMED:
            joined += self.say(f"；等{len(texts)}项", f"; {len(texts)} in all")
        return joined

    def gap(self, test: Test, needed_for: str) -> str | None:
        """By how much a count missed: 引进人才数24人，A级须30人以上，差6人; None where it is no comparison of numbers."""
        short = shortfall(test)
        if short is None or not isinstance(test.expr, ir.Compare) or test.actual is None or test.required is None:
            return None
        words = self.phrases.words
        kind = words.type_of(test.expr.left) or words.type_of(test.expr.right)
        if not isinstance(kind, (Number, Money)):
            return None
        name, actual = words.term(test.expr.left), found(test.actual, kind, words.lang)
        needed = found(test.required, kind, words.lang)
        operator: str = test.expr.operator
        if not test.wanted:
            operator = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "eq": "eq"}[operator]
        zh = {"ge": f"{needed}以上", "gt": f"超过{needed}", "le": f"{needed}以下", "lt": f"不满{needed}", "eq": needed}[operator]
        en = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than", "eq": "exactly"}[operator]
        off = plain(abs(short), kind, words.lang)
        by = self.say(f"{'差' if short > 0 else '超出'}{off}", f"{off} {'short' if short > 0 else 'over'}")
        return self.say(f"{name}{actual}，{needed_for}须{zh}，{by}", f"{name} is {actual}, {needed_for} takes {en} {needed}: {by}")


def _weight(test: Test) -> int:
    """What a reader looks for first: results and counts, then single facts, then what is defined by others."""
    if isinstance(test.expr, ir.DefinitionValue):
        return 2
    return int(isinstance(test.expr, (ir.FactValue, ir.FieldValue)))
