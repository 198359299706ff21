"""What a text lays down, read from the typed core in a few words, so that it cannot drift from what is decided.

Of rules that hang on an ambiguity only those of the adopted reading are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.explain.wording import Wording
from policylang.semantics import ir
from policylang.semantics.types import Choice, ChoiceSet, Number, Option
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policylang.measure.citation import Citation

#: What is said of a line on which the text is silent.
NOTHING = Message("没有规定", "nothing laid down")
_EVERY = {"year": ("每年", "every year"), "quarter": ("每季度", "every quarter"), "month": ("每月", "every month")}
_SPANS = {
    "years": ("年", "years"), "months": ("个月", "months"), "days": ("日", "days"), "workdays": ("个工作日", "working days"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A line about one part of a policy, where that part stands, and what it is called."""

    text: Message
    clauses: tuple[Citation, ...]
    name: Message | None = None

    def line(self) -> Message:
        """The text after its name."""
        if self.name is None:
            return self.text
        return Message(f"{self.name.zh}：{self.text.zh}", f"{self.name.en}: {self.text.en}")


class Rules:
    """What one policy lays down."""

    def __init__(self, policy: ir.Policy) -> None:
        self.policy = policy
        self.zh, self.en = Wording(policy, "zh"), Wording(policy, "en")
        self.adopted = {r.id: r.adopted for r in policy.readings}
        self.definitions: dict[str, list[ir.Definition]] = {}
        for definition in policy.definitions:
            self.definitions.setdefault(definition.id, []).append(definition)
        self.outcomes = {o.id: o for o in policy.outcomes}
        self.quotas = {q.id: q for q in policy.quotas}
        self.duties: dict[str, list[ir.Duty]] = {}
        for duty in policy.duties:
            self.duties.setdefault(duty.id, []).append(duty)

    def part(self, name: str) -> list[Told]:
        """The lines about an outcome, a duty or a quota."""
        if name in self.outcomes:
            return self.outcome(self.outcomes[name])
        if name in self.quotas:
            return self.quota(self.quotas[name])
        return [line for duty in self.duties.get(name, ()) for line in self.duty(duty)]

    def is_summed_up(self, name: str) -> bool:
        """Whether this is a condition or a status: of them no more is told than the force or the options."""
        return name in self.outcomes and self.outcomes[name].kind in {"condition", "status"}

    def is_silent(self, name: str) -> bool:
        """Whether the text says nothing of this money: no rule of it gives an amount."""
        outcome = self.outcomes.get(name)
        rules = outcome.rules if outcome is not None and outcome.kind == "money" else ()
        return bool(rules) and all(rule.modality == "silent" for rule in rules)

    def outcome(self, outcome: ir.Outcome) -> list[Told]:
        """A condition with its force, a grade with its thresholds, the states, or the amounts of a line."""
        clauses = tuple(dict.fromkeys(rule.clause for rule in outcome.rules))
        match outcome.kind:
            case "condition":
                forces = {r.force for r in outcome.requirements}
                soft, hard = "normally" in forces, "must" in forces
                zh = "一般应具备，可以例外" if soft else "应当具备"
                zh += "；另有应当具备的" if soft and hard else ""
                en = "normally; may be departed from" if soft else "all required"
                en += "; some strictly required" if soft and hard else ""
                stands = tuple(dict.fromkeys(r.clause for r in outcome.requirements))
                return [Told(Message(zh, en), stands, _name(outcome))]
            case "grade":
                cited = tuple(dict.fromkeys((*self.assessed_at(outcome), *clauses)))
                return [Told(self.grade(outcome), cited, _name(outcome))]
            case "money":
                return self.money(outcome)
            case _:
                zh, en = "、".join(o.name for o in outcome.levels), ", ".join(o.id for o in outcome.levels)
                return [Told(Message(zh, en), clauses, _name(outcome))]

    def grade(self, outcome: ir.Outcome) -> Message:
        """Grades from the highest, then the numbers that decide them: 30人以上."""
        found: list[Message] = []
        for rule in outcome.rules:
            tests = list(self.thresholds(rule.when))
            if isinstance(rule.value, Option) and tests:
                zh = f"{rule.value.name}：{'且'.join(t.zh for t in tests)}"
                found.append(Message(zh, f"{rule.value.id}: {' and '.join(t.en for t in tests)}"))
        told = found or [Message("没有数量标准", "no criteria in numbers")]
        zh = "；".join(("＞".join(o.name for o in outcome.levels), *(t.zh for t in told)))
        en = "; ".join((" > ".join(o.id for o in outcome.levels), *(t.en for t in told)))
        return Message(zh, en)

    def assessed_at(self, outcome: ir.Outcome) -> tuple[Citation, ...]:
        """Where it is said who assesses."""
        return () if outcome.assessed_at is None else (outcome.assessed_at,)

    def money(self, outcome: ir.Outcome) -> list[Told]:
        """Every amount that the adopted readings give, each once, with the level or the number it hangs on."""
        found: dict[str, tuple[Message, list[Citation]]] = {}
        granted: list[object] = []
        fixed = any(rule.value is not None for rule in outcome.rules)
        for rule in outcome.rules:
            shape = rule.value
            if isinstance(shape, (Option, ir.Denied)) or self.verdict(rule.when) is False:
                continue
            if shape in granted or (shape is None and fixed):
                continue  # a choice to claim it (可给予), or what is open after a withdrawal: told elsewhere
            level, amount = self.level(rule.when), self.given(shape, rule.modality)
            granted += [] if level.zh else [shape]
            tests = [] if level.zh else list(self.thresholds(rule.when))
            zh = level.zh + amount.zh + (f"（{'，'.join(t.zh for t in tests)}）" if tests else "")
            en = level.en + amount.en + (f" ({', '.join(t.en for t in tests)})" if tests else "")
            found.setdefault(zh, (Message(zh, en), []))[1].append(rule.clause)
        terms = outcome.terms
        often = Message("一次性", "once") if terms.once else None
        each = self.records(outcome.each)
        tail = [m for m in (often, each) if m is not None]
        zh = "；".join(m.zh for m, _ in found.values()) + "".join(f"，{m.zh}" for m in tail)
        en = "; ".join(m.en for m, _ in found.values()) + "".join(f", {m.en}" for m in tail)
        clauses = tuple(dict.fromkeys(c for _, cited in found.values() for c in cited))
        return [Told(Message(zh, en), clauses, _name(outcome))] if found else []

    def given(self, shape: ir.Shape | None, modality: str) -> Message:
        """10万元; 可以给予，不超过20万元; 没有规定."""
        match shape:
            case None:
                return NOTHING
            case ir.Unstated(document) if document is not None and modality == "silent":
                return Message(f"没有规定，见{document}", f"nothing laid down; see {document}")
            case ir.Unstated(document) if document is not None:
                amount = Message(f"数额依{document}", f"an amount under {document}")
            case _:
                amount = Message(self.zh.given(shape), self.en.given(shape))
        return Message(f"可以给予，{amount.zh}", f"may be granted, {amount.en}") if modality == "may" else amount

    def records(self, each: str | None) -> Message | None:
        """按“引进对象”逐项."""
        return None if each is None else Message(f"按“{self.zh.name(each)}”逐项", f"for each of {self.en.name(each)}")

    def duty(self, duty: ir.Duty) -> list[Told]:
        """What must be done, how often or until when, by whom."""
        if self.verdict(duty.applies) is False:
            return []
        when = self.timing(duty.timing)
        each = self.records(duty.each)
        by_zh, by_en = "、".join(duty.obliged), ", ".join(duty.obliged)
        zh = when.zh + (f"，{each.zh}" if each else "") + (f"（由{by_zh}）" if by_zh else "")
        en = when.en + (f", {each.en}" if each else "") + (f" (by {by_en})" if by_en else "")
        return [Told(Message(zh, en), (duty.clause,), _name(duty))]

    def timing(self, timing: ir.Timing) -> Message:
        """每年招才引智活动次数2次以上, 成立日起1个月内, 每年12月31日前."""
        match timing:
            case ir.Window(series, condition):
                zh, en = _EVERY[series]
                return self.say(lambda w: w.condition(condition), f"{zh}：", f"{en}: ")
            case ir.Standing(ir.Logic("all", limbs)):
                parts = [self.say(lambda w, x=limb: w.condition(x.condition)) for limb in limbs]  # type: ignore[misc]
                return Message("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
            case ir.Standing(condition):
                return self.say(lambda w: w.condition(condition))
            case ir.DueAfter(start, amount, unit, _, at_least):
                zh, en = _SPANS[unit]
                en = en[:-1] if amount == 1 else en
                after = self.say(lambda w: w.term(start))
                if at_least:
                    return Message(f"{after.zh}起满{amount}{zh}", f"not before {amount} {en} after {after.en}")
                return Message(f"{after.zh}起{amount}{zh}内", f"within {amount} {en} of {after.en}")
            case ir.DueOn(month, day, next_year):
                year = ("次年", "of the next year") if next_year else ("每年", "every year")
                return Message(f"{year[0]}{month}月{day}日前", f"by {month:02}-{day:02} {year[1]}")
            case ir.DueBy(day_):
                if isinstance(day_, ir.DayShift) and day_.amount == -1 and day_.unit == "days":
                    return self.say(lambda w: w.term(day_.day), "早于", "before ")
                return self.say(lambda w: w.term(day_), "不晚于", "not after ")

    def quota(self, quota: ir.Quota) -> list[Told]:
        """原则上不超过1家（每个设站单位标识）."""
        if self.verdict(quota.counting) is False:
            return []
        limit = self.say(lambda w: w.term(quota.limit))
        soft = quota.force == "normally"
        zh = ("原则上" if soft else "") + ("约" if quota.kind == "about" else "不超过") + limit.zh
        en = ("normally " if soft else "") + ("about " if quota.kind == "about" else "at most ") + limit.en
        if quota.per is not None:
            zh, en = f"{zh}（每个{self.zh.name(quota.per)}）", f"{en} (for each {self.en.name(quota.per)})"
        return [Told(Message(zh, en), (quota.clause,), _name(quota))]

    def options(self, name: str) -> Message:
        """The options of a fact: 高校院所类、社会组织机构类."""
        kind = next((f.type for f in self.policy.facts if f.id == name), None)
        names = [o.name for o in kind.options] if isinstance(kind, (Choice, ChoiceSet)) else []
        return Message("、".join(names), ", ".join(names))

    def reading(self, reading: ir.Reading, chosen: str | None = None) -> Told:
        """An ambiguity and how it is read."""
        option = next(o for o in reading.options if o.id == (chosen or reading.adopted))
        name = Message(reading.name, reading.id)
        return Told(Message(option.name, option.id), (reading.clause,), name)

    # conditions

    def level(self, expr: ir.Expr | None) -> Message:
        """The level of another result that a rule of a table asks for: A级."""
        for part in self.conjuncts(expr):
            match part:
                case ir.Among(ir.OutcomeValue(outcome), options) if self.outcomes[outcome].kind == "grade":
                    return Message("或".join(o.name for o in options), f"{' or '.join(o.id for o in options)}: ")
        return Message("", "")

    def thresholds(self, expr: ir.Expr | None) -> Iterator[Message]:
        """The comparisons with a fixed number among what must hold, also inside definitions: 5个以上."""
        for part in self.conjuncts(expr):
            if isinstance(part, ir.Compare) and isinstance(part.right, ir.Constant) and part.operator != "eq":
                counted = isinstance(part.right.type, Number) and isinstance(part.right.value, Fraction)
                if counted and not isinstance(part.left, (ir.Moment, ir.YearOf)):
                    yield self.say(lambda w, p=part: w.condition(p))  # type: ignore[misc]

    def conjuncts(self, expr: ir.Expr | None) -> Iterator[ir.Expr]:
        """What must hold for ``expr`` to hold; an 或 of which all but one part is ruled out counts as that part."""
        match expr:
            case None:
                return
            case ir.Logic("all", limbs):
                for limb in limbs:
                    yield from self.conjuncts(limb.condition)
            case ir.Logic("any", limbs) if self.verdict(expr) is None:
                open_ = [limb.condition for limb in limbs if self.verdict(limb.condition) is None]
                if len(open_) == 1:
                    yield from self.conjuncts(open_[0])
                else:
                    yield expr
            case ir.DefinitionValue(name) if len(self.definitions.get(name, ())) == 1:
                yield from self.conjuncts(self.definitions[name][0].body)
            case _:
                yield expr

    def verdict(self, expr: ir.Expr | None) -> bool | None:
        """What the adopted readings alone make of a condition; None where it hangs on more."""
        match expr:
            case ir.ReadingIs(reading, option):
                return self.adopted[reading] == option
            case ir.Not(body):
                inner = self.verdict(body)
                return None if inner is None else not inner
            case ir.Logic(kind, limbs):
                found = [self.verdict(limb.condition) for limb in limbs]
                deciding = kind == "any"
                if deciding in found:
                    return deciding
                return None if None in found else not deciding
            case ir.DefinitionValue(name) if len(self.definitions.get(name, ())) == 1:
                return self.verdict(self.definitions[name][0].body)
            case _:
                return None

    # words

    def say(self, make: Callable[[Wording], str], zh: str = "", en: str = "") -> Message:
        """The same in both languages, after a word."""
        return Message(zh + make(self.zh), en + make(self.en))


def _name(part: ir.Outcome | ir.Duty | ir.Quota) -> Message:
    return Message(part.name, part.id)


def joined(lines: Iterable[Told]) -> tuple[Citation, ...]:
    """The clauses of several lines, each once."""
    return tuple(dict.fromkeys(clause for line in lines for clause in line.clauses))


