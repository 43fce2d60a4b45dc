"""Signed notes and cosignatures (C2SP signed-note, tlog-cosignature/v1): one spelling, Ed25519 only.

A note is text ending in a newline, a blank line, and one signature line per key. Lines of keys nobody
here knows are kept as they are; a line of a known key that does not verify spoils the note.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from audit.errors import BadSignature, Malformed
from audit.keys import PublicKey, SigningKey

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE_BYTES = 256 * 1024  # a head with a cosignature of each of a thousand hosts
MAX_SIGNATURES = 1024
MAX_NAME = 256
_DASH = "\N{EM DASH} "
_COSIGN_HEADER = "cosignature/v1\n"
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last a calendar here can name


def check_name(name: str) -> str:
    """`name` if it may name a key: no blanks, no plus, nothing invisible."""
    if not 0 < len(name) <= MAX_NAME or "+" in name or not name.isprintable() or " " in name:
        raise Malformed("a key name is empty, too long, or holds a blank, a plus or a control sign")
    return name


def _unb64(text: str) -> bytes:
    """Standard base64 with padding, in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as wrong:
        raise Malformed("not base64") from wrong
    if base64.b64encode(data).decode() != text:
        raise Malformed("base64 in a second spelling")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key and what it signs: `ED25519` notes, or `COSIGNATURE` (a witness)."""

    name: str
    type: int
    raw: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.type not in (ED25519, COSIGNATURE) or len(self.raw) != 32:
            raise Malformed("a verifier key is neither Ed25519 nor an Ed25519 cosignature key")

    @classmethod
    def log(cls, name: str, key: PublicKey) -> VerifierKey:
        return cls(name, ED25519, key.raw)

    @classmethod
    def witness(cls, name: str, key: PublicKey) -> VerifierKey:
        return cls(name, COSIGNATURE, key.raw)

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.raw).digest()[:4]

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.raw)

    @property
    def text(self) -> str:
        """The vkey: ``name+<key id, hex>+<base64 of type and key>``."""
        encoded = base64.b64encode(bytes([self.type]) + self.raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        match text.split("+", 2):
            case [name, key_id, encoded]:
                data = _unb64(encoded)
                found = cls(name, data[0] if data else 0, data[1:])
            case _:
                raise Malformed("a vkey is name, key id and key, joined by plus signs")
        if found.key_id.hex() != key_id:
            raise Malformed("the key id of a vkey does not belong to its name and key")
        return found


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; `raw` is what follows the key id."""

    name: str
    key_id: bytes
    raw: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.raw).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read one line, its newline included."""
        found = re.fullmatch(r"\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)\n", line)
        if not found:
            raise Malformed("a signature line is not of the form of a signed note")
        data = _unb64(found[2])
        if len(data) < 5:
            raise Malformed("a signature line holds no signature")
        return cls(check_name(found[1]), data[:4], data[4:])

    def of(self, vkey: VerifierKey) -> bool:
        return self.name == vkey.name and self.key_id == vkey.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """Text and its signatures, none checked yet: see `check` and `check_cosignature`."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        """The bytes `parse_note` reads."""
        return (self.text + "\n" + "".join(s.line for s in self.signatures)).encode()

    def by(self, vkey: VerifierKey) -> Signature:
        """The line of this key, unchecked; `BadSignature` if there is none."""
        for signature in self.signatures:
            if signature.of(vkey):
                return signature
        raise BadSignature("the note is not signed by the key expected")

    def check(self, vkey: VerifierKey) -> None:
        """Return, or raise `BadSignature`. For a witness's key see `check_cosignature`."""
        if vkey.type != ED25519:
            raise BadSignature("a witness's key does not sign notes")
        vkey.public.check(self.by(vkey).raw, self.text.encode())

    def add(self, line: str) -> Note:
        """With one more signature line; it replaces an earlier one of the same key."""
        new = Signature.parse(line)
        others = tuple(s for s in self.signatures if (s.name, s.key_id) != (new.name, new.key_id))
        if len(others) >= MAX_SIGNATURES:
            raise Malformed("a note with more signatures than anybody needs")
        return replace(self, signatures=(*others, new))


def _check_text(text: str) -> str:
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Malformed("a note's text ends in a newline and holds no control signs")
    return text


def parse_note(data: bytes) -> Note:
    """Read a signed note; at least one signature, at most one per key, none checked yet."""
    if len(data) > MAX_NOTE_BYTES:
        raise Malformed("a note longer than anybody needs")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Malformed("a note is not UTF-8") from wrong
    at = whole.rfind("\n\n")
    if at < 0 or not whole.endswith("\n"):
        raise Malformed("a note lacks the blank line before its signatures")
    lines = whole[at + 2 :].split("\n")[:-1]
    if not 0 < len(lines) <= MAX_SIGNATURES:
        raise Malformed("a note has no signature, or more than anybody needs")
    signatures = tuple(Signature.parse(line + "\n") for line in lines)
    if len({(s.name, s.key_id) for s in signatures}) != len(signatures):
        raise Malformed("a note has two signatures of one key")
    return Note(_check_text(whole[: at + 1]), signatures)


def signature_line(text: str, name: str, key: SigningKey) -> str:
    """The line that signs `text`, newline included."""
    vkey = VerifierKey.log(name, key.public)
    return Signature(name, vkey.key_id, key.sign(_check_text(text).encode())).line


def sign_note(text: str, name: str, key: SigningKey) -> bytes:
    """A whole note with this one signature."""
    line = signature_line(text, name, key)
    return (text + "\n" + line).encode()


def _cosigned(text: str, second: int) -> bytes:
    return f"{_COSIGN_HEADER}time {second}\n{text}".encode()


def cosign(head_text: str, name: str, key: SigningKey, at: datetime) -> str:
    """A witness's line for a checkpoint's text: seen at `at`, consistent with all it saw before."""
    vkey = VerifierKey.witness(name, key.public)
    second = int(at.timestamp())
    if not 0 < second <= _LAST_SECOND:
        raise Malformed("a cosignature's time lies outside the calendar")
    raw = second.to_bytes(8, "big") + key.sign(_cosigned(_check_text(head_text), second))
    return Signature(name, vkey.key_id, raw).line


def check_cosignature(note: Note, vkey: VerifierKey) -> datetime:
    """When this witness saw the head, or `BadSignature`."""
    if vkey.type != COSIGNATURE:
        raise BadSignature("a log's key does not cosign")
    raw = note.by(vkey).raw
    if len(raw) != 8 + 64:
        raise BadSignature("a cosignature is a time and an Ed25519 signature")
    second = int.from_bytes(raw[:8], "big")
    if not 0 < second <= _LAST_SECOND:
        raise BadSignature("a cosignature's time lies outside the calendar")
    vkey.public.check(raw[8:], _cosigned(note.text, second))
    return datetime.fromtimestamp(second, UTC)
