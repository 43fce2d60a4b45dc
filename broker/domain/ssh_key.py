"""An OpenSSH public key line: which keys may open the bastion, and their fingerprint."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from broker.domain.refusal import Refused, Why

MAX_LINE = 4096  # RSA of 16384 bits is 2,800 signs
_MIN_RSA_BITS = 2048
TYPES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)


@dataclass(frozen=True, slots=True)
class PublicSshKey:
    """`line` is type and key without the comment, `digest` SHA-256 of the key in hex."""

    line: str
    fingerprint: str
    digest: str


def _strings(blob: bytes) -> list[bytes]:
    """The length-prefixed strings a key is made of (RFC 4253 §6.6)."""
    found: list[bytes] = []
    at = 0
    while at < len(blob):
        length = int.from_bytes(blob[at : at + 4], "big")
        at += 4 + length
        if at > len(blob):
            raise Refused(Why.BAD_INPUT, field="ssh_key")
        found.append(blob[at - length : at])
    return found


def parse(line: str) -> PublicSshKey:
    """What ``ssh-keygen`` wrote into a ``.pub`` file; `Refused` for anything else."""
    if len(line) > MAX_LINE:
        raise Refused(Why.TOO_LARGE, field="ssh_key", limit=str(MAX_LINE))
    words = line.split(None, 2)
    if len(words) < 2 or words[0] not in TYPES or "\n" in line.strip():
        raise Refused(Why.BAD_INPUT, field="ssh_key")
    try:
        blob = base64.b64decode(words[1], validate=True)
    except ValueError as wrong:
        raise Refused(Why.BAD_INPUT, field="ssh_key") from wrong
    inside = _strings(blob)
    if len(inside) < 2 or inside[0] != words[0].encode():
        raise Refused(Why.BAD_INPUT, field="ssh_key")
    if words[0] == "ssh-rsa" and (
        len(inside) != 3 or int.from_bytes(inside[2], "big").bit_length() < _MIN_RSA_BITS
    ):
        raise Refused(Why.BAD_INPUT, field="ssh_key")
    hashed = hashlib.sha256(blob).digest()
    fingerprint = "SHA256:" + base64.b64encode(hashed).decode().rstrip("=")
    return PublicSshKey(f"{words[0]} {base64.b64encode(blob).decode()}", fingerprint, hashed.hex())
