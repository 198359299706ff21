"""A small measure of a made-up city, its official text, the text as amended, and a case."""

from __future__ import annotations

from policylang.audit.check import audit
from policylang.audit.render import audit_text
from policylang.cases.files import read_cases
from policylang.compiler import compile_policy
from policylang.measure.official import split

POLICY = """办法 yunshan 《云山市驿站管理办法》
  地区：云山市

事实
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  有场所（premises）：是否，由 市人才办 核定
  人员数（staff）：数量（人），由 市人才办 核定
  发放日（paid_on）：每年 日期，由 市人才办 填报
  结论（assessed）：每年 选项（优秀、合格），由 市人才办 评判，空值表示 未考核

结果
  设站条件（eligible）：条件
  等次（grade）：等级 优秀＞合格，每年
  补助（grant）：金额，每年
  奖励（award）：金额，每年

第一条 制定目的 〔宣示〕

第二条 设站条件
  设站条件 应当具备：
    （一）有场所
    （二）人员数 2人以上
  注：“原文作“驿点”，疑为“驿站”之误。”

第三条 职责，均无数量标准 〔职责〕

第四条 考核
  等次 由 市人才办 评定，记于 结论
  （一）引才人数
    定义 达标（reached）：引进人数 达标人数 以上
    等次 为 优秀，当 达标
    疑义 口径（counting）：“按人还是按次？”
      采用 按人（heads）：“字面如此”
      另解 按次（times）：“也可按次”
  （二）其余的为合格
    等次 为 合格，其余情形
    提示 待提高（low）：“引才人数不足。”，当 非 达标

第五条 补助
  补助 给予 3万元，当 等次 为 优秀
  补助 给予 不超过1万元，当 等次 为 合格
  奖励 可给予 2万元至5万元，当 等次 为 优秀
  奖励 未规定，当 等次 为 合格
  期限 发放（pay）：本年度 12月31日前，完成于 发放日，由 市人才办，每年，适用于 补助 应付
  第二款 总额不超过十家
    限额 总数（cap）：不超过10家
""".replace("引进人数 达标人数 以上", "引进人数 30人以上")

TEXT = """云山市驿站管理办法

第一章 总则
第一条 为建设驿站，制定本办法。
第二条 设站应当具备下列条件：
（一）有固定场所；
（二）有两名以上人员。
第三条 驿站的职责：
（一）宣传政策；
（二）联系人才。
第二章 考核
第四条 市人才办每年考核驿站。
（一）引才三十人以上的为优秀；
（二）其余的为合格。
第五条 优秀的补助三万元，合格的补助不超过一万元，年底前发放。
驿站总数不超过十家。
"""

CASES = """measure: yunshan
cases:
  - id: y-1
    name: 三十人
    as_of: 2025-01-05
    assessment_year: 2024
    facts: {引进人数: {2024: 30}}
    expect:
      grade: {2024: {result: 优秀, clause: 第四条（一）}}
      money: [{line: grant, year: 2024, amount: 30000, clause: [第五条, 第四条]}]
    why: 含本数。
  - id: y-2
    name: 没有场所
    as_of: 2025-01-05
    facts: {有场所: 否}
    expect: {eligible: {result: 'no', clause: 第二条（一）}}
    alternatives: [{reading: 'fact:有场所', expect: {eligible: {result: undetermined, clause: [7]}}}]
    why: 缺一项即不符合。
  - id: x-1
    measure: other
    name: 另一部办法
    as_of: 2025-01-05
    facts: {}
    expect: {grade: {result: 优秀, clause: 第四条（一）}}
    why: 不相干。
"""


def policy(text: str = POLICY):
    compiled = compile_policy(text.encode(), "yunshan.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    return compiled.policy


def cases(text: str = CASES):
    found, faults = read_cases(text.encode(), "yunshan.yaml")
    assert faults == ()
    assert found is not None
    return [case for case in found.cases if case.measure == "yunshan"]


KEPT = split(TEXT).fingerprints("yunshan")


def audited(text: str = TEXT, pol: str = POLICY, kept=KEPT, against: str | None = None):
    return audit(policy(pol), split(text), kept, cases(), None if against is None else split(against))


def report(*args, lang: str = "zh", **more) -> str:
    return audit_text(audited(*args, **more), lang, source="云山.txt")


def names(clauses) -> list[str]:
    return [c.citation.text for c in clauses]


def changes(*args, **more) -> list[tuple[str, str]]:
    return [(c.kind, c.citation.text) for c in audited(*args, **more).changes]


def hanging(change) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(h.kind, h.id, h.details) for h in change.hanging]
