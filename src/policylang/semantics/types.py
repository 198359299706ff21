"""The types of facts, outcomes and expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """One value of an enumeration: the name people read, the id that data uses, its place from the top (0)."""

    name: str
    id: str
    rank: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Boolean:
    """是 or 否."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number with its counting unit; ``unit`` None for a bare number, ``%`` for a rate."""

    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """Exact yuan."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text used only as a label."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options; from the highest to the lowest when ``ordered``."""

    options: tuple[Option, ...]
    ordered: bool = False

    def find(self, word: str) -> Option | None:
        """The option with this name or id."""
        return next((o for o in self.options if word in (o.name, o.id)), None)


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """Any number of several options."""

    options: tuple[Option, ...]

    def find(self, word: str) -> Option | None:
        """The option with this name or id."""
        return next((o for o in self.options if word in (o.name, o.id)), None)


@dataclass(frozen=True, slots=True)
class Records:
    """A list of records, counted in ``unit``; the fields are declared with the fact."""

    unit: str


Type = Boolean | Number | Money | Day | Text | Choice | ChoiceSet | Records

Series = Literal["year", "quarter", "month"]

YES = Option("是", "yes")
NO = Option("否", "no")


def describe(kind: Type, lang: str = "zh") -> str:
    """The type in a reader's words, e.g. ``数量（人）``."""
    zh = lang == "zh"
    match kind:
        case Boolean():
            return "是否" if zh else "yes or no"
        case Number(unit):
            return (f"数量（{unit}）" if unit else "数量") if zh else (f"a count ({unit})" if unit else "a number")
        case Money():
            return "金额" if zh else "money"
        case Day():
            return "日期" if zh else "a date"
        case Text():
            return "文本" if zh else "text"
        case Choice(options) | ChoiceSet(options):
            return ("、" if zh else ", ").join(o.name for o in options)
        case Records():  # pragma: no branch - the last of a closed union
            return "清单" if zh else "a list"
