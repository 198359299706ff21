"""How one recorded value is named: ``grade_by_year.2024``, ``recruits[2].class``; the same with names, or as read aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.facts.forms import Fault
from policylang.facts.nodes import quote
from policylang.semantics.periods import Period, Unit
from policylang.semantics.types import Records
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.semantics import ir

_WRITTEN = re.compile(r"(?P<name>[^.\[]+)(?:\[(?P<item>[0-9]{1,6})\])?(?:\.(?P<rest>[^.]+))?")
#: 引进名单第3项的人才类别, as the explanations say it.
_ALOUD = re.compile(r"(?P<name>[^.\[]+?)第(?P<item>[1-9][0-9]{0,5})项(?:的(?P<rest>[^.]+))?")
#: 2024年引进人数, 2024年第1季度交流场数, 2024年3月活动场数.
_DATED = re.compile(r"(?P<period>[0-9]{4}年(?:第[1-4]季度|[0-9]{1,2}月)?)(?P<name>.+)")

_UNITS: dict[Unit, tuple[str, str]] = {"year": ("年度", "2024"), "quarter": ("季度", "2024Q1"), "month": ("月份", "2024-03")}


@dataclass(frozen=True, slots=True)
class FactPath:
    """A fact, one period of a series, one item of a list or one field of an item; items count from 0."""

    fact: ir.Fact
    period: Period | None = None
    item: int | None = None
    field: ir.Fact | None = None

    def __str__(self) -> str:
        """The path in ids."""
        if self.item is not None:
            return f"{self.fact.id}[{self.item}]" + (f".{self.field.id}" if self.field else "")
        return f"{self.fact.id}.{self.period.key}" if self.period else self.fact.id

    @property
    def zh(self) -> str:
        """The path read aloud: 2024年引进人数, 引进名单第3项的人才类别."""
        if self.item is not None:
            return f"{self.fact.name}第{self.item + 1}项" + (f"的{self.field.name}" if self.field else "")
        return f"{self.period.text('zh') if self.period else ''}{self.fact.name}"


def find_path(policy: ir.Policy, written: str) -> FactPath | Fault:
    """What a path names, or why it names nothing; the Chinese message of a fault is a sentence of its own."""
    named = {key: fact for fact in policy.facts for key in (fact.name, fact.id)}
    if written in named:
        return FactPath(named[written])
    aloud, dated = _ALOUD.fullmatch(written), _DATED.fullmatch(written)
    match = _WRITTEN.fullmatch(written)
    if aloud is not None and aloud["name"] in named:
        return _inside(named[aloud["name"]], int(aloud["item"]) - 1, aloud["rest"])
    if dated is not None and dated["name"] in named:
        return _in_period(named[dated["name"]], dated["period"])
    if match is None or match["name"] not in named:
        return _unknown(match["name"] if match else written, named)
    fact = named[match["name"]]
    if match["item"] is not None or isinstance(fact.type, Records):
        return _inside(fact, None if match["item"] is None else int(match["item"]), match["rest"])
    return _in_period(fact, match["rest"])


def _inside(fact: ir.Fact, item: int | None, field: str | None) -> FactPath | Fault:
    if not isinstance(fact.type, Records):
        return _fault(f"“{fact.name}”不是逐项登记的清单，后面不写第几项", f"{fact.id} is no list of records")
    if item is None:
        zh, en = f"“{fact.name}”是清单，没有写明第几项", f"{fact.id} is a list: which item?"
        return _fault(zh, en, Message(f"第1项写作“{fact.name}[0]”", f"the first item is {fact.id}[0]"))
    if field is None:
        return FactPath(fact, item=item)
    named = {key: inner for inner in fact.fields for key in (inner.name, inner.id)}
    if field in named:
        return FactPath(fact, item=item, field=named[field])
    return _unknown(field, named, f"“{fact.name}”", ("字段", "field"))


def _in_period(fact: ir.Fact, written: str | None) -> FactPath | Fault:
    if fact.series is None:
        zh = f"“{fact.name}”不按年度、季度或者月份记载，后面不写“{quote(written or '')}”"
        return _fault(zh, f"{fact.id} is not kept by period")
    period = Period.parse(fact.series, written) if written else None
    if period is not None:
        return FactPath(fact, period)
    window, example = _UNITS[fact.series]
    zh, en = f"“{fact.name}”的{window}“{quote(written or '')}”写得不对", f"bad {fact.series} {quote(written or '')}"
    help_ = Message(f"写作“{fact.name}.{example}”", f"write {fact.id}.{example}")
    return Fault("bad-period", Message(zh, en), help_)


def _unknown(
    word: str, names: Iterable[str], where: str = "本办法", what: tuple[str, str] = ("事实", "fact")
) -> Fault:
    meant = did_you_mean(word, names)
    help_ = None if meant is None else Message(f"是否应为“{meant}”？", f"did you mean “{meant}”?")
    return _fault(f"{where}没有名为“{quote(word)}”的{what[0]}", f"unknown {what[1]} {quote(word)}", help_)


def _fault(zh: str, en: str, help_: Message | None = None) -> Fault:
    return Fault("unknown-fact", Message(zh, en), help_)
