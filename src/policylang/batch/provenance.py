"""What a result rests on, in lines: the measure and its fingerprint, the calendar, the day, the program, notes and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policylang.explain.wording import day
from policylang.source.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.batch.run import Run


class Line(NamedTuple):
    """A name and what is said under it."""

    name: str
    text: str


def basis(run: Run) -> Iterator[Line]:
    """What the results rest on."""
    q, zh = run.question, run.question.lang == "zh"
    policy = q.policy
    force = [text for key, text in policy.head if key in {"文号", "性质", "性质和文号"}]
    yield Line("办法" if zh else "measure", f"《{policy.title}》" if zh else f"{policy.id} 《{policy.title}》")
    if force:
        yield Line("文号和性质" if zh else "document", "，".join(text.strip("“”") for text in force))
    yield Line("办法文件 SHA-256" if zh else "policy SHA-256", q.digest)
    yield Line("时点" if zh else "as of", day(q.as_of, q.lang))
    yield Line("考核年度" if zh else "assessment year", f"{q.year}年" if zh else str(q.year))
    readings = {r.id: r for r in policy.readings}
    for reading, option in run.deciding.plan.readings.items():
        known = readings[reading]
        name = next(o.name for o in known.options if o.id == option)
        adopted = option == known.adopted
        if zh:
            yield Line("读法", f"{known.name}：{name}{'' if adopted else '（办法采用的是另一读法）'}")
        else:
            yield Line("reading", f"{reading} = {option}{'' if adopted else ' (not the adopted one)'}")
    yield Line("工作日历" if zh else "working days", q.calendar.version)
    yield Line("程序" if zh else "program", f"policylang {VERSION}")
    yield Line("来源" if zh else "input", run.source.name)
    yield Line("来源 SHA-256" if zh else "input SHA-256", run.source.digest())
    decided, refused, left = run.counts
    if zh:
        said = f"共{decided + refused + left}行：受理{decided}行，未受理{refused}行" + (
            f"，不是工作站的{left}行" if left else ""
        )
    else:
        said = f"{decided + refused + left} rows: {decided} decided, {refused} refused, {left} left out"
    yield Line("行数" if zh else "rows", said)


def legend(lang: str) -> Iterator[Line]:
    """How to read the columns."""
    if lang == "zh":
        yield Line("受理、未受理", "未受理的行有写错或者分不清的格，没有判断；改好以后再运行一次")
        yield Line("待定", "缺少事实，还不能确定；“尚缺”列写明补哪些就能确定，“或”表示任选一组")
        yield Line("不超过", "是上限，不是应得的数额，具体数额由机关决定")
        yield Line("空白", "没有记载一律按不知道处理，不当作“否”或者0")
    else:
        yield Line(
            "accepted", "a row that is not accepted has a cell that is wrong or unclear; nothing was decided for it"
        )
        yield Line("undetermined", "facts are missing; “missing” says which of them would settle it")
        yield Line("at most", "a ceiling, not an entitlement; the authority decides the amount")
        yield Line("blank", "what is not recorded is unknown, never no and never 0")
