"""Commitments: a frozen one, and that an opening opens only its own."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.commitment import Opening
from audit.errors import Malformed


def test_bytes_of_the_format() -> None:
    opening = Opening(b"s" * 32, {"name": "Mario"})
    expected = hashlib.sha256(b"verbale/commitment/v1\n" + b"s" * 32 + b'{"name":"Mario"}').hexdigest()
    assert opening.commitment == expected
    assert opening.opens(expected)


@given(st.binary(min_size=32, max_size=32), st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_round_trip_and_binding(salt: bytes, text: str, other: str) -> None:
    opening = Opening(salt, {"text": text})
    assert Opening.from_value(opening.to_value()) == opening
    assert opening.opens(Opening(salt, {"text": other}).commitment) == (text == other)
    assert not opening.opens(Opening(bytes(b ^ 1 for b in salt), {"text": text}).commitment)


@pytest.mark.parametrize(
    "value",
    [{}, {"salt": "AAAA", "data": 1}, {"salt": "A" * 43}, {"salt": "A" * 43, "data": 1, "more": 1}, []],
)
def test_other_shapes(value: object) -> None:
    with pytest.raises(Malformed):
        Opening.from_value(value)


@pytest.mark.parametrize(
    "opening", [Opening(b"short", 1), Opening(b"s" * 32, 1.5), Opening(b"s" * 32, "x" * 300_000)]
)
def test_what_cannot_be_committed(opening: Opening) -> None:
    with pytest.raises(Malformed):
        _ = opening.commitment
