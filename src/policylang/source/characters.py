"""Characters that deceive the reader of a policy: found before anything else looks at the text.

A measure is what its readers see. A character that cannot be seen, that reorders its neighbours or that looks
like another one makes two texts that read alike mean different things (Unicode Technical Standard 39).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from policylang.source.diagnostic import Diagnostic, Fix, error
from policylang.source.span import Span

_MOST_FINDINGS = 50

# Tab, ASCII, Latin with its accents, dashes and quotation marks, Chinese punctuation, Han, full-width ASCII.
# The two Han planes are taken whole: ideographs newer than the Unicode tables of this Python are welcome.
_ORDINARY = (
    "\t\n\r\x20-\x7e\xa0-\xac\xae-\u024f\u2010-\u2027\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e"
    "\U00020000-\U0002f7ff\U0002fa20-\U0002fffd\U00030000-\U0003fffd"
)
_IS_ORDINARY = re.compile(f"[{_ORDINARY}]")
_NEWLINE_OR_ODD = re.compile(f"[\n\r]|[^{_ORDINARY}]")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Blank or without a glyph, although Unicode does not class them as format characters: joiners, fillers, the
# empty Braille cell, selectors of a variant.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_LOST = frozenset("\ufffc\ufffd")  # what a converter leaves where it lost the original

_LOOK_ALIKE_LETTERS = ("CYRILLIC ", "GREEK ", "COPTIC ", "ARMENIAN ", "CHEROKEE ", "LISU ", "MATHEMATICAL ")
_LOOK_ALIKE_HAN = ("KANGXI RADICAL ", "CJK RADICAL ", "CJK COMPATIBILITY IDEOGRAPH-")

_TWINS = dict(
    zip(
        # Cyrillic, Greek, and the radicals that text copied from PDF files often has in place of Han.
        "АВЕКМНОРСТХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰",
        "ABEKMHOPCTXaeopcyxijsABEZHIKMNOPTYXo民西见角贝车长门青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙",
        strict=True,
    )
)

_UNNAMED = {"Cc": "control", "Co": "private-use", "Cs": "surrogate", "Cn": "unassigned"}


def scan(text: str) -> tuple[Diagnostic, ...]:
    """An error for each deceptive character, once for each kind on a line, at most 50 in all."""
    findings: list[Diagnostic] = []
    on_this_line: set[str] = set()
    for match in _NEWLINE_OR_ODD.finditer(text):
        char = match.group()
        if char in "\n\r":
            on_this_line.clear()
        elif char not in on_this_line and (code := fault(char)) is not None:
            on_this_line.add(char)
            findings.append(_finding(code, char, Span(*match.span())))
            if len(findings) == _MOST_FINDINGS:
                break
    return tuple(findings)


@lru_cache(maxsize=4096)
def fault(char: str) -> str | None:
    """The code of what is wrong with one character, or ``None`` when a policy may contain it."""
    if _IS_ORDINARY.match(char):
        return None
    if char in _BIDI:
        return "bidi-control"
    category = unicodedata.category(char)
    if category == "Cf" or _BLANK.match(char):
        return "invisible-character"
    if category in _UNNAMED or char in _LOST:
        return "control-character"
    return "confusable-character" if _looks_like_another(char, category) else None


def visible(text: str) -> str:
    """The text on one line with nothing hidden: safe to print, whatever a file contains.

    Control characters become their pictures (``␛``), a tab four blanks, and other characters that have no
    glyph or move their neighbours become their code point (``<U+202E>``).
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_glyph, text))


def _glyph(char: str) -> str:
    code_point = ord(char)
    if char == "\t":
        return "    "
    if code_point < 0x20:
        return chr(0x2400 + code_point)
    if code_point == 0x7F:
        return "␡"
    return (
        char if fault(char) in {None, "confusable-character"} or char in _LOST else f"<{_code_point(char)}>"
    )


def _looks_like_another(char: str, category: str) -> bool:
    name = unicodedata.name(char, "")
    if category == "Nd":
        return True  # a digit of another script: ৪ is four, not eight
    if category.startswith("L") and ("\u2100" <= char <= "\u214f" or name.startswith(_LOOK_ALIKE_LETTERS)):
        return True
    # Twelve "compatibility" ideographs are ordinary ones; they alone stand for no other.
    return name.startswith(_LOOK_ALIKE_HAN) and (category == "So" or unicodedata.decomposition(char) != "")


def _twin(char: str) -> str | None:
    """The ordinary character that this one passes for, when there is exactly one."""
    if char in _TWINS:
        return _TWINS[char]
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and _IS_ORDINARY.match(folded) else None


def _finding(code: str, char: str, span: Span) -> Diagnostic:
    point, name = _code_point(char), _name(char)
    if code == "bidi-control":
        return error(
            code,
            span,
            f"双向排版控制字符 {point}（{name}）会让看到的文字与实际的文字不同",
            f"the bidirectional control {point} ({name}) makes the text read differently from what it says",
            help_zh="请删除这个字符",
            help_en="delete this character",
            fix=Fix(span, ""),
        )
    if code == "invisible-character":
        return error(
            code,
            span,
            f"这里有看不见的字符 {point}（{name}）",
            f"there is an invisible character {point} ({name}) here",
            help_zh="请删除这个字符",
            help_en="delete this character",
            fix=None if char in "\u2028\u2029" else Fix(span, ""),
        )
    if code == "control-character":
        return error(
            code,
            span,
            f"字符 {point}（{name}）是控制字符、自造字或转换时丢失的字，策略文件中不能使用",
            f"{point} ({name}) is a control, private or lost character, which a policy may not contain",
            help_zh="请对照原文，改成应有的文字或删除",
            help_en="compare with the original, and write the intended character or delete this one",
        )
    twin = _twin(char)
    if twin is None:
        return error(
            code,
            span,
            f"字符“{char}”是 {point}（{name}），容易与常用字母混淆",
            f"“{char}” is {point} ({name}), easily mistaken for an ordinary letter",
            help_zh="请改用汉字、拉丁字母或阿拉伯数字",
            help_en="use Han characters, Latin letters or the digits 0 to 9",
        )
    return error(
        code,
        span,
        f"字符“{char}”是 {point}（{name}），看起来像“{twin}”但不是同一个字符",
        f"“{char}” is {point} ({name}): it passes for “{twin}” but is not the same character",
        help_zh=f"请改成“{twin}”（{_code_point(twin)}）",
        help_en=f"write “{twin}” ({_code_point(twin)})",
        fix=Fix(span, twin),
    )


def _code_point(char: str) -> str:
    return f"U+{ord(char):04X}"


def _name(char: str) -> str:
    """The Unicode name, or for a character without one its label in the standard, section 4.8."""
    label = _UNNAMED.get(unicodedata.category(char), "")
    return unicodedata.name(char, f"{label}-{ord(char):04X}")
