"""What each kind of letter says: 决定告知书, 告知书 on what is not met, 限期整改通知, 补充材料通知."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.documents.asking import Asking
from policylang.documents.findings import Findings, sentence
from policylang.documents.letter import NO_REMEDIES, Item, Kind, Letter, Part, deadline
from policylang.documents.stamps import stamps
from policylang.explain.wording import day
from policylang.runtime.outcome import Line
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policylang.documents.outline import Point
    from policylang.facts.letter_file import Letterhead
    from policylang.measure.citation import Citation
    from policylang.runtime.outcome import Decision, DutyResult

_RECTIFY = "整改"


def compose(kind: Kind, found: Findings, head: Letterhead) -> Letter | Message:
    """The letter of this kind, or why there is nothing to write."""
    match kind:
        case "decision":
            return _decision(found, head)
        case "shortfall":
            return _shortfall(found, head)
        case "rectification":
            return _rectification(found, head)
        case "request":
            return _request(found, head)


# 决定告知书


def _decision(found: Findings, head: Letterhead) -> Letter | Message:
    decided = [r for r in found.results if found.standing(r) == "decided"]
    left = [r for r in found.results if found.standing(r) == "to_decide"]
    if not decided and not left:
        return _nothing_decided(found)
    settled = [*decided, *left]
    word = "决定告知书" if decided else "告知书"
    decisions = [Item(f"{found.told(r)}{found.clauses(r)}。{_consequences(r)}", 1) for r in decided]
    to_fix = [Item(f"{found.told(r)}{found.clauses(r)}。", 1) for r in left]
    if to_fix:
        to_fix.append(Item("上列各项不是已经给予的数额或者已经作出的决定，由有权机关另行决定。"))
    return _letter(
        found, head,
        title=f"关于{found.name or f'《{found.outcome.policy.title}》有关事项'}的{word}",
        aim="现将有关决定告知如下" if decided else "现将有关情况告知如下",
        parts=[
            Part("事实", "查明的事实", _facts(found, settled)),
            Part("依据", "依据的条款", _clauses(found, [c for r in settled for c in r.clauses])),
            Part("决定", "决定", tuple(decisions)),
            Part("另定", "由机关另行决定的事项", tuple(to_fix)),
            _open(found),
            _readings(found, settled),
            _remedies(head, needed=True),
        ],
        closing="特此告知。",
    )  # fmt: skip


def _nothing_decided(found: Findings) -> Message:
    about = found.wanted or ""
    open_ = [found.told(r) for r in found.results if found.standing(r) == "open"]
    if any(d.guard_failed for d in found.decisions):
        return Message(
            f"没有可以告知的决定{about and f'（{about}）'}：办法在{day(found.outcome.as_of, 'zh')}不在施行期内",
            f"nothing is decided: the measure is not in force on {found.outcome.as_of}",
        )
    listed = f"：{'；'.join(open_[:3])}" if open_ else ""
    return Message(
        f"没有可以告知的决定{listed}。要请对方补充材料，用 --kind request",
        "nothing is decided that a letter could tell; to ask for what is missing, use --kind request",
    )


def _facts(found: Findings, results: Iterable[Decision | Line]) -> tuple[Item, ...]:
    """The grounds of each result; lines of one grant that rest on the same facts are told together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for result in results:
        grounds = tuple(found.grounds(result))
        if grounds:
            together.setdefault((result.outcome.id, *grounds), []).append(found.phrases.title(result))
    return tuple(
        item for (_, *grounds), titles in together.items()
        for item in (Item("、".join(titles), 1), *(Item(text, 2) for text in grounds))
    )  # fmt: skip


def _consequences(result: Decision | Line) -> str:
    return f"后果：{'；'.join(result.consequences)}。" if result.consequences else ""


# 差距告知


