"""What is known of a customer when his mail is judged, for who judges one by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from audit.mail_evidence.known import Known
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import addresses, estate, mail_rules


async def known_of_mail(parts: Parts, tenant: str, at: datetime) -> Known:
    """His addresses and delegations, what he asks at least, and whom this broker believes; changes nothing."""
    async with parts.store.read() as work:
        if all(one.id != tenant for one in await estate.customers(work)):
            raise Refused(Why.NOT_FOUND)
        registered = tuple(await addresses.of_tenant(work, tenant, at))
        least = await mail_rules.least(work, tenant)
    known = Known(registered=registered, minimum=least, fold_local=True)
    desk = parts.mail
    if desk is None:
        return known
    return replace(
        known,
        forwarders=desk.forwarders,
        providers=desk.providers,
        authorities=desk.authorities,
        trusted_list=desk.trusted_list,
    )
