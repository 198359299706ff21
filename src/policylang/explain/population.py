"""Findings over all stations as data and as text."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.explain.wording import Wording, money, number
from policylang.runtime.quotas import QuotaResult
from policylang.semantics import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.runtime.forecasts import Ends, ForecastResult
    from policylang.runtime.quotas import Place

Json = dict[str, object]

#: How many names are listed before they are counted; how many stations are named that lack one fact.
_LISTED, _FEW = 10, 3


def population_document(results: Iterable[QuotaResult | ForecastResult], policy: ir.Policy) -> list[Json]:
    """Every finding, in order."""
    return [
        quota_document(result, policy) if isinstance(result, QuotaResult) else forecast_document(result, policy)
        for result in results
    ]


def forecast_document(result: ForecastResult, policy: ir.Policy) -> Json:
    """A forecast in yuan: ``total`` where it is exact, otherwise ``min`` and ``max``; the parts alike, by line."""
    low, high = result.total
    lines = {o.id: o for o in policy.outcomes}
    clauses = [result.forecast.clause, *(r.clause for p in result.parts for r in lines[p.part.line].rules)]
    return {
        "rule": result.forecast.id,
        "name": result.forecast.name,
        "group": None,
        "kind": result.kind,
        "total": _number(low) if result.kind == "exact" else None,
        "min": _number(low),
        "max": _number(high),
        "pay_year": result.pay_year,
        "parts": [
            {
                "line": p.part.line,
                "stations": p.stations[0] if p.stations[0] == p.stations[1] else list(p.stations),
                "total": _number(p.total[0]) if p.total[0] == p.total[1] else [_number(x) for x in p.total],
            }
            for p in result.parts
        ],
        "missing": list(result.needs),
        "clauses": list(dict.fromkeys(clause.text for clause in clauses)),
    }


def quota_document(result: QuotaResult, policy: ir.Policy) -> Json:
    """One finding: numbers are counts of stations; ``counted`` and ``after`` are [least, most].

    ``places`` says of each station of the group whether it counts, what speaks against it, and whether it may exceed;
    ``unplaced`` are the stations whose group is not known.
    """
    words = Wording(policy, "id")
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
        "places": [
            {
                "station": place.station,
                "applicant": place.applicant,
                "counts": place.counts.value,
                "excepted": place.excepted.value,
                "against": [words.test(test) for test in place.tests if test.met is False],
            }
            for place in result.places
        ],
        "unplaced": list(result.unplaced),
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


def population_text(results: Iterable[QuotaResult | ForecastResult], policy: ir.Policy, lang: str) -> str:
    """Every finding on a line, and what it rests on; groups within their limit are told together."""
    words = Wording(policy, "zh" if lang == "zh" else "en")
    lines = [f"《{policy.title}》", ""]
    together: dict[str, list[QuotaResult]] = {}
    for result in results:
        if isinstance(result, QuotaResult) and result.group and result.result == "ok" and not result.discretionary:
            together.setdefault(result.quota.id, []).append(result)
            if together[result.quota.id] == [result]:
                lines.append(f"@{result.quota.id}")  # replaced below, when all its groups are known
            continue
        lines += _quota(result, words) if isinstance(result, QuotaResult) else _forecast(result, words)
        if result.needs:
            shown = missing_text(result, words)
            lines.append(f"  还缺：{shown}" if lang == "zh" else f"  missing: {shown}")
    told = [_within(together[line[1:]], lang) if line.startswith("@") else line for line in lines]
    return "\n".join(told) + "\n"


def station_text(
    results: Iterable[QuotaResult | ForecastResult], policy: ir.Policy, station: str, lang: str
) -> str | None:
    """What the quotas mean for one station: whether it counts in each, why not, and how the limit stands.

    None when there is no such station.
    """
    zh = lang == "zh"
    words = Wording(policy, "zh" if zh else "en")
    lines = []
    role = ""
    for result in results:
        if not isinstance(result, QuotaResult):
            continue
        if station in result.unplaced:
            asked = words.name(result.quota.per or "")
            lines.append(
                f"{_title(result, lang)}：不知道它的{asked}，定不了归哪一组"
                if zh
                else f"{_title(result, lang)}: its {asked} is not known, so its group is open"
            )
        place = next((p for p in result.places if p.station == station), None)
        if place is None:
            continue
        role = ("（申请）" if zh else " (applicant)") if place.applicant else ""
        lines.append(f"{_title(result, lang)}{'：' if zh else ': '}{_counted(place, words)}")
        lines.append(f"  {verdict(result, zh=zh)}{'。' if zh else '. '}{_counts(result, zh=zh).strip()}")
        if result.quota.except_for is not None and place.applicant:
            said = {True: ("具备", "holds"), False: ("不具备", "does not hold"), None: ("待定", "is open")}
            exception = words.condition(result.quota.except_for)
            holds = said[place.excepted.value][0 if zh else 1]
            lines.append(f"  除外情形“{exception}”：{holds}" if zh else f"  the exception “{exception}” {holds}")
    if not lines:
        return None
    return "\n".join([f"《{policy.title}》", "", f"{station}{role}", "", *lines]) + "\n"


def _counted(place: Place, words: Wording) -> str:
    """Whether a station counts, and what speaks against it."""
    zh = words.lang == "zh"
    match place.counts.value:
        case True:
            return "计入" if zh else "counts"
        case False:
            why = _against(place, words)
            return f"不计入（{why}）" if zh else f"does not count ({why})"
        case None:
            shown = "、".join(_asked(words, path) for path in place.asked) if zh else ", ".join(place.asked)
            return f"计不计入待定（还缺{shown}）" if zh else f"it is open whether it counts (missing {shown})"


def _against(place: Place, words: Wording) -> str:
    """What speaks against counting a station."""
    failed = [words.condition(t.expr, wanted=not t.wanted) for t in place.tests if t.met is False]
    return ("；" if words.lang == "zh" else "; ").join(dict.fromkeys(failed))


def _title(result: QuotaResult, lang: str) -> str:
    """The quota, its group and its clause."""
    zh = lang == "zh"
    name = result.quota.name if zh else result.quota.id
    group = (f"“{result.group}”" if zh else f" “{result.group}”") if result.group else ""
    cited = result.quota.clause.in_(lang)
    return f"{name}{group}（{cited}）" if zh else f"{name}{group} ({cited})"


def _within(results: list[QuotaResult], lang: str) -> str:
    """The groups of a quota that are within its limit."""
    zh = lang == "zh"
    groups = [result.group or "" for result in results]
    listed = ("、" if zh else ", ").join(groups[:_LISTED])
    if len(groups) > _LISTED:
        listed += f"等{len(groups)}个" if zh else f" and {len(groups) - _LISTED} more"
    name = results[0].quota.name if zh else results[0].quota.id
    cited = results[0].quota.clause.in_(lang)
    every = "均" if len(groups) > 1 else ""
    return f"{name}：{listed}{every}未超出（{cited}）" if zh else f"{name}: {listed} within ({cited})"


def verdict(result: QuotaResult, *, zh: bool) -> str:
    """The result of a finding in a word: 未超出."""
    verdicts = {
        "ok": ("未超出", "within"), "warn": ("偏离，须由机关说明", "departs: the authority must give reasons"),
        "violated": ("超出", "exceeded"), "undetermined": ("待定", "undetermined"),
    }  # fmt: skip
    if result.quota.kind == "about" and result.result == "ok":
        return "与约数相符" if zh else "about the share"
    if result.discretionary and result.result == "ok":
        return "依机关认定可以增设" if zh else "allowed by a decision of the authority"
    return verdicts[result.result][0 if zh else 1]


def finding_title(result: QuotaResult | ForecastResult, lang: str) -> str:
    """What a finding is about: 全市总数, 一单位一站（乙钢铁）."""
    ruled = result.quota if isinstance(result, QuotaResult) else result.forecast
    name = ruled.name if lang == "zh" else ruled.id
    if not isinstance(result, QuotaResult) or not result.group:
        return name
    return f"{name}（{result.group}）" if lang == "zh" else f"{name} ({result.group})"


def finding(result: QuotaResult | ForecastResult, lang: str) -> str:
    """A finding in a few words: 超出（现有8，限额10，连同申请为11，还可设2）; the sum of a forecast."""
    zh = lang == "zh"
    if not isinstance(result, QuotaResult):
        return _sum(result, lang)
    said, counts = verdict(result, zh=zh), _counts(result, zh=zh).strip()
    return f"{said}（{counts}）" if zh else f"{said} ({counts})"


def _quota(result: QuotaResult, words: Wording) -> list[str]:
    """A finding, the numbers, who counts and who does not, and why."""
    zh = words.lang == "zh"
    title, cited = finding_title(result, words.lang), result.quota.clause.in_("zh" if zh else "en")
    said = verdict(result, zh=zh)
    lines = [f"{title}：{said}（{cited}）" if zh else f"{title}: {said} ({cited})"]
    lines.append(_counts(result, zh=zh))
    for title, places in (
        ("计入" if zh else "counted", [p for p in result.places if p.counts.value and not p.applicant]),
        ("申请" if zh else "applying", [p for p in result.places if p.counts.value is not False and p.applicant]),
    ):
        if places:
            lines.append(f"  {title}{'：' if zh else ': '}{_names(places, zh=zh)}")
    out: dict[str, list[Place]] = {}
    for place in (p for p in result.places if p.counts.value is False):
        out.setdefault(_against(place, words), []).append(place)
    for why, places in out.items():
        names = _names(places, zh=zh)
        lines.append(f"  不计入：{names}（{why}）" if zh else f"  not counted: {names} ({why})")
    if result.quota.kind == "about" and result.result == "warn":
        lines.append(
            "  办法没有规定取整和排序的方法，只作提示，不自动降等。"
            if zh
            else "  The text gives no rounding or ranking; nothing is demoted."
        )
    return lines


def _names(places: list[Place], *, zh: bool) -> str:
    """Stations by their ids, the first of many."""
    ids = [place.station for place in places]
    listed = ("、" if zh else ", ").join(ids[:_LISTED])
    if len(ids) > _LISTED:
        listed += f"等{len(ids)}站" if zh else f" and {len(ids) - _LISTED} more"
    return listed


def _forecast(result: ForecastResult, words: Wording) -> list[str]:
    """The sum of a forecast, and each line's share in it."""
    zh = words.lang == "zh"
    name, total = finding_title(result, words.lang), _sum(result, words.lang)
    cited = result.forecast.clause.in_("zh" if zh else "en")
    paid = "" if result.pay_year is None else f"，{result.pay_year}年拨付" if zh else f", paid in {result.pay_year}"
    lines = [f"{name}：{total}{paid}（{cited}）" if zh else f"{name}: {total}{paid} ({cited})"]
    for part in result.parts:
        least, most = part.stations
        count = str(least) if least == most else f"{least}至{most}" if zh else f"{least} to {most}"
        own = _money_between(part.total, words.lang)
        line = words.name(part.part.line)
        lines.append(f"  {line}：{count}站，{own}" if zh else f"  {line}: {count} stations, {own}")
    return lines


