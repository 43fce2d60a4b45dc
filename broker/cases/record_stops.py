"""Ends that were ordered while the log took nothing down are recorded as soon as it does."""

from __future__ import annotations

import logging

from audit import instant
from audit.instant import whole_ms
from broker.domain import session as sitting
from broker.domain.refusal import LOG_STOPPED, Refused
from broker.domain.session import Stoppable
from broker.live.owed import Unrecorded
from broker.parts import Parts
from broker.store import sessions

_log = logging.getLogger("verbale.stop")


def keep_stop(parts: Parts, order: Unrecorded, no: Refused) -> bool:
    """Whether the log took nothing down (`no`): then the order is kept, and in the journal."""
    if no.why not in LOG_STOPPED:
        return False
    _log.warning(
        "%s (%s) of %s ordered by %s; its log takes no record of it yet: %s",
        order.reason, order.session, order.tenant, order.by.id, no.why.value,
    )  # fmt: skip
    parts.hub.owed.keep(order)
    return True


async def record_stops(parts: Parts, tenant: str) -> None:
    """All of this tenant. `Refused` where its log still takes nothing: none is lost by that.

    The record bears the hour at which it is written, and says when the order was given. A session that
    has ended meanwhile by a record of its own needs none.
    """
    owed = parts.hub.owed
    if owed.unrecorded(tenant) is None:
        return
    async with owed.writing:  # whoever tells of the end waits for the order to be down
        while (one := owed.unrecorded(tenant)) is not None:
            await _record(parts, one)
            owed.recorded(one)


async def _record(parts: Parts, one: Unrecorded) -> None:
    async with parts.store.tx(one.tenant, whole_ms(parts.clock.now())) as tx:
        found = await sessions.load(tx, one.tenant, one.session)
        if not isinstance(found, Stoppable):
            return
        after, record = sitting.order_stop(
            found, one.by.id, one.reason, one.terminal, one.statement, given=instant.to_text(one.given)
        )
        await sessions.move(tx, found, after, record, actor=one.by, proof=one.proof)
