"""Every difference between an engine and the interpreter that was ever found, as small as it can be."""

from datetime import date

import pytest

from differential.answering import unlike
from differential.computing import HERE
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python

AS_OF = date(2025, 6, 30)

#: What went wrong; the policy; the stations, all in one table.
FOUND = [
    (
        "an amount that a body decided, beside a sum of finer parts",
        """事实
  甲（a）：是否
  经费（fee）：金额
  核定额（fixed）：金额，由 市财政局 决定
结果
  补（m）：金额，决定额 核定额
第一条
  补 给予 经费 的 12.5%，当 甲
""",
        [{"a": True, "fee": 1, "fixed": 10_000}, {"a": True, "fee": 80_000, "fixed": "0.01"}, {"fee": 80_000, "fixed": 10_000}],
    ),
    (
        "windows beside those of a station that begins more than 2,400 windows ago",
        """事实
  批准日（day）：日期
  推介（posts）：每月 数量（条）
结果
  可（ok）：条件
第一条
  可 应当具备：批准日 不晚于 时点
  职责 月推（monthly）：每月 推介 1条以上，自 批准日
""",
        [{"day": "0001-01-01", "posts": {"2024-12": 1}}, {"day": "2025-01-10"}, {"day": "1825-08-01"}, {"day": "1825-06-30"}],
    ),
    (
        "two sets of options",
        """事实
  材料（m）：多选（申请书（form）、合同（deal））
  附件（n）：多选（申请书（form）、合同（deal））
结果
  可（ok）：条件
第一条
  可 应当具备：材料 为 附件
""",
        [{}, {"m": []}, {"m": [], "n": []}, {"m": ["form"], "n": ["form", "deal"]}, {"m": ["deal", "form"], "n": ["form", "deal"]}],
    ),
    (
        "a share of a line that is open and below 0",
        """事实
  甲（a）：是否
  经费（fee）：金额
结果
  基补（base）：金额，按时点年度
  提补（rise）：金额，按时点年度
第一条
  基补 给予 经费 － 5.1万元，当 甲
  提补 给予 基补 提高20%
""",
        [{"fee": 0}, {"fee": 60_000}, {"a": True, "fee": 0}, {"a": False, "fee": 0}, {}],
    ),
    (
        "a duty for each record of a list that no station has",
        """事实
  名单（l）：清单（人）：
    认定（e）：是否
结果
  可（ok）：条件
第一条
  可 应当具备：存在 名单
  职责 逐项（each）：认定，对每一 名单
""",
        [{}, {}],
    ),
    (
        "two sources of a number that contradict each other",
        """事实
  逐月（x）：每月 数量（场）
  台账（e）：清单（场）：
    举办（held_on）：日期
结果
  可（ok）：条件
  补（m）：金额
第一条
  定义 年数（total）：总计 逐月，未记载时取 计数 台账 其中（举办 在本期）
  可 应当具备：年数 12场以上
  补 给予 1万元 × 年数，当 年数 不满 12场
第二条
  职责 够（same）：年数 为 12场
  职责 少（few）：年数 不超过 11场
  职责 多（many）：年数 超过 1场
""",
        [{"x": {"2025-10": 12}, "e": [{}]}, {"x": {"2025-10": 12}, "e": []}, {"x": {"2025-10": 3}, "e": [{}, {}]}, {"e": [{}]}, {}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "stations"), [found[1:] for found in FOUND], ids=[found[0] for found in FOUND])
def test_found(policy, stations):
    compiled = compile_policy(f"办法 t 《试行办法》\n{policy}".encode(), "t.pol").policy
    typed = []
    for facts in stations:
        found, errors = facts_from_python(compiled, facts)
        assert not errors, [str(e) for e in errors]
        typed.append(found)
    engines = ["meaning"] if "0001" in str(stations) else list(HERE)  # 200 years of months are tens of thousands of values
    assert unlike(compiled, typed, AS_OF, engines=engines) == []
    for own in typed:
        assert unlike(compiled, [own], AS_OF, engines=[engine for engine in engines if engine != "sql"]) == []
