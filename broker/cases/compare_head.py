"""What a witness says it holds, against the log here: a log that lacks any of it signs nothing more."""

from __future__ import annotations

import logging

from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.note import VerifierKey
from broker.parts import Parts
from broker.store import log, witnesses
from broker.store.database import Work
from broker.store.standing import Ahead

_log = logging.getLogger("verbale.witness")


async def compare_head(parts: Parts, work: Work, tenant: str, witness: str, note: str | None) -> None:
    """`note`: the head a host holds, under the log's own signature, so that no host can invent one."""
    head = await log.head(work, tenant)
    if head is not None and note is not None:
        try:
            held = open_checkpoint(
                note.encode(), VerifierKey.log(head.origin, parts.keys.log_key(tenant).public)
            )
        except (BadSignature, Malformed) as wrong:
            _log.warning("%s shows a head that this log never signed: %s", witness, wrong)
        else:
            here = await witnesses.head_of_size(work, tenant, held.size)
            if held.size > head.size:
                stand_back(parts, tenant, Ahead(witness, held.size, forked=False, note=note), head.size)
            elif here is not None and here.root != held.root:
                stand_back(parts, tenant, Ahead(witness, held.size, forked=True, note=note), head.size)
    parts.store.standing.heard(tenant, witness)


def stand_back(parts: Parts, tenant: str, ahead: Ahead, size: int) -> None:
    """Nothing more is signed for this log; one sentence on the console says why."""
    parts.store.standing.found(tenant, ahead)
    if ahead.forked:
        _log.error(
            "REGISTRO FERMO / LOG STOPPED: %s holds another history of the log of %s (at %d records) than "
            "this server; nothing is recorded or opened there until the right data are back",
            ahead.witness, tenant, ahead.size,
        )  # fmt: skip
    else:
        _log.error(
            "REGISTRO FERMO / LOG STOPPED: %s cosigned %d records of the log of %s, this server has %d (an "
            "older copy was restored?); nothing is recorded or opened there until they are back",
            ahead.witness, ahead.size, tenant, size,
        )  # fmt: skip
