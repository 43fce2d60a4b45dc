"""What the database knows of recordings: which are open, and the key that opens each, wrapped.

The key is the recording's own age identity. It goes with an erasure, and the salt of its digests with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update

from broker.store.database import Work
from broker.store.tables import recordings
from broker.store.tx import Tx

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Recorded:
    """`n` is its `recording.opened`, `origin` that of the log whose key signs its heads, `segments` what the
    last record said. `erased`: nobody can open it any more."""

    tenant: str
    id: str
    session: str
    host: str
    n: int
    origin: str
    closed: bool
    segments: int
    erased: bool


def _aad(tenant: str, recording: str) -> bytes:
    return f"recording/{tenant}/{recording}".encode()


async def add(tx: Tx, new: Recorded, identity: str, salt: bytes) -> None:
    nonce = tx.chance.octets(_NONCE_BYTES)
    box = AESGCM(tx.keys.wrapping_key())
    wrapped = nonce + box.encrypt(nonce, identity.encode(), _aad(new.tenant, new.id))
    await tx.change(
        insert(recordings).values(
            tenant=new.tenant, id=new.id, session=new.session, host=new.host, n=new.n, origin=new.origin,
            closed=new.closed, segments=new.segments, identity=wrapped, salt=salt,
        )
    )  # fmt: skip


async def advance(tx: Tx, recording: str, segments: int, *, closed: bool) -> None:
    """What a record says of it now."""
    of = (recordings.c.tenant == tx.tenant, recordings.c.id == recording)
    await tx.change(update(recordings).where(*of).values(segments=segments, closed=closed))


async def find(work: Work | Tx, tenant: str, recording: str) -> Recorded | None:
    found = [one for one in await every(work, tenant) if one.id == recording]
    return found[0] if found else None


async def every(work: Work | Tx, tenant: str) -> list[Recorded]:
    """In the order in which they were opened."""
    rows = await work.run(select(recordings).where(recordings.c.tenant == tenant).order_by(recordings.c.n))
    return [
        Recorded(
            row.tenant, row.id, row.session, row.host, row.n, row.origin, bool(row.closed), row.segments,
            erased=row.identity is None,
        )
        for row in rows
    ]  # fmt: skip


async def identity(work: Work, tenant: str, recording: str, wrapping: bytes) -> str | None:
    """The key that opens its segments; None where it was destroyed."""
    rows = await work.run(
        select(recordings.c.identity).where(recordings.c.tenant == tenant, recordings.c.id == recording)
    )
    if not rows or rows[0].identity is None:
        return None
    sealed = bytes(rows[0].identity)
    plain = AESGCM(wrapping).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _aad(tenant, recording))
    return plain.decode()


async def destroy_keys(tx: Tx, ids: Iterable[str]) -> None:
    for recording in ids:
        of = (recordings.c.tenant == tx.tenant, recordings.c.id == recording)
        await tx.mark(update(recordings).where(*of).values(identity=None, salt=None))
