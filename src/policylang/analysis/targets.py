"""What is asked for: a result that an outcome or a duty should have."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policylang.facts.forms import Fault, decimal, read
from policylang.runtime.duties import duty_results
from policylang.runtime.evaluate import At
from policylang.runtime.index import index_of
from policylang.runtime.operations import grants
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.semantics import ir
from policylang.semantics.types import Money, Option
from policylang.semantics.values import all_of, needs_of
from policylang.source.diagnostic import Message, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.runtime.decide import Decider

#: The words for what a money line or a duty may come to.
STATUSES = {"due": "应给予", "possible": "可以给予", "not_due": "不给予"}
REPAYMENTS = {"due": "应退回", "not_due": "无须退回"}
DUTY_RESULTS = {"met": "已履行", "unmet": "未履行", "not_applicable": "不适用"}
_ALSO = {"可给予": "可以给予", "给予": "应给予", "履行": "已履行"}
_CEILINGS = ("不超过", "at most ", "<=")

Reach = Literal["reached", "open", "barred"]


class TargetError(ValueError):
    """A target that does not exist. ``message`` says so, with what could have been meant."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum that a money line should come to: exactly, or as a ceiling."""

    kind: Literal["exact", "cap"]
    yuan: Fraction


@dataclass(frozen=True, slots=True)
class Target:
    """A result asked for.

    ``wanted`` is a level of a decision, a status or an amount of a money line, or a result of a duty. ``year`` is that
    of a yearly result. A line for each record is reached when one of them is. A duty is met when it is met in every
    window that counts, unmet when it is in one of them, and does not apply when it does in none. ``grows``: whether the
    amounts of the line may be raised from year to year.
    """

    of: ir.Outcome | ir.Duty
    wanted: Option | Amount | str
    year: int
    grows: bool = True

    def results(self, decider: Decider) -> Sequence[Decision | Line | DutyResult]:
        """The results in question, as a decider finds them."""
        of = self.of
        if isinstance(of, ir.Duty):
            same = [duty for duty in decider.policy.duties if duty.id == of.id]
            return [self._told(r, decider) for r in duty_results(decider, same) if self.concerns(r)]
        if of.kind != "money":
            return [decider.decide(of.id, self.year)]
        year = self.year if of.period == "year" else decider.as_of.year
        if of.each is None:
            return [decider.line(of.id, At(year))]
        records = decider.records(of.each)
        numbers = [None] if records is None else range(len(records))
        return [decider.line(of.id, At(year, of.each, number)) for number in numbers]

    def _told(self, result: DutyResult, decider: Decider) -> DutyResult:
        """A result of a duty; while it is open when the duty begins or ends, a window that is met may not count."""
        timing = result.duty.timing
        if self.wanted == "met" or result.result != "met" or not isinstance(timing, ir.Window):
            return result
        days = [decider._quiet_value(day, At(decider.year)) for day in (timing.since, timing.until) if day is not None]
        needs = all_of([needs_of(day) for day in days])
        return replace(result, result="undetermined", needs=needs) if needs else result

    def concerns(self, result: Decision | Line | DutyResult) -> bool:
        """Whether a result of an outcome is one in question."""
        if isinstance(result, DutyResult):
            return result.duty.id == self.of.id and (result.period or str(self.year)).startswith(str(self.year))
        yearly = result.outcome.period == "year"
        return result.outcome.id == self.of.id and (not yearly or result.year == self.year)

    def reach(self, results: Sequence[Decision | Line | DutyResult]) -> Reach:
        """Whether the results are what is asked for; open while they still can be."""
        found = [self.reach_of(result) for result in results]
        if isinstance(self.of, ir.Duty) and self.wanted != "unmet":
            none = not any(r.result == self.wanted for r in results if isinstance(r, DutyResult))
            if "barred" in found or not found:
                return "barred"
            return "open" if "open" in found else ("barred" if none else "reached")
        return "reached" if "reached" in found else ("open" if "open" in found else "barred")

    def reach_of(self, result: Decision | Line | DutyResult) -> Reach:
        """As ``reach``, of one result by itself; a window that does not count stands in no way of a duty that is met."""
        match result:
            case Decision(value=value) if value is not None:
                return "reached" if value == self.wanted else "barred"
            case Decision(conflict=True):
                return "barred"
            case Decision():
                return "open" if result.needs and (self.wanted in result.possible or not result.possible) else "barred"
            case Line():
                return self._line(result)
            case DutyResult():  # pragma: no branch - the last of a closed union
                if result.result == self.wanted or (result.result == "not_applicable" and self.wanted == "met"):
                    return "reached"
                return "open" if result.result in {"undetermined", "pending"} else "barred"

    def _line(self, line: Line) -> Reach:
        if line.status == "undetermined":
            return "open" if line.needs and self._can_be(line) else "barred"
        if line.status == "conflict":
            return "barred"
        if not isinstance(self.wanted, Amount):
            return "reached" if line.status == self.wanted else "barred"
        amount = line.amount
        if line.status == "not_due" or amount.kind != self.wanted.kind or amount.high is None:
            return "open" if line.needs and line.status != "not_due" else "barred"
        if amount.low == amount.high == self.wanted.yuan:
            return "reached"
        low = amount.low if amount.low is not None else Fraction(0)
        return "open" if line.needs and low <= self.wanted.yuan <= amount.high else "barred"

    def _can_be(self, line: Line) -> bool:
        """Whether a rule that may still hold gives what is asked for."""
        if self.wanted == "not_due":
            return not line.never_nothing
        open_ = [t.rule for t in line.rules if t.active.value is not False and grants(t.rule)]
        if isinstance(self.wanted, Amount):
            return any(self._can_come_to(rule.value) for rule in open_)
        return any(rule.modality == ("must" if self.wanted == "due" else "may") for rule in open_)

    def _can_come_to(self, shape: object) -> bool:
        """Whether an amount may come to the sum asked for: one that is worked out may, or one that grows from year to year."""
        assert isinstance(self.wanted, Amount)  # noqa: S101 - as the caller has seen
        if not isinstance(shape, ir.Cap if self.wanted.kind == "cap" else ir.Exact):
            return False
        amount = shape.amount
        return self.grows or not isinstance(amount, ir.Constant) or amount.value == self.wanted.yuan


