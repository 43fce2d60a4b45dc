"""The titolare has a request's texts erased before their term: he signs, the log says so, they are destroyed."""

from __future__ import annotations

from audit.erasure import Erasure
from audit.erasure_records import ErasureDecided
from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.erase import alone, as_now, finish, kept, say
from broker.cases.located import request_tenant
from broker.cases.signing import Finished, SigningAnswer, begin_signing, proof_of, signed_by
from broker.domain.erasing import ordered, over, printing
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, incidents, requests, sessions, statements
from broker.store.about_incident import requests_on
from broker.store.ceremonies import Ceremony
from broker.store.tx import Tx

PURPOSE = "erasure"


async def begin_erasure(
    parts: Parts, who: Who, request: str, *, reason: str, departure: Departure = UNSAID
) -> str:
    """The address of the signing page. `Refused`: on hold, not over yet, or nothing is left to erase."""
    tenant = await _tenant(parts, await request_tenant(parts, who, Action.DECIDE_ERASURE, request))
    found = await kept(parts, tenant)
    async with parts.store.tx(tenant.id, whole_ms(parts.clock.now())) as tx:
        await _check_over(tx, request)
        those = await _with_incident(tx, request)
        order = Erasure(tenant.id, those, printing(found, those), reason, tx.at)
        ordered(await as_now(tx.work, tenant, found), order)
        return await begin_signing(
            parts, tx, who, purpose=PURPOSE, statement=order, shown={tenant.id: tenant.name},
            departure=departure,
        )  # fmt: skip


async def erasure_signed(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `erasure`."""
    await allow(parts, who, Action.DECIDE_ERASURE, who.tenant, "records")
    tenant = await _tenant(parts, who.tenant)
    order = Erasure.parse(answer.signed.statement)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "records", tenant.id), alone(parts, tenant.id):
        found = await kept(parts, tenant)
        async with parts.store.tx(tenant.id, at) as tx:
            approvers = await statements.approvers(tx.work, tenant.id)
            if approvers is None:
                raise Refused(Why.AUTHORISATION_MISSING)
            for request in order.requests:
                await _check_over(tx, request)
            what = ordered(await as_now(tx.work, tenant, found), order)
            by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing, titolare=True)
            record = ErasureDecided(order.digest.hex(), by.demo_software)
            decision = await tx.append(record, actor=who.actor, proof=proof_of(answer.signed))
            await say(tx, what, decision)
            for request in order.requests:
                tx.announce("request", request)
        await finish(parts, tenant.id, at)
    return Finished("/titolare")


async def _tenant(parts: Parts, tenant: str) -> Tenant:
    async with parts.store.read() as work:
        found = await estate.tenant(work, tenant)
    assert found is not None
    return found


async def _with_incident(tx: Tx, request: str) -> tuple[str, ...]:
    """Its incident too, which says the same, unless another request hangs on it."""
    incident = (await requests.load(tx, tx.tenant, request)).asked.statement.incident
    alone_on_it = await requests_on(tx.work, tx.tenant, incident) == [request]
    known = await incidents.find(tx, tx.tenant, incident) is not None
    return tuple(sorted((request, incident))) if alone_on_it and known else (request,)


async def _check_over(tx: Tx, request: str) -> None:
    if await incidents.find(tx, tx.tenant, request) is not None:
        return  # the number of an incident: whatever stage it is at, its text is the customer's
    found = await requests.load(tx.work, tx.tenant, request)
    if not over(found, await sessions.of_request(tx.work, tx.tenant, request)):
        raise Refused(Why.WRONG_STATE)
