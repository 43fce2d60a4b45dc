"""One log is closed and the next goes on with its tree: at the year's end by itself, else when it is asked for.

The next log's key is said in the log before it (`key.rotated`), so that whoever holds a head of that one
can follow. All of it is of one transaction: nobody ever sees a closed log without its successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, Protocol

from audit.log_records import KeyRotated, ShardOpened
from audit.record import BROKER, Actor
from audit.records import AnyRecord
from broker.ports import KeyRing
from broker.store import log, shards
from broker.store.group import Group
from broker.store.growing import Growing
from broker.store.log import Head

Reason = Literal["year", "key"]


class Writer(Protocol):
    """What is needed of a transaction (`tx.Tx`); `turning` while it goes from one log to the next."""

    work: Group
    tenant: str
    at: datetime
    keys: KeyRing
    turning: bool

    async def append(
        self, record: AnyRecord, *, actor: Actor, proof: Sequence[tuple[str, bytes]] = ()
    ) -> int: ...


async def announce(tx: Writer, grown: Growing, reason: Reason) -> str:
    """Say in this log under which key the next one will be signed; its origin."""
    signed = grown.signed
    zone = await shards.zone_of(tx.work, tx.tenant)
    year = shards.year_of(tx.at, zone)
    if reason == "year" and signed.ends is not None:
        year = max(year, shards.year_of(signed.ends, zone))
    origin = await shards.free_origin(tx.work, tx.tenant, signed.origin, year)
    before, tx.turning = tx.turning, True
    await tx.append(KeyRotated(shards.vkey(tx.keys, origin).text, reason), actor=BROKER)
    tx.turning = before
    await shards.name_successor(tx.work, tx.tenant, origin)
    grown.signed = replace(grown.signed, successor=origin)
    return origin


async def open_next(tx: Writer, grown: Growing, reason: Reason) -> None:
    """Close this log; the next one's first record holds its last head."""
    tx.turning = True
    origin = await _successor(tx, grown, reason)
    if grown.size != grown.signed.size:
        await grown.seal(tx.work, tx.keys.log_key(grown.signed.origin))
    last = grown.signed
    cosigned = await shards.last_cosigned(tx.work, tx.tenant, last)
    proof = [("head", await shards.with_witnesses(tx.work, tx.tenant, last))]
    if 0 < cosigned < last.size:
        held = await shards.signed_at(tx.work, tx.tenant, last, cosigned, tx.keys)
        proof.append(("cosigned", await shards.with_witnesses(tx.work, tx.tenant, held)))
    await go_on(tx, grown, origin, cosigned)
    record = ShardOpened(shards.vkey(tx.keys, last.origin).text, last.root.hex(), cosigned, reason)
    await tx.append(record, actor=BROKER, proof=proof)
    tx.turning = False


async def _successor(tx: Writer, grown: Growing, reason: Reason) -> str:
    """As announced; anew where the broker slept through the year that was announced, or its key may be known."""
    named = grown.signed.successor
    year = f"{shards.year_of(tx.at, await shards.zone_of(tx.work, tx.tenant)):04d}"
    if named is not None and reason == "year" and named.rpartition("/")[2].startswith(year):
        return named
    return await announce(tx, grown, reason)


async def go_on(tx: Writer, grown: Growing, origin: str, cosigned: int) -> None:
    """From here on records are of the log of that origin, which is in use until its local year ends."""
    last = grown.signed
    ends = shards.year_end(tx.at, await shards.zone_of(tx.work, tx.tenant))
    first: Head = log.signed_head(origin, last.size, last.root, tx.keys.log_key(origin))
    first = replace(first, since=last.size, ends=ends)
    await shards.close(tx.work, tx.tenant, last, cosigned)
    await shards.begin(tx.work, tx.tenant, first)
    grown.signed = first


async def open_without(tx: Writer, grown: Growing, cosigned: int, note: bytes) -> None:
    """Go on in the next log where records of this one are lost: it signs no head more, so it announces nothing.

    `note` is the longest head of it that a witness holds, of `cosigned` records, with its own signature.
    """
    tx.turning = True
    last = grown.signed
    year = shards.year_of(tx.at, await shards.zone_of(tx.work, tx.tenant))
    origin = await shards.free_origin(tx.work, tx.tenant, last.origin, year)
    proof = [("head", await shards.with_witnesses(tx.work, tx.tenant, last)), ("cosigned", note)]
    await go_on(tx, grown, origin, cosigned)
    record = ShardOpened(shards.vkey(tx.keys, last.origin).text, last.root.hex(), cosigned, "lost")
    await tx.append(record, actor=BROKER, proof=proof)
    tx.turning = False