def _shortfall(found: Findings, head: Letterhead) -> Letter | Message:
    short = [(r, *found.failing(r)) for r in found.results if _is_short(r, found)]
    unmet = [d for d in found.duties if d.result == "unmet" and found.of_the_station(d.duty)]
    if not short and not unmet:
        about = f"“{found.wanted}”" if found.wanted else "记载的事实"
        return Message(
            f"{about}没有未达到的要求，不需要差距告知", "nothing falls short: there is no shortfall to tell"
        )
    items: list[Item] = []
    for result, points, _ in short:
        items += [Item(f"{found.told(result)}{found.clauses(result)}", 1), *(i for p in points for i in _tests(p))]
    items += _unmet(found, unmet)
    results = [*(r for r, _, _ in short), *unmet]
    clauses = [c for r, _, asking in short for c in (*asking, *r.clauses)] + [c for d in unmet for c in d.clauses]
    return _letter(
        found, head,
        title=f"关于{found.name or ''}尚未达到有关要求的告知书",
        aim=f"现将尚未达到的要求告知如下，供{_address(head)}改进或者补正时参考",
        parts=[
            Part("差距", "尚未达到的要求", tuple(items)),
            Part("依据", "依据的条款", _clauses(found, clauses)),
            Part("途径", f"{_address(head)}可以怎样达到", tuple(
                i for r, _, _ in short for p in found.ways(r) for i in (Item(p.text, 1), *(Item(sentence(w), 2) for w in p.points))
            )),
            _open(found),
            _readings(found, results),
            _remedies(head, needed=False),
        ],
        closing="特此告知。",
    )  # fmt: skip


def _is_short(result: Decision | Line, found: Findings) -> bool:
    """Decided, and not the best there is; money only where it is asked for by name.

    A status that is only what is left over (申报渠道) is not short of anything.
    """
    if found.standing(result) not in {"decided", "to_decide"}:
        return False
    if isinstance(result, Line):
        return found.wanted is not None and result.status == "not_due" and not result.outcome.terms.repaid_by
    by_rule = any(t.active.value and t.rule.when is not None for t in result.rules)
    return result.value != result.outcome.levels[0] and (result.outcome.kind != "status" or by_rule)


def _tests(point: Point) -> list[Item]:
    """A rule or limb that does not hold, then each test that failed; a single one on the same line."""
    if len(point.points) == 1:
        return [Item(f"{point.text.rstrip('：')}：{sentence(point.points[0])}", 2)]
    return [Item(point.text if point.points else sentence(point), 2), *(Item(sentence(p), 3) for p in point.points)]


# 限期整改通知


def _rectification(found: Findings, head: Letterhead) -> Letter | Message:
    unmet = [d for d in found.duties if d.result == "unmet" and found.of_the_station(d.duty)]
    bad = [d for d in found.decisions if _to_rectify(found, d)]
    if not unmet and not bad:
        about = f"“{found.wanted}”" if found.wanted else "记载的事实"
        return Message(
            f"{about}里没有未履行的职责，也没有不符合的事项，不需要整改通知",
            "no duty is unmet and no condition fails: there is nothing to rectify",
        )
    items: list[Item] = []
    for decision in bad:
        items.append(Item(f"{found.told(decision)}{found.clauses(decision)}", 1))
        items += [Item(text, 2) for text in (*found.grounds(decision), _consequences(decision)) if text]
    items += _unmet(found, unmet)
    who = _address(head)
    return _letter(
        found, head,
        title=f"关于{found.name or ''}限期整改的通知",
        aim="现将存在的问题和整改要求通知如下",
        parts=[
            Part("问题", "存在的问题", tuple(items)),
            Part("依据", "依据的条款", _clauses(found, [c for results in (bad, unmet) for r in results for c in r.clauses])),
            Part("要求", "整改要求", (
                Item(f"请{who}对上述问题逐项整改，并将整改情况书面报送本机关。"), Item(f"整改期限：{deadline(head)}。"),
            )),
            _readings(found, [*bad, *unmet]),
            _remedies(head, needed=True),
        ],
        closing="特此通知。",
    )  # fmt: skip


