"""Everything the log holds about one request: its own records and those of its session."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from audit.channel_records import FileTransferred
from audit.leaf import Leaf
from audit.live_records import FlagExplained
from audit.session_records import DeskReported, StopExplained
from broker.domain import clarifying
from broker.store import log, openings
from broker.store.database import Work
from broker.store.reading import names
from broker.store.tables import entries

_KINDS = (
    "request.opened", "request.withdrawn", "request.lapsed", "request.solved_by_customer",
    "approval.given", "approval.refused", "approval.refusal_explained", "approval.withdrawn",
    "grant.issued", "supervision.taken", "session.opened", "duties.lacking",
    "declared.allowed", "declared.began", "identity.shown", *clarifying.KINDS,
)  # fmt: skip
MAX_MOMENTS = 500  # facts of a session beside its player
SHOWN = 100  # records whose texts are read for a page
MAX_READ = 5000  # records of these kinds after the request's opening; a request lives three days at most


async def about_request(
    work: Work, tenant: str, request: str, opened_n: int, session: str | None, *, limit: int = 300
) -> list[Leaf]:
    """Oldest first."""
    rows = await work.run(
        select(entries.c.leaf)
        .where(entries.c.tenant == tenant, entries.c.n >= opened_n, entries.c.kind.in_(_KINDS))
        .order_by(entries.c.n)
        .limit(MAX_READ)
    )
    named = f'"request":"{request}"'.encode()
    found = [Leaf.parse(bytes(row.leaf)) for row in rows if named in bytes(row.leaf)]
    if session is not None:
        found += await log.select_leaves(work, tenant, session=session, limit=limit)
    return sorted({leaf.n: leaf for leaf in found}.values(), key=lambda leaf: leaf.n)


def mentioned(leaves: list[Leaf]) -> set[str]:
    """The pseudonyms of people in these records."""
    found = {leaf.actor.id for leaf in leaves}
    for leaf in leaves:
        for name in ("person", "approver", "watcher", "by"):
            value = getattr(leaf.record, name, None)
            if isinstance(value, str):
                found.add(value)
    return found


@dataclass(frozen=True, slots=True)
class Moments:
    """The facts of a session, oldest first, with the names in them and their texts by the index of the leaf."""

    leaves: list[Leaf]
    names: dict[str, str]
    texts: dict[int, str]


async def moments_of(work: Work, tenant: str, session: str, wrapping: bytes, *, own: bool) -> Moments:
    """`own`: also what was written in it, for whoever is of that customer."""
    leaves = await log.select_leaves(work, tenant, session=session, limit=MAX_MOMENTS)
    known = await names(work, mentioned(leaves), tenant)
    texts = await paths(work, tenant, leaves, wrapping)
    return Moments(
        leaves, dict(known.found), texts | (await said(work, tenant, leaves, wrapping) if own else {})
    )


async def paths(work: Work, tenant: str, feed: list[Leaf], wrapping: bytes) -> dict[int, str]:
    """Which files its newest facts speak of, by the index of their leaf; none whose texts were erased."""
    return await _texts(work, tenant, feed, wrapping, (FileTransferred.KIND,), "path")


async def said(work: Work, tenant: str, feed: list[Leaf], wrapping: bytes) -> dict[int, str]:
    """What was written at the machine, and why somebody stopped or flagged a moment, by the index of the leaf."""
    kinds = (DeskReported.KIND, StopExplained.KIND, FlagExplained.KIND)
    return await _texts(work, tenant, feed, wrapping, kinds, "text")


async def _texts(
    work: Work, tenant: str, feed: list[Leaf], wrapping: bytes, kinds: tuple[str, ...], name: str
) -> dict[int, str]:
    told = [leaf.n for leaf in feed if leaf.record.KIND in kinds and leaf.sealed is not None][-SHOWN:]
    found = {n: await openings.get(work, tenant, n, wrapping) for n in told}
    data = {n: one.data for n, one in found.items() if one is not None}
    return {n: str(text[name]) for n, text in data.items() if isinstance(text, dict) and name in text}
