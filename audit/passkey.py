"""Check a WebAuthn assertion offline: the right page, the right words, a person who was verified."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from audit import cose
from audit.approvers import Origin
from audit.canonical import Fields, Value, b64, decode, encode, unb64
from audit.errors import BadSignature, Malformed

CHALLENGE_BYTES = 32
_BOUNDS = {
    "credential": 1023,  # WebAuthn L3 §4, credential id
    "client_data": 4096,  # type, challenge, origin and what browsers add
    "authenticator_data": 2048,  # 37 bytes and extensions
    "signature": 1024,  # RSA of 8192 bits
}
_UP, _UV, _BE, _BS, _AT, _ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the browser gave back, verbatim."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    def __post_init__(self) -> None:
        for name, bound in _BOUNDS.items():
            if not 0 < len(getattr(self, name)) <= bound:
                raise Malformed(f"the {name} of an assertion is empty or longer than {bound} bytes")

    def to_value(self) -> Value:
        return {name: b64(getattr(self, name)) for name in _BOUNDS}

    @classmethod
    def from_value(cls, value: Value) -> Assertion:
        f = Fields(value, "assertion")
        found = cls(
            f.raw("credential"), f.raw("client_data"), f.raw("authenticator_data"), f.raw("signature")
        )
        f.done()
        return found

    def encode(self) -> bytes:
        return encode(self.to_value())

    @classmethod
    def parse(cls, data: bytes) -> Assertion:
        return cls.from_value(decode(data))


def check(assertion: Assertion, *, challenge: bytes, site: Origin, public_key: str) -> None:
    """Return, or raise `BadSignature` (not this person's yes to these words) or `Malformed`.

    `public_key` is the COSE key, base64url, that the caller holds for `assertion.credential`. The
    signature counter is not judged: passkeys that are synchronised always say 0.
    """
    _check_client_data(assertion.client_data, challenge, site.origin)
    _check_authenticator_data(assertion.authenticator_data, site.rp_id)
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    cose.check(unb64(public_key), assertion.signature, signed)


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("client data names a field twice")
    return found


def _check_client_data(data: bytes, challenge: bytes, origin: str) -> None:
    """WebAuthn L3 §7.2, steps on clientDataJSON. Fields browsers may add later are let pass."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except Malformed:
        raise
    except (ValueError, RecursionError) as wrong:
        raise Malformed("client data is not JSON") from wrong
    if not isinstance(found, dict):
        raise Malformed("client data is not an object")
    if found.get("type") != "webauthn.get":
        raise BadSignature("the passkey answered another question than a signature")
    said = found.get("challenge")
    if len(challenge) != CHALLENGE_BYTES or not isinstance(said, str):
        raise BadSignature("the passkey signed no challenge of ours")
    if said != b64(challenge):
        raise BadSignature("the passkey signed another text")
    if found.get("origin") != origin:
        raise BadSignature("the passkey answered on another page than the pinned one")
    if found.get("crossOrigin", False) is not False or "topOrigin" in found:
        raise BadSignature("the page that asked the passkey was framed by another")


def _check_authenticator_data(data: bytes, rp_id: str) -> None:
    if len(data) < 37:
        raise Malformed("authenticator data is cut short")
    if data[:32] != hashlib.sha256(rp_id.encode()).digest():
        raise BadSignature("the passkey belongs to another site")
    flags = data[32]
    if not flags & _UP or not flags & _UV:
        raise BadSignature("the passkey did not verify that a person was there")
    if flags & _BS and not flags & _BE:
        raise Malformed("authenticator data says backed up of a key that cannot be")
    # Extensions are signed with the rest and mean nothing here, so their CBOR is not read.
    if not flags & (_AT | _ED) and len(data) != 37:
        raise Malformed("authenticator data has something behind it")
