"""Ask to play a session's recordings: the vendor's first of two, and the titolare for a person it concerns."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from audit.instant import whole_ms
from audit.recording_records import PlaybackAsked
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.playing import note_request
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, outbox, people, playbacks, recordings, sessions
from broker.store.tx import Tx


async def ask_playback(parts: Parts, who: Who, session: str) -> str:
    """Because of an incident; it needs another owner's yes. The titolari are told."""
    tenant = await session_tenant(parts, who, Action.ASK_PLAYBACK, session)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        if not any(one.session == session for one in await recordings.every(tx, tenant)):
            raise Refused(Why.NOT_FOUND)
        for one in await playbacks.every(tx.work, tenant):
            if (one.session, one.reason, one.by.id) == (session, "incident", who.person):
                raise Refused(Why.DUPLICATE)
        name = opaque_id(parts.chance, "v")
        await tx.append(PlaybackAsked(name, session, "incident"), actor=who.actor)
        await tell_titolari(tx, "playback_asked", session, who.person)
        others = await people.tenant_people(tx.work, who.tenant, role="owner")
        request = (await sessions.load(tx, tenant, session)).permit.request
        to = [one.id for one in others if one.id != who.person]
        await outbox.letters(tx, "playback_second", request, to, by=who.person)
        tx.announce("session", session)
    return name


async def tell_titolari(tx: Tx, letter: str, session: str, by: str) -> None:
    """A letter to each about what the vendor does with a session's recordings."""
    request = (await sessions.load(tx, tx.tenant, session)).permit.request
    titolari = await people.tenant_people(tx.work, tx.tenant, role="titolare")
    await outbox.letters(tx, letter, request, (one.id for one in titolari), by=by)


async def note_access_request(parts: Parts, who: Who, session: str, received: date) -> str:
    """Its id, by which the titolare knows whose it is: no name stands in the log."""
    tenant = await session_tenant(parts, who, Action.ANSWER_PERSON, session)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        customer = await estate.tenant(tx.work, tenant)
        assert customer is not None  # whose the session is
        today = tx.at.astimezone(ZoneInfo(customer.zone)).date()
        name = opaque_id(parts.chance, "v")
        noted = note_request(name, session, who, received, tx.at, today)
        await tx.append(PlaybackAsked(noted.id, session, noted.reason, received.isoformat()), actor=who.actor)
        tx.announce("session", session)
    return noted.id
