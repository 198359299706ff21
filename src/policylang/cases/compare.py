"""What a case expects against what was decided.

An expectation is plain data as written in the case file (texts, lists, mappings); a result is the outcome document
of ``policylang.explain.document``. Keys that say nothing checkable (``note``) are listed in ``REMARKS``; a key that is
not known at all is a mismatch, so that nothing is believed tested that is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policylang.explain.wording import number
from policylang.measure.citation import Citation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: Keys of an expectation that are remarks for readers.
REMARKS = frozenset({"note", "required_note", "basis_note"})
#: Remarks on what follows from a decision: the outcome must name some consequence.
_CONSEQUENCES = frozenset({"plaque", "further", "title", "special"})

UNKNOWN_KEY = "（不认识的期望项）"
_MAPPING = "（应写成“名称: 值”）"
_LIST = "（应写成清单）"

Plain = Any


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a case file would have to say instead: a text, a list of texts, or None for null."""

    value: str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that is not met: where, what was expected, what was decided.

    ``path`` leads through the expectation as written (``grade.2024.result``, ``money[0].max``). ``new`` is what
    would meet it there; None when a person must decide what to write.
    """

    path: str
    expected: str
    got: str
    new: Replacement | None = None


def compare(expected: dict[str, Plain], document: dict[str, Plain]) -> list[Mismatch]:
    """Every expectation that the outcome document does not meet."""
    return list(_outcome(expected, document))


def _outcome(expected: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    for key, value in expected.items():
        match key:
            case "input_ok":
                yield from same(key, value, document["input"]["ok"])
            case "errors":
                told = document["input"]["errors"]
                yield from shown(key, value, [(f"{e['path']}: {e['message']['en']}", str(e["path"])) for e in told])
            case "warnings" | "all_warnings":
                names = [w["id"] for w in document["warnings"]] + _built_in(document)
                if key == "all_warnings":
                    yield from _same_set(key, value, names)
                else:
                    yield from shown(key, value, [(name,) for name in names])
            case "money":
                given = [x["line"] for x in document["money"] if x["status"] != "not_due"]
                yield from _entries(key, value, given, lambda path, item: _lines(path, item, document))
            case "duties":
                given = [d["duty"] for d in document["duties"] if d["result"] != "not_applicable"]
                yield from _entries(key, value, given, lambda path, item: _duties(path, item, document))
            case "total_exact":
                yield from _total(value, expected, document)
            case _:
                yield from _decisions(key, value, document)


def _built_in(document: dict[str, Plain]) -> list[str]:
    told = (f"decided_amount_out_of_range:{x['decided']}" for x in document["money"] if x.get("out_of_bounds"))
    return list(dict.fromkeys(told))


def shown(path: str, wanted: Plain, got: Sequence[tuple[str, ...]]) -> Iterator[Mismatch]:
    """Each that is expected is shown, in one of its forms; an empty list says that none is."""
    new = Replacement(tuple(forms[0] for forms in got))
    if not isinstance(wanted, list):
        yield Mismatch(path, text(wanted), _LIST)
    elif got and not wanted:
        yield Mismatch(path, "[]", text(new.value), new)
    else:
        known = {form for forms in got for form in forms}
        yield from (Mismatch(path, text(item), text(new.value), new) for item in wanted if item not in known)


def _entries(
    path: str, wanted: Plain, given: list[str], each: Callable[[str, dict[str, Plain]], Iterator[Mismatch]]
) -> Iterator[Mismatch]:
    """Each entry of a list of mappings; an empty list says that nothing is given."""
    if not isinstance(wanted, list):
        yield Mismatch(path, text(wanted), _LIST)
        return
    if given and not wanted:
        yield Mismatch(path, "[]", text(given))
    for index, item in enumerate(wanted):
        at = f"{path}[{index}]"
        if isinstance(item, dict):
            yield from each(at, item)
        else:
            yield Mismatch(at, text(item), _MAPPING)


def _decisions(key: str, value: Plain, document: dict[str, Plain]) -> Iterator[Mismatch]:
    found = [d for d in document["decisions"] if key in (d["outcome"], d["name"])]
    if not isinstance(value, dict):
        yield Mismatch(key, text(value), _MAPPING)
    elif not found:
        if value or document["input"]["ok"]:
            yield Mismatch(key, "（有此结果）", "（没有这一结果）")
    elif not value:
        yield Mismatch(key, "（空）", "（没有写期望什么）")
    elif found[0]["year"] is None:
        yield from _decision(key, value, found[0], document)
    else:
        for year, inner in value.items():
            at = f"{key}.{year}"
            dated = next((d for d in found if str(d["year"]) == str(year)), None)
            if not isinstance(inner, dict):
                yield Mismatch(at, text(inner), "（应按年度写成“名称: 值”）")
            elif dated is None:
                yield Mismatch(at, text(inner.get("result")), "（没有这一年度的结果）")
            else:
                yield from _decision(at, inner, dated, document)


def _decision(
    path: str, value: dict[str, Plain], got: dict[str, Plain], document: dict[str, Plain]
) -> Iterator[Mismatch]:
    for key, wanted in value.items():
        at = f"{path}.{key}"
        match key:
            case "result":
                if wanted not in (got["result"], got["label"]):
                    named = got["label"] and not text(wanted).isascii()
                    new = Replacement(got["label"] if named else got["result"])
                    yield Mismatch(at, text(wanted), got["label"] or got["result"], new)
            case "failed":
                yield from _same_set(at, wanted, [f["test"] for f in got["failed"]])
            case "missing_materials":
                absent = [f["test"].partition("∋")[2] for f in got["failed"] if "∋" in f["test"]]
                yield from _same_set(at, wanted, absent)
            case "candidates":
                yield from _same_set(at, wanted, [o["id"] for o in got["possible"]])
            case "bounds" | "overridable" | "basis" | "derived":
                yield from same(at, wanted, got.get(key))
            case "missing" | "clause" | "consequences":
                yield from _common(key, at, wanted, got)
            case _ if (other := _named(key, document)) is not None:
                if wanted not in other:
                    yield Mismatch(at, text(wanted), other[0], Replacement(other[0]))
            case _:
                yield from _common(key, at, wanted, got)


def _named(key: str, document: dict[str, Plain]) -> list[str] | None:
    """The result of another outcome, or the last day of a duty, that an expectation of a decision names beside it."""
    for decision in document["decisions"]:
        if key in (decision["outcome"], decision["name"]):
            return [x for x in (decision["label"], decision["result"]) if x is not None]
    for duty in document["duties"]:
        if key in (duty["duty"], duty["name"]):
            return [text(duty["due"])]
    return None


def _common(key: str, at: str, wanted: Plain, got: dict[str, Plain]) -> Iterator[Mismatch]:
    """What can be expected of decisions, money lines and duties alike."""
    match key:
        case "missing":
            yield from _missing(at, wanted, got)
        case "clause":
            yield from clauses(at, wanted, got)
        case "consequences" if "consequences" in got:
            yield from _same_set(at, wanted, got["consequences"])
        case _ if key in _CONSEQUENCES and "consequences" in got:
            if not got["consequences"]:
                yield Mismatch(at, text(wanted), "（没有写明后果）")
        case _ if key in REMARKS:
            pass
        case _:
            yield Mismatch(at, text(wanted), UNKNOWN_KEY)


def _lines(path: str, value: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    """A money line; without a year or a record it speaks of every one of that name, with 对象 only of those records."""
    only = value.get("for_talents", value.get("for_records", value.get("对象")))
    found = [
        x for x in document["money"]
        if value.get("line") in (x["line"], x["name"])
        and ("year" not in value or str(x["year"]) == text(value["year"]))
        and ("ref" not in value or x["ref"] == value["ref"])
        and (only is None or (isinstance(only, list) and x["status"] == value.get("status", x["status"])))
    ]  # fmt: skip
    if not found:
        have = [f"{x['line']} {x['year']} {x['ref'] or ''}".strip() for x in document["money"]]
        yield Mismatch(path, f"{value.get('line')} {value.get('year', '')}", text(have))
    for got in found:
        for key, wanted in value.items():
            at = f"{path}.{key}"
            match key:
                case "line" | "year" | "ref":
                    continue
                case "for_talents" | "for_records" | "对象":
                    if got is found[0]:
                        yield from _same_set(at, wanted, [x["ref"] for x in found])
                case "countable" | "required":
                    yield from _counted(key, at, wanted, got)
                case "status" | "kind" | "amount" | "min" | "max" | "max_low" | "pay_year" | "decided":
                    yield from same(at, wanted, got.get(key))
                case "external":
                    yield from same(at, wanted, got["document"])
                case _:
                    yield from _common(key, at, wanted, got)


def _counted(key: str, at: str, wanted: Plain, got: dict[str, Plain]) -> Iterator[Mismatch]:
    """The number that fell short in a rule of the line (countable), or what it fell short of (required)."""
    field = "actual" if key == "countable" else "required"
    short = [text(t[field]) for rule in got["tested"] for t in rule["failed"] if field in t]
    if text(wanted) not in short:
        yield Mismatch(at, text(wanted), text(short))


def _total(value: Plain, expected: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    """The sum of what is due and exact in the years that the case's money lines speak of."""
    lines = expected.get("money")
    spoken = [x for x in lines if isinstance(x, dict)] if isinstance(lines, list) else []
    years = {str(x["year"]) for x in spoken if "year" in x} or set(document["totals"])
    total = sum((Fraction(str(document["totals"].get(year, 0))) for year in years), Fraction(0))
    yield from same("total_exact", value, number(total))


