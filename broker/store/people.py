"""People and what they log in and sign with: rows to domain values and back.

The last part takes no tenant: whoever logs in says nothing but a credential or an e-mail address, and
only the answer tells whose person he is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from audit import instant
from audit.statement_parts import LoginCredential, Technician
from broker.domain.people import Person
from broker.store.database import Work
from broker.store.tables import credentials as credential_rows
from broker.store.tables import people, ssh_keys
from broker.store.tx import Tx

_MAX_SAME_EMAIL = 4  # one consultant for several customers; each costs a password check


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey: `id` and COSE `public_key` are base64url; `kind` is login or signing."""

    id: str
    person: str
    kind: str
    public_key: str
    sign_count: int
    demo_software: bool
    added: datetime


@dataclass(frozen=True, slots=True)
class SshKey:
    """`fingerprint` is SHA256:…, `public_key` the OpenSSH line without comment."""

    fingerprint: str
    person: str
    public_key: str
    added: datetime


# ------------------------------------------------------------------------------------------ people


def _person(row: Row[Any]) -> Person:
    left = None if row.left is None else instant.parse(row.left)
    return Person(row.id, row.tenant, row.role, row.name, row.function, row.email, row.active, left)


async def person(work: Work, tenant: str, person_id: str) -> Person | None:
    rows = await work.run(select(people).where(people.c.tenant == tenant, people.c.id == person_id))
    return _person(rows[0]) if rows else None


async def tenant_people(work: Work, tenant: str, *, role: str | None = None) -> list[Person]:
    """The active people of a tenant, by name."""
    wanted = [people.c.tenant == tenant, people.c.active.is_(True)]
    if role is not None:
        wanted.append(people.c.role == role)
    rows = await work.run(select(people).where(*wanted).order_by(people.c.name, people.c.id))
    return [_person(row) for row in rows]


async def everybody(work: Work, tenant: str) -> list[Person]:
    """Who has left, too: they stay in the records."""
    rows = await work.run(
        select(people).where(people.c.tenant == tenant).order_by(people.c.name, people.c.id)
    )
    return [_person(row) for row in rows]


async def leave(tx: Tx, person_id: str) -> None:
    """Nothing he had lets him in any more; his address, which nobody writes to, goes at once."""
    his = people.c.tenant == tx.tenant, people.c.id == person_id
    await tx.change(
        update(people).where(*his).values(active=False, left=instant.to_text(tx.at), email=person_id)
    )
    await tx.change(
        update(credential_rows)
        .where(credential_rows.c.person == person_id, credential_rows.c.removed.is_(None))
        .values(removed=instant.to_text(tx.at))
    )
    await tx.change(delete(ssh_keys).where(ssh_keys.c.person == person_id))


async def add_person(tx: Tx, new: Person) -> None:
    await tx.change(
        insert(people).values(
            id=new.id,
            tenant=new.tenant,
            role=new.role,
            name=new.name,
            function=new.function,
            email=new.email,
            active=new.active,
            admitted=instant.to_text(tx.at),
        )
    )


# -------------------------------------------------------------------------------------- credentials


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        row.id,
        row.person,
        row.kind,
        row.public_key,
        row.sign_count,
        row.demo_software,
        instant.parse(row.added),
    )


async def credentials(work: Work, tenant: str, person_id: str, kind: str) -> list[Credential]:
    """His passkeys of one kind (login, signing) that count, oldest first."""
    rows = await work.run(
        select(credential_rows)
        .join(people, people.c.id == credential_rows.c.person)
        .where(
            people.c.tenant == tenant,
            credential_rows.c.person == person_id,
            credential_rows.c.kind == kind,
            credential_rows.c.removed.is_(None),
        )
        .order_by(credential_rows.c.added, credential_rows.c.id)
    )
    return [_credential(row) for row in rows]


async def any_comes_in(work: Work, tenant: str, role: str) -> bool:
    """Whether anybody of this role there can log in by passkey."""
    rows = await work.run(
        select(credential_rows.c.id)
        .join(people, people.c.id == credential_rows.c.person)
        .where(
            people.c.tenant == tenant,
            people.c.role == role,
            people.c.active.is_(True),
            credential_rows.c.kind == "login",
            credential_rows.c.removed.is_(None),
        )
        .limit(1)
    )
    return bool(rows)


