"""The head of a table: which column holds which fact, and which holds the name of the station."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from policylang.batch.model import TableError
from policylang.facts.model import EVERY_YEAR
from policylang.facts.nodes import quote
from policylang.plan.layout import Key
from policylang.semantics.periods import Period
from policylang.semantics.types import Boolean, Money, Number
from policylang.source.diagnostic import Message, did_you_mean
from policylang.syntax.keywords import unit_spellings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from policylang.semantics import ir
    from policylang.semantics.types import Series

#: Heads of the column that names the station, unless the policy has a fact of this name.
KEY_WORDS = (
    "站名", "工作站", "工作站名称", "站点", "站点名称", "单位名称", "名称", "编号", "站编号", "工作站编号",
    "station", "station_id", "id", "name",
)  # fmt: skip
#: The column that says which rows are no stations yet: no fact, and none of its names is a field of anything.
APPLYING = Key("", None, "申请设站")
_APPLYING = ("申请设站", "是否申请设站", "applying")
_FACTORS = {"元": 1, "万元": 10_000, "万": 10_000, "亿元": 100_000_000, "亿": 100_000_000, "千元": 1_000}
_BRACKETED = re.compile(r"(.+?)\s*\(([^()]+)\)")
_SEPARATORS = " .·_-/:()，,、"
_QUARTERS = str.maketrans("一二三四", "1234")
_MONTHS = {
    "十二": "12",
    "十一": "11",
    "十": "10",
    "九": "9",
    "八": "8",
    "七": "7",
    "六": "6",
    "五": "5",
    "四": "4",
    "三": "3",
    "二": "2",
    "一": "1",
}


class Found(NamedTuple):
    """What a head means: a column of facts, the whole of a list, and what its numbers are multiplied by."""

    key: Key
    factor: int = 1
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table.

    ``facts`` by the number of the column; ``lists``: columns named like a list; ``keys``: the columns that name the station;
    ``others``: what is passed through.
    """

    facts: Mapping[int, Found]
    lists: Mapping[int, str]
    keys: tuple[int, ...]
    others: tuple[int, ...]

    @property
    def recognised(self) -> int:
        """How many columns are known."""
        return len(self.facts) + len(self.lists)


