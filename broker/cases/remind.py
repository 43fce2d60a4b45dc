"""Messages by one click (U-20): the approvers once more about a request that waits, or why nobody can intervene yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from audit.instant import whole_ms
from broker.cases.deny import allow, not_there
from broker.cases.located import request_tenant
from broker.domain.incident import Contact, Open
from broker.domain.people import APPROVING_ROLES, Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval
from broker.parts import Parts
from broker.store import incidents, outbox, people, requests
from broker.store.tx import Tx

NOT_WITHIN = timedelta(hours=1)  # a reminder is one; who wants an answer sooner rings


async def ask_again(parts: Parts, who: Who, request: str) -> None:
    """*Chiedi l’autorizzazione*, of a request that waits: to everybody who may answer it."""
    tenant = await request_tenant(parts, who, Action.ASK, request)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now()), records=False) as tx:
        if not isinstance(await requests.load(tx, tenant, request), AwaitingApproval):
            raise Refused(Why.WRONG_STATE)
        await _write(tx, who, "asked_again", request)


async def explain_why_not(parts: Parts, who: Who, tenant: str, incident: str) -> None:
    """*Spiega perché non posso*: what is read to whoever rings (Case 1), in writing to titolare and ADS."""
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    async with parts.store.read() as work:
        found = await incidents.find(work, tenant, incident)
    if found is None:
        raise await not_there(parts, who, "request")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now()), records=False) as tx:
        if not isinstance(await incidents.load(tx, tenant, incident), Contact | Open):
            raise Refused(Why.WRONG_STATE)
        await _write(tx, who, "cannot_intervene", incident)


async def _write(tx: Tx, who: Who, letter: str, about: str) -> None:
    """`Refused` (told_already) where everybody was written to within the hour."""
    told = await outbox.paged_since(tx.work, tx.tenant, letter, about, tx.at - NOT_WITHIN)
    asked = [one.id for one in _approving(await people.tenant_people(tx.work, tx.tenant))]
    left = [one for one in asked if one not in told]
    if not left:
        raise Refused(Why.TOLD_ALREADY)
    await outbox.page(tx, letter, left, about=about, by=who.person)


def _approving(found: Iterable[Person]) -> list[Person]:
    return [one for one in found if one.role in APPROVING_ROLES]
