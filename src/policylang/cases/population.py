"""Cases over a list of stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.cases.compare import Mismatch, clauses_agree
from policylang.facts.model import FactError, Facts
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence
from policylang.facts.typed import read_facts
from policylang.runtime.quotas import QuotaResult, Station, evaluate_population
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping as Table
    from datetime import date

    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar
    from policylang.semantics.types import Option

_OWN = frozenset({"id", "标识"})
#: Keys of a population document that are not facts of the office.
_FRAME = frozenset(
    {
        "id", "measure", "name", "as_of", "assessment_year", "year", "readings", "stations", "applicant", "applicants",
        "expect", "alternatives", "why", "kind", "办法", "时点", "考核年度", "读法", "工作站", "申请",
    }
)  # fmt: skip


def read_population(policy: ir.Policy, body: Mapping) -> tuple[tuple[Station, ...], Facts, tuple[FactError, ...]]:
    """The stations, applicants and shared facts of a population document.

    A station has an ``id``, facts, and recorded outcomes under their ids (``grade``, ``status``).
    """
    stations: list[Station] = []
    errors: list[FactError] = []
    shared: list[tuple[Scalar, Node]] = []
    for key, value in body.entries:
        if key.text in {"stations", "工作站"}:
            stations += _stations(policy, value, errors, applicant=False)
        elif key.text in {"applicant", "applicants", "申请"}:
            stations += _stations(policy, value, errors, applicant=True)
        elif key.text not in _FRAME:
            shared.append((key, value))
    facts, more = read_facts(policy, Mapping(tuple(shared)))
    return tuple(stations), facts, (*errors, *more)


def _stations(policy: ir.Policy, node: Node, errors: list[FactError], *, applicant: bool) -> Iterator[Station]:
    outcomes = {key: o for o in policy.outcomes for key in (o.id, o.name) if o.kind != "money"}
    for item in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(item, Mapping):
            errors.append(FactError("stations", Message("每个工作站应是一组键和值", "a station is a mapping"), item.span))
            continue
        identifier = next((v.text for k, v in item.entries if k.text in _OWN and isinstance(v, Scalar)), "")
        recorded: dict[str, Option] = {}
        facts = []
        for key, value in item.entries:
            outcome = outcomes.get(key.text)
            if key.text in _OWN:
                continue
            if outcome is None:
                facts.append((key, value))
                continue
            word = value.text if isinstance(value, Scalar) else ""
            option = next((o for o in outcome.levels if word in (o.name, o.id)), None)
            if option is None:
                names = "、".join(o.name for o in outcome.levels)
                message = Message(f"“{word}”不是“{outcome.name}”的取值（{names}）", f"not one of {', '.join(o.id for o in outcome.levels)}")
                errors.append(FactError(f"{identifier}.{key.text}", message, value.span))
            else:
                recorded[outcome.id] = option
        typed, more = read_facts(policy, Mapping(tuple(facts)))
        errors += [FactError(f"{identifier}.{e.path}", e.message, e.span) for e in more]
        yield Station(identifier, typed, recorded, applicant)


def run_population(
    policy: ir.Policy, body: Mapping, as_of: date, year: int | None, readings: Table[str, str], calendar: Calendar | None
) -> tuple[tuple[QuotaResult, ...], tuple[FactError, ...]]:
    """The findings on a population document, or what is wrong with it."""
    stations, shared, errors = read_population(policy, body)
    if errors:
        return (), errors
    return evaluate_population(policy, stations, shared, as_of, year, readings, calendar), ()


def compare_population(expected: dict[str, Any], found: list[dict[str, Any]]) -> list[Mismatch]:
    """Every expectation that the findings do not meet."""
    rules = expected["rules"] if "rules" in expected else [expected]
    mismatches: list[Mismatch] = []
    for rule in rules:
        wanted = dict(rule)
        if "clause" in expected:
            wanted.setdefault("clause", expected["clause"])
        mismatches += _finding(wanted, found, expected)
    return mismatches


def _finding(wanted: dict[str, Any], found: list[dict[str, Any]], expected: dict[str, Any]) -> Iterator[Mismatch]:
    name = wanted.get("rule") or expected.get("rule")
    group = wanted.get("area") or wanted.get("unit_id")
    got = [f for f in found if (name is None or name in (f["rule"], f["name"])) and (group is None or f["group"] == group)]
    if not got:
        yield Mismatch(str(name), "（有此结果）", str([f["rule"] for f in found]))
        return
    # Without a group the expectation speaks of the group that the applicant joins, the one that changes.
    result = next((f for f in got if f["counted"] != f["after"]), got[0])
    for key, value in wanted.items():
        actual = _actual(key, result)
        if key == "clause":
            if not clauses_agree([value] if isinstance(value, str) else value, result["clauses"], ()):
                yield Mismatch(f"{name}.{key}", str(value), str(result["clauses"]))
        elif key == "missing":
            if set(value) != set(result["missing"]):
                yield Mismatch(f"{name}.{key}", str(value), str(result["missing"]))
        elif actual is not None and _plain(value) not in actual:
            yield Mismatch(f"{name}.{key}", _plain(value), " / ".join(actual))


def _actual(key: str, result: dict[str, Any]) -> tuple[str, ...] | None:
    """What an expected key may equal; None for keys that are remarks."""
    counted, after = result["counted"], result["after"]
    limit = result["limit"] or [None, None]
    match key:
        case "result":
            return (result["result"],)
        case "assessed":
            return (str(result["stations"]),)
        case "excellent" | "existing":
            return (str(counted[0]),)
        case "counted":
            return (str(counted[0]), str(after[0]))
        case "excellent_bounds":
            return (_plain([str(n) for n in counted]),)
        case "after" | "after_all":
            return (str(after[0]),)
        case "room":
            return (str(result["room"]),)
        case "share":
            return (result.get("share", ""),)
        case "target_floor":
            return (str(limit[0]),)
        case "target_ceil" | "max":
            return (str(limit[1]),)
        case "needs":
            return (str(result.get("needs")),)
        case "discretionary":
            return ("true" if result["discretionary"] else "false",)
        case "no_automatic_demotion":
            return ("true",)
        case "rule" | "note" | "area" | "unit_id":
            return None
        case _:
            return ("（不认识的期望项）",)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[" + ", ".join(_plain(v) for v in value) + "]" if isinstance(value, list) else str(value)
