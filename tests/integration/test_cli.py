"""The command line as a user starts it: every command and option, its exit code, and which stream says what."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIUZHOU = ROOT / "policies" / "liuzhou.pol"
STATION = ROOT / "examples" / "liuzhou_station.yaml"
STATIONS = ROOT / "examples" / "liuzhou_stations.yaml"

COMMANDS = ["check", "fmt", "eval", "explain", "readings", "test", "audit", "schema", "init", "completion"]

#: A policy with a mistake in each of two places.
FAULTY = LIUZHOU.read_text(encoding="utf-8").replace("| 30人以上", "| 30以上").replace("限额 全市总数", "限俄 全市总数")

CASES = """\
measure: liuzhou
cases:
  - id: one
    name: 三十名为A级
    as_of: 2025-03-03
    assessment_year: 2024
    facts:
      管理期起始日: 2024-07-01
      引进G类以上人才数: {2024: 30}
      与设站标准差距较大: 否
      不配合招引和征集: 否
      有名无实: 否
      有其他不合格情形: 否
    expect:
      grade:
        2024: {result: EXPECTED, clause: 第十条3}
"""


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    (tmp_path / "faulty.pol").write_text(FAULTY, encoding="utf-8")
    return "faulty.pol"


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A folder with one case that passes and one that fails."""
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "good.yaml").write_text(CASES.replace("EXPECTED", "A"), encoding="utf-8")
    (folder / "bad.yaml").write_text(CASES.replace("EXPECTED", "B"), encoding="utf-8")
    return folder


# help and version


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_command(policylang, flag):
    done = policylang(flag)
    assert (done.returncode, done.stderr) == (0, "")
    assert [c for c in COMMANDS if not re.search(rf"^  {c} ", done.stdout, re.MULTILINE)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_an_example(policylang, command):
    done = policylang(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"\n  例：  policylang {command} " in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_english_has_no_chinese(policylang, command):
    shown = policylang(command, "--help", env={"LANG": "en_US.UTF-8"}).stdout
    text, _, example = shown.partition("Example:")
    assert f"policylang {command} " in example
    assert not re.search("[\u4e00-\u9fff]", text)


def test_version(policylang):
    assert re.fullmatch(r"policylang, version \d+\.\d+\.\d+\n", policylang("--version").stdout)


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check"], ["eval", "liuzhou"], ["eval", "liuzhou", "x", "--year", "12"], ["check", "x", "--format", "xml"],
     ["fmt"], ["init"], ["completion", "csh"], ["check", "--nope", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_exit_code_2_on_stderr(policylang, arguments):
    done = policylang(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: policylang ")


# check


def test_check_says_how_many_files_are_fine(policylang):
    done = policylang("check", LIUZHOU, "luzhou")
    assert (done.returncode, done.stdout, done.stderr) == (0, "已检查2个文件：没有发现问题\n", "")


def test_check_looks_through_a_folder(policylang):
    assert policylang("check", ROOT / "policies").stdout.startswith("已检查5个文件：")


def test_check_lists_every_mistake_with_its_place_and_a_cure(policylang, faulty):
    done = policylang("check", faulty)
    assert (done.returncode, done.stdout) == (1, "已检查1个文件：2 个错误\n")
    assert done.stderr.count("错误[") == 2
    assert re.search(r" --> faulty\.pol:\d+:\d+\n", done.stderr)
    assert "^" in done.stderr
    assert "建议：" in done.stderr
    assert "docs/diagnostics/unit-missing.md" in done.stderr


def test_check_lists_no_warnings_while_there_are_errors(policylang, tmp_path):
    text = "办法 m 《某办法》\n第一条 目的\n第二条 条件\n  设站条件 应当具备：有场所\n"
    (tmp_path / "m.pol").write_text(text, encoding="utf-8")
    done = policylang("check", "m.pol")
    assert (done.returncode, done.stdout) == (1, "已检查1个文件：1 个错误，1 个警告（改好错误以后再列警告）\n")
    assert "警告" not in done.stderr
    english = policylang("check", "m.pol", "--lang", "en")
    assert english.stdout == "1 files checked: 1 error, 1 warning (warnings are listed once the errors are mended)\n"
    assert policylang("check", "m.pol", "--format", "json").stdout.count('"warning"') == 1


def test_check_as_json_is_a_list_of_findings(policylang, faulty):
    done = policylang("check", "--format", "json", faulty)
    findings = json.loads(done.stdout)
    assert (done.returncode, done.stderr, len(findings)) == (1, "", 2)
    assert {f["file"] for f in findings} == {"faulty.pol"}
    assert all(f["message"]["zh"] and f["message"]["en"] and f["start"]["line"] for f in findings)
    assert json.loads(policylang("check", "--format", "json", LIUZHOU).stdout) == []


def test_check_for_github_is_one_annotation_a_line(policylang, faulty):
    done = policylang("check", "--format", "github", faulty)
    assert (done.returncode, done.stderr) == (1, "")
    assert all(re.match(r"::error file=faulty\.pol,line=\d+,col=\d+,", line) for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) == 2


def test_check_reads_standard_input(policylang):
    done = policylang("check", "-", stdin=FAULTY)
    assert done.returncode == 1
    assert "--> <stdin>:" in done.stderr


# language and colour


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, "error: no such file: "),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "error: no such file: "),
        ({"LC_ALL": "C"}, "错误：找不到文件"),
        ({"LANG": None}, "错误：找不到文件"),
        ({"PYTHONIOENCODING": "latin-1"}, "错误：找不到文件"),
    ],
    ids=str,
)
def test_the_language_is_that_of_the_locale_and_else_chinese(policylang, variables, expected):
    assert policylang("check", "nowhere.pol", env=variables).stderr.startswith(expected)


