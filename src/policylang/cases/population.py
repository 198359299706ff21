"""Cases over a list of stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.cases.compare import REMARKS, UNKNOWN_KEY, Mismatch, Replacement, clauses, same, text
from policylang.facts.forms import read
from policylang.facts.model import FactError, Facts
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence
from policylang.facts.typed import read_facts
from policylang.runtime.quotas import Station, evaluate_population
from policylang.semantics.types import Boolean, Records
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Table
    from datetime import date

    from policylang.cases.coverage import Recorder
    from policylang.runtime.forecasts import ForecastResult
    from policylang.runtime.quotas import QuotaResult
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.types import Option

_OWN = frozenset({"id", "标识"})
#: Keys under which an expectation names the group of stations it speaks of.
_GROUPS = ("group", "area", "unit_id")
#: Keys of a population document that are not facts of the office.
_FRAME = frozenset(
    {
        "id", "measure", "name", "as_of", "assessment_year", "year", "readings", "stations", "applicant", "applicants",
        "expect", "alternatives", "why", "kind", "办法", "时点", "考核年度", "读法", "工作站", "申请",
    }
)  # fmt: skip


def read_population(policy: ir.Policy, body: Mapping) -> tuple[tuple[Station, ...], Facts, tuple[FactError, ...]]:
    """The stations, applicants and shared facts of a population document.

    A station has an ``id``, facts, and recorded outcomes under their ids (``grade``, ``status``; ``true`` for a money
    line that is due). A fact of the stations may also be given as a column: for each station its value, or of a
    yes-or-no fact the stations of which it is true.
    """
    declared = {key: fact for fact in policy.facts for key in (fact.id, fact.name)}
    stations: list[Station] = []
    errors: list[FactError] = []
    shared: list[tuple[Scalar, Node]] = []
    columns: list[tuple[str, Scalar, Node]] = []
    for key, value in body.entries:
        if key.text in {"stations", "工作站"}:
            stations += _stations(policy, value, errors, applicant=False)
        elif key.text in {"applicant", "applicants", "申请"}:
            stations += _stations(policy, value, errors, applicant=True)
        elif key.text not in _FRAME and (column := _column(declared.get(key.text), key, value)) is not None:
            columns += column
        elif key.text not in _FRAME:
            shared.append((key, value))
    stations += _stations(policy, Sequence(tuple(_rows(columns))), errors, applicant=False)
    facts, more = read_facts(policy, Mapping(tuple(shared)))
    return tuple(stations), facts, (*errors, *more)


def _column(fact: ir.Fact | None, key: Scalar, value: Node) -> list[tuple[str, Scalar, Node]] | None:
    """A fact given for each station: its id, the fact's name, the value. None when it is not such a column."""
    if fact is None or fact.series is not None or isinstance(fact.type, Records):
        return None
    if isinstance(value, Mapping):
        return [(station.text, key, given) for station, given in value.entries]
    if isinstance(value, Sequence) and isinstance(fact.type, Boolean):
        return [(item.text, key, Scalar("true", span=item.span)) for item in value.items if isinstance(item, Scalar)]
    return None


def _rows(columns: list[tuple[str, Scalar, Node]]) -> Iterator[Mapping]:
    """The stations that columns speak of."""
    for station in dict.fromkeys(name for name, _, _ in columns):
        own = tuple((key, value) for name, key, value in columns if name == station)
        yield Mapping(((Scalar("id"), Scalar(station)), *own))


def _stations(policy: ir.Policy, node: Node, errors: list[FactError], *, applicant: bool) -> Iterator[Station]:
    outcomes = {key: o for o in policy.outcomes for key in (o.id, o.name)}
    for item in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(item, Mapping):
            message = Message("每个工作站应写成“名称: 值”", "a station is a mapping")
            errors.append(FactError("stations", message, item.span))
            continue
        identifier = next((v.text for k, v in item.entries if k.text in _OWN and isinstance(v, Scalar)), "")
        recorded: dict[str, Option] = {}
        granted: dict[str, bool] = {}
        facts = []
        for key, value in item.entries:
            outcome = outcomes.get(key.text)
            if key.text in _OWN:
                continue
            if outcome is None:
                facts.append((key, value))
                continue
            word = value.text if isinstance(value, Scalar) else ""
            if outcome.kind == "money":
                due = read(Boolean(), word)
                if isinstance(due, bool):
                    granted[outcome.id] = due
                else:
                    message = Message(f"“{outcome.name}”应填“是”或“否”，表示应付不应付", "must be yes (due) or no")
                    errors.append(FactError(f"{identifier}.{key.text}", message, value.span))
                continue
            option = next((o for o in outcome.levels if word in (o.name, o.id)), None)
            if option is None:
                names = "、".join(o.name for o in outcome.levels)
                ids = ", ".join(o.id for o in outcome.levels)
                message = Message(f"“{word}”不是“{outcome.name}”的取值（{names}）", f"not one of {ids}")
                errors.append(FactError(f"{identifier}.{key.text}", message, value.span))
            else:
                recorded[outcome.id] = option
        typed, more = read_facts(policy, Mapping(tuple(facts)))
        errors += [FactError(f"{identifier}.{e.path}", e.message, e.span) for e in more]
        yield Station(identifier, typed, recorded, applicant, granted)


