"""What a watcher's page signs while it is open, and what the host asked it (FORMAT.md §4, `supervision`).

The host calls every so often with a number and 32 bytes of chance; the page answers with a signature of
the key that the check-in endorsed. Chance is the host's, so no answer can be made before its call.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from audit.canonical import MAX_INT
from audit.errors import Malformed

NONCE_BYTES = 32
_TAG = b"verbale/watch/v1\n"


@dataclass(frozen=True, slots=True)
class Call:
    """The n-th call to the page of a check-in (its digest). `n` only grows within a session."""

    check_in: bytes
    n: int
    nonce: bytes

    def __post_init__(self) -> None:
        if len(self.check_in) != hashlib.sha256().digest_size or len(self.nonce) != NONCE_BYTES:
            raise Malformed("a call names a check-in and brings 32 bytes of chance")
        if not 0 < self.n <= MAX_INT:
            raise Malformed("calls are counted from 1")

    @property
    def message(self) -> bytes:
        """The bytes an answer signs: tag, digest of the check-in, n in 8 bytes (high byte first), chance."""
        return _TAG + self.check_in + self.n.to_bytes(8, "big") + self.nonce
