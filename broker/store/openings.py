"""Openings of commitments, sealed under one key per subject, that key wrapped by the broker's own.

Destroying a subject's wrapped key makes every opening of it unreadable, while the log still proves.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select

from audit.canonical import decode, encode
from audit.commitment import MAX_OPENING_BYTES, Opening
from broker.ports import Chance
from broker.store.database import Work
from broker.store.tables import openings, subject_keys

_NONCE_BYTES = 12
_PAD_TO = 256  # the length of a sealed text then says only its size in quarters of a KiB
_MAX = MAX_OPENING_BYTES + 1024


def _name(*parts: object) -> bytes:
    return "/".join(str(p) for p in parts).encode()


async def _subject_key(
    work: Work, tenant: str, subject: str, wrapping: bytes, chance: Chance | None
) -> bytes | None:
    rows = await work.run(
        select(subject_keys.c.wrapped).where(
            subject_keys.c.tenant == tenant, subject_keys.c.subject == subject
        )
    )
    aad = _name("subject", tenant, subject)
    if rows:
        wrapped = bytes(rows[0].wrapped)
        return AESGCM(wrapping).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], aad)
    if chance is None:
        return None
    key, nonce = chance.octets(32), chance.octets(_NONCE_BYTES)
    wrapped = nonce + AESGCM(wrapping).encrypt(nonce, key, aad)
    await work.change(insert(subject_keys).values(tenant=tenant, subject=subject, wrapped=wrapped))
    return key


async def put(
    work: Work, tenant: str, n: int, subject: str, opening: Opening, *, wrapping: bytes, chance: Chance
) -> None:
    key = await _subject_key(work, tenant, subject, wrapping, chance)
    assert key is not None  # chance was given, so a key was made
    plain = encode(opening.to_value(), max_bytes=_MAX)
    plain += b" " * (-len(plain) % _PAD_TO)
    nonce = chance.octets(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, _name("opening", tenant, n))
    await work.change(insert(openings).values(tenant=tenant, n=n, subject=subject, sealed=sealed))


async def get(work: Work, tenant: str, n: int, wrapping: bytes) -> Opening | None:
    """The opening of leaf `n`, or None where there is none or its key was destroyed."""
    rows = await work.run(
        select(openings.c.subject, openings.c.sealed).where(openings.c.tenant == tenant, openings.c.n == n)
    )
    if not rows:
        return None
    key = await _subject_key(work, tenant, rows[0].subject, wrapping, None)
    if key is None:
        return None
    sealed = bytes(rows[0].sealed)
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _name("opening", tenant, n))
    except InvalidTag as wrong:
        raise ValueError(f"the sealed text of record {n} was altered: restore it from the backup") from wrong
    return Opening.from_value(decode(plain.rstrip(b" "), max_bytes=_MAX))


async def every(work: Work, tenant: str, wrapping: bytes, before: int) -> dict[int, Opening]:
    """All openings still readable of leaves below `before`: for the bundle."""
    rows = await work.run(
        select(openings.c.n).where(openings.c.tenant == tenant, openings.c.n < before).order_by(openings.c.n)
    )
    found: dict[int, Opening] = {}
    for row in rows:
        opening = await get(work, tenant, row.n, wrapping)
        if opening is not None:
            found[row.n] = opening
    return found
