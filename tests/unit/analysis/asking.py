"""A small measure with one of everything that can be changed, and questions about it."""

from __future__ import annotations

from datetime import date

from policylang.analysis.changes import find_changes
from policylang.analysis.targets import parse_target
from policylang.compiler import compile_policy
from policylang.facts.typed import facts_from_python

AS_OF = date(2026, 3, 1)
POLICY = """办法 t 《试行办法》
事实
  有场所（premises）：是否，由 设站单位 填报
  造假（fraud）：是否，由 市人才办 认定，未记载视为 否
  工作人员（staff）：数量（人）
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  结论（verdict）：每年 选项（甲级（A）、乙级（B）、丙级（C）），由 市人才办 评判，空值表示 未考核
  批准日（approved）：日期
  撤销日（gone）：日期，未记载视为 未发生
  公示日（shown）：日期
  报送条数（posts）：每月 数量（条）
  材料（papers）：多选（申请书（form）、合同（deal））
  城市（city）：文本
  续期（renewed）：是否，见 《通知》
  名单（people）：清单（人）：
    级别（rank）：选项（一（one）、二（two））
    人数（n）：数量（人）
  须 公示日 不早于 批准日
结果
  条件（eligible）：条件
  齐全（complete）：条件
  本地（local）：条件
  等级（grade）：等级 甲级（A）＞乙级（B）＞丙级（C），每年
  状态（status）：状态 有效（on）、撤销（off）
  补助（grant）：金额，每年
  奖金（award）：金额，对每一 名单
  提高（raise）：金额，每年
  退款（refund）：金额，退回单位 设站单位
  永不（never）：条件
第一条
  条件 应当具备：
    （一）有场所
    （二）工作人员 2名以上
  齐全 应当具备：
    （一）材料 含 申请书
    （二）材料 含 合同
  本地 应当具备：城市 为 “泸州”
  永不 应当具备：
    （一）时点 早于 2020年1月1日
    （二）有场所
第二条
  定义 实数（counted）：引进人数，未记载时取 总计 名单 的 人数 其中（级别 为 一）
  等级 由 市人才办 评定，记于 结论
  等级 为 甲级，当 实数 30人以上
  等级 为 乙级，当 实数 10人以上
  等级 为 丙级，其余情形
  等级 为 丙级，优先于 第二条，当 造假
第三条
  状态 为 撤销，优先于 第三条，当 撤销日 不晚于 时点 或 批准日 晚于 时点
  状态 为 有效，当 续期
  状态 为 有效，其余情形
第四条
  补助 给予 10万元，当 等级 为 甲级
  补助 给予 不超过5万元，当 等级 为 乙级
  提高 给予 补助 提高20%，当 有场所 且 补助 应付
  奖金 可给予 5万元 × 人数，当 级别 为 一
  退款 给予 3万元，当 造假
第五条
  职责 每月（monthly）：每月 报送条数 1条以上，自 批准日，首期不满不计，至 撤销日
  职责 随时（standing）：工作人员 1名以上
  职责 逐项（each）：人数 1人以上，对每一 名单
  期限 公示（publish）：批准日 起 10日内，完成于 公示日
  期限 年报（report）：本年度 12月31日前，完成于 公示日
"""


def policy():
    compiled = compile_policy(POLICY.encode(), "t.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    return compiled.policy


CORE = policy()


def typed(given):
    facts, errors = facts_from_python(CORE, given)
    assert not errors, [str(e) for e in errors]
    return facts


def asked(question, given, year=2025, as_of=AS_OF):
    """What would change the facts so that the question is answered."""
    return find_changes(CORE, typed(given), as_of, parse_target(CORE, question, year), year)


def told(answer):
    """Each way as what it puts where."""
    return [{change.cell.path: change.after for change in way.changes} for way in answer.ways]
