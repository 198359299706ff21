from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.source.characters import fault, scan, visible

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)


def underlined(text):
    return [(found.code, text[found.primary.span.start : found.primary.span.end]) for found in scan(text)]


@pytest.mark.parametrize("char", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
def test_bidirectional_controls_are_found(char):
    assert underlined(f"甲{char}乙") == [("bidi-control", char)]


@pytest.mark.parametrize(
    "char",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u2028\u2029\u3164\u2800\ufe0f\U000e0101\U000e0041\u034f",
)
def test_invisible_characters_are_found(char):
    assert underlined(f"人{char}才") == [("invisible-character", char)]


@pytest.mark.parametrize("char", "\x00\x07\x0b\x0c\x1b\x7f\x85\ue000\U000f0000\ud800\uffff\u0378\ufffd\ufffc")
def test_control_private_and_lost_characters_are_found(char):
    assert underlined(f"人{char}才") == [("control-character", char)]


@pytest.mark.parametrize(
    ("char", "twin"),
    [
        ("\u0430", "a"),  # Cyrillic
        ("\u0391", "A"),  # Greek
        ("\u212a", "K"),  # the sign for kelvin
        ("\U0001d400", "A"),  # mathematical
        ("\U0001d7d8", "0"),
        ("\u0664", "4"),  # an Arabic digit
        ("\u2f08", "人"),  # a radical, from a PDF file
        ("\u2ed3", "长"),
        ("\uf90a", "金"),
        ("\U0002f801", "丸"),
    ],
)
def test_look_alikes_are_found_and_mended(char, twin):
    (found,) = scan(f"甲{char}")
    assert found.code == "confusable-character"
    assert found.fix is not None
    assert found.fix.replacement == twin
    assert f"“{twin}”" in found.help.zh


@pytest.mark.parametrize("char", "\u0436\u03c9\u0561\u13a0\u2c80\ua4d0\U0001d6c0\u2135\u2e81")
def test_look_alikes_without_one_twin_are_found_without_a_fix(char):
    (found,) = scan(f"甲{char}")
    assert found.code == "confusable-character"
    assert found.fix is None


@pytest.mark.parametrize(
    "text",
    [
        "为引进人才，根据《办法》（〔2023〕5号）制定：“甲”、‘乙’；丙……丁——戊·己！？",
        "〇○×÷±≥≤％%℃№‰§ⅠⅡⅢⅰ①②⑩⑴⒈㈠㊣",
        "ＡＢＣａｂｃ０１２＋－＝．，（）",
        "\u3000\xa0\u2002\t\r\n",
        "㐀䶵𠀀𪜶𫝀𬺰𮯠𰀀\U00031350\U000323b0\ufa0e",  # Han extensions, and one for compatibility
        "āáǎàüɡ",
        "m²→½",
        "ひらがなカタカナ한글བོད་",
    ],
)
def test_the_characters_of_chinese_documents_are_allowed(text):
    assert underlined(text) == []


def test_the_message_says_code_point_and_name():
    (found,) = scan("人\u0430")
    for lang in ("zh", "en"):
        assert "U+0430" in found.message.in_(lang)
        assert "CYRILLIC SMALL LETTER A" in found.message.in_(lang)


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\x1b", "control-001B"),
        ("\ue000", "private-use-E000"),
        ("\ud800", "surrogate-D800"),
        ("\uffff", "unassigned-FFFF"),
    ],
)
def test_a_character_without_a_name_gets_the_label_of_the_standard(char, name):
    (found,) = scan(char)
    assert name in found.message.zh
    assert char not in found.message.zh + found.message.en


def test_what_is_only_invisible_is_mended_by_deleting_it_but_lines_are_not_joined():
    (found,) = scan("人\u200b才")
    assert found.fix.replacement == ""
    (found,) = scan("人\u2028才")
    assert found.fix is None


def test_each_character_is_reported_once_a_line():
    text = "\u0430\u0430\u200b\u0430\n\u0430\r\n\u0430\r\u0430"
    assert [char for _, char in underlined(text)] == ["\u0430", "\u200b", "\u0430", "\u0430", "\u0430"]


def test_at_most_fifty_are_reported():
    assert len(scan("\u200b\n" * 60)) == 50


def test_a_large_file_is_scanned_quickly():
    start = time.perf_counter()
    assert len(scan("\u200b" * 500_000 + "甲" * 500_000)) == 1
    assert time.perf_counter() - start < 2


@given(ANY_TEXT)
def test_scan_never_raises_and_underlines_the_character_it_names(text):
    for found in scan(text):
        char = text[found.primary.span.start : found.primary.span.end]
        assert fault(char) == found.code
        assert f"U+{ord(char):04X}" in found.message.zh


def test_a_fix_never_brings_another_fault():
    for code_point in (*range(0x20000), *range(0x2F800, 0x2FA20)):
        if fault(chr(code_point)) == "confusable-character":
            (found,) = scan(chr(code_point))
            assert found.fix is None or fault(found.fix.replacement) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("引进人才", "引进人才"),
        ("a\tb", "a    b"),
        ("\x1b[2J\r\n", "␛[2J␍␊"),
        ("\x7f\x85", "␡<U+0085>"),
        ("\u202e\u200b\ud800\ue000\ufffd", "<U+202E><U+200B><U+D800><U+E000>\ufffd"),
        ("\u0430", "\u0430"),
    ],
)
def test_hidden_characters_are_made_visible(text, shown):
    assert visible(text) == shown


@given(ANY_TEXT)
def test_visible_text_can_do_nothing_to_a_terminal(text):
    shown = visible(text)
    assert not {unicodedata.category(char) for char in shown} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    } or all("\U00020000" <= char <= "\U0003fffd" for char in shown if unicodedata.category(char) == "Cn")
    shown.encode()
