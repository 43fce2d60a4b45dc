"""Take away one of one's own login passkeys; whoever had come in elsewhere is out."""

from __future__ import annotations

from audit.person_records import CredentialRemoved, LoginEnded
from broker.cases.register_passkey import fingerprint
from broker.domain.people import Action, Who, require
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins, people


async def remove_passkey(parts: Parts, who: Who, credential_id: str, *, token: str) -> None:
    """His own, and never the last: nobody locks himself out.

    Every other login of his ends with it, by whatever passkey: only `token`, the one he acts in, stays.
    """
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
        for other in await logins.sessions_of(tx.work, who.person):
            if other.token != digest_of(token) and await logins.end_session(tx, other.token):
                await tx.append(LoginEnded(who.person, other.terminal), actor=who.actor)
        tx.announce("people", who.person)
