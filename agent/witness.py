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
from audit.merkle import EMPTY_ROOT
from audit.note import VerifierKey
from audit.pins import Pins, check_recovery
from audit.signed import SignedStatement
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

    def lost(self, pins: Pins) -> int:
        """Up to which number notes of this host may be missing in the log that is followed; -1 for none."""
        to = self._followed(pins)
        return -1 if to is None else to.lost

    def take(
        self, pins: Pins, frame: frames.Head, host: str, at: datetime, *, acked: int = -1
    ) -> frames.Cosignature | frames.HeadRefused:
        """Judge the head of a frame, and answer it. `acked`: the last note that was ever acknowledged."""
        proof = tuple(bytes.fromhex(h) for h in frame.proof)
        name = key_name(pins.enrolment.log_origin, host)
        to, base = self._followed(pins), None
        try:
            if frame.recovered is not None:
                to, base = self._recovered(pins, frame.recovered, at, acked)
            elif frame.moved is not None:
                to = self._next(pins, frame.moved)
        except (BadSignature, Malformed):
            return frames.HeadRefused(self.size, "unannounced")
        vkey = pins.log_vkey if to is None else to.vkey
        found = self.offer(vkey, frame.checkpoint.encode(), frame.old_size, proof, name, at, to, base)
        if isinstance(found, Cosigned):
            return frames.Cosignature(found.size, found.line)
        return frames.HeadRefused(found.size, found.reason)

    def _recovered(self, pins: Pins, signed: frames.Json, at: datetime, acked: int) -> tuple[Followed, Head]:
        """The log that goes on without records that this host may hold a head of: a titolare signed for it.

        He signed for two heads: nobody may hold a longer one than he was told of, nor another one.
        """
        now = self.log_vkey(pins)
        said = check_recovery(pins, SignedStatement.from_value(signed), self.no_earlier(at))
        vkey = succession.log_key(said.next)
        held = self.head or Head(0, EMPTY_ROOT)
        restored, cosigned = (
            Head(one.size, bytes.fromhex(one.root)) for one in (said.restored, said.cosigned)
        )
        if said.log != now.text or not succession.follows(vkey.name, now.name):
            raise Malformed("the recovery is of another log than the one followed")
        if held.size > cosigned.size or (
            held.size in (cosigned.size, restored.size) and held not in (cosigned, restored)
        ):
            raise Malformed("this host holds a head that the recovery does not tell of")
        base = held if held.size < restored.size else restored
        return Followed(vkey, base.size, pins.enrolment.log_vkey, acked), base

    def _next(self, pins: Pins, moved: frames.LeafProof) -> Followed:
        """The next log, if the head held here covers the announcement of its key; `Malformed` if not.

        Only what was announced since this log began counts: a key announced in an earlier one and never
        used may be known to whoever had that one's.
        """
        from audit.key_announcement import announced  # with every kind of record: once a year

        now, to = self.log_vkey(pins), self._followed(pins)
        head = self.head
        if head is None or moved.index < (0 if to is None else to.since):
            raise Malformed("no head of this log covers the announcement")
        proof = [bytes.fromhex(h) for h in moved.proof]
        leaf = unb64(moved.leaf)
        tenant = pins.enrolment.tenant
        vkey = announced(leaf, moved.index, proof, size=head.size, root=head.root, tenant=tenant)
        if not succession.follows(vkey.name, now.name):
            raise Malformed("the log announced is none that can follow")
        return Followed(vkey, head.size, pins.enrolment.log_vkey, -1 if to is None else to.lost)
