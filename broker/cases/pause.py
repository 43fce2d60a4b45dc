"""*Pausa* and *Riprendi*: at once, and each undone by the other; the host's note is the record of what it did.

The technician may hold his own session, and let go on what he held himself: never what the customer holds.
"""

from __future__ import annotations

from agent.wire.frames import Pause, Resume
from audit.session_records import SessionPaused
from broker.cases.located import session_tenant
from broker.domain import session as sitting
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import Active, Paused
from broker.parts import Parts
from broker.store import log, sessions


async def pause(parts: Parts, who: Who, session: str, *, hold: bool) -> None:
    """Order the host to hold the session, or to let it go on. `Refused` where the order cannot be sent, and
    where nobody has to watch: such a session has nobody who could let it go on."""
    tenant = await session_tenant(parts, who, Action.PAUSE, session)
    async with parts.store.read() as work:
        found = sitting.stoppable(await sessions.load(work, tenant, session))
    if not isinstance(found, Active | Paused):
        raise Refused(Why.WRONG_STATE, state=found.STATE)
    if who.role == "technician":
        await _his_own(parts, who, found, session, hold=hold)
    grant = found.permit.grant
    if grant.watcher is None:
        raise Refused(Why.NOT_ALLOWED)
    order = Pause(session, who.person) if hold else Resume(session, who.person)
    if not await parts.hub.push(found.permit.host, order):
        raise Refused(Why.HOST_UNREACHABLE)


async def _his_own(parts: Parts, who: Who, found: Active | Paused, session: str, *, hold: bool) -> None:
    """Return if it is the technician's session and, to let it go on, he held it."""
    tenant = found.permit.tenant
    if found.permit.technician != who.person:
        raise Refused(Why.NOT_ALLOWED)
    if hold:
        return
    async with parts.store.read() as work:
        last = await log.select_leaves(work, tenant, session=session, kinds=(SessionPaused.KIND,), limit=1)
    if not any(isinstance(one.record, SessionPaused) and one.record.by == who.person for one in last):
        raise Refused(Why.SESSION_PAUSED)
