"""What both ends of a recorded channel count: its output, masked, in segments (FORMAT.md §15).

The host says where a segment ends, and both mask and digest the same bytes with the same marks between
them: so both come to one digest, and the host signs its own.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from audit.canonical import Fields, Value, decode, encode
from audit.errors import BadSignature, Malformed
from audit.forms import DIGEST, ID
from audit.host_note import key_name
from audit.keys import PublicKey, SigningKey
from audit.note import VerifierKey, parse_note, sign_note
from audit.recording_rules import PICTURES, WINDOW

SALT_BYTES = 32
SEGMENT_S = 10.0  # a segment holds no more than this of a recording, so a crash loses no more
SEGMENT_BYTES = 640 * 1024  # of output: what one more message can bring still fits into 1 MiB
SEGMENT_MESSAGES = 4096  # each costs its time and length besides
MAX_SEEN_BYTES = 4096
_TAG = b"verbale/output/v1\n"


@dataclass(frozen=True, slots=True)
class Seen:
    """A segment as one end counted it: `out_bytes` of masked output, and their salted digest. `windows`, which
    the host alone knows: pictures in which it left out what the rules name."""

    recording: str
    n: int
    out_bytes: int
    output: str
    windows: int = 0

    @property
    def text(self) -> str:
        """What the host signs."""
        value: dict[str, Value] = {
            "v": 1,
            "type": "segment_seen",
            "recording": self.recording,
            "n": self.n,
            "out_bytes": self.out_bytes,
            "output": self.output,
        }
        if self.windows:
            value["windows"] = self.windows
        return encode(value).decode() + "\n"

    def sign(self, key: SigningKey, origin: str, host: str) -> bytes:
        """A signed note by the host's recorder key, under its name in the log of that origin."""
        return sign_note(self.text, key_name(origin, host), key)


def output_digest(salt: bytes, recording: str, n: int, data: bytes) -> str:
    """SHA-256 over what makes a segment's output this one and no other's."""
    named = recording.encode() + b"\n" + n.to_bytes(8, "big")
    return hashlib.sha256(_TAG + salt + named + data).hexdigest()


def open_seen(data: bytes, origin: str, host: str, key: PublicKey) -> Seen:
    """What the host signed; `Malformed` for another form, `BadSignature` for another's."""
    if len(data) > MAX_SEEN_BYTES:
        raise Malformed("what a host says of a segment is longer than that can be")
    note = parse_note(data)
    if len(note.signatures) != 1:
        raise Malformed("a segment has exactly one signature of its host")
    f = Fields(decode(note.text[:-1].encode()), "segment as the host saw it")
    f.exactly("v", 1)
    f.exactly("type", "segment_seen")
    found = Seen(
        f.formed("recording", ID),
        f.integer("n"),
        f.integer("out_bytes"),
        f.formed("output", DIGEST),
        f.opt_integer("windows") or 0,
    )
    f.done()
    if found.text != note.text or min(found.n, found.out_bytes, found.windows) < 0:
        raise Malformed("what a host says of a segment cannot be")
    try:
        note.check(VerifierKey.log(key_name(origin, host), key))
    except BadSignature as wrong:
        raise BadSignature("a segment is not signed by its host") from wrong
    return found


class Cover(Protocol):
    """What stands between a channel's output and what is kept of it (`Masker`)."""

    counts: Counter[str]

    def feed(self, data: bytes) -> bytes: ...

    def echo(self, on: bool) -> None: ...  # noqa: FBT001 - as the masker's

    def idle(self) -> bytes: ...

    def flush(self) -> bytes: ...


class NoCover:
    """Of pictures: nothing in them is text that could be covered. What is black in them is so before."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def feed(self, data: bytes) -> bytes:
        return data

    def echo(self, on: bool) -> None:  # noqa: FBT001 - as the masker's
        """Nobody types into pictures."""

    def idle(self) -> bytes:
        return b""

    def flush(self) -> bytes:
        return b""


class MaskedStream:
    """One channel's output at one end. `feed` and `echo` as it comes; `cut` where a segment ends, `finish`
    where the channel does: each gives what came out besides, and the segment."""

    def __init__(self, recording: str, salt: bytes, cover: Cover | None = None) -> None:
        if len(salt) != SALT_BYTES:
            raise ValueError("a recording's salt is 32 bytes")
        from audit.masking import Masker  # an agent that only knows what a segment is carries no patterns

        self._recording = recording
        self._salt = salt
        self._masker = Masker() if cover is None else cover
        self._held = bytearray()  # this segment's output
        self._masked: Counter[str] = Counter()  # up to the last segment's end
        self._n = 0

    @property
    def held_bytes(self) -> int:
        return len(self._held)

    def feed(self, data: bytes) -> bytes:
        """What may be kept of it by now."""
        return self._keep(self._masker.feed(data))

    def echo(self, *, on: bool) -> None:
        self._masker.echo(on)

    def covered(self) -> None:
        """The picture that follows leaves out a window that is not recorded."""
        self._masker.counts[WINDOW] += 1

    def cut(self) -> tuple[bytes, Seen, dict[str, int]]:
        """What came out besides, the segment, and how many secrets of each class were covered in it."""
        return self._end(self._masker.idle())

    def finish(self) -> tuple[bytes, Seen, dict[str, int]]:
        """The channel is over: the last segment, which may be empty."""
        return self._end(self._masker.flush())

    def _keep(self, out: bytes) -> bytes:
        self._held += out
        return out

    def _end(self, rest: bytes) -> tuple[bytes, Seen, dict[str, int]]:
        self._keep(rest)
        digest = output_digest(self._salt, self._recording, self._n, bytes(self._held))
        counts = self._masker.counts - self._masked
        seen = Seen(self._recording, self._n, len(self._held), digest, counts[WINDOW])
        self._masked = self._masker.counts.copy()
        self._held.clear()
        self._n += 1
        return rest, seen, dict(sorted(counts.items()))


def stream_of(kind: str, recording: str, salt: bytes) -> MaskedStream:
    """Of a channel of that kind: text masked, pictures as they are."""
    return MaskedStream(recording, salt, NoCover() if kind == PICTURES else None)
