"""From what is written to what is recorded: every value typed by the fact the policy declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from policylang.facts.forms import Fault, read, wrong
from policylang.facts.model import EVERY_YEAR, FactError, Facts, FactValue, Plain
from policylang.facts.nodes import Mapping, Node, Refused, Scalar, Sequence, is_null, quote
from policylang.facts.objects import to_node
from policylang.semantics.periods import Period, Unit
from policylang.semantics.types import Boolean, ChoiceSet, Option, Records, Type
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as AbstractMapping

    from policylang.semantics import ir

#: Mistakes beyond this number are not listed: the person who mends so many will run again.
MAX_ERRORS = 100

_WINDOWS: dict[Unit, tuple[str, str, str, str]] = {
    "year": ("年度", "2024", "years", "year"),
    "quarter": ("季度", "2024Q1", "quarters", "quarter"),
    "month": ("月份", "2024-03", "months", "month"),
}


_Named = TypeVar("_Named", "ir.Fact", "ir.Reading")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs: as programs and as people name it."""

    path: str
    zh: str


def read_facts(policy: ir.Policy, node: Node) -> tuple[Facts, tuple[FactError, ...]]:
    """The facts that a tree records, and every mistake in it, in the order written.

    What is mistaken is left out of the facts; they are to be believed only when there are no mistakes.
    """
    reader = Reader()
    return Facts(reader.facts(policy, node)), tuple(reader.errors)


def facts_from_python(policy: ir.Policy, mapping: AbstractMapping[str, object]) -> tuple[Facts, tuple[FactError, ...]]:
    """The facts in a dictionary by name or id, and every mistake in it.

    A value may be a bool, int, Fraction, Decimal, date, str, None, or a list or dictionary of such. A number
    must be exact: a float is refused, and a bool is no number. A text counts as if it stood in a file.
    """
    return read_facts(policy, to_node(mapping))


