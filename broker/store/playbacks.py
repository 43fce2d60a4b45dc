"""Leaves to play a session's recordings, as the log tells them: there is no table that could say otherwise."""

from __future__ import annotations

from audit.recording_records import PlaybackAllowed, PlaybackAsked, PlaybackEnded
from broker.domain.playing import AnyPlayback, standing
from broker.store import log
from broker.store.database import Work

_MANY = 1_000_000
KINDS = (PlaybackAsked.KIND, PlaybackAllowed.KIND, PlaybackEnded.KIND)


async def every(work: Work, tenant: str) -> tuple[AnyPlayback, ...]:
    """What was asked for or allowed and not ended, oldest first."""
    return standing(await log.select_leaves(work, tenant, kinds=KINDS, limit=_MANY))


async def find(work: Work, tenant: str, session: str, playback: str) -> AnyPlayback | None:
    found = await every(work, tenant)
    return next((one for one in found if (one.id, one.session) == (playback, session)), None)
