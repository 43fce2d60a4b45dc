"""Step 12, beside the recordings: whoever played one had the leave that this takes (FORMAT.md §15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from audit import instant
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.person_records import RecordRead
from audit.recording_records import PlaybackAllowed, PlaybackAsked, PlaybackEnded, RecordingOpened

VENDOR_LASTS = timedelta(hours=24)  # at most, from the second person's yes
# Who may ask, for what.
_ASKING = frozenset({("owner", "incident"), ("titolare", "access_request")})
# Whose leave is whose: the titolare's is for his ADS, the vendor's for his own people.
_READER = {"titolare": "ads", "owner": "owner"}
_FREE = frozenset({"titolare", "auditor"})  # play without anybody's leave
PLAYED = ("recording", "recording_clear", "extract")  # of what is read, that which takes a leave


class _Asked(NamedTuple):
    session: str
    reason: str
    by: str


class _Allowed(NamedTuple):
    """`role` is of whoever allowed it."""

    session: str
    person: str
    role: str
    until: datetime


class Playbacks:
    """Feed every leaf in order. A record that is out of order counts for nothing else."""

    KINDS = frozenset(
        kind.KIND for kind in (RecordingOpened, PlaybackAsked, PlaybackAllowed, PlaybackEnded, RecordRead)
    )

    PASSED = frozenset({RecordRead.KIND})  # but for what is in `PLAYED`

    def __init__(self, judge: Judgement) -> None:
        self._judge = judge
        self._held: dict[str, _Asked | _Allowed | None] = {}  # None once it is ended
        self._session_of: dict[str, str] = {}  # recording -> session

    def feed(self, leaf: Leaf) -> None:
        match leaf.record:
            case RecordingOpened(recording=recording):
                self._session_of.setdefault(recording, leaf.session or "")
            case PlaybackAsked() as asked:
                if not self._ask(leaf, asked):
                    self._find("playback_order", leaf)
            case PlaybackAllowed() as allowed:
                if not self._allow(leaf, allowed):
                    self._find("playback_order", leaf)
            case PlaybackEnded(playback=playback):
                if not self._end(leaf, playback):
                    self._find("playback_order", leaf)
            case read:
                assert isinstance(read, RecordRead)
                if read.what in PLAYED and not self._may(leaf, read):
                    self._find("played_without_leave", leaf)

    def _find(self, code: str, leaf: Leaf) -> None:
        self._judge.find("RECORDING", code, f"n={leaf.n}")

    def _ask(self, leaf: Leaf, record: PlaybackAsked) -> bool:
        if record.playback in self._held or (leaf.actor.role, record.reason) not in _ASKING:
            return False
        self._held[record.playback] = _Asked(record.session, record.reason, leaf.actor.id)
        return True

    def _allow(self, leaf: Leaf, record: PlaybackAllowed) -> bool:
        role, until = leaf.actor.role, instant.parse(record.until)
        if role == "titolare":
            lawful = record.playback not in self._held
        else:
            asked = self._held.get(record.playback)
            lawful = (
                role == "owner"
                and isinstance(asked, _Asked)
                and (asked.session, asked.reason, asked.by) == (record.session, "incident", record.person)
                and asked.by != leaf.actor.id
                and until <= leaf.time + VENDOR_LASTS
            )
        if lawful:
            self._held[record.playback] = _Allowed(record.session, record.person, role, until)
        return lawful

    def _end(self, leaf: Leaf, playback: str) -> bool:
        """A titolare any, the vendor his own."""
        match self._held.get(playback):
            case _Asked(reason=reason):
                roles = {"titolare", "owner"} if reason == "incident" else {"titolare"}
            case _Allowed(role=role):
                roles = {"titolare", role}
            case _:
                return False
        if leaf.actor.role not in roles:
            return False
        self._held[playback] = None
        return True

    def _may(self, leaf: Leaf, read: RecordRead) -> bool:
        role = leaf.actor.role
        if read.person != leaf.actor.id:
            return False
        held = self._held.get(read.playback or "")
        if read.what != "extract" and role in _FREE and read.playback is None:
            return True
        session = None if read.what == "extract" else self._session_of.get(read.recording or "", "")
        match held:
            case _Asked(reason="access_request"):
                return role == "titolare" and session in (None, held.session)
            case _Allowed():
                named = (held.person, _READER[held.role], held.session) == (read.person, role, session)
                return named and leaf.time < held.until
            case _:
                return False