def parse_target(policy: ir.Policy, text: str, year: int) -> Target:
    """The target in ``OUTCOME=VALUE``: names or ids, for money a status or a sum, for a duty its result.

    Raises:
        TargetError: when there is no such outcome, or it has no such value.
    """
    name, sign, value = (part.strip() for part in text.replace("＝", "=").partition("="))
    name, value = _half_width(name), _half_width(value)
    known: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
    if not name:
        first = known[0]
        word, one = next(iter(_words(first).items()))
        raise TargetError(
            f"写明哪一项结果、想要什么，例如“{first.name}={word}”；可写：{_listed(x.name for x in known)}",
            f"say which result, and what it should be, as {first.id}={getattr(one, 'id', one)}; "
            f"there are: {', '.join(dict.fromkeys(x.id for x in known))}",
        )
    of = next((x for x in known if name in (_half_width(x.name), x.id)), None)
    if of is None:
        names = [key for x in known for key in (x.name, x.id)]
        close = did_you_mean(name, names)
        raise TargetError(
            f"没有“{name}”这个结果。" + (f"是否想写“{close}”？" if close else "") + f"可写：{_listed(x.name for x in known)}",
            f"no outcome “{name}”. " + (f"Did you mean “{close}”? " if close else "")
            + f"There are: {', '.join(dict.fromkeys(x.id for x in known))}",
        )  # fmt: skip
    words = _words(of)
    if not sign or not value:
        raise TargetError(
            f"写明想要的结果，例如“{of.name}={next(iter(words))}”；可写：{_listed(words)}",
            f"say which result, as {of.id}={_ids(words)[0]}; it can be {', '.join(_ids(words))}",
        )
    wanted = _wanted(of, value, words)
    if wanted is None:
        more = ("，或一个数额，如“10万元”“不超过10万元”", ", or a sum such as 10万元") if _is_money(of) else ("", "")
        raise TargetError(
            f"“{of.name}”没有“{value}”这个结果；可写：{_listed(words)}{more[0]}",
            f"{of.id} cannot be “{value}”; it can be {', '.join(_ids(words))}{more[1]}",
        )
    return Target(of, wanted, year, grows=of.id in index_of(policy).raises)


def target_word(target: Target, lang: str) -> str:
    """What is asked for, in a word: A级, 应给予, 不超过10万元, 已履行; in English the id."""
    wanted = target.wanted
    if isinstance(wanted, Amount):
        sum_ = f"{_plain(wanted.yuan / 10_000)}万元" if wanted.yuan >= 10_000 else f"{_plain(wanted.yuan)}元"
        if lang == "zh":
            return f"不超过{sum_}" if wanted.kind == "cap" else sum_
        return f"{'at most ' if wanted.kind == 'cap' else ''}CNY {_plain(wanted.yuan)}"
    word = next(zh for zh, value in _words(target.of).items() if value == wanted)
    return word if lang == "zh" else getattr(wanted, "id", str(wanted))


def _half_width(text: str) -> str:
    """Letters, digits and brackets of full width as those of half width."""
    return unicodedata.normalize("NFKC", text)


def _plain(value: Fraction) -> str:
    return decimal(value) or str(value)


def _is_money(of: ir.Outcome | ir.Duty) -> bool:
    return isinstance(of, ir.Outcome) and of.kind == "money"


def _words(of: ir.Outcome | ir.Duty) -> dict[str, Option | str]:
    """What the result can be, by its Chinese word."""
    if isinstance(of, ir.Duty):
        return {zh: id_ for id_, zh in DUTY_RESULTS.items()}
    if of.kind != "money":
        return {option.name: option for option in of.levels}
    return {zh: id_ for id_, zh in (REPAYMENTS if of.terms.repaid_by else STATUSES).items()}


def _ids(words: dict[str, Option | str]) -> list[str]:
    return [value.id if isinstance(value, Option) else value for value in words.values()]


def _wanted(of: ir.Outcome | ir.Duty, value: str, words: dict[str, Option | str]) -> Option | Amount | str | None:
    value = _ALSO.get(value, value)
    named = next((w for word, w in words.items() if value in (_half_width(word), getattr(w, "id", w))), None)
    if named is not None or not _is_money(of):
        return named
    ceiling = next((word for word in _CEILINGS if value.startswith(word)), "")
    found = read(Money(), value.removeprefix(ceiling).strip())
    if isinstance(found, Fault) or not isinstance(found, Fraction):
        return None
    return Amount("cap" if ceiling else "exact", found)


def _listed(names: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(names))
