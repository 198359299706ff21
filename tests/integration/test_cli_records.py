"""Records on the command line: kept, replayed, verified; and what is said when they cannot be."""

from __future__ import annotations

import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("fuzhou", "liuzhou", "luzhou", "weihai", "xishuangbanna")


def station(name: str) -> Path:
    return ROOT / "examples" / f"{name}_station.yaml"


@pytest.fixture
def log(policylang, tmp_path) -> Path:
    """A log of the five example stations."""
    for name in EXAMPLES:
        done = policylang("eval", name, station(name), "--log", "判断.jsonl", "--run-by", "经办甲", "--signed-by", "签发乙")
        assert done.returncode == 0
    return tmp_path / "判断.jsonl"


def rewritten(log: Path, change) -> None:
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(change(lines)), encoding="utf-8", newline="\n")


def test_the_examples_are_kept_verified_and_replayed(policylang, log):
    schema = json.loads(policylang("schema", "--record").stdout)
    records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [r["policy"]["id"] for r in records] == list(EXAMPLES)
    assert [r["number"] for r in records] == [1, 2, 3, 4, 5]
    assert all(list(Draft202012Validator(schema).iter_errors(r)) == [] for r in records)
    assert {(r["run"]["by"], r["run"]["signed_by"]) for r in records} == {("经办甲", "签发乙")}
    assert not any(name in log.read_text(encoding="utf-8") for name in ("榕创", "liuzhou_station"))
    verified = policylang("log", "verify", log)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "共5条，首尾相接，没有改动。" in verified.stdout
    assert "要与另存的校验值核对" in verified.stdout
    replayed = policylang("replay", log)
    assert (replayed.returncode, replayed.stdout, replayed.stderr) == (0, "共5条：5条复算一致\n", "")


def test_the_outcome_is_printed_as_without_a_record(policylang, tmp_path):
    plain = policylang("eval", "liuzhou", station("liuzhou"))
    kept = policylang("eval", "liuzhou", station("liuzhou"), "--record", "r.json")
    assert kept.stdout == plain.stdout
    assert re.fullmatch(r"已写记录 r.json，校验值 [0-9a-f]{64}\n", kept.stderr)
    made = json.loads((tmp_path / "r.json").read_bytes())
    shown = json.loads(policylang("eval", "liuzhou", station("liuzhou"), "--format", "json").stdout)
    assert made["outcome"] == shown  # the example names nobody in what is decided
    assert policylang("replay", "r.json").stdout == "复算一致。\n"
    assert policylang("replay", "r.json", "--lang", "en").stdout == "replayed: the same, byte for byte.\n"


def test_one_office_has_one_code_for_a_station(policylang, log):
    for name in ("某市一号站", "某市一号站"):
        policylang("eval", "liuzhou", station("liuzhou"), "--log", log, "--station", name)
    listed = policylang("log", "show", log).stdout.splitlines()
    assert len(listed) == 7
    assert "某市一号站" not in "".join(listed)
    codes = [re.search("代号[0-9a-f]{16}", line)[0] for line in listed]
    assert codes[5] == codes[6]
    assert len(set(codes)) == 6
    found = policylang("log", "show", log, "--station", "某市一号站")
    assert [line.split()[0] for line in found.stdout.splitlines()] == ["6", "7"]
    assert "没有工作站“别的站”的记录" in policylang("log", "show", log, "--station", "别的站").stderr
    if os.name != "nt":
        assert (log.parent / "policylang.key").stat().st_mode & 0o077 == 0


def test_names_are_kept_where_they_are_asked_for(policylang, tmp_path):
    policylang("eval", "fuzhou", station("fuzhou"), "--log", "l.jsonl", "--names", "--station", "榕创站")
    assert not (tmp_path / "policylang.key").exists()
    assert policylang("log", "show", "l.jsonl", "--station", "榕创站").returncode == 0
    assert "驿站名称：福州市榕创人才驿站（凭牌匾；18:9）" in policylang("log", "show", "l.jsonl", "1").stdout
    assert policylang("replay", "l.jsonl").returncode == 0


