"""Take away one of one's own login passkeys."""

from __future__ import annotations

from audit.records import CredentialRemoved
from broker.cases.register_passkey import fingerprint
from broker.domain.people import Action, Who, require
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import people


async def remove_passkey(parts: Parts, who: Who, credential_id: str) -> None:
    """His own, and never the last: nobody locks himself out."""
    require(who, Action.ADD_PASSKEY, who.tenant)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        held = await people.credentials(tx.work, who.tenant, who.person, "login")
        if credential_id not in {one.id for one in held}:
            raise Refused(Why.NOT_FOUND)
        if len(held) == 1:
            raise Refused(Why.PASSKEY_MISSING)
        await people.remove_credential(tx, credential_id)
        record = CredentialRemoved(who.person, "login_passkey", fingerprint(credential_id))
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)
