"""Case files: what they hold and where the policy of a case is found.

A file names its ``measure`` and lists ``cases``; with ``kind: population`` each case names its own measure and looks
at a list of stations. Keys of a case: ``id``, ``name``, ``as_of``, ``assessment_year``, ``readings``, ``facts``,
``expect``, ``alternatives`` (``reading: id=option`` with the outputs that change), ``why``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, plain
from policylang.facts.tree import load_tree
from policylang.source.diagnostic import Diagnostic, error
from policylang.source.text import SourceText, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.source.span import Span


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
    diagnostics = [*found, *more]
    if tree is None:
        return None, tuple(diagnostics)
    listed = get(tree, "cases", "案例") if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or not isinstance(listed, Sequence):
        diagnostics.append(_fault(tree.span, "文件里没有“cases”清单", "the file has no list “cases”"))
        return None, tuple(diagnostics)
    measure = _text(get(tree, "measure", "办法"))
    population = _text(get(tree, "kind")) == "population"
    cases: list[Case] = []
    for item in listed.items:
        case = _case(item, measure, population, diagnostics)
        if case is not None:
            if any(case.id == other.id for other in cases):
                diagnostics.append(_fault(case.span, f"案例标识“{case.id}”重复", f"the case id “{case.id}” is repeated"))
            cases.append(case)
    return CaseFile(source, tuple(cases)), tuple(diagnostics)


def _case(item: Node, measure: str, population: bool, faults: list[Diagnostic]) -> Case | None:  # noqa: FBT001 - one file, one kind
    if not isinstance(item, Mapping):
        faults.append(_fault(item.span, "每个案例应是一组键和值", "a case is a mapping"))
        return None
    identifier = _text(get(item, "id", "标识"))
    year = _text(get(item, "assessment_year", "year", "考核年度"))
    when = _text(get(item, "as_of", "时点")) or (f"{year}-12-31" if population else "")
    try:
        as_of = date.fromisoformat(when)
    except ValueError:
        zh = f"案例“{identifier}”的时点“{when}”不是日期"
        faults.append(_fault(item.span, zh, f"the as_of of case {identifier} is not a date: “{when}”"))
        return None
    facts = get(item, "facts", "事实")
    expect = get(item, "expect", "期望")
    if not identifier or not isinstance(expect, Mapping) or (not population and not isinstance(facts, Mapping)):
        faults.append(_fault(item.span, "案例缺标识、事实或期望", "a case needs an id, facts and what it expects"))
        return None
    readings = get(item, "readings", "读法")
    alternatives = get(item, "alternatives", "另解")
    return Case(
        identifier,
        _text(get(item, "name", "名称")),
        _text(get(item, "measure", "办法")) or measure,
        as_of,
        int(year) if year.isdigit() else None,
        {k.text: _text(v) for k, v in readings.entries} if isinstance(readings, Mapping) else {},
        facts if isinstance(facts, Mapping) else Mapping(()),
        _dict(expect),
        tuple(_alternatives(alternatives)),
        population,
        item,
        item.span,
        expect.span,
    )


def _alternatives(node: Node | None) -> Iterable[Alternative]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            expect = get(item, "expect", "期望")
            yield Alternative(_text(get(item, "reading", "读法")), _dict(expect) if isinstance(expect, Mapping) else {})


def _dict(node: Mapping) -> dict[str, Any]:
    found = plain(node)
    return found if isinstance(found, dict) else {}


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _fault(span: Span | None, zh: str, en: str) -> Diagnostic:
    return error("bad-case", span, zh, en, help_zh="格式见 docs/cases.md", help_en="see docs/cases.md for the format")
