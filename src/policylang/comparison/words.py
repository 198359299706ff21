"""What all renderings of a comparison say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.source.diagnostic import Message
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from policylang.comparison.model import Cell, Column, Comparison, Row, Stair, Step
    from policylang.facts.vocabulary import Caution, Named

#: More clauses than these are counted.
_CITED = 3

TITLE = Message("办法对比", "Measures side by side")
RESULTS = Message("对比结果", "Results")
RULES = Message("条文对照", "What the texts say")
FACTS = Message("事实的对应", "How the facts were taken")
STEPS = Message("引进人数和经费", "Money by recruits")
SOURCES = Message("说明", "Sources")
DIMENSION = Message("项目", "dimension")
APART = Message("不可比", "not comparable")

#: Kinds of cells in a word, where the text does not say it already.
KINDS = {
    "value": Message("有结果", "settled"),
    "silent": Message("没有规定", "silent"),
    "undetermined": Message("待定", "undetermined"),
    "not_comparable": Message("不可比", "not comparable"),
    "not_applicable": Message("不适用", "not applicable"),
    "not_in_force": Message("不在施行期", "not in force"),
    "unlisted": Message("词表里没有", "not in the vocabulary"),
}

#: What a reader of the pictures must know.
LEGEND = (
    Message(
        "实线是应得的定额；虚线是上限，给多少由机关定，不是应得的数额；斜纹带是幅度；斜线底是待定；圆点底是数额另定。",
        "Solid: exact sums that are due. Dashed: ceilings, not entitlements. Striped band: a range. "
        "Hatched: undetermined. Dotted: an amount set elsewhere.",
    ),
    Message(
        "各地数的“引进”不是一回事，见各图标题；不能把一地的人数套到另一地。",
        "What counts as a recruit differs, as each title says; a number of one city is not one of another.",
    ),
)


def day(value: object, lang: str) -> str:
    """2025年12月10日, or 2025-12-10."""
    from datetime import date  # noqa: PLC0415 - only for the check

    if not isinstance(value, date):
        return ""
    return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else value.isoformat()


def head(comparison: Comparison, lang: str) -> list[str]:
    """What is compared, and on which day."""
    zh = lang == "zh"
    names = [f"{c.name.zh}（{c.standing}）" if zh and c.standing else c.name.in_(lang) for c in comparison.columns]
    lines = [("、" if zh else ", ").join(names)]
    if comparison.as_of is not None:
        if comparison.profile:
            lines.append(f"工作站：{comparison.profile}" if zh else f"station: {comparison.profile}")
        when = day(comparison.as_of, lang)
        lines.append(
            f"时点：{when}　考核年度：{comparison.year}年" if zh else f"as of {when}, assessment year {comparison.year}"
        )
        told = zip(comparison.columns, comparison.force, strict=False)
        force = [f"{c.name.in_(lang)}{'' if zh else ' '}{said.in_(lang)}" for c, said in told if said is not None]
        if force:
            lines.append(f"当日效力：{'；'.join(force)}" if zh else f"on that day: {'; '.join(force)}")
    return lines


def grouped(comparison: Comparison, rows: Iterable[Row]) -> Iterator[tuple[Named | None, list[Row]]]:
    """The rows under their groups, in the order of the vocabulary; rows of no group last."""
    listed = list(rows)
    for group in comparison.groups:
        found = [row for row in listed if row.group == group.id]
        if found:
            yield group, found
    rest = [row for row in listed if row.group not in {g.id for g in comparison.groups}]
    if rest:
        yield None, rest


def cited(cell: Cell, lang: str) -> str:
    """The clauses of a cell."""
    texts = [clause.in_(lang) for clause in cell.clauses]
    joined = ("、" if lang == "zh" else ", ").join(texts[:_CITED])
    if len(texts) > _CITED:
        return f"{joined}等{len(texts)}处" if lang == "zh" else f"{joined} and others, {len(texts)} in all"
    return joined


def caution(found: Caution, columns: Iterable[Column], lang: str) -> str:
    """西双版纳、柳州：……, or 柳州与西双版纳、泸州：…… where only the two sides are apart."""
    zh, listed = lang == "zh", list(columns)
    sides = [[c.name.in_(lang) for c in listed if c.id in side] for side in (found.between, found.against)]
    named = [("、" if zh else ", ").join(side) for side in sides if side]
    return f"{'与'.join(named)}：{found.text.zh}" if zh else f"{' with '.join(named)}: {found.text.en}"


def apart(cell: Cell, columns: Iterable[Column], lang: str) -> str:
    """与泸州、柳州不可比; nothing where the cell may be compared with all."""
    names = [c.name.in_(lang) for c in columns if c.id in cell.apart]
    if not names:
        return ""
    return f"与{'、'.join(names)}不可比" if lang == "zh" else f"not comparable with {', '.join(names)}"


def paid_sum(value: Fraction, lang: str) -> str:
    """A sum of money."""
    from policylang.explain.wording import money  # noqa: PLC0415 - only where steps are told

    return money(value, lang)


def paid(step: Step, lang: str) -> str:
    """The money of a step: 定额5万元；上限10万元."""
    zh, money = lang == "zh", paid_sum
    parts = []
    if step.exact or (step.ceiling is None and not step.open and not step.elsewhere):
        parts.append(money(step.exact, lang) if step.exact else ("无" if zh else "nothing"))
    if step.ceiling is not None and step.floor is not None:
        low, high = money(step.floor, lang), money(step.ceiling, lang)
        parts.append(f"{low}至{high}" if zh else f"{low} to {high}")
    elif step.ceiling is not None:
        parts.append(f"不超过{money(step.ceiling, lang)}" if zh else f"at most {money(step.ceiling, lang)}")
    if step.elsewhere:
        parts.append("数额另定" if zh else "an amount set elsewhere")
    if step.open:
        parts.append("待定" if zh else "undetermined")
    return ("；" if zh else "; ").join(parts)


def runs(stair: Stair) -> list[tuple[int, int, Step]]:
    """Numbers of recruits on end with the same money, first and last included."""
    found: list[tuple[int, int, Step]] = []
    for step in stair.steps:
        if found and _money(found[-1][2]) == _money(step):
            found[-1] = (found[-1][0], step.recruits, found[-1][2])
        else:
            found.append((step.recruits, step.recruits, step))
    return found


def table(stair: Stair, lang: str) -> list[tuple[str, str]]:
    """The money by numbers of recruits in words; where each recruit adds the same, that is said once."""
    zh = lang == "zh"
    found: list[tuple[str, str]] = []
    rows = runs(stair)
    at = 0
    while at < len(rows):
        first, last, step = rows[at]
        end = _even(rows, at)
        if end - at >= _REPEATED:
            more = rows[at + 1][2].exact - step.exact
            reached, total = rows[end][0], rows[end][2]
            found.append((str(first), paid(step, lang)))
            each = f"每多1，多{paid_sum(more, lang)}" if zh else f"{paid_sum(more, lang)} more for each"
            up = f"；{reached}时{paid(total, lang)}" if zh else f"; {paid(total, lang)} at {reached}"
            found.append((f"{rows[at + 1][0]}至{reached}" if zh else f"{rows[at + 1][0]} to {reached}", each + up))
            at = end + 1
            continue
        count = str(first) if first == last else f"{first}至{last}" if zh else f"{first} to {last}"
        if last == stair.steps[-1].recruits and first != last:
            count = f"{first}以上" if zh else f"{first} and more"
        found.append((count, paid(step, lang)))
        at += 1
    return found


#: So many steps of the same height are told in one line.
_REPEATED = 3


def _even(rows: list[tuple[int, int, Step]], at: int) -> int:
    """The last of the rows from ``at`` on that each add the same exact sum for one recruit more."""
    end, more = at, None
    while end + 1 < len(rows):
        (_, one, step), (other, last, then) = rows[end], rows[end + 1]
        single = one == rows[end][0] and last == other
        rise = then.exact - step.exact
        if not single or _money(step)[1:] != _money(then)[1:] or (more is not None and rise != more):
            break
        end, more = end + 1, rise
    return end


def _money(step: Step) -> tuple[object, ...]:
    return step.exact, step.ceiling, step.floor, step.open, step.elsewhere


def sources(comparison: Comparison, lang: str) -> list[tuple[str, ...]]:
    """For each measure its short name, id, title and the SHA-256 of its file."""
    return [(c.name.in_(lang), c.policy.id, c.policy.title, c.digest) for c in comparison.columns]


def engine() -> str:
    """The program and its version."""
    return f"policylang {VERSION}"
