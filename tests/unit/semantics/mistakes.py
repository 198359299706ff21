"""A sound policy to make one mistake in, and what is then found."""

from __future__ import annotations

import re

from policylang.compiler import compile_policy

HEAD = "办法 t 《试行办法》\n"
FACTS = """事实
  人数（n）：数量（人）
  场数（m）：数量（个）
  年限（y）：数量（年）
  经费（fee）：金额
  占比（share）：数量（%）
  批准日（day）：日期
  有站长（head）：是否
  有场所（place）：是否
  类别（kind）：选项（高校（uni）、协会（assoc））
  学历（degree）：选项（博士＞硕士＞本科）
  材料（papers）：多选（申请书、合同）
  城市（city）：文本
  结论（verdict）：每年 选项（优秀、合格），空值表示 未考核
  推介（posts）：每月 数量（条）
  名单（list）：清单（人）：
    级别（class）：选项（甲、乙）
    工资（wage）：金额
  课程（courses）：清单（个）：
    课时（hours）：数量（次）
"""
OUTCOMES = """结果
  可（ok）：条件
  级（grade）：等级 A级（A）＞B级（B），每年
  态（state）：状态 有效（on）、撤销（off）
  补（money）：金额
  奖（award）：金额，对每一 名单
"""
RULES = """  可 应当具备：有站长
  级 为 A级
  态 为 有效
  补 给予 1万元
  奖 给予 1万元
"""


def source(article="", facts="", outcomes="", rules=RULES):
    lines = "".join(f"  {line}\n" for line in article.splitlines())
    return f"{HEAD}{FACTS}{facts}{OUTCOMES}{outcomes}第九条\n{rules}第一条\n{lines or '  注：“无”'}\n"


def faults(text):
    """Each finding as its code, what it underlines and its help, after what every finding must have."""
    found = compile_policy(text.encode(), "t.pol")
    result = []
    for diagnostic in found.diagnostics:
        for message in (diagnostic.message, diagnostic.help):
            assert message is not None, diagnostic
            assert message.zh.strip() and message.en.strip(), diagnostic
            assert re.search("[一-鿿]", message.zh), message
        primary = diagnostic.primary
        under = None if primary is None else found.source.text[primary.span.start : primary.span.end]
        result.append((diagnostic.code, under, diagnostic.help.zh))
    assert (found.policy is None) == any(d.severity.value == "error" for d in found.diagnostics)
    return result


def one(text):
    """The only finding: one mistake, one message."""
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def when(condition, **more):
    """The finding for a condition of a rule."""
    return one(source(f"态 为 有效，当 {condition}", **more))
