"""A host's agent cosigned a head of its customer's log: checked, then kept for bundle and report."""

from __future__ import annotations

from audit import note
from audit.errors import BadSignature, Malformed
from audit.host_note import key_name
from audit.keys import PublicKey
from audit.note import Note, Signature, VerifierKey
from audit.statement import Enrolment
from broker.domain.estate import EnrolledHost
from broker.parts import Parts
from broker.store import statements, witnesses
from broker.store.database import Work


async def take_cosignature(parts: Parts, host: EnrolledHost, size: int, line: str) -> bool:
    """Whether it is this host's signature over a head this log really had."""
    async with parts.store.tx(host.tenant, parts.clock.now(), records=False) as tx:
        head = await witnesses.head_of_size(tx.work, host.tenant, size)
        origin = await log_origin(tx.work, host)
        if head is None or origin is None:
            return False
        try:
            line = line.removesuffix("\n") + "\n"  # a frame's line has no end of line
            signed = Note(head.text, (Signature.parse(line),))
            name = key_name(origin, host.id)
            note.check_cosignature(signed, VerifierKey.witness(name, PublicKey.parse(host.witness_key)))
        except (BadSignature, Malformed):
            return False
        await witnesses.keep(tx, host.id, size, line)
    return True


async def log_origin(work: Work, host: EnrolledHost) -> str | None:
    """The log's name as this host was enrolled with it: part of the name of its keys for good."""
    signed = await statements.by_digest(work, host.tenant, host.enrolment)
    return None if signed is None else Enrolment.parse(signed.statement).log_origin
