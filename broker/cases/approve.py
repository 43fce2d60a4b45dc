"""An approver says yes: his passkey signs exactly this request, and with enough of them the grant is issued."""

from __future__ import annotations

from audit.canonical import b64, encode
from audit.declared import DeclaredRequest
from audit.grant import SignedGrant
from audit.instant import whole_ms
from audit.record import BROKER
from audit.statement import Approval, Approver, Approvers, Policy
from broker.cases.cite_warrant import Warranted, still_under, warranted
from broker.cases.deny import attempt
from broker.cases.located import approval_tenant
from broker.cases.signing import Finished, SigningAnswer, proof_of, signed_by
from broker.domain import declared, grants
from broker.domain import request as asking
from broker.domain.approving import credential_digest, judge, lacking, line_of, outlasted
from broker.domain.people import Who
from broker.domain.preconditions import demand
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.domain.session import Granted, Permit
from broker.domain.warranting import signs_for_himself
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import declared_sessions, outbox, people, requests, sessions, statements
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
            await _granted(parts, tx, who, found, [g for g, _ in counted])
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


# ------------------------------------------------------------------------------------- granting


async def _granted(parts: Parts, tx: Tx, who: Who, found: AwaitingApproval, given: list[Given]) -> None:
    """Enough people signed: the customer's own people, and the technician, hear of it."""
    if isinstance(found.asked.statement, DeclaredRequest):
        await _allow(parts, tx, who, found, found.asked.statement, given)
    else:
        await _issue(parts, tx, who, found, given)
    everybody = await people.tenant_people(tx.work, found.asked.tenant)
    # The titolare gets his copy also when the ADS signed: it was done in his name.
    to = (found.asked.technician, *(p.id for p in everybody))
    await outbox.letters(tx, _letter(who, found), found.asked.id, to, by=who.person)


async def _allow(
    parts: Parts, tx: Tx, who: Who, found: AwaitingApproval, asked: DeclaredRequest, given: list[Given]
) -> None:
    """On a host without an agent no grant is made: nothing would obey it."""
    session = opaque_id(parts.chance, "s", 5)
    record = declared.allow(asked, tuple(g.approval.digest.hex() for g in given))
    n = await tx.append(
        record,
        actor=BROKER,
        session=session,
        host=asked.host.id,
        refs=(found.asked.opened_n, *(g.n for g in given)),
    )
    await requests.settle(tx, found, asking.grant(found, who.person, "waived", None, tx.at), record, n)
    await declared_sessions.add(tx, declared.Allowed(declared.Permission(session, asked, n)))


async def _issue(parts: Parts, tx: Tx, who: Who, found: AwaitingApproval, given: list[Given]) -> None:
    """The grant, in the same commit."""
    tenant, request = found.asked.tenant, found.asked.id
    session = opaque_id(parts.chance, "s", 5)
    grant, record = grants.issue(
        found.asked,
        [g.approval for g in given],
        session=session,
        nonce=parts.chance.octets(32),
        at=tx.at,
    )
    signed = SignedGrant.sign(grant, parts.keys.grant_key(tenant))
    n = await tx.append(
        record,
        actor=BROKER,
        session=session,
        host=grant.host.id,
        refs=(found.asked.opened_n, *(g.n for g in given)),
        proof=[("grant", encode(signed.to_value()))],
    )
    approved = asking.grant(found, who.person, grant.supervision, grant.watcher, tx.at)
    await requests.settle(tx, found, approved, record, n)
    await sessions.add(tx, Granted(Permit(request, grant, signed, n, parts.chance.octets(32))))


def _letter(who: Who, found: AwaitingApproval) -> str:
    """Whoever gets it reads first that the vendor authorised, where it did."""
    if who.person == found.asked.technician:
        return "approved_own"
    return "approved_by_mandate" if who.house else "approved"
