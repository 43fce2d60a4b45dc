"""Grants: bytes, signature, both challenges, and the end whichever limit comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit.canonical import decode, encode
from audit.errors import BadSignature, Malformed
from audit.grant import Grant, SignedGrant
from audit.statement_parts import Channel
from tests.audit.people import APPROVAL, GRANT_KEY, LOG_KEY, NOW, REQUEST, SESSION, TENANT

GRANT = Grant(
    tenant=TENANT,
    session=SESSION,
    request=REQUEST.digest.hex(),
    approvals=(APPROVAL.digest.hex(),),
    host=REQUEST.host,
    technician=REQUEST.technician,
    channels=REQUEST.channels,
    account=REQUEST.account,
    supervision="self",
    watcher="p-1",
    not_before=NOW,
    not_after=NOW + timedelta(hours=1),
    longest_s=1800,
    issued=NOW,
    nonce=b"g" * 32,
)
SIGNED = SignedGrant.sign(GRANT, GRANT_KEY)


@pytest.mark.parametrize("grant", [GRANT, replace(GRANT, supervision="waived", watcher=None)])
def test_round_trip(grant: Grant) -> None:
    assert Grant.parse(grant.encode()) == grant
    signed = SignedGrant.sign(grant, GRANT_KEY)
    assert SignedGrant.from_value(signed.to_value()) == signed
    assert signed.check(GRANT_KEY.public) == grant


def test_frozen_digest_and_activation_challenge() -> None:
    assert GRANT.digest.hex() == "067eb2fec7057503d9a141a569de8dec7c15869ce7a9a86b88026a1e407f8201"
    assert (
        GRANT.activation_challenge.hex() == "7b5613432c4c75c703f13140e570449779d5497122fa5445cf29c3c37da2be1b"
    )
    assert GRANT.digest != GRANT.activation_challenge


def test_every_flipped_byte_is_refused() -> None:
    for at in range(len(SIGNED.data)):
        data = SIGNED.data[:at] + bytes([SIGNED.data[at] ^ 1]) + SIGNED.data[at + 1 :]
        with pytest.raises(BadSignature):
            SignedGrant(data, SIGNED.signature).check(GRANT_KEY.public)
    with pytest.raises(BadSignature):
        SIGNED.check(LOG_KEY.public)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"type": "request"},
        {"more": 1},
        {"channels": []},
        {"longest_s": 0},
        {"not_after": "2026-11-22T10:00:00.000Z"},
        {"supervision": "maybe"},
        {"nonce": "AA"},
        {"approvals": [1]},
    ],
)
def test_other_shapes_are_refused_even_when_signed(change: dict[str, Any]) -> None:
    data = encode({**decode(SIGNED.data), **change})
    with pytest.raises(Malformed):
        Grant.parse(data)
    signature = GRANT_KEY.sign(b"verbale/grant/v1\n" + data)
    with pytest.raises(Malformed):
        SignedGrant(data, signature).check(GRANT_KEY.public)


def test_other_shapes_of_a_signed_grant() -> None:
    value = SIGNED.to_value()
    for bent in ({}, {**value, "signature": "AA"}, {**value, "more": 1}):
        with pytest.raises(Malformed):
            SignedGrant.from_value(bent)


def test_it_covers_its_channels_and_no_other() -> None:
    assert GRANT.covers(Channel("terminal"))
    assert GRANT.covers(Channel("tool", "supremo"))
    assert not GRANT.covers(Channel("files", folder="/srv", direction="from_host"))
    assert not GRANT.covers(Channel("tool", "other"))


def test_the_first_limit_ends_it() -> None:
    assert GRANT.ends_at(NOW) == NOW + timedelta(minutes=30)
    assert GRANT.ends_at(NOW + timedelta(minutes=50)) == GRANT.not_after
