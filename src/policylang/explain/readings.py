"""Ambiguities in words: which there are, how they were read, and what another reading would change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from policylang.explain.document import alternative_document, reading_document
from policylang.explain.phrases import Phrases
from policylang.explain.population import finding, finding_title
from policylang.runtime.forecasts import ForecastResult
from policylang.runtime.outcome import Decision, DutyResult, Line
from policylang.runtime.quotas import QuotaResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policylang.runtime.alternatives import Alternative, Change, Comparison, Result
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir

Json = dict[str, object]

_NONE = ("本办法没有写明疑义。", "The policy names no ambiguity.")

#: A longer run of windows of a duty, or groups of a quota, that change alike is drawn together.
_RUN = 3
#: So many stations are named where nothing is settled either way; the data names all.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """A station, or a list of stations held against the quotas, with what each ambiguity would change there.

    ``file`` is where it stands. In the ``outcome`` of a list nothing is decided.
    """

    name: str
    file: str
    outcome: Outcome
    comparisons: tuple[Comparison, ...]
    a_list: bool = False

    def chosen(self, reading: ir.Reading) -> ir.ReadingOption:
        """How an ambiguity is read here."""
        return next(comparison.chosen for comparison in self.comparisons if comparison.reading.id == reading.id)

    def under(self, reading: ir.Reading, option: ir.ReadingOption) -> Alternative | None:
        """What an option of an ambiguity changes here; None when it is the one chosen, or changes nothing."""
        found = (a for c in self.comparisons if c.reading.id == reading.id for a in c.alternatives)
        return next((a for a in found if a.option.id == option.id and a.matters), None)


def listing(policy: ir.Policy, lang: str) -> str:
    """Every ambiguity of a measure: the question, its readings with their reasons, and which one is adopted."""
    blocks = [
        [_heading(reading, lang), *(f"  {_option(reading, option, lang)}" for option in reading.options)]
        for reading in policy.readings
    ]
    return "\n\n".join("\n".join(block) for block in ([_title(policy, lang)], *blocks)) + "\n"


def listing_document(policy: ir.Policy, digest: str) -> Json:
    """The ambiguities of a measure as data; ``digest`` is the SHA-256 of its file."""
    return {
        "policy": {"id": policy.id, "title": policy.title, "sha256": digest},
        "readings": [reading_document(reading) for reading in policy.readings],
    }


def survey(
    policy: ir.Policy, compared: Sequence[Compared], others: int, faulty: Sequence[str], lang: str
) -> str:  # fmt: skip
    """Which ambiguities matter for stations: under each reading those whose results change, and how.

    ``others`` counts what was left aside because it is written for another measure, ``faulty`` names what was left
    aside because its facts are wrong or contradict each other.
    """
    zh = lang == "zh"
    lines = [_title(policy, lang), f"对照{_many(compared, lang)}" if zh else f"{_many(compared, lang)} compared"]
    if others:
        lines.append(f"另有{others}份写的是别的办法，没有对照。" if zh else f"{others} for other measures left aside.")
    if faulty:
        names = ("、" if zh else ", ").join(faulty)
        lines.append(f"事实有误，没有对照：{names}。" if zh else f"left aside, with mistakes in the facts: {names}.")
    quiet = []
    for reading in policy.readings:
        changed = [(option, *_changed(compared, reading, option, lang)) for option in reading.options]
        if not any(groups or still_open for _, groups, still_open in changed):
            quiet.append(reading)
            continue
        lines += ["", _heading(reading, lang)]
        for option, groups, still_open in changed:
            lines.append(f"  {_option(reading, option, lang)}")
            if groups:
                count = _many([one for ones in groups.values() for one in ones], lang)
                lines.append(f"    涉及{count}：" if zh else f"    concerns {count}:")
            for rows, ones in groups.items():
                lines.append(f"    {_names(ones, reading, lang)}")
                lines += [f"      {row}" for row in rows]
            if still_open:
                count, names = _many(still_open, lang), _names(still_open, reading, lang, _NAMED)
                told = f"{count}仍待定，只是可能的结果不同：" if zh else f"{count} undetermined, but differently: "
                lines.append(f"    {told}{names}")
    lines += ["", *_quiet(quiet, lang)] if quiet else []
    return "\n".join(lines) + "\n"


def survey_document(
    policy: ir.Policy, compared: Sequence[Compared], others: int, faulty: Sequence[str], digest: str
) -> Json:  # fmt: skip
    """The same as data: for each ambiguity every station, or list, that another reading changes, and what changes."""
    readings: list[Json] = []
    for reading in policy.readings:
        changed = [
            {"name": one.name, "file": one.file, "chosen": one.chosen(reading).id, **alternative_document(policy, found)}
            for option in reading.options for one in compared if (found := one.under(reading, option)) is not None
        ]  # fmt: skip
        readings.append({**reading_document(reading), "matters": bool(changed), "changed": changed})
    return {
        **listing_document(policy, digest),
        "compared": {
            "stations": sum(not one.a_list for one in compared),
            "lists": sum(one.a_list for one in compared),
            "other_measures": others,
            "faulty": list(faulty),
        },
        "readings": readings,
    }


def _many(compared: Sequence[Compared], lang: str) -> str:
    """177个站、2份清单."""
    stations, lists = sum(not one.a_list for one in compared), sum(one.a_list for one in compared)
    if lang == "zh":
        parts = [f"{stations}个站" if stations else "", f"{lists}份清单" if lists else ""]
        return "、".join(part for part in parts if part) or "0个站"
    parts = [_counted(stations, "station") if stations else "", _counted(lists, "list") if lists else ""]
    return ", ".join(part for part in parts if part) or "0 stations"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _names(ones: Sequence[Compared], reading: ir.Reading, lang: str, most: int | None = None) -> str:
    """The names of stations, each with the reading it is decided under where that is not the adopted one."""
    names = []
    for one in ones[:most]:
        chosen = one.chosen(reading)
        other = f"（现按“{chosen.name}”）" if lang == "zh" else f" (now {chosen.id})"
        names.append(one.name if chosen.id == reading.adopted else one.name + other)
    listed = ("、" if lang == "zh" else ", ").join(names)
    return listed if len(names) == len(ones) else f"{listed}{'等' if lang == 'zh' else ' and others'}"


def _changed(
    compared: Sequence[Compared], reading: ir.Reading, option: ir.ReadingOption, lang: str
) -> tuple[dict[tuple[str, ...], list[Compared]], list[Compared]]:
    """What an option changes, in words, with the stations where it changes just that; and those undetermined so or so."""
    alike: dict[tuple[str, ...], list[Compared]] = {}
    still_open = []
    for one in compared:
        found = one.under(reading, option)
        if found is not None and found.open:
            still_open.append(one)
        elif found is not None:
            alike.setdefault(tuple(Readings(Phrases(one.outcome, lang)).rows(found)), []).append(one)
    return alike, still_open


class Readings:
    """Ambiguities in the results of one outcome, in one language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.lang = phrases.lang
        self.say = phrases.say

    def section(self, comparisons: Sequence[Comparison]) -> str:
        """What other readings change here, ambiguity by ambiguity: 各种读法."""
        lines = [self.say("各种读法", "Other readings")]
        for comparison in comparisons:
            reading = comparison.reading
            if comparison.matters:
                lines.append(f"  {_heading(reading, self.lang)}")
                lines.append(f"    {self._labelled(reading, comparison.chosen, chosen=True)}")
                for alternative in comparison.alternatives:
                    lines.append(f"    {self._labelled(reading, alternative.option, chosen=False)}")
                    lines += [f"      {row}" for row in self.rows(alternative)]
        if not comparisons:
            lines.append(f"  {_NONE[0 if self.phrases.zh else 1]}")
        quiet = [comparison.reading for comparison in comparisons if not comparison.matters]
        lines += [f"  {line}" for line in _quiet(quiet, self.lang)]
        return "\n".join(lines) + "\n"

    def _labelled(self, reading: ir.Reading, option: ir.ReadingOption, *, chosen: bool) -> str:
        """采用：按当年结果."""
        adopted = option.id == reading.adopted
        if chosen:
            label = self.say("采用", "adopted") if adopted else self.say("本次采用", "chosen")
        else:
            label = self.say("办法采用", "adopted") if adopted else self.say("另解", "alternative")
        return self.say(f"{label}：{option.name}", f"{label}: {option.id}")

    def note(self, result: Decision | Line | DutyResult, comparisons: Sequence[Comparison] | None) -> Iterator[str]:
        """Which ambiguities a result rests on, how they were read, and whether it would be another if read otherwise.

        An ambiguity that the result did not look at is named too when another reading of it changes the result.
        """
        rests_on = self.phrases.reasons.readings(result)
        compared = {comparison.reading.id: comparison for comparison in comparisons or ()}
        for reading in self.phrases.outcome.policy.readings:
            comparison = compared.get(reading.id)
            changes = [] if comparison is None else [(a, _of(result, a)) for a in comparison.alternatives]
            if reading.id in rests_on or any(change is not None for _, change in changes):
                yield f"  {self._read_as(reading)}"
                yield from (f"    {line}" for line in self._otherwise(reading, changes))

    def _read_as(self, reading: ir.Reading) -> str:
        """读法：“补助年度”采用“按当年结果”（第十一条），理由：B级、C级两句只有按年计才说得通。"""
        adopted = next(o for o in reading.options if o.id == reading.adopted)
        chosen = dict(self.phrases.outcome.readings)[reading.id]
        option = next(o for o in reading.options if o.id == chosen)
        verb, instead = self.say("采用", "="), ""
        if option != adopted:
            verb = self.say("本次采用", "=")
            instead = self.say(f"；办法采用的是“{adopted.name}”", f"; the policy adopts {adopted.id}")
        return self.say(
            f"读法：“{reading.name}”{verb}“{option.name}”（{reading.clause.text}），理由：{option.reason}{instead}。",
            f"reading: {reading.id} {verb} {option.id} ({reading.clause.in_english()}){instead}.",
        )

    def _otherwise(self, reading: ir.Reading, changes: list[tuple[Alternative, Change | None]]) -> Iterator[str]:
        """若采用“一年A级各年适用”，由“不超过8万元”变为“不超过10万元”。"""
        if changes and not any(change or alternative.rejections for alternative, change in changes):
            yield self.say("换一种读法，结果不变。", "Read otherwise, the result is the same.")
            return
        for alternative, change in changes:
            option = alternative.option
            given = self.say(f"若采用“{option.name}”", f"With {option.id}")
            if option.id == reading.adopted:
                given = self.say(f"若按办法采用的“{option.name}”", f"With {option.id}")
            if alternative.rejections:
                told = self.say("事实互相矛盾，不作判断", "the facts contradict each other; nothing is decided")
            elif change is None:
                told = self.say("结果不变", "the result is the same")
            elif change.after is None:
                told = self.say("没有这一项", "there is no such result")
            else:
                before, after = (words.replace("“", "‘").replace("”", "’") for words in self._before_and_after(change))
                told = self.say(f"由“{before}”变为“{after}”", f"“{before}” becomes “{after}”")
            yield self.say(f"{given}，{told}。", f"{given}, {told}.")

    # what changes

    def rows(self, alternative: Alternative) -> list[str]:
        """Everything that is different under an alternative, a result on a line."""
        if alternative.rejections:
            told = self.say("；", "; ").join(self.say(r.zh, f"{r.path}: {r.en}") for r in alternative.rejections)
            return [self.say(f"事实互相矛盾，不作判断：{told}", f"the facts contradict each other: {told}")]
        rows = [row for _, run in groupby(alternative.changes, key=self._alike) for row in self._run(list(run))]
        rows += [self.say(f"增加提示：{w.text}", f"more warnings: {w.id}") for w in alternative.gained]
        rows += [self.say(f"不再提示：{w.text}", f"no longer warned: {w.id}") for w in alternative.lost]
        return rows or [self.say("结果不变", "no change")]

    def _run(self, changes: list[Change]) -> Iterator[str]:
        """Each change on a line; many windows of a duty, or groups of a quota, that change alike on one."""
        colon = self.say("：", ": ")
        first, count = changes[0], len(changes)
        match first.before, first.after, changes[-1].before:
            case DutyResult() as one, DutyResult() as other, DutyResult() as last if count > _RUN:
                name, windows = self.phrases.name(one.duty.name, one.duty.id), self.phrases.span(one, last)
                title = self.say(f"{name}（{windows}，{count}期）", f"{name} ({windows}, {count} windows)")
                yield f"{title}{colon}{self.phrases.duty_word(one)} → {self.phrases.duty_word(other)}"
            case QuotaResult(quota, str() as group) as one, QuotaResult() as other, _ if count > _RUN:
                name = self.phrases.name(quota.name, quota.id)
                title = self.say(f"{name}（{group}等{count}组）", f"{name} ({group} and {count - 1} more)")
                yield f"{title}{colon}{finding(one, self.lang)} → {finding(other, self.lang)}"
            case _:
                for change in changes:
                    before, after = self._before_and_after(change)
                    yield f"{self._title(change)}{colon}{before} → {after}"

    def _alike(self, change: Change) -> object:
        """The same for windows, or groups, that change in the same way, different for everything else."""
        match change.before, change.after:
            case DutyResult(duty, str()) as before, DutyResult() as after:
                return duty.id, before.result, after.result
            case QuotaResult(quota, str()) as before, QuotaResult() as after:
                return quota.id, finding(before, self.lang), finding(after, self.lang)
            case _:
                return id(change)

    def _title(self, change: Change) -> str:
        result = change.after if change.before is None else change.before
        match result:
            case QuotaResult() | ForecastResult():
                return finding_title(result, self.lang)
            case Decision() | Line() | DutyResult():
                return self.phrases.title(result)
            case None:  # a change has at least one side
                raise AssertionError(change)

    def _before_and_after(self, change: Change) -> tuple[str, str]:
        """The result in words under both readings; of two sums that are granted alike only the sums."""
        before, after = change.before, change.after
        one, other = self._answer(before), self._answer(after)
        if isinstance(before, Line) and isinstance(after, Line) and before.status == after.status:
            sums = self.phrases.shape(before.amount), self.phrases.shape(after.amount)
            if before.status in {"due", "possible"} and before.decided is None:
                return sums
            if one == other:
                open_ = self.say("待定，", "undetermined, ")
                return open_ + sums[0], open_ + sums[1]
        return one, other

    def _answer(self, result: Result | None) -> str:
        match result:
            case Decision():
                return self.phrases.result(result)
            case Line():
                return self.phrases.amount(result)
            case DutyResult():
                inapplicable = result.result == "not_applicable"
                return self.phrases.duty_word(result) if inapplicable else self.phrases.duty(result)
            case QuotaResult() | ForecastResult():
                return finding(result, self.lang)
            case None:
                return self.say("无此项", "no such result")


