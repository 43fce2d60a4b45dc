"""Assertions: a frozen one, py_webauthn's opinion of the same bytes, and every way to be wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from audit import cose, passkey
from audit.approvers import Origin
from audit.canonical import b64, unb64
from audit.errors import BadSignature, Malformed
from audit.passkey import Assertion
from tests.audit.people import LOGIN, SIGNING, TITOLARE
from web.demo.authenticator import SoftwareAuthenticator

CHALLENGE = b"c" * 32
SAID = TITOLARE.assertion(CHALLENGE)
FROZEN = json.loads((Path(__file__).parents[1] / "vectors" / "assertion.json").read_text())
W3C = json.loads((Path(__file__).parents[1] / "vectors" / "webauthn.json").read_text())
KEY = ec.derive_private_key(99, ec.SECP256R1())
PUBLIC = b64(cose.es256(KEY.public_key()))


def made(client: object, *, flags: int = 0x05, rp_id: str = SIGNING.rp_id, more: bytes = b"") -> Assertion:
    """An assertion with a true signature over whatever the client data and flags say."""
    client_data = client if isinstance(client, bytes) else json.dumps(client).encode()
    data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + bytes(4) + more
    signed = data + hashlib.sha256(client_data).digest()
    return Assertion(b"id", client_data, data, KEY.sign(signed, ec.ECDSA(hashes.SHA256())))


CLIENT = {"type": "webauthn.get", "challenge": b64(CHALLENGE), "origin": SIGNING.origin}


def judge(said: Assertion, challenge: bytes = CHALLENGE, site: Origin = SIGNING, key: str = PUBLIC) -> None:
    passkey.check(said, challenge=challenge, site=site, public_key=key)


def test_frozen_assertion() -> None:
    site = Origin(FROZEN["rp_id"], FROZEN["origin"])
    said = Assertion.from_value(FROZEN["assertion"])
    challenge = unb64(FROZEN["challenge"])
    judge(said, challenge, site, FROZEN["public_key"])
    maker = SoftwareAuthenticator(bytes.fromhex(FROZEN["seed"]), site)
    assert (maker.public_key, maker.assertion(challenge)) == (FROZEN["public_key"], said)


@pytest.mark.parametrize("one", W3C["vectors"], ids=[one["section"] for one in W3C["vectors"]])
def test_the_published_assertions_are_signed_and_not_enough_here(one: dict[str, Any]) -> None:
    """Each signature holds; two verified no person, two were asked for inside another's page."""
    said = Assertion.from_value(one["assertion"])
    signed = said.authenticator_data + hashlib.sha256(said.client_data).digest()
    cose.check(unb64(one["public_key"]), said.signature, signed)
    with pytest.raises(BadSignature):
        cose.check(unb64(one["public_key"]), said.signature, signed + b"x")
    why = {"unverified": "did not verify that a person was there", "framed": "framed by another"}[
        one["refused"]
    ]
    with pytest.raises(BadSignature, match=why):
        judge(said, unb64(one["challenge"]), Origin(W3C["rp_id"], W3C["origin"]), one["public_key"])


