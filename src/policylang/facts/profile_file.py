"""A station profile: facts of one station in the words that several measures share, to be put before all of them.

    办法: 对比
    时点: 2025-12-10
    考核年度: 2025
    事实:
      具有独立法人资格: 是
      年度协助引进人数: {2025: 12}
    各办法:
      fuzhou: {评估模式: 假设施行, 发布日期: 2025-01-01}

A common fact goes to the measures for which it is the same thing, in their own words, and to no other; what stands under
``各办法`` goes to that measure as it is, and takes the place of a common fact there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from policylang.facts.document import as_diagnostic
from policylang.facts.model import Facts
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, is_null, quote
from policylang.facts.tree import Kind, load_tree
from policylang.facts.typed import Place, Reader
from policylang.semantics.periods import Period
from policylang.semantics.types import Day, Text
from policylang.source.diagnostic import Diagnostic, Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping as AbstractMapping

    from policylang.facts.vocabulary import CommonFact, Counterpart, Vocabulary
    from policylang.semantics import ir
    from policylang.source.text import SourceText

_KEYS = {
    "measure": "measure", "办法": "measure",
    "name": "name", "名称": "name",
    "as_of": "as_of", "时点": "as_of",
    "assessment_year": "assessment_year", "year": "assessment_year", "考核年度": "assessment_year",
    "readings": "readings", "读法": "readings",
    "facts": "facts", "事实": "facts",
    "measures": "measures", "各办法": "measures",
}  # fmt: skip

#: What a profile may name as its measure.
FOR_ALL = ("对比", "comparison")


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a common fact at one measure, and why, or what must be borne in mind."""

    way: Literal["same", "but", "differs", "no_word", "own", "not_asked"]
    fact: str | None = None
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A common fact that the profile records: the value as written, and what became of it by measure."""

    fact: CommonFact
    value: str
    handed: AbstractMapping[str, Handed]


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as the measures see it, by their ids; readings are by id.

    ``withheld`` has, for each measure, the facts of its own that the profile has of another thing, and the reason.
    """

    facts: AbstractMapping[str, Facts]
    withheld: AbstractMapping[str, AbstractMapping[str, Message]]
    given: tuple[Given, ...] = ()
    name: str | None = None
    as_of: date | None = None
    year: int | None = None
    readings: dict[str, str] = field(default_factory=dict)


def read_profile(
    vocabulary: Vocabulary, policies: AbstractMapping[str, ir.Policy], source: SourceText, kind: Kind
) -> tuple[Profile | None, tuple[Diagnostic, ...]]:
    """The profile in a file for these policies, and every mistake in it; nothing may be decided while there is an error."""
    node, found = load_tree(source, kind)
    if node is None:
        return None, found
    reader = _ProfileReader(vocabulary, policies)
    profile = reader.profile(node)
    seen: set[object] = set()
    mistakes = []
    for mistake in reader.errors:  # one value may be mistaken for several measures
        if mistake.span is None or mistake.span not in seen:
            mistakes.append(as_diagnostic(mistake))
        seen.add(mistake.span)
    return profile, (*found, *mistakes)


