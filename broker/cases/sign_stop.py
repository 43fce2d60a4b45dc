"""A stop signed with an approver's key: the host obeys it for its signature alone, whoever brings it."""

from __future__ import annotations

from dataclasses import replace

from agent.wire import frames
from audit.admission import signed_stop
from audit.canonical import b64
from audit.instant import whole_ms
from audit.signed_stop import SignedStop
from broker.cases.approve import rules
from broker.cases.deny import attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.located import session_tenant
from broker.cases.names import session_names
from broker.cases.own_line import own_line
from broker.cases.record_stops import keep_stop
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.cases.stop import REASON
from broker.domain import session as sitting
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.live.owed import Unrecorded
from broker.parts import Parts
from broker.store import openings, requests, sessions
from broker.store.ceremonies import Ceremony

PURPOSE = "stop"


async def begin_signed_stop(
    parts: Parts,
    who: Who,
    session: str,
    *,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page, with the request whose session would end."""
    tenant = await session_tenant(parts, who, Action.STOP_SESSION, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        found = sitting.stoppable(await sessions.load(tx, tenant, session))
        request = await requests.load(tx, tenant, found.permit.request)
        approvers, _ = await rules(tx, tenant)
        own = own_line(approvers, who, tx, demo_software=demo_software)
        texts = await openings.get(tx.work, tenant, request.asked.opened_n, parts.keys.wrapping_key())
        if texts is None:
            raise Refused(Why.ENVELOPE_INVALID)
        grant = found.permit.grant
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=SignedStop(
                tenant=tenant,
                session=session,
                request=grant.request,
                grant=grant.digest.hex(),
                host=grant.host,
                by=who.person,
                given=at,
                demo_software=own.demo_software,
            ),
            attached={"request": request.asked.statement.encode()},
            openings={"texts": texts},
            shown=await session_names(tx, request.asked.statement, texts, who.person),
            data={"session": session},
            departure=departure,
        )


async def stop_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `stop`. As with *Termina*, a commit that fails keeps nothing from the host."""
    session = str(ceremony.data["session"])
    tenant = await session_tenant(parts, who, Action.STOP_SESSION, session)
    at = whole_ms(parts.clock.now())
    host: str | None = None
    order = Unrecorded(tenant, session, who.actor, REASON, who.terminal, at)
    try:
        async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
            found = sitting.stoppable(await sessions.load(tx, tenant, session))
            approvers, _ = await rules(tx, tenant)
            by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing)
            stop = SignedStop.parse(answer.signed.statement)
            if ceremony.data["statement"] != b64(answer.signed.statement):
                raise Refused(Why.ENVELOPE_INVALID)
            if any(signed_stop(stop, by, found.permit.grant, at, demo=by.demo_software)):
                raise Refused(Why.ENVELOPE_INVALID)
            host = found.permit.host
            order = replace(order, statement=stop.digest.hex(), proof=tuple(proof_of(answer.signed)))
            after, record = sitting.order_stop(
                found, who.person, REASON, who.terminal, statement=order.statement
            )
            await sessions.move(tx, found, after, record, actor=who.actor, proof=order.proof)
    except Refused as no:
        if host is not None and keep_stop(parts, order, no):
            raise Refused(Why.STOP_UNRECORDED) from no
        raise
    finally:
        if host is not None:
            frame = frames.SignedStop(session, answer.signed.to_value())
            await parts.hub.end(host, session, frame)
    return Finished(f"/sessioni/{session}/diretta")
