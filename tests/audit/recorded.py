"""Recordings for worlds: one session whose request says so, its channel's output in sealed segments."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from audit import checkpoint
from audit import recording as rec
from audit.channel_records import ChannelClosed, ChannelOpened
from audit.instant import whole_ms
from audit.keys import SigningKey
from audit.log_records import LogHeartbeat
from audit.recording import SegmentLeaf
from audit.recording_records import RecordingCheckpoint, RecordingClosed, RecordingOpened
from audit.recording_rules import PICTURES, Ground, RecordingRules
from audit.recording_segment import Event, Piece, Sealer, encode_pieces, new_identity, plain_digest, window
from audit.recording_stream import stream_of
from audit.statement_parts import Channel
from tests.audit.world import HOST, ORIGIN, Twist, World, same, seed

RULES = RecordingRules(
    "all",
    Ground("agreement", "Accordo 12/2026", "2026-09-01"),
    Ground("no_employees", "Dichiarazione 3/2026", "2026-09-02"),
)
CHANNEL = "c-00000001"
SALT = seed("recording salt")
OUTPUT = (b"$ systemctl status cups\r\n", b"password=hunter2hunter2\r\n", b"active (running)\r\n$ ")
# A key: an update of unknown count, the screen's size, all of it one red, the end (FORMAT.md §15, Screens).
KEY_PICTURE = (
    struct.pack(">BxH4Hi", 0, 0xFFFF, 0, 0, 8, 6, -223)
    + struct.pack(">4Hi", 0, 0, 8, 6, 7) + b"\x80\xff\0\0"
    + struct.pack(">4Hi", 0, 0, 0, 0, -224)
)  # fmt: skip
# What changed: two blue pixels.
UPDATE = (
    struct.pack(">BxH", 0, 0xFFFF)
    + struct.pack(">4Hi", 1, 1, 2, 1, 7) + b"\x01" + b"\0\0\xff" * 2
    + struct.pack(">4Hi", 0, 0, 0, 0, -224)
)  # fmt: skip
FROZEN = Path(__file__).resolve().parents[1] / "vectors" / "recording.json"


@cache
def identity() -> tuple[str, str]:
    """(identity, recipient) of the tests' recordings."""
    return new_identity()


@cache
def sealed(plain: bytes) -> bytes:
    return Sealer([identity()[1]]).seal(plain)


@cache
def _told() -> dict[str, Any]:
    if FROZEN.exists():
        found: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
        return found
    made, recipient = new_identity()
    return {"identity": made, "recipient": recipient, "segments": []}


def frozen(plain: bytes) -> bytes:
    """The segment of the vectors with these plain bytes: age makes others each time, so they are kept."""
    told = _told()
    for one in told["segments"]:
        if one["plain"] == plain.hex():
            return base64.b64decode(one["stored"])
    stored = Sealer([told["recipient"]]).seal(plain)
    told["segments"].append({"plain": plain.hex(), "stored": base64.b64encode(stored).decode()})
    return stored


def freeze() -> None:
    """Keep what `frozen` was asked for."""
    FROZEN.write_text(json.dumps(_told(), indent=1) + "\n", encoding="utf-8")


