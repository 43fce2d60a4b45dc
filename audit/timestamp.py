"""RFC 3161 tokens over heads: somebody outside says that a head existed at an instant (FORMAT.md §14).

A token is a whole `TimeStampResp`, as `openssl ts` reads and writes it. Its imprint is the SHA-256 of
the head's text, the three lines a signed note carries: cosignatures may be added later. Needs
`rfc3161-client`, imported only here and only when a token is judged.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from audit.checkpoint import Checkpoint
from audit.errors import Malformed

MAX_TOKEN_BYTES = 64 * 1024  # two kilobytes, and what an authority embeds of its chain
SKEW = timedelta(minutes=5)  # the authority's clock and the broker's
_SHA256 = "2.16.840.1.101.3.4.2.1"


class Issuer(Enum):
    """What a token's signature says of who made it."""

    KNOWN = "known"  # its certificate is for timestamps, and valid then under the pinned authority
    UNKNOWN = "unknown"  # nobody pinned an authority: not compared
    WRONG = "wrong"  # broken, or by somebody else


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. `over_head`: its imprint is that of the head given. `nonce` is the asker's own."""

    at: datetime
    over_head: bool
    issuer: Issuer
    nonce: int | None
    why: str = ""


def available() -> bool:
    """Whether this installation can judge tokens."""
    try:
        import rfc3161_client  # noqa: F401
    except ImportError:
        return False
    return True


def authorities(pem: str) -> list[Any]:
    """The certificates of a `tsa_ca`: one authority at least. `Malformed` if there is none to read."""
    from cryptography import x509  # an agent has no use for it

    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as wrong:
        raise Malformed("the timestamp authority's certificates cannot be read") from wrong


def imprint(head: Checkpoint) -> bytes:
    """What an authority is given to stamp: nothing of the log but the digest of its head's text."""
    return hashlib.sha256(head.text.encode()).digest()


def possible(at: datetime, after: datetime | None, before: datetime) -> bool:
    """Whether a token may bear this hour: after the newest record below its head was written (where that is
    known), and before the broker had it."""
    return (after is None or at >= after - SKEW) and at <= before + SKEW


def read_token(data: bytes, head: Checkpoint, tsa_ca: str | None) -> Token:
    """Judge a token against the head it should be over; `Malformed` for what is none.

    `tsa_ca` is PEM: the authority's root, and intermediates it does not send along. Certificates are
    judged at the token's own instant.
    """
    from rfc3161_client import PKIStatus, decode_timestamp_response

    roots = [] if tsa_ca is None else authorities(tsa_ca)
    if len(data) > MAX_TOKEN_BYTES:
        raise Malformed("a token larger than any authority's")
    try:
        found = decode_timestamp_response(data)
        info = found.tst_info
        at, nonce, said = info.gen_time, info.nonce, info.message_imprint
        granted = found.status == PKIStatus.GRANTED
    except Exception as wrong:
        # A third party's parser on bytes that may be hostile: whatever it throws says that it is no token.
        raise Malformed("not a timestamp token") from wrong
    if not granted:
        raise Malformed("the authority did not grant it")
    over = said.hash_algorithm.dotted_string == _SHA256 and said.message == imprint(head)
    issuer, why = _issuer(found, said.message, roots)
    return Token(at, over, issuer, nonce, why)


def _issuer(token: Any, message: bytes, roots: list[Any]) -> tuple[Issuer, str]:
    from rfc3161_client import VerificationError, VerifierBuilder

    if not roots:
        return Issuer.UNKNOWN, ""
    try:
        VerifierBuilder(roots=roots).build().verify(token, message)
    except (VerificationError, ValueError) as wrong:
        return Issuer.WRONG, str(wrong)
    return Issuer.KNOWN, ""
