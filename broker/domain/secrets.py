"""Secrets that are given out once and kept only as a digest."""

from __future__ import annotations

import hashlib
import hmac

from audit.canonical import b64

_CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs, none easily taken for another


SECRET_BYTES = 32


def new_secret(octets: bytes) -> str:
    """32 unpredictable bytes as text for a link, a cookie or a form."""
    assert len(octets) == SECRET_BYTES
    return b64(octets)


def digest_of(secret: str) -> str:
    """What is kept instead: SHA-256 in hex. 256 bits of chance need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derived(key: bytes, purpose: str, state: str) -> bytes:
    """32 bytes only the broker can make again, and only from a state it doesn't keep."""
    return hmac.digest(key, f"verbale/{purpose}/v1\n{state}".encode(), "sha256")


def code_text(octets: bytes) -> str:
    """80 bits as four groups of four signs, for people to copy: ``ABCD-EFGH-JKLM-NPQR``."""
    number = int.from_bytes(octets[:10], "big")
    signs = "".join(_CODE_SIGNS[number >> shift & 31] for shift in range(75, -5, -5))
    return "-".join(signs[i : i + 4] for i in range(0, 16, 4))


def read_code(typed: str) -> str:
    """A typed code in its one form; blanks, dashes and letter case don't matter to people."""
    signs = "".join(c for c in typed if c not in " -\t\r\n").upper()
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))
