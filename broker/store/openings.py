"""Openings of commitments, sealed under one key per subject, that key wrapped by the broker's own, and
for the titolare's recipient where his rules name one (`escrow`).

Destroying a subject's wrapped key makes every opening of it unreadable, while the log still proves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, Select, insert, select

from audit import instant
from audit.canonical import decode, encode
from audit.commitment import MAX_OPENING_BYTES, Opening
from audit.person_records import PersonAdmitted
from broker.ports import Chance
from broker.store import escrow
from broker.store.database import Work
from broker.store.tables import entries, openings, subject_keys

_NONCE_BYTES = 12
_PAD_TO = 256  # the length of a sealed text then says only its size in quarters of a KiB
_MAX = MAX_OPENING_BYTES + 1024


def _name(*parts: object) -> bytes:
    return "/".join(str(p) for p in parts).encode()


def _unwrapped(tenant: str, subject: str, wrapped: bytes, wrapping: bytes) -> bytes:
    aad = _name("subject", tenant, subject)
    return AESGCM(wrapping).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], aad)


async def _subject_key(work: Work, tenant: str, subject: str, wrapping: bytes, chance: Chance) -> bytes:
    """The subject's own, made with its first opening."""
    rows = await work.run(
        select(subject_keys.c.wrapped).where(
            subject_keys.c.tenant == tenant, subject_keys.c.subject == subject
        )
    )
    if rows:
        return _unwrapped(tenant, subject, bytes(rows[0].wrapped), wrapping)
    key, nonce = chance.octets(32), chance.octets(_NONCE_BYTES)
    wrapped = nonce + AESGCM(wrapping).encrypt(nonce, key, _name("subject", tenant, subject))
    his = escrow.sealed(key, await escrow.recipient(work, tenant))
    await work.change(
        insert(subject_keys).values(tenant=tenant, subject=subject, wrapped=wrapped, titolare=his)
    )
    return key


async def reseal(work: Work, tenant: str, wrapping: bytes) -> None:
    """Every key for the titolare's recipient, as his rules name it now."""
    await escrow.reseal(work, tenant, lambda subject, wrapped: _unwrapped(tenant, subject, wrapped, wrapping))


async def put(
    work: Work, tenant: str, n: int, subject: str, opening: Opening, *, wrapping: bytes, chance: Chance
) -> None:
    key = await _subject_key(work, tenant, subject, wrapping, chance)
    plain = encode(opening.to_value(), max_bytes=_MAX)
    plain += b" " * (-len(plain) % _PAD_TO)
    nonce = chance.octets(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, _name("opening", tenant, n))
    await work.change(insert(openings).values(tenant=tenant, n=n, subject=subject, sealed=sealed))


async def get(work: Work, tenant: str, n: int, wrapping: bytes) -> Opening | None:
    """The opening of leaf `n`, or None where there is none or its key was destroyed."""
    rows = await work.run(_kept(tenant).where(openings.c.n == n))
    return None if not rows else unsealed([_sealed(tenant, rows[0])], wrapping).get(n)


async def admission(work: Work, tenant: str, person: str) -> int | None:
    """The leaf whose opening names that person, as long as there is one."""
    rows = await work.run(
        select(openings.c.n)
        .join(entries, (entries.c.tenant == openings.c.tenant) & (entries.c.n == openings.c.n))
        .where(
            openings.c.tenant == tenant,
            openings.c.subject == person,
            entries.c.kind == PersonAdmitted.KIND,
        )
        .order_by(openings.c.n)
        .limit(1)
    )
    return int(rows[0].n) if rows else None


async def admissions(work: Work, tenant: str) -> dict[str, tuple[int, datetime]]:
    """Whom openings still name: his pseudonym, and index and instant of his admission."""
    rows = await work.run(
        select(openings.c.subject, entries.c.n, entries.c.time)
        .join(entries, (entries.c.tenant == openings.c.tenant) & (entries.c.n == openings.c.n))
        .where(openings.c.tenant == tenant, entries.c.kind == PersonAdmitted.KIND)
    )
    return {row.subject: (int(row.n), instant.parse(row.time)) for row in rows}


@dataclass(frozen=True, slots=True)
class Sealed:
    """An opening as it lies in the database, with its subject's wrapped key."""

    tenant: str
    n: int
    subject: str
    sealed: bytes
    wrapped: bytes
    titolare: bytes | None

    def key(self, wrapping: bytes) -> bytes:
        """The subject's."""
        return _unwrapped(self.tenant, self.subject, self.wrapped, wrapping)


async def below(work: Work, tenant: str, size: int) -> list[Sealed]:
    """All openings still readable of leaves below `size`, as they are kept: read them with `unsealed`."""
    rows = await work.run(_kept(tenant).where(openings.c.n < size).order_by(openings.c.n))
    return [_sealed(tenant, row) for row in rows]


def unsealed(kept: Iterable[Sealed], wrapping: bytes) -> dict[int, Opening]:
    """By leaf. Many take long: then call it in a thread."""
    keys: dict[str, AESGCM] = {}
    found: dict[int, Opening] = {}
    for one in kept:
        if one.subject not in keys:
            keys[one.subject] = AESGCM(one.key(wrapping))
        aad = _name("opening", one.tenant, one.n)
        try:
            plain = keys[one.subject].decrypt(one.sealed[:_NONCE_BYTES], one.sealed[_NONCE_BYTES:], aad)
        except InvalidTag as wrong:
            raise ValueError(
                f"the sealed text of record {one.n} was altered: restore it from the backup"
            ) from wrong
        found[one.n] = Opening.from_value(decode(plain.rstrip(b" "), max_bytes=_MAX))
    return found


def _kept(tenant: str) -> Select[Any]:
    """With the key of the subject: where that was destroyed there is no row."""
    return (
        select(
            openings.c.n,
            openings.c.subject,
            openings.c.sealed,
            subject_keys.c.wrapped,
            subject_keys.c.titolare,
        )
        .join(
            subject_keys,
            (subject_keys.c.tenant == openings.c.tenant) & (subject_keys.c.subject == openings.c.subject),
        )
        .where(openings.c.tenant == tenant)
    )


def _sealed(tenant: str, row: Row[Any]) -> Sealed:
    return Sealed(
        tenant,
        row.n,
        row.subject,
        bytes(row.sealed),
        bytes(row.wrapped),
        None if row.titolare is None else bytes(row.titolare),
    )
