"""Cells as clerks write them: each is taken, taken with a note, or refused; none is turned into something else in silence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from policylang.batch.cells import COVERED, UNCALCULATED, Reader
from policylang.batch.model import Refused, Taken
from policylang.plan.meaning import NEVER, NULL
from policylang.semantics.types import Boolean, Choice, ChoiceSet, Day, Money, Number, Option, Text

PEOPLE, YES_NO, YUAN, DAY, RATE, NAME = Number("人"), Boolean(), Money(), Day(), Number("%"), Text()
LEVEL = Choice((Option("A级", "A", 0), Option("B级", "B", 1), Option("无", "none", 2)), ordered=True)
PAPERS = ChoiceSet((Option("申请表", "form"), Option("证书", "certificate"), Option("情况介绍", "report")))


def day(year, month, number):
    return date(year, month, number).toordinal()


PLAIN = [
    (PEOPLE, "30", 30), (PEOPLE, "1,234", 1234), (PEOPLE, 30, 30), (PEOPLE, 30.0, 30), (PEOPLE, Decimal(30), 30), (PEOPLE, "0", 0),
    (PEOPLE, "", None), (PEOPLE, "   ", None), (PEOPLE, "\u3000", None), (PEOPLE, None, None),
    (YES_NO, "是", True), (YES_NO, "否", False), (YES_NO, True, True), (YES_NO, False, False), (YES_NO, "TRUE", True), (YES_NO, "no", False),
    (YUAN, "30000", 3_000_000), (YUAN, "3万元", 3_000_000), (YUAN, "1,234.50", 123_450), (YUAN, 8500.5, 850_050), (YUAN, 0.1, 10),
    (YUAN, Decimal("19.99"), 1999),
    (DAY, "2024-03-05", day(2024, 3, 5)), (DAY, "2024年3月5日", day(2024, 3, 5)), (DAY, "2024/3/5", day(2024, 3, 5)),
    (DAY, date(2024, 3, 5), day(2024, 3, 5)), (DAY, datetime(2024, 3, 5), day(2024, 3, 5)), (DAY, "未发生", NEVER),  # noqa: DTZ001
    (RATE, "20%", 20_000_000), (RATE, "12.5%", 12_500_000),
    (LEVEL, "A级", 0), (LEVEL, "B", 1), (LEVEL, "无", 2), (LEVEL, "未评估", NULL),
    (PAPERS, "申请表", 1), (PAPERS, "申请表、证书", 3), (PAPERS, "证书，情况介绍", 6), (PAPERS, "申请表;证书", 3), (PAPERS, ["证书"], 2),
    (NAME, "甲汽车", "甲汽车"),
]  # fmt: skip

NOTED = [
    (PEOPLE, "30人", 30, "“30人”按30计"),
    (PEOPLE, "30名", 30, "按30计"),
    (PEOPLE, "30 位", 30, "按30计"),
    (PEOPLE, "３０", 30, "全角数字“３０”按“30”计"),
    (PEOPLE, "３０人", 30, "按30计"),
    (PEOPLE, "30.0", 30, "按30计"),
    (PEOPLE, " 30 ", 30, "空格"),
    (PEOPLE, "-", None, "未记载"),
    (PEOPLE, "—", None, "未记载"),
    (PEOPLE, "/", None, "未记载"),
    (PEOPLE, "不详", None, "未记载"),
    (YES_NO, "√", True, "按“是”计"),
    (YES_NO, "×", False, "按“否”计"),
    (YES_NO, "/", None, "未记载"),
    (YUAN, "¥30000", 3_000_000, "按“30000”计"),
    (YUAN, "人民币3万元整", 3_000_000, "按“3万元”计"),
    (DAY, "2024.3.5", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, "2024-3-5", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, "２０２４．３．５", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, "2024年3月5号", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, "2024-03-05 00:00:00", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, "20240305", day(2024, 3, 5), "按2024-03-05计"),
    (DAY, 20240305, day(2024, 3, 5), "按2024-03-05计"),
    (DAY, 45356, day(2024, 3, 5), "序号"),
    (DAY, 45356.0, day(2024, 3, 5), "序号"),
    (DAY, "45356", day(2024, 3, 5), "序号"),
    (DAY, datetime(2024, 3, 5, 8, 30), day(2024, 3, 5), "时刻"),  # noqa: DTZ001
    (LEVEL, "Ａ级", 0, "按“A级”计"),
    (LEVEL, "a级", 0, "按“A级”计"),
    (LEVEL, "A 级", 0, "按“A级”计"),
    (PAPERS, "无", 0, "一项也没有"),
    (PAPERS, "/", None, "未记载"),
    (NAME, 1001, "1001", "按文字收下"),
    (NAME, "-", None, "未记载"),
]

REFUSED = [
    (PEOPLE, "约30", "不是确切的数"), (PEOPLE, "30左右", "不是确切的数"), (PEOPLE, "30余人", "不是确切的数"), (PEOPLE, "近30", "不是确切的数"),
    (PEOPLE, "30以上", "不是确切的数"), (PEOPLE, "20～30", "不是确切的数"), (PEOPLE, ">30", "不是确切的数"), (PEOPLE, "30?", "不是确切的数"),
    (PEOPLE, "30个", "单位是“个”，而这项事实以“人”计"), (PEOPLE, "30场", "单位"), (PEOPLE, "3万", "单位"), (PEOPLE, "三十", "整数"),
    (PEOPLE, "20+10", "整数"), (PEOPLE, "30.5", "整数"), (PEOPLE, 30.5, "应当是整数"), (PEOPLE, "-3", "不得小于0"), (PEOPLE, -3, "不得小于0"),
    (PEOPLE, True, "不是填"), (PEOPLE, "是", "整数"), (PEOPLE, "无", "留空"), (PEOPLE, "#REF!", "公式出错"), (PEOPLE, "#N/A", "公式出错"),
    (PEOPLE, float("nan"), "确切"), (PEOPLE, float("inf"), "确切"), (PEOPLE, 1e300, "太大"), (PEOPLE, 2_000_000_000, "超出"),
    (PEOPLE, date(2024, 1, 30), "日期格式"), (PEOPLE, timedelta(hours=3), "一段时间"), (PEOPLE, time(3, 0), "一段时间"),
    (PEOPLE, b"30", "不是这项事实的值"), (PEOPLE, UNCALCULATED, "公式"), (PEOPLE, COVERED, "合并"),
    (YES_NO, 1, "1、0不当作是、否"), (YES_NO, 0, "1、0不当作是、否"), (YES_NO, 1.0, "1、0不当作是、否"), (YES_NO, "1", "1、0不当作是、否"),
    (YES_NO, "有", "是"), (YES_NO, "无", "留空"), (YES_NO, "Y", "是"), (YES_NO, "是/否", "是"), (YES_NO, "基本是", "是"),
    (YUAN, "约3万", "不是确切的数"), (YUAN, "3万美元", "金额"), (YUAN, "$300", "金额"), (YUAN, 0.001, "过细"), (YUAN, -5, "不得小于0"),
    (YUAN, "三万元", "金额"), (YUAN, 1e12, "超出"),
    (DAY, "2024-02-30", "没有这一天"), (DAY, "2024.13.1", "没有这一天"), (DAY, "2024年3月", "没有写是哪一日"), (DAY, "2024.3", "没有写是哪一日"),
    (DAY, "3/5/24", "分不清年、月、日"), (DAY, "05-03-2024", "分不清年、月、日"), (DAY, "去年三月", "日期"), (DAY, 30, "不是日期"),
    (DAY, 45356.5, "数字"), (DAY, True, "不是填"), (DAY, "无", "留空"),
    (DAY, datetime(2024, 3, 5, tzinfo=timezone.utc), "时区"),  # noqa: UP017
    (RATE, 0.2, "百分号"), (RATE, "20", "百分比"), (RATE, "约20%", "不是确切的数"),
    (LEVEL, "甲级", "下列之一"), (LEVEL, "A级或B级", "下列之一"), (LEVEL, 1, "下列之一"), (LEVEL, date(2024, 1, 1), "日期"),
    (PAPERS, "申请表、申请书", "“申请书”不是下列之一"), (PAPERS, "申请表、申请表", "写了两次"), (PAPERS, 1, "数字"),
    (NAME, "无", "留空"), (NAME, "甲\n乙", "换行"), (NAME, 1.5, "数字"), (NAME, "x" * 1001, "1000"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "cell", "wanted"), PLAIN, ids=lambda x: repr(x)[:40])
def test_taken_as_it_is(kind, cell, wanted):
    found = Reader(kind, null_means="未评估")(cell)
    assert found == Taken(wanted, None)
    assert type(found.cell) is type(wanted)


@pytest.mark.parametrize(("kind", "cell", "wanted", "note"), NOTED, ids=lambda x: repr(x)[:40])
def test_taken_with_a_note(kind, cell, wanted, note):
    found = Reader(kind)(cell)
    assert isinstance(found, Taken)
    assert found.cell == wanted
    assert type(found.cell) is type(wanted)
    assert note in found.note.zh
    assert found.note.en


@pytest.mark.parametrize(("kind", "cell", "why"), REFUSED, ids=lambda x: repr(x)[:40])
def test_refused(kind, cell, why):
    found = Reader(kind)(cell)
    assert isinstance(found, Refused)
    assert why in found.message.zh
    assert found.message.en


def test_a_serial_number_counts_from_the_day_of_the_workbook():
    assert Reader(DAY, spreadsheet=1904)(43894).cell == day(2024, 3, 5)
    assert isinstance(Reader(DAY, spreadsheet=None)(45356), Refused)


def test_a_percent_cell_shows_percentages():
    assert Reader(RATE, percent=True)(0.2).cell == 20_000_000


def test_the_unit_of_a_head_counts_where_the_cell_has_none():
    reader = Reader(YUAN, factor=10_000)
    assert [reader(cell).cell for cell in (3, "3", "3万元", "30000元", 0.25)] == [3_000_000, 3_000_000, 3_000_000, 3_000_000, 250_000]


def test_an_option_called_none_is_one_and_a_null_word_is_told_from_nothing():
    assert Reader(LEVEL, null_means="未评估")("未评估").cell is NULL
    assert isinstance(Reader(LEVEL)("未评估"), Refused)
