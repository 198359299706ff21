from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.source.text import Position, SourceText, Span, decode

LINES = st.text(alphabet=st.sampled_from("甲a𠮷\t\r\n“"), max_size=40)


def one(data: bytes, limit: int = 1_000_000):
    source, (diagnostic,) = decode(data, "柳州.pol", limit=limit)
    return source, diagnostic


def test_spans_cover_each_other():
    text = SourceText("f", "第一条 引进人才")
    assert text.slice(Span(0, 3).cover(Span(4, 6))) == "第一条 引进"
    assert text.slice(Span(4, 6).cover(Span(0, 3))) == "第一条 引进"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_ends_a_line(newline):
    source = SourceText("f", f"甲乙{newline}{newline}丙")
    assert [source.line(n + 1) for n in range(source.line_count)] == ["甲乙", "", "丙"]
    assert source.position(source.text.index("丙")) == Position(3, 1)


def test_a_final_newline_opens_an_empty_line():
    source = SourceText("f", "甲\n")
    assert source.line_count == 2
    assert source.line(2) == ""
    assert source.position(2) == Position(2, 1)
    assert SourceText("f", "").line_count == 1


@pytest.mark.parametrize("number", [0, -1, 3])
def test_a_missing_line_is_an_index_error(number):
    with pytest.raises(IndexError, match="has no line"):
        SourceText("f", "甲\n乙").line(number)


def test_offsets_outside_the_text_count_as_its_ends():
    source = SourceText("f", "甲乙\n丙")
    assert source.position(-5) == Position(1, 1)
    assert source.position(99) == Position(2, 2)
    assert source.slice(Span(-9, -1)) == ""
    assert source.slice(Span(-9, 2)) == "甲乙"


def test_columns_outside_the_line_count_as_its_ends():
    source = SourceText("f", "甲乙\n丙")
    assert source.offset(Position(1, 99)) == source.text.index("\n")
    assert source.offset(Position(2, 99)) == len(source.text)
    assert source.offset(Position(2, -3)) == source.text.index("丙")


def test_utf16_columns_count_the_rare_characters_twice():
    source = SourceText("f", "前\n𠮷a甲乙")
    assert source.utf16_column(source.text.index("𠮷")) == 0
    assert source.utf16_column(source.text.index("a")) == 2
    assert source.utf16_column(99) == 5
    assert source.utf16_column(-1) == 0


@given(LINES, st.integers(-2, 50))
def test_position_and_offset_are_inverse(text, offset):
    source = SourceText("f", text)
    assert source.offset(source.position(offset)) == min(max(offset, 0), len(text))


@given(LINES)
def test_lines_and_newlines_make_up_the_text(text):
    source = SourceText("f", text)
    lines = [source.line(n + 1) for n in range(source.line_count)]
    assert "".join(lines) == text.replace("\r", "").replace("\n", "")
    for number, line in enumerate(lines, start=1):
        start = source.offset(Position(number, 1))
        assert source.slice(Span(start, start + len(line))) == line


def test_sources_are_equal_by_name_and_text():
    assert SourceText("f", "甲") == SourceText("f", "甲")
    assert hash(SourceText("f", "甲")) == hash(SourceText("f", "甲"))
    assert repr(SourceText("f", "甲")) == "SourceText(name='f', text='甲')"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_utf8_is_read_with_or_without_a_mark(mark):
    assert decode(mark + "第一条\r\n".encode(), "f") == (SourceText("f", "第一条\r\n"), ())


@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, b" \r\n\t", "\u3000".encode()])
def test_an_empty_file_is_named(data):
    source, diagnostic = one(data)
    assert source is None
    assert diagnostic.code == "empty-file"
    assert diagnostic.primary is None


def test_a_file_over_the_limit_says_both_sizes():
    assert decode(b"x" * 1000, "f", limit=1000)[1] == ()
    source, diagnostic = one(b"x" * 1234, limit=1000)
    assert source is None
    assert diagnostic.code == "file-too-large"
    for lang in ("zh", "en"):
        assert "1,234" in diagnostic.message.in_(lang)
        assert "1,000" in diagnostic.message.in_(lang)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_gb18030_is_named_with_the_command_that_converts_it(encoding):
    source, diagnostic = one("第一条 为引进人才，制定本办法。".encode(encoding))
    assert source is None
    assert diagnostic.code == "wrong-encoding"
    assert diagnostic.message.zh == "本文件是 GB18030（GBK）编码，请另存为 UTF-8"
    assert diagnostic.help is not None
    assert "policylang fmt --from-encoding gb18030 文件" in diagnostic.help.zh


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_other_unicode_encodings_are_named(encoding, order):
    source, diagnostic = one("\ufeff第一条 abc".encode(f"{encoding}-{order}"))
    assert source is None
    assert diagnostic.code == "wrong-encoding"
    assert encoding.upper() in diagnostic.message.en
    assert diagnostic.help is not None
    assert f"--from-encoding {encoding} " in diagnostic.help.en


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x00\x00",  # a Word file
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"abc \x01\x02\x03\x04 def",
        b"abc \xff\xfe\xff",
        b"caf\xe9",
        codecs.BOM_UTF16_LE + b"x",  # half a character
    ],
)
def test_bytes_that_are_no_text_are_named(data):
    source, diagnostic = one(data)
    assert source is None
    assert diagnostic.code == "binary-file"
    assert "Word" in diagnostic.help.zh


def test_broken_utf8_is_not_mistaken_for_gb18030():
    data = "第一条\n第二条\n第三条".encode().replace("第二".encode(), "第二".encode()[:-1])
    source, diagnostic = one(data)
    assert source is None
    assert diagnostic.code == "binary-file"
    assert "第 2 行" in diagnostic.message.zh
    assert "line 2" in diagnostic.message.en


def test_a_stray_control_character_keeps_the_text_and_has_a_place():
    source, diagnostic = one("第一条\x1b[2J".encode())
    assert source is not None
    assert diagnostic.code == "control-character"
    assert source.slice(diagnostic.primary.span) == "\x1b"


def test_the_characters_of_a_readable_file_are_scanned():
    source, diagnostic = one("人\u200b才".encode())
    assert diagnostic.code == "invisible-character"
    assert source.slice(diagnostic.primary.span) == "\u200b"


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("gb18030", "replace")))
def test_decode_never_raises_and_explains_every_refusal(data):
    source, diagnostics = decode(data, "f", limit=50)
    assert (source is not None) or len(diagnostics) == 1
