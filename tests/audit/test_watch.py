"""What a watcher's page signs: one message for each check-in, number and chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import BadSignature, Malformed
from audit.watch import Call
from tests.audit.people import PAGE_KEY

CALL = Call(b"c" * 32, 7, b"n" * 32)


def test_the_message() -> None:
    assert CALL.message == b"verbale/watch/v1\n" + b"c" * 32 + bytes(7) + b"\x07" + b"n" * 32


@pytest.mark.parametrize(
    "change", [{"check_in": b"c" * 31}, {"nonce": b"n" * 33}, {"n": 0}, {"n": -1}, {"n": 2**53}]
)
def test_what_is_no_call(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        replace(CALL, **change)


octets = st.binary(min_size=32, max_size=32)


@given(octets, octets, st.integers(1, 2**53 - 1), octets, octets, st.integers(1, 2**53 - 1))
def test_an_answer_is_to_one_call(a: bytes, b: bytes, n: int, c: bytes, d: bytes, m: int) -> None:
    one, other = Call(a, n, b), Call(c, m, d)
    signature = PAGE_KEY.sign(one.message)
    PAGE_KEY.public.check(signature, one.message)
    if one != other:
        with pytest.raises(BadSignature):
            PAGE_KEY.public.check(signature, other.message)
