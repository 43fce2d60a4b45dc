"""Channels of running sessions: who asked, from where, and the text of a command until it is recorded.

Bookkeeping beside the log: that a channel was opened or closed is told by the agent alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, and_, insert, select, update

from audit import instant
from audit.canonical import decode, encode
from audit.commitment import MAX_OPENING_BYTES, Opening
from broker.store.database import Work
from broker.store.tables import channels
from broker.store.tx import Tx

_NONCE_BYTES = 12
_MAX = MAX_OPENING_BYTES + 1024


@dataclass(frozen=True, slots=True)
class Channel:
    """`terminal` is the source address, `command` the sealed opening of an exec command."""

    tenant: str
    session: str
    id: str
    kind: str
    via: str
    terminal: str


def _aad(tenant: str, session: str, channel: str) -> bytes:
    return f"command/{tenant}/{session}/{channel}".encode()


async def add(tx: Tx, new: Channel, command: Opening | None) -> None:
    """No record: a channel that was only asked for is no fact yet."""
    sealed = None
    if command is not None:
        nonce = tx.chance.octets(_NONCE_BYTES)
        box = AESGCM(tx.keys.wrapping_key())
        aad = _aad(new.tenant, new.session, new.id)
        sealed = nonce + box.encrypt(nonce, encode(command.to_value(), max_bytes=_MAX), aad)
    await tx.mark(
        insert(channels).values(
            tenant=new.tenant,
            session=new.session,
            id=new.id,
            kind=new.kind,
            via=new.via,
            terminal=new.terminal,
            opened=instant.to_text(tx.at),
            command=sealed,
        )
    )


async def find(work: Work | Tx, tenant: str, session: str, channel: str) -> Channel | None:
    rows = await work.run(select(channels).where(_key(tenant, session, channel)))
    if not rows:
        return None
    row = rows[0]
    return Channel(row.tenant, row.session, row.id, row.kind, row.via, row.terminal)


async def kinds(work: Work | Tx, tenant: str, session: str) -> dict[str, str]:
    """Of every channel of that session, by id."""
    rows = await work.run(
        select(channels.c.id, channels.c.kind).where(
            channels.c.tenant == tenant, channels.c.session == session
        )
    )
    return {row.id: row.kind for row in rows}


async def last_asked(work: Work | Tx, tenant: str, session: str, kind: str) -> Channel | None:
    """The newest of its kind: a refusing agent names the kind alone."""
    rows = await work.run(
        select(channels)
        .where(channels.c.tenant == tenant, channels.c.session == session, channels.c.kind == kind)
        .order_by(channels.c.opened.desc(), channels.c.id)
        .limit(1)
    )
    if not rows:
        return None
    row = rows[0]
    return Channel(row.tenant, row.session, row.id, row.kind, row.via, row.terminal)


async def command(
    work: Work | Tx, tenant: str, session: str, channel: str, wrapping: bytes
) -> Opening | None:
    """What was to be executed, if the channel was asked for with a command."""
    rows = await work.run(select(channels.c.command).where(_key(tenant, session, channel)))
    if not rows or rows[0].command is None:
        return None
    sealed = bytes(rows[0].command)
    aad = _aad(tenant, session, channel)
    plain = AESGCM(wrapping).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
    return Opening.from_value(decode(plain, max_bytes=_MAX))


async def recorded(tx: Tx, session: str, channel: str) -> None:
    """The command's text is an opening of the log now: the copy here goes."""
    await tx.mark(update(channels).where(_key(tx.tenant, session, channel)).values(command=None))


async def closed(tx: Tx, session: str, channel: str) -> None:
    await tx.mark(
        update(channels).where(_key(tx.tenant, session, channel)).values(closed=instant.to_text(tx.at))
    )


async def count(tx: Tx, session: str, channel: str, out_bytes: int, out_digest: str) -> None:
    """What the broker itself counted of the channel, kept for the agent's note to be compared with."""
    await tx.mark(
        update(channels)
        .where(_key(tx.tenant, session, channel))
        .values(broker_out_bytes=out_bytes, broker_out_digest=out_digest)
    )


def _key(tenant: str, session: str, channel: str) -> ColumnElement[bool]:
    return and_(channels.c.tenant == tenant, channels.c.session == session, channels.c.id == channel)
