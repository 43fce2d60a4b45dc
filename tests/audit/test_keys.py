"""Ed25519 keys against RFC 8032, and what a signature may not survive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey, SigningKey

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def test_first_vector_of_rfc_8032() -> None:
    key = SigningKey(SEED)
    assert key.public.raw.hex() == PUBLIC
    assert key.sign(b"").hex() == SIGNATURE
    key.public.check(bytes.fromhex(SIGNATURE), b"")
    assert key.seed == SEED


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50))
def test_round_trip(seed: bytes, message: bytes) -> None:
    key = SigningKey(seed)
    again = PublicKey.parse(key.public.text)
    assert again == key.public
    assert len(again.fingerprint) == 64
    again.check(key.sign(message), message)


def test_every_flipped_byte_of_a_signature() -> None:
    key = SigningKey(SEED)
    good = key.sign(b"m")
    for at in range(64):
        with pytest.raises(BadSignature):
            key.public.check(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], b"m")
    for wrong in (b"", good[:-1], good + b"x"):
        with pytest.raises(BadSignature):
            key.public.check(wrong, b"m")


def test_wrong_lengths_and_spellings() -> None:
    for make in (lambda: PublicKey(b"x"), lambda: SigningKey(b"x"), lambda: PublicKey.parse("x" * 43)):
        with pytest.raises(Malformed):
            make()


def test_a_key_is_never_printed() -> None:
    assert SEED.hex() not in repr(SigningKey(SEED))
    assert SigningKey(SEED).public.text in repr(SigningKey(SEED))
