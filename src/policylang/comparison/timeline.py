"""When a measure is in force, found by asking it: a day in every quarter, and day by day where the answer changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from policylang.comparison.model import Span
from policylang.runtime.interpreter import evaluate
from policylang.semantics.values import in_order
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from policylang.facts.model import Facts
    from policylang.runtime.outcome import Decision
    from policylang.semantics import ir

#: The years looked at; what holds on the first or the last day is taken to hold before or after.
FIRST, LAST = date(2010, 1, 1), date(2040, 1, 1)

_QUARTER = 91


def spans(policy: ir.Policy, facts: Facts, readings: dict[str, str]) -> tuple[Span, ...]:
    """The days in order of the same answer; nothing where the policy has no outcome about its force."""
    outcome = next((o for o in policy.outcomes if o.kind == "in_force"), None)
    if outcome is None:
        return ()
    asked: dict[date, Decision] = {}

    def decision(day: date) -> Decision:
        if day not in asked:
            found = evaluate(policy, facts, day, None, readings, only=[outcome.id]).decisions
            asked[day] = found[0]
        return asked[day]

    def answer(day: date) -> object:
        return decision(day).value, decision(day).possible

    starts, day = [FIRST], FIRST
    while day < LAST:
        later = min(day + timedelta(days=_QUARTER), LAST)
        if answer(later) != answer(day):
            low, high = day, later
            while high - low > timedelta(days=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if answer(middle) == answer(day) else (low, middle)
            starts.append(high)
            day = high
        else:
            day = later
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    return tuple(
        _span(policy, outcome, decision(start), None if start == FIRST else start, end)
        for start, end in zip(starts, ends, strict=True)
    )


def _span(policy: ir.Policy, outcome: ir.Outcome, found: Decision, first: date | None, last: date | None) -> Span:
    if found.value is None:
        way = in_order(found.needs)[0] if found.needs else ()
        names = {f.id: f.name for f in policy.facts}
        zh = "、".join(names.get(name, name) for name in way)
        return Span(first, last, Message("待定", "undetermined"), "open", Message(zh, ", ".join(way)))
    english = {"yes": "in force", "no": "not in force"}.get(found.value.id, found.value.id)
    level = Message(found.value.name, english)
    return Span(first, last, level, "in_force" if found.value == outcome.levels[0] else "other")


def told(span: Span) -> Message:
    """2020年12月14日至2023年12月13日：施行中."""
    zh, en = _days(span)
    if span.needs is not None:
        missing = Message(f"（还缺：{span.needs.zh}）", f" (missing: {span.needs.en})") if span.needs.zh else Message("", "")
        return Message(f"{zh}{span.level.zh}{missing.zh}", f"{en}{span.level.en}{missing.en}")
    return Message(f"{zh}{span.level.zh}", f"{en}{span.level.en}")


def _days(span: Span) -> tuple[str, str]:
    first, last = span.first, span.last
    if first is not None and last is not None:
        return f"{_zh(first)}至{_zh(last)}：", f"{first} to {last}: "
    if first is not None:
        return f"{_zh(first)}起：", f"from {first}: "
    if last is not None:
        return f"至{_zh(last)}：", f"until {last}: "
    return "", ""


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
