"""Facts, outcomes and readings: from what is written to what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from policylang.semantics import ir
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
)
from policylang.source.diagnostic import error

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.semantics.scope import Scope
    from policylang.syntax import ast

#: The options of a condition that names none of its own.
MET = Option("符合", "yes")
NOT_MET = Option("不符合", "no", 1)


def options(scope: Scope, written: tuple[ast.Named, ...]) -> tuple[Option, ...]:
    """Options as declared, each name and id used once."""
    found: list[Option] = []
    for named in written:
        option = Option(named.name.text, named.key, len(found))
        if any({option.name, option.id} & {o.name, o.id} for o in found):
            scope.report(
                error(
                    "duplicate-name", named.span, f"选项“{option.name}”重复", f"the option “{option.name}” is repeated",
                    help_zh="删去重复的一项", help_en="remove one of the two",
                ),
            )  # fmt: skip
        else:
            found.append(option)
    return tuple(found)


def _type(scope: Scope, written: ast.TypeExpr) -> Type:
    match written.kind:
        case "boolean":
            return Boolean()
        case "quantity":
            return Number(written.unit)
        case "money":
            return Money()
        case "day":
            return Day()
        case "text":
            return Text()
        case "one_of":
            return Choice(options(scope, written.options), written.ordered)
        case "some_of":
            return ChoiceSet(options(scope, written.options))
        case "records":  # pragma: no branch - the last of a closed union
            return Records(written.unit or "个")


def fact(scope: Scope, written: ast.Fact, *, field: bool = False) -> ir.Fact:
    """A declared fact, or with ``field`` a field of a list."""
    kind = _type(scope, written.type)
    source, question, null_means = ir.Source("unstated"), None, None
    default: Option | bool | None = None
    has_default = False
    seen: set[str] = set()
    for clause in written.clauses:
        if clause.kind in seen:
            scope.report(
                error(
                    "clause-out-of-place", clause.span, "这一部分写了两次", "this part is given twice",
                    help_zh="只留一处", help_en="keep one of the two",
                ),
            )  # fmt: skip
        seen.add(clause.kind)
        match clause.kind:
            case "by":
                verb = cast("Literal['counted']", clause.texts[0].text)
                source = ir.Source(verb, tuple(n.text for n in clause.names))
            case "documented":
                source = ir.Source("documented", (), clause.texts[0].text)
            case "external":
                source = ir.Source("external", (), clause.texts[0].text)
            case "question":
                question = clause.texts[0].text
            case "null_means":
                null_means = clause.names[0].text
            case _:
                has_default, default = _default(scope, kind, clause)
    if written.fields and not isinstance(kind, Records):
        scope.report(
            error(
                "type-mismatch", written.type.span, "只有清单才有下一级的字段", "only a list has fields under it",
                help_zh="把类型写成“清单（人）”一类", help_en="declare it as a list",
            ),
        )  # fmt: skip
    nested = isinstance(kind, Records) and (field or written.series is not None)
    if nested or (isinstance(kind, Records) and not written.fields) or (field and written.series):
        scope.report(
            error(
                "type-mismatch", written.type.span, "清单下面要写字段；清单不按期，字段不能再是清单或按期的数",
                "a list has fields under it, and a field is neither a list nor a series",
                help_zh="在清单行末写“：”，下面每行一个字段", help_en="end the line with a colon and write one field a line",
            ),
        )  # fmt: skip
    fields = tuple(fact(scope, inner, field=True) for inner in written.fields)
    return ir.Fact(
        written.name.name.text, written.name.key, kind, written.series, source, has_default, default, null_means,
        question, fields, written.span,
    )  # fmt: skip


def _default(scope: Scope, kind: Type, clause: ast.Clause) -> tuple[bool, Option | bool | None]:
    """The written default of an unrecorded fact: 是, 否, 未发生 (None) or an option."""
    word = clause.texts[0].text if clause.texts else clause.names[0].text
    if word == "never":
        return True, None
    if isinstance(kind, Boolean) and word in {"yes", "no"}:
        return True, word == "yes"
    if isinstance(kind, Choice) and kind.find(word) is not None:
        return True, kind.find(word)
    scope.report(
        error(
            "type-mismatch", clause.span, "未记载时的值与这个事实的类型不符", "this default does not fit the fact",
            help_zh="“是否”写“是”或“否”，日期写“未发生”，选项写其中一项",
            help_en="write yes or no for a yes-or-no fact, never for a day, or one of the options",
        ),
    )  # fmt: skip
    return False, None


#: Which clauses may follow which kind of outcome.
_OUTCOME_CLAUSES = {
    "in_force": set[str](),
    "condition": {"yearly", "in_force_only"},
    "grade": {"yearly", "of_the_day", "since"},
    "status": {"yearly", "of_the_day", "since"},
    "money": {
        "yearly", "of_the_day", "once", "since", "each", "paid_by", "paid_from", "paid_next_year", "not_with",
        "decided_as", "repaid_by",
    },
}  # fmt: skip


def outcome(scope: Scope, written: ast.Outcome) -> ir.Outcome:
    """A declared outcome, still without rules. ``since`` is resolved later, when all names are known."""
    levels = options(scope, written.options)
    if written.kind == "condition" and not levels:
        levels = (MET, NOT_MET)
    too_few = written.kind in {"in_force", "status"} and len(levels) < 2
    if (
        too_few
        or (written.kind == "condition" and len(levels) != 2)
        or (written.kind == "grade" and not (written.ordered and len(levels) > 1))
    ):
        scope.report(
            error(
                "wrong-options", written.span, "这类结果的取值写得不对", "this outcome has the wrong kind of options",
                help_zh="等级从高到低用“＞”连接；条件写两个值，效力和状态写两个以上的值，先写成立的一个",
                help_en="join grades with > from high to low; a condition has two values, force and status more, the best first",
            ),
        )  # fmt: skip
        levels = levels or (MET, NOT_MET)
    period: Literal["none", "year", "day_year"] = "none"
    once = guarded = next_year = False
    each = decided_as = paid_from = None
    paid_by: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    repaid_by: tuple[str, ...] = ()
    seen: set[str] = set()
    for clause in written.clauses:
        if clause.kind in seen or clause.kind not in _OUTCOME_CLAUSES[written.kind]:
            scope.report(
                error(
                    "clause-out-of-place", clause.span, "这一部分不能用在这类结果上，或者写了两次",
                    "this part does not belong to an outcome of this kind, or is given twice",
                    help_zh="删去它，或查看语言手册中这类结果的写法",
                    help_en="remove it, or look outcomes of this kind up in the manual",
                ),
            )  # fmt: skip
        seen.add(clause.kind)
        match clause.kind:
            case "yearly":
                period = "year"
            case "of_the_day":
                period = "day_year"
            case "once":
                once = True
            case "in_force_only":
                guarded = True
            case "each":
                each = clause.names[0].text
            case "paid_by":
                paid_by = tuple(n.text for n in clause.names)
            case "paid_from":
                paid_from = clause.texts[0].text
            case "paid_next_year":
                next_year = True
            case "not_with":
                not_with = tuple(n.text for n in clause.names)
            case "repaid_by":
                repaid_by = tuple(n.text for n in clause.names)
            case "decided_as":
                decided_as = clause.names[0].text
            case _:  # since
                pass
    terms = ir.Terms(once, paid_by, paid_from, next_year, not_with, decided_as, repaid_by)
    return ir.Outcome(
        written.name.name.text, written.name.key, written.kind, levels, period,
        guarded=guarded, each=each, terms=terms, span=written.name.span,
    )  # fmt: skip


def reading(scope: Scope, written: ast.Reading, clause: Citation) -> ir.Reading:
    """An ambiguity with exactly one adopted reading."""
    names = options(scope, tuple(o.name for o in written.options))
    adopted = [o for o in written.options if o.adopted]
    if len(adopted) != 1 or len(names) < 2:
        scope.report(
            error(
                "no-adopted-reading", written.span, "疑义要有两种以上读法，其中恰有一种“采用”",
                "an ambiguity has two or more readings, exactly one of them adopted",
                help_zh="给推荐的读法写“采用”，其余写“另解”", help_en="mark one reading adopted, the others alternative",
            ),
        )  # fmt: skip
    chosen = adopted[0] if adopted else written.options[0]
    return ir.Reading(
        written.name.name.text, written.name.key, written.question.text,
        tuple(ir.ReadingOption(o.name.name.text, o.name.key, o.reason.text) for o in written.options),
        chosen.name.key, clause, written.span,
    )  # fmt: skip
