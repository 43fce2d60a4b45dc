"""Somebody looks at a recording, and says why: that he did is a record before he sees a byte."""

from __future__ import annotations

import asyncio
import logging

from audit import recording as rec
from audit.errors import BadSignature, Malformed
from audit.instant import whole_ms
from audit.open_recordings import open_one
from audit.person_records import RecordRead
from audit.playable import Playable, playable
from broker.cases.deny import attempt, not_there
from broker.cases.located import session_tenant
from broker.cases.see_recordings import seen
from broker.domain.people import Action, Who
from broker.domain.playing import basis, reason_of
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import playbacks, recordings
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")
MAX_SHOWN_BYTES = (
    64 * 1024 * 1024
)  # of output: what a page can play; more is opened with `verbale-verify open`


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
