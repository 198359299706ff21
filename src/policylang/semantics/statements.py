"""Statements of articles: rules, duties, deadlines, warnings, quotas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from policylang.semantics import ir
from policylang.semantics.expressions import Expressions, Typed
from policylang.semantics.types import Choice, ChoiceSet, Day, Money, Number, Option, Records, Type
from policylang.source.diagnostic import error
from policylang.syntax import ast

if TYPE_CHECKING:
    from datetime import date

    from policylang.measure.citation import Citation
    from policylang.semantics.scope import Scope
    from policylang.source.span import Span

#: Which clauses may follow which statement.
_ALLOWED = {
    "rule": {"when", "otherwise", "overrides", "exception_to", "consequence", "each", "compounding", "see"},
    "duty": {"each", "obliged", "since", "until", "first_part_free", "applies", "when"},
    "deadline": {"each", "obliged", "done_on", "yearly", "applies", "when"},
    "warning": {"when"},
}
_REPEATABLE = {"overrides", "exception_to", "consequence", "obliged"}


class Statements:
    """Resolves the statements that stand directly under one clause and adds them to the outcomes in ``scope``."""

    def __init__(self, scope: Scope, clause: Citation) -> None:
        self.scope = scope
        self.clause = clause

    def expressions(self, records: str | None = None) -> Expressions:
        """The resolver of this clause's expressions."""
        return Expressions(self.scope, self.clause, records)

    # rules

    def rule(self, written: ast.Rule) -> None:
        """为, 给予, 可给予, 未规定."""
        outcome = self._outcome(written.outcome)
        self._check_clauses("rule", written.clauses)
        if outcome is None or not self._verb_fits(outcome, written.verb, written.span):
            return
        records = self._each(written.clauses, outcome)
        each = next((c for c in written.clauses if c.kind == "each"), None)
        if each is not None and records != outcome.each:
            if records is not None:
                self._fault(
                    "clause-out-of-place", each.span, f"“{outcome.name}”没有声明为“对每一 {each.names[0].text}”",
                    f"“{outcome.id}” is not declared for each {records}", "在“结果”里给它加上同样的“对每一”",
                    "write the same “for each” where it is declared among the outcomes",
                )  # fmt: skip
            return
        raised = isinstance(written.value, ast.Share) and written.value.raised
        for clause in written.clauses:
            if clause.kind == "see" and written.verb != "unregulated":
                self._fault(
                    "clause-out-of-place", clause.span, "“见”只能跟在“未规定”后面", "“see” belongs to what is not regulated",
                    "数额看另一份文件的，写“给予 依《……》”", "for an amount that another document fixes write “under 《…》”",
                )  # fmt: skip
            if clause.kind == "compounding" and not raised:
                self._fault(
                    "clause-out-of-place", clause.span, "“逐年累进如”只能跟在“提高百分之几”后面",
                    "“compounding if” belongs to a raise", "写成“基础经费 提高20%，逐年累进如 ……”",
                    "e.g. base_funds raised by 20 percent, compounding if …",
                )  # fmt: skip
        value = self._value(outcome, written.value, written.clauses, records, written.verb)
        self._add(outcome, value, written, records)

    def _add(
        self, outcome: ir.Outcome, value: Option | ir.Shape | None, written: ast.Rule, records: str | None
    ) -> None:
        when, missing = self._when(written.clauses, records)
        if missing or (value is None and written.verb != "unregulated"):
            return
        otherwise = any(c.kind == "otherwise" for c in written.clauses)
        if otherwise and when is not None:
            self._fault(
                "clause-out-of-place", written.span, "“其余情形”后面不能再写“当”", "“otherwise” takes no “when”",
                "删去“当……”，或改为普通规则", "remove the condition or the “otherwise”",
            )  # fmt: skip
        if when is None and not otherwise:
            when = ir.Logic("all", (), written.span)
        modality: Literal["must", "may", "silent"] = "must"
        if written.verb == "may_grant":
            modality = "may"
        elif written.verb == "unregulated":
            modality = "silent"
        consequences = tuple(t.text for c in written.clauses if c.kind == "consequence" for t in c.texts)
        rule = ir.Rule(
            len(outcome.rules),
            value,
            None if otherwise else when,
            self.clause,
            modality,
            (),
            consequences,
            written.span,
        )
        current = self.scope.outcomes[outcome.name]
        self.put(replace(current, rules=(*current.rules, replace(rule, index=len(current.rules)))))

    def _value(
        self, outcome: ir.Outcome, value: ast.Amount | None, clauses: tuple[ast.Clause, ...], records: str | None,
        verb: str,
    ) -> Option | ir.Shape | None:  # fmt: skip
        if verb == "denies":
            return ir.Denied()
        if value is None:
            documents = [c.texts[0].text for c in clauses if c.kind == "see"]
            return ir.Unstated(documents[0]) if documents and outcome.kind == "money" else None
        if outcome.kind == "money":
            return self.shape(value, clauses, records)
        kind = Choice(outcome.levels)
        if isinstance(value, ast.Ref):
            option = kind.find(value.name.text)
            if option is not None:
                return option
            self.scope.report(self.scope.option(kind, value.name.text, value.span))
            return None
        self._fault(
            "unknown-option", value.span, f"“{outcome.name}”的值要写一个等级或状态的名称",
            f"“{outcome.id}” takes the name of a level", "可选的值有：" + "、".join(o.name for o in outcome.levels),
            "the levels are " + ", ".join(o.name for o in outcome.levels),
        )  # fmt: skip
        return None

    def shape(self, value: ast.Amount, clauses: tuple[ast.Clause, ...], records: str | None) -> ir.Shape | None:
        """An amount: exact, a cap, a range, or not stated."""
        resolver = self.expressions(records)
        match value:
            case ast.Unstated(document):
                return ir.Unstated(document)
            case ast.Cap(amount):
                money = self._money(resolver, amount)
                return None if money is None else ir.Cap(money)
            case ast.Between(low, high):
                highest = self._money(resolver, high)
                whole = self._with_unit_of(low, high)
                lowest = None if highest is None and whole is not low else self._money(resolver, whole)
                return None if lowest is None or highest is None else ir.Range(lowest, highest)
            case ast.Share(ast.Ref() as base, rate, True):
                raised = resolver.expr(base)
                if raised is None:
                    return None
                if not isinstance(raised[0], ir.LineAmount):
                    self._fault(
                        "type-mismatch", value.span, "“提高”前面要写一项金额的名称", "“raised by” follows a money line",
                        "例如“基础经费 提高20%”", "e.g. base_funds raised by 20 percent",
                    )  # fmt: skip
                    return None
                share = resolver.expr(value)
                grows = [resolver.condition(c.expr) for c in clauses if c.kind == "compounding" and c.expr is not None]
                if share is None:
                    return None
                return ir.Exact(share[0], raised[0].line, rate.number / 100, grows[0] if grows else None)
            case _:
                money = self._money(resolver, value)
                return None if money is None else ir.Exact(money)

    def _with_unit_of(self, low: ast.Expr, high: ast.Expr) -> ast.Expr:
        """5至20万元 means 5万元至20万元."""
        if isinstance(low, ast.Quantity) and low.unit is None and isinstance(high, ast.Quantity):
            return replace(low, unit=high.unit)
        return low

    def _money(self, resolver: Expressions, written: ast.Expr) -> ir.Expr | None:
        typed = resolver.expr(written)
        if typed is None:
            return None
        if not isinstance(typed[1], Money):
            self._fault(
                "unit-missing", written.span, "金额要带“元”或“万元”", "an amount needs yuan or wan-yuan",
                "例如“5万元”", "e.g. 5 wan-yuan",
            )  # fmt: skip
            return None
        return typed[0]

    def requirement(self, written: ast.Requirement) -> None:
        """应当具备 / 一般应具备: limbs are added to the condition; several articles may add to one condition."""
        outcome = self._outcome(written.outcome)
        if outcome is None:
            return
        if outcome.kind != "condition":
            self._fault(
                "wrong-verb", written.span, f"“{outcome.name}”不是条件，不能写“应当具备”", f"“{outcome.id}” is not a condition",
                "在“结果”里把它声明为“条件”", "declare it as a condition among the outcomes",
            )  # fmt: skip
            return
        strict = self.expressions().condition(written.strict_if) if written.strict_if is not None else None
        for limb in self.expressions().limbs(written.limbs):
            placed = ir.Requirement(limb, written.force, limb.clause or self.clause, strict, limb.span)
            current = self.scope.outcomes[outcome.name]
            self.put(replace(current, requirements=(*current.requirements, placed)))

    def assessed(self, written: ast.Assessed) -> None:
        """A grade given by a body."""
        outcome = self._outcome(written.outcome)
        fact = self.scope.facts.get(written.fact.text)
        if fact is None:
            self.scope.report(self.scope.unknown(written.fact))
            return
        if outcome is None:
            return
        known = isinstance(fact.type, Choice) and {o.id for o in fact.type.options} <= {o.id for o in outcome.levels}
        if outcome.kind != "grade" or not known or fact.series != ("year" if outcome.period == "year" else None):
            self._fault(
                "type-mismatch", written.span, "记载评定的事实应与等级同样取值、同样按年",
                "the fact must take the grade's values, by year if the grade is", "核对事实的选项和“每年”",
                "compare the fact's options and its period with the grade's",
            )  # fmt: skip
            return
        bodies = tuple(b.text for b in written.bodies)
        self.put(replace(outcome, assessed_by=bodies, assessed_in=fact.id, assessed_at=self.clause))

    # duties and the rest

    def duty(self, written: ast.Duty) -> ir.Duty | None:
        """职责."""
        self._check_clauses("duty", written.clauses)
        records = self._each(written.clauses, None)
        resolver = self.expressions(records)
        condition = resolver.condition(written.condition)
        since = self._day(written.clauses, "since", resolver)
        until = self._day(written.clauses, "until", resolver)
        if condition is None:
            return None
        timing: ir.Window | ir.Standing
        if written.series is not None:
            free = any(c.kind == "first_part_free" for c in written.clauses)
            timing = ir.Window(written.series, condition, since, free, until)
        else:
            timing = ir.Standing(condition)
        return self._duty(written.name, timing, written.clauses, records, written.span)

    def deadline(self, written: ast.Deadline) -> ir.Duty | None:
        """期限."""
        self._check_clauses("deadline", written.clauses)
        records = self._each(written.clauses, None)
        resolver = self.expressions(records)
        done = self._day(written.clauses, "done_on", resolver)
        due = written.due
        timing: ir.Timing
        if due.kind == "date":
            day = resolver.of(due.start, Day()) if due.start is not None else None
            if day is None:
                return None
            timing = ir.DueBy(day[0], done)
        elif due.month_day is not None:
            month, number = due.month_day
            if not (1 <= month <= 12 and 1 <= number <= 31):
                self._fault(
                    "impossible-date",
                    due.span,
                    "没有这一天",
                    "there is no such day",
                    "检查月份和日数",
                    "check month and day",
                )
                return None
            timing = ir.DueOn(month, number, due.kind == "next_year", done)
        else:
            start = resolver.of(due.start, Day()) if due.start is not None else None
            length = resolver.period(due.period) if due.period is not None else None
            if start is None or length is None:
                return None
            timing = ir.DueAfter(start[0], length[0], length[1], done, due.kind == "after")
        return self._duty(written.name, timing, written.clauses, records, written.span)

    def _duty(
        self, named: ast.Named, timing: ir.Timing, clauses: tuple[ast.Clause, ...], records: str | None, span: Span
    ) -> ir.Duty:
        resolver = self.expressions(records)
        limits = [resolver.condition(c.expr) for c in clauses if c.kind in {"applies", "when"} and c.expr is not None]
        obliged = tuple(n.text for c in clauses if c.kind == "obliged" for n in c.names)
        yearly = any(c.kind == "yearly" for c in clauses) or isinstance(timing, ir.DueOn)
        applies = limits[0] if limits else None
        return ir.Duty(named.name.text, named.key, timing, self.clause, yearly, obliged, applies, records, span)

    def warning(self, written: ast.Warn) -> ir.Notice | None:
        """提示."""
        self._check_clauses("warning", written.clauses)
        when, missing = self._when(written.clauses, None)
        if missing:
            return None
        always = ir.Logic("all", (), written.span)
        name = written.name
        return ir.Notice(name.name.text, name.key, written.text.text, when or always, self.clause, written.span)

    def quota(self, written: ast.Quota) -> ir.Quota | None:
        """限额."""
        resolver = self.expressions()
        limit = resolver.expr(written.limit.expr) if written.limit.expr is not None else None
        counting = excepted = None
        named: dict[str, str] = {}
        for line in written.lines:
            match line.kind:
                case "counting":
                    counting = resolver.condition(line.expr) if line.expr is not None else None
                case "except":
                    excepted = resolver.condition(line.expr) if line.expr is not None else None
                case _:
                    fact = self.scope.facts.get(line.names[0].text)
                    if fact is None:
                        self.scope.report(self.scope.unknown(line.names[0]))
                    elif line.kind == "per" and (fact.series is not None or isinstance(fact.type, (ChoiceSet, Records))):
                        self._fault(
                            "type-mismatch", line.names[0].span, f"“{fact.name}”分不了组：它对一个工作站不止一个值",
                            f"{fact.id} cannot tell groups apart: a station may have several values of it",
                            "“每个”后面写只有一个值的事实，例如“每个：设站城市”", "name a fact that has one value, e.g. per city",
                        )  # fmt: skip
                    else:
                        named[line.kind] = fact.id
        if limit is None or written.limit.expr is None:
            return None
        summed = next((f.type for f in self.scope.facts.values() if f.id == named.get("summing")), None)
        fits = limit[1] == summed if "summing" in named else isinstance(limit[1], Number)
        if not fits or (limit[1] == Number("%")) != (written.limit.kind == "about"):
            self._fault(
                "unit-mismatch", written.limit.expr.span, "限额要写数目，累计的与所累计的同一单位，“约”后面写百分比",
                "a quota is a number of stations, a sum of what is summed, or about a percentage",
                "例如“不超过10家”“不超过50万元”“约20%”", "e.g. at most 10 bodies, 50 wan-yuan, about 20 percent",
            )  # fmt: skip
            return None
        kind: Literal["at_most", "about"] = "at_most" if written.limit.kind == "at_most" else "about"
        name = written.name
        return ir.Quota(
            name.name.text, name.key, kind, limit[0], written.force, counting, named.get("adding"), named.get("summing"),
            named.get("per"), excepted, self.clause, written.span,
        )  # fmt: skip

    def forecast(self, written: ast.Forecast) -> ir.Forecast | None:
        """汇总."""
        parts = []
        for line in written.lines:
            name = line.names[0]
            named = self.scope.outcomes.get(name.text)
            resolver = self.expressions(named.each if named is not None else None)
            outcome = resolver.money_line(ast.Ref(name, name.span))
            when = self.expressions().condition(line.expr) if line.expr is not None else None
            if outcome is None or (line.expr is not None and when is None):
                return None
            parts.append(ir.ForecastPart(outcome.id, when, line.span))
        return ir.Forecast(written.name.name.text, written.name.key, tuple(parts), self.clause, written.span)

    # shared

    def put(self, outcome: ir.Outcome) -> None:
        """Replace an outcome under both its names."""
        self.scope.outcomes[outcome.name] = self.scope.outcomes[outcome.id] = outcome

    def _outcome(self, name: ast.Ident) -> ir.Outcome | None:
        outcome = self.scope.outcomes.get(name.text)
        if outcome is None:
            known = self.scope.knows(name.text)
            self.scope.report(
                error(
                    "not-an-outcome", name.span, f"“{name.text}”不是“结果”里声明的名称", f"“{name.text}” is not an outcome",
                    help_zh="规则只能规定“结果”里声明的内容", help_en="rules decide what is declared among the outcomes",
                ) if known else self.scope.unknown(name, decided=True),
            )  # fmt: skip
        return outcome

    def _verb_fits(self, outcome: ir.Outcome, verb: str, span: Span) -> bool:
        fits = {"money": {"grants", "may_grant", "denies", "unregulated"}, "condition": set()}.get(
            outcome.kind, {"is", "unregulated"}
        )
        if verb in fits:
            return True
        zh = {"money": "金额写“给予”“可给予”“不给予”或“未规定”", "condition": "条件写“应当具备”"}.get(outcome.kind, "写“为”")
        en = {"money": "money is granted: “grants”, “may grant”", "condition": "write “must have”"}.get(
            outcome.kind, "write “is”"
        )
        self._fault(
            "wrong-verb", span, f"“{outcome.name}”不能这样规定", f"“{outcome.id}” is not decided in this way", zh, en
        )
        return False

    def _each(self, clauses: tuple[ast.Clause, ...], outcome: ir.Outcome | None) -> str | None:
        for clause in clauses:
            if clause.kind == "each":
                return self.list_named(clause.names[0])
        return outcome.each if outcome is not None else None

    def list_named(self, name: ast.Ident) -> str | None:
        """The list of records with this name."""
        fact = self.scope.facts.get(name.text)
        if fact is None:
            self.scope.report(self.scope.unknown(name))
            return None
        if not isinstance(fact.type, Records):
            self._fault(
                "type-mismatch", name.span, f"“{name.text}”不是清单", f"“{name.text}” is not a list",
                "“对每一”后面写一个清单的名称", "“for each” is followed by the name of a list",
            )  # fmt: skip
            return None
        return fact.id

    def _when(self, clauses: tuple[ast.Clause, ...], records: str | None) -> tuple[ir.Expr | None, bool]:
        """The condition of a statement, and whether it is faulty."""
        written = [c.expr for c in clauses if c.kind == "when" and c.expr is not None]
        if not written:
            return None, False
        found = self.expressions(records).condition(written[0])
        return found, found is None

    def _day(self, clauses: tuple[ast.Clause, ...], kind: str, resolver: Expressions) -> ir.Expr | None:
        for clause in clauses:
            if clause.kind == kind and clause.expr is not None:
                typed = resolver.of(clause.expr, Day())
                return None if typed is None else typed[0]
        return None

    def _check_clauses(self, statement: str, clauses: tuple[ast.Clause, ...]) -> None:
        seen: set[str] = set()
        for clause in clauses:
            kind = "when" if clause.kind == "applies" else clause.kind
            if kind in seen and kind not in _REPEATABLE:
                self._fault(
                    "clause-out-of-place", clause.span, "这一部分写了两次", "this part is given twice",
                    "合成一处；两个条件之间写“且”或“或”", "make it one; join two conditions by “and” or “or”",
                )  # fmt: skip
            seen.add(kind)
            if clause.kind not in _ALLOWED[statement]:
                self._fault(
                    "clause-out-of-place", clause.span, "这一部分不能用在这里", "this part does not belong here",
                    "删去它，或查看语言手册中这一句的写法", "remove it, or look the statement up in the manual",
                )  # fmt: skip

    def _fault(self, code: str, span: Span, zh: str, en: str, help_zh: str, help_en: str) -> None:
        self.scope.report(error(code, span, zh, en, help_zh=help_zh, help_en=help_en))


