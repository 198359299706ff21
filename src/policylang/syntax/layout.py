"""How the words of a policy are spelled, spaced and broken into lines, in Chinese and in English."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from policylang.measure.citation import chinese_number
from policylang.source.width import display_width
from policylang.syntax.keywords import UNITS, keywords
from policylang.syntax.lexer import plain_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lark import Token

Lang = Literal["zh", "en"]

_CLOSING = {
    "zh": frozenset({"COLON", "COMMA", "SEP", "GT", "RPAR", "RMARK"}),
    "en": frozenset({"COLON", "COMMA", "RPAR", "RMARK"}),
}
_OPENING = {
    "zh": frozenset({"COLON", "COMMA", "SEP", "GT", "LPAR", "LMARK"}),
    "en": frozenset({"LPAR", "LMARK"}),
}
_BRACKETED = frozenset({"NAME", "QUANTITY", "ONE_OF", "SOME_OF", "LIST", "WHERE", "EARLIEST", "LATEST"})
_AMOUNT = frozenset({"NUMBER", "UNIT"})
_BEFORE_NUMBER = frozenset(
    {"AT_LEAST", "AT_MOST", "MORE_THAN", "LESS_THAN", "CONSECUTIVE", "RAISED", "ABOUT", "FULL", "TO"}
)
_AFTER_NUMBER = frozenset({"OR_MORE", "OR_LESS", "WITHIN", "TO"})
#: The Chinese of a comparison with a grade or another value: 学历 不低于 硕士, where an amount has 不少于30人.
_BEFORE_VALUE = {"AT_LEAST": "不低于", "LESS_THAN": "低于", "MORE_THAN": "高于"}
_TEXT_APART = frozenset({"WARNING", "AMBIGUITY", "NOTE", "ADOPTED", "ALTERNATIVE"})
_CONNECTIVES = frozenset({"AND", "OR"})
_PLAIN_NAME = re.compile(r"[A-Za-z-]+")


class Words:
    """The words of one statement in one language, with the blanks between them."""

    def __init__(self, tokens: Sequence[Token], text: str, lang: Lang) -> None:
        self.tokens = tokens
        self.texts = [_spelling(tokens, n, text, lang) for n in range(len(tokens))]
        self.gaps = [bool(n) and _gap(self.texts, tokens, n, lang) for n in range(len(tokens))]
        self._widths = [display_width(word) for word in self.texts]
        self._depths = list(_depths(tokens))

    def line(self, first: int, last: int) -> str:
        """The words from ``first`` up to, not including, ``last`` on one line."""
        return "".join((" " if self.gaps[n] and n > first else "") + self.texts[n] for n in range(first, last))

    def width(self, first: int, last: int) -> int:
        """The display columns of ``line``."""
        return sum(self._widths[first:last]) + sum(self.gaps[first + 1 : last])

    def broken(self, first: int, last: int, room: int, later: int) -> list[tuple[int, int]]:
        """The lines of these words: ``room`` columns for the first line, ``later`` for the others.

        Breaks come before a long quoted text, then between clauses, then between conditions, from the outside
        in. What cannot be broken stays longer than its line.
        """
        return self._broken(first, last, room, later, 0)

    def _broken(self, first: int, last: int, room: int, later: int, level: int) -> list[tuple[int, int]]:
        if level == len(_CUTS) or self.width(first, last) <= room:
            return [(first, last)]
        cuts = [n for n in range(first + 1, last) if _CUTS[level](self.tokens, self._depths, n)]
        lines: list[tuple[int, int]] = []
        for start, end in pairwise([first, *cuts, last]):
            begun = lines[-1][0] if lines else first
            space = room if begun == first else later
            conditions = begun > first and self.tokens[begun].type in _CONNECTIVES and level < 2
            if lines and not conditions and self.width(begun, end) <= space:
                lines[-1] = (begun, end)
            else:
                lines += self._broken(start, end, later if lines else room, later, level + 1)
        return lines


def _before_text(tokens: Sequence[Token], _: Sequence[int], n: int) -> bool:
    return tokens[n - 1].type == "COLON" and tokens[n].type == "STRING" and tokens[0].type in _TEXT_APART


def _after_clause(tokens: Sequence[Token], _: Sequence[int], n: int) -> bool:
    return tokens[n - 1].type == "COMMA"


def _before_condition(tokens: Sequence[Token], depths: Sequence[int], n: int) -> bool:
    return tokens[n].type in _CONNECTIVES and depths[n] == 0


def _within_brackets(tokens: Sequence[Token], _: Sequence[int], n: int) -> bool:
    return tokens[n].type in _CONNECTIVES or tokens[n - 1].type == "SEP"


#: Where a line may be broken, best first.
_CUTS: tuple[Callable[[Sequence[Token], Sequence[int], int], bool], ...] = (
    _before_text, _after_clause, _before_condition, _within_brackets,
)  # fmt: skip


def _depths(tokens: Sequence[Token]) -> Iterator[int]:
    """How many brackets are open before each token."""
    depth = 0
    for token in tokens:
        yield depth
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)


def _spelling(tokens: Sequence[Token], n: int, text: str, lang: Lang) -> str:
    """How a token is written; what names things is never changed."""
    token = tokens[n]
    written = text[token.start_pos or 0 : token.end_pos or 0]
    match token.type:
        case "BAR":
            return "|"
        case "NUMBER":
            numeral = None if written[0].isdigit() else chinese_number(written)
            return plain_digits(written) if numeral is None else str(numeral)
        case "UNIT":
            return str(token) if lang == "zh" else UNITS[str(token)][0]
        case "DATE":
            year, month, day = map(int, re.findall(r"\d+", written))
            return f"{year:04}年{month}月{day}日" if lang == "zh" else f"{year:04}-{month:02}-{day:02}"
        case "MONTH_DAY":
            month, day = map(int, re.findall(r"\d+", written))
            return f"{month}月{day}日"
        case "NAME":
            quoted = written.startswith("「") or _reads_on(tokens, n)
            return f"「{token}」" if quoted else written
        case "AT_LEAST" | "LESS_THAN" | "MORE_THAN" if lang == "zh" and tokens[n + 1].type != "NUMBER":
            return _BEFORE_VALUE[token.type]
    keyword = keywords().get(token.type)
    return written if keyword is None else keyword.in_(lang)


def _reads_on(tokens: Sequence[Token], n: int) -> bool:
    """Whether a name would read as part of an English keyword, like the name ``table`` after ``by``."""
    name = str(tokens[n])
    if _PLAIN_NAME.fullmatch(name) is None:
        return False
    before = _english(tokens[n - 1]) if n else ""
    after = _english(tokens[n + 1]).split(" ")[0] if n + 1 < len(tokens) else ""
    return f"{before} {name}" in _beginnings() or f"{name} {after}" in _beginnings()


def _english(token: Token) -> str:
    keyword = keywords().get(token.type)
    return "" if keyword is None else keyword.en


@cache
def _beginnings() -> frozenset[str]:
    """What the English keywords of several words begin with, two words or more: ``is one``, ``is one of``."""
    phrases = (keyword.en.split(" ") for keyword in keywords().values())
    return frozenset(" ".join(words[:end]) for words in phrases for end in range(2, len(words) + 1))


def _gap(texts: Sequence[str], tokens: Sequence[Token], n: int, lang: Lang) -> bool:
    """Whether a blank stands before a token."""
    left, right = tokens[n - 1].type, tokens[n].type
    if right in _CLOSING[lang] or left in _OPENING[lang]:
        return False
    if lang == "en":
        return True
    if right == "LPAR":
        return left not in _BRACKETED | {"LABEL"}
    if left == "LABEL":  # 1．5人 would be a number, 第一款甲 a name
        return right == "LMARK" or texts[n - 1].startswith("第") or texts[n][0].isdigit()
    if right == "TO":
        return not (left in _AMOUNT and tokens[n + 1].type == "NUMBER")
    if left == "TO":
        return not (tokens[n - 2].type in _AMOUNT and right == "NUMBER")
    return not (
        (left in _BEFORE_NUMBER and right == "NUMBER")
        or (left in _AMOUNT and right in _AFTER_NUMBER | {"UNIT"})
        or (left == "MONTH_DAY" and right == "BEFORE_DAY")
    )
