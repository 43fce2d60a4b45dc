"""Salted commitments: what is unalterable in the log and erasable outside it (FORMAT.md §5).

The leaf or statement holds the commitment, the opening lives elsewhere and may be destroyed. Never
a bare hash, which can be guessed, and never only a hash of ciphertext, which can be opened two ways.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from audit.canonical import Fields, Value, b64, encode
from audit.errors import Malformed

_TAG = b"verbale/commitment/v1\n"
SALT_BYTES = 32
MAX_OPENING_BYTES = 256 * 1024  # the commercial part of a busy month; texts are far below it


@dataclass(frozen=True, slots=True)
class Opening:
    """The salt and the data that a commitment stands for."""

    salt: bytes
    data: Value

    @property
    def commitment(self) -> str:
        """64 hex digits: SHA-256(tag ‖ salt ‖ canonical data)."""
        if len(self.salt) != SALT_BYTES:
            raise Malformed("a salt is 32 bytes")
        body = encode(self.data, max_bytes=MAX_OPENING_BYTES)
        return hashlib.sha256(_TAG + self.salt + body).hexdigest()

    def opens(self, commitment: str) -> bool:
        return hmac.compare_digest(self.commitment, commitment)

    def to_value(self) -> Value:
        return {"salt": b64(self.salt), "data": self.data}

    @classmethod
    def from_value(cls, value: Value) -> Opening:
        f = Fields(value, "opening")
        salt = f.raw("salt", length=SALT_BYTES)
        data = f.any("data")
        f.done()
        return cls(salt, data)
