"""Records of recordings and of whoever plays one back."""

from __future__ import annotations

from dataclasses import dataclass

from audit.channel_records import Channel
from audit.forms import (
    Code,
    Day,
    Digest,
    Id,
    Instant,
)
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class RecordingOpened(Record):
    """Before the channel of that id: its masked output is kept from here on, in a log of its own."""

    KIND, CODE, IT, EN = "recording.opened", "R260", "Registrazione di sessione iniziata", "Recording opened"
    RETAIN = "recording"
    recording: Id  # the channel's own id
    kind: Channel


@dataclass(frozen=True, slots=True, repr=False)
class RecordingCheckpoint(Record):
    """Where the recording's own log stood."""

    KIND, CODE, IT, EN = "recording.checkpoint", "R261", "Testa della registrazione", "Recording's head"
    recording: Id
    segments: int
    root: Digest


@dataclass(frozen=True, slots=True, repr=False)
class RecordingClosed(Record):
    """`outcome`: complete | cut (the channel broke off) | aborted (the broker began again since)."""

    KIND, CODE, IT, EN = "recording.closed", "R262", "Registrazione di sessione finita", "Recording closed"
    recording: Id
    segments: int
    root: Digest
    out_bytes: int  # masked
    masked: int  # secrets covered
    outcome: Code


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackAsked(Record):
    """Somebody of the vendor asks to play a session's recordings (`incident`), or the titolare notes that a
    person whom the session concerns asked for what is kept of it (`access_request`, art. 15)."""

    KIND, CODE, IT, EN = (
        "playback.asked",
        "R263",
        "Visione di una registrazione chiesta",
        "Playback asked for",
    )
    RETAIN = "authorisation"
    playback: Id
    session: Id
    reason: Code  # incident | access_request
    received: Day | None = None  # when that person asked


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackAllowed(Record):
    """`person` may play the recordings of `session` until then: the titolare's leave for an ADS, or a second
    person of the vendor's for the one who asked."""

    KIND, CODE, IT, EN = (
        "playback.allowed",
        "R264",
        "Visione di una registrazione permessa",
        "Playback allowed",
    )
    RETAIN = "authorisation"
    playback: Id
    session: Id
    person: Id
    reason: Code
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackEnded(Record):
    """Turned down, withdrawn before its end, or the request of the person concerned was answered."""

    KIND, CODE, IT, EN = "playback.ended", "R265", "Visione di una registrazione finita", "Playback ended"
    RETAIN = "authorisation"
    playback: Id
