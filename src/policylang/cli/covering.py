"""What ``policylang test --coverage`` prints: counts by clause, what no case has shown, and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.cases.coverage import per_thousand
from policylang.explain.wording import Wording
from policylang.semantics import ir
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policylang.cases.coverage import Coverage, Point
    from policylang.cli.language import Lang
    from policylang.source.text import SourceText


def percent(points: Sequence[Point]) -> str:
    """The covered part of these points, rounded down: 92.3."""
    whole, tenth = divmod(per_thousand(points), 10)
    return f"{whole}.{tenth}"


def coverage_text(coverage: Coverage, source: SourceText, lang: Lang) -> str:
    """The report on one measure."""
    return "\n".join(_Report(coverage, source, lang).lines())


class _Report:
    """The report on one measure, line by line."""

    def __init__(self, coverage: Coverage, source: SourceText, lang: Lang) -> None:
        self.coverage = coverage
        self.source = source
        self.lang = lang
        self.words = Wording(coverage.policy, "zh" if lang == "zh" else "en")

    def lines(self) -> Iterator[str]:
        """The whole report."""
        rules, conditions = self.coverage.rules, self.coverage.conditions
        title = self.coverage.policy.title
        yield self.say(f"《{title}》案例覆盖", f"《{title}》: coverage by its cases")
        yield from self.table()
        whole = {id(p.subject) for p in rules if p.unseen}  # a limb that never had a result is told once
        open_ = [*(p for p in rules if p.unseen), *(p for p in conditions if p.unseen and id(p.subject) not in whole)]
        if open_:
            yield self.say("没有覆盖的：", "Not covered:")
        for point in sorted(open_, key=lambda p: p.span.start):
            yield self.point(point, self.missing(point))
        if self.coverage.constant:
            yield self.say("不计的条件：", "Conditions not counted:")
        for point in self.coverage.constant:
            yield self.point(point, self.say("只有定值，结果不会变", "only constants, cannot come out in two ways"))
        yield self.say(
            f"规则 {self.total(rules)}，条件 {self.total(conditions)}",
            f"rules {self.total(rules)}, conditions {self.total(conditions)}",
        )

    def table(self) -> Iterator[str]:
        """For every clause that has any: its rules and its conditions, covered of all."""
        found: dict[str, tuple[list[Point], list[Point]]] = {}
        points = [(p, 0) for p in self.coverage.rules] + [(p, 1) for p in self.coverage.conditions]
        for point, column in sorted(points, key=lambda entry: entry[0].span.start):
            found.setdefault(self.clause(point), ([], []))[column].append(point)
        rows = [(clause, *(self.count(points) for points in both)) for clause, both in found.items()]
        head = ("条款", "规则", "条件") if self.lang == "zh" else ("clause", "rules", "conditions")
        widths = [max(display_width(row[column]) for row in (head, *rows)) for column in (0, 1)]
        for clause, rules, conditions in (head, *rows):
            yield f"  {pad(clause, widths[0])}  {pad(rules, widths[1])}  {conditions}".rstrip()

    def count(self, points: Sequence[Point]) -> str:
        """12/13, or nothing where there is nothing."""
        return f"{sum(not p.unseen for p in points)}/{len(points)}" if points else ""

    def total(self, points: Sequence[Point]) -> str:
        """92.3%（12/13）."""
        count = self.count(points) or "0/0"
        return self.say(f"{percent(points)}%（{count}）", f"{percent(points)}% ({count})")

    def point(self, point: Point, what: str) -> str:
        """Line, clause, words, and what there is to say of it."""
        line = self.source.position(point.span.start).line
        words = self.subject(point)
        return self.say(
            f"  第{line}行  {self.clause(point)}  {words}：{what}",
            f"  line {line}  {self.clause(point)}  {words}: {what}",
        )

    def clause(self, point: Point) -> str:
        """The clause as printed; 声明 before the first clause."""
        return self.say("声明", "declarations") if point.clause is None else point.clause.in_(self.lang)

    def subject(self, point: Point) -> str:
        """A sentence or a condition in words."""
        match point.subject:
            case ir.Rule() as rule:
                return self.rule(rule, point)
            case ir.Requirement(limb):
                owner = self.name(point.owner)
                gist = (
                    limb.gist if limb.gist is not None and self.lang == "zh" else self.words.condition(limb.condition)
                )
                return self.say(f"{owner}：{gist}", f"{owner}: {gist}")
            case ir.Duty() as duty:
                standing = isinstance(duty.timing, (ir.Window, ir.Standing))
                return self.named(("职责", "duty") if standing else ("期限", "deadline"), duty)
            case ir.Notice() as notice:
                return self.named(("提示", "warning"), notice)
            case ir.Quota() as quota:
                return self.named(("限额", "quota"), quota)
            case ir.Forecast() as forecast:
                return self.named(("汇总", "forecast"), forecast)
            case ir.Definition() as definition:
                return self.named(("定义", "definition"), definition)
            case ir.ReadingOption() as option:
                reading, own = self.name(point.owner), self.name(option)
                return self.say(f"疑义“{reading}”读作“{own}”", f"reading {reading}={own}")
            case ir.Constraint(condition):
                return self.say("须", "require ") + self.words.condition(condition)
            case expr:
                return self.words.condition(expr)

    def rule(self, rule: ir.Rule, point: Point) -> str:
        """评估等级为“A级”，当…."""
        money = isinstance(point.owner, ir.Outcome) and point.owner.kind == "money"
        verbs = {
            "must": ("给予", "grants") if money else ("为", "is"),
            "may": ("可给予", "may grant"), "silent": ("", "is"),
        }  # fmt: skip
        zh, en = ("", "grants") if isinstance(rule.value, ir.Denied) else verbs[rule.modality]
        given = self.words.given(rule.value)
        when = None if rule.when is None else self.words.condition(rule.when)
        return self.say(
            f"{self.name(point.owner)}{zh}{given}，{f'当{when}' if when else '其余情形'}",
            f"{self.name(point.owner)} {en} {given}, {f'when {when}' if when else 'otherwise'}",
        )

    def missing(self, point: Point) -> str:
        """What no case has shown of a point."""
        both = len(point.unseen) == 2
        holds = True in point.unseen
        match point.subject:
            case ir.Rule():
                return self.say("从未适用", "never applied")
            case ir.ReadingOption():
                return self.say("从未选用", "never chosen")
            case ir.Definition():
                return self.say("从未得出", "never settled")
            case ir.Duty():
                return self.say("从未判定履行与否", "never met nor unmet")
            case _ if both:
                return self.say("从未有结果", "never had a result")
            case ir.Notice():
                return self.say("从未出现", "never shown") if holds else self.say("从未不出现", "always shown")
            case ir.Requirement():
                return self.say("整项从未符合", "never met") if holds else self.say("整项从未不符合", "never not met")
            case _:
                return self.say("从未成立", "never true") if holds else self.say("从未不成立", "never false")

    def named(
        self, kind: tuple[str, str], declared: ir.Duty | ir.Notice | ir.Quota | ir.Forecast | ir.Definition
    ) -> str:
        """职责“每月推介”."""
        return self.say(f"{kind[0]}“{declared.name}”", f"{kind[1]} {declared.id}")

    def name(self, declared: ir.Outcome | ir.Reading | ir.ReadingOption | None) -> str:
        """The name, or the id in English."""
        return "" if declared is None else self.say(declared.name, declared.id)

    def say(self, zh: str, en: str) -> str:
        """The text in this language."""
        return zh if self.lang == "zh" else en
