"""End a login: by its owner, or because its time has passed."""

from __future__ import annotations

from audit.records import BROKER, Actor, LoginEnded
from broker.domain.people import Who
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins, people


async def log_out(parts: Parts, who: Who, token: str) -> None:
    """Only what this very token opened ends; twice is once."""
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        session = await logins.find_session(tx.work, digest_of(token))
        if (
            session is not None
            and session.person == who.person
            and await logins.end_session(tx, session.token)
        ):
            await tx.append(LoginEnded(who.person, who.terminal), actor=who.actor)


async def end_expired_logins(parts: Parts) -> int:
    """Record the end of logins whose twelve hours are over; how many. For the broker's regular tick."""
    at = parts.clock.now()
    async with parts.store.read() as work:
        over = [
            (session, await people.find_person(work, session.person))
            for session in await logins.expired_sessions(work, at)
        ]
    for session, person in over:
        if person is None:
            continue
        async with parts.store.tx(person.tenant, at) as tx:
            if await logins.end_session(tx, session.token):
                actor = Actor(person.id, person.role) if person.active else BROKER
                await tx.append(LoginEnded(person.id, session.terminal), actor=actor)
    return len(over)