@given(st.binary(min_size=1, max_size=16), st.binary(min_size=32, max_size=32))
def test_software_authenticator_convinces_py_webauthn_too(seed: bytes, challenge: bytes) -> None:
    maker = SoftwareAuthenticator(seed, SIGNING)
    judge(maker.assertion(challenge), challenge, SIGNING, maker.public_key)
    made_known = webauthn.verify_registration_response(
        credential=maker.registration(challenge),
        expected_challenge=challenge,
        expected_rp_id=SIGNING.rp_id,
        expected_origin=SIGNING.origin,
        require_user_verification=True,
    )
    assert made_known.credential_id == maker.credential
    assert b64(made_known.credential_public_key) == maker.public_key
    found = webauthn.verify_authentication_response(
        credential=maker.authentication(challenge),
        expected_challenge=challenge,
        expected_rp_id=SIGNING.rp_id,
        expected_origin=SIGNING.origin,
        credential_public_key=made_known.credential_public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    assert found.credential_id == maker.credential


def test_round_trip_and_canonical_bytes() -> None:
    assert Assertion.parse(SAID.encode()) == SAID
    assert Assertion.from_value(SAID.to_value()) == SAID
    with pytest.raises(Malformed):
        Assertion.parse(SAID.encode() + b" ")
    with pytest.raises(Malformed):
        Assertion.from_value({**SAID.to_value(), "user_handle": "x"})


@pytest.mark.parametrize("field", ["credential", "client_data", "authenticator_data", "signature"])
def test_bounds(field: str) -> None:
    for value in (b"", bytes(5000)):
        with pytest.raises(Malformed):
            replace(SAID, **{field: value})


def test_every_flipped_byte_is_refused() -> None:
    for field in ("client_data", "authenticator_data", "signature"):
        whole: bytes = getattr(SAID, field)
        for at in range(len(whole)):
            flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            with pytest.raises((Malformed, BadSignature)):
                judge(replace(SAID, **{field: flipped}), key=TITOLARE.public_key)


def test_another_text_site_or_person() -> None:
    judge(SAID, key=TITOLARE.public_key)
    with pytest.raises(BadSignature, match="another text"):
        judge(SAID, b"d" * 32, key=TITOLARE.public_key)
    with pytest.raises(BadSignature, match="no challenge"):
        judge(SAID, b"short", key=TITOLARE.public_key)
    with pytest.raises(BadSignature, match="another page"):
        judge(SAID, site=LOGIN, key=TITOLARE.public_key)
    with pytest.raises(BadSignature, match="another site"):
        judge(SAID, site=Origin("localhost", SIGNING.origin), key=TITOLARE.public_key)
    with pytest.raises(BadSignature):
        judge(SAID)


@pytest.mark.parametrize("more", [{}, {"crossOrigin": False}, {"other_keys_can_be_added_here": "x"}])
def test_client_data_as_browsers_write_it(more: dict[str, object]) -> None:
    judge(made({**CLIENT, **more}))


@pytest.mark.parametrize(
    "more",
    [
        {"type": "webauthn.create"},
        {"type": None},
        {"challenge": b64(CHALLENGE) + "="},
        {"challenge": 5},
        {"origin": SIGNING.origin + "/"},
        {"origin": [SIGNING.origin]},
        {"crossOrigin": True},
        {"crossOrigin": 0},
        {"crossOrigin": None},
        {"topOrigin": SIGNING.origin},
        {"crossOrigin": False, "topOrigin": "https://broker.example"},
    ],
)
def test_true_signatures_over_the_wrong_client_data(more: dict[str, object]) -> None:
    with pytest.raises(BadSignature):
        judge(made({**CLIENT, **more}))


@pytest.mark.parametrize(
    "client",
    [
        b"{",
        b"\xff",
        b"[]",
        b"[" * 4000,
        b'{"n":' + b"9" * 4000,
        json.dumps(CLIENT).replace("}", ', "type": "webauthn.get"}').encode(),
        b"\xef\xbb\xbf" + json.dumps(CLIENT).encode(),
    ],
)
def test_client_data_that_is_none(client: bytes) -> None:
    with pytest.raises(Malformed):
        judge(made(client))


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x04, 0x18])
def test_a_person_must_be_there_and_verified(flags: int) -> None:
    with pytest.raises(BadSignature, match="did not verify"):
        judge(made(CLIENT, flags=flags))


def test_authenticator_data_shapes() -> None:
    judge(made(CLIENT, flags=0x1D))  # a synchronised passkey
    judge(made(CLIENT, flags=0x85, more=b"\xa0"))  # extensions
    for said in (made(CLIENT, flags=0x15), made(CLIENT, more=b"x")):
        with pytest.raises(Malformed):
            judge(said)
    with pytest.raises(Malformed):
        judge(replace(SAID, authenticator_data=SAID.authenticator_data[:36]))


@given(st.binary(min_size=1, max_size=80), st.binary(min_size=37, max_size=60))
def test_noise_never_gets_through(client: bytes, data: bytes) -> None:
    with pytest.raises((Malformed, BadSignature)):
        judge(Assertion(b"id", client, data, b"s"))
