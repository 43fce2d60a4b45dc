"""Send an approver to the signing page with one request, all its texts and his choice of who watches."""

from __future__ import annotations

from typing import Any, cast

from audit.commitment import Opening
from audit.instant import whole_ms
from audit.pins import in_force
from audit.statement import Approval, Approver, Approvers, Supervision
from broker.cases.approve import PURPOSE, judge_now, rules
from broker.cases.deny import attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.located import request_tenant
from broker.cases.signing import begin_signing
from broker.domain import request as asking
from broker.domain.people import CUSTOMER_ROLES, Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import openings, people, requests
from broker.store.tx import Tx


async def begin_approval(
    parts: Parts,
    who: Who,
    request: str,
    *,
    supervision: str,
    watcher: str | None = None,
    demo_software: bool | None = None,
    departure: Departure = UNSAID,
) -> str:
    """The address of the signing page, with the request, its texts and the choice of supervision.

    `demo_software` says with which kind of key he will sign where he has both; None: a real one.
    """
    tenant = await request_tenant(parts, who, Action.APPROVE, request)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", tenant), parts.store.tx(tenant, at) as tx:
        found = asking.awaiting(await requests.load(tx, tenant, request))
        approvers, policy = await rules(tx, tenant)
        own = _own_line(approvers, who, tx, demo_software=demo_software)
        approval = Approval(
            tenant=tenant,
            request=found.asked.digest,
            approver=who.person,
            supervision=_supervision(supervision),
            watcher={"self": who.person, "named": watcher}.get(supervision),
            given=at,
            demo_software=own.demo_software,
        )
        await judge_now(tx, found, approval, policy)
        texts = await openings.get(tx.work, tenant, found.asked.opened_n, parts.keys.wrapping_key())
        if texts is None:
            raise Refused(Why.ENVELOPE_INVALID)
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=approval,
            attached={"request": found.asked.statement.encode()},
            openings={"texts": texts},
            shown=await _names(tx, found, approval, texts),
            data={"request": request},
            departure=departure,
        )


def _own_line(approvers: Approvers, who: Who, tx: Tx, *, demo_software: bool | None) -> Approver:
    """The appointment he will sign under; a real key counts before a demo's."""
    own = [a for a in approvers.approvers if a.person == who.person]
    own = [a for a in own if in_force(a, tx.at)]
    if not own:
        raise Refused(Why.ADS_DELEGATION_MISSING)
    if demo_software is not None:
        own = [a for a in own if a.demo_software == demo_software]
    if not own:
        raise Refused(Why.PASSKEY_MISSING)
    return min(own, key=lambda a: a.demo_software)


def _supervision(text: str) -> Supervision:
    if text not in ("self", "named", "waived"):
        raise Refused(Why.BAD_INPUT, field="supervision")
    return cast(Supervision, text)


async def _names(tx: Tx, found: AwaitingApproval, approval: Approval, texts: Opening) -> dict[str, str]:
    """Names for the pseudonyms the page shows; the signature covers the pseudonyms."""
    statement = found.asked.statement
    data: dict[str, Any] = texts.data
    shown = {
        statement.technician.id: str(data["technician_name"]),
        statement.technician.organisation: str(data["organisation_name"]),
        statement.host.id: str(data["host_label"]),
        statement.tenant: str(data["customer_name"]),
    }
    for person in {approval.approver, approval.watcher} - {None}:
        known = await people.person(tx.work, statement.tenant, str(person))
        if known is not None:
            shown[known.id] = known.name
    return shown


async def watchers(parts: Parts, who: Who, request: str) -> list[Person]:
    """Whom an approver may name to watch this request."""
    tenant = await request_tenant(parts, who, Action.APPROVE, request)
    async with parts.store.read() as work:
        return [p for p in await people.tenant_people(work, tenant) if p.role in CUSTOMER_ROLES]
