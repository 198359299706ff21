"""Files that cannot be used: every command says why on stderr, keeps stdout empty, and never ends in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIUZHOU = ROOT / "policies" / "liuzhou.pol"
STATION = ROOT / "examples" / "liuzhou_station.yaml"

#: Content of a file, the code it is refused with, and words of the message.
BYTES = {
    "binary": (bytes(range(256)) * 4, "binary-file"),
    "empty": (b"", "empty-file"),
    "2-megabytes": ("# 字\n".encode() * 350_000, "file-too-large"),
    "gb18030": ("办法 甲 《某市人才工作站管理办法》\n  地区：某市\n第一条 目的 〔宣示〕\n".encode("gb18030"), "wrong-encoding"),
    "utf-16": ("办法 甲 《某市人才工作站管理办法》\n".encode("utf-16"), "wrong-encoding"),
}


_COMMANDS = [
    ["check", "FILE"], ["fmt", "FILE"], ["eval", "FILE", str(STATION)], ["explain", "FILE", str(STATION)], ["schema", "FILE"],
    ["eval", "liuzhou", "FILE"], ["explain", "liuzhou", "FILE"], ["eval", "liuzhou", "FILE", "--population"],
    ["eval", "liuzhou", str(STATION), "--calendar", "FILE"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        *((command, "binary") for command in _COMMANDS),
        *((command, kind) for command in _COMMANDS[:2] for kind in BYTES if kind != "binary"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(a for a in value if "/" not in a),
)
def test_a_file_that_is_no_text_of_ours(policylang, tmp_path, command, kind):
    data, code = BYTES[kind]
    (tmp_path / "given.pol").write_bytes(data)
    done = policylang(*["given.pol" if a == "FILE" else a for a in command])
    assert done.returncode == 1
    assert f"错误[{code}]" in done.stderr
    assert "given.pol" in done.stderr
    assert done.stdout in ("", "已检查1个文件：1 个错误\n")
    assert (tmp_path / "given.pol").read_bytes() == data


def test_gb18030_is_named_and_the_way_to_convert_it_works(policylang, tmp_path):
    (tmp_path / "p.pol").write_bytes(LIUZHOU.read_text(encoding="utf-8").encode("gb18030"))
    done = policylang("check", "p.pol")
    assert "GB18030" in done.stderr
    assert "policylang fmt --from-encoding gb18030" in done.stderr
    policylang("fmt", "--from-encoding", "gb18030", "p.pol")
    assert policylang("check", "p.pol").returncode == 0


@pytest.mark.parametrize(
    "command",
    [["check", "PATH"], ["fmt", "PATH"], ["eval", "PATH", str(STATION)], ["eval", "liuzhou", "PATH"], ["schema", "PATH"],
     ["explain", "liuzhou", "PATH"], ["test", "PATH"], ["eval", "liuzhou", str(STATION), "--calendar", "PATH"],
     ["eval", "liuzhou", "PATH", "--population"]],
    ids=lambda command: "-".join(a for a in command if not a.startswith("/")),
)  # fmt: skip
def test_a_file_that_is_not_there(policylang, command):
    done = policylang(*["nowhere/none.pol" if a == "PATH" else a for a in command])
    assert (done.returncode, done.stdout) == (2, "")
    assert "错误：找不到文件“nowhere/none.pol”" in done.stderr


@pytest.mark.parametrize("command", [["eval", "liuzhou", "."], ["eval", ".", str(STATION)], ["schema", "."]])
def test_a_folder_where_a_file_is_needed(policylang, command):
    done = policylang(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert "是文件夹" in done.stderr


@pytest.mark.parametrize("command", ["check", "test"])
def test_a_folder_with_nothing_in_it(policylang, command):
    done = policylang(command, ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "这里没有" in done.stderr


def test_a_measure_that_does_not_come_with_policylang(policylang):
    done = policylang("eval", "luzhuo", STATION)
    assert done.returncode == 2
    assert "liuzhou、luzhou" in done.stderr


@pytest.mark.parametrize(
    ("facts", "code", "words"),
    [
        ("事实:\n  - [\n", "broken-yaml", "YAML"),
        ("工作人员: 3\n", "unknown-fact", "是否应为“工作人员数”？"),
        ("管理期起始日: 2024-02-30\n", "impossible-date", "没有这一天"),
        ("时点: 2023-02-29\n事实: {}\n", "impossible-date", "没有这一天"),
        ("工作人员数: 三\n", "bad-fact", "整数"),
        ("牵头单位类别: 个体户\n", "bad-fact", "企业、事业单位、其他"),
        ("办法: luzhou\n事实: {}\n", "wrong-measure", "luzhou"),
        ("时间: 2025-01-01\n事实: {}\n", "unknown-key", "时间"),
        ("读法: {ll.fail_override: 随便}\n事实: {}\n", "", "随便"),
        ("[" * 500 + "]" * 500, "too-deep", ""),
    ],
    ids=["yaml", "unknown-key", "date", "as-of", "number", "option", "measure", "envelope", "reading", "deep"],
)
def test_facts_that_cannot_be_used(policylang, facts, code, words):
    done = policylang("eval", "liuzhou", "-", "--as-of", "2025-06-01", stdin=facts)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"错误[{code}" in done.stderr
    assert words in done.stderr
    assert "<stdin>" in done.stderr


def test_all_mistakes_in_the_facts_are_named_in_one_run(policylang):
    facts = "时点: 2025-06-01\n事实:\n  工作人员: 3\n  管理期起始日: 2024-02-30\n  工作人员数: 三\n"
    done = policylang("eval", "liuzhou", "-", "--lang", "en", stdin=facts)
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split("]")[0] for line in done.stderr.splitlines() if line.startswith("error[")] == [
        "error[unknown-fact", "error[impossible-date", "error[bad-fact",
    ]  # fmt: skip


@pytest.mark.parametrize("facts", ['{"工作人员数": 3', '{"工作人员数": NaN}'])
def test_json_facts_that_cannot_be_used(policylang, tmp_path, facts):
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    done = policylang("eval", "liuzhou", "facts.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "错误[" in done.stderr


@pytest.mark.parametrize("day", ["2025-02-30", "昨天"])
def test_a_day_that_is_none(policylang, day):
    done = policylang("eval", "liuzhou", STATION, "--as-of", day)
    assert (done.returncode, done.stdout) == (2, "")
    assert "不是日期" in done.stderr


@pytest.mark.parametrize("cases", ["cases: 3\n", "cases:\n  - [\n", "measure: liuzhou\ncases:\n  - {id: a}\n"])
def test_a_case_file_that_cannot_be_used(policylang, tmp_path, cases):
    (tmp_path / "cases.yaml").write_text(cases, encoding="utf-8")
    done = policylang("test", "cases.yaml")
    assert done.returncode == 1
    assert "cases.yaml" in done.stderr
    assert done.stdout.endswith(" failed\n")


@pytest.mark.parametrize("command", [["test", "cases.yaml"], ["readings", "liuzhou", "--facts", "cases.yaml"]], ids=["test", "readings"])
def test_a_fault_of_a_case_file_is_shown_where_it_stands(policylang, tmp_path, command):
    (tmp_path / "cases.yaml").write_text("measure: liuzhou\ncases:\n  - id: a\n    名称：甲\n    as_of: 2025-01-01\n", encoding="utf-8")
    done = policylang(*command)
    assert done.returncode == 1
    assert " --> cases.yaml:4:7\n" in done.stderr
    assert "4 |     名称：甲\n" in done.stderr


def test_a_report_that_cannot_be_written(policylang):
    policylang("init", "mycity")
    done = policylang("test", "cases/mycity.yaml", "--junit", "nowhere/report.xml")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
