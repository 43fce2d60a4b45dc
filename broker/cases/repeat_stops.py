"""An agent is back: orders to stop that it may never have heard are given again."""

from __future__ import annotations

from broker.domain.estate import EnrolledHost
from broker.domain.session import Stoppable
from broker.parts import Parts
from broker.store import sessions


async def repeat_stops(parts: Parts, host: EnrolledHost) -> int:
    """How many were sent. Of sessions ordered to stop and not told to have ended: the first order was
    given while the link was down, or went under with it. Twice does no harm. Orders that no log took down
    are the hub's to remember."""
    sent = 0
    for order in parts.hub.owed.take(host.id):
        sent += await parts.hub.end(host.id, order.session, order)
    async with parts.store.read() as work:
        found = await sessions.left_on(work, host.tenant, host.id)
    for one in found:
        if isinstance(one, Stoppable) and one.stop is not None:
            sent += await parts.hub.stop(host.id, one.permit.id, one.stop.reason, one.stop.by)
    return sent
