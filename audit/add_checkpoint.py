"""The call `add-checkpoint` of C2SP tlog-witness as bytes: what a log asks, and what a witness answers.

A request is ``old <size>``, the consistency proof as lines of standard base64, a blank line, and the
checkpoint as a signed note. Every line ends in LF; one spelling. The answers: 200 with cosignature
lines, 409 with the size the witness holds, else a status alone (`STATUS`).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from audit import checkpoint
from audit.checkpoint import Checkpoint, parse_size
from audit.errors import BadSignature, Malformed
from audit.merkle import HASH_BYTES
from audit.note import MAX_NOTE_BYTES, Note, Signature, VerifierKey, check_cosignature, parse_note
from audit.witness import Reason

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MAX_PROOF_LINES = 63
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096  # the proof's 63 lines are less than 3 KiB
MAX_ANSWER_BYTES = 64 * 1024  # a witness has a few keys, and a post-quantum line is about 3 KiB
MAX_ANSWER_LINES = 64

OK, MALFORMED, UNSIGNED, UNKNOWN_LOG, CONFLICT, UNPROVEN = 200, 400, 403, 404, 409, 422
STATUS: dict[Reason, int] = {
    "malformed": MALFORMED,
    "bad_signature": UNSIGNED,
    "stale": CONFLICT,
    "fork": CONFLICT,
    "unproven": UNPROVEN,
}


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A new head, unchecked, with the proof that it grew from the one of `old_size`.

    `head` is what `note` holds; its signatures are for `witness.accept` to judge.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes
    head: Checkpoint

    def encode(self) -> bytes:
        lines = [f"old {self.old_size}", *(base64.b64encode(h).decode() for h in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note

    @classmethod
    def of(cls, old_size: int, proof: tuple[bytes, ...], note: bytes) -> AddCheckpoint:
        """`Malformed` where no witness could take it."""
        if len(proof) > MAX_PROOF_LINES or any(len(h) != HASH_BYTES for h in proof):
            raise Malformed("a consistency proof is at most 63 hashes")
        head = checkpoint.parse(parse_note(note).text)
        if old_size > head.size:
            raise Malformed("the old size is larger than the checkpoint's")
        return cls(old_size, proof, note, head)

    @classmethod
    def parse(cls, data: bytes) -> AddCheckpoint:
        """Read a request's body, or `Malformed`."""
        if len(data) > MAX_REQUEST_BYTES:
            raise Malformed("a request longer than any checkpoint")
        top, blank, note = data.partition(b"\n\n")
        try:
            first, *hashes = top.decode("ascii").split("\n")
        except UnicodeDecodeError as wrong:
            raise Malformed("a request's first lines are ASCII") from wrong
        if not blank or not first.startswith("old ") or len(hashes) > MAX_PROOF_LINES:
            raise Malformed("a request is an old size, at most 63 hashes, a blank line and a checkpoint")
        found = cls.of(parse_size(first[4:]), tuple(_hash(line) for line in hashes), note)
        if found.encode() != data:
            raise Malformed("a request in a second spelling")
        return found


def _hash(line: str) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except ValueError as wrong:
        raise Malformed("a line of the proof is not base64") from wrong


def size_answer(size: int) -> bytes:
    """The body of a 409."""
    return f"{size}\n".encode()


def parse_size_answer(body: bytes) -> int:
    """The size a witness holds, from the body of a 409; `Malformed`."""
    if len(body) > 32 or not body.endswith(b"\n"):
        raise Malformed("a conflict is answered with one size")
    try:
        return parse_size(body[:-1].decode("ascii"))
    except UnicodeDecodeError as wrong:
        raise Malformed("a size is written in digits") from wrong


def parse_cosignatures(body: bytes) -> tuple[Signature, ...]:
    """The lines of a 200, of whatever keys, unchecked; `Malformed`."""
    if len(body) > MAX_ANSWER_BYTES:
        raise Malformed("an answer longer than anybody's cosignatures")
    try:
        lines = body.decode("utf-8").split("\n")
    except UnicodeDecodeError as wrong:
        raise Malformed("cosignatures are text") from wrong
    if lines.pop() != "" or not 0 < len(lines) <= MAX_ANSWER_LINES:
        raise Malformed("an answer is one or more whole lines")
    return tuple(Signature.parse(f"{line}\n") for line in lines)


def cosignature(body: bytes, head: Checkpoint, vkey: VerifierKey) -> tuple[str, datetime]:
    """This witness's line over that head and its time; lines of other keys are passed over.

    `Malformed`, or `BadSignature` where there is none, or one that does not hold.
    """
    for signature in parse_cosignatures(body):
        if signature.of(vkey):
            return signature.line, check_cosignature(Note(head.text, (signature,)), vkey)
    raise BadSignature("the witness answered with no cosignature of its key")
