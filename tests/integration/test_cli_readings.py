"""``readings``, ``eval --all-readings`` and what ``explain`` says of readings, on the measures that are shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
LIUZHOU = ROOT / "examples" / "liuzhou_station.yaml"
LUZHOU = ROOT / "examples" / "luzhou_station.yaml"
STATIONS = ROOT / "examples" / "liuzhou_stations.yaml"
CASES = ROOT / "policies" / "cases"

SMALL = """\
办法 small 《示例办法》

事实
  引进人才数（recruits）：数量（人），由 市人才办 核定
  弄虚作假（fraud）：是否，由 市人才办 认定

结果
  考核等次（grade）：等级 优秀（good）＞合格（pass）＞不合格（fail）

第一条 考核
  考核等次 为 优秀，当 引进人才数 30人以上
  考核等次 为 合格，当 引进人才数 10人以上
  考核等次 为 不合格，其余情形
  考核等次 为 不合格，优先于 第一条，当 弄虚作假 且 先后 读作 从严
  疑义 先后（which）：“人数够而弄虚作假的，以何者为准？”
    采用 从严（strict）：“不合格单独列举”
    另解 从宽（loose）：“只看人数”
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small measure, two stations under it, and much that cannot be compared."""
    (tmp_path / "small.pol").write_text(SMALL, encoding="utf-8")
    folder = tmp_path / "stations"
    folder.mkdir()
    for name, text in {
        "甲站.yaml": "办法: small\n时点: 2025-03-01\n事实: {引进人才数: 32, 弄虚作假: 是}\n",
        "乙站.json": '{"时点": "2025-03-01", "事实": {"引进人才数": 32, "弄虚作假": false}}',
        "别处.yaml": "办法: other\n事实: {引进人才数: 32}\n",
        "读我.txt": "不是事实",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path


# eval --all-readings


def test_eval_shows_what_every_other_reading_changes(policylang):
    done = policylang("eval", "liuzhou", LIUZHOU, "--all-readings")
    assert (done.returncode, done.stderr) == (0, "")
    before, _, section = done.stdout.partition("\n各种读法\n")
    assert before == policylang("eval", "liuzhou", LIUZHOU).stdout
    assert "  补助年度（ll.payment_scope，第十一条）：“任意年度考核结果为A级……每年一次性给予”怎样理解？\n    采用：按当年结果\n" in section
    assert "      建设补助（2025年）：待定：“不超过10万元”或“不超过8万元” → 应给予，不超过10万元\n" in section
    assert section.endswith("以下疑义换一种读法，结果不变：总数口径、例外范围、单位所指、情形效力、考核用语、届满后结果。\n")


def test_eval_of_luzhou_in_english(policylang):
    done = policylang("eval", "luzhou", LUZHOU, "--all-readings", "--lang", "en")
    section = done.stdout.partition("\nOther readings\n")[2]
    assert "    alternative: all_operating_funds\n      excellent_uplift (2018): CNY 6,000 → amount not stated\n" in section
    assert "  Read otherwise, these change nothing: lz.overseas, " in section


def test_eval_under_all_readings_as_json(policylang):
    done = policylang("eval", "liuzhou", LIUZHOU, "--all-readings", "--format", "json")
    document = json.loads(done.stdout)
    schema = json.loads(policylang("schema", "--outcome").stdout)
    assert [e.message for e in Draft202012Validator(schema).iter_errors(document)] == []
    found = {c["reading"]: c for c in document.pop("readings_compared")}
    assert document == json.loads(policylang("eval", "liuzhou", LIUZHOU, "--format", "json").stdout)
    assert [name for name, c in found.items() if c["matters"]] == ["ll.payment_scope"]
    (alternative,) = found["ll.payment_scope"]["alternatives"]
    (change,) = [c for c in alternative["changes"] if c.get("line") == "construction_subsidy"]
    assert (change["year"], change["before"]["status"], change["after"]["status"]) == (2025, "undetermined", "due")
    assert change["after"]["max"] == 100000


def test_eval_compares_from_the_reading_that_was_chosen(policylang):
    chosen = ("--reading", "补助年度=一年A级各年适用")
    section = policylang("eval", "liuzhou", LIUZHOU, "--all-readings", *chosen).stdout.partition("\n各种读法\n")[2]
    assert "    本次采用：一年A级各年适用\n    办法采用：按当年结果\n" in section


def test_eval_of_quotas_under_all_readings(policylang):
    done = policylang("eval", "liuzhou", STATIONS, "--population", "--all-readings")
    assert (done.returncode, done.stderr) == (0, "")
    plain = policylang("eval", "liuzhou", STATIONS, "--population")
    before, _, section = done.stdout.partition("\n各种读法\n")
    assert before == plain.stdout
    assert re.search(r"    另解：现存站数\n      全市总数：超出（现有8，.*） → 未超出（现有7，.*）\n", section)
    document = json.loads(policylang("eval", "liuzhou", STATIONS, "--population", "--all-readings", "--format", "json").stdout)
    assert document["findings"] == json.loads(policylang("eval", "liuzhou", STATIONS, "--population", "--format", "json").stdout)
    cap = next(c for c in document["readings_compared"] if c["reading"] == "ll.cap_count")
    (change,) = cap["alternatives"][0]["changes"]
    assert (change["rule"], change["before"]["result"], change["after"]["result"]) == ("city_cap_10", "violated", "ok")


def test_a_reading_of_a_list_may_be_chosen_by_name(policylang):
    by_name = policylang("eval", "liuzhou", STATIONS, "--population", "--reading", "总数口径=现存站数")
    by_id = policylang("eval", "liuzhou", STATIONS, "--population", "--reading", "ll.cap_count=active_stock")
    assert by_name.stdout == by_id.stdout
    assert "全市总数：未超出" in by_name.stdout


def test_nothing_is_compared_on_facts_that_contradict_each_other(policylang):
    facts = LIUZHOU.read_text(encoding="utf-8").replace("事实:\n", "事实:\n  续约日期: 2023-07-01\n")
    done = policylang("eval", "liuzhou", "-", "--all-readings", stdin=facts)
    assert done.returncode == 1
    assert "各种读法" not in done.stdout
    assert json.loads(policylang("eval", "liuzhou", "-", "--all-readings", "--format", "json", stdin=facts).stdout)["readings_compared"] == []


# explain


def test_explain_says_whether_another_reading_would_change_the_result(policylang):
    told = policylang("explain", "liuzhou", LIUZHOU, "建设补助").stdout
    first, _, second = told.partition("\n建设补助（2025年）：")
    said = "  读法：“补助年度”采用“按当年结果”（第十一条），理由：B级、C级两句只有按年计才说得通。\n"
    assert f"{said}    换一种读法，结果不变。\n" in first
    assert f"{said}    若采用“一年A级各年适用”，由“待定：‘不超过10万元’或‘不超过8万元’”变为“应给予，不超过10万元”。\n" in second


def test_explain_of_luzhou_in_english(policylang):
    told = policylang("explain", "luzhou", LUZHOU, "excellent_uplift", "--lang", "en").stdout
    assert "  reading: lz.uplift_base = 第十三条(一)3万元 (Article 12(3)).\n" in told
    assert "    With all_operating_funds, “CNY 6,000” becomes “amount not stated”.\n" in told


# readings


@pytest.mark.parametrize("measure", ["liuzhou", "luzhou"])
def test_readings_lists_every_ambiguity(policylang, measure):
    done = policylang("readings", measure)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(policylang("readings", measure, "--format", "json").stdout)
    assert document["policy"]["id"] == measure
    for reading in document["readings"]:
        assert f"{reading['clause']}）：{reading['question']}\n" in done.stdout
        for option in reading["options"]:
            label = "采用" if option["option"] == reading["adopted"] else "另解"
            assert re.search(rf"  {label}：{re.escape(option['name'])}.*——{re.escape(option['reason'])}\n", done.stdout)
    assert f"疑义{len(document['readings'])}处\n" in done.stdout


def test_readings_that_matter_for_stations(policylang):
    done = policylang("readings", "luzhou", "--facts", LUZHOU)
    assert (done.returncode, done.stderr) == (0, "")
    assert "疑义7处\n对照1个站\n" in done.stdout
    assert "    涉及1个站：\n    luzhou_station\n      优秀提高（2018年）：6000元 → 数额未定\n" in done.stdout
    assert "    1个站仍待定，只是可能的结果不同：luzhou_station\n" in done.stdout
    assert "以下疑义换一种读法，结果不变：海外所指、" in done.stdout


def test_readings_over_the_golden_cases(policylang):
    done = policylang("readings", "liuzhou", "--facts", CASES / "liuzhou.yaml", CASES / "population.yaml", "--format", "json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    counted = document["compared"]
    assert counted["stations"] > 100
    assert counted["lists"] > 10
    assert counted["other_measures"] > 0
    payment = next(r for r in document["readings"] if r["reading"] == "ll.payment_scope")
    assert "liuzhou-04" in [changed["name"] for changed in payment["changed"]]
    cap = next(r for r in document["readings"] if r["reading"] == "ll.cap_count")
    assert "pop-liuzhou-cap-11" in [changed["name"] for changed in cap["changed"]]


def test_readings_over_a_folder(policylang, small):
    done = policylang("readings", "small.pol", "--facts", "stations")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "《示例办法》\n疑义1处\n对照2个站\n另有1份写的是别的办法，没有对照。\n\n"
        "先后（which，第一条）：人数够而弄虚作假的，以何者为准？\n  采用：从严（strict）——不合格单独列举\n"
        "  另解：从宽（loose）——只看人数\n    涉及1个站：\n    甲站\n      考核等次：不合格 → 优秀\n"
    )
    english = policylang("readings", "small.pol", "stations", "--lang", "en").stdout
    assert "2 stations compared\n1 for other measures left aside.\n" in english
    assert "    甲站\n      grade: fail → good\n" in english


def test_readings_from_standard_input_take_the_day_and_the_reading_asked_for(policylang, small):
    done = policylang("readings", "small.pol", "--facts", "-", "--reading", "which=loose", stdin="引进人才数: 32\n弄虚作假: 是\n")
    assert done.returncode == 0
    assert "未写时点，按今天（" in done.stderr
    assert "现按“从宽”" in done.stdout
    dated = policylang("readings", "small.pol", "--facts", "-", "--as-of", "2025-03-01", "--year", "2024", stdin="引进人才数: 32\n")
    assert (dated.returncode, dated.stderr) == (0, "")


def test_readings_shows_the_mistakes_of_a_file_and_compares_the_others(policylang, small):
    (small / "stations" / "坏.yaml").write_text("引进人才数: 很多\n", encoding="utf-8")
    (small / "stations" / "破.yaml").write_text("甲: [\n", encoding="utf-8")
    (small / "stations" / "案例.yaml").write_text("cases: []\nkind: 别的\n", encoding="utf-8")
    (small / "stations" / "乱.yaml").write_bytes(b"\xff\xfe\x00")
    done = policylang("readings", "small.pol", "--facts", "stations")
    assert done.returncode == 1
    assert {name for name in ("坏.yaml", "破.yaml", "案例.yaml", "乱.yaml") if name in done.stderr} == {"坏.yaml", "破.yaml", "案例.yaml", "乱.yaml"}
    assert "对照2个站" in done.stdout


def test_readings_names_cases_that_cannot_be_decided(policylang, small):
    case = "  - {id: %s, as_of: 2025-03-01, facts: {recruits: %s}%s, expect: {grade: {result: good}}}\n"
    text = "measure: small\ncases:\n" + "".join(
        case % row for row in [("a", "32", ""), ("b", "很多", ""), ("c", "3", ", readings: {which: 没有}")]
    )
    (small / "cases.yaml").write_text(text, encoding="utf-8")
    lists = "measure: small\nkind: population\ncases:\n  - {id: p, as_of: 2025-03-01, stations: [{id: s, grade: 良好}], expect: {rule: x}}\n"
    (small / "lists.yaml").write_text(lists, encoding="utf-8")
    done = policylang("readings", "small.pol", "--facts", "cases.yaml", "lists.yaml")
    assert done.returncode == 0
    assert "对照1个站\n事实有误，没有对照：b、c、p。\n" in done.stdout


def test_readings_of_stations_whose_facts_contradict_each_other(policylang, tmp_path):
    (tmp_path / "站.yaml").write_text("时点: 2025-03-01\n事实: {管理期起始日: 2024-07-01, 续约日期: 2023-07-01}\n", encoding="utf-8")
    done = policylang("readings", "liuzhou", "--facts", "站.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "没有可以对照的工作站" in done.stderr
    both = policylang("readings", "liuzhou", "--facts", "站.yaml", LIUZHOU)
    assert "事实有误，没有对照：站。" in both.stdout


def test_readings_say_how_far_they_are_when_there_are_many(policylang, small):
    text = "measure: small\ncases:\n" + "".join(
        f"  - {{id: s{n}, as_of: 2025-03-01, facts: {{recruits: {n}}}, expect: {{grade: {{result: good}}}}}}\n" for n in range(501)
    )
    (small / "many.yaml").write_text(text, encoding="utf-8")
    done = policylang("readings", "small.pol", "--facts", "many.yaml")
    assert done.stderr == "已对照500/501\n"
    assert "对照501个站" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["readings", "nowhere"], 2, "找不到办法“nowhere”"),
        (["readings", "small.pol", "--facts", "nowhere.yaml"], 2, "找不到文件"),
        (["readings", "small.pol", "--facts", "stations/读我.txt", "--as-of", "三月"], 2, "不是日期"),
        (["readings", "small.pol", "--facts", "stations/别处.yaml"], 2, "没有可以对照的工作站"),
        (["readings", "small.pol", "--facts", "stations", "--reading", "先=从严"], 2, "没有疑义“先”"),
        (["readings", "small.pol", "--facts", "stations", "--calendar", "bad.yaml"], 1, "bad.yaml"),
    ],
    ids=str,
)
def test_readings_refuses(policylang, small, arguments, code, told):
    (small / "bad.yaml").write_text("2027:\n  holidays: [2027-02-30]\n", encoding="utf-8")
    done = policylang(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


def test_the_python_interface():
    from datetime import date

    import policylang

    measure = policylang.load("liuzhou")
    facts = {"引进G类以上人才数": {2024: 30}, "有名无实": {2024: True}, "管理期起始日": date(2024, 7, 1)}
    asked = {"as_of": date(2025, 3, 3), "year": 2024, "only": ["grade"]}
    outcome, comparisons = measure.compare_readings(facts, **asked)
    assert outcome == measure.evaluate(facts, **asked)
    assert [c.reading.id for c in comparisons if c.matters] == ["ll.fail_override"]
    document = measure.document(outcome, comparisons)
    assert [c["matters"] for c in document["readings_compared"]].count(True) == 1
    assert "readings_compared" not in measure.document(outcome)
    with pytest.raises(ValueError, match="unknown"):
        measure.compare_readings({"没有": 1}, **asked)
