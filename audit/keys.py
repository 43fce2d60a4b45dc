"""Ed25519 keys: sign, check, and the text forms in which people and files carry them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.canonical import b64, unb64
from audit.errors import BadSignature, Malformed

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A raw 32-byte Ed25519 public key (RFC 8032)."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise Malformed("an Ed25519 public key is 32 bytes")

    @property
    def text(self) -> str:
        """Unpadded base64url."""
        return b64(self.raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw key, 64 hex digits."""
        return hashlib.sha256(self.raw).hexdigest()

    def check(self, signature: bytes, message: bytes) -> None:
        """Return, or raise `BadSignature`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError) as wrong:
            raise BadSignature("the Ed25519 signature does not match") from wrong

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        return cls(unb64(text))


class SigningKey:
    """An Ed25519 private key made from a 32-byte seed; chance comes from the caller."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise Malformed("an Ed25519 seed is 32 bytes")
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @property
    def seed(self) -> bytes:
        """For the file the key is kept in (0600) and nowhere else."""
        return self._seed

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.text})"
