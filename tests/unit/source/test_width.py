from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policylang.source.width import display_width, pad


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("人才", 4),
        ("，。（）《》〔〕\u3000", 18),
        ("Ａ１", 4),
        ("“”‘’…—·①", 8),
        ("é", 1),
        ("e\u0301", 1),
        ("𠮷", 2),
    ],
)
def test_width_in_columns(text, width):
    assert display_width(text) == width


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_width_of_two_texts_is_the_sum(left, right):
    assert display_width(left + right) == display_width(left) + display_width(right)


@given(st.text(max_size=20), st.integers(0, 40))
def test_padded_text_is_as_wide_as_asked(text, width):
    assert display_width(pad(text, width)) == max(width, display_width(text))
