"""A letter about one outcome: what its template is filled with.

The program says what was found, what was decided and what is open; everything else is the office's (``Letterhead``), and a
blank to be filled in by hand where the office has not said it. A letter is Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from policylang.explain.wording import day

if TYPE_CHECKING:
    from policylang.facts.letter_file import Letterhead
    from policylang.runtime.outcome import Outcome

Kind = Literal["decision", "shortfall", "rectification", "request"]
KINDS: tuple[Kind, ...] = ("decision", "shortfall", "rectification", "request")

_DIGITS = "零一二三四五六七八九"

#: What stands where the office has filled in nothing, and how the office's file calls it.
_BLANKS = {
    "issuer": ("发文机关", "（发文机关）"), "number": ("发文字号", "　　　〔　　　〕　　号"),
    "addressee": ("收文单位", "（收文单位）"), "signer": ("签发人", "　　　　　"),
    "post": ("签发人职务", "（签发人职务）"), "date": ("日期", "　　　年　　月　　日"),
    "contact": ("联系人", "　　　　"), "telephone": ("联系电话", "　　　　　　　　"),
}  # fmt: skip
NO_REMEDIES = "（救济途径由制发机关填写）"
NO_DEADLINE = "（由制发机关填写）"


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph: at ``level`` 1 to 3 it is numbered （一）, 1．, （1）; at level 0 it is plain."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the letter under a heading 一、, 二、; ``name`` tells templates which one it is."""

    name: str
    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: its title (unless the office has one), the opening, the parts, the closing, the stamps."""

    title: str
    opening: str
    parts: tuple[Part, ...]
    closing: str
    stamps: tuple[str, ...] = ()


def chinese_numeral(number: int) -> str:
    """一, 十, 二十一: the number of a heading, from 1 to 99; larger ones in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def blanks(head: Letterhead, kind: Kind) -> tuple[str, ...]:
    """The keys of the office's file that this kind of letter needs and that are not filled in."""
    missing = [key for name, (key, _) in _BLANKS.items() if getattr(head, name) is None]
    if kind in {"decision", "rectification"} and not head.remedies:
        missing.append("救济途径")
    if kind in {"rectification", "request"} and head.deadline is None:
        missing.append("期限")
    return tuple(missing)


def deadline(head: Letterhead) -> str:
    """The deadline that the office sets, or a blank."""
    match head.deadline:
        case None:
            return NO_DEADLINE
        case date() as last:
            return f"{day(last, 'zh')}以前（含当日）"
        case text:
            return text


def context(letter: Letter, head: Letterhead, outcome: Outcome) -> dict[str, object]:
    """The placeholders of the templates; ``docs/letters.md`` lists them."""
    filled = {key: getattr(head, name) or blank for name, (key, blank) in _BLANKS.items()}
    filled["日期"] = day(head.date, "zh") if head.date is not None else filled["日期"]
    return {
        **filled,
        "标题": head.title or letter.title,
        "办法": f"《{outcome.policy.title}》",
        "时点": day(outcome.as_of, "zh"),
        "考核年度": f"{outcome.year}年",
        "各印记": list(letter.stamps),
        "引言": letter.opening,
        "各部分": [
            {"名称": part.name, "序号": chinese_numeral(n), "标题": part.heading, "各段": _numbered(part.items)}
            for n, part in enumerate(letter.parts, 1)
        ],
        "结语": letter.closing,
        "附件": list(head.attachments),
        "抄送": "，".join(head.copies),
    }


def _numbered(items: tuple[Item, ...]) -> list[dict[str, object]]:
    """The paragraphs with their numbers, begun anew below each paragraph of a level above; one alone has no number."""
    places: list[tuple[tuple[int, ...], int]] = []
    counts = [0, 0, 0, 0]
    for item in items:
        counts[item.level] += 1 if item.level else 0
        counts[item.level + 1 :] = [0] * (3 - item.level) if item.level else counts[1:]
        places.append((tuple(counts[: item.level]), counts[item.level]))
    last = {(above, item.level): number for (above, number), item in zip(places, items, strict=True)}
    told: list[dict[str, object]] = []
    for (above, number), item in zip(places, items, strict=True):
        label = ("", f"（{chinese_numeral(number)}）", f"{number}．", f"（{number}）")[item.level]
        alone = last[above, item.level] == 1
        told.append({"层次": item.level, "编号": "" if alone else label, "文字": item.text})
    return told
