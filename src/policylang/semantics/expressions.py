"""Surface expressions to typed core expressions.

Each function returns the core expression with its type, or None after it has reported a fault: nothing is said
twice about the same mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylang.semantics import ir
from policylang.semantics.aggregates import aggregate
from policylang.semantics.agreement import disagreement, mismatch
from policylang.semantics.types import (
    Boolean,
    Choice,
    ChoiceSet,
    Day,
    Money,
    Number,
    Option,
    Records,
    Text,
    Type,
    describe,
)
from policylang.source.diagnostic import error
from policylang.syntax import ast

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.semantics.scope import Scope
    from policylang.source.span import Span

Typed = tuple[ir.Expr, Type]

#: How many terms one sum or product may have.
MAX_TERMS = 64
_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
_PERIODS: dict[str, Literal["years", "months", "days", "workdays"]] = {
    "年": "years", "个月": "months", "日": "days", "个工作日": "workdays",
}  # fmt: skip
_OPERATORS: dict[ast.Comparator, Literal["ge", "gt", "le", "lt"]] = {
    "ge": "ge", "gt": "gt", "le": "le", "lt": "lt",
    "before": "lt", "not_before": "ge", "after": "gt", "not_after": "le",
}  # fmt: skip


class Expressions:
    """Resolves the expressions of one statement, which stands in ``clause`` and may look at one list of records."""

    def __init__(self, scope: Scope, clause: Citation, records: str | None = None) -> None:
        self.scope = scope
        self.clause = clause
        self.records = records

    # conditions

    def condition(self, written: ast.Expr) -> ir.Expr | None:
        """An expression that must be true or false."""
        typed = self.expr(written)
        if typed is None:
            return None
        if not isinstance(typed[1], Boolean):
            self._fault(
                "not-a-condition", written.span, "这里要写能判断是否的条件", "a condition is needed here",
                f"它是{describe(typed[1])}；写成“……为……”或“……以上”",
                f"this is {describe(typed[1], 'en')}; write “… is …” or “… or more”",
            )  # fmt: skip
            return None
        return typed[0]

    def limbs(self, limbs: tuple[ast.Limb, ...]) -> tuple[ir.Limb, ...]:
        """The limbs of a list, each cited by its printed label."""
        found = []
        for limb in limbs:
            clause = self.clause.under(limb.label.text) if limb.label else None
            inner = Expressions(self.scope, clause or self.clause, self.records)
            condition = inner.condition(limb.condition)
            applies = inner.condition(limb.applies) if limb.applies is not None else None
            if condition is not None and (limb.applies is None or applies is not None):
                gist = limb.gist.text if limb.gist else None
                found.append(ir.Limb(condition, clause, gist, applies, limb.span))
        return tuple(found)

    def expr(self, written: ast.Expr) -> Typed | None:
        """Any expression with its type."""
        match written:
            case ast.Parenthesis(body):
                return self.expr(body)
            case ast.Ref(name):
                return self._name(name)
            case ast.Quantity():
                return self.quantity(written)
            case ast.DateLiteral(day, span):
                if day is None:
                    self._fault(
                        "impossible-date",
                        span,
                        "没有这一天",
                        "there is no such day",
                        "检查月份和日数",
                        "check month and day",
                    )
                    return None
                return ir.Constant(day, Day(), span), Day()
            case ast.Text(text, span):
                return ir.Constant(text, Text(), span), Text()
            case ast.YesNo(value, span):
                return ir.Constant(value, Boolean(), span), Boolean()
            case ast.Moment(kind, span):
                return ir.Moment(kind, span), Day() if kind == "as_of" else Number("年")
            case ast.YearView(kind, body, span):
                inner = self.expr(body)
                return None if inner is None else (ir.InYear(kind, inner[0], span), inner[1])
            case ast.Logic(kind, items, span):
                return self._logic(kind, items, span)
            case ast.Group(kind, limbs, span):
                resolved = self.limbs(limbs)
                return (ir.Logic(kind, resolved, span), Boolean()) if len(resolved) == len(limbs) else None
            case ast.Not(body, span):
                truth = self.condition(body)
                return None if truth is None else (ir.Not(truth, span), Boolean())
            case ast.Consecutive(count, body, span):
                return self._consecutive(count, body, span)
            case ast.AnyYear(body, span):
                truth = self.condition(body)
                return None if truth is None else (ir.AnyYear(truth, span), Boolean())
            case ast.LastTime(body, span):
                truth = self.condition(body)
                return None if truth is None else (ir.LastTime(truth, span), Boolean())
            case ast.Like(left, pattern, span):
                typed = self.of(left, Text())
                parts = tuple(pattern.text.replace("……", "…").split("…"))
                return None if typed is None else (ir.Like(typed[0], parts, span), Boolean())
            case ast.Compare(left, test, span):
                typed = self.expr(left)
                return None if typed is None else self.test(typed, test, span)
            case ast.Equals(left, right, negated, span):
                return self._equals(left, right, span, negated=negated)
            case ast.Belongs(left, options, span):
                return self._belongs(left, options, span)
            case ast.Includes(left, option, span):
                return self._includes(left, option, span)
            case ast.ReadAs(reading, option, span):
                return self._read_as(reading, option, span)
            case ast.IsDue(line, span):
                outcome = self.money_line(line)
                return None if outcome is None else (ir.LineIsDue(outcome.id, span), Boolean())
            case ast.Arithmetic():
                return self._arithmetic(written)
            case ast.DayShift(day, direction, period, span):
                return self._day_shift(day, direction, period, span)
            case ast.Share(base, rate, _, span):
                return self._share(base, rate, span)
            case ast.YearOf(day, span):
                typed = self.of(day, Day())
                return None if typed is None else (ir.YearOf(typed[0], span), Number("年"))
            case ast.InPeriod(day, span):
                typed = self.of(day, Day())
                return None if typed is None else (ir.InPeriod(typed[0], span), Boolean())
            case ast.ExtremeDay(kind, days, span):
                typed_days = [self.of(day, Day()) for day in days]
                found = tuple(typed[0] for typed in typed_days if typed is not None)
                return (ir.Extreme(kind, found, span), Day()) if len(found) == len(days) else None
            case ast.Aggregate():  # pragma: no branch - the last of a closed union
                return aggregate(self, written)

    # names and values

    def _name(self, name: ast.Ident) -> Typed | None:
        word = name.text
        if self.records is not None:
            own = self.scope.field_of(self.records, word)
            if own is not None:
                return ir.FieldValue(self.records, own.id, name.span), own.type
        fact = self.scope.facts.get(word)
        if fact is not None:
            return ir.FactValue(fact.id, name.span), fact.type
        outcome = self.scope.outcomes.get(word)
        if outcome is not None:
            if outcome.kind == "money":
                return (ir.LineAmount(outcome.id, name.span), Money()) if self._at_hand(name, outcome.each) else None
            return ir.OutcomeValue(outcome.id, name.span), self.scope.outcome_type(outcome)
        defined = self.scope.definitions.get(word)
        if defined is not None:
            kind = self.scope.types.get(defined.id)
            if kind is None:
                return None
            if not self._at_hand(name, self.scope.records_of.get(defined.id)):
                return None
            return ir.DefinitionValue(defined.id, name.span), kind
        if word in self.scope.readings:
            self._fault(
                "not-a-condition", name.span, f"“{word}”是疑义的名称", f"“{word}” is the name of an ambiguity",
                f"写“{word} 读作 ……”", f"write “{word} read as …”",
            )  # fmt: skip
            return None
        self.scope.report(self.scope.unknown(name, self.records))
        return None

    def _at_hand(self, name: ast.Ident, needs: str | None) -> bool:
        """Whether the record that a definition or a money line is about is the one in question."""
        if needs is None or needs == self.records:
            return True
        self._fault(
            "record-needed", name.span, f"“{name.text}”要对清单中的一项来判断",
            f"“{name.text}” is about one record of a list",
            f"让这一句也“对每一 {self.scope.facts[needs].name}”，或用“存在”“计数”",
            f"make this statement “for each {needs}” too, or use “exists” or “count”",
        )  # fmt: skip
        return False

    def quantity(self, written: ast.Quantity) -> Typed:
        """A number with its unit: money in yuan, a rate as a fraction of one, or a count."""
        number, unit, span = written.number, written.unit, written.span
        if unit in _YUAN:
            return ir.Constant(number * _YUAN[unit], Money(), span), Money()
        if unit == "%":
            return ir.Constant(number / 100, Number("%"), span), Number("%")
        return ir.Constant(number, Number(unit), span), Number(unit)

    def of(self, written: ast.Expr, kind: Type) -> Typed | None:
        """An expression that must be of ``kind``."""
        typed = self.expr(written)
        if typed is not None and not self._fits(typed[1], kind):
            self._mismatch(written.span, typed[1], kind)
            return None
        return typed

    def operand(self, kind: Type, written: ast.Expr) -> Typed | None:
        """What stands opposite a value of ``kind``: an option's name, 是 and 否, or an expression."""
        if isinstance(written, ast.Ref):
            word = written.name.text
            if isinstance(kind, (Choice, ChoiceSet)):
                option = kind.find(word)
                if option is not None:
                    return ir.Constant(option, kind, written.span), kind
                if not self.scope.knows(word):
                    self.scope.report(self.scope.option(Choice(kind.options), word, written.span))
                    return None
            if isinstance(kind, Boolean) and word in {"是", "否", "yes", "no"}:
                return ir.Constant(word in {"是", "yes"}, Boolean(), written.span), Boolean()
        return self.expr(written)

    # comparisons

    def test(self, left: Typed, test: ast.Test, span: Span) -> Typed | None:
        """A value put to a test such as 30人以上 or 不早于 X."""
        right = self.operand(left[1], test.right)
        if right is None:
            return None
        days = test.operator in {"before", "not_before", "after", "not_after"}
        kind = left[1]
        comparable = isinstance(kind, (Number, Money, Day)) or (isinstance(kind, Choice) and kind.ordered)
        if not comparable or (days and not isinstance(kind, Day)):
            self._fault(
                "type-mismatch", span, f"{describe(kind)}不能比较{'先后' if days else '大小'}",
                f"{describe(kind, 'en')} cannot be compared in this way",
                "比较数量用“以上”“不超过”，比较日期用“早于”“不晚于”，选项用“为”",
                "use “or more” for counts, “before” and “not after” for days, “is” for options",
            )  # fmt: skip
            return None
        if not self.agree(left, right, test.span):
            return None
        return ir.Compare(_OPERATORS[test.operator], left[0], right[0], span), Boolean()

    def _equals(self, left: ast.Expr, right: ast.Expr, span: Span, *, negated: bool) -> Typed | None:
        typed = self.expr(left)
        if typed is None:
            return None
        other = self.operand(typed[1], right)
        if other is None or not self.agree(typed, other, right.span):
            return None
        if isinstance(typed[1], Records) or (isinstance(typed[1], ChoiceSet) and isinstance(other[0], ir.Constant)):
            self._fault(
                "type-mismatch", span, "清单和多选不能写“为”", "a list or a set of options is not compared by “is”",
                "多选用“含”；清单用“存在”“计数”“总计”",
                "write “includes” for a set, and “exists”, “count” or “total” for a list",
            )  # fmt: skip
            return None
        same: ir.Expr
        if isinstance(other[0], ir.Constant) and isinstance(other[0].value, bool):
            same = typed[0] if other[0].value else ir.Not(typed[0], span)
        elif isinstance(other[0], ir.Constant) and isinstance(other[0].value, Option):
            same = ir.Among(typed[0], (other[0].value,), span)
        else:
            same = ir.Compare("eq", typed[0], other[0], span)
        return (ir.Not(same, span) if negated else same), Boolean()

    def _belongs(self, left: ast.Expr, options: tuple[ast.Expr, ...], span: Span) -> Typed | None:
        typed = self.expr(left)
        if typed is None:
            return None
        if not isinstance(typed[1], Choice):
            self._mismatch(left.span, typed[1], None)
            return None
        found = [self._option(typed[1], option) for option in options]
        named = tuple(option for option in found if option is not None)
        return (ir.Among(typed[0], named, span), Boolean()) if len(named) == len(options) else None

    def _includes(self, left: ast.Expr, option: ast.Expr, span: Span) -> Typed | None:
        typed = self.expr(left)
        if typed is None:
            return None
        if not isinstance(typed[1], ChoiceSet):
            self._mismatch(left.span, typed[1], None)
            return None
        found = self._option(typed[1], option)
        return None if found is None else (ir.Includes(typed[0], found, span), Boolean())

    def _option(self, kind: Choice | ChoiceSet, written: ast.Expr) -> Option | None:
        """One of the options, named in the text itself."""
        found = self.operand(kind, written)
        if found is None:
            return None
        if isinstance(found[0], ir.Constant) and isinstance(found[0].value, Option):
            return found[0].value
        self._mismatch(written.span, found[1], kind)
        return None

    def _read_as(self, reading: ast.Expr, option: ast.Ident, span: Span) -> Typed | None:
        name = reading.name if isinstance(reading, ast.Ref) else None
        known = self.scope.readings.get(name.text) if name is not None else None
        if known is None:
            if name is not None and not self.scope.knows(name.text):
                self.scope.report(self.scope.unknown(name))
            else:
                self._fault(
                    "type-mismatch", reading.span, "“读作”前面要写疑义的名称",
                    "“read as” follows the name of an ambiguity",
                    "疑义用“疑义 名称：”声明", "declare it as an ambiguity",
                )  # fmt: skip
            return None
        chosen = next((o for o in known.options if option.text in (o.name, o.id)), None)
        if chosen is None:
            words = "、".join(o.name for o in known.options)
            self._fault(
                "unknown-option", option.span, f"“{known.name}”没有“{option.text}”这种读法",
                f"“{known.id}” has no reading “{option.text}”", f"可选的读法有：{words}", f"the readings are {words}",
            )  # fmt: skip
            return None
        return ir.ReadingIs(known.id, chosen.id, span), Boolean()

    def money_line(self, line: ast.Expr) -> ir.Outcome | None:
        """The money line that an expression names."""
        name = line.name if isinstance(line, ast.Ref) else ast.Ident("", line.span)
        outcome = self.scope.outcomes.get(name.text)
        if outcome is None or outcome.kind != "money":
            self._fault(
                "type-mismatch", line.span, "“应付”前面要写一项金额的名称", "“is due” follows the name of a money line",
                "在“结果”里声明为“金额”的名称", "the name of an outcome declared as money",
            )  # fmt: skip
            return None
        return outcome if self._at_hand(name, outcome.each) else None

    # logic, history, arithmetic

    def _logic(self, kind: Literal["all", "any"], items: tuple[ast.Expr, ...], span: Span) -> Typed | None:
        for item in items:
            if isinstance(item, ast.Logic) and item.kind != kind:
                self._fault(
                    "mixed-and-or", span, "“且”和“或”混在一起，分不清先后", "“and” and “or” are mixed without brackets",
                    "给其中一组加上括号（ ）", "put brackets around one of the groups",
                )  # fmt: skip
                return None
        found = [self.condition(item) for item in items]
        if any(item is None for item in found):
            return None
        limbs = tuple(
            ir.Limb(condition, span=item.span) for condition, item in zip(found, items, strict=True)
            if condition is not None
        )  # fmt: skip
        return ir.Logic(kind, limbs, span), Boolean()

    def _consecutive(self, count: ast.Quantity, body: ast.Expr, span: Span) -> Typed | None:
        truth = self.condition(body)
        if count.unit not in {"年", "次"} or count.number.denominator != 1 or not 2 <= count.number <= 20:
            self._fault(
                "unit-mismatch", count.span, "“连续”后面写2年以上的年数或次数", "“consecutive” counts 2 to 20 years or times",
                "例如“连续2年”（相邻年度）、“连续2次”（相邻的考核）", "e.g. consecutive 2 years, consecutive 2 times",
            )  # fmt: skip
            return None
        if truth is None:
            return None
        unit: Literal["years", "assessments"] = "years" if count.unit == "年" else "assessments"
        return ir.Consecutive(int(count.number), unit, truth, span), Boolean()

    def _arithmetic(self, written: ast.Arithmetic) -> Typed | None:
        if len(written.rest) > MAX_TERMS:
            self._fault(
                "too-deep", written.span, f"一个算式超过{MAX_TERMS}项", f"a sum of more than {MAX_TERMS} terms",
                "拆成几个“定义”", "split it into definitions",
            )  # fmt: skip
            return None
        typed = self.expr(written.first)
        for operator, item in written.rest:
            right = self.expr(item)
            if typed is None or right is None:
                return None
            for side, place in ((typed, written.first.span), (right, item.span)):
                if not isinstance(side[1], (Number, Money)):
                    self._mismatch(place, side[1], None)
                    return None
            if operator == "mul":
                if isinstance(typed[1], Money) and isinstance(right[1], Money):
                    self._mismatch(item.span, right[1], Number())
                    return None
                if _counted(typed[1]) and _counted(right[1]):
                    self._mismatch(item.span, right[1], Number())
                    return None
                kind: Type = next((k for k in (typed[1], right[1]) if isinstance(k, Money) or _counted(k)), typed[1])
            elif not self.agree(typed, right, item.span):
                return None
            else:
                kind = typed[1]
            typed = ir.Arithmetic(operator, typed[0], right[0], written.span), kind
        return typed

    def _share(self, base: ast.Expr, rate: ast.Quantity, span: Span) -> Typed | None:
        typed = self.expr(base)
        if typed is None:
            return None
        if rate.unit != "%" or not isinstance(typed[1], (Money, Number)):
            self._mismatch(rate.span, Number(rate.unit), Number("%"))
            return None
        return ir.Arithmetic("mul", typed[0], self.quantity(rate)[0], span), typed[1]

    def _day_shift(self, day: ast.Expr, direction: str, period: ast.Quantity, span: Span) -> Typed | None:
        typed = self.of(day, Day())
        length = self.period(period)
        if typed is None or length is None:
            return None
        amount, unit = length
        return ir.DayShift(typed[0], amount if direction == "later" else -amount, unit, span), Day()

    def period(self, written: ast.Quantity) -> tuple[int, Literal["years", "months", "days", "workdays"]] | None:
        """A whole number of years, months, days or working days."""
        if written.unit not in _PERIODS or written.number.denominator != 1 or not 0 < written.number < 10_000:
            self._fault(
                "unit-mismatch", written.span, "这里要写一段时间", "a length of time is needed here",
                "写成“2年”“1个月”“5日”或“5个工作日”", "write years, months, days or workdays",
            )  # fmt: skip
            return None
        return int(written.number), _PERIODS[written.unit]

    # agreement of types

    def _fits(self, kind: Type, wanted: Type) -> bool:
        return type(kind) is type(wanted) and (not isinstance(kind, Number) or kind == wanted)

    def agree(self, left: Typed, right: Typed, span: Span) -> bool:
        """Whether both sides are of one type and, for counts, of one unit; the fault is reported where they are not."""
        fault = disagreement(left[1], right[1], span)
        if fault is not None:
            self.scope.report(fault)
        return fault is None

    def _mismatch(self, span: Span, found: Type, wanted: Type | None) -> None:
        self.scope.report(mismatch(span, found, wanted))

    def _fault(self, code: str, span: Span, zh: str, en: str, help_zh: str, help_en: str) -> None:
        self.scope.report(error(code, span, zh, en, help_zh=help_zh, help_en=help_en))


def _counted(kind: Type) -> bool:
    """Whether a number has a counting unit; two of them have no product."""
    return isinstance(kind, Number) and kind.unit not in {None, "%"}
