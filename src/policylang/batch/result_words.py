"""What was decided in the words of the columns: short, in administrative Chinese or with ids in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.phrases import DUTY_WORDS, Phrases
from policylang.plan.layout import YEARS_BACK
from policylang.runtime.outcome import Decision, Outcome
from policylang.semantics.values import SETTLED, in_order, missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.batch.model import Reason
    from policylang.measure.citation import Citation
    from policylang.plan.model import DecisionPlan, LinePlan, Plan
    from policylang.semantics import ir
    from policylang.semantics.values import Needs

_STATUS = {
    "due": ("应予", "due"), "possible": ("可予", "possible"), "not_due": ("不予", "not due"),
    "undetermined": ("待定", "undetermined"), "conflict": ("规则冲突", "conflicting rules"),
}  # fmt: skip
_REPAID = {"due": ("应退回", "to be repaid"), "not_due": ("无须退回", "nothing to be repaid")}
_SHAPES = {
    "exact": ("定额", "exact"),
    "cap": ("不超过", "at most"),
    "range": ("幅度", "range"),
    "none": ("数额未定", "not stated"),
}
_DUTIES_IN_ORDER = ("unmet", "undetermined", "pending", "met")
#: Text that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class ResultWords:
    """The words for one plan in one language."""

    def __init__(self, plan: Plan, lang: str) -> None:
        self.lang = lang
        self.zh = lang == "zh"
        self.plan = plan
        chosen = tuple(plan.readings.items())
        self._phrases = Phrases(Outcome(plan.policy, plan.as_of, plan.year, chosen, plan.calendar.version), lang)
        say = self._phrases.say
        self._years: dict[str, set[int | None]] = {}
        planned: tuple[DecisionPlan | LinePlan, ...] = (*plan.decisions, *plan.lines)
        for one in planned:
            self._years.setdefault(one.outcome.id, set()).add(one.year)
        self.accepted, self.reason = say("是否受理", "accepted"), say("未受理原因", "refused_because")
        self.statuses = [say("受理", "yes"), say("未受理", "no"), None]
        self.result, self.clauses, self.missing = (
            say("结果", "result"),
            say("依据条款", "clauses"),
            say("尚缺", "missing"),
        )
        self.form, self.warning = say("形式", "form"), say("提示", "warnings")
        self.low, self.high, self.amount = (
            say("下限（元）", "low"),
            say("上限（元）", "high"),
            say("金额（元）", "amount"),
        )
        self.decided, self.due, self.unmet = (
            say("决定额（元）", "decided"),
            say("届满日", "due"),
            say("未履行的期间", "unmet"),
        )

    def join(self, title: str, part: str) -> str:
        """The head of a column about a part of a result: 评估等级·依据条款, or grade.clauses."""
        return f"{title}·{part}" if self.zh else f"{title}.{part}"

    def title(self, outcome: ir.Outcome, year: int | None) -> str:
        """The head of the column of a result; with the year where it is another than the one asked about."""
        name = outcome.name if self.zh else outcome.id
        if year in (None, self.plan.year) or len(self._years[outcome.id]) == 1:
            return name
        return f"{name}（{year}年）" if self.zh else f"{name}.{year}"

    def decision(
        self, outcome: ir.Outcome, year: int | None, value: int, possible: int, basis: str, *, conflict: bool, guard: bool,
        overridable: bool, missing: bool,
    ) -> str:  # fmt: skip
        """A级, 待定：A级或B级, 规则冲突：A级或B级, 未评估."""
        levels = outcome.levels
        needs: Needs = frozenset((frozenset(("?",)),)) if missing else SETTLED
        options = tuple(level for place, level in enumerate(levels) if possible >> place & 1)
        found = Decision(
            outcome, year, levels[value] if value >= 0 else None, options, needs, (), (), basis,  # type: ignore[arg-type]
            conflict, overridable, guard,
        )  # fmt: skip
        return self.safe(self._phrases.result(found))

    def status(self, outcome: ir.Outcome, status: str, *, unregulated: bool = False, beyond: bool = False) -> str:
        """应予, 可予, 不予, 待定; 应退回 where the station owes it."""
        words = (_REPAID if outcome.terms.repaid_by else {}).get(status) or _STATUS[status]
        if unregulated:
            words = ("办法没有规定", "not regulated")
        return words[0 if self.zh else 1] + (
            self._phrases.say("（决定额超出规定幅度）", " (outside the bounds)") if beyond else ""
        )

    def shape(self, shape: str) -> str:
        """定额, 不超过, 幅度."""
        return _SHAPES[shape][0 if self.zh else 1]

    def duty(self, result: str) -> str:
        """已履行, 未履行, 未到期, 待定, 不适用."""
        return DUTY_WORDS[result][0 if self.zh else 1]

    def windows(self, counts: dict[str, int], unit: str) -> str:
        """未履行2期，已履行10期."""
        told = [
            f"{self.duty(w)}{counts[w]}{unit}" if self.zh else f"{counts[w]} {self.duty(w)}"
            for w in _DUTIES_IN_ORDER
            if counts.get(w)
        ]
        return self._phrases.say("，", ", ").join(told) or self.duty("not_applicable")

    def lines(self, outcome: ir.Outcome, counts: dict[str, int]) -> str:
        """应予2项，待定1项."""
        told = []
        for status in ("due", "possible", "undetermined", "conflict", "not_due"):
            if counts.get(status):
                word = self.status(outcome, status)
                told.append(f"{word}{counts[status]}项" if self.zh else f"{counts[status]} {word}")
        return self._phrases.say("，", ", ").join(told)

    def period(self, duty: ir.Duty, period: str) -> str:
        """2024年3月."""
        from policylang.runtime.outcome import DutyResult  # noqa: PLC0415 - here only

        return self._phrases.period(DutyResult(duty, period, "unmet", None, SETTLED, ()))

    def cite(self, clauses: Iterable[Citation]) -> str | None:
        """The clauses as printed."""
        return self._phrases.cite(clauses, in_full=True) or None

    def ways(self, needs: Needs) -> str:
        """What is missing: 甲、乙；或 丙."""
        return self.safe(self._phrases.ways(needs))

    def ways_data(self, needs: Needs) -> list[list[str]]:
        """What is missing, way by way."""
        return [[self._phrases.reasons.fact_name(name) for name in way] for way in in_order(needs)]

    def path(self, path: str) -> str:
        """A fact as it is read aloud: 2024年引进人才."""
        return self._phrases.ways(missing(path))

    def warnings(self, notices: Sequence[ir.Notice]) -> str | None:
        """The notices, each with its clause."""
        told = [
            f"{n.text.rstrip('。')}（{n.clause.text}）" if self.zh else f"{n.id} ({n.clause.in_english()})"
            for n in notices
        ]
        return self.safe("；".join(told) if self.zh else "; ".join(told)) if told else None

    def reasons(self, found: Sequence[Reason]) -> str:
        """Why a row is refused."""
        return self.safe(self._phrases.say("；", "; ").join(reason.in_(self.lang) for reason in found))

    def contradiction(self, constraints: Sequence[ir.Constraint]) -> str:
        """The facts that contradict each other: as the overview says it."""
        from policylang.runtime.interpreter import _rejection  # noqa: PLC0415 - the one place that words it

        facts = {fact.id: fact for fact in self.plan.policy.facts}
        found = [_rejection(c, facts[c.fact], facts[c.other] if c.other is not None else None) for c in constraints]
        told = [r.zh if self.zh else f"{r.path} {r.en}" for r in found]
        return self._phrases.say("事实互相矛盾：", "the facts contradict each other: ") + self._phrases.say(
            "；", "; "
        ).join(told)

    def early(self) -> str:
        """A duty of windows began longer ago than a table is decided for."""
        return self._phrases.say(
            f"逐期考核的职责从时点以前{YEARS_BACK}年以上起算；请核对日期，确实这么早的，用 eval 单独判断",
            f"a duty of months or quarters began more than {YEARS_BACK} years before the day asked; check the date, or use eval",
        )

    def safe(self, text: str) -> str:
        """A text that no spreadsheet takes for a formula."""
        return f"'{text}" if text.startswith(_FORMULA) else text
