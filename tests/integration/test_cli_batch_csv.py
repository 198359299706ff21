"""``policylang batch`` on separated text as offices really have it: quotation marks, blanks, totals, separators."""

from __future__ import annotations

import csv
import io

import pytest

HEAD = "站名,备注,引进G类以上人才数.2024"
ASKED = ("--as-of", "2025-03-03", "--year", "2024", "--only", "评估等级", "--out", "果.csv")


@pytest.fixture
def batch(policylang, tmp_path):
    def run(text, *more, newline="\n"):
        (tmp_path / "站.csv").write_bytes(text.replace("\n", newline).encode())
        done = policylang("batch", "liuzhou", "站.csv", *ASKED, *more)
        found = tmp_path / "果.csv"
        return done, found.read_bytes().decode() if found.exists() else None

    return run


def rows_of(text, separator=","):
    head, *rows = csv.reader(io.StringIO(text), delimiter=separator)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("text", [f'{HEAD}\n一站,"正常,30\n二站,,31\n三站,,32\n', f'{HEAD}\n一站,"正常"的,30\n二站,,31\n'])
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(batch, text):
    done, found = batch(text)
    assert done.returncode == 2
    assert "“站.csv”第2行读不下去：引号没有配对" in done.stderr
    assert found is None


def test_stations_swallowed_by_a_quotation_mark_are_not_lost_in_silence(batch):
    done, _ = batch(f'{HEAD}\n一站,"正常,30\n二站,x,",31\n三站,,32\n')
    assert done.returncode == 1
    assert "一站：站.csv:2一格里有换行，还有够一行用的分隔符" in done.stderr
    done, found = batch(f'{HEAD}\n一站,"两行\n备注",30\n三站,,32\n')
    assert done.returncode == 0, done.stderr
    assert [(row["备注"], row["是否受理"]) for row in rows_of(found)] == [("两行\n备注", "受理"), ("", "受理")]


def test_blank_cells_beyond_the_head_do_not_move_the_results(batch):
    done, found = batch(f'{HEAD}\n一站,,30,,\n二站,,31\n三站,,32, ,""\n')
    assert done.returncode == 0, done.stderr
    assert [row["是否受理"] for row in rows_of(found)] == ["受理"] * 3
    assert found.splitlines()[1].startswith("一站,,30,受理,")


@pytest.mark.parametrize("separator", ["；", "，", ";", "\t"])
def test_what_is_added_is_quoted_where_it_holds_the_separator(batch, separator):
    done, found = batch(f"{HEAD}\n一站,,约30\n二站,,31\n".replace(",", separator))
    assert done.returncode == 1
    first, second = rows_of(found, separator)
    assert (first["是否受理"], second["是否受理"]) == ("未受理", "受理")
    assert "查明以后写确切的数" in first["未受理原因"]


def test_a_station_is_the_same_whatever_blanks_stand_around_its_name(batch):
    done, found = batch(f"{HEAD}\n一站,,30\n一站 ,,31\n\u3000一站,,32\n二站,,33\n")
    assert done.returncode == 1
    assert [row["是否受理"] for row in rows_of(found)] == ["未受理"] * 3 + ["受理"]
    assert "“一站”写了不止一行" in done.stderr


@pytest.mark.parametrize("word", ["合计", "全市合计", "本页小计", "市本级小计", "汇总", "平均", "平均值", "共2家", "共 12 个", "合计（家）"])
def test_totals_are_no_stations(batch, word):
    done, _ = batch(f"{HEAD}\n一站,,30\n二站,,31\n{word},,61\n")
    assert "共3行：受理2行，未受理0行，不是工作站的1行" in done.stdout
    assert "站.csv:4：是合计行，不作为工作站" in done.stderr


@pytest.mark.parametrize("name", ["合计科技工作站", "平均律音乐人才站", "共创站", "共3号楼站"])
def test_a_station_that_is_called_like_a_total_stays_one(batch, name):
    done, _ = batch(f"{HEAD}\n一站,,30\n{name},,31\n")
    assert "共2行：受理2行，未受理0行" in done.stdout


def test_the_last_line_ends_as_the_others_do(batch):
    _, found = batch(f"{HEAD}\n一站,,30\n二站,,31", newline="\r\n")
    assert found.count("\n") == found.count("\r\n") == 3
