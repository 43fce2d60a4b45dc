"""Add a technician's SSH key to the bastion, or take one away."""

from __future__ import annotations

import base64

from audit.person_records import CredentialAdded, CredentialRemoved
from broker.cases.deny import allow
from broker.domain import ssh_key
from broker.domain.people import MAX_CREDENTIALS, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import people
from broker.store.people import SshKey


async def add_ssh_key(parts: Parts, who: Who, line: str) -> SshKey:
    """It counts from the next request on: a request names the keys of its moment."""
    await allow(parts, who, Action.ADD_SSH_KEY, who.tenant, "ssh_key")
    key = ssh_key.parse(line)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        if await people.find_ssh_key(tx.work, key.fingerprint) is not None:
            raise Refused(Why.DUPLICATE)
        if len(await people.ssh_keys_of(tx.work, who.tenant, who.person)) >= MAX_CREDENTIALS:
            raise Refused(Why.TOO_LARGE, field="ssh_keys", limit=str(MAX_CREDENTIALS))
        new = SshKey(key.fingerprint, who.person, key.line, tx.at)
        await people.add_ssh_key(tx, new)
        record = CredentialAdded(who.person, "ssh_key", key.digest, demo_software=False)
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)
        return new


async def remove_ssh_key(parts: Parts, who: Who, fingerprint: str) -> None:
    await allow(parts, who, Action.ADD_SSH_KEY, who.tenant, "ssh_key")
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        held = await people.ssh_keys_of(tx.work, who.tenant, who.person)
        if fingerprint not in {one.fingerprint for one in held}:
            raise Refused(Why.NOT_FOUND)
        await people.remove_ssh_key(tx, who.person, fingerprint)
        digest = base64.b64decode(fingerprint.removeprefix("SHA256:") + "=").hex()
        await tx.append(CredentialRemoved(who.person, "ssh_key", digest), actor=who.actor)
        tx.announce("people", who.person)
