"""A record decided again: the same bytes, or every place that differs and what may have made it so.

The versions of the program and of the calendar are what a record says about itself, not what was decided: where they alone
are others, the outcome is the same, and the change is only told.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policylang.facts.model import Attestation
from policylang.facts.typed import facts_from_python
from policylang.records.build import Question, Record, computed
from policylang.records.canonical import canonical_bytes, digest, own_digest
from policylang.records.read import RecordError
from policylang.semantics.calendar import Calendar, CalendarDataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.semantics import ir

#: What names a result in a list, so that one more or one less does not make all that follow differ.
_KEYS = (
    ("outcome", "year"), ("line", "year", "record"), ("duty", "period", "record"), ("id", "clause"), ("path",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of a record: its path (``decisions[评估等级 2024].result``), and the values; None where there is none."""

    path: str
    recorded: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of deciding again.

    Attributes:
        differences: in the question and the outcome, in the order of their paths.
        policy_changed: the policy is not the file that the record was made with.
        engine: the version of the program then and now, where it is another.
        calendar: the version of the calendar then and now, where it is another.
        touched: the record does not have the hash that it names.
    """

    record: Record
    differences: tuple[Difference, ...]
    policy_changed: bool
    engine: tuple[str, str] | None
    calendar: tuple[str, str] | None
    touched: bool

    @property
    def same(self) -> bool:
        """The record is what it was, and the same bytes came out."""
        return not (self.differences or self.policy_changed or self.touched)


def replay(record: Record, policy: ir.Policy, sha256: str) -> Replay:
    """Decide a record again under a policy of the same id.

    Raises:
        RecordError: when the record belongs to another measure, or the policy does not take its facts or readings.
    """
    if record["policy"]["id"] != policy.id:
        made = record["policy"]["id"]
        raise RecordError(
            f"是按“{made}”（《{record['policy']['title']}》）作的，不是按“{policy.id}”",
            f"it was made under {made}, not under {policy.id}",
        )
    try:
        recorded = canonical_bytes(record)
    except ValueError:
        zh, en = "有不能写成规范形式的内容（过大的整数、半个字符），已经损坏", "it has no canonical form: it is damaged"
        raise RecordError(zh, en) from None
    calendar = _calendar(record)
    now = computed(_question(record, policy, sha256, calendar))
    engine = _changed(record["engine"], now["engine"])
    version = _changed(record["calendar"]["version"], now["calendar"]["version"])
    # What a record says about itself is taken as it says it; the outcome has the digest of what is left.
    now["engine"] = now["outcome"]["engine"] = record["engine"]
    now["calendar"], now["outcome"]["calendar"] = record["calendar"], record["outcome"]["calendar"]
    policy_changed = now["policy"]["sha256"] != record["policy"]["sha256"]
    if policy_changed:
        now["policy"]["sha256"] = now["outcome"]["policy"]["sha256"] = record["policy"]["sha256"]
    now["outcome_sha256"] = digest(now["outcome"])
    found: tuple[Difference, ...] = ()
    if canonical_bytes({**record, **now}) != recorded:
        found = tuple(d for d in _differences("", {key: record[key] for key in now}, now) if d.path != "outcome_sha256")
        if not found:
            found = (Difference("outcome_sha256", record["outcome_sha256"], now["outcome_sha256"]),)
    return Replay(record, found, policy_changed, engine, version, own_digest(record) != record["sha256"])


def _changed(then: str, now: str) -> tuple[str, str] | None:
    return None if then == now else (then, now)


def _question(record: Record, policy: ir.Policy, sha256: str, calendar: Calendar) -> Question:
    facts, errors = facts_from_python(policy, record["facts"])
    if errors:
        told = "；".join(e.message.zh for e in errors[:3]), "; ".join(str(e) for e in errors[:3])
        raise RecordError(f"事实不合现在的办法：{told[0]}", f"its facts do not fit the policy: {told[1]}")
    known = {reading.id: {option.id for option in reading.options} for reading in policy.readings}
    for reading, option in record["readings"].items():
        if option not in known.get(reading, ()):
            raise RecordError(
                f"所用的读法“{reading}={option}”，现在的办法里没有", f"the policy has no reading {reading}={option}"
            )
    return Question(
        policy, sha256, facts, _day(record["as_of"], "as_of"), record["assessment_year"], record["readings"], calendar,
        {
            path: Attestation(one["by"], _day(one["on"], path) if one["on"] else None, one["document"], one["kept"])
            for path, one in record["attestations"].items()
        },
    )  # fmt: skip


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RecordError(f"“{where}”写的“{text}”不是日期", f"{where}: {text} is no day") from None


def _calendar(record: Record) -> Calendar:
    """The official calendar, with the years that the record brings and that are not published by now."""
    calendar = Calendar.official()
    for year in record["calendar"]["added"]:
        off, made_up = ([_day(text, "calendar") for text in year[key]] for key in ("days_off", "made_up"))
        with suppress(CalendarDataError):  # published since
            calendar = calendar.with_year(year["year"], holidays=off, workdays=made_up, source=year["source"])
    return calendar


def _differences(path: str, recorded: Any, now: Any) -> Iterator[Difference]:
    match recorded, now:
        case dict(), dict():
            for key in [*recorded, *(key for key in now if key not in recorded)]:
                yield from _differences(f"{path}.{key}" if path else key, recorded.get(key), now.get(key))
        case list(), list() if (names := _named(recorded)) and (others := _named(now)):
            for name in [*names, *(name for name in others if name not in names)]:
                yield from _differences(f"{path}[{name}]", names.get(name), others.get(name))
        case list(), list() if len(recorded) == len(now):
            for index, (one, other) in enumerate(zip(recorded, now, strict=True)):
                yield from _differences(f"{path}[{index}]", one, other)
        case _ if recorded != now or type(recorded) is not type(now):
            yield Difference(path, recorded, now)
        case _:
            return


def _named(items: list[Any]) -> dict[str, Any]:
    """The items by what names them; empty where they have no names, or two have the same."""
    keys = next((k for k in _KEYS if items and all(isinstance(x, dict) and x.keys() >= set(k) for x in items)), None)
    if keys is None:
        return {}
    named = {" ".join(str(x[k]) for k in keys if x[k] is not None): x for x in items}
    return named if len(named) == len(items) else {}
