"""The host as witness of the log: keeps the last head on disk, then cosigns it over the link."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.pins_store import StateDamaged, write_file
from agent.wire import frames
from audit import instant, note, witness
from audit.canonical import Fields, Value, decode, encode
from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.pins import Pins
from audit.witness import Head

WITNESS_FILE = "witness.json"
FORK_FILE = "fork.note"


class Witness:
    """`head` is the last head cosigned, `floor` the time it was cosigned at."""

    def __init__(self, state_dir: Path, key: SigningKey) -> None:
        self._path = state_dir / WITNESS_FILE
        self._fork = state_dir / FORK_FILE
        self._key = key
        self.head, self.floor = read_head(state_dir)

    @property
    def forked(self) -> bool:
        """The log once showed two roots for one size. Stays until somebody of the customer acts."""
        return self._fork.exists()

    @property
    def size(self) -> int:
        return 0 if self.head is None else self.head.size

    def no_earlier(self, at: datetime) -> datetime:
        """`at`, or the time of the last cosignature: a clock set back brings no time back."""
        return at if self.floor is None else max(at, self.floor)

    def holds(self, pins: Pins, frame: frames.Head) -> bool:
        """Whether this very head is the one cosigned last."""
        try:
            new = open_checkpoint(frame.checkpoint.encode(), pins.log_vkey)
        except (BadSignature, Malformed):
            return False
        return self.head == Head(new.size, new.root)

    def offer(
        self, pins: Pins, frame: frames.Head, host: str, at: datetime
    ) -> frames.Cosignature | frames.HeadRefused:
        """Judge a head; the new one is on disk before its cosignature exists."""
        data = frame.checkpoint.encode()
        proof = tuple(bytes.fromhex(h) for h in frame.proof)
        found = witness.accept(
            self.head, pins.enrolment.log_origin, data, frame.old_size, proof, pins.log_vkey
        )
        if isinstance(found, witness.HeadRefused):
            if found.reason == "fork" and not self.forked:
                write_file(self._fork, data)  # signed by the log itself: the proof of its breach
            return frames.HeadRefused(found.size, found.reason)
        when = self.no_earlier(at)
        self._keep(found, when)
        text = note.parse_note(data).text
        name = key_name(pins.enrolment.log_origin, host)
        return frames.Cosignature(found.size, note.cosign(text, name, self._key, when))

    def _keep(self, head: Head, at: datetime) -> None:
        value: Value = {"size": head.size, "root": head.root.hex(), "at": instant.to_text(at)}
        write_file(self._path, encode(value))
        self.head, self.floor = head, at


def read_head(state_dir: Path) -> tuple[Head | None, datetime | None]:
    """The last head this host cosigned, and when."""
    path = state_dir / WITNESS_FILE
    if not path.exists():
        return None, None
    try:
        f = Fields(decode(path.read_bytes()), "witness")
        head = Head(f.integer("size"), bytes.fromhex(f.text("root")))
        at = instant.parse(f.text("at"))
        f.done()
    except (Malformed, ValueError) as wrong:
        raise StateDamaged(path, "not the last head") from wrong
    return head, at
