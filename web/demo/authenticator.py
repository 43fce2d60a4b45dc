"""DEMO: a passkey in software, for the demo's people and for tests. It verifies nobody.

Who it signs for is marked `demo_software` in every leaf and statement, and agents outside a demo
refuse it. Signatures are deterministic, so that vectors made with it can be made again.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from audit import cose
from audit.approvers import Origin
from audit.canonical import b64
from audit.passkey import Assertion

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_UP_UV = 0x05
_UP_UV_AT = 0x45
AAGUID = b"verbale-demo-key"  # names the maker of the key, so that a registration says what it is


class SoftwareAuthenticator:
    """One ES256 credential made from a seed, for one site. Attestation: none. Counter: always 0."""

    def __init__(self, seed: bytes, site: Origin) -> None:
        secret = int.from_bytes(hashlib.sha512(b"verbale/demo/passkey\n" + seed).digest(), "big")
        self._key = ec.derive_private_key(secret % (_P256_ORDER - 1) + 1, ec.SECP256R1())
        self._site = site
        self._cose = cose.es256(self._key.public_key())
        self.credential = hashlib.sha256(b"verbale/demo/credential\n" + seed).digest()
        self.public_key = b64(self._cose)

    def assertion(self, challenge: bytes) -> Assertion:
        """Say yes to these 32 bytes."""
        client_data = self._client_data("webauthn.get", challenge)
        data = self._authenticator_data(_UP_UV)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return Assertion(self.credential, client_data, data, signature)

    def registration(self, challenge: bytes) -> dict[str, Any]:
        """A RegistrationResponseJSON (WebAuthn L3 §5.1.8.1)."""
        length = len(self.credential).to_bytes(2, "big")
        data = self._authenticator_data(_UP_UV_AT) + AAGUID + length + self.credential + self._cose
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"
        attestation += len(data).to_bytes(2, "big") + data
        response = {
            "clientDataJSON": b64(self._client_data("webauthn.create", challenge)),
            "attestationObject": b64(attestation),
            "transports": ["internal"],
        }
        return self._answer(response)

    def authentication(self, challenge: bytes) -> dict[str, Any]:
        """An AuthenticationResponseJSON (WebAuthn L3 §5.1.8.2)."""
        said = self.assertion(challenge)
        response = {
            "clientDataJSON": b64(said.client_data),
            "authenticatorData": b64(said.authenticator_data),
            "signature": b64(said.signature),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = b64(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        value = {
            "type": kind,
            "challenge": b64(challenge),
            "origin": self._site.origin,
            "crossOrigin": False,
        }
        return json.dumps(value, separators=(",", ":")).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        return hashlib.sha256(self._site.rp_id.encode()).digest() + bytes([flags]) + bytes(4)
