"""The overview of ``eval``: every result on a line of its own with its clause, then what is still missing."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from policylang.explain.phrases import Phrases
from policylang.explain.wording import money
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from policylang.runtime.outcome import Decision, DutyResult, Line, Outcome
    from policylang.semantics.values import Needs

#: A line of the overview: name, result and clauses in columns, or a plain line.
Row = tuple[str, str, str] | str
_WIDEST_NAME, _WIDEST_RESULT = 36, 52
#: A longer run of like windows of one duty is drawn together, except unmet ones, which are told one by one.
_RUN = 3
#: So many records of a list are named before they are counted.
_LISTED = 6


def overview(outcome: Outcome, lang: str) -> str:
    """The overview of an outcome in ``zh`` or ``en``."""
    phrases = Phrases(outcome, lang)
    if outcome.rejections:
        told = [f"  {r.path}：{r.zh}" if phrases.zh else f"  {r.path}: {r.en}" for r in outcome.rejections]
        title = phrases.say("事实互相矛盾，不作判断：", "The facts contradict each other; nothing is decided:")
        return "\n".join([*phrases.head(), "", title, *told]) + "\n"
    sections: list[tuple[str, list[Row]]] = [
        ("", list(_decisions(phrases))),
        (phrases.say("经费", "Money"), [*_money(phrases), *_totals(phrases)]),
        (phrases.say("期限和职责", "Duties"), list(_duties(phrases))),
        (phrases.say("提示", "Warnings"), list(_warnings(phrases))),
        (phrases.say("还缺的事实", "Still missing"), list(_missing(phrases))),
    ]
    rows: list[Row] = list(phrases.head())
    for title, content in sections:
        rows += ["", *([title] if title else []), *content] if content else []
    return _laid_out(rows)


def _laid_out(rows: list[Row]) -> str:
    """The columns as wide as their widest entry, within bounds."""
    columns = [row for row in rows if isinstance(row, tuple)]
    name = min(_WIDEST_NAME, max((display_width(r[0]) for r in columns), default=0))
    result = min(_WIDEST_RESULT, max((display_width(r[1]) for r in columns), default=0))
    lines = []
    for row in rows:
        if isinstance(row, str):
            lines.append(row)
        else:
            left = pad(row[0], name) if display_width(row[0]) <= name else row[0]
            middle = pad(row[1], result) if display_width(row[1]) <= result else row[1]
            lines.append(f"{left}  {middle}  {row[2]}".rstrip())
    return "\n".join(lines) + "\n"


def _decisions(phrases: Phrases) -> Iterator[Row]:
    seen: set[str] = set()
    for decision in phrases.outcome.decisions:
        name = phrases.name(decision.outcome.name, decision.outcome.id)
        if decision.year is not None:
            if decision.outcome.id not in seen:
                yield name
            seen.add(decision.outcome.id)
            name = "  " + phrases.year(decision.year)
        yield name, phrases.result(decision), phrases.cite(decision.clauses)


def _money(phrases: Phrases) -> Iterator[Row]:
    """The lines; records of one list for which the same is said stand on one row."""

    def said(line: Line) -> tuple[str, int, str, str]:
        clauses = (*line.clauses, *(line.relied_on if line.status == "not_due" else ()))
        return line.outcome.id, line.year, phrases.amount(line), phrases.cite(clauses)

    worth = [line for line in phrases.outcome.lines if worth_a_row(line)]
    for (_, year, amount, cited), run in groupby(worth, key=said):
        lines = list(run)
        name = phrases.name(lines[0].outcome.name, lines[0].outcome.id)
        refs = [phrases.ref(line) for line in lines if line.ref]
        listed = phrases.say("、", ", ").join(refs[:_LISTED])
        if len(refs) > _LISTED:
            listed += phrases.say(f"等{len(refs)}项", f" and {len(refs) - _LISTED} more")
        where = phrases.year(year) + (f" {listed}" if refs else "")
        yield f"  {name} {where}", amount, cited


def worth_a_row(line: Line) -> bool:
    """A line that is not due is told where it hangs on another result, or belongs to a year that is asked about."""
    return line.status != "not_due" or bool(line.relied_on) or line.outcome.period == "year"


def _totals(phrases: Phrases) -> Iterator[Row]:
    sums: dict[int, Fraction] = {}
    lines = phrases.outcome.lines
    for line in lines:
        amount = line.amount
        received = line.status == "due" and not line.outcome.terms.repaid_by
        if received and amount.kind == "exact" and amount.settled and amount.low is not None:
            sums[line.year] = sums.get(line.year, amount.low * 0) + amount.low
    for year, total in sorted(sums.items()):
        yield phrases.say(f"  {year}年定额合计 {money(total)}", f"  exact sums for {year}: {money(total, 'en')}")
    shapes = {x.amount.kind for x in lines if x.status == "due"}
    if "range" in shapes and "cap" not in shapes:
        yield phrases.say(
            "  幅度是上下限，具体数额由机关在幅度内决定。", "  A range sets both ends; the authority decides the amount within it."
        )
    if "cap" in shapes:
        yield phrases.say(
            "  “不超过”是上限，不是应得的数额；具体数额由机关决定。",
            "  “at most” is a ceiling, not an entitlement; the authority decides the amount.",
        )


def _duties(phrases: Phrases) -> Iterator[Row]:
    shown = [d for d in phrases.outcome.duties if d.result != "not_applicable" and not nothing_given(d)]
    for (_, outcome), run in groupby(shown, key=lambda d: (d.duty.id, d.result)):
        results = list(run)
        first = results[0]
        name = phrases.name(first.duty.name, first.duty.id)
        if len(results) > _RUN and outcome != "unmet" and first.period:
            period = phrases.span(first, results[-1])
            word = phrases.duty_word(first)
            yield f"  {name} {period}", phrases.say(f"均{word}", f"{word} throughout"), phrases.cite(first.clauses)
            continue
        for result in results:
            period = phrases.period(result)
            yield f"  {name}{' ' + period if period else ''}", phrases.duty(result), phrases.cite(result.clauses)
    bare = [d.duty for d in phrases.outcome.duties if nothing_given(d)]
    if bare:
        names = phrases.say("、", ", ").join(dict.fromkeys(phrases.name(d.name, d.id) for d in bare))
        yield f"  {phrases.say('尚未填报：', 'nothing recorded: ')}{names}"


def nothing_given(result: DutyResult) -> bool:
    """A duty of which no fact is recorded, and no day is known."""
    asked = {name for way in result.needs for name in way}
    beyond = any(name.startswith("calendar.") for name in asked)
    return result.result == "undetermined" and result.due is None and result.period is None and not beyond


def _warnings(phrases: Phrases) -> Iterator[Row]:
    for warning in phrases.outcome.warnings:
        cited = warning.clause.in_(phrases.lang)
        yield f"  {warning.text}（{cited}）" if phrases.zh else f"  {warning.id} ({cited})"


def _missing(phrases: Phrases) -> Iterator[Row]:
    """What each open result still needs, each set of missing facts once.

    A duty is left out while what it hangs on is asked for already: first it must be known whether it applies.
    """
    seen: set[Needs] = set()

    def row(where: str, name: str, needs: Needs) -> Row:
        seen.add(needs)
        return f"  {where}{name}{phrases.say('：', ': ')}{phrases.ways(needs)}"

    for decision in phrases.outcome.decisions:
        if decision.needs and decision.needs not in seen and something_given(decision):
            year = f"{phrases.year(decision.year)} " if decision.year else ""
            yield row(year, phrases.name(decision.outcome.name, decision.outcome.id), decision.needs)
    for line in phrases.outcome.lines:
        if line.needs and line.needs not in seen:
            yield row(f"{phrases.year(line.year)} ", phrases.name(line.outcome.name, line.outcome.id), line.needs)
    asked = {way for needs in seen for way in needs}
    open_ = [
        d for d in phrases.outcome.duties
        if d.needs and not nothing_given(d) and not all(any(way <= more for way in asked) for more in d.needs)
    ]  # fmt: skip
    for _, run in groupby(open_, key=lambda d: d.duty.id):
        results = list(run)
        duty = results[0].duty
        name = phrases.name(duty.name, duty.id)
        if len(results) > _RUN:
            count = phrases.say(f"共{len(results)}期的记载", f"the records of {len(results)} periods")
            yield f"  {phrases.span(results[0], results[-1])} {name}{phrases.say('：', ': ')}{count}"
        else:
            for result in results:
                period = phrases.period(result)
                yield row(f"{period} " if period else "", name, result.needs)


def something_given(decision: Decision) -> bool:
    """A decision of which something is settled already; of a condition, one of its limbs."""
    return not decision.limbs or any(x.holds is not None and x.holds.value is not None for x in decision.limbs)