class _ProfileReader(Reader):
    def __init__(self, vocabulary: Vocabulary, policies: AbstractMapping[str, ir.Policy]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.policies = policies
        self.common = {key: f for f in vocabulary.facts for key in (f.name.zh, f.name.en, f.id)}
        self.entries: dict[str, dict[str, tuple[Scalar, Node]]] = {m: {} for m in policies}
        self.withheld: dict[str, dict[str, Message]] = {m: {} for m in policies}

    def profile(self, root: Node) -> Profile:
        parts = self._parts(Mapping(()) if is_null(root) else root)
        own = self._sections(parts.get("measures"))
        given = self._given(parts.get("facts"), own)
        for measure, entries in own.items():
            self.entries[measure] |= entries
            self.withheld[measure] = {f: n for f, n in self.withheld[measure].items() if f not in entries}
        facts = {
            measure: Facts(self.facts(policy, Mapping(tuple(self.entries[measure].values()))))
            for measure, policy in self.policies.items()
        }
        return Profile(
            facts, self.withheld, given, self._text(parts.get("name"), "名称"),
            self._as_of(parts.get("as_of")), self._year(parts.get("assessment_year")), self._readings(parts.get("readings")),
        )  # fmt: skip

    def _parts(self, root: Node) -> dict[str, Node]:
        parts: dict[str, Node] = {}
        first: dict[str, Scalar] = {}
        if not isinstance(root, Mapping):
            self.report("", Message("概况应当逐行写作“名称: 值”", "a profile is a mapping"), root)
            return parts
        for key, value in root.entries:
            name = _KEYS.get(key.text)
            if name is None and key.text in self.common:
                message = Message(f"“{key.text}”是一项事实，应当写在“事实”之下", "a fact belongs under “facts”")
                self.report(key.text, message, key, "unknown-key")
            elif name is None:
                self.unknown(Place("", "概况"), key, ("项目", "key"), list(_KEYS), "unknown-key")
            elif name in first:
                message = Message(f"“{key.text}”填写了两次", f"given twice, as {first[name].text} and {key.text}")
                self.report(name, message, key, "duplicate-key", first=first[name])
            else:
                first[name], parts[name] = key, value
        measure = parts.get("measure")
        if measure is not None and not (isinstance(measure, Scalar) and measure.text in FOR_ALL):
            written = quote(measure.text) if isinstance(measure, Scalar) else ""
            message = Message(
                f"这份事实是按“{written}”填写的，不是对比用的概况", f"these facts are for {written}, not for a comparison"
            )
            help_ = Message(
                "只看一份办法，用 policylang eval；概况写“办法: 对比”",
                "for one measure use policylang eval; a profile says “measure: comparison”",
            )
            self.report("measure", message, measure, "wrong-measure", help_)
        return parts

    def _sections(self, node: Node | None) -> dict[str, dict[str, tuple[Scalar, Node]]]:
        """The facts of single measures, by measure and by fact."""
        found: dict[str, dict[str, tuple[Scalar, Node]]] = {}
        if node is None or is_null(node):
            return found
        if not isinstance(node, Mapping):
            self.report("measures", Message("“各办法”之下按办法分别填写", "must be a mapping of measures"), node)
            return found
        names = {name: m for m, p in self.policies.items() for name in (m, p.id, p.title, f"《{p.title}》")}
        names |= {name.zh: m for m, name in self.vocabulary.measures.items() if m in self.policies}
        elsewhere = {n for m, name in self.vocabulary.measures.items() for n in (m, name.zh)} - set(names)
        for key, value in node.entries:
            measure = names.get(key.text)
            if measure is None and key.text not in elsewhere:
                self.unknown(Place("measures.", "对比中"), key, ("办法", "measure"), list(names), "unknown-key")
            elif measure is not None and isinstance(value, Mapping):
                here = Place("", f"“{key.text}”")
                declared = self.policies[measure].facts
                found[measure] = {
                    fact.id: (Scalar(fact.id, span=inner.span), inner)
                    for fact, inner in self.members(declared, value, here, ("事实", "fact"), "unknown-fact")
                }
            elif measure is not None and not is_null(value):
                self.report(f"measures.{key.text}", Message("事实应当逐行写作“名称: 值”", "must be a mapping of facts"), value)
        return found

    def _given(self, node: Node | None, own: AbstractMapping[str, object]) -> tuple[Given, ...]:
        """The common facts, handed to the measures."""
        if node is None or is_null(node):
            return ()
        if not isinstance(node, Mapping):
            self.report("facts", Message("事实应当逐行写作“名称: 值”", "must be a mapping of facts"), node)
            return ()
        given: dict[str, Given] = {}
        for key, value in node.entries:
            fact = self.common.get(key.text)
            if fact is None:
                self._unknown_fact(key)
            elif fact.id in given:
                self.report(fact.id, Message(f"“{fact.name.zh}”填写了两次", "given twice"), key, "duplicate-key")
            elif not is_null(value):
                self._word(fact, value)
                handed = {m: self._hand(fact, m, key, value, own) for m in self.policies}
                given[fact.id] = Given(fact, _shown(value), handed)
        return tuple(given.values())

    def _hand(
        self, fact: CommonFact, measure: str, key: Scalar, value: Node, own: AbstractMapping[str, object]
    ) -> Handed:
        """Hand a value to one measure, or hold it back."""
        there = fact.measures.get(measure)
        if there is None:
            return Handed("not_asked")
        section = own.get(measure)
        if isinstance(section, dict) and there.fact in section:
            return Handed("own", there.fact)
        if there.differs is not None:
            self._hold_back(measure, there.fact, there.differs)
            return Handed("differs", there.fact, there.differs)
        meant = _in_words(there, value)
        if meant is None:
            name = self.vocabulary.measures[measure]
            note = Message(f"{name.zh}没有“{_shown(value)}”这一类", f"{name.en} has no {_shown(value)}")
            self._hold_back(measure, there.fact, note)
            return Handed("no_word", there.fact, note)
        self.withheld[measure].pop(there.fact, None)
        self.entries[measure][there.fact] = (Scalar(there.fact, span=key.span), meant)
        return Handed("but" if there.but else "same", there.fact, there.but)

    def _hold_back(self, measure: str, fact: str, why: Message) -> None:
        """Note why a fact of a measure is not answered, unless another common fact answers it."""
        if fact not in self.entries[measure]:
            self.withheld[measure].setdefault(fact, why)

    def _word(self, fact: CommonFact, value: Node) -> None:
        """A word that no measure knows is a mistake."""
        tables = [c.values for c in fact.measures.values() if c.values is not None]
        if not tables:
            return
        known = list(dict.fromkeys(word for table in tables for word in table))
        for scalar in _scalars(value):
            if scalar.text not in known and not is_null(scalar):
                meant = did_you_mean(scalar.text, known)
                message = Message(
                    f"“{fact.name.zh}”填写为“{quote(scalar.text)}”，各办法都没有这一项", f"no measure has {quote(scalar.text)}"
                )
                help_ = Message(
                    f"是否应为“{meant}”？" if meant else f"可写：{'、'.join(known)}",
                    f"did you mean “{meant}”?" if meant else f"there are: {', '.join(known)}",
                )
                self.report(fact.id, message, scalar, "bad-fact", help_)

    def _unknown_fact(self, key: Scalar) -> None:
        """A fact of one measure alone belongs into its section; any other is a mistake."""
        asked = [m for m, p in self.policies.items() if any(key.text in (f.name, f.id) for f in p.facts)]
        if not asked:
            names = [name for name in self.common if name]
            self.unknown(Place("", "词表里"), key, ("事实", "fact"), names, "unknown-fact")
            return
        short = "、".join(self.vocabulary.measures[m].zh if m in self.vocabulary.measures else m for m in asked)
        message = Message(f"“{quote(key.text)}”不是共同的事实，只有{short}的办法用到", f"only {', '.join(asked)} asks for this")
        help_ = Message(f"写在“各办法”的“{asked[0]}”之下", f"write it under “measures”, “{asked[0]}”")
        self.report(quote(key.text), message, key, "unknown-fact", help_)

    def _text(self, node: Node | None, name: str) -> str | None:
        if node is None or is_null(node):
            return None
        found = self.scalar(Text(), node, Place(name, f"“{name}”"))
        return None if found is None else str(found)

    def _as_of(self, node: Node | None) -> date | None:
        if node is None or is_null(node):
            return None
        found = self.scalar(Day(), node, Place("as_of", "“时点”"))
        return found if isinstance(found, date) else None

    def _year(self, node: Node | None) -> int | None:
        if node is None or is_null(node):
            return None
        period = Period.parse("year", node.text) if isinstance(node, Scalar) else None
        if period is None:
            help_ = Message("年度写作“2024”", "write a year as 2024")
            self.report("assessment_year", Message("“考核年度”应当是年度", "bad year"), node, "bad-period", help_)
        return None if period is None else period.year

    def _readings(self, node: Node | None) -> dict[str, str]:
        """Readings by id; an id names one ambiguity of all the measures."""
        chosen: dict[str, str] = {}
        if node is None or is_null(node):
            return chosen
        if not isinstance(node, Mapping):
            self.report("readings", Message("“读法”应当逐行写作“疑义: 读法”", "must be a mapping of readings"), node)
            return chosen
        known = {r.id: r for p in self.policies.values() for r in p.readings}
        for key, value in node.entries:
            reading = known.get(key.text)
            word = value.text if isinstance(value, Scalar) else ""
            if reading is None:
                if len(self.policies) >= len(self.vocabulary.measures):
                    self.unknown(Place("readings.", "各办法"), key, ("疑义", "reading"), list(known), "unknown-key")
                continue
            option = next((o for o in reading.options if word in (o.id, o.name)), None)
            if option is None:
                names = "、".join(f"{o.id}（{o.name}）" for o in reading.options)
                message = Message(f"疑义“{reading.name}”没有读法“{quote(word)}”", f"no reading {quote(word)}")
                self.report(f"readings.{key.text}", message, value, "unknown-key", Message(f"可写：{names}", names))
            else:
                chosen[reading.id] = option.id
        return chosen


def _in_words(there: Counterpart, value: Node) -> Node | None:
    """The value in the words of one measure; None where it has none."""
    table = there.values
    if table is None:
        return value
    match value:
        case Scalar(text):
            return replace(value, text=table[text]) if text in table else value if is_null(value) else None
        case Mapping(entries):
            inner = [(key, _in_words(there, item)) for key, item in entries]
            kept = tuple((key, item) for key, item in inner if item is not None)
            return Mapping(kept, value.span) if len(kept) == len(inner) else None
        case _:
            return None


def _scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Mapping(entries):
            return [scalar for _, value in entries for scalar in _scalars(value)]
        case Sequence(items):
            return [scalar for item in items for scalar in _scalars(item)]
        case _:
            return []


def _shown(node: Node) -> str:
    """A value as written, on one line."""
    match node:
        case Mapping(entries):
            return "，".join(f"{key.text}：{_shown(value)}" for key, value in entries)
        case Sequence(items):
            return "、".join(_shown(item) for item in items)
        case _:
            return quote(node.text)
