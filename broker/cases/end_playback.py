"""End what was asked for or allowed of a session's recordings: turn down, withdraw, or say it is answered."""

from __future__ import annotations

from audit.recording_records import PlaybackEnded
from broker.cases.on_playback import on_playback
from broker.domain.people import Action, Who
from broker.domain.playing import check_end
from broker.parts import Parts


async def end_playback(parts: Parts, who: Who, session: str, playback: str) -> None:
    async with on_playback(parts, who, Action.END_PLAYBACK, session, playback) as (tx, found):
        check_end(found, who.role)
        await tx.append(PlaybackEnded(playback), actor=who.actor)
