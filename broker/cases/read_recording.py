"""The titolare looks at a recording, and says why: that he did is a record before he sees a byte."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from audit import recording as rec
from audit.asciicast import asciicast
from audit.errors import BadSignature, Malformed
from audit.instant import whole_ms
from audit.open_recordings import open_one
from audit.recording import SegmentLeaf
from audit.records import RecordRead
from broker.cases.deny import attempt, not_there
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import recordings
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")
REASONS = ("incident", "dispute", "control", "access_request")
MAX_SHOWN_BYTES = (
    64 * 1024 * 1024
)  # of output: what a page can play; more is opened with `verbale-verify open`


@dataclass(frozen=True, slots=True)
class Seen:
    """A recording as its list shows it. Lengths are of what is sealed so far."""

    told: Recorded
    seconds: int
    out_bytes: int


async def see_recordings(parts: Parts, who: Who, session: str) -> list[Seen]:
    """Those of a session, in the order in which they began. What they show is not read."""
    tenant = await session_tenant(parts, who, Action.READ_RECORDING, session)
    async with parts.store.read() as work:
        found = [one for one in await recordings.every(work, tenant) if one.session == session]
    return [await asyncio.to_thread(_seen, parts, one) for one in found]


def _seen(parts: Parts, one: Recorded) -> Seen:
    leaves = [
        SegmentLeaf.parse(x) for x in RecordingFolder(parts.settings.state, one.tenant, one.id).leaves()
    ]
    length = (leaves[-1].last - leaves[0].first).total_seconds() if leaves else 0
    return Seen(one, int(length), sum(leaf.out_bytes for leaf in leaves))


async def read_recording(parts: Parts, who: Who, session: str, recording: str, reason: str) -> str:
    """An asciicast, each segment checked against its leaf on the way."""
    tenant = await session_tenant(parts, who, Action.READ_RECORDING, session)
    async with attempt(parts, who, "records", tenant):
        if reason not in REASONS:
            raise Refused(Why.BAD_INPUT, field="reason")
        async with parts.store.read() as work:
            told = await recordings.find(work, tenant, recording)
            identity = await recordings.identity(work, tenant, recording, parts.keys.wrapping_key())
    if told is None or told.session != session:
        raise await not_there(parts, who, "records")
    if identity is None:
        raise Refused(Why.RECORDING_ERASED)
    if (await asyncio.to_thread(_seen, parts, told)).out_bytes > MAX_SHOWN_BYTES:
        raise Refused(Why.TOO_LARGE, field="recording", limit=f"{MAX_SHOWN_BYTES >> 20} MiB")
    record = RecordRead(who.person, "recording", who.terminal, recording, reason)
    await parts.store.append(tenant, whole_ms(parts.clock.now()), record, actor=who.actor, host=told.host)
    try:
        return await asyncio.to_thread(_opened, parts, told, identity)
    except (Malformed, BadSignature, OSError) as wrong:
        _log.exception("the recording %s does not open", recording)
        raise Refused(Why.RECORDING_DAMAGED) from wrong


def _opened(parts: Parts, told: Recorded, identity: str) -> str:
    kept = RecordingFolder(parts.settings.state, told.tenant, told.id).files()
    files = {f"{rec.folder(told.id)}/{name}": data for name, data in kept.items()}
    return asciicast(open_one(files, told.id, identity).pieces if files else [])
