"""The technician activates his grant; the log says so before the agent is told (log before access)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.admission import by_approver, check_in
from audit.approvers import Approvers
from audit.check_in import CheckIn
from audit.instant import whole_ms
from audit.passkey import Assertion
from audit.record import BROKER
from broker.cases.cite_warrant import warranted
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.cases.order_opening import order_opening
from broker.cases.presume_ended import presume_ended
from broker.cases.record_channel import require_recordable
from broker.cases.school_gate import demand_school
from broker.domain import activation
from broker.domain import request as asking
from broker.domain import session as sitting
from broker.domain.estate import EnrolledHost
from broker.domain.people import Action, Who
from broker.domain.preconditions import Facts, demand, lacking, told_record
from broker.domain.refusal import Refused, Why
from broker.domain.request import Permitted, Supervised
from broker.domain.session import Granted, Permit
from broker.parts import Parts
from broker.store import estate, people, requests, sessions, statements, watches
from broker.store.duties import Duties
from broker.store.incident_course import hand_out, require_turn
from broker.store.tx import Tx


async def begin_activation(parts: Parts, who: Who, session: str) -> dict[str, Any]:
    """What the technician's browser is asked to sign; refused with what is missing, if something is."""
    tenant = await session_tenant(parts, who, Action.ACTIVATE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "activation", tenant), parts.store.tx(tenant, at) as tx:
        found, _, _ = await _ready(parts, tx, who, session)
        return activation.options(found.permit.grant, parts.settings.login, await _held(tx, who))


async def open_session(parts: Parts, who: Who, session: str, answer: Mapping[str, Any]) -> None:
    """Once, inside the window, watched where that was chosen. The start itself is the agent's note."""
    tenant = await session_tenant(parts, who, Action.ACTIVATE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "activation", tenant), parts.store.tx(tenant, at) as tx:
        found, request, papers = await _ready(parts, tx, who, session)
        signed = activation.read_answer(answer)
        activation.check(found.permit.grant, signed, parts.settings.login, await _held(tx, who))
        n = await _open(tx, who, found, request, signed)
        lacks = told_record(request.asked.id, papers)
        if lacks is not None:
            await tx.append(lacks, actor=BROKER, refs=(n,))
    try:
        await order_opening(parts, tenant, session)
    except (Refused, OSError) as gone:
        # The order is in the log and did not leave: as far as anybody knows, nothing began.
        await presume_ended(parts, tenant, session, last_seen=at)
        if isinstance(gone, Refused):
            raise
        raise Refused(Why.HOST_UNREACHABLE) from gone


async def _open(tx: Tx, who: Who, found: Granted, request: Permitted, signed: Assertion) -> int:
    pick = await require_turn(tx, request.asked.statement.incident, who.person)
    if pick is not None:
        await hand_out(tx, pick, who.actor)
    after, record = sitting.open_(found, signed, who.terminal, tx.at)
    taken = await requests.supervised_n(tx, tx.tenant, request.asked.id)
    refs = (found.permit.granted_n,) if taken is None else (found.permit.granted_n, taken)
    proof = [("assertion", signed.encode())]
    n = await sessions.move(tx, found, after, record, actor=who.actor, refs=refs, proof=proof)
    await requests.settle(tx, request, asking.open_(request), record, n)
    return n


async def _held(tx: Tx, who: Who) -> frozenset[str]:
    """His login passkeys of this moment: one he took off, because it was lost, opens nothing more."""
    return frozenset(c.id for c in await people.credentials(tx.work, who.tenant, who.person, "login"))


async def _ready(parts: Parts, tx: Tx, who: Who, session: str) -> tuple[Granted, Permitted, Facts]:
    """Everything that must be so before he signs, and again when he has signed."""
    loaded = await sessions.load(tx, tx.tenant, session)
    if loaded.permit.technician != who.person:
        raise Refused(Why.NOT_ALLOWED)
    found = sitting.granted(loaded)
    request = asking.permitted(await requests.load(tx, tx.tenant, found.permit.request))
    if request.supervision != "waived" and not isinstance(request, Supervised):
        raise Refused(Why.SUPERVISION_MISSING)
    sitting.in_window(found.permit.grant, tx.at)
    await require_turn(tx, request.asked.statement.incident, who.person)
    papers = await Duties(tx.work).facts(tx.tenant, found.permit.technician, tx.at)
    demand(lacking(papers))
    await demand_school(tx.work, request.asked, tx.at)
    await _host_as_approved(parts, tx, found.permit)
    await _still_approved(tx, found.permit, request)
    if request.asked.statement.recording:
        await require_recordable(parts, tx.tenant)
    return found, request, papers


async def _host_as_approved(parts: Parts, tx: Tx, permit: Permit) -> None:
    host = await estate.host(tx.work, tx.tenant, permit.host)
    if not isinstance(host, EnrolledHost) or host.agent_key != permit.grant.host.agent_key:
        raise Refused(Why.HOST_DIFFERS)
    policy = await statements.policy(tx.work, tx.tenant)
    request = await requests.load(tx, tx.tenant, permit.request)
    if policy is None or policy.digest.hex() != request.asked.statement.policy:
        raise Refused(Why.POLICY_DIFFERS)  # the agent holds the new rules and would refuse
    if not parts.hub.connected(permit.host):
        raise Refused(Why.HOST_UNREACHABLE)


async def _still_approved(tx: Tx, permit: Permit, request: Permitted) -> None:
    """Who may approve can have changed since he did: the agent holds the new set and would refuse."""
    approvers = await statements.approvers(tx.work, tx.tenant)
    place = await estate.tenant(tx.work, tx.tenant)
    assert approvers is not None and place is not None  # somebody approved  # noqa: PT018
    under = await warranted(tx, approvers)
    for given in await requests.approvals_of(tx, tx.tenant, permit.request):
        line = approvers.by_credential(given.signed.credential)
        statement = request.asked.statement
        if given.approval.digest.hex() not in permit.grant.approvals:
            continue  # it did not count when the grant was issued
        authority = under.authority(given.approval)
        if line is None or any(
            by_approver(given.approval, line, statement, tx.at, demo=place.demo, authority=authority)
        ):
            raise Refused(Why.AUTHORISATION_MISSING)
    if permit.grant.watcher is not None:
        await _still_watched(tx, permit, approvers, demo=place.demo)


async def _still_watched(tx: Tx, permit: Permit, approvers: Approvers, *, demo: bool) -> None:
    signed = await watches.last_check_in(tx.work, tx.tenant, permit.request)
    line = None if signed is None else approvers.by_credential(signed.credential)
    if signed is None or line is None:
        raise Refused(Why.SUPERVISION_MISSING)
    if any(check_in(CheckIn.parse(signed.statement), line, permit.grant, tx.at, demo=demo)):
        raise Refused(Why.SUPERVISION_MISSING)
