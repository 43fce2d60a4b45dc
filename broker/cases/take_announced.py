"""A set that the key on paper signed comes into force: announced 72 hours ago, and nobody objected."""

from __future__ import annotations

import hashlib

from audit import paper_key
from audit.approvers import Approvers
from audit.canonical import unb64
from audit.estate_records import ApproversChanged
from audit.instant import whole_ms
from audit.paper_key import WAIT
from audit.person_records import CredentialRemoved
from audit.record import Actor
from broker.cases.push_pins import push_pins
from broker.cases.register_passkey import fingerprint
from broker.cases.signing import proof_of
from broker.parts import Parts
from broker.store import paper_sets, people, statements
from broker.store.tx import Tx


async def take_announced(parts: Parts, tenant: str) -> bool:
    """Put the announced set into force once it has waited; whether there was one. Run now and then."""
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        held = await statements.approvers(tx.work, tenant)
        found = await paper_sets.waiting(tx.work, tenant)
        if held is None or found is None or at < found.at + WAIT:
            return False
        new = Approvers.parse(found.signed.statement)
        if next(paper_key.differs(new, held), None) is not None:
            return False
        await statements.keep(tx, tenant, new, found.signed)
        line = new.by_credential(found.signed.credential)
        assert line is not None  # it signed the announcement
        credentials = tuple(hashlib.sha256(unb64(one.credential)).hexdigest() for one in new.approvers)
        record = ApproversChanged(new.number, found.digest, credentials, line.demo_software)
        await tx.append(record, actor=Actor(line.person, "titolare"), proof=proof_of(found.signed))
        await _forget_lost(tx, line.person, held, new)
        tx.announce("people", tenant)
    await push_pins(parts, tenant)
    return True


async def _forget_lost(tx: Tx, person: str, held: Approvers, new: Approvers) -> None:
    """His passkeys that this list left out are registered no more, so that no later list names them again."""
    for line in held.approvers:
        if line.person == person and new.by_credential(line.credential) is None:
            await people.remove_credential(tx, line.credential)
            record = CredentialRemoved(person, "signing_passkey", fingerprint(line.credential))
            await tx.append(record, actor=Actor(person, "titolare"))
