"""What an office fills in for a letter."""

from __future__ import annotations

from datetime import date

import pytest

from policylang.facts.letter_file import KEYS, Letterhead, read_letter
from policylang.source.diagnostic import Severity
from policylang.source.text import SourceText


def read(text: str, kind="yaml"):
    return read_letter(SourceText("发文.yaml", text), kind)


def test_everything_filled_in():
    head, found = read(
        "发文机关: 某市科学技术局\n发文字号: 某科〔2026〕12号\n标题: 关于某事的告知书\n收文单位: 某公司\n称呼: 贵单位\n签发人: 张三\n"
        "签发人职务: 局长\n日期: 2026年11月22日\n期限: 2026-12-31\n救济途径: |\n  第一段。\n\n  第二段。\n联系人: 李四\n"
        "联系电话: 0772-0000000\n附件: [一, 二]\n抄送: 市财政局\n"
    )
    assert found == ()
    assert head == Letterhead(
        "某市科学技术局", "某科〔2026〕12号", "关于某事的告知书", "某公司", "贵单位", "张三", "局长", date(2026, 11, 22), date(2026, 12, 31),
        ("第一段。", "第二段。"), "李四", "0772-0000000", ("一", "二"), ("市财政局",),
    )  # fmt: skip


def test_english_keys_and_json():
    head, found = read('{"issuer": "某局", "date": "2026-11-22", "remedies": ["甲", "乙"]}', "json")
    assert (head.issuer, head.date, head.remedies, found) == ("某局", date(2026, 11, 22), ("甲", "乙"), ())


def test_every_key_has_a_field():
    assert set(KEYS.values()) == set(Letterhead.__slots__)


@pytest.mark.parametrize("text", ["", "发文机关:\n", "发文机关: ~\n"])
def test_nothing_filled_in_is_nothing(text):
    assert read(text) == (Letterhead(), ())


def test_a_deadline_may_be_words():
    assert read("期限: 收到本通知之日起15日内\n")[0].deadline == "收到本通知之日起15日内"


@pytest.mark.parametrize("written", ["某科[2026]12号", "某科（2026）12号", "某科【2026】12号", "某科［2026］12号", "某科(2026)12号"])
def test_the_brackets_of_the_year_are_put_right(written):
    head, (found,) = read(f"发文字号: “x”\n发文字号: {written}\n".split("\n", 1)[1])
    assert head.number == "某科〔2026〕12号"
    assert (found.code, found.severity, found.fix.replacement) == ("bad-letter", Severity.WARNING, "某科〔2026〕12号")


@pytest.mark.parametrize("written", ["某科〔2026〕第12号", "某科〔2026〕012号", "某科2026-12"])
def test_an_unusual_number_is_printed_with_a_warning(written):
    head, (found,) = read(f"发文字号: {written}\n")
    assert head.number == written
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("发文机构: 某局\n", "是否应为“发文机关”"),
        ("- 发文机关\n", "文件应逐项写"),
        ("发文机关: [某局]\n", "只写一项文字"),
        ("日期: 11月22日\n", "应当是日期"),
        ("日期: 2026-02-30\n", "没有这一天"),
        ("日期: 未发生\n", "应当是日期"),
        ("称呼: 您单位\n", "你单位”或“贵单位"),
        ("抄送: {甲: 乙}\n", "一项一行的清单"),
        ('收文单位: "甲\\n乙"\n', "不得含有换行"),
        ('收文单位: "甲\\u202e乙"\n', "看不见"),
        ("发文机关: 甲\nissuer: 乙\n", "已经写过"),
    ],
)
def test_mistakes_are_named(text, words):
    _, found = read(text)
    assert found
    told = "".join(f"{f.message.zh}{f.help.zh if f.help else ''}" for f in found)
    assert words in told
    assert all(f.severity is Severity.ERROR for f in found)
