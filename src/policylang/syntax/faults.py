"""What to tell a drafter when a statement cannot be read: one function, the likeliest mistake first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.source.diagnostic import Diagnostic, Fix, Message, did_you_mean, error
from policylang.source.span import Span
from policylang.syntax.keywords import keywords, spelled

if TYPE_CHECKING:
    from collections.abc import Container

    from lark import Token

_CLASSES = {
    "NAME": ("名称", "a name"), "NUMBER": ("数字", "a number"), "DATE": ("日期", "a date"),
    "STRING": ("“引文”", "a “quoted text”"), "DOCUMENT": ("《文件名》", "a 《document》"),
    "CITATION": ("条款号", "a clause number"), "LABEL": ("项号", "an item number"),
    "NEWLINE": ("行尾", "the end of the line"), "UNIT": ("单位", "a unit"), "TITLE": ("标题", "a title"),
    "MONTH_DAY": ("月日", "a day of the year"),
}  # fmt: skip
_OPENING = {"“": "”", "《": "》", "「": "」", '"': '"'}
_DIRECTIONS = ("OR_MORE", "OR_LESS", "WITHIN")
#: What can stand in place of an indented block, where none is required.
_INSTEAD = ("NEWLINE", "DEDENT", "NAME", "BAR", "$END")
_LAYOUT = frozenset({"NEWLINE", "INDENT", "DEDENT", "$END"})
_ENGLISH = re.compile(r"[A-Za-z-]+(?: [A-Za-z-]+){0,3}")


def syntax_fault(text: str, token: Token, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic:
    """What is wrong with ``token``, which cannot follow ``before``; the terminals ``expected`` can."""
    fault = _fault(text, token, before, expected)
    if not before or {token.type, before[-1].type} & _LAYOUT:
        return fault
    between = text[before[-1].end_pos or 0 : token.start_pos or 0]
    if "\n" not in between and "\r" not in between:
        return fault
    note = Message(
        "这一行比上一行缩进得深，当作上一行的继续；若是另一句，请与上一行左边对齐",
        "this line is indented deeper than the one above and continues it; align it if it is a new statement",
    )
    return replace(fault, notes=(note,))


def _fault(text: str, token: Token, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic:
    here = Span(token.start_pos or 0, max(token.end_pos or 0, (token.start_pos or 0) + 1))
    word = text[here.start : here.end].strip() or str(token)
    last = before[-1] if before else None
    wanted = [name for name in (*_CLASSES, *keywords()) if name in expected]
    for fault in (
        _unclosed(text, token, here),
        _open_bracket(token, before, expected),
        _empty_block(text, token, before, expected),
        _no_unit(token, last, expected),
        _misspelt_opening(text, before),
        _no_blank(word, here, token, wanted),
        _no_direction(text, before, expected),
        _half_row(token, before, expected),
        _misspelt(text, word, here, token, wanted),
    ):
        if fault is not None:
            return fault
    if last is None:
        return error(
            "unexpected-word", here, f"顶格的一行不能以“{word}”开头", f"no block begins with “{word}”",
            help_zh="顶格的行以“办法”“事实”“结果”、章或条款号开头；属于上一条的内容请缩进两个空格",
            help_en="blocks begin with policy, facts, outcomes, a chapter or a clause number; "
            "indent by two blanks what belongs to the block above",
        )  # fmt: skip
    if token.type in _LAYOUT:
        place = Span(last.end_pos or 0, (last.end_pos or 0) + 1)
        return error(
            "unfinished-statement", place, "这一句没有写完", "this statement is not finished",
            help_zh=f"这里还需要{_list(wanted, 'zh')}", help_en=f"here should follow {_list(wanted, 'en')}",
        )  # fmt: skip
    return error(
        "unexpected-word", here, f"这里不能写“{word}”", f"“{word}” cannot stand here",
        help_zh=f"这里可以写{_list(wanted, 'zh')}", help_en=f"here may stand {_list(wanted, 'en')}",
    )  # fmt: skip


def _unclosed(text: str, token: Token, here: Span) -> Diagnostic | None:
    opening = text[here.start : here.start + 1]
    if token.type != "UNKNOWN" or opening not in _OPENING:
        return None
    closing = _OPENING[opening]
    end = text.find("\n", here.start)
    place = Span(here.start, len(text) if end < 0 else end)
    return error(
        "unclosed-quote", place, f"前半个引号 {opening} 没有配上 {closing}", f"no {closing} closes this {opening}",
        help_zh=f"在引文末尾补上 {closing} ，引文写在一行里",
        help_en=f"put {closing} at the end of the quoted text, on the same line",
    )  # fmt: skip


def _open_bracket(token: Token, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic | None:
    """（ that is still open at the end of its statement."""
    if token.type != "NEWLINE" or "RPAR" not in expected:
        return None
    opened = []
    for word in _statement(before):
        if word.type == "LPAR":
            opened.append(word)
        elif word.type == "RPAR":
            opened.pop()
    place = Span(opened[-1].start_pos or 0, opened[-1].end_pos or 0)
    return error(
        "unclosed-bracket", place, "“（”后面没有“）”", "no ) closes this bracket",
        help_zh="在括号里的话末尾补上“）”；换行写的，下一行要比这一行缩进",
        help_en="put ) where the bracketed words end; indent the next line if they go on there",
    )  # fmt: skip


def _statement(before: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens of the last statement."""
    ends = (n for n in range(len(before) - 1, -1, -1) if before[n].type in {"NEWLINE", "INDENT", "DEDENT"})
    return before[next(ends, -1) + 1 :]


