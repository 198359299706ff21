"""Records, replays and logs in words, Chinese and English."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policylang.explain.phrases import DUTY_WORDS
from policylang.explain.vouching import Vouching
from policylang.explain.wording import money
from policylang.facts.model import Attestation
from policylang.semantics import ir
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policylang.records.build import Record
    from policylang.records.replay import Difference, Replay
    from policylang.records.verify import Verified

#: Differences beyond this number are counted, not listed.
MOST = 30

_LONGEST = 60
_PART = re.compile(r"\[([^\]]*)\]")

#: The parts of a record and of its outcome as people call them.
_ZH = {
    "decisions": "结果", "money": "经费", "duties": "期限和职责", "warnings": "提示", "totals": "合计", "input": "事实",
    "policy": "办法", "facts": "事实", "readings": "读法", "attestations": "凭据", "as_of": "时点", "assessment_year": "考核年度",
    "result": "结论", "label": "取值", "possible": "可能的取值", "missing": "还缺的事实", "unknown": "不知道的", "failed": "不符之处",
    "clauses": "依据", "relied_on": "另依据", "basis": "来由", "overridable": "可以例外", "consequences": "后果", "tested": "逐条判断",
    "status": "是否给予", "amount": "金额", "min": "下限", "max": "上限", "due": "到期", "required": "要求", "actual": "实际",
    "title": "名称", "outcome": "", "text": "文字", "bounds": "幅度", "document": "文件", "derived": "按规则推得",
    "holds": "成立", "active": "起作用", "open": "未定之处",
}  # fmt: skip
_OPEN = {"undetermined": ("待定", "undetermined"), "conflict": ("规则冲突", "conflict")}
_MONEY = {"due": ("应给予", "due"), "possible": ("可以给予", "possible"), **_OPEN}
_NOT_DUE = ("不给予", "not due")
_REPAID = {"due": ("应退回", "to be repaid"), "not_due": ("无须退回", "nothing to be repaid")}
_RESULTS = {**_OPEN, "none": ("无结果", "no result")}


class Telling:
    """The words in one language."""

    def __init__(self, lang: str) -> None:
        self._zh = lang == "zh"

    def summary(self, record: Record) -> str:
        """What was decided, in a word: grades and states, and how many payments are due or open."""
        outcome, year = record["outcome"], record["assessment_year"]
        told = []
        for decision in outcome["decisions"]:
            if decision["kind"] in {"grade", "status"} and decision["year"] in (None, year):
                open_ = _RESULTS.get(decision["result"])
                word = open_[0 if self._zh else 1] if open_ else decision["label" if self._zh else "result"]
                told.append(self._say(f"{decision['name']} {word}", f"{decision['outcome']} {word}"))
        words = [_money_word(line) for line in outcome["money"]]
        counts = [(word, words.count(word)) for word in (*_MONEY.values(), _REPAID["due"])]
        money = [self._say(f"{zh}{n}项", f"{n} {en}") for (zh, en), n in counts if n]
        if money:
            told.append(self._say("经费 ", "money ") + self._say("、", ", ").join(money))
        return self._say("；", "; ").join(told)

    def lines(self, records: Iterable[Record]) -> str:
        """One line for each record: number, day, measure, station, what was decided."""
        rows = [
            (str(r["number"]), r["as_of"], r["policy"]["id"], r["station"], self.summary(r)) for r in records
        ]
        widths = [max(map(display_width, column), default=0) for column in zip(*rows, strict=True)]
        told = ""
        for row in rows:
            told += "  ".join(map(pad, row, widths)).rstrip() + "\n"
        return told

    def whole(self, record: Record) -> str:
        """All of a record for a reader: the head, what was decided, every fact with its source and place."""
        run, file, policy = record["run"], record["facts_file"], record["policy"]
        none = self._say("没有写明", "not said")
        head = [
            (self._say("序号", "number"), str(record["number"])),
            (self._say("办法", "policy"), f"《{policy['title']}》（{policy['id']}）" if self._zh else policy["id"]),
            (self._say("办法文件", "policy file"), f"SHA-256 {policy['sha256']}"),
            (self._say("程序", "engine"), f"{record['engine']}，{record['calendar']['version']}"),
            (self._say("时点", "as of"), record["as_of"]),
            (self._say("考核年度", "assessment year"), str(record["assessment_year"])),
            (self._say("读法", "readings"), self._say("、", ", ").join(f"{k}={v}" for k, v in record["readings"].items()) or "—"),
            (self._say("工作站", "station"), record["station"]),
            (self._say("事实文件", "facts file"), f"{file['name']}，SHA-256 {file['sha256']}"),
            (self._say("作出", "made"), run["at"]),
            (self._say("经办", "run by"), run["by"] or none),
            (self._say("签发", "signed by"), run["signed_by"] or none),
            (self._say("上一条", "previous"), record["previous"] or self._say("（第一条）", "(the first)")),
            (self._say("校验值", "hash"), record["sha256"]),
        ]
        width = max(display_width(name) for name, _ in head)
        told = [f"{pad(name, width)}  {text}" for name, text in head]
        told += ["", self._say("结果", "decided"), *(f"  {one}" for one in self._results(record))]
        told += ["", self._say("事实（来源；凭据；事实文件的行:列）", "facts (source; evidence; line:column of the facts file)")]
        told += [f"  {one}" for one in self._facts(record)]
        return "\n".join(told) + "\n"

    def _results(self, record: Record) -> list[str]:
        told = []
        for d in record["outcome"]["decisions"]:
            open_ = _RESULTS.get(d["result"])
            word = open_[0 if self._zh else 1] if open_ else d["label" if self._zh else "result"]
            name = self._say(d["name"], d["outcome"]) + (f" {d['year']}" if d["year"] else "")
            told.append(self._say("：", ": ").join((name, word)) + self._cited(d))
        for line in record["outcome"]["money"]:
            word = _money_word(line)[0 if self._zh else 1]
            name = self._say(line["name"], line["line"]) + f" {line['year']}" + (f" {line['ref']}" if line["ref"] else "")
            told.append(self._say("：", ": ").join((name, word + self._sum(line))) + self._cited(line))
        for duty in record["outcome"]["duties"]:
            number = duty["record"]
            which = duty["period"] or ("" if number is None else self._say(f"第{number + 1}项", f"no. {number + 1}"))
            name = " ".join(x for x in (self._say(duty["name"], duty["duty"]), which) if x)
            told.append(self._say("：", ": ").join((name, DUTY_WORDS[duty["result"]][0 if self._zh else 1])) + self._cited(duty))
        return told

    def _cited(self, result: dict[str, Any]) -> str:
        clauses = self._say("、", ", ").join(dict.fromkeys(result["clauses"]))
        return self._say(f"（{clauses}）", f" ({clauses})") if clauses else ""

    def _sum(self, line: dict[str, Any]) -> str:
        if line["status"] == "not_due":
            return ""
        amount, low, high = (
            None if line[key] is None else money(Fraction(line[key]), "zh" if self._zh else "en") for key in ("amount", "min", "max")
        )
        if amount is not None:
            told = amount
        elif low is not None and high is not None:
            told = self._say(f"{low}至{high}", f"{low} to {high}")
        elif high is not None:
            told = self._say(f"不超过{high}", f"at most {high}")
        else:
            return ""
        return self._say("，如给予，", ", if due ") + told if line["status"] in _OPEN else self._say("，", ", ") + told

    def _facts(self, record: Record) -> list[str]:
        told = []
        for place in record["sources"]:
            value = _value_at(record["facts"], place["path"])
            notes = [self._vouched(record, place), f"{place['line']}:{place['column']}" if place["line"] else ""]
            note = self._say("；", "; ").join(x for x in notes if x)
            name = self._say(place["name"], place["path"])
            told.append(f"{name}{self._say('：', ': ')}{self._value(value)}{self._say(f'（{note}）', f' ({note})')}")
        return told

    def _vouched(self, record: Record, place: dict[str, Any]) -> str:
        """Whom the policy names for a value, and the evidence for it, for its item or for its whole list."""
        said = place["source"]
        source = ir.Source(said["kind"], tuple(said["bodies"]), said["document"])
        paths = (place["path"], place["path"].partition(".")[0], re.split(r"[.\[]", place["path"])[0])
        one = next((record["attestations"][p] for p in paths if p in record["attestations"]), None)
        words = Vouching({}, "zh" if self._zh else "en")
        if one is None:
            return words.named(source)
        on = date.fromisoformat(one["on"]) if one["on"] else None
        return words.attested(source, Attestation(one["by"], on, one["document"], one["kept"]))

    def _value(self, value: Any) -> str:
        if isinstance(value, list):
            return self._say("、", ", ").join(map(self._value, value)) or self._say("（无）", "(none)")
        if isinstance(value, bool):
            return self._say("是", "yes") if value else self._say("否", "no")
        return _plain(value)

    def verified(self, found: Verified) -> str:
        """What a log was found to be."""
        told = [
            f"{self._say(f'第{f.line}行', f'line {f.line}')}{self._say('：', ': ')}{f.message.in_('zh' if self._zh else 'en')}"
            if f.line
            else f.message.in_("zh" if self._zh else "en")
            for f in found.findings
        ]
        if found.sound:
            told.append(self._say(f"共{found.lines}条，首尾相接，没有改动。", f"{found.lines} records, one chain, nothing changed."))
        elif 0 < found.intact < found.lines:
            told.append(self._say(f"前{found.intact}条完好。", f"the first {found.intact} are intact."))
        if found.head is not None and all(f.kind in {"torn", "head"} for f in found.findings):
            number, sha256 = found.head
            told.append(self._say(f"末条：第{number}条，校验值 {sha256}", f"last: record {number}, hash {sha256}"))
        if found.after_kept is not None and found.sound:
            n = found.after_kept
            told.append(self._say(f"与所存校验值相符，其后又记了{n}条。", f"the kept hash is in it; {n} records since."))
        elif found.sound:
            told.append(
                self._say(
                    "末尾有没有删去记录，要与另存的校验值核对：--head 校验值",
                    "whether records at the end were removed shows only against a hash kept elsewhere: --head HASH",
                )
            )
        return "\n".join(told) + "\n"

    def replayed(self, found: Replay) -> str:
        """What came of deciding again."""
        causes = self._causes(found)
        if found.same:
            told = [self._say("复算一致。", "replayed: the same, byte for byte.")]
            return "\n".join([*told, *causes]) + "\n"
        count = len(found.differences)
        told = [self._say(f"复算不一致：{count}处不同。", f"replayed: {count} differences.")]
        if not count:
            told = [self._say("结果没有不同，但不能认作一致：", "the outcome is the same, and yet:")]
        if found.touched:
            told.append(self._say("  记录被改动：内容与它的校验值不符", "  the record was changed: it does not match its own hash"))
        if found.policy_changed:
            told.append(
                self._say(
                    f"  办法文件不是当时的那一份（当时的 SHA-256 {found.record['policy']['sha256']}）",
                    f"  the policy is not the file of that day (SHA-256 {found.record['policy']['sha256']})",
                )
            )
        told += causes
        listed = self._listed(found.differences)
        told += [f"  {self._difference(found, d)}" for d in listed]
        more = count - len(listed)
        if more:
            told.append(
                self._say(
                    f"  另有{more}处是逐条判断的细节，--format json 全部列出",
                    f"  {more} more in the details of what was tested: --format json lists them all",
                )
            )
        return "\n".join(told) + "\n"

    def _listed(self, differences: tuple[Difference, ...]) -> list[Difference]:
        """The results that differ, each once; where no result does, what else differs."""
        paths = {d.path for d in differences}
        other, same = (".result", ".label") if self._zh else (".label", ".result")
        shown = [
            d
            for d in differences
            if "].tested[" not in d.path and "].failed" not in d.path
            and not (d.path.endswith(other) and d.path.removesuffix(other) + same in paths)
        ]  # fmt: skip
        return (shown or list(differences))[:MOST]

    def _causes(self, found: Replay) -> list[str]:
        told = []
        for change, zh, en in ((found.engine, "程序", "engine"), (found.calendar, "工作日历", "calendar")):
            if change is not None:
                told.append(self._say(f"  {zh}版本：当时 {change[0]}，现在 {change[1]}", f"  {en}: {change[0]} then, {change[1]} now"))
        return told

    def _difference(self, found: Replay, one: Difference) -> str:
        path = self.place(found, one.path)
        then, now = _plain(one.recorded), _plain(one.now)
        return self._say(f"{path}：记录为 {then}，现为 {now}", f"{path}: {then} recorded, {now} now")

    def place(self, found: Replay, path: str) -> str:
        """A path of a difference as people read it: 结果“评估等级 2024”的结论."""
        if not self._zh:
            return path
        names = {
            str(item[key]): item["name"]
            for part, key in (("decisions", "outcome"), ("money", "line"), ("duties", "duty"))
            for item in found.record["outcome"][part]
        }
        told = ""
        for step in path.split("."):
            word, _, inside = step.partition("[")
            shown = _ZH.get(word, word)
            told += ("的" if told and shown else "") + shown
            for one in _PART.findall(f"[{inside}") if inside else ():
                first, _, rest = one.partition(" ")
                told += f"第{int(one) + 1}项" if one.isdecimal() else f"“{names.get(first, first)}{rest and f' {rest}'}”"
        return told

    def _say(self, zh: str, en: str) -> str:
        return zh if self._zh else en


def _money_word(line: dict[str, Any]) -> tuple[str, str]:
    """What came of a money line, in Chinese and English; what is paid back is no grant."""
    word = _MONEY.get(line["status"], _NOT_DUE)
    return _REPAID.get(line["status"], word) if line["repaid_by"] else word


def _value_at(facts: dict[str, Any], path: str) -> Any:
    """The value under a path such as ``recruits[2].class``; None where there is none."""
    found: Any = facts
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(found, list):
            index = int(step) if step.isdecimal() else len(found)
            found = found[index] if index < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if value is None:
        return "—"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
