"""``policylang test --coverage``: what it prints, in which language, and when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
办法 small 《示例办法》

事实
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  有场所（premises）：是否，由 市人才办 核定
  弄虚作假（fraud）：是否，由 市人才办 认定，未记载视为 否
  开始日（started_on）：日期，由 设站单位 填报
  结束日（ended_on）：日期，由 设站单位 填报
  城市（city）：文本，由 设站单位 填报
  须 结束日 不早于 开始日

结果
  设站条件（eligible）：条件 符合（yes）、不符合（no）
  考核等次（grade）：等级 优秀（good）＞合格（pass），每年
  经费（funds）：金额，按时点年度
  追回（repay）：金额，按时点年度

第一条 条件
  设站条件 应当具备：
    1．有场所 且 引进人数 10人以上
    2．“没有弄虚作假” 非 弄虚作假 且 有场所
第二条 考核
  考核等次 为 优秀，当 引进人数 不少于 优秀线
  考核等次 为 合格，其余情形
  定义 优秀线（top）：30人
  疑义 口径（small.strict）：“从严还是从宽？”
    采用 严（strict）：“字面如此”
    另解 宽（lenient）：“也可从宽”
第三条 其他
  经费 可给予 1万元，当 有场所 且 口径 读作 宽
  追回 未规定，当 弄虚作假
  职责 场所（office）：有场所
  期限 报告（report）：开始日 起 10日内，完成于 办结日
  提示 有假（faked）：“有假。”，当 弄虚作假
  限额 一城一站（per_city）：不超过1家
    每个：城市
  汇总 全年经费（total）：
    经费，当 弄虚作假
  提示 有效（valid）：“施行已满一年。”，当 2024年1月1日 不晚于 2025年1月1日
  定义 办结日（closed_on）：结束日
"""

CASES = """\
measure: small
cases:
  - {id: a, as_of: 2024-12-01, facts: {引进人数: {2024: 30}}, expect: {grade: {2024: {result: good}}}}
"""

CHINESE = """\
small.yaml：1项，0项不符

《示例办法》案例覆盖
  条款     规则  条件
  声明     0/1   0/1
  第一条1  0/1   0/3
  第一条2  0/1   0/3
  第二条   3/5   0/1
  第三条   1/9   0/6
没有覆盖的：
  第10行  声明  须结束日不早于开始日：从未有结果
  第10行  声明  结束日不早于开始日：从未有结果
  第20行  第一条1  设站条件：（有场所）且（引进人数10人以上）：从未有结果
  第20行  第一条1  有场所：从未有结果
  第20行  第一条1  引进人数10人以上：从未不成立
  第21行  第一条2  设站条件：没有弄虚作假：从未有结果
  第21行  第一条2  弄虚作假：从未成立
  第21行  第一条2  有场所：从未有结果
  第23行  第二条  引进人数不少于优秀线：从未不成立
  第24行  第二条  考核等次为合格，其余情形：从未适用
  第26行  第二条  疑义“口径”读作“宽”：从未选用
  第30行  第三条  经费可给予1万元，当（有场所）且（“口径”读作“宽”）：从未适用
  第30行  第三条  有场所：从未有结果
  第30行  第三条  “口径”读作“宽”：从未成立
  第31行  第三条  追回未规定，当弄虚作假：从未适用
  第31行  第三条  弄虚作假：从未成立
  第32行  第三条  职责“场所”：从未判定履行与否
  第32行  第三条  有场所：从未有结果
  第33行  第三条  期限“报告”：从未判定履行与否
  第34行  第三条  提示“有假”：从未出现
  第34行  第三条  弄虚作假：从未成立
  第35行  第三条  限额“一城一站”：从未有结果
  第37行  第三条  汇总“全年经费”：从未有结果
  第38行  第三条  弄虚作假：从未有结果
  第40行  第三条  定义“办结日”：从未得出
不计的条件：
  第39行  第三条  2024年1月1日不晚于2025年1月1日：只有定值，结果不会变
规则 23.5%（4/17），条件 0.0%（0/14）
1 passed, 0 failed
"""

