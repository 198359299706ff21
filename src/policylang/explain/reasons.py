"""Why: the clause, the tests that decided, those that failed and by how much, the facts and who vouches for them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from policylang.explain.arithmetic import worked
from policylang.explain.statements import stated
from policylang.explain.vouching import Vouching, looked_at
from policylang.explain.wording import Wording, day
from policylang.runtime.operations import CONFLICT
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.runtime.rules import bearing
from policylang.semantics import ir
from policylang.semantics.periods import Period
from policylang.semantics.values import Known, Truth
from policylang.semantics.walk import everything

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policylang.facts.model import Attestation
    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Outcome, RuleTrace, Test
    from policylang.semantics.types import Option

_PATH = re.compile(r"(?P<name>[^.\[]+)(?:\[(?P<record>\d+)\])?(?:\.(?P<key>.+))?")


class Reasons:
    """The reasons of one outcome in one language, as indented lines.

    With ``nested`` a test of another result tells the reasons of that result below it, each once, and of what is open
    also the tests that are met are told: any of them could still turn it.
    ``attestations`` are those of the facts file, under the paths of the facts they vouch for.
    """

    def __init__(self, outcome: Outcome, lang: str, attestations: Mapping[str, Attestation] | None = None) -> None:
        self.outcome = outcome
        self.nested = False
        self._told: set[tuple[str, int | None]] = set()
        self.vouching = Vouching(attestations or {}, lang)
        self.lang = lang
        self.zh = lang == "zh"
        self.words = Wording(outcome.policy, "zh" if self.zh else "en")
        self.facts = {f.id: f for f in outcome.policy.facts}
        self.definitions = {d.id: d for d in outcome.policy.definitions}
        self.defined = {(name, year, record): tests for name, year, record, tests in outcome.definitions}

    def decision(self, decision: Decision, *, brief: bool = False) -> list[str]:
        """The reasons of a condition, grade or status; ``brief``: only what decided."""
        if decision.guard_failed:
            cited = self._cite(decision.clauses)
            force = next((d for d in self.outcome.decisions if d.outcome.kind == "in_force"), None)
            word = self._say("不在施行期内", "not in force")
            if force is not None and force.value is not None:
                word = self._say(f"{force.outcome.name}为{force.value.name}", f"{force.outcome.id} is {force.value.id}")
            also = self._cite(decision.relied_on)
            more = self._say(f"；另见{also}", f"; see also {also}") if also else ""
            return [self._say(f"  依{cited}，{word}{more}。", f"  Under {cited}, {word}{more}.")]
        if decision.limbs:
            return self.limbs(decision, unmet=brief)
        if decision.basis == "attested":
            bodies = self._join(decision.outcome.assessed_by)
            how = self._assessed(decision)
            lines = [
                self._say(
                    f"  依{self._cite(decision.clauses)}，由{bodies}评定{how}。",
                    f"  Assessed by {bodies} under {self._cite(decision.clauses)}{how}.",
                )
            ]
            if decision.differs is not None:
                lines.append(
                    self._say(
                        f"  注意：按规则推得“{decision.differs.name}”，与评定不一致。",
                        f"  Note: the rules give “{decision.differs.id}” instead.",
                    )
                )
            return lines
        told = self._rules(decision.rules, decision.possible, brief=brief and decision.value is not None)
        return told + self._consequences(decision.consequences)

    def line(self, line: Line, *, brief: bool = False) -> list[str]:
        """The calculation and the reasons of a money line; ``brief``: only what decided."""
        calculation = worked(line, self.words)
        lines = [] if calculation is None else [self._say(f"  计算：{calculation}", f"  worked out: {calculation}")]
        lines += self._rules(line.rules, (), brief=brief and any(trace.active.value for trace in line.rules))
        lines += self._consequences(line.consequences)
        if line.unregulated:
            lines.append(
                self._say(
                    "  办法对此没有条文，须由解释机关答复。",
                    "  The measure is silent; its interpreting body must answer.",
                )
            )
        return lines

    def duty(self, result: DutyResult) -> list[str]:
        """The reasons of a duty."""
        cited = self._cite(result.clauses)
        bodies = self._join(result.duty.obliged)
        who = self._say(f"，由{bodies}履行", f", owed by {bodies}") if bodies else ""
        lines = [self._say(f"  依{cited}{who}。", f"  Under {cited}{who}.")]
        done = result.actual.value if isinstance(result.actual, Known) else None
        if isinstance(done, date):
            lines.append(self._say(f"    办理：{day(done, 'zh')}", f"    done on {done.isoformat()}"))
        if result.part == "first":
            lines.append(self._say("    首期不满，不计。", "    The first, partial period is not counted."))
        elif result.part == "ended":
            lines.append(self._say("    职责在本期或以前已经终止，不计。", "    The duty ended in this period or before."))
        return lines + self.tests(result.tests, "    ")

    def _assessed(self, decision: Decision) -> str:
        """The evidence for what the assessing body found."""
        fact = decision.outcome.assessed_in or ""
        one = self.vouching.of(f"{fact}.{decision.year}", fact)
        return self._bracketed([] if one is None else [self.vouching.attested(self.facts[fact].source, one)])

    def limbs(self, decision: Decision, *, unmet: bool = False) -> list[str]:
        """The limbs of a condition with their tests; ``unmet``: only those that are not met or are open."""
        if not self.nested and all(limb.holds is None or limb.holds.value is None for limb in decision.limbs):
            return []
        lines = []
        words = {True: ("符合", "met"), False: ("不符合", "not met"), None: ("待定", "undetermined")}
        for limb in decision.limbs:
            cited = limb.requirement.clause.in_(self.lang)
            if unmet and (limb.holds is None or limb.holds.value is True):
                continue
            if limb.holds is None:
                lines.append(self._say(f"  {cited}　不适用", f"  {cited}  does not apply"))
                lines += self.tests((t for t in limb.applying if t.met is False), "    ")
                continue
            gist = f"（{limb.requirement.limb.gist}）" if limb.requirement.limb.gist and self.zh else ""
            lines.append(f"  {cited}{gist}{self._say('　', '  ')}{words[limb.holds.value][0 if self.zh else 1]}")
            all_ = limb.holds.value is True or (self.nested and limb.holds.value is None)
            shown = [t for t in limb.tests if all_ or t.met is not True]
            lines += self.tests(shown, "    ")
        return lines

    def _rules(self, traces: Iterable[RuleTrace], possible: tuple[Option, ...], *, brief: bool = False) -> list[str]:
        """The rules that hold, then those that do not or are open, each with the tests that made it so.

        Of a decision only the rules that can still decide it are shown as holding.
        """
        lines: list[str] = []
        for trace in traces:
            if trace.active.value and (not possible or trace.rule.value in possible):
                cited = trace.rule.clause.in_(self.lang)
                name = self.rule_name(trace.rule)
                if trace.rule.when is None:
                    lines.append(
                        self._say(
                            f"  {name}，依{cited}：没有其他规则成立。", f"  {name} under {cited}: no other rule holds."
                        )
                    )
                else:
                    lines.append(self._say(f"  {name}，依{cited}：", f"  {name} under {cited}:"))
                    lines += self.tests([t for t in trace.tests if t.met], "    ")
        for trace in () if brief else traces:
            if trace.active.value or trace.rule.when is None:
                continue
            name, cited = self.rule_name(trace.rule), trace.rule.clause.in_(self.lang)
            if trace.holds.value and trace.active.value is False:
                lines.append(
                    self._say(
                        f"  {name}（{cited}）条件虽成立，另有条款优先。",
                        f"  {name} ({cited}) would hold, but another clause takes precedence.",
                    )
                )
                continue
            verb = (
                self._say("不成立", "does not hold") if trace.holds.value is False else self._say("尚不能定", "is open")
            )
            lines.append(self._say(f"  {name}（{cited}）{verb}：", f"  {name} ({cited}) {verb}:"))
            wanted = trace.holds.value
            lines += self.tests(
                [t for t in trace.tests if (t.met is False if wanted is False else self.nested or t.met is not True)],
                "    ",
            )
        return lines

    def rule_name(self, rule: ir.Rule) -> str:
        """What a rule gives, in a word: “A级”, “不超过10万元”."""
        return f"“{self.words.given(rule.value)}”"

    def tests(self, tests: Iterable[Test], indent: str) -> list[str]:
        """Tests in words with who vouches, and below them the tests of the definitions they look at."""
        lines = []
        for test in dict.fromkeys(tests):
            lines.append(f"{indent}{self.words.test(test)}{self._vouched(test)}")
            if isinstance(test.expr, ir.DefinitionValue):
                clause = self.definitions[test.expr.definition].clause
                inner = self._inside(test.expr.definition, test)
                lines[-1] += self._say(f"，见{clause.text}", f", see {clause.in_english()}")
                lines += self.tests([t for t in inner if self._shown(t, test.truth)], indent + "  ")
            elif self.nested:
                lines += self._below(test, indent + "  ")
        return lines

    def _shown(self, test: Test, whole: Truth) -> bool:
        """Of an open definition all tests where everything is told: each of them could still turn it."""
        return test.decides(whole) or (self.nested and whole.value is None)

    def _below(self, test: Test, indent: str) -> list[str]:
        """The reasons of the results that a test looks at, those of every year where it looks at several."""
        several = isinstance(test.expr, (ir.Consecutive, ir.AnyYear, ir.LastTime, ir.Aggregate))
        asked = _options(test.expr)
        lines: list[str] = []
        for part in everything(test.expr):
            match part:
                case ir.OutcomeValue(name) | ir.LineIsDue(name) | ir.LineAmount(name):
                    for result in self._results(name, None if several or isinstance(part, ir.LineIsDue) else test.year):
                        lines += self._result(result, indent, asked)
                case ir.DefinitionValue(name) if part is not test.expr:
                    for (known, year, _), inner in self.defined.items():
                        if known == name and (several or year == test.year):
                            lines += self.tests(inner, indent)
                case _:
                    pass
        return lines

    def _results(self, name: str, year: int | None) -> list[Decision | Line]:
        decided = [d for d in self.outcome.decisions if d.outcome.id == name and (year is None or d.year in (None, year))]
        return [*decided, *(x for x in self.outcome.lines if x.outcome.id == name and (year is None or x.year == year))]

    def _result(self, result: Decision | Line, indent: str, asked: frozenset[Option]) -> list[str]:
        """The reasons of a result that another one rests on, once; of the rules those that bear on the options asked."""
        key = (result.outcome.id, result.year)
        if key in self._told:
            return []
        self._told.add(key)
        year = "" if result.year is None else self._say(f"（{result.year}年）", f" ({result.year})")
        name = self._say(result.outcome.name, result.outcome.id)
        if isinstance(result, Decision) and asked:
            result = replace(result, rules=bearing(result.rules, asked, grade=result.outcome.kind == "grade"))
        inner = self.decision(result) if isinstance(result, Decision) else self.line(result)
        shown = [self._say(f"{name}{year}：", f"{name}{year}:"), *inner]
        return [indent + line for line in shown] if inner else []

    def found(self, tests: Iterable[Test]) -> list[str]:
        """The facts that tests rest on, each told once as it was found: 建站补助已发额为10万元，少于20万元〔市人社局填报〕.

        Definitions are looked into. How the measure was read is no fact.
        """
        told: dict[str, tuple[list[str], list[str]]] = {}
        for test in self._atoms(tests):
            fact, held_against = stated(test, self.words)
            against, notes = told.setdefault(fact, ([], []))
            against.append(held_against)
            notes += self._notes(test)
        return [
            "，".join(part for part in dict.fromkeys([fact, *against]) if part) + self._bracketed(notes)
            for fact, (against, notes) in told.items()
        ]

    def _atoms(self, tests: Iterable[Test]) -> Iterator[Test]:
        """The tests without readings; for one of a definition, those in it that decided it."""
        for test in tests:
            if isinstance(test.expr, ir.DefinitionValue):
                inner = self._inside(test.expr.definition, test)
                yield from list(self._atoms(t for t in inner if t.decides(test.truth))) or [test]
            elif not isinstance(test.expr, ir.ReadingIs):
                yield test

    def _inside(self, definition: str, test: Test) -> tuple[Test, ...]:
        """The tests of a definition in the year and for the record that a test looked at."""
        record = test.record if self.definitions[definition].records is not None else None
        return self.defined.get((definition, test.year, record), ())

    def _vouched(self, test: Test) -> str:
        return self._bracketed(self._notes(test))

    def _notes(self, test: Test) -> list[str]:
        """Who vouches for the facts of a test; of the facts behind a defined value, those that have evidence."""
        notes: list[str] = []
        recorded = test.truth.value is not None
        for part, year in looked_at(test.expr, test.year, self.outcome.year):
            told_below = part is test.expr and isinstance(part, ir.DefinitionValue)
            evidence = [] if told_below else self._evidence(part, year, test.record)
            named = everything(part) if isinstance(part, (ir.FactValue, ir.FirstKnown)) else ()
            facts = [fact for x in named if isinstance(x, ir.FactValue) and (fact := self.facts.get(x.fact))]
            notes += evidence or [self.source(fact, recorded=recorded) for fact in facts]
        return notes

    def _evidence(self, part: ir.Expr, year: int, record: int | None) -> list[str]:
        """What the evidence says of one expression; of a value with a substitute, that of the first that has any."""
        match part:
            case ir.FactValue(name):
                one = self.vouching.of(f"{name}.{year:04}", name)
                return [self.vouching.attested(self.facts[name].source, one)] if one else []
            case ir.FieldValue(records, name):
                field = next(f for f in self.facts[records].fields if f.id == name)
                one = self.vouching.of(f"{records}[{record}].{name}", f"{records}[{record}]", records)
                return [self.vouching.attested(field.source, one)] if one else []
            case ir.Aggregate(_, records):
                source = self.facts[records].source
                return [self.vouching.attested(source, one) for one in self.vouching.of_records(records)]
            case ir.FirstKnown(preferred, fallback):
                return self._behind(preferred, year, record) or self._behind(fallback, year, record)
            case ir.DefinitionValue(name):
                return self._behind(self.definitions[name].body, year, record)
            case _:
                return []

    def _behind(self, expr: ir.Expr, year: int, record: int | None) -> list[str]:
        looked = looked_at(expr, year, self.outcome.year)
        return [note for part, then in looked for note in self._evidence(part, then, record)]

    def _bracketed(self, notes: Iterable[str]) -> str:
        kept = [n for n in dict.fromkeys(notes) if n]
        return f"〔{self._say('；', '; ').join(kept)}〕" if kept else ""

    def source(self, fact: ir.Fact, *, recorded: bool = True) -> str:
        """Whom the policy names for a fact: 市科技局核定, 凭合作协议, 见《…》."""
        if fact.has_default and fact.id not in self.outcome.recorded:
            if isinstance(fact.default, bool):
                taken = ("是", "yes") if fact.default else ("否", "no")
            else:
                taken = ("未发生", "never") if fact.default is None else (fact.default.name, fact.default.id)
            return self._say(f"未记载，按{taken[0]}处理", f"not recorded, taken as {taken[1]}")
        text = self.vouching.named(fact.source)
        return text if recorded or not fact.source.bodies else self._say(f"待{text}", f"to be {text}")

    def _consequences(self, consequences: Iterable[str]) -> list[str]:
        texts = list(consequences)
        return [self._say("  后果：", "  Consequences: ") + self._say("；", "; ").join(texts)] if texts else []

    def readings(self, result: Decision | Line | DutyResult) -> set[str]:
        """The ids of the ambiguities that a result rests on: those tested, also in definitions, with a part in it."""
        match result:
            case Decision(basis="attested"):
                return set()
            case Decision():
                limbs = [(limb.tests, limb.holds) for limb in result.limbs if limb.holds is not None]
                tried = limbs + [(trace.tests, trace.holds) for trace in result.rules]
            case Line():
                tried = [(trace.tests, trace.holds) for trace in result.rules]
            case DutyResult():
                tried = [(result.tests, Truth(None))]
        return {reading for tests, whole in tried for reading in self._read(tests, whole)}

    def _read(self, tests: Iterable[Test], whole: Truth) -> set[str]:
        """The readings among the tests that made ``whole`` what it is; while it is open, among all of them."""
        found: set[str] = set()
        for test in tests:
            if whole.value is None or test.decides(whole):
                if isinstance(test.expr, ir.ReadingIs):
                    found.add(test.expr.reading)
                elif isinstance(test.expr, ir.DefinitionValue):
                    found |= self._read(self._inside(test.expr.definition, test), test.truth)
        return found

    def fact_name(self, path: str) -> str:
        """A missing fact in words: 2024年引进G类以上人才数, 引进名单第3项的人才类别."""
        match = _PATH.fullmatch(path)
        if match is None or match["name"] not in self.facts:
            if path == CONFLICT:
                return self._say("（办法自相矛盾：两种情形同时成立）", "(two cases of the measure hold at once)")
            if path.startswith("calendar."):
                return self._say(f"{path[9:]}年工作日安排", f"the working days of {path[9:]}")
            amount = next((o for o in self.outcome.policy.outcomes if o.id == path and o.kind == "money"), None)
            if amount is not None:
                return self._say(f"{amount.name}的数额", f"the amount of {path}")
            return path
        if not self.zh:
            return path
        fact = self.facts[match["name"]]
        if match["record"] is not None:
            own = next((f.name for f in fact.fields if f.id == match["key"]), match["key"])
            return f"{fact.name}第{int(match['record']) + 1}项的{own}"
        key = match["key"]
        period = Period.parse(fact.series, key) if key and fact.series else None
        return f"{period.text('zh')}{fact.name}" if period is not None else fact.name

    def _cite(self, clauses: Iterable[Citation]) -> str:
        return self._say("、", ", ").join(dict.fromkeys(c.in_(self.lang) for c in clauses))

    def _join(self, names: Iterable[str]) -> str:
        return self._say("、", ", ").join(names)

    def _say(self, zh: str, en: str) -> str:
        return zh if self.zh else en


def _options(expr: ir.Expr) -> frozenset[Option]:
    """The options that a test asks about; none where it is no test of options."""
    match expr:
        case ir.Among(_, options):
            return frozenset(options)
        case ir.InYear(_, body) | ir.Consecutive(_, _, body) | ir.AnyYear(body) | ir.LastTime(body):
            return _options(body)
        case _:
            return frozenset()
