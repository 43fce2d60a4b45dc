"""Public keys as passkeys give them: COSE_Key in CBOR (RFC 9052), for ES256, EdDSA and RS256.

Only what WebAuthn lets such a key hold is read: a map of small integers to integers and byte strings.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey

ES256 = -7
EDDSA = -8
RS256 = -257
MAX_KEY_BYTES = 2048  # RSA of 8192 bits is 1,040

_LABELS = {ES256: {1, 3, -1, -2, -3}, EDDSA: {1, 3, -1, -2}, RS256: {1, 3, -1, -2}}


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """(major type, argument, next offset); only the shortest spelling of a length is taken."""
    if at >= len(data):
        raise Malformed("a COSE key is cut short")
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    width = {24: 1, 25: 2}.get(short)
    if width is None or at + 1 + width > len(data):
        raise Malformed("a COSE key holds a length no key needs")
    argument = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    if argument < (24, 256)[width - 1]:
        raise Malformed("a COSE key in a second spelling")
    return major, argument, at + 1 + width


def _item(data: bytes, at: int) -> tuple[int | bytes, int]:
    major, argument, at = _head(data, at)
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major == 2 and at + argument <= len(data):
        return data[at : at + argument], at + argument
    raise Malformed("a COSE key holds something no key needs")


def parse(data: bytes) -> dict[int, int | bytes]:
    """The labels of a COSE_Key; `Malformed` for any other CBOR."""
    if len(data) > MAX_KEY_BYTES:
        raise Malformed("a COSE key is longer than any key")
    major, count, at = _head(data, 0)
    if major != 5:
        raise Malformed("a COSE key is not a map")
    found: dict[int, int | bytes] = {}
    for _ in range(count):
        label, at = _item(data, at)
        value, at = _item(data, at)
        if not isinstance(label, int) or label in found:
            raise Malformed("a label of a COSE key is no integer, or stands twice")
        found[label] = value
    if at != len(data):
        raise Malformed("a COSE key has something behind it")
    alg = found.get(3)
    if not isinstance(alg, int) or _LABELS.get(alg) != set(found):
        raise Malformed("a COSE key is not of ES256, EdDSA or RS256")
    return found


def _raw(key: dict[int, int | bytes], label: int, length: int | None = None) -> bytes:
    value = key[label]
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise Malformed("a number of a COSE key has the wrong length")
    return value


def es256(public: ec.EllipticCurvePublicKey) -> bytes:
    """The COSE_Key of a P-256 key."""
    n = public.public_numbers()
    x, y = n.x.to_bytes(32, "big"), n.y.to_bytes(32, "big")
    return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y


def check(data: bytes, signature: bytes, message: bytes) -> None:
    """Return, or raise `BadSignature`; `Malformed` if the key is none."""
    key = parse(data)
    try:
        match key[1], key[3]:
            case 2, -7 if key[-1] == 1:
                numbers = ec.EllipticCurvePublicNumbers(
                    int.from_bytes(_raw(key, -2, 32), "big"),
                    int.from_bytes(_raw(key, -3, 32), "big"),
                    ec.SECP256R1(),
                )
                numbers.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))
            case 1, -8 if key[-1] == 6:
                PublicKey(_raw(key, -2, 32)).check(signature, message)
            case 3, -257:
                _rsa(key).verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            case _:
                raise Malformed("a COSE key's type, curve and algorithm do not belong together")
    except InvalidSignature as wrong:
        raise BadSignature("the passkey's signature does not match") from wrong
    except (Malformed, BadSignature):
        raise
    except ValueError as wrong:
        raise Malformed("a COSE key names no point or number of its kind") from wrong


def _rsa(key: dict[int, int | bytes]) -> rsa.RSAPublicKey:
    n = int.from_bytes(_raw(key, -1), "big")
    e = int.from_bytes(_raw(key, -2), "big")
    if not 2048 <= n.bit_length() <= 8192 or not 3 <= e < 2**32:
        raise Malformed("an RSA key is not of 2048 to 8192 bits")
    return rsa.RSAPublicNumbers(e, n).public_key()
