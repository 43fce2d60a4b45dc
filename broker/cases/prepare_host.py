"""Name a host, so that rules can name its account and its enrolment be signed."""

from __future__ import annotations

from audit.forms import LINE
from broker.cases.deny import allow
from broker.domain.estate import Host, HostWithoutAgent, PreparedHost, RevokedHost
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate

MAX_HOSTS = 1000  # of one tenant: each policy and report lists them


async def prepare_host(parts: Parts, who: Who, tenant: str, *, label: str, place: str) -> PreparedHost:
    """`label` is what the agent pins and everybody reads; two hosts in use never share one."""
    await allow(parts, who, Action.PREPARE_HOST, tenant, "host")
    if not LINE.fits(label):
        raise Refused(Why.BAD_INPUT, field="label")  # a sign that shows nothing, or turns the text round
    async with parts.store.tx(tenant, parts.clock.now()) as tx:
        owner = await estate.tenant(tx.work, tenant)
        if owner is None or owner.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        # One taken out of use keeps its place in the records, not its name.
        others = [h for h in await estate.tenant_hosts(tx.work, tenant) if _in_use(h)]
        if len(others) >= MAX_HOSTS:
            raise Refused(Why.TOO_LARGE, field="hosts", limit=str(MAX_HOSTS))
        if label.casefold() in {one.label.casefold() for one in others}:
            raise Refused(Why.DUPLICATE)
        new = PreparedHost(tenant, opaque_id(parts.chance, "h"), label, place)
        await estate.add_host(tx, new)
        tx.announce("host", new.id)
        return new


def _in_use(host: Host) -> bool:
    """One without an agent too, while the rules name it: nobody gets an agent under its name meanwhile."""
    return host.named if isinstance(host, HostWithoutAgent) else not isinstance(host, RevokedHost)
