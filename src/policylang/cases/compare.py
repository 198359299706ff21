"""What a case expects against what was decided.

An expectation is plain data as written in the case file (texts, lists, mappings); a result is the outcome document
of ``policylang.explain.document``. Keys that say nothing checkable (``note``) are listed in ``REMARKS``; a key that is
not known at all is a mismatch, so that nothing is believed tested that is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policylang.measure.citation import Citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Keys of an expectation that are remarks for readers.
REMARKS = frozenset({"note", "rectification_deadline", "required_note", "basis_note"})
#: Remarks on what follows from a decision: the outcome must name some consequence.
_CONSEQUENCES = frozenset({"plaque", "further", "title", "special"})

Plain = Any


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that is not met: where, what was expected, what was decided."""

    path: str
    expected: str
    got: str


def compare(expected: dict[str, Plain], document: dict[str, Plain]) -> list[Mismatch]:
    """Every expectation that the outcome document does not meet."""
    return list(_outcome(expected, document))


def _outcome(expected: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    for key, value in expected.items():
        match key:
            case "input_ok":
                yield from _same(key, _text(value), _text(document["input"]["ok"]))
            case "errors":
                got = [f"{e['path']}: {e['message']['en']}" for e in document["input"]["errors"]]
                for item in value:
                    if item not in got:
                        yield Mismatch("errors", item, _text(got))
            case "money":
                yield from _lines(value, document)
            case "total_exact":
                yield from _total(value, expected, document)
            case "duties":
                yield from _duties(value, document)
            case "warnings":
                ids = [w["id"] for w in document["warnings"]] + _built_in(document)
                for item in value:
                    if item not in ids:
                        yield Mismatch("warnings", item, _text(ids))
            case _:
                yield from _decisions(key, value, document)


def _built_in(document: dict[str, Plain]) -> list[str]:
    return [f"decided_amount_out_of_range:{x['decided']}" for x in document["money"] if x.get("out_of_bounds")]


def _decisions(key: str, value: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    found = [d for d in document["decisions"] if key in (d["outcome"], d["name"])]
    if not found:
        if not (key == "grade" and not value and not document["input"]["ok"]):
            yield Mismatch(key, "（有此结果）", "（没有这一结果）")
        return
    if found[0]["year"] is None:
        yield from _decision(key, value, found[0])
        return
    for year, inner in value.items():
        dated = next((d for d in found if str(d["year"]) == str(year)), None)
        if dated is None:
            yield Mismatch(f"{key}.{year}", _text(inner.get("result")), "（没有这一年度的结果）")
        else:
            yield from _decision(f"{key}.{year}", inner, dated)


def _decision(path: str, value: dict[str, Plain], got: dict[str, Plain]) -> Iterator[Mismatch]:
    for key, wanted in value.items():
        at = f"{path}.{key}"
        match key:
            case "result":
                if wanted not in (got["result"], got["label"]):
                    yield Mismatch(at, _text(wanted), got["label"] or got["result"])
            case "missing":
                yield from _missing(at, wanted, got)
            case "failed":
                yield from _same_set(at, wanted, [f["test"] for f in got["failed"]])
            case "missing_materials":
                absent = [f["test"].partition("∋")[2] for f in got["failed"] if "∋" in f["test"]]
                yield from _same_set(at, wanted, absent)
            case "candidates":
                yield from _same_set(at, wanted, [o["id"] for o in got["possible"]])
            case "bounds":
                yield from _same(at, _text(wanted), _text(got.get("bounds")))
            case "overridable" | "basis":
                yield from _same(at, _text(wanted), _text(got[key]))
            case "clause":
                yield from _clauses(at, wanted, got)
            case _ if key in _CONSEQUENCES:
                if not got["consequences"]:
                    yield Mismatch(at, _text(wanted), "（没有写明后果）")
            case _ if key not in REMARKS:
                yield Mismatch(at, _text(wanted), "（不认识的期望项）")


def _lines(expected: list[dict[str, Plain]], document: dict[str, Plain]) -> Iterator[Mismatch]:
    for number, value in enumerate(expected):
        path = f"money[{number}]"
        found = [
            x for x in document["money"]
            if value.get("line") in (x["line"], x["name"])
            and ("year" not in value or str(x["year"]) == str(value["year"]))
            and ("ref" not in value or x["ref"] == value["ref"])
        ]  # fmt: skip
        if not found:
            have = [f"{x['line']} {x['year']} {x['ref'] or ''}".strip() for x in document["money"]]
            yield Mismatch(path, f"{value.get('line')} {value.get('year', '')}", _text(have))
            continue
        yield from _line(path, value, found[0])


def _line(path: str, value: dict[str, Plain], got: dict[str, Plain]) -> Iterator[Mismatch]:
    for key, wanted in value.items():
        at = f"{path}.{key}"
        match key:
            case "line" | "year" | "ref":
                continue
            case "status" | "kind" | "amount" | "min" | "max" | "max_low" | "pay_year" | "decided":
                yield from _same(at, _text(wanted), _text(got.get(key)))
            case "missing":
                yield from _missing(at, wanted, got)
            case "clause":
                yield from _clauses(at, wanted, got)
            case "external":
                yield from _same(at, _text(wanted), _text(got["document"]))
            case _ if key in _CONSEQUENCES:
                if not got["consequences"]:
                    yield Mismatch(at, _text(wanted), "（没有写明后果）")
            case _ if key not in REMARKS:
                yield Mismatch(at, _text(wanted), "（不认识的期望项）")


def _total(value: Plain, expected: dict[str, Plain], document: dict[str, Plain]) -> Iterator[Mismatch]:
    """The sum of what is due and exact in the years that the case's money lines speak of."""
    years = {str(x["year"]) for x in expected.get("money", []) if "year" in x} or set(document["totals"])
    total = sum(int(document["totals"].get(year, 0)) for year in years)
    yield from _same("total_exact", _text(value), str(total))


def _duties(expected: list[dict[str, Plain]], document: dict[str, Plain]) -> Iterator[Mismatch]:
    for number, value in enumerate(expected):
        path = f"duties[{number}]"
        record = _text(value["ref"]).partition("[")[2].rstrip("]") if "ref" in value else None
        found = [
            d for d in document["duties"]
            if value.get("duty") in (d["duty"], d["name"])
            and ("period" not in value or d["period"] == _text(value["period"]))
            and (record is None or str(d["record"]) == record)
        ]  # fmt: skip
        if not found:
            yield Mismatch(path, f"{value.get('duty')} {value.get('period', '')}", "（没有这一项）")
            continue
        got = found[0]
        for key, wanted in value.items():
            at = f"{path}.{key}"
            match key:
                case "duty" | "period" | "ref":
                    continue
                case "result" | "due" | "required" | "actual":
                    yield from _same(at, _text(wanted), _text(got[key]))
                case "obligor":
                    yield from _same(at, _text(wanted), "、".join(got["obligor"]))
                case "missing":
                    yield from _missing(at, wanted, got)
                case "clause":
                    yield from _clauses(at, wanted, got)
                case _ if key not in REMARKS:
                    yield Mismatch(at, _text(wanted), "（不认识的期望项）")


def _missing(path: str, wanted: list[Plain], got: dict[str, Plain]) -> Iterator[Mismatch]:
    """One of the sets that would settle it, or all of them together; for a settled result what stayed open."""
    ways = [set(way) for way in got["missing"]]
    together = set().union(*ways) if ways else set(got.get("unknown", []))
    expected = {_text(x) for x in wanted}
    if expected != together and expected not in ways:
        yield Mismatch(path, _text(sorted(expected)), _text(got["missing"] or sorted(together)))


def clauses_agree(wanted: Iterable[str], decided: Iterable[str], relied_on: Iterable[str]) -> bool:
    """Every expected clause decided or was relied on (a part counts for its article), and one of them decided."""
    expected = [c for c in (Citation.parse(x) for x in wanted) if c is not None]
    first = [c for c in (Citation.parse(x) for x in decided) if c is not None]
    further = [c for c in (Citation.parse(x) for x in relied_on) if c is not None]
    all_named = all(any(e.contains(c) for c in (*first, *further)) for e in expected)
    return all_named and any(e.contains(c) or c.contains(e) for e in expected for c in first)


def _clauses(path: str, wanted: Plain, got: dict[str, Plain]) -> Iterator[Mismatch]:
    names = [wanted] if isinstance(wanted, str) else [_text(x) for x in wanted]
    if not clauses_agree(names, got["clauses"], got.get("relied_on", [])):
        relied = f"；参照 {_text(got['relied_on'])}" if got.get("relied_on") else ""
        yield Mismatch(path, _text(names), _text(got["clauses"]) + relied)


def _same(path: str, wanted: str, got: str) -> Iterator[Mismatch]:
    if wanted != got:
        yield Mismatch(path, wanted, got)


def _same_set(path: str, wanted: list[Plain], got: list[str]) -> Iterator[Mismatch]:
    if {_text(x) for x in wanted} != set(got):
        yield Mismatch(path, _text(wanted), _text(got))


def _text(value: Plain) -> str:
    """A value as it would be written in a case file."""
    if value is None:
        return "（无）"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_text(x) for x in value) + "]"
    return str(value)
