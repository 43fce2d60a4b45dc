"""Log in with password and one-time code: the fallback of approvers and owner, never of technicians."""

from __future__ import annotations

import asyncio
import hashlib

from broker.cases.log_in_again import enter, proved_anew
from broker.cases.set_password import unsealed
from broker.cases.start_login import (
    LoggedIn,
    Subject,
    Try,
    bear,
    from_terminal,
    turned_away,
)
from broker.domain import totp
from broker.domain.people import Person, Who
from broker.domain.refusal import Why
from broker.parts import Parts
from broker.proof import password as passwords
from broker.store import estate, failures, logins, people
from broker.store.logins import Password
from broker.store.tx import Tx

METHOD = "password_totp"


async def log_in_with_password(
    parts: Parts,
    email: str,
    password: str,
    code: str,
    terminal: str,
    *,
    token: str | None = None,
    browser: str = "",
    again: Who | None = None,
) -> LoggedIn:
    """One answer for every way to fail, and the same work done for people who don't exist. `token`: as by passkey.

    `again`: who shows anew who he is in the login of `token`, which goes on; nobody else gets in by it.
    """
    address = email.strip().lower()
    tried = Try(METHOD, terminal, (from_terminal(METHOD, terminal), as_email(address)))
    await bear(parts, tried)  # who is over the limit already does not even queue
    # One at a time: a limit on guesses holds only if each is counted before the next.
    async with parts.turns.of("password"):
        await bear(parts, tried)
        return await _log_in(parts, tried, address, (password, code), token, browser, again)


async def prove_by_password(parts: Parts, who: Who, password: str, code: str, token: str) -> None:
    """The same login goes on, freshly proved: for what matters."""
    async with parts.store.read() as work:
        person = await people.person(work, who.tenant, who.person)
    email = "" if person is None else person.email
    await log_in_with_password(parts, email, password, code, who.terminal, token=token, again=who)


async def _log_in(
    parts: Parts,
    tried: Try,
    address: str,
    secrets: tuple[str, str],
    token: str | None,
    browser: str,
    again: Who | None,
) -> LoggedIn:
    password, code = secrets
    at = parts.clock.now()
    async with parts.store.read() as work:
        named = await people.find_by_email(work, address)
        kept = [(one, await logins.password(work, one.id)) for one in named]
    candidates = [
        (one, secret)
        for one, secret in kept
        if secret is not None and one.role != "technician" and (again is None or again.person == one.id)
    ]
    owners = await _owners(candidates, password)
    for person, secret in owners:
        step = totp.accepted_step(unsealed(parts.keys.wrapping_key(), person.id, secret.totp), code, at)
        if step is None:
            continue
        async with parts.store.tx(person.tenant, at) as tx:
            fresh = await logins.spend_code(tx, person.id, step)
            entered = await _in(tx, parts, person, tried, token, browser, again) if fresh else None
        if entered is None:
            raise await turned_away(parts, tried, person, Why.REPLAYED)
        await forgive(parts, as_email(address))
        return entered
    # Whose log it belongs to, if it can be told: of one person the password, or at least the address.
    likely = [person for person, _ in owners] or named
    raise await turned_away(parts, tried, likely[0] if len(likely) == 1 else None, Why.NOT_RECOGNISED)


async def _in(
    tx: Tx, parts: Parts, person: Person, tried: Try, token: str | None, browser: str, again: Who | None
) -> LoggedIn:
    if again is None or token is None:
        return await enter(
            tx, parts, person, METHOD, tried.terminal, token, demo_software=False, browser=browser
        )
    await proved_anew(tx, parts, again, METHOD, token, demo_software=False)
    return LoggedIn(again, token, tx.at)


async def _owners(candidates: list[tuple[Person, Password]], password: str) -> list[tuple[Person, Password]]:
    """Whose password it is. One person may serve several customers and use it at each: his code tells
    which, as each has a secret of its own."""
    if not candidates:
        await asyncio.to_thread(passwords.matches, passwords.of_nobody(), password)
    return [
        (person, kept)
        for person, kept in candidates
        if await asyncio.to_thread(passwords.matches, kept.argon2, password)
    ]


def as_email(email: str) -> Subject:
    return Subject(f"email:{hashlib.sha256(email.encode()).hexdigest()}", 5)


async def forgive(parts: Parts, subject: Subject) -> None:
    """Forget the slips of somebody who then proved who he is."""
    at = parts.clock.now()
    async with parts.store.read() as work:
        house = await estate.house(work)
        if house is None or not await failures.count(work, subject.key, at):
            return
    async with parts.store.tx(house.id, at) as tx:
        await failures.clear(tx, subject.key)
