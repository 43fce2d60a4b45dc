"""Passwords, invitations and the pages' sessions: what is kept of secrets, by person or by digest.

No tenant is asked for: whoever comes with a secret says nothing else, and the person it belongs to
tells the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from audit import instant
from broker.domain.people import HOUSE_ROLES
from broker.store.database import Work
from broker.store.signin_tables import identities
from broker.store.tables import invitations, passwords, people, tenants, web_sessions
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Password:
    """`totp` is sealed; `totp_last` the last time step that was accepted."""

    person: str
    argon2: str
    totp: bytes
    totp_last: int


@dataclass(frozen=True, slots=True)
class Invitation:
    token: str
    person: str
    invited_by: str | None
    expires: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class WebSession:
    token: str
    person: str
    method: str
    terminal: str
    expires: datetime
    proved: datetime
    rest_s: int | None = None
    browser: str = ""
    acr: str = ""
    provider: str | None = None
    created: datetime | None = None  # None: now, when it is kept


# ----------------------------------------------------------------------------------------- passwords


async def password(work: Work, person_id: str) -> Password | None:
    rows = await work.run(select(passwords).where(passwords.c.person == person_id))
    if not rows:
        return None
    row = rows[0]
    return Password(row.person, row.argon2, bytes(row.totp), row.totp_last)


async def set_password(tx: Tx, new: Password) -> bool:
    """Whether it replaced an older one."""
    values = {"argon2": new.argon2, "totp": new.totp, "totp_last": new.totp_last}
    if await tx.change(update(passwords).where(passwords.c.person == new.person).values(**values)):
        return True
    await tx.change(insert(passwords).values(person=new.person, **values))
    return False


async def forget(tx: Tx, person_id: str) -> None:
    """His password, every link to come in by, and who he is at any provider."""
    await tx.mark(delete(identities).where(identities.c.person == person_id))
    await tx.mark(delete(passwords).where(passwords.c.person == person_id))
    await tx.mark(delete(invitations).where(invitations.c.person == person_id))


async def spend_code(tx: Tx, person_id: str, step: int) -> bool:
    """Count the code of this time step; False if it, or a later one, was counted before."""
    return bool(
        await tx.mark(
            update(passwords)
            .where(passwords.c.person == person_id, passwords.c.totp_last < step)
            .values(totp_last=step)
        )
    )


# --------------------------------------------------------------------------------------- invitations


async def add_invitation(tx: Tx, new: Invitation) -> None:
    """A newer link takes the place of every older one of the same person."""
    await tx.mark(
        update(invitations)
        .where(invitations.c.person == new.person, invitations.c.used.is_(None))
        .values(used=instant.to_text(tx.at))
    )
    await tx.mark(
        insert(invitations).values(
            token=new.token,
            person=new.person,
            invited_by=new.invited_by,
            expires=instant.to_text(new.expires),
        )
    )


async def void_invitations(tx: Tx) -> None:
    """Every link that is still good for somebody of this tenant is none any more."""
    theirs = select(people.c.id).where(people.c.tenant == tx.tenant)
    await tx.mark(
        update(invitations)
        .where(invitations.c.person.in_(theirs), invitations.c.used.is_(None))
        .values(used=instant.to_text(tx.at))
    )


async def spend_invitation(tx: Tx, token: str) -> bool:
    """Whether it was still good: only one of two who come at once gets it."""
    return bool(
        await tx.mark(
            update(invitations)
            .where(
                invitations.c.token == token,
                invitations.c.used.is_(None),
                invitations.c.expires > instant.to_text(tx.at),
            )
            .values(used=instant.to_text(tx.at))
        )
    )


# -------------------------------------------------------------------------------------- web sessions


async def add_session(tx: Tx, new: WebSession, *, house: bool) -> None:
    """With the rest that holds for a person of this tenant from now on."""
    await tx.mark(
        insert(web_sessions).values(
            token=new.token,
            person=new.person,
            method=new.method,
            terminal=new.terminal,
            created=instant.to_text(tx.at),
            expires=instant.to_text(new.expires),
            proved=instant.to_text(new.proved),
            rest_s=await rest_of(tx.work, tx.tenant, house=house),
            browser=new.browser,
            acr=new.acr,
            provider=new.provider,
        )
    )


async def allow_rest(tx: Tx, seconds: int | None) -> None:
    """What the signed rules of this tenant allow: at once where it is less, for its people and the house's."""
    await tx.mark(update(tenants).where(tenants.c.id == tx.tenant).values(rest_s=seconds))
    if seconds is None:
        return
    theirs = select(people.c.id).where(
        or_(people.c.tenant == tx.tenant, people.c.role.in_(sorted(HOUSE_ROLES)))
    )
    longer = or_(web_sessions.c.rest_s.is_(None), web_sessions.c.rest_s > seconds)
    await tx.mark(
        update(web_sessions).where(web_sessions.c.person.in_(theirs), longer).values(rest_s=seconds)
    )


async def rest_of(work: Work, tenant: str, *, house: bool) -> int | None:
    """The strictest that holds for a person of this tenant: who works for the vendor works for every customer."""
    query = select(func.min(tenants.c.rest_s).label("rest_s"))
    rows = await work.run(query if house else query.where(tenants.c.id == tenant))
    return None if rows[0].rest_s is None else int(rows[0].rest_s)


async def prove_again(tx: Tx, token: str) -> None:
    await tx.mark(
        update(web_sessions).where(web_sessions.c.token == token).values(proved=instant.to_text(tx.at))
    )


async def end_session(tx: Tx, token: str) -> bool:
    return bool(await tx.mark(delete(web_sessions).where(web_sessions.c.token == token)))


async def sessions_of(work: Work, person_id: str) -> list[WebSession]:
    rows = await work.run(select(web_sessions).where(web_sessions.c.person == person_id))
    return [_session(row) for row in rows]


async def expired_sessions(work: Work, at: datetime) -> list[WebSession]:
    rows = await work.run(select(web_sessions).where(web_sessions.c.expires <= instant.to_text(at)))
    return [_session(row) for row in rows]


def _session(row: Row[Any]) -> WebSession:
    return WebSession(
        row.token,
        row.person,
        row.method,
        row.terminal,
        instant.parse(row.expires),
        instant.parse(row.proved),
        row.rest_s,
        row.browser,
        row.acr,
        row.provider,
        instant.parse(row.created),
    )


async def find_invitation(work: Work, token: str) -> Invitation | None:
    rows = await work.run(select(invitations).where(invitations.c.token == token))
    if not rows:
        return None
    row = rows[0]
    return Invitation(row.token, row.person, row.invited_by, instant.parse(row.expires), row.used is not None)


async def find_session(work: Work, token: str) -> WebSession | None:
    rows = await work.run(select(web_sessions).where(web_sessions.c.token == token))
    return _session(rows[0]) if rows else None
