"""A sealed bundle: its texts and reports under keys that only the titolare's identity opens (FORMAT.md §13).

Pure. The keys themselves are age files, which `age_keys` opens; what comes out is the plain bundle,
byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.bundle import sums
from audit.bundle_files import SUMS
from audit.errors import BadSignature

NONCE_BYTES = 12
KEY_BYTES = 32
OVERHEAD = NONCE_BYTES + 16  # nonce and tag
_TAG = b"verbale/sealed/v1\n"
_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_KEY = re.compile(rf"keys/({_ID})\.age")
_SEALED = re.compile(rf"sealed/({_ID})/((?:openings|reports)/.+)")


def key_name(subject: str) -> str:
    return f"keys/{subject}.age"


def sealed_name(subject: str, name: str) -> str:
    return f"sealed/{subject}/{name}"


def subject_of_key(name: str) -> str | None:
    """Whose key file this is; None for another file."""
    found = _KEY.fullmatch(name)
    return None if found is None else found[1]


def split(name: str) -> tuple[str, str] | None:
    """(subject, plain name) of a sealed file; None for another file."""
    found = _SEALED.fullmatch(name)
    return None if found is None else (found[1], found[2])


def seal(key: bytes, nonce: bytes, name: str, data: bytes) -> bytes:
    """The bytes under `sealed_name`; bound to the plain name, so none can take another's place."""
    return nonce + AESGCM(key).encrypt(nonce, data, _TAG + name.encode())


def unseal(key: bytes, name: str, data: bytes) -> bytes:
    """`BadSignature` for another key, name, or a byte changed."""
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _TAG + name.encode())
    except (InvalidTag, ValueError) as wrong:
        raise BadSignature(f"{name} does not open with its key") from wrong


def opened(files: Mapping[str, bytes], keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """The plain bundle's files: `keys` are those of the subjects. What has no key here stays out."""
    plain: dict[str, bytes] = {}
    for name in files:
        inside = split(name)
        if inside is not None:
            subject, own = inside
            if subject in keys:
                plain[own] = unseal(keys[subject], own, files[name])
        elif subject_of_key(name) is None and name != SUMS:
            plain[name] = files[name]
    plain[SUMS] = sums(plain)
    return plain