def test_the_language_asked_for_comes_before_the_locale(policylang):
    assert policylang("check", LIUZHOU, "--lang", "en").stdout.startswith("1 files checked")
    assert policylang("check", LIUZHOU, "--lang", "zh", env={"LANG": "en_US.UTF-8"}).stdout.startswith("已检查")


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_messages_are_coloured_on_a_terminal_unless_no_color(tmp_path, faulty, variables, coloured):
    ours, theirs = os.openpty()
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    path = str(ROOT / "src")
    subprocess.run(
        [sys.executable, "-c", "from policylang.cli.main import run; run()", "check", faulty],
        cwd=tmp_path, env={**clean, "PYTHONPATH": path, **variables}, stdout=subprocess.DEVNULL, stderr=theirs, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert (b"\x1b[" in shown) is coloured


# eval


def test_eval_shows_results_clauses_what_is_possible_and_what_is_missing(policylang):
    done = policylang("eval", "liuzhou", STATION)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [re.sub(r" {2,}", "  ", line) for line in done.stdout.splitlines()]
    assert "  2024年  A级  第十条3" in rows
    assert "  2025年  待定：A级或B级  第十条3" in rows
    assert "  建设补助 2024年  应给予，不超过10万元  第十一条" in rows
    assert any("还缺的事实" in row for row in rows)
    assert any("引进名单第3项的人才类别" in row for row in rows)


def test_eval_as_json_is_the_outcome_document(policylang):
    done = policylang("eval", "liuzhou", STATION, "--format", "json")
    document = json.loads(done.stdout)
    assert (document["as_of"], document["assessment_year"]) == ("2025-12-10", 2025)
    assert {"schema", "policy", "decisions", "money", "duties", "warnings"} <= document.keys()
    assert policylang("eval", "liuzhou", STATION, "--format", "json").stdout == done.stdout


def test_eval_takes_the_day_and_the_year_from_the_command_before_the_file(policylang):
    done = policylang("eval", LIUZHOU, STATION, "--as-of", "2025-03-03", "--year", "2024")
    assert "时点：2025年3月3日　考核年度：2024年" in done.stdout


def test_eval_says_which_day_and_year_it_took_when_none_is_given(policylang):
    done = policylang("eval", "liuzhou", "-", stdin="工作人员数: 3\n")
    assert done.returncode == 0
    assert "按今天（" in done.stderr
    assert "未写考核年度" in done.stderr


def test_eval_under_another_reading(policylang):
    facts = STATION.read_text(encoding="utf-8").replace("有名无实: 否", "有名无实: 是")
    adopted = policylang("eval", "liuzhou", "-", "--year", "2024", stdin=facts)
    other = policylang("eval", "liuzhou", "-", "--year", "2024", "--reading", "ll.fail_override=grade_only", stdin=facts)
    assert re.search(r"2024年 +不合格 ", adopted.stdout)
    assert re.search(r"2024年 +A级 ", other.stdout)


@pytest.mark.parametrize(
    ("reading", "hint"),
    [("ll.fail_overide=grade_only", "ll.fail_override"), ("ll.fail_override", "ll.fail_override"), ("ll.unit=谁", "牵头设站单位")],
)
def test_eval_refuses_an_unknown_reading_and_names_those_there_are(policylang, reading, hint):
    done = policylang("eval", "liuzhou", STATION, "--reading", reading)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


_BEYOND = """\
时点: 2026-12-01
考核年度: 2026
事实:
  后续依据: 是
  管理期起始日: 2026-01-01
  引进G类以上人才数: {2026: 30}
  与设站标准差距较大: 否
  不配合招引和征集: 否
  有名无实: 否
  有其他不合格情形: 否
  评估结果确定日: {2026: 2026-11-30}
"""


def test_eval_with_the_working_days_an_office_has_added(policylang, tmp_path):
    calendar = tmp_path / "2027.yaml"
    calendar.write_text("2027:\n  notice: 关于2027年放假安排的通知\n  holidays: [2027-01-01]\n  workdays: []\n", encoding="utf-8")
    without = policylang("eval", "liuzhou", "-", stdin=_BEYOND)
    added = policylang("eval", "liuzhou", "-", "--calendar", calendar, stdin=_BEYOND)
    assert re.search(r"发放补助 2026年 +待定", without.stdout)
    assert re.search(r"发放补助 2026年 +未到期，2027年2月\d+日届满", added.stdout)


def test_eval_refuses_a_calendar_file_with_mistakes(policylang, tmp_path):
    (tmp_path / "bad.yaml").write_text("2027:\n  holidays: [2027-02-30]\n", encoding="utf-8")
    done = policylang("eval", "liuzhou", STATION, "--calendar", "bad.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "bad.yaml:" in done.stderr


def test_eval_holds_the_quotas_against_the_list_of_stations(policylang):
    done = policylang("eval", "liuzhou", STATIONS, "--population")
    assert (done.returncode, done.stderr) == (0, "")
    assert "全市总数：超出（第五条4）\n  现有8，限额10，连同申请为11" in done.stdout
    assert "年度名额：待定" in done.stdout
    findings = json.loads(policylang("eval", "liuzhou", STATIONS, "--population", "--format", "json").stdout)
    assert {f["rule"]: f["result"] for f in findings if f["group"] is None}["city_cap_10"] == "violated"


def test_eval_population_for_one_station(policylang):
    done = policylang("eval", "liuzhou", STATIONS, "--population", "--station", "申请三")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "申请三（申请）" in lines
    at = lines.index("一单位一站“乙钢铁”（第五条4）：计入")
    assert lines[at + 1] == "  偏离，须由机关说明。现有1，限额1，连同申请为2，还可设0"
    assert lines[at + 2] == "  除外情形“可增设站点”：不具备"
    english = policylang("eval", "liuzhou", STATIONS, "--population", "--station", "一号站", "--lang", "en").stdout
    assert "one_per_unit “甲汽车” (Article 5, item 4): does not count (status is not 有效)" in english
    unknown = policylang("eval", "liuzhou", STATIONS, "--population", "--station", "无")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "没有工作站“无”" in unknown.stderr


def test_eval_population_with_a_mistake_in_a_station(policylang):
    done = policylang("eval", "liuzhou", "-", "--population", stdin="工作站:\n  - {id: 甲, 设站资格: 良好}\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "良好" in done.stderr


@pytest.mark.parametrize(
    ("outcome", "more", "code"),
    [
        ("设站资格", [], 0),
        ("eligible", [], 0),
        ("评估等级", [], 4),
        ("建设补助", [], 4),
        ("退回经费", [], 3),
        ("办法效力", ["--as-of", "2026-02-01"], 3),
    ],
)
def test_eval_exit_codes_by_decision(policylang, outcome, more, code):
    done = policylang("eval", "liuzhou", STATION, "--exit-on-decision", outcome, *more)
    assert done.returncode == code
    assert done.stdout.startswith("《柳州市")


def test_eval_exit_code_of_an_unknown_outcome(policylang):
    done = policylang("eval", "liuzhou", STATION, "--exit-on-decision", "评估等及")
    assert done.returncode == 2
    assert "是否想写“评估等级”" in done.stderr


def test_eval_decides_nothing_on_facts_that_contradict_each_other(policylang):
    facts = STATION.read_text(encoding="utf-8") + "  续约日期: 2023-07-01\n"
    done = policylang("eval", "liuzhou", "-", stdin=facts)
    assert done.returncode == 1
    assert "A级" not in done.stdout


def test_eval_under_a_policy_from_standard_input(policylang):
    done = policylang("eval", "-", STATION, stdin=LIUZHOU.read_bytes())
    assert done.stdout == policylang("eval", "liuzhou", STATION).stdout
    both = policylang("eval", "-", "-")
    assert (both.returncode, both.stdout) == (2, "")


def test_eval_under_a_faulty_policy_shows_its_mistakes(policylang, faulty):
    done = policylang("eval", faulty, STATION)
    assert (done.returncode, done.stdout) == (1, "")
    assert "unit-missing" in done.stderr


# explain


def test_explain_says_why_for_every_outcome(policylang):
    done = policylang("explain", "liuzhou", STATION)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("办法效力", "设站条件", "评估等级（2024年）", "评估等级（2025年）", "建设补助（2025年）"):
        assert f"\n{name}：" in done.stdout


@pytest.mark.parametrize("outcome", ["评估等级", "grade"])
def test_explain_one_outcome(policylang, outcome):
    done = policylang("explain", "liuzhou", STATION, outcome)
    assert "“A级”，依第十条3：\n    引进人才数30人以上（实为30人）" in done.stdout
    assert "“A级”（第十条3）尚不能定：\n    引进人才数30人以上（实为28至31人）" in done.stdout
    assert "设站条件" not in done.stdout


def test_explain_in_english(policylang):
    done = policylang("explain", "liuzhou", STATION, "grade", "--lang", "en")
    assert "grade (2025): undetermined: A or B" in done.stdout


def test_explain_names_the_reading_it_rests_on(policylang):
    facts = STATION.read_text(encoding="utf-8").replace("有名无实: 否", "有名无实: 是")
    done = policylang("explain", "liuzhou", "-", "评估等级", stdin=facts)
    assert "读法：“情形效力”采用“不合格优先”（第十条4），理由：" in done.stdout
    assert "    若采用“人数优先”，由“不合格”变为“" in done.stdout


def test_explain_an_unknown_outcome_suggests_the_nearest(policylang):
    done = policylang("explain", "liuzhou", STATION, "评估等机")
    assert (done.returncode, done.stdout) == (2, "")
    assert "是否想写“评估等级”" in done.stderr


# test


def test_test_ends_in_the_score(policylang, cases):
    done = policylang("test", cases / "good.yaml")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 passed, 0 failed")


def test_test_of_a_failing_case_shows_expected_got_and_why(policylang, cases):
    done = policylang("test", "cases", "--policies", LIUZHOU.parent)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "1 passed, 1 failed")
    assert re.search(r"期望 +B\n +实得 +A", done.stdout)
    assert "依第十条3" in done.stdout


def test_test_writes_a_junit_report(policylang, cases, tmp_path):
    policylang("test", "cases", "--junit", "report.xml")
    suite = ET.fromstring((tmp_path / "report.xml").read_text(encoding="utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert len(suite.findall("testcase/failure")) == 1


def test_test_updates_expectations_that_differ(policylang, cases):
    policylang("test", "cases/bad.yaml", "--update")
    assert policylang("test", "cases").stdout.endswith("2 passed, 0 failed\n")
    assert "三十名为A级" in (cases / "bad.yaml").read_text(encoding="utf-8")


def test_test_without_a_path_runs_the_cases_of_the_package(policylang):
    done = policylang("test")
    assert done.returncode == 0
    assert re.fullmatch(r"\d{2,} passed, 0 failed", done.stdout.splitlines()[-1])


def test_test_of_a_measure_that_is_nowhere(policylang, cases):
    (cases / "good.yaml").write_text(CASES.replace("liuzhou", "nowhere"), encoding="utf-8")
    done = policylang("test", "cases/good.yaml")
    assert done.returncode == 1
    assert "找不到办法“nowhere”" in done.stderr


# schema, init, fmt, completion


def test_schema_of_the_facts_and_of_outcomes(policylang):
    from jsonschema import Draft202012Validator

    facts = json.loads(policylang("schema", "liuzhou").stdout)
    outcome = json.loads(policylang("schema", "--outcome").stdout)
    Draft202012Validator.check_schema(facts)
    Draft202012Validator.check_schema(outcome)
    document = json.loads(policylang("eval", "liuzhou", STATION, "--format", "json").stdout)
    assert [e.message for e in Draft202012Validator(outcome).iter_errors(document)] == []
    assert policylang("schema").returncode == 2


def test_init_starts_a_policy_that_checks_and_a_case_that_passes(policylang, tmp_path):
    done = policylang("init", "mycity", "--title", "某市人才工作站管理办法")
    assert (done.returncode, done.stderr) == (0, "")
    assert "《某市人才工作站管理办法》" in (tmp_path / "mycity.pol").read_text(encoding="utf-8")
    assert policylang("check", "mycity.pol").returncode == 0
    assert policylang("test", "cases/mycity.yaml").stdout.endswith("1 passed, 0 failed\n")
    assert policylang("fmt", "--check", "mycity.pol").returncode == 0


def test_init_overwrites_nothing(policylang, tmp_path):
    (tmp_path / "mycity.pol").write_text("mine", encoding="utf-8")
    done = policylang("init", "mycity")
    assert (done.returncode, done.stdout) == (2, "")
    assert (tmp_path / "mycity.pol").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "cases").exists()


@pytest.mark.parametrize("arguments", [["../up"], ["城市"], ["ok", "--title", "一《二》"]], ids=" ".join)
def test_init_refuses_a_bad_name(policylang, tmp_path, arguments):
    done = policylang("init", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_fmt_lays_out_and_keeps_what_is_said(policylang, tmp_path):
    ragged = LIUZHOU.read_text(encoding="utf-8").replace("  地区：", "  地区:   ").replace("| 30名以上   |", "|30名以上|")
    (tmp_path / "p.pol").write_text(ragged, encoding="utf-8")
    assert policylang("fmt", "--check", "p.pol").returncode == 1
    shown = policylang("fmt", "--diff", "p.pol")
    assert (tmp_path / "p.pol").read_text(encoding="utf-8") == ragged
    assert shown.stdout.startswith("--- p.pol\n+++ p.pol\n")
    assert policylang("fmt", "p.pol").returncode == 0
    assert policylang("fmt", "--check", "p.pol").returncode == 0
    assert policylang("eval", "p.pol", STATION).stdout == policylang("eval", "liuzhou", STATION).stdout


def test_fmt_writes_english_keywords_and_back(policylang):
    english = policylang("fmt", "-", "--lang", "en", stdin=LIUZHOU.read_bytes()).stdout
    assert english.startswith("policy liuzhou")
    chinese = policylang("fmt", "-", "--lang", "zh", stdin=english).stdout
    assert chinese == policylang("fmt", "-", stdin=LIUZHOU.read_bytes()).stdout


def test_fmt_converts_a_file_in_another_encoding(policylang, tmp_path):
    (tmp_path / "p.pol").write_bytes(LIUZHOU.read_text(encoding="utf-8").encode("gb18030"))
    assert policylang("fmt", "--from-encoding", "gb18030", "p.pol").returncode == 0
    assert policylang("check", "p.pol").returncode == 0
    assert policylang("fmt", "--from-encoding", "klingon", "p.pol").returncode == 2


def test_fmt_leaves_a_faulty_file_alone(policylang, tmp_path):
    (tmp_path / "p.pol").write_text("办法 《", encoding="utf-8")
    done = policylang("fmt", "p.pol")
    assert (done.returncode, done.stdout) == (1, "")
    assert (tmp_path / "p.pol").read_text(encoding="utf-8") == "办法 《"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(policylang, shell):
    assert "_POLICYLANG_COMPLETE" in policylang("completion", shell).stdout
