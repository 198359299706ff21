"""The questions of ``policylang ask``, one line of answer each; after every answer the file is saved."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from policylang.analysis.interview import by_default, interview
from policylang.cli.actions import FINDINGS, OK
from policylang.explain.phrases import Phrases
from policylang.explain.questions import Questions
from policylang.explain.text import Report
from policylang.explain.wording import day
from policylang.semantics.types import ChoiceSet
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from policylang.analysis.interview import Interview, Question
    from policylang.cli.asking import Clerk, Sheet
    from policylang.cli.language import Lang

_HELP, _UNDO = {"？", "?", "帮助", "help"}, {"撤销", "undo"}
_SKIP, _QUIT = {"跳过", "不知道", "暂缺", "skip"}, {"保存退出", "退出", "quit", "exit"}
_INTERRUPTED = 130
_COMMANDS = Message(
    "也可以写：跳过（不知道，先问别的）　撤销（收回上一个答案）　保存退出　？（说明）",
    "or: skip (not known)   undo (take the last answer back)   quit   ? (help)",
)


class EndedError(Exception):
    """There is nobody who answers any more."""


class Dialogue:
    """One sitting: asks, takes answers, tells what they settled."""

    def __init__(self, clerk: Clerk, again: str, lang: Lang, *, all_defaults: bool) -> None:
        self._clerk = clerk
        self._again = again
        self._lang = lang
        self._all_defaults = all_defaults
        self._skipped: list[str] = []
        #: What an undo goes back to: the sheet before an answer, or the path of a question that was passed over.
        self._past: list[Sheet | str] = []

    def run(self) -> int:
        """Ask until nothing is left to ask, or nobody answers. The exit code."""
        self._clerk.save()
        now = self._now()
        if now.outcome.rejections:
            click.echo(Report(now.outcome, self._lang).overview(), nl=False)
            return FINDINGS
        self._head(now)
        try:
            while now.questions or self._taken_back(now):
                if now.questions:
                    self._ask(now, now.questions[0])
                before, now = now, self._now()
                self._news(before, now)
        except EndedError:
            self._goodbye()
            return OK
        except KeyboardInterrupt:
            click.echo()
            self._goodbye()
            return _INTERRUPTED
        self._close(now)
        return OK

    def _now(self) -> Interview:
        return interview(self._clerk.inquiry, self._clerk.sheet.document.facts, self._skipped)

    def _words(self, now: Interview) -> Questions:
        return Questions(Phrases(now.outcome, self._lang), self._clerk.sheet.document.facts)

    def _say(self, zh: str, en: str) -> str:
        return zh if self._lang == "zh" else en

    # one question

    def _ask(self, now: Interview, question: Question) -> None:
        """Put a question until it is answered, passed over, or the answer before is taken back."""
        self._show(now, question)
        while True:
            line = _line()
            if line in _HELP:
                self._help(now, question)
            elif line in _QUIT:
                raise EndedError
            elif line in _SKIP:
                self._skipped.append(str(question.path))
                self._past.append(str(question.path))
                return
            elif line in _UNDO:
                if self._undo():
                    return
                click.echo(self._say("  没有可以撤销的。", "  There is nothing to take back."))
            elif not line:
                click.echo(f"  {_COMMANDS.in_(self._lang)}")
            elif self._take(now, question, line):
                return

    def _take(self, now: Interview, question: Question, line: str) -> bool:
        """Whether an answer could be taken; if not, why has been said."""
        answer = self._clerk.read(question.path, self._chosen(now, question, line))
        if isinstance(answer, Message):
            click.echo(f"  {answer.in_(self._lang)}{self._say('。', '.')}".replace("。。", "。"))
            return False
        before = self._clerk.sheet
        fault = self._clerk.take(question.path, answer)
        if fault is not None:
            click.echo(f"  {fault.in_(self._lang)}{self._say('。', '.')}")
            self._skipped.append(str(question.path))
            return True
        self._past.append(before)
        self._clerk.save()
        return True

    def _chosen(self, now: Interview, question: Question, line: str) -> str:
        """The answer in words, where the numbers of choices are given."""
        values = [value for value, _ in self._words(now).choices(question)]
        names = {name for _, name in self._words(now).choices(question)} | set(values)

        def one(word: str) -> str:
            number = int(word) if re.fullmatch("[0-9]{1,4}", word) and word not in names else 0
            return values[number - 1] if 1 <= number <= len(values) else word

        if isinstance(question.fact.type, ChoiceSet):
            return "、".join(one(word) for word in re.split(r"[、，,；;\s]+", line) if word)
        return one(line)

    def _undo(self) -> bool:
        """Go back to before the last answer; whether there was one."""
        if not self._past:
            return False
        last = self._past.pop()
        if isinstance(last, str):
            self._skipped.remove(last)
        else:
            stored = self._clerk.sheet.stored
            self._clerk.sheet = type(last)(last.path, last.kind, last.source, last.document, stored, last.marked)
            self._clerk.save()
        return True

    # what is shown

    def _head(self, now: Interview) -> None:
        inquiry, path = self._clerk.inquiry, self._clerk.sheet.path
        when = day(inquiry.as_of, self._lang)
        click.echo(self._say(f"《{inquiry.policy.title}》", inquiry.policy.title))
        click.echo(self._say(f"时点：{when}　考核年度：{inquiry.year}年　事实文件：{path}",
                             f"as of {when}, assessment year {inquiry.year}, facts in {path}"))  # fmt: skip
        if now.questions:
            click.echo(_COMMANDS.in_(self._lang))

    def _show(self, now: Interview, question: Question) -> None:
        words = self._words(now)
        open_, left = len(now.open), len(now.questions)
        click.echo()
        click.echo(self._say(f"〔{open_}项待定，最多再问{left}项〕", f"[{open_} open, at most {left} questions more]"))
        click.echo(words.text(question))
        for title, told in (
            (self._say("  这一项：", "  this item: "), words.known(question)),
            (self._say("  关系到：", "  decides: "), words.why(question)),
            ("  ", words.source(question)),
            ("  ", words.form(question)),
        ):
            if told:
                click.echo(f"{title}{told}")
        choices = [f"{number} {name}" for number, (_, name) in enumerate(words.choices(question), 1)]
        if choices:
            click.echo("  " + self._say("　", "   ").join(choices))

    def _help(self, now: Interview, question: Question) -> None:
        words = self._words(now)
        click.echo(self._say(f"  这一项：{question.path.zh}（{question.path}）。", f"  This is {question.path}."))
        if words.choices(question):
            click.echo(self._say("  写前面的数字，或者写出名称。", "  Answer with the number or the word."))
        click.echo(self._say("  不知道的不要猜：写“跳过”，结果照“待定”处理，以后再补。",
                             "  Never guess: skip what is not known; the result stays open until it is."))  # fmt: skip
        click.echo(f"  {_COMMANDS.in_(self._lang)}")

    def _news(self, before: Interview, now: Interview) -> None:
        """What the last answer settled, on one line."""
        was = {_key(result) for result in before.open}
        words = self._words(now)
        settled = [r for r in now.results if not r.needs and _key(r) in was and _told(r)]
        if settled:
            click.echo(f"  {self._say('已定：', 'settled: ')}{words.settled(settled)}")

    def _taken_back(self, now: Interview) -> bool:
        """Nothing is left to ask: whether the last answer is taken back after all."""
        click.echo()
        if self._skipped:
            zh, en = f"问完了，跳过{len(self._skipped)}项。", f"Nothing is left to ask; {len(self._skipped)} skipped."
        elif now.open:
            zh, en = "能问的都问完了。", "Nothing is left that can be asked."
        else:
            zh, en = "没有要问的了，各项都已确定。", "Nothing is left to ask; everything is settled."
        click.echo(self._say(zh, en))
        if not self._past:
            return False
        click.echo(self._say("回车看全部结果；写“撤销”，收回上一个答案。", "Enter for all results; undo takes the last answer back."))
        try:
            return _line() in _UNDO and self._undo()
        except EndedError:
            return False

    def _goodbye(self) -> None:
        path = self._clerk.sheet.path
        click.echo(self._say(f"答案都已存入 {path}。接着填：", f"Every answer is in {path}. To go on:"))
        click.echo(f"  {self._again}")

    def _close(self, now: Interview) -> None:
        """Everything that can be asked has been asked: what came of it."""
        words = self._words(now)
        if now.beyond:
            click.echo(self._say("还要用到、但问不了的：", "needed, but not to be asked for: ") + words.beyond(now.beyond))
        taken = by_default(now, self._clerk.sheet.document.facts) if self._all_defaults else ()
        if taken:
            click.echo(self._say("没有记载、按办法的规定处理的，请核对：", "not recorded, taken as the measure says; please confirm:"))
            for fact in taken:
                click.echo(f"  {words.default(fact)}")
        click.echo()
        whole = self._clerk.inquiry.decide(self._clerk.sheet.document.facts)
        click.echo(Report(whole, self._lang).overview(), nl=False)


def file_wanted(lang: Lang) -> str:
    """The file that somebody wants the facts in."""
    click.echo("事实存到哪个文件？直接回车，存到 事实.yaml" if lang == "zh" else "Which file for the facts? Enter: facts.yaml")
    try:
        return _line() or ("事实.yaml" if lang == "zh" else "facts.yaml")
    except EndedError:
        return "事实.yaml" if lang == "zh" else "facts.yaml"


def _line() -> str:
    """The next line that somebody writes, without the blanks around it.

    Raises:
        EndedError: there is no next line.
    """
    click.echo("> ", nl=False)
    if sys.stdin.isatty():
        text = sys.stdin.readline()
    else:
        data = sys.stdin.buffer.readline()
        text = _decoded(data)
        click.echo(text.rstrip("\r\n"))  # a transcript shows the answers too
    if not text:
        raise EndedError
    return text.lstrip("\ufeff").strip()


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _key(result: object) -> tuple[object, ...]:
    named = getattr(result, "outcome", None) or getattr(result, "duty", None)
    places = (getattr(result, name, None) for name in ("year", "period", "record"))
    return (type(result).__name__, getattr(named, "id", ""), *places)


def _told(result: object) -> bool:
    """Whether a result that is settled is worth a word: a duty that does not apply is not."""
    return getattr(result, "result", "") != "not_applicable"
