"""Results in a few words: the phrases that the overview and the reasons share, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.document import result_id
from policylang.explain.reasons import Reasons
from policylang.explain.wording import Wording, day, money, plain
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir
from policylang.semantics.periods import Period
from policylang.semantics.values import Known, Needs, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from policylang.facts.model import Attestation
    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Amount, Outcome


#: What came of a duty, in Chinese and English.
DUTY_WORDS = {
    "met": ("已履行", "met"), "unmet": ("未履行", "not met"), "pending": ("未到期", "pending"),
    "undetermined": ("待定", "undetermined"), "not_applicable": ("不适用", "not applicable"),
}  # fmt: skip

#: So many clauses that follow one another are drawn together; more than so many pieces are counted.
_CITED = 3


class Phrases:
    """The phrases for one outcome in one language; ``attestations`` are those of the facts file, by path."""

    def __init__(self, outcome: Outcome, lang: str, attestations: Mapping[str, Attestation] | None = None) -> None:
        self.outcome = outcome
        self.lang = lang
        self.zh = lang == "zh"
        self.words = Wording(outcome.policy, "zh" if self.zh else "en")
        self.reasons = Reasons(outcome, lang, attestations)
        self.encoded = [entry.clause for entry in outcome.policy.ledger if entry.kind == "encoded"]

    def head(self) -> list[str]:
        """The measure, the day, the year, and the readings that are not the adopted ones."""
        policy = self.outcome.policy
        adopted = {r.id: r.adopted for r in policy.readings}
        chosen = [(r, o) for r, o in self.outcome.readings if adopted[r] != o]
        when = day(self.outcome.as_of, self.lang)
        lines = [
            f"《{policy.title}》",
            self.say(
                f"时点：{when}　考核年度：{self.outcome.year}年", f"as of {when}, assessment year {self.outcome.year}"
            ),
        ]
        for reading, option in chosen:
            known = next(r for r in policy.readings if r.id == reading)
            name = next(o for o in known.options if o.id == option).name
            lines.append(
                self.say(
                    f"读法：{known.name}——{name}（办法采用的是另一读法）",
                    f"reading: {reading} = {option} (not the adopted one)",
                )
            )
        return lines

    def title(self, result: Decision | Line | DutyResult) -> str:
        """What a result is about: 评估等级（2024年）, or grade (2024)."""
        match result:
            case Decision():
                named: ir.Outcome | ir.Duty = result.outcome
                details = [] if result.year is None else [self.year(result.year)]
            case Line():
                named, details = result.outcome, [self.year(result.year), self.ref(result)]
            case DutyResult():
                named, details = result.duty, [self.period(result)]
        shown = self.say("，", ", ").join(d for d in details if d)
        if not shown:
            return self.name(named.name, named.id)
        return self.say(f"{named.name}（{shown}）", f"{named.id} ({shown})")

    def result(self, decision: Decision) -> str:
        """The answer of a decision in a few words."""
        if decision.conflict:
            names = self.one_of([o.name if self.zh else o.id for o in decision.possible])
            return self.say(f"规则冲突：{names}", f"conflicting rules: {names}")
        if decision.guard_failed and decision.value is not None:
            text = decision.value.name if self.zh else decision.value.id
            return text + self.say("（办法不在施行期）", " (the measure is not in force)")
        if decision.value is not None:
            text = decision.value.name if self.zh else decision.value.id
            if decision.overridable:
                text += self.say("（一般应具备，可由机关说明理由例外）", " (a departure with reasons is possible)")
            if decision.basis == "attested":
                text += self.say("（机关评定）", " (assessed)")
            return text
        if decision.limbs and all(limb.holds is None or limb.holds.value is None for limb in decision.limbs):
            return self.say("待定（未提供有关事实）", "undetermined (no facts given)")
        if result_id(decision) == "none":
            recorded = decision.outcome.assessed_in
            fact = next((f for f in self.outcome.policy.facts if f.id == recorded), None)
            meant = fact.null_means if fact is not None else None
            return self.say(meant or "无结果", "not assessed" if meant else "no result")
        if decision.possible and decision.outcome.kind != "condition":
            names = self.one_of([o.name if self.zh else o.id for o in decision.possible])
            if len(decision.possible) == 1:
                return self.say(f"待定，或为{names}", f"undetermined, {names} if anything")
            return self.say(f"待定：{names}", f"undetermined: {names}")
        return self.say("待定", "undetermined")

    def amount(self, line: Line) -> str:
        """Status and shape of a money line."""
        shape = self.shape(line.amount)
        owed = bool(line.outcome.terms.repaid_by)
        match line.status:
            case "due" if owed:
                text = self.say(f"应退回，{shape}", f"to be repaid, {shape}")
            case "not_due" if owed:
                return self.say("无须退回", "nothing to be repaid")
            case "due":
                text = self.say(f"应给予，{shape}", f"due, {shape}")
            case "possible":
                text = self.say(f"可以给予，{shape}", f"may be granted, {shape}")
            case "not_due" if line.given_in is not None:
                return self.say(f"不再给予（一次性，{line.given_in}年已给予）", f"not due (once only, given in {line.given_in})")
            case "not_due":
                return self.say("不给予", "not due")
            case "conflict":
                return self.say("规则冲突", "conflicting rules")
            case _ if line.unregulated:
                return self.say("办法没有规定", "not regulated")
            case _:
                text = self.open_amount(line)
        if line.decided is not None:
            out = self.say("，超出规定幅度", ", outside the bounds") if line.out_of_bounds else ""
            text += self.say(f"；机关决定{money(line.decided)}{out}", f"; decided {money(line.decided, 'en')}{out}")
        return text

    def open_amount(self, line: Line) -> str:
        """What an undetermined line can still be: 待定：“不超过10万元”或不给予."""
        open_ = [t for t in line.rules if t.active.value is not False]
        active = [t for t in open_ if not isinstance(t.rule.value, ir.Denied)]
        names = list(dict.fromkeys(self.reasons.rule_name(t.rule) for t in active))
        if len(active) < len(open_) or (not line.never_nothing and not any(t.active.value for t in active)):
            names.append(self.say("不给予", "nothing"))
        listed = self.one_of(names)
        return self.say(f"待定：{listed}", f"undetermined: {listed}")

    def shape(self, amount: Amount) -> str:
        """10万元, 不超过10万元, 5万元至20万元, 数额另定."""
        low, high = self.money(amount.low), self.money(amount.high)
        match amount.kind:
            case "exact" if amount.settled:
                return low
            case "exact":
                return self.say(
                    f"{low}至{high}" if amount.high is not None else "数额待定",
                    f"{low} to {high}" if amount.high is not None else "amount open",
                )
            case "cap" if amount.settled:
                return self.say(f"不超过{high}", f"at most {high}")
            case "cap":
                return self.say(f"不超过{low}或{high}", f"at most {low} or {high}")
            case "range":
                return self.say(f"{low}至{high}", f"{low} to {high}")
            case _ if amount.document:
                return self.say(f"数额依{amount.document}", f"amount under {amount.document}")
            case _:
                return self.say("数额未定", "amount not stated")

    def duty_word(self, result: DutyResult) -> str:
        """已履行, 未履行, 未到期, 待定, 不适用."""
        return DUTY_WORDS[result.result][0 if self.zh else 1]

    def duty(self, result: DutyResult) -> str:
        """The word, with the count required and found and the last day."""
        parts = [self.duty_word(result)]
        if isinstance(result.required, Known) and isinstance(result.actual, Known):
            compared = next((t.expr for t in result.tests if t.required == result.required), None)
            kind = self.words.type_of(compared.left) if isinstance(compared, ir.Compare) else None
            required, actual = (
                plain(result.required.value, kind, self.words.lang),
                plain(result.actual.value, kind, self.words.lang),
            )
            parts.append(self.say(f"应{required}，实{actual}", f"required {required}, found {actual}"))
        if result.due is not None:
            parts.append(self.say(f"{day(result.due, 'zh')}届满", f"last day {result.due.isoformat()}"))
        return self.say("，", ", ").join(parts)

    def ways(self, needs: Needs) -> str:
        """The smallest sets of missing facts: 甲、乙；或丙."""
        ways = [self.say("、", ", ").join(self.reasons.fact_name(n) for n in way) for way in in_order(needs)]
        return self.say("；或 ", "; or ").join(ways)

    def cite(self, clauses: Iterable[Citation], *, in_full: bool = False) -> str:
        """Clauses as printed, each once; three and more that follow one another are drawn together.

        Of many only the first are named and the rest counted, unless ``in_full``.
        """
        runs: list[list[Citation]] = []
        for clause in dict.fromkeys(clauses):
            if runs and self._next(runs[-1][-1], clause):
                runs[-1].append(clause)
            else:
                runs.append([clause])
        told = [text for run in runs for text in self._run(run)]
        if len(told) > _CITED and not in_full:
            total = sum(len(run) for run in runs)
            first = self.say("、", ", ").join(told[:_CITED])
            return self.say(f"{first}等{total}处", f"{first} and others, {total} in all")
        return self.say("、", ", ").join(told)

    def _run(self, run: list[Citation]) -> list[str]:
        texts = [clause.in_(self.lang) for clause in run]
        return texts if len(run) < _CITED else [self.say(f"{texts[0]}至{texts[-1]}", f"{texts[0]} to {texts[-1]}")]

    def _next(self, one: Citation, other: Citation) -> bool:
        """Whether no other encoded clause stands between two."""
        ledger = self.encoded
        if one not in ledger or other not in ledger or ledger.index(other) <= ledger.index(one):
            return False
        between = ledger[ledger.index(one) + 1 : ledger.index(other)]
        return all(x.contains(other) or one.contains(x) for x in between)

    def say(self, zh: str, en: str) -> str:
        """The text in this language."""
        return zh if self.zh else en

    def stop(self) -> str:
        """The full stop."""
        return self.say("。", ".")

    def name(self, zh: str, en: str) -> str:
        """The Chinese name, or the id for an English reader."""
        return zh if self.zh else en

    def one_of(self, names: list[str]) -> str:
        """甲或乙."""
        return self.say("或", " or ").join(names)

    def year(self, year: int) -> str:
        """2024年."""
        return self.say(f"{year}年", str(year))

    def period(self, result: DutyResult) -> str:
        """The window of a duty, or the number of the record it is about."""
        if result.period is None:
            return self.record(result.duty.each, result.record)
        for unit in ("year", "quarter", "month"):
            period = Period.parse(unit, result.period)
            if period is not None:
                return period.text(self.lang)  # type: ignore[arg-type]
        return result.period

    def span(self, first: DutyResult, last: DutyResult) -> str:
        """From one window to another: 2024年10月至2025年1月."""
        start, end = self.period(first), self.period(last)
        return self.say(f"{start}至{end}", f"{start} to {end}")

    def record(self, records: str | None, number: int | None) -> str:
        """Which record of a list: 第3项."""
        if records is None or number is None:
            return ""
        return self.say(f"第{number + 1}项", f"no. {number + 1}")

    def ref(self, line: Line) -> str:
        """The id of the record a line is for, or its place in the list."""
        if line.ref is None or not line.ref.endswith("]"):
            return line.ref or ""
        return self.record(line.outcome.each, line.record)

    def money(self, amount: Fraction | None) -> str:
        """An amount, or nothing where it is open."""
        return "" if amount is None else money(amount, self.lang)
