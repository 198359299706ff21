"""Citations of Chinese measures: 第十条（三）1 · 第五条4 · 附件二（三）2.

A citation keeps the text as printed and compares by its canonical path, so that ``第十一条(一)`` and
``第十一条（一）`` are the same clause and 第十条 is known to contain both 第十条3 and 第十条（三）1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = r"[零〇一二两三四五六七八九十百千0-9０-９]+"
_HEAD = re.compile(rf"第({_NUMERAL})([条章编节])|附件({_NUMERAL})?|标题|印发通知")
_PART = re.compile(
    rf"第[（(]({_NUMERAL})[）)][项目]|[（(]({_NUMERAL})[）)]|([①-⑳])|第({_NUMERAL})([款项目条])|({_NUMERAL})[．.、]?|([\s·])",
)

#: A citation that a bare number cannot follow without being taken for part of its own: 附件一·1.
_OPEN = re.compile(rf"(?:附件|{_NUMERAL[:-1]})$")

#: Matches one citation inside running text, longest first.
CITATION = re.compile(
    rf"(?:第{_NUMERAL}条|附件{_NUMERAL}(?![\w])|附件(?=[（(])|附件(?!\w)|标题(?!\w)|印发通知(?!\w))"
    rf"(?:第[（(]{_NUMERAL}[）)][项目]|[（(]{_NUMERAL}[）)]|[①-⑳]|第{_NUMERAL}[款项目]|[0-9０-９]+(?![0-9０-９]*[个人名场次条家年月日天元万亿%％]))*",
)
#: Matches the label that opens a paragraph or item, at the start of its line.
LABEL = re.compile(rf"[（(]{_NUMERAL}[）)]|[0-9０-９]+[．、](?!\d)|[0-9０-９]+\.(?!\d)|[①-⑳]|第{_NUMERAL}[款项]")


def chinese_number(text: str) -> int | None:
    """Return the whole number written as 十四, 一百零二, 14 or １４, or None when it is none (below 10,000)."""
    if not text:
        return None
    if all(character in "0123456789０１２３４５６７８９" for character in text):
        return int(text) if len(text) <= 4 else None
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SCALES:
            total += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            return None
    return total + digit


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause of a measure: ``text`` as printed, ``path`` for comparison (by kind and number)."""

    text: str = field(compare=False)
    path: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Citation | None:
        """Read a citation in any of the three numbering styles; None when the text is not one."""
        head = _HEAD.match(text)
        if head is None:
            return None
        article, unit, annex = head.group(1), head.group(2), head.group(3)
        if article is not None:
            path = [f"{unit}{chinese_number(article)}"]
        elif annex is not None:
            path = [f"附件{chinese_number(annex)}"]
        else:
            path = [head.group(0)]
        rest = text[head.end() :]
        if head.group(0) == "标题":  # 标题（征求意见稿）: what the brackets of a title hold is still the title
            return cls(text, ("标题",)) if not rest or (rest[0] in "（(" and rest[-1] in "）)") else None
        steps = _steps(rest)
        return None if steps is None else cls(text, (*path, *steps))

    def under(self, label: str) -> Citation:
        """The citation of the part ``label`` (as printed: ``（三）``, ``1．``, ``第二款``) inside this clause."""
        printed = label.rstrip("．.、 ")
        steps = _steps(label)
        apart = "·" if _OPEN.search(self.text) and re.match(_NUMERAL, printed) else ""
        return Citation(self.text + apart + printed, (*self.path, *(steps or (printed,))))

    def contains(self, other: Citation) -> bool:
        """True when ``other`` is this clause or stands inside it."""
        return other.path[: len(self.path)] == self.path

    def in_english(self) -> str:
        """The citation for an English reader, e.g. ``Article 10(3), item 1``."""
        head, *rest = self.path
        first = re.sub(r"^条", "Article ", head)
        first = re.sub(r"^附件", "Annex ", first).replace("标题", "Title").replace("印发通知", "Covering notice")
        return first.strip() + "".join(_english_step(step) for step in rest)

    def in_(self, lang: str) -> str:
        """As printed for ``zh``, in English otherwise."""
        return self.text if lang == "zh" else self.in_english()


def _english_step(step: str) -> str:
    kind, number = step[0], step[1:]
    words = {"括": f"({number})", "款": f", paragraph {number}", "圈": f", sentence {number}", "条": f", article {number}"}
    return words.get(kind, f", item {number}")


def _steps(text: str) -> tuple[str, ...] | None:
    """The path of the parts after the article; 项 and 目 are numbered like the label they print."""
    steps: list[str] = []
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        position = part.end()
        named, bracketed, circled, ordinal, unit, plain, _ = part.groups()
        if named or bracketed:
            steps.append(f"括{chinese_number(named or bracketed)}")
        elif circled:
            steps.append(f"圈{ord(circled) - 0x245F}")
        elif ordinal:
            steps.append(f"{unit if unit in '款条' else '数'}{chinese_number(ordinal)}")
        elif plain:
            steps.append(f"数{chinese_number(plain)}")
    return tuple(steps)
