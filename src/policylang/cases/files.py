"""Case files: what they hold and where the policy of a case is found.

A file names its ``measure`` and lists ``cases``; with ``kind: population`` each case names its own measure and looks
at a list of stations. Keys of a case: ``id``, ``name``, ``as_of``, ``assessment_year``, ``readings``, ``facts``,
``expect``, ``alternatives`` (``reading: id=option`` with the outputs that change), ``why``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from policylang.facts.forms import read
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, plain
from policylang.facts.tree import load_tree
from policylang.semantics.types import Day
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.text import SourceText, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.source.span import Span

#: The keys of a case under which the parts of its expectation stand.
EXPECT, ALTERNATIVES, READING = ("expect", "期望"), ("alternatives", "另解"), ("reading", "读法")
_READINGS = ("readings", "读法")
_KEYS = frozenset(
    {
        "id", "标识", "name", "名称", "measure", "办法", "as_of", "时点", "assessment_year", "year", "考核年度",
        "facts", "事实", "why", "理由", "note", "备注", *_READINGS, *EXPECT, *ALTERNATIVES,
    }
)  # fmt: skip
_POPULATION = frozenset({"population", "群体"})
_YEAR = re.compile("[1-9][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading (or a fact left out) under which some outputs differ."""

    reading: str
    expect: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case. ``facts`` is the tree as written; ``shared`` holds the other keys of a population case."""

    id: str
    name: str
    measure: str
    as_of: date
    year: int | None
    readings: dict[str, str]
    facts: Mapping
    expect: dict[str, Any]
    alternatives: tuple[Alternative, ...]
    population: bool
    body: Mapping
    span: Span | None
    expect_span: Span | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of one file."""

    source: SourceText
    cases: tuple[Case, ...]


def get(node: Mapping, *names: str) -> Node | None:
    """The value under the first of these keys that a mapping has."""
    return next((value for key, value in node.entries if key.text in names), None)


def read_cases(data: bytes, name: str) -> tuple[CaseFile | None, tuple[Diagnostic, ...]]:
    """The cases of a YAML or JSON file, or why they cannot be read."""
    source, found = decode(data, name)
    if source is None:
        return None, found
    tree, more = load_tree(source, "json" if name.endswith(".json") else "yaml")
    if tree is None:
        return None, (*found, *more)
    reader = _Reader([*found, *more])
    cases = reader.file(tree)
    return None if cases is None else CaseFile(source, cases), tuple(reader.faults)


