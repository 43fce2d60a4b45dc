"""What a witness accepts (C2SP tlog-witness): the head it holds and a new one -> the new head, or a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.merkle import EMPTY_ROOT, MAX_PROOF, check_consistency
from audit.note import VerifierKey

Reason = Literal["malformed", "bad_signature", "stale", "unproven", "fork"]


@dataclass(frozen=True, slots=True)
class Head:
    """What a witness keeps of the last head it cosigned."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class HeadRefused:
    """Why not, and the size the witness holds, from which a log may try again.

    `stale`: the log started from another size than the one held, or went back. `unproven`: the proof
    does not join the two heads; either it is damaged or the log has been rewritten. `fork`: one size,
    two roots, both signed by the log: proof of its breach, to be kept.
    """

    reason: Reason
    size: int


def accept(
    saved: Head | None,
    origin: str,
    note: bytes,
    old_size: int,
    proof: Sequence[bytes],
    vkey: VerifierKey,
) -> Head | HeadRefused:
    """The head to keep (fsynced) *before* cosigning it. Never raises on what the log sent."""
    held = saved or Head(0, EMPTY_ROOT)
    try:
        new: Checkpoint = open_checkpoint(note, vkey)
    except Malformed:
        return HeadRefused("malformed", held.size)
    except BadSignature:
        return HeadRefused("bad_signature", held.size)
    if new.origin != origin:
        return HeadRefused("bad_signature", held.size)
    if new.size == held.size and new.root != held.root:
        return HeadRefused("fork", held.size)
    if old_size != held.size or new.size < held.size:
        return HeadRefused("stale", held.size)
    if len(proof) > MAX_PROOF or not check_consistency(held.size, new.size, proof, held.root, new.root):
        return HeadRefused("unproven", held.size)
    return Head(new.size, new.root)
