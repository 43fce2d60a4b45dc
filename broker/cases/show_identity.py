"""Beside his signature, an approver shows by SPID or CIE who he is: evidence E4, and no key (C-22, decision 161)."""

from __future__ import annotations

from audit import instant
from audit.instant import whole_ms
from audit.signin_records import IdentityShown
from broker.cases.deny import attempt
from broker.cases.located import approval_tenant
from broker.cases.log_in_elsewhere import APPROVAL, Departing, Known, leave_for
from broker.domain import request as asking
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import providers, requests


async def begin_identity(parts: Parts, who: Who, request: str, provider: str) -> Departing:
    """What is asked of the provider is bound to the request as it stands, by its digest."""
    tenant = await approval_tenant(parts, who, request)
    async with parts.store.read() as work:
        his = await providers.find(work, provider)
        if his is None or not his.national:
            raise Refused(Why.NOT_FOUND)
        found = asking.awaiting(await requests.load(work, tenant, request))
    about = {"request": request, "statement": found.asked.digest}
    after = f"/richieste/{request}/approva"
    return await leave_for(parts, provider, who.terminal, purpose=APPROVAL, who=who, after=after, about=about)


async def keep_identity(parts: Parts, who: Who, known: Known) -> None:
    """The record: issuer, level, when, and a keyed digest of his codice fiscale. Of the token nothing is kept."""
    asked = known.ceremony.data
    tenant = await approval_tenant(parts, who, str(asked["request"]))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "approval", tenant), parts.store.tx(tenant, at) as tx:
        provider = known.provider
        if known.person is None or known.person.id != who.person or known.ceremony.person != who.person:
            raise Refused(Why.NOT_LINKED, provider=provider.name)
        if not provider.strong(known.shown.acr):
            raise Refused(Why.IDENTITY_NOT_TAKEN, what="acr_low", provider=provider.name)
        found = asking.awaiting(await requests.load(tx, tenant, str(asked["request"])))
        if found.asked.digest != asked["statement"]:
            raise Refused(Why.IDENTITY_NOT_TAKEN, what="nonce", provider=provider.name)
        shown = instant.to_text(whole_ms(known.shown.at))
        record = IdentityShown(
            found.asked.id, found.asked.digest, who.person, provider.kind, provider.issuer, known.shown.acr, shown,
            known.digest,
        )  # fmt: skip
        await requests.move(tx, found, found, record, actor=who.actor)
