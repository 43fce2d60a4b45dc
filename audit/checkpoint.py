"""Log heads (C2SP tlog-checkpoint): origin, size and root, and no extension lines."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from audit.errors import BadSignature, Malformed
from audit.keys import SigningKey
from audit.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE
from audit.note import VerifierKey, check_name, parse_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head. `origin` is also the name of the log's key."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_name(self.origin)
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise Malformed("a head's size or root is out of bounds")
        if (self.size == 0) != (self.root == EMPTY_ROOT):
            raise Malformed("the root of the empty tree belongs to the empty tree alone")

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16 or text != str(int(text)):
        raise Malformed("a log size is not a canonical decimal")
    return int(text)


def parse(text: str) -> Checkpoint:
    """Read the one spelling `Checkpoint.text` writes."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise Malformed("a head is three lines: origin, size, root")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except ValueError as wrong:
        raise Malformed("a head's root is not base64") from wrong
    found = Checkpoint(lines[0], parse_size(lines[1]), root)
    if found.text != text:
        raise Malformed("a head in a second spelling")
    return found


def sign(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The head as a signed note, under its origin's name."""
    return sign_note(checkpoint.text, checkpoint.origin, key)


def open_checkpoint(data: bytes, vkey: VerifierKey) -> Checkpoint:
    """The head in a signed note, its signature checked; `Malformed` or `BadSignature`.

    The key's name must be the head's origin, so that no log can speak for another.
    """
    note = parse_note(data)
    note.check(vkey)
    found = parse(note.text)
    if found.origin != vkey.name:
        raise BadSignature("the head belongs to another log than its signature")
    return found
