"""Let a command line in: a code that the browser of whoever is logged in shows him, good once, for minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.log_in import PASSKEY_LASTS, spend_ceremony
from broker.cases.start_login import LoggedIn, Try, bear, from_terminal, start_login, turned_away
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import ceremonies, logins, people
from broker.store.ceremonies import Ceremony

METHOD = "command_line"
_PURPOSE = "command_line"


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """`until`: when a login begun with it ends, which is when the browser's own does."""

    code: str
    expires: datetime
    until: datetime


async def give_code(parts: Parts, who: Who, token: str) -> CodeGiven:
    """To whoever came by passkey or password: a login by code gives no other one, or it would never end."""
    if who.method == METHOD:
        raise Refused(Why.BROWSER_NEEDED)
    code = new_secret(parts.chance.octets(SECRET_BYTES))
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        session = await logins.find_session(tx.work, digest_of(token))
        if session is None:
            raise Refused(Why.LOGIN_NEEDED)
        expires = min(tx.at + PASSKEY_LASTS, session.expires)
        data = {"session": session.token}
        await ceremonies.put(tx, digest_of(code), Ceremony(_PURPOSE, who.person, who.tenant, data, expires))
    return CodeGiven(code, expires, session.expires)


async def log_in_by_code(parts: Parts, code: str, terminal: str, browser: str = "") -> LoggedIn:
    """As the person who was given it, while he is still logged in there; proved as lately as he was there."""
    tried = Try(METHOD, terminal, (from_terminal(METHOD, terminal),))
    await bear(parts, tried)
    ceremony = await spend_ceremony(parts, code)
    if ceremony is None or ceremony.purpose != _PURPOSE or ceremony.person is None:
        raise await turned_away(parts, tried, None, Why.NOT_RECOGNISED)
    async with parts.store.read() as work:
        person = await people.find_person(work, ceremony.person)
        session = await logins.find_session(work, ceremony.data["session"])
    at = parts.clock.now()
    if person is None or not person.active or session is None or session.expires <= at:
        raise await turned_away(parts, tried, person, Why.EXPIRED)
    async with parts.store.tx(person.tenant, at) as tx:
        keys = await people.credentials(tx.work, person.tenant, person.id, "login")
        demo = any(one.demo_software for one in keys)
        return await start_login(
            tx, parts, person, METHOD, terminal, demo_software=demo, until=session.expires,
            proved=session.proved, browser=browser,
        )  # fmt: skip