def test_a_log_is_listed_and_one_record_told_whole(policylang, log):
    listed = policylang("log", "show", log)
    assert listed.stdout.splitlines()[1].startswith("2  2025-12-10  liuzhou        代号")
    assert listed.stdout.splitlines()[1].endswith("  评估等级 待定；设站资格 有效；经费 应给予1项、待定1项")
    whole = policylang("log", "show", log, "2").stdout
    for part in (
        "办法      《柳州市人才工作站管理暂行办法（修订）》（liuzhou）", "经办      经办甲", "  评估等级 2024：A级（第十条3）",
        "  建设补助 2024：应给予，不超过10万元（第十一条）",
        "  2024年引进G类以上人才数：30（市科技局2025年1月8日核定，柳科〔2025〕3号，存附件3；",
    ):  # fmt: skip
        assert part in whole
    luzhou = policylang("log", "show", log, "3").stdout
    assert "  每月推介 2017-12：未履行（第十一条（一））" in luzhou
    assert "  追回经费 2017：无须退回（第十二条（四））" in luzhou
    assert "grade undetermined; status active; money 1 due, 1 undetermined" in policylang("log", "show", log, "--lang", "en").stdout
    none = policylang("log", "show", log, "9")
    assert (none.returncode, none.stderr) == (2, f"错误：“{log}”里没有第9条记录\n")


# Verification


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda x: [*x[:1], x[1].replace("2025-12-10", "2025-12-11"), *x[2:]], "第2行：被改动：内容与它的校验值不符"),
        (lambda x: [*x[:1], *x[2:]], "第2行：之前缺第2条，像是被删去"),
        (lambda x: [*x[:3], x[0], *x[3:]], "第4行：是第1行的重复"),
        (lambda x: [x[0], x[2], x[1], *x[3:]], "第2行：顺序被改：第2条不在这里，移到了后面"),
        (lambda x: [*x, x[0][:500]], "第6行：不完整，像是写入时中断"),
    ],
)
def test_a_log_that_was_touched(policylang, log, change, says):
    rewritten(log, change)
    done = policylang("log", "verify", log)
    assert done.returncode == 1
    assert done.stdout.startswith(says)
    assert re.search("前[135]条完好", done.stdout)
    assert policylang("replay", log).returncode == 1


def test_a_cut_tail_shows_only_against_a_kept_hash(policylang, log):
    head = policylang("log", "head", log).stdout
    assert re.fullmatch("5 [0-9a-f]{64}\n", head)
    kept = head.split()[1]
    assert "与所存校验值相符，其后又记了0条" in policylang("log", "verify", log, "--head", kept).stdout
    rewritten(log, lambda lines: lines[:4])
    assert policylang("log", "verify", log).returncode == 0
    done = policylang("log", "verify", log, "--head", kept)
    assert done.returncode == 1
    assert "末尾的记录被删去，或者整本被改写" in done.stdout


def test_after_a_crash_the_log_goes_on(policylang, log):
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:700])
    refused = policylang("eval", "liuzhou", station("liuzhou"), "--log", log)
    assert refused.returncode == 2
    assert "先用 policylang log mend 处理" in refused.stderr
    assert policylang("log", "head", log).returncode == 1
    mended = policylang("log", "mend", log)
    assert mended.returncode == 0
    assert f"已移到 {log}.torn-1" in mended.stdout
    assert log.read_bytes() == whole
    assert policylang("log", "mend", log).stdout == "最后一行完整，没有改动。\n"
    assert policylang("eval", "liuzhou", station("liuzhou"), "--log", log).returncode == 0
    log.write_bytes(log.read_bytes()[:-1])
    assert "补上了行末的换行" in policylang("log", "mend", log).stdout
    assert "共6条" in policylang("log", "verify", log).stdout


def test_two_clerks_at_once_keep_one_chain(policylang, tmp_path):
    def one(number: int) -> int:
        return policylang("eval", "weihai", station("weihai"), "--log", "l.jsonl", "--station", f"{number}号站").returncode

    with ThreadPoolExecutor(4) as clerks:
        assert list(clerks.map(one, range(8))) == [0] * 8
    assert "共8条，首尾相接" in policylang("log", "verify", "l.jsonl").stdout


# Replay


