"""A small measure, and what a clerk reads of a decision under it."""

from __future__ import annotations

from datetime import date

import jsonschema

from policylang.compiler import compile_policy
from policylang.explain.document import outcome_document
from policylang.explain.schema import outcome_schema
from policylang.explain.text import Report
from policylang.facts.typed import facts_from_python
from policylang.runtime.interpreter import evaluate

POLICY = """办法 demo 《人才站试行办法》
事实
  引进人数（recruits）：每年 数量（人），由 市科技局 核定
  有场所（premises）：是否，由 评审组 评判
  工作人员（staff）：数量（人），凭 花名册
  有名无实（nominal）：是否，由 市科技局、市人才办 认定
  类别（kind）：选项（高校（uni）、协会（assoc）），由 设站单位 填报
  确定日（decided_on）：日期，见 《通报》
  发放日（paid_on）：日期
  推介信息（posts）：每月 数量（条）
结果
  效力（force）：效力 施行中（yes）、不在施行期（no）
  设站条件（eligible）：条件，须在施行期内
  等级（grade）：等级 A级（A）＞B级（B）＞不合格（F），每年
  补助（grant）：金额，每年
  奖金（award）：金额
第四条 设站条件
  设站条件 应当具备：
    （一）“场所和人员” 有场所 且 工作人员 2名以上
  设站条件 一般应具备：
    （二）类别 为 高校
第十条 评估
  （一）分级
    等级 为 A级，当 引进人数 30人以上
    等级 为 B级，当 引进人数 20人以上
    等级 为 不合格，其余情形
  （二）不合格
    等级 为 不合格，优先于 第十条（一），当 坏情形，并 “发文公布”
    定义 坏情形（bad_case）：有名无实 且 情形 读作 不合格优先
    疑义 情形（override）：“以何者为准？”
      采用 不合格优先（fail）：“单列”
      另解 人数优先（count）：“按人数”
第十一条 补助
  补助 给予 不超过10万元，当 等级 为 A级
  补助 给予 3.6万元，当 等级 为 B级
  奖金 给予 8500元，当 类别 为 高校
  期限 发放（pay）：确定日 起 60个工作日内，完成于 发放日，由 市科技局
  职责 每月推介（monthly）：每月 推介信息 1条以上
  提示 说明（note）：“补助由机关决定。”，当 等级 为 B级
第十二条
  效力 为 施行中，当 时点 不早于 2024年1月1日
  效力 为 不在施行期，其余情形
"""
FACTS = {
    "recruits": {"2024": 35, "2025": 19}, "premises": True, "staff": 1, "nominal": False, "kind": "uni",
    "decided_on": "2025-01-15", "paid_on": "2025-04-20", "posts": {"2025-05": 2, "2025-06": 0},
}  # fmt: skip


def outcome(text=POLICY, facts=FACTS, as_of=date(2025, 7, 1), year=2025, readings=None):
    compiled = compile_policy(text.encode(), "t.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    typed, errors = facts_from_python(compiled.policy, facts)
    assert not errors
    result = evaluate(compiled.policy, typed, as_of, year, readings)
    jsonschema.validate(outcome_document(result), outcome_schema())
    return result


def small(facts, outcomes, article, given, **more):
    """The outcome of a policy of one article."""
    text = f"办法 t 《试行办法》\n事实\n{facts}结果\n{outcomes}第一条 规定\n"
    text += "".join(f"  {line}\n" for line in article.splitlines())
    return outcome(text, given, **more)


def said(result, lang="zh", wanted=None):
    """The explanation without its answers in a sentence and its head, each line without the blanks around it."""
    told = Report(result, lang).explain(wanted)
    below = told.split("\n\n", 1)[1] if wanted else told
    return [line.strip() for line in below.splitlines()[2:] if line.strip()]


def rows(result, lang="zh"):
    """The overview with single blanks between its columns."""
    return [" ".join(line.split()) for line in Report(result, lang).overview().splitlines() if line.strip()]
