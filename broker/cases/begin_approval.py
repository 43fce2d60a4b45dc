"""Send an approver to the signing page with one request, all its texts and his choice of who watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from audit.approval import Approval, Supervision
from audit.instant import whole_ms
from broker.cases.approve import PURPOSE, judge_now, rules
from broker.cases.cite_warrant import Warranted, under_one, warranted
from broker.cases.deny import attempt
from broker.cases.departure import UNSAID, Departure
from broker.cases.located import approval_tenant, request_tenant
from broker.cases.names import session_names
from broker.cases.own_line import own_line
from broker.cases.signing import begin_signing
from broker.cases.tell_request import tell_expired
from broker.domain import request as asking
from broker.domain.approving import may_watch
from broker.domain.people import APPROVING_ROLES, Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import openings, people, requests, statements


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
    tenant = await approval_tenant(parts, who, request)
    choice = _Choice(request, _supervision(supervision), watcher, demo_software)
    if choice.supervision == "named" and watcher is None:
        raise Refused(Why.BAD_INPUT, field="watcher")
    try:
        return await _begin(parts, who, tenant, choice, departure)
    except Refused as no:
        if no.why is Why.DELEGATION_EXPIRED:
            await tell_expired(parts, who, tenant, request)
        raise


@dataclass(frozen=True, slots=True)
class _Choice:
    request: str
    supervision: Supervision
    watcher: str | None
    demo_software: bool | None


async def _begin(parts: Parts, who: Who, tenant: str, choice: _Choice, departure: Departure) -> str:
    at, request = whole_ms(parts.clock.now()), choice.request
    async with attempt(parts, who, "approval", tenant), parts.store.tx(tenant, at) as tx:
        found = asking.awaiting(await requests.load(tx, tenant, request))
        approvers, policy = await rules(tx, tenant)
        own = own_line(approvers, who, tx, demo_software=choice.demo_software)
        under = await warranted(tx, approvers)
        plain = Approval(
            tenant=tenant,
            request=found.asked.digest,
            approver=who.person,
            supervision=choice.supervision,
            watcher={"self": who.person, "named": choice.watcher}.get(choice.supervision),
            given=at,
            demo_software=own.demo_software,
        )
        approval = under_one(under, plain, own, found.asked.statement, tx)
        await judge_now(tx, found, approval, own, under, policy)
        texts = await openings.get(tx.work, tenant, found.asked.opened_n, parts.keys.wrapping_key())
        if texts is None:
            raise Refused(Why.ENVELOPE_INVALID)
        return await begin_signing(
            parts,
            tx,
            who,
            purpose=PURPOSE,
            statement=approval,
            attached=_attached(found, under, approval),
            openings={"texts": texts},
            shown=await session_names(tx, found.asked.statement, texts, approval.approver, approval.watcher),
            data={"request": request},
            departure=departure,
        )


def _attached(found: AwaitingApproval, under: Warranted, approval: Approval) -> dict[str, bytes]:
    """What the approval names by digest, to be shown in full beside it."""
    cited = under.standing.get(approval.warrant or "")
    warrant = {} if cited is None else {"warrant": cited.signed.statement}
    return {"request": found.asked.statement.encode(), **warrant}


def _supervision(text: str) -> Supervision:
    if text not in ("self", "named", "waived"):
        raise Refused(Why.BAD_INPUT, field="supervision")
    return cast(Supervision, text)


async def watchers(parts: Parts, who: Who, request: str) -> list[Person]:
    """Whom an approver may name to watch this request."""
    tenant = await request_tenant(parts, who, Action.APPROVE, request)
    async with parts.store.read() as work:
        approvers = await statements.approvers(work, tenant)
        everybody = await people.tenant_people(work, tenant)
    if approvers is None:
        return []
    at = parts.clock.now()
    return [p for p in everybody if p.role in APPROVING_ROLES and may_watch(p.id, approvers, at)]
