"""The host as witness of the log: answers the heads that come over its link."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.held_head import FORK_FILE, Cosigned, Followed, HeldHead, read_held
from agent.wire import frames
from audit import succession
from audit.canonical import unb64
from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.note import VerifierKey
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

    def log_vkey(self, pins: Pins) -> VerifierKey:
        """The key of the log that is followed now: the pinned one, or one that it led to."""
        to = self._followed(pins)
        return pins.log_vkey if to is None else to.vkey

    def _followed(self, pins: Pins) -> Followed | None:
        to = None if self.held is None else self.held.followed
        return to if to is not None and to.pinned == pins.enrolment.log_vkey else None

    def holds(self, pins: Pins, frame: frames.Head) -> bool:
        """Whether this very head is the one cosigned last."""
        try:
            new = open_checkpoint(frame.checkpoint.encode(), self.log_vkey(pins))
        except (BadSignature, Malformed):
            return False
        return self.head == Head(new.size, new.root)

    def take(
        self, pins: Pins, frame: frames.Head, host: str, at: datetime
    ) -> frames.Cosignature | frames.HeadRefused:
        """Judge the head of a frame, and answer it."""
        proof = tuple(bytes.fromhex(h) for h in frame.proof)
        name = key_name(pins.enrolment.log_origin, host)
        to = self._followed(pins)
        if frame.moved is not None:
            try:
                to = self._next(pins, frame.moved)
            except Malformed:
                return frames.HeadRefused(self.size, "unannounced")
        vkey = pins.log_vkey if to is None else to.vkey
        found = self.offer(vkey, frame.checkpoint.encode(), frame.old_size, proof, name, at, to)
        if isinstance(found, Cosigned):
            return frames.Cosignature(found.size, found.line)
        return frames.HeadRefused(found.size, found.reason)

    def _next(self, pins: Pins, moved: frames.LeafProof) -> Followed:
        """The next log, if the head held here covers the announcement of its key; `Malformed` if not.

        Only what was announced since this log began counts: a key announced in an earlier one and never
        used may be known to whoever had that one's.
        """
        now, to = self.log_vkey(pins), self._followed(pins)
        head = self.head
        if head is None or moved.index < (0 if to is None else to.since):
            raise Malformed("no head of this log covers the announcement")
        proof = [bytes.fromhex(h) for h in moved.proof]
        leaf = unb64(moved.leaf)
        tenant = pins.enrolment.tenant
        vkey = succession.announced(leaf, moved.index, proof, size=head.size, root=head.root, tenant=tenant)
        if not succession.follows(vkey.name, now.name):
            raise Malformed("the log announced is none that can follow")
        return Followed(vkey, head.size, pins.enrolment.log_vkey)
