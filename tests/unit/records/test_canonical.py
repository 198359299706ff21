"""The canonical form: what RFC 8785 says of keys, numbers and texts, as far as records use them."""

from __future__ import annotations

import json

import pytest

from policylang.records.canonical import canonical_bytes, digest, exact, own_digest, sealed


def test_keys_are_sorted_and_nothing_is_blank():
    assert canonical_bytes({"b": [1, True, None], "a": {"乙": "文", "é": ""}}) == '{"a":{"é":"","乙":"文"},"b":[1,true,null]}'.encode()


def test_a_digest_is_known():
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_a_number_that_not_every_reader_keeps_becomes_a_text():
    assert exact({"a": [2**53, -(2**53), 2**53 - 1, True]}) == {"a": ["9007199254740992", "-9007199254740992", 2**53 - 1, True]}
    with pytest.raises(ValueError, match="exceeds"):
        canonical_bytes(2**53)


def test_half_a_character_has_no_form():
    with pytest.raises(ValueError, match="non-UTF-8"):
        canonical_bytes("\ud800")


def test_a_seal_is_over_all_but_itself():
    made = sealed({"a": 1, "b": "文"})
    assert made["sha256"] == digest({"a": 1, "b": "文"}) == own_digest(json.loads(canonical_bytes(made)))
    assert own_digest({**made, "a": 2}) != made["sha256"]
