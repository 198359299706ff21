"""What is still worth asking, in words: the question, how it is answered, who is to say so, what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.analysis.interview import by_default
from policylang.explain.phrases import Phrases
from policylang.explain.vouching import Vouching
from policylang.explain.wording import plain, unit
from policylang.facts.canonical import canonical
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Records, Text
from policylang.semantics.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.analysis.interview import Interview, Question, Result
    from policylang.facts.model import Facts
    from policylang.semantics import ir
    from policylang.semantics.types import Type

SCHEMA = "urn:policylang:interview:1"

Json = dict[str, object]

#: So many results that hang on a question, or that an answer has settled, are named before they are counted.
_NAMED = 3
_SETTLED = 5
_KINDS: dict[type, str] = {
    Boolean: "boolean", Money: "money", Day: "date", Text: "text", Choice: "choice", ChoiceSet: "choices", Records: "items",
}  # fmt: skip


class Questions:
    """The words for the questions about one station, in one language."""

    def __init__(self, phrases: Phrases, facts: Facts) -> None:
        self._phrases = phrases
        self._facts = facts
        self._say = phrases.say

    def text(self, question: Question) -> str:
        """The question as the policy puts it, or made of the name, the type and the unit."""
        path, fact = question.path, question.fact
        name = path.zh if self._phrases.zh else str(path)
        where = path.zh.removesuffix(fact.name).removesuffix("的")
        if fact.question is not None and self._phrases.zh:
            return f"{where}：{fact.question}" if where else fact.question
        match fact.type:
            case Boolean():
                return self._say(f"{where}“{fact.name}”，是否属实？", f"{name}: is it so?")
            case Number("%"):
                return self._say(f"{name}是百分之多少？", f"{name}: what percentage?")
            case Number(counted):
                shown = self._say(f"（{counted}）", f" ({unit(counted, 'en').strip()})") if counted else ""
                return self._say(f"{name}是多少？{shown}", f"{name}: how many?{shown}")
            case Money():
                return self._say(f"{name}是多少？（元）", f"{name}: how much? (yuan)")
            case Day():
                return self._say(f"{name}是哪一天？", f"{name}: which day?")
            case Text():
                return self._say(f"{name}是什么？", f"{name}: what is it?")
            case Choice():
                return self._say(f"{name}是哪一种？", f"{name}: which one?")
            case ChoiceSet():
                return self._say(f"{name}有哪些？（可以选几项）", f"{name}: which of these? (any number)")
            case Records():  # pragma: no branch - the last of a closed union
                return self._say(f"{name}有几项？", f"{name}: how many items?")

    def choices(self, question: Question) -> list[tuple[str, str]]:
        """What can be chosen, each as it is answered and as it is shown."""
        found: list[tuple[str, str]] = []
        match question.fact.type:
            case Boolean():
                found = [("true", self._say("是", "yes")), ("false", self._say("否", "no"))]
            case Choice(options) | ChoiceSet(options):
                found = [(option.id, self._phrases.name(option.name, option.id)) for option in options]
            case _:
                pass
        null = question.fact.null_means
        return found + ([(null, null)] if null is not None and question.path.period is not None else [])

    def form(self, question: Question) -> str:
        """How an answer is written, where it is not chosen from a list."""
        match question.fact.type:
            case Day():
                return self._say("写作 2024-03-01；没有发生过的写“未发生”", "as in 2024-03-01; “never” if it did not happen")
            case Money():
                return self._say("例如 30000 或者 3万元", "as in 30000")
            case Number("%"):
                return self._say("例如 20%", "as in 20%")
            case Number():
                return self._say("写整数，不带单位", "a whole number, without a unit")
            case Records():
                return self._say("没有的写0；有的写几项，接着逐项问", "0 if there are none; each item is then asked about")
            case ChoiceSet():
                return self._say("几项之间用顿号隔开；都没有的写“无”", "separated by commas; “none” if there are none")
            case _:
                return ""

    def source(self, question: Question) -> str:
        """Who is to say so, or on what paper it stands: 由市科技局评判, 凭合作协议."""
        source = question.fact.source
        if not source.bodies and source.kind in {"counted", "judged", "found", "decided", "declared"}:
            return ""
        named = Vouching({}, self._phrases.lang).named(source)
        return self._say(f"由{named}", named) if source.bodies else named

    def known(self, question: Question) -> str:
        """What is recorded already of the item that is asked about."""
        path = question.path
        records = self._facts.values.get(path.fact.id)
        if path.item is None or path.field is None or not isinstance(records, tuple):
            return ""
        kinds: list[tuple[str, Type, object]] = [
            (self._phrases.name(f.name, f.id), f.type, records[path.item][f.id])
            for f in path.fact.fields if f.id in records[path.item]
        ]  # fmt: skip
        told = [f"{name} {plain(value, kind, self._phrases.lang)}" for name, kind, value in kinds]
        return self._say("，", ", ").join(told)

    def why(self, question: Question) -> str:
        """The results that hang on a question, with the clauses: 评估等级（2025年）、建设补助（2025年）（第十条3、第十一条）."""
        names = list(dict.fromkeys(self._phrases.title(result) for result in question.results))
        told = self._say("、", ", ").join(names[:_NAMED])
        if len(names) > _NAMED:
            told += self._say(f"等{len(names)}项", f" and {len(names) - _NAMED} more")
        cited = self._phrases.cite(question.clauses)
        return self._say(f"{told}（{cited}）", f"{told} ({cited})")

    def answer(self, result: Result) -> str:
        """What a result has come to."""
        match result:
            case Decision():
                return self._phrases.result(result)
            case Line():
                return self._phrases.amount(result)
            case DutyResult():  # pragma: no branch - the last of a closed union
                return self._phrases.duty(result)

    def settled(self, results: Iterable[Result]) -> str:
        """Results with what they have come to, on one line: 设站条件：符合；评估等级（2025年）：A级."""
        told = [f"{self._phrases.title(r)}{self._say('：', ': ')}{self.answer(r)}" for r in results]
        more = len(told) - _SETTLED
        shown = self._say("；", "; ").join(told[:_SETTLED])
        return shown if more <= 0 else shown + self._say(f"；另有{more}项", f"; and {more} more")

    def default(self, fact: ir.Fact) -> str:
        """What is taken of a fact that is not recorded: 弄虚作假：按“否”处理."""
        name = self._phrases.name(fact.name, fact.id)
        taken = plain(NOTHING if fact.default is None else fact.default, fact.type, self._phrases.lang)
        if fact.default is None:
            taken = self._say("未发生", "never")
        return self._say(f"{name}：按“{taken}”处理", f"{name}: taken as “{taken}”")

    def beyond(self, names: Iterable[str]) -> str:
        """What is needed and cannot be asked for: 2027年工作日安排."""
        duties = {f"{duty.id}.done": duty for duty in self._phrases.outcome.policy.duties}
        told = []
        for name in names:
            duty = duties.get(name)
            done = "" if duty is None else self._say(f"“{duty.name}”是否已经办理", f"whether {duty.id} is done")
            told.append(done or self._phrases.reasons.fact_name(name))
        return self._say("、", ", ").join(told)


def interview_document(interview: Interview, facts: Facts, *, digest: str = "") -> Json:
    """Where an interview stands, for other front ends; ``digest`` is the SHA-256 of the policy file.

    What is answered goes into ``facts`` under ``path``; a choice is answered with its ``value``.
    """
    outcome = interview.outcome
    policy = outcome.policy
    zh, en = (Questions(Phrases(outcome, lang), facts) for lang in ("zh", "en"))

    def settled(result: Result) -> Json:
        return {**_result(result), "answer": {"zh": zh.answer(result), "en": en.answer(result)}}

    return {
        "schema": SCHEMA,
        "policy": {"id": policy.id, "title": policy.title, "sha256": digest},
        "as_of": outcome.as_of.isoformat(),
        "assessment_year": outcome.year,
        "readings": dict(outcome.readings),
        "calendar": outcome.calendar,
        "facts": canonical(policy, facts),
        "errors": [{"path": r.path, "message": {"zh": r.zh, "en": r.en}} for r in outcome.rejections],
        "settled": [settled(result) for result in interview.results if not result.needs],
        "open": [settled(result) for result in interview.open],
        "questions": [
            {
                "path": str(question.path),
                "question": {"zh": zh.text(question), "en": en.text(question)},
                "type": _kind(question.fact.type),
                "unit": _unit(question.fact.type),
                "period": question.path.period.key if question.path.period else None,
                "choices": [
                    {"value": value, "zh": name, "en": other}
                    for (value, name), (_, other) in zip(zh.choices(question), en.choices(question), strict=True)
                ],
                "form": {"zh": zh.form(question), "en": en.form(question)},
                "source": {
                    "kind": question.fact.source.kind,
                    "bodies": list(question.fact.source.bodies),
                    "document": question.fact.source.document,
                },
                "results": [_result(result) for result in question.results],
                "clauses": [clause.text for clause in question.clauses],
            }
            for question in interview.questions
        ],
        "defaults": [
            {"path": fact.id, "zh": zh.default(fact), "en": en.default(fact)} for fact in by_default(interview, facts)
        ],
        "beyond": [{"path": name, "zh": zh.beyond([name]), "en": en.beyond([name])} for name in interview.beyond],
    }


def _kind(kind: Type) -> str:
    if isinstance(kind, Number):
        return "percentage" if kind.unit == "%" else "number"
    return _KINDS[type(kind)]


def _unit(kind: Type) -> str | None:
    match kind:
        case Number(counted):
            return counted
        case Records(counted):
            return counted
        case Money():
            return "元"
        case _:
            return None


def _result(result: Result) -> Json:
    match result:
        case Decision():
            return {"kind": "decision", "id": result.outcome.id, "name": result.outcome.name, "year": result.year}
        case Line():
            named = {"kind": "money", "id": result.outcome.id, "name": result.outcome.name}
            return {**named, "year": result.year, "record": result.record}
        case DutyResult():  # pragma: no branch - the last of a closed union
            named = {"kind": "duty", "id": result.duty.id, "name": result.duty.name}
            return {**named, "period": result.period, "record": result.record}