@dataclass
class Recorded:
    """The broker's side of one recording, and the host's note in each segment."""

    world: World
    session: str
    channel: str = CHANNEL
    seal: Callable[[bytes], bytes] = sealed
    key: SigningKey = field(default_factory=lambda: SigningKey(seed("recorder")))
    kind: str = "exec"
    leaf: Callable[[SegmentLeaf], SegmentLeaf] = same  # after it was sealed and signed
    leaves: list[SegmentLeaf] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stream = stream_of(self.kind, self.channel, SALT)

    def open(self) -> int:
        return self.tell(RecordingOpened(self.channel, self.kind))

    def tell(self, record: Any) -> int:
        return self.world.append(record, session=self.session, host=HOST)

    def segment(self, *output: bytes, signed: bool = True) -> SegmentLeaf:
        """One more, ten seconds long."""
        start = whole_ms(self.world.now)
        at_ms = int(start.timestamp() * 1000)
        event = Event.SCREEN if self.kind == PICTURES else Event.OUTPUT
        pieces = [window(at_ms, 80, 24)] if event is Event.OUTPUT else []
        for i, data in enumerate(output):
            kept = self.stream.feed(data)
            if kept:
                pieces.append(Piece(at_ms + 1000 * i, event, kept))
        rest, seen, masked = self.stream.finish()
        self.world.wait(seconds=10)
        if rest:
            pieces.append(Piece(at_ms + 10_000, Event.OUTPUT, rest))
        plain = encode_pieces(SALT, pieces)
        stored = self.seal(plain)
        host = seen.sign(self.key, ORIGIN, HOST).decode() if signed else None
        leaf = SegmentLeaf(
            self.channel, seen.n, start, start + timedelta(seconds=10), seen.out_bytes, tuple(masked.items()),
            seen.output, plain_digest(plain), hashlib.sha256(stored).hexdigest(), host,
        )  # fmt: skip
        leaf = self.leaf(leaf)
        self.leaves.append(leaf)
        self.world.recordings[rec.segment_name(self.channel, seen.n)] = stored
        self.keep()
        return leaf

    @property
    def raw(self) -> list[bytes]:
        return [leaf.encode() for leaf in self.leaves]

    def keep(self, raw: list[bytes] | None = None, key: SigningKey | None = None) -> None:
        """`entries` and `head` of these leaves, by default of all."""
        told = self.raw if raw is None else raw
        head = rec.head_of(ORIGIN, self.channel, rec.tree_of(told))
        self.world.recordings |= {
            rec.entries_name(self.channel): b"".join(map(rec.pack_entry, told)),
            rec.head_name(self.channel): checkpoint.sign(head, key or self.world.log_key),
        }

    @property
    def root(self) -> str:
        return rec.tree_of(self.raw).root().hex()

    def check(self) -> int:
        return self.tell(RecordingCheckpoint(self.channel, len(self.leaves), self.root))

    def close(self, outcome: str = "complete", **changed: Any) -> int:
        told = RecordingClosed(
            self.channel, len(self.leaves), self.root, sum(one.out_bytes for one in self.leaves),
            sum(count for one in self.leaves for _, count in one.masked), outcome,
        )  # fmt: skip
        return self.tell(replace(told, **changed))


def recorded_session(
    twist: dict[str, Any] | None = None,
    *,
    act: Callable[[Recorded], Any] = lambda made: made.close(),
    recorded: bool = True,
    output: bool = True,
    **how: Any,
) -> World:
    """One session with one recorded command; `act` comes when its three segments are kept."""
    w = World(Twist(request=lambda one: replace(one, recording=True), **{"witnesses": 1, **(twist or {})}))
    w.onboard()
    w.change_policy(recording=RULES)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    made = Recorded(w, session, **how)
    if recorded:
        made.open()
    if recorded and output:
        for said in OUTPUT[:2]:
            made.segment(said)
        made.check()
        made.segment(OUTPUT[2])
    w.work(session, CHANNEL, 2)
    if recorded:
        act(made)
    return _month_after(w, session)


def screen_session(twist: dict[str, Any] | None = None, *, recorded: bool = True, **how: Any) -> World:
    """One session whose request names a screen: the technician's channel, and that of somebody who watches."""
    w = World(
        Twist(
            request=lambda one: replace(one, channels=(Channel("desktop"),), recording=True),
            **{"witnesses": 1, **(twist or {})},
        )
    )
    w.onboard()
    w.change_policy(recording=replace(RULES, left_out=("banca", "keepass")), channels=("desktop",))
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    made = Recorded(w, session, kind="desktop", **how)
    if recorded:
        made.open()
        made.stream.covered()
        made.segment(KEY_PICTURE, UPDATE)
    channels = {CHANNEL: "browser", "c-00000002": "watch"}
    for channel, via in channels.items():
        w.told(ChannelOpened(channel, "desktop", via, "10.8.0.31", ""), session=session)
    for channel in channels:
        closed = ChannelClosed(
            channel, "desktop", 1, 1, seed(channel).hex(), agrees=True, exit_status=0, received=""
        )
        w.told(closed, session=session)
    if recorded:
        made.close()
    return _month_after(w, session)


def _month_after(w: World, session: str) -> World:
    w.end(session, "closed_by_technician")
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-01"))
    return w
