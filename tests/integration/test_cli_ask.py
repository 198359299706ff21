"""``ask`` in processes of its own: questions, answers, undo, resuming, other front ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import policylang as package

ROOT = Path(__file__).resolve().parents[2]
STATION = ROOT / "examples" / "liuzhou_station.yaml"

SMALL = """\
办法 small 《示例办法》

事实
  有场所（premises）：是否，由 市人才办 评判
  工作人员（staff）：数量（人），由 设站单位 填报，问 “常驻多少人？”
  引进人数（recruits）：每年 数量（人），由 市人才办 核定
  造假（fraud）：是否，由 市人才办 认定，未记载视为 否
  材料（papers）：多选（申请表（form）、证明（proof）），由 市人才办 核定
  申请日（applied）：日期，由 设站单位 填报
  批准日（approved）：日期，由 市人才办 决定
  名单（people）：清单（人），由 市人才办 核定：
    类别（kind）：选项（甲类、乙类），由 专家 认定
    人数（n）：数量（人）
  须 批准日 不早于 申请日

结果
  设站条件（eligible）：条件
  等级（grade）：等级 优秀（good）＞合格（pass）＞不合格（fail），每年
  名单数（enough）：条件

第一条 条件
  设站条件 应当具备：
    （一）有场所
    （二）工作人员 2名以上
    （三）材料 含 申请表
第二条 等级
  等级 为 优秀，当 引进人数 30人以上
  等级 为 合格，当 引进人数 10人以上
  等级 为 不合格，其余情形
  等级 为 不合格，优先于 第二条，当 造假
第三条 名单
  名单数 应当具备：
    总计 名单 的 人数 其中（类别 为 甲类） 3人以上
第四条 期限
  期限 批准（approval）：申请日 起 1个月内，完成于 批准日
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.pol").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def ask(policylang, folder):
    def run(*arguments, answers=(), **more):
        stdin = "".join(f"{answer}\n" for answer in answers)
        return policylang("ask", "small.pol", *arguments, stdin=stdin, **more)

    return run


def facts(folder, name="站.yaml"):
    return (folder / name).read_text(encoding="utf-8").partition("事实:\n")[2]


