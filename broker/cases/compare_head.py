"""What a witness says it holds, against the log here: a log that lacks any of it signs nothing more."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import BadSignature, Malformed
from broker.parts import Parts
from broker.store import shards, witnesses
from broker.store.database import Work
from broker.store.shards import Shard
from broker.store.standing import Ahead

_log = logging.getLogger("verbale.witness")


async def compare_head(parts: Parts, work: Work, tenant: str, witness: str, note: str | None) -> None:
    """`note`: the head a host holds, under the log's own signature, so that no host can invent one."""
    known = await shards.chain(work, tenant)
    if known and note is not None:
        try:
            held, of = _signed_here(parts, known, note)
        except (BadSignature, Malformed) as wrong:
            _log.warning("%s shows a head that this log never signed: %s", witness, wrong)
        else:
            here = await witnesses.head_of_size(work, tenant, held.size)
            if held.size > of.known and of.lost:
                _log.error(
                    "%s holds %d records of a log of %s that went on without them, more than the titolare signed for: "
                    "it opens nothing until it is enrolled anew", witness, held.size, tenant,
                )  # fmt: skip
            elif held.size > of.known:
                stand_back(parts, tenant, Ahead(witness, held.size, forked=False, note=note), of.head.size)
            elif held.size <= of.head.size and here is not None and here.root != held.root:
                stand_back(parts, tenant, Ahead(witness, held.size, forked=True, note=note), of.head.size)
    parts.store.standing.heard(tenant, witness)


def _signed_here(parts: Parts, known: Sequence[Shard], note: str) -> tuple[Checkpoint, Shard]:
    """The head in that note and the log whose it is: the one in use, or one before it.

    Or the one that is announced: then this copy is of before it began, and lacks all of it.
    """
    origin = note.partition("\n")[0]
    for shard in known:
        if origin in (shard.origin, shard.head.successor):
            return open_checkpoint(note.encode(), shards.vkey(parts.keys, origin)), shard
    raise BadSignature("no log of this customer bears that name")


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
