"""The one-session secret between the agent and the VNC server it started: RFC 6143 §7.2.2 and its file."""

from __future__ import annotations

SECRET_BYTES = 8  # the protocol takes no more
_FILE_KEY = bytes((23, 82, 107, 6, 35, 78, 88, 7))  # known to all: it hides nothing, the file's mode does


def answer(secret: bytes, challenge: bytes) -> bytes:
    """The 16 bytes that show who knows the secret."""
    return _des(secret, challenge)


def to_file(secret: bytes) -> bytes:
    """As servers read it from a password file."""
    return _des(_FILE_KEY, secret)


def _des(key: bytes, data: bytes) -> bytes:
    """DES in ECB, the key's bits the wrong way round, as VNC has it; thrice the same key is one DES."""
    # Here, for an agent that shows no screen carries nothing for it.
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    turned = bytes(int(f"{one:08b}"[::-1], 2) for one in key.ljust(SECRET_BYTES, b"\0")[:SECRET_BYTES])
    box = Cipher(TripleDES(turned * 3), modes.ECB()).encryptor()  # noqa: S305 - the protocol's own
    return box.update(data) + box.finalize()