ENGLISH = """\
Not covered:
  line 10  declarations  require ended_on is not before started_on: never had a result
  line 10  declarations  ended_on is not before started_on: never had a result
  line 20  Article 1, item 1  eligible: (premises) and (recruits at least 10 people): never had a result
  line 20  Article 1, item 1  premises: never had a result
  line 20  Article 1, item 1  recruits at least 10 people: never false
  line 21  Article 1, item 2  eligible: (not fraud) and (premises): never had a result
  line 21  Article 1, item 2  fraud: never true
  line 21  Article 1, item 2  premises: never had a result
  line 23  Article 2  recruits at least top: never false
  line 24  Article 2  grade is pass, otherwise: never applied
  line 26  Article 2  reading small.strict=lenient: never chosen
  line 30  Article 3  funds may grant CNY 10,000, when (premises) and (small.strict = lenient): never applied
  line 30  Article 3  premises: never had a result
  line 30  Article 3  small.strict = lenient: never true
  line 31  Article 3  repay is not regulated, when fraud: never applied
  line 31  Article 3  fraud: never true
  line 32  Article 3  duty office: never met nor unmet
  line 32  Article 3  premises: never had a result
  line 33  Article 3  deadline report: never met nor unmet
  line 34  Article 3  warning faked: never shown
  line 34  Article 3  fraud: never true
  line 35  Article 3  quota per_city: never had a result
  line 37  Article 3  forecast total: never had a result
  line 38  Article 3  fraud: never had a result
  line 40  Article 3  definition closed_on: never settled
Conditions not counted:
  line 39  Article 3  2024-01-01 is not after 2025-01-01: only constants, cannot come out in two ways
rules 23.5% (4/17), conditions 0.0% (0/14)
1 passed, 0 failed
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "small.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_the_report_names_clause_words_and_what_is_missing(policylang, folder):
    done = policylang("test", "small.yaml", "--coverage")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == CHINESE


def test_the_report_in_english(policylang, folder):
    done = policylang("test", "small.yaml", "--coverage", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")
    head, rest = done.stdout.split("Not covered:\n")
    assert "  clause             rules  conditions\n  declarations       0/1    0/1\n" in head
    assert "Not covered:\n" + rest == ENGLISH


def test_what_only_one_case_shows_is_missing(policylang, folder):
    case = "  - {{id: {}, as_of: 2024-12-01, facts: {{有场所: {}, 引进人数: {{2024: 9}}, 弄虚作假: 是}}, expect: {{duties: [{{}}]}}}}\n"
    (folder / "small.yaml").write_text("measure: small\ncases:\n" + case.format("b", "是"), encoding="utf-8")
    done = policylang("test", "small.yaml", "--coverage")
    assert "设站条件：（有场所）且（引进人数10人以上）：整项从未符合\n" in done.stdout
    assert "提示“有假”：从未不出现\n" in done.stdout
    assert "引进人数不少于优秀线：从未成立\n" in done.stdout
    shown = policylang("test", "small.yaml", "--coverage", "--lang", "en").stdout
    assert "eligible: (premises) and (recruits at least 10 people): never met\n" in shown
    assert "warning faked: always shown\n" in shown
    met = case.format("b", "是") + case.format("c", "否").replace("9", "10")
    (folder / "small.yaml").write_text("measure: small\ncases:\n" + met, encoding="utf-8")
    assert "（有场所）且（引进人数10人以上）：整项从未符合\n" in policylang("test", "small.yaml", "--coverage").stdout


def test_everything_covered_leaves_nothing_to_list(policylang, folder):
    (folder / "small.pol").write_text(
        "办法 small 《示例办法》\n事实\n  甲（a）：是否\n结果\n  乙（b）：状态 丙（c）、丁（d）\n"
        "第一条 条件\n  乙 为 丙，当 甲\n  乙 为 丁，其余情形\n",
        encoding="utf-8",
    )
    (folder / "small.yaml").write_text(
        "measure: small\ncases:\n"
        "  - {id: a, as_of: 2024-12-01, facts: {甲: 是}, expect: {乙: {result: 丙}}}\n"
        "  - {id: b, as_of: 2024-12-01, facts: {甲: 否}, expect: {乙: {result: 丁}}}\n",
        encoding="utf-8",
    )
    done = policylang("test", "small.yaml", "--min-rules", "100", "--min-conditions", "100")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("  第一条  2/2   1/1\n规则 100.0%（2/2），条件 100.0%（1/1）\n2 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        (["--min-rules", "23", "--min-conditions", "0"], 0, ""),
        (["--min-rules", "24"], 1, "small：规则覆盖23.5%，不到24%\n"),
        (["--min-conditions", "95", "--lang", "en"], 1, "small: 0.0% of the conditions covered, not 95%\n"),
    ],
)
def test_less_than_asked_for_fails(policylang, folder, asked, code, told):
    done = policylang("test", "small.yaml", *asked)
    assert (done.returncode, done.stderr) == (code, told)
    assert done.stdout.endswith("1 passed, 0 failed\n")


def test_only_whole_percents_are_asked_for(policylang, folder):
    assert policylang("test", "small.yaml", "--min-rules", "101").returncode == 2


def test_the_cases_of_one_measure_in_several_files_are_taken_together(policylang, folder):
    (folder / "more.yaml").write_text(CASES.replace("30", "9").replace("good", "pass"), encoding="utf-8")
    done = policylang("test", ".", "--coverage")
    assert done.stdout.count("案例覆盖") == 1
    assert "  第二条   4/5   1/1\n" in done.stdout


def test_without_a_policy_there_is_nothing_to_report(policylang, folder):
    (folder / "small.pol").unlink()
    done = policylang("test", "small.yaml", "--coverage")
    assert done.returncode == 1
    assert "案例覆盖" not in done.stdout
