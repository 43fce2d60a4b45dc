"""A recorded channel: its recording is in the log before the channel opens, its segments on the disk before
the log tells of them, and where they cannot be kept the session ends."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from audit.age_keys import NoAge
from audit.errors import Malformed
from audit.instant import whole_ms
from audit.keys import PublicKey
from audit.record import BROKER
from audit.recording_records import RecordingCheckpoint, RecordingClosed, RecordingOpened
from audit.recording_segment import Sealer, new_identity
from audit.recording_stream import SALT_BYTES
from broker.cases.end_unrecorded import end_unrecorded
from broker.cases.host_keys import log_origin
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import Refused, Why
from broker.domain.session import Running
from broker.live.recorder import Around, ChannelRecorder, Witness
from broker.parts import Parts
from broker.store import escrow, estate, recordings, sessions
from broker.store.recording_folder import RecordingFolder, require_room
from broker.store.recording_log import Segments
from broker.store.recordings import Recorded

_log = logging.getLogger("verbale.recording")


async def require_recordable(parts: Parts, tenant: str) -> None:
    """`Refused` where a session that has to be recorded could not be now."""
    try:
        async with parts.store.read() as work:
            whose = await escrow.recipient(work, tenant)
        Sealer([new_identity()[1], *([] if whose is None else [whose])])
        await asyncio.to_thread(require_room, parts.settings.state)
    except (OSError, NoAge, Malformed) as wrong:
        _log.exception("nothing can be recorded for %s", tenant)
        raise Refused(Why.RECORDING_UNAVAILABLE) from wrong


async def begin_recording(
    parts: Parts, tenant: str, session: str, channel: str, kind: str
) -> ChannelRecorder:
    """Open it in the log and on the disk, before the host is asked for the channel.

    `Refused` where it cannot be: the channel does not open then, and the session ends.
    """
    try:
        return await _begin(parts, tenant, session, channel, kind)
    except (OSError, NoAge, Malformed) as wrong:
        _log.exception("the recording %s could not be opened", channel)
        await end_unrecorded(parts, tenant, session)
        raise Refused(Why.RECORDING_UNAVAILABLE) from wrong


async def _begin(parts: Parts, tenant: str, session: str, channel: str, kind: str) -> ChannelRecorder:
    salt, (identity, recipient) = parts.chance.octets(SALT_BYTES), new_identity()
    folder = RecordingFolder(parts.settings.state, tenant, channel)
    parts.recordings.claim(channel)
    await asyncio.to_thread(folder.make)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await sessions.load(tx, tenant, session)
        if not isinstance(found, Running):
            raise Refused(Why.SESSION_ENDED, state="ended")
        host = await estate.host(tx.work, tenant, found.permit.host)
        whose = await escrow.recipient(tx.work, tenant)
        if not isinstance(host, EnrolledHost):
            raise Refused(Why.HOST_DIFFERS)
        sealer = Sealer([recipient, *([] if whose is None else [whose])])
        host_origin = await log_origin(tx.work, host)
        n = await tx.append(
            RecordingOpened(recording=channel, kind=kind), actor=BROKER, session=session, host=host.id
        )
        # Of the log that took the record: at the year's turn it is another than the one before it.
        origin = tx.grown.signed.origin
        told = Recorded(tenant, channel, session, host.id, n, origin, closed=False, segments=0, erased=False)
        await recordings.add(tx, told, identity, salt)
        tx.announce("session", session)
    witness = Witness(host_origin or "", host.id, PublicKey.parse(host.recorder_key))
    segments = Segments(folder, sealer, told, parts.keys.log_key(told.origin))
    around = Around(
        parts.clock.now,
        partial(_tell, parts, told),
        partial(end_unrecorded, parts, tenant, session),
        lambda count: parts.hub.audience(session).recorded(channel, count),
        lambda: parts.recordings.remove(channel),
    )
    kept = ChannelRecorder(told, kind, witness, salt, segments, around)
    parts.recordings.add(channel, kept)
    return kept


async def _tell(parts: Parts, told: Recorded, record: RecordingCheckpoint | RecordingClosed) -> None:
    """Once closed nothing more is said of it, and nothing twice."""
    closed = isinstance(record, RecordingClosed)
    async with parts.store.tx(told.tenant, whole_ms(parts.clock.now())) as tx:
        held = await recordings.find(tx, told.tenant, told.id)
        if held is None or held.closed or (not closed and record.segments == held.segments):
            return
        await tx.append(record, actor=BROKER, session=told.session, host=told.host)
        await recordings.advance(tx, told.id, record.segments, closed=closed)
        tx.announce("session", told.session)
