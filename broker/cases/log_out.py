"""End a login: by its owner, or because its time has passed."""

from __future__ import annotations

from audit.person_records import LoginEnded
from audit.record import BROKER, Actor
from broker.domain.people import Who
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins, people
from broker.store.logins import WebSession


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


async def expired_logins(parts: Parts) -> list[WebSession]:
    """Logins whose twelve hours are over, each for `end_expired_login`. For the broker's regular tick."""
    async with parts.store.read() as work:
        return await logins.expired_sessions(work, parts.clock.now())


async def end_expired_login(parts: Parts, session: WebSession) -> None:
    """Record that it ended."""
    async with parts.store.read() as work:
        person = await people.find_person(work, session.person)
    if person is None:
        return
    async with parts.store.tx(person.tenant, parts.clock.now()) as tx:
        if await logins.end_session(tx, session.token):
            actor = Actor(person.id, person.role) if person.active else BROKER
            await tx.append(LoginEnded(person.id, session.terminal), actor=actor)
