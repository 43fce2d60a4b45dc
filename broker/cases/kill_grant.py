"""The grant of a request that is over dies with it, used or not: `grant.revoked`, and a stop if it runs."""

from __future__ import annotations

from dataclasses import dataclass

from audit.record import Actor
from broker.domain.session import Active, Granted, Ordered, Paused, PresumedEnded, deaden, order_stop, void
from broker.parts import Parts
from broker.store import sessions
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class StopOrder:
    """To be sent to the agent after the commit: nothing leaves before it."""

    host: str
    session: str
    reason: str
    by: str

    async def send(self, parts: Parts) -> bool:
        """Whether the agent was connected; if not, it ends by its own clock and tells later."""
        return await parts.hub.stop(self.host, self.session, self.reason, self.by)


async def kill_grant(tx: Tx, request: str, actor: Actor, *, reason: str, terminal: str) -> StopOrder | None:
    """Revoke the request's grant, if it has one; the order to send where its session may be running."""
    found = await sessions.of_request(tx, tx.tenant, request)
    match found:
        case Granted():
            after, record = void(found, reason)
            await sessions.move(tx, found, after, record, actor=actor)
        case Ordered() | Active() | Paused() | PresumedEnded():
            await sessions.move(tx, found, found, deaden(found, reason), actor=actor)
            stopping, ordered = order_stop(found, actor.id, reason, terminal)
            await sessions.move(tx, found, stopping, ordered, actor=actor)
            return StopOrder(found.permit.host, found.permit.id, reason, actor.id)
        case _:
            pass  # never granted, or over already
    return None
