"""Between a host and the page of whoever watches there: calls one way, answers the other, and their noes.

The broker understands none of it and could not answer itself; it only sees to it that nobody is called for
another host's session, and that nobody answers in the watcher's place.
"""

from __future__ import annotations

from agent.wire import frames
from audit.check_in import CheckIn
from broker.domain.estate import EnrolledHost
from broker.domain.people import Who
from broker.domain.presence import away, due
from broker.domain.session import Live, PresumedEnded, Running
from broker.parts import Parts
from broker.store import beside_session, sessions, watches


async def take_call(parts: Parts, host: EnrolledHost, call: frames.Call | frames.OrderRefused) -> None:
    """For the pages that look at this session, if it is this host's and lives."""
    async with parts.store.read() as work:
        found = await sessions.find(work, host.tenant, call.session)
    if found is None or found.permit.host != host.id or not isinstance(found, Live):
        return
    if isinstance(call, frames.Call):
        parts.hub.audience(call.session).call(call)
    else:
        parts.hub.audience(call.session).decline(call)


async def take_answer(parts: Parts, who: Who, answer: frames.Answer) -> None:
    """To the host, if it is the page of whoever took supervision last, and the first answer to this call."""
    async with parts.store.read() as work:
        place = await sessions.whereabouts(work, answer.session)
        if place is None or place.tenant != who.tenant:
            return
        found = await sessions.find(work, place.tenant, answer.session)
        if found is None:
            return
        taken = await watches.last_check_in(work, place.tenant, found.permit.request)
        if taken is None or CheckIn.parse(taken.statement).watcher != who.person:
            return
        since = await beside_session.present_since(
            work, place.tenant, answer.session, found.permit.request, who.person
        )
    if (
        since is not None
        and isinstance(found, Running)
        and away(due(found.started, since), parts.clock.now())
    ):
        return  # asked whether he is there, he did not say so
    if parts.hub.audience(answer.session).answered(answer.n):
        await parts.hub.push(found.permit.host, answer)


async def repeat_check_ins(parts: Parts, host: EnrolledHost) -> int:
    """An agent is back: the pages that took over while it was away. How many were sent; twice does no harm."""
    sent = 0
    async with parts.store.read() as work:
        left = await sessions.left_on(work, host.tenant, host.id)
        live = [s for s in left if not isinstance(s, PresumedEnded)]
        taken = {s.permit.id: await watches.last_check_in(work, host.tenant, s.permit.request) for s in live}
    for session, signed in taken.items():
        if signed is not None:
            sent += await parts.hub.push(host.id, frames.CheckIn(session, signed.to_value()))
    return sent