class Names:
    """Finds the facts of a policy by what stands over a column.

    Args:
        policy: the measure.
        year: the assessment year, for yearly facts whose column names no year.
        renamed: other names of columns, as an office writes them, with the name that is understood.
        members: the table is that of all stations: what is already settled of an outcome has a column (已定评估等级), and
            so has which of them only apply (申请设站).
    """

    def __init__(
        self, policy: ir.Policy, year: int, renamed: Mapping[str, str] | None = None, *, members: bool = False
    ) -> None:
        self._year = year
        self._of_all = members
        self._members = dict.fromkeys(_APPLYING, APPLYING)
        self._yearly = {outcome.id for outcome in policy.outcomes if outcome.period == "year"}
        self._outcomes = {word: outcome.name for outcome in policy.outcomes for word in (outcome.name, outcome.id)}
        for outcome in policy.outcomes:
            name, own = outcome.name, outcome.id
            heads = (f"已定{name}", f"{name}·已定", f"{name}(已定)", f"recorded {own}", f"{own}.recorded")
            self._members |= {_plain(head): Key(own) for head in heads}
        self._renamed = {_plain(own): meant for own, meant in (renamed or {}).items()}
        self._facts = {_plain(name): fact for fact in policy.facts for name in (fact.name, fact.id)}
        self._by_length = sorted(self._facts, key=len, reverse=True)
        self.fields = {
            fact.id: {_plain(name): own for own in fact.fields for name in (own.name, own.id)}
            for fact in policy.facts
            if fact.fields
        }
        for word, meant in (renamed or {}).items():
            if self.find(meant) is None and _plain(meant) not in KEY_WORDS and self._member(_plain(meant)) is None:
                close = did_you_mean(meant, [name for fact in policy.facts for name in (fact.name, fact.id)])
                hint = (f"；是否应为“{close}”？", f"; did you mean “{close}”?") if close else ("", "")
                raise TableError(
                    f"列名对照里“{quote(word)}”对应的“{quote(meant)}”不是本办法的事实{hint[0]}",
                    f"columns: “{meant}” (for “{word}”) is no fact of this policy{hint[1]}",
                )

    def head(self, texts: Sequence[str], keys: Sequence[str] | None = None) -> Head:
        """What the columns under these texts are.

        Args:
            texts: what stands over the columns.
            keys: the columns that name the station, where the office says so; none for ``[]``.

        Raises:
            TableError: a fact has two columns, the unit of a head is not that of its fact, or a named column is missing.
        """
        facts: dict[int, Found] = {}
        lists: dict[int, str] = {}
        others: list[int] = []
        places: dict[Key, int] = {}
        for column, text in enumerate(texts):
            found = self.find(text)
            if found is None:
                others.append(column)
                continue
            if found.key in places:
                one, other = texts[places[found.key]], text
                named = found.key.field if found.key == APPLYING else found.key
                raise TableError(
                    f"“{quote(one)}”和“{quote(other)}”两列是同一项事实（{named}），只能有一列",
                    f"the columns “{one}” and “{other}” are the same fact ({named})",
                )
            places[found.key] = column
            if found.key.fact in self.fields:
                lists[column] = found.key.fact
            else:
                facts[column] = found
        chosen = self._keys(texts, others, keys)
        return Head(facts, lists, chosen, tuple(column for column in others if column not in chosen))

    def _keys(self, texts: Sequence[str], others: Collection[int], keys: Sequence[str] | None) -> tuple[int, ...]:
        plain = [_plain(text) for text in texts]
        if keys is None:
            renamed = [_plain(self._renamed.get(text, text)) for text in plain]
            return next(
                ((renamed.index(word),) for word in KEY_WORDS if word in renamed and renamed.index(word) in others), ()
            )
        missing = [key for key in keys if _plain(key) not in plain]
        if missing:
            raise TableError(f"没有名为“{quote(missing[0])}”的列（--key）", f"no column “{missing[0]}” (--key)")
        return tuple(plain.index(_plain(key)) for key in keys)

    def hint(self, text: str) -> tuple[str, str]:
        """What to say of a head that means nothing here, in Chinese and English: perhaps it is mistyped."""
        plain = _plain(text)
        if not self._of_all and self._member(_plain(self._renamed.get(plain, plain))) is not None:
            return "；只在用 --population 核对全部工作站时才用", "; it is used with --population only"
        if self._of_all and plain in self._outcomes:
            meant: str | None = f"已定{self._outcomes[plain]}"
        else:
            facts = {fact.id: fact for fact in self._facts.values()}.values()
            meant = did_you_mean(plain, [name for fact in facts for name in (fact.name, fact.id)])
        return (f"；是否应为“{meant}”？", f"; did you mean “{meant}”?") if meant else ("", "")

    def member(self, text: str) -> Key | None:
        """The settled outcome that a head of a table of all stations means, or ``APPLYING``; None for neither."""
        plain = _plain(text)
        found = self._member(_plain(self._renamed.get(plain, plain))) if self._of_all else None
        return None if found is None else found.key

    def known(self, text: str) -> bool:
        """Whether this may stand over a column of facts."""
        return self.find(text) is not None

    def find(self, text: str) -> Found | None:
        """What a head means; None for a column that is passed through.

        Raises:
            TableError: the unit in the head is not that of the fact.
        """
        plain = _plain(text)
        plain = _plain(self._renamed.get(plain, plain))
        found = self._named(plain)
        if found is not None:
            return found
        bracketed = _BRACKETED.fullmatch(plain)
        if bracketed is None:
            return None
        base = self._named(bracketed[1].strip())
        return None if base is None else self._with_unit(base, bracketed[2].strip(), text)

    def _named(self, plain: str) -> Found | None:
        own = self._facts.get(plain)
        if own is not None:
            return self._undated(own)
        for name in self._by_length:
            fact = self._facts[name]
            if fact.series is None or name not in plain:
                continue
            if plain.startswith(name):
                rest = plain[len(name) :]
            elif plain.endswith(name):
                rest = plain[: -len(name)]
            else:
                continue
            period = period_of(fact.series, rest.strip(_SEPARATORS))
            if period is not None:
                return Found(Key(fact.id, period.key))
        return self._member(plain) if self._of_all else None

    def _member(self, plain: str) -> Found | None:
        """A settled result, of the assessment year where the head names one; or who applies."""
        own = self._members.get(plain)
        if own is not None:
            return Found(own)
        for word, key in self._members.items():
            if key.fact in self._yearly and word in plain:
                before, _, after = plain.partition(word)
                period = period_of("year", (before + after).strip(_SEPARATORS)) if not (before and after) else None
                if period is not None and period.key == f"{self._year:04}":
                    return Found(key)
        return None

    def _undated(self, fact: ir.Fact) -> Found | None:
        if fact.series is None:
            return Found(Key(fact.id))
        if fact.series != "year":
            return None
        if isinstance(fact.type, Boolean):
            return Found(Key(fact.id, EVERY_YEAR))
        year = self._year
        note = Message(f"没有写年度，按考核年度{year}年计", f"no year: taken for the assessment year {year}")
        return Found(Key(fact.id, f"{year:04}"), note=note)

    def _with_unit(self, base: Found, unit: str, text: str) -> Found | None:
        fact = next((f for f in self._facts.values() if f.id == base.key.fact), None)
        match fact.type if fact is not None else None:
            case Money() if unit in _FACTORS:
                factor = _FACTORS[unit]
                note = (
                    Message(f"金额以{unit}计，已换算为元", f"amounts are in units of CNY {factor:,}")
                    if factor != 1
                    else None
                )
                return Found(base.key, factor, note or base.note)
            case Number(own) if unit_spellings().get(unit) is not None and own != "%":
                if unit_spellings()[unit] != own:
                    raise TableError(
                        f"列“{quote(text)}”的单位是“{unit}”，而这项事实以“{own or '个'}”计",
                        f"the column “{text}” is counted in {unit}, the fact in {own}",
                    )
                return base
            case _ if unit in {"是/否", "是否", "日期", "可多选", "选填", "必填"}:
                return base
            case _:
                return None


def period_of(series: Series, text: str) -> Period | None:
    """The period in a head: 2024, 2024年度, 2024Q1, 2024年一季度, 2024-03, 2024年三月."""
    plain = text.replace(" ", "").replace("年度", "年").upper()
    found = Period.parse(series, plain)
    if found is not None or series == "year":
        return found
    match = re.fullmatch(r"([0-9]{4})年?[.\-/]?(?:第)?([1-4一二三四])季度?", plain)
    if series == "quarter" and match:
        return Period.parse("quarter", f"{match[1]}Q{match[2].translate(_QUARTERS)}")
    match = re.fullmatch(r"([0-9]{4})[年.\-/]([0-9]{1,2}|[一二三四五六七八九十]{1,2})月?(?:份)?", plain)
    if series == "month" and match:
        month = _MONTHS.get(match[2], match[2])
        return Period.parse("month", f"{match[1]}-{int(month):02}") if month.isdecimal() else None
    return None


def _plain(text: str) -> str:
    """A head as it is compared: plain width, no line breaks, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