def test_a_policy_that_was_edited_since(policylang, log, tmp_path):
    folder = tmp_path / "办法"
    folder.mkdir()
    policy = (ROOT / "policies" / "liuzhou.pol").read_text(encoding="utf-8")
    (folder / "liuzhou.pol").write_text(policy.replace("30人以上   | A级", "31人以上   | A级"), encoding="utf-8")
    rewritten(log, lambda lines: lines[1:2])
    log = log.rename(tmp_path / "一条.json")
    done = policylang("replay", log, "--policies", folder)
    assert done.returncode == 1
    assert "办法文件不是当时的那一份（当时的 SHA-256 " in done.stdout
    assert "结果“评估等级 2024”的取值：记录为 A级，现为 B级" in done.stdout
    assert policylang("replay", log, "--policy", folder / "liuzhou.pol").stdout == done.stdout
    found = json.loads(policylang("replay", log, "--policies", folder, "--format", "json").stdout)
    assert (found["same"], found["policy_changed"], found["record_changed"]) == (False, True, False)
    assert {"path": "outcome.decisions[grade 2024].result", "recorded": "A", "now": "B"} in found["differences"]
    # the version of that day, under another name, is found by its hash
    (folder / "liuzhou-2024.pol").write_text(policy, encoding="utf-8")
    assert policylang("replay", log, "--policies", folder).stdout == "复算一致。\n"


