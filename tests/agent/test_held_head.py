"""A head on a witness's disk: what is kept of it, and that it cannot be denied."""

from __future__ import annotations

from pathlib import Path

from agent.held_head import Cosigned, HeldHead, read_held
from audit import checkpoint, merkle, note
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.keys import SigningKey
from audit.witness import HeadRefused
from tests.agent.orders import AT
from tests.audit.people import LOG_KEY, LOG_VKEY, ORIGIN

KEY = SigningKey(b"w" * 32)


def signed(size: int) -> bytes:
    tree = merkle.Tree()
    for n in range(size):
        tree.append(b"%d" % n)
    return checkpoint.sign(Checkpoint(ORIGIN, size, tree.root()), LOG_KEY)


def test_it_keeps_the_logs_own_signature_and_no_other(tmp_path: Path) -> None:
    """What comes with the head is as long as its sender likes; the proof is one line."""
    many = note.parse_note(signed(3))
    for n in range(20):
        many = many.add(note.cosign(many.text, f"w{n}", SigningKey(bytes([n]) * 32), AT))
    held = HeldHead(tmp_path, KEY)
    assert isinstance(held.offer(LOG_VKEY, many.data, 0, (), "me", AT), Cosigned)
    kept = read_held(tmp_path)
    assert kept is not None
    assert kept.note.encode() == signed(3)
    assert open_checkpoint(kept.note.encode(), LOG_VKEY).size == held.size == 3


def test_nothing_held_and_nothing_kept_of_what_is_refused(tmp_path: Path) -> None:
    held = HeldHead(tmp_path, KEY)
    assert (held.head, held.size, held.forked, held.no_earlier(AT)) == (None, 0, False, AT)
    assert held.offer(LOG_VKEY, signed(3), 2, (), "me", AT) == HeadRefused("stale", 0)
    assert read_held(tmp_path) is None
