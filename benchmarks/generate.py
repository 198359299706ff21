"""Generated policies of any size, and a station of Liuzhou to decide."""

from __future__ import annotations

from datetime import date
from typing import Any


def policy(rules: int) -> str:
    """A policy with about ``rules`` rules: conditions, grade tables, money and states in equal parts."""
    groups = max(1, rules // 10)
    lines = ["办法 generated 《生成的办法》", "", "事实"]
    for g in range(groups):
        lines.append(f"  人数{g}（people_{g}）：每年 数量（人），由 市人才办 核定")
        lines.append(f"  条件{g}（fact_{g}）：是否，由 市人才办 评判")
    lines += ["", "结果"]
    for g in range(groups):
        lines.append(f"  设站{g}（eligible_{g}）：条件")
        lines.append(f"  等次{g}（grade_{g}）：等级 优秀＞良好＞合格＞不合格，每年")
        lines.append(f"  补助{g}（money_{g}）：金额，每年")
        lines.append(f"  状态{g}（status_{g}）：状态 有效、撤销")
    for g in range(groups):
        lines += [
            "",
            f"第{_chinese(2 * g + 1)}条 条件和等次{g}",
            f"  设站{g} 应当具备：",
            f"    （一）条件{g} 且 人数{g} {g % 7 + 1}人以上",
            f"    （二）人数{g} 不超过900人",
            f"  等次{g} 按表：",
            f"    | 人数{g} | 等次{g} |",
            f"    | {30 + g % 5}人以上 | 优秀 |",
            f"    | {20 + g % 5}人以上 | 良好 |",
            f"    | {10 + g % 5}人以上 | 合格 |",
            f"  等次{g} 为 不合格，其余情形",
            f"第{_chinese(2 * g + 2)}条 补助和状态{g}",
            f"  补助{g} 给予 不超过{10 + g % 9}万元，当 等次{g} 为 优秀",
            f"  补助{g} 给予 {5 + g % 5}万元，当 等次{g} 为 良好",
            f"  状态{g} 为 撤销，优先于 第{_chinese(2 * g + 2)}条，当 连续2年 等次{g} 为 不合格",
            f"  状态{g} 为 有效，其余情形",
        ]
    return "\n".join(lines) + "\n"


def station() -> dict[str, Any]:
    """Facts of a station of Liuzhou in its second year."""
    return {
        "measure_effective_from": date(2024, 6, 1),
        "station_kind": "高校院所类",
        "management_start_on": date(2024, 7, 1),
        "g_class_recruits_by_year": {2024: 30, 2025: 29},
        "far_below_setup_standard": False,
        "uncooperative": False,
        "nominal_only": False,
        "other_unqualified_found": False,
        "result_determined_on": {2024: date(2025, 1, 10), 2025: date(2025, 11, 28)},
        "subsidy_paid_on": {2024: date(2025, 4, 11)},
    }


def _chinese(number: int) -> str:
    """一, 十二, 一百零三: article numbers below 10,000."""
    digits = "零一二三四五六七八九"
    text = ""
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += digits[digit] + word
        elif text and not text.endswith("零") and number % scale:
            text += "零"
    return text.rstrip("零")
