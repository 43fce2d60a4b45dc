"""Secrets given out once: their digests, and codes that people copy."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.secrets import code_text, derived, digest_of, new_secret, read_code


def test_a_secret_is_kept_as_its_digest_alone() -> None:
    secret = new_secret(bytes(range(32)))
    assert len(secret) == 43
    assert digest_of(secret) == hashlib.sha256(secret.encode()).hexdigest()
    with pytest.raises(AssertionError):
        new_secret(b"short")


@given(st.binary(min_size=10, max_size=32))
def test_a_code_survives_how_people_write(octets: bytes) -> None:
    code = code_text(octets)
    assert len(code) == 19
    assert read_code(code) == code
    assert read_code(f"  {code.lower().replace('-', ' ')}\n") == code


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_different_octets_give_different_codes(a: bytes, b: bytes) -> None:
    assert (code_text(a) == code_text(b)) == (a == b)


def test_what_is_derived_depends_on_key_purpose_and_state() -> None:
    made = {derived(key, purpose, state) for key in (b"a", b"b") for purpose in "pq" for state in "st"}
    assert len(made) == 8
