"""Come in, or wake the login that is at rest: whoever shows who he is again goes on where he was (L-75)."""

from __future__ import annotations

from datetime import timedelta

from audit.person_records import LoginSucceeded
from broker.cases.see_rest import rest_left
from broker.cases.start_login import LoggedIn, start_login
from broker.domain.people import Person, Who
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins
from broker.store.tx import Tx


async def enter(
    tx: Tx,
    parts: Parts,
    person: Person,
    method: str,
    terminal: str,
    token: str | None,
    *,
    demo_software: bool,
    browser: str = "",
    acr: str = "",
    provider: str | None = None,
) -> LoggedIn:
    """A new login, or the one of `token` again where it is his and at rest: its terminals go on."""
    found = await logins.find_session(tx.work, digest_of(token)) if token and len(token) <= 64 else None
    locked = found is not None and rest_left(parts, found) <= timedelta(0)
    if found is None or not locked or found.person != person.id or found.expires <= tx.at:
        return await start_login(
            tx, parts, person, method, terminal, demo_software=demo_software, browser=browser, acr=acr,
            provider=provider,
        )  # fmt: skip
    assert token is not None
    await logins.prove_again(tx, found.token)
    parts.acts.note(found.token, tx.at)
    who = Who(person.id, person.tenant, person.role, person.name, terminal, found.method, tx.at)
    await tx.append(LoginSucceeded(person.id, method, terminal, demo_software), actor=who.actor)
    return LoggedIn(who, token, found.expires)


async def proved_anew(
    tx: Tx, parts: Parts, who: Who, method: str, token: str, *, demo_software: bool
) -> None:
    """He has shown again who he is in a login that goes on: in the log as an access, by what he showed it."""
    digest = digest_of(token)
    await logins.prove_again(tx, digest)
    parts.acts.note(digest, tx.at)
    await tx.append(LoginSucceeded(who.person, method, who.terminal, demo_software), actor=who.actor)
