"""The pictures of a comparison as geometry: where each line, band and mark stands. The templates draw them.

Lengths are whole numbers in the units of the picture's own box; nothing here knows colours or fonts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import cycle
from typing import TYPE_CHECKING, Literal

from policylang.comparison.words import day, paid, runs, table
from policylang.explain.wording import money

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.comparison.model import Comparison, Span, Stair, Step

#: The box of one picture of money, and the room around the plot.
WIDTH, HEIGHT = 360, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 24, 40
#: The box of the picture of days in force: a row for each measure.
ROW, LABEL, LONG = 30, 104, 1000
_EDGE = 16
#: The words of a bar stand so far from the line of the day asked about, where there is room.
_CLEAR = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot with what it stands for."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """What a step comes to, told above its beginning."""

    x: int
    y: int
    anchor: Literal["start", "end"]
    text: str


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle: a band of a range, or a stretch in which the money is open or set elsewhere."""

    x: int
    y: int
    width: int
    height: int
    kind: Literal["band", "open", "elsewhere"]
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Money by recruits of one measure. Paths are in the language of SVG, empty where there is nothing to draw."""

    id: str
    title: str
    standing: str
    counts: str
    when: str
    exact: str
    ceiling: str
    areas: tuple[Area, ...]
    below: tuple[Mark, ...]
    beside: tuple[Mark, ...]
    told: tuple[Level, ...]
    rows: tuple[tuple[str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Days on end in the picture of days in force; ``middle``: where its words stand, clear of the day asked about."""

    x: int
    width: int
    middle: int
    state: Literal["in_force", "other", "open"]
    text: str
    starts: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Track:
    """The days of one measure."""

    name: str
    y: int
    bars: tuple[Bar, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days in force of all measures, with the years below, and the day asked about."""

    height: int
    tracks: tuple[Track, ...]
    years: tuple[Mark, ...]
    today: Mark | None


def plots(stairs: tuple[Stair, ...], lang: str, prefix: str, comparison: Comparison) -> tuple[Plot, ...]:
    """The pictures of money, each with a scale of its own: the cities count different things."""
    force = {c.id: spans for c, spans in zip(comparison.columns, comparison.spans, strict=False)}
    found = []
    for stair in stairs:
        state = [s for s in force[stair.column.id] if prefix == "own" and _holds(s, stair.as_of)]
        found.append(_plot(stair, lang, f"{prefix}-{stair.column.id}", "".join(s.level.in_(lang) for s in state)))
    return tuple(found)


def _holds(span: Span, when: date) -> bool:
    return (span.first is None or span.first <= when) and (span.last is None or when <= span.last)


def _plot(stair: Stair, lang: str, name: str, force: str) -> Plot:
    zh = lang == "zh"
    most = stair.steps[-1].recruits
    tops = [x for step in stair.steps for x in (step.exact, step.ceiling) if x]
    unit = _unit(max(tops, default=None))
    top = unit * (-(-max(tops, default=unit) // unit) + (1 if not tops else 0))
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def across(number: int) -> int:
        return _LEFT + wide * number // (most + 1)

    def up(value: Fraction) -> int:
        return _TOP + high - round(high * value / top)

    groups = runs(stair)
    exact = [(first, last, step.exact) for first, last, step in groups if step.exact or _nothing(step)]
    ceilings = [(f, n, step.ceiling) for f, n, step in groups if step.ceiling is not None]
    areas = [_area(f, n, s, across, up, lang) for f, n, s in groups if s.open or s.elsewhere or s.floor is not None]
    capped = {f for f, _, _ in ceilings}
    levels = [(f, n, v) for f, n, v in (*exact, *ceilings) if v]
    told = [_above(across(f), up(v), _level(v, lang, capped=f in capped)) for f, _, v in levels]
    rows = tuple(table(stair, lang))
    title = stair.column.name.in_(lang)
    when = f"{day(stair.as_of, lang)}，{stair.year}年度" if zh else f"as of {day(stair.as_of, lang)}, for {stair.year}"
    said = "；".join(f"{count}：{text}" for count, text in rows) if zh else "; ".join(f"{c}: {t}" for c, t in rows)
    return Plot(
        id=name,
        title=title,
        standing=stair.column.standing,
        counts=stair.counts.in_(lang),
        when=f"{when}；效力：{force}" if force and zh else f"{when}; {force}" if force else when,
        exact=_path(exact, across, up),
        ceiling=_path(ceilings, across, up),
        areas=tuple(areas),
        below=tuple(Mark(across(n), str(n)) for n in range(0, most + 1, 5 if most > _CLOSE else 2)),
        beside=tuple(Mark(up(unit * n), _scale(unit * n, lang)) for n in range(int(top // unit) + 1 if tops else 0)),
        told=tuple(told) if len(told) <= _FEW and not any(a.kind == "band" for a in areas) else (),
        rows=rows,
        said=said,
    )


#: Up to so many recruits every other number stands below the plot.
_CLOSE = 16
#: More steps than these are not labelled one by one.
_FEW = 4


def _nothing(step: Step) -> bool:
    return step.ceiling is None and not step.open and not step.elsewhere


def _scale(value: Fraction, lang: str) -> str:
    """A sum beside the plot: 5万元, 50,000."""
    return "0" if not value else money(value, lang).removeprefix("CNY ")


def _above(x: int, y: int, text: str) -> Level:
    """A text over the beginning of a step, turned inwards at the right edge."""
    return Level(WIDTH - _RIGHT, y - 5, "end", text) if x > WIDTH * 7 // 10 else Level(x + 3, y - 5, "start", text)


def _level(value: Fraction, lang: str, *, capped: bool) -> str:
    shown = money(value, lang)
    return shown if not capped else f"不超过{shown}" if lang == "zh" else f"at most {shown}"


def _unit(top: Fraction | None) -> Fraction:
    """A round sum of which some three to six reach the top."""
    unit, factors = Fraction(10_000), cycle((Fraction(2), Fraction(5, 2), Fraction(2)))  # 1, 2, 5, 10 万
    while top is not None and top / unit > 6:
        unit *= next(factors)
    return unit


def _path(pieces: list[tuple[int, int, Fraction]], across: Callable[[int], int], up: Callable[[Fraction], int]) -> str:
    """Level lines with the steps between those that follow one another."""
    path, end = [], None
    for first, last, value in pieces:
        joined = end is not None and end == first
        start = f"{across(first)},{up(value)}"
        path.append(f"{'L' if joined else 'M'}{start} L{across(last + 1)},{up(value)}")
        end = last + 1
    return " ".join(path)


def _area(first: int, last: int, step: Step, across: Callable[[int], int], up: Callable[[Fraction], int], lang: str) -> Area:
    left, right = across(first), across(last + 1)
    if step.floor is not None and step.ceiling is not None:
        high, low = up(step.ceiling), up(step.floor)
        return Area(left, high, right - left, low - high, "band", paid(step, lang))
    kind: Literal["open", "elsewhere"] = "open" if step.open else "elsewhere"
    return Area(left, _TOP, right - left, HEIGHT - _TOP - _BOTTOM, kind, paid(step, lang))


def calendar(comparison: Comparison, lang: str) -> Calendar | None:
    """When each measure is in force; nothing where no measure says so."""
    from policylang.comparison.timeline import told  # noqa: PLC0415 - for this picture

    edges = [edge for spans in comparison.spans for s in spans for edge in (s.first, s.last) if edge is not None]
    if not edges:
        return None
    asked = [comparison.as_of] if comparison.as_of else []
    first, last = min((*edges, *asked)).year, max((*edges, *asked)).year + 2
    begin, end = date(first, 1, 1), date(last, 1, 1)

    def across(when: date) -> int:
        clipped = min(max(when, begin), end)
        return LABEL + _EDGE + round((LONG - LABEL - 2 * _EDGE) * (clipped - begin).days / (end - begin).days)

    tracks = []
    for number, (column, spans) in enumerate(zip(comparison.columns, comparison.spans, strict=True)):
        bars = [_bar(span, across, (begin, end), comparison.as_of, lang) for span in spans]
        said = ("；" if lang == "zh" else "; ").join(told(span).in_(lang) for span in spans)
        tracks.append(Track(column.name.in_(lang), number * ROW, tuple(b for b in bars if b.width > 0), said))
    years = tuple(Mark(across(date(y, 1, 1)), str(y)) for y in range(first, last + 1))
    today = Mark(across(comparison.as_of), day(comparison.as_of, lang)) if comparison.as_of else None
    return Calendar(len(tracks) * ROW + 26, tuple(tracks), years, today)


def _bar(span: Span, across: Callable[[date], int], shown: tuple[date, date], asked: date | None, lang: str) -> Bar:
    left, right = across(span.first or shown[0]), across(span.last or shown[1])
    middle = (left + right) // 2
    day_ = across(asked) if asked is not None else None
    if day_ is not None and left < day_ < right and abs(middle - day_) < _CLEAR:
        middle = (left + day_) // 2 if day_ - left > right - day_ else (day_ + right) // 2
    return Bar(
        left, right - left, middle, span.state, span.level.in_(lang),
        starts=span.first is not None, ends=span.last is not None,
    )  # fmt: skip