class Reader:
    """Reads values and keeps the mistakes."""

    def __init__(self) -> None:
        self.errors: list[FactError] = []

    def facts(self, policy: ir.Policy, node: Node) -> dict[str, FactValue]:
        """The facts by id; nothing at all is an empty record."""
        if is_null(node):
            return {}
        if not isinstance(node, Mapping):
            message = Message("事实应当逐行写作“名称: 值”", "must be a mapping of facts")
            self.report("facts", message, node, help_=_colon_hint(node))
            return {}
        found: dict[str, FactValue] = {}
        here = Place("", "本办法")
        for fact, value in self.members(policy.facts, node, here, ("事实", "fact"), "unknown-fact"):
            read_value = self._fact(fact, value, Place(fact.id, f"“{fact.name}”"))
            if read_value is not None:
                found[fact.id] = read_value
        return found

    def scalar(self, kind: Type, node: Node, place: Place) -> Plain | None:
        """A single value; None when it is mistaken, or when there are mistakes enough."""
        if len(self.errors) == MAX_ERRORS:
            return None
        if isinstance(node, Refused):
            self.report(place.path, Message(f"{place.zh}{node.why.zh}", node.why.en), node)
            return None
        found = read(kind, node.text) if isinstance(node, Scalar) else wrong(kind)
        if isinstance(found, Fault):
            zh = f"{place.zh}填写为{_shown(node)}，{found.message.zh}"
            self.report(place.path, Message(zh, found.message.en), node, found.code, found.help)
            return None
        return found

    def report(
        self,
        path: str,
        message: Message,
        node: Node,
        code: str = "bad-fact",
        help_: Message | None = None,
        *,
        first: Node | None = None,
    ) -> None:
        """Note a mistake."""
        if len(self.errors) < MAX_ERRORS:
            span = None if first is None else first.span
            self.errors.append(FactError(path, message, node.span, code, help_, span))

    def unknown(self, place: Place, key: Scalar, what: tuple[str, str], names: list[str], code: str) -> None:
        """Note a key that nothing is declared under, with the name most likely meant."""
        if len(self.errors) == MAX_ERRORS:
            return  # looking for near names takes time
        word, colon, _ = key.text.partition("：")
        meant = did_you_mean(word, names) if word not in names else word
        help_ = None if meant is None else Message(f"是否应为“{meant}”？", f"did you mean “{meant}”?")
        if colon and word in names:
            help_ = Message("把“：”改为半角冒号“:”，后面留一个空格", "write an ASCII colon with a blank after it")
        message = Message(f"{place.zh}没有名为“{quote(key.text)}”的{what[0]}", f"unknown {what[1]}")
        self.report(f"{place.path}{quote(key.text)}", message, key, code, help_)

    def members(
        self, declared: Iterable[_Named], node: Mapping, place: Place, what: tuple[str, str], code: str
    ) -> Iterator[tuple[_Named, Node]]:
        """The entries of a mapping with what they are declared as, by name or by id, each once."""
        by_key = {key: one for one in declared for key in (one.name, one.id)}
        first: dict[str, Scalar] = {}
        for key, value in node.entries:
            one = by_key.get(key.text)
            if one is None:
                self.unknown(place, key, what, list(by_key), code)
            elif one.id in first:
                other = first[one.id]
                message = Message(
                    f"“{one.name}”填写了两次：“{other.text}”和“{key.text}”是同一项{what[0]}",
                    f"given twice, as {other.text} and {key.text}",
                )
                self.report(f"{place.path}{one.id}", message, key, "duplicate-key", first=other)
            else:
                first[one.id] = key
                yield one, value

    def _fact(self, fact: ir.Fact, node: Node, place: Place) -> FactValue | None:
        if is_null(node):
            return None
        if isinstance(fact.type, Records):
            return self._records(fact, fact.type, node, place)
        if fact.series == "year" and isinstance(fact.type, Boolean) and isinstance(node, Scalar):
            once = self.scalar(fact.type, node, place)
            return None if once is None else {EVERY_YEAR: once}
        if fact.series == "year" and isinstance(fact.type, Boolean) and isinstance(node, Sequence):
            return self._years(node, place)
        if fact.series is not None:
            return self._series(fact.type, fact.series, node, place)
        return self._single(fact.type, node, place)

    def _years(self, node: Sequence, place: Place) -> dict[str, Plain | None]:
        """A yes-or-no fact by year given as the list of the years of which it is true; it is false of all others."""
        found: dict[str, Plain | None] = {EVERY_YEAR: False}
        for index, item in enumerate(node.items):
            period = Period.parse("year", item.text) if isinstance(item, Scalar) else None
            if period is None:
                zh = f"{place.zh}第{index + 1}项{_shown(item)}不是年度"
                help_ = Message("年度写作“2024”，例如“[2024, 2025]”", "write years as in [2024, 2025]")
                self.report(f"{place.path}[{index}]", Message(zh, "not a year"), item, "bad-period", help_)
            elif period.key in found:
                zh = f"{place.zh}中的{period.key}年填写了两次"
                self.report(f"{place.path}[{index}]", Message(zh, f"{period.key} is given twice"), item, "duplicate-key")
            else:
                found[period.key] = True
        return found

    def _single(self, kind: Type, node: Node, place: Place) -> Plain | None:
        if isinstance(kind, ChoiceSet):
            return self._set(kind, node, place)
        return self.scalar(kind, node, place)

    def _series(self, kind: Type, unit: Unit, node: Node, place: Place) -> dict[str, Plain | None]:
        window, example, plural, singular = _WINDOWS[unit]
        found: dict[str, Plain | None] = {}
        if not isinstance(node, Mapping):
            zh = f"{place.zh}应当按{window}分别填写，例如“{example}: 值”"
            self.report(place.path, Message(zh, f"must be a mapping of {plural}"), node, help_=_colon_hint(node))
            return found
        first: dict[str, Scalar] = {}
        for key, value in node.entries:
            period = Period.parse(unit, key.text)
            written = quote(key.text)
            if period is None:
                message = Message(f"{place.zh}的{window}“{written}”写得不对", f"bad {singular} {written}")
                help_ = Message(f"{window}写作“{example}”", f"write a {singular} as {example}")
                self.report(place.path, message, key, "bad-period", help_)
                continue
            inner = Place(f"{place.path}.{period.key}", f"{place.zh}{period.text('zh')}")
            if period.key in first:
                other = first[period.key]
                message = Message(f"{inner.zh}填写了两次", f"given twice, as {other.text} and {written}")
                self.report(inner.path, message, key, "duplicate-key", first=other)
                continue
            first[period.key] = key
            read_value = None if is_null(value) else self._single(kind, value, inner)
            if read_value is not None or is_null(value):
                found[period.key] = read_value
        return found

    def _records(self, fact: ir.Fact, kind: Records, node: Node, place: Place) -> tuple[dict[str, Plain], ...]:
        found = []
        for index, item in enumerate(self._items(kind, node, place)):
            here = Place(f"{place.path}[{index}]", f"{place.zh}第{index + 1}项")
            record: dict[str, Plain] = {}
            found.append(record)
            if not isinstance(item, Mapping):
                names = "、".join(inner.name for inner in fact.fields)
                message = Message(f"{here.zh}应当写明各字段：{names}", "must be a mapping of fields")
                self.report(here.path, message, item, help_=_colon_hint(item))
                continue
            inside = Place(f"{here.path}.", place.zh)
            for inner, value in self.members(fact.fields, item, inside, ("字段", "field"), "unknown-fact"):
                spot = Place(f"{here.path}.{inner.id}", f"{here.zh}的“{inner.name}”")
                read_value = None if is_null(value) else self._single(inner.type, value, spot)
                if read_value is not None:
                    record[inner.id] = read_value
        return tuple(found)

    def _set(self, kind: ChoiceSet, node: Node, place: Place) -> frozenset[Option] | None:
        first: dict[Option, Node] = {}
        if not isinstance(node, Sequence):
            self._items(kind, node, place)
            return None
        for index, item in enumerate(node.items):
            inner = Place(f"{place.path}[{index}]", f"{place.zh}第{index + 1}项")
            option = self.scalar(kind, item, inner)
            if not isinstance(option, Option):
                continue
            if option in first:
                message = Message(f"{place.zh}中的“{option.name}”填写了两次", f"{option.id} is given twice")
                self.report(inner.path, message, item, "duplicate-key", first=first[option])
            else:
                first[option] = item
        return frozenset(first)

    def _items(self, kind: Type, node: Node, place: Place) -> tuple[Node, ...]:
        if isinstance(node, Sequence):
            return node.items
        zh = f"{place.zh}应当是清单，每项一行，以“- ”开头"
        help_ = None
        if isinstance(node, Scalar) and isinstance(kind, ChoiceSet) and kind.find(node.text):
            help_ = Message(f"只有一项时写作“[{node.text}]”", f"write a single one as [{node.text}]")
        self.report(place.path, Message(zh, "must be a list"), node, help_=help_)
        return ()


def _shown(node: Node) -> str:
    match node:
        case Scalar(text):
            return f"“{quote(text)}”"
        case Sequence():
            return "一个清单"
        case _:
            return "几个下级项目"


def _colon_hint(node: Node) -> Message | None:
    if isinstance(node, Scalar) and "：" in node.text:
        return Message("把“：”改为半角冒号“:”，后面留一个空格", "write an ASCII colon with a blank after it")
    return None