def _duties(path: str, value: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    """A duty; without a period or a record it speaks of every one of that name."""
    record = text(value["ref"]).partition("[")[2].rstrip("]") if "ref" in value else None
    found = [
        d for d in document["duties"]
        if value.get("duty") in (d["duty"], d["name"])
        and ("period" not in value or d["period"] == text(value["period"]))
        and (record is None or str(d["record"]) == record)
    ]  # fmt: skip
    if not found:
        yield Mismatch(path, f"{value.get('duty')} {value.get('period', '')}", "（没有这一项）")
    for got in found:
        for key, wanted in value.items():
            at = f"{path}.{key}"
            match key:
                case "duty" | "period" | "ref":
                    continue
                case "result" | "due" | "required" | "actual":
                    yield from same(at, wanted, got[key])
                case "obligor":
                    yield from same(at, wanted, "、".join(got["obligor"]))
                case _:
                    yield from _common(key, at, wanted, got)


def _missing(path: str, wanted: Plain, got: dict[str, Plain]) -> Iterator[Mismatch]:
    """One of the sets that would settle it, or all of them together; for a settled result what stayed open."""
    if not isinstance(wanted, list):
        yield Mismatch(path, text(wanted), _LIST)
        return
    ways = [set(way) for way in got["missing"]]
    together = set().union(*ways) if ways else set(got.get("unknown", []))
    expected = {text(x) for x in wanted}
    if expected != together and expected not in ways:
        new = Replacement(tuple(sorted(ways[0] if ways else together)))
        yield Mismatch(path, text(sorted(expected)), text(got["missing"] or sorted(together)), new)


def clauses_agree(wanted: Iterable[str], decided: Iterable[str], relied_on: Iterable[str]) -> bool:
    """Every expected clause decided or was relied on (a part counts for its article), and one of them decided."""
    expected = [Citation.parse(x) for x in wanted]
    first = [c for c in (Citation.parse(x) for x in decided) if c is not None]
    further = [c for c in (Citation.parse(x) for x in relied_on) if c is not None]
    all_named = all(e is not None and any(e.contains(c) for c in (*first, *further)) for e in expected)
    return all_named and any(e is not None and (e.contains(c) or c.contains(e)) for e in expected for c in first)


def clauses(path: str, wanted: Plain, got: dict[str, Plain]) -> Iterator[Mismatch]:
    """Whether the clauses agree, as ``clauses_agree`` has it."""
    names = [text(x) for x in wanted] if isinstance(wanted, list) else [text(wanted)]
    if not clauses_agree(names, got["clauses"], got.get("relied_on", [])):
        relied = f"；参照 {text(got['relied_on'])}" if got.get("relied_on") else ""
        single = not isinstance(wanted, list) and len(got["clauses"]) == 1
        new = Replacement(got["clauses"][0] if single else tuple(got["clauses"])) if got["clauses"] else None
        yield Mismatch(path, text(names), text(got["clauses"]) + relied, new)


def same(path: str, wanted: Plain, got: Plain) -> Iterator[Mismatch]:
    """Whether two values are written alike."""
    if text(wanted) != text(got):
        new = tuple(text(x) for x in got) if isinstance(got, list) else None if got is None else text(got)
        yield Mismatch(path, text(wanted), text(got), Replacement(new))


def _same_set(path: str, wanted: Plain, got: list[str]) -> Iterator[Mismatch]:
    if not isinstance(wanted, list):
        yield Mismatch(path, text(wanted), _LIST)
    elif {text(x) for x in wanted} != set(got):
        yield Mismatch(path, text(wanted), text(got), Replacement(tuple(got)))


def text(value: Plain) -> str:
    """A value as it would be written in a case file."""
    if value is None:
        return "（无）"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(x) for x in value) + "]"
    return str(value)
