"""``policylang init``: a policy that compiles and a case that passes, to be changed into the real one.

From an official text: a policy with a heading for each of its clauses, in which the rules are to be written.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policylang.cli.actions import FAILURE, OK, RefusedError, fail, official_text, say
from policylang.source.refusals import reason
from policylang.workspace import WorkspaceError, write_text

if TYPE_CHECKING:
    from policylang.cli.language import Lang

_TITLE = "某市人才工作站管理办法（试行）"
_POLICY = """\
办法 {name} 《{title}》
  地区：某市
  制定机关：某市人才工作领导小组办公室
  性质：试行

事实
  # 每个事实写明：名称（数据列名）：类型，由谁核定或评判，怎样问
  有固定场所（premises）：是否，由 市人才办 核定，问 “工作站有固定办公场所吗？”
  工作人员数（staff）：数量（人），由 市人才办 核定
  引进人才数（recruits）：每年 数量（人），由 市人才办 核定

结果
  办法效力（in_force）：效力 施行中（yes）、不在施行期（no）
  设站条件（eligible）：条件 符合（yes）、不符合（no），须在施行期内
  考核等次（grade）：等级 优秀＞合格＞不合格，每年
  工作补助（subsidy）：金额，每年

第一条 制定目的 〔宣示〕

第二条 设站条件
  设站条件 应当具备：
    （一）有固定场所
    （二）工作人员数 2人以上

第三条 年度考核
  考核等次 按表：
    | 引进人才数 | 考核等次 |
    | 10人以上   | 优秀     |
    | 5人以上    | 合格     |
  考核等次 为 不合格，其余情形

第四条 工作补助
  工作补助 给予 不超过5万元，当 考核等次 为 优秀
  工作补助 给予 2万元，当 考核等次 为 合格

第五条 施行日期
  办法效力 为 施行中，当 时点 不早于 2026年1月1日
  办法效力 为 不在施行期，当 时点 早于 2026年1月1日
"""

_CASES = """\
# 案例：改了办法以后运行 policylang test，看哪些结论变了
measure: {name}
cases:
  - id: {name}-01
    name: 引进10名，恰为优秀
    as_of: 2027-02-01
    assessment_year: 2026
    facts:
      有固定场所: 是
      工作人员数: 2
      引进人才数:
        2026: 10
    expect:
      eligible:
        result: yes
        clause: [第二条（一）, 第二条（二）]
      grade:
        2026:
          result: 优秀
          clause: 第三条
      money:
        - line: subsidy
          year: 2026
          status: due
          kind: cap
          max: 50000
          clause: 第四条
    why: “10人以上”含本数。
"""


def start(name: str, title: str | None, text: str | None, lang: Lang) -> int:
    """Write ``NAME.pol`` here, and ``cases/NAME.yaml`` unless it is made from a text; files that exist are never touched."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", name) is None:
        say(
            f"“{name}”不能作标识：用英文字母开头的字母、数字、_ 或 -"
            if lang == "zh"
            else f"“{name}” cannot be an id: letters, digits, _ and -, a letter first"
        )
        return FAILURE
    if title is not None and re.search(r"[《》\n#]", title):
        say("名称里不能有《》、# 或换行" if lang == "zh" else "a title has no 《》, # or line break")
        return FAILURE
    if text is not None:
        return _from_text(name, title, text, lang)
    shown = title or _TITLE
    policy, cases = Path(f"{name}.pol"), Path("cases") / f"{name}.yaml"
    try:
        for path in (policy, cases):
            if path.exists():
                raise WorkspaceError(f"“{path}”已经存在，没有改动", f"{path} exists; nothing was written")
        cases.parent.mkdir(exist_ok=True)
        write_text(str(policy), _POLICY.format(name=name, title=shown))
        write_text(str(cases), _CASES.format(name=name))
    except OSError as fault:
        return fail(WorkspaceError(f"写不了：{reason(fault).zh}", f"cannot write: {reason(fault).en}"), lang)
    except WorkspaceError as fault:
        return fail(fault, lang)
    click.echo(f"已新建 {policy} 和 {cases}。接着可以运行：" if lang == "zh" else f"wrote {policy} and {cases}. Next:")
    click.echo(f"  policylang check {policy}\n  policylang test {cases}")
    return OK


def _from_text(name: str, title: str | None, path: str, lang: Lang) -> int:
    """Write the headings of an official text."""
    from policylang.cli.skeleton import skeleton

    policy = Path(f"{name}.pol")
    try:
        if policy.exists():
            raise WorkspaceError(f"“{policy}”已经存在，没有改动", f"{policy} exists; nothing was written")
        write_text(str(policy), skeleton(name, title, official_text(path, lang)))
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    click.echo(f"已新建 {policy}，每条一个标题。接着可以运行：" if lang == "zh" else f"wrote {policy}, a heading for each clause. Next:")
    click.echo(f"  policylang check {policy}\n  policylang audit {policy} --text {path}")
    return OK
