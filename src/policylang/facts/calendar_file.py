"""An office's file of newly announced working days, added to the official calendar.

    2027:
      notice: 国务院办公厅关于2027年部分节假日安排的通知
      holidays: [2027-01-01, 2027-02-05..2027-02-11]
      workdays: [2027-02-14]

``holidays`` are all days off that the notice names, ``workdays`` the weekend days that are made up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from policylang.facts.nodes import Mapping, Node, Scalar, Sequence
from policylang.facts.tree import load_tree
from policylang.semantics.calendar import Calendar, CalendarDataError
from policylang.source.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from policylang.source.text import SourceText


def add_years(calendar: Calendar, source: SourceText) -> tuple[Calendar, tuple[Diagnostic, ...]]:
    """The calendar with the years of the file, and every mistake in it."""
    tree, found = load_tree(source, "yaml")
    diagnostics = list(found)
    if tree is None:
        return calendar, tuple(diagnostics)
    if not isinstance(tree, Mapping):
        return calendar, (*diagnostics, _fault(tree, "文件应以年份为键", "the file is a mapping of years"))
    for key, value in tree.entries:
        if not key.text.isdecimal() or not isinstance(value, Mapping):
            diagnostics.append(_fault(key, f"“{key.text}”不是年份", f"“{key.text}” is not a year"))
            continue
        parts = _parts(value, diagnostics)
        notice = parts.get("notice")
        holidays = _days(parts.get("holidays"), diagnostics)
        workdays = _days(parts.get("workdays"), diagnostics)
        if not holidays:
            diagnostics.append(_fault(key, f"{key.text}年没有写放假的日子", f"{key.text} names no days off"))
            continue
        cited = notice.text if isinstance(notice, Scalar) else ""
        if not cited:
            diagnostics.append(
                _fault(key, f"{key.text}年没有写明依据的通知", f"{key.text} does not cite its notice")
            )
        try:
            calendar = calendar.with_year(int(key.text), holidays=holidays, workdays=workdays, source=cited)
        except CalendarDataError as mistake:
            diagnostics.append(_fault(key, mistake.zh, mistake.en))
    return calendar, tuple(diagnostics)


_KEYS = {
    "notice": "notice", "通知": "notice", "holidays": "holidays", "放假": "holidays", "workdays": "workdays",
    "上班": "workdays",
}  # fmt: skip


def _parts(year: Mapping, faults: list[Diagnostic]) -> dict[str, Node]:
    """The parts of a year by their English keys; a key that is not known is a fault, never passed over."""
    found = {}
    for key, value in year.entries:
        if key.text not in _KEYS:
            faults.append(
                _fault(key, f"不认识“{key.text}”，应为“通知”“放假”或“上班”", f"unknown key “{key.text}”: notice, holidays or workdays")
            )
        else:
            found[_KEYS[key.text]] = value
    return found


def _days(node: Node | None, faults: list[Diagnostic]) -> list[date]:
    days: list[date] = []
    if node is not None and not isinstance(node, Sequence):
        faults.append(_fault(node, "这里要写日期的清单，如 [2027-01-01, 2027-02-05..2027-02-11]", "a list of days is needed here"))
    for item in node.items if isinstance(node, Sequence) else ():
        first, _, last = (item.text if isinstance(item, Scalar) else "").partition("..")
        try:
            day, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            faults.append(
                _fault(
                    item,
                    "这里要写日期，如 2027-01-01，或一段日期，如 2027-02-05..2027-02-11",
                    "a day such as 2027-01-01 or a range 2027-02-05..2027-02-11 is needed",
                )
            )
            continue
        if not timedelta(0) <= end - day <= timedelta(days=31):
            faults.append(
                _fault(
                    item, "一段日期应从早到晚，不超过一个月", "a range runs forward and is at most a month"
                )
            )
            continue
        days += [day + timedelta(days=n) for n in range((end - day).days + 1)]
    return days


def _fault(node: Node, zh: str, en: str) -> Diagnostic:
    return error(
        "bad-calendar", node.span, zh, en,
        help_zh="格式见 docs/calendar.md", help_en="see docs/calendar.md for the format",
    )  # fmt: skip
