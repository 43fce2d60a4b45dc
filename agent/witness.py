"""The host as witness of the log: answers the heads that come over its link."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.held_head import FORK_FILE, Cosigned, HeldHead, read_held
from agent.wire import frames
from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.pins import Pins
from audit.witness import Head

__all__ = ["FORK_FILE", "Witness", "read_held"]


class Witness(HeldHead):
    """Of one host, with its witness key."""

    def __init__(self, state_dir: Path, key: SigningKey) -> None:
        super().__init__(state_dir, key)

    @property
    def note(self) -> str | None:
        """The head held, with the log's own signature."""
        return None if self.held is None else self.held.note

    @property
    def floor(self) -> datetime | None:
        """The time of the last cosignature."""
        return None if self.held is None else self.held.at

    def holds(self, pins: Pins, frame: frames.Head) -> bool:
        """Whether this very head is the one cosigned last."""
        try:
            new = open_checkpoint(frame.checkpoint.encode(), pins.log_vkey)
        except (BadSignature, Malformed):
            return False
        return self.head == Head(new.size, new.root)

    def take(
        self, pins: Pins, frame: frames.Head, host: str, at: datetime
    ) -> frames.Cosignature | frames.HeadRefused:
        """Judge the head of a frame, and answer it."""
        proof = tuple(bytes.fromhex(h) for h in frame.proof)
        name = key_name(pins.enrolment.log_origin, host)
        found = self.offer(pins.log_vkey, frame.checkpoint.encode(), frame.old_size, proof, name, at)
        if isinstance(found, Cosigned):
            return frames.Cosignature(found.size, found.line)
        return frames.HeadRefused(found.size, found.reason)
