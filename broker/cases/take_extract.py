"""The titolare takes what a session holds for a person it concerns; that he did is a record before he has it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from audit import bundle
from audit.instant import whole_ms
from audit.person_records import RecordRead
from audit.playable import Playable
from broker.cases.deny import not_there
from broker.cases.located import session_tenant
from broker.cases.read_recording import MAX_SHOWN_BYTES, opened
from broker.cases.see_recordings import of_session, seen
from broker.domain import extract
from broker.domain.people import Action, Who
from broker.domain.playing import Asked
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, playbacks, recordings, sessions
from broker.store.database import Work

_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Extract:
    name: str
    data: bytes  # a ZIP


@dataclass(frozen=True, slots=True)
class _Kept:
    host: str
    recorded: list[recordings.Recorded]
    identities: list[str | None]


async def take_extract(parts: Parts, who: Who, session: str, playback: str) -> Extract:
    """For a request under art. 15 that he noted."""
    tenant = await session_tenant(parts, who, Action.ANSWER_PERSON, session)
    async with parts.store.read() as work:
        asked = await _asked(work, tenant, session, playback)
        kept = await _kept(parts, work, tenant, session)
    if asked is None:
        raise await not_there(parts, who, "records")
    lengths = [(await asyncio.to_thread(seen, parts, one)).out_bytes for one in kept.recorded]
    if sum(lengths) > MAX_SHOWN_BYTES:
        raise Refused(Why.TOO_LARGE, field="recording", limit=f"{MAX_SHOWN_BYTES >> 20} MiB")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        if await _asked(tx.work, tenant, session, playback) is None:
            raise Refused(Why.WRONG_STATE)
        record = RecordRead(who.person, "extract", who.terminal, None, asked.reason, playback)
        await tx.append(record, actor=who.actor)
        leaves = await log.select_leaves(tx.work, tenant, session=session, limit=_MANY)
    kept_files = dict[str, Playable | None]()
    for one, identity in zip(kept.recorded, kept.identities, strict=True):
        there = None if identity is None else await asyncio.to_thread(opened, parts, one, identity)
        kept_files[one.id] = there
    assert asked.received is not None  # of every request under art. 15
    files = extract.files(playback, asked.received, session, kept.host, leaves, kept_files)
    return Extract(f"{session}-{playback}.zip", bundle.pack(files))


async def _asked(work: Work, tenant: str, session: str, playback: str) -> Asked | None:
    found = await playbacks.find(work, tenant, session, playback)
    return found if isinstance(found, Asked) and found.reason == "access_request" else None


async def _kept(parts: Parts, work: Work, tenant: str, session: str) -> _Kept:
    found = await of_session(work, tenant, session)
    wrapping = parts.keys.wrapping_key()
    identities = [await recordings.identity(work, tenant, one.id, wrapping) for one in found]
    permit = (await sessions.load(work, tenant, session)).permit
    host = await estate.host(work, tenant, permit.host)
    return _Kept(permit.host if host is None else host.label, found, identities)
