"""What an office fills in for a letter: its name and number, whom it goes to, who signs, what the addressee can do.

    发文机关: 柳州市科学技术局
    发文字号: 柳科〔2026〕12号
    收文单位: 柳州某某有限公司
    签发人: 张三
    签发人职务: 局长
    日期: 2026-11-22
    救济途径: 对本决定有异议的，……

Nothing is required, and nothing is made up for what is missing: the letter has a blank there, to be filled in by hand.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from policylang.facts.forms import Fault, read
from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, is_null, quote
from policylang.facts.tree import Kind, load_tree
from policylang.semantics.types import Day, Text
from policylang.source.diagnostic import Diagnostic, Fix, did_you_mean, error, warning

if TYPE_CHECKING:
    from policylang.source.text import SourceText

#: The parts of a letter: Chinese key, English key.
KEYS = {
    "发文机关": "issuer", "发文字号": "number", "标题": "title", "收文单位": "addressee", "称呼": "address_as",
    "签发人": "signer", "签发人职务": "post", "日期": "date", "期限": "deadline", "救济途径": "remedies",
    "联系人": "contact", "联系电话": "telephone", "附件": "attachments", "抄送": "copies",
}  # fmt: skip
_ENGLISH = {english: english for english in KEYS.values()}
_LISTS = ("remedies", "attachments", "copies")
ADDRESSES = ("你单位", "贵单位")

_YEAR_IN_BRACKETS = re.compile(r"[\[［【(（〈<﹝]\s*(\d{4})\s*[\]］】)）〉>﹞]")
_NUMBER = re.compile(r"[^〔〕\s]{1,30}〔\d{4}〕[1-9]\d*号")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the office has filled in; None or empty where it has not. ``deadline`` is a day, or a text such as 15日内."""

    issuer: str | None = None
    number: str | None = None
    title: str | None = None
    addressee: str | None = None
    address_as: str | None = None
    signer: str | None = None
    post: str | None = None
    date: dt.date | None = None
    deadline: dt.date | str | None = None
    remedies: tuple[str, ...] = ()
    contact: str | None = None
    telephone: str | None = None
    attachments: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


def read_letter(source: SourceText, kind: Kind) -> tuple[Letterhead, tuple[Diagnostic, ...]]:
    """What the file fills in, and everything that is wrong with it; a corrected document number is a warning."""
    tree, found = load_tree(source, kind)
    diagnostics = list(found)
    if tree is None or is_null(tree):
        return Letterhead(), tuple(diagnostics)
    if not isinstance(tree, Mapping):
        zh, en = "文件应逐项写“发文机关：……”这样的内容", "the file is a mapping such as issuer: …"
        return Letterhead(), (*diagnostics, _fault(tree, zh, en))
    known = {**KEYS, **_ENGLISH}
    values: dict[str, object] = {}
    for key, value in tree.entries:
        name = known.get(key.text)
        if name is None:
            diagnostics.append(_unknown(key))
        elif name in values:
            diagnostics.append(_fault(key, f"“{key.text}”已经写过", f"“{key.text}” is given already"))
        elif not is_null(value):
            values[name] = _value(name, key, value, diagnostics)
    return Letterhead(**{f.name: values[f.name] for f in fields(Letterhead) if values.get(f.name)}), tuple(diagnostics)  # type: ignore[arg-type]


def _value(name: str, key: Scalar, value: Node, diagnostics: list[Diagnostic]) -> object:
    if name in _LISTS:
        items = value.items if isinstance(value, Sequence) else (value,)
        return tuple(told for item in items for told in _paragraphs(key, item, diagnostics))
    if not isinstance(value, Scalar):
        diagnostics.append(_fault(value, f"“{key.text}”只写一项文字", f"“{key.text}” is one text"))
        return None
    if name == "date" or (name == "deadline" and isinstance(read(Day(), value.text), dt.date)):
        return _read(Day(), key, value, diagnostics)
    told = _read(Text(), key, value, diagnostics)
    if name == "number" and isinstance(told, str):
        return _numbered(value, told, diagnostics)
    if name == "address_as" and told not in (None, *ADDRESSES):
        options = "”或“".join(ADDRESSES)
        diagnostics.append(_fault(value, f"“{key.text}”写“{options}”", f"“{key.text}” is 你单位 or 贵单位"))
    return told


def _paragraphs(key: Scalar, item: Node, diagnostics: list[Diagnostic]) -> list[str]:
    """The paragraphs of a text, one for each line that is not blank."""
    if not isinstance(item, Scalar):
        zh, en = f"“{key.text}”写文字，或者一项一行的清单", f"“{key.text}” is a text or a list of texts"
        diagnostics.append(_fault(item, zh, en))
        return []
    lines = [Scalar(line.strip(), quoted=True, span=item.span) for line in item.text.split("\n") if line.strip()]
    told = [_read(Text(), key, line, diagnostics) for line in lines]
    return [text for text in told if isinstance(text, str)]


def _read(kind: Day | Text, key: Scalar, value: Scalar, diagnostics: list[Diagnostic]) -> object:
    found = read(kind, value.text)
    if isinstance(found, Fault) or (isinstance(kind, Day) and not isinstance(found, dt.date)):
        fault = found if isinstance(found, Fault) else None
        zh = fault.message.zh if fault else "应当是日期，写作“2024-03-01”或者“2024年3月1日”"
        en = fault.message.en if fault else "must be a date (YYYY-MM-DD)"
        diagnostics.append(_fault(value, f"“{key.text}”填写为“{quote(value.text)}”，{zh}", f"“{key.text}”: {en}"))
        return None
    return found


def _numbered(node: Scalar, number: str, diagnostics: list[Diagnostic]) -> str:
    """The number with the year in 〔〕; a warning where it was otherwise, or is not of the usual form."""
    right = _YEAR_IN_BRACKETS.sub(r"〔\1〕", number)
    if right != number:
        zh = f"发文字号的年份用六角括号，已按“{quote(right)}”印出"
        en = f"the year of a document number stands in 〔〕: printed as {quote(right)}"
        fix = None if node.span is None or node.quoted else Fix(node.span, right)
        diagnostics.append(warning("bad-letter", node.span, zh, en, fix=fix))
    elif not _NUMBER.fullmatch(right):
        zh, en = f"发文字号“{quote(right)}”不是通常的写法", f"the document number “{quote(right)}” is not of the usual form"
        help_zh = "一般写作“机关代字〔年份〕序号号”，如“柳科〔2026〕12号”；序号不编虚位，不加“第”字"
        diagnostics.append(
            warning("bad-letter", node.span, zh, en, help_zh=help_zh, help_en="such as 柳科〔2026〕12号")
        )
    return right


def _unknown(key: Scalar) -> Diagnostic:
    close = did_you_mean(key.text, [*KEYS, *_ENGLISH])
    hint = (f"是否应为“{close}”？", f"did you mean “{close}”? ") if close else ("", "")
    return error(
        "bad-letter", key.span, f"不认识“{quote(key.text)}”", f"unknown key “{quote(key.text)}”",
        help_zh=f"{hint[0]}可写：{'、'.join(KEYS)}", help_en=f"{hint[1]}there are: {', '.join(_ENGLISH)}",
    )  # fmt: skip


def _fault(node: Node, zh: str, en: str) -> Diagnostic:
    return error("bad-letter", node.span, zh, en, help_zh="写法见 docs/letters.md", help_en="see docs/letters.md")