def typed_cases(placed: list[tuple[Expressions, ast.Definition]]) -> tuple[ir.Expr, Type] | None:
    """The body of a definition; of one given several times, each for its own cases, all of them."""
    resolver, first = placed[0]
    if len(placed) == 1 and first.when is None:
        return typed_body(resolver, first)
    cases, kind = [], None
    for own, written in placed:
        body = typed_body(own, written)
        when = own.condition(written.when) if written.when is not None else ir.Logic("all", (), written.span)
        if body is None or when is None or (kind is not None and not own.agree(kind, body, written.body.span)):
            return None
        kind = kind or body
        cases.append((when, body[0]))
    return None if kind is None else (ir.Cases(tuple(cases), first.span), kind[1])


def typed_body(resolver: Expressions, written: ast.Definition) -> tuple[ir.Expr, Type] | None:
    """The body of a definition, with what stands in where it is not recorded."""
    body = resolver.expr(written.body)
    if body is None:
        return None
    values = [body]
    for other in written.if_missing:
        fallback = resolver.expr(other)
        if fallback is None or not resolver.agree(body, fallback, other.span):
            return None
        values.append(fallback)
    found = values.pop()[0]
    while values:
        found = ir.FirstKnown(values.pop()[0], found, written.span)
    return _dated(resolver, written, (found, body[1])) if written.changes else (found, body[1])


def _dated(resolver: Expressions, written: ast.Definition, first: Typed) -> Typed | None:
    """A value with the days on which it changes, earliest first."""
    changes: dict[date, ir.Expr] = {}
    for day, value in written.changes:
        typed = resolver.expr(value)
        when = resolver.expr(day)
        if typed is None or when is None or day.day is None or not resolver.agree(first, typed, value.span):
            return None
        changes[day.day] = typed[0]
    return ir.Dated(first[0], tuple(sorted(changes.items())), written.span), first[1]
