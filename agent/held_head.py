"""One log's last head on a witness's disk: judged, kept with its proof, and only then cosigned.

The same for the agent, which witnesses over its link, and for `verbale-witness`, which does over HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.pins_store import StateDamaged, write_file
from audit import instant, note, witness
from audit.canonical import Fields, Value, decode, encode
from audit.checkpoint import parse as parse_head
from audit.errors import Malformed
from audit.keys import SigningKey
from audit.note import MAX_NOTE_BYTES, Note, VerifierKey, parse_note
from audit.witness import Head, HeadRefused

HEAD_FILE = "witness.json"
FORK_FILE = "fork.note"


@dataclass(frozen=True, slots=True)
class Followed:
    """The log that was followed to, from the one `pinned` (a vkey): its key, and the size at which it began here.

    `lost`: notes of this host up to that number may have gone with records of the log (-1: none).
    """

    vkey: VerifierKey
    since: int
    pinned: str
    lost: int = -1


@dataclass(frozen=True, slots=True)
class Held:
    """The head cosigned last, when, and the log's own signature under it: nobody can deny it."""

    head: Head
    at: datetime
    note: str
    followed: Followed | None = None


@dataclass(frozen=True, slots=True)
class Cosigned:
    """`line` is the cosignature over the head of `size`, its newline included."""

    size: int
    line: str


class HeldHead:
    """In `folder`, which exists; one process at a time."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self._path = folder / HEAD_FILE
        self._fork = folder / FORK_FILE
        self._key = key
        self.held = read_held(folder)

    @property
    def head(self) -> Head | None:
        return None if self.held is None else self.held.head

    @property
    def size(self) -> int:
        return 0 if self.held is None else self.held.head.size

    @property
    def forked(self) -> bool:
        """The log once showed two roots for one size. Stays until somebody of the customer acts."""
        return self._fork.exists()

    def no_earlier(self, at: datetime) -> datetime:
        """`at`, or the time of the last cosignature: a clock set back brings no time back."""
        return at if self.held is None else max(at, self.held.at)

    def offer(
        self,
        vkey: VerifierKey,
        data: bytes,
        old_size: int,
        proof: tuple[bytes, ...],
        name: str,
        at: datetime,
        followed: Followed | None = None,
        base: Head | None = None,
    ) -> Cosigned | HeadRefused:
        """Judge a head of the log of `vkey`; it is on disk before the cosignature under `name` exists.

        `base` is the head to go on from where the customer signed for another than the one held.
        """
        found = witness.accept(base or self.head, vkey.name, data, old_size, proof, vkey)
        if isinstance(found, HeadRefused):
            if found.reason == "fork" and base is None and not self.forked:
                write_file(self._fork, data)  # signed by the log itself: the proof of its breach
            return found
        when = self.no_earlier(at)
        seen = parse_note(data)
        self._keep(Held(found, when, Note(seen.text, (seen.by(vkey),)).data.decode(), followed))
        return Cosigned(found.size, note.cosign(seen.text, name, self._key, when))

    def _keep(self, held: Held) -> None:
        value: dict[str, Value] = {"at": instant.to_text(held.at), "note": held.note}
        if held.followed is not None:
            to = held.followed
            value["followed"] = {
                "vkey": to.vkey.text, "since": to.since, "pinned": to.pinned, "lost": to.lost,
            }  # fmt: skip
        write_file(self._path, encode(value, max_bytes=2 * MAX_NOTE_BYTES))
        self.held = held


def read_held(folder: Path) -> Held | None:
    """What is kept in `folder`; `StateDamaged` where it cannot be read."""
    path = folder / HEAD_FILE
    if not path.exists():
        return None
    try:
        f = Fields(decode(path.read_bytes(), max_bytes=2 * MAX_NOTE_BYTES), "witness")
        at, text, to = instant.parse(f.text("at")), f.text("note"), f.opt_mapping("followed")
        f.done()
        followed = None if to is None else _followed(to)
        head = parse_head(parse_note(text.encode()).text)
    except Malformed as wrong:
        raise StateDamaged(path, "not the last head") from wrong
    return Held(Head(head.size, head.root), at, text, followed)


def _followed(value: Value) -> Followed:
    f = Fields(value, "followed log")
    found = Followed(
        VerifierKey.parse(f.text("vkey")), f.integer("since"), f.text("pinned"), f.integer("lost")
    )
    f.done()
    return found
