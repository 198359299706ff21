"""An outcome as text for a clerk: the overview of ``eval`` and the reasons of ``explain``, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.document import result_id
from policylang.explain.reasons import Reasons
from policylang.explain.wording import Wording, day, money, plain
from policylang.semantics.periods import Period
from policylang.semantics.values import Known, Needs, in_order
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Amount, Decision, DutyResult, Line, Outcome

_NAME, _RESULT = 22, 46


class Report:
    """The renderings of one outcome in one language."""

    def __init__(self, outcome: Outcome, lang: str) -> None:
        self.outcome = outcome
        self.lang = lang
        self.zh = lang == "zh"
        self.words = Wording(outcome.policy, "zh" if self.zh else "en")
        self.reasons = Reasons(outcome, lang)

    # the overview

    def overview(self) -> str:
        """Every result on a line of its own with its clause, then what is still missing."""
        lines = [*self._head(), ""]
        if self.outcome.rejections:
            lines.append(self._say("事实互相矛盾，不作判断：", "The facts contradict each other; nothing is decided:"))
            lines += [f"  {r.path}：{r.zh}" if self.zh else f"  {r.path}: {r.en}" for r in self.outcome.rejections]
            return "\n".join(lines) + "\n"
        lines += self._decisions()
        lines += self._section(self._say("经费", "Money"), [self._line_row(x) for x in self._shown_lines()])
        lines += self._totals()
        lines += self._section(self._say("期限和职责", "Duties"), self._duty_rows())
        lines += self._section(
            self._say("提示", "Warnings"),
            [
                f"  {w.text}（{w.clause.text}）" if self.zh else f"  {w.id} ({w.clause.in_english()})"
                for w in self.outcome.warnings
            ],
        )
        lines += self._section(self._say("还缺的事实", "Still missing"), self._missing_rows())
        return "\n".join(lines) + "\n"

    def _head(self) -> list[str]:
        policy = self.outcome.policy
        adopted = {r.id: r.adopted for r in policy.readings}
        chosen = [(r, o) for r, o in self.outcome.readings if adopted[r] != o]
        when = day(self.outcome.as_of, self.lang)
        lines = [
            f"《{policy.title}》",
            self._say(
                f"时点：{when}　考核年度：{self.outcome.year}年", f"as of {when}, assessment year {self.outcome.year}"
            ),
        ]
        for reading, option in chosen:
            known = next(r for r in policy.readings if r.id == reading)
            name = next(o for o in known.options if o.id == option).name
            lines.append(
                self._say(
                    f"读法：{known.name}——{name}（办法采用的是另一读法）",
                    f"reading: {reading} = {option} (not the adopted one)",
                )
            )
        return lines

    def _decisions(self) -> list[str]:
        lines: list[str] = []
        seen: set[str] = set()
        for decision in self.outcome.decisions:
            name = self._name(decision.outcome.name, decision.outcome.id)
            if decision.year is not None:
                if decision.outcome.id not in seen:
                    lines.append(name)
                seen.add(decision.outcome.id)
                name = "  " + self._year(decision.year)
            lines.append(self._row(name, self.result(decision), decision.clauses))
        return lines

    def result(self, decision: Decision) -> str:
        """The answer of a decision in a few words."""
        if decision.conflict:
            names = self._or([o.name if self.zh else o.id for o in decision.possible])
            return self._say(f"规则冲突：{names}", f"conflicting rules: {names}")
        if decision.guard_failed and decision.value is not None:
            text = decision.value.name if self.zh else decision.value.id
            return text + self._say("（办法不在施行期）", " (the measure is not in force)")
        if decision.value is not None:
            text = decision.value.name if self.zh else decision.value.id
            if decision.overridable:
                text += self._say("（一般应具备，可由机关说明理由例外）", " (a departure with reasons is possible)")
            if decision.basis == "attested":
                text += self._say("（机关评定）", " (assessed)")
            return text
        if decision.limbs and all(limb.holds is None or limb.holds.value is None for limb in decision.limbs):
            return self._say("待定（未提供有关事实）", "undetermined (no facts given)")
        if result_id(decision) == "none":
            return self._say("无结果", "no result")
        if decision.possible and decision.outcome.kind != "condition":
            names = self._or([o.name if self.zh else o.id for o in decision.possible])
            if len(decision.possible) == 1:
                return self._say(f"待定，或为{names}", f"undetermined, {names} if anything")
            return self._say(f"待定：{names}", f"undetermined: {names}")
        return self._say("待定", "undetermined")

    def _shown_lines(self) -> list[Line]:
        """The lines worth a row: those not due are left out where a row of the same line is due."""
        return [x for x in self.outcome.lines if x.status != "not_due" or x.relied_on or x.outcome.period == "year"]

    def _line_row(self, line: Line) -> str:
        name = self._name(line.outcome.name, line.outcome.id)
        where = self._year(line.year) + (f" {line.ref}" if line.ref else "")
        return self._row(
            f"  {name} {where}",
            self.amount(line),
            (*line.clauses, *(line.relied_on if line.status == "not_due" else ())),
        )

    def amount(self, line: Line) -> str:
        """Status and shape of a money line."""
        shape = self.shape(line.amount)
        match line.status:
            case "due":
                text = self._say(f"应给予，{shape}", f"due, {shape}")
            case "possible":
                text = self._say(f"可以给予，{shape}", f"may be granted, {shape}")
            case "not_due":
                return self._say("不给予", "not due")
            case "conflict":
                return self._say("规则冲突", "conflicting rules")
            case _ if line.unregulated:
                return self._say("办法没有规定", "not regulated")
            case _:
                text = self._say(f"待定，{shape}", f"undetermined, {shape}")
        if line.decided is not None:
            out = self._say("，超出规定幅度", ", outside the bounds") if line.out_of_bounds else ""
            text += self._say(f"；机关决定{money(line.decided)}{out}", f"; decided {money(line.decided, 'en')}{out}")
        return text

    def shape(self, amount: Amount) -> str:
        """10万元, 不超过10万元, 5万元至20万元, 数额另定."""
        low, high = self._money(amount.low), self._money(amount.high)
        match amount.kind:
            case "exact" if amount.settled:
                return low
            case "exact":
                return self._say(
                    f"{low}至{high}" if amount.high is not None else "数额待定",
                    f"{low} to {high}" if amount.high is not None else "amount open",
                )
            case "cap" if amount.settled:
                return self._say(f"不超过{high}", f"at most {high}")
            case "cap":
                return self._say(f"不超过{low}或{high}", f"at most {low} or {high}")
            case "range":
                return self._say(f"{low}至{high}", f"{low} to {high}")
            case _ if amount.document:
                return self._say(f"数额依{amount.document}", f"amount under {amount.document}")
            case _:
                return self._say("数额未定", "amount not stated")

    def _totals(self) -> list[str]:
        sums: dict[int, Fraction] = {}
        for line in self.outcome.lines:
            amount = line.amount
            if line.status == "due" and amount.kind == "exact" and amount.settled and amount.low is not None:
                sums[line.year] = sums.get(line.year, amount.low * 0) + amount.low
        caps = any(x.status == "due" and x.amount.kind in {"cap", "range"} for x in self.outcome.lines)
        rows = [
            self._say(f"  {y}年定额合计 {money(t)}", f"  exact sums for {y}: {money(t, 'en')}")
            for y, t in sorted(sums.items())
        ]
        if caps:
            rows.append(
                self._say(
                    "  “不超过”是上限，不是应得的数额；具体数额由机关决定。",
                    "  “at most” is a ceiling, not an entitlement; the authority decides the amount.",
                )
            )
        return rows

    def _duty_rows(self) -> list[str]:
        shown = [
            d
            for d in self.outcome.duties
            if d.result != "not_applicable"
            and not (d.result == "undetermined" and d.due is None and d.period is None)
        ]
        return [self._duty_row(d) for d in shown]

    def _duty_row(self, result: DutyResult) -> str:
        name = self._name(result.duty.name, result.duty.id)
        period = self._period(result)
        return self._row(f"  {name}{' ' + period if period else ''}", self.duty(result), result.clauses)

    def duty(self, result: DutyResult) -> str:
        """已履行, 未履行, 未到期, 待定, with the last day and the count found."""
        word = {
            "met": ("已履行", "met"), "unmet": ("未履行", "not met"), "pending": ("未到期", "pending"),
            "undetermined": ("待定", "undetermined"), "not_applicable": ("不适用", "not applicable"),
        }[result.result][0 if self.zh else 1]  # fmt: skip
        parts = [word]
        if isinstance(result.required, Known) and isinstance(result.actual, Known):
            kind = self.words.type_of(result.tests[0].expr.left) if hasattr(result.tests[0].expr, "left") else None
            required, actual = (
                plain(result.required.value, kind, self.words.lang),
                plain(result.actual.value, kind, self.words.lang),
            )
            parts.append(self._say(f"应{required}，实{actual}", f"required {required}, found {actual}"))
        if result.due is not None:
            parts.append(self._say(f"{day(result.due, 'zh')}届满", f"last day {result.due.isoformat()}"))
        return self._say("，", ", ").join(parts)

    def _missing_rows(self) -> list[str]:
        rows: list[str] = []
        seen: set[Needs] = set()
        for decision in self.outcome.decisions:
            given = not decision.limbs or any(x.holds is not None and x.holds.value is not None for x in decision.limbs)
            if decision.needs and decision.needs not in seen and given:
                seen.add(decision.needs)
                name = self._name(decision.outcome.name, decision.outcome.id)
                year = f"{self._year(decision.year)} " if decision.year else ""
                rows.append(f"  {year}{name}{self._say('：', ': ')}{self.ways(decision.needs)}")
        for line in self.outcome.lines:
            if line.needs and line.needs not in seen:
                seen.add(line.needs)
                name = self._name(line.outcome.name, line.outcome.id)
                rows.append(f"  {self._year(line.year)} {name}{self._say('：', ': ')}{self.ways(line.needs)}")
        for duty in self.outcome.duties:
            if duty.needs and duty.needs not in seen and duty.period:
                seen.add(duty.needs)
                name = self._name(duty.duty.name, duty.duty.id)
                rows.append(f"  {self._period(duty)} {name}{self._say('：', ': ')}{self.ways(duty.needs)}")
        return rows

    def ways(self, needs: Needs) -> str:
        """The smallest sets of missing facts: 甲、乙；或丙."""
        ways = [self._say("、", ", ").join(self.reasons.fact_name(n) for n in way) for way in in_order(needs)]
        return self._say("；或 ", "; or ").join(ways)

    # the reasons

    def explain(self, wanted: str | None = None) -> str:
        """Why each result (or the one asked for) is what it is. ``wanted`` is the name or id of an outcome or duty."""
        lines = [*self._head()]
        if self.outcome.rejections:
            return self.overview()
        found = False
        for decision in self.outcome.decisions:
            if wanted in (None, decision.outcome.id, decision.outcome.name):
                found = True
                lines += ["", *self._explain_decision(decision)]
        for line in self.outcome.lines:
            if wanted in (None, line.outcome.id, line.outcome.name):
                found = True
                lines += ["", *self._explain_line(line)]
        for duty in self.outcome.duties:
            if wanted in (duty.duty.id, duty.duty.name):
                found = True
                lines += ["", *self._explain_duty(duty)]
        if not found:
            lines += ["", self._say("这次判断没有涉及这一项。", "This evaluation has nothing on that.")]
        notes = self.reasons.readings()
        if notes:
            lines += ["", self._say("所依据的读法", "Readings relied on"), *notes]
        return "\n".join(lines) + "\n"

    def _explain_decision(self, decision: Decision) -> list[str]:
        name = self._name(decision.outcome.name, decision.outcome.id)
        year = self._say(f"（{decision.year}年）", f" ({decision.year})") if decision.year else ""
        lines = [f"{name}{year}{self._say('：', ': ')}{self.result(decision)}{self._stop()}"]
        lines += self.reasons.decision(decision)
        if decision.needs:
            lines.append(self._say("  还缺：", "  missing: ") + self.ways(decision.needs))
        return lines

    def _explain_line(self, line: Line) -> list[str]:
        name = self._name(line.outcome.name, line.outcome.id)
        where = f"{line.year}年" if self.zh else f"{line.year}"
        ref = f"，{line.ref}" if line.ref and self.zh else f", {line.ref}" if line.ref else ""
        lines = [
            self._say(f"{name}（{where}{ref}）：{self.amount(line)}。", f"{name} ({where}{ref}): {self.amount(line)}.")
        ]
        lines += self.reasons.line(line)
        if line.needs:
            lines.append(self._say("  还缺：", "  missing: ") + self.ways(line.needs))
        return lines

    def _explain_duty(self, result: DutyResult) -> list[str]:
        name = self._name(result.duty.name, result.duty.id)
        period = (
            f"（{self._period(result)}）"
            if result.period and self.zh
            else f" ({self._period(result)})"
            if result.period
            else ""
        )
        return [f"{name}{period}{self._say('：', ': ')}{self.duty(result)}{self._stop()}", *self.reasons.duty(result)]

    # small parts

    def _say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def _stop(self) -> str:
        return self._say("。", ".")

    def _name(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def _or(self, names: list[str]) -> str:
        return self._say("或", " or ").join(names)

    def _year(self, year: int) -> str:
        return self._say(f"{year}年", str(year))

    def _period(self, result: DutyResult) -> str:
        if result.period is None:
            return f"#{result.record + 1}" if result.record is not None else ""
        for unit in ("year", "quarter", "month"):
            period = Period.parse(unit, result.period)
            if period is not None:
                return period.text(self.lang)  # type: ignore[arg-type]
        return result.period

    def _money(self, amount: Fraction | None) -> str:
        return "" if amount is None else money(amount, self.lang)

    def _row(self, name: str, result: str, clauses: Iterable[Citation]) -> str:
        cited = self.cite(clauses)
        left = pad(name, _NAME) if display_width(name) < _NAME else name + " "
        middle = pad(result, _RESULT) if display_width(result) < _RESULT else result + "  "
        return f"{left}{middle}{cited}".rstrip()

    def cite(self, clauses: Iterable[Citation]) -> str:
        """Clauses as printed, each once; those that run through one article are drawn together."""
        texts = list(dict.fromkeys(c.in_(self.lang) for c in clauses))
        if len(texts) > 3:
            return self._say(f"{texts[0]}至{texts[-1]}", f"{texts[0]} to {texts[-1]}")
        return self._say("、", ", ").join(texts)

    def _section(self, title: str, rows: list[str]) -> list[str]:
        return ["", title, *rows] if rows else []

