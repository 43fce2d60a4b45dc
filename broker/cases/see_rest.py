"""How long a login is still awake without an act of its person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins
from broker.store.logins import WebSession


@dataclass(frozen=True, slots=True)
class Rest:
    """`left_s`: whole seconds; 0 where it is locked and asks who is there."""

    person: str
    left_s: int


async def see_rest(parts: Parts, who: Who, token: str) -> Rest:
    async with parts.store.read() as work:
        session = await logins.find_session(work, digest_of(token))
    if session is None:
        raise Refused(Why.LOGIN_NEEDED)
    return Rest(who.person, max(0, int(rest_left(parts, session).total_seconds())))


def rest_left(parts: Parts, session: WebSession) -> timedelta:
    """Until this login is locked, if nobody does anything: by the house's setting, or a customer's stricter one."""
    most = parts.settings.rest_s if session.rest_s is None else min(session.rest_s, parts.settings.rest_s)
    last = parts.acts.last(session.token, session.proved)
    return last + timedelta(seconds=most) - parts.clock.now()
