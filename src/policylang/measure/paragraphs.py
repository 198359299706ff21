"""Paragraphs of a published measure: lines put together again, each with what it opens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from policylang.measure import lines as look

Role = Literal["division", "article", "annex", "label", "plain", "other"]

#: Lines of a web page or a letter around the text of a measure.
AROUND = re.compile(
    r"当前位置|首页|>|发布日期|发布时间|访问次数|浏览次数|阅读次数|字号|字体|打印|关闭窗口|分享|信息来源|来源:|索引号"
    r"|信息分类|发文机关:|发文机构|成文日期|主题词|公开方式|\||上一篇|下一篇|责任编辑|版权所有|主办单位|相关链接|相关阅读|扫一扫|^抄送|^主送"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line that has something to read: where it starts, what it says without traces of its origin, and plain."""

    start: int
    said: str
    plain: str


class Paragraph:
    """Lines that belong together: where they start, what opens them, and the rest in plain characters."""

    __slots__ = ("_length", "_pieces", "label", "number", "role", "start")

    def __init__(
        self, start: int, role: Role, text: str, number: int | None = None, label: look.Label | None = None
    ) -> None:
        self.start = start
        self.role = role
        self.number = number
        self.label = label
        self._pieces = [text]
        self._length = len(text)

    @property
    def text(self) -> str:
        """The words after the label."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    @property
    def cut(self) -> bool:
        """Whether the next line without a label goes on with this paragraph."""
        return look.is_cut(self._pieces[-1], self._length)

    def ends(self, marks: str) -> bool:
        """Whether it ends in one of these signs of punctuation."""
        return self._pieces[-1].endswith(tuple(marks))

    def extend(self, line: str) -> None:
        """Go on with a further line."""
        self._pieces.append(line)
        self._length += len(line)


def rows_of(text: str) -> list[Row]:
    """The lines with something to read; the others, and captions of pictures, stay with the part before them."""
    found: list[Row] = []
    start = 0
    for line in text.splitlines(keepends=True):
        said = look.bare(line)
        plain = look.plain(said)
        if not look.is_noise(plain):
            found.append(Row(start, said, plain))
        elif found and look.has_picture(line) and look.is_caption(found[-1].plain):
            found.pop()
        start += len(line)
    return found


def body_start(rows: list[Row]) -> int:
    """Which row the articles begin at: the first article, with the chapter headings right above it."""
    first = next((n for n, row in enumerate(rows) if look.article_of(row.plain, 0)), len(rows))
    ranks = "编章节"
    rank, start = len(ranks), first
    for back in range(first - 1, max(first - 8, -1), -1):
        division = look.division_of(rows[back].plain)
        if division and ranks.index(division[0]) < rank:
            start, rank = back, ranks.index(division[0])
        elif division or start - back > 1 or len(rows[back].plain) > 12:
            break
    return start


def paragraphs_of(rows: list[Row]) -> list[Paragraph]:
    """The paragraphs from the first article on; what only follows the measure is ``other``."""
    last = _last_article(rows)
    annexes = _annexes(rows, last)
    found: list[Paragraph] = []
    numbers: dict[str, int] = {}
    article, over, in_annex = 0, False, False
    for at, row in enumerate(rows):
        before = found[-1] if found else None
        cut = before is not None and before.role in {"article", "label", "plain"} and before.cut
        opened = look.article_of(row.plain, article)
        division = look.division_of(row.plain)
        labelled = look.label_of(row.said)
        tail = at > last and not in_annex
        if at in annexes:
            number, title = annexes[at]
            found.append(Paragraph(row.start, "annex", title, number))
            numbers, article, over, in_annex = {}, 0, False, True
        elif over:
            found.append(Paragraph(row.start, "other", row.plain))
        elif opened and not (cut and opened[0] != article + 1):
            article, numbers = opened[0], {}
            found.append(Paragraph(row.start, "article", opened[1], article))
        elif division and not cut:
            found.append(Paragraph(row.start, "division", division[2]))
        elif labelled and not (cut and labelled[0].number not in {1, numbers.get(labelled[0].style, 0) + 1}):
            numbers[labelled[0].style] = labelled[0].number
            found.append(Paragraph(row.start, "label", labelled[1], label=labelled[0]))
        elif before is not None and (cut or (before.role == "division" and not before.text)):
            before.extend(row.plain)
        elif (tail or in_annex) and _follows(row.plain, tail=tail):
            over = tail
            found.append(Paragraph(row.start, "other", row.plain))
        else:
            found.append(Paragraph(row.start, "plain", row.plain))
    return found


def _follows(line: str, *, tail: bool) -> bool:
    """A line after the last article that is no paragraph of it: a signature, a list of attachments, a web page."""
    unfinished = not look.is_finished(line)
    return (unfinished or line.startswith("附件:")) if tail else unfinished and AROUND.search(line) is not None


def _last_article(rows: list[Row]) -> int:
    """The row of the last article of the measure itself: an annex may have articles that begin anew."""
    last, number = -1, 0
    for at, row in enumerate(rows):
        opened = look.article_of(row.plain, number)
        if opened and opened[0] == 1 and number > 1:
            break
        if opened:
            last, number = at, opened[0]
    return last


def _annexes(rows: list[Row], last_article: int) -> dict[int, tuple[int | None, str]]:
    """The rows that begin an annex, with its number and title.

    An annex stands after the articles and has something in it; 附件： with a title may be a mere list of what is
    attached, unless sentences or parts follow it.
    """
    after = range(last_article + 1, len(rows))
    opened = [(at, annex) for at in after if (annex := look.annex_of(rows[at].plain)) is not None]
    found: dict[int, tuple[int | None, str]] = {}
    for (at, (number, colon, title)), following in zip(opened, [*(at for at, _ in opened[1:]), len(rows)], strict=False):
        inside = rows[at + 1 : following]
        if any(_has_content(row) for row in inside) if title or colon else inside:
            found[at] = number, title
    return found


def _has_content(row: Row) -> bool:
    label = look.label_of(row.said)
    return row.plain.endswith(("。", ";")) or (label is not None and label[0].style in {"一、", "（一）"})
