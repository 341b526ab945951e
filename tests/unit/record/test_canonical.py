"""Canonical JSON: equal to RFC 8785, strict in both directions."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.canonical import LARGEST_INTEGER, NotCanonical, decode, encode

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.text(st.characters(max_codepoint=0x2FF, exclude_categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_bytes_equal_those_of_rfc_8785(value):
    """On everything that is accepted the bytes are those of the `rfc8785` package, and read back."""
    assert encode(value) == rfc8785.dumps(value)
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": [1.5]}, r"\$\.a\[0\]: 1\.5 is a float; write it as a decimal string"),
        ({"a": 2**53}, r"\$\.a: 9007199254740992 is beyond 2\^53-1; write it as text"),
        ({1: "a"}, r"\$: the key 1 is no text"),
        ({"e\u0301": "a"}, r"not in NFC"),
        ({"\U0001f600": "a"}, r"beyond U\+FFFF"),
        ({"a": {"b": b"bytes"}}, r"\$\.a\.b: JSON has no bytes"),
        ({"a": "\ud800"}, "lone surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value, words):
    """Floats, large integers, odd keys, foreign types: refused with the path to them."""
    with pytest.raises(NotCanonical, match=words):
        encode(value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a":1,"a":2}', "the key 'a' stands there twice"),
        (b'{"a":1.0}', "1.0 is a float"),
        (b'{"a":NaN}', "NaN is a float"),
        (b'{"a":12345678901234567890}', r"12345678901234567890 is beyond 2\^53-1"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b'{"a"', "not JSON at character 4"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_can_be_read_two_ways_is_refused(data, words):
    """Duplicate keys, floats, NaN, large integers, bad UTF-8, bad JSON, absurd depth."""
    with pytest.raises(NotCanonical, match=words):
        decode(data)
