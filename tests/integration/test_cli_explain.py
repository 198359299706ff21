"""``explain --why-not`` and ``--to`` as the clerk uses them: on the screen, as files, and with mistakes in the question."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATION = ROOT / "examples" / "liuzhou_station.yaml"
LUZHOU = ROOT / "examples" / "luzhou_station.yaml"
LAST_YEAR = STATION.read_text(encoding="utf-8").replace("2024: 30 ", "2024: 24 ")


def test_the_first_line_answers_why_not(policylang):
    done = policylang("explain", "liuzhou", "-", "--why-not", "评估等级=A级", "--year", "2024", stdin=LAST_YEAR)
    assert done.returncode == 0
    first, now, *_ = done.stdout.splitlines()
    assert first == "评估等级（2024年）：不是“A级”：引进人才数24人，A级须30人以上，差6人。"
    assert now == "  现在：评估等级（2024年）：B级，依第十条3：引进人才数20人以上（实为24人）。"


def test_a_way_holds_when_the_facts_are_changed_as_it_says(policylang):
    told = policylang("explain", "liuzhou", "-", "--to", "评估等级=A级", "--year", "2024", stdin=LAST_YEAR).stdout
    assert "2024年引进G类以上人才数：24人 → 30人（增加6人）〔已经发生，不能再变，除非原记载有误〕" in told
    done = policylang("explain", "liuzhou", "-", "评估等级", "--year", "2024", "--level", "sentence",
                      stdin=LAST_YEAR.replace("2024: 24 ", "2024: 30 "))  # fmt: skip
    assert "评估等级（2024年）：A级，依第十条3" in done.stdout
    short = policylang("explain", "liuzhou", "-", "评估等级", "--year", "2024", "--level", "sentence",
                       stdin=LAST_YEAR.replace("2024: 24 ", "2024: 29 "))  # fmt: skip
    assert "评估等级（2024年）：B级" in short.stdout


def test_ways_in_english(policylang):
    done = policylang("explain", "liuzhou", STATION, "--to", "grade=A", "--lang", "en")
    assert done.stdout.startswith("For grade (2025) to be A at least 1 fact must change; 2 ways.\n")
    assert "[for 市科技局 to decide]" in done.stdout


def test_what_is_so_already(policylang):
    done = policylang("explain", "luzhou", LUZHOU, "--to", "优秀提高＝6000元")
    assert done.stdout.startswith("优秀提高已经是“6000元”，不用再变。\n")


def test_whatever_the_facts(policylang):
    done = policylang("explain", "luzhou", LUZHOU, "--to", "省千人激励=7万元")
    assert done.returncode == 0
    assert done.stdout.startswith("无论事实怎样变动，省千人激励都不能成为“7万元”：\n  办法没有得出“7万元”的条文。\n")


@pytest.mark.parametrize("question", [["评估等级"], ["--why-not", "评估等级=A级"], ["--to", "评估等级=A级"], []])
@pytest.mark.parametrize("suffix", ["txt", "md", "html", "docx", "json"])
def test_files(policylang, tmp_path, question, suffix):
    done = policylang("explain", "liuzhou", STATION, *question, "--out", f"说明.{suffix}")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"已写入 说明.{suffix}" in done.stderr
    written = tmp_path / f"说明.{suffix}"
    data = zipfile.ZipFile(written).read("word/document.xml") if suffix == "docx" else written.read_bytes()
    text = data.decode()
    assert "评估等级" in text
    if suffix == "json":
        assert json.loads(text)["schema"] == "urn:policylang:explanation:1"
    if suffix == "html":
        assert "</html>" in text
    assert [path.name for path in tmp_path.iterdir()] == [written.name]


@pytest.mark.parametrize("level", ["sentence", "letter", "full"])
def test_levels(policylang, level):
    done = policylang("explain", "luzhou", LUZHOU, "优秀提高", "--level", level)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("优秀提高（2018年）：应给予，6000元，依第十二条（三）：")
    assert (len(lines) == 1) == (level == "sentence")


def test_empty_facts(policylang):
    facts = "办法: liuzhou\n时点: 2025-12-10\n考核年度: 2025\n事实: {}\n"
    why = policylang("explain", "liuzhou", "-", "--why-not", "设站条件=符合", stdin=facts)
    assert why.stdout.startswith("设站条件：还不能说是“符合”：还缺")
    way = policylang("explain", "liuzhou", "-", "--to", "评估等级=A级", stdin=facts)
    assert "    2025年评估结论：未记载 → A级〔须由市科技局决定，不由工作站〕" in way.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--to", "不存在=A级"], "没有“不存在”这个结果。可写：办法效力、"),
        (["--to", "评估等机=A级"], "没有“评估等机”这个结果。是否想写“评估等级”？"),
        (["--to", "评估等级"], "写明想要的结果，例如“评估等级=A级”；可写：A级、B级、C级、不合格"),
        (["--why-not", ""], "写明哪一项结果、想要什么，例如“办法效力=施行中”"),
        (["--to", "评估等级=D级"], "“评估等级”没有“D级”这个结果；可写：A级、B级、C级、不合格"),
        (["--to", "建设补助=一点"], "或一个数额，如“10万元”“不超过10万元”"),
        (["--why-not", "评估等级=A级", "--to", "评估等级=A级"], "结果、--why-not 和 --to 一次只问一个"),
        (["评估等级", "--to", "评估等级=A级"], "结果、--why-not 和 --to 一次只问一个"),
        (["--to", "评估等级=A级", "--format", "pdf"], "pdf"),
        (["--to", "评估等级=A级", "--format", "docx"], "Word 文件要用 --out 写明文件名"),
        (["--to", "评估等级=A级", "--out", "说明.pdf"], "后缀应为 .txt、.md、.html、.docx 或 .json"),
        (["--to", "评估等级=A级", "--out", "没有/这个/说明.docx"], "没有/这个/说明.docx"),
    ],
)
def test_mistakes_in_the_question(policylang, tmp_path, arguments, told):
    done = policylang("explain", "liuzhou", STATION, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("question", [["评估等级"], ["--why-not", "评估等级=A级"], ["--to", "评估等级=A级"]])
def test_facts_that_contradict_each_other(policylang, tmp_path, question):
    facts = STATION.read_text(encoding="utf-8").replace("事实:\n", "事实:\n  撤销日期: 2020-01-01\n")
    done = policylang("explain", "liuzhou", "-", *question, "--out", "说明.md", stdin=facts)
    assert done.returncode == 1
    assert "“撤销日期”早于“管理期起始日”" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_facts_for_another_measure(policylang):
    done = policylang("explain", "luzhou", STATION, "--to", "基础经费=应给予")
    assert done.returncode == 1
    assert "wrong-measure" in done.stderr


def test_without_the_office_packages(policylang, tmp_path):
    (tmp_path / "docx.py").write_text("raise ImportError('no', name='docx')\n", encoding="utf-8")
    done = policylang("explain", "liuzhou", STATION, "评估等级", "--out", "说明.docx")
    assert done.returncode == 2
    assert 'pip install "policylang[office]"' in done.stderr
    assert not (tmp_path / "说明.docx").exists()
    assert policylang("explain", "liuzhou", STATION, "评估等级", "--out", "说明.html").returncode == 0