def _sum(result: ForecastResult, lang: str) -> str:
    if result.kind == "none":
        return "办法没有规定数额" if lang == "zh" else "the text fixes no amount"
    return _money_between(result.total, lang)


def _money_between(ends: Ends, lang: str) -> str:
    low, high = ends
    zh = lang == "zh"
    if high is None:
        return f"至少{money(low)}" if zh else f"at least {money(low, 'en')}"
    if low == high:
        return money(low, lang)
    return f"{money(low)}至{money(high)}" if zh else f"{money(low, 'en')} to {money(high, 'en')}"


def missing_text(result: QuotaResult | ForecastResult, words: Wording) -> str:
    """What is missing for a finding, in words; empty where nothing is."""
    return _all_asked(words, result.needs) if words.lang == "zh" else ", ".join(result.needs)


def _all_asked(words: Wording, paths: tuple[str, ...]) -> str:
    """Missing facts in words; what is missing of many stations is said once."""
    owners: dict[str, list[str]] = {}
    for path in paths:
        first, _, rest = path.partition(".")
        own = bool(rest) and words.name(first) == first
        owners.setdefault(words.name(rest) if own else "", []).append(first if own else _asked(words, path))
    shown = []
    for fact, names in owners.items():
        if not fact:
            shown += names
        elif len(names) <= _FEW:
            shown += [f"{name}的{fact}" for name in names]
        else:
            shown.append(f"{'、'.join(names[:_FEW])}等{len(names)}站的{fact}")
    return "、".join(shown)


def _asked(words: Wording, path: str) -> str:
    """A missing fact of the office (annual_quota.2025) or of a station (s07.grade) in words."""
    first, _, rest = path.partition(".")
    if words.name(first) != first:
        return f"{rest}年{words.name(first)}" if rest else words.name(first)
    return f"{first}的{words.name(rest)}" if rest else first


def _counts(result: QuotaResult, *, zh: bool) -> str:
    now, after = between(result.counted, zh=zh), between(result.after, zh=zh)
    if result.limit is None:
        return f"  计入{now}，名额未提供" if zh else f"  {now} counted, the number is not given"
    budget = result.quota.summing is not None
    low, high = (money(x, "zh" if zh else "en") if budget else number(x) for x in result.limit)
    if budget:
        total = _money_between(result.counted, "zh" if zh else "en")
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


def between(ends: Ends, *, zh: bool) -> str:
    """A number, or two ends in words."""
    low, high = ends
    if high is None:
        return f"{number(low)}以上" if zh else f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)}{'至' if zh else ' to '}{number(high)}"
