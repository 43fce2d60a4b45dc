"""Digests as people read and type them: the root fingerprint and the short digest."""

from __future__ import annotations

from audit.errors import Malformed

_CHECK_LETTERS = "ACDEFGHJKLMNPRTUVWXYZ34"  # 23, a prime: every slip and swap of neighbours is caught


def _check_letter(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total * 5 + int(digit, 16)) % len(_CHECK_LETTERS)
    return _CHECK_LETTERS[total]


def root_text(full: bytes) -> str:
    """The first 128 bits as 8 groups of four hex digits and a check sign.

    The check sign catches a slip of the finger with one clear sentence; it proves nothing.
    """
    digits = full[:16].hex()
    groups = "-".join(digits[i : i + 4] for i in range(0, 32, 4))
    return f"{groups}-{_check_letter(digits)}"


def parse_root(typed: str) -> bytes:
    """The 16 bytes somebody typed; blanks, dashes and letter case don't matter to people."""
    signs = "".join(c for c in typed if c not in " -\t\n")
    digits, check = signs[:32].lower(), signs[32:].upper()
    if len(signs) != 33 or any(c not in "0123456789abcdef" for c in digits):
        raise Malformed("a root fingerprint is 32 digits 0-9 a-f and one check sign")
    if check != _check_letter(digits):
        raise Malformed("the check sign does not fit: a digit of the root fingerprint was mistyped")
    return bytes.fromhex(digits)


def short_digest(full: bytes) -> str:
    """Sixteen hex digits in groups of four, for the eye only: never compared as proof."""
    digits = full.hex()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))
