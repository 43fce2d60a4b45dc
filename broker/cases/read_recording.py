"""Somebody looks at a recording, and says why: that he did is a record before he sees a byte."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from audit import recording as rec
from audit.errors import BadSignature, Malformed
from audit.instant import whole_ms
from audit.open_recordings import open_one
from audit.playable import Playable, playable
from audit.recording import SegmentLeaf
from audit.recording_rules import WINDOW
from audit.records import RecordRead
from broker.cases.deny import attempt, not_there
from broker.cases.located import session_tenant
from broker.cases.note_reading import note_reading
from broker.cases.see_playbacks import PlaybacksView, see_playbacks
from broker.domain.people import Action, Person, Who
from broker.domain.playing import basis, may_play, reason_of
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import channels, people, playbacks, recordings
from broker.store.about import Moments, moments_of
from broker.store.database import Work
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")
MAX_SHOWN_BYTES = (
    64 * 1024 * 1024
)  # of output: what a page can play; more is opened with `verbale-verify open`


@dataclass(frozen=True, slots=True)
class Seen:
    """A recording as its list shows it, of what is sealed so far, which begins at `first`. `windows`: pictures that
    leave some out."""

    told: Recorded
    seconds: int
    out_bytes: int
    first: datetime | None = None
    secrets: int = 0
    windows: int = 0


@dataclass(frozen=True, slots=True)
class RecordingsView:
    """A session's recordings in the order in which they began, what stands of leaves to play them, whether he
    may, and which ADS could be let. `kinds`: of its channels, by id, which is that of their recording. `moments` are
    there for whoever may play."""

    session: str
    lines: list[Seen]
    kinds: dict[str, str]
    playbacks: PlaybacksView
    may_play: bool
    ads: list[Person]
    moments: Moments | None = None


async def see_recordings(parts: Parts, who: Who, session: str) -> RecordingsView:
    """What they show is not read."""
    tenant = await session_tenant(parts, who, Action.SEE_RECORDINGS, session)
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await of_session(work, tenant, session)
        stands = await see_playbacks(work, who, tenant, at, session)
        ads = await people.tenant_people(work, tenant, role="ads")
        kinds = await channels.kinds(work, tenant, session)
    lines = [await asyncio.to_thread(seen, parts, one) for one in found]
    may = may_play(stands.found, who, session, at)
    moments = None
    if may:
        async with parts.store.read() as work:
            moments = await moments_of(
                work, tenant, session, parts.keys.wrapping_key(), own=who.tenant == tenant
            )
        await note_reading(parts, who, tenant, "session", session)
    return RecordingsView(session, lines, kinds, stands, may, ads, moments)


async def of_session(work: Work, tenant: str, session: str) -> list[Recorded]:
    return [one for one in await recordings.every(work, tenant) if one.session == session]


def seen(parts: Parts, one: Recorded) -> Seen:
    leaves = [
        SegmentLeaf.parse(x) for x in RecordingFolder(parts.settings.state, one.tenant, one.id).leaves()
    ]
    length = (leaves[-1].last - leaves[0].first).total_seconds() if leaves else 0
    first = leaves[0].first if leaves else None
    covered = sum((Counter(dict(leaf.masked)) for leaf in leaves), Counter[str]())
    windows = covered.pop(WINDOW, 0)
    out_bytes = sum(leaf.out_bytes for leaf in leaves)
    return Seen(one, int(length), out_bytes, first, covered.total(), windows)


async def read_recording(parts: Parts, who: Who, session: str, recording: str, reason: str) -> Playable:
    """As players read it, each segment checked against its leaf on the way."""
    told, identity = await _asked(parts, who, session, recording, reason)
    if identity is None:
        raise Refused(Why.RECORDING_ERASED)
    if (await asyncio.to_thread(seen, parts, told)).out_bytes > MAX_SHOWN_BYTES:
        raise Refused(Why.TOO_LARGE, field="recording", limit=f"{MAX_SHOWN_BYTES >> 20} MiB")
    await _record(parts, who, told, reason, "recording")
    return await asyncio.to_thread(opened, parts, told, identity)


async def clear_screen(parts: Parts, who: Who, session: str, recording: str, reason: str) -> None:
    """A screen is shown blurred; to see it as it was is an act of its own, with its own reason (L-49)."""
    told, identity = await _asked(parts, who, session, recording, reason)
    if identity is None:
        raise Refused(Why.RECORDING_ERASED)
    await _record(parts, who, told, reason, "recording_clear")


async def _asked(
    parts: Parts, who: Who, session: str, recording: str, reason: str
) -> tuple[Recorded, str | None]:
    """The recording and what opens it, for whoever may play it for this reason."""
    tenant = await session_tenant(parts, who, Action.READ_RECORDING, session)
    async with attempt(parts, who, "records", tenant):
        reason_of(who, reason)
        async with parts.store.read() as work:
            basis(await playbacks.every(work, tenant), who, session, reason, parts.clock.now())
            told = await recordings.find(work, tenant, recording)
            identity = await recordings.identity(work, tenant, recording, parts.keys.wrapping_key())
    if told is None or told.session != session:
        raise await not_there(parts, who, "records")
    return told, identity


async def _record(parts: Parts, who: Who, told: Recorded, reason: str, what: str) -> None:
    """The leave is looked at once more where the record is written: it may have been withdrawn meanwhile."""
    async with (
        attempt(parts, who, "records", told.tenant),
        parts.store.tx(told.tenant, whole_ms(parts.clock.now())) as tx,
    ):
        leave = basis(await playbacks.every(tx.work, told.tenant), who, told.session, reason, tx.at)
        record = RecordRead(who.person, what, who.terminal, told.id, reason, leave)
        await tx.append(record, actor=who.actor, host=told.host)


def opened(parts: Parts, told: Recorded, identity: str) -> Playable:
    """As players read it. `Refused` where a segment is not the one its leaf tells of."""
    kept = RecordingFolder(parts.settings.state, told.tenant, told.id).files()
    files = {f"{rec.folder(told.id)}/{name}": data for name, data in kept.items()}
    try:
        return playable(open_one(files, told.id, identity).pieces if files else [])
    except (Malformed, BadSignature, OSError) as wrong:
        _log.exception("the recording %s does not open", told.id)
        raise Refused(Why.RECORDING_DAMAGED) from wrong