def _to_rectify(found: Findings, decision: Decision) -> bool:
    """A condition that is not met, the lowest grade, or a status that the measure itself calls 整改."""
    if found.standing(decision) not in {"decided", "to_decide"} or decision.value is None:
        return False
    levels = decision.outcome.levels
    match decision.outcome.kind:
        case "condition":
            return decision.value != levels[0]
        case "grade":
            return decision.value == levels[-1]
        case _:
            return _RECTIFY in decision.value.name


def _unmet(found: Findings, results: Sequence[DutyResult]) -> list[Item]:
    """The duties that are not met, each with its windows."""
    items: list[Item] = []
    for name in dict.fromkeys(d.duty.name for d in results):
        windows = [d for d in results if d.duty.name == name]
        items.append(Item(f"{name}：未履行{found.clauses(windows[0])}", 1))
        items += [Item(sentence(found.unmet(d)), 2) for d in windows]
    return items


# 补充材料通知


def _request(found: Findings, head: Letterhead) -> Letter | Message:
    asking = Asking.of(found)
    if not asking.waiting:
        about = f"“{found.wanted}”" if found.wanted else "记载的事实"
        return Message(f"{about}不缺事实，不需要补充材料", "nothing is missing: there is nothing to ask for")
    ours, theirs = asking.items(station=True), asking.items(station=False)
    if not ours:
        return Message(
            f"还缺的事实都由机关核定、认定，没有要对方补充的：{'；'.join(item.text.rstrip('。') for item in theirs)}",
            "what is missing is all for authorities to establish; there is nothing to ask of the addressee",
        )
    who = _address(head)
    return _letter(
        found, head,
        title=f"关于补充{found.name or ''}有关材料的通知",
        aim="有关事实尚不齐全，现将需要补充的材料通知如下",
        parts=[
            Part("补充", f"请{who}补充的材料和情况", ours),
            Part("任选", "提供其中一种即可的材料", asking.choices()),
            Part("要求", "报送要求", (
                Item(f"请{who}如实提供上述材料和情况，注明依据，书面报送本机关。"), Item(f"报送期限：{deadline(head)}。"),
            )),
            Part("机关", f"由有关机关核定、认定的事项（不需{who}提供）", theirs),
            _remedies(head, needed=False),
        ],
        closing="特此通知。",
    )  # fmt: skip


# parts that letters share


def _letter(
    found: Findings, head: Letterhead, *, title: str, aim: str, parts: Sequence[Part | None], closing: str
) -> Letter:  # fmt: skip
    outcome = found.outcome
    opening = (
        f"根据《{outcome.policy.title}》，本机关对{_address(head)}截至{day(outcome.as_of, 'zh')}的有关情况进行了核对"
        f"（考核年度为{outcome.year}年），{aim}。"
    )
    return Letter(title, opening, tuple(p for p in parts if p is not None and p.items), closing, stamps(outcome))


def _address(head: Letterhead) -> str:
    return head.address_as or "你单位"


def _clauses(found: Findings, clauses: Iterable[Citation]) -> tuple[Item, ...]:
    return tuple(Item(line) for text in found.printed(clauses) for line in text.splitlines())


def _open(found: Findings) -> Part:
    items = tuple(Item(found.open(r), 1) for r in found.results if found.standing(r) == "open")
    return Part("待定", "尚待确定的事项", items)


def _readings(found: Findings, results: Iterable[Decision | Line | DutyResult]) -> Part:
    notes = found.readings(results)
    return Part("读法", "对有关条文的理解", tuple(Item(text, 1 if len(notes) > 1 else 0) for text in notes))


def _remedies(head: Letterhead, *, needed: bool) -> Part:
    told = head.remedies or ((NO_REMEDIES,) if needed else ())
    return Part("救济", "救济途径", tuple(Item(text) for text in told))
