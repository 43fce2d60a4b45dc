"""The titolare makes the secret with which a monitor of his choice reads his published log."""

from __future__ import annotations

from dataclasses import dataclass

from audit.person_records import CredentialAdded, CredentialRemoved
from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import log_tokens

KIND = "log_token"


@dataclass(frozen=True, slots=True)
class MonitorLet:
    """`address` is the log's, without a slash at the end; `token` is shown this once."""

    address: str
    token: str


async def let_monitor(parts: Parts, who: Who) -> MonitorLet:
    """A new one each time; the one before counts no more."""
    await allow(parts, who, Action.LET_MONITOR, who.tenant, "log")
    token = new_secret(parts.chance.octets(SECRET_BYTES))
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        assert tx.head is not None  # a titolare's tenant has its log
        year = tx.head.origin.rpartition("/")[2]
        before = await log_tokens.digest(tx.work, who.tenant)
        if before is not None:
            await tx.append(CredentialRemoved(who.person, KIND, before), actor=who.actor)
        await log_tokens.renew(tx, digest_of(token))
        record = CredentialAdded(who.person, KIND, digest_of(token), demo_software=False)
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)
    return MonitorLet(f"{parts.settings.origin}/api/log/{who.tenant}/{year}", token)
