"""The vendor's second person lets the one who asked play a session's recordings, for a day at most."""

from __future__ import annotations

from audit import instant
from audit.recording_records import PlaybackAllowed
from broker.cases.ask_playback import tell_titolari
from broker.cases.on_playback import on_playback
from broker.domain.people import Action, Who
from broker.domain.playing import second
from broker.parts import Parts


async def second_playback(parts: Parts, who: Who, session: str, playback: str) -> None:
    """`Refused` for whoever asked himself."""
    async with on_playback(parts, who, Action.ASK_PLAYBACK, session, playback) as (tx, found):
        given = second(found, who, tx.at)
        record = PlaybackAllowed(given.id, session, given.person, given.reason, instant.to_text(given.until))
        await tx.append(record, actor=who.actor)
        await tell_titolari(tx, "playback_allowed", session, given.person)
