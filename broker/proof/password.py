"""Passwords as argon2id: slow on purpose, and as slow for people who don't exist."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SALT_BYTES = 16
_HASHER = PasswordHasher()  # RFC 9106 §4, the second recommended option: 64 MiB, 3 passes


def hashed(password: str, salt: bytes) -> str:
    return _HASHER.hash(password, salt=salt)


@cache
def of_nobody() -> str:
    """A hash to check against when there is none, so that a guess at an unknown address costs the same."""
    return hashed("nobody", bytes(SALT_BYTES))


def matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
