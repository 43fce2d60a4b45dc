"""A restored log lacks what its witnesses cosigned: the next log goes on without it, once the titolare signs.

Nothing of the lost records comes back. The old log stays where the copy left it and signs nothing more,
so there is no fork; hosts open nothing before a titolare of their own pins has signed for the loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.checkpoint import open_checkpoint
from audit.instant import whole_ms
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, next_log, shards


@dataclass(frozen=True, slots=True)
class Recovered:
    """The log in use now. Records `first` to `last` (of the log before) are lost."""

    origin: str
    first: int
    last: int


class NotHeard(Exception):
    """Hosts that were there when the copy was made have not dialled in yet; the message is their names."""


async def recover_log(parts: Parts, tenant: str, *, now: bool = False) -> Recovered:
    """`Refused`: not_found; wrong_state where no host has shown a head that this log lacks.

    `NotHeard`, unless it has to be `now`: a host that holds more than is signed for has to be enrolled anew.
    Another history than a witness's (a fork) is no loss and is not mended so.
    """
    async with parts.store.read() as work:
        here = await log.head(work, tenant)
        hosts = await estate.enrolled_hosts(work, tenant)
    if here is None:
        raise Refused(Why.NOT_FOUND)
    away = [h.label for h in hosts if h.silent_since is None and not parts.hub.connected(h.id)]
    if away and not now:
        raise NotHeard(", ".join(away))
    ahead = parts.store.standing.ahead(tenant)
    if ahead is None or ahead.forked or ahead.note is None or not ahead.note.startswith(f"{here.origin}\n"):
        raise Refused(Why.WRONG_STATE, state="nothing_lost")
    held = open_checkpoint(ahead.note.encode(), shards.vkey(parts.keys, here.origin))
    parts.store.standing.mended(tenant)
    try:
        async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
            await next_log.open_without(tx, tx.grown, held.size, ahead.note.encode())
            origin = tx.grown.signed.origin
            tx.announce("people", tenant)
    except BaseException:
        parts.store.standing.found(tenant, ahead)
        raise
    return Recovered(origin, here.size, held.size - 1)
