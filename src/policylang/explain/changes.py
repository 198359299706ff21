"""What would change a result, in words: the ways to a target, whose each change is, or why there is none."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.analysis.cells import ABSENT, COUNT
from policylang.analysis.targets import target_word
from policylang.explain.phrases import Phrases
from policylang.explain.sentences import Sentences
from policylang.explain.whynot import WhyNot
from policylang.explain.wording import plain
from policylang.semantics.types import Boolean, ChoiceSet, Day, Money, Number, Records
from policylang.semantics.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.analysis.changes import Answer, Change, Way
    from policylang.runtime.outcome import Decision, DutyResult, Line, Outcome
    from policylang.semantics import ir

#: Bodies that judge, find or decide are named; for the rest it is said why the station cannot do it.
_PAST = ("已经发生，不能再变，除非原记载有误", "in the past: it cannot be changed, unless the record is wrong")
_NOT_RECORDED = ("已经过去，只能照实补记", "in the past: it can only be recorded as it was")
_DOCUMENT = ("由办法以外的文件定", "laid down in another document")


def change_lines(answer: Answer, lang: str) -> list[str]:
    """The ways to a target, each with its changes below it, as indented lines; or why there is none."""
    return Ways(answer, lang).lines()


def own_ways(answer: Answer) -> list[str]:
    """The ways that are in the station's own hands, for a letter: to what they lead, then each in one line, indented."""
    ways = Ways(answer, "zh")
    own = [way for way in answer.ways if way.in_hands]
    return [f"要使{ways.of}成为“{ways.wanted}”{'，以下途径任选其一' if len(own) > 1 else ''}：", *map(ways.in_a_line, own)] if own else []


