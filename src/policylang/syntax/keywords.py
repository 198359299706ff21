"""The keywords and marks of the language, read from the grammar itself so that they are written once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LINE = re.compile(r'^([A-Z_]+): ("[^"]+"(?: \| "[^"]+")*)$', re.MULTILINE)


def grammar_text() -> str:
    """The grammar, from the wheel or from the checkout.

    Raises:
        FileNotFoundError: when the package was installed without its grammar.
    """
    inside = Path(__file__).resolve().parents[1] / "grammar" / "policy.lark"
    beside = Path(__file__).resolve().parents[3] / "grammar" / "policy.lark"
    return (inside if inside.exists() else beside).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Keyword:
    """One terminal with fixed spellings: the canonical Chinese and English ones and those also understood."""

    terminal: str
    zh: str
    en: str
    spellings: tuple[str, ...]

    def in_(self, lang: str) -> str:
        """The canonical spelling in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


@cache
def keywords() -> dict[str, Keyword]:
    """All keywords and punctuation marks by terminal name, in the order of the grammar."""
    found = {}
    for terminal, alternatives in _LINE.findall(grammar_text()):
        spellings = tuple(re.findall(r'"([^"]+)"', alternatives))
        found[terminal] = Keyword(terminal, spellings[0], spellings[1], spellings)
    return found


@cache
def spelled() -> dict[str, tuple[str, ...]]:
    """The terminals that each spelling may stand for (职责 opens a duty and marks a clause that only names duties)."""
    table: dict[str, tuple[str, ...]] = {}
    for keyword in keywords().values():
        for spelling in keyword.spellings:
            table[spelling] = (*table.get(spelling, ()), keyword.terminal)
    return table


#: Counting units and measures: canonical Chinese, English, and what else is understood.
UNITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "人": ("people", ("名", "person", "位")),
    "人次": ("attendances", ("attendance",)),
    "个": ("items", ("item",)),
    "场": ("sessions", ("session",)),
    "次": ("times", ("time",)),
    "条": ("posts", ("post",)),
    "家": ("bodies", ("body",)),
    "件": ("pieces", ("piece",)),
    "项": ("projects", ("project",)),
    "份": ("copies", ("copy",)),
    "年": ("years", ("year", "周年")),
    "个月": ("months", ("month", "月")),
    "日": ("days", ("day", "天", "个自然日")),
    "个工作日": ("workdays", ("workday", "工作日")),
    "元": ("yuan", ()),
    "万元": ("wan-yuan", ()),
    "亿元": ("yi-yuan", ()),
    "%": ("percent", ("％",)),
}


@cache
def unit_spellings() -> dict[str, str]:
    """Every spelling of a unit with its canonical Chinese unit."""
    table = {}
    for unit, (english, others) in UNITS.items():
        for spelling in (unit, english, *others):
            table[spelling] = unit
    return table