def test_a_log_names_each_record_that_differs(policylang, log, tmp_path):
    folder = tmp_path / "办法"
    shutil.copytree(ROOT / "policies", folder)
    changed = (folder / "weihai.pol").read_text(encoding="utf-8")
    (folder / "weihai.pol").write_text(changed + "\n# 改过\n", encoding="utf-8")
    (folder / "luzhou.pol").unlink()
    refused = policylang("replay", log, "--policies", folder)
    assert refused.returncode == 2
    assert "里没有办法“luzhou”（《泸州市驻外人才工作联络站管理办法（试行）》）" in refused.stderr
    shutil.copy(ROOT / "policies" / "luzhou.pol", folder)
    done = policylang("replay", log, "--policies", folder)
    assert done.returncode == 1
    assert re.search("^第4条（2022-12-05，weihai，代号[0-9a-f]{16}）结果没有不同，但不能认作一致：$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("共5条：4条复算一致，1条不一致\n")
    found = json.loads(policylang("replay", log, "--policies", folder, "--format", "json").stdout)
    assert [one["same"] for one in found["records"]] == [True, True, True, False, True]
    assert found["log"] == []


def test_a_log_under_one_policy_says_which_records_are_of_another(policylang, log):
    done = policylang("replay", log, "--policy", "liuzhou")
    assert done.returncode == 1
    assert "是按“weihai”（《威海市高层次人才驿站管理暂行办法》）作的，不是按“liuzhou”" in done.stdout
    assert done.stdout.endswith("共5条：1条复算一致，4条不能复算\n")
    english = policylang("replay", log, "--policy", "liuzhou", "--lang", "en").stdout
    assert "it was made under weihai, not under liuzhou" in english
    assert not re.search("[一-龥]{5}", english.replace("代号", ""))


def test_years_added_by_an_office_are_replayed_without_its_file(policylang, tmp_path):
    year = 2060
    (tmp_path / "c.yaml").write_text(f"{year}:\n  notice: 某通知\n  holidays: [{year}-01-01]\n", encoding="utf-8")
    done = policylang("eval", "liuzhou", station("liuzhou"), "--calendar", "c.yaml", "--record", "r.json")
    assert done.returncode == 0
    (tmp_path / "c.yaml").unlink()
    assert policylang("replay", "r.json").stdout == "复算一致。\n"


# What cannot be used


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--record", "no/r.json"], "没有文件夹“no”；先建好文件夹"),
        (["--log", "no/l.jsonl"], "没有文件夹“no”；先建好文件夹"),
        (["--log", "l.jsonl", "--record", "no/r.json"], "没有文件夹“no”；先建好文件夹"),
        (["--log", "."], "写不了"),
        (["--population", "--record", "r.json"], "--record 和 --log 记一个工作站"),
        (["--run-by", "甲"], "要和 --record 或 --log 一起用"),
        (["--record", "there.json"], "“there.json”已经有了；记录只写一次"),
        (["--record", "r.json", "--station", "a\nb"], "“'a\\nb'”不能作姓名或者标识"),
    ],
)
def test_a_record_that_cannot_be_kept(policylang, tmp_path, arguments, says):
    (tmp_path / "there.json").write_text("{}", encoding="utf-8")
    done = policylang("eval", "liuzhou", station("liuzhou"), *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (tmp_path / "r.json").exists()
    assert not (tmp_path / "l.jsonl").exists()
    assert (tmp_path / "there.json").read_text(encoding="utf-8") == "{}"


def test_facts_from_standard_input_need_the_name_of_the_station(policylang):
    facts = station("liuzhou").read_bytes()
    assert "用 --station 写明" in policylang("eval", "liuzhou", "-", "--record", "r.json", stdin=facts).stderr
    assert policylang("eval", "liuzhou", "-", "--record", "r.json", "--station", "一号站", stdin=facts).returncode == 0
    assert policylang("replay", "r.json").returncode == 0


def test_contradictions_leave_no_record(policylang, tmp_path):
    facts = "时点: 2022-12-10\n考核年度: 2022\n事实:\n  认定日期: 2022-06-17\n  示范站确定日: 2022-06-01\n"
    done = policylang("eval", "weihai", "-", "--record", "r.json", "--station", "一号站", stdin=facts)
    assert (done.returncode, done.stderr) == (1, "事实互相矛盾，没有作出判断，不留记录。\n")
    assert not (tmp_path / "r.json").exists()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("r.json", b"", "“r.json”：是空的，没有记录"),
        ("r.json", b'{"as_of":"2025', "“r.json”：在第14字节处中断，后面的内容没有了，像是被截断的"),
        ("r.json", "办法".encode(), "“r.json”：不是判断记录（不是 JSON）"),
        ("r.json", b'{"schema":"urn:policylang:outcome:1"}', "“r.json”：是 eval --format json 的结果文档，不是判断记录"),
        ("r.json", b'{"schema":"urn:policylang:record:1"}', "“r.json”：记录缺少“"),
        ("l.jsonl", b"", "“l.jsonl”是空的，没有记录"),
    ],
)
def test_a_file_that_is_no_record(policylang, tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    done = policylang("replay", name)
    assert done.returncode == 2
    assert done.stderr.startswith(f"错误：{says}")


@pytest.mark.parametrize("command", [["verify"], ["show"], ["head"]])
def test_a_file_that_is_no_log(policylang, tmp_path, command):
    (tmp_path / "x.txt").write_text("第一条", encoding="utf-8")
    (tmp_path / "empty").touch()
    assert "“x.txt”不是记录簿" in policylang("log", *command, "x.txt").stderr
    assert "“empty”是空的" in policylang("log", *command, "empty").stderr
    assert "找不到文件“no”" in policylang("log", *command, "no").stderr
    assert "找不到文件“no”" in policylang("log", "mend", "no").stderr


def test_a_record_that_nobody_could_have_written_is_refused_by_show(policylang, tmp_path):
    from policylang.records.canonical import canonical_bytes, sealed

    forged = sealed({"schema": "urn:policylang:record:1", "number": 1, "previous": None, "station": ""})
    (tmp_path / "l.jsonl").write_bytes(canonical_bytes(forged) + b"\n")
    assert "缺少“" in policylang("log", "show", "l.jsonl").stderr
    assert "缺少“" in policylang("log", "show", "l.jsonl", "1").stderr
    assert "缺少“" in policylang("replay", "l.jsonl").stdout


def test_a_policy_with_mistakes_is_shown(policylang, tmp_path):
    policylang("eval", "liuzhou", station("liuzhou"), "--record", "r.json")
    (tmp_path / "x.pol").write_text("办法 liuzhou 《》\n第一条\n  错\n", encoding="utf-8")
    done = policylang("replay", "r.json", "--policy", "x.pol")
    assert done.returncode == 1
    assert "x.pol" in done.stderr
    assert "找不到文件夹“no”" in policylang("replay", "r.json", "--policies", "no").stderr
