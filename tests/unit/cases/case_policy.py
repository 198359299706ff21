"""A small measure and its case files, written to a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.cases.files import read_cases
from policylang.cases.runner import run_case
from policylang.compiler import compile_policy

if TYPE_CHECKING:
    from pathlib import Path

    from policylang.cases.files import CaseFile
    from policylang.cases.runner import CaseResult
    from policylang.semantics import ir

POLICY = """办法 demo 《某市人才工作站管理办法》
  地区：某市
  制定机关：某市科技局

事实
  工作人员数（staff）：数量（人），由 市科技局 核定
  合作协议（agreement）：选项（正式、意向），凭 合作协议
  提交材料（materials）：多选（申请表、规划），由 市科技局 核定
  引进人数（recruits）：每年 数量（人），由 市科技局 核定
  起始日（start_on）：日期，凭 合作协议
  支付日（paid_on）：每年 日期，由 市科技局 填报，空值表示 未支付
  评估结论（assessed）：每年 选项（A级（A）、不合格），由 市科技局 评判，空值表示 未评估
  决定额（decided）：金额，由 市科技局 决定
  违规（violation）：是否，由 市科技局 认定，未记载视为 否
  城市（city）：文本，由 市科技局 填报
  可增设（extra）：是否，由 市科技局 决定
  名额（places）：数量（家），见 “通知”
  变动（changes）：清单（次），由 设站单位 填报：
    标识（id）：文本
    及时备案（filed）：是否，由 市科技局 评判

结果
  办法效力（in_force）：效力 施行中（yes）、不在施行期（no）
  设站条件（eligible）：条件 符合（yes）、不符合（no），须在施行期内
  申报材料（application）：条件 齐备（complete）、不齐备（incomplete）
  评估等级（grade）：等级 A级（A）＞不合格，每年，自 起始日
  设站资格（status）：状态 有效（active）、撤销（revoked）
  补助（grant）：金额，每年，决定额 决定额
  变动补助（change_grant）：金额，按时点年度，对每一 变动

第一条 设站条件
  设站条件 应当具备：
    1．工作人员数 2名以上
    2．合作协议 为 正式
  申报材料 应当具备：
    1．提交材料 含 申请表
    2．提交材料 含 规划
第二条 评估
  评估等级 由 市科技局 评定，记于 评估结论
  评估等级 按表：
    | 引进人数 | 评估等级 |
    | 30人以上 | A级      |
  评估等级 为 不合格，其余情形
  设站资格 为 有效，其余情形
  设站资格 为 撤销，优先于 第二条，当 违规，并 “收回牌匾”
  职责 变动备案（report_change）：及时备案，对每一 变动，由 设站单位
  提示 有违规（found_violation）：“有违规。”，当 违规
第三条 补助
  补助 给予 不超过10万元，当 评估等级 为 A级
  变动补助 给予 1万元，对每一 变动，当 及时备案
  期限 支付（pay）：本年度 12月31日前，完成于 支付日，由 市科技局，每年，适用于 补助 应付
第四条 数量
  限额 一城一站（per_city）：原则上 不超过1家
    每个：城市
    计入：设站资格 为 有效
    除外：可增设
  限额 总数（total）：不超过 名额
  限额 优秀比例（share）：约20%
    计入：评估等级 为 A级
第五条 自2024年1月1日起施行
  办法效力 为 施行中，当 时点 不早于 2024年1月1日
  办法效力 为 不在施行期，当 时点 早于 2024年1月1日 且 口径 读作 严
  疑义 口径（demo.strict）：““施行”从严还是从宽？”
    采用 严（strict）：“字面如此”
    另解 宽（lenient）：“也可从宽”
"""


def policy() -> ir.Policy:
    compiled = compile_policy(POLICY.encode(), "demo.pol")
    assert compiled.policy is not None, [d.message.zh for d in compiled.diagnostics]
    return compiled.policy


def case_file(text: str, name: str = "demo.yaml") -> CaseFile:
    found, faults = read_cases(text.encode(), name)
    assert found is not None
    assert faults == (), [f.message.zh for f in faults]
    return found


def run(text: str, name: str = "demo.yaml") -> list[CaseResult]:
    core = policy()
    return [result for case in case_file(text, name).cases for result in run_case(core, case)]


def told(results: list[CaseResult]) -> list[tuple[str, str, str]]:
    return [(m.path, m.expected, m.got) for result in results for m in result.mismatches]


def folder(path: Path, cases: str, name: str = "demo.yaml") -> Path:
    (path / "demo.pol").write_text(POLICY, encoding="utf-8")
    file = path / name
    file.write_text(cases, encoding="utf-8")
    return file
