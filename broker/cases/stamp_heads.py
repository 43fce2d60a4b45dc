"""Have a timestamp authority stamp a log's heads: the newest once a day, and the one at each month's end.

What is due is read from the log and its stamps, so nothing is forgotten by a restart: a head that could
not be stamped is due again at the next turn. The authority is asked between transactions, never in one.
"""

from __future__ import annotations

import hashlib
from zoneinfo import ZoneInfo

from audit import merkle
from audit.checkpoint import Checkpoint
from audit.instant import whole_ms
from audit.leaf import Leaf
from audit.log_records import HeadStamped, PeriodClosed
from audit.record import BROKER
from audit.timestamp import possible, read_token
from audit.verify_records import appended
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.ports import TimestampAuthority
from broker.store import log, shards, stamps


async def stamp_heads(parts: Parts, customer: Tenant, authority: TimestampAuthority) -> int:
    """How many heads were stamped. `OSError`: the authority does not answer, or not with a token."""
    if not parts.store.standing.signs(customer.id):
        return 0
    due = await _due(parts, customer)
    for size in due:
        await _stamp(parts, customer.id, size, authority)
    return len(due)


async def _due(parts: Parts, customer: Tenant) -> list[int]:
    """Sizes of the heads to stamp now, the months' ends first."""
    zone = ZoneInfo(customer.zone)
    today = parts.clock.now().astimezone(zone).date()
    async with parts.store.read() as work:
        here = await log.head(work, customer.id)
        ends = await log.select_leaves(work, customer.id, kinds=(PeriodClosed.KIND,))
        held = await stamps.every(work, customer.id)
    done = {stamp.size for stamp in held}
    due = [leaf.n + 1 for leaf in ends if leaf.n + 1 not in done]
    stamped_today = bool(held) and held[-1].at.astimezone(zone).date() >= today
    if here is not None and here.size > 0 and not stamped_today and here.size not in {*done, *due}:
        due.append(here.size)
    return due


async def _stamp(parts: Parts, tenant: str, size: int, authority: TimestampAuthority) -> None:
    async with parts.store.read() as work:
        here = await log.head(work, tenant)
        root = await log.with_nodes(work, tenant, lambda read: merkle.root(size, read))
        newest = await log.leaf_bytes(work, tenant, size - 1)
        assert here is not None
        origin = await shards.origin_at(work, tenant, here, size)
    assert newest is not None
    head = Checkpoint(origin, size, root)
    token = await authority.token(head)
    at = whole_ms(parts.clock.now())
    said = read_token(token, head, None).at
    if not possible(said, appended(Leaf.parse(newest)), at):
        # Its reader would find fault with the record: better none than one that speaks against us.
        raise ConnectionError(f"the timestamp authority's clock ({said}) and ours ({at}) disagree")
    async with parts.store.tx(tenant, at) as tx:
        await tx.append(HeadStamped(size, hashlib.sha256(token).hexdigest()), actor=BROKER)
        await stamps.add(tx, size, token)
