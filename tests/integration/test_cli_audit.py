"""``policylang audit`` and the official text beside explanations, as a user starts them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from unit.audit.amended import CASES, POLICY, TEXT

if TYPE_CHECKING:
    from pathlib import Path

AMENDED = TEXT.replace("三十人", "二十五人")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a policy, its cases, its official text, and the text as amended."""
    (tmp_path / "cases").mkdir()
    for name, content in {"云山.pol": POLICY, "云山.txt": TEXT, "新.txt": AMENDED, "cases/云山.yaml": CASES}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_whole_way_from_the_first_audit_to_an_amendment(policylang, office):
    first = policylang("audit", "云山.pol", "--text", "云山.txt")
    assert (first.returncode, first.stderr) == (1, "")
    assert "还没有留存指纹" in first.stdout

    kept = policylang("audit", "云山.pol", "--text", "云山.txt", "--accept")
    assert kept.returncode == 0
    assert kept.stderr == "已留存指纹 texts/云山.yaml：共13处，新增13，改动0，删去0\n"
    assert kept.stdout.endswith("没有发现问题\n")
    stored = (office / "texts" / "云山.yaml").read_text(encoding="utf-8")
    assert "驿站由" not in stored
    assert 'measure: "yunshan"\ntitle: "云山市驿站管理办法"\nclauses:\n  标题: "' in stored

    again = policylang("audit", "云山.pol", "--text", "云山.txt", "--accept")
    assert (again.returncode, again.stderr) == (0, "指纹没有变化：texts/云山.yaml\n")
    assert policylang("audit", "云山.pol", "--text", "云山.txt").returncode == 0

    drift = policylang("audit", "云山.pol", "--text", "新.txt")
    assert drift.returncode == 1
    assert "  第四条（一）　文字有改动\n    现为：（一）引才二十五人以上的为优秀；\n    规则：等次（grade）：优秀\n" in drift.stdout
    assert "    案例：y-1\n" in drift.stdout

    words = policylang("audit", "云山.pol", "--text", "新.txt", "--against", "云山.txt", "--lang", "en")
    assert "    was: （一）引才【三十】人以上的为优秀；\n    now: （一）引才【二十五】人以上的为优秀；\n" in words.stdout

    accepted = policylang("audit", "云山.pol", "--text", "新.txt", "--accept", "--lang", "en")
    assert (accepted.returncode, accepted.stdout.splitlines()[-1]) == (0, "no findings")
    assert accepted.stderr == "fingerprints kept in texts/云山.yaml: 13 in all, 0 new, 1 changed, 0 removed\n"
    assert policylang("audit", "云山.pol", "--text", "云山.txt").returncode == 1


def test_the_ledger_alone(policylang, office):
    done = policylang("audit", "云山.pol")
    assert (done.returncode, done.stderr) == (0, "")
    assert "只列条款账目，没有核对官方文本" in done.stdout


