"""Findings over all stations as data and as text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.explain.wording import Wording, money, number
from policylang.semantics import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.runtime.quotas import Ends, QuotaResult

Json = dict[str, object]


def quota_document(result: QuotaResult) -> Json:
    """One finding: numbers are counts of stations; ``counted`` and ``after`` are [least, most]."""
    share = result.counted[0] / result.total if result.total else Fraction(0)
    document: Json = {
        "rule": result.quota.id,
        "name": result.quota.name,
        "group": result.group,
        "result": result.result,
        "stations": result.total,
        "counted": [_number(x) for x in result.counted],
        "after": [_number(x) for x in result.after],
        "limit": None if result.limit is None else [number(x) for x in result.limit],
        "room": result.room,
        "discretionary": result.discretionary,
        "missing": list(result.needs),
        "clauses": [result.quota.clause.text],
    }
    if result.quota.kind == "about":
        document["share"] = f"{float_free(share)}"
    if result.result == "warn" and isinstance(result.quota.except_for, ir.FactValue):
        document["needs"] = result.quota.except_for.fact
    return document


def float_free(share: Fraction) -> str:
    """A share with four decimals, rounded half up, without floating point."""
    scaled = (share * 10_000 * 2 + 1) // 2
    whole, rest = divmod(scaled, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")


def population_text(results: Iterable[QuotaResult], policy: ir.Policy, lang: str) -> str:
    """Every finding on a line, and what it rests on."""
    zh = lang == "zh"
    words = Wording(policy, "zh" if zh else "en")
    lines = [f"《{policy.title}》", ""]
    verdicts = {
        "ok": ("未超出", "within"), "warn": ("偏离，须由机关说明", "departs: the authority must give reasons"),
        "violated": ("超出", "exceeded"), "undetermined": ("待定", "undetermined"),
    }  # fmt: skip
    for result in results:
        quota = result.quota
        name = quota.name if zh else quota.id
        group = (f"（{result.group}）" if zh else f" ({result.group})") if result.group else ""
        verdict = verdicts[result.result][0 if zh else 1]
        if quota.kind == "about" and result.result == "ok":
            verdict = "与约数相符" if zh else "about the share"
        if result.discretionary and result.result == "ok":
            verdict = "依机关认定可以增设" if zh else "allowed by a decision of the authority"
        cited = quota.clause.in_(lang)
        lines.append(f"{name}{group}：{verdict}（{cited}）" if zh else f"{name}{group}: {verdict} ({cited})")
        lines.append(_counts(result, zh=zh))
        if result.needs:
            shown = "、".join(_asked(words, n) for n in result.needs) if zh else ", ".join(result.needs)
            lines.append(f"  还缺：{shown}" if zh else f"  missing: {shown}")
        if quota.kind == "about" and result.result == "warn":
            lines.append(
                "  办法没有规定取整和排序的方法，只作提示，不自动降等。"
                if zh
                else "  The text gives no rounding or ranking; nothing is demoted."
            )
    return "\n".join(lines) + "\n"


def _asked(words: Wording, path: str) -> str:
    """A missing fact of the office (annual_quota.2025) or of a station (s07.grade) in words."""
    first, _, rest = path.partition(".")
    if words.name(first) != first:
        return f"{rest}年{words.name(first)}" if rest else words.name(first)
    return f"{first}的{words.name(rest)}" if rest else first


def _counts(result: QuotaResult, *, zh: bool) -> str:
    now, after = _between(result.counted, zh=zh), _between(result.after, zh=zh)
    if result.limit is None:
        return f"  计入{now}，名额未提供" if zh else f"  {now} counted, the number is not given"
    budget = result.quota.summing is not None
    low, high = (money(x, "zh" if zh else "en") if budget else number(x) for x in result.limit)
    if budget:
        ends = [money(x, "zh" if zh else "en") if x is not None else "" for x in result.counted]
        total = (
            ends[0]
            if ends[0] == ends[1]
            else f"{ends[0]}{'至' if zh else ' to '}{ends[1]}"
            if ends[1]
            else (f"至少{ends[0]}" if zh else f"at least {ends[0]}")
        )
        return f"  合计{total}，限额{high}" if zh else f"  {total} in all, limit {high}"
    if result.quota.kind == "about":
        return (
            f"  共{result.total}站，计入{now}，“约”下可为{low}至{high}"
            if zh
            else f"  {now} of {result.total}; about the share means {low} to {high}"
        )
    text = f"  现有{now}，限额{high}" if zh else f"  {now} now, limit {high}"
    if result.after != result.counted:
        text += (
            f"，连同申请为{after}，还可设{result.room}"
            if zh
            else f", {after} with the applicants, room for {result.room}"
        )
    return text


def _number(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else number(value)


def _between(ends: Ends, *, zh: bool) -> str:
    low, high = ends
    if high is None:
        return f"{number(low)}以上" if zh else f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)}{'至' if zh else ' to '}{number(high)}"