def run_population(
    policy: ir.Policy, body: Mapping, as_of: date, year: int | None, readings: Table[str, str],
    calendar: Calendar | None, recorder: Recorder | None = None,
) -> tuple[tuple[QuotaResult | ForecastResult, ...], tuple[FactError, ...]]:  # fmt: skip
    """The findings on a population document, or what is wrong with it."""
    stations, shared, errors = read_population(policy, body)
    if errors:
        return (), errors
    decide = evaluate_population if recorder is None else recorder.evaluate_population
    return decide(policy, stations, shared, as_of, year, readings, calendar), ()


def compare_population(expected: dict[str, Any], found: list[dict[str, Any]]) -> list[Mismatch]:
    """Every expectation that the findings do not meet; ``rules`` lists expectations of several quotas."""
    if "rules" not in expected:
        return list(_finding("", expected, found))
    mismatches: list[Mismatch] = []
    for key, value in expected.items():
        if key == "rules" and isinstance(value, list) and all(isinstance(rule, dict) for rule in value):
            for index, rule in enumerate(value):
                mismatches += _finding(f"rules[{index}].", rule, found)
                if "clause" in expected and "clause" not in rule:
                    named = {k: v for k, v in rule.items() if k in {"rule", *_GROUPS}}
                    mismatches += _finding("", {**named, "clause": expected["clause"]}, found)
        elif key not in {"rule", "clause", *REMARKS}:
            mismatches.append(Mismatch(key, text(value), UNKNOWN_KEY))
    return mismatches


def _finding(at: str, wanted: dict[str, Any], found: list[dict[str, Any]]) -> Iterator[Mismatch]:
    """One expected finding. Without a group it speaks of every group that the applicants join, or of all."""
    name = wanted.get("rule")
    group = next((wanted[key] for key in _GROUPS if key in wanted), None)
    got = [f for f in found if name in (f["rule"], f["name"]) and (group is None or f["group"] == group)]
    if not got:
        have = [f["rule"] if f["group"] is None else f"{f['rule']} {f['group']}" for f in found]
        yield Mismatch(f"{at}rule", f"{text(name)} {group or ''}".strip(), text(have))
    for result in [f for f in got if f.get("counted") != f.get("after")] or got:
        each = _sum if "parts" in result else _value
        for key, value in wanted.items():
            yield from each(f"{at}{key}", key, value, result)


def _sum(at: str, key: str, value: Any, result: dict[str, Any]) -> Iterator[Mismatch]:
    """One key of an expected forecast; a part is named by its line, the first also as ``base``."""
    parts = {part["line"]: part["total"] for part in result["parts"]}
    match key:
        case "kind" | "min" | "max" | "total" | "pay_year":
            yield from same(at, value, result[key])
        case "count":
            yield from same(at, value, result["parts"][0]["stations"])
        case "base":
            yield from same(at, value, next(iter(parts.values())))
        case _ if key in parts:
            yield from same(at, value, parts[key])
        case "quota":
            yield from same(at, value, "none")  # a forecast is held against nothing
        case _:
            yield from _common(at, key, value, result)


def _common(at: str, key: str, value: Any, result: dict[str, Any]) -> Iterator[Mismatch]:
    """What can be expected of findings and of forecasts."""
    match key:
        case "missing":
            got = result["missing"]
            if not isinstance(value, list) or {text(x) for x in value} != set(got):
                yield Mismatch(at, text(value), text(got), Replacement(tuple(got)))
        case "clause":
            yield from clauses(at, value, result)
        case _ if key in {"rule", *_GROUPS, *REMARKS}:
            pass
        case _:
            yield Mismatch(at, text(value), UNKNOWN_KEY)


def _value(at: str, key: str, value: Any, result: dict[str, Any]) -> Iterator[Mismatch]:
    """One key of an expected finding."""
    counted, after = result["counted"], result["after"]
    low, high = result["limit"] or (None, None)
    match key:
        case "result" | "room" | "share" | "needs" | "discretionary":
            yield from same(at, value, result.get(key))
        case "assessed":
            yield from same(at, value, result["stations"])
        case "excellent" | "existing":
            yield from same(at, value, counted[0])
        case "counted":
            if text(value) != str(after[0]):
                yield from same(at, value, counted[0])
        case "excellent_bounds" | "counted_bounds":
            yield from same(at, value, counted)
        case "after" | "after_all":
            yield from same(at, value, after[0])
        case "total":
            yield from same(at, value, counted[0] if counted[0] == counted[1] else counted)
        case "total_at_least":
            yield from same(at, value, counted[0])
        case "over_by":
            yield from same(at, value, None if high is None else max(0, counted[0] - int(high)))
        case "target_floor":
            yield from same(at, value, low)
        case "target_ceil" | "max":
            yield from same(at, value, high)
        case "no_automatic_demotion":
            yield from same(at, value, True)  # noqa: FBT003 - nothing here ever changes a grade
        case _:
            yield from _common(at, key, value, result)
