"""Where somebody is logged in now, and ending that: his own, or those of whoever one may let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.person_records import LoginEnded
from broker.cases.deny import allow, attempt
from broker.domain.people import Action, Who, lets_in
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import estate, logins, people, providers
from broker.store.logins import WebSession
from broker.store.tx import Tx

_ID_SIGNS = 16  # of the token's digest: enough to tell them apart, and nothing to come in by


@dataclass(frozen=True, slots=True)
class LoginView:
    """`used`: the last act that the broker knows of. `terminal` as the access log has it, `browser` as it says it is.
    `provider`: its name, where he came by one, and `acr` what level it said."""

    id: str
    since: datetime
    used: datetime
    until: datetime
    proved: datetime
    method: str
    provider: str
    acr: str
    terminal: str
    browser: str
    here: bool


async def see_logins(parts: Parts, who: Who, token: str) -> list[LoginView]:
    """One's own, this one first, then the one used last."""
    async with parts.store.read() as work:
        found = await logins.sessions_of(work, who.person)
        names = {one.id: one.name for one in await providers.of_tenant(work, who.tenant)}
    here, now = digest_of(token), parts.clock.now()
    views = [_view(parts, one, names, here) for one in found if one.expires > now]
    return sorted(views, key=lambda one: (one.here, one.used), reverse=True)


async def end_login(parts: Parts, who: Who, login: str) -> None:
    """One of one's own."""
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        found = [one for one in await logins.sessions_of(tx.work, who.person) if _id(one) == login]
        if not found:
            raise Refused(Why.NOT_FOUND)
        await _end(tx, who, found)


async def end_other_logins(parts: Parts, who: Who, token: str) -> int:
    """All of one's own but this one; how many."""
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        found = await logins.sessions_of(tx.work, who.person)
        return await _end(tx, who, [one for one in found if one.token != digest_of(token)])


async def end_logins_of(parts: Parts, who: Who, tenant: str, person: str) -> int:
    """Whoever may let him go may send him out: he comes in again while he is one of its people."""
    await allow(parts, who, Action.DISMISS, tenant, "person")
    async with attempt(parts, who, "person", tenant), parts.store.tx(tenant, parts.clock.now()) as tx:
        place = await estate.tenant(tx.work, tenant)
        found = await people.person(tx.work, tenant, person)
        if place is None or found is None:
            raise Refused(Why.NOT_FOUND)
        lets_in(who, place.kind, led=await people.any_comes_in(tx.work, tenant, "titolare"))
        return await _end(tx, who, await logins.sessions_of(tx.work, person))


async def _end(tx: Tx, who: Who, found: list[WebSession]) -> int:
    ended = 0
    for one in found:
        if await logins.end_session(tx, one.token):
            await tx.append(LoginEnded(one.person, one.terminal), actor=who.actor)
            ended += 1
    return ended


def _id(session: WebSession) -> str:
    return session.token[:_ID_SIGNS]


def _view(parts: Parts, one: WebSession, names: dict[str, str], here: str) -> LoginView:
    used = parts.acts.last(one.token, one.proved)
    provider = names.get(one.provider or "", "")
    return LoginView(
        _id(one), one.created or one.proved, used, one.expires, one.proved, one.method, provider, one.acr,
        one.terminal, one.browser, one.token == here,
    )  # fmt: skip
