"""An audit as a reviewer reads it, clause by clause with the counts at the end, and as a JSON document."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from policylang.audit.report import KINDS, Audit, Change, Clause, Hanging
from policylang.source.width import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = {
    "encoded": ("规则", "encoded"), "judged": ("评判", "judged"), "procedure": ("程序", "procedure"),
    "declaratory": ("宣示", "declaratory"), "external": ("外部", "external"), "duty_only": ("职责", "duties"),
    "heading": ("标题", "heading"),
}  # fmt: skip
_HANGING = {
    "rule": ("规则", "rule"), "requirement": ("条件", "condition"), "assessed": ("评定", "assessed"),
    "definition": ("定义", "definition"), "duty": ("期限和职责", "duty"), "warning": ("提示", "warning"),
    "reading": ("疑义", "ambiguity"), "quota": ("限额", "quota"), "case": ("案例", "case"),
}  # fmt: skip
_CHANGE = {
    "changed": ("文字有改动", "changed"), "added": ("新增", "added"), "removed": ("已删去", "removed"),
    "moved": ("条号改为{}", "now {}"), "unkept": ("没有留存过指纹", "no fingerprint was ever kept"),
}  # fmt: skip
_SNIPPET = 32
_LONGEST_DIFF = 4000
_WORD = re.compile(r"[0-9０-９.]+|[零〇一二两三四五六七八九十百千万亿]+|[A-Za-zＡ-Ｚａ-ｚ]+|.", re.DOTALL)
_AROUND = 14
_MOST = 8


def audit_text(audit: Audit, lang: str, *, source: str = "") -> str:
    """The whole report. ``source`` is what to call the file of the official text."""
    told = _Text(audit, lang)
    blocks = [told.head(source), told.table(), told.notes(), told.changes(), told.todo(), told.counts()]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


class _Text:
    def __init__(self, audit: Audit, lang: str) -> None:
        self.audit = audit
        self.zh = lang == "zh"
        self.lang = lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def head(self, source: str) -> list[str]:
        audit = self.audit
        lines = [f"《{audit.policy.title}》"]
        if not audit.compared:
            zh, en = "只列条款账目，没有核对官方文本（用 --text 给出）", "the ledger alone: no official text (--text) was given"
            return [*lines, self.say(zh, en)]
        lines.append(self.say(f"官方文本：{source}", f"official text: {source}"))
        if audit.title and audit.title != audit.policy.title:
            lines.append(self.say(f"注意：文本的标题是《{audit.title}》", f"note: the text is titled 《{audit.title}》"))
        return lines

    def table(self) -> list[str]:
        """A line for each clause; those that a marked clause covers are counted there."""
        shown = [c for c in self.audit.clauses if c.by is None]
        changed = {(c.now_at or c.citation).path for c in self.audit.changes if c.kind != "removed"}
        names = max((display_width(c.citation.in_(self.lang)) for c in shown), default=0)
        kinds = 6 if self.zh else 13
        marks = [self.mark(clause, changed=clause.citation.path in changed) for clause in shown]
        edge = (4 if self.zh else 10) if any(marks) else 0
        lines = []
        for mark, clause in zip(marks, shown, strict=True):
            name = pad(clause.citation.in_(self.lang), names)
            kind = _KIND[clause.kind][0 if self.zh else 1] if clause.kind else ""
            lines.append(f"{pad(mark, edge)}{name}  {pad(kind, kinds)}{self.gist(clause)}".rstrip())
        return lines

    def mark(self, clause: Clause, *, changed: bool) -> str:
        """What is wrong with a clause, for the left edge."""
        if clause.kind is None:
            return self.say("缺", "missing")
        if clause.invented:
            return self.say("多", "invented")
        return self.say("改", "changed") if changed else ""

    def gist(self, clause: Clause) -> str:
        covered = sum(c.by == clause.citation for c in self.audit.clauses)
        more = self.say(f"（连同其下{covered}处）", f" (with {covered} parts)") if covered else ""
        if clause.gist:
            return clause.gist + more
        return (f"“{snippet(clause.words)}”" if clause.words else "") + more

    def notes(self) -> list[str]:
        found = [(c, note) for c in self.audit.clauses for note in c.notes]
        if not found:
            return []
        head = self.say("注（原文的疑误、理解的说明）", "notes on the text")
        return [head, *(f"  {c.citation.in_(self.lang)}　{note}" for c, note in found)]

    def changes(self) -> list[str]:
        if not self.audit.changes:
            return []
        lines = [self.say("文字变动", "changes of the text")]
        for change in self.audit.changes:
            word = _CHANGE[change.kind][0 if self.zh else 1]
            now = change.now_at.in_(self.lang) if change.now_at else ""
            now += self.say(f"（连同其下{change.parts}处）", f" (with {change.parts} parts)") if change.parts else ""
            lines.append(f"  {change.citation.in_(self.lang)}　{word.format(now)}")
            lines += [f"    {line}" for line in self.wording(change)]
            lines += [f"    {line}" for line in self.hanging(change)]
        return lines

    def wording(self, change: Change) -> list[str]:
        """The words now, and beside them those before where they are known."""
        if change.kind == "moved":
            return []
        if change.before is not None and change.kind == "changed":
            before, after = compared(change.before, change.words)
            return [self.say(f"原为：{before}", f"was: {before}"), self.say(f"现为：{after}", f"now: {after}")]
        if change.kind == "removed":
            return [self.say(f"原为：{_line(change.before)}", f"was: {_line(change.before)}")] if change.before else []
        return [self.say(f"现为：{_line(change.words)}", f"now: {_line(change.words)}")]

    def hanging(self, change: Change) -> list[str]:
        lines = []
        for kind, (zh, en) in _HANGING.items():
            found = [h for h in change.hanging if h.kind == kind]
            if found:
                between = self.say("；" if any(h.details for h in found) else "、", ", ")
                names = between.join(self.name(h) for h in found[:_MOST])
                more = self.say(f"等{len(found)}项", f" … {len(found)} in all") if len(found) > _MOST else ""
                lines.append(f"{self.say(zh, en)}{self.say('：', ': ')}{names}{more}")
        if not lines and change.kind not in {"added", "unkept"}:
            lines.append(self.say("没有规则依据这一处", "nothing rests on it"))
        return lines

    def name(self, hanging: Hanging) -> str:
        if hanging.kind == "case":
            return hanging.id
        if not self.zh:
            return hanging.id
        details = f"：{'、'.join(hanging.details)}" if hanging.details else ""
        return f"{hanging.name}（{hanging.id}）{details}"

    def todo(self) -> list[str]:
        """What to do about the findings."""
        audit = self.audit
        lines = []
        if audit.missing:
            lines.append(
                self.say(
                    "缺：原文的这一处还没有着落。在同号的标题下写规则，或注明〔宣示〕〔程序〕〔评判〕〔外部〕〔职责〕之一",
                    "missing: nothing accounts for this part of the text. Under a heading with its number write rules, or "
                    "mark it [declaratory], [procedure], [judged], [external] or [duties]",
                )
            )
        if audit.invented:
            lines.append(
                self.say(
                    "多：办法文件有而原文没有。核对条号，或删去",
                    "invented: in the policy, not in the text. Correct the number, or remove it",
                )
            )
        if audit.compared and not audit.kept:
            lines.append(
                self.say(
                    "还没有留存指纹，看不出文字有无变动。核对无误后加 --accept",
                    "no fingerprints are kept, so changes cannot be told. Add --accept once all is checked",
                )
            )
        elif audit.changes:
            lines.append(
                self.say(
                    "改：逐处核对规则和案例，改好以后加 --accept，按现在的文字留存指纹",
                    "changed: go through the rules and cases, then add --accept to keep the fingerprints of this text",
                )
            )
        return lines

    def counts(self) -> list[str]:
        audit = self.audit
        found = [(word[0 if self.zh else 1], len(audit.of_kind(kind))) for kind, word in _KIND.items()]
        told = self.say("　", ", ").join(f"{word} {number}" for word, number in found if number)
        total = sum(number for _, number in found) + len(audit.missing)
        lines = [self.say(f"合计{total}处：{told}", f"{total} clauses: {told}")]
        if audit.compared:
            numbers = (len(audit.missing), len(audit.invented), len(audit.changes))
            fine = audit.clean
            lines.append(
                self.say("没有发现问题", "no findings") if fine
                else self.say("缺 {}　多 {}　变动 {}", "missing {}, invented {}, changed {}").format(*numbers)
            )  # fmt: skip
        return lines


def snippet(words: str) -> str:
    """The first words of a clause."""
    line = _line(words)
    return line if len(line) <= _SNIPPET else line[:_SNIPPET] + "……"


def _line(words: str | None) -> str:
    return (words or "").replace("\n", "　")


def compared(before: str, after: str) -> tuple[str, str]:
    """Two wordings with the words that differ in 【】; long stretches that are alike are left out."""
    before, after = _line(before), _line(after)
    if max(len(before), len(after)) > _LONGEST_DIFF:
        return before[:_LONGEST_DIFF] + "……", after[:_LONGEST_DIFF] + "……"
    old, new = _WORD.findall(before), _WORD.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    left = [(how == "equal", "".join(old[a:b])) for how, a, b, _, _ in steps]
    right = [(how == "equal", "".join(new[a:b])) for how, _, _, a, b in steps]
    return "".join(_marked(left)), "".join(_marked(right))


def _marked(pieces: list[tuple[bool, str]]) -> Iterator[str]:
    for number, (alike, told) in enumerate(pieces):
        if not alike:
            yield f"【{told}】"
        elif len(told) > 2 * _AROUND + 4:
            first = "" if number == 0 else told[:_AROUND]
            last = "" if number == len(pieces) - 1 else told[-_AROUND:]
            yield f"{first}……{last}"
        else:
            yield told


def audit_document(audit: Audit) -> dict[str, Any]:
    """The report as data; clauses in the order of the text."""
    return {
        "policy": audit.policy.id,
        "title": audit.policy.title,
        "text_compared": audit.compared,
        "text_title": audit.title or None,
        "fingerprints_kept": audit.kept,
        "clean": audit.clean,
        "counts": {kind: len(audit.of_kind(kind)) for kind in KINDS}
        | {"missing": len(audit.missing), "invented": len(audit.invented), "changes": len(audit.changes)},
        "clauses": [
            {
                "clause": c.citation.text,
                "state": "missing" if c.kind is None else "invented" if c.invented else "accounted",
                "kind": c.kind,
                "gist": c.gist,
                "covered_by": c.by.text if c.by else None,
                "notes": list(c.notes),
                "words": c.words or None,
            }
            for c in audit.clauses
        ],
        "changes": [
            {
                "clause": c.citation.text,
                "change": c.kind,
                "now_at": c.now_at.text if c.now_at else None,
                "words": c.words or None,
                "before": c.before,
                "rests_on_it": [
                    {"kind": h.kind, "name": h.name, "id": h.id, "values": list(h.details)} for h in c.hanging
                ],
            }
            for c in audit.changes
        ],
    }
