"""The titolare's `trust.json`: what he pins on the day he comes on board, to judge every later bundle by."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from audit.host_note import key_name
from audit.keys import PublicKey
from audit.note import VerifierKey
from audit.statement import Approvers, Policy
from audit.timestamp import authorities
from audit.trust_file import Link, PinnedApprover, PinnedHost, Trust
from broker.cases.deny import allow
from broker.domain.estate import EnrolledHost
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, statements


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
        hosts = await estate.enrolled_hosts(work, tenant)
    if here is None or current is None or rules is None:
        raise Refused(Why.POLICY_MISSING)
    witnesses = {h.id: _witness(here.origin, h) for h in hosts}
    return Trust(
        tenant=tenant,
        origin=here.origin,
        log_vkeys=(VerifierKey.log(here.origin, parts.keys.log_key(tenant).public),),
        grant_key=parts.keys.grant_key(tenant).public,
        signing=current.signing,
        login=parts.settings.login,
        approvers=tuple(Link(k.number, k.signed.read().digest.hex()) for k in approvers),
        credentials=tuple(
            PinnedApprover(a.person, a.role, a.credential, a.public_key) for a in current.approvers
        ),
        policies=tuple(Link(k.number, k.signed.read().digest.hex()) for k in policies),
        hosts=tuple(PinnedHost(h.id, _agent(here.origin, h), witnesses[h.id]) for h in hosts),
        witnesses=(*witnesses.values(), *(w.key for w in rules.external)),
        quorum=rules.witnesses,
        tsa_ca=_certificates(parts.settings.tsa_ca),
        report_ca=await parts.reporter.authority(parts.clock.now()),
    )


def _agent(origin: str, host: EnrolledHost) -> VerifierKey:
    return VerifierKey.log(key_name(origin, host.id), PublicKey.parse(host.agent_key))


def _witness(origin: str, host: EnrolledHost) -> VerifierKey:
    return VerifierKey.witness(key_name(origin, host.id), PublicKey.parse(host.witness_key))


def _certificates(pem: str | None) -> str | None:
    """Without lists of the revoked, which age: the broker's file may hold them too."""
    if pem is None:
        return None
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in authorities(pem))