async def credential_taken(work: Work, credential_id: str) -> bool:
    """Whether anybody ever had it: an id names one key for good."""
    rows = await work.run(select(credential_rows.c.id).where(credential_rows.c.id == credential_id))
    return bool(rows)


async def add_credential(tx: Tx, new: Credential) -> None:
    await tx.change(
        insert(credential_rows).values(
            id=new.id,
            person=new.person,
            kind=new.kind,
            public_key=new.public_key,
            sign_count=new.sign_count,
            demo_software=new.demo_software,
            added=instant.to_text(new.added),
        )
    )


async def remove_credential(tx: Tx, credential_id: str) -> None:
    """The row stays: its id can never name another key."""
    await tx.change(
        update(credential_rows)
        .where(credential_rows.c.id == credential_id)
        .values(removed=instant.to_text(tx.at))
    )


async def counted(tx: Tx, credential_id: str, sign_count: int) -> None:
    """The authenticator's own counter, seen with a login."""
    await tx.mark(
        update(credential_rows).where(credential_rows.c.id == credential_id).values(sign_count=sign_count)
    )


async def technician(work: Work, tenant: str, person_id: str, organisation: str) -> Technician:
    """The technician as a request names him: his login passkeys and SSH keys of this moment."""
    logins = await credentials(work, tenant, person_id, "login")
    keys = await ssh_keys_of(work, tenant, person_id)
    return Technician(
        person_id,
        organisation,
        tuple(LoginCredential(c.id, c.public_key, c.demo_software) for c in logins),
        tuple(k.fingerprint for k in keys),
    )


# ------------------------------------------------------------------------------------------ ssh keys


def _ssh_key(row: Row[Any]) -> SshKey:
    return SshKey(row.fingerprint, row.person, row.public_key, instant.parse(row.added))


async def ssh_keys_of(work: Work, tenant: str, person_id: str) -> list[SshKey]:
    rows = await work.run(
        select(ssh_keys)
        .join(people, people.c.id == ssh_keys.c.person)
        .where(people.c.tenant == tenant, ssh_keys.c.person == person_id)
        .order_by(ssh_keys.c.added, ssh_keys.c.fingerprint)
    )
    return [_ssh_key(row) for row in rows]


async def add_ssh_key(tx: Tx, new: SshKey) -> None:
    await tx.change(
        insert(ssh_keys).values(
            fingerprint=new.fingerprint,
            person=new.person,
            public_key=new.public_key,
            added=instant.to_text(new.added),
        )
    )


async def remove_ssh_key(tx: Tx, person_id: str, fingerprint: str) -> bool:
    return bool(
        await tx.change(
            delete(ssh_keys).where(ssh_keys.c.person == person_id, ssh_keys.c.fingerprint == fingerprint)
        )
    )


# ---------------------------------------------------------------------- before the tenant is known


async def anybody(work: Work) -> bool:
    rows = await work.run(select(func.count()).select_from(people))
    return bool(rows[0][0])


async def find_person(work: Work, person_id: str) -> Person | None:
    rows = await work.run(select(people).where(people.c.id == person_id))
    return _person(rows[0]) if rows else None


async def find_by_email(work: Work, email: str) -> Sequence[Person]:
    """The active people with this address; a consultant may serve several customers."""
    rows = await work.run(
        select(people)
        .where(people.c.email == email, people.c.active.is_(True))
        .order_by(people.c.id)
        .limit(_MAX_SAME_EMAIL)
    )
    return [_person(row) for row in rows]


async def find_login_credential(work: Work, credential_id: str) -> tuple[Credential, Person] | None:
    rows = await work.run(
        select(credential_rows).where(
            credential_rows.c.id == credential_id,
            credential_rows.c.kind == "login",
            credential_rows.c.removed.is_(None),
        )
    )
    if not rows:
        return None
    found = _credential(rows[0])
    whose = await find_person(work, found.person)
    return None if whose is None or not whose.active else (found, whose)


async def find_ssh_key(work: Work, fingerprint: str) -> SshKey | None:
    rows = await work.run(select(ssh_keys).where(ssh_keys.c.fingerprint == fingerprint))
    return _ssh_key(rows[0]) if rows else None