def _empty_block(text: str, token: Token, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic | None:
    if "INDENT" not in expected or token.type == "INDENT" or any(name in expected for name in _INSTEAD):
        return None
    opener = next((t for t in reversed(before) if t.type not in {"NEWLINE", "DEDENT"}), token)
    start = text.rfind("\n", 0, opener.start_pos or 0) + 1
    line = text[start : opener.end_pos or 0]
    place = Span(start + len(line) - len(line.lstrip()), opener.end_pos or 0)
    table = any(t.type == "BY_TABLE" and (t.start_pos or 0) >= start for t in before)
    if table:
        return error(
            "half-table", place, "表下面没有行", "the table has no rows",
            help_zh="表头一行、每种情形一行，各行以 | 开头和结尾，并比上一行缩进",
            help_en="write a head row and one row a case, each between | and |, indented under this line",
        )  # fmt: skip
    return error(
        "empty-block", place, "这一行下面应有缩进的内容", "something indented should stand under this line",
        help_zh="内容各行要比这一行多缩进两个空格；没有内容就删去这一行",
        help_en="indent what belongs here by two blanks; or delete this line",
    )  # fmt: skip


def _no_direction(text: str, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic | None:
    """30人 without 以上 or 以下."""
    if not before or before[-1].type not in {"UNIT", "NUMBER"} or not all(d in expected for d in _DIRECTIONS):
        return None
    number = next(t for t in reversed(before) if t.type == "NUMBER")
    place = Span(number.start_pos or 0, before[-1].end_pos or 0)
    quantity = text[place.start : place.end]
    return error(
        "threshold-without-direction", place,
        f"“{quantity}”是以上还是以下？", f"is “{quantity}” a minimum or a maximum?",
        help_zh=f"写“{quantity}以上”（含本数）、“{quantity}以下”（含本数）、“超过{quantity}”或“不满{quantity}”",
        help_en=f"write “{quantity} or more”, “{quantity} or less”, "
        f"“more than {quantity}” or “less than {quantity}”",
    )  # fmt: skip


def _half_row(token: Token, before: tuple[Token, ...], expected: Container[str]) -> Diagnostic | None:
    if "BAR" not in expected or token.type != "NEWLINE":
        return None
    row = next(t for t in _statement(before) if t.type == "BAR")
    return error(
        "half-table", Span(row.start_pos or 0, before[-1].end_pos or 0),
        "表的这一行没有以 | 结尾", "this row does not end in |",
        help_zh="每一行都以 | 开头、以 | 结尾；空格子也要留着",
        help_en="begin and end every row with |; keep empty cells",
    )  # fmt: skip


def _no_unit(token: Token, last: Token | None, expected: Container[str]) -> Diagnostic | None:
    """A word that is no unit where one must stand: 30匹以上, 数量（匹）."""
    if last is None or last.type not in {"NUMBER", "LPAR"} or "UNIT" not in expected or token.type != "NAME":
        return None
    word = str(token)
    if any(word.startswith(spelling) for name in _DIRECTIONS for spelling in keywords()[name].spellings):
        return None
    for direction in _DIRECTIONS:
        word = word.removesuffix(keywords()[direction].zh) or word
    start = token.start_pos or 0
    return error(
        "unknown-unit", Span(start, start + len(word)), f"不认识的单位“{word}”", f"unknown unit “{word}”",
        help_zh="可用的单位有：人（名）、人次、个、场、次、条、家、件、项、份、年、个月、日、个工作日、元、万元、亿元、%",
        help_en="units are people, attendances, items, sessions, times, posts, bodies, pieces, projects, "
        "copies, years, months, days, workdays, yuan, wan-yuan, yi-yuan, percent",
    )  # fmt: skip


def _no_blank(word: str, here: Span, token: Token, wanted: list[str]) -> Diagnostic | None:
    """A keyword and what follows it in one word: 为A级."""
    if token.type != "NAME" or "NAME" in wanted:
        return None
    begins = [
        s for name in wanted if name in keywords() for s in keywords()[name].spellings
        if word.startswith(s) and not s.isascii()
    ]  # fmt: skip
    if not begins:
        return None
    keyword = max(begins, key=len)
    apart = f"{keyword} {word.removeprefix(keyword)}"
    return error(
        "missing-blank", here, f"“{word}”中间少了空格", f"a blank is missing in “{word}”",
        help_zh=f"是否想写“{apart}”？", help_en=f"did you mean “{apart}”?", fix=Fix(here, apart),
    )  # fmt: skip


#: The keywords that open a statement of an article.
_STATEMENTS = ("DEFINE", "DUTY", "DEADLINE", "WARNING", "AMBIGUITY", "QUOTA", "ADOPTED", "ALTERNATIVE", "REQUIRE")


def _misspelt_opening(text: str, before: tuple[Token, ...]) -> Diagnostic | None:
    """A statement that opens with something like its keyword: 限俄 全市总数."""
    last = before[-1] if before else None
    if last is None or last.type != "NAME" or text[text.rfind("\n", 0, last.start_pos or 0) + 1 : last.start_pos].strip():
        return None
    here = Span(last.start_pos or 0, last.end_pos or 0)
    word = text[here.start : here.end]
    close = did_you_mean(word, [s for name in _STATEMENTS for s in keywords()[name].spellings])
    if close is None:
        return None
    return error(
        "misspelt-keyword", here, f"不认识“{word}”", f"“{word}” is not a keyword here",
        help_zh=f"是否想写“{close}”？", help_en=f"did you mean “{close}”?",
    )  # fmt: skip


#: Words that mean what a keyword means and look like another.
_SAME_SENSE = {
    "等于": "为", "是": "为", "等于为": "为", "大于": "超过", "小于": "不满", "大于等于": "不少于", "小于等于": "不超过",
    "早于等于": "不晚于", "并": "且", "并且": "且", "不是": "不为", "包括": "含", "包含": "含",
}  # fmt: skip


def _misspelt(text: str, word: str, here: Span, token: Token, wanted: list[str]) -> Diagnostic | None:
    if token.type not in {"NAME", "UNKNOWN"} and word not in spelled():
        return None
    candidates = [s for name in wanted if name in keywords() for s in keywords()[name].spellings if len(s) > 1]
    close = _SAME_SENSE.get(word)
    close = close if close in candidates or close == "为" else did_you_mean(word, [s for s in candidates if " " not in s])
    phrase = _ENGLISH.match(text, here.start)
    words = phrase.group().split(" ") if phrase is not None else []
    for count in range(len(words), 1, -1):
        meant = did_you_mean(" ".join(words[:count]), [s for s in candidates if s.count(" ") == count - 1])
        if meant is not None:
            word, close = " ".join(words[:count]), meant
            here = Span(here.start, here.start + len(word))
            break
    if close is None:
        return None
    return error(
        "misspelt-keyword", here, f"不认识“{word}”", f"“{word}” is not a keyword here",
        help_zh=f"是否想写“{close}”？", help_en=f"did you mean “{close}”?",
    )  # fmt: skip


def _list(wanted: list[str], lang: str) -> str:
    """The first few things that may stand here, in words."""
    words = []
    for name in wanted:
        if name in _CLASSES:
            words.append(_CLASSES[name][0 if lang == "zh" else 1])
        elif len(words) < 6:
            words.append(f"“{keywords()[name].in_(lang)}”")
    more = len([n for n in wanted if n not in _CLASSES]) > 6
    joined = ("、" if lang == "zh" else ", ").join(words)
    return joined + (("等" if lang == "zh" else " and others") if more else "")
