"""The host is asked for a channel that its technician may have, recorded first where the session is."""

from __future__ import annotations

from agent.wire.file_watch import watch_of
from audit.canonical import b64
from audit.recording_rules import RECORDED_CHANNELS
from broker.cases.record_channel import begin_recording
from broker.domain.active_session import ActiveSession
from broker.live.file_facts import FileFacts
from broker.live.pipe import Pipe
from broker.live.recorder import ChannelRecorder
from broker.parts import Parts
from broker.store import requests, sessions


async def open_channel(parts: Parts, joined: ActiveSession, kind: str, params: dict[str, object]) -> Pipe:
    """`Refused` where the agent says no, is not there, or what has to be recorded cannot be."""
    recorder = await _recorder(parts, joined, kind)
    given = params | joined.params
    if recorder is not None:
        given["recording_salt"] = b64(recorder.salt)
    try:
        return await parts.hub.open_channel(
            joined.host,
            joined.session,
            joined.channel,
            kind=kind,
            params=given,
            salt=joined.salt,
            recorder=recorder,
            files=_watched(joined),
        )
    except BaseException:
        if recorder is not None:
            await recorder.close(whole=True)
        raise


def _watched(joined: ActiveSession) -> FileFacts | None:
    """Reads what crosses a channel for files, as the host does at its end."""
    files, folders = joined.params.get("files"), joined.folders
    return None if files is None else FileFacts(watch_of(str(files), folders[0].folder))


async def _recorder(parts: Parts, joined: ActiveSession, kind: str) -> ChannelRecorder | None:
    if kind not in RECORDED_CHANNELS:
        return None
    async with parts.store.read() as work:
        found = await sessions.load(work, joined.tenant, joined.session)
        asked = await requests.load(work, joined.tenant, found.permit.request)
    if not asked.asked.statement.recording:
        return None
    return await begin_recording(parts, joined.tenant, joined.session, joined.channel, kind)