class Ways:
    """What an answer says, in one language."""

    def __init__(self, answer: Answer, lang: str) -> None:
        self.answer = answer
        self.lang = lang
        self.phrases = Phrases(answer.before, lang)
        self.say = self.phrases.say
        self.wanted = target_word(answer.target, lang)
        of = answer.target.of
        yearly = getattr(of, "period", None) == "year"
        self.of = (self.phrases.year(answer.target.year) if yearly else "") + self.phrases.name(of.name, of.id)
        if yearly and not self.phrases.zh:
            self.of = f"{of.id} ({answer.target.year})"

    def lines(self) -> list[str]:
        """The answer in one sentence, then the ways."""
        answer = self.answer
        if answer.before.rejections:
            return [self.say("事实互相矛盾，先改正再问。", "The facts contradict each other: correct them first.")]
        if answer.reached:
            return self._reached()
        if not answer.ways:
            return self._none()
        lines = [self._summary(answer.ways)]
        for number, way in enumerate(answer.ways, 1):
            title = self.say(f"途径{number}", f"way {number}") if len(answer.ways) > 1 else self.say("途径", "the way")
            lines.append(f"  {title}{self._whose(way)}{self.say('：', ':')}")
            lines += [f"    {line}" for line in self._changes(way)]
            lines.append("    " + self.say("改后：", "then: ") + self._results(way.outcome))
        if not answer.proved:
            more = ("变动较多，没有试完全部组合；可能还有别的途径。", "Not every combination was tried; there may be other ways.")
            lines.append("  " + self.say(*more))
        return lines

    def in_a_line(self, way: Way) -> str:
        """The changes of one way: 工作人员数：1人变为2人（增加1人）；有活动场所：否变为是."""
        return "  " + "；".join(self._changes(way)).replace("：未记载 → ", "：").replace(" → ", "变为")

    def _reached(self) -> list[str]:
        """It is so already; of a list, for which of its items."""
        target, sentences = self.answer.target, Sentences(self.phrases)
        found = [r for r in self.answer.before.results if target.concerns(r) and target.reach([r]) == "reached"]
        head = self.say(f"{self.of}已经是“{self.wanted}”，不用再变。", f"{self.of} is {self.wanted} already.")
        return [head, *("  " + sentences.answer(result) for result in found)]

    def _summary(self, ways: Sequence[Way]) -> str:
        least = min(len(self._changes(way)) for way in ways)
        own = sum(way.in_hands for way in ways)
        whose = "" if own else self.say("，都不能由工作站单独办成", ", none of which the station can take alone")
        return self.say(
            f"要使{self.of}成为“{self.wanted}”，最少变动{least}项事实；有{len(ways)}种途径{whose}。",
            f"For {self.of} to be {self.wanted} at least {least} fact{'s' if least > 1 else ''} must change; "
            f"{len(ways)} way{'s' if len(ways) > 1 else ''}{whose}.",
        )

    def _whose(self, way: Way) -> str:
        return self.say("（工作站自己能办）", " (in the station's hands)") if way.in_hands else ""

    def _changes(self, way: Way) -> list[str]:
        """Each change on a line; a record that is added is one, with its fields."""
        told = []
        for change in way.changes:
            if change.cell.key == COUNT:
                told += self._added(change, way)
            elif not change.added and change.before is ABSENT and isinstance(change.fact.type, ChoiceSet):
                told.append(self._listed(change, way))
            elif not change.added:
                told.append(self._change(change))
        return list(dict.fromkeys(told))

    def _listed(self, change: Change, way: Way) -> str:
        """A set of which nothing was recorded, with all that is on it then."""
        names = [self.phrases.name(option.name, option.id) for option in change.fact.type.options  # type: ignore[union-attr]
                 if any(c.cell == change.cell._replace(part=option.id) and c.after is True for c in way.changes)]  # fmt: skip
        name, joined = self.phrases.name(change.fact.name, change.fact.id), self.say("、", ", ").join(names)
        return self.say(f"{name}：未记载 → {joined}", f"{name}: not recorded → {joined}") + self._note(change)

    def _change(self, change: Change) -> str:
        name = self.phrases.reasons.fact_name(change.cell.path)
        if change.cell.part is not None and not isinstance(change.cell.key, int):
            option = next(o for o in change.fact.type.options if o.id == change.cell.part)  # type: ignore[union-attr]
            item = option.name if self.phrases.zh else option.id
            verb = self.say("增加", "add ") if change.after else self.say("去掉", "remove ")
            return f"{name}{self.say('：', ': ')}{verb}“{item}”{self._note(change)}"
        before = self.say("未记载", "not recorded") if change.before is ABSENT else self._content(change.fact, change.before)
        after = self._one_of(change)
        kind = change.fact.type
        moved = ""
        if isinstance(change.before, Fraction) and isinstance(change.after, Fraction):
            by = plain(abs(change.after - change.before), kind, self.lang)
            more = change.after > change.before
            moved = self.say(f"（{'增加' if more else '减少'}{by}）", f" ({by} {'more' if more else 'less'})")
        elif change.before is ABSENT and isinstance(kind, (Number, Money)):
            after = self.say(f"{after}（最少的变动）", f"{after} (the least)") if change.after else after
        return self.say(f"{name}：{before} → {after}{moved}", f"{name}: {before} → {after}{moved}") + self._note(change)

    def _one_of(self, change: Change) -> str:
        contents = sorted((change.after, *change.also), key=lambda one: (one is None, getattr(one, "rank", 0)))
        names = [self._content(change.fact, one) for one in contents]
        return self.say("、", ", ").join(names[:-1]) + (self.say("或", " or ") if len(names) > 1 else "") + names[-1]

    def _added(self, change: Change, way: Way) -> list[str]:
        """Records that are added, with what their fields have to be."""
        before = change.before if isinstance(change.before, Fraction) else Fraction(0)
        after = change.after if isinstance(change.after, Fraction) else Fraction(0)
        name = self.phrases.name(change.fact.name, change.fact.id)
        if after == before:
            return [self.say(f"{name}：记明一项也没有", f"{name}: recorded as empty")]
        unit = change.fact.type.unit if isinstance(change.fact.type, Records) else ""
        told = []
        for number in range(int(before), int(after)):
            own = [c for c in way.changes if c.cell.fact == change.cell.fact and c.cell.key == number and c.after is not ABSENT]
            fields = self.say("，", ", ").join(self._field(c) for c in own)
            told.append(
                self.say(f"{name}：增加1{unit}", f"{name}: one more") + (self.say("：", ": ") + fields if fields else "")
            )
        return told

    def _field(self, change: Change) -> str:
        name = self.phrases.name(change.fact.name, change.fact.id)
        return self.say(f"{name}为{self._content(change.fact, change.after)}", f"{name} is {self._content(change.fact, change.after)}")

    def _content(self, fact: ir.Fact, content: object) -> str:
        if content is None:
            return self.say(fact.null_means or "无", "nothing")
        if content is ABSENT:
            return self.say("未记载", "not recorded")
        if content is NOTHING and isinstance(fact.type, Day):
            return self.say("未发生", "never")
        return plain(content, Boolean() if isinstance(content, bool) else fact.type, "zh" if self.phrases.zh else "en")

    def _note(self, change: Change) -> str:
        """Whose it is, where it is not the station's."""
        match change.hands:
            case "body":
                bodies = self.say("、", ", ").join(change.fact.source.bodies)
                return self.say(f"〔须由{bodies}决定，不由工作站〕", f" [for {bodies} to decide]")
            case "past":
                zh, en = _NOT_RECORDED if change.before is ABSENT else _PAST
                return self.say(f"〔{zh}〕", f" [{en}]")
            case "document":
                return self.say(f"〔{_DOCUMENT[0]}〕", f" [{_DOCUMENT[1]}]")
            case _:
                return ""

    def _results(self, outcome: Outcome) -> str:
        sentences = Sentences(Phrases(outcome, self.lang))
        target = self.answer.target
        before = {_place(r): r for r in self.answer.before.results}
        reached = [r for r in outcome.results if target.reach([r]) == "reached"]
        reached = [r for r in reached if target.concerns(r)]
        changed = [r for r in reached if _place(r) not in before or target.reach([before[_place(r)]]) != "reached"]
        return sentences.answer((changed or reached)[0])

    def _none(self) -> list[str]:
        """No way: what bars the target whatever the facts are."""
        answer = self.answer
        if not answer.proved:
            head = self.say(
                f"在试过的变动里，没有找到使{self.of}成为“{self.wanted}”的途径；没有试完全部组合。",
                f"No way for {self.of} to be {self.wanted} was found; not every combination was tried.",
            )
            now = WhyNot(self.phrases, answer.target).lines(answer.before.results)
            return [head, *(f"  {line}" for line in now if line and not line.startswith(" "))]
        lines = [self.say(
            f"无论事实怎样变动，{self.of}都不能成为“{self.wanted}”：", f"Whatever the facts, {self.of} cannot be {self.wanted}:"
        )]  # fmt: skip
        outcome = answer.open or answer.before
        barred = [r for r in outcome.results if answer.target.reach([r]) == "barred"]
        if barred:
            told = WhyNot(Phrases(outcome, self.lang), answer.target).barred(barred[0])
            return lines + (told or [self.say("  办法没有得出这个结果的条文。", "  No clause of the measure leads to it.")])
        return lines + [f"  {line}" for line in WhyNot(self.phrases, answer.target).lines(answer.before.results)]


def _place(result: Decision | Line | DutyResult) -> tuple[object, ...]:
    return getattr(result, "year", None), getattr(result, "period", None), getattr(result, "record", None)
