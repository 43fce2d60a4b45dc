"""Enough people signed: the grant is issued in the same commit, and everybody it concerns is told."""

from __future__ import annotations

from audit.canonical import encode
from audit.declared import DeclaredRequest
from audit.grant import SignedGrant
from audit.record import BROKER
from broker.domain import declared, grants
from broker.domain import request as asking
from broker.domain.people import Who
from broker.domain.request import AwaitingApproval
from broker.domain.session import Granted, Permit
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import declared_sessions, outbox, people, requests, sessions
from broker.store.requests import Given
from broker.store.tx import Tx


async def granted(parts: Parts, tx: Tx, who: Who, found: AwaitingApproval, given: list[Given]) -> None:
    """`given`: the approvals that count. The customer's own people, and the technician, hear of it."""
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
