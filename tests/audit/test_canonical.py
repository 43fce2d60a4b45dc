"""Canonical bytes: RFC 8785 inside the profile, and a refusal of everything outside it."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import canonical
from audit.canonical import MAX_BYTES, MAX_DEPTH, MAX_INT, Fields, b64, decode, encode, unb64
from audit.errors import Malformed

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LEAF = st.booleans() | st.integers(-MAX_INT, MAX_INT) | _TEXT
_KEYS = st.text("abz_09", min_size=1, max_size=6)
VALUES = st.recursive(
    _LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_rfc8785_agrees_and_the_way_back_is_the_same(value: Any) -> None:
    try:
        data = encode(value)
    except Malformed:
        return  # deeper than 8
    assert data == rfc8785.dumps(value)
    assert decode(data) == value


def test_a_vector_with_every_awkward_string() -> None:
    value: Any = {"b": '\u20ac$\u000f\nA\'B"\\"/', "a": [1, -0, True, "è\U0001f600\u2028\x7f"]}
    expected = '{"a":[1,0,true,"è\U0001f600\u2028\x7f"],"b":"€$\\u000f\\nA\'B\\"\\\\\\"/"}'
    assert encode(value) == expected.encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"1.0",
        b"1e3",
        b"null",
        b"-0",
        b"01",
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"A":1}',
        b'{"a-b":1}',
        b'{"":1}',
        b'{"a": 1}',
        b' {"a":1}',
        b'{"a":1}\n',
        b'"\\u00e8"',
        b'"\\/"',
        b'"\\ud800"',
        b"\xff",
        b"\xef\xbb\xbf1",
        b"9007199254740992",
        b"-9007199254740992",
        b"NaN",
        b"[" * 9 + b"]" * 9 + b"x",
        b"[" * 10 + b"]" * 10,
        b"[" * 8000,
        b'"' + b"x" * MAX_BYTES + b'"',
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(data)


@pytest.mark.parametrize("value", [None, 1.5, b"x", {1: 2}, {"a": {"B": 1}}, "\udfff", 2**53, object()])
def test_values_outside_the_profile(value: Any) -> None:
    with pytest.raises(Malformed):
        encode(value)


def test_depth_and_length_have_an_end() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == value
    with pytest.raises(Malformed):
        encode([value])
    assert len(encode("x" * (MAX_BYTES - 2))) == MAX_BYTES
    with pytest.raises(Malformed):
        encode("x" * (MAX_BYTES - 1))


@given(st.binary(max_size=100))
def test_base64url_round_trip(data: bytes) -> None:
    assert unb64(b64(data)) == data


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A+8", "A/8", "AA\n", "é", "AAB", "A A"])
def test_base64url_in_other_spellings(text: str) -> None:
    with pytest.raises(Malformed):
        unb64(text)


def test_base64url_is_bounded() -> None:
    with pytest.raises(Malformed):
        unb64("A" * 100, max_bytes=10)


def test_fields_are_all_asked_for() -> None:
    f = Fields(
        {"t": "x", "i": 1, "b": True, "l": [1], "ts": ["a"], "m": {}, "r": "AQ", "e": 1, "y": 2, "f": True},
        "thing",
    )
    assert (f.text("t"), f.integer("i"), f.boolean("b"), f.items("l")) == ("x", 1, True, [1])
    assert (f.texts("ts"), f.mapping("m"), f.raw("r", length=1)) == (("a",), {}, b"\x01")
    assert (f.opt_text("no"), f.opt_integer("no"), f.opt_items("no"), f.opt_mapping("no")) == (None,) * 4
    assert f.flag("f") is True
    assert f.flag("no") is False
    f.exactly("e", 1)
    assert f.has("y")
    with pytest.raises(Malformed, match="nobody knows"):
        f.done()
    assert f.any("y") == 2
    f.done()


@pytest.mark.parametrize(
    ("value", "ask"),
    [
        ({}, lambda f: f.text("x")),
        ({"x": 1}, lambda f: f.text("x")),
        ({"x": True}, lambda f: f.integer("x")),
        ({"x": 1}, lambda f: f.boolean("x")),
        ({"x": False}, lambda f: f.flag("x")),
        ({"x": {}}, lambda f: f.items("x")),
        ({"x": [1]}, lambda f: f.texts("x")),
        ({"x": []}, lambda f: f.mapping("x")),
        ({"x": "AQ"}, lambda f: f.raw("x", length=2)),
        ({"x": 2}, lambda f: f.exactly("x", 1)),
        ({"x": True}, lambda f: f.exactly("x", 1)),
        ([], lambda f: f),
    ],
)
def test_fields_of_the_wrong_shape(value: Any, ask: Any) -> None:
    with pytest.raises(Malformed):
        ask(Fields(value, "thing"))


def test_spellings_of_keys_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_good_keys", set())
    monkeypatch.setattr(canonical, "_MAX_GOOD_KEYS", 2)
    encode(dict.fromkeys("abcdef", 1))
    assert canonical._good_keys == {"a", "b"}
