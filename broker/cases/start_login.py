"""Let a person in, or turn him away: sessions of the pages, and the records of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.person_records import LoginFailed, LoginSucceeded
from audit.record import NOBODY
from broker.cases.see_rest import rest_left
from broker.domain.people import HOUSE_ROLES, LOGIN_LASTS, Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import estate, failures, logins, people
from broker.store.logins import WebSession
from broker.store.tx import Tx

MOST_BROWSER = 200
NO_HOUSE = "login"  # before set-up there is no log, and nobody who could log in


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """`token` goes into the cookie and nowhere else."""

    who: Who
    token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose wrong guesses are counted together, and how many are borne in fifteen minutes."""

    key: str
    limit: int


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to log in: how, from where, and with whose guesses it counts."""

    method: str
    terminal: str
    subjects: tuple[Subject, ...]


def from_terminal(method: str, terminal: str) -> Subject:
    """Many people may sit behind one address; who guesses passwords there locks out nobody's passkey."""
    return Subject(f"{method}:{terminal}"[:128], 20)


async def start_login(
    tx: Tx,
    parts: Parts,
    person: Person,
    method: str,
    terminal: str,
    *,
    demo_software: bool,
    until: datetime | None = None,
    proved: datetime | None = None,
    browser: str = "",
    acr: str = "",
    provider: str | None = None,
) -> LoggedIn:
    """Inside a transaction of the person's own tenant. `until`: it ends then, if not before. `proved`: when he
    showed who he is, if not now."""
    token = new_secret(parts.chance.octets(SECRET_BYTES))
    expires = tx.at + LOGIN_LASTS if until is None else min(tx.at + LOGIN_LASTS, until)
    said = "".join(sign if sign.isprintable() else " " for sign in browser)[:MOST_BROWSER]
    kept = WebSession(
        digest_of(token), person.id, method, terminal, expires, proved or tx.at, None, said, acr, provider
    )
    await logins.add_session(tx, kept, house=person.role in HOUSE_ROLES)
    who = Who(person.id, person.tenant, person.role, person.name, terminal, method, kept.proved)
    await tx.append(LoginSucceeded(person.id, method, terminal, demo_software), actor=who.actor)
    return LoggedIn(who, token, expires)


async def bear(parts: Parts, tried: Try) -> None:
    """Refuse unjudged who guessed wrong too often.

    The first such try is a record, later ones aren't, so that nobody fills the log by knocking.
    """
    at = parts.clock.now()
    async with parts.store.read() as work:
        over = [s for s in tried.subjects if await failures.count(work, s.key, at) >= s.limit]
        house = await estate.house(work)
    if not over or house is None:
        return
    async with parts.store.tx(house.id, at) as tx:
        if any([await failures.add(tx, s.key) == s.limit + 1 for s in over]):
            await _record(tx, None, tried, Why.TOO_MANY_TRIES)
    raise Refused(Why.TOO_MANY_TRIES)


async def turned_away(parts: Parts, tried: Try, person: Person | None, reason: Why) -> Refused:
    """Record the failed login, in the person's own log or, for a stranger, the house's.

    The refusal to raise is the same for everybody: it tells nobody who exists. `reason` is for the log alone.
    """
    at = parts.clock.now()
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is not None:
        async with parts.store.tx(house.id, at) as tx:
            for subject in tried.subjects:
                await failures.add(tx, subject.key)
            if person is None or person.tenant == house.id:
                await _record(tx, person, tried, reason)
        if person is not None and person.tenant != house.id:
            async with parts.store.tx(person.tenant, at) as tx:
                await _record(tx, person, tried, reason)
    return Refused(Why.NOT_RECOGNISED)


async def _record(tx: Tx, person: Person | None, tried: Try, reason: Why) -> None:
    # Whoever failed to prove who he is acts as nobody, even where he named somebody.
    name = None if person is None else person.id
    await tx.append(LoginFailed(name, tried.method, reason.value, tried.terminal), actor=NOBODY)


async def recognise(
    parts: Parts, token: str | None, terminal: str, *, act: bool = False, rested: bool = False
) -> Who:
    """The caller behind a cookie, or `Refused`: login_needed, and at_rest unless `rested`. `act`: rest begins anew."""
    if not token or len(token) > 64:
        raise Refused(Why.LOGIN_NEEDED)
    async with parts.store.read() as work:
        session = await logins.find_session(work, digest_of(token))
        if session is None or session.expires <= parts.clock.now():
            raise Refused(Why.LOGIN_NEEDED)
        person = await people.find_person(work, session.person)
    if person is None or not person.active:
        raise Refused(Why.LOGIN_NEEDED)
    if rest_left(parts, session) <= timedelta(0):
        if not rested:
            raise Refused(Why.AT_REST)
    elif act:
        parts.acts.note(session.token, parts.clock.now())
    return Who(person.id, person.tenant, person.role, person.name, terminal, session.method, session.proved)
