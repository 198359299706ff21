"""A chain of records: any byte, any record that is not as it was is found, and said to be what it looks like."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_made import chain

from policylang.records.canonical import canonical_bytes, sealed
from policylang.records.verify import read_lines, verify

LINES = chain(5)
WHOLE = b"".join(LINES)
HASHES = [json.loads(line)["sha256"] for line in LINES]


def found(*lines: bytes, kept: str | None = None):
    return verify(read_lines(b"".join(lines)), kept)


def kinds(*lines: bytes):
    return [(f.line, f.kind) for f in found(*lines).findings]


def test_an_untouched_log_is_sound():
    whole = found(WHOLE)
    assert (whole.sound, whole.lines, whole.intact, whole.head) == (True, 5, 5, (5, HASHES[4]))
    assert (found().lines, found().head, found().sound) == (0, None, True)


@settings(max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_any_byte_flipped_is_found(at, by):
    data = WHOLE[:at] + bytes([WHOLE[at] ^ by]) + WHOLE[at + 1 :]
    touched = found(data)
    assert not touched.sound
    assert touched.findings[0].line == WHOLE[:at].count(b"\n") + 1


@given(st.integers(0, 4))
def test_any_record_dropped_is_found(at):
    rest = [*LINES[:at], *LINES[at + 1 :]]
    if at < 4:
        [finding] = found(*rest).findings
        assert (finding.line, finding.kind) == (at + 1, "missing")
        assert f"缺第{at + 1}条" in finding.message.zh
    else:  # the chain alone cannot know
        assert found(*rest).sound
    assert [f.kind for f in found(*rest, kept=HASHES[4]).findings if f.line == 0] == (["head"] if at == 4 else [])


@given(st.integers(0, 4), st.integers(0, 5))
def test_any_record_written_twice_is_found(which, where):
    findings = found(*LINES[:where], LINES[which], *LINES[where:]).findings
    assert findings
    assert {f.kind for f in findings} <= {"inserted", "moved", "missing"}


@given(st.permutations(range(5)).filter(lambda order: order != list(range(5))))
def test_any_other_order_is_found(order):
    findings = found(*(LINES[i] for i in order)).findings
    first = next(i for i in range(5) if order[i] != i)
    assert findings[0].line == first + 1
    assert all(f.kind == "moved" for f in findings)


def test_two_records_changed_for_each_other():
    assert kinds(LINES[0], LINES[2], LINES[1], LINES[3], LINES[4]) == [(2, "moved"), (3, "moved")]


def test_a_copy_is_told_from_a_stranger():
    assert kinds(*LINES[:3], LINES[1], *LINES[3:]) == [(4, "inserted")]
    stranger = json.loads(LINES[1])
    stranger = canonical_bytes(sealed({**{k: v for k, v in stranger.items() if k != "sha256"}, "as_of": "2024-01-01"})) + b"\n"
    assert kinds(*LINES[:2], stranger, *LINES[2:]) == [(3, "inserted")]
    assert kinds(LINES[0], stranger, *LINES[1:]) == [(2, "inserted")]
    assert kinds(LINES[0], stranger, *LINES[2:]) == [(3, "unlinked")]


def test_a_record_that_follows_nothing_before_one_that_does():
    foreign = json.loads(LINES[2])
    foreign = canonical_bytes(sealed({**{k: v for k, v in foreign.items() if k != "sha256"}, "previous": HASHES[4]})) + b"\n"
    assert kinds(*LINES[:2], foreign, *LINES[2:]) == [(3, "inserted")]


def test_several_records_dropped_are_named():
    [finding] = found(LINES[0], LINES[4]).findings
    assert "缺第2条至第4条" in finding.message.zh
    assert "records 2 to 4 are missing" in finding.message.en


@pytest.mark.parametrize("garbage", [b"\n", b"xx\n", b"{}\n"])
def test_a_line_that_is_no_record_is_the_only_fault(garbage):
    assert kinds(*LINES[:2], garbage, *LINES[2:]) == [(3, "changed")]
    assert kinds(*LINES[:2], garbage, *LINES[3:]) == [(3, "changed")]
    assert found(*LINES[:2], garbage, *LINES[2:]).intact == 2


def test_another_layout_of_the_same_record_is_told_from_another_content():
    laid_out = json.dumps(json.loads(LINES[1]), ensure_ascii=False).encode() + b"\n"
    [finding] = found(LINES[0], laid_out, *LINES[2:]).findings
    assert "内容没有变" in finding.message.zh
    [finding] = found(LINES[0], LINES[1].replace(b"\n", b"\r\n"), *LINES[2:]).findings
    assert "内容没有变" in finding.message.zh


def test_a_hash_of_the_wrong_kind_is_a_fault():
    for change in ({"number": "1"}, {"previous": 1}, {"sha256": 1}, {"number": 2**60}):
        assert kinds(canonical_bytes_or_json({**json.loads(LINES[0]), **change}) + b"\n") == [(1, "changed")]


def canonical_bytes_or_json(record: dict) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@given(st.integers(1, len(LINES[4]) - 2))
def test_a_torn_last_line_is_told_from_a_changed_one(at):
    torn = found(*LINES[:4], LINES[4][:at])
    assert [(f.line, f.kind) for f in torn.findings] == [(5, "torn")]
    assert (torn.intact, torn.head) == (4, (4, HASHES[3]))


def test_a_last_line_without_its_end_is_whole():
    torn = found(*LINES[:4], LINES[4][:-1])
    assert [(f.line, f.kind) for f in torn.findings] == [(5, "torn")]
    assert torn.head == (5, HASHES[4])
    assert "完整" in torn.findings[0].message.zh


def test_a_kept_hash_says_how_many_came_since():
    assert found(WHOLE, kept=HASHES[1]).after_kept == 3
    assert found(WHOLE, kept=HASHES[4]).after_kept == 0
    gone = found(*LINES[:3], kept=HASHES[4])
    assert [(f.line, f.kind) for f in gone.findings] == [(0, "head")]
    assert gone.intact == 3
