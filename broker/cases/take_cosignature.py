"""A host's agent cosigned a head of its customer's log: checked, then kept for bundle and report."""

from __future__ import annotations

from audit import note
from audit.errors import BadSignature, Malformed
from audit.note import Note, Signature
from broker.cases.host_keys import host_keys, log_origin
from broker.domain.estate import EnrolledHost
from broker.parts import Parts
from broker.store import witnesses


async def take_cosignature(parts: Parts, host: EnrolledHost, size: int, line: str) -> bool:
    """Whether it is this host's signature over a head this log really had."""
    async with parts.store.tx(host.tenant, parts.clock.now(), records=False) as tx:
        head = await witnesses.head_of_size(tx.work, host.tenant, size)
        if head is None or await log_origin(tx.work, host) is None:
            return False
        try:
            line = line.removesuffix("\n") + "\n"  # a frame's line has no end of line
            signed = Note(head.text, (Signature.parse(line),))
            note.check_cosignature(signed, (await host_keys(tx.work, host)).witness)
        except (BadSignature, Malformed):
            return False
        await witnesses.keep(tx, host.id, size, line)
    return True
