"""What is stamped on a letter under a measure that is not in force on the day: a draft, one that is over or not yet begun."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from policylang.explain.wording import day
from policylang.semantics import ir
from policylang.semantics.values import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylang.runtime.outcome import Decision, Outcome, Test

_DRAFTS = ("征求意见稿", "草案", "draft")


def stamps(outcome: Outcome) -> tuple[str, ...]:
    """The stamps, none under a measure that is in force; a measure that does not decide its own force has none."""
    policy = outcome.policy
    written = " ".join((policy.title, *(text for _, text in policy.head)))
    if any(word in written for word in _DRAFTS):
        return ("征求意见稿，未施行，仅供研究，不得据此作出决定",)
    force = next((d for d in outcome.decisions if d.outcome.kind == "in_force"), None)
    if force is None or force.value == force.outcome.levels[0]:
        return ()
    when = day(outcome.as_of, "zh")
    if force.value is None:
        return (f"办法在{when}是否施行尚待确定，不得据此作出决定",)
    first, last = _bounds(force, outcome)
    if last is not None:
        return (f"办法已于{day(last, 'zh')}期满，不得据此作出新的决定",)
    if first is not None:
        return (f"办法自{day(first, 'zh')}起施行，{when}尚未施行，不得据此作出决定",)
    return (f"办法在{when}不在施行期内，不得据此作出决定",)


def _bounds(force: Decision, outcome: Outcome) -> tuple[date | None, date | None]:
    """The first day of force where the as-of day is before it, and the last day where it is after it."""
    first = last = None
    inside = {(name, year): tests for name, year, _, tests in outcome.definitions}
    for trace in force.rules:
        if trace.active.value:
            for operator, found in _passed(trace.tests, inside):
                if operator in {"gt", "ge"}:
                    last = found if operator == "gt" else found - timedelta(days=1)
                else:
                    first = found if operator == "lt" else found + timedelta(days=1)
    return first, last


def _passed(
    tests: Iterable[Test], inside: dict[tuple[str, int], tuple[Test, ...]]
) -> Iterator[tuple[str, date]]:  # fmt: skip
    """The days that the as-of day was held against, where that made the rule hold."""
    for test in tests:
        match test.expr:
            case ir.Compare(operator, ir.Moment("as_of"), _) if test.truth.value is True and test.wanted:
                if isinstance(test.required, Known) and isinstance(test.required.value, date):
                    yield operator, test.required.value
            case ir.DefinitionValue(name) if test.met:
                yield from _passed(inside.get((name, test.year), ()), inside)
