"""The facts of a session or a log as a feed shows them, newest first, with the names of who did them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.leaf import Leaf
from broker.store import log
from broker.store.database import Work
from broker.store.reading import names


@dataclass(frozen=True, slots=True)
class Fact:
    """A record as a feed shows it; `severity` is one of fatto, nota, attenzione, grave."""

    leaf: Leaf
    it: str
    en: str
    who: str
    severity: str

    @property
    def n(self) -> int:
        return self.leaf.n


_SEVERITY = {
    "channel.refused": "attenzione",
    "access.denied": "attenzione",
    "session.refused": "grave",
    "tool.seen_outside_grant": "grave",
    "desk.reported": "attenzione",
    "session.stop_ordered": "attenzione",
    "session.stop_explained": "nota",
    "session.presumed_ended": "grave",
    "grant.revoked": "attenzione",
    "watch.joined": "nota",
    "watch.left": "nota",
    "command.executed": "nota",
    "moment.flagged": "attenzione",
    "flag.explained": "nota",
    "flag.withdrawn": "nota",
    "message.sent": "nota",
    "channel.opened": "nota",
    "channel.closed": "nota",
}


async def feed(work: Work, tenant: str, session: str, *, limit: int = 500) -> list[Fact]:
    """The facts of one session from the log, newest first."""
    return await _facts(work, tenant, await log.select_leaves(work, tenant, session=session, limit=limit))


async def latest_facts(work: Work, tenant: str, *, kinds: Sequence[str] = (), limit: int = 50) -> list[Fact]:
    """The newest facts of the tenant's log, newest first."""
    return await _facts(work, tenant, await log.select_leaves(work, tenant, kinds=kinds, limit=limit))


async def _facts(work: Work, tenant: str, leaves: list[Leaf]) -> list[Fact]:
    known = await names(work, {leaf.actor.id for leaf in leaves}, tenant)
    return [
        Fact(
            leaf,
            leaf.record.IT,
            leaf.record.EN,
            known[leaf.actor.id],
            _SEVERITY.get(leaf.record.KIND, "fatto"),
        )
        for leaf in reversed(leaves)
    ]
