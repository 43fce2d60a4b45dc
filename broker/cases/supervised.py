"""The session that somebody has the supervision of, while it runs."""

from __future__ import annotations

from audit.check_in import CheckIn
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import Running
from broker.store import sessions, watches
from broker.store.tx import Tx


async def supervised(tx: Tx, who: Who, tenant: str, session: str) -> Running:
    """`Refused`: SESSION_ENDED, and NOT_ALLOWED where the last check-in of its request is another's."""
    found = await sessions.load(tx, tenant, session)
    if not isinstance(found, Running):
        raise Refused(Why.SESSION_ENDED)
    signed = await watches.last_check_in(tx.work, tenant, found.permit.request)
    if signed is None or CheckIn.parse(signed.statement).watcher != who.person:
        raise Refused(Why.NOT_ALLOWED)
    return found
