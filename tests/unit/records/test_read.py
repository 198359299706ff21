"""What is said of bytes that are no record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_made import small

from policylang.records.canonical import canonical_bytes
from policylang.records.read import RecordError, read_record

WHOLE = canonical_bytes(small())


def told(data: bytes | dict) -> str:
    with pytest.raises(RecordError) as caught:
        read_record(data if isinstance(data, bytes) else json.dumps(data).encode())
    message = caught.value.message
    assert message.en == str(caught.value)
    assert "Error" not in message.en
    assert not any("\u4e00" <= c <= "\u9fff" for c in message.en if "“" not in message.zh)
    return message.zh


def test_a_record_in_any_layout_is_read():
    assert read_record(json.dumps(json.loads(WHOLE), indent=2, ensure_ascii=True).encode() + b"\n") == small()


@given(st.integers(1, len(WHOLE) - 1))
def test_a_record_cut_in_two_says_where_it_stops(at):
    assert told(WHOLE[:at]) == f"在第{at}字节处中断，后面的内容没有了，像是被截断的"


def test_a_record_cut_in_two_in_many_lines_says_which():
    assert "第3行、第" in told(json.dumps(json.loads(WHOLE), indent=1).encode()[:40].rsplit(b"\n", 1)[0] + b"\n  x")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "是空的，没有记录"),
        (b" \n", "是空的，没有记录"),
        (b"[]", "不是判断记录（不是 JSON）"),
        ("办法 small".encode(), "不是判断记录（不是 JSON）"),
        (b"{}", "不是判断记录（没有 schema “urn:policylang:record:1”）"),
        (b'{"a": \xff}', "第7字节不是 UTF-8 文字，已经损坏"),
        (b'{"a": x}', "第7字节起不是 JSON，已经损坏"),
        (b'{"a": 1.5}', "不是判断记录：1.5"),
        (b'{"a": NaN}', "不是判断记录：NaN"),
        (b'{"a": 1, "a": 1}', "不是判断记录：“a”×2"),
        (b'{"schema": "urn:policylang:outcome:1"}', "是 eval --format json 的结果文档，不是判断记录；判断记录用 eval --record 写"),
        (b'{"schema": "urn:policylang:record:9"}', "是另一版本的判断记录（urn:policylang:record:9），本程序只认 urn:policylang:record:1"),
    ],
)
def test_what_is_no_record(data, says):
    assert told(data) == says


def test_nesting_without_end_is_no_crash():
    assert told(b'{"a":' * 100_000 + b"1" + b"}" * 100_000).startswith("不是判断记录：")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.pop("policy"), "记录缺少“policy”"),
        (lambda r: r["policy"].pop("sha256"), "“policy”缺少“sha256”"),
        (lambda r: r.update(more=1), "记录多出了“more”"),
        (lambda r: r["run"].update(by=1), "“run.by”应当是文本或者null"),
        (lambda r: r.update(number="1"), "“number”应当是整数"),
        (lambda r: r.update(names="?"), "“names”只能是“coded”“as_written”"),
        (lambda r: r["sources"][0].update(line=0), "“sources[0].line”的写法不对"),
        (lambda r: r.update(sha256="0"), "“sha256”的写法不对"),
        (lambda r: r["outcome"]["decisions"][0].pop("result"), "“outcome.decisions[0]”缺少“result”"),
        (lambda r: r["outcome"].update(schema="x"), "“outcome.schema”只能是“urn:policylang:outcome:1”"),
        (lambda r: r["policy"].update(id="../x"), "“policy.id”的写法不对"),
    ],
)
def test_what_a_record_lacks_is_named(change, says):
    made = json.loads(WHOLE)
    change(made)
    assert told(made) == says
