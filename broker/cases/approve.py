"""An approver says yes: his passkey signs exactly this request, and with enough of them the grant is issued."""

from __future__ import annotations

from audit.approval import Approval
from audit.approvers import Approver, Approvers
from audit.canonical import b64
from audit.instant import whole_ms
from audit.policy import Policy
from broker.cases.cite_warrant import Warranted, still_under, warranted
from broker.cases.deny import attempt
from broker.cases.grant_access import granted
from broker.cases.located import approval_tenant
from broker.cases.school_gate import demand_school
from broker.cases.signing import Finished, SigningAnswer, proof_of, signed_by
from broker.domain import request as asking
from broker.domain.approving import credential_digest, judge, lacking, line_of, outlasted
from broker.domain.people import Who
from broker.domain.preconditions import demand
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.domain.warranting import signs_for_himself
from broker.parts import Parts
from broker.store import people, requests, statements
from broker.store.ceremonies import Ceremony
from broker.store.duties import Duties
from broker.store.requests import Given
from broker.store.tx import Tx

PURPOSE = "approval"


async def give_approval(parts: Parts, who: Who, ceremony: Ceremony, answer: SigningAnswer) -> Finished:
    """Handler of the purpose `approval`: judge the signature, record it, and issue the grant if enough."""
    request = str(ceremony.data["request"])
    tenant = await approval_tenant(parts, who, request)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", tenant), parts.store.tx(tenant, at) as tx:
        found = asking.awaiting(await requests.load(tx, tenant, request))
        approvers, policy = await rules(tx, tenant)
        under = await warranted(tx, approvers)
        by = signed_by(answer.signed, approvers, tx, who, parts.settings.signing)
        approval = Approval.parse(answer.signed.statement)
        begun = ceremony.data["statement"] == b64(answer.signed.statement)
        if not begun or (approval.approver, approval.demo_software) != (by.person, by.demo_software):
            raise Refused(Why.ENVELOPE_INVALID)
        still_under(under, approval, by, found.asked.statement, tx)
        await judge_now(tx, found, approval, by, under, policy)
        record = asking.given_record(approval, request, credential_digest(answer.signed.assertion.credential))
        n = await requests.move(tx, found, found, record, actor=who.actor, proof=proof_of(answer.signed))
        await requests.add_approval(tx, request, Given(approval, answer.signed, n))
        given = await requests.approvals_of(tx, tenant, request)
        lines = [(g, line_of(g.signed.credential, approvers, at)) for g in given]
        counted = [
            (g, line.role)
            for g, line in lines
            if line is not None and under.covers(g.approval, line, found.asked.statement, at)
        ]
        if lacking([role for _, role in counted], policy).nothing:
            await granted(parts, tx, who, found, [g for g, _ in counted])
    return Finished(f"/richieste/{request}")


# ------------------------------------------------------------------------------------- judging


async def rules(tx: Tx, tenant: str) -> tuple[Approvers, Policy]:
    """The approver set and the policy in force."""
    approvers = await statements.approvers(tx.work, tenant)
    policy = await statements.policy(tx.work, tenant)
    if approvers is None or policy is None:
        raise Refused(Why.POLICY_MISSING)
    return approvers, policy


async def judge_now(
    tx: Tx, found: AwaitingApproval, approval: Approval, by: Approver, under: Warranted, policy: Policy
) -> None:
    """Everything that needs no signature, before it is asked for and again when it comes."""
    demand(await Duties(tx.work).lacking(found.asked.tenant, found.asked.technician, tx.at))
    await demand_school(tx.work, found.asked, tx.at)
    if found.asked.declared and by.needs == "mandate":
        raise Refused(Why.ADS_DELEGATION_MISSING)  # only the customer himself allows what nobody attests
    given = await requests.approvals_of(tx, found.asked.tenant, found.asked.id)
    watcher = None
    if approval.watcher is not None:
        watcher = await people.person(tx.work, found.asked.tenant, approval.watcher)
    so_far = [g.approval.approver for g in given]
    authority = under.authority(approval)
    judge(
        found,
        approval,
        policy,
        under.approvers,
        watcher=watcher,
        approvers_so_far=so_far,
        at=tx.at,
        for_himself=signs_for_himself(by, authority),
    )
    giver = None if authority is None else authority.giver
    outlasted(found.asked.statement, [by] if giver is None else [by, giver])