def _of(result: Result, alternative: Alternative) -> Change | None:
    """How an alternative changes one result."""
    return next((change for change in alternative.changes if change.before == result), None)


def _title(policy: ir.Policy, lang: str) -> str:
    count = len(policy.readings)
    if not count:
        return f"《{policy.title}》\n{_NONE[0 if lang == 'zh' else 1]}"
    return f"《{policy.title}》\n" + (f"疑义{count}处" if lang == "zh" else f"{count} ambiguities")


def _heading(reading: ir.Reading, lang: str) -> str:
    """补助年度（ll.payment_scope，第十一条）：“任意年度……”怎样理解？."""
    if lang != "zh":
        return f"{reading.id} ({reading.clause.in_english()}): {reading.question}"
    known = "" if reading.id == reading.name else f"{reading.id}，"
    return f"{reading.name}（{known}{reading.clause.text}）：{reading.question}"


def _option(reading: ir.Reading, option: ir.ReadingOption, lang: str) -> str:
    """采用：按当年结果（per_year_result）——B级、C级两句只有按年计才说得通."""
    adopted = option.id == reading.adopted
    if lang != "zh":
        return f"{'adopted' if adopted else 'alternative'}: {option.id} - {option.reason}"
    known = "" if option.id == option.name else f"（{option.id}）"
    return f"{'采用' if adopted else '另解'}：{option.name}{known}——{option.reason}"


def _quiet(readings: Iterable[ir.Reading], lang: str) -> list[str]:
    """One line that names the ambiguities that make no difference."""
    names = [reading.name if lang == "zh" else reading.id for reading in readings]
    if not names:
        return []
    if lang == "zh":
        return [f"以下疑义换一种读法，结果不变：{'、'.join(names)}。"]
    return [f"Read otherwise, these change nothing: {', '.join(names)}."]
