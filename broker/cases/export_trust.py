"""The titolare's `trust.json`: what he pins on the day he comes on board, to judge every later bundle by."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from audit.approvers import Approvers
from audit.policy import Policy
from audit.timestamp import authorities
from audit.trust_file import Link, PinnedApprover, PinnedHost, Trust
from broker.cases.deny import allow
from broker.cases.host_keys import host_keys
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, shards, statements


async def export_trust(parts: Parts, who: Who) -> Trust:
    """Of the caller's own tenant; kept by him, never taken from a bundle."""
    await allow(parts, who, Action.READ_REPORT, who.tenant, "report")
    return await tenant_trust(parts, who.tenant)


async def tenant_trust(parts: Parts, tenant: str) -> Trust:
    """For whoever stands beside the titolare at on-boarding: the demo does so for its own."""
    async with parts.store.read() as work:
        here = await log.head(work, tenant)
        approvers = await statements.chain(work, tenant, Approvers.TYPE)
        policies = await statements.chain(work, tenant, Policy.TYPE)
        current = await statements.approvers(work, tenant)
        rules = await statements.policy(work, tenant)
        hosts = [(h.id, await host_keys(work, h)) for h in await estate.enrolled_hosts(work, tenant)]
        logs = [shard.origin for shard in await shards.chain(work, tenant)]
    if here is None or current is None or rules is None:
        raise Refused(Why.POLICY_MISSING)
    if here.successor is not None:
        logs.append(here.successor)
    return Trust(
        tenant=tenant,
        origin=here.origin,
        log_vkeys=tuple(shards.vkey(parts.keys, origin) for origin in logs),
        grant_key=parts.keys.grant_key(tenant).public,
        signing=current.signing,
        login=parts.settings.login,
        approvers=tuple(Link(k.number, k.signed.read().digest.hex()) for k in approvers),
        credentials=tuple(
            PinnedApprover(a.person, a.role, a.credential, a.public_key) for a in current.approvers
        ),
        policies=tuple(Link(k.number, k.signed.read().digest.hex()) for k in policies),
        hosts=tuple(PinnedHost(host, keys.agent, keys.witness) for host, keys in hosts),
        witnesses=(*(keys.witness for _, keys in hosts), *(w.key for w in rules.external)),
        quorum=rules.witnesses,
        tsa_ca=_certificates(parts.settings.tsa_ca),
        report_ca=await parts.reporter.authority(parts.clock.now()),
    )


def _certificates(pem: str | None) -> str | None:
    """Without lists of the revoked, which age: the broker's file may hold them too."""
    if pem is None:
        return None
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in authorities(pem))
