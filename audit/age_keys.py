"""Keys in age files (age-encryption.org/v1): sealed for a recipient, opened with an identity. Extra `[recordings]`."""

from __future__ import annotations

from typing import Any

from audit.errors import BadSignature, Malformed

MAX_IDENTITY_BYTES = 64 * 1024


class NoAge(Exception):
    """The package pyrage (extra `verbale[recordings]`) is not installed."""


def sealed_for(recipient: str, key: bytes) -> bytes:
    """An age file that only the recipient's identity opens; `Malformed` for one whose check digits are wrong."""
    found: bytes = _age().encrypt(key, [_recipient(recipient)])
    return found


def check_recipient(recipient: str) -> None:
    """`Malformed` where a sign was mistyped: its check digits tell."""
    _recipient(recipient)


def _recipient(text: str) -> Any:
    age = _age()
    try:
        return age.x25519.Recipient.from_str(text)
    except age.RecipientError as wrong:
        raise Malformed("a recipient that age does not know") from wrong


def opened_with(identity_file: str, data: bytes) -> bytes:
    """What an age file holds. `identity_file` is as `age-keygen` writes it: ``#`` lines, then the key.

    `Malformed` for a file without a key, `BadSignature` where none of them opens it.
    """
    age = _age()
    lines = [line.strip() for line in identity_file.splitlines()]
    try:
        mine = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except age.IdentityError as wrong:
        raise Malformed("an identity that age does not know") from wrong
    if not mine:
        raise Malformed("no identity in the file")
    try:
        found: bytes = age.decrypt(data, mine)
    except age.DecryptError as wrong:
        raise BadSignature("the key does not open with this identity") from wrong
    return found


def _age() -> Any:
    try:
        import pyrage
    except ImportError as missing:
        raise NoAge from missing
    return pyrage
