"""Records to try things on: of a small measure, and of the examples that come with the measures."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from policylang.compiler import compile_policy
from policylang.facts.document import read_document
from policylang.records.build import FactsFile, Question, Run, contents, record
from policylang.records.canonical import canonical_bytes
from policylang.records.names import Pseudonyms
from policylang.runtime.interpreter import evaluate
from policylang.semantics.calendar import Calendar
from policylang.source.text import SourceText

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ("fuzhou", "liuzhou", "luzhou", "weihai", "xishuangbanna")
KEY = Pseudonyms(bytes(range(32)))
RUN = Run("2026-03-02T09:30:00+08:00", "经办甲", "签发乙")

SMALL = """\
办法 small 《示例办法》

事实
  站名（name）：文本，凭 牌匾
  单位（unit）：文本
  共建单位（partner）：文本
  联系人（contacts）：每年 文本
  引进人才数（recruits）：每年 数量（人），由 市人才办 核定
  补助额（sum）：金额，由 市财政局 决定
  引进名单（people）：清单（人），由 市人才办 核定：
    姓名（who）：文本
    引进日期（on）：日期，由 用人单位 填报

结果
  考核等次（grade）：等级 优秀（good）＞合格（pass）＞不合格（fail），每年
  规范（proper）：条件 规范（yes）、不规范（no）

第一条 考核
  考核等次 为 优秀，当 引进人才数 30人以上
  考核等次 为 合格，当 引进人才数 10人以上
  考核等次 为 不合格，其余情形
第二条 名称
  规范 应当具备：
    “名称” 站名 形如 “某市……驿站”
    “单位” 单位 为 共建单位
"""

FACTS = """\
办法: small
时点: 2025-12-10
事实:
  站名: 某市榕创驿站
  单位: 甲公司
  共建单位: 乙大学
  联系人: {2024: 张三, 2025: null}
  引进人才数:
    2024: 30
    2025: 12
  补助额: 12345678901234567890
  引进名单:
    - {姓名: 张三, 引进日期: 2024-05-06}
    - 姓名: 李四
"""


def question(policy: str = SMALL, facts: str = FACTS, year: int = 2025, **more: object) -> tuple[Question, FactsFile]:
    """The small measure asked about its facts, or others."""
    compiled = compile_policy(policy.encode(), "small.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    source = SourceText("station.yaml", facts)
    document, _, found = read_document(compiled.policy, source, "yaml")
    assert document is not None, found
    assert found == (), [d.message.zh for d in found]
    as_of = document.as_of or date(2025, 12, 10)
    chosen = {**dict(evaluate(compiled.policy, document.facts, as_of, year).readings), **document.readings}
    calendar = more.pop("calendar", None) or Calendar.official()
    asked = Question(compiled.policy, compiled.digest, document.facts, as_of, year, chosen, calendar, document.attestations)
    return asked, FactsFile("某站.yaml", facts.encode(), source, "yaml")


def small(facts: str = FACTS, names: Pseudonyms | None = KEY, **more: object):
    """A record of the small measure."""
    return record(contents(*question(facts=facts, **more), "某站", names), RUN)


def example(name: str, names: Pseudonyms | None = KEY):
    """A record of the example station of a measure."""
    policy = (ROOT / "policies" / f"{name}.pol").read_text(encoding="utf-8")
    facts = (ROOT / "examples" / f"{name}_station.yaml").read_text(encoding="utf-8")
    return record(contents(*question(policy, facts), f"{name}的站", names), RUN)


@cache
def chain(length: int = 5) -> tuple[bytes, ...]:
    """The lines of a log, each with its line end."""
    body = contents(*question(), "某站", KEY)
    lines, previous = [], None
    for number in range(1, length + 1):
        made = record({**body, "station": KEY.code(f"{number}号站")}, RUN, number, previous)
        previous = made["sha256"]
        lines.append(canonical_bytes(made) + b"\n")
    return tuple(lines)