class _Reader:
    """Reads the cases of a file and notes what is wrong with each; a case at fault is left out."""

    def __init__(self, faults: list[Diagnostic]) -> None:
        self.faults = faults
        self.measure = ""
        self.population = False

    def file(self, tree: Node) -> tuple[Case, ...] | None:
        listed = get(tree, "cases", "案例") if isinstance(tree, Mapping) else None
        if not isinstance(tree, Mapping) or not isinstance(listed, Sequence):
            self.fault(tree, "文件里没有“cases”清单", "the file has no list “cases”")
            return None
        kind = get(tree, "kind", "类别")
        if kind is not None and _text(kind) not in _POPULATION:
            self.fault(kind, f"没有“{_text(kind)}”这一类案例，只有“population”", "the only kind of cases is population")
            return None
        self.measure, self.population = _text(get(tree, "measure", "办法")), kind is not None
        cases: list[Case] = []
        for item in listed.items:
            if not isinstance(item, Mapping):
                self.fault(item, "每个案例应写成“名称: 值”", "a case is a mapping")
                continue
            case = self.case(item)
            if case is not None and any(case.id == other.id for other in cases):
                self.fault(item, f"案例标识“{case.id}”重复", f"the case id “{case.id}” is repeated")
            elif case is not None:
                cases.append(case)
        return tuple(cases)

    def case(self, item: Mapping) -> Case | None:
        """One case; None when something in it is wrong."""
        before = len(self.faults)
        own = _text(get(item, "id", "标识"))
        if not own:
            self.fault(item, "案例没有标识（id）", "a case has no id")
        year = get(item, "assessment_year", "year", "考核年度")
        if year is not None and not _YEAR.fullmatch(_text(year)):
            self.fault(year, f"案例“{own}”的考核年度“{_text(year)}”不是年份", f"the year of case {own} is none")
        as_of = self.day(item, own, _text(year))
        measure = _text(get(item, "measure", "办法")) or self.measure
        if not measure:
            self.fault(item, f"案例“{own}”没有写明办法（measure）", f"case {own} names no measure")
        facts = get(item, "facts", "事实")
        if not self.population and not isinstance(facts, Mapping):
            self.fault(facts or item, f"案例“{own}”没有事实（facts）", f"case {own} has no facts")
        expect = self.expectation(item, own)
        readings = self.readings(item, own)
        alternatives = tuple(self.alternatives(item, own))
        if not self.population:  # any other key of a population case is a fact, and checked as one
            self.misspelt(item, own)
        if len(self.faults) > before or as_of is None or expect is None:
            return None
        return Case(
            own,
            _text(get(item, "name", "名称")),
            measure,
            as_of,
            int(_text(year)) if year is not None else None,
            readings,
            facts if isinstance(facts, Mapping) else Mapping(()),
            _dict(expect),
            alternatives,
            self.population,
            item,
            item.span,
            expect.span,
        )

    def day(self, item: Mapping, own: str, year: str) -> date | None:
        node = get(item, "as_of", "时点")
        if node is None and self.population and _YEAR.fullmatch(year):
            return date(int(year), 12, 31)
        found = read(Day(), _text(node))
        if isinstance(found, date):
            return found
        zh = f"案例“{own}”的时点“{_text(node)}”不是日期" if node else f"案例“{own}”没有时点（as_of）"
        self.fault(node or item, zh, f"the as_of of case {own} is not a date: “{_text(node)}”")
        return None

    def expectation(self, node: Mapping, own: str) -> Mapping | None:
        expect = get(node, *EXPECT)
        if isinstance(expect, Mapping) and expect.entries:
            return expect
        self.fault(expect or node, f"案例“{own}”没有写期望什么（expect）", f"case {own} expects nothing")
        return None

    def readings(self, item: Mapping, own: str) -> dict[str, str]:
        node = get(item, *_READINGS)
        if node is None or isinstance(node, Mapping):
            return {key.text: _text(value) for key, value in node.entries} if node else {}
        self.fault(node, f"案例“{own}”的读法应写成“标识: 取值”", f"the readings of case {own} are no mapping")
        return {}

    def alternatives(self, item: Mapping, own: str) -> Iterator[Alternative]:
        node = get(item, *ALTERNATIVES)
        if node is not None and not isinstance(node, Sequence):
            self.fault(node, f"案例“{own}”的另解应写成清单", f"the alternatives of case {own} are no list")
        seen = set()
        for other in node.items if isinstance(node, Sequence) else ():
            reading = _text(get(other, *READING)) if isinstance(other, Mapping) else ""
            if not isinstance(other, Mapping) or not reading or reading in seen:
                zh = f"案例“{own}”的另解“{reading}”重复" if reading else f"案例“{own}”的另解没有写明读法（reading）"
                self.fault(other, zh, f"an alternative of case {own} names no reading, or one named before")
                continue
            seen.add(reading)
            expect = self.expectation(other, f"{own}［{reading}］")
            if expect is not None:
                yield Alternative(reading, _dict(expect))

    def misspelt(self, item: Mapping, own: str) -> None:
        """Other keys are remarks, but one that looks like a key of cases is not meant as a remark."""
        for key, _ in item.entries:
            near = get_close_matches(key.text, _KEYS, n=1, cutoff=0.75)
            if key.text not in _KEYS and near:
                zh = f"案例“{own}”有“{key.text}”一项，是否应为“{near[0]}”？"
                self.fault(key, zh, f"case {own} has a key {key.text}: did you mean {near[0]}?")

    def fault(self, node: Node, zh: str, en: str) -> None:
        self.faults.append(
            error(
                "bad-case", node.span, zh, en,
                help_zh="格式见 docs/cases.md", help_en="see docs/cases.md for the format",
            )
        )  # fmt: skip


def _dict(node: Mapping) -> dict[str, Any]:
    return {key.text: plain(value) for key, value in node.entries}


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""
