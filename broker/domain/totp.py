"""One-time codes of an authenticator app (RFC 6238, SHA-1, six digits, 30 s), each good once."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime

import pyotp

SECRET_BYTES = 20  # RFC 4226 §4: as long as the hash
_STEP_S = 30
_SLACK = 1  # a phone's clock, and somebody typing


def secret_text(secret: bytes) -> str:
    """As apps take it: base32."""
    return b32encode(secret).decode()


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """The ``otpauth://`` address that an app reads from a QR code."""
    return pyotp.TOTP(secret_text(secret)).provisioning_uri(name=account, issuer_name=issuer)


def accepted_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The time step whose code this is, of those near `at`; spend it, and no earlier one counts again."""
    now = int(at.timestamp()) // _STEP_S
    codes = pyotp.HOTP(secret_text(secret))
    found = None
    for step in range(max(0, now - _SLACK), now + _SLACK + 1):
        # Every step is tried, so that the time taken says nothing.
        if hmac.compare_digest(codes.at(step).encode(), code.encode()):
            found = step
    return found
