"""Statements people sign with a passkey: fields, canonical bytes, digest (FORMAT.md §4).

A statement holds pseudonyms, key material, digests, codes and times, never a name or free text:
those are openings whose commitment stands in `texts`. A statement is known by its digest,
SHA-256("verbale/" + type + "/v1\n" ‖ canonical bytes), and that digest *is* the WebAuthn challenge.
"""

from __future__ import annotations

import hashlib
from typing import ClassVar, Self

from audit.canonical import Fields, Value, decode, encode
from audit.errors import Malformed

MAX_LENGTH_S = 366 * 86_400  # no session or window is longer than a year; sums with it stay in the calendar
MAX_STATEMENT_BYTES = 64 * 1024  # an approver set of a large customer; a request is about 3 KiB


def one_of(found: str, allowed: tuple[str, ...], what: str) -> str:
    """`found` if it is one of the closed list."""
    if found not in allowed:
        raise Malformed(f"{what} is not one of {', '.join(allowed)}")
    return found


def digest(kind: str, data: bytes) -> bytes:
    """The 32 bytes a statement of this type is known by, and the passkey's challenge."""
    return hashlib.sha256(b"verbale/" + kind.encode() + b"/v1\n" + data).digest()


class Statement:
    """What every statement can do. Subclasses give `TYPE`, `to_value` and `from_fields`."""

    __slots__ = ()
    TYPE: ClassVar[str]

    def to_value(self) -> Value:
        raise NotImplementedError

    @classmethod
    def from_fields(cls, f: Fields) -> Self:
        raise NotImplementedError

    def encode(self) -> bytes:
        return encode(self.to_value(), max_bytes=MAX_STATEMENT_BYTES)

    @property
    def digest(self) -> bytes:
        return digest(self.TYPE, self.encode())

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read canonical bytes; every field must be known and of its one spelling."""
        f = Fields(decode(data, max_bytes=MAX_STATEMENT_BYTES), cls.TYPE)
        f.exactly("v", 1)
        f.exactly("type", cls.TYPE)
        found = cls.from_fields(f)
        f.done()
        return found


def without_none(value: dict[str, Value]) -> dict[str, Value]:
    """What is absent has no key: `null` is not a spelling."""
    return {key: item for key, item in value.items() if item is not None}


def chained(number: int, previous: str | None) -> None:
    """Raise `Malformed` unless the first has no predecessor and every later one has."""
    if number < 1 or (number == 1) != (previous is None):
        raise Malformed("number 1 has no predecessor, and every later number names one")
