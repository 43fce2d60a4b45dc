"""COSE keys: each algorithm against real signatures, a CBOR library's reading, and bent spellings."""

from __future__ import annotations

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from audit import cose
from audit.errors import BadSignature, Malformed

EC = ec.derive_private_key(7, ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.from_private_bytes(b"e" * 32)
RSA = rsa.generate_private_key(65537, 2048)
N = RSA.public_key().public_numbers().n.to_bytes(256, "big")
EC_KEY = cose.es256(EC.public_key())
ED_KEY = cbor2.dumps({1: 1, 3: -8, -1: 6, -2: ED.public_key().public_bytes_raw()})
RSA_KEY = cbor2.dumps({1: 3, 3: -257, -1: N, -2: b"\x01\x00\x01"})
MESSAGE = b"message"
SIGNED = (
    (EC_KEY, EC.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))),
    (ED_KEY, ED.sign(MESSAGE)),
    (RSA_KEY, RSA.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())),
)


@pytest.mark.parametrize(("key", "signature"), SIGNED, ids=["ES256", "EdDSA", "RS256"])
def test_the_three_algorithms(key: bytes, signature: bytes) -> None:
    cose.check(key, signature, MESSAGE)
    assert cose.parse(key) == cbor2.loads(key)
    with pytest.raises(BadSignature):
        cose.check(key, signature, b"another message")
    flipped = bytes([*signature[:-1], signature[-1] ^ 1])
    with pytest.raises(BadSignature):
        cose.check(key, flipped, MESSAGE)


def test_our_own_spelling_of_a_key_is_cbor() -> None:
    n = EC.public_key().public_numbers()
    assert cbor2.loads(EC_KEY) == {
        1: 2,
        3: -7,
        -1: 1,
        -2: n.x.to_bytes(32, "big"),
        -3: n.y.to_bytes(32, "big"),
    }


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"\x80",
        b"\xa1",
        EC_KEY + b"\x00",
        EC_KEY[:-1],
        b"\xa1\x01\x18\x02",  # 2 in two bytes
        b"\xa1\x01\x1a\x00\x00\x00\x02",
        b"\xa1\x01\x19\x00",
        b"\xa1\x01\x19\x00\xff",
        b"\xa1\x01\x61a",
        b"\xa1\x41a\x01",
        b"\xbf\x01\x02\xff",
        b"\xa2\x01\x02\x01\x02",
        cbor2.dumps({1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)}),
        cbor2.dumps({1: 2, 3: b"x"}),
        cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32), 4: 1}),
        cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}),  # no point of the curve
        cbor2.dumps({1: 2, 3: -7, -1: 1, -2: bytes(31), -3: bytes(32)}),
        cbor2.dumps({1: 2, 3: -7, -1: 1, -2: 5, -3: bytes(32)}),
        cbor2.dumps({1: 2, 3: -7, -1: 2, -2: bytes(32), -3: bytes(32)}),
        cbor2.dumps({1: 3, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}),
        cbor2.dumps({1: 1, 3: -8, -1: 7, -2: bytes(32)}),
        cbor2.dumps({1: 1, 3: -8, -1: 6, -2: bytes(31)}),
        cbor2.dumps({1: 3, 3: -257, -1: N[:128], -2: b"\x01\x00\x01"}),
        cbor2.dumps({1: 3, 3: -257, -1: N, -2: b"\x01"}),
        cbor2.dumps({1: 3, 3: -257, -1: N, -2: b"\x04"}),
        bytes(cose.MAX_KEY_BYTES + 1),
    ],
)
def test_keys_that_are_none(key: bytes) -> None:
    with pytest.raises(Malformed):
        cose.check(key, b"signature", MESSAGE)


@given(st.binary(max_size=200))
def test_noise_is_malformed(noise: bytes) -> None:
    with pytest.raises(Malformed):
        cose.parse(noise)
