"""Lines of a published measure: what is decoration, which label a line opens with, where a line was cut.

Texts come from web pages, PDF and Word files and Markdown; what is looked at here is the line without the traces of
that (``bare``), in the plain forms of its characters (Unicode NFKC: ``（１）`` and ``⑴`` are ``(1)``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from policylang.measure.citation import chinese_number

_NUMERAL = "[零〇一二两三四五六七八九十百千0-9]{1,9}"
_HAN = "[零〇一二两三四五六七八九十百]{1,5}"

# Pictures and bookmarks as converters write them; the bounds keep a hostile line from taking long.
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|\[image:[^\]\n]{0,200}\]")
_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,200}\]")
_QUOTED = re.compile(r"(?:>\s{0,3}){1,9}")
_MARKUP = re.compile(r"#{1,6}\s{0,9}|[-+*•▪■●◆]\s{1,9}")
_PAGE = re.compile(r"[-—–\s]{0,9}\d{1,4}[-—–\s]{0,9}|第\s?\d{1,4}\s?页(?:[\s,/]{0,3}共\s?\d{1,4}\s?页)?|\d{1,4}\s?/\s?\d{1,4}")

_ARTICLE = re.compile(rf"第\s?({_NUMERAL})\s?条")
_DIVISION = re.compile(rf"第\s?({_NUMERAL})\s?([编章节])(?=\s|$|[^的、,至和及])")
_ANNEX = re.compile(rf"附\s{{0,3}}件\s{{0,3}}({_NUMERAL})?\s{{0,3}}(:?)\s{{0,3}}")
#: What a sentence goes on with after a reference to an article; a line that opens so is no new article.
_REFERENCE = re.compile("[的、,至到和及或与中所第款项规]")

Style = Literal["一、", "（一）", "1.", "（1）", "1）", "①"]

_LABELS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("（一）", re.compile(rf"\(\s?({_HAN})\s?\)[、.:]?")),
    ("（1）", re.compile(r"\(\s?(\d{1,3})\s?\)[、.:]?")),
    ("一、", re.compile(rf"({_HAN})(?:、|\.)")),
    ("1.", re.compile(r"(\d{1,3})(?:、|\.(?!\d)|\.(?=20\d\d年))")),
    ("1）", re.compile(r"(\d{1,3})\)")),
)

_ENDS = frozenset("。;:!?.…")
_CLOSERS = "”’\"')]》】」』"
_LONG = 25
_TITLE = 30
_CAPTION = 15
_INSIDE = re.compile("[。;!?,]")


@dataclass(frozen=True, slots=True)
class Label:
    """The label of an item: its style and number."""

    style: Style
    number: int

    @property
    def printed(self) -> str:
        """The label as a citation writes it: （三）, 1, （2）, ①."""
        match self.style:
            case "（一）":
                return f"（{in_chinese(self.number)}）"
            case "一、":
                return in_chinese(self.number)
            case "1.":
                return str(self.number)
            case "（1）" | "1）":
                return f"（{self.number}）"
            case "①":
                return circled(self.number)


def bare(line: str) -> str:
    """The line without blanks at its ends, Markdown, pictures, bookmarks and characters that cannot be seen."""
    if "[" in line:
        line = _BOOKMARK.sub("", _PICTURE.sub("", line))
    if not line.isascii():
        line = "".join(c for c in line if c.isprintable() or c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    line = line.strip()
    for before in (_QUOTED, _MARKUP):
        found = before.match(line)
        line = line[found.end() :] if found else line
    return line.replace("**", "").strip()


def plain(text: str) -> str:
    """The text in the plain forms of its characters."""
    return unicodedata.normalize("NFKC", text)


def is_noise(line: str) -> bool:
    """Nothing to read: blank, a picture alone, a page number. ``line`` is bare and plain."""
    return not line or _PAGE.fullmatch(line) is not None


def has_picture(line: str) -> bool:
    """A picture stands in the line as published."""
    return "[" in line and _PICTURE.search(line) is not None


def label_of(line: str) -> tuple[Label, str] | None:
    """The label that opens a bare line, and the rest of the line in plain characters."""
    first = line[:1]
    if "①" <= first <= "⑳":
        return Label("①", ord(first) - 0x245F), plain(line[1:]).strip()
    line = plain(line)
    for style, pattern in _LABELS:
        found = pattern.match(line)
        number = chinese_number(found[1]) if found else None
        if found and number:
            return Label(style, number), line[found.end() :].strip()
    return None


def article_of(line: str, last: int) -> tuple[int, str] | None:
    """The number of the article that a plain line opens, and the rest of the line.

    A line may open with a mere reference (第十条规定的……). Where a blank follows the number it is an article; where
    text follows at once, only the article after ``last``, and not a text that goes on like a reference.
    """
    found = _ARTICLE.match(line)
    number = chinese_number(found[1]) if found else None
    if not found or not number:
        return None
    rest = line[found.end() :]
    if rest and not rest[0].isspace() and rest[0] not in "([【" and (number != last + 1 or _REFERENCE.match(rest)):
        return None
    return number, rest.strip()


def after_article(line: str) -> str:
    """What follows the number of the article that a plain line is known to open."""
    found = _ARTICLE.match(line)
    return line[found.end() :].strip() if found else line


def division_of(line: str) -> tuple[str, int, str] | None:
    """编, 章 or 节, its number and its heading, where a plain line is such a heading."""
    found = _DIVISION.match(line)
    number = chinese_number(found[1]) if found else None
    if not found or not number or len(line) > 2 * _TITLE or is_finished(line):
        return None
    return found[2], number, line[found.end() :].strip()


def annex_of(line: str) -> tuple[int | None, bool, str] | None:
    """The number of an annex, whether a colon follows 附件, and the rest of a plain line that opens with it."""
    found = _ANNEX.match(line)
    if not found or len(line) > 2 * _TITLE + 20:
        return None
    return (chinese_number(found[1]) if found[1] else None), bool(found[2]), line[found.end() :].strip()


def is_finished(line: str) -> bool:
    """A plain line ends as a sentence, a limb or an introduction does."""
    return line.rstrip(_CLOSERS)[-1:] in _ENDS


def is_cut(line: str, length: int) -> bool:
    """A paragraph of this length breaks off with this plain line: the next line without a label goes on with it."""
    return line.endswith((",", "、")) or (length >= _LONG and not is_finished(line))


def is_caption(line: str) -> bool:
    """A plain line that only announces a picture."""
    return line.endswith(":") and len(line) <= _CAPTION and label_of(line) is None and article_of(line, 0) is None


def is_title(line: str) -> bool:
    """A plain line is a short heading: no sentence in it, at most a colon at its end."""
    return len(line) <= _TITLE and not _INSIDE.search(line) and ":" not in line[:-1]


def in_chinese(number: int) -> str:
    """The whole number from 0 to 9,999 in Chinese numerals: 十四, 一百零二."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    written, zero = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            written += ("零" if zero and written else "") + "零一二三四五六七八九"[digit] + name
        zero = not digit
    return written.removeprefix("一") if 10 <= number < 20 else written


def circled(number: int) -> str:
    """①, ② … ⑳, and 第二十一款 from there on."""
    return chr(0x245F + number) if number <= 20 else f"第{in_chinese(number)}款"
