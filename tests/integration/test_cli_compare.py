"""``policylang compare`` as an analyst starts it: formats, files, dimensions, mistakes; nothing is written half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "examples" / "profile.yaml"
QINGWU = ROOT / "examples" / "qingwu" / "qingwu.pol"


def test_without_facts_it_says_what_the_texts_lay_down(policylang):
    done = policylang("compare")
    assert done.returncode == 0
    assert "西双版纳（试行）、泸州（试行）、柳州（暂行）、威海（暂行）、福州（征求意见稿）" in done.stdout
    assert "A级不超过10万元；B级不超过8万元；C级不超过5万元" in done.stdout
    assert "〔第十一条〕" in done.stdout
    assert "柳州“G类以上人才”不是泸州“教授级专家、博士”" in done.stdout


def test_with_facts_it_says_what_each_decides(policylang):
    done = policylang("compare", "--facts", PROFILE)
    assert done.returncode == 0
    assert "时点：2025年12月10日　考核年度：2025年" in done.stdout
    assert "应给予，2万元〔第十二条〕" in done.stdout
    assert "不可比：柳州只数为在柳企业引进的G类以上人才" in done.stdout


def test_some_measures_and_some_dimensions_in_english(policylang):
    done = policylang("compare", "liuzhou", "weihai", "--dimension", "base", "--lang", "en", "--format", "md")
    assert done.returncode == 0
    assert "A: at most CNY 100,000" in done.stdout
    assert "| silent |" in done.stdout
    assert "Xishuangbanna" not in done.stdout


def test_a_policy_of_ones_own(policylang):
    done = policylang("compare", "liuzhou", QINGWU, "--dimension", "解释机关", "--dimension", "等次")
    assert done.returncode == 0
    assert "词表里没有这份办法" in done.stdout


@pytest.mark.parametrize(("name", "begins"), [("对比.html", b"<!DOCTYPE html>"), ("对比.md", "# 办法对比".encode()), ("对比.xlsx", b"PK"), ("对比.json", b"{"), ("对比.txt", "办法对比".encode())])
def test_the_name_of_the_file_says_the_format(policylang, tmp_path, name, begins):
    done = policylang("compare", "--facts", PROFILE, "--out", name)
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr == f"已写入 {name}\n"
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_workbook_opens(policylang, tmp_path):
    assert policylang("compare", "--out", "a.xlsx").returncode == 0
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["条文对照", "引进人数和经费", "说明"]


def test_the_day_the_year_and_the_readings_of_the_command_line(policylang):
    done = policylang(
        "compare", "xishuangbanna", "--facts", PROFILE, "--as-of", "2026-03-02", "--year", "2025",
        "--reading", "xs.normally=strict", "--format", "json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["as_of"], found["assessment_year"]) == ("2026-03-02", 2025)
    readings = next(row for row in found["results"] if row["id"] == "readings")
    assert "另读 条件性质：一律要求" in [line["zh"] for line in readings["cells"]["xishuangbanna"]["text"]]


def test_the_results_are_those_of_eval(policylang, tmp_path):
    (tmp_path / "p.yaml").write_text(
        "办法: 对比\n时点: 2025-12-10\n考核年度: 2025\n各办法:\n  liuzhou:\n    印发日期: 2024-06-01\n    管理期起始日: 2024-07-01\n"
        "    引进G类以上人才数: {2025: 31}\n    与设站标准差距较大: 否\n    不配合招引和征集: 否\n    有名无实: 否\n    有其他不合格情形: 否\n",
        encoding="utf-8",
    )
    (tmp_path / "f.yaml").write_text(
        "办法: liuzhou\n时点: 2025-12-10\n考核年度: 2025\n事实:\n  印发日期: 2024-06-01\n  管理期起始日: 2024-07-01\n"
        "  引进G类以上人才数: {2025: 31}\n  与设站标准差距较大: 否\n  不配合招引和征集: 否\n  有名无实: 否\n  有其他不合格情形: 否\n",
        encoding="utf-8",
    )
    compared = json.loads(policylang("compare", "liuzhou", "--facts", "p.yaml", "--format", "json").stdout)
    alone = json.loads(policylang("eval", "liuzhou", "f.yaml", "--format", "json").stdout)
    findings = {(f["id"], f["year"]): f for row in compared["results"] for f in row["cells"]["liuzhou"].get("findings", [])}
    assert findings["grade", 2025]["status"] == "A"
    line = next(x for x in alone["money"] if x["line"] == "construction_subsidy" and x["year"] == 2025)
    assert {k: findings["construction_subsidy", 2025][k] for k in ("status", "kind", "max")} == {k: line[k] for k in ("status", "kind", "max")}
    for decision in alone["decisions"]:
        if decision["year"] in (None, 2025):
            assert findings[decision["outcome"], decision["year"]]["status"] == decision["result"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("compare", "--dimension", "等级"), 2, "没有“等级”这一项。"),
        (("compare", "liuzhou", "liuzhou"), 2, "办法“liuzhou”写了两次"),
        (("compare", "liuzou"), 2, "找不到办法“liuzou”"),
        (("compare", "--format", "xlsx"), 2, "工作簿要写进文件"),
        (("compare", "--facts", "没有.yaml"), 2, "找不到文件“没有.yaml”"),
        (("compare", "--reading", "xs.normaly=strict"), 2, "是否想写“xs.normally”？"),
        (("compare", "--reading", "xs.normally=all"), 2, "没有读法“all”"),
        (("compare", "--vocabulary", "没有.yaml"), 2, "找不到文件“没有.yaml”"),
        (("compare", "--facts", PROFILE, "--as-of", "昨天"), 2, "“昨天”不是日期"),
        (("compare", "--out", "没有的文件夹/a.html"), 2, "写不了“没有的文件夹/a.html”"),
    ],
)
def test_what_cannot_be_done_is_said(policylang, arguments, code, said):
    done = policylang(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("办法: 对比\n事实:\n  有法人资格: 是\n", "词表里没有名为“有法人资格”的事实"),
        ("办法: 对比\n事实:\n  批复（批准）日期: 2024-09-12\n  撤站（取消）日期: 2023-01-01\n", "事实互相矛盾"),
        ("办法: liuzhou\n时点: 2025-01-01\n", "不是对比用的概况"),
        ("办法：对比\n", "全角冒号"),
    ],
)
def test_a_faulty_profile_leaves_the_old_file_as_it_was(policylang, tmp_path, profile, said):
    (tmp_path / "p.yaml").write_text(profile, encoding="utf-8")
    (tmp_path / "a.html").write_text("以前的", encoding="utf-8")
    done = policylang("compare", "--facts", "p.yaml", "--out", "a.html")
    assert done.returncode == 1
    assert said in done.stderr
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "以前的"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "p.yaml"]


def test_a_vocabulary_of_ones_own(policylang, tmp_path):
    (tmp_path / "v.yaml").write_text(
        "measures: {liuzhou: {name: 龙城, english: Dragon City}}\ngroups: [{id: g, name: 组, english: G}]\n"
        "dimensions: [{id: d, group: g, name: 等次, english: Grades, takes: grade}]\n",
        encoding="utf-8",
    )
    done = policylang("compare", "liuzhou", "--vocabulary", "v.yaml")
    assert done.returncode == 0
    assert "龙城" in done.stdout
    (tmp_path / "v.yaml").write_text("dimension: []\n", encoding="utf-8")
    done = policylang("compare", "--vocabulary", "v.yaml")
    assert done.returncode == 1
    assert "是否应为“dimensions”？" in done.stderr


def test_no_day_is_said(policylang, tmp_path):
    (tmp_path / "p.yaml").write_text("办法: 对比\n", encoding="utf-8")
    done = policylang("compare", "liuzhou", "--facts", "p.yaml")
    assert done.returncode == 0
    assert "未写时点，按今天" in done.stderr


def test_the_vocabulary_is_no_case_and_the_profile_no_station(policylang):
    done = policylang("test", ROOT / "policies")
    assert done.stdout.splitlines()[-1].endswith("0 failed")
    done = policylang("readings", "liuzhou", "--facts", PROFILE, ROOT / "examples" / "liuzhou_station.yaml")
    assert done.returncode == 0
    assert "对照1个站" in done.stdout
    assert "另有1份写的是别的办法" in done.stdout


@pytest.mark.parametrize(("form", "package"), [("html", "jinja2"), ("xlsx", "xlsxwriter")])
def test_a_missing_package_is_named(policylang, tmp_path, form, package):
    """Stands for an installation of the core alone: the package is hidden from the finder of modules."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import importlib.util as u\nfind = u.find_spec\nu.find_spec = lambda n, *a: None if n == {package!r} else find(n, *a)\n",
        encoding="utf-8",
    )
    path = f"{tmp_path}:{ROOT / 'src'}"
    done = policylang("compare", "--out", f"a.{form}", env={"PYTHONPATH": path})
    assert done.returncode == 2
    assert f"要用 {package}" in done.stderr
    assert 'pip install "policylang[office]"' in done.stderr
    assert not (tmp_path / f"a.{form}").exists()