def test_as_json(policylang, office):
    done = policylang("audit", "云山.pol", "--text", "新.txt", "--against", "云山.txt", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert [c["clause"] for c in found["changes"]] == ["第四条（一）"]
    assert found["changes"][0]["before"] == "（一）引才三十人以上的为优秀；"


def test_other_cases(policylang, office):
    other = CASES.replace("id: y-1", "id: z-9")
    (office / "别的.yaml").write_text(other, encoding="utf-8")
    told = policylang("audit", "云山.pol", "--text", "新.txt", "--against", "云山.txt", "--cases", "别的.yaml").stdout
    assert "    案例：z-9\n" in told


def test_cases_that_cannot_be_read_are_named_and_left_out(policylang, office):
    (office / "cases" / "坏.yaml").write_text("cases: 1\n", encoding="utf-8")
    done = policylang("audit", "云山.pol", "--text", "新.txt", "--against", "云山.txt")
    assert "文件里没有“cases”清单" in done.stderr
    assert "    案例：y-1\n" in done.stdout


def test_fingerprints_are_no_cases(policylang, office):
    policylang("audit", "云山.pol", "--text", "云山.txt", "--accept")
    (office / "cases" / "云山.yaml").write_text(CASES.partition("  - id: y-2")[0], encoding="utf-8")
    (office / "yunshan.pol").write_text(POLICY, encoding="utf-8")
    done = policylang("test", ".")
    assert "texts" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--accept"], "--accept 和 --against 要和 --text 一起用"),
        (["--against", "云山.txt"], "--accept 和 --against 要和 --text 一起用"),
        (["--text", "没有.txt"], "找不到文件“没有.txt”"),
        (["--text", "."], "是文件夹"),
        (["--text", "空.txt"], "里没有“第一条”这样的条文"),
        (["--text", "云山.txt", "--cases", "没有.yaml", "--against", "新.txt"], "找不到文件“没有.yaml”"),
    ],
)
def test_wrong_usage(policylang, office, arguments, message):
    (office / "空.txt").write_text("通知\n", encoding="utf-8")
    done = policylang("audit", "云山.pol", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_text_in_another_encoding(policylang, office):
    (office / "gbk.txt").write_bytes(TEXT.encode("gb18030"))
    done = policylang("audit", "云山.pol", "--text", "gbk.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert "本文件是 GB18030（GBK）编码" in done.stderr
    assert "另存为 UTF-8" in done.stderr
    assert "policylang fmt" not in done.stderr


def test_fingerprints_that_cannot_be_used(policylang, office):
    policylang("audit", "云山.pol", "--text", "云山.txt", "--accept")
    place = office / "texts" / "云山.yaml"
    stored = place.read_text(encoding="utf-8")
    place.write_text(stored.replace("yunshan", "other"), encoding="utf-8")
    other = policylang("audit", "云山.pol", "--text", "云山.txt")
    assert (other.returncode, other.stdout) == (2, "")
    assert "是办法“other”的指纹，不是“yunshan”的" in other.stderr
    place.write_text(stored.replace("第一条: ", "第一条: x"), encoding="utf-8")
    edited = policylang("audit", "云山.pol", "--text", "云山.txt")
    assert (edited.returncode, edited.stdout) == (1, "")
    assert "错误[bad-fingerprints]" in edited.stderr


def test_a_policy_from_standard_input(policylang, office):
    done = policylang("audit", "-", "--text", "云山.txt", stdin=POLICY)
    assert done.returncode == 1
    assert "第一条" in done.stdout
    kept = policylang("audit", "-", "--text", "云山.txt", "--accept", stdin=POLICY)
    assert (kept.returncode, kept.stdout) == (2, "")
    assert "没有地方留存指纹" in kept.stderr


def test_a_policy_with_mistakes(policylang, office):
    (office / "错.pol").write_text(POLICY.replace("30人以上", "30以上"), encoding="utf-8")
    assert policylang("audit", "错.pol", "--text", "云山.txt").returncode == 1


# init --text


def test_headings_from_an_official_text(policylang, office):
    done = policylang("init", "mycity", "--text", "云山.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["  policylang check mycity.pol", "  policylang audit mycity.pol --text 云山.txt"]
    written = (office / "mycity.pol").read_text(encoding="utf-8")
    assert written.startswith("办法 mycity 《云山市驿站管理办法》\n\n# 条号照官方文本")
    assert written.endswith(
        "第一章 总则\n\n第一条 为建设驿站\n\n第二条 设站应当具备下列条件\n  （一）有固定场所\n  （二）有两名以上人员\n\n第三条 驿站的职责\n"
        "  （一）宣传政策\n  （二）联系人才\n\n第二章 考核\n\n第四条 市人才办每年考核驿站\n  （一）引才三十人以上的为优秀\n"
        "  （二）其余的为合格\n\n第五条 优秀的补助三万元\n  第二款 驿站总数不超过十家\n"
    )
    checked = policylang("check", "mycity.pol")
    assert (checked.returncode, checked.stdout) == (0, "已检查1个文件：8 个警告\n")
    assert checked.stderr.count("警告[clause-not-accounted]") == 8
    assert policylang("fmt", "--check", "mycity.pol").returncode == 0
    assert "\n缺 10　多 0　变动 0\n" in policylang("audit", "mycity.pol", "--text", "云山.txt").stdout


def test_headings_of_a_text_with_an_annex(policylang, office):
    annexed = TEXT + "附件1\n建站标准\n为做好“建站（驿站）的工作，制定本标准。\n一、范围\n（一）驿站。\n①甲。\n附件2\n细则\n第一条 乙。\n丙。\n"
    (office / "附.txt").write_text(annexed, encoding="utf-8")
    assert policylang("init", "mycity", "--title", "另一办法", "--text", "附.txt").returncode == 0
    written = (office / "mycity.pol").read_text(encoding="utf-8")
    assert "《另一办法》" in written
    assert written.endswith("\n附件1 建站标准\n  1．范围\n    （一）驿站\n      ①甲\n\n附件2 细则\n")


def test_headings_need_a_text_and_a_free_name(policylang, office):
    assert policylang("init", "mycity", "--text", "没有.txt").returncode == 2
    (office / "gbk.txt").write_bytes(TEXT.encode("gb18030"))
    assert policylang("init", "mycity", "--text", "gbk.txt").returncode == 1
    assert not (office / "mycity.pol").exists()
    policylang("init", "mycity", "--text", "云山.txt")
    again = policylang("init", "mycity", "--text", "云山.txt", "--lang", "en")
    assert (again.returncode, again.stderr) == (2, "error: mycity.pol exists; nothing was written\n")


# explain --text

FACTS = "办法: yunshan\n时点: 2025-01-05\n考核年度: 2024\n事实: {引进人数: {2024: 31}, 有场所: 是, 人员数: 2}\n"


def test_explanations_quote_the_official_text(policylang, office):
    (office / "站.yaml").write_text(FACTS, encoding="utf-8")
    told = policylang("explain", "云山.pol", "站.yaml", "等次", "--text", "云山.txt").stdout
    assert "  原文：\n    第四条（一）　（一）引才三十人以上的为优秀；\n" in told
    plain = policylang("explain", "云山.pol", "站.yaml", "等次").stdout
    assert "原文：" not in plain
    whole = policylang("explain", "云山.pol", "站.yaml", "--text", "云山.txt", "--lang", "en").stdout
    assert whole.count("第五条 优秀的补助三万元，合格的补助不超过一万元，年底前发放。") == 1
    assert "  as printed:\n    Article 4(1)　（一）引才三十人以上的为优秀；\n" in whole


def test_explanations_need_a_text_with_articles(policylang, office):
    (office / "站.yaml").write_text(FACTS, encoding="utf-8")
    done = policylang("explain", "云山.pol", "站.yaml", "--text", "站.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "里没有“第一条”这样的条文" in done.stderr