def test_a_whole_interview(ask, folder):
    done = ask(
        "站.yaml", "--outcome", "设站条件", "--as-of", "2025-12-10",
        answers=["1", "3", "申请表、2"],
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == [
        "《示例办法》", "时点：2025年12月10日　考核年度：2025年　事实文件：站.yaml",
        "也可以写：跳过（不知道，先问别的）　撤销（收回上一个答案）　保存退出　？（说明）",
    ]  # fmt: skip
    for said in (
        "“有场所”，是否属实？", "  关系到：设站条件（第一条（一））", "  由市人才办评判", "  1 是　2 否",
        "常驻多少人？", "材料有哪些？（可以选几项）", "  1 申请表　2 证明", "  已定：设站条件：符合", "没有要问的了，各项都已确定。",
    ):  # fmt: skip
        assert said in done.stdout.splitlines()
    assert facts(folder) == "  有场所: 是\n  工作人员: 3\n  材料: [申请表, 证明]\n"


def test_what_settles_the_result_ends_the_questions(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["否"])
    assert "  已定：设站条件：不符合" in done.stdout.splitlines()
    assert facts(folder) == "  有场所: 否\n"


def test_bad_answers_are_explained_and_asked_again(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["大概有", "3", "1", "三人", "3名", "3", "证书", "", "？", "1"])
    told = done.stdout
    for said in (
        "“有场所”填写为“大概有”，应当填写“是”或者“否”",
        "“有场所”填写为“3”",
        "“工作人员”填写为“三人”，应当是数量（人），只写整数",
        "请只写数字“3”",
        "“材料”填写为“证书”，应当是下列之一：申请表（form）、证明（proof）",
        "不知道的不要猜：写“跳过”",
    ):
        assert said in told
    assert facts(folder) == "  有场所: 是\n  工作人员: 3\n  材料: [申请表]\n"


def test_undo_takes_answers_back(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["撤销", "1", "2", "undo", "撤销", "2"])
    assert "没有可以撤销的" in done.stdout
    assert facts(folder) == "  有场所: 否\n"


def test_the_answer_that_ended_the_questions_can_be_taken_back(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["2", "撤销", "1", "1", ""])
    assert done.stdout.count("写“撤销”，收回上一个答案") == 2
    assert facts(folder) == "  有场所: 是\n  工作人员: 1\n"


def test_a_skipped_question_stays_unknown(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["跳过", "不知道", "撤销", "2", "1"])
    assert "问完了，跳过1项。" in done.stdout.splitlines()
    assert facts(folder) == "  工作人员: 2\n  材料: [申请表]\n"


def test_the_end_of_the_input_saves_and_says_how_to_go_on(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", answers=["1"])
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == ["答案都已存入 站.yaml。接着填：", "  policylang ask small.pol 站.yaml --outcome eligible"]
    again = ask("站.yaml", "--outcome", "eligible", answers=["2", "保存退出"])
    assert "“有场所”，是否属实？" not in again.stdout
    assert facts(folder) == "  有场所: 是\n  工作人员: 2\n"


def test_an_interview_goes_on_after_it_was_killed(folder):
    variables = {**os.environ, "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(Path(package.__file__).parents[1])}
    command = [sys.executable, "-m", "policylang", "ask", "small.pol", "站.yaml", "--outcome", "eligible"]
    with subprocess.Popen(command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"1\n")
        running.stdin.flush()
        seen = b""
        while "常驻多少人".encode() not in seen:
            seen += running.stdout.readline()
        running.kill()
    assert facts(folder) == "  有场所: 是\n"
    assert sorted(path.name for path in folder.iterdir()) == ["small.pol", "站.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_saves_and_says_how_to_go_on(folder):
    variables = {**os.environ, "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(Path(package.__file__).parents[1])}
    command = [sys.executable, "-m", "policylang", "ask", "small.pol", "站.yaml", "--outcome", "eligible"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}

    def listening():  # also where the tests themselves run in the background, deaf to Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, cwd=folder, env=variables, preexec_fn=listening, **pipes) as running:  # noqa: PLW1509
        assert running.stdout is not None
        seen = b""
        while "1 是".encode() not in seen:
            seen += running.stdout.readline()
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "接着填" in rest.decode()


def test_a_list_is_counted_then_filled(ask, folder):
    done = ask("站.yaml", "--outcome", "名单数", answers=["2", "1", "3"])
    assert "名单第1项的类别是哪一种？" in done.stdout
    assert "  这一项：类别 甲类" in done.stdout
    assert facts(folder) == "  名单:\n    - 类别: 甲类\n      人数: 3\n    - {}\n"
    assert "已定：名单数：符合" in done.stdout


def test_a_contradiction_is_refused(ask, folder):
    (folder / "站.yaml").write_text("时点: 2025-12-10\n事实:\n  申请日: 2025-03-01\n", encoding="utf-8")
    done = ask("站.yaml", "--outcome", "approval", answers=["2025-02-01", "2025-03-05"])
    assert "与已经填写的互相矛盾：“批准日”早于“申请日”" in done.stdout
    assert facts(folder) == "  申请日: 2025-03-01\n  批准日: 2025-03-05\n"


def test_facts_that_contradict_each_other_are_told_first(ask, folder):
    text = "时点: 2025-12-10\n事实: {申请日: 2025-03-01, 批准日: 2025-02-01}\n"
    (folder / "站.yaml").write_text(text, encoding="utf-8")
    done = ask("站.yaml")
    assert done.returncode == 1
    assert "事实互相矛盾，不作判断" in done.stdout
    assert (folder / "站.yaml").read_text(encoding="utf-8") == text


def test_the_layout_of_the_file_survives(policylang, tmp_path):
    text = STATION.read_text(encoding="utf-8")
    (tmp_path / "站.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    done = policylang("ask", "liuzhou", "站.yaml", stdin="29\n")
    assert "已定：评估等级（2025年）：B级" in done.stdout
    after = (tmp_path / "站.yaml").read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# ")
    new = after.decode("utf-8-sig").replace("\r\n", "\n")
    assert b"\n" not in after.replace(b"\r\n", b"")
    added = "    2024: 30               # 已核定\n    2025: 29\n"
    assert new == text.replace("    2024: 30               # 已核定\n", added)


def test_a_json_file_stays_json(ask, folder):
    (folder / "站.json").write_text('{"时点": "2025-12-10", "事实": {"有场所": true}}', encoding="utf-8")
    ask("站.json", "--outcome", "eligible", answers=["2"])
    assert (folder / "站.json").read_text(encoding="utf-8") == (
        '{"时点": "2025-12-10", "事实": {"有场所": true, "工作人员": 2}}'
    )


def test_without_a_file_it_asks_where_to_keep_the_facts(ask, folder):
    done = ask("--outcome", "eligible", answers=["新站.yaml", "1"])
    assert done.stdout.startswith("事实存到哪个文件？")
    assert facts(folder, "新站.yaml") == "  有场所: 是\n"
    ask("--outcome", "eligible", answers=["", "2"])
    assert facts(folder, "事实.yaml") == "  有场所: 否\n"
    ask("--outcome", "eligible", answers=[])


def test_another_file_can_be_written(ask, folder):
    (folder / "站.yaml").write_text("事实:\n  有场所: 是\n", encoding="utf-8")
    ask("站.yaml", "--out", "新.yaml", "--outcome", "eligible", answers=["2"])
    assert facts(folder) == "  有场所: 是\n"
    assert facts(folder, "新.yaml") == "  有场所: 是\n  工作人员: 2\n"
    refused = ask("站.yaml", "--out", "新.yaml", answers=["2"])
    assert (refused.returncode, "已经存在，没有改动" in refused.stderr) == (2, True)


def test_what_is_taken_by_default_is_listed_where_asked(ask, folder):
    done = ask("站.yaml", "--outcome", "grade", "--as-of", "2025-12-10", "--all-defaults", answers=["35"])
    assert "  造假：按“否”处理" in done.stdout.splitlines()
    assert facts(folder) == "  引进人数:\n    2025: 35\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-"], 2, "事实要写回文件"),
        (["站.yaml", "--outcome", "设站条"], 2, "是否想写“设站条件”"),
        (["没有.yaml", "--format", "json"], 2, "找不到文件"),
        (["坏.yaml"], 1, "没有名为“工作人"),
        (["站.yaml", "--answer", "工作人员"], 1, "应当写作“事实=答案”"),
        (["站.yaml", "--answer", "工作人=3"], 1, "是否应为“工作人员”？"),
        (["站.yaml", "--answer", "工作人员=三"], 1, "只写整数"),
        (["站.yaml", "--answer", "引进人数=3"], 1, "要写明时期，例如“引进人数.2024=…”"),
        (["站.yaml", "--answer", "有场所=否"], 1, "“有场所”已经记载"),
        (["站.yaml", "--answer", "名单[0].人数=3"], 1, "没有名单第1项"),
        (["站.yaml", "--answer", "名单=1", "--answer", "名单[0]=3"], 1, "要写明哪个字段"),
        (["站.yaml", "--out", "站.json"], 2, "格式应当与事实文件相同"),
    ],
)
def test_what_cannot_be_done_is_said(ask, folder, arguments, code, told):
    (folder / "站.yaml").write_text("事实:\n  有场所: 是\n", encoding="utf-8")
    (folder / "坏.yaml").write_text("事实:\n  工作人: 3\n", encoding="utf-8")
    done = ask(*arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert facts(folder) == "  有场所: 是\n"


def test_json_for_other_front_ends(ask, folder):
    done = ask("--format", "json", "--as-of", "2025-12-10", "--answer", "有场所=是", "--answer", "名单=1", "--answer", "名单[0].人数=2")
    document = json.loads(done.stdout)
    assert (done.returncode, document["refused"], document["beyond"]) == (0, [], [])
    assert document["facts"] == {"premises": True, "people": [{"n": 2}]}
    assert [(x["kind"], x["id"], x["answer"]["zh"]) for x in document["settled"]] == [("decision", "enough", "不符合")]
    asked = {question["path"]: question for question in document["questions"]}
    assert set(asked) == {"staff", "recruits.2025", "papers", "applied"}
    assert asked["staff"]["question"]["zh"] == "常驻多少人？"
    assert asked["recruits.2025"] == {
        "path": "recruits.2025", "question": {"zh": "2025年引进人数是多少？（人）", "en": "recruits.2025: how many? (people)"},
        "type": "number", "unit": "人", "period": "2025", "choices": [],
        "form": {"zh": "写整数，不带单位", "en": "a whole number, without a unit"},
        "source": {"kind": "counted", "bodies": ["市人才办"], "document": None},
        "results": [{"kind": "decision", "id": "grade", "name": "等级", "year": 2025}], "clauses": ["第二条"],
    }  # fmt: skip
    assert asked["papers"]["choices"] == [
        {"value": "form", "zh": "申请表", "en": "form"}, {"value": "proof", "zh": "证明", "en": "proof"},
    ]  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == ["small.pol"]


def test_json_takes_every_choice_it_offers(ask):
    first = json.loads(ask("--format", "json", "--as-of", "2025-12-10", "--answer", "people=1").stdout)
    for question in first["questions"]:
        for choice in question["choices"]:
            done = ask("--format", "json", "--as-of", "2025-12-10", "--answer", "people=1",
                       "--answer", f"{question['path']}={choice['value']}")  # fmt: skip
            assert json.loads(done.stdout)["refused"] == []


def test_json_says_which_answers_it_refuses(ask, folder):
    done = ask("--format", "json", "--answer", "工作人员=三", "--answer", "有场所=是", "--out", "新.yaml")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["refused"][0]["zh"].startswith("“工作人员”填写为“三”，应当是数量（人），只写整数")
    assert facts(folder, "新.yaml") == "  有场所: 是\n"


def test_an_interview_in_english(ask, folder):
    done = ask("站.yaml", "--outcome", "eligible", "--lang", "en", answers=["?", "skip", "undo", "yes", "2", "quit"])
    for said in ("premises: is it so?", "judged by 市人才办", "Every answer is in 站.yaml. To go on:"):
        assert said in done.stdout
    assert facts(folder) == "  有场所: 是\n  工作人员: 2\n"


def test_a_file_that_somebody_else_changes_is_not_written_over(folder):
    variables = {**os.environ, "LANG": "zh_CN.UTF-8", "PYTHONPATH": str(Path(package.__file__).parents[1])}
    command = [sys.executable, "-m", "policylang", "ask", "small.pol", "站.yaml", "--outcome", "eligible"]
    with subprocess.Popen(
        command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        seen = b""
        while "1 是".encode() not in seen:
            seen += running.stdout.readline()
        (folder / "站.yaml").write_text("事实:\n  工作人员: 9\n", encoding="utf-8")
        _, told = running.communicate(b"1\n", timeout=30)
    assert running.returncode == 2
    assert "在别处改动过，没有写入" in told.decode()
    assert facts(folder) == "  工作人员: 9\n"
