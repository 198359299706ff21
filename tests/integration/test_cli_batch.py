"""``policylang batch`` as a clerk starts it: separated text and workbooks, what is noted, refused, and written back."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime
from fractions import Fraction

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, PatternFill, Side

from policylang import load
from policylang.explain.phrases import Phrases

ASKED = ("--as-of", "2025-03-03", "--year", "2024")
ONLY = ("--only", "评估等级，建设补助")
HEAD = ["站名", "印发日期", "管理期起始日", "引进G类以上人才数.2024", "有名无实.2024", "与设站标准差距较大.2024", "不配合招引和征集", "有其他不合格情形"]
ROWS = [
    ["甲站", "2024-06-01", "2024-07-01", "30", "否", "否", "否", "否"],
    ["乙站", "2024-06-01", "2024.7.1", "30人", "否", "否", "否", "否"],
    ["丙站", "2024-06-01", "2024-07-01", "约30", "否", "否", "否", "否"],
    ["丁站", "2024-06-01", "2024-07-01", "12", "是", "否", "否", "否"],
    ["戊站", "2024-06-01", "2024-07-01", "", "否", "1", "否", "否"],
    ["己站", "2024-06-01", "2024-07-01", "22", "", "否", "否", "否"],
    ["合计", "", "", "94", "", "", "", ""],
]


def table(rows=ROWS, head=HEAD, separator=",", end="\r\n"):
    return "".join(separator.join(row) + end for row in (head, *rows))


def read(path, encoding="utf-8", separator=","):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding), newline=""), delimiter=separator))


def test_the_same_rows_come_back_with_the_results(policylang, tmp_path):
    (tmp_path / "站.csv").write_bytes(table().encode())
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, *ONLY)
    assert done.returncode == 1  # two rows were refused
    rows = read(tmp_path / "站·结果.csv")
    assert [row["评估等级"] for row in rows] == ["A级", "A级", "", "不合格", "", "待定：B级或不合格", ""]
    assert [row["是否受理"] for row in rows] == ["受理", "受理", "未受理", "受理", "未受理", "受理", ""]
    assert [row["建设补助·上限（元）"] for row in rows] == ["100000", "100000", "", "", "", "80000", ""]
    assert rows[0]["评估等级·依据条款"] == "第十条3"
    assert rows[5]["评估等级·尚缺"] == "2024年评估结论；或 2024年有名无实"
    assert "站.csv:4:4“引进G类以上人才数.2024”填写为“约30”，不是确切的数" in rows[2]["未受理原因"]
    assert "1、0不当作是、否" in rows[4]["未受理原因"]
    assert "站.csv:3:4：“30人”按30计" in done.stderr
    assert "站.csv:8：是合计行，不作为工作站" in done.stderr
    assert "共7行：受理4行，未受理2行，不是工作站的1行" in done.stdout
    assert "评估等级：A级 2" in done.stdout


@pytest.mark.parametrize(
    ("encoding", "mark", "separator", "end"),
    [("utf-8", b"", ",", "\n"), ("utf-8", b"\xef\xbb\xbf", ";", "\r\n"), ("gb18030", b"", "\t", "\r\n"), ("utf-16-le", b"\xff\xfe", "\t", "\r\n")],
)
def test_the_encoding_the_separator_and_every_byte_of_the_rows_stay(policylang, tmp_path, encoding, mark, separator, end):
    rows = [[*row, f'备"注，{separator}"'] for row in ROWS]
    quoted = [[*row[:-1], '"' + row[-1].replace('"', '""') + '"'] for row in rows]
    before = table(quoted, [*HEAD, "备注"], separator, end)
    (tmp_path / "站.csv").write_bytes(mark + before.encode(encoding))
    assert policylang("batch", "liuzhou", "站.csv", *ASKED, *ONLY, "--out", "出.csv").returncode == 1
    data = (tmp_path / "出.csv").read_bytes()
    assert data.startswith(mark)
    after = data[len(mark) :].decode(encoding)
    assert after.endswith(end)
    for one, other in zip(before.split(end), after.split(end), strict=True):
        assert other.startswith(one)
    cells = list(csv.reader(io.StringIO(after, newline=""), delimiter=separator))
    assert {len(row) for row in cells} == {len(cells[0])}
    assert cells[1][cells[0].index("评估等级")] == "A级"


def test_lines_over_several_rows_short_lines_and_blank_lines(policylang, tmp_path):
    text = '站名,引进G类以上人才数.2024,备注\n甲,30,"一\n二"\n乙,20\n\n丙,10,三,四\n'
    (tmp_path / "站.csv").write_text(text, encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "评估等级")
    assert "站.csv:6比表头多1格" in done.stderr
    lines = (tmp_path / "站·结果.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(lines, newline="")))
    assert [(row["站名"], row["备注"]) for row in rows[:2]] == [("甲", "一\n二"), ("乙", "")]
    assert rows[1]["评估等级"].startswith("待定：B级")
    assert "\n\n" in lines


def test_the_answers_are_those_of_the_interpreter(policylang, tmp_path):
    measure = load("liuzhou")
    rng = random.Random(11)
    facts = []
    for number in range(60):
        one = {
            "印发日期": date(2024, 6, 1),
            "管理期起始日": rng.choice([date(2023, 7, 1), date(2024, 7, 1), date(2025, 1, 1), None]),
            "引进G类以上人才数": {2023: rng.choice([None, 5, 31]), 2024: rng.choice([None, 9, 10, 19, 20, 30])},
            "有名无实": {2023: rng.choice([None, True, False]), 2024: rng.choice([None, True, False])},
            "与设站标准差距较大": False,
            "不配合招引和征集": rng.choice([None, False]),
            "有其他不合格情形": False,
            "评估结果确定日": {2024: rng.choice([None, date(2025, 1, 10)])},
            "撤销日期": rng.choice([None, date(2025, 2, 1), "未发生"]),
        }
        facts.append((f"站{number}", one))
    head = ["站名"]
    for name, value in facts[0][1].items():
        head += [f"{name}.{year}" for year in value] if isinstance(value, dict) else [name]
    rows = [[name, *(_written(v) for value in one.values() for v in (value.values() if isinstance(value, dict) else [value]))] for name, one in facts]
    (tmp_path / "站.csv").write_text(table(rows, head), encoding="utf-8")
    assert policylang("batch", "liuzhou", "站.csv", *ASKED).returncode == 0
    for (_, one), row in zip(facts, read(tmp_path / "站·结果.csv"), strict=True):
        given = {k: {y: x for y, x in v.items() if x is not None} if isinstance(v, dict) else v for k, v in one.items() if v is not None}
        outcome = measure.evaluate({k: v for k, v in given.items() if v != {}}, as_of=date(2025, 3, 3), year=2024)
        phrases = Phrases(outcome, "zh")
        for name in ("评估等级", "设站资格", "办法效力", "站长配备", "申报手续"):
            decision = outcome.decision(name, 2024)
            # a condition of which no fact is given reads shorter in the overview
            wanted = phrases.result(decision).replace("（未提供有关事实）", "")
            assert row[name] == wanted
            assert row[f"{name}·依据条款"] == phrases.cite(decision.clauses, in_full=True)
            assert row.get(f"{name}·尚缺", "") == phrases.ways(decision.needs)
        line = next(x for x in outcome.lines if x.outcome.id == "construction_subsidy" and x.year == 2024)
        words = {"due": "应予", "not_due": "不予", "undetermined": "待定", "possible": "可予", "conflict": "规则冲突"}
        assert row["建设补助"] == words[line.status]
        shown = "" if line.status == "not_due" or line.amount.high is None else str(line.amount.high)
        assert row["建设补助·上限（元）"] == shown
        assert row["建设补助·尚缺"] == phrases.ways(line.needs)


def _written(value):
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def test_what_would_be_a_formula_is_a_text(policylang, tmp_path):
    (tmp_path / "站.csv").write_text("站名,引进G类以上人才数.2024\n=1+1,30\n@甲,x\n", encoding="utf-8")
    policylang("batch", "liuzhou", "站.csv", *ASKED, *ONLY)
    added = [cell for row in read(tmp_path / "站·结果.csv") for cell in list(row.values())[2:]]
    assert any("“x”" in cell for cell in added)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in added)


def test_stations_that_come_twice_are_refused_and_keys_can_be_several(policylang, tmp_path):
    text = "站名,情形,引进G类以上人才数.2024\n甲,一,30\n乙,一,20\n甲,二,10\n"
    (tmp_path / "站.csv").write_text(text, encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "grade")
    assert done.returncode == 1
    assert [row["是否受理"] for row in read(tmp_path / "站·结果.csv")] == ["未受理", "受理", "未受理"]
    assert "“甲”写了不止一行" in done.stderr
    assert policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "grade", "--key", "站名,情形").returncode == 0
    assert policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "grade", "--key", "-").returncode == 0


def test_lists_stand_in_a_file_of_their_own(policylang, tmp_path):
    (tmp_path / "站.csv").write_text("站名,引进名单,管理期起始日\n甲,2,2024-07-01\n乙,0,2024-07-01\n丙,,2024-07-01\n丁,1,2024-07-01\n", encoding="utf-8")
    (tmp_path / "名单.csv").write_text(
        "站名,引进年度,人才类别,为在柳企业引进,人数\n甲,2024,F,是,10\n甲,2024年,A,是,9\n丁,2024,F,是,约3\n戊,2024,F,是,3\n", encoding="utf-8"
    )
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "评估等级", "--list", "引进名单=名单.csv")
    rows = read(tmp_path / "站·结果.csv")
    assert [row["评估等级"] for row in rows] == ["待定：C级或不合格", "不合格", "待定：A级、B级、C级或不合格".replace("、", "或"), ""]
    assert "名单.csv:4:5" in rows[3]["未受理原因"]
    assert "在“名单.csv”里没有记录" in done.stderr
    assert "“名单.csv”里有主表没有的站，共1个：戊" in done.stderr
    (tmp_path / "站.csv").write_text("站名,引进名单\n甲,3\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "评估等级", "--list", "引进名单=名单.csv")
    assert "填写为3项，而“名单.csv”里有2项" in done.stderr


def test_other_names_of_columns(policylang, tmp_path):
    (tmp_path / "站.csv").write_text("单位,今年引才,引进人材\n甲,30,1\n", encoding="utf-8")
    (tmp_path / "列.yaml").write_text("单位: 站名\n今年引才: 引进G类以上人才数.2024\n", encoding="utf-8")
    done = policylang("batch", "liuzhou", "站.csv", *ASKED, "--only", "评估等级", "--columns", "列.yaml")
    assert done.returncode == 0
    assert read(tmp_path / "站·结果.csv")[0]["评估等级"] == "待定：A级或不合格"
    (tmp_path / "列.yaml").write_text("今年引才: 引进G类人才\n", encoding="utf-8")
    assert "是否应为" in policylang("batch", "liuzhou", "站.csv", *ASKED, "--columns", "列.yaml").stderr


def test_in_english_the_columns_have_ids(policylang, tmp_path):
    (tmp_path / "s.csv").write_bytes(table().encode())
    done = policylang("batch", "liuzhou", "s.csv", *ASKED, "--only", "grade,construction_subsidy", "--lang", "en")
    assert done.returncode == 1
    rows = read(tmp_path / "s.results.csv")
    assert [row["grade"] for row in rows[:4]] == ["A", "A", "", "不合格"]
    assert rows[0]["grade.clauses"] == "Article 10, item 3"
    assert rows[0]["construction_subsidy"] == "due"
    assert rows[0]["construction_subsidy.high"] == "100000"
    assert "7 rows: 4 decided, 2 refused, 1 left out" in done.stdout


# workbooks


def workbook(path, *, formats=True):
    """A workbook as offices have them: a title, a head over two rows, borders, formats, a filter, other sheets."""
    book = Workbook()
    sheet = book.active
    sheet.title = "工作站"
    sheet.append(["柳州市人才工作站情况汇总表"])
    sheet.append(["站名", "印发日期", "管理期起始日", "引进G类以上人才数", None, "有名无实", "备注"])
    sheet.append([None, None, None, "2024年", "2025年", "2024年", None])
    sheet.append(["甲站", date(2024, 6, 1), datetime(2024, 7, 1), 30, 12, "否", "=1+1"])  # noqa: DTZ001
    sheet.append(["乙站", date(2024, 6, 1), "2024.7.1", "约30", None, "否", "待核"])
    sheet.append(["丙站", 45444, 45474, "25人", None, "否", None])
    sheet.append(["丁站", date(2024, 6, 1), date(2024, 7, 1), "=10+2", None, 1, None])
    sheet.append(["合计", None, None, "=SUM(D4:D7)", None, None, None])
    sheet.append([None])
    sheet.append(["填表人：某某"])
    for area in ("A1:G1", "D2:E2", "A2:A3", "B2:B3", "C2:C3", "G2:G3"):
        sheet.merge_cells(area)
    if formats:
        side = Side(style="thin", color="999999")
        for row in sheet["A2:G8"]:
            for cell in row:
                cell.border, cell.font = Border(left=side, right=side, top=side, bottom=side), Font(name="宋体", size=11)
        sheet["A2"].fill = sheet["G2"].fill = PatternFill("solid", fgColor="D9E2EC")
        sheet["D4"].number_format = '0"人"'
        sheet.freeze_panes = "B4"
        sheet.column_dimensions["A"].width = 21
        sheet.row_dimensions[4].height = 33
        sheet.auto_filter.ref = "A3:G7"
    other = book.create_sheet("其他")
    other["A1"], other["A2"] = "不动", "=A1"
    book.save(path)


def test_a_workbook_comes_back_with_its_formats(policylang, tmp_path):
    workbook(tmp_path / "站.xlsx")
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY)
    assert done.returncode == 1
    before, after = load_workbook(tmp_path / "站.xlsx"), load_workbook(tmp_path / "站·结果.xlsx")
    one, other = before["工作站"], after["工作站"]
    for row in one.iter_rows():
        for cell in row:
            same = other[cell.coordinate]
            assert (same.value, same.number_format, same.font.name, same.fill.fgColor.rgb) == (
                cell.value, cell.number_format, cell.font.name, cell.fill.fgColor.rgb,
            )  # fmt: skip
    assert other.freeze_panes == "B4"
    assert other.column_dimensions["A"].width == 21
    assert other.row_dimensions[4].height == 33
    assert {str(r) for r in one.merged_cells.ranges} <= {str(r) for r in other.merged_cells.ranges}
    assert after["其他"]["A2"].value == "=A1"
    head = {cell.value: cell.column_letter for cell in other[2] if cell.value}
    assert other.auto_filter.ref == f"A3:{max(head.values(), key=lambda x: (len(x), x))}7"
    grades = [other[f"{head['评估等级']}{row}"].value for row in range(4, 11)]
    assert grades == ["待定：A级或不合格", None, "待定：B级或不合格", None, None, None, None]
    money = other[f"{head['建设补助·上限（元）']}4"]
    assert (money.value, money.number_format, money.border.left.style) == (100_000, "#,##0", "thin")
    assert other[f"{head['是否受理']}2"].fill.fgColor.rgb == "00D9E2EC"
    assert other[f"{head['是否受理']}3"].value is None


def test_addresses_formulas_and_what_is_below_the_table(policylang, tmp_path):
    workbook(tmp_path / "站.xlsx")
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY)
    assert "工作站!D5“引进G类以上人才数 2024年”填写为“约30”" in done.stderr
    assert "工作站!D7“引进G类以上人才数 2024年”是公式，没有算出的值" in done.stderr
    assert "工作站!F7“有名无实 2024年”填写为“1”" in done.stderr
    assert "工作站!C5：“2024.7.1”按2024-07-01计" in done.stderr
    assert "45474是表格软件的日期序号，按2024-07-01计" in done.stderr
    assert "第8行：是合计行" in done.stderr
    assert "第10行：是表下的说明" in done.stderr
    assert "表头占两行（第2、3行）" in done.stderr
    notes = load_workbook(tmp_path / "站·结果.xlsx")["计算说明"]
    told = {notes.cell(row, 1).value: notes.cell(row, 2).value for row in range(1, notes.max_row + 1)}
    assert told["办法"] == "《柳州市人才工作站管理暂行办法（修订）》"
    assert told["办法文件 SHA-256"] == load("liuzhou").compiled.digest
    assert told["时点"] == "2025年3月3日"
    assert told["考核年度"] == "2024年"
    assert told["工作日历"].startswith("chinesecalendar")
    assert told["行数"] == "共7行：受理2行，未受理2行，不是工作站的3行"
    link = next(cell for row in notes.iter_rows() for cell in row if cell.hyperlink)
    assert (link.value, link.hyperlink.location or link.hyperlink.target) == ("D5", "#'工作站'!D5")


def test_a_result_can_be_put_in_again_and_written_back_in_place(policylang, tmp_path):
    workbook(tmp_path / "站.xlsx")
    assert policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY, "--in-place").returncode == 1
    book = load_workbook(tmp_path / "站.xlsx")
    columns = book["工作站"].max_column
    book["工作站"]["D5"], book["工作站"]["D7"], book["工作站"]["F7"] = 33, 12, "否"
    book.save(tmp_path / "站.xlsx")
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY, "--in-place")
    assert done.returncode == 0, done.stderr
    book = load_workbook(tmp_path / "站.xlsx")
    sheet = book["工作站"]
    head = {cell.value: cell.column_letter for cell in sheet[2] if cell.value}
    assert book.sheetnames == ["工作站", "其他", "计算说明"]
    assert sheet.max_column <= columns
    assert "未受理原因" not in head
    assert [sheet[f"{head['评估等级']}{row}"].value for row in (5, 7)] == ["待定：A级或不合格", "待定：C级或不合格"]


def test_the_lists_are_sheets_and_stations_in_merged_cells_count_for_every_row(policylang, tmp_path):
    workbook(tmp_path / "站.xlsx")
    book = load_workbook(tmp_path / "站.xlsx")
    book["工作站"]["D4"] = None
    people = book.create_sheet("引进名单")
    people.append(["站名", "引进年度", "人才类别", "为在柳企业引进", "人数"])
    for row in (["甲站", 2024, "F", "是", 12], [None, 2024, "D", "是", 9], ["丙站", 2024, "F", "是", 1]):
        people.append(row)
    people.merge_cells("A2:A3")
    book.save(tmp_path / "站.xlsx")
    policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY)
    sheet = load_workbook(tmp_path / "站·结果.xlsx")["工作站"]
    head = {cell.value: cell.column_letter for cell in sheet[2] if cell.value}
    assert sheet[f"{head['评估等级']}4"].value == "待定：B级或不合格"


def test_merged_data_is_refused(policylang, tmp_path):
    workbook(tmp_path / "站.xlsx", formats=False)
    book = load_workbook(tmp_path / "站.xlsx")
    book["工作站"].merge_cells("D4:D5")
    book.save(tmp_path / "站.xlsx")
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, *ONLY)
    assert "工作站!D5“引进G类以上人才数 2024年”在合并的单元格里" in done.stderr


def test_money_is_exact_and_days_are_days(policylang, tmp_path):
    book = Workbook()
    book.active.append(["站名", "违反资金管理规定", "违规使用的财政科技经费（万元）", "结余的财政科技经费", "公示开始日"])
    book.active.append(["甲", "是", 1.23, 0.1, date(2025, 2, 3)])
    book.active.append(["乙", "是", None, 5, None])
    book.save(tmp_path / "站.xlsx")
    done = policylang("batch", "liuzhou", "站.xlsx", *ASKED, "--only", "退回经费,公示期满再签约")
    assert done.returncode == 0, done.stderr
    assert "金额以万元计，已换算为元" in done.stderr
    sheet = load_workbook(tmp_path / "站·结果.xlsx").active
    rows = [dict(zip((c.value for c in sheet[1]), row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows[0]["退回经费"] == "应退回"
    assert Fraction(repr(rows[0]["退回经费·上限（元）"])) == Fraction("12300.10")
    assert (rows[1]["退回经费"], rows[1]["退回经费·上限（元）"]) == ("应退回", None)  # one of the two sums is open
    assert rows[1]["退回经费·尚缺"] == "违规使用的财政科技经费"
    assert rows[0]["公示期满再签约·届满日"] == datetime(2025, 2, 10)  # noqa: DTZ001
